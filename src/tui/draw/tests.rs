//! Every screen at many sizes; golden pictures in `tests/screens`, accepted with `ERRVIEW_ACCEPT=1`.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::style::Color;

use super::{draw, draw_with_links};
use crate::demo;
use crate::input;
use crate::pack::Catalog;
use crate::tui::model::{Model, Screen};
use crate::tui::update::tests::{press, reading_by, reading_of};
use crate::tui::{Msg, Settings, update};
use crate::view::Reading;

/// The sizes that the layout tells apart, and those that must not break anything.
const SIZES: [(u16, u16); 8] = [(120, 30), (80, 24), (60, 18), (50, 20), (40, 10), (19, 4), (1, 1), (0, 0)];

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

pub(crate) fn picture(model: &Model) -> String {
    let (width, height) = model.size;
    let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a test terminal");
    terminal.draw(|frame| draw(model, frame)).expect("drawn");
    let buffer = terminal.backend().buffer();
    let row = |y| {
        let cells = (0..width).filter_map(|x| buffer.cell((x, y)).map(|cell| cell.symbol()));
        cells.collect::<String>().trim_end().to_owned()
    };
    (0..height).map(|y| row(y) + "\n").collect()
}

/// Compares with the golden picture, or writes it.
fn check(name: &str, model: &Model) {
    let (width, height) = model.size;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/screens/{name}-{width}x{height}.txt"));
    let picture = picture(model);
    if std::env::var_os("ERRVIEW_ACCEPT").is_some() {
        fs::create_dir_all(path.parent().expect("a folder")).expect("tests/screens");
        fs::write(&path, &picture).expect("a golden picture");
        return;
    }
    let golden = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(picture == golden, "{} differs; it is now:\n{picture}", path.display());
}

#[test]
fn a_partial_failure() {
    for size in [(120, 30), (80, 24), (60, 18), (50, 20), (40, 10), (19, 4)] {
        check("partial", &model(&["partial"], size));
    }
}

#[test]
fn codes_and_messages() {
    check("details", &model(&["details"], (120, 30)));
    check("subcode", &model(&["subcode"], (100, 26)));
    check("limit", &model(&["limit"], (100, 26)));
}

#[test]
fn states() {
    check("broken", &model(&["broken"], (100, 26)));
    check("page", &model(&["page"], (100, 26)));
    check("unknown", &model(&["unknown"], (100, 26)));
    check("start", &Model::new(Settings::new(Arc::new(Catalog::default())), (80, 24)));
    let mut loading = Model::new(Settings::new(Arc::new(Catalog::default())), (80, 24));
    loading.screens = vec![Screen::Loading];
    update(Msg::Progress(1_500_000), &mut loading);
    check("loading", &loading);
}

#[test]
fn bare_values_are_told_in_human_terms() {
    let body = r#"{"created_at": 1698141600, "expires": "2023-10-27T10:00:42Z", "size_bytes": 1234567, "retry_after": 5400,
        "id": 1698141600, "note": "A sentence that is far too long for a row of the tree and is therefore told in full beside it,
 where there is room for as many lines as it takes, down to its very last word."}"#;
    let mut model = reading_of(body);
    update(Msg::Resize(120, 26), &mut model);
    model.now = Some(1_698_400_800);
    press(&mut model, "GK");
    press(&mut model, "G");
    check("human", &model);
    let picture = picture(&model);
    for words in ["3 days ago", "in 42 s", "1.2 MB", "1 h 30 min", "very last word"] {
        assert!(picture.contains(words), "{words}");
    }
}

#[test]
fn changes_are_marked() {
    let body =
        |state, more| format!(r#"{{"id": 7, "state": "{state}", "list": [{{"a": 1}}], "in": {{"n": 1{more}}}}}"#);
    let mut model = reading_of(&format!("{}\n{}", body("queued", ", \"gone\": 1"), body("done", ", \"new\": [2]")));
    update(Msg::Resize(100, 26), &mut model);
    press(&mut model, "j\r=zM");
    check("changes-closed", &model);
    press(&mut model, "zRg/st\r");
    press(&mut model, "\x1b");
    check("changes", &model);
}

#[test]
fn several_responses() {
    check("list", &model(&["partial", "details", "limit", "unknown"], (100, 26)));
}

#[test]
fn tabs_menus_and_dialogs() {
    for (name, keys) in [
        ("codes", "2"),
        ("raw", "3"),
        ("headers", "4"),
        ("copy", "y"),
        ("fold", "z"),
        ("help", "?"),
        ("vendors", "V"),
        ("filter", "/ok"),
        ("no-match", "/zzz"),
        ("zoom", "zz"),
        ("find", "@lker"),
        ("find-nothing", "@zzz"),
        ("help-filter", "?/fold"),
        ("whole", "4j\r"),
    ] {
        let mut model = model(&["partial"], (100, 26));
        press(&mut model, keys);
        check(name, &model);
    }
}

#[test]
fn ascii_is_all_that_is_drawn_where_nothing_else_may_be() {
    for keys in ["", "2", "3", "4", "y", "z", "?", "V", "/ok"] {
        let mut model = model(&["partial"], (100, 30));
        model.theme.ascii = true;
        press(&mut model, keys);
        let picture = picture(&model);
        // Words of tables and responses are theirs; what we draw around them is ours.
        let ours = |c: char| "─│┌┐└┘├┤▌▾▸✓✗◐…⏎█↑↓·".contains(c);
        let found = picture.lines().find(|line| line.contains(ours));
        assert_eq!(found, None, "after {keys:?}");
    }
}

#[test]
fn nothing_is_drawn_in_colour_without_colours() {
    let mut model = model(&["partial"], (120, 30));
    model.theme = crate::tui::Theme::named("ansi", false, false);
    let mut terminal = Terminal::new(TestBackend::new(120, 30)).expect("a test terminal");
    terminal.draw(|frame| draw(&model, frame)).expect("drawn");
    for cell in &terminal.backend().buffer().content {
        assert_eq!((cell.fg, cell.bg), (Color::Reset, Color::Reset));
    }
}

#[test]
fn no_size_breaks_any_screen() {
    let keys = ["", "2", "3", "3w", "4", "y", "z", "?", "V", "x", ":", "/li", "s", "zz", "\t", "\t\t", "\r", "n", "zR"];
    for names in [&["partial"][..], &["details", "unknown"], &["broken"], &[]] {
        for keys in keys {
            let mut model = model(names, (120, 30));
            press(&mut model, if names.len() > 1 { "\r" } else { "" });
            press(&mut model, keys);
            for (width, height) in SIZES.into_iter().chain((18..64).map(|width| (width, width / 3))) {
                update(Msg::Resize(width, height), &mut model);
                picture(&model);
                press(&mut model, "jG");
                picture(&model);
            }
        }
    }
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

/// Keys that lead to every kind of screen.
const SCREENS: [&str; 20] = [
    "", "\t", "2", "2/zz", "3", "3w", "4", "4\r", "y", "z", "?", "?/zz", "V", "V/zz", "@", "@zz", ":", "/c", "/zz",
    "zz",
];

#[test]
fn with_ascii_nothing_of_ours_is_anything_else() {
    let body =
        format!("{{\"code\": 5, \"list\": [1, {{\"a\": \"{}\"}}], \"created_at\": 1698141600}}", "long ".repeat(99));
    for body in
        [body.as_str(), "{\"a\": 1}\n{\"a\": 2, \"b\": 3}", "{ cut: 'off", "", "plain words", "<html><title>x</title>"]
    {
        for keys in SCREENS.into_iter().chain(["\r]=", "\r]=zM", "n", "yy", "x", "W", "r", "T", "u"]) {
            for size in [(120, 30), (60, 18), (40, 10), (10, 3)] {
                // Without packs every word on screen is ours or the body's.
                let mut model = reading_by(Catalog::default(), body);
                model.theme.ascii = true;
                update(Msg::Resize(size.0, size.1), &mut model);
                press(&mut model, keys);
                let picture = picture(&model);
                let found = picture.chars().find(|c| !c.is_ascii());
                assert_eq!(found, None, "after {keys:?} on {body:?}:\n{picture}");
            }
        }
    }
    let mut start = Model::new(Settings::new(Arc::new(Catalog::default())), (80, 24));
    start.theme.ascii = true;
    assert!(picture(&start).is_ascii());
    start.screens = vec![Screen::Loading];
    update(Msg::Progress(5), &mut start);
    assert!(picture(&start).is_ascii());
}

#[test]
fn the_selection_needs_no_colour_on_any_screen() {
    for keys in SCREENS {
        let mut model = model(&["partial"], (120, 30));
        model.theme = crate::tui::Theme::named("ansi", false, false);
        press(&mut model, keys);
        let mut terminal = Terminal::new(TestBackend::new(120, 30)).expect("a test terminal");
        terminal.draw(|frame| draw(&model, frame)).expect("drawn");
        let buffer = terminal.backend().buffer();
        let marked = buffer.content.iter().any(|cell| cell.symbol() == "▌");
        let bold = buffer.content.iter().any(|cell| cell.modifier.contains(ratatui::style::Modifier::BOLD));
        // Pages (help, menus, something in full) and lists where nothing fits have no selection.
        let has_selection = !["4\r", "?", "?/zz"].contains(&keys) && !keys.ends_with("zz") || keys == "zz";
        assert!(bold && (marked || !has_selection), "after {keys:?}:\n{}", picture(&model));
    }
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
