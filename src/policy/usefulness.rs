//! Whether a waiver or an entry of the baseline that covers nothing is still needed. It is not only if its rule was put to
//! its account and did not fail, or if the account is gone from inputs that were read whole: anything else could be a
//! column that is missing today.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

use crate::check::{Check, Judgement};
use crate::diagnostic::Outcome;
use crate::diagnostic::identification::Side;
use crate::engine::Run;
use crate::engine::account_lookup::AccountLookup;
use crate::engine::ledger::JudgedAccount;
use crate::record::activity::activity;
use crate::record::{InputKind, Record};
use crate::rule::{Rule, Subject};

/// `None` if it is not needed, else why that is not known.
pub type Answer = Option<String>;

/// Whose finding is asked about.
pub enum AskedSubject<'a, K> {
    /// An account, by its key, of one side or of both.
    Account { key: K, side: Option<&'a str> },
    /// The accounts that a pattern matches.
    Group,
    /// The tenant, or a licence.
    Tenant,
}

/// What is asked of rules and accounts, each question with a number. `K` is the key by which accounts are found.
pub struct Usefulness<'a, K, F> {
    run: &'a Run,
    rules: &'a [Rule],
    /// The key of a record, given its side.
    key_of: F,
    judged: HashMap<(&'a str, u64), &'a JudgedAccount>,
    answers: BTreeMap<usize, Answer>,
    accounts: HashMap<K, Vec<Question<'a>>>,
}

#[derive(Clone, Copy)]
struct Question<'a> {
    number: usize,
    rule: &'a Rule,
    side: Option<&'a str>,
}

impl<'a, K: Eq + Hash + Sync + Send, F: Fn(Side, &dyn Record) -> K + Sync> Usefulness<'a, K, F> {
    pub fn new(run: &'a Run, rules: &'a [Rule], key_of: F) -> Self {
        let judged = run.accounts.iter().map(|one| ((&*one.file, one.number), one)).collect();
        Self { run, rules, key_of, judged, answers: BTreeMap::new(), accounts: HashMap::new() }
    }

    /// Asks whether anything could be covered.
    pub fn ask(&mut self, number: usize, rule: &str, subject: AskedSubject<'a, K>) {
        let Some(rule) = self.rules.iter().find(|one| one.id == rule) else { return };
        if let Some(why) = self.why_not(rule) {
            drop(self.answers.insert(number, Some(why)));
            return;
        }
        match subject {
            AskedSubject::Account { key, side } => {
                self.accounts.entry(key).or_default().push(Question { number, rule, side });
            }
            AskedSubject::Group | AskedSubject::Tenant => {
                self.answers.insert(number, None);
            }
        }
    }

    /// Why nothing can be told about this rule.
    fn why_not(&self, rule: &Rule) -> Option<String> {
        if !self.run.ledger.holes.is_empty() {
            return Some("the run is INCOMPLETE".to_owned());
        }
        let outcome = self.run.outcomes.iter().find(|one| one.rule == rule.id);
        match outcome.map(|one| one.outcome) {
            Some(Outcome::Pass | Outcome::Fail | Outcome::Waived | Outcome::Baselined) => None,
            _ => {
                let reason = outcome.and_then(|one| one.reason.as_deref()).unwrap_or("it was not put to any account");
                Some(format!("the rule did not apply: {reason}"))
            }
        }
    }

    /// The answers to all that was asked. The inputs are read again only if some question names an account.
    pub fn answers(mut self, lookup: Option<&AccountLookup<'_>>) -> BTreeMap<usize, Answer> {
        if self.accounts.is_empty() {
            return self.answers;
        }
        let mut seen: HashMap<usize, Answer> = HashMap::new();
        let is_whole = lookup.is_some_and(|lookup| {
            let questions = &self.accounts;
            lookup.each(&mut |file: &str, record: &dyn Record| {
                let side = side_of(record);
                for question in questions.get(&(self.key_of)(side, record)).into_iter().flatten() {
                    if question.side.is_none_or(|asked| asked == side.word()) {
                        let answer = self.answer(question.rule, file, record, Some(lookup));
                        let known = seen.entry(question.number).or_default();
                        // Of an account on both sides, what is not known of one decides.
                        *known = known.take().or(answer);
                    }
                }
            })
        });
        let absent = |side: Option<&str>| match () {
            () if !is_whole => Some("an input changed while it was read".to_owned()),
            () if !self.has_read(side.unwrap_or("export")) => Some(format!("no {} was read", side.unwrap_or("export"))),
            () => None,
        };
        let answer = |question: &Question<'_>| match seen.remove(&question.number) {
            Some(answer) if is_whole => (question.number, answer),
            _ => (question.number, absent(question.side)),
        };
        let of_accounts: Vec<_> = self.accounts.values().flatten().map(answer).collect();
        self.answers.extend(of_accounts);
        self.answers
    }

    /// What a rule says of an account that is there.
    fn answer(&self, rule: &Rule, file: &str, record: &dyn Record, lookup: Option<&AccountLookup<'_>>) -> Answer {
        let judged = self.judged.get(&(file, record.number()));
        let is_concerned = match rule.subject {
            Subject::ApiUser => judged.is_some_and(|one| one.is_api_user && (one.is_active || is_plan(record))),
            Subject::AnyApiUser => judged.is_some_and(|one| one.is_api_user),
            Subject::ActiveAccount => lookup.is_some_and(|lookup| {
                is_plan(record) || activity(record, lookup.site()).is_ok_and(|found| found.is_active)
            }),
            Subject::Account | Subject::Tenant => true,
        };
        if !is_concerned {
            let why = match judged {
                None if self.run.accounts_more > 0 => "more accounts were judged than are listed",
                _ => "the rule does not concern its account",
            };
            return Some(why.to_owned());
        }
        let (Check::Record(check), Some(lookup)) = (&rule.check, lookup) else { return None };
        match check.judge(record, lookup.site()) {
            Judgement::Pass | Judgement::Noted(_) | Judgement::Fail(_) => None,
            Judgement::NotApplicable(why) | Judgement::NotDeterminable(why) => Some(why.to_string()),
        }
    }

    fn has_read(&self, side: &str) -> bool {
        let is_plan = |format: &str| matches!(format, "yaml" | "toml");
        let formats = self.run.ledger.inputs.iter().filter_map(|input| input.format);
        formats.into_iter().any(|format| is_plan(format) == (side == "plan") || format == "json")
    }
}

fn is_plan(record: &dyn Record) -> bool {
    record.input_kind() == InputKind::Plan
}

fn side_of(record: &dyn Record) -> Side {
    if is_plan(record) { Side::Plan } else { Side::Export }
}
