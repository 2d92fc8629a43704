//! The founding vendors' own pages (`tests/seeds`) against the packs: every code, title, description and message of a
//! page must be in the vendor's pack, letter for letter. The readers here know nothing of packs, only how each page is
//! laid out, so a row that is lost or "corrected" in a pack shows.

use std::collections::BTreeSet;

use errview::pack::{Answer, Ask, Catalog, Confidence, Entry, Pack};

const BITMOVIN: &str = include_str!("../seeds/bitmovin.txt");
const UPLOAD_POST: &str = include_str!("../seeds/upload-post.txt");
const MOVINGIMAGE: &str = include_str!("../seeds/movingimage.txt");
const NETFLIX: &str = include_str!("../seeds/netflix.txt");
const CLOUDVIEW: &str = include_str!("../seeds/cloudview.txt");

/// A row of a page.
#[derive(Debug)]
struct Line {
    code: String,
    title: String,
    text: String,
}

fn ask(catalog: &Catalog, pack: &str, table: &str, code: &str) -> Entry {
    let pack = catalog.pack(pack).expect("the pack is built in");
    match catalog.ask(pack, table, Ask { code, ..Ask::default() }) {
        Answer::Known(entry) => *entry,
        Answer::Unknown { .. } => panic!("{} {table}: no row for {code}", pack.id()),
    }
}

/// All rows of a table for one code; several may share it.
fn entries(catalog: &Catalog, pack: &str, table: &str, code: &str) -> Vec<Entry> {
    let pack = catalog.pack(pack).expect("the pack is built in");
    let table = pack.table(table).expect("the table is in the pack");
    let rows = table.rows.iter().enumerate().filter(|(_, row)| row.code.source() == code);
    rows.filter_map(|(position, _)| catalog.entry(pack, table, position)).collect()
}

fn title(entry: &Entry) -> &str {
    entry.title.as_ref().map_or("", |title| title.source())
}

fn messages(entry: &Entry) -> Vec<&str> {
    entry.messages.iter().map(|text| text.source()).collect()
}

fn rows(pack: &Pack, table: &str) -> usize {
    pack.table(table).map_or(0, |table| table.rows.len())
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// What stands between two lines of a page.
fn section<'a>(page: &'a str, from: &str, to: &str) -> Vec<&'a str> {
    let lines = page.lines().skip_while(|line| line.trim() != from).skip(1);
    lines.take_while(|line| line.trim() != to).collect()
}

/// `- 1000`, then the title, then `- the description - 1001`, as the page loses its line breaks.
fn bitmovin_lines(lines: &[&str]) -> Vec<Line> {
    let mut found = Vec::new();
    let mut code: Option<String> = None;
    let mut title: Option<String> = None;
    for line in lines {
        let rest = line.strip_prefix("- ");
        match (rest, code.as_ref(), title.as_ref()) {
            (Some(rest), _, None) if is_number(rest.trim()) => code = Some(rest.trim().to_owned()),
            (Some(rest), Some(of), Some(name)) => {
                let (text, next) = match rest.rsplit_once(" - ") {
                    Some((text, next)) if is_number(next.trim()) => (text, Some(next.trim().to_owned())),
                    _ => (rest, None),
                };
                found.push(Line { code: of.clone(), title: name.clone(), text: text.to_owned() });
                (code, title) = (next, None);
            }
            (None, Some(_), None) => title = Some((*line).to_owned()),
            _ => {}
        }
    }
    found
}

#[test]
fn bitmovin_has_every_row_of_its_page() {
    let catalog = Catalog::builtin();
    let codes = section(BITMOVIN, "API Error Codes", "API Rate Limits");
    let statuses = section(BITMOVIN, "Server Responses", "API Error Codes");
    for (table, lines, count) in [("api", &codes, 17), ("http", &statuses, 12)] {
        let lines = bitmovin_lines(lines);
        assert_eq!(lines.len(), count, "rows of the page for {table}");
        for line in lines {
            let entry = ask(&catalog, "bitmovin", table, &line.code);
            assert_eq!(title(&entry), line.title, "{table} {}", line.code);
            assert_eq!(messages(&entry), [line.text.as_str()], "{table} {}", line.code);
        }
    }
    let pack = catalog.pack("bitmovin").expect("built in");
    assert_eq!((rows(pack, "api"), rows(pack, "encoder"), rows(pack, "http")), (80, 9, 13));
}

#[test]
fn bitmovin_has_the_families_and_rate_limit_headers_of_its_page() {
    let catalog = Catalog::builtin();
    let pack = catalog.pack("bitmovin").expect("built in");
    let api = pack.table("api").expect("the table");
    let headings = BITMOVIN.lines().filter_map(|line| line.split_once("XXX "));
    let mut count = 0;
    for (digit, name) in headings {
        count += 1;
        let from: i64 = digit.parse::<i64>().expect("a digit") * 1000;
        let family = api.families.iter().find(|family| family.from == Some(from));
        let found = family.and_then(|family| family.row.title.as_ref()).map(|title| title.source());
        assert_eq!(found, Some(name), "{digit}XXX");
    }
    assert_eq!(count, 4);
    let known: BTreeSet<&str> = pack
        .head()
        .limits
        .iter()
        .flat_map(|rule| [&rule.limit, &rule.remaining, &rule.reset])
        .flatten()
        .map(String::as_str)
        .collect();
    let names = BITMOVIN.lines().filter(|line| line.starts_with("X-RateLimit-"));
    let names: Vec<_> = names.filter_map(|line| line.split(' ').next()).map(str::to_ascii_lowercase).collect();
    assert_eq!(names.len(), 2);
    for name in &names {
        assert!(known.contains(name.as_str()), "{name}");
    }
    assert!(known.contains("x-ratelimit-reset"), "the newer names too");
}

#[test]
fn cloudview_has_every_row_of_its_page() {
    let catalog = Catalog::builtin();
    let lines: Vec<_> = CLOUDVIEW
        .lines()
        .filter_map(|line| line.strip_prefix("* ")?.split_once(' '))
        .filter(|(code, _)| is_number(code))
        .collect();
    assert_eq!(lines.len(), 60);
    for (code, text) in &lines {
        let entry = ask(&catalog, "cloudview", "errors", code);
        assert_eq!(title(&entry), *text, "{code}");
        assert_eq!(entry.outcome, None, "{code} is bad news");
    }
    let pack = catalog.pack("cloudview").expect("built in");
    assert_eq!((rows(pack, "errors"), rows(pack, "success")), (60, 28));
}

/// Cells between tabs; the copy of the page has Cyrillic letters in `OK`, which are mended.
fn movingimage_lines(lines: &[&str]) -> Vec<Line> {
    let cells = lines.iter().map(|line| line.split('\t').map(str::trim).collect::<Vec<_>>());
    cells
        .filter(|cells| cells.len() >= 3 && is_number(cells[0]))
        .map(|cells| Line {
            code: cells[0].to_owned(),
            title: cells[1].trim_matches('"').replace("\u{41e}\u{41a}", "OK"),
            text: cells[2].to_owned(),
        })
        .collect()
}

#[test]
fn movingimage_has_every_row_of_its_page() {
    let catalog = Catalog::builtin();
    let statuses = section(MOVINGIMAGE, "Response Codes", "Error Codes");
    let codes: Vec<_> = MOVINGIMAGE.lines().skip_while(|line| line.trim() != "Error Codes").collect();
    for (table, lines, count) in [("codes", &codes, 5), ("http", &statuses, 9)] {
        let lines = movingimage_lines(lines);
        assert_eq!(lines.len(), count, "rows of the page for {table}");
        for line in lines {
            let entry = ask(&catalog, "movingimage", table, &line.code);
            assert_eq!(title(&entry), line.title, "{table} {}", line.code);
            assert_eq!(messages(&entry), [line.text.as_str()], "{table} {}", line.code);
        }
    }
    let pack = catalog.pack("movingimage").expect("built in");
    let known = |text: &str| pack.messages().iter().any(|rule| rule.template.matches(text).is_some());
    for line in movingimage_lines(&codes) {
        assert!(known(&line.title), "`{}` stands in for {}", line.title, line.code);
    }
}

#[test]
fn movingimage_says_deleted_with_404() {
    let catalog = Catalog::builtin();
    let pack = catalog.pack("movingimage").expect("built in");
    let outcome = |method| match catalog.ask(pack, "http", Ask { code: "404", method, ..Ask::default() }) {
        Answer::Known(entry) => entry.outcome,
        Answer::Unknown { .. } => panic!("no row for 404"),
    };
    assert_eq!(outcome(Some("DELETE")), Some(errview::pack::Outcome::Success));
    assert_eq!(outcome(Some("GET")), None);
    assert_eq!(outcome(None), None);
}

/// A row of the Netflix page: code, subcode if any, what it applies to, the status messages in one string.
#[derive(Debug)]
struct NetflixRow<'a> {
    code: &'a str,
    sub: Option<&'a str>,
    applies: &'a str,
    text: &'a str,
}

/// The page's table, whose rows and cells break anywhere: the cells in a row, empty ones left out, are a code, perhaps
/// a subcode, what it applies to, the messages.
fn netflix_rows(flat: &str) -> Vec<NetflixRow<'_>> {
    let mut cells = flat.split('|').map(str::trim).filter(|cell| !cell.is_empty()).peekable();
    let mut rows = Vec::new();
    while let Some(code) = cells.next() {
        assert!(is_number(code), "a row starts with its code, not `{code}`");
        let sub = cells.next_if(|cell| is_number(cell));
        let applies = cells.next().expect("what it applies to");
        let text = cells.next().expect("a message");
        rows.push(NetflixRow { code, sub, applies, text });
    }
    rows
}

#[test]
fn netflix_has_every_row_of_its_page() {
    let catalog = Catalog::builtin();
    let lines = NETFLIX.lines().skip_while(|line| !line.starts_with("| 200")).take_while(|line| *line != "6 Comments");
    let flat = lines.collect::<Vec<_>>().join(" ");
    let page = netflix_rows(&flat);
    assert_eq!(page.len(), 23);
    for row in &page {
        let (table, code) = match row.sub {
            Some(sub) => ("sub", format!("{}/{sub}", row.code)),
            None => ("http", row.code.to_owned()),
        };
        let found = entries(&catalog, "netflix", table, &code);
        let applies = |entry: &&Entry| entry.applies.as_ref().is_some_and(|applies| applies.source() == row.applies);
        let entry = found.iter().find(applies);
        let entry = entry.unwrap_or_else(|| panic!("{code}: no row for `{}`", row.applies));
        if row.sub.is_some() {
            assert_eq!(title(entry), row.text, "{code}");
            continue;
        }
        // The page runs the messages of a cell together; without those of the pack nothing may be left.
        let mut known = messages(entry);
        known.sort_by_key(|text| std::cmp::Reverse(text.len()));
        let rest = known.iter().fold(row.text.to_owned(), |rest, text| rest.replacen(text, "", 1));
        assert_eq!(rest.trim(), "", "{code} {}", row.applies);
    }
    let pack = catalog.pack("netflix").expect("built in");
    assert_eq!((rows(pack, "http"), rows(pack, "sub")), (16, 9));
}

#[test]
fn netflix_has_what_the_readers_of_its_page_tell() {
    let catalog = Catalog::builtin();
    assert!(NETFLIX.contains("<status_code>405</status_code>") && NETFLIX.contains("\n403 Developer Over Qps\n"));
    let of_readers = |code: &str| {
        let all = entries(&catalog, "netflix", "http", code);
        all.into_iter().find(|entry| entry.confidence == Confidence::Community)
    };
    let over = of_readers("403").expect("a row for too many calls");
    assert_eq!(messages(&over), ["403 Developer Over Qps"]);
    assert!(of_readers("405").is_some());
    let pack = catalog.pack("netflix").expect("built in");
    assert!(pack.messages().iter().any(|rule| rule.template.matches("403 Developer Over Qps").is_some()));
}

/// `• 400 Bad Request`, and below it the quoted examples of messages.
fn upload_post_lines() -> Vec<(String, String, Vec<String>)> {
    let mut found: Vec<(String, String, Vec<String>)> = Vec::new();
    for line in UPLOAD_POST.lines() {
        let Some(rest) = line.trim().strip_prefix('•').map(str::trim) else { continue };
        match rest.split_once(' ') {
            Some((code, title)) if code.len() == 3 && is_number(code) => {
                found.push((code.to_owned(), title.to_owned(), Vec::new()));
            }
            _ if rest.starts_with("message example") => {
                let (_, _, texts) = found.last_mut().expect("a code before its messages");
                // Every other part is between quotes.
                texts.extend(rest.split('"').skip(1).step_by(2).map(str::to_owned));
            }
            _ => {}
        }
    }
    found
}

#[test]
fn upload_post_has_every_status_and_message_of_its_page() {
    let catalog = Catalog::builtin();
    let pack = catalog.pack("upload-post").expect("built in");
    let lines = upload_post_lines();
    assert_eq!(lines.len(), 5);
    assert_eq!(lines.iter().map(|(_, _, texts)| texts.len()).sum::<usize>(), 12);
    for (code, name, texts) in &lines {
        let entry = ask(&catalog, "upload-post", "http", code);
        assert_eq!(title(&entry), name, "{code}");
        assert_eq!(messages(&entry), texts.iter().map(String::as_str).collect::<Vec<_>>(), "{code}");
        for text in texts {
            // The page writes X for a number.
            let text = text.replace(" X ", " 120 ");
            let rule = pack.messages().iter().find(|rule| rule.template.matches(&text).is_some());
            let rule = rule.unwrap_or_else(|| panic!("no template for `{text}`"));
            assert_eq!(rule.row.http.map(|status| status.to_string()).as_ref(), Some(code), "{text}");
        }
    }
    assert!(UPLOAD_POST.contains("(HTTP 200 OK)"));
    assert_eq!(title(&ask(&catalog, "upload-post", "http", "200")), "OK");
}

#[test]
fn upload_post_decodes_the_example_of_its_page() {
    // The page's example has a comment line, which makes it no JSON in the strict sense: people paste it like that.
    let start = UPLOAD_POST.find("{\n\"success\": true").expect("the example");
    let end = start + UPLOAD_POST[start..].find("\n}\n").expect("its end") + 2;
    let response = errview::input::Response::from_body("page", &UPLOAD_POST.as_bytes()[start..end]);
    let document = errview::document::Document::parse(response.body.clone());
    let decoded = errview::decode::decode(&Catalog::builtin(), &response, &document, &Default::default());
    assert_eq!(decoded.vendor.map(|vendor| vendor.id).as_deref(), Some("upload-post"));
    assert_eq!(decoded.verdict, errview::pack::Outcome::Partial);
    let items: Vec<_> = decoded.items.iter().map(|item| (item.label.source(), item.outcome)).collect();
    use errview::pack::Outcome::{Failure, Success};
    assert_eq!(items, [("tiktok", Success), ("instagram", Success), ("linkedin", Failure)]);
}

#[test]
fn every_row_can_be_traced_and_explained() {
    let catalog = Catalog::builtin();
    let mut wrong = Vec::new();
    for pack in ["http", "bitmovin", "upload-post", "movingimage", "netflix", "cloudview"] {
        let pack = catalog.pack(pack).expect("built in");
        for table in pack.tables() {
            for position in 0..table.rows.len() {
                let Some(entry) = catalog.entry(pack, table, position) else {
                    wrong.push(format!("{} {} row {position}: no entry", pack.id(), table.name));
                    continue;
                };
                let lacks = [
                    ("title", entry.title.is_none()),
                    ("meaning", entry.meaning.is_none()),
                    ("source", entry.source.is_none()),
                ];
                // What a vendor's row has from the HTTP table does not make the RFC its source.
                let borrowed = entry.source.as_ref().is_some_and(|source| source.source().starts_with("RFC"));
                if borrowed && pack.id() != "http" {
                    wrong.push(format!("{} {} {}: the base's source", pack.id(), table.name, entry.code.source()));
                }
                for (what, _) in lacks.into_iter().filter(|(_, lacks)| *lacks) {
                    wrong.push(format!("{} {} {}: no {what}", pack.id(), table.name, entry.code.source()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn http_has_every_registered_status() {
    let catalog = Catalog::builtin();
    let pack = catalog.pack("http").expect("built in");
    let table = pack.table("status").expect("the table");
    let (mut registered, mut met) = (Vec::new(), 0);
    for position in 0..table.rows.len() {
        let entry = catalog.entry(pack, table, position).expect("an entry");
        let unregistered = entry.source.as_ref().is_some_and(|source| source.source().starts_with("not registered"));
        assert_eq!(unregistered, entry.confidence != Confidence::Official, "{}", entry.code.source());
        if unregistered {
            met += 1;
        } else {
            registered.push(entry.code.source().parse::<u16>().expect("a number"));
        }
    }
    // The registry's assigned and reserved values as of 2025-09-15.
    let wanted: Vec<u16> = [100..=104, 200..=208, 226..=226, 300..=308, 400..=418, 421..=426, 428..=429, 431..=431]
        .into_iter()
        .chain([451..=451, 500..=508, 510..=511])
        .flatten()
        .collect();
    assert_eq!(registered, wanted);
    assert!(met > 20);
    for (code, name) in [("413", "Content Too Large"), ("422", "Unprocessable Content"), ("429", "Too Many Requests")] {
        assert_eq!(title(&ask(&catalog, "http", "status", code)), name);
    }
}
