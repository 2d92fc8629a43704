//! What `pack check` finds: a line or an object each.

use std::io::{self, Write};

use serde::Serialize;

use super::json::{SCHEMA, put};
use crate::author::Finding;

/// Two lines each: where and what, then what to do.
pub fn text(out: &mut dyn Write, findings: &[Finding]) -> io::Result<()> {
    for finding in findings {
        writeln!(out, "{finding}")?;
        if let Some(hint) = &finding.hint {
            writeln!(out, "  hint: {hint}")?;
        }
    }
    Ok(())
}

/// File, line, column, message, hint: tab-separated, `-` where there is nothing.
pub fn line(out: &mut dyn Write, findings: &[Finding]) -> io::Result<()> {
    for Finding { file, place, message, hint } in findings {
        let (line, column) =
            place.map_or(("-".into(), "-".into()), |(line, column)| (line.to_string(), column.to_string()));
        writeln!(out, "{file}\t{line}\t{column}\t{message}\t{}", hint.as_deref().unwrap_or("-"))?;
    }
    Ok(())
}

#[derive(Serialize)]
struct Found<'a> {
    schema: u32,
    file: &'a str,
    line: Option<usize>,
    column: Option<usize>,
    message: &'a str,
    hint: Option<&'a str>,
}

/// One JSON object each.
pub fn json(out: &mut dyn Write, findings: &[Finding]) -> io::Result<()> {
    for Finding { file, place, message, hint } in findings {
        let (line, column) = place.unzip();
        put(out, &Found { schema: SCHEMA, file, line, column, message, hint: hint.as_deref() })?;
    }
    Ok(())
}
