//! The model on a screen. One file a region; nothing here changes anything.
//!
//! ```text
//! ┌ header ────────────────────────────────┐
//! ├ tree / list / raw … ┬ explain ─────────┤
//! │                     ├ table ───────────┤
//! └ footer ──────────── toast ─────────────┘
//! ```

pub(super) mod codes;
mod explain;
pub(super) mod footer;
pub(super) mod header;
mod headers;
pub(super) mod help;
pub(super) mod list;
pub(super) mod menu;
mod pane;
mod pen;
mod picker;
pub(super) mod raw;
mod start;
mod states;
mod table;
mod tree;
pub(super) mod whole;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::hyperlinks::Link;
use super::layout::{self, Form};
use super::model::{Browser, Model, Screen, Tab};
use crate::view::Reading;
use pen::Pen;

/// Draws everything.
pub fn draw(model: &Model, frame: &mut Frame<'_>) {
    draw_with_links(model, frame);
}

/// Draws everything; tells where links stand.
pub fn draw_with_links(model: &Model, frame: &mut Frame<'_>) -> Vec<Link> {
    paint(model, frame.area(), frame.buffer_mut())
}

/// Draws everything into a buffer. The model's size may lag behind the terminal's: nothing outside the area is touched.
pub(super) fn paint(model: &Model, area: Rect, buffer: &mut Buffer) -> Vec<Link> {
    let mut pen = Pen::new(buffer, &model.theme, area);
    if layout::form(area.width, area.height) == Form::TooSmall {
        states::too_small(&mut pen, area);
        return Vec::new();
    }
    if model.size != (area.width, area.height) {
        return Vec::new();
    }
    let areas = model.areas();
    header::draw(model, &mut pen, areas.header);
    match model.base() {
        Some(Screen::Response(browser)) => match model.readings.get(browser.at) {
            Some(reading) => response(model, browser, reading, &mut pen),
            None => start::draw(model, &mut pen, areas.body, 0),
        },
        Some(Screen::List(list)) => list::draw(model, list, &mut pen, areas.body),
        Some(Screen::Codes(codes)) => codes::draw(model, codes, &mut pen, areas.body),
        Some(Screen::Help(help)) => help::draw(model, help, &mut pen, areas.body),
        Some(Screen::Loading) => states::loading(model, &mut pen, areas.body),
        Some(Screen::Start(cursor)) => start::draw(model, &mut pen, areas.body, cursor.at()),
        _ => start::draw(model, &mut pen, areas.body, 0),
    }
    match model.top() {
        Some(Screen::Menu(context)) => menu::keys(model, *context, &mut pen, areas.body),
        Some(Screen::Prompt(prompt)) => {
            if let Some(picker) = &prompt.picker {
                picker::draw(prompt.ask, picker, &mut pen, areas.body);
            }
        }
        Some(Screen::Whole(whole)) => whole::draw(whole, &mut pen, areas.body),
        Some(Screen::Elsewhere(code, entries, cursor)) => menu::elsewhere(code, entries, cursor, &mut pen, areas.body),
        _ => {}
    }
    footer::draw(model, &mut pen, areas.footer);
    pen.links
}

fn response(model: &Model, browser: &Browser, reading: &Reading, pen: &mut Pen<'_>) {
    let areas = browser.areas(model.size);
    match (browser.tab, &browser.codes, &browser.raw) {
        (Tab::Response, ..) => {
            tree::draw(model, browser, reading, pen, areas.tree);
            explain::draw(browser, pen, &areas);
            table::draw(model, browser, pen, &areas);
        }
        (Tab::Codes, Some(codes), _) => codes::draw(model, codes, pen, areas.body),
        (Tab::Raw, _, Some(raw)) => raw::draw(model, browser, raw, reading, pen, areas.body),
        (Tab::Headers, ..) => headers::draw(model, browser, reading, pen, areas.body),
        (Tab::Codes | Tab::Raw, ..) => {}
    }
}

#[cfg(test)]
pub(crate) mod tests;
