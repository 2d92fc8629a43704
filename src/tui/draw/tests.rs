//! Every screen at many sizes; golden pictures in `tests/screens`, accepted with `ERRVIEW_ACCEPT=1`.

mod matrix;
mod pictures;
mod states;
mod svg;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;

use super::{draw, draw_with_links, paint};
use crate::demo;
use crate::input;
use crate::pack::Catalog;
use crate::tui::model::Model;
use crate::tui::update::tests::{press, reading_of};
use crate::tui::{Msg, Settings, update};
use crate::view::Reading;

/// A model with built-in responses on screen.
pub(crate) fn model(names: &[&str], size: (u16, u16)) -> Model {
    let catalog = Arc::new(Catalog::builtin());
    let settings = Settings::new(Arc::clone(&catalog));
    let mut model = Model::new(settings.clone(), size);
    let readings = names.iter().flat_map(|name| {
        let demo = demo::find(Some(name)).expect(name);
        input::split("demo", demo.bytes.to_vec(), &settings.input)
    });
    let readings = readings.map(|response| Reading::new(&catalog, response, &settings.decode)).collect();
    update(Msg::Read(readings), &mut model);
    model
}

/// The screen in cells.
fn buffer(model: &Model) -> Buffer {
    let area = Rect::new(0, 0, model.size.0, model.size.1);
    let mut buffer = Buffer::empty(area);
    paint(model, area, &mut buffer);
    buffer
}

/// The screen in letters.
pub(crate) fn picture(model: &Model) -> String {
    let buffer = buffer(model);
    let row = |cells: &[Cell]| {
        let mut line = String::new();
        let mut at = 0;
        while let Some(cell) = cells.get(at) {
            line.push_str(cell.symbol());
            // A wide letter covers the cell behind it.
            at += crate::text::width(cell.symbol()).max(1);
        }
        line.trim_end().to_owned() + "\n"
    };
    buffer.content.chunks(usize::from(buffer.area.width.max(1))).map(row).collect()
}

/// Compares with a golden file, or writes it.
fn accept_or_compare(name: &str, text: &str) -> Result<(), String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    if std::env::var_os("ERRVIEW_ACCEPT").is_some() {
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder for golden files");
        fs::write(&path, text).expect("a golden file");
        return Ok(());
    }
    let golden = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    if golden == text { Ok(()) } else { Err(format!("{name} differs; it is now:\n{text}")) }
}

#[test]
fn a_control_never_reaches_a_cell() {
    let catalog = Arc::new(Catalog::builtin());
    let settings = Settings::new(Arc::clone(&catalog));
    let mut model = Model::new(settings.clone(), (100, 30));
    let body = "{\"error\":{\"message\":\"a\\u001b[31mb\\u202ec\\u0000\",\"\\u001b]0;x\\u0007\":1}}\u{1b}[2J";
    let responses = input::split("\u{1b}[5m", body.as_bytes().to_vec(), &settings.input);
    let readings = responses.into_iter().map(|response| Reading::new(&catalog, response, &settings.decode)).collect();
    update(Msg::Read(readings), &mut model);
    for keys in ["", "zR", "3", "4", "1/b"] {
        press(&mut model, keys);
        let picture = picture(&model);
        let found = picture.chars().find(|c| (c.is_control() && *c != '\n') || *c == '\u{202e}');
        assert_eq!(found, None, "after {keys:?}:\n{picture}");
    }
}

#[test]
fn only_links_beyond_doubt_are_told_to_the_terminal() {
    let body = r#"{"a": "https://example.com/docs", "b": "javascript:alert(1)", "c": "https://u@example.com/",
        "d": "https://example.com/?token=abcdef123456", "long": "https://example.com/LONG"}"#;
    let mut model = reading_of(&body.replace("LONG", &"x".repeat(150)));
    press(&mut model, "G");
    let mut links = Vec::new();
    let mut terminal = Terminal::new(TestBackend::new(120, 30)).expect("a test terminal");
    terminal.draw(|frame| links = draw_with_links(&model, frame)).expect("drawn");
    let buffer = terminal.backend().buffer();
    let shown = |link: &crate::tui::Link| {
        let cells = (link.area.left()..link.area.right()).filter_map(|x| buffer.cell((x, link.area.y)));
        cells.map(|cell| cell.symbol()).collect::<String>()
    };
    let all: Vec<(String, &str)> = links.iter().map(|link| (shown(link), link.to.as_str())).collect();
    assert_eq!(all[0], ("\"https://example.com/docs\"".to_owned(), "https://example.com/docs"));
    assert_eq!(all.len(), 2, "{all:?}");
    assert!(all[1].0.ends_with('…') && all[1].1.ends_with("xxx"), "a cut one leads to the whole address: {all:?}");
    // What lies under a box is no link any more.
    press(&mut model, "@");
    terminal.draw(|frame| links = draw_with_links(&model, frame)).expect("drawn");
    assert!(links.is_empty(), "{links:?}");
}

/// Every place where a screen shows `<U+202E>`, and how it is styled.
fn styles_of_the_symbol(model: &Model) -> Vec<ratatui::style::Style> {
    const SYMBOL: &str = "<U+202E>";
    let (width, height) = model.size;
    let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a test terminal");
    terminal.draw(|frame| draw(model, frame)).expect("drawn");
    let cells = &terminal.backend().buffer().content;
    let spelled = |at: &usize| {
        cells.iter().skip(*at).take(SYMBOL.len()).map(|cell| cell.symbol()).eq(SYMBOL.split_terminator("").skip(1))
    };
    (0..cells.len()).filter(spelled).map(|at| cells[at].style()).collect()
}

/// A server could type the symbol that stands for a control: it must not look like one that errview put there.
#[test]
fn a_shown_control_never_looks_like_the_same_letters_typed() {
    let catalog = Arc::new(Catalog::builtin());
    let settings = Settings::new(Arc::clone(&catalog));
    let screen = |odd: &str, many: bool, theme: &str, keys: &str| {
        let body = format!(
            "{{\"error\":{{\"message\":\"a{odd}b\",\"{odd}\":[\"{odd}\"],\"code\":\"c{odd}\"}},\"requestId\":\"r{odd}\"}}"
        );
        let text = format!("HTTP/1.1 400 No{odd}\r\nX-Odd: v{odd}\r\n\r\n{body}").repeat(1 + usize::from(many));
        let responses = input::split(&format!("f{odd}"), text.into_bytes(), &settings.input);
        let readings =
            responses.into_iter().map(|response| Reading::new(&catalog, response, &settings.decode)).collect();
        let mut model = Model::new(settings.clone(), (120, 30));
        model.theme = crate::tui::Theme::named(theme, theme != "mono", false);
        update(Msg::Read(readings), &mut model);
        press(&mut model, keys);
        styles_of_the_symbol(&model)
    };
    for (theme, _) in crate::tui::THEMES {
        let mut seen = 0;
        for (many, keys) in [
            (true, ""),
            (true, "j"),
            (false, ""),
            (false, "zR"),
            (false, "zRjj"),
            (false, "zRjjj"),
            (false, "zRG"),
            (false, "3"),
            (false, "3jj"),
            (false, "4"),
            (false, "4j"),
            (false, "2"),
            (false, "/a"),
            (false, "zz"),
            (false, "y"),
            (false, "Y"),
            (false, "x"),
        ] {
            let (shown, typed) = (screen("\u{202e}", many, theme, keys), screen("<U+202E>", many, theme, keys));
            assert_eq!(shown.len(), typed.len(), "{theme}, after {keys:?}: the screens differ otherwise");
            for (at, (shown, typed)) in shown.iter().zip(&typed).enumerate() {
                assert_ne!(shown, typed, "{theme}, after {keys:?}: place {at}");
            }
            seen += shown.len();
        }
        assert!(seen > 40, "{theme}: {seen} places");
    }
}
