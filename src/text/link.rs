//! Where an address really leads, told before anybody follows it.
//!
//! In: an address as it arrived. Out: its host, whether a browser may be handed it, and what is doubtful about it. It
//! reads addresses more narrowly than browsers do: what two programs could read differently is refused, not guessed.

use super::{Clean, Untrusted, clean};

/// What is doubtful about an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Doubt {
    /// No `http` or `https` address: it could start any program.
    NotWeb,
    /// A path without a host; where it leads depends on what was asked.
    Relative,
    /// Blanks, controls, backslashes, a port or a host that programs read differently.
    Malformed,
    /// A user name or password before the host; it can pass for one.
    Credentials,
    /// The host has letters beyond ASCII, which can pass for others.
    LookAlike,
}

impl Doubt {
    /// The word for reports.
    pub fn id(self) -> &'static str {
        match self {
            Self::NotWeb => "not-web",
            Self::Relative => "relative",
            Self::Malformed => "malformed",
            Self::Credentials => "credentials",
            Self::LookAlike => "look-alike",
        }
    }

    /// Whether the address is not handed to a browser for that.
    fn forbids(self) -> bool {
        matches!(self, Self::NotWeb | Self::Relative | Self::Malformed)
    }
}

/// Terminals drop longer ones.
const LONGEST_TARGET: usize = 2000;

/// What an address turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    host: Option<Clean>,
    /// The host in its script, where the address has it in ASCII (`xn--`), or the other way round.
    reads: Option<Clean>,
    doubts: Vec<Doubt>,
    /// The address itself, where a terminal may be told it.
    target: Option<Clean>,
}

impl Address {
    /// The address that a terminal may be told for a text on screen: nothing doubtful, plain ASCII, and not overlong.
    pub fn link(shown: &Clean) -> Option<String> {
        /// Terminals drop longer ones.
        const LONGEST: usize = 2000;
        let plain = shown.len() <= LONGEST && shown.bytes().all(|byte| byte.is_ascii_graphic());
        // Behind the host they have to be escaped; here they stand where something was masked.
        let path = after_scheme(shown).and_then(|rest| rest.find(['/', '?', '#']).map(|at| &rest[at..]));
        let plain = plain && !path.is_some_and(|path| path.contains(['[', ']']));
        let address = Self::of(&Untrusted::from(shown.as_str()));
        (plain && shown.shown().is_empty() && address.doubts().is_empty()).then(|| shown.as_str().to_owned())
    }

    /// Looks at an address.
    pub fn of(address: &Untrusted<'_>) -> Self {
        let text = address.source();
        let Some(rest) = after_scheme(text) else {
            let relative = text.starts_with('/') && !text.starts_with("//") && clean(text).shown().is_empty();
            let doubt = if relative { Doubt::Relative } else { Doubt::NotWeb };
            return Self { host: None, reads: None, doubts: vec![doubt], target: None };
        };
        let mut doubts = Vec::new();
        // Characters that browsers drop, or take for a slash or another separator.
        let odd = |c: char| {
            c.is_whitespace() || c.is_control() || matches!(c, '\\' | '"' | '<' | '>' | '`' | '{' | '}' | '|' | '^')
        };
        let hidden = !clean(text).shown().is_empty();
        let mut malformed = hidden || text.contains(odd);
        let authority = &rest[..rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len())];
        let (user, place) = match authority.rsplit_once('@') {
            Some((user, place)) => (Some(user), place),
            None => (None, authority),
        };
        if user.is_some() {
            doubts.push(Doubt::Credentials);
        }
        let host = host(place);
        malformed |= host.is_none();
        let host = host.unwrap_or(place);
        let reads = other_spelling(host);
        if reads.is_some() || !host.is_ascii() {
            doubts.push(Doubt::LookAlike);
        }
        if malformed {
            doubts.push(Doubt::Malformed);
        }
        let mut address = Self {
            host: (!host.is_empty()).then(|| clean(host)),
            reads: reads.map(|text| clean(&text)),
            doubts,
            target: None,
        };
        // OSC 8 takes ASCII; what has to be rewritten for it is not what the sender wrote.
        let plain = text.len() <= LONGEST_TARGET && text.bytes().all(|byte| byte.is_ascii_graphic());
        address.target = (plain && address.may_open()).then(|| clean(text));
        address
    }

    /// The host that a browser would ask, as the address spells it.
    pub fn host(&self) -> Option<&Clean> {
        self.host.as_ref()
    }

    /// What is doubtful.
    pub fn doubts(&self) -> &[Doubt] {
        &self.doubts
    }

    /// Whether it may be handed to a browser: an `http` or `https` address that all programs read alike.
    pub fn may_open(&self) -> bool {
        !self.doubts.iter().any(|doubt| doubt.forbids())
    }

    /// What a terminal may be told to make a link of (OSC 8): an address that may be opened, letter for letter.
    pub fn target(&self) -> Option<&Clean> {
        self.target.as_ref()
    }

    /// One sentence on what is doubtful; nothing where all is plain.
    pub fn warning(&self) -> Option<Clean> {
        let host = self.host.clone().unwrap_or_default();
        let mut out = Clean::default();
        for doubt in &self.doubts {
            if !out.is_empty() {
                out.push(&Clean::ours("; "));
            }
            match doubt {
                // Nobody is misled by a path.
                Doubt::Relative => {}
                Doubt::NotWeb => out.push(&Clean::ours("no web address, never opened")),
                Doubt::Malformed => out.push(&Clean::ours("no plain address, never opened")),
                Doubt::Credentials => {
                    out.push(&Clean::ours("what stands before the @ is a user name; the host is "));
                    out.push(&host);
                }
                Doubt::LookAlike => {
                    out.push(&Clean::ours("the host may pass for another: "));
                    out.push(&host);
                    if let Some(reads) = &self.reads {
                        out.push(&Clean::ours(" is "));
                        out.push(reads);
                    }
                }
            }
        }
        (!out.is_empty()).then_some(out)
    }
}

/// What stands behind `http://` or `https://`.
fn after_scheme(text: &str) -> Option<&str> {
    ["https://", "http://"].iter().find_map(|scheme| {
        let start = text.get(..scheme.len())?;
        start.eq_ignore_ascii_case(scheme).then(|| &text[scheme.len()..])
    })
}

/// The host of `host:port`, if both are well-formed.
fn host(place: &str) -> Option<&str> {
    let (host, port) = match place.strip_prefix('[') {
        Some(inner) => {
            let (address, rest) = inner.split_once(']')?;
            address.parse::<std::net::Ipv6Addr>().ok()?;
            (&place[..address.len() + 2], rest.strip_prefix(':'))
        }
        None => match place.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (place, None),
        },
    };
    let port = port.is_none_or(|port| {
        port.is_empty() || (port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok())
    });
    let plain =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '[' | ']' | ':') || c.is_alphanumeric();
    let labels = host.trim_end_matches('.').split('.').all(|label| !label.is_empty() && !label.starts_with('-'));
    (port && labels && host.chars().all(plain)).then_some(host)
}

/// A host with `xn--` labels in its own script; one in its own script with its letters spelled out.
fn other_spelling(host: &str) -> Option<String> {
    if host.is_ascii() {
        let mut decoded = false;
        let labels: Vec<String> = host
            .split('.')
            .map(|label| {
                let start = label.get(..4).filter(|start| start.eq_ignore_ascii_case("xn--"));
                decoded |= start.is_some();
                let spelled = start.map(|_| punycode(&label[4..]).unwrap_or_else(|| "?".into()));
                spelled.unwrap_or_else(|| label.to_owned())
            })
            .collect();
        return decoded.then(|| labels.join("."));
    }
    let spelled = host.chars().map(|c| if c.is_ascii() { c.to_string() } else { format!("<U+{:04X}>", c as u32) });
    Some(spelled.collect())
}

/// Decodes a label (RFC 3492).
fn punycode(label: &str) -> Option<String> {
    const BASE: u32 = 36;
    let (mut out, rest): (Vec<char>, &str) = match label.rsplit_once('-') {
        Some((plain, rest)) => (plain.chars().collect(), rest),
        None => (Vec::new(), label),
    };
    // A name is at most 63 bytes; decoding is quadratic in what it gets.
    if label.len() > 63 {
        return None;
    }
    let (mut code, mut bias, mut at) = (128_u32, 72_u32, 0_u32);
    let mut digits = rest.bytes().peekable();
    while digits.peek().is_some() {
        let (before, mut weight, mut k) = (at, 1_u32, BASE);
        loop {
            let digit = match digits.next()? {
                b @ b'a'..=b'z' => u32::from(b - b'a'),
                b @ b'A'..=b'Z' => u32::from(b - b'A'),
                b @ b'0'..=b'9' => u32::from(b - b'0') + 26,
                _ => return None,
            };
            at = at.checked_add(digit.checked_mul(weight)?)?;
            let threshold = k.saturating_sub(bias).clamp(1, 26);
            if digit < threshold {
                break;
            }
            weight = weight.checked_mul(BASE - threshold)?;
            k += BASE;
        }
        let count = u32::try_from(out.len()).ok()? + 1;
        let mut delta = if before == 0 { (at - before) / 700 } else { (at - before) / 2 };
        delta += delta / count;
        bias = 0;
        while delta > 455 {
            delta /= BASE - 1;
            bias += BASE;
        }
        bias += (BASE * delta) / (delta + 38);
        code = code.checked_add(at / count)?;
        at %= count;
        out.insert(at as usize, char::from_u32(code)?);
        at += 1;
    }
    Some(out.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_addresses_become_targets() {
        let target = |text: &str| Address::of(&Untrusted::from(text)).target().map(|target| target.to_string());
        assert_eq!(target("https://example.test/a?b=c#d").as_deref(), Some("https://example.test/a?b=c#d"));
        let long = format!("https://example.test/{}", "a".repeat(2000));
        for text in
            ["https://example.test/\u{7}", "https://exämple.test/", "file:///etc/passwd", "/a", "https://a b/", &long]
        {
            assert_eq!(target(text), None, "{text}");
        }
    }

    fn of(text: &str) -> Address {
        Address::of(&Untrusted::from(text))
    }

    #[test]
    fn plain_addresses_pass() {
        for (text, host) in [
            ("https://example.com/docs?a=1&b=2#c", "example.com"),
            ("HTTP://Example.com:8080", "Example.com"),
            ("http://169.254.169.254/latest", "169.254.169.254"),
            ("https://[::1]:443/x", "[::1]"),
            ("https://example.com./x@y", "example.com."),
        ] {
            let address = of(text);
            assert_eq!(address.doubts(), [], "{text}");
            assert_eq!(address.host().map(|host| host.as_str().to_owned()).as_deref(), Some(host));
            assert!(address.may_open() && address.warning().is_none());
        }
    }

    #[test]
    fn only_what_is_beyond_doubt_is_a_link() {
        let link = |text: &str| Address::link(&clean(text));
        assert_eq!(link("https://example.com/a?b=c#d").as_deref(), Some("https://example.com/a?b=c#d"));
        for text in [
            "javascript:alert(1)",
            "file:///etc/passwd",
            "/relative",
            "https://user@example.com/",
            "https://xn--80ak6aa92e.com/",
            "https://example.com/\u{1b}\\x",
            "https://example.com/\u{7}",
            "https://example.com/\u{202e}",
            "https://example.com/a b",
            "https://example.com/ä",
            "https://example.com/?token=[masked]",
            "",
        ] {
            assert_eq!(link(text), None, "{text:?}");
        }
        assert_eq!(link(&format!("https://example.com/{}", "a".repeat(3000))), None);
    }

    #[test]
    fn only_the_web_is_opened() {
        for text in [
            "javascript:alert(1)",
            "  JaVaScRiPt:alert(1)",
            "java\tscript:x",
            "file:///etc/passwd",
            "\\\\evil\\share",
            "data:text/html,x",
            "ssh://-oProxyCommand=id/x",
            "--help",
            "-proxy-server=x:1",
            "",
            "//evil.example/x",
            " https://example.com/",
            "https:/example.com",
            "https:\\\\example.com",
        ] {
            assert_eq!(of(text).doubts(), [Doubt::NotWeb], "{text:?}");
            assert!(!of(text).may_open());
        }
    }

    #[test]
    fn a_path_is_no_reason_to_warn_and_is_not_opened() {
        let address = of("/docs/errors#1001");
        assert_eq!((address.doubts(), address.may_open(), address.warning()), (&[Doubt::Relative][..], false, None));
    }

    #[test]
    fn what_programs_read_differently_is_not_opened() {
        for text in [
            "https://example.com/a b",
            "https://example.com/\r\nX: y",
            "https://example.com/\0",
            "https://evil.example\\@good.com/",
            "https://\u{202e}moc.live/",
            "https://example.com:99999/",
            "https://[::ffff:127.0.0.1]:99999/",
            "https://[x]/",
            "https://-evil.example/",
            "https://",
            "https:///x",
            "https://good.com\u{3002}evil.example/",
            "https://good.com%2f@/",
            "https://example.com/`id`",
            "https://a\u{ad}b.example/",
        ] {
            assert!(!of(text).may_open(), "{text:?}");
            assert!(of(text).doubts().contains(&Doubt::Malformed), "{text:?}");
        }
    }

    #[test]
    fn the_real_host_is_told() {
        let address = of("https://good.example@evil.example/login");
        assert_eq!(address.doubts(), [Doubt::Credentials]);
        assert_eq!(
            address.warning().expect("a warning"),
            "what stands before the @ is a user name; the host is evil.example"
        );
        assert!(address.may_open());
    }

    #[test]
    fn look_alike_hosts_are_flagged() {
        // RFC 3492, 7.1 and IDNA's usual examples.
        for (label, text) in [
            ("bcher-kva", "bücher"),
            ("80ak6aa92e", "аррӏе"),
            ("n8jok5ay5dzabd5bym9f0cm5685rrjetr6pdxa", "なぜみんな日本語を話してくれないのか"),
        ] {
            assert_eq!(punycode(label).as_deref(), Some(text));
        }
        let address = of("https://xn--80ak6aa92e.com/");
        assert_eq!(
            address.warning().expect("a warning"),
            "the host may pass for another: xn--80ak6aa92e.com is аррӏе.com"
        );
        let address = of("https://bitm\u{43e}vin.example/");
        assert_eq!(address.doubts(), [Doubt::LookAlike]);
        assert_eq!(
            address.warning().expect("a warning"),
            "the host may pass for another: bitmоvin.example is bitm<U+043E>vin.example"
        );
        for broken in ["xn--", "xn--99999999999999999999", "xn--ä", "xn--a-\u{7f}"] {
            of(&format!("https://{broken}.com/"));
        }
    }
}
