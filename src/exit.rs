//! How a run ends, as a number for scripts.

/// Exit codes. 1, 5 and 75 speak of the response only where `-e` asks for it; signals (129, 130, 143) are the shell's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Exit {
    /// Decoded; with `-e`: every response is a success.
    Success,
    /// With `-e`: failed or partial. Without: nothing was found for `explain` or `codes -s`.
    Failed,
    /// The command line is wrong.
    Usage,
    /// A source cannot be read.
    Unreadable,
    /// There is nothing in it that can be understood: empty, or bytes that are no text.
    NotUnderstood,
    /// With `-e`: no verdict, or none yet.
    NoVerdict,
    /// With `-e`: failed, and every failure is worth repeating unchanged.
    Repeat,
    /// A signal ended it: 128 and its number.
    Signal(i32),
}

impl Exit {
    /// The number.
    pub fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Unreadable => 3,
            Self::NotUnderstood => 4,
            Self::NoVerdict => 5,
            // EX_TEMPFAIL of sysexits.h, which mail and queue runners already retry on.
            Self::Repeat => 75,
            Self::Signal(number) => 128u8.saturating_add(u8::try_from(number).unwrap_or(0)),
        }
    }

    /// The worse of two ends. A source that cannot be read beats one that says nothing, which beats a failure; a failure
    /// that must be mended beats one that may pass, which beats not knowing.
    #[must_use]
    pub fn worst(self, other: Self) -> Self {
        if other.weight() > self.weight() { other } else { self }
    }

    fn weight(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::NoVerdict => 1,
            Self::Repeat => 2,
            Self::Failed => 3,
            Self::NotUnderstood => 4,
            Self::Unreadable => 5,
            Self::Usage => 6,
            Self::Signal(_) => 7,
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_counts() {
        let worst = |ends: &[Exit]| ends.iter().copied().fold(Exit::Success, Exit::worst);
        assert_eq!(worst(&[]), Exit::Success);
        assert_eq!(worst(&[Exit::Repeat, Exit::Failed, Exit::Success]), Exit::Failed);
        assert_eq!(worst(&[Exit::Repeat, Exit::NoVerdict]), Exit::Repeat);
        assert_eq!(worst(&[Exit::Failed, Exit::Unreadable, Exit::NotUnderstood]), Exit::Unreadable);
    }

    #[test]
    fn numbers_are_those_of_the_manual() {
        use Exit::*;
        let all = [Success, Failed, Usage, Unreadable, NotUnderstood, NoVerdict, Repeat];
        assert_eq!(all.map(Exit::code), [0, 1, 2, 3, 4, 5, 75]);
    }
}
