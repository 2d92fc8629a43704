//! Lines that are being typed: filter, search, go to, status, file.

use super::dialogs;
use crate::text::{Clean, clean};
use crate::tui::action::Action;
use crate::tui::model::{Ask, Model, Screen, Tab};
use crate::tui::msg::{Effect, Toast};

/// Longest line that is taken.
const LONGEST: usize = 500;

/// Starts filtering the tree, or searching the codes, with the words that are there already.
pub(super) fn filter(model: &mut Model) {
    let codes = match model.top() {
        Some(Screen::Codes(codes)) => Some(codes.query().to_owned()),
        Some(Screen::Response(browser)) if browser.tab == Tab::Codes => {
            Some(browser.codes.as_ref().map_or(String::new(), |codes| codes.query().to_owned()))
        }
        _ => None,
    };
    let screen = match codes {
        Some(query) => Screen::Prompt(Ask::Codes, query),
        None => {
            let of_tree = model.browser().and_then(|browser| browser.tree.query());
            let query = match model.top() {
                Some(Screen::List(list)) => list.words(),
                _ => of_tree.unwrap_or_default(),
            };
            Screen::Prompt(Ask::Filter, query.to_owned())
        }
    };
    model.screens.push(screen);
}

pub(super) fn insert(model: &mut Model, c: char) {
    if let Some(Screen::Prompt(_, text)) = model.screens.last_mut()
        && text.len() < LONGEST
    {
        text.push(c);
    }
    typed(model);
}

pub(super) fn erase(model: &mut Model, action: Action) {
    if let Some(Screen::Prompt(_, text)) = model.screens.last_mut() {
        match action {
            Action::EraseAll => text.clear(),
            Action::EraseWord => {
                let end = text.trim_end().rfind(char::is_whitespace).map_or(0, |at| at + 1);
                text.truncate(end);
            }
            _ => {
                text.pop();
            }
        }
    }
    typed(model);
}

/// What follows every keystroke: filters and searches show their result at once.
fn typed(model: &mut Model) {
    let Some(Screen::Prompt(ask, text)) = model.screens.last() else { return };
    let (ask, text) = (*ask, text.clone());
    match ask {
        Ask::Filter => filter_by(model, &text),
        Ask::Codes => search(model, &text),
        Ask::GoTo | Ask::Status | Ask::File => {}
    }
}

/// Filters the list or the tree that lies under the line.
fn filter_by(model: &mut Model, text: &str) {
    match model.screens.iter_mut().rev().find(|screen| screen.is_full()) {
        Some(Screen::List(list)) => list.filter(&model.readings, text),
        _ => super::browser::tree(model, |tree, reading| tree.filter(reading, text)),
    }
}

fn search(model: &mut Model, text: &str) {
    let catalog = std::sync::Arc::clone(&model.catalog);
    for screen in model.screens.iter_mut().rev() {
        match screen {
            Screen::Codes(codes) => return codes.search(&catalog, text),
            Screen::Response(browser) => {
                if let Some(codes) = &mut browser.codes {
                    codes.search(&catalog, text);
                }
                return;
            }
            _ => {}
        }
    }
}

/// Leaving without taking it undoes what typing did.
pub(super) fn cancelled(model: &mut Model, ask: Ask) {
    match ask {
        Ask::Filter => filter_by(model, ""),
        Ask::Codes => search(model, ""),
        Ask::GoTo | Ask::Status | Ask::File => {}
    }
}

pub(super) fn confirm(model: &mut Model) -> Vec<Effect> {
    let Some(Screen::Prompt(ask, text)) = model.screens.pop() else { return Vec::new() };
    let text = text.trim().to_owned();
    match ask {
        Ask::Filter => {
            let effects = super::large::search(model, true);
            if !effects.is_empty() {
                return effects;
            }
            if model.browser().is_some_and(|browser| browser.tree.is_empty()) {
                model.toast = Some(Toast::bad("no match; Esc shows everything again"));
            }
        }
        Ask::Codes => {}
        Ask::File if text.is_empty() => {}
        Ask::File => return vec![Effect::LoadFile(text)],
        Ask::GoTo => go_to(model, &text),
        Ask::Status => status(model, &text),
    }
    Vec::new()
}

/// A pointer selects a node, anything else is looked up as a code.
fn go_to(model: &mut Model, text: &str) {
    if text.is_empty() {
        return;
    }
    if text.starts_with('/') {
        let found = model.reading().and_then(|reading| reading.document.at(text));
        match found {
            Some(node) => {
                if let Some(browser) = model.browser_mut() {
                    browser.tab = Tab::Response;
                }
                super::browser::change(model, |tree, reading| tree.reveal(reading, node));
            }
            None => model.toast = Some(Toast::bad(Clean::ours("nothing at ").with(&clean(text)))),
        }
        return;
    }
    match model.catalog.search(text).into_iter().next() {
        Some(entry) => dialogs::reveal(model, &entry),
        None => model.toast = Some(Toast::bad(Clean::ours("no table knows ").with(&clean(text)))),
    }
}

fn status(model: &mut Model, text: &str) {
    let Some(status) = text.parse::<u16>().ok().filter(|status| (100..=999).contains(status)) else {
        model.toast = Some(Toast::bad("a status is a number from 100 to 999"));
        return;
    };
    let Some(at) = model.browser().map(|browser| browser.at) else { return };
    model.readings.change(at, |reading| {
        if reading.response.heads.is_empty() {
            reading.response.heads.push(crate::input::Head::default());
        }
        if let Some(head) = reading.response.heads.last_mut() {
            head.status = Some(status);
            head.reason = "".into();
        }
    });
    let options = model.settings.decode.clone();
    dialogs::decode_again(model, options);
    model.toast = Some(Toast::good(format!("read as HTTP {status}")));
}
