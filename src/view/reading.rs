//! One response with everything that was found in it: what every view looks at.

use std::sync::{Arc, OnceLock};

use crate::decode::{self, Code, Decoded, Item};
use crate::document::{Document, Indexed, NodeId, Nodes};
use crate::input::{Head, Response};
use crate::pack::Catalog;

use super::node::Insides;
use super::{ItemPath, Mark, Note, Notes};

/// A response, its document and what was decoded.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The response as it arrived.
    pub response: Response,
    /// Its body.
    pub document: Document,
    /// What was found.
    pub decoded: Decoded,
    /// What was found, by the node where it stands.
    pub notes: Notes,
    /// The strings that hold JSON, found when first asked for.
    insides: Arc<OnceLock<Insides>>,
}

/// What was known of a response: what another vendor or another status changes.
#[derive(Clone, Debug)]
pub struct Known {
    heads: Arc<Vec<Head>>,
    decoded: Decoded,
    notes: Notes,
}

impl Reading {
    /// Reads and decodes a response.
    pub fn new(catalog: &Catalog, response: Response, options: &decode::Options) -> Self {
        let large = response.supply.as_ref().and_then(Document::large);
        let Some((document, beginning)) = large.and_then(|large| Some((large.clone(), large.beginning()?))) else {
            let document = Document::parse(response.body.clone());
            let decoded = decode::decode(catalog, &response, &document, options);
            return Self::from_parts(response, document, decoded);
        };
        // The first screenful says whose it is; what the rest says comes later.
        let first = beginning.source_len();
        while document.extent().is_some_and(|extent| extent.known < first) && document.index_more() == Indexed::More {}
        let decoded = decode::decode(catalog, &response, &beginning, options);
        let notes = Notes::of(&decoded, &document.until(first));
        Self { response, document, decoded, notes, insides: Arc::default() }
    }

    /// Puts together what was decoded elsewhere.
    pub fn from_parts(response: Response, document: Document, decoded: Decoded) -> Self {
        let notes = Notes::of(&decoded, &document);
        Self { response, document, decoded, notes, insides: Arc::default() }
    }

    /// The strings that hold JSON.
    pub(super) fn insides(&self) -> &Insides {
        self.insides.get_or_init(|| Insides::of(&self.document))
    }

    /// Decodes again, with other options.
    pub fn decode_again(&mut self, catalog: &Catalog, options: &decode::Options) {
        let document = self.document.so_far();
        self.decoded = decode::decode(catalog, &self.response, &document, options);
        self.notes = Notes::of(&self.decoded, &document);
    }

    /// What is known now, to come back to it.
    pub fn known(&self) -> Known {
        Known { heads: self.response.heads.clone(), decoded: self.decoded.clone(), notes: self.notes.clone() }
    }

    /// Comes back to what was known.
    pub fn restore(&mut self, Known { heads, decoded, notes }: Known) {
        (self.response.heads, self.decoded, self.notes) = (heads, decoded, notes);
    }

    /// The verdict as a mark.
    pub fn mark(&self) -> Mark {
        self.decoded.verdict.into()
    }

    /// The item at a path.
    pub fn item(&self, path: &ItemPath) -> Option<&Item> {
        let (first, rest) = path.split_first()?;
        rest.iter().try_fold(self.decoded.items.get(*first)?, |item, index| item.items.get(*index))
    }

    /// The code that a note speaks of.
    pub fn code(&self, item: Option<&ItemPath>, index: usize) -> Option<&Code> {
        match item {
            Some(path) => self.item(path)?.codes.get(index),
            None => self.decoded.codes.get(index),
        }
    }

    /// The notes of the nearest node, from here outwards, that has any.
    pub fn nearest(&self, node: NodeId) -> Option<(NodeId, &[Note])> {
        let around = self.document.ancestors(node);
        std::iter::once(node).chain(around).map(|id| (id, self.notes.at(id))).find(|(_, notes)| !notes.is_empty())
    }
}
