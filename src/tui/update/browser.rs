//! Actions on one response: the tree, its panes and tabs.

use crate::secrets::Secrets;
use crate::text::Address;
use crate::tui::copy;
use crate::tui::layout;
use crate::tui::model::{Browser, Model, Pane, Screen, Tab};
use crate::tui::msg::{Effect, Toast};
use crate::view::codes::Codes;
use crate::view::{Move, Node, Reading, Reference, Tree};

/// Does something with the tree, then says anew what is to be said of the selection.
pub(super) fn tree(model: &mut Model, act: impl FnOnce(&mut Tree, &Reading)) {
    with(model, |browser, reading| act(&mut browser.tree, reading));
}

/// The same, for what `u` takes back.
pub(super) fn change(model: &mut Model, act: impl FnOnce(&mut Tree, &Reading)) {
    with(model, |browser, reading| {
        browser.remember();
        act(&mut browser.tree, reading);
    });
}

fn with(model: &mut Model, act: impl FnOnce(&mut Browser, &Reading)) {
    let eye = model.eye();
    let Some(Screen::Response(browser)) = model.screens.iter_mut().rev().find(|screen| screen.is_full()) else {
        return;
    };
    let Some(reading) = model.readings.get(browser.at) else { return };
    let before = browser.tree.selected();
    act(browser, reading);
    if browser.tree.selected() != before {
        browser.explain(reading, &model.catalog, eye);
    }
}

pub(super) fn step(model: &mut Model, how: Move) {
    let (size, catalog) = (model.size, std::sync::Arc::clone(&model.catalog));
    with(model, |browser, reading| {
        let areas = browser.areas(size);
        let inside = |area| usize::from(layout::inside(area).height);
        let body = inside(areas.body);
        match (browser.tab, browser.focus) {
            (Tab::Response, Pane::Tree) => browser.tree.go(reading, how, inside(areas.tree)),
            (Tab::Response, Pane::Explain) => {
                let height = usize::from(browser.explain_inside(&areas).height).saturating_sub(1);
                browser.explain_top = scrolled(browser.explain_top, how, browser.lines.len(), height);
            }
            (Tab::Response, Pane::Table) => {
                if let Some(reference) = &mut browser.reference {
                    let len = reference.len(&catalog);
                    reference.cursor.go(how, len, inside(areas.table));
                }
            }
            (Tab::Codes, _) => {
                if let Some(codes) = &mut browser.codes {
                    codes.cursor.go(how, codes.len(), body);
                }
            }
            (Tab::Raw, _) => {
                if let Some(raw) = &mut browser.raw {
                    raw.go(reading, how, body);
                }
            }
            (Tab::Headers, _) => browser.headers.cursor.go(how, browser.headers.len(reading), body),
        }
    });
}

/// Where a page without a selection is after a move.
pub(super) fn scrolled(top: usize, how: Move, len: usize, height: usize) -> usize {
    let last = len.saturating_sub(height);
    let (half, page) = ((height / 2).max(1), height.saturating_sub(1).max(1));
    let top = match how {
        Move::Up => top.saturating_sub(1),
        Move::Down => top + 1,
        Move::HalfUp => top.saturating_sub(half),
        Move::HalfDown => top + half,
        Move::PageUp => top.saturating_sub(page),
        Move::PageDown => top + page,
        Move::First => 0,
        Move::Last => last,
    };
    top.min(last)
}

pub(super) fn sibling(model: &mut Model, forward: bool) {
    let screen = model.screens.last_mut();
    if let Some(Screen::Codes(codes)) = screen {
        codes.section(forward);
        return;
    }
    with(model, |browser, reading| match (browser.tab, &mut browser.codes) {
        (Tab::Codes, Some(codes)) => codes.section(forward),
        _ => browser.tree.sibling(reading, forward),
    });
}

pub(super) fn open(model: &mut Model) {
    if let Some(Screen::List(_)) = model.screens.last() {
        let enter = crossterm::event::KeyEvent::from(crossterm::event::KeyCode::Enter);
        super::act(crate::tui::action::Action::Confirm, enter, model);
        return;
    }
    with(model, |browser, reading| match (browser.tab, &mut browser.raw) {
        (Tab::Raw, Some(raw)) => raw.shift(8),
        _ => {
            browser.remember();
            browser.tree.open(reading);
        }
    });
}

pub(super) fn close(model: &mut Model) {
    with(model, |browser, reading| match (browser.tab, &mut browser.raw) {
        (Tab::Raw, Some(raw)) => raw.shift(-8),
        _ => {
            browser.remember();
            browser.tree.close(reading);
        }
    });
}

/// Enter: where there is one pane, the other one; on a row of the table, that row among all codes; else open.
pub(super) fn confirm(model: &mut Model) {
    let row_only = |browser: &Browser| {
        let table = browser.reference.as_ref().filter(|_| browser.tab == Tab::Response && browser.focus == Pane::Table);
        let row = table.and_then(|table| table.row(&model.catalog, table.cursor.at()));
        browser.tab == Tab::Headers || row.is_some_and(|row| row.entry.is_none())
    };
    if model.browser().is_some_and(row_only) {
        return super::dialogs::whole(model);
    }
    let to_code = model.browser().is_some_and(|browser| browser.tab == Tab::Response && browser.focus == Pane::Table);
    if to_code {
        super::history::leave(model);
    }
    let (size, catalog) = (model.size, std::sync::Arc::clone(&model.catalog));
    with(model, |browser, reading| {
        if browser.tab != Tab::Response {
            return;
        }
        if browser.focus == Pane::Table {
            let row = browser.reference.as_ref().and_then(|table| table.row(&catalog, table.cursor.at()));
            if let Some(entry) = row.and_then(|row| row.entry) {
                let mut codes = Codes::new(&catalog);
                codes.reveal(&catalog, &entry);
                browser.codes = Some(Box::new(codes));
                browser.tab = Tab::Codes;
            }
        } else if browser.is_single(size) {
            browser.focus = if browser.focus == Pane::Tree { Pane::Explain } else { Pane::Tree };
        } else if browser.focus == Pane::Tree {
            browser.remember();
            browser.tree.toggle(reading);
        }
    });
}

pub(super) fn next(model: &mut Model, forward: bool) -> Vec<Effect> {
    if let Some(Screen::List(list)) = model.screens.last_mut() {
        if !list.step(&model.readings, forward) {
            model.toast = Some(Toast::good("no other problem in the list"));
        }
        return Vec::new();
    }
    let effects = super::large::search(model, forward);
    if !effects.is_empty() {
        return effects;
    }
    super::history::leave(model);
    let mut toast = None;
    with(model, |browser, reading| {
        let searching = browser.tree.query().is_some();
        let (what, nodes): (_, Vec<Node>) = match &browser.changes {
            _ if searching => ("match", browser.tree.hits().to_vec()),
            Some(changes) => ("change", changes.list().to_vec()),
            None => ("problem", reading.notes.problems().iter().map(|node| (*node).into()).collect()),
        };
        toast = Some(match browser.tree.step(reading, &nodes, forward) {
            Some(at) => Toast::good(format!("{what} {} of {}", at + 1, nodes.len())),
            None if searching => Toast::bad("no match"),
            None => Toast::good(format!("no {what} in here")),
        });
    });
    model.toast = toast;
    Vec::new()
}

pub(super) fn focus(model: &mut Model) {
    with(model, |browser, _| {
        browser.focus = match browser.focus {
            Pane::Tree => Pane::Explain,
            Pane::Explain if browser.reference.is_some() => Pane::Table,
            Pane::Explain | Pane::Table => Pane::Tree,
        };
    });
}

pub(super) fn zoom(model: &mut Model) {
    with(model, |browser, _| {
        browser.remember();
        browser.zoom = !browser.zoom;
    });
}

pub(super) fn wrap(model: &mut Model) {
    with(model, |browser, _| {
        browser.remember();
        browser.wrap = !browser.wrap;
    });
    show_in_raw(model);
}

pub(super) fn tab(model: &mut Model, tab: Tab) {
    let catalog = std::sync::Arc::clone(&model.catalog);
    let Some(browser) = model.browser_mut() else { return };
    let before = std::mem::replace(&mut browser.tab, tab);
    if tab == Tab::Codes && browser.codes.is_none() {
        let mut codes = Codes::new(&catalog);
        // The long list opens where the thing at hand stands.
        let row = |table: &Reference| table.row(&catalog, table.cursor.at()).and_then(|row| row.entry);
        if let Some(entry) = browser.reference.as_ref().and_then(row) {
            codes.reveal(&catalog, &entry);
        }
        browser.codes = Some(Box::new(codes));
    }
    if tab == Tab::Raw && before != Tab::Raw {
        model.settle();
        show_in_raw(model);
    }
}

/// Scrolls the source text to the selection.
fn show_in_raw(model: &mut Model) {
    let width = crate::tui::draw::raw::text_width(model.size.0);
    model.settle();
    with(model, |browser, reading| {
        if let (Some(raw), Some(node)) = (&mut browser.raw, browser.tree.selected()) {
            raw.show(reading, node.outer, width);
        }
    });
}

pub(super) fn secrets(model: &mut Model) {
    model.secrets = match model.secrets {
        Secrets::Masked => Secrets::Shown,
        Secrets::Shown => Secrets::Masked,
    };
    let words = match model.secrets {
        Secrets::Shown => "credentials are shown",
        Secrets::Masked => "credentials are masked",
    };
    model.toast = Some(Toast::good(words));
    refresh(model);
}

/// Says everything of the selection anew.
pub(super) fn refresh(model: &mut Model) {
    let eye = model.eye();
    let Some(Screen::Response(browser)) = model.screens.iter_mut().rev().find(|screen| screen.is_full()) else {
        return;
    };
    if let Some(reading) = model.readings.get(browser.at) {
        browser.explain(reading, &model.catalog, eye);
    }
}

/// Esc on a response: the search first, then the zoom, then the pane. Whether there was something to close.
pub(super) fn cancel(model: &mut Model) -> bool {
    let catalog = std::sync::Arc::clone(&model.catalog);
    let mut closed = true;
    with(model, |browser, reading| {
        let searched = browser.codes.as_mut().filter(|codes| browser.tab == Tab::Codes && !codes.query().is_empty());
        if let Some(codes) = searched {
            codes.search(&catalog, "");
        } else if browser.tab != Tab::Response {
            browser.tab = Tab::Response;
        } else if browser.tree.query().is_some() {
            browser.remember();
            browser.tree.filter(reading, "");
        } else if browser.zoom {
            browser.remember();
            browser.zoom = false;
        } else if browser.focus != Pane::Tree {
            browser.focus = Pane::Tree;
        } else {
            closed = false;
        }
    });
    closed
}

/// Opens the link of the selection, if a browser may be handed such an address.
pub(super) fn link(model: &mut Model) -> Vec<Effect> {
    let entry = copy::selected_entry(model).and_then(|entry| entry.url);
    let of_response = || {
        let (browser, reading) = (model.browser()?, model.reading()?);
        copy::link(reading, browser, browser.tree.selected()?.outer)
    };
    let Some(link) = entry.or_else(of_response) else {
        model.toast = Some(Toast::bad("there is no link here"));
        return Vec::new();
    };
    if Address::of(&link).may_open() {
        return vec![Effect::Open(link.clean().into_string())];
    }
    model.toast = Some(Toast::bad("not opened: only http and https links are"));
    Vec::new()
}

/// Selects a row of the pane that has the focus; of a page, scrolls to it.
pub(super) fn select(model: &mut Model, row: usize) {
    with(model, |browser, _| match (browser.tab, browser.focus) {
        (Tab::Response, Pane::Tree) => browser.tree.cursor.set(row.min(browser.tree.len().saturating_sub(1))),
        (Tab::Response, Pane::Explain) => browser.explain_top = row,
        (Tab::Response, Pane::Table) => browser.reference.iter_mut().for_each(|table| table.cursor.set(row)),
        (Tab::Codes, _) => browser.codes.iter_mut().for_each(|codes| codes.cursor.set(row)),
        (Tab::Raw, _) => browser.raw.iter_mut().for_each(|raw| raw.cursor.set(row)),
        (Tab::Headers, _) => browser.headers.cursor.set(row),
    });
}
