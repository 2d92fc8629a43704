//! Server-sent events: `data: {..}` lines.
//!
//! In: one body. Out: a body for each event that carries JSON, or nothing where these are no events.

use super::bodies::Body;
use super::heads;

/// The fields of an event stream (WHATWG HTML, section 9.2); a line that begins with a colon is a comment.
const FIELDS: [&[u8]; 5] = [b"data:", b"event:", b"id:", b"retry:", b":"];

/// The events of a body that consists of nothing else.
pub(super) fn find(text: &[u8]) -> Option<Vec<Body<'_>>> {
    let mut events = Vec::new();
    let mut open: Option<Body<'_>> = None;
    let mut at = text.len() - text.trim_ascii_start().len();
    while at < text.len() {
        let (line, next) = heads::line(text, at);
        if line.trim_ascii().is_empty() {
            events.extend(open.take());
        } else if let Some(data) = line.strip_prefix(b"data:") {
            let data = data.strip_prefix(b" ").unwrap_or(data);
            let start = at + line.len() - data.len();
            match &mut open {
                None => open = Some(Body { text: data.into(), at: start, write_out: None }),
                Some(event) => {
                    let all = event.text.to_mut();
                    all.push(b'\n');
                    all.extend_from_slice(data);
                }
            }
        } else if !FIELDS.iter().any(|field| line.starts_with(field)) {
            return None;
        }
        at = next;
    }
    events.extend(open);
    // `[DONE]` and the like end a stream and say nothing.
    let carries =
        |event: &Body<'_>| matches!(event.text.trim_ascii_start(), [b'{', ..] | [b'[', b'{' | b'"' | b'[' | b']', ..]);
    events.retain(carries);
    (!events.is_empty()).then_some(events)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams() {
        type Row = (&'static str, Option<&'static [(&'static str, usize)]>);
        let table: &[Row] = &[
            ("data: {\"a\":1}\n\ndata: {\"b\":2}\n\ndata: [DONE]\n\n", Some(&[("{\"a\":1}", 6), ("{\"b\":2}", 21)])),
            ("event: error\nid: 1\ndata:{\"a\":1}\n\n", Some(&[("{\"a\":1}", 24)])),
            (": ping\r\n\r\ndata: {\"a\":\r\ndata: 1}\r\n", Some(&[("{\"a\":\n1}", 16)])),
            ("data: plain\n\n", None),
            ("data: {\"a\":1}\nother: x\n", None),
            ("{\"data\":1}", None),
            ("", None),
        ];
        for (text, expected) in table {
            let found = find(text.as_bytes());
            let found: Option<Vec<_>> = found
                .as_ref()
                .map(|found| found.iter().map(|b| (std::str::from_utf8(&b.text).expect("text"), b.at)).collect());
            assert_eq!(found.as_deref(), *expected, "{text:?}");
        }
    }
}
