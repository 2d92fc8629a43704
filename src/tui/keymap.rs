//! Keys to actions. In: `assets/keys.toml`, and what the user changed. Out: the action of a key on a screen, the rows of the
//! help screen, the hints of the footer.

use std::borrow::Cow;
use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use serde::Deserialize;
use serde::de::IntoDeserializer;

use super::action::Action;

mod own;
mod row;

use row::{File, Row};

/// The key map that is built in, as the build script packed `assets/keys.toml`.
const DEFAULT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/keys"));

/// A kind of screen, as far as keys differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Context {
    /// The decoded tree with its panes.
    Response,
    /// All codes.
    Codes,
    /// The source text.
    Raw,
    /// The headers.
    Headers,
    /// Several responses.
    List,
    /// Nothing loaded.
    Start,
    /// Choosers and other things on top of a screen.
    Dialog,
    /// The help.
    Help,
    /// A line of text is being typed.
    Prompt,
    /// After the copy key.
    Copy,
    /// After the fold key.
    Fold,
}

impl Context {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Response,
        Self::Codes,
        Self::Raw,
        Self::Headers,
        Self::List,
        Self::Start,
        Self::Dialog,
        Self::Help,
        Self::Prompt,
        Self::Copy,
        Self::Fold,
    ];

    /// Whether bindings for any screen count here.
    fn is_open(self) -> bool {
        !matches!(self, Self::Prompt | Self::Copy | Self::Fold)
    }

    fn id(self) -> &'static str {
        match self {
            Self::Response => "response",
            Self::Codes => "codes",
            Self::Raw => "raw",
            Self::Headers => "headers",
            Self::List => "list",
            Self::Start => "start",
            Self::Dialog => "dialog",
            Self::Help => "help",
            Self::Prompt => "prompt",
            Self::Copy => "copy",
            Self::Fold => "fold",
        }
    }
}

/// A key with its modifiers. Shift is part of a character and not told apart there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key(KeyCode, KeyModifiers);

impl From<KeyEvent> for Key {
    fn from(event: KeyEvent) -> Self {
        let kept = event.modifiers & (KeyModifiers::CONTROL | KeyModifiers::ALT);
        Self(event.code, kept)
    }
}

/// One row of the key map.
#[derive(Clone, Debug)]
pub struct Binding {
    /// The group in the help screen.
    pub group: Cow<'static, str>,
    /// The action's name.
    pub name: Cow<'static, str>,
    /// The keys, as the help screen shows them.
    pub label: String,
    /// What they do.
    pub action: Action,
    /// The words in the help screen.
    pub help: Cow<'static, str>,
    /// The word in the footer.
    pub hint: Option<Cow<'static, str>>,
    /// What stands before the word in the footer.
    pub hint_label: String,
    keys: Vec<Key>,
    contexts: Vec<Context>,
}

impl Binding {
    /// The first key, as if it had been pressed.
    pub fn event(&self) -> KeyEvent {
        self.keys.first().map_or(KeyEvent::from(KeyCode::Null), |key| KeyEvent::new(key.0, key.1))
    }

    /// The keys as they are pressed: those of a menu after the key that opens it.
    pub fn pressed(&self) -> String {
        let before = match self.contexts.as_slice() {
            [Context::Copy] => "y ",
            [Context::Fold] => "z ",
            _ => return self.label.clone(),
        };
        format!("{before}{}", self.label.replace(' ', &format!("  {before}")))
    }

    /// Where it counts.
    pub fn contexts(&self) -> &[Context] {
        &self.contexts
    }
}

/// All bindings; cheap to clone.
#[derive(Clone, Debug)]
pub struct Keymap(Arc<Vec<Binding>>);

/// Why a key map cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeymapError {
    /// No TOML, or not of this form.
    #[error("the key map cannot be read: {0}")]
    Form(String),
    /// A name of a key that does not exist.
    #[error("`{0}` is no key")]
    Key(String),
    /// A name of an action that does not exist.
    #[error("`{0}` is no action")]
    Action(String),
    /// A name of a screen that does not exist.
    #[error("`{0}` is no screen")]
    Context(String),
    /// A key with two meanings.
    #[error("`{key}` means both {first:?} and {second:?} on the screen `{context}`")]
    Clash {
        /// The key.
        key: String,
        /// One meaning.
        first: Action,
        /// The other.
        second: Action,
        /// Where.
        context: &'static str,
    },
}

impl Keymap {
    /// The key map that is built in. It cannot be broken: a test reads its source with all checks.
    pub fn builtin() -> Self {
        let rows = postcard::from_bytes::<File<&str>>(DEFAULT).map(|file| file.key).unwrap_or_default();
        let mut bindings = Vec::with_capacity(rows.len());
        bindings.extend(rows.into_iter().filter_map(|row| binding(row).ok()));
        Self(Arc::new(bindings))
    }

    /// Reads a key map and refuses one in which a key means two things on one screen.
    pub fn read(text: &str) -> Result<Self, KeymapError> {
        let file: File<String> = toml::from_str(text).map_err(|error| KeymapError::Form(error.to_string()))?;
        let bindings = file.key.into_iter().map(binding).collect::<Result<Vec<_>, _>>()?;
        let map = Self(Arc::new(bindings));
        map.check()?;
        Ok(map)
    }

    /// What a key does on a screen.
    pub fn action(&self, context: Context, key: Key) -> Option<Action> {
        self.on(context).find(|binding| binding.keys.contains(&key)).map(|binding| binding.action)
    }

    /// The bindings that count on a screen, in the order of the file.
    pub fn on(&self, context: Context) -> impl Iterator<Item = &Binding> {
        self.0.iter().filter(move |binding| binding.contexts.contains(&context))
    }

    /// All bindings, in the order of the file.
    pub fn all(&self) -> &[Binding] {
        &self.0
    }

    fn check(&self) -> Result<(), KeymapError> {
        match self.clash() {
            None => Ok(()),
            Some(Clash { key, first, second, context }) => Err(KeymapError::Clash {
                key: show(key),
                first: self.0[first].action,
                second: self.0[second].action,
                context: context.id(),
            }),
        }
    }

    /// The first key that means two things on one screen.
    fn clash(&self) -> Option<Clash> {
        for context in Context::ALL {
            let mut seen: Vec<(Key, usize)> = Vec::new();
            for (second, binding) in self.0.iter().enumerate().filter(|(_, row)| row.contexts.contains(&context)) {
                for &key in &binding.keys {
                    if let Some((_, first)) = seen.iter().find(|(other, _)| *other == key) {
                        return Some(Clash { key, first: *first, second, context });
                    }
                    seen.push((key, second));
                }
            }
        }
        None
    }
}

/// A key with two meanings: the rows, and where.
struct Clash {
    key: Key,
    first: usize,
    second: usize,
    context: Context,
}

fn binding<T: AsRef<str> + Into<Cow<'static, str>>>(row: Row<T>) -> Result<Binding, KeymapError> {
    let keys = read_keys(row.keys.as_ref())?;
    let mut contexts = Vec::new();
    for word in row.contexts.as_ref().split(' ') {
        let known =
            Context::ALL.into_iter().filter(|context| word == context.id() || (word == "any" && context.is_open()));
        let before = contexts.len();
        contexts.extend(known);
        if contexts.len() == before {
            return Err(KeymapError::Context(word.to_owned()));
        }
    }
    let action = Action::deserialize(row.action.as_ref().into_deserializer())
        .map_err(|_: serde::de::value::Error| KeymapError::Action(row.action.as_ref().to_owned()))?;
    let (label, first) = labels(&keys);
    let hint_label = row.label.map_or(first, |label| label.as_ref().to_owned());
    Ok(Binding {
        group: row.group.into(),
        name: row.action.into(),
        label: if keys.len() > 3 { hint_label.clone() } else { label },
        action,
        help: row.help.into(),
        hint: row.hint.map(T::into),
        hint_label,
        keys,
        contexts,
    })
}

/// What the help shows for keys, and the first of them, for the footer.
fn labels(keys: &[Key]) -> (String, String) {
    let first = keys.first().map(|key| show(*key)).unwrap_or_default();
    let all = keys.iter().skip(1).fold(first.clone(), |all, key| all + " " + &show(*key));
    (all, first)
}

fn read_keys(names: &str) -> Result<Vec<Key>, KeymapError> {
    names.split(' ').filter(|name| !name.is_empty()).map(read_key).collect()
}

fn read_key(name: &str) -> Result<Key, KeymapError> {
    let (modifiers, rest) = match name.strip_prefix("ctrl-") {
        Some(rest) => (KeyModifiers::CONTROL, rest),
        None => (KeyModifiers::NONE, name),
    };
    let mut chars = rest.chars();
    let code = match (chars.next(), chars.next()) {
        (Some(c), None) => KeyCode::Char(c),
        _ => named(rest).ok_or_else(|| KeymapError::Key(name.to_owned()))?,
    };
    Ok(Key(code, modifiers))
}

fn named(name: &str) -> Option<KeyCode> {
    Some(match name {
        "up" => KeyCode::Up,
        "down" => KeyCode::Down,
        "left" => KeyCode::Left,
        "right" => KeyCode::Right,
        "home" => KeyCode::Home,
        "end" => KeyCode::End,
        "pageup" => KeyCode::PageUp,
        "pagedown" => KeyCode::PageDown,
        "enter" => KeyCode::Enter,
        "esc" => KeyCode::Esc,
        "tab" => KeyCode::Tab,
        "backspace" => KeyCode::Backspace,
        "space" => KeyCode::Char(' '),
        _ => KeyCode::F(name.strip_prefix('f')?.parse().ok()?),
    })
}

fn show(key: Key) -> String {
    let name = match key.0 {
        KeyCode::Char(' ') => "Space".to_owned(),
        KeyCode::Char(c) => c.to_string(),
        KeyCode::Up => "↑".to_owned(),
        KeyCode::Down => "↓".to_owned(),
        KeyCode::Left => "←".to_owned(),
        KeyCode::Right => "→".to_owned(),
        KeyCode::PageUp => "PgUp".to_owned(),
        KeyCode::PageDown => "PgDn".to_owned(),
        KeyCode::F(number) => format!("F{number}"),
        other => format!("{other:?}"),
    };
    if key.1.contains(KeyModifiers::CONTROL) { format!("^{name}") } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_builtin_map_is_read_and_has_no_clash() {
        let map = Keymap::read(include_str!("../../assets/keys.toml")).expect("assets/keys.toml");
        assert_eq!(map.all().len(), Keymap::builtin().all().len(), "the packed one is the same");
        assert!(map.all().len() > 50);
    }

    #[test]
    fn a_clash_is_refused() {
        let row = |keys: &str, action: &str, place: &str| {
            format!("{{ group = \"g\", keys = \"{keys}\", action = \"{action}\", in = \"{place}\", help = \"h\" }}")
        };
        let text = format!("key = [{}, {}]", row("j", "down", "any"), row("x j", "up", "raw"));
        let error = Keymap::read(&text).expect_err("a clash");
        assert_eq!(error.to_string(), "`j` means both Down and Up on the screen `raw`");
        let text = format!("key = [{}, {}]", row("j", "down", "any"), row("j", "erase", "prompt"));
        assert!(Keymap::read(&text).is_ok());
    }

    #[test]
    fn the_few_keys_that_suffice_count_everywhere() {
        let map = Keymap::builtin();
        for context in Context::ALL.into_iter().filter(|context| context.is_open()) {
            for name in ["up", "down", "enter", "esc", "q"] {
                let key = read_key(name).expect(name);
                assert!(map.action(context, key).is_some(), "{name} on {context:?}");
            }
        }
    }
}
