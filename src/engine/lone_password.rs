//! Passwords without a record that is judged: those of refused records, and those of a document outside of its records.
//!
//! They are in the file all the same, so the rule about that judges them.

use super::batch::CurrentInput;
use super::context::{ConfiguredRule, RunContext, record_check};
use super::describe;
use super::observation::Observation;
use super::rule_group::verdict;
use super::tally::{FirstRecord, RuleVerdict};
use crate::check::{Check, Judgement, PARTIAL, Reason};
use crate::diagnostic::snippet::Excerpt;
use crate::read::Locator;
use crate::record::list::{ListCell, ListSyntax};
use crate::record::secret::SecretCell;
use crate::record::{Cell, Field, FieldSet, InputKind, Record};
use crate::rule::Subject;
use crate::source::{InputId, Span};

/// A password, and where it is.
pub struct LonePassword<'r> {
    /// The number of the refused record; 0 outside of records.
    pub number: u64,
    /// The refused record.
    pub span: Span,
    /// The line it begins in. It is found before anything further on: going back costs time.
    pub line: u64,
    /// The name of the record in reports.
    pub key: &'r str,
    /// What may be passwords there. `None` if the record cannot be read.
    pub secrets: Option<Vec<SecretCell<'r>>>,
}

/// Puts the rules that read passwords of all accounts to one without a record that is judged.
pub fn judge(
    password: &LonePassword<'_>,
    run: &RunContext<'_>,
    input: &CurrentInput,
    seen: &mut Observation,
    locator: &mut Locator<'_>,
) {
    for (number, rule) in rules_on_passwords(run) {
        let judgement = match password.secrets {
            Some(_) => record_check(rule).judge(&PasswordRecord { password, input: input.id }, &run.site),
            None => Judgement::NotDeterminable(Reason::Other("a record was refused, and its password cannot be read")),
        };
        let verdict = verdict(&judgement, None);
        if matches!(verdict, RuleVerdict::Pass | RuleVerdict::NotApplicable(_)) {
            // Nothing passes here: the rule passes on records that are judged.
            continue;
        }
        let first = || Some(FirstRecord { input: input.id.0, line: password.line, file: input.file.clone() });
        seen.tallies[number].add(verdict, 1, first);
        let Judgement::Fail(violations) = judgement else { continue };
        for violation in violations {
            seen.findings.add_of_record(describe::severity(rule, violation.case), || {
                let record = PasswordRecord { password, input: input.id };
                describe::of_violation(rule, number, violation, &record, input.at(), run.messages(), locator)
            });
        }
    }
}

/// The rules that read the passwords of all accounts cannot tell what is in an input that was not read.
pub fn leave_unread_open(run: &RunContext<'_>, seen: &mut Observation) {
    if seen.findings.is_unread() {
        rules_on_passwords(run).for_each(|(number, _)| seen.tallies[number].undetermined(PARTIAL, 1, None));
    }
}

/// The rules that read passwords of all accounts, with their numbers.
fn rules_on_passwords<'r>(run: &'r RunContext<'_>) -> impl Iterator<Item = (usize, &'r ConfiguredRule<'r>)> {
    let passwords = FieldSet::EMPTY.with(Field::Password);
    run.rules.iter().enumerate().filter(move |(_, rule)| {
        let reads_them = matches!(&rule.rule.check, Check::Record(check) if check.reads(passwords) == passwords);
        !rule.is_off() && rule.rule.subject == Subject::Account && reads_them
    })
}

/// The record that a rule about passwords sees. Nothing of it is shown.
struct PasswordRecord<'r> {
    password: &'r LonePassword<'r>,
    input: InputId,
}

impl Record for PasswordRecord<'_> {
    fn input(&self) -> InputId {
        self.input
    }

    fn number(&self) -> u64 {
        self.password.number
    }

    fn span(&self) -> Span {
        self.password.span
    }

    fn input_kind(&self) -> InputKind {
        InputKind::Export
    }

    fn raw_text(&self, _: Field) -> Option<&str> {
        None
    }

    fn cell(&self, _: Field) -> Cell<'_> {
        Cell::Absent
    }

    fn list(&self, _: Field, _: &ListSyntax) -> ListCell<'_> {
        ListCell::Absent
    }

    fn secret(&self) -> SecretCell<'_> {
        SecretCell::first_of(self.all_secrets())
    }

    fn all_secrets(&self) -> Vec<SecretCell<'_>> {
        self.password.secrets.clone().unwrap_or_default()
    }

    fn excerpt(&self, _: &[Span]) -> Excerpt {
        Excerpt::default()
    }

    fn key(&self) -> String {
        self.password.key.to_owned()
    }
}
