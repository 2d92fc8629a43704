//! Bytes become responses: files as curl writes them, and what has to hold for any bytes.

use errview::input::{self, NoteKind, Options, Response};
use proptest::prelude::*;

fn split(bytes: &[u8]) -> Vec<Response> {
    input::split("stdin", bytes.to_vec(), &Options::default())
}

fn fixture(name: &str) -> Vec<Response> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/input").join(name);
    split(&std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

fn text(response: &Response) -> &str {
    std::str::from_utf8(&response.body).expect("the fixtures are UTF-8")
}

fn statuses(response: &Response) -> Vec<u16> {
    response.heads.iter().filter_map(|head| head.status).collect()
}

fn kinds(response: &Response) -> Vec<NoteKind> {
    response.notes.iter().map(|note| note.kind).collect()
}

#[test]
fn one_answer_with_its_head() {
    type Row = (&'static str, &'static [u16], &'static str, (&'static str, &'static str), usize, &'static [NoteKind]);
    let table: [Row; 5] = [
        (
            "http2-no-reason.http",
            &[404],
            "{\"code\":17,\"message\":\"no such playlist\"}",
            ("Content-Type", "application/json"),
            6,
            &[],
        ),
        (
            "redirect-then-error.http",
            &[100, 307, 422],
            "{\n  \"error\": \"width must be even\"\n}\n",
            ("content-type", "application/json"),
            10,
            &[],
        ),
        ("proxy.http", &[200, 503], "<h1>busy</h1>\n", ("Retry-After", "30"), 7, &[]),
        (
            "folded-header.http",
            &[401],
            "",
            ("WWW-Authenticate", "Bearer realm=\"films\", error=\"invalid_token\""),
            5,
            &[],
        ),
        (
            "chunked.http",
            &[400],
            "{\"code\":3,\"message\":\"lost\"}",
            ("transfer-encoding", "chunked"),
            4,
            &[NoteKind::Chunked],
        ),
    ];
    for (name, wanted, body, (header, value), body_line, notes) in table {
        let responses = fixture(name);
        assert_eq!(responses.len(), 1, "{name}");
        let response = &responses[0];
        assert_eq!(statuses(response), wanted, "{name}");
        assert_eq!(text(response), body, "{name}");
        assert_eq!(response.header(header).expect("a header"), &value, "{name}");
        assert_eq!((response.origin.line, response.origin.body_line), (1, body_line), "{name}");
        assert_eq!(kinds(response), notes, "{name}");
    }
}

#[test]
fn two_answers_without_a_line_between() {
    let responses = fixture("two-exchanges.http");
    let found: Vec<_> =
        responses.iter().map(|one| (statuses(one), text(one), one.origin.index, one.origin.line)).collect();
    assert_eq!(found, [(vec![404], "{\"code\":\"F-1\"}", 0, 1), (vec![500], "{\"code\":\"F-2\"}", 1, 4)]);
}

#[test]
fn the_talk_of_curl_tells_the_request() {
    let responses = fixture("verbose.txt");
    assert_eq!(responses.len(), 1);
    let response = &responses[0];
    assert_eq!((statuses(response), text(response)), (vec![409], "{\"reason\":\"still in use\"}\n"));
    assert_eq!(response.request.method.as_ref().expect("known"), &"DELETE");
    assert_eq!(response.request.url.as_ref().expect("known"), &"https://films.example/v1/films/9?force=1");
    assert_eq!(kinds(response), [NoteKind::VerboseLines]);
    assert_eq!((response.origin.line, response.origin.body_line), (6, 17));
}

#[test]
fn what_curl_wrote_out_is_a_head() {
    let responses = fixture("write-out.txt");
    assert_eq!(responses.len(), 1);
    let response = &responses[0];
    assert_eq!((statuses(response), text(response)), (vec![429], "{\"reason\":\"slow down\"}"));
    assert_eq!(response.request.method.as_ref().expect("known"), &"PATCH");
    assert_eq!(response.request.url.as_ref().expect("known"), &"https://films.example/v1/films/9");
    assert_eq!(response.header("Content-Type").expect("known"), &"application/json");
    assert_eq!(kinds(response), [NoteKind::WriteOut]);
}

#[test]
fn a_network_panel_is_a_response_an_entry() {
    let responses = fixture("panel.har");
    let found: Vec<_> = responses.iter().map(|one| (statuses(one), text(one), one.origin.line)).collect();
    assert_eq!(found, [(vec![200], "[]", 6), (vec![400], "{\"code\":4}", 8)]);
    assert_eq!(responses[1].request.method.as_ref().expect("known"), &"POST");
    assert_eq!(responses[1].header("X-Request-Id").expect("known"), &"r-5");
}

#[test]
fn declared_values_reach_every_response() {
    let options = Options {
        status: Some(503),
        method: Some("put".into()),
        headers: vec![("Retry-After".into(), "7".into())],
        ..Options::default()
    };
    let responses = input::split("a.ndjson", b"{\"a\":1}\n{\"b\":2}\n".to_vec(), &options);
    assert_eq!(responses.len(), 2);
    for response in &responses {
        assert_eq!(response.origin.name, "a.ndjson");
        assert_eq!(response.status(), Some(503));
        assert_eq!(response.header("retry-after").expect("declared"), &"7");
        assert_eq!(response.request.method.as_ref().expect("declared"), &"PUT");
    }
}

/// JSON that no rule takes for anything else: numbers of three digits behind a value are a status.
fn value() -> impl Strategy<Value = String> {
    let scalar = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        (1000..99_999_i64).prop_map(|number| number.to_string()),
        "[a-z\\\\\"{}\\[\\],:/#' é\n]{0,12}".prop_map(|text| quoted(&text)),
    ];
    scalar.prop_recursive(4, 24, 5, |inner| {
        let blank = prop_oneof![Just(""), Just(" "), Just("\n  "), Just("\r\n\t")];
        prop_oneof![
            (prop::collection::vec(inner.clone(), 0..5), blank.clone())
                .prop_map(|(items, blank)| format!("[{blank}{}{blank}]", items.join(&format!(",{blank}")))),
            (prop::collection::vec(("[a-z_]{1,6}", inner), 0..5), blank).prop_map(|(members, blank)| {
                let members: Vec<_> =
                    members.iter().map(|(name, value)| format!("\"{name}\":{blank}{value}")).collect();
                format!("{{{blank}{}{blank}}}", members.join(&format!(",{blank}")))
            }),
        ]
    })
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Pieces of everything the module looks for, to meet in any order.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let known: Vec<&'static [u8]> = vec![
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/2 404 \n",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"Content-Length: 7\r\n",
        b"Content-Length: 99999999999999999999\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"Location: /x\n",
        b" folded\r\n",
        b"\r\n",
        b"\n",
        b"\r",
        b"\x1e",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\x1f\x8b\x08\x00",
        b"5\r\nhello\r\n",
        b"0\r\n\r\n",
        b"ffffffff\r\n",
        b"* Connected to a\n",
        b"*   Trying b\n",
        b"> GET /x HTTP/1.1\n",
        b"> Host: a\n",
        b"< HTTP/1.1 200 OK\n",
        b"< ",
        b"{ [5 bytes data]\n",
        b"  0     0    0     0    0     0      0",
        b"data: ",
        b"event: x\n",
        b"{\"log\":{\"entries\":[",
        b"{\"a\":1}",
        b"{\"a\":\n",
        b"{\"http_code\":200,\"url_effective\":\"x\"}",
        b"[1,\n2]",
        b"\"str",
        b"{'",
        b"// it's\n",
        b"/* ",
        b"404",
        b"curl: (22) error: 404\n",
        b"12:00 ERROR {\"a\":1}\n",
        b"}",
        b"]",
        b"\\",
    ];
    prop_oneof![8 => prop::sample::select(known).prop_map(<[u8]>::to_vec), 1 => prop::collection::vec(any::<u8>(), 0..12)]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_at_least_one_response(pieces in prop::collection::vec(piece(), 0..24)) {
        let bytes = pieces.concat();
        let responses = split(&bytes);
        prop_assert!(!responses.is_empty());
        let converted = responses.iter().any(|one| kinds(one).iter().any(|kind| {
            matches!(kind, NoteKind::Utf16 | NoteKind::Unzipped | NoteKind::BadGzip)
        }));
        let total: usize = responses.iter().map(|one| one.body.len()).sum();
        prop_assert!(converted || total <= bytes.len(), "{total} of {}", bytes.len());
        let lines = 1 + bytes.iter().filter(|byte| **byte == b'\n').count();
        for (index, response) in responses.iter().enumerate() {
            prop_assert_eq!(response.origin.index, index);
            prop_assert!(response.origin.line >= 1 && response.origin.line <= response.origin.body_line);
            prop_assert!(converted || response.origin.body_line <= lines, "{:?}", response.origin);
        }
    }

    #[test]
    fn values_in_a_row_are_responses(values in prop::collection::vec(value(), 2..8), between in "\n{1,3}|\r\n|\n \n|\n\x1e") {
        let bytes = values.join(&between);
        let found: Vec<_> = split(bytes.as_bytes()).iter().map(|one| text(one).to_owned()).collect();
        prop_assert_eq!(found, values);
    }

    #[test]
    fn containers_need_nothing_between_them(
        values in prop::collection::vec(value().prop_filter("a container", |text| text.starts_with(['{', '['])), 2..8),
        between in " {0,2}|\n|,|,\n|\x1e",
    ) {
        let bytes = values.join(&between);
        let found: Vec<_> = split(bytes.as_bytes()).iter().map(|one| text(one).to_owned()).collect();
        prop_assert_eq!(found, values);
    }

    #[test]
    fn one_value_stays_one(value in value(), end in "\n{0,2}") {
        let bytes = value + &end;
        let found: Vec<_> = split(bytes.as_bytes()).iter().map(|one| text(one).to_owned()).collect();
        prop_assert_eq!(found, [bytes]);
    }
}
