//! The picture of a licence: seats used as a stepped area, seats owned as a line, over the days.
//!
//! The table below it has every figure that it shows: the picture is for sighted readers only.

use maud::{Markup, html};

use crate::capacity::License;
use crate::record::date::Date;

/// Units of the picture.
const WIDTH: i64 = 720;
const HEIGHT: i64 = 230;
/// Room around what is drawn.
const LEFT: i64 = 64;
const RIGHT: i64 = 16;
const TOP: i64 = 14;
const BOTTOM: i64 = 34;

/// Where days and seats lie in the picture.
struct Scale {
    from: Date,
    days: i64,
    most: u64,
}

impl Scale {
    /// Where a day lies, in hundredths.
    fn x(&self, day: Date) -> i64 {
        let days = i64::from(day.days_since(self.from));
        LEFT * 100 + (WIDTH - LEFT - RIGHT) * 100 * days / self.days
    }

    /// Where so many seats lie, in hundredths.
    fn y(&self, seats: u64) -> i64 {
        let limits = i128::from((HEIGHT - TOP - BOTTOM) * 100);
        let up = limits * i128::from(seats) / i128::from(self.most);
        (HEIGHT - BOTTOM) * 100 - i64::try_from(up).expect("internal error: no seat lies above the picture")
    }
}

/// Hundredths as a decimal.
fn at(hundredths: i64) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// A day, and the seats used and owned from then on.
type ChartPoint = (Date, u64, Option<u64>);

/// Draws a licence.
pub(super) fn svg(license: &License, as_of: Date, until: Date) -> Markup {
    let steps = license.steps.iter().map(|step| (step.on, step.used, step.owned));
    let points: Vec<ChartPoint> = std::iter::once((as_of, license.used.total(), license.owned)).chain(steps).collect();
    let most = points.iter().map(|(_, used, owned)| (*used).max(owned.unwrap_or(0))).max().unwrap_or(0).max(1);
    // A tenth of room above the highest line.
    let scale = Scale {
        from: as_of,
        days: i64::from(until.days_since(as_of)).max(1),
        most: most.saturating_add(most.div_ceil(10)),
    };
    let used = stepped(&scale, &points, until, |(_, used, _)| Some(*used));
    let owned = stepped(&scale, &points, until, |(_, _, owned)| *owned);
    let floor = at(scale.y(0));
    let area = |run: &[(i64, i64)]| {
        let (first, last) = (at(run[0].0), at(run[run.len() - 1].0));
        format!("M{first},{floor} {} L{last},{floor} Z", path(run, "L"))
    };
    html! {
        svg.timeline role="img" viewBox={ "0 0 " (WIDTH) " " (HEIGHT) }
            aria-label={ "Seats of " (license.name) " from " (as_of) " to " (until) } {
            (axes(&scale, most, as_of, until))
            @for run in &used { path.area d=(area(run)) {} }
            (over(&scale, &points, until))
            @for run in &used { path.used d=(path(run, "M")) {} }
            @for run in &owned { path.owned d=(path(run, "M")) {} }
        }
    }
}

/// The corners of a stepped line; more than one line where it is not known on some days.
fn stepped(
    scale: &Scale,
    points: &[ChartPoint],
    until: Date,
    of: impl Fn(&ChartPoint) -> Option<u64>,
) -> Vec<Vec<(i64, i64)>> {
    let mut runs: Vec<Vec<(i64, i64)>> = Vec::new();
    let mut is_open = false;
    for (number, point) in points.iter().enumerate() {
        let Some(seats) = of(point) else {
            is_open = false;
            continue;
        };
        let end = points.get(number + 1).map_or(until, |next| next.0);
        let y = scale.y(seats);
        if !is_open {
            runs.push(Vec::new());
        }
        is_open = true;
        let run = runs.last_mut().expect("internal error: a run was begun");
        run.extend([(scale.x(point.0), y), (scale.x(end), y)]);
    }
    runs
}

fn path(corners: &[(i64, i64)], first: &str) -> String {
    let corner = |(number, (x, y)): (usize, &(i64, i64))| {
        format!("{}{},{}", if number == 0 { first } else { "L" }, at(*x), at(*y))
    };
    corners.iter().enumerate().map(corner).collect::<Vec<_>>().join(" ")
}

/// What is used beyond what is owned.
fn over(scale: &Scale, points: &[ChartPoint], until: Date) -> Markup {
    let ends = points.iter().skip(1).map(|next| next.0).chain([until]);
    html! {
        @for ((day, used, owned), end) in points.iter().zip(ends) {
            @if let Some(owned) = owned.filter(|owned| used > owned) {
                rect.over x=(at(scale.x(*day))) y=(at(scale.y(*used)))
                    width=(at((scale.x(end) - scale.x(*day)).max(100)))
                    height=(at(scale.y(owned) - scale.y(*used))) {}
            }
        }
    }
}

/// The lines that the chart is read by: none, half and most seats; the first, the middle and the last day.
fn axes(scale: &Scale, most: u64, as_of: Date, until: Date) -> Markup {
    let mut marks = vec![0, most / 2, most];
    marks.dedup();
    let mut days = vec![(as_of, "day first"), (middle(as_of, until), "day middle"), (until, "day last")];
    days.dedup_by_key(|(day, _)| *day);
    html! {
        @for seats in marks {
            @let y = scale.y(seats);
            line.grid x1=(at(LEFT * 100)) x2=(at((WIDTH - RIGHT) * 100)) y1=(at(y)) y2=(at(y)) {}
            text.seats x=(at((LEFT - 8) * 100)) y=(at(y + 400)) { (seats) }
        }
        @for (day, class) in days { text class=(class) x=(at(scale.x(day))) y=(at((HEIGHT - 8) * 100)) { (day) } }
    }
}

fn middle(from: Date, to: Date) -> Date {
    from.plus_days(to.days_since(from) / 2).unwrap_or(from)
}
