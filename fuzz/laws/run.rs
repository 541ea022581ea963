//! A run as the binary makes it, over bytes in memory.

use std::sync::OnceLock;

use rolecall::config::{Config, RunOptions};
use rolecall::diagnostic::usage::UsageError;
use rolecall::engine::{NamedInput, RuleSet, Run, check};
use rolecall::read::Format;
use rolecall::read::encoding::Encoding;
use rolecall::record::date::Date;
use rolecall::rule::Rule;
use rolecall::rule::file::{References, built_in};
use rolecall::source::file::Source;

/// A table in which nothing is wrong, for runs of which the config is what is new.
pub const TABLE: &str = "\
First Name,Last Name,User Name,Roles,Team,Scope,WFM Views,Active,Password
API,Payroll Sync,api.payroll@acme.example,Administrator,Default Team,Operations,EnterpriseView,yes,
Dana,Ops,dana.ops@acme.example,Administrator,Default Team,Operations,EnterpriseView,yes,
";

/// What a run is given.
pub struct FuzzInput<'a> {
    pub name: &'a str,
    pub format: Format,
    pub encoding: Option<Encoding>,
    pub bytes: &'a [u8],
}

impl<'a> FuzzInput<'a> {
    pub fn of(format: Format, bytes: &'a [u8]) -> Self {
        Self { name: "people", format, encoding: None, bytes }
    }
}

/// The rules, compiled once.
pub fn rule_set() -> RuleSet<'static> {
    static RULES: OnceLock<(Vec<Rule>, References)> = OnceLock::new();
    let (rules, references) = RULES.get_or_init(|| (built_in(), References::built_in()));
    RuleSet { rules, references }
}

/// Judges without a config.
pub fn judge(given: &FuzzInput<'_>) -> Run {
    judge_with(given, &Config::default()).expect("there is no config to be wrong")
}

/// Judges; whether every account counts as an API user depends on the length, so that both ways are tried.
pub fn judge_with(given: &FuzzInput<'_>, config: &Config) -> Result<Run, UsageError> {
    let named = NamedInput {
        name: given.name.to_owned(),
        format: Some(given.format),
        opened: Ok(Source::from_bytes(given.bytes.to_vec())),
    };
    let options = RunOptions {
        all_api_users: given.bytes.len() % 2 == 1,
        seats: vec![("System Administrator".to_owned(), 40)],
        encoding: given.encoding,
        ..RunOptions::new(Date::parse("2026-11-21", None).expect("this is a date"))
    };
    check(vec![named], config, &rule_set(), &options)
}
