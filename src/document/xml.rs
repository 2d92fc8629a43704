//! Reading XML into the same tree as JSON.
//!
//! The document is an object with the root element as its member; an element is an object keyed by local name,
//! attributes are `@name`, text beside them is `#text`, repeated siblings are an array where the first one stood. An
//! element with text only is a string; an empty one is an empty string, so that its being there can be seen. Of
//! namespaces, the root's own is kept as `@ns`. Document types and entities beyond XML's five are not read, on purpose:
//! each is a problem. Broken markup is read as far as it goes.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use super::build::Builder;
use super::tree::{self, BESIDE, Body, Key, NAMESPACE, NONE, Name, Node, Spelling};
use super::{Format, ProblemKind, spell};

pub(super) fn read(bytes: &[u8], from: usize, out: &mut Builder) -> Format {
    let mut reader = Reader { bytes, at: from, out, open: Vec::new(), root: NONE };
    let text = bytes[..from].trim_ascii_start();
    // A byte order mark is no fault in XML.
    if from > 0 && !text.is_empty() && text != b"\xef\xbb\xbf" {
        reader.out.trouble(ProblemKind::TextBefore, from - text.len(), from);
    }
    reader.document();
    out.renumber();
    Format::Xml
}

/// An element whose end tag has not come.
struct Element {
    id: u32,
    /// The name in its start tag, prefix included.
    name: (usize, usize),
    text: Run,
    /// Whether a child element came after the latest text.
    parted: bool,
    nil: bool,
}

/// The text of an element so far.
enum Run {
    None,
    One(Piece),
    Many(String, usize, usize),
}

#[derive(Clone, Copy)]
struct Piece {
    start: usize,
    end: usize,
    spelling: Spelling,
}

impl Piece {
    fn trimmed(self, bytes: &[u8]) -> Self {
        let text = bytes[self.start..self.end].trim_ascii_start();
        let start = self.end - text.len();
        Self { start, end: start + text.trim_ascii_end().len(), ..self }
    }

    fn body(self) -> Body {
        Body::Text { start: self.start as u32, end: self.end as u32, spelling: self.spelling }
    }
}

struct Attribute {
    name: (usize, usize),
    /// With its quotes.
    span: (usize, usize),
    value: Piece,
}

struct Reader<'s> {
    bytes: &'s [u8],
    at: usize,
    out: &'s mut Builder,
    open: Vec<Element>,
    root: u32,
}

impl Reader<'_> {
    fn document(&mut self) {
        let document = self.out.open(Key::NONE, 0, true);
        let end = self.bytes.len();
        while self.at < end {
            if self.out.is_full() {
                self.out.trouble(ProblemKind::TooMuch, self.at, end);
                self.at = end;
                self.close_all();
                break;
            }
            if self.bytes[self.at] == b'<' && self.markup() {
                continue;
            }
            self.text();
        }
        if !self.open.is_empty() || self.root == NONE {
            self.out.trouble(ProblemKind::CutOff, end, end);
        }
        self.close_all();
        self.out.close(end);
        self.group(document);
    }

    /// Reads the markup that starts here; `false` if the `<` is a mere character.
    fn markup(&mut self) -> bool {
        let rest = &self.bytes[self.at..];
        match rest.get(1) {
            Some(b'?') if rest.get(2) == Some(&b'>') => self.start_tag(),
            Some(b'?') => self.pass(b"?>"),
            Some(b'!') if rest.starts_with(b"<!--") => self.pass(b"-->"),
            Some(b'!') if rest.starts_with(b"<![CDATA[") => self.cdata(),
            Some(b'!') => self.declaration(),
            Some(b'/') => self.end_tag(),
            Some(b'_' | b':' | b'a'..=b'z' | b'A'..=b'Z' | 0x80..) => self.start_tag(),
            None => self.at = self.cut(),
            Some(_) => return false,
        }
        true
    }

    fn find(&self, from: usize, what: &[u8]) -> Option<usize> {
        memchr::memmem::find(self.bytes.get(from..)?, what).map(|at| from + at)
    }

    /// Passes a comment or a processing instruction.
    fn pass(&mut self, end: &[u8]) {
        // `<!-->` is no whole comment.
        let from = self.at + if end.len() == 3 { 4 } else { 2 };
        self.at = match self.find(from, end) {
            Some(at) => at + end.len(),
            None => self.cut(),
        };
    }

    /// Markup without its end: the rest belongs to it.
    fn cut(&mut self) -> usize {
        let end = self.bytes.len();
        if self.open.is_empty() && self.root != NONE {
            // After the root, nobody else says that something is missing.
            self.out.trouble(ProblemKind::CutOff, end, end);
        }
        end
    }

    fn cdata(&mut self) {
        let start = self.at + "<![CDATA[".len();
        let (end, next) = match self.find(start, b"]]>") {
            Some(end) => (end, end + 3),
            None => (self.bytes.len(), self.cut()),
        };
        self.at = next;
        self.piece(Piece { start, end, spelling: Spelling::Plain });
    }

    /// Passes a document type, with the declarations inside it.
    fn declaration(&mut self) {
        let start = self.at;
        let kind =
            if self.bytes[start..].len() >= 9 && self.bytes[start + 2..start + 9].eq_ignore_ascii_case(b"doctype") {
                ProblemKind::Entity
            } else {
                ProblemKind::Markup
            };
        let mut depth = 0_usize;
        let mut at = start + 2;
        while let Some(byte) = self.bytes.get(at) {
            match byte {
                b'[' => depth += 1,
                b']' => depth = depth.saturating_sub(1),
                b'"' | b'\'' => at = self.find(at + 1, &[*byte]).unwrap_or(self.bytes.len()),
                b'>' if depth == 0 => break,
                _ => {}
            }
            at += 1;
        }
        self.at = if at < self.bytes.len() { at + 1 } else { self.cut() };
        self.out.trouble(kind, start, self.at);
    }

    fn text(&mut self) {
        let start = self.at;
        let mut end = start;
        loop {
            // The first byte is text even if it is a `<` that starts no markup.
            let from = end + usize::from(self.bytes.get(end) == Some(&b'<'));
            if from > end {
                self.out.trouble(ProblemKind::Markup, end, from);
            }
            end = memchr::memchr(b'<', &self.bytes[from..]).map_or(self.bytes.len(), |at| from + at);
            let next = self.bytes.get(end + 1);
            if end == self.bytes.len()
                || !matches!(next, Some(b' ' | b'\n' | b'\r' | b'\t' | b'=' | b'<' | b'-' | b'0'..=b'9'))
            {
                break;
            }
        }
        self.at = end;
        if self.bytes[start..end].trim_ascii().is_empty() {
            return;
        }
        if self.open.is_empty() {
            let piece = Piece { start, end, spelling: Spelling::Plain }.trimmed(self.bytes);
            if self.bytes[piece.start..piece.end] == *b"\xef\xbb\xbf" {
                return;
            }
            let kind = if self.root == NONE { ProblemKind::TextBefore } else { ProblemKind::TextAfter };
            return self.out.trouble(kind, piece.start, piece.end);
        }
        let spelling = self.references(start, end);
        self.piece(Piece { start, end, spelling });
    }

    /// Looks at the references of a text: how it is spelled, and a problem for each that is not expanded.
    fn references(&mut self, start: usize, end: usize) -> Spelling {
        let mut spelling = Spelling::Plain;
        for at in memchr::memchr_iter(b'&', &self.bytes[start..end]).map(|at| start + at) {
            spelling = Spelling::Xml;
            if spell::reference(&self.bytes[..end], at).is_none() {
                let name = self.bytes[at + 1..end].iter();
                let length = name.take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'#').count();
                let stop = at + 1 + length;
                let entity = length > 0 && stop < end && self.bytes[stop] == b';';
                let kind = if entity { ProblemKind::Entity } else { ProblemKind::Markup };
                self.out.trouble(kind, at, stop + usize::from(entity));
            }
        }
        spelling
    }

    fn piece(&mut self, piece: Piece) {
        let Some(element) = self.open.last_mut() else {
            return self.out.trouble(ProblemKind::Markup, piece.start, piece.end);
        };
        let resolve = |piece: Piece| spell::resolve(&self.bytes[piece.start..piece.end], piece.spelling);
        let between = if element.parted { " " } else { "" };
        match &mut element.text {
            Run::None => element.text = Run::One(piece),
            Run::One(first) => {
                let (before, after) = (resolve(*first), resolve(piece));
                let text = match between {
                    "" => format!("{before}{after}"),
                    _ => format!("{} {}", before.trim_end(), after.trim_start()),
                };
                element.text = Run::Many(text, first.start, piece.end);
            }
            Run::Many(text, _, end) => {
                *end = piece.end;
                let after = resolve(piece);
                if between.is_empty() {
                    text.push_str(&after);
                } else {
                    text.truncate(text.trim_end().len());
                    text.push(' ');
                    text.push_str(after.trim_start());
                }
            }
        }
        element.parted = false;
    }

    fn start_tag(&mut self) {
        let start = self.at;
        let name = (start + 1, name_end(self.bytes, start + 1));
        self.at = name.1;
        let (attributes, ending) = self.attributes();
        if self.open.is_empty() && self.root != NONE {
            self.out.trouble(ProblemKind::TextAfter, start, self.at);
        }
        if let Some(parent) = self.open.last_mut() {
            parent.parted = true;
        }
        if name.1 == name.0 + 1 && self.bytes[name.0] == b'?' {
            self.out.trouble(ProblemKind::Markup, start, self.at);
        }
        let local = local(self.bytes, name);
        let id = self.out.open(key(Name::Spelled(Spelling::Plain), local), start, true);
        let is_root = self.root == NONE;
        if is_root {
            self.root = id;
        }
        let nil = self.add_attributes(&attributes, name, is_root);
        self.open.push(Element { id, name, text: Run::None, parted: false, nil });
        match ending {
            Ending::Open => {}
            Ending::Empty => self.close(self.at),
            Ending::Cut => {}
        }
    }

    fn attributes(&mut self) -> (Vec<Attribute>, Ending) {
        let mut all = Vec::new();
        loop {
            self.at += self.bytes[self.at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            match &self.bytes[self.at..] {
                [] => return (all, Ending::Cut),
                [b'>', ..] => {
                    self.at += 1;
                    return (all, Ending::Open);
                }
                [b'/', b'>', ..] => {
                    self.at += 2;
                    return (all, Ending::Empty);
                }
                // The tag was never closed.
                [b'<', ..] => {
                    self.out.trouble(ProblemKind::Markup, self.at, self.at);
                    return (all, Ending::Open);
                }
                [b'/' | b'=' | b'"' | b'\'' | b'?', ..] => {
                    if self.at + 1 < self.bytes.len() {
                        self.out.trouble(ProblemKind::Markup, self.at, self.at + 1);
                    }
                    self.at += 1;
                }
                _ => all.push(self.attribute()),
            }
        }
    }

    fn attribute(&mut self) -> Attribute {
        let bytes = self.bytes;
        let blank = |at: usize| at + bytes[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let name = (self.at, name_end(bytes, self.at));
        let equals = blank(name.1);
        let empty = |at| Piece { start: at, end: at, spelling: Spelling::Plain };
        if bytes.get(equals) != Some(&b'=') {
            if equals < bytes.len() {
                self.out.trouble(ProblemKind::Markup, name.0, name.1);
            }
            self.at = name.1;
            return Attribute { name, span: (name.1, name.1), value: empty(name.1) };
        }
        let start = blank(equals + 1);
        let (value, end) = match bytes.get(start) {
            Some(quote @ (b'"' | b'\'')) => match self.find(start + 1, &[*quote]) {
                Some(close) => ((start + 1, close), close + 1),
                None => ((start + 1, bytes.len()), bytes.len()),
            },
            _ => {
                let stop = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'>';
                let end = bytes[start..].iter().position(stop).map_or(bytes.len(), |length| start + length);
                if end < bytes.len() {
                    self.out.trouble(ProblemKind::Markup, start, end);
                }
                ((start, end), end)
            }
        };
        self.at = end;
        let spelling = self.references(value.0, value.1);
        Attribute { name, span: (start, end), value: Piece { start: value.0, end: value.1, spelling } }
    }

    /// Adds an element's attributes; whether it says that it is nil.
    fn add_attributes(&mut self, attributes: &[Attribute], element: (usize, usize), is_root: bool) -> bool {
        let bytes = self.bytes;
        let prefix = bytes[element.0..element.1].split(|byte| *byte == b':').rev().nth(1);
        let mut nil = false;
        let mut seen = HashSet::new();
        for attribute in attributes {
            let name = &bytes[attribute.name.0..attribute.name.1];
            let own = match prefix {
                Some(prefix) => name.strip_prefix(b"xmlns:") == Some(prefix),
                None => name == b"xmlns",
            };
            let key = if name == b"xmlns" || name.starts_with(b"xmlns:") {
                if !(is_root && own) {
                    continue;
                }
                key(NAMESPACE, attribute.name)
            } else {
                let value = &bytes[attribute.value.start..attribute.value.end];
                nil |= name.ends_with(b":nil") && matches!(value, b"true" | b"1");
                key(Name::Attribute, local(bytes, attribute.name))
            };
            let known = if key.name == NAMESPACE { b"ns" } else { tree::inner(bytes, &key) };
            if attributes.len() > 1 && !seen.insert(known) {
                self.out.trouble(ProblemKind::DuplicateKey, attribute.name.0, attribute.name.1);
            }
            self.out.add(key, attribute.span, attribute.value.body());
        }
        nil && attributes.len() == 1
    }

    fn end_tag(&mut self) {
        let start = self.at;
        let name = (start + 2, name_end(self.bytes, start + 2));
        let close = memchr::memchr2(b'>', b'<', &self.bytes[name.1..]).map(|at| name.1 + at);
        let end = match close {
            Some(close) => close + usize::from(self.bytes[close] == b'>'),
            None => return self.at = self.cut(),
        };
        self.at = end;
        let written = |name: (usize, usize)| &self.bytes[name.0..name.1];
        let fits = |element: &Element| written(element.name) == written(name);
        /// A longer way up would make a body of wrong end tags costly.
        const FAR: usize = 64;
        match self.open.iter().rev().take(FAR).position(fits) {
            Some(0) => self.close(end),
            Some(missing) => {
                self.out.trouble(ProblemKind::Mismatch, start, end);
                for _ in 0..missing {
                    self.close(start);
                }
                self.close(end);
            }
            None => self.out.trouble(ProblemKind::Mismatch, start, end),
        }
    }

    fn close_all(&mut self) {
        while !self.open.is_empty() {
            self.close(self.bytes.len());
        }
    }

    fn close(&mut self, end: usize) {
        let Some(element) = self.open.pop() else { return };
        let id = element.id as usize;
        let childless = self.out.nodes.len() == id + 1 || self.out.nodes[id + 1].parent != element.id;
        let (start, stop, body) = match element.text {
            Run::None => (end, end, None),
            Run::One(piece) => {
                let piece = piece.trimmed(self.bytes);
                (piece.start, piece.end, Some(piece.body()))
            }
            Run::Many(text, start, stop) => (start, stop, Some(self.out.text(text.trim().to_owned()))),
        };
        if !childless
            && !element.nil
            && let Some(body) = body
        {
            self.out.add(key(BESIDE, (0, 0)), (start, stop), body);
        }
        self.out.close(end);
        if childless || element.nil {
            let none =
                if element.nil { Body::Null } else { Piece { start: end, end, spelling: Spelling::Plain }.body() };
            self.out.nodes[id].body = body.unwrap_or(none);
        } else {
            self.group(element.id);
        }
    }

    /// Makes an array of children with the same name, where the first of them stands.
    fn group(&mut self, parent: u32) {
        let mut slots: Vec<(u32, Vec<u32>)> = Vec::new();
        let mut known: HashMap<&[u8], usize> = HashMap::new();
        let mut next = self.out.nodes[parent as usize].first();
        while let Some(node) = self.out.nodes.get(next as usize) {
            match node.key.name {
                Name::Spelled(_) => match known.entry(tree::inner(self.bytes, &node.key)) {
                    Entry::Occupied(slot) => slots[*slot.get()].1.push(next),
                    Entry::Vacant(slot) => {
                        slot.insert(slots.len());
                        slots.push((next, Vec::new()));
                    }
                },
                _ => slots.push((next, Vec::new())),
            }
            next = node.next;
        }
        if slots.iter().all(|(_, more)| more.is_empty()) {
            return;
        }
        let mut members = Vec::with_capacity(slots.len());
        for (first, more) in slots {
            let Some(last) = more.last() else {
                members.push(first);
                continue;
            };
            let (start, key) = (self.out.nodes[first as usize].start, self.out.nodes[first as usize].key);
            let end = self.out.nodes[*last as usize].end;
            let array = self.out.nodes.len() as u32;
            let body = Body::Array { first, count: 1 + more.len() as u32 };
            self.out.nodes.push(Node { start, end, parent: NONE, next: NONE, index: 0, key, body });
            let items: Vec<u32> = std::iter::once(first).chain(more).collect();
            self.chain(array, &items);
            for item in items {
                self.out.nodes[item as usize].key = Key::NONE;
            }
            members.push(array);
        }
        self.chain(parent, &members);
        if let Some(first) = members.first() {
            let count = members.len() as u32;
            self.out.nodes[parent as usize].body = Body::Object { first: *first, count };
        }
    }

    /// Makes these nodes the children of one parent, in this order.
    fn chain(&mut self, parent: u32, children: &[u32]) {
        for (index, child) in children.iter().enumerate() {
            let node = &mut self.out.nodes[*child as usize];
            node.parent = parent;
            node.index = index as u32;
            node.next = children.get(index + 1).copied().unwrap_or(NONE);
        }
    }
}

enum Ending {
    Open,
    Empty,
    Cut,
}

fn key(name: Name, span: (usize, usize)) -> Key {
    Key { name, start: span.0 as u32, end: span.1 as u32, quotes: (0, 0) }
}

fn name_end(bytes: &[u8], at: usize) -> usize {
    let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>' | b'<' | b'=' | b'"' | b'\'');
    bytes[at..].iter().position(ends).map_or(bytes.len(), |length| at + length)
}

/// The name without its prefix.
fn local(bytes: &[u8], name: (usize, usize)) -> (usize, usize) {
    match memchr::memrchr(b':', &bytes[name.0..name.1]) {
        Some(colon) if name.0 + colon + 1 < name.1 => (name.0 + colon + 1, name.1),
        _ => name,
    }
}
