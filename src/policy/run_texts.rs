//! Texts of a run that messages about waivers need: the names of accounts, by which an approver may have signed, and the values
//! that no message may repeat, since whoever wrote a waiver may have pasted a password into it.

use std::collections::{BTreeMap, BTreeSet};

use super::Policy;
use super::comparison::Match;
use super::subject_index::WaiverMatches;
use crate::diagnostic::Outcome;
use crate::engine::Run;
use crate::engine::account_lookup::AccountLookup;
use crate::record::secret::SecretCell;
use crate::record::{Field, name};

/// The rule that says whether any input holds a password.
const PASSWORD_RULE: &str = "password-literal";

/// What is known of a run besides its findings.
pub struct RunTexts {
    /// First and last names of accounts by their folded user names, if an approver signed with a name.
    pub names: BTreeMap<String, String>,
    pub hidden: HiddenValues,
}

/// Values that are not shown.
pub enum HiddenValues {
    None,
    /// These are passwords.
    Some(BTreeSet<String>),
    /// What is a password is not known for certain.
    All,
}

impl HiddenValues {
    pub fn has(&self, value: &str) -> bool {
        match self {
            Self::None => false,
            Self::Some(values) => values.contains(value),
            Self::All => true,
        }
    }
}

impl Policy {
    /// What messages about these waivers need.
    pub(super) fn run_texts(
        &self,
        matches: &[WaiverMatches],
        run: &Run,
        accounts: Option<&AccountLookup<'_>>,
    ) -> RunTexts {
        let mut names = BTreeMap::new();
        if self.waivers.iter().any(|waiver| !waiver.approved_by.value.contains('@')) {
            let with_name = run.accounts.iter().filter_map(|one| Some((name::fold(&one.key), one.name.clone()?)));
            names.extend(with_name);
        }
        RunTexts { names, hidden: self.hidden_values(matches, run, accounts) }
    }

    /// The accepted and found values that no message may show. Accounts are read again only if a value was changed and an
    /// input may hold passwords.
    fn hidden_values(
        &self,
        matches: &[WaiverMatches],
        run: &Run,
        accounts: Option<&AccountLookup<'_>>,
    ) -> HiddenValues {
        let mut values: BTreeSet<String> = BTreeSet::new();
        for (waiver, matches) in self.waivers.iter().zip(matches) {
            for (at, _) in matches.differs.iter().filter(|(_, one)| matches!(one, Match::Differs(_))) {
                let found = run.diagnostics[*at].identification.as_ref();
                values.extend(found.and_then(|found| found.details.value.clone()));
                values.extend(waiver.value.as_ref().map(|value| value.value.clone()));
            }
        }
        values.remove("");
        if values.is_empty() || !may_hold_passwords(run) {
            return HiddenValues::None;
        }
        let is_refused = run.ledger.inputs.iter().any(|input| !input.refused.is_empty());
        let Some(accounts) = accounts.filter(|_| !is_refused) else { return HiddenValues::All };
        let mut hidden = BTreeSet::new();
        let is_whole = accounts.each(&mut |_, record| {
            for secret in record.all_secrets() {
                let SecretCell::Value(secret, _) = secret else { continue };
                let is_in = |value: &&String| secret.is(value) || value.split("; ").any(|item| secret.is(item));
                hidden.extend(values.iter().filter(is_in).cloned());
            }
        });
        if is_whole { HiddenValues::Some(hidden) } else { HiddenValues::All }
    }
}

/// False if it is known that no input holds a password.
fn may_hold_passwords(run: &Run) -> bool {
    let is_off = run.ledger.rules_off.iter().any(|rule| rule == PASSWORD_RULE);
    match run.outcomes.iter().find(|one| one.rule == PASSWORD_RULE) {
        Some(one) => is_off || !matches!(one.outcome, Outcome::Pass | Outcome::NotApplicable),
        // Nobody put the rule to accounts.
        None => run.ledger.inputs.iter().flat_map(|input| &input.columns).any(|(_, field)| *field == Field::Password),
    }
}
