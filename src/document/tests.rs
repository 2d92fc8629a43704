//! Tables: a body, the tree it gives, the problems it has.

use super::*;

/// The tree in one line: strings in quotes, names and numbers as they are.
fn tree(document: &Document, id: NodeId) -> String {
    let name = |id| document.key(id).map(|key| format!("{}:", key.source())).unwrap_or_default();
    let inside = || {
        let all: Vec<_> = document.children(id).map(|child| name(child) + &tree(document, child)).collect();
        all.join(",")
    };
    match document.value(id) {
        Value::Null => "null".into(),
        Value::Bool(value) => value.to_string(),
        Value::Number(text) => text.source().into(),
        Value::String(text) => format!("{:?}", text.source()),
        Value::Array(_) => format!("[{}]", inside()),
        Value::Object(_) => format!("{{{}}}", inside()),
    }
}

/// Each problem and the source it points at.
fn problems(document: &Document) -> String {
    let shown = document.problems().iter().map(|problem| {
        format!("{} {}", problem.kind.id(), String::from_utf8_lossy(&document.bytes(problem.span)).replace('\n', "␊"))
    });
    shown.collect::<Vec<_>>().join(" | ")
}

#[track_caller]
fn check(text: &[u8], format: Format, expected: &str, troubles: &str) {
    let document = Document::parse(text);
    assert_eq!(document.format(), format, "{:?}", String::from_utf8_lossy(text));
    assert_eq!(tree(&document, document.root()), expected);
    assert_eq!(problems(&document), troubles, "{:?}", String::from_utf8_lossy(text));
}

#[test]
fn strict_json() {
    for (text, expected) in [
        ("{}", "{}"),
        (" [ ] ", "[]"),
        (r#"{"a":1,"b":[true,false,null],"c":{"d":"e"}}"#, r#"{a:1,b:[true,false,null],c:{d:"e"}}"#),
        ("[1.10,1e400,18446744073709551617,-0,0.5,1E-7]", "[1.10,1e400,18446744073709551617,-0,0.5,1E-7]"),
        (r#"["\u00e9\n\"",""]"#, r#"["é\n\"",""]"#),
        (r#"{"a\tb":1}"#, "{a\tb:1}"),
        ("\"text\"", "\"text\""),
        ("42", "42"),
        ("null", "null"),
        ("\r\n\t [1] \n", "[1]"),
        ("[\"\u{7f}\u{feff}\"]", "[\"\\u{7f}\\u{feff}\"]"),
    ] {
        check(text.as_bytes(), Format::Json, expected, "");
    }
}

#[test]
fn json_with_troubles() {
    for (text, expected, troubles) in [
        // Comments and placeholders.
        ("[1, // one\n2]", "[1,2]", "comment // one"),
        ("[1 /* one */, 2] # end", "[1,2]", "comment /* one */ | comment # end"),
        ("[1 /* cut", "[1]", "comment /* cut | cut-off "),
        ("{\"a\":1, ...}", "{a:1}", "trailing-comma , | comment ..."),
        ("{\"a\":{}\n// more\n,\"b\":1}", "{a:{},b:1}", "comment // more"),
        // Commas.
        ("[1,2,]", "[1,2]", "trailing-comma ,"),
        ("{\"a\":1,}", "{a:1}", "trailing-comma ,"),
        ("[1 2]", "[1,2]", "missing-comma 2"),
        ("{\"a\":1 \"b\":2}", "{a:1,b:2}", "missing-comma \""),
        ("[1,,2]", "[1,2]", "missing-value ,"),
        ("{\"a\":1,,\"b\":2}", "{a:1,b:2}", "missing-value ,"),
        // Members.
        ("{\"a\" 1}", "{a:1}", "missing-colon  "),
        ("{\"a\" => 1}", "{a:1}", "missing-colon  =>"),
        ("{\"a\":,\"b\":1}", "{a:null,b:1}", "missing-value ,"),
        ("{\"a\":}", "{a:null}", "missing-value }"),
        ("{\"a\"}", "{a:null}", "missing-value }"),
        ("{a: 1, b-c: 2}", "{a:1,b-c:2}", "unquoted-key a | unquoted-key b-c"),
        ("{\"a\":1, {\"b\":2}}", "{a:1,:{b:2}}", "unquoted-key {"),
        ("{\"a\":1, \"a\":2}", "{a:1,a:2}", "duplicate-key \"a\""),
        ("{\"a\":1, \"\\u0061\":2}", "{a:1,a:2}", "duplicate-key \"\\u0061\""),
        // Quotes.
        (
            "{'a': 'it\\'s', 'b': 'don't'}",
            "{a:\"it's\",b:\"don't\"}",
            "quotes 'a' | quotes 'it\\'s' | quotes 'b' | quotes 'don't'",
        ),
        ("{“a”: “b \"c\" d”}", "{a:\"b \\\"c\\\" d\"}", "quotes “a” | quotes “b \"c\" d”"),
        ("[`x`, ‘don’t’]", "[\"x\",\"don’t\"]", "quotes `x` | quotes ‘don’t’"),
        ("[u'x', b\"y\"]", "[\"x\",\"y\"]", "quotes u'x' | quotes b\"y\""),
        // Words.
        (
            "{\"a\":None,\"b\":True,\"c\":undefined}",
            "{a:null,b:true,c:null}",
            "unknown-word None | unknown-word True | unknown-word undefined",
        ),
        (
            "[NaN,-Infinity,+1,01,.5,5.,0x1F]",
            "[NaN,-Infinity,+1,01,.5,5.,0x1F]",
            "bad-number NaN | bad-number -Infinity | bad-number +1 | bad-number 01 | bad-number .5 | bad-number 5. | bad-number 0x1F",
        ),
        (
            "{\"a\": hello world, \"b\": 2026-05-13}",
            "{a:\"hello world\",b:\"2026-05-13\"}",
            "unknown-word hello world | unknown-word 2026-05-13",
        ),
        (
            "{\"a\": ObjectId(\"5f\"), \"r\": <Response [404]>}",
            "{a:\"ObjectId(\\\"5f\\\")\",r:\"<Response [404]>\"}",
            "unknown-word ObjectId(\"5f\") | unknown-word <Response [404]>",
        ),
        // Strings.
        ("[\"a\nb\"]", "[\"a\\nb\"]", "control-character ␊"),
        ("[\"\\q\\ud800\\u12\"]", "[\"\\\\q\u{fffd}\\\\u12\"]", "bad-escape \\ | bad-escape \\ud800 | bad-escape \\u"),
        (
            "{\"a\":\"the \"size\" of it\",\"b\":1}",
            "{a:\"the \\\"size\\\" of it\",b:1}",
            "stray-quote \" | stray-quote \"",
        ),
        ("{\"a\":\"no \"size\"}", "{a:\"no \\\"size\"}", "stray-quote \""),
        // Ends.
        ("{\"a\":[1,{\"b\":\"c", "{a:[1,{b:\"c\"}]}", "unterminated-string \"c | cut-off "),
        ("{\"a\"", "{a:null}", "cut-off "),
        ("{\"a\":", "{a:null}", "cut-off "),
        ("[1,", "[1]", "cut-off "),
        ("[tru", "[\"tru\"]", "unknown-word tru | cut-off "),
        ("{\"a\":[1,2}", "{a:[1,2]}", "mismatch }"),
        ("[1,2}", "[1,2]", "mismatch }"),
        ("[1]]", "[1]", "text-after ]"),
        // Around it.
        ("\u{feff}[1]", "[1]", "byte-order-mark \u{feff}"),
        ("got: {\"a\":1} there", "{a:1}", "text-before got:  | text-after there"),
        ("[\u{a0}1]", "[1]", "odd-blank \u{a0}"),
    ] {
        check(text.as_bytes(), Format::Json, expected, troubles);
    }
    check(b"[\"a\xff\"]", Format::Json, "[\"a\u{fffd}\"]", "bad-utf8 \u{fffd}");
}

#[test]
fn xml() {
    for (text, expected, troubles) in [
        ("<a/>", "{a:\"\"}", ""),
        ("<?xml version=\"1.0\"?>\n<a>\n text </a>\n", "{a:\"text\"}", ""),
        ("<a><b>1</b><c/><d x='1'/></a>", "{a:{b:\"1\",c:\"\",d:{@x:\"1\"}}}", ""),
        ("<a><i>1</i><k/><i>2</i></a>", "{a:{i:[\"1\",\"2\"],k:\"\"}}", ""),
        (
            "<r><error code=\"2000\">Camera not found</error></r>",
            "{r:{error:{@code:\"2000\",#text:\"Camera not found\"}}}",
            "",
        ),
        ("<n xmlns=\"urn:x\" xmlns:o=\"urn:o\"><q xmlns=\"urn:y\">1</q></n>", "{n:{@ns:\"urn:x\",q:\"1\"}}", ""),
        ("<s:E xmlns:s='urn:s' xmlns='urn:d'><s:B xml:lang='en'/></s:E>", "{E:{@ns:\"urn:s\",B:{@lang:\"en\"}}}", ""),
        ("<a>1 &lt; 2 &amp;&#65;</a>", "{a:\"1 < 2 &A\"}", ""),
        ("<a><![CDATA[<b>&amp;]]></a>", "{a:\"<b>&amp;\"}", ""),
        ("<a>x<![CDATA[y]]><!-- no -->z <b/> w</a>", "{a:{b:\"\",#text:\"xyz w\"}}", ""),
        ("<a xsi:nil=\"true\"/>", "{a:null}", ""),
        (
            "<!DOCTYPE a [<!ENTITY x \"y>\">]><a>&x;</a>",
            "{a:\"&x;\"}",
            "entity <!DOCTYPE a [<!ENTITY x \"y>\">]> | entity &x;",
        ),
        ("<a>AT&T</a>", "{a:\"AT&T\"}", "markup &T"),
        ("<a>1 < 2</a>", "{a:\"1 < 2\"}", "markup <"),
        ("<?><error code=\"1\">t</error></?>", "{?:{error:{@code:\"1\",#text:\"t\"}}}", "markup <?>"),
        ("<a><b>1</b><c>2", "{a:{b:\"1\",c:\"2\"}}", "cut-off "),
        ("<a><b x=\"1", "{a:{b:{@x:\"1\"}}}", "cut-off "),
        ("<a>1</a", "{a:\"1\"}", "cut-off "),
        ("<a><b>1</a>", "{a:{b:\"1\"}}", "mismatch </a>"),
        ("<a>1</b></a>", "{a:\"1\"}", "mismatch </b>"),
        ("<a b c=d>1</a>", "{a:{@b:\"\",@c:\"d\",#text:\"1\"}}", "markup b | markup d"),
        ("<a/> x", "{a:\"\"}", "text-after x"),
        ("<a>1</a><a>2</a>", "{a:[\"1\",\"2\"]}", "text-after <a>"),
        ("log <?xml version=\"1.0\"?><a/>", "{a:\"\"}", "text-before log "),
    ] {
        check(text.as_bytes(), Format::Xml, expected, troubles);
    }
}

/// What is not kept of a page is said: the start of what was left out, to its end.
#[test]
fn a_long_page_is_cut_with_a_word() {
    let page =
        |words: usize| format!("<html><title>{}</title><p>{}</p></html>", "t".repeat(words), "é &amp; ".repeat(words));
    let short = Document::parse(page(1000).into_bytes());
    assert_eq!(short.problems(), []);
    let long = page(20_000);
    let cut = Document::parse(long.clone().into_bytes());
    let spans: Vec<_> = cut.problems().iter().map(|problem| (problem.kind, problem.span)).collect();
    let at = |word: &str| long.find(word).expect("there");
    let title = Span { start: at("ttt"), end: at("</title>") };
    let text = Span { start: at("é"), end: long.len() };
    assert_eq!(spans, [(ProblemKind::TooMuch, title), (ProblemKind::TooMuch, text)]);
    let kept: Vec<_> =
        cut.children(cut.root()).filter_map(|id| cut.scalar(id)).map(|text| text.source().len()).collect();
    assert_eq!(kept, [1024, 65_534], "at a character, before a blank");
}

#[test]
fn html_and_text() {
    check(
        b"<h1>403 Developer Over Qps</h1>",
        Format::Html,
        "{title:\"403 Developer Over Qps\",text:\"403 Developer Over Qps\"}",
        "",
    );
    check(
        b"<!DOCTYPE html><html><head><title> 502 Bad\n Gateway</title><style>p{}</style></head><body><center><h1>502 <b>Bad</b> Gateway</h1></center><hr>nginx &amp; co<script>if (a<b) {}</script></body></html>",
        Format::Html,
        "{title:\"502 Bad Gateway\",text:\"502 Bad Gateway nginx & co\"}",
        "",
    );
    check(b"  Rate limit exceeded\n", Format::Text, "\"Rate limit exceeded\"", "");
    check(b" \n", Format::Empty, "null", "");
    check(b"\x00\x01\x02\x03", Format::Binary, "null", "");
}

#[test]
fn spans_and_positions() {
    let document = Document::parse("{\"é\": [1,\n  {\"b\": \"x\\ty\"}]}".as_bytes());
    let inner = document.at("/é/1/b").expect("there");
    assert_eq!(document.source(document.span(inner)), "\"x\\ty\"");
    assert_eq!(
        document.key_span(inner).map(|span| document.source(span).source().to_owned()).as_deref(),
        Some("\"b\"")
    );
    assert_eq!(document.position(document.span(inner).start), Position { line: 2, column: 9 });
    assert_eq!(document.position(0), Position { line: 1, column: 1 });
    assert_eq!(document.position(6), Position { line: 1, column: 6 });
    assert_eq!(document.pointer(inner).text(), "/é/1/b");
    for (offset, pointer) in [(0, ""), (1, "/é"), (8, "/é/0"), (9, "/é"), (14, "/é/1/b"), (28, ""), (99, "")] {
        assert_eq!(document.pointer(document.node_at(offset)).text(), pointer, "{offset}");
    }
    let long = format!("{}\n{}x", "é".repeat(5000), "ü".repeat(9000));
    let document = Document::parse(long.as_bytes());
    assert_eq!(document.position(long.len() - 1), Position { line: 2, column: 9001 });
    assert_eq!(document.position(9000), Position { line: 1, column: 4501 });
}

#[test]
fn strings_open() {
    let document = Document::parse(br#"{"body":"{\"error\":{\"code\":5}}","text":"no {x}"}"#.as_slice());
    let open = |pointer| document.at(pointer).and_then(|id| document.open_string(id));
    let inner = open("/body").expect("JSON");
    assert_eq!(tree(&inner, inner.root()), "{error:{code:5}}");
    assert!(open("/text").is_none());
    assert!(open("").is_none());
}

#[test]
fn limits_are_problems() {
    let tree = build::parse_within(b"[1,2,3,[4]]".as_slice().into(), 3);
    let document = Document(Storage::Tree(Arc::new(tree)));
    assert_eq!(document.len(), 3);
    assert_eq!(problems(&document), "too-much ,3,[4]]");
    let many = "[".to_owned() + &"1 ".repeat(20_000) + "]";
    let document = Document::parse(many.as_bytes());
    assert_eq!(document.problems().len(), 10_001);
    assert_eq!(document.problems()[10_000].kind, ProblemKind::TooMuch);
}

#[test]
fn depth_costs_no_stack() {
    for (open, format) in [("[", Format::Json), ("{\"a\":", Format::Json), ("<a>", Format::Xml)] {
        let document = Document::parse(open.repeat(1_000_000).as_bytes());
        assert_eq!(document.format(), format);
        assert!(document.len() >= 1_000_000);
        assert_eq!(document.problems().iter().map(|problem| problem.kind).collect::<Vec<_>>(), [ProblemKind::CutOff]);
        let last = document.node_at(document.source_len() - 1);
        assert!(document.parent(last).is_some());
    }
}
