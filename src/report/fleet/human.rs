//! The fleet for people: the verdict, what keeps it open, the tenants that do not pass, and the rules that fail.

use std::io;

use termcolor::NoColor;

use super::{FleetReport, problem_line, result_line};
use crate::diagnostic::Verdict;
use crate::report::ledger::lines::{plural, verdict_word};
use crate::report::screen::{Screen, WIDTH};

pub(super) fn write(report: &FleetReport<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    write_styled(report, &mut Screen::new(&mut NoColor::new(out), WIDTH))
}

/// Writes the whole report.
///
/// # Errors
/// What the writer says.
pub fn write_styled(report: &FleetReport<'_>, screen: &mut Screen<'_>) -> io::Result<()> {
    screen.heading(&report.headline())?;
    report.scope_lines().iter().try_for_each(|line| screen.entry("  ", line))?;
    if !report.conclusion.problems.is_empty() {
        screen.blank()?;
        screen.heading("Not settled")?;
        report.conclusion.problems.iter().try_for_each(|problem| screen.entry("  ", &problem_line(problem)))?;
    }
    screen.blank()?;
    screen.heading("Tenants")?;
    let (passing, others): (Vec<_>, Vec<_>) =
        report.by_verdict().into_iter().partition(|(_, result)| result.verdict == Verdict::Pass);
    for (tenant, result) in others {
        let file = result.report.as_ref().map_or_else(String::new, |report| format!(" ({})", report.file));
        let line = format!("{tenant}: {}{file}", result_line(&result));
        screen.entry(&format!("  {:<12}", verdict_word(result.verdict)), &line)?;
    }
    let passing: Vec<&str> = passing.into_iter().map(|(tenant, _)| tenant).collect();
    if !passing.is_empty() {
        screen.entry(&format!("  {:<12}", verdict_word(Verdict::Pass)), &passing.join(", "))?;
    }
    rules(report, screen)
}

/// The rules that do not pass everywhere, those that fail for most tenants first.
fn rules(report: &FleetReport<'_>, screen: &mut Screen<'_>) -> io::Result<()> {
    let rules = report.failing_rules();
    if rules.is_empty() {
        return Ok(());
    }
    screen.blank()?;
    screen.heading("Rules")?;
    for (rule, counts) in rules {
        let open = match counts.not_determinable {
            0 => String::new(),
            count => format!(", could not judge for {count}"),
        };
        screen.entry("  ", &format!("{rule:<28} fails for {}{open}", plural(counts.fail, "tenant")))?;
    }
    Ok(())
}
