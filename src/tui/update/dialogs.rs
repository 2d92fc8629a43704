//! Choosers on top of a screen: the vendor, the same code elsewhere.

use super::browser;
use crate::decode;
use crate::text::Clean;
use crate::tui::copy;
use crate::tui::model::{Browser, Model, Screen, Tab};
use crate::tui::msg::Toast;
use crate::view::Cursor;
use crate::view::codes::Codes;

/// Lists the tables of other vendors that have the code at hand.
pub(super) fn elsewhere(model: &mut Model) {
    let (code, entries) = match copy::selected_entry(model) {
        Some(entry) => {
            let code = entry.code.clean();
            let entries = model.catalog.same_code(&code, Some(&entry.pack));
            (code, entries)
        }
        None => {
            let found =
                model.browser().zip(model.reading()).and_then(|(browser, reading)| copy::code(reading, browser));
            let Some(code) = found else {
                model.toast = Some(Toast::bad("there is no code here"));
                return;
            };
            (code.code.clean(), code.also.clone())
        }
    };
    if entries.is_empty() {
        model.toast = Some(Toast::good(Clean::ours("no other vendor has ").with(&code)));
        return;
    }
    model.screens.push(Screen::Elsewhere(code, entries, Cursor::default()));
}

/// Goes to the chosen row among all codes.
pub(super) fn go_elsewhere(model: &mut Model) {
    let Some(Screen::Elsewhere(_, entries, cursor)) = model.screens.pop() else { return };
    let Some(entry) = entries.get(cursor.at()) else { return };
    reveal(model, entry);
}

/// Opens the list of all codes at a row.
pub(super) fn reveal(model: &mut Model, entry: &decode::Entry) {
    let mut codes = Codes::new(&model.catalog);
    codes.reveal(&model.catalog, entry);
    match model.screens.last_mut() {
        Some(Screen::Response(browser)) => {
            browser.codes = Some(Box::new(codes));
            browser.tab = Tab::Codes;
        }
        Some(Screen::Codes(here)) => **here = codes,
        _ => model.screens.push(Screen::Codes(Box::new(codes))),
    }
}

/// Lists the vendors, the present one selected.
pub(super) fn vendors(model: &mut Model) {
    let vendor = model.reading().and_then(|reading| reading.decoded.vendor.as_ref()).map(|vendor| vendor.id.clone());
    let guess = || Some(model.reading()?.decoded.guesses.first()?.id.clone());
    let id = vendor.or_else(guess);
    let mut cursor = Cursor::default();
    cursor.set(model.catalog.packs().iter().position(|pack| Some(pack.id()) == id.as_deref()).unwrap_or(0));
    model.screens.push(Screen::Vendors(cursor));
}

/// Decodes the response again as the chosen vendor's.
pub(super) fn choose_vendor(model: &mut Model) {
    let Some(Screen::Vendors(cursor)) = model.screens.pop() else { return };
    let Some(pack) = model.catalog.packs().get(cursor.at()) else { return };
    let vendor = Some(pack.id().to_owned());
    let name = pack.head().name.clean();
    decode_again(model, decode::Options { vendor, ..model.settings.decode.clone() });
    model.toast = Some(Toast::good(Clean::ours("read as ").with(&name)));
}

/// Decodes the response on screen again; the tree keeps what is open.
pub(super) fn decode_again(model: &mut Model, options: decode::Options) {
    let Some((at, selected)) = model.browser().map(|browser| (browser.at, browser.tree.selected())) else { return };
    let (catalog, secrets) = (std::sync::Arc::clone(&model.catalog), model.secrets);
    model.readings.change(at, |reading| reading.decode_again(&catalog, &options));
    let Some(reading) = model.readings.get(at) else { return };
    let Some(Screen::Response(browser)) = model.screens.iter_mut().rev().find(|screen| screen.is_full()) else {
        return;
    };
    let tab = browser.tab;
    **browser = Browser::new(reading, &catalog, at, secrets);
    browser.tab = tab;
    if let (Some(node), true) = (selected, reading.notes.problems().is_empty()) {
        browser.tree.reveal(reading, node);
    }
    browser::refresh(model);
}
