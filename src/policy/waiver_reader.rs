//! Waivers as they are written, and what makes one unusable: whoever accepts a finding has to say which one, until when, why
//! and by whom, or the waiver would cover more than anyone approved.

use std::collections::BTreeMap;

use regex::Regex;

use super::waiver::{WaivedSubject, Waiver};
use super::written_waiver::WrittenWaiver;
use crate::check::Check;
use crate::config::{SeverityOverride, suggest};
use crate::diagnostic::Severity;
use crate::diagnostic::identification::DRIFT;
use crate::diagnostic::usage::UsageError;
use crate::diagnostic::visible::{is_blank, quoted, toml_string};
use crate::read::site_document::SiteDocument;
use crate::record::date::Date;
use crate::record::{Field, name};
use crate::rule::Rule;
use crate::source::{Span, Spanned};
use crate::syntax::tree::keys::nearest;

/// What the waiver of a rule has to name.
enum Needs {
    /// An account and a value.
    Cell,
    /// A licence and how many seats.
    Seats,
    /// A value, and an account only where the finding is about one.
    Value,
    /// It cannot be waived.
    Nothing,
}

fn needs(rule: &Rule) -> Needs {
    match rule.kind {
        "secret-literal" | "password-policy" => Needs::Nothing,
        "seats" => Needs::Seats,
        "holders" | "integrations" => Needs::Value,
        _ => Needs::Cell,
    }
}

/// Reads the waivers of a file, as they are written in it.
///
/// # Errors
/// Everything that is wrong with them, each with its place.
pub fn read_waivers(
    document: &SiteDocument<'_>,
    written: Vec<WrittenWaiver>,
    number: usize,
    scope: WaiverScope<'_>,
) -> Result<Vec<Waiver>, Vec<UsageError>> {
    let reader = WaiverReader { document, number, scope };
    let mut waivers = Vec::with_capacity(written.len());
    let mut errors = Vec::new();
    for written in written {
        let line = document.line(written.id.span.start);
        match reader.waiver(written, line) {
            Ok(waiver) => waivers.push(waiver),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(waivers) } else { Err(errors) }
}

/// What the waivers of a file may speak of.
#[derive(Clone, Copy)]
pub struct WaiverScope<'a> {
    pub rules: &'a [Rule],
    pub overrides: &'a BTreeMap<String, SeverityOverride>,
    /// The most days that one may cover.
    pub longest: u32,
    /// The labels of all tenants of the project or fleet.
    pub tenants: &'a [String],
    /// The label of the one that is judged.
    pub tenant: Option<&'a String>,
}

struct WaiverReader<'a> {
    document: &'a SiteDocument<'a>,
    number: usize,
    scope: WaiverScope<'a>,
}

impl WaiverReader<'_> {
    fn waiver(&self, written: WrittenWaiver, line: u64) -> Result<Waiver, UsageError> {
        self.check_names(&written)?;
        self.check_tenant(&written)?;
        let rule = self.rule(&written)?;
        let subject = self.subject(&written, rule)?;
        let (approved_on, until) = self.period(&written)?;
        let named = |word: Spanned<String>| Some(Spanned { value: Severity::by_word(&word.value)?, span: word.span });
        Ok(Waiver {
            document: self.number,
            rule: rule.map_or(DRIFT, |rule| &rule.id).to_owned(),
            subject,
            severity: written.severity.and_then(named),
            least_severity: rule.map_or(Severity::Error, Rule::least_severity),
            approved_on,
            until,
            line,
            id: written.id,
            tenant: written.tenant.map(|tenant| tenant.value),
            named: written.rule,
            value: written.value.map(trimmed),
            is_any_value: written.any_value,
            field: written.field.map(|field| field.value),
            side: written.side,
            demand: written.demand,
            reason: written.reason.value,
            requested_by: written.requested_by,
            approved_by: written.approved_by,
            ticket: written.ticket.map(|ticket| ticket.value),
        })
    }

    /// The rule that is named, by an id of now or of before; `None` for drift.
    fn rule(&self, written: &WrittenWaiver) -> Result<Option<&Rule>, UsageError> {
        let named = &written.rule;
        if named.value == DRIFT {
            return match &written.field {
                Some(_) => Ok(None),
                None => {
                    let remedy = format!("Add {}.", self.line_of("field", "team"));
                    Err(self.error(named.span, "a waiver of drift names no field", &remedy))
                }
            };
        }
        let rules = || self.scope.rules.iter();
        let found = rules().find(|rule| rule.id == named.value);
        found.or_else(|| rules().find(|rule| rule.was_called(&named.value))).map(Some).ok_or_else(|| {
            let message = format!("unknown rule {}", quoted(&named.value));
            self.error(named.span, &message, &suggest(&named.value, self.scope.rules))
        })
    }

    /// Texts that say nothing to whoever reads them, and fields that do not exist.
    fn check_names(&self, written: &WrittenWaiver) -> Result<(), UsageError> {
        let texts = [Some(&written.id), Some(&written.reason), Some(&written.approved_by)];
        let optional = [&written.requested_by, &written.ticket, &written.account, &written.license].map(Option::as_ref);
        if let Some(blank) = texts.into_iter().chain(optional).flatten().find(|text| is_blank(&text.value)) {
            return Err(self.error(blank.span, "this is blank", "Write what people can read."));
        }
        let Some(named) = &written.field else { return Ok(()) };
        match named.value.split("; ").find(|name| Field::by_name(name).is_none()) {
            Some(name) => {
                let message = format!("unknown field {}", quoted(name));
                let near = nearest(name, Field::ALL.iter().map(|field| field.name()));
                let remedy = near.map_or_else(
                    || "Write the `field` of the finding as the JSON report gives it under `details`.".to_owned(),
                    |near| format!("Did you mean {}?", quoted(near)),
                );
                Err(self.error(named.span, &message, &remedy))
            }
            None => Ok(()),
        }
    }

    /// A file that holds for several tenants would accept the finding of an account of that name in each of them.
    fn check_tenant(&self, written: &WrittenWaiver) -> Result<(), UsageError> {
        let tenants = self.scope.tenants;
        match &written.tenant {
            Some(named) if !tenants.is_empty() && !tenants.contains(&named.value) => {
                let near = nearest(&named.value, tenants.iter().map(String::as_str));
                let remedy = near.map_or_else(
                    || {
                        "Write the label of a tenant, as `[tenants]` of the project or the table of the fleet has it."
                            .to_owned()
                    },
                    |near| format!("Did you mean {}?", quoted(near)),
                );
                Err(self.error(named.span, &format!("unknown tenant {}", quoted(&named.value)), &remedy))
            }
            // What belongs to no tenant is judged beside them, as one more.
            None if tenants.len() > 1 || (self.scope.tenant.is_none() && !tenants.is_empty()) => {
                let message = "the waiver names no tenant, so it would hold for every tenant";
                let line = self.line_of("tenant", self.scope.tenant.unwrap_or(&tenants[0]));
                let remedy = format!("Add {line}; each tenant needs a waiver of its own.");
                Err(self.error(written.id.span, message, &remedy))
            }
            _ => Ok(()),
        }
    }

    fn subject(&self, written: &WrittenWaiver, rule: Option<&Rule>) -> Result<WaivedSubject, UsageError> {
        let needs = rule.map_or(Needs::Cell, needs);
        let at = written.rule.span;
        let has_account = written.account.is_some() || written.accounts.is_some();
        match needs {
            Needs::Nothing => {
                let (message, remedy) = (
                    "a finding about a password cannot be waived",
                    "Change the password, and remove it from the file.",
                );
                return Err(self.error(at, message, remedy));
            }
            Needs::Seats => return self.seats(written),
            Needs::Cell | Needs::Value if written.license.is_some() || written.at_most.is_some() => {
                let message = "`license` and `at-most` are for rules about seats";
                return Err(self.error(at, message, "Name the account and the value instead."));
            }
            Needs::Cell if !has_account => {
                let remedy = format!("Add {}.", self.line_of("account", "USER NAME"));
                return Err(self.error(at, "no account is named", &remedy));
            }
            Needs::Cell | Needs::Value => {}
        }
        self.check_value(written, rule)?;
        if let Some(rule) = rule.filter(|rule| written.field.is_none() && has_several_fields(rule)) {
            let message = format!("the rule {} may fail on several fields, and none is named", quoted(&rule.id));
            let remedy = format!("Add {} as the JSON report gives it under `details`.", self.line_of("field", "…"));
            return Err(self.error(at, &message, &remedy));
        }
        match (&written.account, &written.accounts) {
            (Some(account), Some(_)) => {
                Err(self.error(account.span, "both `account` and `accounts` are named", "Keep one of them."))
            }
            (Some(account), None) => {
                let written = account.value.trim_ascii().to_owned();
                Ok(WaivedSubject::Account { folded: name::fold(&written), written })
            }
            (None, Some(group)) => match Regex::new(&group.regex.value) {
                Ok(regex) => Ok(WaivedSubject::Group { regex, max: group.max, span: group.regex.span }),
                Err(_) => {
                    let message = "`regex` is not a regular expression, or not one that runs in linear time";
                    let remedy =
                        "Close its brackets, and write it without look-around, back-references and high counts.";
                    Err(self.error(group.regex.span, message, remedy))
                }
            },
            (None, None) => Ok(WaivedSubject::Tenant),
        }
    }

    fn seats(&self, written: &WrittenWaiver) -> Result<WaivedSubject, UsageError> {
        let at = written.rule.span;
        let other = written.account.as_ref().or(written.value.as_ref());
        if other.is_some() || written.accounts.is_some() || written.any_value {
            let message = "a waiver about seats names a licence and how many seats, no account and no value";
            return Err(self.error(at, message, "Keep `license` and `at-most` only."));
        }
        match (&written.license, written.at_most) {
            (Some(license), Some(at_most)) => Ok(WaivedSubject::License { name: license.value.clone(), at_most }),
            _ => {
                let message = "a waiver about seats names a licence and how many seats";
                let (license, most) = (self.line_of("license", "NAME"), self.document.line_of("at-most", "N"));
                Err(self.error(at, message, &format!("Add {license} and {most}.")))
            }
        }
    }

    fn check_value(&self, written: &WrittenWaiver, rule: Option<&Rule>) -> Result<(), UsageError> {
        let at = written.rule.span;
        match (&written.value, written.any_value) {
            (Some(value), true) => {
                Err(self.error(value.span, "both `value` and `any-value` are written", "Keep one of them."))
            }
            (None, false) => {
                let [value, blank] = ["…", ""].map(|value| self.line_of("value", value));
                let remedy = format!("Add the guilty value as {value}, a blank as {blank}.");
                Err(self.error(at, "no value is named", &remedy))
            }
            (None, true) if rule.is_none_or(|rule| self.may_be_error(rule)) => {
                let message = "`any-value` cannot accept findings of severity error";
                let remedy = format!("Name the value that was approved as {}.", self.line_of("value", "…"));
                Err(self.error(at, message, &remedy))
            }
            _ => Ok(()),
        }
    }

    fn may_be_error(&self, rule: &Rule) -> bool {
        match self.scope.overrides.get(&rule.id) {
            Some(SeverityOverride::Severity(severity)) => *severity == Severity::Error,
            Some(SeverityOverride::Off) => false,
            None => rule.severity_when.values().chain([&rule.severity]).any(|one| *one == Severity::Error),
        }
    }

    fn period(&self, written: &WrittenWaiver) -> Result<(Date, Spanned<Date>), UsageError> {
        let day = |one: &Spanned<String>| {
            Date::from_iso(&one.value).ok_or_else(|| self.error(one.span, "not a day", "Write it as `2026-11-02`."))
        };
        let (from, until) = (day(&written.approved_on)?, day(&written.until)?);
        let span = written.until.span;
        if until < from {
            return Err(self.error(
                span,
                "the waiver ends before it was approved",
                "Correct `approved-on` or `until`.",
            ));
        }
        let days = until.days_since(from);
        if i64::from(days) > i64::from(self.scope.longest) {
            let longest = self.scope.longest;
            let message = format!("the waiver covers {days} days, the most is {longest}");
            let last = from.plus_days(i32::try_from(longest).unwrap_or(i32::MAX));
            let remedy = match last {
                Some(last) => {
                    format!("Write {} or an earlier day.", self.document.line_of("until", &last.to_string()))
                }
                None => "Write an earlier day.".to_owned(),
            };
            return Err(self.error(span, &message, &remedy));
        }
        Ok((from, Spanned { value: until, span }))
    }

    fn error(&self, span: Span, message: &str, remedy: &str) -> UsageError {
        self.document.error(message, remedy, span)
    }

    fn line_of(&self, key: &str, text: &str) -> String {
        self.document.line_of(key, &toml_string(text))
    }
}

fn has_several_fields(rule: &Rule) -> bool {
    matches!(&rule.check, Check::Record(check) if check.has_several_fields())
}

/// As every cell is trimmed.
fn trimmed(value: Spanned<String>) -> Spanned<String> {
    Spanned { value: value.value.trim_ascii().to_owned(), ..value }
}
