//! Large responses: what is learnt of them while they are on screen, and searches that others carry out.

use super::browser;
use crate::document::Document;
use crate::tui::model::{Model, Screen, Tab};
use crate::tui::msg::{Effect, Toast};
use crate::view::Reading;

/// More of a document is known.
pub(super) fn known(model: &mut Model, document: &Document) {
    with_browser(model, document, |browser, reading| browser.tree.more(reading));
}

/// A response was read to its end, and decoded again.
pub(super) fn refined(model: &mut Model, reading: Reading) {
    let document = reading.document.clone();
    let Some(at) = place(model, &document) else { return };
    model.readings[at] = reading;
    with_browser(model, &document, |browser, reading| browser.tree.more(reading));
    browser::refresh(model);
}

/// What looked like one large body is something else: these responses.
pub(super) fn replaced(model: &mut Model, document: &Document, readings: Vec<Reading>) {
    let Some(at) = place(model, document) else { return };
    model.readings.remove(at);
    model.screens.clear();
    super::read(readings, model);
}

/// Asks for the next place of what is searched for, from the selection on.
pub(super) fn search(model: &mut Model, forward: bool) -> Vec<Effect> {
    let Some((browser, reading)) = model.browser().zip(model.reading()) else { return Vec::new() };
    let Some(words) = browser.tree.query().filter(|_| reading.document.is_large()) else { return Vec::new() };
    let document = &reading.document;
    let selected = browser.tree.selected().map_or(document.root(), |node| node.outer);
    // Its name stands before its value; neither is to be found again.
    let from = if forward && !browser.tree.hits().is_empty() {
        document.start(selected) + 1
    } else {
        document.key_span(selected).map_or(document.start(selected), |key| key.start)
    };
    let effect = Effect::Search { document: document.clone(), words: words.to_owned(), from, forward };
    model.toast = Some(Toast::good("searching"));
    vec![effect]
}

/// Where the words were found.
pub(super) fn found(model: &mut Model, document: &Document, offset: Option<usize>) {
    let Some(offset) = offset else {
        model.toast = Some(Toast::bad("no match"));
        return;
    };
    model.toast = None;
    with_browser(model, document, |browser, reading| {
        browser.tree.found(reading, offset);
        browser.tab = Tab::Response;
    });
    browser::refresh(model);
}

/// The source text for an editor, unless it is more than an editor takes.
pub(super) fn edit(model: &mut Model) -> Vec<Effect> {
    /// Editors take about that much without a wait.
    const MOST: usize = 100 << 20;
    let Some(response) = model.reading().map(|reading| &reading.response) else { return Vec::new() };
    match &response.supply {
        Some(supply) if supply.len() > MOST => {
            model.toast = Some(Toast::bad("too large for an editor"));
            Vec::new()
        }
        Some(supply) => vec![Effect::Edit(supply.copy(0, MOST))],
        None => vec![Effect::Edit(response.body.to_vec())],
    }
}

fn place(model: &Model, document: &Document) -> Option<usize> {
    model.readings.iter().position(|reading| reading.document.is_same(document))
}

fn with_browser(model: &mut Model, document: &Document, act: impl FnOnce(&mut crate::tui::model::Browser, &Reading)) {
    let Some(at) = place(model, document) else { return };
    let browser = model.screens.iter_mut().find_map(|screen| match screen {
        Screen::Response(browser) if browser.at == at => Some(browser),
        _ => None,
    });
    if let (Some(browser), Some(reading)) = (browser, model.readings.get(at)) {
        act(browser, reading);
    }
}
