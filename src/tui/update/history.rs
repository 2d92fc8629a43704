//! Ways back: undoing changes of the view, going back and forth between places, stepping between responses.

use std::sync::Arc;

use super::browser;
use crate::tui::model::{Browser, Model, Screen, Spot, Tab, View};
use crate::tui::msg::{Effect, Toast};
use crate::view::Node;

/// Earlier places that are kept.
const PLACES: usize = 100;
/// Responses whose folds and scroll positions are kept while others are looked at.
const VISITED: usize = 32;

/// Takes back the last change of the view.
pub(super) fn undo(model: &mut Model) {
    let Some(View { tree, tab, focus, zoom, wrap, decoded }) =
        model.browser_mut().and_then(|browser| browser.undo.pop())
    else {
        model.toast = Some(Toast::good("nothing to undo"));
        return;
    };
    if let (Some(decoded), Some(at)) = (decoded, model.browser().map(|browser| browser.at)) {
        model.readings.change(at, |reading| reading.restore(*decoded));
    }
    if let Some(browser) = model.browser_mut() {
        (browser.tree, browser.tab, browser.focus, browser.zoom, browser.wrap) = (tree, tab, focus, zoom, wrap);
    }
    browser::refresh(model);
    model.toast = Some(Toast::good("undone"));
}

/// Goes to a node, from where one can come back.
pub(super) fn jump(model: &mut Model, node: Node) {
    leave(model);
    if let Some(browser) = model.browser_mut() {
        browser.tab = Tab::Response;
    }
    browser::tree(model, |tree, reading| tree.reveal(reading, node));
}

/// Remembers the present place before going to another one.
pub(super) fn leave(model: &mut Model) {
    let Some(here) = model.browser().map(Browser::spot) else { return };
    if model.jumps.back.last() != Some(&here) {
        model.jumps.back.push(here);
    }
    if model.jumps.back.len() > PLACES {
        model.jumps.back.remove(0);
    }
    model.jumps.forward.clear();
}

/// Goes to the place before the last jump; from the first on, to the screen before.
pub(super) fn back(model: &mut Model) -> Vec<Effect> {
    if let Some(Screen::Response(browser)) = model.screens.last() {
        let here = browser.spot();
        // A jump that led to where one is already is no step.
        while let Some(spot) = model.jumps.back.pop() {
            if spot != here {
                model.jumps.forward.push(here);
                go(model, spot);
                return Vec::new();
            }
        }
    }
    super::back(model, false)
}

/// Goes to where one came back from.
pub(super) fn forward(model: &mut Model) {
    let (Some(here), Some(spot)) = (model.browser().map(Browser::spot), model.jumps.forward.pop()) else {
        model.toast = Some(Toast::good("no place to go forward to"));
        return;
    };
    model.jumps.back.push(here);
    go(model, spot);
}

fn go(model: &mut Model, spot: Spot) {
    if model.browser().is_some_and(|browser| browser.at != spot.at) {
        show(model, spot.at);
    }
    browser::tab(model, spot.tab);
    if let Some(node) = spot.node {
        browser::tree(model, |tree, reading| tree.reveal(reading, node));
    }
    if let (Some(row), Some(browser)) = (spot.row, model.browser_mut())
        && let Some(codes) = &mut browser.codes
    {
        codes.cursor.jump(row);
    }
}

/// Goes to the next or the previous response.
pub(super) fn neighbour(model: &mut Model, forward: bool) {
    let len = model.readings.len();
    let Some(at) = model.browser().map(|browser| browser.at) else { return };
    let next = if forward { at + 1 } else { at.wrapping_sub(1) };
    let shown = if next < len { next } else { at };
    model.toast = Some(Toast::good(format!("response {} of {len}", shown + 1)));
    if shown != at {
        show(model, shown);
    }
}

/// Puts another response on screen, as it was left.
pub(super) fn show(model: &mut Model, at: usize) {
    let (catalog, eye) = (Arc::clone(&model.catalog), model.eye());
    model.bring(at);
    let Some(reading) = model.readings.get(at) else { return };
    let visited = model.visited.iter().position(|browser| browser.at == at).map(|place| model.visited.remove(place));
    let mut next = match visited {
        Some(browser) => browser,
        None => Browser::new(reading, &catalog, at, eye),
    };
    next.explain(reading, &catalog, eye);
    for screen in &mut model.screens {
        match screen {
            Screen::Response(here) => {
                next.tab = here.tab;
                model.visited.push(std::mem::replace(&mut **here, next.clone()));
                if model.visited.len() > VISITED {
                    model.visited.remove(0);
                }
            }
            Screen::List(list) => list.select(at),
            _ => {}
        }
    }
    super::reread::mark(model);
}
