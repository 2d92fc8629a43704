//! What speaks for a weak form: a code that the vendor's table knows, or a sentence that the vendor is known for.

use super::{Held, Scene};
use crate::document::{NodeId, Path};
use crate::pack::model::{On, Place, Shape};
use crate::pack::template::Sentence;
use crate::pack::{Answer, Ask, Catalog, Pack};
use crate::text::Untrusted;

/// The corroborations of a form, at most one of each kind.
pub(super) fn support(catalog: &Catalog, scene: &Scene<'_>, pack: &Pack, shape: &Shape) -> Vec<Held> {
    let mut support = Vec::new();
    support.extend(known_code(catalog, scene, pack, shape));
    support.extend(known_message(scene, pack, shape));
    support
}

/// The nodes whose texts these depend on.
pub(super) fn nodes(scene: &Scene<'_>, shape: &Shape) -> Vec<NodeId> {
    let codes = codes(scene, shape).map(|(_, _, node, _)| node);
    codes.chain(sentences(scene, shape).map(|(node, _)| node)).collect()
}

/// What these depend on, beside the form itself: the texts that are looked at, one behind the other.
pub(super) fn spell(scene: &Scene<'_>, shape: &Shape, out: &mut Vec<u8>) {
    let mut add = |text: &str| {
        out.extend_from_slice(&text.len().to_le_bytes());
        out.extend_from_slice(text.as_bytes());
    };
    codes(scene, shape).for_each(|(_, _, _, code)| add(code.source()));
    sentences(scene, shape).for_each(|(_, text)| add(text.source()));
}

/// The codes that a table of the vendor's own may know: the table, the path, the node, the code.
fn codes<'a>(
    scene: &'a Scene<'_>,
    shape: &'a Shape,
) -> impl Iterator<Item = (&'a str, &'a Path, NodeId, Untrusted<'a>)> {
    let document = scene.document;
    // A table of another pack (HTTP above all) says nothing about this vendor.
    let own = shape.codes.iter().filter(|rule| !rule.table.contains('/') && rule.table != "http");
    let places = own.filter_map(|rule| match &rule.place {
        Place::Body(path) => Some((rule, path)),
        Place::Header(_) | Place::Parameter(..) => None,
    });
    places.flat_map(move |(rule, path)| {
        document.select(document.root(), path).into_iter().filter_map(move |node| {
            let code = if rule.key { document.key(node)? } else { document.scalar(node)? };
            Some((rule.table.as_str(), path, node, code))
        })
    })
}

fn known_code(catalog: &Catalog, scene: &Scene<'_>, pack: &Pack, shape: &Shape) -> Option<Held> {
    codes(scene, shape).find_map(|(table, path, node, code)| {
        let ask = Ask { code: code.source(), ..Ask::default() };
        let Answer::Known(entry) = catalog.ask(pack, table, ask) else { return None };
        let why = format!("{path} `{}` is in the table {}", code.source(), entry.table_title.source());
        Some(Held { node: Some(node), header: None, why: why.into() })
    })
}

/// The texts that may be a sentence of the vendor's.
fn sentences<'a>(scene: &'a Scene<'_>, shape: &'a Shape) -> impl Iterator<Item = (NodeId, Untrusted<'a>)> {
    let document = scene.document;
    let nodes = shape.title.iter().chain(&shape.detail).filter_map(move |place| match place {
        Place::Body(path) => document.first(document.root(), path),
        Place::Header(_) | Place::Parameter(..) => None,
    });
    nodes.filter_map(move |node| Some((node, document.scalar(node)?)))
}

fn known_message(scene: &Scene<'_>, pack: &Pack, shape: &Shape) -> Option<Held> {
    sentences(scene, shape).find_map(|(node, text)| {
        let sentence = Sentence::new(text.source());
        let rule = pack
            .messages()
            .iter()
            .filter(|rule| rule.on != On::Item)
            .find(|rule| rule.template.catches(&sentence).is_some())?;
        let why = format!("the message is known from this vendor ({})", rule.id);
        Some(Held { node: Some(node), header: None, why: why.into() })
    })
}
