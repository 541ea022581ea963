//! `password-policy`: a password in a file meets the declared policy.
//!
//! - **What it checks.** Length and character classes, as the plan's policy declares them.
//! - **Parameters.** None.
//! - **Example.** `[check.password-policy]`.
//! - **Edge cases.** Which requirement is not met is not said: it would reveal something about the password. Without a
//!   policy, or with a reference instead of a password, there is nothing to judge.

use serde::{Deserialize, Serialize};

use super::{Judgement, Reason, RecordCheck, Violation};
use crate::diagnostic::fault::SpanLabel;
use crate::record::secret::{SecretCell, SecretKind};
use crate::record::site::Site;
use crate::record::{Field, FieldSet, Record};

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct PasswordPolicyCheck {}

impl RecordCheck for PasswordPolicyCheck {
    fn reads(&self, _: FieldSet) -> FieldSet {
        FieldSet::EMPTY.with(Field::Password)
    }

    fn judge(&self, record: &dyn Record, site: &Site) -> Judgement {
        let Some((policy, declared)) = &site.catalogue.password_policy else {
            return Judgement::NotApplicable(Reason::Other("no plan declares a password policy"));
        };
        match record.secret() {
            SecretCell::Absent => Judgement::NotApplicable(Reason::Other("no column or key of passwords was found")),
            SecretCell::Blank(_) => Judgement::NotApplicable(Reason::Other("the file contains no password")),
            SecretCell::Value(secret, _) if secret.kind(site) != SecretKind::Password => {
                Judgement::NotApplicable(Reason::Other("the file contains no password"))
            }
            SecretCell::Value(secret, _) if secret.meets(policy) => Judgement::Pass,
            SecretCell::Value(_, begin) => {
                let label = SpanLabel::new(begin).with_message("this password, which is not shown");
                let message = "the password does not meet the declared policy";
                let mut violation = Violation::new(Field::Password, "", label, message);
                violation.declared.clone_from(declared);
                Judgement::Fail(vec![violation])
            }
        }
    }
}
