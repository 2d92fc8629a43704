//! Values with commas, semicolons or tabs between them (RFC 4180, and what spreadsheets make of it).

/// Column names, and the cells of each row; an empty cell is nothing.
pub(super) type Table = (Vec<String>, Vec<Vec<Option<String>>>);

/// Reads a table whose first line names the columns. `None` where there are not at least two columns.
pub(super) fn read(text: &str) -> Option<Table> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let first = text.lines().find(|line| !line.trim().is_empty())?;
    let between = ['\t', ';', ',', '|'].into_iter().max_by_key(|between| first.matches(*between).count())?;
    let mut records = split(text, between).into_iter();
    let columns: Vec<String> = records.next()?.into_iter().map(|name| name.trim().to_owned()).collect();
    if columns.len() < 2 {
        return None;
    }
    let cell = |text: String| (!text.trim().is_empty()).then_some(text);
    let rows = records.map(|record| record.into_iter().map(cell).collect()).collect();
    Some((columns, rows))
}

/// Records of cells; quotes hold dividers and line ends together. Lines without anything are no records.
fn split(text: &str, between: char) -> Vec<Vec<String>> {
    let mut records: Vec<Vec<String>> = Vec::new();
    let (mut record, mut cell) = (Vec::new(), String::new());
    let (mut quoted, mut at_start) = (false, true);
    let mut chars = text.chars().peekable();
    let mut end = |record: &mut Vec<String>, cell: &mut String| {
        record.push(std::mem::take(cell));
        let done = std::mem::take(record);
        if done.iter().any(|cell| !cell.trim().is_empty()) {
            records.push(done);
        }
    };
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if at_start => quoted = true,
            c if quoted => cell.push(if c == '\r' && chars.peek() == Some(&'\n') { continue } else { c }),
            '\r' if chars.peek() == Some(&'\n') => continue,
            '\n' => end(&mut record, &mut cell),
            c if c == between => record.push(std::mem::take(&mut cell)),
            c => cell.push(c),
        }
        at_start = !quoted && (c == between || c == '\n') || (at_start && c == ' ');
    }
    end(&mut record, &mut cell);
    records
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_split() {
        assert_eq!(split("a,\"b,\"\"c\"\"\n\",d\n\n,,\ne", ','), [vec!["a", "b,\"c\"\n", "d"], vec!["e"]]);
        assert_eq!(split("a\"b,c", ','), [["a\"b", "c"]]);
        assert_eq!(split("\"never closed,\n", ','), [["never closed,\n"]]);
        assert!(read("only one column\n1\n").is_none() && read("").is_none());
    }
}
