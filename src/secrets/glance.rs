//! Telling at a glance that a text holds no credential: nearly all texts are let through here.

use std::cell::LazyCell;

use super::{KNOWN, LONG, framed, is_token_byte};
use crate::text::every;

/// Whether a text is an id, a number or a moment: hexadecimal digits and what divides them. No name and no start of a
/// credential is spelled with these alone.
pub fn is_bare(text: &str) -> bool {
    every(text.as_bytes(), is_bare_byte)
}

fn is_bare_byte(byte: u8) -> bool {
    // Digits and the colon follow each other, and so do the dash and the dot.
    (b'0'..=b':').contains(&byte)
        | (b'a'..=b'f').contains(&byte)
        | (b'-'..=b'.').contains(&byte)
        | (byte == b'T')
        | (byte == b'Z')
}

/// What a glance tells of a byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sight {
    /// It ends a run of characters that credentials are made of.
    Break,
    Run,
    Dash,
    Slash,
    Colon,
    /// It follows a name, or hides a character.
    Sign,
}

static SIGHTS: [Sight; 256] = {
    let mut sights = [Sight::Break; 256];
    let mut at = 0;
    while at < sights.len() {
        sights[at] = match at as u8 {
            b'-' => Sight::Dash,
            b'/' => Sight::Slash,
            b':' => Sight::Colon,
            b'=' | b'%' => Sight::Sign,
            byte if is_token_byte(byte) => Sight::Run,
            _ => Sight::Break,
        };
        at += 1;
    }
    sights
};

/// Whether a glance is enough, as for most sentences, ids, dates and addresses: no name before a sign, no frame, nothing
/// that begins as a credential does, and no long run of characters that may have a scheme before it.
pub(super) fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let users = LazyCell::new(|| memchr::memchr(b'@', bytes).is_some());
    let mut run = 0;
    for (at, byte) in bytes.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| bytes[before]);
        match SIGHTS[usize::from(*byte)] {
            Sight::Break => {
                run = 0;
                continue;
            }
            Sight::Colon if is_time(bytes, at) || (is_scheme(bytes, at) && !*users) => {
                run = 0;
                continue;
            }
            Sight::Dash if before == Some(b'-') => return false,
            Sight::Slash if begins_like_one(&bytes[at + 1..]) || !framed(text, at).is_empty() => return false,
            Sight::Colon | Sight::Sign => return false,
            Sight::Run | Sight::Dash | Sight::Slash => run += 1,
        }
        if run == LONG {
            let start = at + 1 - LONG;
            if start > 0 && bytes[start - 1] == b' ' || begins_like_one(&bytes[start..]) {
                return false;
            }
        }
    }
    true
}

/// Whether a colon has a digit before it, which no name ends with.
fn is_time(text: &[u8], colon: usize) -> bool {
    let digit = text[..colon].last().filter(|byte| byte.is_ascii_digit());
    digit.is_some_and(|digit| !KNOWN.ends.has(Some(*digit))) && text.get(colon + 1) != Some(&b'/')
}

/// Whether a colon belongs to an address.
fn is_scheme(text: &[u8], colon: usize) -> bool {
    let (before, behind) = text.split_at(colon);
    behind.starts_with(b"://") && (before.ends_with(b"http") || before.ends_with(b"https"))
}

/// Whether a text begins as credentials do, whatever follows.
pub(super) fn begins_like_one(text: &[u8]) -> bool {
    let first = text.first().filter(|first| KNOWN.first.has(Some(**first)));
    let starts = first.and_then(|first| KNOWN.begins.get(first));
    starts.is_some_and(|starts| starts.iter().any(|start| text.starts_with(start.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::super::{by_form, by_frame, by_name};
    use super::*;

    #[test]
    fn what_passes_at_a_glance_passes_at_a_second() {
        let (host, path) = KNOWN.paths[0].split_at(KNOWN.paths[0].find('/').expect("a path"));
        let words = [
            "sk-",
            "abcdefgh12345678",
            "Bearer ",
            "eyJ.a.",
            " ",
            "x",
            "-",
            "--",
            "ghp_",
            "key-",
            "é",
            "6d84e126-d10c",
            "/",
            "https://",
            "08:00",
            "token",
            ":",
            "@",
            "api_key1",
            "dead-beef:",
            "2023-07-04T08:00:55.74Z",
            host,
            path,
        ];
        for (first, second) in words.iter().flat_map(|first| words.iter().map(move |second| (first, second))) {
            for third in words {
                let text = format!("{first}{second}{third}{second}");
                let mut all = Vec::new();
                by_name(&text, &mut all);
                by_form(&text, &mut all);
                by_frame(&text, &mut all);
                assert!(!(is_bare(&text) || is_plain(&text)) || all.is_empty(), "{text}");
            }
        }
        for text in [
            "6d84e126-d10c-4e52-bbfb-bd4c92bc8333",
            "d84e126f-d10c-4e52-bbfb-bd4c92bc8333",
            "nothing to see",
            "2023-07-04T08:00:55.74Z",
            "/v1/vms/678/channels/99841",
            "https://api.example.com/users/cbd030dd-8703-443f-e14f-03733ebe6065/queues",
        ] {
            assert!(is_plain(text), "{text}");
        }
        for text in ["a: b", "https://me:x@y.test/", "ftp://x", "sk-1/abcdefghijklmnop", "/ghp_x"] {
            assert!(!is_plain(text), "{text}");
        }
    }
}
