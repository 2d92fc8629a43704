//! What `errview doctor` found. In: sections of clean text. Out: text to paste, or JSON.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use crate::text::{plural, width};

/// Facts about one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The heading.
    pub title: &'static str,
    /// Names and what was found.
    pub rows: Vec<(String, String)>,
}

impl Section {
    /// One without rows.
    pub fn new(title: &'static str) -> Self {
        Self { title, rows: Vec::new() }
    }

    /// Adds a row.
    pub fn row(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.rows.push((name.into(), value.into()));
    }
}

/// Writes sections, and the problems at the end, where one looks.
pub fn text(out: &mut dyn Write, sections: &[Section], problems: &[String]) -> io::Result<()> {
    let rows = sections.iter().flat_map(|section| &section.rows);
    let wide = rows.map(|(name, _)| width(name)).max().unwrap_or(0);
    for section in sections {
        writeln!(out, "{}", section.title)?;
        for (name, value) in &section.rows {
            let gap = wide - width(name);
            writeln!(out, "  {name}{:gap$}  {value}", "")?;
        }
        writeln!(out)?;
    }
    match problems {
        [] => writeln!(out, "No problem found."),
        _ => {
            writeln!(out, "{}", plural(problems.len(), "problem"))?;
            problems.iter().try_for_each(|problem| writeln!(out, "  ! {}", problem.replace('\n', "\n    ")))
        }
    }
}

/// Writes one object.
pub fn json(out: &mut dyn Write, sections: &[Section], problems: &[String]) -> io::Result<()> {
    let section = |section: &Section| {
        let row = |(name, value): &(String, String)| json!({ "name": name, "value": value });
        (section.title.to_lowercase(), Value::Array(section.rows.iter().map(row).collect()))
    };
    let mut all: Map<String, Value> = sections.iter().map(section).collect();
    all.insert("problems".into(), json!(problems));
    writeln!(out, "{}", Value::Object(all))
}
