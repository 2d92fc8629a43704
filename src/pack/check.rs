//! What is not wrong in a pack but not good either: for `errview pack check`.
//!
//! In: a pack that compiled. Out: one [`Lint`] for each doubt. What needs detection and decoding (samples run, samples
//! against other packs) is not here.

mod reach;
mod spot;

use std::collections::{HashMap, HashSet};
use std::fmt;

use super::code::key;
use super::model::{Clause, Condition, Content, Head, MessageRule, On, Place, Row, Shape, Table, Test};
use super::source::{Compiled, quoted};
use crate::document::path::Step;

pub use self::spot::{Places, Spot};

/// Longest title that a list can show.
const LONGEST_TITLE: usize = 120;
/// Months after which facts should be looked at again.
const STALE_MONTHS: i32 = 24;

/// Something that the author of a pack should look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lint {
    /// What it is about.
    pub kind: LintKind,
    /// Where, for finding it in the file.
    pub spot: Spot,
    /// Where: `table errors, code 7`; fit to be shown.
    pub place: String,
    /// What is doubtful: lower case, values in backticks, fit to be shown.
    pub message: String,
}

impl fmt::Display for Lint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

/// Kinds of doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LintKind {
    /// A row that has no title and nowhere to get one.
    Untitled,
    /// A title that no list can show.
    LongTitle,
    /// Codes that differ only in case.
    SimilarCodes,
    /// A code to see that is not there.
    SeeNothing,
    /// A path that leads somewhere in no sample.
    Unreached,
    /// A template that is never tried, because an earlier one takes its texts.
    Shadowed,
    /// An explanation that names a hole which the template does not have.
    NoSuchHole,
    /// A shape that anybody's body could have.
    SoftShape,
    /// Facts that were last checked long ago, or never.
    Stale,
}

impl LintKind {
    /// What to do about it.
    pub fn hint(self) -> &'static str {
        match self {
            Self::Untitled => "write the vendor's words for it as `title`, or name a table to fall back to as `base`",
            Self::LongTitle => "keep the first sentence, and put the rest into `messages` or `meaning`",
            Self::SimilarCodes => "say `fold = true` in the table if the vendor does not tell them apart",
            Self::SeeNothing => "mend the code, or add its row",
            Self::Unreached => "add a sample that has it, or mend the path",
            Self::Shadowed => "put the narrower template first",
            Self::NoSuchHole => "use a name that stands in the template's braces",
            Self::SoftShape => {
                "require a value, a header or a second member with its type; or say `weak = true`: then a known code \
                 or message must speak for the vendor"
            }
            Self::Stale => "compare with the vendor's page, then set `verified` to that day",
        }
    }
}

/// The doubts about a pack. `today` is a date, `YYYY-MM-DD`.
pub fn lint(compiled: &Compiled, today: &str) -> Vec<Lint> {
    let mut lints = Vec::new();
    age(&compiled.head, today, &mut lints);
    shapes(&compiled.head, &mut lints);
    reach::paths(&compiled.head.shapes, &compiled.samples, &mut lints);
    for table in &compiled.content.tables {
        rows(table, &mut lints);
    }
    messages(&compiled.content, &mut lints);
    lints
}

fn age(head: &Head, today: &str, lints: &mut Vec<Lint>) {
    let message = match (&head.verified, months(today)) {
        (None, _) => "no `verified`: nobody can tell how old the facts are".to_owned(),
        (Some(verified), Some(today)) => match months(verified) {
            Some(then) if today - then > STALE_MONTHS => {
                format!("last verified on {}, more than {STALE_MONTHS} months ago", quoted(verified))
            }
            _ => return,
        },
        (Some(_), None) => return,
    };
    let spot = if head.verified.is_some() { Spot::Key("verified") } else { Spot::Key("id") };
    lints.push(Lint { kind: LintKind::Stale, spot, place: "pack".to_owned(), message });
}

/// Months since the year 0; days do not matter at this scale.
fn months(date: &str) -> Option<i32> {
    let mut parts = date.splitn(3, '-');
    let year: i32 = parts.next()?.parse().ok()?;
    let month: i32 = parts.next()?.parse().ok()?;
    Some(year * 12 + month)
}

fn shapes(head: &Head, lints: &mut Vec<Lint>) {
    for shape in &head.shapes {
        if !shape.weak && head.rank != super::Rank::Generic && !is_hard(shape) {
            let message = "nothing in it is this vendor's alone (no `is`, `in`, `re`, header or `only`, nor two \
                           members with their types, nor a name that nobody else has)"
                .to_owned();
            let place = format!("shape {}", quoted(&shape.name));
            let spot = Spot::Shape(shape.name.clone(), None);
            lints.push(Lint { kind: LintKind::SoftShape, spot, place, message });
        }
    }
}

/// Whether a value, a header or a closed set of keys is required: in a clause of alternatives by each of them. Two
/// members of given types do as well, which is what detection calls two independent marks; so does a name that is
/// nobody else's.
fn is_hard(shape: &Shape) -> bool {
    let value = |one: &Condition| matches!(one.test, Test::Is(_) | Test::In(_) | Test::Matches(_));
    let odd = |one: &Condition| match &one.place {
        Place::Header(_) | Place::Parameter(..) => true,
        Place::Body(path) => path.steps.iter().any(|step| matches!(step, Step::Name(name) if !is_common(name))),
    };
    let hard = |clause: &Clause| clause.iter().all(|one| value(one) || odd(one));
    let typed = |clause: &&Clause| clause.iter().all(|one| !matches!(one.test, Test::Exists));
    !shape.only.is_empty() || shape.require.iter().any(hard) || shape.require.iter().filter(typed).count() > 1
}

/// Whether a member of that name is everybody's. Dividers and case do not matter.
pub fn is_common(name: &str) -> bool {
    const COMMON: &str = " body cause code data description detail details err errcode errmsg errno error errorcode \
                          errordescription errormessage errors fault id info items kind message messages meta msg name \
                          number ok path reason requestid response result results state status statuscode success text \
                          time timestamp title type url value ";
    let name: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    name.len() < 3 || COMMON.split(' ').any(|common| common == name)
}

fn rows(table: &Table, lints: &mut Vec<Lint>) {
    let mut by_code: HashMap<_, &Row> = HashMap::new();
    for row in table.rows.iter() {
        by_code.entry(key(table, row.code.source())).or_insert(row);
    }
    let mut folded: HashMap<String, &Row> = HashMap::new();
    for (position, row) in table.rows.iter().enumerate() {
        let mut add = |kind: LintKind, message: String| {
            let place = format!("table {}, code {}", quoted(&table.name), quoted(row.code.source()));
            lints.push(Lint { kind, spot: Spot::Row(table.name.clone(), position), place, message });
        };
        match &row.title {
            None if table.base.is_none() && row.parent.is_none() => add(LintKind::Untitled, "no title".to_owned()),
            Some(title) if title.source().chars().count() > LONGEST_TITLE => {
                let length = title.source().chars().count();
                let message = format!("a title of {length} characters, lists show {LONGEST_TITLE} at most");
                add(LintKind::LongTitle, message);
            }
            _ => {}
        }
        let similar = folded.entry(row.code.source().to_lowercase()).or_insert(row);
        if similar.code != row.code && key(table, similar.code.source()) != key(table, row.code.source()) {
            let message =
                format!("differs from {} only in case; `fold = true` makes them one", quoted(similar.code.source()));
            add(LintKind::SimilarCodes, message);
        }
        for see in &row.see {
            if table.base.is_none() && !by_code.contains_key(&key(table, see.source())) {
                add(LintKind::SeeNothing, format!("see {}: not in this table", quoted(see.source())));
            }
        }
    }
}

fn messages(content: &Content, lints: &mut Vec<Lint>) {
    for (position, rule) in content.messages.iter().enumerate() {
        let mut add = |kind: LintKind, message: String| {
            let place = format!("message {}", quoted(&rule.id));
            lints.push(Lint { kind, spot: Spot::Message(rule.id.clone()), place, message });
        };
        let example = rule.template.example();
        let earlier = content.messages[..position]
            .iter()
            .find(|other| meet(other, rule) && other.template.matches(&example).is_some());
        if let Some(earlier) = earlier {
            let message = format!("never tried: the earlier {} takes its texts", quoted(&earlier.id));
            add(LintKind::Shadowed, message);
        }
        let holes: HashSet<&str> = rule.template.holes().collect();
        let explain = rule.explain.as_ref().map_or("", |explain| explain.source());
        let names = explain.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name);
        for name in names.filter(|name| !holes.contains(name)) {
            add(LintKind::NoSuchHole, format!("the template has no hole {}", quoted(name)));
        }
    }
}

/// Whether the earlier rule is tried wherever the later one is.
fn meet(earlier: &MessageRule, later: &MessageRule) -> bool {
    earlier.on == On::Any || earlier.on == later.on
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::source::parse;

    const DOUBTFUL: &str = r#"
pack = 1
id = "acme"
name = "Acme"
verified = 2024-01-31

[[shape]]
name = "soft"
require = [ { path = "a" }, [ { path = "b", is = 1 }, { path = "c" } ] ]
title = ["text", "elsewhere.text"]
request_id = { header = "x-acme-id" }
codes = [ { path = "a", table = "errors" }, { header = "x-acme-code", table = "errors" } ]

[[shape.items]]
each = "list[*]"
label = ["name", "title"]
text = "why"
items = { each = "more.*", label = "@key", text = "deep" }

[[shape.items]]
each = "nothing[*]"
label = "name"

[[shape]]
name = "hard"
only = ["a"]

[[shape]]
name = "weak"
weak = true

[[table]]
name = "errors"
rows = [
  { code = "Gone" },
  { code = "gone", title = "Gone for good", see = ["Lost", "Gone"] },
  { code = "Child", parent = "gone" },
]

[[message]]
id = "any"
template = "the {thing} is {state}"

[[message]]
id = "shadowed"
template = "The lid is {state}"
on = "item"
explain = "It is {state}, {since}."

[[message]]
id = "other"
template = "{thing} closed"

[[sample]]
body = '{"a":1,"b":1,"text":"t","list":[{"name":"n","more":{"x":{"deep":"d"}}}]}'
headers = { "X-Acme-Code" = "7" }
expect = { shape = "soft" }

[[sample]]
body = '{"elsewhere":{"text":"not of this shape"}}'
expect = { shape = "hard" }
"#;

    #[test]
    fn common_names_are_known() {
        assert!(is_common("error") && is_common("errorCode") && is_common("request_id") && is_common("no"));
        assert!(!is_common("acme_err") && !is_common("cameraId"));
    }

    #[test]
    fn doubts_are_told() {
        let mut text = DOUBTFUL.to_owned();
        let long = "x".repeat(121);
        text = text.replace(
            "{ code = \"Child\"",
            &format!("{{ code = \"Long\", title = \"{long}\" }},\n  {{ code = \"Child\""),
        );
        let compiled = parse(&text, "acme.toml", &|_| None).unwrap_or_else(|errors| panic!("{errors:?}"));
        let told: Vec<String> = lint(&compiled, "2026-03-01").iter().map(ToString::to_string).collect();
        let wanted = [
            "pack: last verified on `2024-01-31`, more than 24 months ago",
            "shape `soft`: nothing in it is this vendor's alone (no `is`, `in`, `re`, header or `only`, nor two members with their types, nor a name that nobody else has)",
            "shape `soft`: no sample reaches the title `elsewhere.text`",
            "shape `soft`: no sample reaches the label `title` of the items `list[*]`",
            "shape `soft`: no sample reaches the text `why` of the items `list[*]`",
            "shape `soft`: no sample reaches the items `nothing[*]`",
            "shape `weak`: no sample reaches it",
            "table `errors`, code `Gone`: no title",
            "table `errors`, code `gone`: differs from `Gone` only in case; `fold = true` makes them one",
            "table `errors`, code `gone`: see `Lost`: not in this table",
            "table `errors`, code `Long`: a title of 121 characters, lists show 120 at most",
            "message `shadowed`: never tried: the earlier `any` takes its texts",
            "message `shadowed`: the template has no hole `since`",
        ];
        assert_eq!(told, wanted);
        let places = Places::of(&text);
        let lints = lint(&compiled, "2026-03-01");
        let lines: Vec<_> = lints.iter().map(|lint| places.find(&lint.spot).0).collect();
        assert_eq!(lines, [5, 7, 10, 16, 17, 21, 28, 35, 36, 36, 37, 45, 45]);
        let fresh = lint(&compiled, "2026-01-31");
        assert!(!fresh.iter().any(|lint| lint.kind == LintKind::Stale));
    }
}
