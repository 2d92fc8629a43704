//! Reading files again, and telling what changed since.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::browser;
use crate::exit::Exit;
use crate::text::{Clean, clean, plural};
use crate::tui::model::{Ask, Browser, Model, Screen, Spot};
use crate::tui::msg::{Effect, Toast};
use crate::view::{Changes, Reading, Shelf};

/// A file that was opened can be read again.
pub(super) fn opened(model: &mut Model, file: PathBuf) {
    if !model.files.contains(&file) {
        model.files.push(file);
    }
}

/// Whether more of a source is on its way: sources come one after the other, and what is read again now would be read twice.
fn arrives(model: &Model, source: &str) -> bool {
    let last = model.readings.len().checked_sub(1).and_then(|at| model.readings.source(at));
    model.loading.is_some() && last == Some(source)
}

/// A watched file changed; while it is still being read, that waits.
pub(super) fn changed(model: &mut Model, file: PathBuf) -> Vec<Effect> {
    if !arrives(model, &file.to_string_lossy()) {
        return vec![Effect::ReadAgain { file, asked: false }];
    }
    if !model.changed.contains(&file) {
        model.changed.push(file);
    }
    Vec::new()
}

/// Reads again what changed while it was being read.
pub(super) fn catch_up(model: &mut Model) -> Vec<Effect> {
    std::mem::take(&mut model.changed).into_iter().map(|file| Effect::ReadAgain { file, asked: false }).collect()
}

/// Asks for the file of the response on screen, or of the selected one of the list.
pub(super) fn ask(model: &mut Model) -> Vec<Effect> {
    let listed = match model.top() {
        Some(Screen::List(list)) => list.selected(&model.readings),
        _ => None,
    };
    let at = listed.or(model.browser().map(|browser| browser.at));
    let Some(source) = at.and_then(|at| model.readings.source(at)) else { return Vec::new() };
    let words = match model.files.iter().find(|file| file.to_string_lossy() == source) {
        Some(_) if arrives(model, source) => " is still being read",
        Some(file) => return vec![Effect::ReadAgain { file: file.clone(), asked: true }],
        None => " cannot be read again; only files can",
    };
    model.toast = Some(Toast::bad(clean(source).with(&Clean::ours(words))));
    Vec::new()
}

/// Watches the files, or no longer.
pub(super) fn watch(model: &mut Model) -> Vec<Effect> {
    if model.files.is_empty() {
        model.toast = Some(Toast::bad("nothing to watch: no file was read"));
        return Vec::new();
    }
    model.watching = !model.watching;
    let files = if model.watching { model.files.clone() } else { Vec::new() };
    let words = match files.len() {
        0 => "no longer watching".to_owned(),
        count => format!("watching {}", plural(count, "file")),
    };
    model.toast = Some(Toast::good(words));
    vec![Effect::Watch(files)]
}

/// A file was read again: its responses take the place of those it had, and keep what was open and selected in them.
pub(super) fn again(model: &mut Model, file: &Path, readings: Shelf, rest: Option<Exit>, asked: bool) {
    let source = file.to_string_lossy();
    let name = clean(&source);
    let is_ours = |at: &usize| model.readings.source(*at) == Some(&source);
    let all = 0..model.readings.len();
    let (Some(first), Some(last)) = (all.clone().find(is_ours), all.rev().find(is_ours)) else { return };
    // Who writes a file anew empties it first.
    let is_empty = |one: &Reading| one.response.body_len() == 0 && one.response.heads.is_empty();
    if (0..readings.len()).all(|at| readings.get(at).is_some_and(is_empty)) {
        model.toast = Some(Toast::bad(name.with(&Clean::ours(" is empty now; what was read of it is kept"))));
        return;
    }
    let (had, has) = (last + 1 - first, readings.len());
    // Where a response went: those of the file keep their order, those behind it move.
    let moved = |at: usize| match at {
        at if at < first => at,
        at if at <= last => first + (at - first).min(has - 1),
        at => at + has - had,
    };
    let following = super::following(model);
    let before = model.readings.splice(first..last + 1, readings);
    match rest {
        Some(rest) => model.rest.insert(source.into_owned(), rest),
        None => model.rest.remove(&*source),
    };
    let kept = std::mem::take(&mut model.before).into_iter().filter(|(at, _)| !(first..=last).contains(at));
    model.before = kept.map(|(at, reading)| (moved(at), reading)).collect();
    carry(model, &before, first, moved);
    super::follow(model, following);
    let both = has.min(had);
    let is_changed = |nth: &usize| !model.readings.same(first + nth, &before, *nth);
    let changes = (0..both).filter(is_changed).count() + has.abs_diff(had);
    let at_hand = (0..both).filter_map(|nth| Some((first + nth, before.get(nth)?.clone())));
    model.before.extend(at_hand);
    model.comparing |= changes > 0;
    mark(model);
    let here = model.browser().and_then(|browser| browser.changes.as_ref()).filter(|_| had == 1 && has == 1);
    let words = match (changes, here) {
        (0, _) => "no changes".to_owned(),
        (_, Some(changes)) => format!("{}; = hides the marks", changes.counts()),
        (count, None) => format!("{} changed", plural(count, "response")),
    };
    // A file that is touched and says the same needs no word, unless somebody asked.
    if asked || changes > 0 {
        model.toast = Some(Toast::good(name.with(&Clean::from(format!(" read again: {words}")))));
    }
}

/// Moves everything that points at readings to where those are now, and into what they are now.
pub(super) fn carry(model: &mut Model, before: &Shelf, first: usize, moved: impl Fn(usize) -> usize) {
    let on_screen = model.screens.iter().filter_map(|screen| match screen {
        Screen::Response(browser) => Some(browser.at),
        _ => None,
    });
    let visited = model.visited.iter().map(|browser| browser.at);
    let spots = model.jumps.back.iter().chain(&model.jumps.forward).map(|spot| spot.at);
    let open: Vec<usize> = on_screen.chain(visited).chain(spots).map(&moved).collect();
    open.into_iter().for_each(|at| model.bring(at));
    let (catalog, eye, readings) = (Arc::clone(&model.catalog), model.eye(), &model.readings);
    let replaced = |at: usize| at.checked_sub(first).and_then(|at| before.get(at));
    let renew = |browser: &mut Browser| {
        let old = replaced(browser.at);
        browser.at = moved(browser.at);
        if let Some((old, new)) = old.zip(readings.get(browser.at)) {
            browser.tree = browser.tree.carry(old, new);
            (browser.raw, browser.changes) = (None, None);
            browser.undo.clear();
            browser.explain(new, &catalog, eye);
        }
    };
    // What is chosen from may be gone.
    model.screens.retain(|screen| !matches!(screen, Screen::Prompt(prompt) if prompt.ask == Ask::Find));
    for screen in &mut model.screens {
        match screen {
            Screen::Response(browser) => renew(browser),
            Screen::List(list) => list.carry(readings, &moved),
            Screen::Prompt(prompt) => prompt.before = None,
            _ => {}
        }
    }
    model.visited.iter_mut().for_each(renew);
    let spot = |spot: &Spot| {
        let at = moved(spot.at);
        let node = match (replaced(spot.at), spot.node, readings.get(at)) {
            (Some(old), Some(node), Some(new)) => new.at(&old.pointer(node)),
            (_, node, _) => node,
        };
        Spot { at, node, ..*spot }
    };
    for list in [&mut model.jumps.back, &mut model.jumps.forward] {
        *list = list.iter().map(spot).collect();
    }
}

/// Compares, or no longer.
pub(super) fn compare(model: &mut Model) {
    let Some(at) = model.browser().map(|browser| browser.at) else { return };
    model.bring_compared(at);
    if !model.comparing && model.compared(at).is_none() {
        model.toast = Some(Toast::bad("nothing to compare with: this is the first response, and it was read once"));
        return;
    }
    model.comparing = !model.comparing;
    mark(model);
    let words = match (model.comparing, model.browser().and_then(|browser| browser.changes.as_ref())) {
        (false, _) => Toast::good("no longer comparing"),
        (true, Some(changes)) => Toast::good(changes.words()),
        (true, None) => Toast::bad("too large to compare"),
    };
    model.toast = Some(words);
}

/// Marks what changed in the response on screen.
pub(super) fn mark(model: &mut Model) {
    let Some(at) = model.browser().map(|browser| browser.at) else { return };
    if model.comparing {
        model.bring_compared(at);
    }
    let compared = model.compared(at).filter(|_| model.comparing).zip(model.readings.get(at));
    let changes = compared.and_then(|((old, against), new)| {
        let large = old.document.is_large() || new.document.is_large();
        (!large).then(|| Changes::between(old, new, against))
    });
    if let Some(browser) = model.browser_mut() {
        browser.changes = changes;
    }
    browser::refresh(model);
}

#[cfg(test)]
mod tests;
