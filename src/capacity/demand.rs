//! What decides: the rules about seats, put to every day of the timeline, and seats that are to be kept free.
//!
//! A finding underlines the roles of the account that takes the seat in question and the declaration of the licence.

use std::fmt;

use super::context::CapacityContext;
use super::timeline::{Timeline, TimelinePoint};
use crate::check::{CellRequest, Conclusion, Finding, Reason, RecordId};
use crate::diagnostic::fault::FaultKind;
use crate::diagnostic::identification::FindingDetails;
use crate::diagnostic::{Basis, Severity};
use crate::engine::ExtraFinding;
use crate::record::Field;
use crate::record::catalogue::DeclaredAt;

/// The rule about seats beyond those owned.
const EXCEEDED: &str = "seats-exceeded";
/// The rule about the warning mark.
const NEARLY_USED: &str = "seats-nearly-used";
/// Millionths: the unit of a warning mark.
const WHOLE: u128 = 1_000_000;

/// Seats that are to be free on every day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reserve {
    /// So many.
    Seats(u64),
    /// So many hundredths of those owned, rounded up.
    Percent(u64),
}

/// As it is typed.
impl fmt::Display for Reserve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Seats(seats) => write!(f, "{seats}"),
            Self::Percent(percent) => write!(f, "{percent}%"),
        }
    }
}

impl Reserve {
    /// Reads `N` or `N%`.
    ///
    /// # Errors
    /// What was expected, as a fragment.
    pub fn parse(text: &str) -> Result<Self, String> {
        let form = "expected a whole number of seats, or a percentage up to 100%";
        let (digits, is_share) = text.strip_suffix('%').map_or((text, false), |digits| (digits, true));
        let is_whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let count: u64 = digits.parse().ok().filter(|_| is_whole).ok_or(form)?;
        match is_share {
            true if count > 100 => Err(form.to_owned()),
            true => Ok(Self::Percent(count)),
            false => Ok(Self::Seats(count)),
        }
    }

    /// How many that is of those owned.
    #[must_use]
    pub fn of(self, owned: u64) -> u64 {
        match self {
            Self::Seats(seats) => seats,
            Self::Percent(percent) => {
                let seats = (u128::from(owned) * u128::from(percent)).div_ceil(100);
                u64::try_from(seats).expect("internal error: a share is at most the whole")
            }
        }
    }
}

/// What the rules conclude, and what is to be said besides.
pub(super) fn conclude(
    context: &mut CapacityContext<'_>,
    lines: &[Timeline<'_>],
    reserve: Option<Reserve>,
) -> (Vec<(&'static str, Conclusion)>, Vec<ExtraFinding>) {
    let open = undetermined(context, lines);
    let mut exceeded = Conclusion { not_determinable: open, ..Conclusion::default() };
    let mut nearly = exceeded.clone();
    let mut shortages = Vec::new();
    for line in lines {
        let is_judged = u64::from(line.points.iter().any(|point| point.owned.is_some()));
        exceeded.judged += is_judged;
        nearly.judged += is_judged;
        if let Some(point) = line.first_over() {
            exceeded.failed += 1;
            exceeded.findings.push(over(context, line, point).with_details(details(context, line, |owned| owned + 1)));
        } else if let Some((point, mark)) = first_at_mark(line) {
            nearly.failed += 1;
            let details = details(context, line, |owned| mark_of(line, owned));
            nearly.findings.push(at_mark(context, line, point, mark).with_details(details));
        }
        shortages.extend(reserve.and_then(|reserve| short(context, line, reserve)));
    }
    (vec![(EXCEEDED, exceeded), (NEARLY_USED, nearly)], shortages)
}

/// The most seats that the licence will need of the fewest owned, and the last day on which those from `least` of the owned on become more.
fn details(context: &CapacityContext<'_>, line: &Timeline<'_>, least: impl Fn(u64) -> u64) -> FindingDetails {
    let seats = &context.population.seats;
    let is_exact = seats.doubt(context.population.is_partial).is_none() && !seats.has_unknown_later();
    let most = line.points.iter().map(|point| point.used).max().filter(|_| is_exact);
    let owned = line.points.iter().filter_map(|point| point.owned).min().unwrap_or_default();
    let last_rise = last_rise(line, least);
    FindingDetails { last_rise, ..FindingDetails::of_seats(&line.pool.license, most, owned) }
}

/// The last day on which the seats from `least` on become more.
fn last_rise(line: &Timeline<'_>, least: impl Fn(u64) -> u64) -> Option<String> {
    let beyond = |point: &TimelinePoint| point.owned.map_or(0, |owned| (point.used + 1).saturating_sub(least(owned)));
    let befores = std::iter::once(0).chain(line.points.iter().map(beyond));
    let rises = line.points.iter().zip(befores).filter(|(point, before)| beyond(point) > *before);
    rises.last().map(|(point, _)| point.on.to_string())
}

/// Why the rules cannot judge everything.
fn undetermined(context: &CapacityContext<'_>, lines: &[Timeline<'_>]) -> Option<(Reason, u64)> {
    let undeclared = lines.iter().filter(|line| line.points.iter().any(|point| point.owned.is_none())).count() as u64;
    context.population.seats.undetermined(undeclared, true, context.population.is_partial)
}

fn over(context: &mut CapacityContext<'_>, line: &Timeline<'_>, point: &TimelinePoint) -> Finding {
    let owned = point.owned.expect("internal error: more is used than owned");
    let message = format!("{}, {owned} {} owned", used_in_words(context, line, point), be(owned));
    finding(context, line, point, owned, message)
}

/// The warning mark of so many seats owned.
fn mark_of(line: &Timeline<'_>, owned: u64) -> u64 {
    let least = (u128::from(owned) * u128::from(line.pool.warn_at)).div_ceil(WHOLE);
    u64::try_from(least).unwrap_or(u64::MAX).max(1)
}

/// The first day on which the warning mark is reached, and the mark.
fn first_at_mark<'l>(line: &'l Timeline<'_>) -> Option<(&'l TimelinePoint, u64)> {
    let reaches = |point: &'l TimelinePoint| {
        let mark = mark_of(line, point.owned?);
        (point.used >= mark).then_some((point, mark))
    };
    line.points.iter().find_map(reaches)
}

fn at_mark(context: &mut CapacityContext<'_>, line: &Timeline<'_>, point: &TimelinePoint, mark: u64) -> Finding {
    let owned = point.owned.unwrap_or_default();
    let message = format!("{} of {owned} owned", used_in_words(context, line, point));
    finding(context, line, point, mark - 1, message)
}

/// The first day on which fewer seats are free than are to be.
fn short(context: &mut CapacityContext<'_>, line: &Timeline<'_>, reserve: Reserve) -> Option<ExtraFinding> {
    let free = |point: &TimelinePoint| point.owned.map(|owned| owned.saturating_sub(point.used));
    let point = line.points.iter().find(|point| free(point).is_some_and(|free| free < needed(point, reserve)))?;
    let (left, need) = (free(point)?, needed(point, reserve));
    let since = if point.on == context.site.as_of { String::new() } else { format!("from {} on ", point.on) };
    let name = &line.pool.license;
    let message = format!("{since}{} {} free, {need} {} to be kept free", seats(left, name), be(left), be(need));
    let finding = finding(context, line, point, point.owned?.saturating_sub(need), message);
    let least = line.points.iter().filter_map(free).min().unwrap_or_default();
    let more = need - left;
    let remedy = format!(
        "Free {more} of them, buy {more} more before that day, or require fewer with `--require-free {least}`."
    );
    Some(ExtraFinding {
        kind: FaultKind::SeatsReserveShort,
        severity: Severity::Error,
        basis: Basis::Site,
        finding,
        remedy: Some(remedy),
    })
}

fn needed(point: &TimelinePoint, reserve: Reserve) -> u64 {
    point.owned.map_or(0, |owned| reserve.of(owned))
}

fn used_in_words(context: &CapacityContext<'_>, line: &Timeline<'_>, point: &TimelinePoint) -> String {
    let name = &line.pool.license;
    if point.on == context.site.as_of {
        return format!("{} {} used", seats(point.used, name), be(point.used));
    }
    let assumed = line.points.iter().take_while(|one| one.on <= point.on).any(|one| !one.what_ifs.is_empty());
    let assumed = if assumed { " with what is assumed" } else { "" };
    format!("from {} on {} {} used{assumed}", point.on, seats(point.used, name), be(point.used))
}

fn seats(count: u64, license: &str) -> String {
    if count == 1 { format!("1 seat of {license}") } else { format!("{count} seats of {license}") }
}

const fn be(count: u64) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

/// A finding about the account that takes the first seat beyond `limit`, and about the seats owned on that day.
fn finding(
    context: &mut CapacityContext<'_>,
    line: &Timeline<'_>,
    point: &TimelinePoint,
    limit: u64,
    message: String,
) -> Finding {
    let mut finding = Finding::new(message, vec![line.pool.license.clone()]);
    let taker = taker(context, line, point, limit);
    let wanted: Vec<_> = taker.map(|record| CellRequest { record, field: Field::Roles }).into_iter().collect();
    if let Some((_, mut reread)) = context.cells.look_up(&wanted).pop() {
        reread.label.message = "takes this seat".to_owned();
        finding.subject = Some(reread.subject);
        finding.labels.push(reread.label);
        finding.snippets.push(reread.snippet);
    }
    let holding = line.pool.owned_seats_on(point.on).and_then(|holding| holding.declared.as_ref());
    if let Some(DeclaredAt { label, snippet }) = holding.or(line.pool.declared.as_ref()) {
        finding.labels.push(label.clone());
        let number = finding.labels.len() - 1;
        finding.snippets.extend(snippet.clone().map(|snippet| snippet.for_label(number)));
    }
    finding
}

/// The account that takes the first seat beyond `limit`: on the as-of date in the order of the inputs.
fn taker(context: &CapacityContext<'_>, line: &Timeline<'_>, point: &TimelinePoint, limit: u64) -> Option<RecordId> {
    if point.on != context.site.as_of {
        return point.holder_beyond(limit);
    }
    context.population.seats.of_pool(line.number).ranked(limit.checked_add(1)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reserve_is_a_number_or_a_share() {
        assert_eq!(Reserve::parse("3"), Ok(Reserve::Seats(3)));
        assert_eq!(Reserve::parse("10%"), Ok(Reserve::Percent(10)));
        for bad in ["", "%", "-1", "1.5", "101%", "10 %", "ten", "99999999999999999999"] {
            assert!(Reserve::parse(bad).is_err(), "{bad}");
        }
        assert_eq!((Reserve::Percent(10).of(25), Reserve::Percent(0).of(25), Reserve::Percent(100).of(7)), (3, 0, 7));
        assert_eq!(Reserve::Percent(100).of(u64::MAX), u64::MAX);
    }
}
