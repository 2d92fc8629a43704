//! A vendor's own list of codes as the rows of a table: JSON, CSV or TSV in, TOML out.
//!
//! Which column is what is guessed by its name, unless it is said. Text is taken over letter for letter.

mod csv;

use std::collections::HashSet;
use std::fmt::Write as _;

use super::roles::normal;
use super::toml::{code as code_value, quote};
use crate::document::{Document, Format, NodeId, Value};
use crate::pack::source::MAX_ROWS;
use crate::text::{clean, plural};

/// Longest title that a list shows, in characters.
const TITLE: usize = 120;
/// How deep a list may stand in a JSON document.
const DEEPEST: usize = 8;

/// Columns that are named; what is not is guessed.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    /// The code.
    pub code: Option<String>,
    /// The vendor's words for it.
    pub title: Option<String>,
    /// What it means.
    pub meaning: Option<String>,
    /// What to do.
    pub action: Option<String>,
    /// The group it belongs to.
    pub family: Option<String>,
    /// The HTTP status.
    pub http: Option<String>,
    /// Whether repeating helps.
    pub retry: Option<String>,
    /// A page about it.
    pub url: Option<String>,
}

/// Why there is no table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// Neither an array of objects nor an object of objects or texts.
    #[error("there is no list in it")]
    NoList,
    /// No column with codes.
    #[error("none of the columns looks like a code: {0}")]
    NoCode(String),
    /// A column that is named and is not there.
    #[error("there is no column `{name}`")]
    NoColumn {
        /// The name.
        name: String,
        /// Those that are there.
        columns: String,
    },
}

impl TableError {
    /// What to try.
    pub fn hint(&self) -> String {
        match self {
            Self::NoList => "give a JSON array of objects, or CSV or TSV with a line of column names".into(),
            Self::NoCode(_) => "name it: `--code NAME`".into(),
            Self::NoColumn { columns, .. } => format!("there are {columns}"),
        }
    }
}

/// A table, written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The TOML of a `[[table]]`.
    pub text: String,
    /// What was guessed and what was left out, one line each.
    pub notes: Vec<String>,
}

/// A list: column names, and a value or nothing for each in each row.
struct List {
    columns: Vec<String>,
    rows: Vec<Vec<Option<String>>>,
}

/// Makes a `[[table]]` of that name from a list.
///
/// # Errors
///
/// When there is no list, or no column of codes in it.
pub fn list(bytes: &[u8], name: &str, columns: &Columns) -> Result<Listed, TableError> {
    let list = read(bytes)?;
    let chosen = Chosen::of(&list, columns)?;
    let mut notes = vec![chosen.words(&list)];
    let rows = chosen.rows(&list, &mut notes);
    let integer = !rows.is_empty() && rows.iter().all(|row| row.code.parse::<i64>().is_ok());
    let mut text = String::new();
    let _ = writeln!(text, "[[table]]\nname = {}\ntitle = {}", quote(name), quote(&title_of(name)));
    let _ = writeln!(text, "key = {}", if integer { "\"integer\"" } else { "\"string\"" });
    let families = families(&rows, integer, &mut notes);
    if !families.is_empty() {
        let _ = writeln!(text, "families = [");
        for (from, to, title) in families {
            let _ = writeln!(text, "  {{ from = {from}, to = {to}, title = {} }},", quote(&title));
        }
        let _ = writeln!(text, "]");
    }
    let _ = writeln!(text, "rows = [");
    for row in &rows {
        let _ = writeln!(text, "  {{ {} }},", row.write(integer));
    }
    let _ = writeln!(text, "]");
    Ok(Listed { text, notes })
}

/// `billing_errors` is `Billing errors`.
fn title_of(name: &str) -> String {
    let words = name.replace(['_', '-'], " ");
    let mut chars = words.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

fn read(bytes: &[u8]) -> Result<List, TableError> {
    let document = Document::parse(bytes);
    let nested = matches!(document.value(document.root()), Value::Array(_) | Value::Object(_));
    let list = if document.format() == Format::Json && nested {
        from_json(&document)
    } else {
        csv::read(&String::from_utf8_lossy(bytes)).map(|(columns, rows)| List { columns, rows })
    };
    list.filter(|list| !list.rows.is_empty()).ok_or(TableError::NoList)
}

/// The longest list in a document: an array of objects, or an object whose members are objects or texts under codes.
fn from_json(document: &Document) -> Option<List> {
    let mut best: Option<(usize, NodeId)> = None;
    let mut open = vec![(document.root(), 0)];
    while let Some((node, depth)) = open.pop() {
        let length = entries(document, node);
        if length > 0 && best.is_none_or(|(most, _)| length > most) {
            best = Some((length, node));
        }
        if depth < DEEPEST {
            let nested = |child: &NodeId| matches!(document.value(*child), Value::Array(_) | Value::Object(_));
            open.extend(document.children(node).filter(nested).map(|child| (child, depth + 1)));
        }
    }
    let (_, node) = best?;
    let by_key = matches!(document.value(node), Value::Object(_));
    let mut list = List { columns: if by_key { vec!["code".into()] } else { Vec::new() }, rows: Vec::new() };
    for child in document.children(node) {
        let mut row = vec![None; list.columns.len()];
        if by_key {
            row[0] = document.key(child).map(|key| key.source().to_owned());
        }
        let mut put = |name: &str, value: String| {
            let place = list.columns.iter().position(|column| column == name).unwrap_or_else(|| {
                list.columns.push(name.to_owned());
                list.columns.len() - 1
            });
            row.resize(list.columns.len(), None);
            row[place].get_or_insert(value);
        };
        match document.scalar(child).filter(|_| by_key) {
            Some(text) => put("title", text.source().to_owned()),
            None => {
                for member in document.children(child) {
                    let value = document.scalar(member).filter(|_| document.value(member) != Value::Null);
                    if let (Some(key), Some(value)) = (document.key(member), value) {
                        put(key.source(), value.source().to_owned());
                    }
                }
            }
        }
        list.rows.push(row);
    }
    Some(list)
}

/// How many rows a node would make; 0 where it is no list.
fn entries(document: &Document, node: NodeId) -> usize {
    let object = |child: NodeId| matches!(document.value(child), Value::Object(_));
    match document.value(node) {
        Value::Array(count) if document.children(node).all(object) => count,
        // Two that look like codes, for an envelope around the list is an object as well.
        Value::Object(count) => {
            let code = |child: NodeId| {
                let key = document.key(child).map(|key| key.source().to_owned()).unwrap_or_default();
                let shout = key.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_' || c == '-');
                let text = matches!(document.value(child), Value::String(_));
                !key.is_empty() && shout && (text || object(child))
            };
            if count > 1 && document.children(node).all(code) { count } else { 0 }
        }
        _ => 0,
    }
}

/// Which column is what, by position.
struct Chosen {
    code: usize,
    title: Option<usize>,
    meaning: Option<usize>,
    action: Option<usize>,
    family: Option<usize>,
    http: Option<usize>,
    retry: Option<usize>,
    url: Option<usize>,
}

const CODE: &[&str] = &[
    "code",
    "errorcode",
    "errcode",
    "errno",
    "number",
    "no",
    "id",
    "errorid",
    "key",
    "constant",
    "name",
    "error",
    "type",
    "reason",
];
const TITLE_NAMES: &[&str] =
    &["title", "name", "message", "errormessage", "msg", "summary", "text", "label", "error", "short"];
const MEANING: &[&str] =
    &["description", "meaning", "desc", "detail", "details", "explanation", "longdescription", "comment"];
const ACTION: &[&str] =
    &["action", "solution", "resolution", "whattodo", "howtofix", "fix", "remedy", "remediation", "hint"];
const FAMILY: &[&str] = &["category", "family", "group", "class", "section", "domain", "area"];
const HTTP: &[&str] = &["http", "status", "httpstatus", "statuscode", "httpcode", "httpstatuscode"];
const RETRY: &[&str] = &["retry", "retryhint", "retryable", "isretryable", "canretry", "transient", "retriable"];
const URL: &[&str] = &["url", "link", "docs", "documentation", "documentationurl", "help", "moreinfo", "href"];

impl Chosen {
    fn of(list: &List, columns: &Columns) -> Result<Self, TableError> {
        let all = || list.columns.iter().map(|name| format!("`{}`", clean(name))).collect::<Vec<_>>().join(", ");
        let mut taken: Vec<usize> = Vec::new();
        let said = [
            &columns.code,
            &columns.title,
            &columns.meaning,
            &columns.action,
            &columns.family,
            &columns.http,
            &columns.retry,
            &columns.url,
        ];
        // What is said comes first, so that no guess takes such a column away.
        let mut found: Vec<Option<usize>> = Vec::new();
        for name in said {
            let place = match name {
                None => None,
                Some(name) => {
                    let same = |column: &&String| *column == name || normal(column) == normal(name);
                    let place = list.columns.iter().position(|column| same(&column));
                    let none = || TableError::NoColumn { name: clean(name).into_string(), columns: all() };
                    Some(place.ok_or_else(none)?)
                }
            };
            taken.extend(place);
            found.push(place);
        }
        let guesses = [CODE, TITLE_NAMES, MEANING, ACTION, FAMILY, HTTP, RETRY, URL];
        for (place, names) in found.iter_mut().zip(guesses) {
            if place.is_none() {
                let column = |name: &&str| list.columns.iter().position(|column| normal(column) == **name);
                *place = names.iter().find_map(|name| column(name).filter(|column| !taken.contains(column)));
                taken.extend(*place);
            }
        }
        let [code, title, meaning, action, family, http, retry, url] = found.as_slice() else {
            return Err(TableError::NoList);
        };
        Ok(Self {
            code: code.ok_or_else(|| TableError::NoCode(all()))?,
            title: *title,
            meaning: *meaning,
            action: *action,
            family: *family,
            http: *http,
            retry: *retry,
            url: *url,
        })
    }

    /// What was taken for what, in a line.
    fn words(&self, list: &List) -> String {
        let roles = [
            ("code", Some(self.code)),
            ("title", self.title),
            ("meaning", self.meaning),
            ("action", self.action),
            ("family", self.family),
            ("http", self.http),
            ("retry", self.retry),
            ("url", self.url),
        ];
        let words: Vec<String> = roles
            .iter()
            .filter_map(|(role, column)| Some(format!("{role} = `{}`", clean(list.columns.get((*column)?)?))))
            .collect();
        format!("{}; {}", plural(list.rows.len(), "row"), words.join(", "))
    }

    fn rows(&self, list: &List, notes: &mut Vec<String>) -> Vec<Row> {
        let mut rows: Vec<Row> = Vec::new();
        let mut seen = HashSet::new();
        let (mut empty, mut twice, mut over) = (0, 0, 0);
        for cells in &list.rows {
            let cell = |column: Option<usize>| {
                let text = cells.get(column?)?.as_deref()?.trim();
                (!text.is_empty()).then(|| text.to_owned())
            };
            let Some(code) = cell(Some(self.code)) else {
                empty += 1;
                continue;
            };
            // What a spreadsheet makes of a number.
            let code =
                code.strip_suffix(".0").filter(|code| code.parse::<i64>().is_ok()).map(str::to_owned).unwrap_or(code);
            if !seen.insert(code.clone()) {
                twice += 1;
            } else if rows.len() >= MAX_ROWS {
                over += 1;
            } else {
                rows.push(Row {
                    title: cell(self.title),
                    meaning: cell(self.meaning),
                    action: cell(self.action),
                    family: cell(self.family),
                    http: cell(self.http)
                        .and_then(|text| text.parse().ok())
                        .filter(|status| (100..600).contains(status)),
                    retry: cell(self.retry).and_then(|text| retry(&text)),
                    url: cell(self.url).filter(|text| text.starts_with("http")),
                    code,
                });
            }
        }
        let told =
            [(empty, "without a code"), (twice, "whose code is there already"), (over, "more than a pack may hold")];
        notes.extend(
            told.iter()
                .filter(|(count, _)| *count > 0)
                .map(|(count, why)| format!("left out: {} {why}", plural(*count, "row"))),
        );
        rows
    }
}

/// One row of the vendor's list.
struct Row {
    code: String,
    title: Option<String>,
    meaning: Option<String>,
    action: Option<String>,
    family: Option<String>,
    http: Option<u16>,
    retry: Option<&'static str>,
    url: Option<String>,
}

impl Row {
    fn write(&self, integer: bool) -> String {
        let mut parts = vec![format!("code = {}", code_value(&self.code, integer))];
        let long = |title: &&String| title.chars().count() > TITLE || title.contains('\n');
        let title = self.title.as_ref().or(self.meaning.as_ref()).unwrap_or(&self.code);
        match Some(title).filter(long) {
            None => parts.push(format!("title = {}", quote(title))),
            Some(title) => {
                parts.push(format!("title = {}", quote(&shorten(title))));
                parts.push(format!("messages = [{}]", quote(title)));
            }
        }
        let meaning = self.meaning.as_ref().filter(|meaning| *meaning != title);
        for (name, text) in [("meaning", meaning), ("action", self.action.as_ref()), ("url", self.url.as_ref())] {
            if let Some(text) = text {
                parts.push(format!("{name} = {}", quote(text)));
            }
        }
        parts.extend(self.http.map(|status| format!("http = {status}")));
        parts.extend(self.retry.map(|retry| format!("retry = {}", quote(retry))));
        parts.join(", ")
    }
}

/// What a list says about repeating, as far as it can be told.
fn retry(text: &str) -> Option<&'static str> {
    match normal(text).as_str() {
        "no" | "false" | "never" | "noretry" | "0" | "n" => Some("no"),
        "yes" | "true" | "retry" | "backoff" | "transient" | "1" | "y" => Some("backoff"),
        "fix" => Some("fix"),
        "wait" => Some("wait"),
        "poll" => Some("poll"),
        _ => None,
    }
}

/// The first sentence, or what fits of it.
fn shorten(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or(text);
    let sentence = line.split_once(". ").map_or(line, |(first, _)| first);
    if sentence.chars().count() <= TITLE {
        return sentence.to_owned();
    }
    sentence.chars().take(TITLE - 1).chain(['…']).collect()
}

/// Groups as ranges of codes, where each is one; a group whose codes lie among another's cannot be said so.
fn families(rows: &[Row], integer: bool, notes: &mut Vec<String>) -> Vec<(i64, i64, String)> {
    let named = rows.iter().any(|row| row.family.is_some());
    if !integer || !named {
        if named {
            notes.push("left out: the groups, because they are not ranges of numbers".into());
        }
        return Vec::new();
    }
    let mut families: Vec<(i64, i64, String)> = Vec::new();
    for row in rows {
        let (Some(family), Ok(code)) = (&row.family, row.code.parse::<i64>()) else { continue };
        match families.iter_mut().find(|(_, _, title)| title == family) {
            Some((from, to, _)) => (*from, *to) = ((*from).min(code), (*to).max(code)),
            None => families.push((code, code, family.clone())),
        }
    }
    families.sort();
    let apart = families.windows(2).all(|pair| pair[0].1 < pair[1].0);
    if !apart {
        notes.push("left out: the groups, because their codes are mixed".into());
        return Vec::new();
    }
    families
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &str) -> (Vec<String>, Vec<String>) {
        let Listed { text, notes } = list(bytes.as_bytes(), "errors", &Columns::default()).expect("a list");
        let pack = format!("pack = 1\nid = \"a\"\nname = \"A\"\n{text}\n[[sample]]\nbody = '{{}}'\n");
        let compiled =
            crate::pack::source::parse(&pack, "a", &|_| None).unwrap_or_else(|errors| panic!("{errors:?}\n{text}"));
        assert!(!compiled.content.tables[0].rows.is_empty());
        let rows = text.lines().filter(|line| line.starts_with("  ")).map(|line| line.trim().to_owned()).collect();
        (rows, notes)
    }

    #[test]
    fn a_nested_json_list_becomes_rows() {
        let (rows, notes) = lines(
            r#"{"data":{"result":{"total":3,"items":[
                {"code":1001,"category":"General","description":"Bad \"x\"","retryHint":"NO_RETRY"},
                {"code":1002,"category":"General","message":"Slow","description":"Too slow","retryHint":"RETRY","httpStatus":503},
                {"code":2001,"category":"Other","description":"Else"},{"code":2001},{"category":"none"}]}}}"#,
        );
        assert_eq!(
            rows,
            [
                r#"{ from = 1001, to = 1002, title = "General" },"#,
                r#"{ from = 2001, to = 2001, title = "Other" },"#,
                r#"{ code = 1001, title = "Bad \"x\"", retry = "no" },"#,
                r#"{ code = 1002, title = "Slow", meaning = "Too slow", http = 503, retry = "backoff" },"#,
                r#"{ code = 2001, title = "Else" },"#,
            ]
        );
        assert_eq!(
            notes,
            [
                "5 rows; code = `code`, title = `message`, meaning = `description`, family = `category`, http = `httpStatus`, retry = `retryHint`",
                "left out: 1 row without a code",
                "left out: 1 row whose code is there already",
            ]
        );
    }

    #[test]
    fn csv_tsv_and_objects_become_rows() {
        let (rows, _) = lines("Error Code;Name\r\n\"E;1\";\"say \"\"hi\"\"\r\nthere\"\r\nE2;\r\n");
        assert_eq!(
            rows,
            [
                r#"{ code = "E;1", title = "say \"hi\"", messages = ["say \"hi\"\nthere"] },"#,
                r#"{ code = "E2", title = "E2" },"#
            ]
        );
        let (rows, _) = lines("id\tmessage\n1.0\tOne\n2\tTwo\n");
        assert_eq!(rows, [r#"{ code = 1, title = "One" },"#, r#"{ code = 2, title = "Two" },"#]);
        let (rows, _) = lines(r#"{"errors":{"E_GONE":"Gone","E_FULL":"Full"}}"#);
        assert_eq!(rows, [r#"{ code = "E_GONE", title = "Gone" },"#, r#"{ code = "E_FULL", title = "Full" },"#]);
        let (rows, _) = lines(r#"[{"name":"gone","description":"It is gone"}]"#);
        assert_eq!(rows, [r#"{ code = "gone", title = "It is gone" },"#]);
    }

    #[test]
    fn what_is_no_list_is_refused() {
        let of = |text: &str, columns: &Columns| list(text.as_bytes(), "t", columns).err();
        assert_eq!(of("", &Columns::default()), Some(TableError::NoList));
        assert_eq!(of("{\"a\":1}", &Columns::default()), Some(TableError::NoList));
        assert_eq!(of("[{\"colour\":1}]", &Columns::default()), Some(TableError::NoCode("`colour`".into())));
        let columns = Columns { code: Some("nr".into()), ..Columns::default() };
        let none = TableError::NoColumn { name: "nr".into(), columns: "`code`, `title`".into() };
        assert_eq!(of("code,title\n1,x\n", &columns), Some(none));
        let columns = Columns { code: Some("Colour".into()), ..Columns::default() };
        assert_eq!(of("[{\"colour\":1}]", &columns), None);
    }
}
