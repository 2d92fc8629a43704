//! What speaks for a weak form: a code that the vendor's table knows, or a sentence that the vendor is known for.

use super::{Held, Scene};
use crate::pack::model::{On, Place, Shape};
use crate::pack::template::Sentence;
use crate::pack::{Answer, Ask, Catalog, Pack};

/// The corroborations of a form, at most one of each kind.
pub(super) fn support(catalog: &Catalog, scene: &Scene<'_>, pack: &Pack, shape: &Shape) -> Vec<Held> {
    let mut support = Vec::new();
    support.extend(known_code(catalog, scene, pack, shape));
    support.extend(known_message(scene, pack, shape));
    support
}

fn known_code(catalog: &Catalog, scene: &Scene<'_>, pack: &Pack, shape: &Shape) -> Option<Held> {
    let document = scene.document;
    shape.codes.iter().find_map(|rule| {
        // A table of another pack (HTTP above all) says nothing about this vendor.
        if rule.table.contains('/') || rule.table == "http" {
            return None;
        }
        let Place::Body(path) = &rule.place else { return None };
        document.select(document.root(), path).into_iter().find_map(|node| {
            let code = if rule.key { document.key(node)? } else { document.scalar(node)? };
            let ask = Ask { code: code.source(), ..Ask::default() };
            let Answer::Known(entry) = catalog.ask(pack, &rule.table, ask) else { return None };
            let why = format!("{path} `{}` is in the table {}", code.source(), entry.table_title.source());
            Some(Held { node: Some(node), header: None, why: why.into() })
        })
    })
}

fn known_message(scene: &Scene<'_>, pack: &Pack, shape: &Shape) -> Option<Held> {
    let document = scene.document;
    let texts = shape.title.iter().chain(&shape.detail).filter_map(|place| match place {
        Place::Body(path) => document.first(document.root(), path),
        Place::Header(_) | Place::Parameter(..) => None,
    });
    texts.into_iter().find_map(|node| {
        let text = document.scalar(node)?;
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
