//! Dates recognised by their text, without a calendar: nearly every date of an export is a day that has come.
//!
//! The law that holds this to the calendar is a test of `record/date.rs`.

/// The days up to a last one.
#[derive(Clone, Copy, Debug)]
pub struct DaysUntil {
    /// `YYYY-MM-` and `YY-MM-DD` of the last one.
    last: (u64, u64),
}

impl DaysUntil {
    /// The days up to `last`, which is written `YYYY-MM-DD`; `None` if it is not of ten bytes.
    #[must_use]
    pub fn new(last: &str) -> Option<Self> {
        Some(Self { last: halves(last.as_bytes())? })
    }

    /// True for a day up to the last one, written `YYYY-MM-DD` with or without quotes. False for days after the 28th:
    /// whether the month has them takes a calendar.
    #[inline]
    #[must_use]
    pub fn hold(self, text: &[u8]) -> bool {
        const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
        let inner = match text {
            [b'"', inner @ .., b'"'] => inner,
            _ => text,
        };
        let Some((head, tail)) = halves(inner) else { return false };
        // Zeros in place of hyphens and at most nine in place of digits: what is too large reaches the high bit.
        let is_written = |half: u64, most: &[u8; 8]| {
            let limits = u64::from_be_bytes(most.map(|most| 0x7f - most));
            (half.wrapping_add(limits) | half) & HIGH == 0
        };
        let (year, day) = (head ^ u64::from_be_bytes(*b"0000-00-"), tail ^ u64::from_be_bytes(*b"00-00-00"));
        let number = |tens: u32| (day >> tens & 0xff) * 10 + (day >> (tens - 8) & 0xff);
        is_written(year, &[9, 9, 9, 9, 0, 9, 9, 0])
            && is_written(day, &[9, 9, 0, 9, 9, 0, 9, 9])
            && matches!(number(32), 1..=12)
            && matches!(number(8), 1..=28)
            && (head, tail) <= self.last
    }
}

/// The first eight of ten bytes and the last.
#[inline]
fn halves(text: &[u8]) -> Option<(u64, u64)> {
    let text: &[u8; 10] = text.try_into().ok()?;
    Some((u64::from_be_bytes(*text.first_chunk()?), u64::from_be_bytes(*text.last_chunk()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_have_come_are_recognised() {
        let days = DaysUntil::new("2026-11-21").expect("ten bytes");
        for text in ["2026-11-21", "2026-11-01", "0001-01-28", "\"2025-12-28\""] {
            assert!(days.hold(text.as_bytes()), "{text}");
        }
        for text in
            ["2026-11-22", "2027-01-01", "2026-13-01", "2026-00-01", "2026-01-00", "2024-02-29", "2026/11/01", ""]
        {
            assert!(!days.hold(text.as_bytes()), "{text}");
        }
    }
}
