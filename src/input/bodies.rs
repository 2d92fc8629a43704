//! Which pieces of a body are responses of their own.
//!
//! In: what followed one head, or everything where there is no head. Out: [`Body`]s, at least one, and what `curl -w`
//! said about them. It decides by the kinds of the pieces and never by what they mean.

use std::borrow::Cow;

use super::segments::{self, Kind, Segment};
use super::write_out::{self, WriteOut};
use super::{MOST_RESPONSES, events, unpack};

/// One response's body, and where it stood in the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Body<'t> {
    pub(super) text: Cow<'t, [u8]>,
    pub(super) at: usize,
    /// Which of [`Bodies::write_outs`] speaks about it.
    pub(super) write_out: Option<usize>,
}

/// The bodies in their order.
#[derive(Debug, Default)]
pub(super) struct Bodies<'t> {
    pub(super) bodies: Vec<Body<'t>>,
    pub(super) write_outs: Vec<WriteOut>,
    /// Whether there are more that were not looked for.
    pub(super) more: bool,
}

/// Finds the bodies; `status` is that of the head above, if there was one.
pub(super) fn find(text: &[u8], status: Option<u16>) -> Bodies<'_> {
    let mut found = Bodies::default();
    if text.trim_ascii_start().is_empty() {
        found.bodies.push(Body { text: text.into(), at: 0, write_out: None });
        return found;
    }
    let tail = write_out::peel(text, status);
    let rest = &text[..tail.as_ref().map_or(text.len(), |tail| tail.at)];
    let first = rest.strip_prefix(unpack::BOM).unwrap_or(rest).trim_ascii_start().first();
    if matches!(first, None | Some(b'<')) {
        // Markup may hold lines of JSON, and they are not responses.
        found.bodies.push(Body { text: rest.into(), at: 0, write_out: None });
    } else if let Some(events) = events::find(rest) {
        found.bodies = events;
    } else {
        found.values(rest, tail.as_ref());
    }
    if let Some(tail) = tail {
        let last = found.write_outs.len();
        found.write_outs.push(tail);
        for body in found.bodies.iter_mut().filter(|body| body.write_out.is_none()) {
            body.write_out = Some(last);
        }
    }
    found
}

impl<'t> Bodies<'t> {
    fn values(&mut self, text: &'t [u8], tail: Option<&WriteOut>) {
        let pieces = segments::find(text);
        let all = pieces.len() <= MOST_RESPONSES;
        let mut begin = 0;
        let mut from = 0;
        for (place, write_out) in tail.map(|tail| between(text, &pieces, tail)).unwrap_or_default() {
            let end = pieces[place].start;
            self.group(text, &pieces[begin..place], from, end, Some(self.write_outs.len()));
            self.write_outs.push(write_out);
            (begin, from) = (place + 1, pieces[place].end);
        }
        self.group(text, &pieces[begin..], from, text.len(), None);
        // One body is all of the text, whatever is in it.
        self.more = !all && self.bodies.len() > 1;
    }

    fn group(&mut self, text: &'t [u8], pieces: &[Segment], from: usize, end: usize, write_out: Option<usize>) {
        let whole = from == 0 && end == text.len();
        match choose(text, pieces) {
            Choice::Whole if whole => self.bodies.push(Body { text: text.into(), at: 0, write_out }),
            Choice::Whole => {
                let start = pieces.first().map_or(from, |piece| piece.start);
                let end = pieces.last().map_or(start, |piece| piece.end);
                self.bodies.push(Body { text: text[start..end].into(), at: start, write_out });
            }
            Choice::Each(keep) => {
                let kept = pieces.iter().filter(|piece| keep(piece.kind));
                self.bodies.extend(kept.map(|piece| Body {
                    text: text[piece.start..piece.end].into(),
                    at: piece.start,
                    write_out,
                }));
            }
            Choice::WithTextBefore => self.with_text_before(text, pieces, write_out),
        }
    }

    /// Values with lines of text between them: the text before a value belongs to it, as in documentation.
    fn with_text_before(&mut self, text: &'t [u8], pieces: &[Segment], write_out: Option<usize>) {
        let values = pieces.iter().filter(|piece| piece.kind != Kind::Text && piece.kind != Kind::Scalar).count();
        let mut start = None;
        let mut seen = 0;
        for piece in pieces {
            let start_here = *start.get_or_insert(piece.start);
            let value = piece.kind != Kind::Text && piece.kind != Kind::Scalar;
            seen += usize::from(value);
            if value && seen < values {
                self.bodies.push(Body { text: text[start_here..piece.end].into(), at: start_here, write_out });
                start = None;
            }
        }
        let end = pieces.last().map_or(0, |piece| piece.end);
        if let Some(start) = start {
            self.bodies.push(Body { text: text[start..end].into(), at: start, write_out });
        }
    }
}

/// What `curl -w` wrote between bodies, when it wrote the same kind of thing behind the last one.
fn between(text: &[u8], pieces: &[Segment], tail: &WriteOut) -> Vec<(usize, WriteOut)> {
    if tail.digits {
        let scalars = || pieces.iter().enumerate().filter(|(_, piece)| piece.kind == Kind::Scalar);
        let read = |place: usize, piece: &Segment| {
            let after_value = place > 0 && pieces[place - 1].kind != Kind::Scalar;
            write_out::digits(&text[piece.start..piece.end], piece.start).filter(|_| after_value)
        };
        let found: Vec<_> =
            scalars().filter_map(|(place, piece)| read(place, piece).map(|found| (place, found))).collect();
        return if found.len() == scalars().count() { found } else { Vec::new() };
    }
    let values = pieces.iter().enumerate().filter(|(_, piece)| matches!(piece.kind, Kind::Value | Kind::Tall));
    values
        .filter_map(|(place, piece)| {
            write_out::object(&text[piece.start..piece.end], piece.start, false).map(|found| (place, found))
        })
        .collect()
}

/// What to do with the pieces of a body.
#[derive(Clone, Copy)]
enum Choice {
    /// They are one body.
    Whole,
    /// Each piece of these kinds is a body.
    Each(fn(Kind) -> bool),
    /// Each value is a body, together with the text before it.
    WithTextBefore,
}

fn choose(text: &[u8], pieces: &[Segment]) -> Choice {
    if pieces.len() < 2 {
        return Choice::Whole;
    }
    let count = |kind: Kind| pieces.iter().filter(|piece| piece.kind == kind).count();
    let (value, tall, broken) = (count(Kind::Value), count(Kind::Tall), count(Kind::Broken));
    let (carrier, plain, part) = (count(Kind::Carrier), count(Kind::Text), count(Kind::Part));
    if carrier + plain + part == 0 {
        // Nothing but values; a broken one counts among good ones only.
        return if value + tall == 0 && broken > 0 { Choice::Whole } else { Choice::Each(|_| true) };
    }
    let is_tall = |piece: &Segment| memchr::memchr(b'\n', &text[piece.start..piece.end]).is_some();
    let lines_only = tall == 0 && !pieces.iter().any(|piece| piece.kind == Kind::Broken && is_tall(piece));
    let rest = carrier + plain + part + broken;
    // One value a line, and what is not a value is the exception: a log whose broken lines are shown as such.
    if lines_only && value >= 2 && (value >= 4 * rest || (part == 0 && value > rest)) {
        return Choice::Each(|_| true);
    }
    if carrier > 0 {
        // A log with words before its objects; its other lines are no responses.
        let log = lines_only && part == 0 && carrier + value >= 2;
        return if log { Choice::Each(|kind| !matches!(kind, Kind::Text | Kind::Scalar)) } else { Choice::Whole };
    }
    if part == 0 && broken == 0 && value + tall >= 2 { Choice::WithTextBefore } else { Choice::Whole }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(input: &str) -> Vec<String> {
        let found = find(input.as_bytes(), None);
        found.bodies.iter().map(|body| String::from_utf8_lossy(&body.text).into_owned()).collect()
    }

    #[test]
    fn one_body_stays_one() {
        let table = [
            "",
            "\n",
            "plain text",
            "404 page not found\n",
            "{\"a\":1}\n",
            " {\"a\":1} ",
            "[{\"a\":1},\n{\"a\":2}]",
            "[\n{\"a\":1}\n,\n{\"a\":2}\n]\n",
            "[\n{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n]\n",
            "{\n\"a\": [\n{\"x\":1}\n,\n{\"x\":2}\n]\n}",
            "{\n  // it's one of {these}\n  \"a\": {\"b\": 1},\n  \"c\": {\"d\": 2}\n}\n",
            "{\n  # don't\n  \"a\": {\"b\": 1}\n}\n",
            "{\"a\":\"line one\nline two\"}",
            "{\"a\":{\"b\":1}},\n\"c\":{\"d\":2}}",
            "{\"code\":[1001}",
            "{\"a\":1}}}]",
            "{\"a\":",
            "2024-05-01 ERROR resp={\"a\":1}\n",
            "2024-05-01 ERROR resp={\n  \"a\": {\"b\":1},\n  \"c\": {\"d\":1}\n}\n",
            "12:00 INFO start\n12:01 ERROR {\"a\":1}\n12:02 INFO end\n",
            "$ curl -s https://api.example.com/x\n{\"a\":1}\n$ ",
            "1 {\n2   \"status\": \"ERROR\",\n3   \"code\": 1001\n4 }",
            "<html>\n{\"a\":1}\n{\"b\":1}\n</html>",
            "<br />\n<b>Warning</b>\n{\"a\":1}",
            "callback({\"a\":1});",
            ")]}',\n{\"a\":1}",
            "```json\n{\"a\":1}\n```\n",
            "code,text\n1001,root\n",
            "status: ERROR\ncode: 1001\n",
            "Traceback (most recent call last):\n  File \"app.py\", line 1\nKeyError: 'code'\n",
            "GET /a/{id}\nGET /b/{id}\n",
        ];
        for text in table {
            assert_eq!(texts(text), [text]);
        }
    }

    #[test]
    fn several_values() {
        let table: &[(&str, &[&str])] = &[
            ("{\"a\":1}{\"b\":2}", &["{\"a\":1}", "{\"b\":2}"]),
            ("{\"a\":1}\n\n{\"b\":2}\n", &["{\"a\":1}", "{\"b\":2}"]),
            ("{\n  \"a\": 1\n}\n{\n  \"b\": 2\n}\n", &["{\n  \"a\": 1\n}", "{\n  \"b\": 2\n}"]),
            ("\u{feff}{\"a\":1}\r\n[2]\r\n", &["{\"a\":1}", "[2]"]),
            ("\u{1e}{\"a\":1}\n\u{1e}{\"b\":\n\u{1e}3\n", &["{\"a\":1}", "{\"b\":", "3"]),
            ("true\n\"x\"\n-1.5\n", &["true", "\"x\"", "-1.5"]),
            ("{\"a\":1}\n{\"b\":\n{\"c\":3}\n", &["{\"a\":1}", "{\"b\":\n{\"c\":3}"]),
            ("{\"a\":1}\n{\"b\":\"x\n{\"c\":3}\n", &["{\"a\":1}", "{\"b\":\"x", "{\"c\":3}"]),
            ("{\"a\":1}\n{\"b\"\n{\"c\":3}\n", &["{\"a\":1}", "{\"b\"", "{\"c\":3}"]),
            ("{\"a\":1}\nnonsense\n{\"c\":3}\n", &["{\"a\":1}", "nonsense", "{\"c\":3}"]),
            ("{\"a\":1}\n{\"b\":2}\n{\"c\":", &["{\"a\":1}", "{\"b\":2}", "{\"c\":"]),
            ("{\"a\":1},\n{\"b\":2}", &["{\"a\":1}", "{\"b\":2}"]),
            ("12:00 E {\"a\":1}\n12:01 E {\"b\":2}\n", &["12:00 E {\"a\":1}", "12:01 E {\"b\":2}"]),
            (
                "12:00 E {\"a\":1}\n12:01 I idle\n12:02 E {\"b\":2} (2 ms)\n",
                &["12:00 E {\"a\":1}", "12:02 E {\"b\":2} (2 ms)"],
            ),
            (
                "{\"a\": oh no\n12:00 I up\n12:01 E {\"b\":2}\n12:02 E {\"c\":3}\n",
                &["{\"a\": oh no", "12:01 E {\"b\":2}", "12:02 E {\"c\":3}"],
            ),
            ("[1] E {\"a\":1}\n[2] E {\"b\":2}", &["[1] E {\"a\":1}", "[2] E {\"b\":2}"]),
            (
                "First:\n{\n\"a\": 1\n}\nSecond:\n{\n\"b\": 2\n}\nThat is all.\n",
                &["First:\n{\n\"a\": 1\n}", "Second:\n{\n\"b\": 2\n}\nThat is all."],
            ),
        ];
        for (input, expected) in table {
            assert_eq!(texts(input), *expected, "{input:?}");
        }
    }

    #[test]
    fn write_outs_between_bodies() {
        let statuses = |input: &str| {
            let found = find(input.as_bytes(), None);
            let status = |body: &Body| body.write_out.and_then(|place| found.write_outs[place].status);
            found.bodies.iter().map(|body| (String::from_utf8_lossy(&body.text).into_owned(), status(body))).collect()
        };
        type Row = (&'static str, &'static [(&'static str, Option<u16>)]);
        let table: &[Row] = &[
            ("{\"a\":1}404", &[("{\"a\":1}", Some(404))]),
            ("{\"a\":1}\n404\n{\"b\":1}\n200\n", &[("{\"a\":1}", Some(404)), ("{\"b\":1}", Some(200))]),
            ("{\"a\":1}404{\"b\":1}200", &[("{\"a\":1}", Some(404)), ("{\"b\":1}", Some(200))]),
            ("{\"a\":1}\n{\"b\":1}\n500\n", &[("{\"a\":1}", Some(500)), ("{\"b\":1}", Some(500))]),
            (
                "{\"a\":1}\n12\n{\"b\":1}\n200\n",
                &[("{\"a\":1}", Some(200)), ("12", Some(200)), ("{\"b\":1}", Some(200))],
            ),
            (
                "{\"a\":1}{\"http_code\":404,\"url_effective\":\"u\"}\n{\"b\":1}{\"http_code\":500,\"url_effective\":\"v\"}\n",
                &[("{\"a\":1}", Some(404)), ("{\"b\":1}", Some(500))],
            ),
        ];
        for (input, expected) in table {
            let found: Vec<(String, Option<u16>)> = statuses(input);
            let found: Vec<_> = found.iter().map(|(text, status)| (text.as_str(), *status)).collect();
            assert_eq!(found, *expected, "{input:?}");
        }
    }
}
