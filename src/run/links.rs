//! Whether a terminal makes links of text (OSC 8). It cannot be asked, so those that are known to are.

/// Programs that set `TERM_PROGRAM`, and make links.
const PROGRAMS: [&str; 9] =
    ["iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "mintty", "rio", "WarpTerminal", "Tabby"];
/// Parts of `TERM` by which others are told.
const TERMS: [&str; 6] = ["kitty", "alacritty", "foot", "ghostty", "wezterm", "contour"];
/// Variables that such terminals set.
const MARKS: [&str; 4] = ["WT_SESSION", "KONSOLE_VERSION", "DOMTERM", "KITTY_WINDOW_ID"];
/// VTE, and with it GNOME Terminal, Tilix and others, since 0.50; before, links could break the terminal.
const VTE: u32 = 5000;

/// Whether links are known to work in the terminal that the environment speaks of. `FORCE_HYPERLINK` has the last word.
pub(super) fn are_known<'e>(get: impl Fn(&str) -> Option<&'e str>) -> bool {
    if let Some(forced) = get("FORCE_HYPERLINK") {
        return forced != "0";
    }
    let term = get("TERM").unwrap_or_default();
    if term == "dumb" || get("STY").is_some() {
        return false;
    }
    // tmux knows what stands outside of it, and hands on links where they are welcome.
    if get("TMUX").is_some() {
        let version = get("TERM_PROGRAM_VERSION").filter(|_| get("TERM_PROGRAM") == Some("tmux"));
        return version.is_some_and(|version| number(version) >= (3, 4));
    }
    get("TERM_PROGRAM").is_some_and(|program| PROGRAMS.contains(&program))
        || TERMS.iter().any(|known| term.contains(known))
        || MARKS.iter().any(|name| get(name).is_some())
        || get("VTE_VERSION").and_then(|version| version.parse().ok()).is_some_and(|version: u32| version >= VTE)
}

/// `3.4a` as numbers.
fn number(version: &str) -> (u32, u32) {
    let mut parts =
        version.split('.').map(|part| part.trim_matches(|c: char| !c.is_ascii_digit()).parse().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_terminals_that_are_known_get_links() {
        for (env, wanted) in [
            (&[][..], false),
            (&[("TERM", "xterm-256color")], false),
            (&[("TERM", "linux")], false),
            (&[("TERM", "xterm-kitty")], true),
            (&[("TERM", "xterm-kitty"), ("TMUX", "/tmp/x")], false),
            (&[("TMUX", "/tmp/x"), ("TERM_PROGRAM", "tmux"), ("TERM_PROGRAM_VERSION", "3.3a")], false),
            (&[("TMUX", "/tmp/x"), ("TERM_PROGRAM", "tmux"), ("TERM_PROGRAM_VERSION", "3.5a")], true),
            (&[("TERM", "dumb"), ("TERM_PROGRAM", "vscode")], false),
            (&[("TERM", "xterm"), ("TERM_PROGRAM", "vscode")], true),
            (&[("VTE_VERSION", "4999")], false),
            (&[("VTE_VERSION", "7600")], true),
            (&[("VTE_VERSION", "7600"), ("FORCE_HYPERLINK", "0")], false),
            (&[("TERM", "dumb"), ("FORCE_HYPERLINK", "1")], true),
        ] {
            let get = |name: &str| env.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
            assert_eq!(are_known(get), wanted, "{env:?}");
        }
    }
}
