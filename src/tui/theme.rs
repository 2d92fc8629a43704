//! Roles to styles. In: a theme file, built in or the user's, and whether there may be colours. Out: the style of a role,
//! and the set of glyphs.

use std::collections::BTreeMap;
use std::str::FromStr;

use ratatui::style::{Color, Modifier, Style};
use toml::de::DeTable;

use crate::config::Trouble;
use crate::pack::source::{File, Keys, quoted};
use crate::pack::{PackErrorKind as Kind, alike};
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
    /// The user's theme, which comes after the built-in ones.
    own: Option<Box<Theme>>,
}

impl Theme {
    /// A built-in theme; without colours always `mono`. An unknown name gives the default.
    pub fn named(name: &str, colours: bool, ascii: bool) -> Self {
        let name = if colours { name } else { "mono" };
        let (name, packed) = THEMES.into_iter().find(|(known, _)| *known == name).unwrap_or(THEMES[0]);
        // Built-in themes are read by a test; one without styles would still be legible.
        let roles = postcard::from_bytes(packed).unwrap_or_default();
        let styles = styles(roles).unwrap_or_default();
        Self { name: name.to_owned(), ascii, styles, own: None }
    }

    /// A theme of the user's: the text of its file changes the theme that its `base` names. What is wrong in it is told,
    /// with `file` as its name, and the rest counts.
    pub fn read(name: &str, file: &str, text: &str, ascii: bool) -> (Self, Vec<Trouble>) {
        let file = File::new(file, text);
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in errors.into_iter().take(1) {
            let message = crate::text::clean(error.message()).into_string();
            file.note(error.span().map_or(0, |span| span.start), Kind::Syntax, message, None);
        }
        let keys = Keys::new(&file, table.get_ref(), 0);
        let bases = THEMES.map(|(name, _)| (name, name));
        let base = keys.get("base").and_then(|node| node.word(&bases));
        let mut theme = Self::named(base.unwrap_or(THEMES[0].0), true, ascii);
        let known = Self::named(THEMES[0].0, true, ascii).styles;
        for (role, node) in keys.pairs().filter(|(role, _)| *role != "base") {
            if !known.contains_key(role) {
                let near = alike::nearest(role, known.keys().map(String::as_str));
                let hint = near.map(|near| format!("did you mean `{near}`?"));
                node.note(Kind::UnknownKey, format!("{} is no role", quoted(role)), hint);
                continue;
            }
            match node.text().map(|words| style(role, words)) {
                Some(Ok(style)) => drop(theme.styles.insert(role.to_owned(), style)),
                Some(Err(error)) => {
                    let hint = "a colour, `on COLOUR`, bold, dim, italic, underline, reverse".to_owned();
                    node.note(Kind::Value, crate::text::clean(&error.to_string()).into_string(), Some(hint));
                }
                None => {}
            }
        }
        name.clone_into(&mut theme.name);
        theme.own = Some(Box::new(theme.clone()));
        (theme, file.into_errors())
    }

    /// The next theme: the built-in ones in their order, then the user's.
    #[must_use]
    pub fn next(&self) -> Self {
        let here = THEMES.iter().position(|(name, _)| *name == self.name);
        let next = match (here.map(|here| here + 1), &self.own) {
            (Some(next), Some(own)) if next == THEMES.len() => Self { own: None, ..(**own).clone() },
            (next, _) => Self::named(THEMES[next.unwrap_or(0) % THEMES.len()].0, true, self.ascii),
        };
        Self { own: self.own.clone(), ..next }
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
    fn a_theme_of_the_users_changes_another_one() {
        let text = "base = \"mono\"\nok = \"green\"\nfial = \"red\"\nwarn = \"yelow\"\nlink = 1\n";
        let (theme, troubles) = Theme::read("mine", "mine.toml", text, false);
        let told: Vec<_> = troubles.iter().map(Trouble::to_string).collect();
        let expected = [
            "mine.toml:3:8: `fial` is no role",
            "mine.toml:4:8: `yelow` in the role `warn` is no colour and no attribute",
            "mine.toml:5:8: expected a string, found an integer",
        ];
        assert_eq!(told, expected);
        assert_eq!(troubles[0].hint.as_deref(), Some("did you mean `fail`?"));
        assert_eq!((theme.mark(Mark::Ok).fg, theme.mark(Mark::Warn).fg), (Some(Color::Green), None));
        assert_eq!(theme.style(Role::Dim), Theme::named("mono", true, false).style(Role::Dim));
    }

    #[test]
    fn the_next_theme_comes_round_to_the_users() {
        let (mine, _) = Theme::read("mine", "mine.toml", "", false);
        let mut theme = mine;
        let mut names = Vec::new();
        for _ in 0..7 {
            theme = theme.next();
            names.push(theme.name.clone());
        }
        assert_eq!(names, ["ansi", "light", "dark", "high-contrast", "mono", "mine", "ansi"]);
        let last = Theme::named("mono", true, false).next();
        assert_eq!(last.name, "ansi");
    }

    #[test]
    fn a_wrong_word_is_named() {
        let roles = BTreeMap::from([("ok".to_owned(), "gren".to_owned())]);
        let error = styles(roles).expect_err("no colour");
        assert_eq!(error.to_string(), "`gren` in the role `ok` is no colour and no attribute");
    }
}
