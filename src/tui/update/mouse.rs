//! Clicks and the wheel: a click selects, a second one opens; hints, tabs, edges and bars do what they say.

use crossterm::event::{KeyCode, KeyEvent, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use super::{act, browser};
use crate::tui::action::Action;
use crate::tui::draw::{self, footer, header, menu};
use crate::tui::layout;
use crate::tui::model::{Model, Pane, START, Screen, Tab};
use crate::tui::msg::Effect;
use crate::view::codes::Codes;
use crate::view::{Cursor, Move};

/// Rows that one notch of the wheel moves.
const NOTCH: usize = 3;

pub(super) fn update(event: MouseEvent, model: &mut Model) -> Vec<Effect> {
    let at = Position::new(event.column, event.row);
    match event.kind {
        MouseEventKind::ScrollDown => wheel(model, at, Move::Down),
        MouseEventKind::ScrollUp => wheel(model, at, Move::Up),
        MouseEventKind::Down(MouseButton::Left) => return click(model, at),
        _ => {}
    }
    Vec::new()
}

fn wheel(model: &mut Model, at: Position, how: Move) {
    point(model, at);
    for _ in 0..NOTCH {
        super::step(model, how);
    }
}

/// The pane under the pointer gets the keys.
fn point(model: &mut Model, at: Position) {
    let areas = model.areas();
    let Some(Screen::Response(browser)) = model.screens.last_mut() else { return };
    for (area, pane) in [(areas.tree, Pane::Tree), (areas.explain, Pane::Explain), (areas.table, Pane::Table)] {
        if area.contains(at) {
            browser.focus = pane;
        }
    }
}

fn click(model: &mut Model, at: Position) -> Vec<Effect> {
    model.toast = None;
    let areas = model.areas();
    if areas.footer.contains(at) {
        let hint = footer::hints(model).into_iter().find(|hint| hint.area.contains(at));
        return hint.map_or(Vec::new(), |hint| press(model, hint.action));
    }
    if let Some(Screen::Menu(context)) = model.screens.last() {
        let rows = menu::rows(model, *context, areas.body);
        let chosen =
            rows.iter().find(|(row, _)| row.contains(at)).map(|(_, binding)| (binding.action, binding.event()));
        // A menu lasts for one click.
        model.screens.pop();
        return chosen.map_or(Vec::new(), |(action, event)| act(action, event, model));
    }
    if areas.header.contains(at) {
        return header(model, at);
    }
    if let Some(Screen::Whole(_)) = model.screens.last() {
        return press(model, Action::Cancel);
    }
    point(model, at);
    let Some(pane) = panes(model).into_iter().find(|pane| pane.area.contains(at)) else { return Vec::new() };
    let (inside, end) = (layout::inside(pane.area), pane.area.right().saturating_sub(1));
    if at.y == pane.area.y && at.x > pane.area.x + pane.area.width / 2 {
        return pane.button.map_or(Vec::new(), |action| press(model, action));
    }
    let row = usize::from(at.y.saturating_sub(inside.y));
    let is_row = (inside.y..inside.bottom()).contains(&at.y);
    let large = model.reading().is_some_and(|reading| reading.document.is_large());
    if at.x == end && is_row && !large && pane.len > usize::from(inside.height) {
        // The bar: as far down the list as down the pane.
        let last = usize::from(inside.height).saturating_sub(1).max(1);
        select(model, row * pane.len.saturating_sub(1) / last);
        return Vec::new();
    }
    let target = pane.top + row;
    if !inside.contains(at) || target >= pane.len {
        return Vec::new();
    }
    let again = pane.at == Some(target);
    select(model, target);
    if again { press(model, pane.opens) } else { Vec::new() }
}

/// Does what a key would do.
fn press(model: &mut Model, action: Action) -> Vec<Effect> {
    act(action, KeyEvent::from(KeyCode::Enter), model)
}

/// A tab, the verdict (which goes to the first problem), or the vendor (which can be chosen).
fn header(model: &mut Model, at: Position) -> Vec<Effect> {
    let tab = header::tabs(model).into_iter().find(|(area, _)| area.contains(at));
    if let Some((_, tab)) = tab {
        browser::tab(model, tab);
        return Vec::new();
    }
    match model.browser() {
        Some(_) if at.y == 0 => {
            if let Some(node) = model.reading().and_then(|reading| reading.notes.first_problem()) {
                super::history::jump(model, node.into());
            }
            Vec::new()
        }
        Some(_) => press(model, Action::Vendor),
        None => Vec::new(),
    }
}

/// A list on screen: where it is, and what a click in it does.
struct List {
    area: Rect,
    top: usize,
    len: usize,
    /// The selected row; a page has none.
    at: Option<usize>,
    /// What a second click on a row does.
    opens: Action,
    /// What stands at the right end of its upper edge.
    button: Option<Action>,
}

fn list(area: Rect, cursor: &Cursor, len: usize, opens: Action, button: Option<Action>) -> List {
    List { area, top: cursor.top(), len, at: Some(cursor.at()), opens, button }
}

/// The lists of the topmost screen.
fn panes(model: &Model) -> Vec<List> {
    let (areas, catalog) = (model.areas(), &model.catalog);
    let body = areas.body;
    // A line that is typed has a list of its own, or leaves the screen below it to the mouse.
    let top = match model.top() {
        Some(Screen::Prompt(prompt)) => match &prompt.picker {
            Some(picker) => return vec![list(body, &picker.cursor, picker.len(), Action::Confirm, None)],
            None => model.base(),
        },
        top => top,
    };
    match top {
        Some(Screen::Start(cursor)) => vec![list(body, cursor, START.len(), Action::Confirm, None)],
        Some(Screen::List(all)) => {
            let (area, len) = (layout::list(body).0, all.len(&model.readings));
            vec![list(area, &all.cursor, len, Action::Confirm, Some(Action::ProblemsOnly))]
        }
        Some(Screen::Elsewhere(_, entries, cursor)) => {
            vec![list(body, cursor, entries.len(), Action::Confirm, None)]
        }
        Some(Screen::Help(help)) => {
            let len = draw::help::len(&model.keymap, &help.query);
            vec![List { at: None, ..list(body, &help.cursor, len, Action::Confirm, Some(Action::Cancel)) }]
        }
        Some(Screen::Codes(codes)) => codes_panes(codes, body),
        Some(Screen::Response(browser)) => match (browser.tab, &browser.codes, &browser.raw) {
            (Tab::Codes, Some(codes), _) => codes_panes(codes, body),
            (Tab::Raw, _, Some(raw)) => vec![list(body, &raw.cursor, raw.len(), Action::Down, Some(Action::Wrap))],
            (Tab::Headers, ..) => {
                let len = model.reading().map_or(0, |reading| browser.headers.len(reading));
                vec![list(body, &browser.headers.cursor, len, Action::Confirm, Some(Action::CopyMenu))]
            }
            (Tab::Response, ..) => {
                let tree = &browser.tree;
                let page = List {
                    area: areas.explain,
                    top: browser.explain_top,
                    len: browser.lines.len() + 1,
                    at: None,
                    opens: Action::Focus,
                    button: Some(Action::CopyMenu),
                };
                let mut all =
                    vec![list(areas.tree, &tree.cursor, tree.len(), Action::Toggle, Some(Action::Filter)), page];
                if let Some(table) = &browser.reference {
                    all.push(list(areas.table, &table.cursor, table.len(catalog), Action::Confirm, None));
                }
                all
            }
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn codes_panes(codes: &Codes, body: Rect) -> Vec<List> {
    let (area, detail) = draw::codes::split(body);
    let page = List { area: detail, top: 0, len: 0, at: None, opens: Action::CopyMenu, button: Some(Action::CopyMenu) };
    vec![list(area, &codes.cursor, codes.len(), Action::Elsewhere, Some(Action::Filter)), page]
}

/// Selects a row of the list that the keys go to; of a page, scrolls to it.
fn select(model: &mut Model, row: usize) {
    let top = model.screens.len().saturating_sub(1);
    let typed = matches!(model.top(), Some(Screen::Prompt(prompt)) if prompt.picker.is_none());
    match model.screens.get_mut(top.saturating_sub(usize::from(typed))) {
        Some(Screen::Prompt(prompt)) => {
            if let Some(picker) = &mut prompt.picker {
                picker.cursor.set(row);
            }
        }
        Some(Screen::Start(cursor) | Screen::Elsewhere(_, _, cursor)) => cursor.set(row),
        Some(Screen::List(list)) => list.cursor.set(row),
        Some(Screen::Help(help)) => help.cursor.scroll_to(row, usize::MAX, 0),
        Some(Screen::Codes(codes)) => codes.cursor.set(row),
        Some(Screen::Response(_)) => browser::select(model, row),
        _ => {}
    }
}

#[cfg(test)]
mod tests;
