//! Clicks and the wheel.

use crossterm::event::{KeyCode, KeyEvent, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use super::{act, browser};
use crate::tui::layout;
use crate::tui::model::{Model, Pane, Screen, Tab};
use crate::tui::msg::Effect;
use crate::view::Move;

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
        let hint = crate::tui::draw::footer::hints(model).into_iter().find(|hint| hint.area.contains(at));
        return hint.map_or(Vec::new(), |hint| act(hint.action, KeyEvent::from(KeyCode::Enter), model));
    }
    if areas.header.contains(at) {
        let tab = crate::tui::draw::header::tabs(model).into_iter().find(|(area, _)| area.contains(at));
        if let Some((_, tab)) = tab {
            browser::tab(model, tab);
        }
        return Vec::new();
    }
    point(model, at);
    let row = |area: Rect| layout::inside(area).contains(at).then(|| usize::from(at.y.saturating_sub(area.y + 1)));
    if let Some(Screen::List(list)) = model.screens.last_mut() {
        if let Some(row) = row(areas.body) {
            list.cursor.set(list.cursor.top() + row);
        }
        return Vec::new();
    }
    if let Some(Screen::Elsewhere(_, _, cursor) | Screen::Start(cursor)) = model.screens.last_mut() {
        if let Some(row) = row(areas.body) {
            cursor.set(cursor.top() + row);
        }
        return Vec::new();
    }
    let Some(browser) = model.browser().filter(|browser| browser.tab == Tab::Response) else { return Vec::new() };
    if let Some(row) = row(areas.tree) {
        let target = browser.tree.cursor.top() + row;
        let again = browser.tree.cursor.at() == target;
        browser::tree(model, |tree, reading| {
            tree.cursor.set(target.min(tree.len().saturating_sub(1)));
            if again {
                tree.toggle(reading);
            }
        });
    } else if let Some(row) = row(areas.table)
        && let Some(reference) = model.browser_mut().and_then(|browser| browser.reference.as_mut())
    {
        reference.cursor.set(reference.cursor.top() + row);
    }
    Vec::new()
}
