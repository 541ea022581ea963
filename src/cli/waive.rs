//! `rolecall waive`: entries of a file of waivers for findings of a report.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;

use rolecall::diagnostic::fault::FaultKind;
use rolecall::diagnostic::fingerprint::fingerprint;
use rolecall::diagnostic::usage::UsageError;
use rolecall::diagnostic::visible::{is_blank, quoted, toml_string};
use rolecall::record::date::Date;
use rolecall::source::file::read_policy_text;
use serde_json::Value;

use super::CommandError;
use super::arguments::{SiteArguments, WaiveArguments};
use super::config::config;
use super::paths::display_path;

/// Prints an entry for each finding that was named; nothing is written to any file.
pub fn run(arguments: &WaiveArguments) -> Result<u8, CommandError> {
    let report = report(&arguments.report)?;
    let as_of = report["as_of"].as_str().unwrap_or_default();
    if *as_of > *arguments.until.to_string() {
        let message = format!("the last day {} is before the day of the report, {as_of}", arguments.until);
        return Err(UsageError::new(message).with_remedy("Name a later day with `--until`.").into());
    }
    let texts = [("--reason", &arguments.reason, MAX_REASON), ("--approved-by", &arguments.approved_by, MAX_NAME)];
    for (option, text, most) in texts {
        if is_blank(text) || text.chars().count() > most {
            return Err(UsageError::new(format!("`{option}` is blank, or longer than {most} characters"))
                .with_remedy("Say in one sentence who approved it, and why.")
                .into());
        }
    }
    refuse_long_period(as_of, arguments.until)?;
    let mut entries = String::new();
    for wanted in &arguments.fingerprints {
        let finding = finding(&report, wanted)?;
        let body = body(finding, &report["ledger"]["tenant"]).map_err(|why| {
            let rule = finding["rule"].as_str().unwrap_or_default();
            UsageError::new(format!("the finding of {} cannot be waived: {why}", quoted(rule)))
        })?;
        let id = &fingerprint(&["waiver", wanted, &arguments.until.to_string()])[..8];
        write!(
            entries,
            "[[waivers]]\nid = \"W-{id}\"\n{body}reason = {}\napproved-by = {}\napproved-on = {as_of}\nuntil = {}\n\n",
            toml_string(&arguments.reason),
            toml_string(&arguments.approved_by),
            arguments.until
        )
        .expect("internal error: writing to a string cannot fail");
    }
    io::stdout().write_all(entries.trim_end_matches('\n').as_bytes())?;
    io::stdout().write_all(b"\n")?;
    Ok(0)
}

/// The most characters of a reason, a name and a value in a file of waivers.
const MAX_REASON: usize = 2000;
const MAX_NAME: usize = 320;
const MAX_VALUE: usize = 10_000;

/// Refuses a last day that `check` would refuse by the config of this folder.
fn refuse_long_period(as_of: &str, until: Date) -> Result<(), CommandError> {
    let longest = config(&SiteArguments { config: None, no_config: false, text: None })?.longest_waiver();
    let Some(from) = Date::parse(as_of, None) else { return Ok(()) };
    let days = until.days_since(from);
    if i64::from(days) <= i64::from(longest) {
        return Ok(());
    }
    let last = from.plus_days(i32::try_from(longest).unwrap_or(i32::MAX));
    let remedy = last.map_or_else(
        || "Name an earlier day with `--until`.".to_owned(),
        |last| format!("Write `--until {last}` or an earlier day."),
    );
    let message = format!("the waiver would cover {days} days, the most is {longest}");
    Err(UsageError::new(message).with_remedy(remedy).into())
}

/// The report, or what the file is instead.
fn report(path: &Path) -> Result<Value, UsageError> {
    let name = quoted(&display_path(path));
    let text =
        read_policy_text(path).map_err(|why| UsageError::new(format!("the report {name} cannot be read: {why}")))?;
    let refused = |what: &str, remedy: &str| Err(UsageError::new(format!("{name} {what}")).with_remedy(remedy));
    let again = "Write one with `rolecall check … --output json=report.json`.";
    let report: Value = match serde_json::from_str(&text) {
        Ok(report) => report,
        Err(error) if error.is_eof() && text.starts_with('{') => {
            return refused("is cut off: its JSON does not end", again);
        }
        Err(_) if is_of_lines(&text) => return refused("is a report in JSON Lines", again),
        Err(_) => return refused("is not a report of `check` in JSON", again),
    };
    match report["schema"].as_str().and_then(|schema| schema.strip_prefix("rolecall.")) {
        Some("report/1") => Ok(report),
        Some("capacity/1") => refused("is a report of `capacity`; `check` finds the same seats", again),
        Some("drift/1") => refused(
            "is a report of `drift`, not of `check`",
            "Write the waiver by hand: `rule = \"drift\"` with `account`, `field` and the exported `value`.",
        ),
        Some("fleet/1") => refused(
            "is a report of several tenants",
            "Write one for a tenant: `rolecall check --tenant NAME --output json=report.json`.",
        ),
        Some(_) => refused("is not a report of `check`", again),
        None if report["runs"].is_array() => refused("is a report in SARIF", again),
        None => refused("is not a report of `check` in JSON", again),
    }
}

fn is_of_lines(text: &str) -> bool {
    let first: Option<Value> = text.lines().next().and_then(|line| serde_json::from_str(line).ok());
    first.is_some_and(|line| line["run"]["schema"] == "rolecall.report-lines/1")
}

/// The finding with this fingerprint or identity.
fn finding<'r>(report: &'r Value, wanted: &str) -> Result<&'r Value, UsageError> {
    let findings = report["diagnostics"].as_array().map_or(&[][..], Vec::as_slice);
    let is_it = |one: &&Value| one["fingerprint"] == *wanted || one["identity"] == *wanted;
    if let Some(finding) = findings.iter().find(is_it) {
        return Ok(finding);
    }
    let left_out = findings.iter().find(|one| one["rule"] == FaultKind::FindingsTooMany.id());
    let (message, remedy) = match left_out {
        Some(_) => {
            ("has no finding", "It leaves findings out: check fewer accounts at a time, or correct most of them first.")
        }
        None => ("has no finding", "Copy its `fingerprint` or `identity` from the report."),
    };
    Err(UsageError::new(format!("the report {message} {}", quoted(wanted))).with_remedy(remedy))
}

/// True for what `--redact` writes in place of a user name.
fn is_pseudonym(account: &str) -> bool {
    let is_hash = |hash: &str| hash.len() >= 12 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    account.strip_prefix("account-").is_some_and(is_hash)
}

/// What the entry of a finding says about it, or why it can have none.
fn body(finding: &Value, tenant: &Value) -> Result<String, &'static str> {
    let details = &finding["details"];
    let text = |key: &str| details[key].as_str();
    if details.is_null() {
        return Err("it is not a finding of a rule");
    }
    if finding["identity"].is_null() {
        return Err("its account has no user name, or shares it with another account");
    }
    if finding["state"].is_null() {
        return Err("it is about a password; change the password, and remove it from the file");
    }
    if !finding["waiver"].is_null() {
        return Err("a waiver accepts it already; change that one");
    }
    let is_longer = |text: Option<&str>, most: usize| text.is_some_and(|text| text.chars().count() > most);
    let names =
        [finding["rule"].as_str(), finding["record"]["key"].as_str(), text("license"), text("field"), tenant.as_str()];
    if names.into_iter().any(|name| is_longer(name, MAX_NAME)) {
        return Err("its account, or another name in it, is longer than the 320 characters that a waiver can name");
    }
    if is_longer(text("value"), MAX_VALUE) {
        return Err("its value is longer than the 10,000 characters that a waiver can name");
    }
    let mut body = tenant.as_str().map_or_else(String::new, |tenant| format!("tenant = {}\n", toml_string(tenant)));
    body += &format!("rule = {}\n", toml_string(finding["rule"].as_str().unwrap_or_default()));
    let side = text("side").unwrap_or_default();
    if side != "tenant" {
        let account = finding["record"]["key"].as_str().unwrap_or_default();
        if is_pseudonym(account) {
            return Err("the report does not show its account; write one without `--redact`");
        }
        body += &format!("account = {}\n", toml_string(account));
    }
    match (text("value"), text("license"), details["number"].as_u64()) {
        (Some(value), ..) => body += &format!("value = {}\n", toml_string(value)),
        (None, Some(license), Some(number)) => {
            body += &format!("license = {}\nat-most = {number}\n", toml_string(license));
        }
        _ => return Err("the report does not show its value; write one without `--redact`"),
    }
    if side != "tenant" {
        for (key, word) in [("field", text("field").unwrap_or_default()), ("side", side)] {
            body += &format!("{key} = {}\n", toml_string(word));
        }
    }
    body += &format!("severity = {}\n", toml_string(finding["severity"].as_str().unwrap_or_default()));
    body += &format!("demand = {}\n", toml_string(text("demand").unwrap_or_default()));
    Ok(body)
}
