//! Looking at many bytes in one step.

/// Bytes of a step: as many as every 64-bit processor compares at once.
const STEP: usize = 16;

/// Whether all bytes pass a test, which is computed for each of them: without an early end the compiler looks at a whole
/// step at once.
#[inline]
pub fn every(bytes: &[u8], test: impl Fn(u8) -> bool) -> bool {
    let whole = |step: &[u8; STEP]| step.iter().fold(true, |all, byte| all & test(*byte));
    let (steps, rest) = bytes.as_chunks::<STEP>();
    steps.iter().all(whole)
        && match bytes.last_chunk::<STEP>() {
            // Some bytes are looked at twice: that is faster than one by one.
            Some(last) if !rest.is_empty() => whole(last),
            _ => rest.iter().all(|byte| test(*byte)),
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_counts() {
        for length in 0..70 {
            let mut bytes = vec![b'a'; length];
            assert!(every(&bytes, |byte| byte == b'a'), "{length}");
            for at in 0..length {
                bytes[at] = b'b';
                assert!(!every(&bytes, |byte| byte == b'a'), "{at} of {length}");
                bytes[at] = b'a';
            }
        }
    }
}
