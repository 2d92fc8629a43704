//! The pictures of the README, on light and on dark paper: drawn from the same buffers as the screens, kept in
//! `docs/screens`, written with `ERRVIEW_ACCEPT=1`.

use std::fs;
use std::path::Path;

use super::states::{Picture, named, pictures};
use super::svg::{Paper, svg};
use super::{accept_or_compare, buffer};
use crate::tui::{THEMES, Theme};

const LIGHT: Paper = Paper {
    background: "#ffffff",
    ink: "#1f2328",
    edge: "#d0d7de",
    colours: [
        "#24292f", "#cf222e", "#116329", "#9a6700", "#0969da", "#8250df", "#1b7c83", "#6e7781", "#57606a", "#a40e26",
        "#1a7f37", "#633c01", "#218bff", "#a475f9", "#3192aa", "#8c959f",
    ],
};

const DARK: Paper = Paper {
    background: "#0d1117",
    ink: "#e6edf3",
    edge: "#30363d",
    colours: [
        "#484f58", "#ff7b72", "#3fb950", "#d29922", "#58a6ff", "#bc8cff", "#39c5cf", "#b1bac4", "#6e7681", "#ffa198",
        "#56d364", "#e3b341", "#79c0ff", "#d2a8ff", "#56d4dd", "#ffffff",
    ],
};

/// The picture in a theme on paper.
fn draw(picture: &Picture, theme: &str, paper: &Paper) -> String {
    let mut model = named(&picture.state).model(picture.size);
    model.theme = Theme::named(theme, true, false);
    svg(&buffer(&model), paper, &picture.title)
}

#[test]
fn pictures_show_what_the_program_draws() {
    let mut wrong = Vec::new();
    for picture in pictures() {
        for (theme, paper) in [("light", &LIGHT), ("dark", &DARK)] {
            let name = format!("docs/screens/{}-{theme}.svg", picture.state);
            wrong.extend(accept_or_compare(&name, &draw(picture, theme, paper)).err());
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The themes on the other paper and the default one on both, to look at: `ERRVIEW_PICTURES=FOLDER`.
#[test]
fn a_theme_can_be_looked_at_on_any_paper() {
    let Some(folder) = std::env::var_os("ERRVIEW_PICTURES") else { return };
    fs::create_dir_all(&folder).expect("a folder for pictures");
    for picture in pictures() {
        for (theme, _) in THEMES {
            for (paper, colours) in [("light", &LIGHT), ("dark", &DARK)] {
                let path = Path::new(&folder).join(format!("{}-{theme}-on-{paper}.svg", picture.state));
                fs::write(path, draw(picture, theme, colours)).expect("a picture");
            }
        }
    }
}

#[test]
fn the_readme_shows_pictures_that_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).expect("the README");
    let named: Vec<&str> = readme.split('"').filter(|word| word.starts_with("docs/screens/")).collect();
    assert!(named.len() >= 2, "a light and a dark picture: {named:?}");
    for name in named {
        assert!(root.join(name).is_file(), "{name}");
    }
}

/// Text of a response must not become markup, and columns are kept by width.
#[test]
fn text_is_escaped_and_placed() {
    use ratatui::buffer::Buffer;
    use ratatui::style::{Color, Style};
    let mut buffer = Buffer::with_lines(["<a> & 列b  ─┐", "▌        │ "]);
    buffer.set_style(ratatui::layout::Rect::new(0, 0, 3, 1), Style::new().fg(Color::Red).reversed());
    let picture = svg(&buffer, &LIGHT, "a & b");
    for part in [
        "<title>a &amp; b</title>",
        ">&lt;a&gt;</text>",
        "fill=\"#cf222e\"",
        ">&amp; 列b</text>",
        "textLength=\"42.15\"",
        "M92.73 9h8.43",
    ] {
        assert!(picture.contains(part), "{part} is not in\n{picture}");
    }
}
