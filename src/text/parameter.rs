//! Parameters in a line of text, as HTTP headers have them. In: a header's value. Out: one parameter's value.

/// A parameter of a header's value: `error` of `Bearer realm="x", error="invalid_token"`. Quotes and their escapes are
/// taken off.
pub fn parameter(value: &str, name: &str) -> Option<String> {
    let mut rest = value;
    while !rest.is_empty() {
        let end = rest.find(|c: char| c == '=' || is_between(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let Some(after) = after.strip_prefix('=') else {
            rest = after.trim_start_matches(is_between);
            continue;
        };
        let (found, after) = argument(after);
        if word.eq_ignore_ascii_case(name) {
            return Some(found);
        }
        rest = after;
    }
    None
}

fn is_between(c: char) -> bool {
    c.is_ascii_whitespace() || matches!(c, ',' | ';')
}

/// A token or a quoted string, and what comes after it.
fn argument(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(is_between).unwrap_or(text.len());
        return (text[..end].to_owned(), &text[end..]);
    };
    let mut found = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (found, &quoted[at + 1..]),
            '\\' => found.extend(chars.next().map(|(_, escaped)| escaped)),
            _ => found.push(c),
        }
    }
    (found, "")
}

#[cfg(test)]
mod tests {
    use super::parameter;

    #[test]
    fn parameters_of_a_header() {
        let challenge =
            r#"Bearer realm="a, error=no",  error="invalid_token", Error_Description="it \"ended\"", max=5;q=ü"#;
        assert_eq!(parameter(challenge, "error").as_deref(), Some("invalid_token"));
        assert_eq!(parameter(challenge, "error_description").as_deref(), Some("it \"ended\""));
        assert_eq!(parameter(challenge, "MAX").as_deref(), Some("5"));
        assert_eq!(parameter(challenge, "q").as_deref(), Some("ü"));
        assert_eq!(parameter(challenge, "Bearer"), None);
        for broken in ["", "=", "a=", "error=\"", "\"", "error", "==,=;="] {
            let found = parameter(broken, "error");
            assert!(found.is_none_or(|found| found.is_empty()), "{broken}");
        }
    }
}
