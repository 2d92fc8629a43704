//! `[[message]]` and `[[sample]]`: texts that stand in for codes, and responses that test the pack.

use super::keys::{Keys, Node};
use super::problem::{PackErrorKind, quoted};
use super::row::{OUTCOMES, row_keys};
use crate::pack::model::{Expect, MessageRule, On, Sample};
use crate::pack::template::Template;

const PLACES: &[(&str, On)] = &[("title", On::Title), ("item", On::Item), ("text", On::Text), ("any", On::Any)];

/// One message rule.
pub(super) fn message(node: Node<'_>) -> Option<MessageRule> {
    let keys = node.keys()?;
    let id = keys.need("id").and_then(|node| node.text());
    let template = keys.need("template").and_then(template);
    let holes: Vec<String> = template.iter().flat_map(Template::holes).map(str::to_owned).collect();
    let explain = keys.get("explain").and_then(|node| node.words());
    let quotes = keys.get("as").and_then(|node| {
        let pack = node.text()?;
        node.file().refer_pack(node.start(), pack);
        Some(pack.to_owned())
    });
    let codes = keys.many("codes").into_iter().filter_map(|node| code(node, quotes.as_deref(), &holes)).collect();
    let on = keys.get("on").and_then(|node| node.word(PLACES)).unwrap_or_default();
    let row = row_keys(&keys);
    keys.finish();
    Some(MessageRule { id: id?.to_owned(), template: template?, on, explain, row, quotes, codes })
}

fn template(node: Node<'_>) -> Option<Template> {
    let text = node.text()?;
    match Template::new(text) {
        Ok(template) => Some(template),
        Err(error) => {
            node.note(PackErrorKind::Template, format!("bad template {}: {error}", quoted(text)), None);
            None
        }
    }
}

/// A code to look up: its table must exist and its holes must be holes of the template.
fn code(node: Node<'_>, owner: Option<&str>, holes: &[String]) -> Option<String> {
    let text = node.text()?;
    let (table, code) = match text.split_once(':') {
        Some((table, code)) => (Some(table), code),
        None => (None, text),
    };
    if let Some(table) = table {
        match owner {
            Some(pack) => node.file().refer_table(node.start(), &format!("{pack}/{table}")),
            None => node.file().refer_table(node.start(), table),
        }
    }
    for name in code.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name) {
        if !holes.iter().any(|hole| hole == name) {
            node.note(PackErrorKind::Reference, format!("the template has no hole {}", quoted(name)), None);
        }
    }
    Some(text.to_owned())
}

/// One sample; `read` gives the content of a file beside the pack.
pub(super) fn sample(node: Node<'_>, read: &dyn Fn(&str) -> Option<String>) -> Option<Sample> {
    let keys = node.keys()?;
    let body = body(&keys, read);
    let sample = Sample {
        body: body.unwrap_or_default(),
        status: keys.get("status").and_then(|node| node.status()),
        method: keys.get("method").and_then(|node| node.text()).map(str::to_ascii_uppercase),
        url: keys.get("url").and_then(|node| node.text()).map(str::to_owned),
        headers: keys.get("headers").map(|node| texts(node)).unwrap_or_default(),
        expect: keys.get("expect").and_then(expect).unwrap_or_default(),
    };
    keys.finish();
    Some(sample)
}

fn body(keys: &Keys<'_>, read: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    match (keys.get("body"), keys.get("file")) {
        (Some(body), None) => body.text().map(str::to_owned),
        (None, Some(file)) => {
            let name = file.text()?;
            let text = read(name);
            if text.is_none() {
                let hint = "the name is relative to the pack's own file".to_owned();
                file.note(PackErrorKind::Sample, format!("cannot read {}", quoted(name)), Some(hint));
            }
            text
        }
        (None, None) => {
            keys.note(PackErrorKind::MissingKey, "the key `body` or `file` is missing".to_owned(), None);
            None
        }
        (Some(_), Some(file)) => {
            file.note(PackErrorKind::Value, "both `body` and `file`".to_owned(), Some("keep one".to_owned()));
            None
        }
    }
}

fn expect(node: Node<'_>) -> Option<Expect> {
    let keys = node.keys()?;
    let items = keys.get("items").and_then(|node| node.keys()).map(|items| {
        items.pairs().filter_map(|(label, node)| Some((label.to_owned(), node.word(OUTCOMES)?))).collect()
    });
    let expect = Expect {
        shape: keys.get("shape").and_then(|node| node.text()).map(str::to_owned),
        outcome: keys.get("outcome").and_then(|node| node.word(OUTCOMES)),
        codes: keys
            .get("codes")
            .map(|node| node.list().iter().filter_map(|node| Some(node.text()?.to_owned())).collect()),
        message: keys.get("message").and_then(|node| node.text()).map(str::to_owned),
        values: keys.get("values").map(|node| texts(node)).unwrap_or_default(),
        items,
    };
    keys.finish();
    Some(expect)
}

/// A table of texts whose keys are data; integers count as their spelling.
fn texts(node: Node<'_>) -> Vec<(String, String)> {
    let Some(keys) = node.keys() else { return Vec::new() };
    keys.pairs().filter_map(|(name, node)| Some((name.to_owned(), node.code()?.source().to_owned()))).collect()
}
