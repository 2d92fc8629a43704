//! The verdict, and below it what was recognised and the tabs.
//!
//! ```text
//!  ◐ PARTIAL  HTTP 200 · 1 of 3 platforms failed: linkedin             usage 5 of 120 · resets 2023-10-27
//!    Acme results (certain) · stdin · JSON · 812 B             [1 Response]  2 Codes  3 Raw  4 Headers
//! ```

use ratatui::layout::Rect;

use super::pen::Pen;
use crate::document::Format;
use crate::text::{Clean, clean, width};
use crate::tui::model::{Model, Screen, Tab};
use crate::tui::theme::Role;
use crate::view::explain::usage_words;
use crate::view::{Mark, Reading, human};

pub(super) fn draw(model: &Model, pen: &mut Pen<'_>, area: Rect) {
    match model.base() {
        Some(Screen::Response(browser)) => {
            if let Some(reading) = model.readings.get(browser.at) {
                verdict(model, reading, pen, area);
                if area.height > 1 {
                    source(model, reading, pen, area);
                }
            }
        }
        screen => plain(model, screen, pen, area),
    }
}

fn verdict(model: &Model, reading: &Reading, pen: &mut Pen<'_>, area: Rect) {
    let decoded = &reading.decoded;
    let mark = reading.mark();
    let style = pen.theme.mark(mark).add_modifier(ratatui::style::Modifier::BOLD);
    let usage = decoded.usage.iter().find(|usage| usage_words(usage).is_some());
    let mut right = String::new();
    if let (Some(usage), true) = (usage, area.width >= 90) {
        right = format!("{} {}", usage.label.clean(), usage_words(usage).unwrap_or_default());
        if let Some(resets) = &usage.resets {
            let resets = resets.clean();
            // Of a time in the form of RFC 3339 the day is enough here.
            let day = resets.get(..10).filter(|_| resets.get(10..11) == Some("T")).unwrap_or(&resets).to_owned();
            // How long it is to go says more; a time that is over by far says its day.
            let soon = usage.resets_at.zip(model.now).filter(|(at, now)| at.saturating_add(FORGOTTEN) > *now);
            let resets = soon.map_or(day, |(at, now)| human::relative(at, now, false));
            right.push_str(&format!(" {} resets {resets}", pen.theme.glyph("·", "-")));
        }
    }
    let trouble = decoded.problems.iter().find(|trouble| trouble.grave);
    if let Some(trouble) = trouble {
        right = format!("! {}, line {}", trouble.message, trouble.line);
    }
    let edge = area.right().saturating_sub(1);
    let start = if right.is_empty() || width(&right) > usize::from(area.width / 2) {
        edge
    } else {
        let style = pen.style(if trouble.is_some() { Role::Status(Mark::Warn) } else { Role::Dim });
        pen.put_end(area.x, area.y, edge, &right, style).saturating_sub(2)
    };
    // What has not arrived may say otherwise.
    let so_far = if reading.document.extent().is_some_and(|extent| !extent.whole) { " so far" } else { "" };
    let word = format!("{} {}{so_far}", mark.glyph(pen.theme.ascii), mark.headline());
    let mut x = pen.put(area.x + 1, area.y, start, &word, style);
    let text = pen.style(Role::Text);
    if let Some(status) = decoded.http.status {
        x = pen
            .put(x + 2, area.y, start, &format!("HTTP {status} {}", pen.theme.glyph("·", "-")), text)
            .saturating_sub(1);
    }
    pen.clean(x + 2, area.y, start, &summary(model, reading, mark), text);
}

/// Seconds after which a reset is history.
const FORGOTTEN: u64 = 86_400;

/// What happened. That nothing went wrong is said in words of its own.
fn summary(model: &Model, reading: &Reading, mark: Mark) -> Clean {
    let summary = model.secrets.mask(&reading.decoded.summary).clean();
    if mark == Mark::Ok && reading.notes.problems().is_empty() && !summary.contains("no error") {
        let mut text = Clean::ours("no errors found");
        if !summary.is_empty() {
            text.push(&Clean::ours(", "));
            text.push(&summary);
        }
        return text;
    }
    summary
}

fn source(model: &Model, reading: &Reading, pen: &mut Pen<'_>, area: Rect) {
    let decoded = &reading.decoded;
    let mut text = match &decoded.vendor {
        Some(vendor) => {
            let mut text = vendor.name.clean();
            text.push(&clean(&format!(" {} ({})", vendor.shape, vendor.confidence.id())));
            text
        }
        None => Clean::ours("unknown vendor, V chooses"),
    };
    let dot = pen.theme.glyph(" · ", " - ");
    text.push(&Clean::ours(dot));
    // Of a path the end says most.
    text.push(&decoded.source.name.clean().cut_start(28));
    if model.readings.len() > 1 {
        let at = model.browser().map_or(0, |browser| browser.at);
        text.push(&clean(&format!(" {} of {}", at + 1, model.readings.len())));
    }
    text.push(&clean(&format!(
        "{dot}{}{dot}{}",
        format_name(decoded.source.format),
        human::size(decoded.source.bytes as u64)
    )));
    let y = area.y + 1;
    let tabs = tabs(model);
    let left = tabs.first().map_or(area.right(), |(area, _)| area.x);
    let style = pen.style(Role::Dim);
    pen.clean(area.x + 3, y, left.saturating_sub(2), &text, style);
    let here = model.browser().map_or(Tab::Response, |browser| browser.tab);
    for (area, tab) in tabs {
        let name = Tab::ALL.into_iter().find(|(other, _)| *other == tab).map_or("", |(_, name)| name);
        let (text, style) = if tab == here {
            (format!("[{name}]"), pen.style(Role::Title))
        } else {
            (format!(" {name} "), pen.style(Role::Hint))
        };
        pen.put(area.x, y, area.right(), &text, style);
    }
}

/// Where the tabs stand: in the second row, at its end; nowhere where the row is too short.
pub(in crate::tui) fn tabs(model: &Model) -> Vec<(Rect, Tab)> {
    let (width, height) = model.size;
    if height < 12 || width < 50 || model.browser().is_none() {
        return Vec::new();
    }
    let total: u16 = Tab::ALL.iter().map(|(_, name)| name.len() as u16 + 2).sum();
    let mut x = width.saturating_sub(total + 1);
    let mut tabs = Vec::new();
    for (tab, name) in Tab::ALL {
        let wide = name.len() as u16 + 2;
        tabs.push((Rect::new(x, 1, wide, 1), tab));
        x += wide;
    }
    tabs
}

fn plain(model: &Model, screen: Option<&Screen>, pen: &mut Pen<'_>, area: Rect) {
    let (title, text) = match screen {
        Some(Screen::List(_)) => {
            let of = crate::text::plural(model.readings.len(), "response");
            let mut text = format!("{of}, {} with problems", model.readings.problems());
            let mut divider = ": ";
            for (mark, count) in model.readings.marks() {
                text.push_str(&format!("{divider}{} {count} {}", mark.glyph(pen.theme.ascii), mark.headline()));
                divider = "  ";
            }
            ("errview", text)
        }
        Some(Screen::Codes(_)) => ("errview", "all codes of all vendors".to_owned()),
        Some(Screen::Help(_)) => ("errview", "help".to_owned()),
        Some(Screen::Loading) => ("errview", "reading".to_owned()),
        _ => ("errview", "what an API response means".to_owned()),
    };
    let (bold, dim) = (pen.style(Role::Title), pen.style(Role::Dim));
    let x = pen.put(area.x + 1, area.y, area.right(), title, bold);
    pen.put(x + 2, area.y, area.right(), &text, dim);
}

fn format_name(format: Format) -> &'static str {
    match format {
        Format::Json => "JSON",
        Format::Xml => "XML",
        Format::Html => "HTML page, not JSON",
        Format::Text => "plain text, not JSON",
        Format::Empty => "empty body",
        Format::Binary => "binary",
    }
}
