//! What the user has set for good. In: the text of `config.toml`, the variables `ERRVIEW_*`. Out: a [`Config`], and what
//! is wrong in them; the rest counts all the same.
//!
//! It reads no file itself. `assets/config.toml` is the file that `errview config init` writes, and the one place where
//! the settings are described.

use toml::de::DeTable;

use crate::cli::Color;
use crate::input;
use crate::pack::model::Literal;
use crate::pack::source::{File, Keys, Node, quoted};
use crate::pack::{PackErrorKind as Kind, alike};

/// What is wrong in a file of the user's: those of packs, settings and themes are told of alike.
pub use crate::pack::PackError as Trouble;

/// A commented file to begin with; as it is, it sets nothing.
pub const TEMPLATE: &str = include_str!("../assets/config.toml");

/// The settings. What is `None` was not set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// When to paint.
    pub color: Option<Color>,
    /// Glyphs of ASCII only.
    pub ascii: Option<bool>,
    /// The theme of the screen.
    pub theme: Option<String>,
    /// Whether clicks and the wheel are asked for.
    pub mouse: Option<bool>,
    /// Width of the text report; `Some(None)` is said to be automatic.
    pub width: Option<Option<u16>>,
    /// How much is read of each source.
    pub max_size: Option<usize>,
    /// More packs, as they are written.
    pub packs: Vec<String>,
    /// Keys that were changed.
    pub keys: Vec<Rebinding>,
    set: Vec<Set>,
}

/// An action with keys of the user's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rebinding {
    /// The action's name.
    pub action: String,
    /// Names of keys, blanks between them.
    pub keys: String,
    /// Whether it counts where a line of text is typed, and nowhere else.
    pub prompt: bool,
    /// Line and column of the file, from 1.
    pub place: (usize, usize),
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Set {
    name: &'static str,
    value: String,
    origin: Origin,
}

/// Where a setting is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nobody set it.
    Default,
    /// This line of the file.
    File(usize),
    /// This variable.
    Variable(&'static str),
}

/// A setting that is one value.
struct Setting {
    name: &'static str,
    variable: &'static str,
    wanted: &'static str,
    /// Takes the value in, unless it is none.
    set: fn(&mut Config, &str) -> Option<()>,
}

const SETTINGS: [Setting; 6] = [
    Setting {
        name: "color",
        variable: "ERRVIEW_COLOR",
        wanted: "auto, always or never",
        set: |config, text| {
            config.color = Some(match text {
                "auto" => Color::Auto,
                "always" => Color::Always,
                "never" => Color::Never,
                _ => return None,
            });
            Some(())
        },
    },
    Setting {
        name: "ascii",
        variable: "ERRVIEW_ASCII",
        wanted: "true or false",
        set: |config, text| flag(text).map(|flag| config.ascii = Some(flag)),
    },
    Setting {
        name: "theme",
        variable: "ERRVIEW_THEME",
        wanted: "the name of a theme",
        set: |config, text| (!text.trim().is_empty()).then(|| config.theme = Some(text.to_owned())),
    },
    Setting {
        name: "mouse",
        variable: "ERRVIEW_MOUSE",
        wanted: "true or false",
        set: |config, text| flag(text).map(|flag| config.mouse = Some(flag)),
    },
    Setting {
        name: "width",
        variable: "ERRVIEW_WIDTH",
        wanted: "auto, or a number from 20 to 65535",
        set: |config, text| {
            let cells = || text.parse().ok().filter(|cells| *cells >= 20).map(Some);
            config.width = Some(if text == "auto" { None } else { cells()? });
            Some(())
        },
    },
    Setting {
        name: "max-size",
        variable: "ERRVIEW_MAX_SIZE",
        wanted: "a size: 500k, 2M, 1G",
        set: |config, text| input::parse_size(text).ok().map(|size| config.max_size = Some(size)),
    },
];

fn flag(text: &str) -> Option<bool> {
    match text {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

impl Config {
    /// Takes in a file; `name` is for messages. What is wrong is told in the order of the file.
    pub fn read(&mut self, name: &str, text: &str) -> Vec<Trouble> {
        // Many a file stays as it was begun with; parsing it costs each start as much as decoding a response.
        if text == TEMPLATE {
            return Vec::new();
        }
        let file = File::new(name, text);
        // The rest of a broken file counts: whoever forgot a quote still wants the other settings.
        let (table, errors) = DeTable::parse_recoverable(text);
        let broken: Vec<usize> = errors.iter().filter_map(|error| Some(error.span()?.start)).collect();
        let broken: Vec<usize> = broken.into_iter().map(|at| file.place(at).0).collect();
        for error in errors {
            let message = crate::text::clean(error.message()).into_string();
            file.note(error.span().map_or(0, |span| span.start), Kind::Syntax, message, None);
        }
        self.settings(&file, Keys::new(&file, table.get_ref(), 0));
        let mut troubles = file.into_errors();
        // What else a broken line seems to say is a guess of the parser's.
        troubles.retain(|trouble| trouble.kind == Kind::Syntax || !broken.contains(&trouble.line));
        troubles.dedup_by_key(|trouble| (trouble.line, trouble.kind));
        troubles
    }

    fn settings<'a>(&mut self, file: &'a File<'a>, keys: Keys<'a>) {
        for setting in &SETTINGS {
            let Some(node) = keys.get(setting.name) else { continue };
            let Some(value) = scalar(&node) else { continue };
            match (setting.set)(self, &value) {
                Some(()) => {
                    self.remember(setting.name, value, Origin::File(file.place(node.start()).0));
                }
                None => {
                    let message = format!("{} is no value of `{}`", quoted(&value), setting.name);
                    node.note(Kind::Value, message, Some(format!("write {}", setting.wanted)));
                }
            }
        }
        for node in keys.many("packs") {
            if let Some(path) = node.text() {
                self.packs.push(path.to_owned());
                self.remember("packs", self.packs.join(", "), Origin::File(file.place(node.start()).0));
            }
        }
        if let Some(node) = keys.get("keys")
            && let Some(keys) = node.keys()
        {
            self.rebindings(file, &keys, false);
        }
        // Nobody who shares a screen should have credentials on it because of a line that was written last year.
        if keys.has("show-secrets")
            && let Some(node) = keys.get("show-secrets")
        {
            let hint = "give `--show-secrets`, or press the key for it, each time".to_owned();
            node.note(Kind::UnknownKey, "credentials are not shown because of a file".to_owned(), Some(hint));
        }
        keys.finish();
    }

    fn rebindings<'a>(&mut self, file: &'a File<'a>, keys: &Keys<'a>, prompt: bool) {
        for (action, node) in keys.pairs() {
            if action == "prompt" && !prompt {
                if let Some(keys) = node.keys() {
                    self.rebindings(file, &keys, true);
                }
            } else if let Some(names) = node.text() {
                let place = file.place(node.start());
                self.keys.push(Rebinding { action: action.to_owned(), keys: names.to_owned(), prompt, place });
            }
        }
    }

    /// Takes in the variables; tells which of them say nothing that can be understood.
    pub fn read_env<'e>(&mut self, get: impl Fn(&str) -> Option<&'e str>) -> Vec<String> {
        let mut troubles = Vec::new();
        for setting in &SETTINGS {
            let Some(value) = get(setting.variable) else { continue };
            match (setting.set)(self, value) {
                Some(()) => self.remember(setting.name, value.to_owned(), Origin::Variable(setting.variable)),
                None => {
                    let (name, wanted) = (setting.variable, setting.wanted);
                    troubles.push(format!("{} is no value of {name}\nhint: set it to {wanted}", quoted(value)));
                }
            }
        }
        troubles
    }

    fn remember(&mut self, name: &'static str, value: String, origin: Origin) {
        self.set.retain(|set| set.name != name);
        self.set.push(Set { name, value, origin });
    }

    /// Every setting with what holds and where it is from, in the order of the file to begin with.
    pub fn all(&self) -> Vec<(String, String, Origin)> {
        let described = described().into_iter();
        let found = |name: &str| self.set.iter().find(|set| set.name == name);
        described
            .map(|Described { name, default, .. }| match found(&name) {
                Some(set) => (name, set.value.clone(), set.origin),
                None => (name, default, Origin::Default),
            })
            .collect()
    }
}

/// A value in words: people write `80` and `"80"`, and mean the same.
fn scalar(node: &Node<'_>) -> Option<String> {
    if node.is_made_up() {
        return None;
    }
    Some(match node.literal()? {
        Literal::Text(text) => text.source().to_owned(),
        Literal::Integer(number) => number.to_string(),
        Literal::Bool(flag) => flag.to_string(),
    })
}

/// A setting as the file to begin with describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    /// The name.
    pub name: String,
    /// What holds where nobody sets it.
    pub default: String,
    /// The words above it.
    pub words: String,
}

/// The settings in the order of the file to begin with; keys are no settings.
pub fn described() -> Vec<Described> {
    let mut found = Vec::new();
    for block in TEMPLATE.split("\n\n").take_while(|block| !block.contains("\n[keys]")) {
        let mut words = Vec::new();
        for line in block.lines().filter_map(|line| line.strip_prefix("# ")) {
            match line.split_once(" = ").filter(|(name, _)| !name.contains([' ', '`'])) {
                Some((name, default)) => found.push(Described {
                    name: name.to_owned(),
                    default: default.trim_matches('"').replace("[]", "none"),
                    words: words.join(" "),
                }),
                None => words.push(line),
            }
        }
    }
    found
}

/// What a variable was meant to be called that looks like one of ours and is none.
pub fn meant(variable: &str) -> Option<String> {
    let own = |name: &'static str| name.trim_start_matches(PREFIX);
    let known: Vec<_> =
        SETTINGS.iter().map(|setting| own(setting.variable)).chain(["PACKS", "CONFIG"].map(own)).collect();
    let rest = variable.strip_prefix(PREFIX).filter(|rest| !known.contains(rest))?;
    alike::nearest(rest, known).map(|near| format!("{PREFIX}{near}"))
}

/// What the names of our variables begin with.
pub const PREFIX: &str = "ERRVIEW_";

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Config, Vec<String>) {
        let mut config = Config::default();
        let troubles = config.read("c.toml", text);
        (config, troubles.iter().map(Trouble::in_full).collect())
    }

    #[test]
    fn the_file_to_begin_with_sets_nothing() {
        for text in [TEMPLATE.to_owned(), format!("{TEMPLATE}# And this is not it any more.")] {
            assert_eq!(read(&text), (Config::default(), Vec::new()));
        }
    }

    /// What stands there behind a `#` is what holds anyway, and nothing that can be set is missing.
    #[test]
    fn the_file_to_begin_with_describes_every_setting() {
        let names: Vec<_> = described().into_iter().map(|described| described.name).collect();
        let known: Vec<_> = SETTINGS.iter().map(|setting| setting.name).chain(["packs"]).collect();
        assert_eq!(names, known);
        assert!(described().iter().all(|described| described.words.ends_with(['.', ','])), "{:?}", described());
        let shown: String = TEMPLATE
            .lines()
            .map(|line| line.strip_prefix("# ").filter(|line| line.contains(" = ")).unwrap_or(line))
            .collect::<Vec<_>>()
            .join("\n");
        let (config, troubles) = read(&shown);
        assert_eq!(troubles, [""; 0]);
        let expected = Config {
            color: Some(Color::Auto),
            ascii: Some(false),
            theme: Some("ansi".into()),
            mouse: Some(true),
            width: Some(None),
            max_size: Some(input::DEFAULT_MAX_SIZE),
            keys: config.keys.clone(),
            set: config.set.clone(),
            ..Config::default()
        };
        assert_eq!(config, expected);
        assert_eq!(config.keys.len(), 3);
        assert!(crate::cli::rows("Environment:").iter().all(|row| !row.words.is_empty()));
        let told: String = crate::cli::rows("Environment:").into_iter().map(|row| row.name + ", ").collect();
        let missing = SETTINGS.iter().map(|setting| setting.variable).find(|name| !told.contains(&format!("{name}, ")));
        assert_eq!(missing, None, "a variable that the help does not tell of");
    }

    #[test]
    fn the_environment_wins_over_the_file_and_both_are_told() {
        let (mut config, troubles) = read("theme = \"dark\"\nwidth = 100\nascii = true\n");
        assert_eq!(troubles, [""; 0]);
        let wrong = config.read_env(|name| match name {
            "ERRVIEW_THEME" => Some("light"),
            "ERRVIEW_WIDTH" => Some("wide"),
            _ => None,
        });
        assert_eq!(wrong, ["`wide` is no value of ERRVIEW_WIDTH\nhint: set it to auto, or a number from 20 to 65535"]);
        assert_eq!((config.theme.as_deref(), config.width, config.ascii), (Some("light"), Some(Some(100)), Some(true)));
        let all = config.all();
        let found =
            |name: &str| all.iter().find(|(known, ..)| known == name).map(|(_, value, from)| (value.as_str(), *from));
        assert_eq!(found("theme"), Some(("light", Origin::Variable("ERRVIEW_THEME"))));
        assert_eq!(found("width"), Some(("100", Origin::File(2))));
        assert_eq!(found("max-size"), Some(("1G", Origin::Default)));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place_and_the_rest_counts() {
        let text = "colr = \"always\"\nwidth = 3\ntheme = \"dark\"\nmouse = [1]\n[keys]\nfilter = 1\nundo = \"U\"\n";
        let (config, troubles) = read(text);
        let expected = [
            "c.toml:1:1: unknown key `colr`\nhint: did you mean `color`?",
            "c.toml:2:9: `3` is no value of `width`\nhint: write auto, or a number from 20 to 65535",
            "c.toml:4:9: expected a string, an integer, `true` or `false`, found a list",
            "c.toml:6:10: expected a string, found an integer",
        ];
        assert_eq!(troubles, expected);
        assert_eq!(config.theme.as_deref(), Some("dark"));
        let undo = Rebinding { action: "undo".into(), keys: "U".into(), prompt: false, place: (7, 8) };
        assert_eq!(config.keys, [undo]);
    }

    #[test]
    fn a_broken_line_leaves_the_others_alone() {
        let (config, troubles) = read("theme = \"dark\"\nwidth = = 5\nascii = true\n");
        assert_eq!(troubles.len(), 1, "{troubles:?}");
        assert!(troubles[0].starts_with("c.toml:2:"), "{troubles:?}");
        assert_eq!((config.theme.as_deref(), config.ascii), (Some("dark"), Some(true)));
    }

    #[test]
    fn no_file_shows_credentials() {
        let (_, troubles) = read("show-secrets = true\n");
        assert!(troubles[0].starts_with("c.toml:1:16: credentials are not shown because of a file"), "{troubles:?}");
    }

    #[test]
    fn any_prefix_and_any_bytes_are_read_without_panic() {
        for end in (0..TEMPLATE.len()).filter(|end| TEMPLATE.is_char_boundary(*end)) {
            let text = TEMPLATE[..end].replace("# ", "");
            read(&text);
        }
        for text in [
            "\u{0}",
            "a = \u{feff}",
            "[keys]\n[keys]\n",
            "keys = 1",
            "[[keys]]",
            "packs = {}",
            "width = 99999999999999999999",
        ] {
            read(text);
        }
    }

    #[test]
    fn a_variable_with_a_slip_is_offered() {
        assert_eq!(meant("ERRVIEW_COLOUR"), Some("ERRVIEW_COLOR".into()));
        assert_eq!(meant("ERRVIEW_COLOR"), None);
        assert_eq!(meant("ERRVIEW_TORTURE"), None);
    }
}
