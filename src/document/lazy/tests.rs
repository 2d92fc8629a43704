//! The two storages side by side: whatever one answers, the other answers, on any JSON, cut off anywhere, arriving in any
//! pieces. Blocks are small in tests, so that bodies of a few hundred bytes have many.

use super::*;
use crate::document::{Document, Nodes, Path, Pointer, ProblemKind};

/// Numbers out of a seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    fn one<'o>(&mut self, of: &[&'o str]) -> &'o str {
        of[self.below(of.len())]
    }

    fn blank(&mut self) -> &'static str {
        self.one(&["", "", "", "", " ", "\n", "\r\n\t  ", "      "])
    }

    fn string(&mut self, out: &mut String) {
        const PARTS: [&str; 14] =
            ["a", "bc", "\\\"", "\\\\", "\\n", "\\u00e9", "é", "日本", "\\ud83d\\ude00", "{", "]", ",", ":", "\\q"];
        out.push('"');
        let length = [0, 1, 2, 3, 60][self.below(5)];
        for _ in 0..self.below(length + 1) {
            out.push_str(self.one(&PARTS));
        }
        out.push('"');
    }

    fn value(&mut self, depth: usize, out: &mut String) {
        match self.below(if depth > 12 { 4 } else { 8 }) {
            0 => out.push_str(self.one(&["true", "false", "null"])),
            1 => out.push_str(self.one(&["0", "-1.50", "1e400", "18446744073709551617", "7"])),
            2 | 3 => self.string(out),
            4 | 5 => self.list(depth, out, false),
            _ => self.list(depth, out, true),
        }
    }

    fn list(&mut self, depth: usize, out: &mut String, object: bool) {
        out.push(if object { '{' } else { '[' });
        out.push_str(self.blank());
        let most = if depth == 0 { 12 } else { 5 };
        for at in 0..self.below(most) {
            if at > 0 {
                out.push(',');
                out.push_str(self.blank());
            }
            if object {
                match self.below(4) {
                    0 => self.string(out),
                    _ => out.push_str(self.one(&["\"a\"", "\"b\"", "\"code\"", "\"items\"", "\"x/~y\""])),
                }
                out.push_str(self.blank());
                out.push(':');
                out.push_str(self.blank());
            }
            self.value(depth + 1, out);
            out.push_str(self.blank());
        }
        out.push(if object { '}' } else { ']' });
    }

    fn body(&mut self) -> String {
        let mut out = self.blank().to_owned();
        let object = self.below(2) == 0;
        self.list(0, &mut out, object);
        out.push_str(self.blank());
        out
    }

    /// A supply that brought these bytes in pieces of any size.
    fn supply(&mut self, bytes: &[u8]) -> Supply {
        if self.below(4) == 0 {
            use std::io::Write;
            let mut file = tempfile::tempfile().expect("a file");
            file.write_all(bytes).expect("written");
            return Supply::file(file).expect("a supply");
        }
        let supply = Supply::pipe();
        let mut rest = bytes;
        let most = [3, 100, 5000][self.below(3)];
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(rest.len().min(1 + self.below(most)));
            supply.push(piece);
            rest = after;
        }
        supply.end();
        supply
    }
}

fn large(supply: &Supply) -> Document {
    let document = Document::large(supply).expect("it begins as JSON does");
    while document.index_more() != Indexed::Whole {}
    assert_eq!(document.check(|_| true), Some(Regular::Yes));
    document
}

/// Everything that can be asked of a node.
#[derive(Debug, PartialEq)]
struct Answers<'d> {
    value: Value<'d>,
    key: Option<String>,
    index: usize,
    span: Span,
    key_span: Option<Span>,
    pointer: Pointer,
    depth: usize,
    container: bool,
    children: usize,
    position: Position,
}

fn answers(document: &Document, id: NodeId) -> Answers<'_> {
    Answers {
        value: document.value(id),
        key: document.key(id).map(|key| key.source().to_owned()),
        index: document.index(id),
        span: document.span(id),
        key_span: document.key_span(id),
        pointer: document.pointer(id),
        depth: document.depth(id),
        container: document.is_container(id),
        children: document.children(id).count(),
        position: document.position(document.span(id).start),
    }
}

fn compare(body: &[u8], supply: &Supply) {
    let (small, large) = (Document::parse(body), large(supply));
    let shown = String::from_utf8_lossy(body);
    assert_eq!(small.problems(), large.problems(), "{shown}");
    assert_eq!(small.source_len(), large.source_len());
    let mut pairs = vec![(small.root(), large.root())];
    let mut seen = 0;
    while let Some((left, right)) = pairs.pop() {
        seen += 1;
        assert_eq!(answers(&small, left), answers(&large, right), "{shown}");
        let all = |document: &Document, id| document.children(id).collect::<Vec<_>>();
        let (lefts, rights) = (all(&small, left), all(&large, right));
        let steps = |document: &Document, id, all: &[NodeId]| {
            let by_steps: Vec<_> =
                std::iter::successors(document.first_child(id), |id| document.next_sibling(*id)).collect();
            let mut back: Vec<_> =
                std::iter::successors(document.last_child(id), |id| document.previous_sibling(*id)).collect();
            back.reverse();
            let nth: Vec<_> = (0..all.len() + 1).map_while(|nth| document.nth_child(id, nth)).collect();
            assert_eq!((&by_steps[..], &back[..], &nth[..]), (all, all, all), "{shown}");
            for child in all {
                assert_eq!(document.parent(*child), Some(id), "{shown}");
                assert_eq!(document.ancestors(*child).first(), Some(&id), "{shown}");
            }
        };
        steps(&small, left, &lefts);
        steps(&large, right, &rights);
        for name in ["a", "code", "nowhere", "x/~y"] {
            let named = |document: &Document, id| document.get(id, name).map(|id| document.span(id));
            assert_eq!(named(&small, left), named(&large, right), "{shown}");
        }
        pairs.extend(lefts.into_iter().zip(rights));
    }
    assert_eq!(seen, small.len());
    for offset in (0..body.len() + 2).step_by(1 + body.len() / 200) {
        let at = |document: &Document| document.pointer(document.node_at(offset));
        assert_eq!(at(&small), at(&large), "{offset} of {shown}");
    }
    for path in ["items[*].code", "*.a", "$", "a.b[1]"] {
        let path: Path = path.parse().expect("a path");
        let found = |document: &Document| {
            let all = document.select(document.root(), &path);
            all.into_iter().map(|id| document.span(id)).collect::<Vec<_>>()
        };
        assert_eq!(found(&small), found(&large), "{path} of {shown}");
    }
}

#[test]
fn both_storages_answer_alike() {
    for seed in 0..60 {
        let mut dice = Dice(seed);
        let body = dice.body();
        let supply = dice.supply(body.as_bytes());
        compare(body.as_bytes(), &supply);
    }
}

#[test]
fn cut_off_anywhere_they_answer_alike() {
    for seed in 1000..1006 {
        let mut dice = Dice(seed);
        let body = dice.body();
        let start = body.find(['{', '[']).expect("a bracket");
        for end in start + 1..body.len().min(250) {
            let cut = &body.as_bytes()[..end];
            if Document::parse(cut).format() != crate::document::Format::Json {
                continue;
            }
            let supply = dice.supply(cut);
            compare(cut, &supply);
        }
    }
}

#[test]
fn what_is_known_so_far_is_that_of_a_body_cut_off() {
    for seed in 2000..2040 {
        let mut dice = Dice(seed);
        let body = dice.body();
        let whole = Document::large(&dice.supply(body.as_bytes())).expect("JSON");
        let mut rounds = 0;
        while whole.index_more() != Indexed::Whole && rounds < 3 {
            rounds += 1;
        }
        let part = whole.so_far();
        while whole.index_more() != Indexed::Whole {}
        let known = part.extent().expect("large").known;
        let small = Document::parse(&body.as_bytes()[..known]);
        if known == 0 {
            continue;
        }
        let mut pairs = vec![(small.root(), part.root())];
        while let Some((left, right)) = pairs.pop() {
            let (mut left_answers, right_answers) = (answers(&small, left), answers(&part, right));
            left_answers.position = right_answers.position;
            assert_eq!(left_answers, right_answers, "{known} of {}", body.len());
            pairs.extend(small.children(left).zip(part.children(right)));
        }
    }
}

#[test]
fn a_beginning_answers_as_the_document_up_to_there() {
    for seed in 3000..3008 {
        let mut dice = Dice(seed);
        let body = dice.body();
        let start = body.find(['{', '[']).expect("a bracket");
        for end in (start + 1..body.len() + 1).step_by(1 + body.len() / 12) {
            let part = Document::large(&dice.supply(&body.as_bytes()[..end])).expect("JSON");
            while part.index_more() != Indexed::Whole {}
            let beginning = part.beginning().expect("large");
            assert_eq!((beginning.root(), beginning.source_len()), (part.root(), part.source_len()));
            let nodes: Vec<_> = beginning.walk().collect();
            assert_eq!(nodes, Nodes::walk(&part).collect::<Vec<_>>(), "{end} of {body}");
            for id in nodes {
                let told = |nodes: &dyn Nodes| {
                    let key = nodes.key(id).map(|key| key.source().to_owned());
                    let value = format!("{:?}", nodes.value(id));
                    (value, key, nodes.index(id), nodes.parent(id), nodes.pointer(id), nodes.pointer_end(id, 2))
                };
                assert_eq!(told(&beginning), told(&part), "{end} of {body}");
            }
            for path in ["items[*].code", "*.a", "$", "a.b[1]"] {
                let path: Path = path.parse().expect("a path");
                let found = |nodes: &dyn Nodes| (nodes.select(nodes.root(), &path), nodes.first(nodes.root(), &path));
                assert_eq!(found(&beginning), found(&part), "{path}: {end} of {body}");
            }
        }
    }
}

#[test]
fn bytes_that_are_no_text_are_noted() {
    for body in [
        &b"[\"a\xffb\", \"\xe6\x97\", 1, \"text\"]"[..],
        b"{\"\xf0\x9f, and much that is text\":\"x\x01\x02y\"}",
        b"[\"much that is text \xe6\x97",
    ] {
        let mut dice = Dice(body.len() as u64);
        for _ in 0..20 {
            let supply = dice.supply(body);
            compare(body, &supply);
        }
    }
}

#[test]
fn other_forms_are_told_apart() {
    let filler = "1,".repeat(PREFIX);
    for (tail, at) in [("2] x", 3), ("2,]", 2), ("'a']", 0), ("// no\n2]", 0), ("2}", 1), ("01]", 0), ("{\"a\" 1}]", 5)]
    {
        let body = format!("[{filler}{tail}");
        let document = Document::large(&Supply::whole(body.as_bytes())).expect("it begins well");
        while document.index_more() != Indexed::Whole {}
        assert_eq!(document.check(|_| true), Some(Regular::Until(1 + filler.len() + at)), "{tail}");
    }
    for body in ["", "1", "x [1]", "[1 2", "// no\n{\"a\":1}", "<a/>", "{'a':1}", "{\"a\":1}\n{\"b\":2}"] {
        assert!(Document::large(&Supply::whole(body.as_bytes())).is_none(), "{body}");
    }
}

#[test]
fn depth_costs_no_stack() {
    let body = "[".repeat(300_000) + "7" + &"]".repeat(300_000);
    let document = large(&Supply::whole(body.as_bytes()));
    let seven = document.node_at(300_000);
    assert_eq!(document.depth(seven), 300_000);
    assert_eq!(document.ancestors(seven).len(), 300_000);
    assert_eq!(document.last_child(NodeId(299_999)), Some(seven));
    assert!(document.problems().is_empty());
    let cut = large(&Supply::whole(&body.as_bytes()[..300_000]));
    assert_eq!(cut.problems().iter().map(|problem| problem.kind).collect::<Vec<_>>(), [ProblemKind::CutOff]);
}

#[test]
fn a_long_string_is_passed_over() {
    let text = "x".repeat(1_000_000);
    let body = format!("{{\"a\":\"{text}\",\"b\":1}}");
    let document = large(&Supply::whole(body.as_bytes()));
    let b = document.at("/b").expect("there");
    assert_eq!(document.previous_sibling(b).map(|a| document.span(a).end), Some(body.len() - 7));
    let a = document.at("/a").expect("there");
    assert!(matches!(document.outline(a), Value::String(text) if text.source().len() == 4096));
}

#[test]
fn a_file_that_shrinks_is_shorter_and_no_more() {
    use std::io::Write;
    let mut dice = Dice(5);
    let body = (0..50).map(|_| dice.body()).filter(|body| body.trim_start().starts_with('[')).max_by_key(String::len);
    let body = format!("[{},{}]", body.expect("a list"), "[1],".repeat(60_000) + "2");
    let mut file = tempfile::tempfile().expect("a file");
    file.write_all(body.as_bytes()).expect("written");
    let document = large(&Supply::file(file.try_clone().expect("a handle")).expect("a supply"));
    file.set_len(70_000).expect("shorter");
    for offset in (0..body.len()).step_by(997) {
        let id = document.node_at(offset);
        let _ = (document.value(id), document.key(id), document.index(id), document.span(id), document.pointer(id));
        let _ = (document.next_sibling(id), document.previous_sibling(id), document.last_child(id));
        let _ = document.position(offset);
    }
}
