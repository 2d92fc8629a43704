//! Finding credentials in text, so that reports, screens and copies can leave them out.
//!
//! In: text as it arrived. Out: the same text with `[masked]` where a credential stood. It goes by the name beside a value
//! (`api_key=`, `"accessToken":`, `Authorization:`), by the scheme before it (`Bearer`) and by the form of a few kinds of
//! tokens; a value without any of these cannot be told from an id and stays. Runs before cleaning, knows no vendor.

use std::ops::Range;
use std::sync::LazyLock;

use crate::text::Untrusted;

/// What stands where a credential was.
const MASK: &str = "[masked]";

/// What a credential looks like: `assets/secrets.txt`, by section.
struct Known {
    /// Names of credentials.
    names: Vec<&'static str>,
    /// Short names, which count only where they stand alone or after a divider.
    short: Vec<&'static str>,
    /// Names that end like a credential and are none.
    harmless: Vec<&'static str>,
    /// What credentials start with.
    starts: Vec<&'static str>,
    /// Words before a credential.
    schemes: Vec<&'static str>,
}

static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let mut known = Known { names: vec![], short: vec![], harmless: vec![], starts: vec![], schemes: vec![] };
    let mut section = "";
    for line in include_str!("../assets/secrets.txt").lines().map(str::trim) {
        if let Some((name, _)) = line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            section = name;
        } else if !line.is_empty() && !line.starts_with('#') {
            match section {
                "names" => known.names.push(line),
                "short" => known.short.push(line),
                "harmless" => known.harmless.push(line),
                "starts" => known.starts.push(line),
                _ => known.schemes.push(line),
            }
        }
    }
    known
});

/// Shortest text that can be told from a word.
const LONG: usize = 16;

/// Whether credentials are masked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Secrets {
    /// They are.
    #[default]
    Masked,
    /// `--show-secrets`: they are not.
    Shown,
}

impl Secrets {
    /// Text with the credentials in it masked.
    pub fn mask(self, text: &Untrusted<'_>) -> Untrusted<'static> {
        let source = text.source();
        if self == Self::Shown {
            return source.to_owned().into();
        }
        replace(source, &spots(source), |_| MASK.into()).into()
    }

    /// The same, every masked character as `*`: what stands behind it keeps its column.
    pub fn mask_in_place(self, text: &Untrusted<'_>) -> Untrusted<'static> {
        let source = text.source();
        if self == Self::Shown {
            return source.to_owned().into();
        }
        replace(source, &spots(source), |secret| "*".repeat(secret.chars().count())).into()
    }

    /// The value of a header or member of that name, masked whole where the name is a credential's.
    pub fn mask_named(self, name: &Untrusted<'_>, value: &Untrusted<'_>) -> Untrusted<'static> {
        if self == Self::Masked && is_secret(name.source()) && !value.is_empty() {
            return masked_value(value.source()).into();
        }
        self.mask(value)
    }
}

/// The scheme of an `Authorization` and the name of a cookie say something and give nothing away.
fn masked_value(value: &str) -> String {
    if let Some((scheme, _)) = value.split_once(' ')
        && KNOWN.schemes.iter().any(|known| known.eq_ignore_ascii_case(scheme))
    {
        return format!("{scheme} {MASK}");
    }
    match value.split_once('=') {
        Some((name, rest)) if !rest.is_empty() && name.bytes().all(is_name) && !name.is_empty() && name.len() < 40 => {
            format!("{name}={MASK}")
        }
        _ => MASK.into(),
    }
}

/// Whether a member, header or parameter of that name holds a credential.
pub fn is_secret(name: &str) -> bool {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    if KNOWN.harmless.iter().any(|end| plain.ends_with(end)) {
        return false;
    }
    let last = name.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or(name);
    KNOWN.names.iter().any(|end| plain.ends_with(end))
        || KNOWN.short.iter().any(|short| last.eq_ignore_ascii_case(short))
}

/// Names that no sentence has before a colon.
fn is_header(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["authorization", "cookie", "api-key", "auth-token", "api-token"].iter().any(|end| name.ends_with(end))
}

fn replace(text: &str, spots: &[Range<usize>], with: impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for spot in spots {
        if spot.start < done {
            continue;
        }
        out.push_str(&text[done..spot.start]);
        out.push_str(&with(&text[spot.clone()]));
        done = spot.end;
    }
    out.push_str(&text[done..]);
    out
}

/// Where credentials stand, in ascending order; later ones may lie within earlier ones.
fn spots(text: &str) -> Vec<Range<usize>> {
    let mut spots = Vec::new();
    by_name(text, &mut spots);
    by_form(text, &mut spots);
    spots.sort_by_key(|spot: &Range<usize>| (spot.start, std::cmp::Reverse(spot.end)));
    spots
}

/// `name=value`, `name: value`, `"name": "value"`, `\"name\":\"value\"` and `://user:password@`.
fn by_name(text: &str, spots: &mut Vec<Range<usize>>) {
    let bytes = text.as_bytes();
    for at in memchr::memchr2_iter(b'=', b':', bytes) {
        let end =
            bytes[..at].iter().rposition(|b| !matches!(b, b'"' | b'\'' | b'\\' | b' ')).map_or(0, |last| last + 1);
        let start = bytes[..end].iter().rposition(|b| !is_name(*b)).map_or(0, |before| before + 1);
        let name = &text[start..end];
        if bytes[at..].starts_with(b"://") {
            spots.extend(password(text, at + 3));
        }
        // `Invalid token: expired` is a sentence: a name that stands in one needs a value that looks the part.
        if name.is_empty() || !is_secret(name) {
            continue;
        }
        let from = at + 1 + bytes[at + 1..].iter().take_while(|b| matches!(b, b' ' | b'\\')).count();
        let Some(quote) = bytes.get(from) else { continue };
        if matches!(quote, b'"' | b'\'') {
            let inner = from + 1;
            let length = bytes[inner..].iter().position(|b| b == quote || *b == b'\\').unwrap_or(bytes.len() - inner);
            push(spots, inner..inner + length);
            continue;
        }
        let mut value = token(text, from);
        let scheme = KNOWN.schemes.iter().any(|scheme| scheme.eq_ignore_ascii_case(&text[value.clone()]));
        if scheme && bytes.get(value.end) == Some(&b' ') {
            value = token(text, value.end + 1);
        }
        if bytes[at] == b'=' || scheme || is_header(name) || looks_random(&text[value.clone()]) {
            push(spots, value);
        }
    }
}

/// Tokens that show what they are: after a scheme, with a known start, or in three parts of Base64.
fn by_form(text: &str, spots: &mut Vec<Range<usize>>) {
    let mut at = 0;
    let mut after_scheme = false;
    while at < text.len() {
        let word = token(text, at);
        if word.is_empty() {
            let next = text[at..].chars().next().map_or(1, char::len_utf8);
            after_scheme &= &text[at..at + next] == " ";
            at += next;
            continue;
        }
        let content = &text[word.clone()];
        let known = content.len() >= LONG && KNOWN.starts.iter().any(|start| content.starts_with(start));
        let jwt = content.starts_with("eyJ") && content.matches('.').count() == 2 && content.len() > 2 * LONG;
        if known || jwt || (after_scheme && looks_random(content)) {
            push(spots, word.clone());
        }
        after_scheme = KNOWN.schemes.iter().any(|scheme| scheme.eq_ignore_ascii_case(content));
        at = word.end;
    }
}

/// The password of `user:password@host`, from behind the `://`.
fn password(text: &str, from: usize) -> Option<Range<usize>> {
    let end = text[from..].find(|c: char| matches!(c, '/' | '?' | '#' | '"' | '\'' | '<' | '>') || c.is_whitespace());
    let authority = &text[from..end.map_or(text.len(), |end| from + end)];
    let (user, _) = authority.rsplit_once('@')?;
    let (name, password) = user.split_once(':')?;
    let start = from + name.len() + 1;
    Some(start..start + password.len()).filter(|spot| !spot.is_empty())
}

/// The run of characters that credentials are made of, from here.
fn token(text: &str, from: usize) -> Range<usize> {
    let run = text.as_bytes()[from..]
        .iter()
        .take_while(|b| is_name(**b) || matches!(b, b'.' | b'+' | b'/' | b'~' | b'%' | b'='));
    from..from + run.count()
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

fn looks_random(text: &str) -> bool {
    text.len() >= LONG && text.bytes().any(|b| b.is_ascii_digit()) && text.bytes().any(|b| b.is_ascii_alphabetic())
}

fn push(spots: &mut Vec<Range<usize>>, spot: Range<usize>) {
    if !spot.is_empty() {
        spots.push(spot);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mask(text: &str) -> String {
        Secrets::Masked.mask(&text.into()).clean().into_string()
    }

    #[test]
    fn credentials_go_by_their_name() {
        for (text, expected) in [
            ("https://x.test/a?api_key=abc&x=1", "https://x.test/a?api_key=[masked]&x=1"),
            ("https://x.test/a?X-Amz-Signature=0af3#top", "https://x.test/a?X-Amz-Signature=[masked]#top"),
            (r#"{"access_token": "abc", "n": 1}"#, r#"{"access_token": "[masked]", "n": 1}"#),
            (r#"{\"accessToken\":\"abc\"}"#, r#"{\"accessToken\":\"[masked]\"}"#),
            ("Authorization: Bearer abc.def", "Authorization: Bearer [masked]"),
            ("X-Api-Key: abc", "X-Api-Key: [masked]"),
            ("https://me:hunter2@x.test/", "https://me:[masked]@x.test/"),
        ] {
            assert_eq!(mask(text), expected, "{text}");
        }
    }

    #[test]
    fn credentials_go_by_their_form() {
        let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N";
        assert_eq!(mask(&format!("got {jwt}!")), "got [masked]!");
        assert_eq!(mask("wrong key sk-abcdefghijklmnop."), "wrong key [masked]");
        assert_eq!(mask("sent Bearer 0123456789abcdef0"), "sent Bearer [masked]");
    }

    #[test]
    fn sentences_and_ids_stay() {
        for text in [
            "Invalid token: expired",
            "Bearer token required",
            "request 6d84e126-d10c-4e52-bbfb-bd4c92bc8333 failed",
            "next_page_token=CAUQAA",
            "max_tokens: 4096",
            "a signature: is missing",
            "see https://x.test/docs?id=5",
            "time 10:00:00",
            "ünïcödé = ä:b",
        ] {
            assert_eq!(mask(text), text);
        }
    }

    #[test]
    fn named_values_are_masked_whole_and_keep_their_scheme() {
        let named = |name: &'static str, value: &'static str| {
            Secrets::Masked.mask_named(&name.into(), &value.into()).clean().into_string()
        };
        assert_eq!(named("Authorization", "Basic YTpi"), "Basic [masked]");
        assert_eq!(named("Set-Cookie", "sid=abc; Path=/"), "sid=[masked]");
        assert_eq!(named("apiSecret", "x y"), "[masked]");
        assert_eq!(named("X-Request-Id", "abc"), "abc");
    }

    #[test]
    fn in_place_keeps_columns() {
        let text = r#""password": "añb", x"#;
        let masked = Secrets::Masked.mask_in_place(&text.into()).clean().into_string();
        assert_eq!(masked, r#""password": "***", x"#);
    }

    #[test]
    fn shown_is_shown() {
        let text = "api_key=abc";
        assert_eq!(Secrets::Shown.mask(&text.into()).clean().as_str(), text);
    }
}
