//! Keys to models: tables of what is pressed and what is so afterwards.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::tui::draw::tests::model;
use crate::tui::model::{Ask, Model, Pane, Screen, Tab};
use crate::tui::{Effect, Msg, update};

/// Presses keys: characters as they are, Enter as `\r`, Tab as `\t`, Esc as `\x1b`, Backspace as `\x7f`, `^d` and the like as
/// control characters.
pub(crate) fn press(model: &mut Model, keys: &str) -> Vec<Effect> {
    let mut effects = Vec::new();
    for c in keys.chars() {
        let event = match c {
            '\r' => KeyEvent::from(KeyCode::Enter),
            '\t' => KeyEvent::from(KeyCode::Tab),
            '\x1b' => KeyEvent::from(KeyCode::Esc),
            '\x7f' => KeyEvent::from(KeyCode::Backspace),
            '\x01'..='\x1a' => {
                let letter = char::from(b'a' + c as u8 - 1);
                KeyEvent::new(KeyCode::Char(letter), KeyModifiers::CONTROL)
            }
            c => KeyEvent::from(KeyCode::Char(c)),
        };
        effects.extend(update(Msg::Key(event), model));
    }
    effects
}

/// The pointer of the selected node.
pub(crate) fn selected(model: &Model) -> String {
    let (browser, reading) = (model.browser().expect("a response"), model.reading().expect("a reading"));
    reading.pointer(browser.tree.selected().expect("a selection")).into_string()
}

/// A model with one body on screen.
pub(crate) fn reading_of(body: &str) -> Model {
    reading_by(crate::pack::Catalog::builtin(), body)
}

/// The same, with these packs.
pub(crate) fn reading_by(catalog: crate::pack::Catalog, body: &str) -> Model {
    let catalog = std::sync::Arc::new(catalog);
    let settings = crate::tui::Settings::new(std::sync::Arc::clone(&catalog));
    let mut model = Model::new(settings.clone(), (120, 30));
    let responses = crate::input::split("test", body.as_bytes().to_vec(), &settings.input);
    let read = |response| crate::view::Reading::new(&catalog, response, &settings.decode);
    update(Msg::Read(responses.into_iter().map(read).collect()), &mut model);
    model
}

#[test]
fn movement() {
    let text = include_str!("../../../tests/keys/movement.toml");
    let table: std::collections::BTreeMap<String, Vec<[String; 2]>> = toml::from_str(text).expect("a table");
    for [keys, expected] in &table["rows"] {
        let mut model = model(&["partial"], (120, 30));
        press(&mut model, keys);
        assert_eq!(selected(&model), *expected, "after {keys:?}");
    }
}

#[test]
fn panes_and_tabs() {
    for (keys, tab, focus) in [
        ("", Tab::Response, Pane::Tree),
        ("\t", Tab::Response, Pane::Explain),
        ("\t\t", Tab::Response, Pane::Table),
        ("\t\t\t", Tab::Response, Pane::Tree),
        ("\t\x1b", Tab::Response, Pane::Tree),
        ("2", Tab::Codes, Pane::Tree),
        ("3", Tab::Raw, Pane::Tree),
        ("4", Tab::Headers, Pane::Tree),
        ("41", Tab::Response, Pane::Tree),
        ("3\x1b", Tab::Response, Pane::Tree),
        ("2/x\x1b\x1b", Tab::Response, Pane::Tree),
    ] {
        let mut model = model(&["partial"], (120, 30));
        press(&mut model, keys);
        let browser = model.browser().expect("a response");
        assert_eq!((browser.tab, browser.focus), (tab, focus), "after {keys:?}");
    }
}

#[test]
fn in_a_narrow_terminal_enter_swaps_the_panes() {
    let mut model = model(&["partial"], (50, 20));
    press(&mut model, "\r");
    assert_eq!(model.browser().expect("a response").focus, Pane::Explain);
    press(&mut model, "\r");
    assert_eq!(model.browser().expect("a response").focus, Pane::Tree);
}

#[test]
fn escape_never_quits_and_q_goes_back_first() {
    let mut model = model(&["partial", "details"], (120, 30));
    assert!(press(&mut model, "\x1b\x1b\x1b\x1b").is_empty());
    assert!(press(&mut model, "\rq").is_empty(), "back to the list");
    assert!(matches!(model.top(), Some(Screen::List(_))));
    assert!(matches!(press(&mut model, "q")[..], [Effect::Quit]));
    for keys in ["?", "V", "/x", "y", "z", ":", "3", "zz"] {
        press(&mut model, "\r");
        assert!(press(&mut model, keys).is_empty());
        assert!(press(&mut model, "\x1b\x1b\x1b\x1b").is_empty(), "Esc after {keys:?}");
        assert!(matches!(press(&mut model, "\x03")[..], [Effect::Quit]), "^c after Esc after {keys:?}");
    }
}

#[test]
fn copies() {
    for (keys, what, text) in [
        ("yp", "pointer", "/results/linkedin"),
        ("yq", "jq path", ".results.linkedin"),
        ("ljyv", "value", "Your LinkedIn session has expired."),
        ("ljyp", "pointer", "/results/linkedin/error"),
        ("ym", "message", "Your LinkedIn session has expired."),
        ("yr", "raw text", "\"success\": false"),
        ("yy", "explanation", "linkedin"),
        ("ye", "explanation", "reconnect"),
        ("ya", "report", "linkedin"),
        ("ypHY", "pointer", "/results"),
    ] {
        let mut model = model(&["partial"], (120, 30));
        let effects = press(&mut model, keys);
        let Some(Effect::Copy { text: copied, what: called }) = effects.last() else {
            panic!("no copy after {keys:?}")
        };
        assert_eq!(*called, what);
        assert!(copied.contains(text), "{keys:?} copied {copied:?}");
    }
}

#[test]
fn what_is_not_there_is_not_copied() {
    let mut model = model(&["unknown"], (120, 30));
    assert!(press(&mut model, "yl").is_empty());
    assert!(model.toast.as_ref().is_some_and(|toast| toast.bad));
}

#[test]
fn printing_takes_the_last_copy() {
    let mut model = model(&["partial"], (120, 30));
    press(&mut model, "ypP");
    assert_eq!(model.print.as_deref(), Some("/results/linkedin"));
}

#[test]
fn a_menu_lasts_for_one_key() {
    let mut model = model(&["partial"], (120, 30));
    press(&mut model, "y!");
    assert!(matches!(model.top(), Some(Screen::Response(_))));
    press(&mut model, "j");
    assert_eq!(selected(&model), "/results/linkedin/success");
}

#[test]
fn problems_are_stepped_through_in_turn() {
    let mut model = model(&["details"], (120, 30));
    let mut seen = vec![selected(&model)];
    for _ in 0..20 {
        press(&mut model, "n");
        if selected(&model) == seen[0] {
            break;
        }
        seen.push(selected(&model));
    }
    assert!(seen.len() >= 3, "the code and two details: {seen:?}");
    press(&mut model, "N");
    assert_eq!(selected(&model), seen[seen.len() - 1]);
}

#[test]
fn responses_are_stepped_through() {
    let mut model = model(&["partial", "details", "unknown"], (120, 30));
    press(&mut model, "\r");
    for (keys, at) in [("]", 1), ("]", 2), ("]", 2), ("[", 1)] {
        press(&mut model, keys);
        assert_eq!(model.browser().map(|browser| browser.at), Some(at));
    }
    press(&mut model, "q");
    let Some(Screen::List(list)) = model.top() else { panic!("the list") };
    assert_eq!(list.cursor.at(), 1, "the list follows");
}

#[test]
fn a_chosen_vendor_and_a_status_are_believed() {
    let mut model = model(&["unknown"], (120, 30));
    press(&mut model, "s404\r");
    assert_eq!(model.reading().and_then(|reading| reading.decoded.http.status), Some(404));
    press(&mut model, "sx\r");
    assert!(model.toast.as_ref().is_some_and(|toast| toast.bad));
    press(&mut model, "\x1bVprobldet\r");
    let vendor = model.reading().and_then(|reading| reading.decoded.vendor.as_ref()).map(|vendor| vendor.id.clone());
    assert_eq!(vendor.as_deref(), Some("problem"));
    assert!(model.toast.as_ref().is_some_and(|toast| !toast.bad));
    press(&mut model, "u");
    assert!(model.reading().is_some_and(|reading| reading.decoded.vendor.is_none()), "u takes it back");
    press(&mut model, "u");
    assert_eq!(model.reading().and_then(|reading| reading.decoded.http.status), None, "and the status");
}

#[test]
fn pasting_loads_or_types() {
    let mut model = model(&["partial"], (120, 30));
    let effects = update(Msg::Paste("{}".to_owned()), &mut model);
    assert!(matches!(&effects[..], [Effect::Load(name, bytes)] if name == "paste" && bytes == b"{}"));
    press(&mut model, "/");
    assert!(update(Msg::Paste("link\ned".to_owned()), &mut model).is_empty());
    assert!(
        matches!(model.top(), Some(Screen::Prompt(prompt)) if prompt.ask == Ask::Filter && prompt.text == "linked")
    );
}

#[test]
fn codes_are_searched_as_one_types() {
    let mut model = model(&["partial"], (120, 30));
    press(&mut model, "2/404");
    let browser = model.browser().expect("a response");
    let codes = browser.codes.as_ref().expect("codes");
    assert_eq!(codes.query(), "404");
    assert!(codes.len() > 1);
    press(&mut model, "\x15zzzzzz");
    let browser = model.browser().expect("a response");
    assert!(browser.codes.as_ref().expect("codes").is_empty());
}

#[test]
fn credentials_are_masked_until_asked_for() {
    let mut model = reading_of(r#"{"error": "x", "access_token": "abcdef123456"}"#);
    let copied = |effects: Vec<Effect>| match effects.into_iter().next() {
        Some(Effect::Copy { text, .. }) => text,
        _ => String::new(),
    };
    press(&mut model, ":/access_token\r");
    assert!(!copied(press(&mut model, "yv")).contains("abcdef"));
    assert!(!copied(press(&mut model, "gyr")).contains("abcdef"));
    press(&mut model, "S:/access_token\r");
    assert_eq!(copied(press(&mut model, "yv")), "abcdef123456");
}

#[test]
fn json_in_a_string_is_opened_in_place() {
    let body = r#"{"message": "{\"error\": {\"code\": 7, \"access_token\": \"abcdef123456\"}}", "n": 1}"#;
    let mut model = reading_of(body);
    press(&mut model, "gzMj");
    assert_eq!(selected(&model), "/message");
    press(&mut model, "llj");
    assert_eq!(selected(&model), "/n", "the string's only member is closed");
    press(&mut model, "kll");
    assert_eq!(selected(&model), "/message#/error/code");
    for (keys, text) in [
        ("yv", "7"),
        ("yp", "/message#/error/code"),
        ("yq", ".message | fromjson | .error.code"),
        ("hyr", "{\"code\": 7, \"access_token\": \"•••\"}"),
        ("hhyp", "/message"),
        (":/message#/error/code\ryp", "/message#/error/code"),
        ("g/code\rnyp", "/message#/error/code"),
        ("\x1b3yp", "/message#/error/code"),
    ] {
        let effects = press(&mut model, keys);
        let Some(Effect::Copy { text: copied, .. }) = effects.last() else { panic!("no copy after {keys:?}") };
        assert!(!copied.contains("abcdef"), "{copied}");
        assert!(
            copied == text || (keys == "hyr" && copied.starts_with("{\"code\": 7, ")),
            "{keys:?} copied {copied:?}"
        );
    }
}

#[test]
fn anything_is_found_by_a_few_letters() {
    for (keys, pointer) in [
        ("@lker\r", "/results/linkedin/error"),
        ("@lker\x1b", "/results/linkedin"),
        ("@zzzz\r", "/results/linkedin"),
        ("@limit\r", "/usage/limit"),
        ("@us\x0e\r", "/results/tiktok/status"),
        ("3@lker\r", "/results/linkedin/error"),
    ] {
        let mut model = model(&["partial"], (120, 30));
        press(&mut model, keys);
        if keys.contains("zzzz") {
            assert!(model.toast.as_ref().is_some_and(|toast| toast.bad), "says that nothing fits");
            assert!(matches!(model.top(), Some(Screen::Prompt(_))), "and stays open");
            press(&mut model, "\x1b");
        }
        assert_eq!(selected(&model), pointer, "after {keys:?}");
        assert!(matches!(model.top(), Some(Screen::Response(_))), "after {keys:?}");
    }
}

#[test]
fn places_are_gone_back_to_and_forward_again() {
    let mut model = model(&["partial"], (120, 30));
    press(&mut model, ":/usage/limit\r@count\r");
    let all = ["/results/linkedin", "/usage/limit", "/usage/count"];
    for (keys, at) in [("", 2), ("<", 1), ("\x7f", 0), (">", 1), (">", 2), (">", 2), ("<<", 0)] {
        press(&mut model, keys);
        assert_eq!(selected(&model), all[at], "after {keys:?}");
    }
    press(&mut model, ":429\r");
    assert_eq!(model.browser().map(|browser| browser.tab), Some(Tab::Codes));
    press(&mut model, "<");
    assert_eq!(model.browser().map(|browser| browser.tab), Some(Tab::Response));
    press(&mut model, ">");
    assert_eq!(model.browser().map(|browser| browser.tab), Some(Tab::Codes));
}

#[test]
fn back_leads_to_the_screen_before_where_no_jump_was() {
    let mut model = model(&["partial", "details"], (120, 30));
    press(&mut model, "\rjj\x7f");
    assert!(matches!(model.top(), Some(Screen::List(_))));
}

#[test]
fn every_change_of_the_view_is_undone() {
    let view = |model: &Model| {
        let (browser, reading) = (model.browser().expect("a response"), model.reading().expect("a reading"));
        let rows: Vec<String> = (0..browser.tree.len())
            .filter_map(|at| browser.tree.row(reading, at, model.eye()))
            .map(|row| format!("{:?} {} {}", row.open, row.depth, row.name))
            .collect();
        (rows, browser.zoom, browser.wrap, browser.tree.query().map(str::to_owned), reading.decoded.http.status)
    };
    for keys in [
        "zM",
        "zR",
        "z1",
        "zz",
        " ",
        "hh",
        "\x1bgh",
        "/linked\r",
        "s404\r",
        "V\x0e\r",
        "V\x0e\x0e\r",
        "/ok\r\x1b",
        "3w",
    ] {
        let mut model = model(&["partial"], (120, 30));
        let before = view(&model);
        press(&mut model, keys);
        press(&mut model, "\x1b\x1b");
        for _ in 0..9 {
            press(&mut model, "u");
        }
        assert_eq!(view(&model), before, "after {keys:?}");
    }
}

#[test]
fn a_filter_that_is_left_changes_nothing() {
    let mut model = model(&["partial"], (120, 30));
    press(&mut model, "zRgjj");
    let before = (selected(&model), model.browser().map(|browser| browser.tree.len()));
    press(&mut model, "/inst\x1b");
    assert_eq!((selected(&model), model.browser().map(|browser| browser.tree.len())), before);
}

#[test]
fn responses_are_left_and_found_as_they_were() {
    let mut model = model(&["partial", "details", "unknown"], (120, 30));
    press(&mut model, "\rzR:/usage/limit\r]]");
    press(&mut model, "[[");
    assert_eq!(selected(&model), "/usage/limit");
}

#[test]
fn slips_of_the_finger_get_a_suggestion() {
    for (keys, words) in [
        (":/results/linkdin\r", "did you mean `/results/linkedin`?"),
        (":/reslts/linkedin/eror\r", "did you mean `/results/linkedin/error`?"),
        (":/zzz\r", "nothing at `/zzz`"),
        (":UNIMPLEMENTD\r", "did you mean `UNIMPLEMENTED`"),
        ("Vprobxlem\r", "did you mean `problem`?"),
        ("s4o4\r", "a status is a number"),
    ] {
        let mut model = model(&["partial"], (120, 30));
        press(&mut model, keys);
        let toast = model.toast.clone().expect(keys);
        assert!(toast.bad && toast.text.contains(words), "{keys:?}: {}", toast.text);
        assert!(matches!(model.top(), Some(Screen::Prompt(_))), "what was typed can be mended");
    }
}

#[test]
fn the_help_is_filtered() {
    let mut model = model(&["partial"], (120, 30));
    press(&mut model, "?/undo");
    let Some(Screen::Help(help)) = model.base() else { panic!("the help") };
    assert_eq!(crate::tui::draw::help::len(&model.keymap, &help.query), 2, "a group and a row");
    press(&mut model, "\x1b");
    let Some(Screen::Help(help)) = model.top() else { panic!("the help") };
    assert!(help.query.is_empty());
    press(&mut model, "/copy\r\x1b\x1b");
    assert!(matches!(model.top(), Some(Screen::Response(_))));
}

#[test]
fn what_a_row_cuts_is_shown_in_full() {
    for keys in ["4j\r", "\t\t\r"] {
        let mut model = model(&["partial"], (120, 30));
        press(&mut model, keys);
        assert!(matches!(model.top(), Some(Screen::Whole(_))), "after {keys:?}");
        press(&mut model, "jG\x1b");
        assert!(matches!(model.top(), Some(Screen::Response(_))));
    }
}

#[test]
fn toasts_fade() {
    let mut model = model(&["partial"], (120, 30));
    press(&mut model, "n");
    assert!(model.toast.is_some());
    update(Msg::Fade, &mut model);
    assert!(model.toast.is_none());
}

#[test]
fn pasted_lines_may_end_as_terminals_send_them() {
    let mut model = Model::new(crate::tui::Settings::new(Default::default()), (80, 24));
    let effects = update(Msg::Paste("HTTP/1.1 404\r\r{}\r\n".to_owned()), &mut model);
    assert!(matches!(&effects[..], [Effect::Load(_, bytes)] if bytes == b"HTTP/1.1 404\n\n{}\n"));
}
