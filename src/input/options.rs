//! What the command line says about the input.
//!
//! In: words of the command line. Out: [`Options`]. It knows no flag names beyond what an error has to quote.

use std::sync::Arc;

use super::{ArgumentError, Header, Response};

/// How much is read where nobody says otherwise: 1 GiB.
pub const DEFAULT_MAX_SIZE: usize = 1 << 30;

/// What is declared about the responses; it wins over what arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The HTTP status.
    pub status: Option<u16>,
    /// The method of the request.
    pub method: Option<String>,
    /// Headers of the response: name and value.
    pub headers: Vec<(String, String)>,
    /// The most bytes to read, and the most that packed bodies may unpack to.
    pub max_size: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { status: None, method: None, headers: Vec::new(), max_size: DEFAULT_MAX_SIZE }
    }
}

impl Options {
    /// Writes what is declared into a response.
    pub(super) fn declare(&self, response: &mut Response) {
        if let Some(method) = &self.method {
            Arc::make_mut(&mut response.request).method = Some(method.to_ascii_uppercase().into());
        }
        if self.status.is_none() && self.headers.is_empty() {
            return;
        }
        let head = response.head_mut();
        if let Some(status) = self.status {
            if head.status != Some(status) {
                // The reason belonged to the status that arrived.
                head.reason = "".into();
            }
            head.status = Some(status);
        }
        let declared = |name: &str| self.headers.iter().any(|(wanted, _)| wanted.eq_ignore_ascii_case(name));
        head.headers.retain(|header| !declared(header.name.source()));
        let headers = self.headers.iter();
        head.headers
            .extend(headers.map(|(name, value)| Header { name: name.clone().into(), value: value.clone().into() }));
    }
}

/// Reads `Name: value`; nothing where there is no colon or the name is none.
pub fn parse_header(text: &str) -> Option<(String, String)> {
    let (name, value) = text.split_once(':')?;
    let name = name.trim();
    let known = !name.is_empty() && name.bytes().all(super::heads::is_name_byte);
    known.then(|| (name.to_owned(), value.trim().to_owned()))
}

/// Reads an HTTP status: three digits, 100 to 999.
pub fn parse_status(text: &str) -> Result<u16, ArgumentError> {
    let trimmed = text.trim();
    let three_digits = trimmed.len() == 3 && trimmed.bytes().all(|byte| byte.is_ascii_digit());
    let status = trimmed.parse().ok().filter(|status| three_digits && (100..=999).contains(status));
    status.ok_or_else(|| ArgumentError::Status { text: text.to_owned().into() })
}

/// Reads a size: bytes, or a number with `K`, `M`, `G` (and `KiB`, `MiB`, `GiB`: powers of 1024; `KB`, `MB`, `GB`: of 1000).
pub fn parse_size(text: &str) -> Result<usize, ArgumentError> {
    let trimmed = text.trim();
    let digits = trimmed.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = trimmed.split_at(digits);
    let unclear = || ArgumentError::Size { text: text.to_owned().into() };
    let factor: u64 = match unit.trim_start().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kib" => 1 << 10,
        "m" | "mib" => 1 << 20,
        "g" | "gib" => 1 << 30,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        _ => return Err(unclear()),
    };
    if number.is_empty() {
        return Err(unclear());
    }
    let too_big = || ArgumentError::SizeTooBig { text: text.to_owned().into() };
    let count: u64 = number.parse().map_err(|_| too_big())?;
    let bytes = count.checked_mul(factor).and_then(|bytes| usize::try_from(bytes).ok()).ok_or_else(too_big)?;
    if bytes == 0 {
        return Err(ArgumentError::SizeZero);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Head;

    #[test]
    fn headers() {
        let pair = |name: &str, value: &str| Some((name.to_owned(), value.to_owned()));
        let table = [
            ("K: V", pair("K", "V")),
            ("Retry-After:5", pair("Retry-After", "5")),
            ("X-Url:  https://a.example:8080/ ", pair("X-Url", "https://a.example:8080/")),
            ("X-Empty:", pair("X-Empty", "")),
            ("no colon", None),
            (": value", None),
            ("two words: value", None),
            ("", None),
        ];
        for (text, expected) in table {
            assert_eq!(parse_header(text), expected, "{text}");
        }
    }

    #[test]
    fn statuses() {
        for (text, expected) in [("100", Some(100)), ("404", Some(404)), ("999", Some(999)), (" 429 ", Some(429))] {
            assert_eq!(parse_status(text).ok(), expected, "{text}");
        }
        for text in ["", "99", "099", "1000", "+40", "4o4", "-1", "4.4"] {
            let error = parse_status(text).expect_err(text);
            assert!(error.to_string().contains(&format!("`{text}`")), "{error}");
        }
    }

    #[test]
    fn sizes() {
        let table = [
            ("1", 1),
            ("512", 512),
            ("10B", 10),
            ("64MiB", 64 << 20),
            ("64m", 64 << 20),
            ("1 GiB", 1 << 30),
            ("3k", 3 << 10),
            ("2MB", 2_000_000),
        ];
        for (text, expected) in table {
            assert_eq!(parse_size(text).expect(text), expected, "{text}");
        }
        for (text, word) in [
            ("", "size"),
            ("MiB", "size"),
            ("-1", "size"),
            ("1.5M", "size"),
            ("1 furlong", "size"),
            ("99999999999999999999", "too big"),
            ("99999999999G", "too big"),
            ("0", "at least"),
        ] {
            let error = parse_size(text).expect_err(text).to_string();
            assert!(error.contains(word), "{text}: {error}");
        }
    }

    #[test]
    fn what_is_declared_wins() {
        let mut response = Response::from_body("stdin", &b"{}"[..]);
        let options = Options {
            status: Some(429),
            method: Some("post".into()),
            headers: vec![("Retry-After".into(), "5".into())],
            ..Options::default()
        };
        options.declare(&mut response);
        assert_eq!(response.status(), Some(429));
        assert_eq!(response.header("retry-after").expect("declared"), &"5");
        assert_eq!(response.request.method.as_ref().expect("declared"), &"POST");

        let arrived = |name: &str, value: &str| Header { name: name.to_owned().into(), value: value.to_owned().into() };
        let head = Head {
            version: "HTTP/1.1".into(),
            status: Some(200),
            reason: "OK".into(),
            headers: vec![arrived("RETRY-AFTER", "9"), arrived("Server", "x"), arrived("retry-after", "8")],
        };
        let mut response = Response { heads: vec![head].into(), ..Response::default() };
        options.declare(&mut response);
        let head = response.head().expect("there is one");
        assert_eq!((head.status, head.reason.source()), (Some(429), ""));
        assert_eq!(head.values("retry-after").map(|value| value.source()).collect::<Vec<_>>(), ["5"]);
        assert_eq!(head.value("server").expect("kept"), &"x");
    }
}
