//! Reading the places that a pack names.

use crate::detect::Scene;
use crate::document::{Format, NodeId, Nodes, Path, Value};
use crate::input::Response;
use crate::pack::model::{self, Literal, Shape};
use crate::pack::{Catalog, Pack};
use crate::text::Untrusted;

use super::model::{Mention, Place, Words};
use super::room::Piece;
use super::{Options, Within};

/// Longer arrays are data, not a sentence.
const JOINED: usize = 32;

/// All that decoding looks at; cheap to copy around.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) response: &'a Response,
    pub(super) document: &'a dyn Nodes,
    pub(super) pack: Option<&'a Pack>,
    pub(super) shape: Option<&'a Shape>,
    pub(super) options: &'a Options,
    pub(super) within: Within<'a>,
}

impl<'a> Reader<'a> {
    pub(super) fn scene(&self) -> Scene<'a> {
        Scene { response: self.response, document: self.document }
    }

    /// The scalar texts at a place, in their order; null and containers are nothing.
    pub(super) fn mentions(&self, from: NodeId, place: &model::Place) -> Vec<Mention> {
        match place {
            model::Place::Body(path) => self
                .document
                .select(from, path)
                .into_iter()
                .filter_map(|node| Some(Mention { text: self.text(node)?, place: Place::Body(node) }))
                .collect(),
            model::Place::Header(name) => {
                let Some(head) = self.response.head() else { return Vec::new() };
                let header = |text: &Words| Mention { text: text.clone(), place: Place::Header(name.clone().into()) };
                head.values(name).map(header).collect()
            }
            model::Place::Parameter(header, name) => {
                let Some(head) = self.response.head() else { return Vec::new() };
                let values = head.values(header).filter_map(|value| crate::text::parameter(value.source(), name));
                let mention = |text: String| Mention { text: text.into(), place: Place::Header(header.clone().into()) };
                values.map(mention).collect()
            }
        }
    }

    /// The names of the members at a place.
    pub(super) fn names(&self, from: NodeId, place: &model::Place) -> Vec<Mention> {
        let model::Place::Body(path) = place else { return Vec::new() };
        let nodes = self.document.select(from, path).into_iter();
        let name = |node| Some(Mention { text: self.document.key(node)?.into_owned(), place: Place::Body(node) });
        nodes.filter_map(name).collect()
    }

    /// The first text at the first place that has one.
    pub(super) fn first(&self, from: NodeId, places: &[model::Place]) -> Option<Mention> {
        places.iter().find_map(|place| self.mentions(from, place).into_iter().find(|found| !found.text.is_empty()))
    }

    /// As [`Reader::first`], for paths.
    pub(super) fn first_at(&self, from: NodeId, paths: &[Path]) -> Option<Mention> {
        paths.iter().find_map(|path| {
            self.document.select(from, path).into_iter().find_map(|node| {
                let text = self.line(node).filter(|text| !text.is_empty())?;
                Some(Mention { text, place: Place::Body(node) })
            })
        })
    }

    /// As [`Reader::first_at`], but the texts of the path, up to as many as a line has room for.
    pub(super) fn all_at(&self, from: NodeId, path: &Path) -> Vec<Mention> {
        let text = |node| self.text(node).or_else(|| self.joined(node)).filter(|text| !text.is_empty());
        let mention = |node| Some(Mention { text: text(node)?, place: Place::Body(node) });
        let nodes = self.document.select(from, path);
        if nodes.len() > JOINED {
            self.within.room.lack(Piece::Id);
        }
        nodes.into_iter().take(JOINED).filter_map(mention).collect()
    }

    /// An array of scalars in one line: names and positions as a path (`hero.friends[1].name`, as GraphQL and
    /// validators spell what they mean), sentences with `; ` between them unless they end in a stop.
    fn joined(&self, node: NodeId) -> Option<Words> {
        let Value::Array(1..=JOINED) = self.document.value(node) else { return None };
        let mut parts = Vec::new();
        for child in self.document.children(node) {
            parts.push((self.text(child)?, matches!(self.document.value(child), Value::Number(_))));
        }
        let sentences = parts.iter().any(|(text, _)| text.source().contains(' '));
        let mut line = String::new();
        for (text, number) in &parts {
            match (line.is_empty(), sentences, number) {
                (true, ..) => line.push_str(text.source()),
                (_, true, _) if line.ends_with(['.', '!', '?']) => line.extend([" ", text.source()]),
                (_, true, _) => line.extend(["; ", text.source()]),
                (_, _, true) => line.extend(["[", text.source(), "]"]),
                _ => line.extend([".", text.source()]),
            }
        }
        Some(line.into())
    }

    /// The text of a scalar that is not null.
    pub(super) fn text(&self, node: NodeId) -> Option<Words> {
        match self.document.value(node) {
            Value::Null => None,
            _ => self.document.scalar(node).map(Untrusted::into_owned),
        }
    }

    /// The same; of a short list its words.
    pub(super) fn line(&self, node: NodeId) -> Option<Words> {
        self.text(node).or_else(|| self.joined(node))
    }

    /// The case that the first value at some places fits; `None` where there is no value, `Some(None)` where it fits none.
    pub(super) fn case<T: Copy>(
        &self,
        from: NodeId,
        places: &[model::Place],
        cases: &[(Literal, T)],
    ) -> Option<Option<T>> {
        let xml = self.document.format() == Format::Xml;
        let found = self.first(from, places)?;
        let fits = |literal: &Literal| match &found.place {
            Place::Body(node) => crate::detect::equals(&self.document.value(*node), literal, xml),
            _ => crate::detect::equals(&Value::String(found.text.borrow()), literal, true),
        };
        Some(cases.iter().find(|(literal, _)| fits(literal)).map(|(_, case)| *case))
    }
}
