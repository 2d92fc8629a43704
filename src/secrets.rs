//! Finding credentials in text, so that reports, screens and copies can leave them out.
//!
//! In: text as it arrived. Out: the same text with `[masked]` where a credential stood. It goes by the name beside a value
//! (`api_key=`, `"accessToken":`, `Authorization:`), by the scheme before it (`Bearer`) and by the form of a few kinds of
//! tokens; a value without any of these cannot be told from an id and stays. Runs before cleaning, knows no
//! vendor.

mod glance;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

pub use self::glance::is_bare;
use self::glance::{begins_like_one, is_plain};
use crate::document::{NodeId, Nodes};
use crate::text::Untrusted;

/// What stands where a credential was.
const MASK: &str = "[masked]";

/// What a credential looks like: `assets/secrets.txt`, by section.
#[derive(Default)]
struct Known {
    /// Names of credentials, by their last byte.
    names: HashMap<u8, Vec<&'static str>>,
    /// Short names, which count only where they stand alone or after a divider.
    short: Vec<&'static str>,
    /// Names that end like a credential and are none.
    harmless: Vec<&'static str>,
    /// Parameters of an address that may hold one.
    query: Vec<&'static str>,
    /// What credentials start with.
    starts: Vec<&'static str>,
    /// The same, for starts that words have as well.
    loose: Vec<&'static str>,
    /// Addresses that are credentials from here on.
    paths: Vec<&'static str>,
    /// Words before a credential.
    schemes: Vec<&'static str>,
    /// All starts, by their first byte.
    begins: HashMap<u8, Vec<&'static str>>,
    /// The letters that names end with, and the bytes that credentials start with: most texts have others there.
    ends: Bytes,
    first: Bytes,
    /// The same of the hosts of known addresses.
    hosts: Bytes,
}

/// A set of bytes.
struct Bytes([bool; 256]);

impl Default for Bytes {
    fn default() -> Self {
        Self([false; 256])
    }
}

impl Bytes {
    fn add(&mut self, byte: Option<u8>) {
        byte.into_iter().for_each(|byte| self.0[usize::from(byte)] = true);
    }

    fn has(&self, byte: Option<u8>) -> bool {
        byte.is_some_and(|byte| self.0[usize::from(byte)])
    }
}

static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let mut known = Known::default();
    let mut section = "";
    for line in include_str!("../assets/secrets.txt").lines().map(str::trim) {
        if let Some((name, _)) = line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            section = name;
        } else if !line.is_empty() && !line.starts_with('#') {
            match section {
                "names" => known.names.entry(line.as_bytes()[line.len() - 1]).or_default().push(line),
                "short" => known.short.push(line),
                "harmless" => known.harmless.push(line),
                "query" => known.query.push(line),
                "starts" => known.starts.push(line),
                "loose" => known.loose.push(line),
                "paths" => known.paths.push(line),
                _ => known.schemes.push(line),
            }
        }
    }
    for name in known.names.values().flatten().chain(&known.short) {
        known.ends.add(name.bytes().next_back());
    }
    for host in known.paths.iter().filter_map(|path| path.split('/').next()) {
        known.hosts.add(host.bytes().next_back());
    }
    for start in known.starts.iter().chain(&known.loose).chain(&["eyJ"]) {
        known.first.add(start.bytes().next());
        known.begins.entry(start.as_bytes()[0]).or_default().push(start);
    }
    known
});

/// Shortest text that can be told from a word.
const LONG: usize = 16;

/// Whether credentials are masked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Secrets {
    /// They are.
    #[default]
    Masked,
    /// `--show-secrets`: they are not.
    Shown,
}

impl Secrets {
    /// Text with the credentials in it masked.
    pub fn mask<'t>(self, text: &'t Untrusted<'_>) -> Untrusted<'t> {
        let source = text.source();
        let spots = if self == Self::Shown { Vec::new() } else { spots(source) };
        if spots.is_empty() { source.into() } else { replace(source, &spots, |_| MASK.into()).into() }
    }

    /// Whether masking would change a text.
    pub fn has_any(self, text: &Untrusted<'_>) -> bool {
        self == Self::Masked && !spots(text.source()).is_empty()
    }

    /// The same, every masked character as `*`: what stands behind it keeps its column.
    pub fn mask_in_place(self, text: &Untrusted<'_>) -> Untrusted<'static> {
        let source = text.source();
        if self == Self::Shown {
            return source.to_owned().into();
        }
        replace(source, &spots(source), |secret| "*".repeat(secret.chars().count())).into()
    }

    /// The value of a header or member of that name, masked whole where the name is a credential's.
    pub fn mask_named<'t>(self, name: &Untrusted<'_>, value: &'t Untrusted<'_>) -> Untrusted<'t> {
        if self == Self::Masked && is_secret(name.source()) && !value.is_empty() {
            return masked_value(value.source()).into();
        }
        self.mask(value)
    }
    /// A scalar of a document, by its member's name, or by the name that stands beside it: `{"name": .., "value": ..}`.
    pub fn mask_member<'t>(self, document: &dyn Nodes, node: NodeId, text: &'t Untrusted<'_>) -> Untrusted<'t> {
        match document.key(node) {
            Some(key) if key.source().eq_ignore_ascii_case("value") => match beside(document, node) {
                Some(name) => self.mask_named(&name, text),
                None => self.mask(text),
            },
            Some(key) => self.mask_named(&key, text),
            None => self.mask(text),
        }
    }
}

/// The `name` (or `key`, `header`) in the same object.
fn beside(document: &dyn Nodes, node: NodeId) -> Option<Untrusted<'_>> {
    let parent = document.parent(node)?;
    let is_name =
        |key: &Untrusted<'_>| ["name", "key", "header"].iter().any(|name| key.source().eq_ignore_ascii_case(name));
    // Pairs are small; an object with more is none.
    let found = document.children(parent).take(8).find(|child| document.key(*child).as_ref().is_some_and(is_name));
    document.scalar(found?)
}

/// The scheme of an `Authorization` and the name of a cookie say something and give nothing away.
fn masked_value(value: &str) -> String {
    if let Some((scheme, _)) = value.split_once(' ')
        && in_list(&KNOWN.schemes, scheme)
    {
        return format!("{scheme} {MASK}");
    }
    match value.split_once('=') {
        Some((name, rest)) if !rest.is_empty() && name.bytes().all(is_name) && !name.is_empty() && name.len() < 40 => {
            format!("{name}={MASK}")
        }
        _ => MASK.into(),
    }
}

/// Whether a member, header or parameter of that name holds a credential.
pub fn is_secret(name: &str) -> bool {
    let letters = || name.bytes().rev().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase());
    let Some(last) = letters().next().filter(|last| KNOWN.ends.has(Some(*last))) else { return false };
    let ends_with = |end: &&str| {
        let mut letters = letters();
        end.bytes().rev().all(|byte| letters.next() == Some(byte))
    };
    if KNOWN.harmless.iter().any(&ends_with) {
        return false;
    }
    let word = name.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or(name);
    KNOWN.names.get(&last).is_some_and(|names| names.iter().any(ends_with)) || in_list(&KNOWN.short, word)
}

fn in_list(list: &[&str], word: &str) -> bool {
    list.iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// Names that no sentence has before a colon.
fn is_header(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["authorization", "cookie", "api-key", "auth-token", "api-token"].iter().any(|end| name.ends_with(end))
}

fn replace(text: &str, spots: &[Range<usize>], with: impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for spot in spots {
        if spot.start < done {
            continue;
        }
        out.push_str(&text[done..spot.start]);
        out.push_str(&with(&text[spot.clone()]));
        done = spot.end;
    }
    out.push_str(&text[done..]);
    out
}

/// Where credentials stand, in ascending order; later ones may lie within earlier ones.
fn spots(text: &str) -> Vec<Range<usize>> {
    let mut spots = Vec::new();
    if is_bare(text) || is_plain(text) {
        return spots;
    }
    by_name(text, &mut spots);
    by_form(text, &mut spots);
    by_frame(text, &mut spots);
    spots.sort_by_key(|spot: &Range<usize>| (spot.start, std::cmp::Reverse(spot.end)));
    spots
}

/// `name=value`, `name: value`, `"name": "value"`, `\"name\":\"value\"` and `://user:password@`.
fn by_name(text: &str, spots: &mut Vec<Range<usize>>) {
    let bytes = text.as_bytes();
    let (mut run, mut header_done) = (Ahead::default(), 0);
    let mut token = |from: usize| from..run.find(from, || token(text, from).end);
    for at in memchr::memchr2_iter(b'=', b':', bytes) {
        let end =
            bytes[..at].iter().rposition(|b| !matches!(b, b'"' | b'\'' | b'\\' | b' ')).map_or(0, |last| last + 1);
        let start = bytes[..end].iter().rposition(|b| !is_name(*b)).map_or(0, |before| before + 1);
        let name = &text[start..end];
        if bytes[at..].starts_with(b"://") {
            spots.extend(password(text, at + 3));
        }
        // `Invalid token: expired` is a sentence: a name that stands in one needs a value that looks the part.
        let asked = bytes[at] == b'='
            && start > 0
            && matches!(bytes[start - 1], b'?' | b'&' | b';')
            && in_list(&KNOWN.query, name);
        let named = is_secret(name) || (name.eq_ignore_ascii_case("value") && names_the_value(text, start));
        if name.is_empty() || !(named || asked) {
            continue;
        }
        let from = at + 1 + bytes[at + 1..].iter().take_while(|b| matches!(b, b' ' | b'\\')).count();
        let Some(quote) = bytes.get(from) else { continue };
        if matches!(quote, b'"' | b'\'') {
            let inner = from + 1;
            let length = bytes[inner..].iter().position(|b| b == quote || *b == b'\\').unwrap_or(bytes.len() - inner);
            push(spots, inner..inner + length);
            continue;
        }
        let mut value = token(from);
        let scheme = in_list(&KNOWN.schemes, &text[value.clone()]);
        if scheme && bytes.get(value.end) == Some(&b' ') {
            value = token(value.end + 1);
        }
        let header = bytes[at] == b':' && is_header(name);
        if header && (scheme || name.to_ascii_lowercase().ends_with("cookie")) {
            // `Digest username="x", response="..."`, `Cookie: a=1; b=2`: all of it, to the end of the line or of its quotes.
            // A name within a header is masked with it.
            header_done = if at < header_done { header_done } else { header_end(text, start, value.start) };
            value.end = header_done;
        }
        if asked {
            if looks_random(&text[value.clone()]) {
                push(spots, value);
            }
            continue;
        }
        if bytes[at] == b'=' || scheme || is_header(name) || looks_random(&text[value.clone()]) {
            push(spots, value);
        }
    }
}

/// Whether the quoted name of a pair stands before its value: `"name": "X-Api-Key", "value"`, as lists of headers have it.
fn names_the_value(text: &str, value_name: usize) -> bool {
    let Some(before) = text[..value_name].trim_end_matches(['"', '\'', '\\']).trim_end().strip_suffix(',') else {
        return false;
    };
    let before = before.trim_end();
    let inner = before.trim_end_matches(['"', '\'', '\\']);
    let start = inner.bytes().rposition(|b| !is_name(b)).map_or(0, |before| before + 1);
    inner.len() < before.len() && is_secret(&inner[start..])
}

/// Where the value of a header ends: with the line, or at the quote around the header. Quotes within it are escaped there, or
/// follow a `=`.
fn header_end(text: &str, name: usize, from: usize) -> usize {
    let bytes = text.as_bytes();
    let quote = name.checked_sub(1).map(|before| bytes[before]).filter(|b| matches!(b, b'\'' | b'`')).unwrap_or(b'"');
    let escaped = name >= 2 && bytes[name - 2] == b'\\';
    let mut at = from;
    while at < bytes.len() {
        match bytes[at] {
            b'\n' | b'\r' => return at,
            b'\\' if escaped && bytes.get(at + 1) == Some(&quote) => return at,
            b'\\' => at += 1,
            b'=' if bytes.get(at + 1) == Some(&b'"') => {
                let inner = at + 2;
                at = memchr::memchr3(b'"', b'\n', b'\r', &bytes[inner..]).map_or(bytes.len(), |end| inner + end);
                // Behind the quote; an end of the line is looked at again.
                at += usize::from(bytes.get(at) == Some(&b'"'));
                continue;
            }
            b if b == quote => return at,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// Keys between their `BEGIN` and `END`, and addresses that are credentials themselves.
fn by_frame(text: &str, spots: &mut Vec<Range<usize>>) {
    // Most texts have no slash and no dashes; a search for each frame in each text would take longer than all the rest.
    let bytes = text.as_bytes();
    let dashed = memchr::memchr_iter(b'-', bytes).any(|at| bytes[at..].starts_with(b"-----"));
    let keys = dashed.then(|| text.match_indices("PRIVATE KEY-----"));
    let (mut ends, mut begun, mut seen) = (Ahead::default(), false, 0);
    for (at, head) in keys.into_iter().flatten() {
        begun |= text[seen..at].contains("-----BEGIN");
        let start = at + head.len();
        // The dashes behind one key may be those before the next.
        seen = start - 5;
        if begun {
            push(
                spots,
                start..ends.find(start, || text[start..].find("-----END").map_or(text.len(), |end| start + end)),
            );
        }
    }
    let mut stops = Ahead::default();
    for slash in memchr::memchr_iter(b'/', bytes) {
        for length in framed(text, slash) {
            let start = slash + length;
            let stops_at = |c: char| matches!(c, '"' | '\'' | '<' | '>' | '?' | '#' | '\\') || c.is_whitespace();
            let end = stops.find(start, || text[start..].find(stops_at).map_or(text.len(), |end| start + end));
            push(spots, start..end);
        }
    }
}

/// The lengths of the known paths that a text has at a slash, behind their hosts.
fn framed(text: &str, slash: usize) -> Vec<usize> {
    let (before, behind) = text.split_at(slash);
    if !KNOWN.hosts.has(before.bytes().next_back()) {
        return Vec::new();
    }
    let known = KNOWN.paths.iter().filter_map(|known| {
        let (host, path) = known.split_at(known.find('/')?);
        (before.ends_with(host) && behind.starts_with(path)).then_some(path.len())
    });
    known.collect()
}

/// Tokens that show what they are: after a scheme, with a known start, or in three parts of Base64.
fn by_form(text: &str, spots: &mut Vec<Range<usize>>) {
    // Most texts have words only.
    if !has_long_run(text) {
        return;
    }
    let mut at = 0;
    let mut after_scheme = false;
    while at < text.len() {
        let word = token(text, at);
        if word.is_empty() {
            let next = text[at..].chars().next().map_or(1, char::len_utf8);
            after_scheme &= &text[at..at + next] == " ";
            at += next;
            continue;
        }
        let content = &text[word.clone()];
        if after_scheme && looks_random(content) {
            push(spots, word.clone());
        } else if content.len() >= LONG {
            // `x=ghp_...` is one run of these characters: what follows a divider may be one as well.
            let dividers = memchr::memchr3_iter(b'=', b'/', b'%', content.as_bytes()).map(|divider| divider + 1);
            let token = Token::new(content);
            let found = std::iter::once(0).chain(dividers).find(|start| token.begins_at(*start));
            spots.extend(found.map(|start| word.start + start..word.end));
        }
        after_scheme = content.len() <= LONG && in_list(&KNOWN.schemes, content);
        at = word.end;
    }
}

/// Whether there is a run of characters that is long enough for a credential.
fn has_long_run(text: &str) -> bool {
    let bytes = text.as_bytes();
    // A run of that length covers every byte at that distance; only around those is it looked for.
    let mut end = LONG - 1;
    while end < bytes.len() {
        match bytes[end + 1 - LONG..=end].iter().rposition(|byte| !is_token_byte(*byte)) {
            None => return true,
            Some(before) => end += before + 1,
        }
    }
    false
}

/// A run of characters, any part of which may be a credential up to its end.
struct Token<'t> {
    text: &'t str,
    /// Where its last digit and its last letter are.
    digit: Option<usize>,
    letter: Option<usize>,
    /// Where its last three dots are.
    dots: [Option<usize>; 3],
}

impl<'t> Token<'t> {
    fn new(text: &'t str) -> Self {
        let bytes = text.as_bytes();
        let mut dots = memchr::memrchr_iter(b'.', bytes);
        Self {
            text,
            digit: bytes.iter().rposition(u8::is_ascii_digit),
            letter: bytes.iter().rposition(u8::is_ascii_alphabetic),
            dots: [dots.next(), dots.next(), dots.next()],
        }
    }

    /// Whether what begins here is a credential by its start or, for a JWT, by its parts.
    fn begins_at(&self, start: usize) -> bool {
        let text = &self.text[start..];
        if text.len() < LONG || !begins_like_one(text.as_bytes()) {
            return false;
        }
        let starts = |list: &[&str]| list.iter().any(|start| text.starts_with(start));
        let dots = self.dots.map(|dot| dot >= Some(start));
        let jwt = text.starts_with("eyJ") && dots == [true, true, false] && text.len() > 2 * LONG;
        let random = self.digit >= Some(start) && self.letter >= Some(start);
        starts(&KNOWN.starts) || jwt || (random && starts(&KNOWN.loose))
    }
}

/// What was found from one place on is what is found from any place up to there: so a text is passed once, however many
/// places ask.
#[derive(Default)]
struct Ahead(Option<Range<usize>>);

impl Ahead {
    fn find(&mut self, from: usize, look: impl FnOnce() -> usize) -> usize {
        match &self.0 {
            Some(known) if (known.start..=known.end).contains(&from) => known.end,
            _ => {
                let found = look();
                self.0 = Some(from..found);
                found
            }
        }
    }
}

/// The password of `user:password@host`, from behind the `://`.
fn password(text: &str, from: usize) -> Option<Range<usize>> {
    let end = text[from..].find(|c: char| matches!(c, '/' | '?' | '#' | '"' | '\'' | '<' | '>') || c.is_whitespace());
    let authority = &text[from..end.map_or(text.len(), |end| from + end)];
    let (user, _) = authority.rsplit_once('@')?;
    let (name, password) = user.split_once(':')?;
    let start = from + name.len() + 1;
    Some(start..start + password.len()).filter(|spot| !spot.is_empty())
}

/// The run of characters that credentials are made of, from here.
fn token(text: &str, from: usize) -> Range<usize> {
    let run = text.as_bytes()[from..].iter().take_while(|b| is_token_byte(**b));
    from..from + run.count()
}

/// Whether a credential may hold such a byte.
pub const fn is_token_byte(byte: u8) -> bool {
    const TOKEN: [bool; 256] = {
        let mut set = [false; 256];
        let mut at = 0;
        while at < set.len() {
            let byte = at as u8;
            set[at] =
                byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'+' | b'/' | b'~' | b'%' | b'=');
            at += 1;
        }
        set
    };
    TOKEN[byte as usize]
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

fn looks_random(text: &str) -> bool {
    text.len() >= LONG && text.bytes().any(|b| b.is_ascii_digit()) && text.bytes().any(|b| b.is_ascii_alphabetic())
}

fn push(spots: &mut Vec<Range<usize>>, spot: Range<usize>) {
    if !spot.is_empty() {
        spots.push(spot);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mask(text: &str) -> String {
        Secrets::Masked.mask(&text.into()).clean().into_string()
    }

    #[test]
    fn the_list_is_what_the_search_goes_by() {
        assert!(!KNOWN.paths.is_empty() && KNOWN.paths.iter().all(|path| path.contains('/')), "they are found by it");
        let names = || KNOWN.names.values().flatten().chain(&KNOWN.short).chain(&KNOWN.harmless);
        assert!(names().all(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())), "as compared");
        let starts = || KNOWN.starts.iter().chain(&KNOWN.loose);
        assert!(starts().all(|start| !start.starts_with(|c: char| c.is_ascii_digit())), "numbers alone are none");
        assert!(!names().any(|name| name.ends_with("http") || name.ends_with("https")), "they stand before addresses");
        let mut all = names().chain(starts()).chain(&KNOWN.paths).chain(&["value", "eyJ", "PRIVATE KEY-----"]);
        assert!(!all.any(|known| is_bare(known)), "ids and moments are passed");
        assert!(KNOWN.schemes.iter().all(|scheme| scheme.len() <= LONG), "longer words are not compared");
    }

    #[test]
    fn credentials_go_by_their_name() {
        for (text, expected) in [
            ("https://x.test/a?api_key=abc&x=1", "https://x.test/a?api_key=[masked]&x=1"),
            ("https://x.test/a?X-Amz-Signature=0af3#top", "https://x.test/a?X-Amz-Signature=[masked]#top"),
            (r#"{"access_token": "abc", "n": 1}"#, r#"{"access_token": "[masked]", "n": 1}"#),
            (r#"{\"accessToken\":\"abc\"}"#, r#"{\"accessToken\":\"[masked]\"}"#),
            ("Authorization: Bearer abc.def", "Authorization: Bearer [masked]"),
            ("X-Api-Key: abc", "X-Api-Key: [masked]"),
            ("https://me:hunter2@x.test/", "https://me:[masked]@x.test/"),
        ] {
            assert_eq!(mask(text), expected, "{text}");
        }
    }

    #[test]
    fn credentials_go_by_their_form() {
        let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N";
        assert_eq!(mask(&format!("got {jwt}!")), "got [masked]!");
        assert_eq!(mask("wrong key sk-abcdefghijklmnop."), "wrong key [masked]");
        assert_eq!(mask("sent Bearer 0123456789abcdef0"), "sent Bearer [masked]");
    }

    #[test]
    fn no_repetition_takes_more_than_its_length() {
        // Each of them would take hours if every place looked through the rest.
        let parts = [
            "=eyJ",
            "=s",
            "=key-",
            "token=",
            "cookie:",
            "PRIVATE KEY-----",
            "-----BEGIN PRIVATE KEY-----",
            "-----END ",
            "://a@",
            "\"",
            "token=\"",
            "value",
            "name",
            "%a",
            "authorization: basic ",
            "key:",
            "= ",
            "http://",
        ];
        for part in parts.iter().chain(&KNOWN.paths) {
            let text = part.repeat((1 << 19) / part.len());
            let _ = Secrets::Masked.has_any(&text.into());
        }
    }

    #[test]
    fn a_long_run_is_found_wherever_it_stands() {
        for (before, length, after) in [(0, 15, 0), (0, 16, 0), (3, 16, 2), (20, 16, 20), (20, 15, 1), (31, 17, 0)] {
            let text = format!("{}{}{}", "a ".repeat(before), "x".repeat(length), " b".repeat(after));
            assert_eq!(has_long_run(&text), length >= LONG, "{text}");
        }
    }

    #[test]
    fn sentences_and_ids_stay() {
        for text in [
            "Invalid token: expired",
            "Bearer token required",
            "request 6d84e126-d10c-4e52-bbfb-bd4c92bc8333 failed",
            "next_page_token=CAUQAA",
            "max_tokens: 4096",
            "a signature: is missing",
            "see https://x.test/docs?id=5",
            "time 10:00:00",
            "ünïcödé = ä:b",
        ] {
            assert_eq!(mask(text), text);
        }
    }

    #[test]
    fn named_values_are_masked_whole_and_keep_their_scheme() {
        let named = |name: &'static str, value: &'static str| {
            Secrets::Masked.mask_named(&name.into(), &value.into()).clean().into_string()
        };
        assert_eq!(named("Authorization", "Basic YTpi"), "Basic [masked]");
        assert_eq!(named("Set-Cookie", "sid=abc; Path=/"), "sid=[masked]");
        assert_eq!(named("apiSecret", "x y"), "[masked]");
        assert_eq!(named("X-Request-Id", "abc"), "abc");
    }

    #[test]
    fn in_place_keeps_columns() {
        let text = r#""password": "añb", x"#;
        let masked = Secrets::Masked.mask_in_place(&text.into()).clean().into_string();
        assert_eq!(masked, r#""password": "***", x"#);
    }

    #[test]
    fn shown_is_shown() {
        let text = "api_key=abc";
        assert_eq!(Secrets::Shown.mask(&text.into()).clean().as_str(), text);
    }
}
