//! What was written of one body, with holes for the texts of others.
//!
//! It is made by writing about the same body with other texts, which are known where they turn up again.

use std::borrow::Cow;
use std::cell::LazyCell;

use memchr::memmem;

use super::reading::{Hole, Part, Reading, What};
use super::{Body, Said, Text, Written};
use crate::decode::{Decoder, Usage, headline};
use crate::detect::Index;
use crate::document::Sheet;
use crate::exit::Exit;
use crate::input::Response;
use crate::report::summary::Summary;
use crate::report::{Report, json, line};
use crate::secrets::Secrets;
use crate::text::{Digits, clean, every, is_clean};

/// What writing takes.
pub(super) struct Task<'t, 'i, 'c> {
    pub(super) decoder: &'t Decoder<'i, 'c>,
    pub(super) index: &'t Index<'c>,
    pub(super) written: Written,
    pub(super) secrets: Secrets,
    pub(super) response: &'t Response,
}

/// What is written of bodies with the same key.
pub(super) struct Template {
    words: String,
    pieces: Vec<Piece>,
    /// Whether counters are among them.
    counts: bool,
    /// What stands beside the holes: a text that is part of it may be left out or told apart.
    rivals: Rivals,
    /// Texts that are part of the key, and the first lines of them, line by line.
    spelled: Lines,
    pub(super) exit: Exit,
    /// What one such body counts for.
    pub(super) summary: Summary,
    /// Whether it was not yet used for a second body.
    pub(super) on_trial: bool,
    /// How often it was used and not counted yet, and the place of the first of these responses.
    pub(super) uses: usize,
    pub(super) since: u64,
}

/// Lines of text, most of which differ from others in their length.
struct Lines {
    all: Box<[Box<str>]>,
    /// A bit for each length that one has; of longer ones their remainder.
    lengths: u64,
}

impl Lines {
    fn new(all: Box<[Box<str>]>) -> Self {
        let lengths = all.iter().fold(0, |lengths, line| lengths | 1 << (line.len() % 64));
        Self { all, lengths }
    }

    fn size(&self) -> usize {
        self.all.iter().map(|line| line.len() + size_of::<Box<str>>()).sum()
    }

    /// Whether one says just this.
    fn have(&self, text: &str) -> bool {
        self.lengths & 1 << (text.len() % 64) != 0 && self.all.iter().any(|line| **line == *text)
    }
}

/// What stands beside the holes, a line each.
struct Rivals {
    lines: Lines,
    /// Those that are not part of another one, the longest first.
    whole: Box<[Box<str>]>,
}

impl Rivals {
    fn new(labels: &str) -> Self {
        let lines = Lines::new(labels.lines().map(Into::into).collect());
        let mut longest: Vec<_> = lines.all.to_vec();
        longest.sort_by_key(|line| std::cmp::Reverse(line.len()));
        let mut whole: Vec<Box<str>> = Vec::new();
        for line in longest {
            if !whole.iter().any(|known| known.contains(&*line)) {
                whole.push(line);
            }
        }
        Self { lines, whole: whole.into() }
    }

    fn size(&self) -> usize {
        self.lines.size() + self.whole.iter().map(|line| line.len() + size_of::<Box<str>>()).sum::<usize>()
    }

    /// Whether a line is part of one.
    fn hold(&self, line: &str) -> bool {
        let longer = self.whole.iter().take_while(|rival| rival.len() >= line.len());
        longer.into_iter().any(|rival| memmem::find(rival.as_bytes(), line.as_bytes()).is_some())
    }
}

/// What is put into a template.
pub(super) struct Filling<'b> {
    /// The texts for the holes, by their parts.
    pub(super) texts: &'b [Text<'b>],
    /// The bytes of the body.
    pub(super) length: usize,
    /// Its counters, for a template that has a place for them.
    pub(super) usage: Vec<Usage>,
}

/// What came of making one.
pub(super) enum Made {
    Template(Box<Template>),
    /// This body says something twice: in these parts.
    Clash(Box<[usize]>),
    /// What is written does not follow from the key.
    Nothing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    /// These words.
    Words {
        start: usize,
        end: usize,
    },
    /// The text of a part.
    Text(usize),
    /// Its first line that says something.
    Headline(usize),
    /// As much of it as evidence quotes.
    Quote(usize),
    /// The number of the response, its line, the length of its body.
    Index,
    Line,
    Length,
    /// Counters of the body.
    Usage,
}

/// Stand for a response's number and line.
const INDEX: usize = 7_070_101;
const LINE: usize = 8_080_303;
/// What every text begins with that stands for another.
const MARK: &str = "zq";
/// What an address needs before that.
const BEFORE: &str = "https://zq.example/";
/// More texts than this in one body are not worth a template.
const MOST_PARTS: usize = 2000;
/// Characters of a value that evidence quotes.
const QUOTED: usize = 60;

impl Template {
    /// Makes the template of a body.
    pub(super) fn make(
        task: &Task<'_, '_, '_>,
        spare: &mut Sheet,
        reading: &Reading<'_>,
        body: &Body<'_>,
        said: &Said<'_>,
    ) -> Made {
        if reading.parts.len() > MOST_PARTS {
            return Made::Nothing;
        }
        let Some(text) = disguise(reading, body) else { return Made::Nothing };
        match spare.read(&text, 0, task.index.interest()) {
            Some(end) if end == text.len() => {}
            _ => return Made::Nothing,
        }
        let page = spare.page(&text);
        if page.form() != body.page.form() {
            return Made::Nothing;
        }
        let mut response = task.response.clone();
        (response.origin.index, response.origin.line, response.origin.body_line) = (INDEX, LINE, LINE);
        let decoded = task.decoder.decode(&response, &page, &reading.ranking);
        let report = Report { decoded: &decoded, document: &page, secrets: task.secrets };
        let mut summary = Summary::default();
        summary.add(&report, 0);
        let exit = crate::run::reporter::end(&decoded);
        if (exit, &summary) != (said.exit, &said.summary) {
            return Made::Nothing;
        }
        let mut template = Self {
            words: String::new(),
            pieces: Vec::new(),
            counts: false,
            rivals: Rivals::new(&report.labels()),
            spelled: spelled(reading, body),
            exit,
            summary,
            on_trial: true,
            uses: 0,
            since: 0,
        };
        if task.written == Written::Nothing {
            return Made::Template(Box::new(template));
        }
        let clashing = template.rivals_among(reading, &body.texts);
        if !clashing.is_empty() {
            return Made::Clash(clashing.into());
        }
        let mut bytes = Vec::new();
        let mut counters = Vec::new();
        let written = match task.written {
            Written::Json => {
                json::write(&mut bytes, &report).and_then(|()| json::usage(&mut counters, task.secrets, &decoded.usage))
            }
            _ => line::write(&mut bytes, &report),
        };
        let (Ok(()), Ok(text), Ok(counters)) = (written, String::from_utf8(bytes), String::from_utf8(counters)) else {
            return Made::Nothing;
        };
        let cut = Cut::new(reading, body, task.written, page.text().len());
        match reading.counters.then(|| text.rfind(&format!("\"usage\":{counters},\"problems\":"))) {
            Some(None) => return Made::Nothing,
            Some(Some(at)) => {
                let at = at + "\"usage\":".len();
                cut.report(&text[..at], &mut template);
                template.pieces.push(Piece::Usage);
                template.counts = true;
                cut.report(&text[at + counters.len()..], &mut template);
            }
            None => cut.report(&text, &mut template),
        }
        let (mut again, mut numbers) = (Vec::new(), Vec::new());
        template.fill(task, &body.filling(task, &template, reading), &mut again, &mut numbers);
        if again == said.bytes { Made::Template(Box::new(template)) } else { Made::Nothing }
    }

    /// Notes that it was used for the response at a place.
    pub(super) fn note_use(&mut self, place: u64) {
        if self.uses == 0 {
            self.since = place;
        }
        self.uses += 1;
    }

    /// What it takes to remember, in bytes, roughly.
    pub(super) fn size(&self) -> usize {
        self.words.len() + self.rivals.size() + self.spelled.size() + size_of_val(self.pieces.as_slice()) + 1024
    }

    /// The parts of a body that say what stands beside them: then one of the two may be left out.
    pub(super) fn clashes(&self, reading: &Reading<'_>, texts: &[Text<'_>]) -> Vec<usize> {
        if self.pieces.is_empty() { Vec::new() } else { self.rivals_among(reading, texts) }
    }

    fn rivals_among(&self, reading: &Reading<'_>, texts: &[Text<'_>]) -> Vec<usize> {
        let mut clashing = Vec::new();
        let parts = reading.parts.iter().zip(texts).enumerate();
        let holes = parts.filter_map(|(at, (part, text))| Some((at, part.hole()?, text.as_deref()?)));
        for (at, hole, text) in holes.clone().filter(|(_, hole, _)| hole.link || hole.clashing()) {
            let said = hole.link && holes.clone().any(|(other, hole, link)| other < at && hole.link && link == text);
            let said = said
                || match hole {
                    _ if !hole.clashing() => false,
                    Hole { label: true, sentence: false, shown: false, .. } => {
                        self.rivals.lines.have(text) || self.spelled.have(text)
                    }
                    _ => {
                        let line = headline(text);
                        let beside = |label: &str| label == text || label == line;
                        self.rivals.hold(&line)
                            || self.spelled.have(text)
                            || self.spelled.have(&line)
                            || (!hole.label && holes.clone().any(|(_, other, label)| other.label && beside(label)))
                    }
                };
            if said {
                clashing.push(at);
            }
        }
        clashing
    }

    /// What is put into it for a body with these texts; `usage` tells its counters where they are wanted.
    pub(super) fn filling<'b>(
        &self,
        texts: &'b [Text<'b>],
        length: usize,
        usage: impl FnOnce() -> Vec<Usage>,
    ) -> Filling<'b> {
        Filling { texts, length, usage: if self.counts { usage() } else { Vec::new() } }
    }

    /// Writes what it says of a body.
    pub(super) fn fill(
        &self,
        task: &Task<'_, '_, '_>,
        filling: &Filling<'_>,
        out: &mut Vec<u8>,
        numbers: &mut Vec<(usize, usize)>,
    ) {
        let json = task.written == Written::Json;
        let text = |part: usize| filling.texts.get(part).and_then(Option::as_deref).unwrap_or_default();
        let origin = &task.response.origin;
        // A line is named for each thing that is said of it.
        let line = LazyCell::new(|| Digits::of(origin.line));
        for piece in &self.pieces {
            match *piece {
                Piece::Words { start, end } => out.extend_from_slice(&self.words.as_bytes()[start..end]),
                Piece::Text(part) => put(out, text(part), json),
                Piece::Headline(part) => put(out, &headline(text(part)), json),
                Piece::Quote(part) => {
                    let text = text(part);
                    let end = text.char_indices().nth(QUOTED).map_or(text.len(), |(end, _)| end);
                    put(out, &text[..end], json);
                }
                Piece::Index => {
                    numbers.push((out.len(), origin.index));
                    out.extend_from_slice(Digits::of(origin.index).as_bytes());
                }
                Piece::Line => out.extend_from_slice(line.as_bytes()),
                Piece::Length => out.extend_from_slice(Digits::of(filling.length).as_bytes()),
                Piece::Usage => {
                    // A vector takes whatever is written.
                    let _ = json::usage(out, task.secrets, &filling.usage);
                }
            }
        }
    }
}

/// Writes a text as reports do: clean, and in JSON with its escapes.
fn put(out: &mut Vec<u8>, text: &str, json: bool) {
    let printable = |byte: u8| (b' '..0x7f).contains(&byte);
    let plain = match json {
        true => every(text.as_bytes(), |byte| printable(byte) & (byte != b'"') & (byte != b'\\')),
        false => every(text.as_bytes(), printable),
    };
    if plain {
        return out.extend_from_slice(text.as_bytes());
    }
    let clean = if is_clean(text) { None } else { Some(clean(text)) };
    let mut from = 0;
    let bytes = clean.as_ref().map_or(text, |clean| clean.as_str()).as_bytes();
    if json {
        // Nothing else that JSON escapes is left in clean text.
        for at in memchr::memchr2_iter(b'"', b'\\', bytes) {
            out.extend_from_slice(&bytes[from..at]);
            out.push(b'\\');
            from = at;
        }
    }
    out.extend_from_slice(&bytes[from..]);
}

/// The word that stands for the text of a part: letters only, so that nothing takes it for a number or a credential.
fn word(part: usize) -> String {
    let letter = |place: usize| char::from(b'a' + (part / place % 26) as u8);
    format!("{MARK}{}{}{}", letter(676), letter(26), letter(1))
}

/// The part that a word at the beginning of a text stands for.
fn part_of(text: &str) -> Option<usize> {
    let letters = text.as_bytes().get(MARK.len()..MARK.len() + 3)?;
    let all = letters.iter().all(u8::is_ascii_lowercase);
    all.then(|| letters.iter().fold(0, |part, letter| part * 26 + usize::from(letter - b'a')))
}

/// The text that stands for the one in a hole; nothing where it stands for itself.
fn stand_in(part: usize, hole: Hole) -> Option<String> {
    let word = word(part);
    if hole.matched {
        return None;
    }
    Some(match hole {
        Hole { link: true, .. } => format!("{BEFORE}{word}x"),
        Hole { label: true, .. } => format!("{word}x"),
        Hole { sentence, shown, .. } if sentence || shown => format!("{word}x\n{word}y"),
        _ => format!("{word}x"),
    })
}

/// Texts of parts that are spelled out in the key, and their first lines.
fn spelled(reading: &Reading<'_>, body: &Body<'_>) -> Lines {
    let parts = reading.parts.iter().zip(&body.texts).filter(|(_, text)| text.is_none());
    let said = |part: &Part| {
        let kept = body.page.kept_at(part.node);
        match (part.what, kept.name) {
            (What::Name { .. }, Some(name)) => Cow::Borrowed(&body.page.text()[name.start..name.end]),
            _ => body.page.string(&kept),
        }
    };
    let texts: Vec<_> = parts.map(|(part, _)| said(part)).collect();
    let lines = texts.iter().flat_map(|text| text.lines().map(Into::into).chain([headline(text).into()]));
    Lines::new(lines.collect())
}

/// The body with other texts.
fn disguise(reading: &Reading<'_>, body: &Body<'_>) -> Option<String> {
    let source = body.page.text();
    let mut out = String::with_capacity(source.len() + 64);
    let mut done = 0;
    for (at, (part, text)) in reading.parts.iter().zip(&body.texts).enumerate() {
        let kept = body.page.kept_at(part.node);
        let (span, other) = match (part.what, text) {
            (What::Name { .. }, Some(_)) => (kept.name?, format!("{}x", word(at))),
            (What::Hole(hole), Some(_)) => match stand_in(at, hole) {
                Some(other) => (kept.span, other.replace('\n', "\\n")),
                None => continue,
            },
            _ => continue,
        };
        out.push_str(source.get(done..span.start)?);
        out.push_str(&other);
        done = span.end;
    }
    out.push_str(source.get(done..)?);
    Some(out)
}

/// Cuts what was written into pieces.
struct Cut<'c, 'r> {
    reading: &'c Reading<'r>,
    body: &'c Body<'c>,
    written: Written,
    /// The parts whose texts stand for themselves, with these and as evidence quotes them.
    themselves: Vec<(usize, &'c str, String)>,
    /// What JSON has around the numbers of a response, and its length in digits.
    head: String,
    digits: usize,
}

impl<'c, 'r> Cut<'c, 'r> {
    fn new(reading: &'c Reading<'r>, body: &'c Body<'c>, written: Written, length: usize) -> Self {
        let parts = reading.parts.iter().zip(&body.texts).enumerate();
        let themselves = parts.filter_map(|(at, (part, value))| match (part.what, value.as_deref()) {
            (What::Hole(hole), Some(value)) if hole.matched => Some((at, value, value.chars().take(QUOTED).collect())),
            _ => None,
        });
        let themselves = themselves.collect();
        let head = format!("\"index\":{INDEX},\"line\":{LINE},\"format\":\"json\",\"bytes\":{length}}}");
        Self { reading, body, written, themselves, head, digits: length.to_string().len() }
    }

    fn report(&self, text: &str, template: &mut Template) {
        let mut rest = text;
        let mut from = 0;
        while let Some(found) = memmem::find(&rest.as_bytes()[from..], MARK.as_bytes()) {
            let at = from + found;
            let Some((piece, length)) = self.stands_for(&rest[at..]) else {
                from = at + MARK.len();
                continue;
            };
            let before = &rest[..at];
            let link =
                matches!(piece, Piece::Text(part) if self.hole(part).is_some_and(|hole| hole.link && !hole.matched));
            self.own(if link { before.strip_suffix(BEFORE).unwrap_or(before) } else { before }, template);
            template.pieces.push(piece);
            (rest, from) = (&rest[at + length..], 0);
        }
        self.own(rest, template);
    }

    fn hole(&self, part: usize) -> Option<Hole> {
        self.body.texts.get(part)?.as_ref()?;
        self.reading.parts.get(part)?.hole()
    }

    /// The piece that a text begins with, and how long it is.
    fn stands_for(&self, text: &str) -> Option<(Piece, usize)> {
        let part = part_of(text)?;
        let hole = self.hole(part).filter(|hole| !hole.matched)?;
        let word = word(part);
        let multiple = !hole.link && !hole.label && (hole.sentence || hole.shown);
        let whole = if multiple { format!("{word}x\u{240a}{word}y") } else { format!("{word}x") };
        let line = format!("{word}x");
        if text.starts_with(&whole) {
            Some((Piece::Text(part), whole.len()))
        } else {
            text.starts_with(&line).then_some((Piece::Headline(part), line.len()))
        }
    }

    /// Words between the holes: texts that stand for themselves, lines and numbers are left to find.
    fn own(&self, text: &str, template: &mut Template) {
        let mut pieces: Vec<(&str, Option<Piece>)> = vec![(text, None)];
        for (part, value, quoted) in &self.themselves {
            for (needle, piece) in [(*value, Piece::Text(*part)), (quoted.as_str(), Piece::Quote(*part))] {
                pieces = split(pieces, needle, piece);
            }
        }
        if self.written == Written::Json {
            pieces = pieces
                .into_iter()
                .flat_map(|(text, piece)| match (memmem::find(text.as_bytes(), self.head.as_bytes()), piece) {
                    (Some(at), None) => {
                        let at = at + "\"index\":".len();
                        let line = at + INDEX.to_string().len() + ",\"line\":".len();
                        let length = at + self.head.len() - "\"index\":".len() - 1;
                        let line_end = line + LINE.to_string().len();
                        vec![
                            (&text[..at], None),
                            ("", Some(Piece::Index)),
                            (",\"line\":", None),
                            ("", Some(Piece::Line)),
                            (&text[line_end..length - self.digits], None),
                            ("", Some(Piece::Length)),
                            (&text[length..], None),
                        ]
                    }
                    _ => vec![(text, piece)],
                })
                .collect();
        } else {
            let line = format!("{LINE}\t");
            pieces = pieces
                .into_iter()
                .flat_map(|(text, piece)| {
                    let mut out = Vec::new();
                    let mut rest = text;
                    while piece.is_none()
                        && let Some(at) =
                            memmem::find(rest.as_bytes(), line.as_bytes()).filter(|at| rest[..*at].ends_with(':'))
                    {
                        out.extend([(&rest[..at], None), ("", Some(Piece::Line))]);
                        rest = &rest[at + line.len() - 1..];
                    }
                    out.push((rest, piece));
                    out
                })
                .collect();
        }
        for (text, piece) in pieces {
            match piece {
                Some(piece) => template.pieces.push(piece),
                None if text.is_empty() => {}
                None => {
                    let start = template.words.len();
                    template.words.push_str(text);
                    template.pieces.push(Piece::Words { start, end: template.words.len() });
                }
            }
        }
    }
}

/// Takes a text that stands for itself out of what is between pieces.
fn split<'t>(pieces: Vec<(&'t str, Option<Piece>)>, needle: &str, piece: Piece) -> Vec<(&'t str, Option<Piece>)> {
    let mut out = Vec::new();
    for (text, own) in pieces {
        if own.is_some() {
            out.push((text, own));
            continue;
        }
        let mut rest = text;
        while let Some(at) = memmem::find(rest.as_bytes(), needle.as_bytes()) {
            out.extend([(&rest[..at], None), ("", Some(piece))]);
            rest = &rest[at + needle.len()..];
        }
        out.push((rest, None));
    }
    out
}
