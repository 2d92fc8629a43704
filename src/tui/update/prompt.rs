//! Lines that are being typed: filter, search, find, go to, vendor, status, file.

use super::dialogs;
use crate::text::{Clean, clean};
use crate::tui::action::Action;
use crate::tui::model::{Ask, Help, Model, Prompt, Screen, Tab};
use crate::tui::msg::{Effect, Toast};
use crate::view::picker::{Picker, Target};

/// Longest line that is taken.
const LONGEST: usize = 500;

/// Starts typing a line.
pub(super) fn ask(model: &mut Model, ask: Ask) {
    model.screens.push(Screen::Prompt(Box::new(Prompt::new(ask))));
}

/// Starts filtering the tree, or searching the codes or the help, with the words that are there already.
pub(super) fn filter(model: &mut Model) {
    let (ask, text) = match model.top() {
        Some(Screen::Codes(codes)) => (Ask::Codes, codes.query()),
        Some(Screen::Help(help)) => (Ask::Help, help.query.as_str()),
        Some(Screen::List(list)) => (Ask::Filter, list.words()),
        Some(Screen::Response(browser)) if browser.tab == Tab::Codes => {
            (Ask::Codes, browser.codes.as_ref().map_or("", |codes| codes.query()))
        }
        _ => (Ask::Filter, model.browser().and_then(|browser| browser.tree.query()).unwrap_or_default()),
    };
    let text = text.to_owned();
    let before = model.browser().filter(|_| ask == Ask::Filter).map(|browser| browser.tree.clone());
    model.screens.push(Screen::Prompt(Box::new(Prompt { text, before, ..Prompt::new(ask) })));
}

/// Starts looking for anything in the response by some of its letters.
pub(super) fn find(model: &mut Model) {
    let Some(reading) = model.reading() else { return };
    let picker = Some(Picker::nodes(reading, model.secrets));
    model.screens.push(Screen::Prompt(Box::new(Prompt { picker, ..Prompt::new(Ask::Find) })));
}

pub(super) fn insert(model: &mut Model, c: char) {
    if let Some(Screen::Prompt(prompt)) = model.screens.last_mut()
        && prompt.text.len() < LONGEST
    {
        prompt.text.push(c);
    }
    typed(model);
}

pub(super) fn erase(model: &mut Model, action: Action) {
    if let Some(Screen::Prompt(prompt)) = model.screens.last_mut() {
        let text = &mut prompt.text;
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

/// What follows every keystroke: filters, searches and lists show their result at once.
fn typed(model: &mut Model) {
    let Some(Screen::Prompt(prompt)) = model.screens.last_mut() else { return };
    if let Some(picker) = &mut prompt.picker {
        picker.narrow(&prompt.text);
    }
    let (ask, text) = (prompt.ask, prompt.text.clone());
    match ask {
        Ask::Filter => filter_by(model, &text),
        Ask::Codes => search(model, &text),
        Ask::Help => help(model, text),
        Ask::GoTo | Ask::Status | Ask::File | Ask::Find | Ask::Vendor => {}
    }
}

/// Filters the list or the tree that lies under the line.
fn filter_by(model: &mut Model, text: &str) {
    match model.screens.iter_mut().rev().find(|screen| screen.is_full()) {
        Some(Screen::List(list)) => list.filter(&model.readings, text),
        _ => super::browser::tree(model, |tree, reading| tree.filter(reading, text)),
    }
}

fn help(model: &mut Model, text: String) {
    let help = model.screens.iter_mut().rev().find_map(|screen| match screen {
        Screen::Help(help) => Some(help),
        _ => None,
    });
    help.into_iter().for_each(|help| *help = Help { query: text.clone(), ..Help::default() });
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
pub(super) fn cancel(model: &mut Model) {
    let Some(Screen::Prompt(prompt)) = model.screens.pop() else { return };
    match prompt.ask {
        Ask::Filter => match prompt.before {
            Some(before) => super::browser::tree(model, |tree, _| *tree = before),
            None => filter_by(model, ""),
        },
        Ask::Codes => search(model, ""),
        Ask::Help => help(model, String::new()),
        Ask::GoTo | Ask::Status | Ask::File | Ask::Find | Ask::Vendor => {}
    }
}

/// Takes the line. One that leads nowhere stays, with a word about it, so that it can be mended.
pub(super) fn confirm(model: &mut Model) -> Vec<Effect> {
    let Some(Screen::Prompt(mut prompt)) = model.screens.pop() else { return Vec::new() };
    let text = prompt.text.trim().to_owned();
    let done = match prompt.ask {
        Ask::Filter => {
            let effects = super::large::search(model, true);
            if !effects.is_empty() {
                return effects;
            }
            if model.browser().is_some_and(|browser| browser.tree.is_empty()) {
                model.toast = Some(Toast::bad("no match; Esc shows everything again"));
            }
            if let Some((browser, before)) = model.browser_mut().zip(prompt.before.take()) {
                browser.remember_as(before, None);
            }
            Ok(())
        }
        Ask::File if !text.is_empty() => return vec![Effect::LoadFile(text)],
        Ask::Codes | Ask::Help | Ask::File => Ok(()),
        Ask::GoTo => go_to(model, &text),
        Ask::Status => status(model, &text),
        Ask::Find | Ask::Vendor => choose(model, &prompt),
    };
    if let Err(words) = done {
        model.toast = Some(Toast::bad(words));
        model.screens.push(Screen::Prompt(prompt));
    }
    Vec::new()
}

/// Goes to what is selected in the list.
fn choose(model: &mut Model, prompt: &Prompt) -> Result<(), Clean> {
    match prompt.picker.as_ref().and_then(Picker::selected).map(|choice| choice.target) {
        Some(Target::Node(node)) => super::history::jump(model, node),
        Some(Target::Vendor(at)) => dialogs::choose_vendor(model, at),
        None if prompt.ask == Ask::Vendor => return Err(no_vendor(model, &prompt.text)),
        None => return Err(Clean::ours("nothing in the response has these letters in this order")),
    }
    Ok(())
}

fn no_vendor(model: &Model, text: &str) -> Clean {
    let words = Clean::ours("no vendor has these letters");
    match model.catalog.nearest(text.trim()) {
        Some(name) => words.with(&meant(&clean(name))),
        None => words,
    }
}

/// A suggestion.
fn meant(name: &Clean) -> Clean {
    Clean::ours("; did you mean `").with(name).with(&Clean::ours("`?"))
}

fn no_code(model: &Model, text: &str) -> Clean {
    let words = Clean::ours("no table knows `").with(&clean(text)).with(&Clean::ours("`"));
    match model.catalog.alike(text) {
        Some(entry) => {
            let name = entry.code.clean().with(&Clean::ours("` of `")).with(&entry.pack_name.clean());
            words.with(&meant(&name))
        }
        None => words,
    }
}

/// A pointer selects a node, anything else is looked up as a code.
fn go_to(model: &mut Model, text: &str) -> Result<(), Clean> {
    if text.is_empty() {
        return Ok(());
    }
    if text.starts_with('/') {
        let Some(node) = model.reading().and_then(|reading| reading.at(text)) else {
            let words = Clean::ours("nothing at `").with(&clean(text)).with(&Clean::ours("`"));
            let near = model.reading().and_then(|reading| reading.near(text));
            return Err(near.map_or(words.clone(), |near| words.with(&meant(&near))));
        };
        super::history::jump(model, node);
        return Ok(());
    }
    let Some(entry) = model.catalog.search(text).into_iter().next() else {
        return Err(no_code(model, text));
    };
    super::history::leave(model);
    dialogs::reveal(model, &entry);
    Ok(())
}

fn status(model: &mut Model, text: &str) -> Result<(), Clean> {
    let Some(status) = text.parse::<u16>().ok().filter(|status| (100..=999).contains(status)) else {
        return Err(Clean::ours("a status is a number from 100 to 999"));
    };
    let options = model.settings.decode.clone();
    dialogs::decode_again(model, options, |reading| {
        let head = reading.response.head_mut();
        head.status = Some(status);
        head.reason = "".into();
    });
    model.toast = Some(Toast::good(format!("read as HTTP {status}")));
    Ok(())
}
