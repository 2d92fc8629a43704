//! Numbers for hot paths: formatting takes ten times as long.

/// A number as it is written, without an allocation.
pub struct Digits {
    all: [u8; 20],
    start: usize,
}

impl Digits {
    /// The digits of a number.
    pub fn of(number: usize) -> Self {
        let mut digits = Self { all: [b'0'; 20], start: 20 };
        let mut rest = number;
        loop {
            digits.start -= 1;
            digits.all[digits.start] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                return digits;
            }
        }
    }

    /// They, in ASCII.
    pub fn as_bytes(&self) -> &[u8] {
        &self.all[self.start..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_ever() {
        for number in [0, 7, 10, 99, 100, 123_456, usize::MAX] {
            assert_eq!(Digits::of(number).as_bytes(), number.to_string().as_bytes());
        }
    }
}
