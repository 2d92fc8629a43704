//! Pages of help as data: `assets/help/*.txt` are shown as they are, and taken apart for the manual page and the README.
//!
//! ```text
//! Heading:
//!   name   words, which may
//!          go on below
//! ```

/// What is shown below the options of `errview --help`.
pub(super) const AFTER: &str = include_str!("../../assets/help/after.txt");
/// What is shown above them.
pub(super) const EXAMPLES: &str = include_str!("../../assets/help/examples.txt");

/// A row of a page: what stands at the left, and the words beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What it is about.
    pub name: String,
    /// What is said of it.
    pub words: String,
}

/// The rows below a heading of the long help.
pub fn rows(heading: &str) -> Vec<Row> {
    below(AFTER, heading)
}

/// The rows below a heading of a page.
pub(super) fn below(page: &str, heading: &str) -> Vec<Row> {
    let lines = page.lines().skip_while(|line| *line != heading).skip(1);
    let mut rows: Vec<Row> = Vec::new();
    for line in lines.take_while(|line| line.starts_with("  ")) {
        let text = line.trim();
        match rows.last_mut().filter(|_| line.starts_with("   ")) {
            Some(row) if row.words.is_empty() => row.words = text.to_owned(),
            Some(row) => row.words = format!("{} {text}", row.words),
            None => {
                let (name, words) = text.split_once("  ").unwrap_or((text, ""));
                rows.push(Row { name: name.to_owned(), words: words.trim_start().to_owned() });
            }
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_taken_apart() {
        let page = "x\nOne:\n  a  b\n     c\n  d e\n        f\n\nTwo:\n  g  h\n";
        let row = |name: &str, words: &str| Row { name: name.into(), words: words.into() };
        assert_eq!(below(page, "One:"), [row("a", "b c"), row("d e", "f")]);
        assert_eq!(below(page, "Two:"), [row("g", "h")]);
        assert_eq!(below(page, "Three:"), []);
    }

    /// The numbers of the help are those that the program ends with.
    #[test]
    fn every_exit_code_is_told() {
        use crate::Exit::*;
        let told: Vec<u8> = rows("Exit codes:").iter().filter_map(|row| row.name.parse().ok()).collect();
        let ends = [Success, Failed, Usage, Unreadable, NotUnderstood, NoVerdict, Repeat];
        assert_eq!(told, ends.map(|exit| exit.code()));
    }
}
