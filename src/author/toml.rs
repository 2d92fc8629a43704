//! Writing TOML: what is drafted can be read back, and shown as it is.

use crate::pack::Pack;
use crate::pack::model::{KeyKind, Table};
use crate::text::clean;

/// A string in quotes; what a terminal would act on is escaped.
pub(super) fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if !is_plain(c) => out.push_str(&format!("\\U{:08X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn is_plain(c: char) -> bool {
    let mut bytes = [0; 4];
    let text: &str = c.encode_utf8(&mut bytes);
    clean(text).as_str() == text
}

/// A text of several lines as it is, where TOML can hold it so.
pub(super) fn block(text: &str) -> String {
    let plain = |line: &str| clean(line).as_str() == line;
    let literal = !text.contains("'''") && !text.ends_with('\'') && text.split('\n').all(plain);
    match (literal, text.contains('\n') || text.contains('\'')) {
        (true, false) => format!("'{text}'"),
        // The newline after the quotes is not part of it.
        (true, true) => format!("'''\n{text}'''"),
        (false, _) => quote(text),
    }
}

/// A key as it is, or in quotes.
pub(super) fn key(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !name.is_empty() && name.chars().all(bare) { name.to_owned() } else { quote(name) }
}

/// A code: a number where it is one and stays one.
pub(super) fn code(code: &str, integer: bool) -> String {
    match code.parse::<i64>() {
        Ok(number) if integer => number.to_string(),
        _ => quote(code),
    }
}

/// A pack that adds a code to a table of another pack: to be saved among one's own, with words to be replaced.
pub fn addition(pack: &Pack, table: &Table, code: &str) -> String {
    let (id, name) = (quote(pack.id()), quote(pack.head().name.source()));
    let code = self::code(code, table.key == KeyKind::Integer);
    format!(
        "to add it, save this as a pack of your own (docs/packs.md) and say what you know:\n\n\
         pack = 1\nid = {id}\nname = {name}\nextends = {id}\n\n\
         [[table]]\nname = {}\nkey = {}\n\
         rows = [ {{ code = {code}, title = \"the vendor's words\", meaning = \"what it means\", action = \"what to do\" }} ]\n\n\
         [[sample]]\nbody = '{{}}' # a response with that code",
        quote(&table.name),
        match table.key {
            KeyKind::Integer => "\"integer\"",
            KeyKind::String => "\"string\"",
            KeyKind::Composite => "\"composite\"",
        }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> String {
        let text = format!("x = {value}\n");
        let table = toml::de::DeTable::parse(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        table.get_ref()["x"].get_ref().as_str().expect("a string").to_owned()
    }

    #[test]
    fn what_is_written_reads_the_same() {
        for text in
            ["", "a", "it's", "\"\\\u{1b}[2J\u{202e}", "{\"a\":\n 1}\n", "'''", "a\r\nb", "ends with '", "\n", "ä\t"]
        {
            assert_eq!(read(&quote(text)), text);
            assert_eq!(read(&block(text)), text);
            assert!(!quote(text).contains('\u{1b}') && !block(text).contains(['\u{1b}', '\u{202e}']));
        }
        assert_eq!((key("a-b_1"), key("a.b")), ("a-b_1".into(), "\"a.b\"".into()));
        assert_eq!(
            (code("42", true), code("42", false), code("x", true)),
            ("42".into(), "\"42\"".into(), "\"x\"".into())
        );
    }
}
