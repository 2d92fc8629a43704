//! Clicks and the wheel to models.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use crate::tui::draw::tests::model;
use crate::tui::model::{Ask, Model, Pane, Screen, Tab};
use crate::tui::update::tests::{press, selected};
use crate::tui::{Effect, Msg, update};

/// Clicks on the first place where a text is drawn.
fn click(model: &mut Model, text: &str) -> Vec<Effect> {
    let picture = crate::tui::draw::tests::picture(model);
    let found = picture.lines().enumerate().find_map(|(y, line)| {
        let before = &line[..line.find(text)?];
        Some((crate::text::width(before), y))
    });
    let (x, y) = found.unwrap_or_else(|| panic!("{text:?} is not drawn:\n{picture}"));
    click_at(model, x, y)
}

fn click_at(model: &mut Model, x: usize, y: usize) -> Vec<Effect> {
    let event = |kind| MouseEvent { kind, column: x as u16, row: y as u16, modifiers: KeyModifiers::NONE };
    let effects = update(Msg::Mouse(event(MouseEventKind::Down(MouseButton::Left))), model);
    update(Msg::Mouse(event(MouseEventKind::Up(MouseButton::Left))), model);
    effects
}

#[test]
fn everything_can_be_clicked() {
    let mut model = model(&["partial"], (120, 30));
    click(&mut model, "▸ usage");
    assert_eq!(selected(&model), "/usage", "a click selects");
    let rows = model.browser().map(|browser| browser.tree.len());
    click(&mut model, "▸ usage");
    assert_ne!(model.browser().map(|browser| browser.tree.len()), rows, "a second one opens");
    for (text, tab) in
        [("2 Codes", Tab::Codes), ("3 Raw", Tab::Raw), ("4 Headers", Tab::Headers), ("1 Resp", Tab::Response)]
    {
        click(&mut model, text);
        assert_eq!(model.browser().map(|browser| browser.tab), Some(tab));
    }
    click(&mut model, "PARTIAL");
    assert_eq!(selected(&model), "/results/linkedin", "the verdict leads to the problem");
    click(&mut model, "(certain)");
    assert!(matches!(model.top(), Some(Screen::Prompt(prompt)) if prompt.ask == Ask::Vendor));
    press(&mut model, "probldet");
    click(&mut model, "Problem Details");
    let vendor = model.reading().and_then(|reading| reading.decoded.vendor.as_ref()).map(|vendor| vendor.id.clone());
    assert_eq!(vendor.as_deref(), Some("problem"));
    press(&mut model, "u");
    for (text, context) in [("/ filter", "prompt"), ("y copy ", "copy"), ("y copy…", "copy"), ("? help", "help")] {
        click(&mut model, text);
        assert_eq!(format!("{:?}", model.context()).to_lowercase(), context, "after a click on {text:?}");
        press(&mut model, "\x1b");
    }
    press(&mut model, "y");
    assert!(matches!(&click(&mut model, "jq path")[..], [Effect::Copy { what: "jq path", .. }]), "menus take clicks");
    assert!(matches!(model.top(), Some(Screen::Response(_))));
    press(&mut model, "z");
    click(&mut model, "PARTIAL");
    assert!(matches!(model.top(), Some(Screen::Response(_))), "a click beside a menu closes it");
    click(&mut model, "access token expired");
    assert_eq!(model.browser().map(|browser| browser.focus), Some(Pane::Table));
    click(&mut model, "access token expired");
    assert!(matches!(model.top(), Some(Screen::Whole(_))));
    click(&mut model, "Message");
    assert!(matches!(model.top(), Some(Screen::Response(_))));
}

#[test]
fn lists_and_bars_take_clicks() {
    let mut model = model(&["partial", "details"], (100, 26));
    click(&mut model, "✗ FAILED");
    click(&mut model, "✗ FAILED");
    assert_eq!(model.browser().map(|browser| browser.at), Some(1), "a second click opens");
    press(&mut model, "2");
    let areas = model.areas();
    let (area, _) = crate::tui::draw::codes::split(areas.body);
    click_at(&mut model, usize::from(area.right()) - 1, usize::from(area.bottom()) - 2);
    let codes = model.browser().and_then(|browser| browser.codes.as_ref()).expect("codes");
    assert_eq!(codes.cursor.at(), codes.len() - 1, "the end of the bar is the end of the list");
    click_at(&mut model, usize::from(area.right()) - 1, usize::from(area.y) + 1);
    let codes = model.browser().and_then(|browser| browser.codes.as_ref()).expect("codes");
    assert_eq!(codes.cursor.at(), 0);
    let mut start = Model::new(crate::tui::Settings::new(Default::default()), (80, 24));
    click(&mut start, "browse all codes");
    click(&mut start, "browse all codes");
    assert!(matches!(start.top(), Some(Screen::Codes(_))));
}

#[test]
fn the_wheel_scrolls_what_is_under_it() {
    let mut model = model(&["details"], (120, 30));
    let areas = model.areas();
    for (area, pane) in [(areas.table, Pane::Table), (areas.explain, Pane::Explain), (areas.tree, Pane::Tree)] {
        let state = |model: &Model| {
            let browser = model.browser().expect("a response");
            let table = browser.reference.as_ref().map(|table| table.cursor.at());
            (browser.tree.cursor.at(), browser.explain_top, table)
        };
        let before = state(&model);
        let event = MouseEvent {
            kind: MouseEventKind::ScrollDown,
            column: area.x + 3,
            row: area.y + 2,
            modifiers: KeyModifiers::NONE,
        };
        update(Msg::Mouse(event), &mut model);
        assert_ne!(state(&model), before, "{pane:?}");
        assert_eq!(model.browser().map(|browser| browser.focus), Some(pane));
    }
}

#[test]
fn no_click_breaks_anything() {
    for names in [&["partial"][..], &["details", "unknown"], &[]] {
        let mut model = model(names, (120, 30));
        for size in [(120, 30), (60, 18), (20, 5), (3, 2)] {
            update(Msg::Resize(size.0, size.1), &mut model);
            for keys in ["\r", "2", "3w", "4\r", "y", "z", "?", "V", "@", ":", "/x", "x", "zz"] {
                for (x, y) in (0..40).map(|at| (at * 37 % usize::from(size.0), at * 11 % usize::from(size.1))) {
                    press(&mut model, keys);
                    click_at(&mut model, x, y);
                    press(&mut model, "\x1b\x1b");
                }
                crate::tui::draw::tests::picture(&model);
            }
        }
    }
}
