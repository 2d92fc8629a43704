//! What is set, and where it is from. In: clean rows. Out: aligned text, lines, JSON.

use std::io::{self, Write};

use serde_json::json;

use crate::text::width;

/// A setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its name.
    pub setting: String,
    /// What holds.
    pub value: String,
    /// Where it is from.
    pub origin: String,
}

/// Writes aligned columns.
pub fn text(out: &mut dyn Write, rows: &[Row]) -> io::Result<()> {
    let wide = |cell: fn(&Row) -> &str| rows.iter().map(|row| width(cell(row))).max().unwrap_or(0);
    let (first, second) = (wide(|row| &row.setting), wide(|row| &row.value));
    for Row { setting, value, origin } in rows {
        let (after, gap) = (first - width(setting), second - width(value));
        writeln!(out, "{setting}{:after$}  {value}{:gap$}  {origin}", "", "")?;
    }
    Ok(())
}

/// Writes a line a row, tab-separated.
pub fn line(out: &mut dyn Write, rows: &[Row]) -> io::Result<()> {
    rows.iter().try_for_each(|Row { setting, value, origin }| writeln!(out, "{setting}\t{value}\t{origin}"))
}

/// Writes an object a row.
pub fn json(out: &mut dyn Write, rows: &[Row]) -> io::Result<()> {
    for Row { setting, value, origin } in rows {
        writeln!(out, "{}", json!({ "setting": setting, "value": value, "origin": origin }))?;
    }
    Ok(())
}
