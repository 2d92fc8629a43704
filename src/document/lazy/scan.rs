//! Brackets, commas and quotes, 64 bytes at a time, told apart from those within strings.
//!
//! The way of simdjson (Langdale and Lemire, "Parsing Gigabytes of JSON per Second"), without unsafe
//! code. Strings are taken to be JSON's: whether that holds is checked elsewhere.

use wide::u8x16;

/// Bytes of one step.
pub(super) const LANES: usize = 64;

/// What must be known of all that stands before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Scanner {
    /// All ones within a string.
    string: u64,
    /// 1 behind a backslash that counts.
    escaped: u64,
}

/// One bit for each byte of a step, the first byte lowest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    pub(super) open: u64,
    pub(super) close: u64,
    pub(super) comma: u64,
    /// Quotes that begin or end a string.
    pub(super) quote: u64,
}

struct Found {
    quote: u64,
    backslash: u64,
    open: u64,
    close: u64,
    comma: u64,
}

impl Scanner {
    /// As two bits, to be kept for a place.
    pub(super) fn pack(self) -> u8 {
        (self.string & 1) as u8 | (self.escaped as u8) << 1
    }

    /// The other way round.
    pub(super) fn unpack(bits: u8) -> Self {
        Self { string: if bits & 1 == 0 { 0 } else { u64::MAX }, escaped: u64::from(bits >> 1 & 1) }
    }

    /// What may have stood before bytes out of the middle of a body: a string was open or none was, whichever lets them be
    /// JSON for longer. Nearly always it is right; who builds on it has to check it once the bytes before are known.
    pub(super) fn guess(bytes: &[u8]) -> Self {
        /// Bytes that are looked at. Most often the first few decide.
        const LOOK: usize = 4096;
        let bytes = &bytes[..bytes.len().min(LOOK)];
        let fits = |mut string: bool| {
            let mut escaped = false;
            let misfit = bytes.iter().position(|byte| match (string, byte) {
                _ if std::mem::take(&mut escaped) => false,
                (_, b'"') => {
                    string = !string;
                    false
                }
                (true, b'\\') => {
                    escaped = true;
                    false
                }
                (true, byte) => *byte < b' ',
                (false, byte) => !b"{}[]:, \t\r\n0123456789+-.Eaeflnrstu".contains(byte),
            });
            misfit.unwrap_or(LOOK)
        };
        Self { string: if fits(true) > fits(false) { u64::MAX } else { 0 }, escaped: 0 }
    }

    /// Whether the next byte stands in a string.
    pub(super) fn in_string(self) -> bool {
        self.string != 0
    }

    /// Takes one step.
    #[inline]
    pub(super) fn step(&mut self, bytes: &[u8; LANES]) -> Marks {
        let found = find(bytes);
        let escaped = self.escapes(found.backslash);
        let quote = found.quote & !escaped;
        let inside = within(quote) ^ self.string;
        self.string = ((inside as i64) >> 63) as u64;
        Marks { open: found.open & !inside, close: found.close & !inside, comma: found.comma & !inside, quote }
    }

    /// The bytes behind a backslash that is not itself behind one.
    #[inline]
    fn escapes(&mut self, backslash: u64) -> u64 {
        if backslash == 0 {
            return std::mem::take(&mut self.escaped);
        }
        const ODD: u64 = 0xAAAA_AAAA_AAAA_AAAA;
        let starts = backslash & !self.escaped;
        let codes = ((starts << 1) | ODD).wrapping_sub(starts) ^ ODD;
        let escaped = codes ^ (backslash | self.escaped);
        self.escaped = (codes & backslash) >> 63;
        escaped
    }
}

/// From each odd quote up to the next even one.
#[inline]
fn within(quotes: u64) -> u64 {
    let mut all = quotes;
    for shift in [1, 2, 4, 8, 16, 32] {
        all ^= all << shift;
    }
    all
}

/// Sixteen bytes are compared at a time, with what every machine of its kind has.
#[inline]
fn find(bytes: &[u8; LANES]) -> Found {
    let all = |byte: u8| u8x16::splat(byte);
    let mut found = Found { quote: 0, backslash: 0, open: 0, close: 0, comma: 0 };
    for (part, sixteen) in bytes.as_chunks::<16>().0.iter().enumerate() {
        let sixteen = u8x16::new(*sixteen);
        // `[` and `{` differ in one bit, and so do `]` and `}`.
        let folded = sixteen | all(0x20);
        let gather = |hits: u8x16| u64::from(hits.to_bitmask()) << (16 * part);
        found.quote |= gather(sixteen.simd_eq(all(b'"')));
        found.backslash |= gather(sixteen.simd_eq(all(b'\\')));
        found.open |= gather(folded.simd_eq(all(b'{')));
        found.close |= gather(folded.simd_eq(all(b'}')));
        found.comma |= gather(sixteen.simd_eq(all(b',')));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same, a byte at a time.
    fn slowly(text: &[u8]) -> Vec<(usize, u8)> {
        let (mut string, mut escaped) = (false, false);
        let mut found = Vec::new();
        for (at, byte) in text.iter().enumerate() {
            let was = std::mem::take(&mut escaped);
            match byte {
                b'\\' => escaped = !was,
                b'"' if !was => {
                    string = !string;
                    found.push((at, b'"'));
                }
                b'{' | b'[' | b'}' | b']' | b',' if !string => found.push((at, *byte)),
                _ => {}
            }
        }
        found
    }

    #[test]
    fn what_stood_before_is_guessed() {
        let body =
            "{\"id\":17,\"words\":\"a \\\"true\\\" story, [1] {2}\",\n \"list\":[true,null,-1.5e+3,[]],\"日本\":{}}";
        let (mut string, mut escaped) = (false, false);
        // Behind that nothing tells.
        for (at, byte) in body.bytes().enumerate().take(body.find('日').expect("there")) {
            let rest = &body.as_bytes()[at..];
            // Of a byte behind a backslash one cannot see that it is.
            if !escaped {
                assert_eq!(Scanner::guess(rest).in_string(), string, "{}", rest.escape_ascii());
            }
            string ^= byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
        }
        assert!(!Scanner::guess(&b"1,".repeat(5000)).in_string());
        assert!(Scanner::guess(&b"no end ".repeat(5000)).in_string());
    }

    #[test]
    fn steps_find_what_a_slow_walk_finds() {
        let alphabet = *b"\"\\{[]},ab \"\\";
        let mut seed = 7_u64;
        for _ in 0..500 {
            let text: Vec<u8> = (0..LANES * 4)
                .map(|_| {
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    alphabet[(seed >> 40) as usize % alphabet.len()]
                })
                .collect();
            let mut scanner = Scanner::default();
            let mut found = Vec::new();
            for (step, bytes) in text.as_chunks::<LANES>().0.iter().enumerate() {
                // Keeping and bringing back loses nothing.
                scanner = Scanner::unpack(scanner.pack());
                let marks = scanner.step(bytes);
                for (bit, byte) in bytes.iter().enumerate() {
                    let set = |mask: u64| mask >> bit & 1 == 1;
                    if set(marks.open | marks.close | marks.comma | marks.quote) {
                        found.push((step * LANES + bit, *byte));
                    }
                }
            }
            assert_eq!(found, slowly(&text), "{}", text.escape_ascii());
        }
    }
}
