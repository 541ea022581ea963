//! The accounts of a run read again one by one, for what is asked of single accounts after the run has ended.

use std::collections::{BTreeMap, BTreeSet};

use super::column_names::ColumnNames;
use super::context::RunContext;
use super::group_members::GroupMembers;
use super::reread::InputReReader;
use super::tracked_accounts::{AccountCondition, TrackedAccounts};
use super::unclear::unclear_texts;
use super::{NamedInput, RuleSet, Run, RunRequest, conclude, observe};
use crate::check::population::user_names::{IndexedAccount, UserNameIndex};
use crate::check::{Check, Judgement, Reason, RecordCheck, RecordId, Violation};
use crate::config::{Config, RunOptions, UserNamePatterns};
use crate::diagnostic::usage::UsageError;
use crate::read::visitor::{RecordVisitor, VisitorSink};
use crate::read::{Flow, Locator, ReadOptions, ReadSummary};
use crate::record::declared_blanks::DeclaredBlanks;
use crate::record::meaning::AccountKind;
use crate::record::name::fold;
use crate::record::site::Site;
use crate::record::{Field, Record};
use crate::rule::{Rule, Subject};
use crate::source::InputId;

/// The inputs of a run that has ended.
pub struct AccountLookup<'a> {
    context: RunContext<'a>,
    summaries: Vec<Option<ReadSummary>>,
    user_names: UserNameIndex,
    /// Names that fill a cell of their column, by which the run judged.
    names: ColumnNames,
    groups: GroupMembers,
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
    let (run, lookup, _) = keep(RunContext::new(named, &RunRequest { config, rules, options })?)?;
    Ok((run, lookup))
}

/// The same, and notes which accounts match the patterns of groups.
///
/// # Errors
/// A config or declarations that cannot be used: nothing was judged.
pub fn check_with_groups<'a>(
    named: Vec<NamedInput>,
    request: &RunRequest<'a>,
    groups: UserNamePatterns,
) -> Result<(Run, AccountLookup<'a>), UsageError> {
    let mut context = RunContext::new(named, request)?;
    context.groups = (!groups.is_empty()).then_some(groups);
    let (run, lookup, _) = keep(context)?;
    Ok((run, lookup))
}

/// The same, and remembers every account.
///
/// # Errors
/// A config or declarations that cannot be used: nothing was judged.
pub fn check_and_track<'a>(
    named: Vec<NamedInput>,
    request: &RunRequest<'a>,
) -> Result<(Run, AccountLookup<'a>, TrackedAccounts), UsageError> {
    let mut context = RunContext::new(named, request)?;
    context.tracks_accounts = true;
    keep(context)
}

fn keep(context: RunContext<'_>) -> Result<(Run, AccountLookup<'_>, TrackedAccounts), UsageError> {
    let mut seen = observe::observe(&context)?;
    let (summaries, tracked) = (seen.summaries.clone(), std::mem::take(&mut seen.tracked));
    let names = std::mem::take(&mut seen.columns.names);
    let groups = std::mem::take(&mut seen.groups);
    let conclusions = conclude::population_rules(&context, &seen);
    let run = conclude::conclude(&context, &mut seen, conclusions);
    let user_names = seen.population.user_names;
    Ok((run, AccountLookup { context, summaries, user_names, names, groups }, tracked))
}

/// Asks whether a rule was put to an account.
#[derive(Clone, Debug)]
pub struct EvaluationQuery {
    /// The record of the account.
    pub record: RecordId,
    /// What the account is.
    pub condition: AccountCondition,
    /// Its folded user name.
    pub name: String,
    /// The rule's id.
    pub rule: String,
}

impl AccountLookup<'_> {
    /// Forgets whose user names are whose, which takes eight bytes an account: [`Self::by_name`] finds none then.
    pub fn forget_names(&mut self) {
        self.user_names = UserNameIndex::default();
    }

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

    /// The accounts that match a group, or one more than it may have; `None` if nobody noted them.
    pub fn members(&self, pattern: &str, most: u64) -> Option<impl Iterator<Item = &String>> {
        let mut patterns = self.context.groups.as_ref()?.patterns();
        let number = patterns.position(|known| known == (pattern, most))?;
        Some(self.groups.of(number))
    }

    /// True if every export says who is active.
    pub fn knows_activity(&self) -> bool {
        const FIELDS: [Field; 3] = [Field::Active, Field::Activated, Field::Deactivated];
        self.context.loaded.iter().zip(&self.summaries).all(|(loaded, summary)| {
            let opened = loaded.opened.as_ref().ok().zip(loaded.input());
            let is_plan = opened.is_some_and(|(opened, input)| opened.plan_facts(input).is_some());
            is_plan || summary.as_ref().is_none_or(|read| FIELDS.iter().any(|field| read.present.has(*field)))
        })
    }

    /// For each of `names` the accounts that may have it: all that have it, and rarely others.
    pub fn by_name<'n>(&self, names: impl Iterator<Item = &'n str>) -> Vec<Vec<IndexedAccount>> {
        self.user_names.by_name(names)
    }

    /// The accounts that `choose` wants, given whether a plan holds them and the hash of their name
    /// ([`name_hash`](crate::check::population::user_names::name_hash)), each with what it said.
    pub fn select<T>(&self, choose: impl FnMut(bool, u64) -> Option<T>) -> Vec<(T, IndexedAccount)> {
        self.user_names.select(choose)
    }

    /// The name of an input.
    pub fn file(&self, input: InputId) -> &str {
        &self.context.loaded[usize::from(input.0)].name
    }

    /// Gives these records to `visit`, as [`Self::each`] does. False if one cannot be read again.
    pub fn visit(&self, records: &BTreeSet<RecordId>, visit: &mut AccountVisitor<'_>) -> bool {
        let wanted: Vec<RecordId> = records.iter().copied().collect();
        let is_whole = self.cells().visit(&wanted, &mut |again| visit(self.file(again.record.input()), again.record));
        let inputs = self.context.loaded.iter().filter_map(|loaded| loaded.input());
        is_whole && inputs.into_iter().all(|input| input.source.is_unchanged())
    }

    /// The rule that has, or once had, this id first.
    #[must_use]
    pub fn rule(&self, permanent_id: &str) -> Option<&Rule> {
        let is_it = |rule: &&Rule| *rule.permanent_id() == *permanent_id;
        self.context.rules.iter().map(|one| one.rule).find(is_it)
    }

    /// Reads cells again.
    #[must_use]
    pub fn cells(&self) -> InputReReader<'_> {
        InputReReader::new(&self.context, &self.summaries)
    }

    /// Why each of these rules was not put to its account; `None` if it was.
    #[must_use]
    pub fn reasons_not_evaluated(&self, questions: &[EvaluationQuery]) -> Vec<Option<String>> {
        let mut reasons = vec![Some("the account cannot be read again".to_owned()); questions.len()];
        let mut by_record: BTreeMap<RecordId, Vec<usize>> = BTreeMap::new();
        for (at, question) in questions.iter().enumerate() {
            by_record.entry(question.record).or_default().push(at);
        }
        let records: Vec<RecordId> = by_record.keys().copied().collect();
        self.cells().visit(&records, &mut |again| {
            for at in by_record.get(&again.id()).into_iter().flatten() {
                reasons[*at] = self.reason_not_evaluated(&questions[*at], again.record);
            }
        });
        reasons
    }

    fn reason_not_evaluated(&self, question: &EvaluationQuery, record: &dyn Record) -> Option<String> {
        let rule = self.context.rules.iter().map(|one| one.rule).find(|rule| rule.id == question.rule)?;
        let Check::Record(check) = &rule.check else { return None };
        // A hash only proposed this account: its name decides.
        if fold(&record.key()) != question.name {
            return Some("the account cannot be told apart from another".to_owned());
        }
        if !question.condition.is_judged_as(rule.subject) {
            return Some("the rule does not concern the account".to_owned());
        }
        let is_api_user = question.condition.is_api_user();
        match check.judge_as(AccountKind::of(is_api_user), record, self.site()) {
            Judgement::Pass | Judgement::Noted(_) | Judgement::Fail(_) => {
                let field = self.unclear_field(rule, check.as_ref(), record)?;
                Some(Reason::Unclear(field).to_string())
            }
            Judgement::NotApplicable(why) | Judgement::NotDeterminable(why) => Some(why.to_string()),
        }
    }

    /// A cell that the rule reads and that cannot be read with certainty, so that the run left the rule open.
    fn unclear_field(&self, rule: &Rule, check: &dyn RecordCheck, record: &dyn Record) -> Option<Field> {
        let present = self.summaries.get(usize::from(record.input().0))?.as_ref()?.present;
        let is_of_api_users = matches!(rule.subject, Subject::ApiUser | Subject::AnyApiUser);
        let reads = check.reads(present);
        Field::ALL.iter().copied().filter(|field| reads.has(*field) && present.has(*field)).find(|field| {
            let names = self.names.get(field).filter(|_| is_of_api_users);
            !unclear_texts(record, *field, &self.site().lists, names).is_empty()
        })
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
