//! Hints from the key map, or the line that is being typed; at the right end the toast.
//!
//! ```text
//!  j/k move  ⏎ open  n next problem  / filter  y copy…  ? help  q quit        ✓ copied explanation
//! ```

use ratatui::layout::Rect;

use super::pen::Pen;
use crate::text::{Clean, clean, width};
use crate::tui::action::Action;
use crate::tui::model::{Model, Screen};
use crate::tui::theme::Role;

/// A hint and where it stands.
pub(in crate::tui) struct Hint {
    pub(in crate::tui) area: Rect,
    pub(in crate::tui) action: Action,
    label: String,
    word: String,
}

pub(super) fn draw(model: &Model, pen: &mut Pen<'_>, area: Rect) {
    let mut right = area.right().saturating_sub(1);
    if let Some(toast) = &model.toast {
        let style = pen.style(if toast.bad { Role::Status(crate::view::Mark::Warn) } else { Role::Toast });
        let glyph = if toast.bad { "!" } else { pen.theme.glyph("✓", "+") };
        let text = Clean::from(format!("{glyph} ")).with(&toast.text);
        right = pen.clean_end(area.x + 1, area.y, right, &text, style).saturating_sub(2);
    }
    if let Some(Screen::Prompt(prompt)) = model.top() {
        let (label, typed) = (pen.style(Role::Key), pen.style(Role::Text));
        let x = pen.put(area.x + 1, area.y, right, prompt.ask.label(), label);
        let room = usize::from(right.saturating_sub(x + 1));
        let x = pen.clean(x, area.y, right, &clean(&prompt.text).cut_start(room), typed);
        pen.put(x, area.y, right, pen.theme.glyph("█", "_"), typed);
        return;
    }
    for hint in hints(model) {
        if hint.area.right() > right {
            return;
        }
        let (key, word) = (pen.style(Role::Key), pen.style(Role::Hint));
        let x = pen.put(hint.area.x, area.y, right, &hint.label, key);
        pen.put(x + 1, area.y, right, &hint.word, word);
    }
}

/// The hints of the present screen, each where it is drawn and can be clicked.
pub(in crate::tui) fn hints(model: &Model) -> Vec<Hint> {
    let (wide, high) = model.size;
    let mut x = 1;
    let mut hints = Vec::new();
    // Where there is no room for all, those at the end matter most: help and quit.
    let all: Vec<_> =
        model.keymap.on(model.context()).filter_map(|binding| Some((binding, binding.hint.as_ref()?))).collect();
    let cells = |label: &str, word: &str| u16::try_from(width(label) + width(word) + 1).unwrap_or(u16::MAX);
    let total: u16 =
        all.iter().map(|(binding, word)| cells(&label(&binding.hint_label, model.theme.ascii), word) + 2).sum();
    let mut spare = (total + 1).saturating_sub(wide);
    for (binding, word) in all {
        let label = label(&binding.hint_label, model.theme.ascii);
        let room = cells(&label, word);
        let keep = matches!(binding.action, Action::Help | Action::Quit | Action::CopyMenu);
        if spare > 0 && !keep {
            spare = spare.saturating_sub(room + 2);
            continue;
        }
        let area = Rect::new(x, high.saturating_sub(1), room, 1);
        hints.push(Hint { area, action: binding.action, label, word: word.to_string() });
        x = x.saturating_add(room + 2);
    }
    hints
}

/// A key's name, in ASCII where nothing else may be drawn.
pub(super) fn label(label: &str, ascii: bool) -> String {
    if !ascii {
        return label.to_owned();
    }
    let names = [("⏎", "Enter"), ("↑", "Up"), ("↓", "Down"), ("←", "Left"), ("→", "Right")];
    names.iter().fold(label.to_owned(), |text, (glyph, name)| text.replace(glyph, name))
}
