//! What was wrong with a body, and where.

use super::Span;

/// One trouble met while reading; the tree holds what was there all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What it is.
    pub kind: ProblemKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProblemKind {
    /// `// ...`, `/* ... */` or `# ...` in JSON.
    Comment,
    /// A comma before a closing bracket.
    TrailingComma,
    /// Two values without a comma between them.
    MissingComma,
    /// A member without a colon.
    MissingColon,
    /// A member without a value, or a comma without one.
    MissingValue,
    /// A member name without quotes.
    UnquotedKey,
    /// A word that is no JSON literal, e.g. `None`, `True`, `undefined`.
    UnknownWord,
    /// Single, typographic or other quotes.
    Quotes,
    /// A quote within a string that has no backslash.
    StrayQuote,
    /// A string that does not end.
    UnterminatedString,
    /// A control character that JSON wants escaped.
    ControlCharacter,
    /// A blank between values that JSON does not know: a no-break space, a form feed.
    OddBlank,
    /// An escape that JSON does not know, or half a surrogate pair.
    BadEscape,
    /// A number that JSON does not spell so: `01`, `+1`, `.5`, `NaN`, `0x10`.
    BadNumber,
    /// Brackets, elements or a whole value cut off at the end.
    CutOff,
    /// A closing bracket or end tag that does not fit.
    Mismatch,
    /// Text before the value.
    TextBefore,
    /// Text after the value.
    TextAfter,
    /// Bytes that are no UTF-8.
    BadUtf8,
    /// A byte order mark.
    ByteOrderMark,
    /// A name that occurs twice in one object. Legal, but readers differ on which one counts; not counted by the oracle.
    DuplicateKey,
    /// A DTD or an entity beyond XML's five: not read, on purpose.
    Entity,
    /// Any other fault in XML markup.
    Markup,
    /// More nesting, members or bytes than are kept; the rest is there as source text only.
    TooMuch,
}

impl ProblemKind {
    /// The word for reports, in kebab case.
    pub fn id(self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::TrailingComma => "trailing-comma",
            Self::MissingComma => "missing-comma",
            Self::MissingColon => "missing-colon",
            Self::MissingValue => "missing-value",
            Self::UnquotedKey => "unquoted-key",
            Self::UnknownWord => "unknown-word",
            Self::Quotes => "quotes",
            Self::StrayQuote => "stray-quote",
            Self::UnterminatedString => "unterminated-string",
            Self::ControlCharacter => "control-character",
            Self::OddBlank => "odd-blank",
            Self::BadEscape => "bad-escape",
            Self::BadNumber => "bad-number",
            Self::CutOff => "cut-off",
            Self::Mismatch => "mismatch",
            Self::TextBefore => "text-before",
            Self::TextAfter => "text-after",
            Self::BadUtf8 => "bad-utf8",
            Self::ByteOrderMark => "byte-order-mark",
            Self::DuplicateKey => "duplicate-key",
            Self::Entity => "entity",
            Self::Markup => "markup",
            Self::TooMuch => "too-much",
        }
    }

    /// Whether something may be lost or misread; the others only say that a strict reader would refuse the body.
    pub fn is_grave(self) -> bool {
        !matches!(
            self,
            Self::Comment
                | Self::TrailingComma
                | Self::UnquotedKey
                | Self::Quotes
                | Self::OddBlank
                | Self::TextBefore
                | Self::TextAfter
                | Self::ByteOrderMark
                | Self::DuplicateKey
        )
    }

    /// One sentence for people.
    pub fn message(self) -> &'static str {
        match self {
            Self::Comment => "a comment; JSON has none",
            Self::TrailingComma => "a comma before the closing bracket",
            Self::MissingComma => "no comma between two values",
            Self::MissingColon => "no colon after a name",
            Self::MissingValue => "a value is missing",
            Self::UnquotedKey => "a name without quotes",
            Self::UnknownWord => "a word that is no JSON value",
            Self::Quotes => "quotes other than \"",
            Self::StrayQuote => "a quote inside a string without a backslash",
            Self::UnterminatedString => "a string that does not end",
            Self::ControlCharacter => "a control character inside a string",
            Self::OddBlank => "a blank that JSON does not know",
            Self::BadEscape => "an escape that JSON does not know",
            Self::BadNumber => "a number that JSON does not spell so",
            Self::CutOff => "the body is cut off here",
            Self::Mismatch => "a closing bracket or tag that does not fit",
            Self::TextBefore => "text before the body",
            Self::TextAfter => "text after the body",
            Self::BadUtf8 => "bytes that are not UTF-8",
            Self::ByteOrderMark => "a byte order mark",
            Self::DuplicateKey => "this name occurs twice",
            Self::Entity => "a DTD or entity; not read, on purpose",
            Self::Markup => "markup that is not well-formed",
            Self::TooMuch => "more than errview keeps; the rest is in the raw view",
        }
    }
}
