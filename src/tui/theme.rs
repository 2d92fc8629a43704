//! Roles to styles. In: a theme file and whether there may be colours. Out: the style of a role, and the set of glyphs.

use std::collections::BTreeMap;
use std::str::FromStr;

use ratatui::style::{Color, Modifier, Style};

use crate::view::Mark;

/// The themes that are built in, by name, as the build script packed `assets/themes`.
pub const THEMES: [(&str, &[u8]); 5] = [
    ("ansi", include_bytes!(concat!(env!("OUT_DIR"), "/ansi.theme"))),
    ("light", include_bytes!(concat!(env!("OUT_DIR"), "/light.theme"))),
    ("dark", include_bytes!(concat!(env!("OUT_DIR"), "/dark.theme"))),
    ("high-contrast", include_bytes!(concat!(env!("OUT_DIR"), "/high-contrast.theme"))),
    ("mono", include_bytes!(concat!(env!("OUT_DIR"), "/mono.theme"))),
];

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    Text,
    Dim,
    Border,
    Focus,
    Title,
    Selection,
    Applies,
    Name,
    String,
    Number,
    Literal,
    Label,
    Code,
    Link,
    Mark,
    Found,
    Shown,
    Key,
    Hint,
    Toast,
    Status(Mark),
}

impl Role {
    fn id(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Dim => "dim",
            Self::Border => "border",
            Self::Focus => "focus",
            Self::Title => "title",
            Self::Selection => "selection",
            Self::Applies => "applies",
            Self::Name => "name",
            Self::String => "string",
            Self::Number => "number",
            Self::Literal => "literal",
            Self::Label => "label",
            Self::Code => "code",
            Self::Link => "link",
            Self::Mark => "mark",
            Self::Found => "found",
            Self::Shown => "shown",
            Self::Key => "key",
            Self::Hint => "hint",
            Self::Toast => "toast",
            Self::Status(mark) => match mark {
                Mark::Ok => "ok",
                Mark::Fail => "fail",
                Mark::Warn => "warn",
                Mark::Info => "info",
                Mark::Debug => "debug",
                Mark::Partial => "partial",
                Mark::Pending | Mark::Skipped => "pending",
                Mark::Unknown => "unknown",
            },
        }
    }
}

/// Why a theme cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ThemeError {
    /// No TOML, or values that are no strings.
    #[error("the theme cannot be read: {0}")]
    Form(String),
    /// A word that is no colour and no attribute.
    #[error("`{word}` in the role `{role}` is no colour and no attribute")]
    Word {
        /// The word.
        word: String,
        /// Where.
        role: String,
    },
}

/// Styles by role.
#[derive(Clone, Debug)]
pub struct Theme {
    /// The name.
    pub name: String,
    /// Whether only ASCII is drawn.
    pub ascii: bool,
    styles: BTreeMap<String, Style>,
}

impl Theme {
    /// A built-in theme; without colours always `mono`. An unknown name gives the default.
    pub fn named(name: &str, colours: bool, ascii: bool) -> Self {
        let name = if colours { name } else { "mono" };
        let (name, packed) = THEMES.into_iter().find(|(known, _)| *known == name).unwrap_or(THEMES[0]);
        // Built-in themes are read by a test; one without styles would still be legible.
        let roles = postcard::from_bytes(packed).unwrap_or_default();
        let styles = styles(roles).unwrap_or_default();
        Self { name: name.to_owned(), ascii, styles }
    }

    /// The next built-in theme.
    #[must_use]
    pub fn next(&self) -> Self {
        let here = THEMES.iter().position(|(name, _)| *name == self.name).unwrap_or(0);
        Self::named(THEMES[(here + 1) % THEMES.len()].0, true, self.ascii)
    }

    /// The style of a role.
    pub fn style(&self, role: Role) -> Style {
        self.styles.get(role.id()).copied().unwrap_or_default()
    }

    /// The style of a mark.
    pub fn mark(&self, mark: Mark) -> Style {
        self.style(Role::Status(mark))
    }

    /// One of two spellings.
    pub fn glyph(&self, unicode: &'static str, ascii: &'static str) -> &'static str {
        if self.ascii { ascii } else { unicode }
    }
}

fn styles(roles: BTreeMap<String, String>) -> Result<BTreeMap<String, Style>, ThemeError> {
    roles.into_iter().map(|(role, words)| Ok((role.clone(), style(&role, &words)?))).collect()
}

fn style(role: &str, words: &str) -> Result<Style, ThemeError> {
    let mut style = Style::new();
    let mut background = false;
    for word in words.split_whitespace() {
        let modifier = match word {
            "bold" => Modifier::BOLD,
            "dim" => Modifier::DIM,
            "italic" => Modifier::ITALIC,
            "underline" => Modifier::UNDERLINED,
            "reverse" => Modifier::REVERSED,
            "on" => {
                background = true;
                continue;
            }
            word => {
                let wrong = |_| ThemeError::Word { word: word.to_owned(), role: role.to_owned() };
                let colour = Color::from_str(word).map_err(wrong)?;
                style = if background { style.bg(colour) } else { style.fg(colour) };
                continue;
            }
        };
        style = style.add_modifier(modifier);
    }
    Ok(style)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builtin_themes_are_read() {
        for (name, text) in THEMES {
            let styles = styles(postcard::from_bytes(text).expect(name)).expect(name);
            assert!(styles.contains_key("selection"), "{name}");
        }
    }

    #[test]
    fn mono_has_no_colour() {
        for (role, style) in styles(postcard::from_bytes(THEMES[4].1).expect("packed")).expect("mono") {
            assert_eq!((style.fg, style.bg), (None, None), "{role}");
        }
    }

    #[test]
    fn a_wrong_word_is_named() {
        let roles = BTreeMap::from([("ok".to_owned(), "gren".to_owned())]);
        let error = styles(roles).expect_err("no colour");
        assert_eq!(error.to_string(), "`gren` in the role `ok` is no colour and no attribute");
    }
}
