//! HAR files: what a browser's network panel saves.
//!
//! In: all bytes of a source. Out: one response an entry, or nothing where this is no HAR.

use serde::Deserialize;

use super::extent::{self, End, Nesting};
use super::{Head, Header, Request, unpack};
use crate::text::Untrusted;

/// What one entry says.
pub(super) struct Entry {
    pub(super) head: Head,
    pub(super) request: Request,
    pub(super) body: Vec<u8>,
    /// Where the entry begins.
    pub(super) at: usize,
}

#[derive(Deserialize)]
struct File {
    log: Log,
}

#[derive(Deserialize)]
struct Log {
    entries: Vec<Row>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Row {
    request: Asked,
    response: Answer,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    method: Option<String>,
    url: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Answer {
    status: i64,
    status_text: Option<String>,
    http_version: Option<String>,
    headers: Vec<Pair>,
    content: Content,
}

#[derive(Deserialize)]
struct Pair {
    name: String,
    #[serde(default)]
    value: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Content {
    text: Option<String>,
    encoding: Option<String>,
}

/// Reads a HAR.
pub(super) fn read(bytes: &[u8]) -> Option<Vec<Entry>> {
    let text = bytes.strip_prefix(unpack::BOM).unwrap_or(bytes);
    if !begins(text) {
        return None;
    }
    let file: File = serde_json::from_slice(text).ok()?;
    let places = places(bytes);
    let place = |index: usize| places.get(index).copied().unwrap_or_default();
    let entries: Vec<_> = file.log.entries.into_iter().enumerate().map(|(index, row)| row.read(place(index))).collect();
    (!entries.is_empty()).then_some(entries)
}

/// Whether the first member is `log`: all other JSON is spared the reading.
pub(super) fn begins(text: &[u8]) -> bool {
    let inner = |text: &[u8], word: &[u8]| text.trim_ascii_start().strip_prefix(word).map(|rest| rest.len());
    let after = |text: &'_ [u8], word: &[u8]| inner(text, word).map(|left| text.len() - left);
    let mut at = 0;
    for word in [&b"{"[..], b"\"log\"", b":", b"{"] {
        match after(&text[at..], word) {
            Some(step) => at += step,
            None => return false,
        }
    }
    true
}

/// Where the entries begin.
fn places(bytes: &[u8]) -> Vec<usize> {
    let mut found = Vec::new();
    let mut nesting = Nesting::default();
    let Some(name) = memchr::memmem::find(bytes, b"\"entries\"") else { return found };
    let Some(open) = memchr::memchr(b'[', &bytes[name..]) else { return found };
    let mut at = name + open + 1;
    while let Some(next) = bytes.get(at..).and_then(|rest| rest.iter().position(|byte| matches!(byte, b'{' | b']'))) {
        at += next;
        if bytes[at] == b']' {
            break;
        }
        found.push(at);
        match extent::container(bytes, at, &mut nesting) {
            End::Closed(end) => at = end,
            End::Broken(_) | End::Open => break,
        }
    }
    found
}

impl Row {
    fn read(self, at: usize) -> Entry {
        let Self { request, response } = self;
        // A request that never got an answer has status 0.
        let status = u16::try_from(response.status).ok().filter(|status| (100..=999).contains(status));
        let headers = response.headers.into_iter();
        let head = Head {
            version: response.http_version.unwrap_or_default().into(),
            status,
            reason: response.status_text.unwrap_or_default().into(),
            headers: headers.map(|pair| Header { name: pair.name.into(), value: pair.value.into() }).collect(),
        };
        let text = response.content.text.unwrap_or_default();
        let packed = response.content.encoding.is_some_and(|encoding| encoding.eq_ignore_ascii_case("base64"));
        let body = packed.then(|| from_base64(&text)).flatten().unwrap_or_else(|| text.into_bytes());
        let method = request.method.map(|method| method.to_ascii_uppercase().into());
        Entry { head, request: Request { method, url: request.url.map(Untrusted::from) }, body, at }
    }
}

/// Base64 with either alphabet, blanks and padding or not; nothing where it is none.
fn from_base64(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0);
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' | b' ' | b'\t' | b'\r' | b'\n' => continue,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64() {
        for (text, expected) in [
            ("", Some(&b""[..])),
            ("eyJhIjoxfQ==", Some(b"{\"a\":1}")),
            ("eyJhIjoxfQ", Some(b"{\"a\":1}")),
            ("eyJh\nIjoxfQ==", Some(b"{\"a\":1}")),
            ("-_8", Some(b"\xfb\xff")),
            ("no!", None),
        ] {
            assert_eq!(from_base64(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn entries() {
        let text = r#"{
  "log": {
    "version": "1.2",
    "entries": [
      {"request": {"method": "get", "url": "https://a.example/x"},
       "response": {"status": 404, "statusText": "Not Found", "httpVersion": "HTTP/1.1",
         "headers": [{"name": "Retry-After", "value": "5"}],
         "content": {"mimeType": "application/json", "text": "{\"code\":[1]}"}}},
      {"response": {"status": 0, "content": {"text": "eyJhIjoxfQ==", "encoding": "base64"}}}
    ]
  }
}"#;
        let entries = read(text.as_bytes()).expect("a HAR");
        assert_eq!(entries.len(), 2);
        assert_eq!((entries[0].head.status, entries[0].head.reason.source()), (Some(404), "Not Found"));
        assert_eq!(entries[0].head.value("retry-after").expect("kept"), &"5");
        assert_eq!(entries[0].request.method.as_ref().expect("kept"), &"GET");
        assert_eq!(entries[0].body, b"{\"code\":[1]}");
        assert!(text[entries[0].at..].starts_with("{\"request\""));
        assert_eq!((entries[1].head.status, entries[1].body.as_slice()), (None, &b"{\"a\":1}"[..]));
        assert!(text[entries[1].at..].starts_with("{\"response\""));
    }

    #[test]
    fn what_is_no_har() {
        for text in [
            "",
            "{}",
            "{\"log\":1}",
            "{\"log\":{}}",
            "{\"log\":{\"entries\":[]}}",
            "{\"a\":1,\"log\":{}}",
            "{\"log\":{\"entries\":[",
        ] {
            assert!(read(text.as_bytes()).is_none(), "{text}");
        }
    }
}
