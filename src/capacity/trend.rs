//! How use has grown, from exports of earlier days, with how uncertain that is.
//!
//! A straight line by ordinary least squares through the seats used on each day, with 95 % confidence limits of its
//! slope and of the line itself by Student's t: Draper and Smith, *Applied Regression Analysis*, 3rd ed. (1998), on
//! fitting a straight line and on inverse regression. A forecast is a range between the days on which the upper and the
//! lower limit reach what is owned, never one day. The line knows nothing of plans: it says what happens if the months
//! to come are like those before.

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::SeatsUsed;
use super::timeline::Timeline;
use crate::diagnostic::usage::UsageError;
use crate::diagnostic::visible::quoted;
use crate::engine::HistoricalUsage;
use crate::engine::NamedInput;
use crate::record::date::Date;

/// How sure the limits are.
pub const CONFIDENCE: f64 = 0.95;
/// Points that a line with an uncertainty needs.
const MIN_POINTS: usize = 3;
/// How far ahead a line is followed.
const MONTHS_AHEAD: i32 = 60;
/// Days of a month, on average over the Gregorian calendar.
const DAYS_PER_MONTH: f64 = 30.436_875;

/// Seats used on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsagePoint {
    /// The day.
    pub on: Date,
    /// Seats used.
    pub used: u64,
    /// The file; nothing for the as-of date.
    pub file: Option<String>,
    /// Why that is "at least".
    pub doubt: Option<String>,
}

/// How use has grown.
#[derive(Clone, Debug, PartialEq)]
pub struct Trend {
    /// What it rests on, in the order of the days.
    pub points: Vec<UsagePoint>,
    /// Seats more each month, where a line can be drawn.
    pub growth: Option<Growth>,
    /// When the seats run out, or why that cannot be said.
    pub forecast: Result<Exhaustion, String>,
}

/// Seats more each month, in whole thousandths: what is beyond them differs from machine to machine.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Growth {
    /// By the line.
    pub estimate: f64,
    /// The lower limit.
    pub low: f64,
    /// The upper limit.
    pub high: f64,
}

/// When the line reaches what is owned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exhaustion {
    /// They are used up already.
    Already,
    /// The number owned is not declared.
    Unknown,
    /// Within these days, as far as the line is followed.
    Between {
        /// When the upper limit reaches them; `None` if it does not.
        earliest: Option<Date>,
        /// When the lower limit does; `None` if it does not.
        latest: Option<Date>,
        /// How far the line is followed.
        horizon: Date,
    },
}

/// Refuses exports that are not of earlier days, each of its own.
///
/// # Errors
/// The first of them.
pub fn earlier_days(past: &[(Date, NamedInput)], as_of: Date) -> Result<(), UsageError> {
    for (at, (on, named)) in past.iter().enumerate() {
        let name = quoted(&named.name);
        if *on >= as_of {
            let message = format!("--history {name} is dated {on}, which is not before the as-of date {as_of}");
            return Err(UsageError::new(message).with_remedy("Name exports of earlier days only."));
        }
        if let Some((_, other)) = past[..at].iter().find(|(day, _)| day == on) {
            let other = quoted(&other.name);
            let message = format!("--history {other} and {name} are both dated {on}");
            return Err(UsageError::new(message).with_remedy("Name one complete export for each day."));
        }
    }
    Ok(())
}

/// The day in the name of a file: `YYYY-MM-DD` or `YYYYMMDD`, one of them and no other.
#[must_use]
pub fn day_in_name(name: &str) -> Option<Date> {
    let file = name.rsplit('/').next()?;
    let digits = |length| {
        let is_digit = |at: usize| file.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
        let is_alone = move |at: usize| !at.checked_sub(1).is_some_and(is_digit) && !is_digit(at + length);
        (0..file.len()).filter(move |at| is_alone(*at)).filter_map(move |at| file.get(at..at + length))
    };
    let dashed = digits(10).filter(|text| text.as_bytes()[4] == b'-').filter_map(|text| Date::parse(text, None));
    let plain = digits(8).filter(|text| text.is_ascii()).filter_map(|text| {
        let (year, month, day) = (text.get(..4)?, text.get(4..6)?, text.get(6..)?);
        Date::parse(&format!("{year}-{month}-{day}"), None)
    });
    let mut days: Vec<Date> = dashed.chain(plain).collect();
    days.sort_unstable();
    days.dedup();
    if let [only] = days[..] { Some(only) } else { None }
}

impl Trend {
    /// The trend of the pool with this number.
    pub(super) fn of(past: &[&HistoricalUsage], number: usize, line: &Timeline<'_>, used: &SeatsUsed) -> Self {
        let observed = |one: &&HistoricalUsage| UsagePoint {
            on: one.on,
            used: one.used[number],
            file: Some(one.file.clone()),
            doubt: one.doubt.clone(),
        };
        let mut points: Vec<_> = past.iter().map(observed).collect();
        let as_of = line.points[0].on;
        points.push(UsagePoint { on: as_of, used: used.total(), file: None, doubt: used.doubt.clone() });
        let (growth, forecast) = match fit(&points, as_of) {
            Ok(fit) => (Some(fit.growth()), exhausted(&fit, line, as_of)),
            Err(reason) => (None, Err(reason)),
        };
        Self { points, growth, forecast }
    }
}

/// The line through the points, or why there is none.
fn fit(points: &[UsagePoint], as_of: Date) -> Result<Fit, String> {
    if points.len() < MIN_POINTS {
        let many = points.len();
        return Err(format!("a trend needs {MIN_POINTS} days including the as-of date; there are {many}"));
    }
    if let Some(doubtful) = points.iter().find(|point| point.doubt.is_some()) {
        let reason = doubtful.doubt.as_deref().unwrap_or_default();
        return Err(format!("the seats of {} are at least {}: {reason}", doubtful.on, doubtful.used));
    }
    #[expect(clippy::cast_precision_loss, reason = "seats are far fewer than a float counts one by one")]
    let xy = |point: &UsagePoint| (f64::from(point.on.days_since(as_of)), point.used as f64);
    Ok(Fit::of(&points.iter().map(xy).collect::<Vec<_>>()))
}

fn exhausted(fit: &Fit, line: &Timeline<'_>, as_of: Date) -> Result<Exhaustion, String> {
    let Some(owned) = line.owned_on(as_of) else { return Ok(Exhaustion::Unknown) };
    if line.points[0].used >= owned {
        return Ok(Exhaustion::Already);
    }
    let Growth { low, high, .. } = fit.growth();
    if low <= 0.0 && high >= 0.0 {
        let reason = if low < high { "too scattered to forecast" } else { "use does not change" };
        return Err(reason.to_owned());
    }
    let days = || (1..).map_while(|days| as_of.plus_days(days).map(|day| (days, day)));
    let last = as_of.plus_months(MONTHS_AHEAD).unwrap_or(as_of);
    let reaches = |limit: &dyn Fn(f64) -> f64| {
        let mut days = days().take_while(|(_, day)| *day <= last);
        #[expect(clippy::cast_precision_loss, reason = "seats are far fewer than a float counts one by one")]
        let is_reached = |at: i32, day| line.owned_on(day).is_some_and(|owned| limit(f64::from(at)) >= owned as f64);
        days.find(|(at, day)| is_reached(*at, *day)).map(|(_, day)| day)
    };
    let earliest = reaches(&|x| fit.mean(x) + fit.margin(x));
    let latest = reaches(&|x| fit.mean(x) - fit.margin(x));
    Ok(Exhaustion::Between { earliest, latest, horizon: last })
}

/// A straight line through points.
struct Fit {
    intercept: f64,
    slope: f64,
    mean_x: f64,
    /// Sum of squares of the days around their mean.
    sxx: f64,
    count: f64,
    /// Standard deviation of what the line leaves.
    residual: f64,
    /// The quantile of Student's t.
    t: f64,
}

impl Fit {
    /// At least three points on distinct days.
    fn of(points: &[(f64, f64)]) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "there are few points")]
        let count = points.len() as f64;
        let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
        let (mean_x, mean_y) = (mean(|point| point.0), mean(|point| point.1));
        let sxx: f64 = points.iter().map(|(x, _)| (x - mean_x).powi(2)).sum();
        let sxy: f64 = points.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
        let slope = sxy / sxx;
        let intercept = mean_y - slope * mean_x;
        let squares: f64 = points.iter().map(|(x, y)| (y - intercept - slope * x).powi(2)).sum();
        let freedom = count - 2.0;
        let student = StudentsT::new(0.0, 1.0, freedom).expect("internal error: there are three points");
        let t = student.inverse_cdf(1.0 - (1.0 - CONFIDENCE) / 2.0);
        Self { intercept, slope, mean_x, sxx, count, residual: (squares / freedom).sqrt(), t }
    }

    fn mean(&self, x: f64) -> f64 {
        self.intercept + self.slope * x
    }

    /// How far the limits of the line lie from it at `x`.
    fn margin(&self, x: f64) -> f64 {
        self.t * self.residual * (1.0 / self.count + (x - self.mean_x).powi(2) / self.sxx).sqrt()
    }

    fn growth(&self) -> Growth {
        let margin = self.t * self.residual / self.sxx.sqrt();
        let month = |seats: f64| (seats * DAYS_PER_MONTH * 1000.0).round() / 1000.0 + 0.0;
        Growth { estimate: month(self.slope), low: month(self.slope - margin), high: month(self.slope + margin) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The line of a published table: Draper and Smith's steam data are too long, so this is a line worked out by hand.
    #[test]
    fn a_line_is_what_a_calculation_by_hand_gives() {
        // x: -2 -1 0 1 2, y: 1 3 2 5 4; slope 8/10, mean 3, residual sum of squares 10 - 0.8 * 8 = 3.6.
        let fit = Fit::of(&[(-2.0, 1.0), (-1.0, 3.0), (0.0, 2.0), (1.0, 5.0), (2.0, 4.0)]);
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-9, "{a} is not {b}");
        near(fit.slope, 0.8);
        near(fit.mean(0.0), 3.0);
        near(fit.residual, 1.2_f64.sqrt());
        // The tables give 3.182 for three degrees of freedom.
        assert!((fit.t - 3.182).abs() < 5e-4, "{}", fit.t);
        near(fit.margin(0.0), fit.t * (1.2_f64 / 5.0).sqrt());
        let margin = fit.t * (1.2_f64 / 10.0).sqrt() * DAYS_PER_MONTH;
        assert!((fit.growth().high - fit.growth().estimate - margin).abs() < 1e-3, "{margin}");
    }

    #[test]
    fn a_name_tells_one_day_or_none() {
        let told = |name| day_in_name(name).map(|day| day.to_string());
        for name in
            ["people-2026-08-01.csv", "2024-01-01/2026-08-01.csv", "export20260801.json", "20260801-2026-08-01.csv"]
        {
            assert_eq!(told(name).as_deref(), Some("2026-08-01"), "{name}");
        }
        for name in [
            "people.csv",
            "2026-08-01/people.csv",
            "a-2026-08-01-b-2026-09-01.csv",
            "2026-02-30.csv",
            "1202608011.csv",
            "é2026",
        ] {
            assert_eq!(told(name), None, "{name}");
        }
    }

    #[test]
    fn points_on_a_line_leave_no_uncertainty() {
        let fit = Fit::of(&[(-60.0, 10.0), (-30.0, 11.0), (0.0, 12.0)]);
        assert!((fit.growth().high - fit.growth().low).abs() < 1e-9);
        assert!(fit.t > 12.7 && fit.t < 12.71, "{}", fit.t);
    }
}
