//! Reading the places that a pack names.

use crate::detect::Scene;
use crate::document::{Document, Format, NodeId, Path};
use crate::input::Response;
use crate::pack::model::{self, Literal, Shape};
use crate::pack::{Catalog, Pack};
use crate::text::Untrusted;

use super::Options;
use super::model::{Mention, Place, Words};

/// More steps than this are not joined.
const STEPS: usize = 64;

/// All that decoding looks at; cheap to copy around.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) response: &'a Response,
    pub(super) document: &'a Document,
    pub(super) pack: Option<&'a Pack>,
    pub(super) shape: Option<&'a Shape>,
    pub(super) options: &'a Options,
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
        }
    }

    /// The first text at the first place that has one.
    pub(super) fn first(&self, from: NodeId, places: &[model::Place]) -> Option<Mention> {
        places.iter().find_map(|place| self.mentions(from, place).into_iter().find(|found| !found.text.is_empty()))
    }

    /// As [`Reader::first`], for paths.
    pub(super) fn first_at(&self, from: NodeId, paths: &[Path]) -> Option<Mention> {
        paths.iter().find_map(|path| {
            self.document.select(from, path).into_iter().find_map(|node| {
                let text = self.text(node).filter(|text| !text.is_empty())?;
                Some(Mention { text, place: Place::Body(node) })
            })
        })
    }

    /// As [`Reader::first_at`], for places in a request: where such a place is an array of steps, they are joined.
    pub(super) fn location_at(&self, from: NodeId, paths: &[Path]) -> Option<Mention> {
        paths.iter().find_map(|path| {
            self.document.select(from, path).into_iter().find_map(|node| {
                let text = self.steps(node).or_else(|| self.text(node)).filter(|text| !text.is_empty())?;
                Some(Mention { text, place: Place::Body(node) })
            })
        })
    }

    /// `["hero", "friends", 1, "name"]` as `hero.friends[1].name`; nothing where an element is no step.
    fn steps(&self, node: NodeId) -> Option<Words> {
        use crate::document::Value;
        let Value::Array(_) = self.document.value(node) else { return None };
        let mut joined = String::new();
        for step in self.document.children(node).take(STEPS) {
            match self.document.value(step) {
                Value::Number(index) => joined.push_str(&format!("[{}]", index.source())),
                Value::String(name) if joined.is_empty() => joined.push_str(name.source()),
                Value::String(name) => joined.push_str(&format!(".{}", name.source())),
                _ => return None,
            }
        }
        Some(joined.into())
    }

    /// The text of a scalar that is not null.
    pub(super) fn text(&self, node: NodeId) -> Option<Words> {
        match self.document.value(node) {
            crate::document::Value::Null => None,
            _ => self.document.scalar(node).map(Untrusted::into_owned),
        }
    }

    /// A number at a path, also where it is spelled as text.
    pub(super) fn number(&self, from: NodeId, path: &Path) -> Option<f64> {
        let node = self.document.first(from, path)?;
        self.text(node)?.source().trim().parse().ok().filter(|number: &f64| number.is_finite())
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
            _ => crate::detect::equals(&crate::document::Value::String(found.text.borrow()), literal, true),
        };
        Some(cases.iter().find(|(literal, _)| fits(literal)).map(|(_, case)| *case))
    }
}
