//! `[[shape]]`: how a body is recognised and what is read from it.

use super::keys::{File, Keys, Node, header_place};
use super::problem::{PackErrorKind, quoted};
use super::row::{OUTCOMES, RETRIES, WHO};
use crate::document::path::Path;
use crate::pack::model::{
    BodyFormat, Clause, CodeRule, Condition, ItemRule, LabelRule, LimitRule, LinkRule, Literal, MessageListRule,
    Outcome, OutcomeRule, Pattern, Place, ResetIs, RetryRule, Severity, Shape, Strip, Test, Type, UsageRule, WhoRule,
};

const FORMATS: &[(&str, BodyFormat)] =
    &[("json", BodyFormat::Json), ("xml", BodyFormat::Xml), ("text", BodyFormat::Text)];

const TYPES: &[(&str, Type)] = &[
    ("string", Type::String),
    ("integer", Type::Integer),
    ("number", Type::Number),
    ("boolean", Type::Boolean),
    ("array", Type::Array),
    ("object", Type::Object),
    ("null", Type::Null),
];

const STRIPS: &[(&str, Strip)] = &[
    ("aws", Strip::Aws),
    ("qname", Strip::Qname),
    ("status-line", Strip::StatusLine),
    ("last-segment", Strip::LastSegment),
];

const SEVERITIES: &[(&str, Severity)] = &[
    ("trace", Severity::Trace),
    ("debug", Severity::Debug),
    ("info", Severity::Info),
    ("warning", Severity::Warning),
    ("error", Severity::Error),
];

const RESETS: &[(&str, ResetIs)] = &[("auto", ResetIs::Auto), ("seconds", ResetIs::Seconds), ("time", ResetIs::Time)];

/// One shape.
pub(super) fn shape(node: Node<'_>) -> Option<Shape> {
    let keys = node.keys()?;
    let name = keys.get("name").and_then(|node| node.text()).unwrap_or("error");
    let items = keys.list("items").into_iter().filter_map(|node| item(node, true)).collect();
    let outcome = outcomes(&keys).unwrap_or_else(|| vec![OutcomeRule::Codes, OutcomeRule::Http]);
    let shape = Shape {
        name: name.to_owned(),
        formats: keys.many("formats").iter().filter_map(|node| node.word(FORMATS)).collect(),
        require: clauses(&keys, "require"),
        only: keys.list("only").iter().filter_map(|node| Some(node.text()?.to_owned())).collect(),
        forbid: clauses(&keys, "forbid"),
        hint: clauses(&keys, "hint"),
        weak: keys.flag("weak"),
        outcome,
        codes: codes(&keys),
        http: keys.paths("http"),
        title: keys.places("title"),
        detail: keys.places("detail"),
        location: keys.paths("where"),
        request_id: keys.places("request_id"),
        time: keys.paths("time"),
        retry_after: keys.places("retry_after"),
        retry: retry(&keys),
        who: who(&keys),
        links: links(&keys),
        messages: keys.list("messages").into_iter().filter_map(message_list).collect(),
        usage: keys.many("usage").into_iter().filter_map(usage).collect(),
        items,
    };
    keys.finish();
    Some(shape)
}

/// Items; `nest` allows one level of items within them.
fn item(node: Node<'_>, nest: bool) -> Option<ItemRule> {
    let keys = node.keys()?;
    let each = keys.need("each").and_then(|node| node.path()).unwrap_or_default();
    let default = || vec![OutcomeRule::Codes, OutcomeRule::Fixed(Outcome::Failure)];
    let items = if nest { keys.get("items").and_then(|node| item(node, false)).map(Box::new) } else { None };
    let rule = ItemRule {
        each,
        when: clauses(&keys, "when"),
        noun: keys.words("noun"),
        label: item_label(&keys),
        outcome: outcomes(&keys).unwrap_or_else(default),
        codes: codes(&keys),
        text: keys.paths("text"),
        location: keys.paths("where"),
        ids: keys.paths("ids"),
        note: keys.paths("note"),
        url: keys.paths("url"),
        retry: retry(&keys),
        items,
    };
    keys.finish();
    Some(rule)
}

fn item_label(keys: &Keys<'_>) -> Vec<LabelRule> {
    let mut label = labels(keys, "label");
    label.extend(keys.words("label_is").map(LabelRule::Fixed));
    label
}

fn labels(keys: &Keys<'_>, key: &'static str) -> Vec<LabelRule> {
    let one = |node: &Node<'_>| {
        if node.is_text() && node.text() == Some("@key") {
            return Some(LabelRule::Key);
        }
        node.path().map(LabelRule::Path)
    };
    keys.many(key).iter().filter_map(one).collect()
}

fn clauses(keys: &Keys<'_>, key: &'static str) -> Vec<Clause> {
    let Some(node) = keys.get(key) else { return Vec::new() };
    clause_list(node)
}

fn clause_list(node: Node<'_>) -> Vec<Clause> {
    let clause = |node: &Node<'_>| -> Clause {
        let members = node.one_or_many();
        if members.is_empty() {
            let hint = "an entry that is a list holds when one of its members does".to_owned();
            node.note(PackErrorKind::Value, "a condition without members never holds".to_owned(), Some(hint));
        }
        members.into_iter().filter_map(condition).collect()
    };
    node.list().iter().map(clause).collect()
}

fn condition(node: Node<'_>) -> Option<Condition> {
    let keys = node.keys()?;
    let place = path_or_header(&keys);
    let test = test(&keys);
    keys.finish();
    Some(Condition { place: place?, test: test? })
}

fn test(keys: &Keys<'_>) -> Option<Test> {
    let (is, of, re, kind) = (keys.get("is"), keys.get("in"), keys.get("re"), keys.get("type"));
    let tests = [is, of, re, kind].iter().flatten().count();
    if tests > 1 {
        let hint = "write one condition for each".to_owned();
        keys.note(PackErrorKind::Value, "more than one test in a condition".to_owned(), Some(hint));
        return None;
    }
    if let Some(node) = is {
        return node.literal().map(Test::Is);
    }
    if let Some(node) = of {
        return Some(Test::In(literals(node)));
    }
    if let Some(node) = re {
        return pattern(node).map(Test::Matches);
    }
    match kind {
        Some(node) => node.word(TYPES).map(Test::Type),
        None => Some(Test::Exists),
    }
}

fn literals(node: Node<'_>) -> Vec<Literal> {
    let list = node.list();
    if node.is_list() && list.is_empty() {
        node.note(PackErrorKind::Value, "an empty list holds nothing".to_owned(), None);
    }
    list.iter().filter_map(Node::literal).collect()
}

fn pattern(node: Node<'_>) -> Option<Pattern> {
    let text = node.text()?;
    match Pattern::new(text) {
        Ok(pattern) => Some(pattern),
        Err(error) => {
            let message =
                format!("bad regular expression {}: {}", quoted(text), crate::text::clean(&error.to_string()));
            let hint = "no look-around, no back-references, no large repeats: every pattern runs in linear time";
            node.note(PackErrorKind::Pattern, message, Some(hint.to_owned()));
            None
        }
    }
}

/// `path = ".."` or `header = ".."`, one of them; `param = ".."` beside a header takes one parameter of it.
fn path_or_header(keys: &Keys<'_>) -> Option<Place> {
    match (keys.get("path"), keys.get("header")) {
        (Some(path), None) => path.path().map(Place::Body),
        (None, Some(header)) => {
            let param = keys.get("param").and_then(|node| node.header());
            header.header().map(|header| header_place(header, param))
        }
        (None, None) => {
            keys.note(PackErrorKind::MissingKey, "the key `path` or `header` is missing".to_owned(), None);
            None
        }
        (Some(_), Some(header)) => {
            header.note(PackErrorKind::Value, "both `path` and `header`".to_owned(), Some("keep one".to_owned()));
            None
        }
    }
}

/// As [`path_or_header`], where a list of paths means the first that leads somewhere.
fn paths_or_header(keys: &Keys<'_>) -> Vec<Place> {
    match (keys.get("path"), keys.get("header")) {
        (Some(path), None) => path.places(),
        _ => path_or_header(keys).into_iter().collect(),
    }
}

fn outcomes(keys: &Keys<'_>) -> Option<Vec<OutcomeRule>> {
    let node = keys.get("outcome")?;
    let rules = node.one_or_many();
    if node.is_list() && rules.is_empty() {
        let hint = "leave the key out for the usual rules".to_owned();
        node.note(PackErrorKind::Value, "an empty list of outcomes never answers".to_owned(), Some(hint));
    }
    Some(rules.into_iter().filter_map(outcome).collect())
}

fn outcome(node: Node<'_>) -> Option<OutcomeRule> {
    if node.is_text() {
        return node.word(OUTCOMES).map(OutcomeRule::Fixed);
    }
    let keys = node.keys()?;
    for (key, rule) in [("items", OutcomeRule::Items), ("codes", OutcomeRule::Codes), ("http", OutcomeRule::Http)] {
        let Some(node) = keys.get(key) else { continue };
        if node.flag() == Some(false) {
            node.note(PackErrorKind::Value, format!("`{key}` can only be `true`"), None);
        }
        keys.finish();
        return Some(rule);
    }
    let rule = match keys.get("when") {
        Some(when) => {
            let outcome = keys.need("is").and_then(|node| node.word(OUTCOMES));
            outcome.map(|outcome| OutcomeRule::When { require: clause_list(when), outcome })
        }
        None => value_outcome(&keys),
    };
    keys.finish();
    rule
}

fn value_outcome(keys: &Keys<'_>) -> Option<OutcomeRule> {
    let cases = cases(
        keys,
        &[
            ("success", Outcome::Success),
            ("failure", Outcome::Failure),
            ("partial", Outcome::Partial),
            ("pending", Outcome::Pending),
            ("skipped", Outcome::Skipped),
        ],
    );
    let otherwise = keys.get("else").and_then(|node| node.word(OUTCOMES));
    if cases.is_empty() && otherwise.is_none() && !keys.has("else") {
        let hint = "list the values: { path = \"status\", success = [\"ok\"], else = \"failure\" }".to_owned();
        keys.note(PackErrorKind::MissingKey, "this outcome never answers".to_owned(), Some(hint));
    }
    Some(OutcomeRule::Value { place: paths_or_header(keys), cases, otherwise })
}

/// Lists of values under keys that say what they mean; a value in two lists is a mistake.
fn cases<T: Copy>(keys: &Keys<'_>, names: &[(&'static str, T)]) -> Vec<(Literal, T)> {
    let mut cases: Vec<(Literal, T)> = Vec::new();
    for (name, meaning) in names {
        for node in keys.many(name) {
            let Some(literal) = node.literal() else { continue };
            if cases.iter().any(|(known, _)| *known == literal) {
                node.note(PackErrorKind::Duplicate, "this value is listed twice".to_owned(), None);
            }
            cases.push((literal, *meaning));
        }
    }
    cases
}

fn retry(keys: &Keys<'_>) -> Option<RetryRule> {
    let keys = keys.get("retry")?.keys()?;
    let rule = RetryRule { cases: cases(&keys, RETRIES), place: paths_or_header(&keys) };
    keys.finish();
    Some(rule)
}

fn who(keys: &Keys<'_>) -> Option<WhoRule> {
    let keys = keys.get("who")?.keys()?;
    let rule = WhoRule { cases: cases(&keys, WHO), place: paths_or_header(&keys) };
    keys.finish();
    Some(rule)
}

fn codes(keys: &Keys<'_>) -> Vec<CodeRule> {
    keys.many("codes").into_iter().filter_map(code).collect()
}

fn code(node: Node<'_>) -> Option<CodeRule> {
    let keys = node.keys()?;
    let place = path_or_header(&keys);
    let table = keys.need("table").and_then(|node| {
        let name = node.text()?;
        node.file().refer_table(node.start(), name);
        Some(name.to_owned())
    });
    let under = keys.path("under");
    let strip = keys.get("strip").and_then(|node| node.word(STRIPS));
    let known_only = keys.flag("known_only");
    let key = keys.flag("key");
    if key && matches!(place, Some(Place::Header(_) | Place::Parameter(..))) {
        let hint = Some("`key = true` goes with a path".to_owned());
        keys.note(PackErrorKind::Value, "a header has no name to take a code from".to_owned(), hint);
    }
    keys.finish();
    Some(CodeRule { place: place?, table: table?, under, strip, known_only, key })
}

fn links(keys: &Keys<'_>) -> Vec<LinkRule> {
    keys.many("links").into_iter().filter_map(link).collect()
}

fn link(node: Node<'_>) -> Option<LinkRule> {
    if node.is_text() {
        return Some(LinkRule { each: node.path()?, href: Path::default(), title: None });
    }
    let keys = node.keys()?;
    let each = keys.path("each").unwrap_or_default();
    let href = keys.need("href").and_then(|node| node.path());
    let title = keys.path("title");
    keys.finish();
    Some(LinkRule { each, href: href?, title })
}

fn message_list(node: Node<'_>) -> Option<MessageListRule> {
    let keys = node.keys()?;
    let each = keys.need("each").and_then(|node| node.path());
    let rule = MessageListRule {
        each: each.unwrap_or_default(),
        text: keys.paths("text"),
        severity: keys.paths("severity"),
        default_severity: keys.get("default").and_then(|node| node.word(SEVERITIES)),
        field: labels(&keys, "field"),
        time: keys.paths("time"),
        id: keys.paths("id"),
        links: links(&keys),
    };
    keys.finish();
    Some(rule)
}

fn usage(node: Node<'_>) -> Option<UsageRule> {
    let keys = node.keys()?;
    let label = keys.need("label").and_then(|node| node.words());
    let rule = UsageRule {
        label: label.unwrap_or_default(),
        used: keys.path("used"),
        limit: keys.path("limit"),
        remaining: keys.path("remaining"),
        reset: keys.path("reset"),
        since: keys.path("since"),
    };
    if [&rule.used, &rule.limit, &rule.remaining].iter().all(|path| path.is_none()) {
        let hint = "say where `used`, `limit` or `remaining` stands".to_owned();
        keys.note(PackErrorKind::MissingKey, "a usage without a number".to_owned(), Some(hint));
    }
    keys.finish();
    Some(rule)
}

/// `[limits]`.
pub(super) fn limits(node: Node<'_>) -> Vec<LimitRule> {
    let Some(keys) = node.keys() else { return Vec::new() };
    let rules = keys.list("headers").into_iter().filter_map(limit).collect();
    keys.finish();
    rules
}

fn limit(node: Node<'_>) -> Option<LimitRule> {
    let keys = node.keys()?;
    let header = |key| keys.get(key).and_then(|node| node.header());
    let window = keys.get("window").and_then(|node| {
        let seconds = u64::try_from(node.integer()?).ok().filter(|seconds| *seconds > 0);
        if seconds.is_none() {
            node.note(PackErrorKind::Value, "a window is a number of seconds above 0".to_owned(), None);
        }
        seconds
    });
    let rule = LimitRule {
        name: keys.words("name").unwrap_or_default(),
        limit: header("limit"),
        remaining: header("remaining"),
        reset: header("reset"),
        used: header("used"),
        window,
        reset_is: keys.get("reset_is").and_then(|node| node.word(RESETS)).unwrap_or_default(),
    };
    if [&rule.limit, &rule.remaining, &rule.reset, &rule.used].iter().all(|header| header.is_none()) {
        keys.note(PackErrorKind::MissingKey, "a rate limit without a header".to_owned(), None);
    }
    keys.finish();
    Some(rule)
}

/// Names that must be there once.
pub(super) fn unique<'n>(file: &File<'_>, what: &str, names: impl Iterator<Item = (usize, &'n str)>) {
    let mut seen = std::collections::HashSet::new();
    for (at, name) in names {
        if !seen.insert(name.to_owned()) {
            file.note(at, PackErrorKind::Duplicate, format!("the {what} {} is there twice", quoted(name)), None);
        }
    }
}
