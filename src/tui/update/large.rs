//! Large responses: what is learnt of them while they are on screen, and searches that others carry out.

use super::{browser, reread};
use crate::document::Document;
use crate::tui::model::{Model, Screen, Tab};
use crate::tui::msg::{Effect, Toast};
use crate::view::list::List;
use crate::view::{Reading, Shelf};

/// More of a document is known.
pub(super) fn known(model: &mut Model, document: &Document) {
    with_browser(model, document, |browser, reading| browser.tree.more(reading));
}

/// A response was read to its end, and decoded again.
pub(super) fn refined(model: &mut Model, reading: Reading) {
    let document = reading.document.clone();
    let Some(at) = place(model, &document) else { return };
    model.readings.put(at, reading);
    with_browser(model, &document, |browser, reading| browser.tree.more(reading));
    browser::refresh(model);
}

/// What looked like one large body is something else, or not that large: these responses. Who looks at it stays where they
/// are as far as that is still there; if it was several they get the list.
pub(super) fn replaced(model: &mut Model, document: &Document, readings: Vec<Reading>) {
    let Some(at) = place(model, document).filter(|_| !readings.is_empty()) else { return };
    let mut now = Shelf::default();
    readings.into_iter().for_each(|reading| now.push(reading));
    let more = now.len() - 1;
    let following = super::following(model);
    let before = model.readings.splice(at..at + 1, now);
    if more > 0 && model.readings.len() == more + 1 {
        model.screens = vec![Screen::List(List::default())];
        return;
    }
    reread::carry(model, &before, at, |old| if old > at { old + more } else { old });
    super::follow(model, following);
    browser::refresh(model);
}

/// Asks for the next place of what is searched for, from the selection on.
pub(super) fn search(model: &mut Model, forward: bool) -> Vec<Effect> {
    let Some((browser, reading)) = model.browser().zip(model.reading()) else { return Vec::new() };
    let Some(words) = browser.tree.query().filter(|_| reading.document.is_large()) else { return Vec::new() };
    let document = &reading.document;
    let node = browser.tree.selected();
    let selected = node.map_or(document.root(), |node| node.outer);
    // Its name stands before its value; neither is to be found again, but what is in a container is.
    let from = if forward && node.is_some_and(|node| browser.tree.hits().contains(&node)) {
        if document.is_container(selected) { document.start(selected) + 1 } else { document.span(selected).end }
    } else {
        document.key_span(selected).map_or(document.start(selected), |key| key.start)
    };
    let effect = Effect::Search { document: document.clone(), words: words.to_owned(), from, forward };
    model.toast = Some(Toast::good("searching"));
    vec![effect]
}

/// Where the words were found.
pub(super) fn found(model: &mut Model, document: &Document, offset: Option<usize>) {
    let Some(offset) = offset else {
        model.toast = Some(Toast::bad("no match"));
        return;
    };
    model.toast = None;
    with_browser(model, document, |browser, reading| {
        browser.tree.found(reading, offset);
        browser.tab = Tab::Response;
    });
    browser::refresh(model);
}

/// The source text for an editor, unless it is more than an editor takes.
pub(super) fn edit(model: &mut Model) -> Vec<Effect> {
    /// Editors take about that much without a wait.
    const MOST: usize = 100 << 20;
    let Some(response) = model.reading().map(|reading| &reading.response) else { return Vec::new() };
    match &response.supply {
        Some(supply) if supply.len() > MOST => {
            model.toast = Some(Toast::bad("too large for an editor"));
            Vec::new()
        }
        Some(supply) => vec![Effect::Edit(supply.copy(0, MOST))],
        None => vec![Effect::Edit(response.body.to_vec())],
    }
}

fn place(model: &Model, document: &Document) -> Option<usize> {
    model.readings.position(|reading| reading.document.is_same(document))
}

fn with_browser(model: &mut Model, document: &Document, act: impl FnOnce(&mut crate::tui::model::Browser, &Reading)) {
    let Some(at) = place(model, document) else { return };
    let browser = model.screens.iter_mut().find_map(|screen| match screen {
        Screen::Response(browser) if browser.at == at => Some(browser),
        _ => None,
    });
    if let (Some(browser), Some(reading)) = (browser, model.readings.get(at)) {
        act(browser, reading);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::document::Indexed;
    use crate::input::Response;
    use crate::pack::Catalog;
    use crate::supply::Supply;
    use crate::tui::update::tests::press;
    use crate::tui::{Msg, Settings, update};

    /// A body that arrives in two parts.
    fn arriving() -> (Model, Supply, String) {
        let items: Vec<String> = (0..30_000).map(|n| format!("{{\"id\":{n},\"name\":\"item {n}\"}}")).collect();
        let body = format!("{{\"items\":[{}],\"end\":\"here\"}}", items.join(","));
        let supply = Supply::pipe();
        supply.push(&body.as_bytes()[..body.len() / 2]);
        let catalog = Arc::new(Catalog::builtin());
        let settings = Settings::new(Arc::clone(&catalog));
        let response = Response { supply: Some(supply.clone()), ..Response::from_body("stdin", Vec::new()) };
        let reading = Reading::new(&catalog, response, &settings.decode);
        let mut model = Model::new(settings, (120, 30));
        update(Msg::Read(vec![reading]), &mut model);
        (model, supply, body)
    }

    fn learn(model: &mut Model) {
        let document = model.reading().expect("a reading").document.clone();
        while document.index_more() == Indexed::More {}
        update(Msg::Known(document), model);
    }

    fn selected(model: &Model) -> String {
        let (browser, reading) = (model.browser().expect("a response"), model.reading().expect("a reading"));
        reading.pointer(browser.tree.selected().expect("a selection")).into_string()
    }

    #[test]
    fn who_asked_for_the_end_gets_there_when_it_comes() {
        let (mut model, supply, body) = arriving();
        learn(&mut model);
        press(&mut model, "G");
        let half = selected(&model);
        assert!(half.starts_with("/items/"), "{half}");
        supply.push(&body.as_bytes()[body.len() / 2..]);
        supply.end();
        learn(&mut model);
        assert_eq!(selected(&model), "/end");
        // From then on nothing moves by itself.
        press(&mut model, "g");
        learn(&mut model);
        assert_eq!(selected(&model), "");
    }

    #[test]
    fn who_reads_stays_where_they_are() {
        let (mut model, supply, body) = arriving();
        press(&mut model, "jjjj");
        let before = selected(&model);
        supply.push(&body.as_bytes()[body.len() / 2..]);
        supply.end();
        learn(&mut model);
        assert_eq!(selected(&model), before);
    }

    #[test]
    fn a_search_is_handed_out_and_its_place_is_shown() {
        let (mut model, supply, body) = arriving();
        supply.push(&body.as_bytes()[body.len() / 2..]);
        supply.end();
        learn(&mut model);
        let effects = press(&mut model, "/item 20000\r");
        let Some(Effect::Search { document, words, from, forward: true }) = effects.first() else {
            panic!("no search");
        };
        assert_eq!((words.as_str(), *from), ("item 20000", 0));
        let offset = document.find(words, *from, true, || false);
        update(Msg::Found { document: document.clone(), offset }, &mut model);
        assert_eq!(selected(&model), "/items/20000/name");
        let effects = press(&mut model, "n");
        assert!(matches!(effects.first(), Some(Effect::Search { from, .. }) if Some(*from) > offset), "behind it");
        update(Msg::Found { document: document.clone(), offset: None }, &mut model);
        assert!(model.toast.as_ref().is_some_and(|toast| toast.bad));
    }

    #[test]
    fn who_looks_at_what_turns_out_to_be_small_stays_there() {
        let (mut model, supply, body) = arriving();
        press(&mut model, "jjjj");
        let (before, row) = (selected(&model), model.browser().expect("a response").tree.cursor.at());
        assert!(before.starts_with("/items/"), "{before}");
        supply.push(&body.as_bytes()[body.len() / 2..]);
        supply.end();
        let large = model.reading().expect("a reading").document.clone();
        let response = Response::from_body("stdin", body.into_bytes());
        let small = Reading::new(&model.catalog, response, &model.settings.decode);
        update(Msg::Replaced(large, vec![small]), &mut model);
        assert_eq!((model.readings.len(), selected(&model)), (1, before));
        let browser = model.browser().expect("a response");
        assert_eq!(browser.tree.cursor.at(), row);
        assert!(model.reading().is_some_and(|reading| !reading.document.is_large()));
        // Now rows are counted, and a filter shows what holds some words.
        press(&mut model, "/item 20000\r");
        assert_eq!(selected(&model), "/items/20000/name");
    }

    #[test]
    fn who_asked_for_the_end_gets_there_in_what_turns_out_to_be_small() {
        let (mut model, _, body) = arriving();
        learn(&mut model);
        press(&mut model, "G");
        let large = model.reading().expect("a reading").document.clone();
        let small =
            Reading::new(&model.catalog, Response::from_body("stdin", body.into_bytes()), &model.settings.decode);
        update(Msg::Replaced(large, vec![small]), &mut model);
        assert_eq!(selected(&model), "/end");
    }

    #[test]
    fn what_the_whole_says_takes_the_place_of_what_the_beginning_said() {
        let (mut model, supply, _) = arriving();
        supply.end();
        learn(&mut model);
        let mut better = model.reading().expect("a reading").clone();
        better.decoded.verdict = crate::pack::Outcome::Failure;
        update(Msg::Refined(Box::new(better.clone())), &mut model);
        assert_eq!(model.reading().expect("a reading").mark(), crate::view::Mark::Fail);
        assert_eq!(model.readings.problems(), 1);
        let other = |text: &str| {
            let response = Response::from_body("stdin", text.as_bytes().to_vec());
            Reading::new(&model.catalog, response, &model.settings.decode)
        };
        let others = vec![other("{\"a\":1}"), other("{\"b\":2}")];
        update(Msg::Replaced(better.document.clone(), others), &mut model);
        assert_eq!(model.readings.len(), 2);
        assert!(matches!(model.top(), Some(Screen::List(_))));
        assert_eq!(model.readings.problems(), 0);
        // A word about what is gone changes nothing.
        update(Msg::Known(better.document), &mut model);
        assert_eq!(model.readings.len(), 2);
    }
}
