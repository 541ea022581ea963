//! A timeline in plain characters: a row a day, its seats as a bar, fitted to the width at hand.

use crate::capacity::{License, TimelineStep};
use crate::record::date::Date;

/// The most rows that show days; more of them are put together by month.
const MAX_DAYS: usize = 14;
/// The most rows at all.
const MAX_ROWS: usize = 26;
/// The widest bar.
const MAX_WIDTH: usize = 60;

/// A row of a timeline.
pub(super) struct TimelineRow<'l> {
    /// The day or month.
    pub(super) when: String,
    /// Seats used and owned.
    pub(super) used: u64,
    pub(super) owned: Option<u64>,
    /// The step that it shows, where it is one day's.
    pub(super) step: Option<&'l TimelineStep>,
}

/// The rows of a licence from the as-of date on, and how many are left out.
pub(super) fn rows(license: &License, as_of: Date) -> (Vec<TimelineRow<'_>>, usize) {
    let first = TimelineRow { when: as_of.to_string(), used: license.used.total(), owned: license.owned, step: None };
    let mut rows = vec![first];
    if license.steps.len() <= MAX_DAYS {
        rows.extend(license.steps.iter().map(|step| row(step.on.to_string(), step, true)));
        return (rows, 0);
    }
    let month = |step: &TimelineStep| (step.on.parts().0, step.on.parts().1);
    for steps in license.steps.chunk_by(|a, b| month(a) == month(b)) {
        let (year, number) = month(&steps[0]);
        // Of a month its worst day is shown.
        let worst = steps.iter().rev().max_by_key(|step| (step.owned.map(|owned| step.used > owned), step.used));
        rows.extend(worst.map(|step| row(format!("{year:04}-{number:02}"), step, false)));
    }
    let beyond = rows.len().saturating_sub(MAX_ROWS);
    rows.truncate(MAX_ROWS);
    (rows, beyond)
}

fn row(when: String, step: &TimelineStep, is_day: bool) -> TimelineRow<'_> {
    TimelineRow { when, used: step.used, owned: step.owned, step: is_day.then_some(step) }
}

/// `27 of 25`.
pub(super) fn figure(row: &TimelineRow<'_>) -> String {
    row.owned.map_or_else(|| row.used.to_string(), |owned| format!("{} of {owned}", row.used))
}

/// The bars of rows, each at most `width` characters wide: `#` is used, `!` used beyond what is owned, `.` free.
pub(super) fn bars(rows: &[TimelineRow<'_>], width: usize) -> Vec<String> {
    let most = rows.iter().map(|row| row.used.max(row.owned.unwrap_or(0))).max().unwrap_or(0).max(1);
    let width = u64::try_from(width.min(MAX_WIDTH)).unwrap_or(0).min(most);
    // Whatever there is of a kind is seen, if only as one character.
    let cells = |seats: u64| {
        let cells = (u128::from(seats) * u128::from(width)).div_ceil(u128::from(most));
        usize::try_from(cells).expect("internal error: a bar fits its width")
    };
    let bar = |row: &TimelineRow<'_>| {
        let owned = row.owned.unwrap_or(row.used);
        let (within, beyond) = (row.used.min(owned), row.used.saturating_sub(owned));
        let whole = cells(row.used.max(owned));
        let beyond = cells(beyond).min(whole);
        let free = cells(owned.saturating_sub(row.used)).min(whole);
        let used = if within == 0 { 0 } else { whole.saturating_sub(beyond + free).max(1) };
        format!("{}{}{}", "#".repeat(used), "!".repeat(beyond), ".".repeat(free))
    };
    rows.iter().map(bar).map(|bar| bar.chars().take(width as usize).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(figures: &[(u64, Option<u64>)], width: usize) -> Vec<String> {
        let row = |(used, owned): &(u64, Option<u64>)| TimelineRow {
            when: String::new(),
            used: *used,
            owned: *owned,
            step: None,
        };
        bars(&figures.iter().map(row).collect::<Vec<_>>(), width)
    }

    #[test]
    fn a_bar_shows_what_is_used_over_and_free() {
        assert_eq!(drawn(&[(3, Some(5)), (6, Some(5)), (0, Some(2)), (2, None)], 40), ["###..", "#####!", "..", "##"]);
        assert_eq!(drawn(&[(0, Some(0)), (0, None)], 40), ["", ""]);
    }

    #[test]
    fn nothing_is_too_small_to_be_seen_and_no_bar_too_wide() {
        for bar in drawn(&[(999, Some(1000)), (1000, Some(999)), (1, Some(1000)), (u64::MAX, Some(1))], 20) {
            assert!(bar.len() <= 20, "{bar}");
        }
        let bars = drawn(&[(999, Some(1000)), (1000, Some(999))], 20);
        assert!(bars[0].ends_with("#.") && bars[1].ends_with("#!"), "{bars:?}");
    }
}
