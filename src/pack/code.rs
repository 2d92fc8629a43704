//! How codes compare: by value where they are numbers, else by their spelling. Also compiled into the build script.

use super::model::{KeyKind, Table};

/// A code in the form that is compared.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    /// A number of an integer table: `7`, `007` and `+7` are the same.
    Number(i64),
    /// Anything else.
    Text(Box<str>),
}

/// A code as a table compares it.
pub fn key(table: &Table, code: &str) -> Key {
    let code = code.trim();
    match table.key {
        KeyKind::Integer => match number(code) {
            Some(number) => Key::Number(number),
            None => text(table, code),
        },
        KeyKind::String => text(table, code),
        KeyKind::Composite => {
            // Parts that are numbers compare by value as well: `400/0620` is `400/620`.
            let parts: Vec<String> = code
                .split('/')
                .map(|part| number(part.trim()).map_or_else(|| part.trim().to_owned(), |number| number.to_string()))
                .collect();
            text(table, &parts.join("/"))
        }
    }
}

fn text(table: &Table, code: &str) -> Key {
    Key::Text(if table.fold { code.to_lowercase().into() } else { code.into() })
}

/// The value of a code that is written as a number.
pub fn number(code: &str) -> Option<i64> {
    let digits = code.strip_prefix(['+', '-']).unwrap_or(code);
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| code.parse().ok()).flatten()
}

/// A code as it compares across tables: numbers by value, whatever the table thinks they are.
pub fn common(code: &str) -> String {
    let code = code.trim();
    number(code).map_or_else(|| code.to_owned(), |number| number.to_string())
}

/// Whether a code has that common form.
pub fn is_common(code: &str, form: &str) -> bool {
    let code = code.trim();
    match number(code) {
        Some(number) => self::number(form) == Some(number),
        None => code == form,
    }
}

/// A fingerprint of a word (FNV-1a): what has another one is another word.
pub fn fingerprint(word: &str) -> u32 {
    word.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_numbers_by_value_and_words_by_spelling() {
        let integers = Table { key: KeyKind::Integer, ..Table::default() };
        assert_eq!(key(&integers, "007"), key(&integers, " +7"));
        assert_ne!(key(&integers, "-7"), key(&integers, "7"));
        assert_eq!(key(&integers, "E7"), Key::Text("E7".into()));
        let words = Table::default();
        assert_ne!(key(&words, "007"), key(&words, "7"));
        assert_ne!(key(&words, "Gone"), key(&words, "gone"));
        let folded = Table { fold: true, ..Table::default() };
        assert_eq!(key(&folded, "Gone"), key(&folded, "GONE"));
        let composite = Table { key: KeyKind::Composite, ..Table::default() };
        assert_eq!(key(&composite, "400/0620"), key(&composite, "400 / 620"));
    }
}
