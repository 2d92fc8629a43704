//! Bytes that are not UTF-8 text yet: gzip and UTF-16.
//!
//! In: bytes as they came. Out: bytes as they were meant, and what was done.

use super::NoteKind;

/// The byte order mark of UTF-8.
pub(super) const BOM: &[u8] = b"\xef\xbb\xbf";

/// What came out of a gzip body.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unzipped {
    pub(super) body: Vec<u8>,
    /// One past the packed bytes; what follows was never packed.
    pub(super) end: usize,
    pub(super) note: NoteKind,
}

/// Whether gzip begins here.
pub(super) fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x1f\x8b\x08")
}

/// Packed parts of one body that are unpacked. Who packs in blocks makes them large; each costs as much as many bytes.
#[cfg(feature = "gzip")]
const MOST_PARTS: usize = 10_000;

/// Unpacks gzip, at most `max` bytes of it; what came out before a fault is kept. Never part of its caller: the 40 KiB that
/// unpacking takes of the stack would be touched for every body.
#[cfg(feature = "gzip")]
#[inline(never)]
pub(super) fn unzip(bytes: &[u8], max: usize) -> Unzipped {
    use std::io::Read;

    let mut rest = bytes;
    let mut body = Vec::new();
    let mut note = NoteKind::Unzipped;
    // One file may be several packed ones in a row.
    let mut parts = 0;
    while is_gzip(rest) {
        parts += 1;
        let room = max - body.len();
        let mut member = flate2::bufread::GzDecoder::new(rest).take(room as u64 + 1);
        let read = member.read_to_end(&mut body);
        rest = member.into_inner().into_inner();
        if body.len() > max || parts > MOST_PARTS {
            body.truncate(max);
            return Unzipped { body, end: bytes.len(), note: NoteKind::UnpackLimit };
        }
        if read.is_err() {
            // The reader has taken an unknown part of the rest; none of it is text.
            rest = &[];
            note = NoteKind::BadGzip;
        }
    }
    Unzipped { body, end: bytes.len() - rest.len(), note }
}

/// This build cannot unpack: the bytes stay as they are.
#[cfg(not(feature = "gzip"))]
pub(super) fn unzip(bytes: &[u8], _max: usize) -> Unzipped {
    Unzipped { body: bytes.to_vec(), end: bytes.len(), note: NoteKind::BadGzip }
}

/// How UTF-16 stores its units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Little,
    Big,
}

/// UTF-16 as UTF-8; nothing where it is not UTF-16. Half a surrogate pair becomes U+FFFD.
pub(super) fn from_utf16(bytes: &[u8]) -> Option<Vec<u8>> {
    let (order, rest) = match bytes {
        // UTF-32 begins like UTF-16; it is left alone and will be called binary.
        [0xff, 0xfe, 0, 0, ..] => return None,
        [0xff, 0xfe, rest @ ..] => (Order::Little, rest),
        [0xfe, 0xff, rest @ ..] => (Order::Big, rest),
        _ => (guess(bytes)?, bytes),
    };
    let (pairs, odd) = rest.as_chunks::<2>();
    let units = pairs.iter().map(|pair| match order {
        Order::Little => u16::from_le_bytes(*pair),
        Order::Big => u16::from_be_bytes(*pair),
    });
    let mut text = String::with_capacity(rest.len() / 2);
    text.extend(char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')));
    if !odd.is_empty() {
        text.push('\u{fffd}');
    }
    Some(text.into_bytes())
}

/// The order of UTF-16 without a mark: it begins with ASCII, and most of its units are.
fn guess(bytes: &[u8]) -> Option<Order> {
    let (pairs, _) = bytes.get(..bytes.len().min(512))?.as_chunks::<2>();
    let ascii = |unit: u16| matches!(unit, 0x20..=0x7e | 0x09..=0x0d);
    let fits = |read: fn([u8; 2]) -> u16| {
        let count = pairs.iter().filter(|pair| ascii(read(**pair))).count();
        pairs.len() >= 2 && pairs[..2].iter().all(|pair| ascii(read(*pair))) && count * 2 > pairs.len()
    };
    if fits(u16::from_le_bytes) {
        Some(Order::Little)
    } else if fits(u16::from_be_bytes) {
        Some(Order::Big)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, order: Order) -> Vec<u8> {
        let swap = |unit: u16| if order == Order::Little { unit.to_le_bytes() } else { unit.to_be_bytes() };
        text.encode_utf16().flat_map(swap).collect()
    }

    #[test]
    fn utf16_with_and_without_a_mark() {
        let text = "{\"message\":\"Ungültig €\u{1f600}\"}\r\n";
        for order in [Order::Little, Order::Big] {
            assert_eq!(from_utf16(&utf16(text, order)).expect("UTF-16"), text.as_bytes(), "{order:?}");
            let marked = utf16(&format!("\u{feff}{text}"), order);
            assert_eq!(from_utf16(&marked).expect("UTF-16"), text.as_bytes(), "{order:?} with a mark");
        }
        let mut odd = utf16("\u{feff}{}", Order::Little);
        odd.push(b'x');
        assert_eq!(from_utf16(&odd).expect("UTF-16"), "{}\u{fffd}".as_bytes());
        assert_eq!(from_utf16(b"\xff\xfe\x00\xd8{\x00").expect("UTF-16"), "\u{fffd}{".as_bytes());
    }

    #[test]
    fn what_is_no_utf16() {
        for bytes in
            [&b""[..], b"{}", b"{\"a\":1}", b"\0\0\0\0", b"a\0", b"\xff\xfe\0\0{\0\0\0", "日本語のテキスト".as_bytes()]
        {
            assert_eq!(from_utf16(bytes), None, "{}", bytes.escape_ascii());
        }
    }

    #[cfg(feature = "gzip")]
    mod gzip {
        use std::io::Write;

        use super::*;

        fn zip(text: &[u8]) -> Vec<u8> {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            encoder.write_all(text).expect("memory");
            encoder.finish().expect("memory")
        }

        #[test]
        fn whole_cut_joined_and_followed() {
            let text = b"{\"code\":1}".repeat(50);
            let packed = zip(&text);
            assert_eq!(
                unzip(&packed, 9999),
                Unzipped { body: text.clone(), end: packed.len(), note: NoteKind::Unzipped }
            );

            let cut = unzip(&packed[..packed.len() - 9], 9999);
            assert_eq!(cut.note, NoteKind::BadGzip);
            assert!(text.starts_with(&cut.body));

            let joined = unzip(&[packed.clone(), zip(b"x")].concat(), 9999);
            assert_eq!((joined.body.len(), joined.note), (501, NoteKind::Unzipped));

            let followed = unzip(&[&packed[..], b"\n404"].concat(), 9999);
            assert_eq!((followed.end, followed.note), (packed.len(), NoteKind::Unzipped));
        }

        #[test]
        fn a_bomb_stops_at_the_limit() {
            let packed = zip(&vec![b' '; 5_000_000]);
            let out = unzip(&packed, 1000);
            assert_eq!((out.body.len(), out.body.capacity() < 100_000, out.note), (1000, true, NoteKind::UnpackLimit));
            assert_eq!(unzip(&zip(&[b'x'; 1000]), 1000).note, NoteKind::Unzipped);
            let parts = zip(b"x").repeat(MOST_PARTS + 2);
            assert_eq!(unzip(&parts, 1 << 20).note, NoteKind::UnpackLimit);
            assert_eq!(unzip(b"\x1f\x8b\x08garbage", 1000).note, NoteKind::BadGzip);
        }
    }
}
