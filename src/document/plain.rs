//! Reading text that is neither JSON nor markup: one string. And bodies with nothing to read.

use super::Format;
use super::build::Builder;
use super::tree::{Body, Key, Spelling};

pub(super) fn read(bytes: &[u8], out: &mut Builder) -> Format {
    let trimmed = bytes.trim_ascii_start();
    let start = bytes.len() - trimmed.len();
    let end = start + trimmed.trim_ascii_end().len();
    let body = Body::Text { start: start as u32, end: end as u32, spelling: Spelling::Plain };
    out.add(Key::NONE, (start, end), body);
    Format::Text
}

pub(super) fn nothing(bytes: &[u8], out: &mut Builder, format: Format) -> Format {
    out.add(Key::NONE, (0, bytes.len()), Body::Null);
    format
}
