//! Choosers on top of a screen: the vendor, the same code elsewhere.

use super::browser;
use crate::decode;
use crate::text::Clean;
use crate::tui::copy;
use crate::tui::model::{Ask, Browser, Model, Pane, Prompt, Screen, Tab, Whole};
use crate::tui::msg::Toast;
use crate::view::codes::Codes;
use crate::view::explain::{Part, PartKind};
use crate::view::picker::{Picker, Target};
use crate::view::{Cursor, Reading};

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
    super::history::leave(model);
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
    let mut picker = Picker::vendors(&model.catalog);
    let here = model.catalog.packs().iter().position(|pack| Some(pack.id()) == id.as_deref());
    here.into_iter().for_each(|at| picker.select(Target::Vendor(at)));
    model.screens.push(Screen::Prompt(Box::new(Prompt { picker: Some(picker), ..Prompt::new(Ask::Vendor) })));
}

/// Decodes the response again as the chosen vendor's.
pub(super) fn choose_vendor(model: &mut Model, at: usize) {
    let Some(pack) = model.catalog.packs().get(at) else { return };
    let vendor = Some(pack.id().to_owned());
    let name = pack.head().name.clean();
    decode_again(model, decode::Options { vendor, ..model.settings.decode.clone() }, |_| ());
    model.toast = Some(Toast::good(Clean::ours("read as ").with(&name)));
}

/// Shows in full what a row had no room for: the header, or the row of the table, that is selected.
pub(super) fn whole(model: &mut Model) {
    let Some((browser, reading)) = model.browser().zip(model.reading()) else { return };
    let whole = match (browser.tab, browser.focus) {
        (Tab::Headers, _) => browser.headers.row(reading, browser.headers.cursor.at(), model.eye()).map(|row| {
            let part = |label, text| Part { label, lines: vec![text], by: None, kind: PartKind::Words };
            let words = row.words.map(|words| part("Says", words));
            (row.name, std::iter::once(part("Value", row.value)).chain(words).collect())
        }),
        (Tab::Response, Pane::Table) => browser.reference.as_ref().and_then(|table| {
            let row = table.row(&model.catalog, table.cursor.at())?;
            let part = |label, text| Part { label, lines: vec![text], by: None, kind: PartKind::Words };
            Some((table.title(&model.catalog), vec![part("Message", row.title), part("What it means", row.meaning)]))
        }),
        _ => None,
    };
    if let Some((title, parts)) = whole {
        model.screens.push(Screen::Whole(Whole { title, parts, top: 0 }));
    }
}

/// Decodes the response on screen again, after a change of what is known of it.
pub(super) fn decode_again(model: &mut Model, options: decode::Options, change: impl FnOnce(&mut Reading)) {
    let Some((at, selected)) = model.browser().map(|browser| (browser.at, browser.tree.selected())) else { return };
    let (catalog, eye) = (std::sync::Arc::clone(&model.catalog), model.eye());
    let mut before = None;
    model.readings.change(at, |reading| {
        before = Some(Box::new(reading.known()));
        change(reading);
        reading.decode_again(&catalog, &options);
    });
    let Some(reading) = model.readings.get(at) else { return };
    let Some(Screen::Response(browser)) = model.screens.iter_mut().rev().find(|screen| screen.is_full()) else {
        return;
    };
    let tab = browser.tab;
    browser.remember_as(browser.tree.clone(), before);
    let undo = std::mem::take(&mut browser.undo);
    **browser = Browser { tab, undo, ..Browser::new(reading, &catalog, at, eye) };
    if let (Some(node), true) = (selected, reading.notes.problems().is_empty()) {
        browser.tree.reveal(reading, node);
    }
    browser::refresh(model);
}
