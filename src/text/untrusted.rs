//! The type of text that came from outside.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::Clean;

/// Text from a response, a header, a file name or a pack file, exactly as it arrived.
///
/// It deliberately implements neither `Display` nor `AsRef<str>`: the only ways on are [`Untrusted::clean`],
/// to show it, and [`Untrusted::source`], to compare or parse it. A test keeps `source` out of the modules that show.
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Untrusted<'a>(Cow<'a, str>);

impl<'a> Untrusted<'a> {
    /// Wraps text from outside.
    pub fn new(text: impl Into<Cow<'a, str>>) -> Self {
        Self(text.into())
    }

    /// The text as it arrived: for comparing, parsing and looking up, never for showing.
    pub fn source(&self) -> &str {
        &self.0
    }

    /// The text fit for one line of any output; controls stand as visible symbols.
    pub fn clean(&self) -> Clean {
        super::clean(&self.0)
    }

    /// The same where it goes at once: mostly it is clean already.
    pub fn into_clean(self) -> Cow<'a, str> {
        if super::is_clean(&self.0) { self.0 } else { super::clean(&self.0).to_string().into() }
    }

    /// The lines of the text, each fit for one line of any output; blank ones at the end are left out.
    ///
    /// An end of a line is layout and goes without a symbol, unless the text holds other controls: then somebody may be
    /// playing with the terminal, and every one of them is shown.
    pub fn lines(&self) -> impl Iterator<Item = Clean> + '_ {
        let text = self.0.trim_end_matches([' ', '\t', '\r', '\n']);
        let plays = text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'));
        let pieces = text.split_inclusive('\n').map(move |line| match line.strip_suffix('\n') {
            Some(line) if !plays => line.strip_suffix('\r').unwrap_or(line),
            _ => line,
        });
        pieces.map(super::clean)
    }

    /// The text before and from a character, counted from 0; a number beyond the end gives everything and nothing.
    pub fn split_at_char(&self, count: usize) -> (Untrusted<'_>, Untrusted<'_>) {
        let at = self.0.char_indices().nth(count).map_or(self.0.len(), |(at, _)| at);
        let (before, after) = self.0.split_at(at);
        (before.into(), after.into())
    }

    /// How many characters there are.
    pub fn chars(&self) -> usize {
        self.0.chars().count()
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds text from outside at the end.
    pub fn append(&mut self, more: &Untrusted<'_>) {
        self.0.to_mut().push_str(&more.0);
    }

    /// The same text, owned.
    pub fn into_owned(self) -> Untrusted<'static> {
        Untrusted(Cow::Owned(self.0.into_owned()))
    }

    /// The same text, borrowed from this one.
    pub fn borrow(&self) -> Untrusted<'_> {
        Untrusted(Cow::Borrowed(&self.0))
    }
}

/// Borrows from what is read where that lives as long as the program: packs that are built in cost no copies.
impl<'de: 'static> Deserialize<'de> for Untrusted<'static> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de: 'static> serde::de::Visitor<'de> for Text {
            type Value = Untrusted<'static>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Untrusted(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Untrusted(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

impl From<String> for Untrusted<'static> {
    fn from(text: String) -> Self {
        Untrusted(Cow::Owned(text))
    }
}

impl<'a> From<&'a str> for Untrusted<'a> {
    fn from(text: &'a str) -> Self {
        Untrusted(Cow::Borrowed(text))
    }
}

impl<'a> From<Cow<'a, str>> for Untrusted<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        Untrusted(text)
    }
}

impl PartialEq<str> for Untrusted<'_> {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for Untrusted<'_> {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

/// Escaped, so that not even a test failure can send a control to a terminal.
impl fmt::Debug for Untrusted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.escape_debug())
    }
}
