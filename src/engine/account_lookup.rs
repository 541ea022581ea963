//! The accounts of a run read again one by one, for what is asked of single accounts after the run has ended.

use super::context::RunContext;
use super::{NamedInput, RuleSet, Run, RunRequest, conclude, observe};
use crate::check::{Check, Judgement, Violation};
use crate::config::{Config, RunOptions};
use crate::diagnostic::usage::UsageError;
use crate::read::visitor::{RecordVisitor, VisitorSink};
use crate::read::{Flow, Locator, ReadOptions, ReadSummary};
use crate::record::Record;
use crate::record::declared_blanks::DeclaredBlanks;
use crate::record::site::Site;

/// The inputs of a run that has ended.
pub struct AccountLookup<'a> {
    context: RunContext<'a>,
    summaries: Vec<Option<ReadSummary>>,
}

/// Judges as [`super::check`] does, and keeps what it takes to read the accounts again.
///
/// # Errors
/// A config or declarations that cannot be used: nothing was judged.
pub fn check_and_keep<'a>(
    named: Vec<NamedInput>,
    config: &'a Config,
    rules: &'a RuleSet<'a>,
    options: &'a RunOptions,
) -> Result<(Run, AccountLookup<'a>), UsageError> {
    let context = RunContext::new(named, &RunRequest { config, rules, options })?;
    let seen = observe::observe(&context)?;
    let summaries = seen.summaries.clone();
    let conclusions = conclude::population_rules(&context, &seen);
    let run = conclude::conclude(&context, seen, conclusions);
    Ok((run, AccountLookup { context, summaries }))
}

impl AccountLookup<'_> {
    /// What the site declares.
    pub const fn site(&self) -> &Site {
        &self.context.site
    }

    /// Gives every account that can be read to `visit`, with the name of its input. False if an input is no longer what
    /// the run was about.
    pub fn each(&self, visit: &mut AccountVisitor<'_>) -> bool {
        let RunContext { columns, config, options, site, loaded, .. } = &self.context;
        let tables = config.tables(options.header_row);
        let mut is_unchanged = true;
        for (loaded, summary) in loaded.iter().zip(&self.summaries) {
            let (Ok(opened), Some(input), Some(summary)) = (&loaded.opened, loaded.input(), summary) else { continue };
            let present = Some(summary.present);
            let options = ReadOptions { columns, tables, present, sheets: &options.sheets, ..ReadOptions::default() };
            opened.read(input, &options, &mut VisitorSink(&mut NamedAccounts { file: &loaded.name, site, visit }));
            is_unchanged &= input.source.is_unchanged();
        }
        is_unchanged
    }

    /// What the rules about single accounts find wrong with a record, each with its rule's id.
    pub fn violations(&self, record: &dyn Record) -> Vec<(&str, Violation)> {
        let judged =
            self.context.rules.iter().filter(|rule| !rule.is_off()).filter_map(|rule| match &rule.rule.check {
                Check::Record(check) => Some((rule.rule.id.as_str(), check.judge(record, self.site()))),
                Check::Population(_) => None,
            });
        let failed = judged.filter_map(|(rule, judgement)| match judgement {
            Judgement::Fail(violations) => Some(violations.into_iter().map(move |violation| (rule, violation))),
            _ => None,
        });
        failed.flatten().collect()
    }
}

/// Takes an account and the name of its input.
pub type AccountVisitor<'v> = dyn FnMut(&str, &dyn Record) + Send + 'v;

struct NamedAccounts<'s, 'v> {
    file: &'s str,
    site: &'s Site,
    visit: &'s mut AccountVisitor<'v>,
}

impl RecordVisitor for NamedAccounts<'_, '_> {
    fn record(&mut self, record: &dyn Record, _: &mut Locator<'_>) -> Flow {
        (self.visit)(self.file, &DeclaredBlanks::new(record, &self.site.values));
        Flow::Continue
    }
}
