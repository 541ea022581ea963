//! Whether a waiver or an entry of the baseline that covers nothing is unused, or whether that is not known. It is unused only
//! if its rule was put to its account and did not fail, or if the account is gone from inputs that were read whole: anything
//! else could be a column that is missing today.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::Hash;
use std::sync::Arc;

use foldhash::fast::RandomState;

use crate::check::population::user_names::IndexedAccount;
use crate::check::{Check, Judgement, Reason};
use crate::diagnostic::Outcome;
use crate::diagnostic::identification::Side;
use crate::engine::Run;
use crate::engine::account_lookup::AccountLookup;
use crate::engine::ledger::{JudgedAccount, RuleOutcome};
use crate::record::activity::activity;
use crate::record::meaning::AccountKind;
use crate::record::{Cell, Field, InputKind, Record, name};
use crate::rule::{Rule, Subject};

/// `None` if it is unused.
pub type Answer = Option<NotKnown>;

/// Why it is not known whether it is unused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotKnown {
    pub why: Arc<str>,
    /// True if the finding may be there, and a column that would show it is not: the run is INCOMPLETE.
    pub lacks_column: bool,
}

impl NotKnown {
    pub fn because(why: impl Into<Arc<str>>) -> Self {
        Self { why: why.into(), lacks_column: false }
    }

    fn without_column(why: impl Into<Arc<str>>) -> Self {
        Self { why: why.into(), lacks_column: true }
    }

    /// Inputs had this field, and have it no more.
    pub fn without_field(field: Field) -> Self {
        Self::without_column(Reason::NotCarried(field).to_string())
    }
}

/// Whose finding is asked about.
pub enum QuerySubject<'a, K> {
    /// An account, by its key, of one side or of both; and the guilty fields, if the rule may fail on several.
    Account { key: K, side: Option<&'a str>, field: Option<&'a str> },
    /// The tenant, a licence, or the accounts that a pattern matches.
    Others,
}

/// How the accounts that are asked about are found.
pub enum AccountSearch<'s, K> {
    /// By all their names, folded.
    Names(&'s [String]),
    /// By the hashes of their names, of which a key can be made.
    Hashes(&'s dyn Fn(Side, u64) -> K),
}

/// What is asked of rules and accounts, each question with a number. `K` is the key by which accounts are found.
pub struct UnusedAnalysis<'a, K, F> {
    run: &'a Run,
    rules: &'a [Rule],
    /// The key of an account, given its side and folded user name.
    key_of: F,
    judged: HashMap<(&'a str, u64), &'a JudgedAccount, RandomState>,
    answers: BTreeMap<usize, Answer>,
    accounts: HashMap<K, Vec<Question<'a>>, RandomState>,
}

#[derive(Clone, Copy)]
struct Question<'a> {
    number: usize,
    rule: &'a Rule,
    outcome: &'a RuleOutcome,
    side: Option<&'a str>,
    field: Option<&'a str>,
}

impl Question<'_> {
    fn is_about(&self, side: Side) -> bool {
        self.side.is_none_or(|asked| asked == side.word())
    }

    fn is_of_api_users(&self) -> bool {
        matches!(self.rule.subject, Subject::ApiUser | Subject::AnyApiUser)
    }

    /// True if only the record shows whether its rule was put to an account.
    fn needs_record(&self) -> bool {
        !self.outcome.has_judged_all
            || matches!(self.rule.subject, Subject::ActiveAccount | Subject::Person)
            || matches!(&self.rule.check, Check::Record(check) if check.has_several_fields())
    }

    /// What a rule about all accounts says of one that is there.
    fn of_population(&self) -> Answer {
        let reason = self.outcome.reason.as_deref().filter(|_| self.outcome.lacks_column);
        reason.map(NotKnown::without_column)
    }

    /// Another field of the account may pass while the guilty one is missing from its input.
    fn without_field(&self, record: &dyn Record) -> Answer {
        let fields = self.field.into_iter().flat_map(|field| field.split("; ")).filter_map(Field::by_name);
        let missing = fields.into_iter().find(|field| matches!(record.cell(*field), Cell::Absent));
        missing.map(NotKnown::without_field)
    }
}

impl<'a, K: Eq + Hash + Sync + Send, F: Fn(Side, &str) -> K + Sync> UnusedAnalysis<'a, K, F> {
    pub fn new(run: &'a Run, rules: &'a [Rule], key_of: F) -> Self {
        let (judged, accounts) = (HashMap::default(), HashMap::default());
        Self { run, rules, key_of, judged, answers: BTreeMap::new(), accounts }
    }

    /// Asks whether anything could be covered.
    pub fn ask(&mut self, number: usize, rule: &str, subject: QuerySubject<'a, K>) {
        let Some(rule) = self.rules.iter().find(|one| one.id == rule) else { return };
        let outcome = self.run.outcomes.iter().find(|one| one.rule == rule.id);
        match (self.why_not(outcome), outcome, subject) {
            (None, Some(outcome), QuerySubject::Account { key, side, field }) => {
                self.accounts.entry(key).or_default().push(Question { number, rule, outcome, side, field });
            }
            // Without the column nothing is known of an account that is there; one that is gone has no finding.
            (Some(why), Some(outcome), QuerySubject::Account { key, side, field }) if why.lacks_column => {
                self.accounts.entry(key).or_default().push(Question { number, rule, outcome, side, field });
            }
            (why, ..) => drop(self.answers.insert(number, why)),
        }
    }

    /// True if an account that is not an API user may have been one: it no longer says so, or its name does not, and the
    /// site does not decide.
    fn may_have_been_one(&self, record: &dyn Record) -> bool {
        match record.cell(Field::Kind) {
            Cell::Absent => self.run.ledger.api_users.how == "names",
            Cell::Blank { .. } => true,
            _ => false,
        }
    }

    /// Why nothing can be told about a rule that ended so.
    fn why_not(&self, outcome: Option<&RuleOutcome>) -> Answer {
        if !self.run.ledger.holes.is_empty() {
            return Some(incomplete());
        }
        match outcome {
            Some(one)
                if matches!(one.outcome, Outcome::Pass | Outcome::Fail | Outcome::Waived | Outcome::Baselined) =>
            {
                None
            }
            _ => {
                let reason =
                    outcome.and_then(|one| one.reason.as_deref()).unwrap_or("it was not applied to any account");
                let why = NotKnown::because(format!("the rule did not apply: {reason}"));
                Some(NotKnown { lacks_column: outcome.is_some_and(|one| one.lacks_column), ..why })
            }
        }
    }

    /// The answers to all that was asked. Only accounts that nothing else tells of are read again.
    pub fn answers(
        mut self,
        lookup: Option<&AccountLookup<'_>>,
        search: &AccountSearch<'_, K>,
    ) -> BTreeMap<usize, Answer> {
        if self.accounts.is_empty() {
            return self.answers;
        }
        self.judged.extend(self.run.accounts.iter().map(|one| ((&*one.file, one.number), one)));
        let mut seen = HashMap::new();
        let is_whole = lookup.is_some_and(|lookup| self.look_up(lookup, search, &mut seen));
        let absent = |side: Option<&str>| match () {
            () if !is_whole => Some(NotKnown::because("an input changed while it was read")),
            () if !self.has_read(side.unwrap_or("export")) => {
                Some(NotKnown::because(format!("no {} was read", side.unwrap_or("export"))))
            }
            () => None,
        };
        let answer = |question: &Question<'_>| match seen.remove(&question.number) {
            Some(answer) if is_whole => (question.number, answer),
            _ => (question.number, absent(question.side)),
        };
        let of_accounts: Vec<_> = self.accounts.values().flatten().map(answer).collect();
        self.answers.extend(of_accounts);
        if self.answers.values().flatten().any(|why| why.lacks_column) {
            self.answers.values_mut().for_each(|answer| *answer = answer.take().or_else(|| Some(incomplete())));
        }
        self.answers
    }

    /// Answers what is asked about accounts that are there. False if inputs have changed since the run.
    fn look_up(
        &self,
        lookup: &AccountLookup<'_>,
        search: &AccountSearch<'_, K>,
        seen: &mut HashMap<usize, Answer>,
    ) -> bool {
        let mut to_read = BTreeSet::new();
        for (key, account) in self.find(lookup, search) {
            let Some(questions) = self.accounts.get(&key) else { continue };
            let side = side(account.is_plan);
            let judged = self.judged.get(&(lookup.file(account.id.input), account.id.number));
            // A hash only proposed this account: its name decides.
            let is_it = |one: &&&JudgedAccount| (self.key_of)(side, &name::fold(&one.key)) == key;
            let needs_record = |one: &JudgedAccount| {
                questions
                    .iter()
                    .any(|question| question.needs_record() || (question.is_of_api_users() && !one.is_api_user))
            };
            match judged.filter(is_it).filter(|one| !needs_record(one)) {
                None => drop(to_read.insert(account.id)),
                Some(judged) => {
                    for question in questions.iter().filter(|question| question.is_about(side)) {
                        let why = self.not_concerned(question, Some(judged), None, account.is_plan, || false);
                        add(seen, question.number, why.or_else(|| question.of_population()));
                    }
                }
            }
        }
        lookup.visit(&to_read, &mut |file, record| self.take((file, record), lookup, seen))
    }

    /// The accounts that may be asked about, each with its key.
    fn find(&self, lookup: &AccountLookup<'_>, search: &AccountSearch<'_, K>) -> Vec<(K, IndexedAccount)> {
        match search {
            AccountSearch::Names(names) => {
                let found = names.iter().zip(lookup.by_name(names.iter().map(String::as_str)));
                let with_keys = |(name, accounts): (&String, Vec<IndexedAccount>)| {
                    let with_key = |account: IndexedAccount| ((self.key_of)(side(account.is_plan), name), account);
                    accounts.into_iter().map(with_key).collect::<Vec<_>>()
                };
                found.flat_map(with_keys).collect()
            }
            AccountSearch::Hashes(key_of) => lookup.select(|is_plan, hash| {
                let key = key_of(side(is_plan), hash);
                self.accounts.contains_key(&key).then_some(key)
            }),
        }
    }

    /// Answers what is asked about the account of a record.
    fn take(&self, (file, record): (&str, &dyn Record), lookup: &AccountLookup<'_>, seen: &mut HashMap<usize, Answer>) {
        let side = side(is_plan(record));
        let questions = self.accounts.get(&(self.key_of)(side, &name::fold(&record.key())));
        for question in questions.into_iter().flatten().filter(|question| question.is_about(side)) {
            add(seen, question.number, self.answer(question, file, record, lookup));
        }
    }

    /// What a rule says of an account that is there.
    fn answer(&self, question: &Question<'_>, file: &str, record: &dyn Record, lookup: &AccountLookup<'_>) -> Answer {
        let judged = self.judged.get(&(file, record.number())).copied();
        let is_active = || is_plan(record) || activity(record, lookup.site()).is_ok_and(|found| found.is_active);
        if let Some(why) = self.not_concerned(question, judged, Some(record), is_plan(record), is_active) {
            return Some(why);
        }
        let Check::Record(check) = &question.rule.check else { return question.of_population() };
        let kind = AccountKind::of(judged.is_some_and(|one| one.is_api_user));
        match check.judge_as(kind, record, lookup.site()) {
            Judgement::Pass | Judgement::Noted(_) | Judgement::Fail(_) => question.without_field(record),
            Judgement::NotApplicable(why @ Reason::NotSaid(_)) => Some(NotKnown::without_column(why.to_string())),
            Judgement::NotApplicable(why) | Judgement::NotDeterminable(why) => Some(NotKnown::because(why.to_string())),
        }
    }

    /// Why a rule was not put to an account.
    fn not_concerned(
        &self,
        question: &Question<'_>,
        judged: Option<&JudgedAccount>,
        record: Option<&dyn Record>,
        is_plan: bool,
        is_active: impl FnOnce() -> bool,
    ) -> Answer {
        let is_concerned = match question.rule.subject {
            Subject::ApiUser => judged.is_some_and(|one| one.is_api_user && (one.is_active || is_plan)),
            Subject::AnyApiUser => judged.is_some_and(|one| one.is_api_user),
            Subject::ActiveAccount => is_active(),
            Subject::Person => !judged.is_some_and(|one| one.is_api_user) && is_active(),
            Subject::Account | Subject::Tenant => true,
        };
        if is_concerned {
            return None;
        }
        Some(match judged {
            None if self.run.accounts_more > 0 => NotKnown::because("more accounts were judged than are listed"),
            _ if question.is_of_api_users()
                && !judged.is_some_and(|one| one.is_api_user)
                && record.is_some_and(|record| self.may_have_been_one(record)) =>
            {
                NotKnown::without_column("nothing says that its account is an API user")
            }
            _ => NotKnown::because("the rule does not concern its account"),
        })
    }

    fn has_read(&self, side: &str) -> bool {
        let is_plan = |format: &str| matches!(format, "yaml" | "toml");
        let formats = self.run.ledger.inputs.iter().filter_map(|input| input.format);
        formats.into_iter().any(|format| is_plan(format) == (side == "plan") || format == "json")
    }
}

/// A run that is INCOMPLETE calls nothing needless.
pub fn incomplete() -> NotKnown {
    NotKnown::because("the run is INCOMPLETE")
}

/// Of an account on both sides, what is not known of one decides.
fn add(seen: &mut HashMap<usize, Answer>, number: usize, answer: Answer) {
    let known = seen.entry(number).or_default();
    *known = known.take().or(answer);
}

const fn side(is_plan: bool) -> Side {
    if is_plan { Side::Plan } else { Side::Export }
}

fn is_plan(record: &dyn Record) -> bool {
    record.input_kind() == InputKind::Plan
}
