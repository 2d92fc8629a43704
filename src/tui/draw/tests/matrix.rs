//! Every state at every size and in every theme: golden screens, golden styles, and what holds on all of them.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use proptest::prelude::*;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};

use super::states::{all, named};
use super::{accept_or_compare, buffer, picture};
use crate::pack::Catalog;
use crate::tui::draw::paint;
use crate::tui::{Msg, THEMES, Theme, update};

/// The sizes that the layout tells apart.
const SIZES: [(u16, u16); 4] = [(120, 30), (80, 24), (60, 18), (40, 10)];

/// The screens of all sizes in one file for each state.
#[test]
fn every_state_looks_as_it_did() {
    let mut wrong = Vec::new();
    for state in all() {
        let mut screens = String::new();
        for size in SIZES {
            let picture = picture(&state.model(size));
            if size == SIZES[0] {
                let missing = state.shows.iter().filter(|words| !picture.contains(*words));
                wrong.extend(missing.map(|words| format!("`{}` does not show `{words}`:\n{picture}", state.name)));
            }
            let _ = write!(screens, "== {}x{}\n{picture}", size.0, size.1);
        }
        wrong.extend(accept_or_compare(&format!("tests/screens/{}.txt", state.name), &screens).err());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A state that was renamed leaves no file behind.
#[test]
fn there_is_a_state_for_every_golden_screen() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/screens");
    let files = fs::read_dir(folder).expect("tests/screens").map(|entry| entry.expect("a file").path());
    let names: BTreeSet<String> = files
        .filter(|path| path.extension().is_some_and(|end| end == "txt"))
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect();
    let states: BTreeSet<String> = all().iter().map(|state| state.name.clone()).collect();
    assert_eq!(names, states);
}

/// A theme changes colours and attributes; every word is the same in all of them, and without colours there are none.
#[test]
fn themes_change_no_word() {
    for state in all() {
        for size in SIZES {
            let mut model = state.model(size);
            let words = picture(&model);
            for (name, _) in THEMES {
                model.theme = Theme::named(name, true, false);
                assert_eq!(picture(&model), words, "`{}` in the theme {name}", state.name);
                model.theme = Theme::named(name, false, false);
                let coloured = |cell: &&Cell| (cell.fg, cell.bg) != (Color::Reset, Color::Reset);
                let found = buffer(&model).content.iter().find(coloured).cloned();
                assert_eq!(found, None, "`{}` in the theme {name} without colours", state.name);
            }
        }
    }
}

/// What cells look like, beside what they say: a letter for each style.
#[test]
fn every_theme_paints_as_it_did() {
    let mut wrong = Vec::new();
    for (name, _) in THEMES {
        let mut screens = String::new();
        for state in all().iter().filter(|state| state.themed) {
            let mut model = state.model(SIZES[1]);
            model.theme = Theme::named(name, true, false);
            let _ = write!(screens, "== {}\n{}", state.name, styles(&buffer(&model)));
        }
        wrong.extend(accept_or_compare(&format!("tests/screens/themes/{name}.txt"), &screens).err());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The styles by letter, then the letter of every cell; a dot is plain.
fn styles(buffer: &Buffer) -> String {
    let mut known = vec![String::new()];
    let mut cells = String::new();
    for row in buffer.content.chunks(usize::from(buffer.area.width.max(1))) {
        let mut line = String::new();
        for cell in row {
            let style = style(cell);
            let at = known.iter().position(|known| *known == style).unwrap_or_else(|| {
                known.push(style);
                known.len() - 1
            });
            line.push(".abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".chars().nth(at).expect("a letter"));
        }
        let _ = writeln!(cells, "{}", line.trim_end_matches('.'));
    }
    let letters = known.iter().zip(".abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".chars()).skip(1);
    letters.map(|(style, letter)| format!("{letter} {style}\n")).collect::<String>() + &cells
}

fn style(cell: &Cell) -> String {
    let mut words = Vec::new();
    if cell.fg != Color::Reset {
        words.push(cell.fg.to_string().to_lowercase());
    }
    if cell.bg != Color::Reset {
        words.push(format!("on {}", cell.bg.to_string().to_lowercase()));
    }
    words.extend(cell.modifier.iter_names().map(|(name, _)| name.to_lowercase()));
    words.join(" ")
}

#[test]
fn the_selection_needs_no_colour() {
    let mut wrong = Vec::new();
    for state in all().iter().filter(|state| state.selection) {
        for size in SIZES {
            let mut model = state.model(size);
            model.theme = Theme::named("ansi", false, false);
            let buffer = buffer(&model);
            let marked = buffer.content.iter().any(|cell| cell.symbol() == "▌");
            let strong = |cell: &Cell| cell.modifier.intersects(Modifier::BOLD | Modifier::REVERSED);
            if !marked || !buffer.content.iter().any(strong) {
                wrong.push(format!("`{}` at {size:?}:\n{}", state.name, picture(&model)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A glyph alone says nothing to whom it is strange: a word or a number stands behind it.
#[test]
fn a_word_stands_beside_every_glyph() {
    let mut seen = 0;
    for state in all() {
        for size in SIZES {
            let picture = picture(&state.model(size));
            for line in picture.lines() {
                for (at, glyph) in line.match_indices(['✓', '✗', '◐']) {
                    let behind: String = line[at + glyph.len()..].chars().take(2).collect();
                    let word = behind.strip_prefix(' ').and_then(|rest| rest.chars().next());
                    let told = word.is_none_or(|c| c.is_alphanumeric() || c == '…');
                    assert!(told, "`{}` at {size:?}: {line}", state.name);
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 200, "{seen} glyphs");
}

/// Without packs every word on screen is ours or the response's, and theirs are ASCII. With packs there are words of theirs,
/// and none of the signs that we draw.
#[test]
fn with_ascii_nothing_of_ours_is_anything_else() {
    const SIGNS: &str = "─│┌┐└┘├┤┃▌█▾▸✓✗◐…·⏎↑↓←→•";
    let none = Arc::new(Catalog::default());
    for state in all().iter().filter(|state| state.name != "letters") {
        for size in SIZES {
            let plain = picture(&state.over(&none, true, size));
            assert!(plain.is_ascii(), "`{}` at {size:?}:\n{plain}", state.name);
            let mut model = state.model(size);
            model.theme.ascii = true;
            let full = picture(&model);
            assert!(!full.contains(|c| SIGNS.contains(c)), "`{}` at {size:?}:\n{full}", state.name);
        }
    }
}

/// A screen that is larger than what is drawn on keeps the rest as it was.
#[test]
fn nothing_is_drawn_outside() {
    for state in all() {
        for size in SIZES {
            let (area, around) = (Rect::new(0, 0, size.0, size.1), Rect::new(0, 0, size.0 + 3, size.1 + 3));
            let mut buffer = Buffer::filled(around, Cell::new("@"));
            let _links = paint(&state.model(size), area, &mut buffer);
            for position in around.positions().filter(|position| !area.contains(*position)) {
                assert_eq!(buffer.cell(position), Some(&Cell::new("@")), "`{}` at {position}", state.name);
            }
        }
    }
}

/// What people and terminals do.
fn events() -> impl Strategy<Value = Vec<Msg>> {
    let keys = "jkhlgGnNJKHzRMm12345/:@yYeicpvqPoxVswT=uSWr?[]<> \u{7f}\r\r\r\t\t\x1b\x1b\x0e\x04\x15abz{}\"é";
    let key = prop::sample::select(keys.chars().collect::<Vec<_>>()).prop_map(|c| {
        let code = match c {
            '\r' => KeyCode::Enter,
            '\t' => KeyCode::Tab,
            '\x1b' => KeyCode::Esc,
            '\x7f' => KeyCode::Backspace,
            '\x01'..='\x1a' => {
                return Msg::Key(KeyEvent::new(KeyCode::Char((b'a' + c as u8 - 1).into()), KeyModifiers::CONTROL));
            }
            c => KeyCode::Char(c),
        };
        Msg::Key(KeyEvent::from(code))
    });
    let arrow = prop::sample::select(vec![KeyCode::Up, KeyCode::Down, KeyCode::PageDown, KeyCode::End, KeyCode::Left]);
    let mouse = (0..=200_u16, 0..=60_u16, 0..4_u8).prop_map(|(column, row, kind)| {
        let kind = match kind {
            0 => MouseEventKind::ScrollDown,
            1 => MouseEventKind::ScrollUp,
            _ => MouseEventKind::Down(MouseButton::Left),
        };
        Msg::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE })
    });
    let event = prop_oneof![
        12 => key,
        2 => arrow.prop_map(|code| Msg::Key(KeyEvent::from(code))),
        2 => mouse,
        3 => (0..=200_u16, 0..=60_u16).prop_map(|(width, height)| Msg::Resize(width, height)),
        1 => any::<bool>().prop_map(|_| Msg::Paste("{\"a\": 1}\n列".to_owned())),
    ];
    prop::collection::vec(event, 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is pressed in whatever state at whatever size: there is a screen.
    #[test]
    fn whatever_is_pressed_there_is_a_screen(
        state in prop::sample::select(all().iter().map(|state| state.name.clone()).collect::<Vec<_>>()),
        theme in 0..THEMES.len(),
        ascii in any::<bool>(),
        (width, height) in (0..=200_u16, 0..=60_u16),
        events in events(),
    ) {
        let mut model = named(&state).model((width, height));
        model.theme = Theme::named(THEMES[theme].0, true, ascii);
        buffer(&model);
        for event in events {
            update(event, &mut model);
            let control = |cell: &Cell| cell.symbol().chars().any(char::is_control);
            prop_assert!(!buffer(&model).content.iter().any(control));
        }
    }
}
