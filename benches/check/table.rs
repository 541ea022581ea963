//! The rows that are printed, each with its target.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// Rounds of each row; the first only warms caches and is not counted.
const ROUNDS: usize = 7;

/// What was measured so far.
pub struct Table {
    printed: usize,
    targets: usize,
    missed: usize,
    /// Only rows whose names hold this are measured.
    only: Option<String>,
}

impl Table {
    /// A table of the rows whose names hold `only`; of all rows if it is empty.
    pub const fn of(only: Option<String>) -> Self {
        Self { printed: 0, targets: 0, missed: 0, only }
    }

    /// True for a row that is to be measured.
    pub fn wants(&self, name: &str) -> bool {
        self.only.as_ref().is_none_or(|only| name.contains(only.as_str()))
    }

    /// Prints a line outside the table.
    pub fn note(&self, text: &str) {
        if self.only.is_none() {
            println!("{text}");
        }
    }

    /// Measures work beside a reference, in turn, and prints how many times as long it takes: at most `target`, where there
    /// is one.
    pub fn pair<T, U>(
        &mut self,
        name: &str,
        target: impl Into<Option<f64>>,
        work: impl Fn() -> T,
        reference: impl Fn() -> U,
    ) {
        if !self.wants(name) {
            return;
        }
        let (mut works, mut references, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        for round in 0..=ROUNDS {
            let (reference, work) = (timed(&reference), timed(&work));
            if round > 0 {
                ratios.push(work.as_secs_f64() / reference.as_secs_f64());
                works.push(milliseconds(work));
                references.push(milliseconds(reference));
            }
        }
        let (low, middle, high) = quantiles(&mut ratios);
        let (work, reference) = (quantiles(&mut works).1, quantiles(&mut references).1);
        let figures = format!("{middle:.2} x ({low:.2} to {high:.2}; {work:.0} ms / {reference:.0} ms)");
        match target.into() {
            Some(target) => self.row(name, &figures, &format!("{target:.2} x"), middle <= target),
            None => self.row(name, &figures, "-", true),
        }
    }

    /// Measures work that is to take at most `target` milliseconds.
    pub fn time<T>(&mut self, name: &str, target: f64, work: impl Fn() -> T) {
        if !self.wants(name) {
            return;
        }
        let mut times: Vec<f64> = (0..=ROUNDS).map(|_| milliseconds(timed(&work))).skip(1).collect();
        let (low, middle, high) = quantiles(&mut times);
        self.row(
            name,
            &format!("{middle:.1} ms ({low:.1} to {high:.1})"),
            &format!("{target:.0} ms"),
            middle <= target,
        );
    }

    /// Prints a row.
    pub fn row(&mut self, name: &str, figures: &str, target: &str, is_met: bool) {
        if self.printed == 0 {
            println!("{:<48} {:<46} {:<8} ", "what", "median (from, to)", "target");
        }
        self.printed += 1;
        self.targets += usize::from(target != "-");
        self.missed += usize::from(!is_met);
        let verdict = match (target, is_met) {
            ("-", _) => "",
            (_, true) => "met",
            (_, false) => "MISSED",
        };
        println!("{name:<48} {figures:<46} {target:<8} {verdict}");
    }

    /// Prints how many targets were met.
    pub fn finish(&self) {
        println!("\n{} of {} targets met", self.targets - self.missed, self.targets);
    }
}

/// How long work takes.
pub fn timed<T>(work: impl Fn() -> T) -> Duration {
    let start = Instant::now();
    black_box(work());
    start.elapsed()
}

/// The least, the median and the greatest.
pub fn quantiles(figures: &mut [f64]) -> (f64, f64, f64) {
    figures.sort_by(f64::total_cmp);
    (figures[0], figures[figures.len() / 2], figures[figures.len() - 1])
}

/// A time in milliseconds.
pub fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
