//! A pack's TOML text, checked and compiled.
//!
//! In: the text of a file and its name. Out: a [`Compiled`] pack, or everything that is wrong with it, each with line
//! and column. It reads no file itself and knows no other pack: what a pack says of others is listed in
//! [`Compiled::references`] for whoever puts packs together. The build script compiles this file as well, so that
//! built-in packs and those of users go through the same door.

mod keys;
mod message;
mod problem;
mod row;
mod shape;

use toml::de::DeTable;

pub(crate) use problem::quoted;
pub use problem::{PackError, PackErrorKind};

pub(crate) use self::keys::{File, Keys, Node};
use super::alike;
use super::model::{Content, Head, Lifecycle, MessageRule, Packed, Rank, Sample, Shape, Table};

/// Largest file, in bytes.
pub const MAX_BYTES: usize = 1024 * 1024;
/// Most rows of all tables of a pack.
pub const MAX_ROWS: usize = 20_000;
/// Most message templates of a pack.
pub const MAX_TEMPLATES: usize = 500;

/// A pack that is right as far as it can be told without the others.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// What detection needs.
    pub head: Head,
    /// What decoding needs.
    pub content: Content,
    /// The pack's own tests.
    pub samples: Vec<Sample>,
    /// Other packs and tables that it names.
    pub references: Vec<Reference>,
}

/// A name of another pack, or of a table in one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The pack's id.
    pub pack: String,
    /// The table in it, if one is named.
    pub table: Option<String>,
    /// The file that names it, cleaned.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
}

impl Reference {
    /// The error to report when it leads nowhere; `ids` are the packs that are there.
    pub fn error<'a>(&self, ids: impl IntoIterator<Item = &'a str>, pack_known: bool) -> PackError {
        let (message, hint) = match &self.table {
            Some(table) if pack_known => (format!("the pack `{}` has no table {}", self.pack, quoted(table)), None),
            _ => {
                let near = alike::nearest(&self.pack, ids).map(|id| format!("did you mean `{id}`?"));
                (format!("there is no pack {}", quoted(&self.pack)), near)
            }
        };
        let (file, line, column) = (self.file.clone(), self.line, self.column);
        PackError { kind: PackErrorKind::Reference, file, line, column, message, hint }
    }
}

/// Checks and compiles a pack. `file` is only for messages; `read` gives the content of a sample's file.
///
/// # Errors
///
/// Everything that is wrong, in the order of the file; never an empty list.
pub fn parse(text: &str, file: &str, read: &dyn Fn(&str) -> Option<String>) -> Result<Compiled, Vec<PackError>> {
    let source = File::new(file, text);
    if text.len() > MAX_BYTES {
        let message = format!("the file has more than {MAX_BYTES} bytes");
        source.note(0, PackErrorKind::Limit, message, Some("split it: a pack can `extends` its own id".to_owned()));
        return Err(source.into_errors());
    }
    let table = match DeTable::parse(text) {
        Ok(table) => table,
        Err(error) => {
            // The first only: what follows a missing bracket is mostly noise.
            let message = crate::text::clean(&lower_first(error.message())).to_string();
            source.note(error.span().map_or(0, |span| span.start), PackErrorKind::Syntax, message, None);
            return Err(source.into_errors());
        }
    };
    let compiled = compile(&source, table.get_ref(), read);
    let references = source.references();
    let errors = source.into_errors();
    match compiled {
        Some((head, content, samples)) if errors.is_empty() => Ok(Compiled { head, content, samples, references }),
        _ => Err(errors),
    }
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

fn compile<'a>(
    file: &'a File<'a>,
    table: &'a DeTable<'a>,
    read: &dyn Fn(&str) -> Option<String>,
) -> Option<(Head, Content, Vec<Sample>)> {
    let keys = Keys::new(file, table, 0);
    let format = keys.need("pack").and_then(|node| node.integer().map(|number| (node, number)));
    if let Some((node, number)) = format
        && number != 1
    {
        let hint = "this errview reads format 1".to_owned();
        node.note(PackErrorKind::Format, format!("pack format `{number}` is not known"), Some(hint));
        // Whatever else there is, it is not ours to judge.
        return None;
    }
    let mut head = identity(&keys)?;
    let partial = head.extends.as_deref() == Some(head.id.as_str());
    file.set_owner(&head.id);
    head.shapes = shapes(&keys).into_iter().map(Packed::from).collect();
    head.limits = keys.get("limits").map(shape::limits).unwrap_or_default();
    let tables = tables(&keys, &head.id, partial);
    let messages = messages(&keys);
    if !partial {
        file.settle_own(&tables);
    }
    let samples = samples(&keys, &head.shapes, partial, read);
    keys.finish();
    Some((head, Content { tables, messages: messages.into() }, samples))
}

const RANKS: &[(&str, Rank)] = &[
    ("vendor", Rank::Vendor),
    ("standard", Rank::Standard),
    ("framework", Rank::Framework),
    ("generic", Rank::Generic),
];

const LIFECYCLES: &[(&str, Lifecycle)] = &[("active", Lifecycle::Active), ("retired", Lifecycle::Retired)];

fn identity(keys: &Keys<'_>) -> Option<Head> {
    let id = keys.need("id").and_then(pack_id);
    let name = keys.need("name").and_then(|node| node.words());
    let pack = |node: &Node<'_>| {
        let other = pack_id(*node)?;
        node.file().refer_pack(node.start(), &other);
        Some(other)
    };
    Some(Head {
        id: id.unwrap_or_default(),
        name: name.unwrap_or_default(),
        aliases: keys.list("aliases").into_iter().filter_map(alias).collect(),
        hosts: keys.list("hosts").into_iter().filter_map(host).collect(),
        docs: keys.words("docs"),
        source: keys.words("source"),
        verified: keys.get("verified").and_then(|node| node.date()),
        missing: keys.words("missing"),
        lifecycle: keys.get("lifecycle").and_then(|node| node.word(LIFECYCLES)).unwrap_or_default(),
        rank: keys.get("rank").and_then(|node| node.word(RANKS)).unwrap_or_default(),
        extends: keys.get("extends").as_ref().and_then(pack),
        quotes: keys.list("quotes").iter().filter_map(pack).collect(),
        shapes: Vec::new(),
        limits: Vec::new(),
    })
}

fn pack_id(node: Node<'_>) -> Option<String> {
    let text = node.text()?;
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if text.is_empty() || !text.chars().all(allowed) || text.starts_with('-') {
        let hint = "lower-case letters, digits and `-`".to_owned();
        node.note(PackErrorKind::Value, format!("{} is no id", quoted(text)), Some(hint));
        return None;
    }
    Some(text.to_owned())
}

fn alias(node: Node<'_>) -> Option<String> {
    let text = node.text()?;
    // `alias:code` and `alias/table` must stay readable.
    if text.is_empty() || text.contains([':', '/']) || text.contains(char::is_whitespace) {
        let hint = "no blanks, no `:`, no `/`".to_owned();
        node.note(PackErrorKind::Value, format!("{} is no alias", quoted(text)), Some(hint));
        return None;
    }
    Some(text.to_owned())
}

fn host(node: Node<'_>) -> Option<String> {
    let text = node.text()?;
    let name = text.strip_prefix("*.").unwrap_or(text);
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    if name.is_empty() || !name.chars().all(allowed) {
        let hint = "write `api.example.com` or `*.example.com`".to_owned();
        node.note(PackErrorKind::Value, format!("{} is no host name", quoted(text)), Some(hint));
        return None;
    }
    Some(text.to_ascii_lowercase())
}

fn shapes(keys: &Keys<'_>) -> Vec<Shape> {
    let placed: Vec<(Node<'_>, Shape)> =
        keys.list("shape").into_iter().filter_map(|node| Some((node, shape::shape(node)?))).collect();
    if let Some((node, _)) = placed.first() {
        let names = placed.iter().map(|(node, shape)| (node.start(), shape.name.as_str()));
        shape::unique(node.file(), "shape", names);
    }
    placed.into_iter().map(|(_, shape)| shape).collect()
}

fn tables(keys: &Keys<'_>, id: &str, partial: bool) -> Vec<Table> {
    let nodes = keys.list("table");
    let placed: Vec<(usize, Table)> =
        nodes.iter().filter_map(|node| Some((node.start(), row::table(*node, partial)?))).collect();
    if let Some(file) = nodes.first().map(Node::file) {
        shape::unique(file, "table", placed.iter().map(|(at, table)| (*at, table.name.as_str())));
        row::check_bases(file, id, &placed);
        let rows: usize = placed.iter().map(|(_, table)| table.rows.len()).sum();
        if rows > MAX_ROWS {
            let message = format!("{rows} rows");
            file.note(0, PackErrorKind::Limit, message, Some(format!("a pack has {MAX_ROWS} at most")));
        }
    }
    placed.into_iter().map(|(_, table)| table).collect()
}

fn messages(keys: &Keys<'_>) -> Vec<MessageRule> {
    let nodes = keys.list("message");
    if let Some(node) = nodes.get(MAX_TEMPLATES) {
        let message = format!("{} message templates", nodes.len());
        node.note(PackErrorKind::Limit, message, Some(format!("a pack has {MAX_TEMPLATES} at most")));
        return Vec::new();
    }
    let placed: Vec<(usize, MessageRule)> =
        nodes.iter().filter_map(|node| Some((node.start(), message::message(*node)?))).collect();
    if let Some(node) = nodes.first() {
        let names = placed.iter().map(|(at, rule)| (*at, rule.id.as_str()));
        shape::unique(node.file(), "message", names);
    }
    placed.into_iter().map(|(_, rule)| rule).collect()
}

fn samples(
    keys: &Keys<'_>,
    shapes: &[Packed<Shape>],
    partial: bool,
    read: &dyn Fn(&str) -> Option<String>,
) -> Vec<Sample> {
    let nodes = keys.list("sample");
    if nodes.is_empty() && !keys.has("sample") {
        let hint = "add a [[sample]] with a `body` and what to `expect` of it".to_owned();
        keys.note(PackErrorKind::Sample, "a pack needs a sample".to_owned(), Some(hint));
    }
    let mut samples = Vec::new();
    for node in nodes {
        let Some(sample) = message::sample(node, read) else { continue };
        if let Some(wanted) = sample.expect.shape.as_deref()
            && !partial
            && !shapes.iter().any(|shape| shape.name == wanted)
        {
            let near = alike::nearest(wanted, shapes.iter().map(|shape| shape.name.as_str()));
            let hint = near.map(|name| format!("did you mean `{name}`?"));
            node.note(PackErrorKind::Reference, format!("there is no shape {}", quoted(wanted)), hint);
        }
        samples.push(sample);
    }
    samples
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"
pack = 1
id = "acme"
name = "Acme"
verified = 2026-01-31
hosts = ["*.acme.example"]
[[shape]]
require = [ { path = "ä.code", type = "integer" }, [ { header = "X-Acme", re = '^a' }, { path = "b", in = [1, "x", true] } ] ]
outcome = [ { path = "status", success = "ok", else = "failure" }, { items = true } ]
codes = [ { path = "ä.code", table = "errors", strip = "aws" } ]
messages = [ { each = "list[*]", default = "error", links = ["url"] } ]
[[shape.items]]
each = "results.*"
label = ["@key", "name"]
label_is = "call"
[limits]
headers = [ { limit = "X-Limit", window = 60 } ]
[[table]]
name = "errors"
key = "integer"
families = [ { from = 1, to = 9, title = "Low" } ]
rows = [ { code = 1, title = "One" }, { code = 0x10, title = "Sixteen", parent = 1 } ]
[[message]]
id = "m"
template = "{n:int} of {m:int} {rest}"
codes = ["errors:{n}"]
[[sample]]
body = '{"ä":{"code":1}}'
expect = { shape = "error", items = { z = "success", a = "failure" } }
"#;

    fn errors(text: &str) -> Vec<PackError> {
        parse(text, "acme.toml", &|_| None).err().unwrap_or_default()
    }

    #[test]
    fn compiles_what_is_right() {
        let pack = parse(WHOLE, "acme.toml", &|_| None).unwrap_or_else(|errors| panic!("{errors:?}"));
        assert_eq!(pack.head.verified.as_deref(), Some("2026-01-31"));
        assert_eq!(pack.head.limits[0].limit.as_deref(), Some("x-limit"));
        assert_eq!(pack.head.shapes[0].name, "error");
        assert_eq!(pack.head.shapes[0].items[0].label.len(), 3);
        assert_eq!(pack.content.tables[0].rows[1].code, "16");
        assert_eq!(pack.references, []);
        // Labels stay in the order of the file.
        let items = pack.samples[0].expect.items.as_ref().expect("items");
        assert_eq!(items.iter().map(|(label, _)| label.as_str()).collect::<Vec<_>>(), ["z", "a"]);
    }

    #[test]
    fn any_prefix_and_any_missing_line_are_read_without_panic() {
        for (end, _) in WHOLE.char_indices() {
            let _ = errors(&WHOLE[..end]);
        }
        let lines: Vec<&str> = WHOLE.lines().collect();
        for gap in 0..lines.len() {
            let text: Vec<&str> =
                lines.iter().enumerate().filter(|(at, _)| *at != gap).map(|(_, line)| *line).collect();
            let found = errors(&text.join("\n"));
            assert!(found.iter().all(|error| error.line >= 1 && error.line < lines.len() && error.column >= 1));
        }
    }

    #[test]
    fn values_of_any_type_are_refused_where_they_do_not_belong() {
        // Every value of the file in turn becomes something else; what is told must name a line that is there.
        let others = ["1", "-7", "1.5", "true", "\"\"", "\"[\"", "[]", "[[]]", "{}", "{ x = 1 }", "2026-01-31"];
        for (position, line) in WHOLE.lines().enumerate() {
            let Some((key, _)) = line.split_once(" = ").filter(|(key, _)| !key.contains(['[', '{'])) else { continue };
            for other in others {
                let changed = |(at, line): (usize, &str)| {
                    if at == position { format!("{key} = {other}\n") } else { format!("{line}\n") }
                };
                let text: String = WHOLE.lines().enumerate().map(changed).collect();
                for error in errors(&text) {
                    assert!(error.line <= WHOLE.lines().count() && !error.message.is_empty(), "{}", error.in_full());
                }
            }
        }
    }

    #[test]
    fn deep_nesting_is_refused() {
        let text = format!("pack = 1\nid = \"a\"\nname = \"A\"\naliases = {}\n", "[".repeat(100_000));
        assert_eq!(errors(&text)[0].kind, PackErrorKind::Syntax);
        let text = format!("{}\n", "a.".repeat(50_000) + "b = 1");
        assert!(!errors(&text).is_empty());
    }

    #[test]
    fn all_errors_are_told_at_once_in_the_order_of_the_file() {
        let text = "pack = 1\nid = \"A\"\n[[shape]]\nweek = true\nhttp = \"a..b\"\n";
        let told: Vec<String> = errors(text).iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "acme.toml:1:1: the key `name` is missing",
                "acme.toml:1:1: a pack needs a sample",
                "acme.toml:2:6: `A` is no id",
                "acme.toml:4:1: unknown key `week`",
                "acme.toml:5:11: bad path `a..b`: unexpected `.` at character 3",
            ]
        );
    }
}
