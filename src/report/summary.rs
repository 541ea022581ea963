//! The end of the report for people: the verdict, and the facts behind it.

use std::io;

use termcolor::{Color, ColorSpec, WriteColor};

use super::Report;
use super::human::bold;
use super::ledger::{
    accounts_line, counts, how, input_line, left_alone_line, option_line, plural, seats_line, verdict_word,
};
use crate::diagnostic::visible::whole;
use crate::diagnostic::{Outcome, Severity, Verdict};
use crate::engine::Run;
use crate::engine::ledger::{Hole, RuleOutcome, UndeclaredAccount};

/// The most accounts and holes that are listed by name; the JSON report has all.
const MAX_LISTED: usize = 8;

/// Writes the summary.
pub(super) fn write(report: &Report<'_>, out: &mut dyn WriteColor) -> io::Result<()> {
    let run = report.run;
    verdict(report, out)?;
    inputs(run, out)?;
    api_users(run, out)?;
    accounts(run, out)?;
    heading(out, "Seats")?;
    run.seats.iter().try_for_each(|count| writeln!(out, "  {}", whole(&seats_line(count))))?;
    rules(run, out)?;
    settings(run, out)?;
    holes(&run.ledger.holes, out)
}

pub(super) fn verdict(report: &Report<'_>, out: &mut dyn WriteColor) -> io::Result<()> {
    let run = report.run;
    let color = match run.verdict {
        Verdict::Pass => Color::Green,
        Verdict::Fail => Color::Red,
        Verdict::Incomplete => Color::Yellow,
    };
    out.set_color(ColorSpec::new().set_bold(true).set_fg(Some(color)))?;
    write!(out, "{}", verdict_word(run.verdict))?;
    out.reset()?;
    writeln!(out, "  {}; judged as of {} for {}", counts(report), run.as_of, run.product.name())?;
    if run.verdict == Verdict::Incomplete {
        writeln!(out, "  Something could not be judged (below), so nothing here can be called clean.")?;
    }
    if report.fail_on != Severity::Warning {
        writeln!(out, "  A run fails from severity {} on.", report.fail_on.word())?;
    }
    writeln!(out)
}

pub(super) fn inputs(run: &Run, out: &mut dyn WriteColor) -> io::Result<()> {
    heading(out, "Inputs")?;
    for input in &run.ledger.inputs {
        writeln!(out, "  {}: {}", whole(&input.file), input_line(input))?;
        if !input.unknown_columns.is_empty() {
            writeln!(out, "    not understood, not judged: {}", whole(&input.unknown_columns.join(", ")))?;
        }
    }
    Ok(())
}

fn api_users(run: &Run, out: &mut dyn WriteColor) -> io::Result<()> {
    let found = &run.ledger.api_users;
    heading(out, "API users")?;
    writeln!(out, "  {} ({})", found.count, how(&found.how))?;
    listed(out, "taken by name", &found.by_name)?;
    listed(out, "named like one, but not declared and not judged as one", &found.undeclared)
}

fn listed(out: &mut dyn WriteColor, what: &str, accounts: &[UndeclaredAccount]) -> io::Result<()> {
    if accounts.is_empty() {
        return Ok(());
    }
    let mut keys: Vec<_> = accounts.iter().take(MAX_LISTED).map(|account| whole(&account.key)).collect();
    if accounts.len() > MAX_LISTED {
        keys.push(format!("and {} more", accounts.len() - MAX_LISTED));
    }
    writeln!(out, "  {what}: {}", keys.join(", "))
}

/// How many accounts were judged; if no API user is declared, who may be one.
fn accounts(run: &Run, out: &mut dyn WriteColor) -> io::Result<()> {
    heading(out, "Accounts")?;
    writeln!(out, "  {}", accounts_line(run))?;
    if run.ledger.api_users.how != "names" {
        return Ok(());
    }
    let administrators: Vec<_> = run.accounts.iter().filter(|one| one.is_administrator).collect();
    for one in administrators.iter().take(MAX_LISTED) {
        let signs = match one.integration_signs.as_slice() {
            [] => "no sign of an integration".to_owned(),
            signs => signs.join(", "),
        };
        writeln!(out, "    administrator {}: {signs}", whole(&one.key))?;
    }
    if administrators.len() > MAX_LISTED {
        writeln!(out, "    and {} more; `--format json` lists them all", administrators.len() - MAX_LISTED)?;
    }
    Ok(())
}

fn rules(run: &Run, out: &mut dyn WriteColor) -> io::Result<()> {
    heading(out, "Rules")?;
    let ended = |outcome| run.outcomes.iter().filter(move |one| one.outcome == outcome);
    for failed in ended(Outcome::Fail) {
        writeln!(out, "  fail  {:<28} {} of {}", failed.rule, failed.failed, failed.judged)?;
    }
    writeln!(out, "  {} passed", plural(ended(Outcome::Pass).count() as u64, "rule"))?;
    let reason = |one: &RuleOutcome| one.reason.clone().unwrap_or_default();
    let open = ended(Outcome::NotDeterminable).count() as u64;
    if open > 0 {
        writeln!(out, "  {} could not judge (below)", plural(open, "rule"))?;
    }
    let mut reasons: Vec<(String, Vec<&str>)> = Vec::new();
    for one in ended(Outcome::NotApplicable) {
        let why = reason(one);
        match reasons.iter_mut().find(|(known, _)| *known == why) {
            Some((_, rules)) => rules.push(&one.rule),
            None => reasons.push((why, vec![&one.rule])),
        }
    }
    for (why, rules) in reasons {
        writeln!(out, "  does not apply   {}: {}", rules.join(", "), whole(&why))?;
    }
    for change in &run.ledger.severity_changes {
        writeln!(
            out,
            "  severity changed by the config  {}: {} to {}",
            change.rule,
            change.from.word(),
            change.to.word()
        )?;
    }
    Ok(())
}

/// Writes the config that was used and the options that change what a run says.
pub(super) fn settings(run: &Run, out: &mut dyn WriteColor) -> io::Result<()> {
    heading(out, "Settings")?;
    if let Some(label) = &run.ledger.tenant {
        writeln!(out, "  label in the project: {label}")?;
    }
    if let Some(tenant) = &run.tenant {
        writeln!(out, "  tenant: {}", whole(tenant))?;
    }
    let config: Vec<_> = run.ledger.config.iter().map(|config| whole(&config.file)).collect();
    writeln!(out, "  config: {}", if config.is_empty() { "none".to_owned() } else { config.join(", ") })?;
    let options: Vec<_> = run.ledger.options.iter().map(|given| whole(&option_line(given))).collect();
    writeln!(out, "  options: {}", if options.is_empty() { "none".to_owned() } else { options.join(" ") })?;
    run.ledger.left_alone.iter().try_for_each(|left| writeln!(out, "  left alone: {}", whole(&left_alone_line(left))))
}

pub(super) fn holes(holes: &[Hole], out: &mut dyn WriteColor) -> io::Result<()> {
    if holes.is_empty() {
        return Ok(());
    }
    heading(out, "Not judged")?;
    for hole in holes.iter().take(MAX_LISTED * 2) {
        let place = match (&hole.file, hole.line) {
            (Some(file), Some(line)) => format!(" (first at {}:{line})", whole(file)),
            (Some(file), None) => format!(" ({})", whole(file)),
            (None, _) => String::new(),
        };
        let times = if hole.count > 1 { format!(" × {}", hole.count) } else { String::new() };
        writeln!(out, "  {}: {}{times}{place}", hole.rule, whole(&hole.reason))?;
    }
    if holes.len() > MAX_LISTED * 2 {
        writeln!(out, "  and {} more; `--format json` lists them all", holes.len() - MAX_LISTED * 2)?;
    }
    Ok(())
}

pub(super) fn heading(out: &mut dyn WriteColor, text: &str) -> io::Result<()> {
    bold(out, text)?;
    writeln!(out)
}
