//! Files that are read again, and responses that are compared.

use crate::tui::draw::tests::model;
use crate::tui::model::{Model, Screen, Tab};
use crate::tui::update::tests::{press, reading_of, selected};
use crate::tui::{Effect, Msg, update};
use crate::view::Shelf;

/// A model over files with these bodies; what a file holds now is told by [`reread`].
fn files(bodies: &[(&str, &str)]) -> Model {
    let mut model = reading_of("{}");
    let all = bodies.iter().flat_map(|(name, body)| readings(&model, name, body)).collect();
    model.readings = Shelf::default();
    model.screens = vec![Screen::Loading];
    model.files = bodies.iter().map(|(name, _)| name.into()).collect();
    update(Msg::Read(all), &mut model);
    model
}

fn readings(model: &Model, name: &str, body: &str) -> Vec<crate::view::Reading> {
    let responses = crate::input::split(name, body.as_bytes().to_vec(), &model.settings.input);
    let read = |response| crate::view::Reading::new(&model.catalog, response, &model.settings.decode);
    responses.into_iter().map(read).collect()
}

fn reread(model: &mut Model, name: &str, body: &str, asked: bool) -> Option<String> {
    model.toast = None;
    let mut shelf = Shelf::default();
    readings(model, name, body).into_iter().for_each(|reading| shelf.push(reading));
    update(Msg::Again { file: name.into(), readings: shelf, rest: None, asked }, model);
    model.toast.as_ref().map(|toast| toast.text.as_str().to_owned())
}

#[test]
fn a_file_that_is_read_again_keeps_the_place_and_tells_what_changed() {
    let mut model = files(&[("a.json", r#"{"list": [{"id": 1, "state": "old"}, {"id": 2}], "n": 1, "gone": true}"#)]);
    press(&mut model, "zM:/list/0/state\r");
    let effects = press(&mut model, "r");
    assert!(matches!(&effects[..], [Effect::ReadAgain { file, asked: true }] if file.ends_with("a.json")));
    let body = r#"{"new": [1], "list": [{"id": 0}, {"id": 1, "state": "done"}, {"id": 2}], "n": 1}"#;
    // What stands at the end is the same; what stands before it is matched by position.
    let said = reread(&mut model, "a.json", body, true).expect("a word");
    assert!(said.starts_with("a.json read again: "), "{said}");
    let (browser, changes) = {
        let browser = model.browser().expect("a response");
        (browser, browser.changes.as_ref().expect("compared"))
    };
    assert_eq!(changes.signs(), "~1 +2 -2");
    let open: Vec<String> = (0..browser.tree.len())
        .filter_map(|at| browser.tree.row(model.reading()?, at, model.eye()))
        .filter(|row| row.open == Some(true))
        .map(|row| row.name.into_string())
        .collect();
    assert_eq!(open, ["Response", "list", "[0]"], "what was open is open, and nothing else");
    press(&mut model, "gn");
    let first = selected(&model);
    press(&mut model, "n");
    assert_ne!(selected(&model), first, "n goes through the changes");
    press(&mut model, "=");
    assert!(model.browser().is_some_and(|browser| browser.changes.is_none()));
    assert_eq!(reread(&mut model, "a.json", body, true).as_deref(), Some("a.json read again: no changes"));
    assert_eq!(reread(&mut model, "a.json", body, false), None, "nothing to say, nobody asked");
    assert!(reread(&mut model, "a.json", "", false).is_some_and(|words| words.contains("is empty now")));
    assert_eq!(model.readings.len(), 1, "what was read is kept");
}

#[test]
fn a_place_is_kept_by_its_pointer() {
    let mut model = files(&[("a.json", r#"{"a": {"b": [1, 2, {"c": "x"}]}, "z": 1}"#)]);
    press(&mut model, ":/a/b/2/c\r3");
    reread(&mut model, "a.json", r#"{"first": 0, "a": {"b": [0, 1, 2, {"c": "x"}]}, "z": 1}"#, false);
    assert_eq!(selected(&model), "/a/b/3/c", "the same element, wherever it is now");
    assert_eq!(model.browser().map(|browser| browser.tab), Some(Tab::Raw), "the tab stays");
    press(&mut model, "1/x\r");
    reread(&mut model, "a.json", r#"{"a": {"b": []}, "z": 1}"#, false);
    assert!(model.browser().is_some_and(|browser| browser.tree.query() == Some("x")), "the filter stays");
    press(&mut model, "\x1b");
    reread(&mut model, "a.json", r#"{"a": 1}"#, false);
    let at = selected(&model);
    assert!(["", "/a"].contains(&at.as_str()), "what is nearest: {at}");
}

#[test]
fn responses_of_other_files_keep_their_places() {
    let one = "{\"n\":1}\n{\"n\":2}";
    let mut model = files(&[("a.json", one), ("b.json", "{\"m\":3}")]);
    press(&mut model, "G\r:/m\r");
    assert_eq!(model.browser().map(|browser| browser.at), Some(2));
    reread(&mut model, "a.json", "{\"n\":1}", false);
    assert_eq!(model.browser().map(|browser| browser.at), Some(1));
    assert_eq!(selected(&model), "/m");
    reread(&mut model, "a.json", "{\"n\":1}\n{\"n\":2}\n{\"n\":3}", false);
    assert_eq!(model.browser().map(|browser| browser.at), Some(3));
    assert_eq!(selected(&model), "/m");
    press(&mut model, "[[[[[");
    assert_eq!(model.browser().map(|browser| browser.at), Some(0));
}

#[test]
fn what_is_still_being_read_is_not_read_twice() {
    let mut model = files(&[("a.json", "{\"n\":1}"), ("b.json", "{\"m\":3}")]);
    update(Msg::Progress(100), &mut model);
    assert_eq!(press(&mut model, "gr").len(), 1, "the first file is whole");
    assert!(press(&mut model, "Gr").is_empty(), "of the second one more may come");
    assert!(model.toast.as_ref().is_some_and(|toast| toast.text.contains("still being read")));
    assert!(update(Msg::Changed("b.json".into()), &mut model).is_empty());
    let effects = update(Msg::End(None), &mut model);
    assert!(matches!(&effects[..], [Effect::ReadAgain { file, asked: false }] if file.ends_with("b.json")));
    assert_eq!(press(&mut model, "r").len(), 1);
}

#[test]
fn two_responses_are_compared() {
    let mut model = files(&[("a.json", r#"{"n": 1, "s": "x"}"#), ("b.json", r#"{"n": 2, "s": "x"}"#)]);
    press(&mut model, "\r=");
    assert!(model.toast.as_ref().is_some_and(|toast| toast.bad), "the first has none before it");
    press(&mut model, "]=");
    assert_eq!(model.toast.as_ref().map(|toast| toast.text.as_str()), Some("1 changed against response 1"));
    press(&mut model, "gn");
    assert_eq!(selected(&model), "/n");
    let browser = model.browser().expect("a response");
    assert!(browser.lines.iter().any(|line| line.label == "Before" && line.text == "1"));
    press(&mut model, "[]");
    assert!(model.browser().is_some_and(|browser| browser.changes.is_some()), "comparing goes on");
}

#[test]
fn what_is_no_file_is_not_read_again_or_watched() {
    let mut model = model(&["partial"], (120, 30));
    assert!(press(&mut model, "r").is_empty());
    assert!(model.toast.as_ref().is_some_and(|toast| toast.bad && toast.text.contains("only files")));
    assert!(press(&mut model, "W").is_empty());
    update(Msg::Opened("x.json".into()), &mut model);
    assert!(matches!(&press(&mut model, "W")[..], [Effect::Watch(files)] if files.len() == 1));
    assert!(matches!(&update(Msg::Changed("x.json".into()), &mut model)[..], [Effect::ReadAgain { asked: false, .. }]));
    assert!(matches!(&press(&mut model, "W")[..], [Effect::Watch(files)] if files.is_empty()));
}
