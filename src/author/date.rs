//! The day, as packs write it.

/// The day of a time in seconds since 1970, `YYYY-MM-DD`, in UTC.
pub fn today(seconds: u64) -> String {
    let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds.min(LAST));
    humantime::format_rfc3339_seconds(time).to_string().chars().take(10).collect()
}

/// The end of the year 9999: later ones have no four digits.
const LAST: u64 = 253_402_300_799;

#[cfg(test)]
mod tests {
    #[test]
    fn days() {
        assert_eq!(super::today(0), "1970-01-01");
        assert_eq!(super::today(1_772_323_200), "2026-03-01");
        assert_eq!(super::today(u64::MAX), "9999-12-31");
    }
}
