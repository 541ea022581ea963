//! The passwords of refused records: they are in the file all the same, so the rule about that judges them.

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

/// A refused record, of which no more is known than its password.
pub struct RefusedPassword<'r> {
    pub number: u64,
    pub span: Span,
    /// The line it begins in. It is found before anything further on: going back costs time.
    pub line: u64,
    /// The name of the record in reports.
    pub key: &'r str,
    /// Its password. `None` if it cannot be read.
    pub secrets: Option<Vec<SecretCell<'r>>>,
}

/// Puts the rules that read passwords of all accounts to a refused record.
pub fn judge(
    refused: &RefusedPassword<'_>,
    run: &RunContext<'_>,
    input: &CurrentInput,
    seen: &mut Observation,
    locator: &mut Locator<'_>,
) {
    for (number, rule) in rules_on_passwords(run) {
        let judgement = match refused.secrets {
            Some(_) => record_check(rule).judge(&PasswordRecord { refused, input: input.id }, &run.site),
            None => Judgement::NotDeterminable(Reason::Other("a record was refused, and its password cannot be read")),
        };
        let verdict = verdict(&judgement, None);
        if matches!(verdict, RuleVerdict::Pass | RuleVerdict::NotApplicable(_)) {
            // The rule cannot pass on a refused record.
            continue;
        }
        let first = || Some(FirstRecord { input: input.id.0, line: refused.line, file: input.file.clone() });
        seen.tallies[number].add(verdict, 1, first);
        let Judgement::Fail(violations) = judgement else { continue };
        for violation in violations {
            seen.findings.add_of_record(describe::severity(rule, violation.case), || {
                let record = PasswordRecord { refused, input: input.id };
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
    refused: &'r RefusedPassword<'r>,
    input: InputId,
}

impl Record for PasswordRecord<'_> {
    fn input(&self) -> InputId {
        self.input
    }

    fn number(&self) -> u64 {
        self.refused.number
    }

    fn span(&self) -> Span {
        self.refused.span
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
        self.refused.secrets.clone().unwrap_or_default()
    }

    fn excerpt(&self, _: &[Span]) -> Excerpt {
        Excerpt::default()
    }

    fn key(&self) -> String {
        self.refused.key.to_owned()
    }
}
