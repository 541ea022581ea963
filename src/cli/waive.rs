//! `rolecall waive`: entries of a file of waivers for findings of a report.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;

use rolecall::diagnostic::fingerprint::fingerprint;
use rolecall::diagnostic::usage::UsageError;
use rolecall::diagnostic::visible::{is_blank, quoted, toml_string};
use rolecall::source::file::read_policy_text;
use serde_json::Value;

use super::CommandError;
use super::arguments::WaiveArguments;
use super::paths::display_path;

/// Prints an entry for each finding that was named; nothing is written to any file.
pub fn run(arguments: &WaiveArguments) -> Result<u8, CommandError> {
    let report = report(&arguments.report)?;
    let as_of = report["as_of"].as_str().unwrap_or_default();
    if *as_of > *arguments.until.to_string() {
        let message = format!("the last day {} is before the day of the report, {as_of}", arguments.until);
        return Err(UsageError::new(message).with_remedy("Name a later day with `--until`.").into());
    }
    for (option, text) in [("--reason", &arguments.reason), ("--approved-by", &arguments.approved_by)] {
        if is_blank(text) {
            return Err(UsageError::new(format!("`{option}` is blank"))
                .with_remedy("Say who approved it, and why.")
                .into());
        }
    }
    let findings = report["diagnostics"].as_array().map_or(&[][..], Vec::as_slice);
    let mut entries = String::new();
    for wanted in &arguments.fingerprints {
        let is_it = |one: &&Value| one["fingerprint"] == **wanted || one["identity"] == **wanted;
        let Some(finding) = findings.iter().find(is_it) else {
            let error = UsageError::new(format!("the report has no finding {}", quoted(wanted)));
            return Err(error.with_remedy("Copy its `fingerprint` or `identity` from the report.").into());
        };
        let body = body(finding).map_err(|why| {
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

fn report(path: &Path) -> Result<Value, UsageError> {
    let name = quoted(&display_path(path));
    let text =
        read_policy_text(path).map_err(|why| UsageError::new(format!("the report {name} cannot be read: {why}")))?;
    let report: Option<Value> = serde_json::from_str(&text).ok();
    report.filter(|report| report["schema"] == "rolecall.report/1").ok_or_else(|| {
        let error = UsageError::new(format!("{name} is not a report of `check` in JSON"));
        error.with_remedy("Write one with `rolecall check … --output json=report.json`.")
    })
}

/// True for what `--redact` writes in place of a user name.
fn is_pseudonym(account: &str) -> bool {
    let is_hash = |hash: &str| hash.len() >= 12 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    account.strip_prefix("account-").is_some_and(is_hash)
}

/// What the entry of a finding says about it, or why it can have none.
fn body(finding: &Value) -> Result<String, &'static str> {
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
    let mut body = format!("rule = {}\n", toml_string(finding["rule"].as_str().unwrap_or_default()));
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
