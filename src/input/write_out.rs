//! What `curl -w` and curl's last words add behind a body.
//!
//! In: the end of a body. Out: where the body really ends, and what was said: `404`, `%{json}`, `%{header_json}`,
//! `curl: (22) ...`.

use memchr::memmem;
use serde_json::{Map, Value};

use super::extent::{self, End, Nesting};
use super::{Header, heads};
use crate::text::Untrusted;

/// Where in a body curl's JSON is looked for: `%{json}` with a long URL and many headers is a few KiB.
const WINDOW: usize = 16 * 1024;

/// What was said about a response.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct WriteOut {
    /// Where it begins.
    pub(super) at: usize,
    /// Whether it is three digits and nothing more.
    pub(super) digits: bool,
    pub(super) status: Option<u16>,
    pub(super) version: Option<Untrusted<'static>>,
    pub(super) method: Option<Untrusted<'static>>,
    pub(super) url: Option<Untrusted<'static>>,
    pub(super) headers: Vec<Header>,
}

/// Everything that was written behind a body; `status` is that of its head.
pub(super) fn peel(text: &[u8], status: Option<u16>) -> Option<WriteOut> {
    let mut all: Option<WriteOut> = None;
    let mut end = text.len();
    // At most: the JSON, the headers, and an error message.
    for _ in 0..3 {
        let rest = &text[..end];
        let known = status.or(all.as_ref().and_then(|all| all.status));
        let one = last_digits(rest, known).or_else(|| error_line(rest, status)).or_else(|| last_object(rest));
        let Some(one) = one else { break };
        end = one.at;
        all = Some(match all {
            None => one,
            Some(all) => all.join(one),
        });
    }
    all
}

impl WriteOut {
    /// What two trailers say together; the later one was read first.
    fn join(self, earlier: WriteOut) -> Self {
        Self {
            at: earlier.at,
            digits: self.digits || earlier.digits,
            status: earlier.status.or(self.status),
            version: earlier.version.or(self.version),
            method: earlier.method.or(self.method),
            url: earlier.url.or(self.url),
            headers: if earlier.headers.is_empty() { self.headers } else { earlier.headers },
        }
    }
}

/// The status in three digits: what HTTP has, or the `000` of "no answer".
fn code(text: &[u8]) -> Option<Option<u16>> {
    match text {
        b"000" => Some(None),
        [a @ b'1'..=b'5', b @ b'0'..=b'9', c @ b'0'..=b'9'] => {
            let digit = |byte: &u8| u16::from(byte - b'0');
            Some(Some(digit(a) * 100 + digit(b) * 10 + digit(c)))
        }
        _ => None,
    }
}

/// A piece that is three digits and nothing else.
pub(super) fn digits(text: &[u8], at: usize) -> Option<WriteOut> {
    code(text).map(|status| WriteOut { at, digits: true, status, ..WriteOut::default() })
}

/// `{"code":1}404`, or `404` on a line of its own.
fn last_digits(text: &[u8], known: Option<u16>) -> Option<WriteOut> {
    let trimmed = text.trim_ascii_end();
    let (before, last) = trimmed.split_at_checked(trimmed.len().checked_sub(3)?)?;
    let status = code(last)?;
    let body = before.trim_ascii_end();
    let (line_above, own_line) = match before.trim_ascii_end().len() == before.len() {
        true => (&b""[..], before.is_empty()),
        false => {
            let blanks = &before[body.len()..];
            let from = memchr::memrchr(b'\n', body).map_or(0, |found| found + 1);
            (&body[from..], blanks.ends_with(b"\n"))
        }
    };
    let certain = match body.last() {
        None => own_line,
        Some(b'}' | b']') => own_line || body.len() == before.len(),
        Some(b'>') => own_line || (body.len() == before.len() && ends_markup(body)),
        Some(b'"') => body.len() == before.len(),
        // Prose, not a list of numbers: `404 page not found`, then `404`.
        Some(_) => own_line && ((status.is_some() && status == known) || is_prose(line_above)),
    };
    certain.then(|| WriteOut { at: body.len(), digits: true, status, ..WriteOut::default() })
}

/// Whether markup is over here: `</html>`, `<br/>`, `-->`; what follows `<div>` is its text.
fn ends_markup(body: &[u8]) -> bool {
    let tag = memchr::memrchr(b'<', body).map_or(body, |at| &body[at..]);
    tag.starts_with(b"</") || body.ends_with(b"/>") || body.ends_with(b"-->")
}

fn is_prose(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    line.contains(&b' ') && line.iter().filter(|byte| byte.is_ascii_alphabetic()).count() * 2 > line.len()
}

/// `curl: (22) The requested URL returned error: 404` behind a body; alone it is all there is to show.
fn error_line(text: &[u8], head: Option<u16>) -> Option<WriteOut> {
    let trimmed = text.trim_ascii_end();
    let start = memchr::memrchr(b'\n', trimmed).map_or(0, |found| found + 1);
    let line = &trimmed[start..];
    let from = start + memmem::find(line, b"curl: (")?;
    let body = trimmed[..from].trim_ascii_end();
    let glued = from == start || matches!(body.last(), Some(b'}' | b']' | b'>'));
    if !glued || (body.is_empty() && head.is_none()) {
        return None;
    }
    let status = line.rsplit(|byte| *byte == b' ').next().and_then(code).flatten();
    Some(WriteOut { at: body.len(), status, ..WriteOut::default() })
}

/// A JSON object of curl's that closes where the text ends.
fn last_object(text: &[u8]) -> Option<WriteOut> {
    let trimmed = text.trim_ascii_end();
    if !trimmed.ends_with(b"}") {
        return None;
    }
    let from = trimmed.len().saturating_sub(WINDOW);
    let window = &trimmed[from..];
    let speaks = [&b"\"url_effective\""[..], b"\"http_code\"", b"\"response_code\"", b"\":[\""];
    if !speaks.iter().any(|word| memmem::find(window, word).is_some()) {
        return None;
    }
    let mut nesting = Nesting::default();
    // Only an outermost object closes at the very end; 64 tries bound the work on a window full of small ones.
    let starts: Vec<usize> = memmem::rfind_iter(window, b"{\"").take(64).collect();
    let start = starts
        .into_iter()
        .rev()
        .find(|&at| extent::container(window, at, &mut nesting) == End::Closed(window.len()))?;
    let body = trimmed[..from + start].trim_ascii_end();
    let mut found = object(&window[start..], from + start, body.is_empty())?;
    found.at = body.len();
    Some(found)
}

/// Reads a JSON object as `%{json}`, `%{header_json}` or a hand-written format with the same names. An object that is
/// `alone` has to prove more, because an API may well have a field `http_code`.
pub(super) fn object(text: &[u8], at: usize, alone: bool) -> Option<WriteOut> {
    let likely = [&b"\"url_effective\""[..], b"\"http_code\"", b"\"response_code\"", b"\":[\""];
    if text.len() > WINDOW || !likely.iter().any(|word| memmem::find(text, word).is_some()) {
        return None;
    }
    let members: Map<String, Value> = serde_json::from_slice(text).ok()?;
    if let Some(headers) = header_lists(&members).filter(|_| !alone) {
        return Some(WriteOut { at, headers, ..WriteOut::default() });
    }
    // Names that curl has and an API's error body hardly.
    let names = ["url_effective", "time_total", "num_redirects", "size_download", "ssl_verify_result", "num_connects"];
    let proofs = names.iter().filter(|name| members.contains_key(**name)).count();
    let status = ["http_code", "response_code"].iter().find_map(|name| members.get(*name)?.as_u64())?;
    if proofs < if alone { 3 } else { 1 } {
        return None;
    }
    let text =
        |name: &str| members.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
    let version = text("http_version").filter(|version| version != "0").map(|version| format!("HTTP/{version}").into());
    let mut headers = members.get("headers").and_then(Value::as_object).and_then(header_lists).unwrap_or_default();
    if let (true, Some(kind)) = (headers.is_empty(), text("content_type")) {
        headers.push(Header { name: "content-type".into(), value: kind.into() });
    }
    Some(WriteOut {
        at,
        digits: false,
        status: u16::try_from(status).ok().filter(|status| (100..=999).contains(status)),
        version,
        method: text("method").map(|method| method.to_ascii_uppercase().into()),
        url: text("url_effective").or_else(|| text("url")).map(Into::into),
        headers,
    })
}

/// `{"date":["..."],"set-cookie":["...","..."]}`.
fn header_lists(members: &Map<String, Value>) -> Option<Vec<Header>> {
    let telling = ["date", "content-type", "content-length", "server", "location", "cache-control"];
    if !members.keys().any(|name| telling.contains(&name.to_ascii_lowercase().as_str())) {
        return None;
    }
    let mut headers = Vec::new();
    for (name, values) in members {
        if !name.bytes().all(heads::is_name_byte) {
            return None;
        }
        for value in values.as_array()? {
            headers.push(Header { name: name.clone().into(), value: value.as_str()?.to_owned().into() });
        }
    }
    Some(headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: &str = r#"{"certs":"","content_type":"application/json","errormsg":null,"exitcode":0,"http_code":404,"http_version":"1.1","method":"GET","num_connects":1,"num_redirects":0,"response_code":404,"scheme":"HTTP","size_download":18,"time_total":0.001,"url":"http://a.example/x","url_effective":"http://a.example/x","urlnum":0,"curl_version":"libcurl/7.88.1"}"#;
    const HEADERS: &str =
        "{\"server\":[\"x\"],\n\"content-type\":[\"application/json\"],\n\"set-cookie\":[\"a=1\",\"b=2\"]\n}";

    #[test]
    fn digits_behind_a_body() {
        type Row = (&'static str, Option<(&'static str, Option<u16>)>);
        let table: &[Row] = &[
            ("{\"a\":1}404", Some(("{\"a\":1}", Some(404)))),
            ("{\"a\":1}\n404\n", Some(("{\"a\":1}", Some(404)))),
            ("{\"a\":1}\r\n\r\n404", Some(("{\"a\":1}", Some(404)))),
            ("[1,\n200]503", Some(("[1,\n200]", Some(503)))),
            ("<a/>\n502\n", Some(("<a/>", Some(502)))),
            ("<a>x</a>502", Some(("<a>x</a>", Some(502)))),
            ("<a><b>502", None),
            ("\"gone\"410", Some(("\"gone\"", Some(410)))),
            ("404 page not found\n\n404", Some(("404 page not found", Some(404)))),
            ("{\"a\":1}\n000", Some(("{\"a\":1}", None))),
            ("404", Some(("", Some(404)))),
            ("\n404\n", Some(("", Some(404)))),
            ("200\n404\n", None),
            ("code\n404\n", None),
            ("{\"a\":1}4040", None),
            ("{\"a\":1}\n1404", None),
            ("{\"a\":1}\n999", None),
            ("{\"a\":1}\nstatus 404", None),
            ("\"a\"\n404", None),
            ("{\"a\":404}", None),
            ("", None),
        ];
        for (text, expected) in table {
            let found = peel(text.as_bytes(), None).map(|found| (&text[..found.at], found.status));
            assert_eq!(found, *expected, "{text:?}");
        }
        assert!(peel(b"gone\n404", None).is_none());
        assert_eq!(peel(b"gone\n404", Some(404)).map(|found| found.at), Some(4));
    }

    #[test]
    fn json_behind_a_body() {
        let text = format!("{{\"a\":1}}{JSON}");
        let found = peel(text.as_bytes(), None).expect("curl's JSON");
        assert_eq!((found.at, found.status), (7, Some(404)));
        assert_eq!(found.url.expect("a URL"), "http://a.example/x");
        assert_eq!(found.method.expect("a method"), "GET");
        assert_eq!(found.version.expect("a version"), "HTTP/1.1");
        assert_eq!(found.headers.len(), 1);

        let text = format!("<a/>\n{JSON}\n");
        assert_eq!(peel(text.as_bytes(), None).map(|found| found.at), Some(4));
        assert_eq!(peel(JSON.as_bytes(), None).map(|found| (found.at, found.status)), Some((0, Some(404))));

        let text = format!("{{\"a\":1}}\n{HEADERS}\n{JSON}");
        let found = peel(text.as_bytes(), None).expect("curl's JSON");
        assert_eq!((found.at, found.status, found.headers.len()), (7, Some(404), 4));
    }

    #[test]
    fn json_that_is_an_answer() {
        for text in [
            r#"{"http_code":404,"message":"not found"}"#,
            r#"{"http_code":404,"url_effective":"x"}"#,
            r#"{"a":1}{"http_code":404,"message":"x"}"#,
            r#"{"a":{"http_code":404,"url_effective":"x","time_total":1,"size_download":2}}"#,
            r#"{"date":["x"]}"#,
            r#"{"a":1}{"errors":["x"]}"#,
        ] {
            assert_eq!(peel(text.as_bytes(), None), None, "{text}");
        }
    }

    #[test]
    fn the_last_words_of_curl() {
        let text = "{\"a\":1}\ncurl: (22) The requested URL returned error: 404\n";
        assert_eq!(peel(text.as_bytes(), None).map(|found| (found.at, found.status)), Some((7, Some(404))));
        let text = "{\"a\":1}curl: (18) transfer closed with 5 bytes remaining to read";
        assert_eq!(peel(text.as_bytes(), None).map(|found| (found.at, found.status)), Some((7, None)));
        assert_eq!(peel(b"curl: (6) Could not resolve host: a.example\n", None), None);
    }
}
