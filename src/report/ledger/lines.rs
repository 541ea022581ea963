//! What the account of a run says of one thing, in a line of words: every form of the report takes these, so that no two
//! forms word it differently.

use super::super::Report;
use crate::config::GivenOption;
use crate::config::selection::LeftAlone;
use crate::diagnostic::{Outcome, Severity, Verdict};
use crate::engine::Run;
use crate::engine::ledger::{
    AccountOutcome, InputLedger, JudgedAccount, SeatCount, UsedLock, UsedPack, WaiverEnd, WaiverUse,
};

/// A lock, and a line for each of its notes.
pub(in crate::report) fn lock_lines(used: &UsedLock) -> Vec<String> {
    std::iter::once(&used.file).chain(&used.notes).cloned().collect()
}

/// A pack of the site, with its digest where there is room.
pub(in crate::report) fn pack_line(used: &UsedPack, with_digest: bool) -> String {
    let digest = if with_digest { format!(", sha256 {}", used.sha256) } else { String::new() };
    format!("{} {}, {}{digest}", used.pack, used.version, plural(used.rules, "rule"))
}

/// A file that is not a plan, or how many of a folder are not.
pub(in crate::report) fn left_alone_line(left: &LeftAlone) -> String {
    match left.files {
        1 => format!("{}: not a plan", left.path),
        files => format!("{}: {} that are not plans", left.path, plural(files, "file")),
    }
}

/// What became of a waiver: `W-012 for api.x@acme.example until 2027-03-31, approved by dana: covers 1 finding`.
pub(in crate::report) fn waiver_line(one: &WaiverUse) -> String {
    let subject = one.subject.as_ref().map_or_else(String::new, |subject| format!(" for {subject}"));
    let tenant = one.tenant.as_ref().map_or_else(String::new, |tenant| format!(" of {tenant}"));
    let any = if one.is_any_value { ", any value" } else { "" };
    let ended = match one.ended {
        WaiverEnd::Used => format!("covers {}", plural(one.uses, "finding")),
        WaiverEnd::Changed => "its finding is in another condition".to_owned(),
        WaiverEnd::Expired => "expired".to_owned(),
        WaiverEnd::NotYet => "not yet in force".to_owned(),
        WaiverEnd::Unused => "unused".to_owned(),
        WaiverEnd::NotTold => format!("not told ({})", one.reason.as_deref().unwrap_or("no reason is known")),
    };
    format!("{}{subject}{tenant}{any} until {}, approved by {}: {ended}", one.id, one.until, one.approved_by)
}

/// How many findings ended in one way.
pub(super) fn outcomes(run: &Run, outcome: Outcome) -> u64 {
    run.diagnostics.iter().filter(|one| one.outcome() == outcome).count() as u64
}

/// Whose an account is, as reports for programs spell it.
pub(in crate::report) const fn account_kind(is_api_user: bool) -> &'static str {
    if is_api_user { "api-user" } else { "person" }
}

/// What an account is and how it ended: `API user, administrator, active: pass`.
pub(in crate::report) fn account_line(one: &JudgedAccount) -> String {
    let kind = if one.is_api_user { "API user" } else { "person" };
    let administrator = if one.is_administrator { ", administrator" } else { "" };
    let active = if one.is_active { "active" } else { "not active" };
    format!("{kind}{administrator}, {active}: {}", one.outcome.word())
}

/// How many accounts the verdict is about.
pub(in crate::report) fn accounts_line(run: &Run) -> String {
    let count = |is_wanted: fn(&JudgedAccount) -> bool| run.accounts.iter().filter(|one| is_wanted(one)).count() as u64;
    let (api_users, people) = (count(|one| one.is_api_user), count(|one| !one.is_api_user));
    let more =
        if run.accounts_more > 0 { format!("; {} more are not listed", run.accounts_more) } else { String::new() };
    let failed = count(|one| one.outcome == AccountOutcome::Fail);
    let administrators = plural(people, "other administrator");
    format!("{} and {administrators} judged, {failed} with findings{more}", plural(api_users, "API user"))
}

/// An option as it is typed.
pub(in crate::report) fn option_line(given: &GivenOption) -> String {
    let value = given.value.as_ref().map_or_else(String::new, |value| {
        if value.contains(' ') { format!(" '{value}'") } else { format!(" {value}") }
    });
    format!("{}{value}", given.option)
}

/// The verdict as reports spell it.
pub(in crate::report) const fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "PASS",
        Verdict::Fail => "FAIL",
        Verdict::Incomplete => "INCOMPLETE",
    }
}

/// The verdict and what it rests on, in one line.
pub(in crate::report) fn verdict(report: &Report<'_>) -> String {
    let tenant = report.run.ledger.tenant.as_ref().map_or_else(String::new, |tenant| format!(" for tenant {tenant}"));
    let word = verdict_word(report.run.verdict);
    let mut line = format!("{word}{tenant}: {}; {}", counts(report), judged_by(report));
    if report.run.verdict == Verdict::Incomplete {
        let holes = plural(report.run.ledger.holes.len() as u64, "thing");
        line.push_str(&format!("; {holes} could not be judged, so nothing here can be called clean"));
    }
    line
}

/// How many findings of each severity.
pub(in crate::report) fn counts(report: &Report<'_>) -> String {
    let found = || report.run.diagnostics.iter();
    let count = |severity| found().filter(|one| one.is_live() && one.severity == severity).count();
    let mut counts: Vec<_> = Severity::ALL.into_iter().map(|one| plural(count(one) as u64, one.word())).collect();
    let ledger = &report.run.ledger;
    for (outcome, is_told) in [
        (Outcome::Waived, !ledger.waivers.is_empty() || ledger.baseline.is_some()),
        (Outcome::Baselined, ledger.baseline.is_some()),
    ] {
        counts.extend(is_told.then(|| format!("{} {}", outcomes(report.run, outcome), outcome.word())));
    }
    counts.join(", ")
}

/// By which day, for which product and with which threshold the run judged.
pub(in crate::report) fn judged_by(report: &Report<'_>) -> String {
    let threshold = match report.fail_on {
        Severity::Warning => String::new(),
        other => format!("; fails from severity {} on", other.word()),
    };
    format!("judged as of {} for {}{threshold}", report.run.as_of, report.run.product.name())
}

/// What became of the accounts of an input.
pub(in crate::report) fn input_line(input: &InputLedger) -> String {
    let (Some(format), Some(_)) = (input.format, input.encoding) else { return "not read".to_owned() };
    let left_out: u64 = input.left_out.iter().map(|left| left.count).sum();
    let reasons: Vec<_> = input.left_out.iter().map(|left| left.reason.as_str()).collect();
    let why = if reasons.is_empty() { String::new() } else { format!(" ({})", reasons.join(", ")) };
    format!(
        "{format}, {} = {} judged + {left_out} left out{why} + {} refused",
        plural(input.records, "account"),
        input.judged,
        input.refused.len()
    )
}

/// How API users were recognised.
pub(in crate::report) fn how(how: &str) -> String {
    if how == "names" { "none are declared, so names decided".to_owned() } else { format!("declared by: {how}") }
}

/// Seats of a licence.
pub(in crate::report) fn seats_line(count: &SeatCount) -> String {
    let least = if count.exact { "" } else { "at least " };
    let owned = count.owned.map_or_else(|| "number owned not declared".to_owned(), |owned| format!("{owned} owned"));
    let later =
        if count.planned == count.used { String::new() } else { format!(", {} with those planned", count.planned) };
    format!("{}: {least}{} used{later}, {owned}", count.license, count.used)
}

/// A number and what it counts.
pub(in crate::report) fn plural(count: u64, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}
