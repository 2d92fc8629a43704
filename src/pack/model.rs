//! A vendor or a standard as data, checked and compiled: what `source` makes of a TOML file.
//!
//! No text of a TOML file is looked at again after this. The types are plain and serialisable, because built-in packs
//! are compiled at build time (the build script shares this file) and only unpacked at run time.

mod packed;
mod pattern;
pub mod places;
mod sample;
mod table;
mod tag;

use serde::{Deserialize, Serialize};

use crate::document::path::Path;
use crate::text::Untrusted;

pub use self::packed::Packed;
pub use self::pattern::Pattern;
pub use self::sample::{Expect, Sample};
pub use self::table::{Confidence, Family, KeyKind, Line, Row, Table};
pub use self::tag::{Name, Tag};

/// Text of a pack file. Its author is not us, so it is as untrusted as a response.
pub type Words = Untrusted<'static>;

/// How far a pack's word carries when several claim a body: later beats earlier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rank {
    /// Says what anybody might say; below every real one.
    Generic,
    /// A web framework's default errors.
    Framework,
    /// A published envelope that many vendors use.
    Standard,
    /// One vendor's own.
    #[default]
    Vendor,
}

/// Whether the service still answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lifecycle {
    /// It does.
    #[default]
    Active,
    /// It was switched off; explanations say so.
    Retired,
}

/// What detection needs of a pack: unpacked when a body passes its gate.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Head {
    /// `[a-z0-9-]+`, unique.
    pub id: String,
    /// The name for people.
    pub name: Words,
    /// Other names for `--vendor`.
    pub aliases: Vec<String>,
    /// Host names of the API; `*.example.com` stands for every host below it.
    pub hosts: Vec<String>,
    /// The vendor's reference page.
    pub docs: Option<Words>,
    /// Where the facts come from.
    pub source: Option<Words>,
    /// The day the facts were last checked, `YYYY-MM-DD`.
    pub verified: Option<String>,
    /// What the pack does not know, for people.
    pub missing: Option<Words>,
    /// Whether the service still answers.
    pub lifecycle: Lifecycle,
    /// How far its word carries.
    pub rank: Rank,
    /// The pack that this one refines; when both match, the refinement wins.
    pub extends: Option<String>,
    /// Packs whose errors this vendor repeats in the texts of its items: their message rules are tried as well.
    pub quotes: Vec<String>,
    /// How a body is recognised and read, most specific first.
    pub shapes: Vec<Packed<Shape>>,
    /// Rate-limit headers.
    pub limits: Vec<LimitRule>,
}

/// What decoding needs of a pack: unpacked when the pack is first used.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Content {
    /// Reference tables.
    pub tables: Vec<Table>,
    /// Texts that stand in for codes.
    pub messages: Packed<Vec<MessageRule>>,
}

/// One form of body: how it is recognised, and what is read from it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Shape {
    /// The name, unique within the pack.
    pub name: String,
    /// Formats it may come in; empty means JSON and XML.
    pub formats: Vec<BodyFormat>,
    /// Every clause must hold.
    pub require: Vec<Clause>,
    /// When not empty: the top-level keys must be among these.
    pub only: Vec<String>,
    /// No clause may hold.
    pub forbid: Vec<Clause>,
    /// Only adds score.
    pub hint: Vec<Clause>,
    /// May say "looks like", never more, unless a known code, a message template, a host or the user corroborates it.
    pub weak: bool,
    /// How it went; the first rule that answers.
    pub outcome: Vec<OutcomeRule>,
    /// Codes, from general to specific.
    pub codes: Vec<CodeRule>,
    /// A member that repeats the HTTP status.
    pub http: Vec<Path>,
    /// The sentence for people; the first path that leads somewhere. So with the following ones.
    pub title: Vec<Place>,
    /// The sentence for developers.
    pub detail: Vec<Place>,
    /// What in the request it is about.
    pub location: Vec<Path>,
    /// The id to quote to support.
    pub request_id: Vec<Place>,
    /// When it happened.
    pub time: Vec<Path>,
    /// Seconds or a date until a repeat makes sense.
    pub retry_after: Vec<Place>,
    /// A member that says whether repeating helps.
    pub retry: Option<RetryRule>,
    /// A member that says who is at fault.
    pub who: Option<WhoRule>,
    /// Links.
    pub links: Vec<LinkRule>,
    /// Lists of messages.
    pub messages: Vec<MessageListRule>,
    /// Counters of what was used.
    pub usage: Vec<UsageRule>,
    /// Per-platform results, field errors, batch answers and the like.
    pub items: Vec<ItemRule>,
}

/// A format that a shape may come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BodyFormat {
    /// JSON.
    Json,
    /// XML.
    Xml,
    /// Plain text, HTML or nothing at all.
    Text,
}

/// Holds when one of its conditions holds.
pub type Clause = Vec<Condition>;

/// Something to look at: a member of the body, or a header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub enum Place {
    /// A path into the body.
    Body(Path),
    /// A header's name, in lower case.
    Header(String),
    /// A parameter within a header: the header's name in lower case, the parameter's name.
    Parameter(String, String),
}

/// One test of one place; where a path leads to several nodes, one of them is enough.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Condition {
    /// Where to look.
    pub place: Place,
    /// What must be there.
    pub test: Test,
}

/// What must be there. `null` counts as absent, except for `Is(Null)` and `Type(Null)`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub enum Test {
    /// Anything but null.
    Exists,
    /// This value.
    Is(Literal),
    /// One of these values.
    In(Vec<Literal>),
    /// Text that matches; numbers match by their spelling.
    Matches(Pattern),
    /// A value of this type.
    Type(Type),
}

/// A value in a pack.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub enum Literal {
    /// A string.
    Text(Words),
    /// An integer; equal to a number and to a digit string of that value.
    Integer(i64),
    /// `true`, `false`; equal to the word in XML.
    Bool(bool),
}

/// Types that a condition can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Type {
    /// A string.
    String,
    /// A whole number, or a string of digits.
    Integer,
    /// Any number.
    Number,
    /// `true` or `false`, or those words in XML.
    Boolean,
    /// An array; in XML also a single element.
    Array,
    /// An object.
    Object,
    /// `null`.
    Null,
}

/// How a response, or one item of it, went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It worked.
    Success,
    /// Some of it worked.
    Partial,
    /// It did not work.
    Failure,
    /// It is not over.
    Pending,
    /// It was not tried.
    Skipped,
    /// The body does not say.
    Unknown,
}

/// One way to tell how it went; the first rule of a list that answers counts.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub enum OutcomeRule {
    /// Always this.
    Fixed(Outcome),
    /// From a value; no answer where the place is empty, or no list holds the value and `otherwise` is not set.
    Value {
        /// Where to look, first hit.
        place: Vec<Place>,
        /// Values and what they mean.
        cases: Vec<(Literal, Outcome)>,
        /// For a value in none of the lists.
        otherwise: Option<Outcome>,
    },
    /// When all clauses hold, this.
    When {
        /// Every clause must hold.
        require: Vec<Clause>,
        /// Then.
        outcome: Outcome,
    },
    /// From the items: all well is success, none is failure, else partial. No answer without items.
    Items,
    /// From the code: the outcome of the most specific row that has one. No answer without.
    Codes,
    /// From the HTTP status: below 400 is success. No answer without a status.
    Http,
}

/// Where a code stands and where it is looked up.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct CodeRule {
    /// Where it stands; every node that a path leads to is a code.
    pub place: Place,
    /// The table: a name of this pack, or `pack/table` of another.
    pub table: String,
    /// A code that this one refines: the key is `under/code`.
    pub under: Option<Path>,
    /// How to cut decoration off.
    pub strip: Option<Strip>,
    /// Only codes that are in the table count (for values that are mostly something else).
    pub known_only: bool,
    /// The code is the member's name, not its value.
    pub key: bool,
}

/// Ways to cut decoration off a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strip {
    /// `namespace#Code:http://...` is `Code`.
    Aws,
    /// `soap:Client` is `Client`.
    Qname,
    /// `HTTP/1.1 423 Locked` is `423`.
    StatusLine,
    /// `https://docs.example.com/problems/too-many-requests` is `too-many-requests`.
    LastSegment,
}

/// A value that says whether repeating helps.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct RetryRule {
    /// Where to look, first hit.
    pub place: Vec<Place>,
    /// Values and what they mean.
    pub cases: Vec<(Literal, Retry)>,
}

/// A value that says who is at fault.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct WhoRule {
    /// Where to look, first hit.
    pub place: Vec<Place>,
    /// Values and what they mean.
    pub cases: Vec<(Literal, Who)>,
}

/// Whether repeating helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Retry {
    /// Never.
    No,
    /// Only after the request, the credential or the account is changed.
    Fix,
    /// Transient: repeat with growing pauses, if repeating is safe.
    Backoff,
    /// Repeat after a stated time or a reset.
    Wait,
    /// No failure yet: ask again.
    Poll,
}

/// Who can mend it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Who {
    /// The request.
    Caller,
    /// The account: plan, quota, permission, stored login.
    Account,
    /// The service.
    Server,
    /// Something between.
    Net,
}

/// Links in a body.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct LinkRule {
    /// The nodes; the rest is relative to each.
    pub each: Path,
    /// The address; `$`-less empty path (`Path::default()`) for the node itself.
    pub href: Path,
    /// The words for it.
    pub title: Option<Path>,
}

/// A list of messages in a body.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct MessageListRule {
    /// The messages; the rest is relative to each.
    pub each: Path,
    /// The text, first hit; where nothing hits and the node is a scalar, its own text.
    pub text: Vec<Path>,
    /// `ERROR`, `WARNING`, `INFO`, `DEBUG`, `TRACE` or the like.
    pub severity: Vec<Path>,
    /// For messages without one.
    pub default_severity: Option<Severity>,
    /// The member of the request that it is about; `@key` for the message's own name is `FieldRule::Key`.
    pub field: Vec<LabelRule>,
    /// When.
    pub time: Vec<Path>,
    /// Its id.
    pub id: Vec<Path>,
    /// Links in it.
    pub links: Vec<LinkRule>,
}

/// How grave a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// For tracing.
    Trace,
    /// For debugging.
    Debug,
    /// To know.
    Info,
    /// To heed.
    Warning,
    /// To mend.
    Error,
}

/// Counters of what was used.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct UsageRule {
    /// The words for it.
    pub label: Words,
    /// How many are used.
    pub used: Option<Path>,
    /// Of how many.
    pub limit: Option<Path>,
    /// How many are left.
    pub remaining: Option<Path>,
    /// When it starts anew.
    pub reset: Option<Path>,
    /// When it last started anew.
    pub since: Option<Path>,
}

/// What an item is called.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub enum LabelRule {
    /// `@key`: the member's name, or the position in an array.
    Key,
    /// The text at a path.
    Path(Path),
    /// These words.
    Fixed(Words),
}

/// Parts of a response that went well or wrong each on its own.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct ItemRule {
    /// The items; the rest is relative to each, unless a path starts with `$`.
    pub each: Path,
    /// Which of them count; every clause must hold.
    pub when: Vec<Clause>,
    /// The words for one item: `platform`, `field`, `call`.
    pub noun: Option<Words>,
    /// What it is called, first hit.
    pub label: Vec<LabelRule>,
    /// How it went; the first rule that answers.
    pub outcome: Vec<OutcomeRule>,
    /// Codes, from general to specific.
    pub codes: Vec<CodeRule>,
    /// What the server says of it.
    pub text: Vec<Path>,
    /// What in the request it is about.
    pub location: Vec<Path>,
    /// Ids worth copying.
    pub ids: Vec<Path>,
    /// A word to show beside the outcome.
    pub note: Vec<Path>,
    /// Where the result is.
    pub url: Vec<Path>,
    /// A member that says whether repeating helps.
    pub retry: Option<RetryRule>,
    /// Items within the item.
    pub items: Option<Box<ItemRule>>,
}

/// Rate-limit headers that go together.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct LimitRule {
    /// The words for it.
    pub name: Words,
    /// Header names, in lower case.
    pub limit: Option<String>,
    /// How many are left.
    pub remaining: Option<String>,
    /// When it starts anew.
    pub reset: Option<String>,
    /// How many are used.
    pub used: Option<String>,
    /// Length of the window in seconds.
    pub window: Option<u64>,
    /// What a number in `reset` is.
    pub reset_is: ResetIs,
}

/// What a number in a reset header is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ResetIs {
    /// Seconds from now below 10^9, else seconds since 1970, from 10^12 milliseconds.
    #[default]
    Auto,
    /// Seconds from now.
    Seconds,
    /// Seconds since 1970.
    Time,
}

/// Text that stands in for a code.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct MessageRule {
    /// The name, unique within the pack.
    pub id: String,
    /// The text with captures.
    pub template: super::template::Template,
    /// Where it may stand.
    pub on: On,
    /// What it means; `{name}` stands for a capture.
    pub explain: Option<Words>,
    /// The rest as in a table's row; `row.code` is empty.
    pub row: Row,
    /// The pack that the captures are looked up in: somebody else's error, quoted.
    pub quotes: Option<String>,
    /// The codes to look up there, `{name}` stands for a capture; `table:code` names a table.
    pub codes: Vec<String>,
}

/// Where a message may stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum On {
    /// Only where the shape's title is.
    Title,
    /// Only in an item.
    Item,
    /// Only in a body that is plain text.
    Text,
    /// Anywhere.
    #[default]
    Any,
}
