//! `curl -v 2>&1`: the body between lines about the connection.
//!
//! In: all bytes of a source. Out: exchanges with the heads of the `< ` lines and the request of the `> ` lines, or nothing
//! where curl did not talk.

use memchr::memmem;

use super::exchanges::{self, Exchange};
use super::{MOST_RESPONSES, Note, NoteKind, Request, heads};
use crate::text::Untrusted;

/// How far curl's talk is looked for: it comes before the body.
const WINDOW: usize = 64 * 1024;

/// Method and target of `GET /x HTTP/1.1`.
pub(super) fn request_line(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut words = line.trim_ascii_end().split(|byte| *byte == b' ');
    let (method, target, version) = (words.next()?, words.next()?, words.next()?);
    let upper = !method.is_empty() && method.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'-');
    (upper && !target.is_empty() && version.starts_with(b"HTTP/") && words.next().is_none()).then_some((method, target))
}

/// The URL that was asked for.
pub(super) fn url(host: &[u8], target: &[u8], secure: bool) -> Untrusted<'static> {
    let target = heads::lossy(target);
    if target.source().contains("://") {
        return target;
    }
    let scheme = if secure { "https" } else { "http" };
    format!("{scheme}://{}{}", heads::lossy(host).source(), target.source()).into()
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line<'t> {
    /// `* Connected to ...`
    Talk(&'t [u8]),
    /// `> GET / HTTP/1.1`
    Sent(&'t [u8]),
    /// `< HTTP/1.1 200 OK`
    Received(&'t [u8]),
    /// `{ [18 bytes data]`, the progress meter.
    Noise,
    Body,
}

fn classify(line: &[u8]) -> Line<'_> {
    let data = |line: &[u8]| line.ends_with(b" bytes data]") || line.ends_with(b" byte data]");
    match line {
        [b'*', b' ', rest @ ..] => Line::Talk(rest),
        [b'>', b' ', rest @ ..] => Line::Sent(rest),
        [b'<', b' ', rest @ ..] => Line::Received(rest),
        b"*" => Line::Talk(b""),
        b">" => Line::Sent(b""),
        b"<" => Line::Received(b""),
        [b'{' | b'}', b' ', b'[', ..] if data(line) => Line::Noise,
        _ if is_meter_head(line) => Line::Noise,
        _ => Line::Body,
    }
}

fn is_meter_head(line: &[u8]) -> bool {
    let line = line.trim_ascii_start();
    line.starts_with(b"% Total    % Received % Xferd") || line.starts_with(b"Dload  Upload   Total   Spent")
}

/// How long the progress meter at the start of a piece is: `  0     0    0     0 ... --:--:--     0`.
fn meter(piece: &[u8]) -> usize {
    let mut at = 0;
    let mut end = 0;
    let mut fields = 0;
    while fields < 12 {
        let blanks = piece[at..].iter().take_while(|byte| **byte == b' ').count();
        let field = &piece[at + blanks..];
        let digits =
            field.iter().take_while(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b':' | b'-')).count();
        let unit =
            usize::from(digits > 0 && matches!(field.get(digits), Some(b'k' | b'M' | b'G' | b'T' | b'P' | b'd')));
        if digits + unit == 0 || (fields > 0 && blanks == 0) {
            break;
        }
        at += blanks + digits + unit;
        end = at;
        fields += 1;
    }
    if fields >= 6 { end } else { 0 }
}

/// A line without the progress meters that curl wrote over it with carriage returns.
fn without_meter(line: &[u8]) -> Option<&[u8]> {
    let mut rest = line;
    let mut found = false;
    loop {
        let start = rest.strip_prefix(b"\r").unwrap_or(rest);
        let length = meter(start);
        if length == 0 {
            return found.then_some(start);
        }
        found = true;
        rest = &start[length..];
    }
}

/// Whether curl talks in these bytes: a line that is hardly anything else.
fn talks(bytes: &[u8]) -> bool {
    let mut at = 0;
    let bytes = &bytes[..bytes.len().min(WINDOW)];
    while at < bytes.len() {
        let (line, next) = heads::line(bytes, at);
        let line = without_meter(line).unwrap_or(line);
        let certain = match classify(line) {
            Line::Sent(rest) => request_line(rest).is_some(),
            Line::Received(rest) => heads::status_line(rest).is_some(),
            // Half of these words would begin a list item of prose just as well.
            Line::Talk(rest) => [&b"  Trying "[..], b" Trying ", b"Connected to ", b"Connection #"]
                .iter()
                .any(|start| rest.starts_with(start)),
            Line::Noise => true,
            Line::Body => false,
        };
        if certain {
            return true;
        }
        at = next;
    }
    false
}

/// The first words of what curl says about connections.
fn is_talk(rest: &[u8]) -> bool {
    let starts = [
        &b"Trying "[..],
        b"Connected to ",
        b"Host ",
        b"Connection #",
        b"Closing connection",
        b"Could not resolve host",
        b"Uses proxy env",
        b"Found bundle for host",
        b"Re-using existing",
        b"Reusing existing",
        b"Issue another request",
        b"Request completely sent off",
        b"Failed to connect",
        b"Ignoring the response-body",
    ];
    let rest = rest.trim_ascii_start();
    starts.iter().any(|start| rest.starts_with(start))
}

/// Finds the exchanges in curl's talk.
pub(super) fn find(bytes: &[u8]) -> Option<Vec<Exchange<'static>>> {
    if !talks(bytes) {
        return None;
    }
    let mut reader = Reader::default();
    let mut at = 0;
    let mut number = 1;
    while at < bytes.len() && reader.done.len() <= MOST_RESPONSES {
        let (_, next) = heads::line(bytes, at);
        reader.take(&bytes[at..next], number);
        at = next;
        number += 1;
    }
    Some(reader.finish())
}

#[derive(Default)]
struct Reader {
    done: Vec<Exchange<'static>>,
    open: Exchange<'static>,
    /// The request's parts, until there is a URL.
    method: Option<Vec<u8>>,
    target: Vec<u8>,
    host: Vec<u8>,
    secure: bool,
    in_head: bool,
    noise_line: usize,
}

impl Reader {
    /// Takes one line with its line break.
    fn take(&mut self, whole: &[u8], number: usize) {
        let line = whole.strip_suffix(b"\n").unwrap_or(whole);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let (line, whole) = match without_meter(line) {
            Some(b"") => return self.noise(number),
            Some(rest) => (rest, &whole[whole.len() - (rest.len() + whole.len() - trimmed(whole))..]),
            None => (line, whole),
        };
        match classify(line) {
            Line::Talk(rest) => {
                self.talk(rest);
                self.noise(number);
            }
            Line::Sent(rest) => {
                self.sent(rest, number);
                self.noise(number);
            }
            Line::Received(rest) => {
                self.received(rest, number);
                self.noise(number);
            }
            Line::Noise => self.noise(number),
            Line::Body => self.body(line, whole, number),
        }
    }

    fn noise(&mut self, number: usize) {
        if self.noise_line == 0 {
            self.noise_line = number;
        }
    }

    fn talk(&mut self, rest: &[u8]) {
        let starts = [&b"SSL connection"[..], b"TLSv1", b"ALPN", b"schannel:", b"SSL "];
        self.secure |= starts.iter().any(|start| rest.starts_with(start));
        // `* [HTTP/2] [1] OPENED stream for https://a.example/x` says it all.
        if let Some(found) = memmem::find(rest, b"OPENED stream for ") {
            self.open.request.url = Some(heads::lossy(rest[found + 18..].trim_ascii()));
        }
    }

    fn sent(&mut self, rest: &[u8], number: usize) {
        if let Some((method, target)) = request_line(rest) {
            if !self.open.heads.is_empty() || !self.open.body.is_empty() {
                self.close();
            }
            self.open.line = number;
            self.method = Some(method.to_vec());
            self.target = target.to_vec();
            self.host.clear();
        } else if let Some((name, value)) = heads::header_line(rest)
            && name.eq_ignore_ascii_case(b"host")
        {
            self.host = value.to_vec();
        }
    }

    fn received(&mut self, rest: &[u8], number: usize) {
        if heads::status_line(rest).is_some() {
            if !self.open.body.trim_ascii().is_empty() {
                self.close();
            }
            if self.open.line == 0 {
                self.open.line = number;
            }
            self.open.heads.extend(heads::read(rest, 0).map(|(head, _)| head));
            self.in_head = true;
        } else if rest.trim_ascii().is_empty() {
            self.in_head = false;
        } else if let (true, Some(head)) = (self.in_head, self.open.heads.last_mut()) {
            heads::push(head, rest);
        }
    }

    fn body(&mut self, line: &[u8], whole: &[u8], number: usize) {
        let kept = match glued_talk(line) {
            Some(at) => {
                self.noise(number);
                &line[..at]
            }
            None => whole,
        };
        if self.open.body.is_empty() {
            if kept.trim_ascii().is_empty() {
                return;
            }
            self.open.body_line = number;
            if self.open.line == 0 {
                self.open.line = number;
            }
        }
        self.open.body.to_mut().extend_from_slice(kept);
    }

    /// Ends an exchange.
    fn close(&mut self) {
        let mut exchange = std::mem::take(&mut self.open);
        if let Some(method) = self.method.take() {
            exchange.request.method = Some(heads::lossy(&method));
            if exchange.request.url.is_none() && !self.host.is_empty() {
                // A proxy is asked for a host and a port, which is no URL.
                let proxied = method == b"CONNECT";
                exchange.request.url = (!proxied).then(|| url(&self.host, &self.target, self.secure));
            }
        }
        self.in_head = false;
        self.done.push(exchange);
    }

    fn finish(mut self) -> Vec<Exchange<'static>> {
        if !self.open.heads.is_empty() || !self.open.body.is_empty() || self.method.is_some() || self.done.is_empty() {
            self.close();
        }
        let noise = Note { kind: NoteKind::VerboseLines, line: self.noise_line.max(1) };
        let mut found: Vec<Exchange<'static>> = Vec::new();
        for exchange in join_steps(self.done) {
            found.extend(open_heads(exchange));
        }
        share_bodies(&mut found);
        for exchange in &mut found {
            exchange.line = exchange.line.max(1);
            exchange.body_line = exchange.body_line.max(exchange.line);
        }
        if let Some(first) = found.first_mut() {
            first.notes.push(noise);
        }
        found
    }
}

/// Where curl's next words stand behind a body that has no line break at its end.
fn glued_talk(line: &[u8]) -> Option<usize> {
    memmem::find_iter(line, b"* ").find(|&at| at > 0 && !line[at - 1].is_ascii_whitespace() && is_talk(&line[at + 2..]))
}

/// How long a line is without its line break.
fn trimmed(whole: &[u8]) -> usize {
    let line = whole.strip_suffix(b"\n").unwrap_or(whole);
    line.strip_suffix(b"\r").unwrap_or(line).len()
}

/// Joins redirects, challenges and proxy answers with what they led to.
fn join_steps(exchanges: Vec<Exchange<'static>>) -> Vec<Exchange<'static>> {
    let mut found: Vec<Exchange<'static>> = Vec::new();
    for mut exchange in exchanges {
        let step = found.pop_if(|before| {
            let connected = before.request.method.as_ref().is_some_and(|method| *method == "CONNECT");
            before.body.is_empty() && before.heads.last().is_some_and(|head| connected || heads::leads_on(head))
        });
        if let Some(step) = step {
            exchange.line = step.line;
            exchange.heads.splice(0..0, step.heads);
            exchange.notes.splice(0..0, step.notes);
        }
        found.push(exchange);
    }
    found
}

/// With `-i` beside `-v` the heads are there twice; those of the body say the same.
fn open_heads(exchange: Exchange<'static>) -> Vec<Exchange<'static>> {
    let Some(first) = heads::next(&exchange.body, 0) else { return vec![exchange] };
    let inner = exchanges::under_heads(&exchange.body, first, exchange.body_line);
    let mut inner: Vec<Exchange<'static>> = inner
        .map(|part| Exchange {
            body: part.body.into_owned().into(),
            heads: part.heads,
            request: part.request,
            notes: part.notes,
            ..part_lines(part.line, part.body_line)
        })
        .collect();
    if let Some(last) = inner.last_mut() {
        let known = Request {
            method: last.request.method.take().or(exchange.request.method),
            url: last.request.url.take().or(exchange.request.url),
        };
        last.request = known;
        last.line = exchange.line;
    }
    inner
}

fn part_lines(line: usize, body_line: usize) -> Exchange<'static> {
    Exchange { line, body_line, ..Exchange::default() }
}

/// A pipe may get all bodies after all talk: they are handed out by the lengths that the heads give.
fn share_bodies(found: &mut [Exchange<'static>]) {
    let Some((last, others)) = found.split_last_mut() else { return };
    if others.is_empty() || others.iter().any(|exchange| !exchange.body.is_empty()) {
        return;
    }
    let length = |exchange: &Exchange<'_>| exchange.heads.last().and_then(|head| heads::number(head, "content-length"));
    let Some(lengths) = others.iter().map(length).collect::<Option<Vec<_>>>() else { return };
    let total = lengths.iter().try_fold(length(last).unwrap_or(0), |sum, length| sum.checked_add(*length));
    if total.is_none_or(|total| total != last.body.trim_ascii_end().len() && total != last.body.len()) {
        return;
    }
    let mut lines = exchanges::Lines::new(&last.body, last.body_line);
    let mut at = 0;
    for (exchange, length) in others.iter_mut().zip(&lengths) {
        exchange.body_line = lines.at(at);
        exchange.body = last.body[at..at + length].to_vec().into();
        at += length;
    }
    last.body_line = lines.at(at);
    last.body = last.body[at..].to_vec().into();
}

#[cfg(test)]
mod tests {
    use super::*;

    const TALK: &str = "*   Trying 192.0.2.1:8765...\n* Connected to a.example (192.0.2.1) port 8765 (#0)\n";
    const SENT: &str =
        "> GET /x?y=1 HTTP/1.1\r\n> Host: a.example:8765\r\n> User-Agent: curl/7.88.1\r\n> Accept: */*\r\n> \r\n";
    const RECEIVED: &str =
        "< HTTP/1.1 404 Not Found\r\n< Content-Type: application/json\r\n< Content-Length: 10\r\n< \r\n";
    const METER: &str = "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n                                 Dload  Upload   Total   Spent    Left  Speed\n\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0";
    const DONE: &str = "\r100    10  100    10    0     0  13615      0 --:--:-- --:--:-- --:--:-- 18000\n";
    const LEFT: &str = "* Connection #0 to host a.example left intact\n";
    const BODY: &str = "{\"code\":1}";
    const URL: &str = "http://a.example:8765/x?y=1";

    /// Statuses, body, URL, line and line of the body of each exchange.
    fn show(text: &str) -> Vec<(Vec<u16>, String, String, usize, usize)> {
        let found = find(text.as_bytes()).expect("curl talks");
        let statuses = |exchange: &Exchange<'_>| exchange.heads.iter().filter_map(|head| head.status).collect();
        let url = |exchange: &Exchange<'_>| {
            exchange.request.url.as_ref().map(|url| url.source().to_owned()).unwrap_or_default()
        };
        let body = |exchange: &Exchange<'_>| String::from_utf8_lossy(&exchange.body).into_owned();
        found.iter().map(|one| (statuses(one), body(one), url(one), one.line, one.body_line)).collect()
    }

    #[test]
    fn what_curl_prints() {
        let one = |body: &str, line, body_line| vec![(vec![404], body.to_owned(), URL.to_owned(), line, body_line)];
        let head = "HTTP/1.1 404 Not Found\r\nContent-Length: 10\r\n\r\n";
        let table = [
            // -sv
            (format!("{TALK}{SENT}{RECEIVED}{{ [10 bytes data]\n{LEFT}{BODY}"), one(BODY, 3, 14)),
            // -v, with the progress meter
            (
                format!("{METER}{TALK}{SENT}{RECEIVED}{{ [10 bytes data]\n{DONE}{LEFT}{BODY}\n"),
                one("{\"code\":1}\n", 5, 17),
            ),
            // Copied from a terminal: the body comes before curl's next words.
            (format!("{TALK}{SENT}{RECEIVED}{BODY}{LEFT}").replace('\r', ""), one(BODY, 3, 12)),
            // -sv -i: the head is there twice.
            (format!("{TALK}{SENT}{RECEIVED}{{ [10 bytes data]\n{LEFT}{head}{BODY}"), one(BODY, 3, 17)),
            // Only the meter.
            (format!("{METER}{DONE}{BODY}\n"), vec![(vec![], "{\"code\":1}\n".to_owned(), String::new(), 4, 4)]),
        ];
        for (text, expected) in table {
            assert_eq!(show(&text), expected, "{text}");
        }
    }

    #[test]
    fn steps_are_joined() {
        let redirect = "> GET /r HTTP/1.1\r\n> Host: a.example\r\n> \r\n< HTTP/1.1 302 Found\r\n< Location: /x\r\n< Content-Length: 4\r\n< \r\n* Ignoring the response-body\n{ [4 bytes data]\n";
        let found = show(&format!("{TALK}{redirect}{SENT}{RECEIVED}{LEFT}{BODY}"));
        assert_eq!(found, [(vec![302, 404], BODY.into(), URL.into(), 3, 22)]);

        let proxy = "> CONNECT a.example:443 HTTP/1.1\r\n> Host: a.example:443\r\n> \r\n< HTTP/1.1 200 OK\r\n< Via: p\r\n< \r\n";
        let secure = "* CONNECT phase completed!\n* ALPN: offers h2,http/1.1\n* TLSv1.3 (OUT), TLS handshake, Client hello (1):\n} [512 bytes data]\n* SSL connection using TLSv1.3\n";
        let post = "> POST /x HTTP/2\r\n> Host: a.example\r\n> \r\n} [3 bytes data]\n< HTTP/2 403 \r\n< a: b\r\n< \r\n";
        let found = show(&format!("{TALK}{proxy}{secure}{post}{BODY}"));
        assert_eq!(found, [(vec![200, 403], BODY.into(), "https://a.example/x".into(), 3, 21)]);

        let upload = "> PUT /x HTTP/1.1\r\n> Host: a.example\r\n> Expect: 100-continue\r\n> \r\n< HTTP/1.1 100 Continue\r\n< \r\n} [65536 bytes data]\n* We are completely uploaded and fine\n";
        let found = show(&format!("{TALK}{upload}{RECEIVED}{BODY}"));
        assert_eq!(found, [(vec![100, 404], BODY.into(), "http://a.example/x".into(), 3, 15)]);
    }

    #[test]
    fn several_exchanges() {
        let one = format!("{SENT}{RECEIVED}{{ [10 bytes data]\n");
        let first = (vec![404], BODY.to_owned(), URL.to_owned(), 3, 14);
        // As it comes, and with both bodies behind all of curl's words.
        let found = show(&format!("{TALK}{one}{LEFT}{BODY}* Found bundle for host\n{one}{LEFT}{BODY}"));
        assert_eq!(found, [first, (vec![404], BODY.to_owned(), URL.to_owned(), 15, 26)]);
        let found = show(&format!("{TALK}{one}{one}{LEFT}{BODY}{BODY}\n"));
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].1.as_str(), found[1].1.as_str()), (BODY, "{\"code\":1}\n"));
    }

    #[test]
    fn no_answer_at_all() {
        let failed = "* Failed to connect to 127.0.0.1 port 1 after 0 ms: Couldn't connect to server\n";
        let text =
            format!("{METER}*   Trying 127.0.0.1:1...\n{failed}* Closing connection 0\ncurl: (7) Failed to connect\n");
        let found = show(&text);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].1, "curl: (7) Failed to connect\n");
    }

    #[test]
    fn what_is_no_talk() {
        for text in [
            "",
            "{\"a\":1}",
            "* a list\n* of words\n",
            "> quoted\n> mail\n",
            "< b\n",
            "{ [1, 2] }\n",
            "1 2 3 4 5 6 7\n",
            "{\n* odd\n}\n",
        ] {
            assert!(find(text.as_bytes()).is_none(), "{text}");
        }
    }

    #[test]
    fn meters() {
        for (text, rest) in [
            ("  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0* x", "* x"),
            ("100  1.2M  100  1.2M    0     0  3.4M      0  0:00:01  0:00:01 --:--:-- 3.4M{}", "{}"),
            ("100   300  100   300    0     0", ""),
            ("1 2 3", "1 2 3"),
            ("404 page not found", "404 page not found"),
        ] {
            assert_eq!(&text[meter(text.as_bytes())..], rest, "{text}");
        }
    }
}
