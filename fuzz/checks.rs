//! What the fuzz targets look at, one function each; `tests/it/corpus.rs` runs the same functions over the corpus.
//!
//! In: bytes. Out: nothing, or a panic that says which promise was broken. `super::oracle` holds what is true of every document.

use std::sync::{Arc, LazyLock};

use errview::decode::{self, Decoded};
use errview::document::Document;
use errview::input::{self, Options, Response};
use errview::pack::{Catalog, PackError};
use errview::report::summary::Summary;
use errview::report::{Look, Report, Style, json, line, markdown, text};
use errview::secrets::Secrets;
use errview::text::{Address, Untrusted, clean};
use errview::tui::{Effect, Model, Msg, Settings, draw, update};
use errview::view::Reading;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::oracle;

static CATALOG: LazyLock<Arc<Catalog>> = LazyLock::new(|| Arc::new(Catalog::builtin()));
/// What a fuzzed pack is added to: little, so that most of the time goes into that pack.
static BASE: LazyLock<Catalog> = LazyLock::new(|| Catalog::only(&["http"]));
/// What most screens know: looking through the tables of all packs for each letter typed would be nearly all of the time.
static FEW: LazyLock<Arc<Catalog>> =
    LazyLock::new(|| Arc::new(Catalog::only(&["http", "problem", "graphql", "jsend", "upload-post"])));

/// A target's name, and what holds for any bytes.
pub(crate) type Check = (&'static str, fn(&[u8]));

/// A function for every target, by its name.
pub(crate) const ALL: [Check; 8] = [
    ("json", json_body),
    ("xml", xml_body),
    ("head", http_head),
    ("split", split),
    ("decode", decode_and_report),
    ("clean", sanitise),
    ("pack", load_pack),
    ("screen", screen),
];

/// Bytes that arrive as JSON are read as an independent reader reads them; whatever they are, every place is sound.
pub(crate) fn json_body(bytes: &[u8]) {
    oracle::check(bytes);
}

/// The same for markup, whose declaration the fuzzer need not find.
pub(crate) fn xml_body(bytes: &[u8]) {
    let body = [b"<?xml version=\"1.0\"?><r>", bytes, b"</r>"].concat();
    oracle::check_sound(&body);
    oracle::check_sound(bytes);
}

/// What follows a status line.
pub(crate) fn http_head(bytes: &[u8]) {
    split(&[b"HTTP/1.1 ", bytes].concat());
    split(&[b"HTTP/2 404\r\n", bytes, b"\r\n\r\n{\"a\":1}"].concat());
    split(&[b"> GET / HTTP/1.1\r\n> ", bytes, b"\r\n< HTTP/1.1 500 No\r\n< \r\nx"].concat());
}

/// Responses are found in any bytes, and hold no more than what arrived unless it was packed.
pub(crate) fn split(bytes: &[u8]) {
    let options = Options { max_size: 1 << 20, ..Options::default() };
    let responses = input::split("stdin", bytes.to_vec(), &options);
    for (index, response) in responses.iter().enumerate() {
        assert_eq!(response.origin.index, index);
        assert!(response.origin.line >= 1 && response.origin.body_line >= response.origin.line);
        // Half a UTF-16 unit becomes three bytes.
        assert!(response.body.len() <= options.max_size.max(3 * bytes.len() + 3));
    }
}

/// Detecting, decoding and every report: no panic, no character that a terminal obeys, JSON that is JSON.
pub(crate) fn decode_and_report(bytes: &[u8]) {
    let options = Options { max_size: 1 << 20, ..Options::default() };
    let mut summary = Summary::default();
    // Bytes of the fuzzer make many small responses; the first ones say as much as all.
    for response in input::split("stdin", bytes.to_vec(), &options).into_iter().take(4) {
        let document = Document::parse(Arc::clone(&response.body));
        let decoded = decode::decode(
            &CATALOG,
            &response,
            &document,
            &decode::Options { now: Some(1_700_000_000), ..decode::Options::default() },
        );
        reports(&response, &document, &decoded, &mut summary);
    }
    let mut out = Vec::new();
    summary.text(&mut out, &Look::default()).expect("memory");
    summary.json(&mut out).expect("memory");
    check_output(&out, false);
}

fn reports(response: &Response, document: &Document, decoded: &Decoded, summary: &mut Summary) {
    let report = Report { decoded, document, secrets: Secrets::Masked };
    summary.add(&report, 0);
    let mut out = Vec::new();
    let narrow = Look { width: 24, style: Style { ascii: true, ..Style::default() }, ..Look::default() };
    text::write(&mut out, &report, &Look::default()).expect("memory");
    text::write(&mut out, &report, &narrow).expect("memory");
    markdown::write(&mut out, &report).expect("memory");
    check_output(&out, false);
    out.clear();
    line::write(&mut out, &report).expect("memory");
    check_output(&out, true);
    out.clear();
    json::write(&mut out, &report).expect("memory");
    check_output(&out, false);
    serde_json::from_slice::<serde_json::Value>(&out)
        .unwrap_or_else(|error| panic!("{error} for {:?}", response.origin));
}

/// No output holds a control character other than the ends of its lines, nor one that reorders or hides text.
fn check_output(out: &[u8], tabs: bool) {
    let text = std::str::from_utf8(out).expect("UTF-8");
    let bad = |c: &char| {
        let layout = *c == '\n' || (tabs && *c == '\t');
        let hides = matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{61c}' | '\u{fff9}'..='\u{fffb}');
        (c.is_control() && !layout) || hides
    };
    assert_eq!(text.chars().find(bad), None, "in {text:?}");
}

/// The properties of the sanitiser, of masking and of addresses.
pub(crate) fn sanitise(bytes: &[u8]) {
    let source = String::from_utf8_lossy(bytes);
    let once = clean(&source);
    check_output(once.as_bytes(), false);
    let twice = clean(&once);
    assert_eq!((twice.as_str(), twice.shown().len()), (once.as_str(), 0), "cleaning twice changes nothing");
    let unshown: usize = once.len() - once.shown().iter().map(|range| range.len()).sum::<usize>();
    assert!(
        unshown <= source.len() && (once.shown().is_empty() == (once.as_str() == source)),
        "nothing is dropped in silence"
    );
    let untrusted = Untrusted::from(source.as_ref());
    let masked = Secrets::Masked.mask_in_place(&untrusted);
    assert_eq!(masked.chars(), untrusted.chars(), "masking in place keeps columns");
    Secrets::Masked.mask(&untrusted);
    let address = Address::of(&untrusted);
    assert!(!address.may_open() || once.shown().is_empty(), "what is opened is what is shown");
    for cells in [0, 1, 7, 40] {
        assert!(errview::text::width(&errview::text::cut(&once, cells)) <= cells);
        errview::text::wrap(&once, cells);
    }
}

/// What stands before a pack's rules, and after them: the fuzzer need not find it.
const IDENTITY: &str = "pack = 1\nid = \"fuzz\"\nname = \"Fuzz\"\nsource = \"s\"\nverified = 2026-01-01\n";
const SAMPLE: &str = "\n[[sample]]\nbody = '{\"code\":1001}'\nexpect = { outcome = \"failure\" }\n";

/// A pack of a user: loaded or refused with places, and if loaded used on a response.
pub(crate) fn load_pack(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    load(whole_pack(&text));
    load(text.into_owned());
}

/// A pack of which this is the part that says something.
pub(crate) fn whole_pack(part: &str) -> String {
    [IDENTITY, part, SAMPLE].concat()
}

/// Loads a pack and uses it; what was wrong with it.
pub(crate) fn load(text: String) -> Vec<PackError> {
    let mut catalog = BASE.clone();
    let errors = catalog.load_user(&[("fuzz.toml".to_owned(), text)]);
    for error in &errors {
        check_output(error.to_string().as_bytes(), false);
        check_output(error.in_full().as_bytes(), false);
    }
    // Refused: what follows would be the same each time.
    if !errors.is_empty() && catalog.packs().len() == BASE.packs().len() {
        return errors;
    }
    let body =
        br#"{"code":1001,"message":"no more m 5 left","errors":[{"code":"a","text":"b","url":"https://x.test/y"}],"ok":false}"#;
    for response in input::split("stdin", body.to_vec(), &Options::default()) {
        let document = Document::parse(Arc::clone(&response.body));
        let decoded = decode::decode(&catalog, &response, &document, &decode::Options::default());
        reports(&response, &document, &decoded, &mut Summary::default());
    }
    errors
}

/// A screen of any size over any responses after any keys: `WIDTH HEIGHT COUNT KEYS... BODY...`. All packs are known to one
/// of 256 counts.
pub(crate) fn screen(bytes: &[u8]) {
    let [width, height, count, rest @ ..] = bytes else { return };
    let catalog = if *count == u8::MAX { &*CATALOG } else { &*FEW };
    let (keys, body) = rest.split_at(usize::from(*count).min(rest.len()).min(40));
    let size = (u16::from(*width) * 2, u16::from(*height) / 2);
    let settings = Settings::new(Arc::clone(catalog));
    let responses = input::split("stdin", body.to_vec(), &Options { max_size: 1 << 20, ..Options::default() });
    let readings =
        responses.into_iter().take(8).map(|response| Reading::new(catalog, response, &settings.decode)).collect();
    let mut model = Model::new(settings, size);
    update(Msg::Read(readings), &mut model);
    update(Msg::End(None), &mut model);
    show(&model, size);
    for key in keys {
        let effects = update(message(*key), &mut model);
        for effect in effects {
            match effect {
                Effect::Copy { text, .. } => check_output(text.as_bytes(), true),
                Effect::Open(address) => assert!(Address::of(&Untrusted::from(address)).may_open()),
                _ => {}
            }
        }
    }
    show(&model, size);
}

fn message(byte: u8) -> Msg {
    let key = |code, modifiers| Msg::Key(KeyEvent::new(code, modifiers));
    match byte {
        0 => key(KeyCode::Up, KeyModifiers::NONE),
        1..=0x1a if ![8, 9, 10, 13].contains(&byte) => {
            key(KeyCode::Char(char::from(byte + 0x60)), KeyModifiers::CONTROL)
        }
        8 | 0x7f => key(KeyCode::Backspace, KeyModifiers::NONE),
        9 => key(KeyCode::Tab, KeyModifiers::NONE),
        10 | 13 => key(KeyCode::Enter, KeyModifiers::NONE),
        0x1b => key(KeyCode::Esc, KeyModifiers::NONE),
        0x1c => key(KeyCode::PageDown, KeyModifiers::NONE),
        0x1d => key(KeyCode::End, KeyModifiers::NONE),
        0x1e => Msg::Paste("{\"a\":1}\u{1b}".to_owned()),
        0x1f => Msg::Resize(20, 5),
        0x20..0x7f => key(KeyCode::Char(char::from(byte)), KeyModifiers::NONE),
        _ => {
            let (column, row) = (u16::from(byte & 0x7f) * 2, u16::from(byte & 0x3f));
            Msg::Mouse(MouseEvent {
                kind: MouseEventKind::Down(MouseButton::Left),
                column,
                row,
                modifiers: KeyModifiers::NONE,
            })
        }
    }
}

fn show(model: &Model, size: (u16, u16)) {
    let mut terminal = ratatui::Terminal::new(TestBackend::new(size.0, size.1)).expect("a screen");
    terminal.draw(|frame| draw(model, frame)).expect("drawn");
    for cell in terminal.backend().buffer().content() {
        check_output(cell.symbol().as_bytes(), false);
    }
}
