//! `secret-literal`: the file contains no password.
//!
//! - **What it checks.** The cell is blank, a reference to a secret kept elsewhere, or a mask.
//! - **Parameters.** None.
//! - **Example.** `[check.secret-literal]`.
//! - **Edge cases.** A mask (`****`, `N/A`) passes with a note. The place is empty, where the value begins: not
//!   even its length is shown. Without such a column the check is not applicable.

use serde::{Deserialize, Serialize};

use super::{Judgement, Reason, RecordCheck, Violation};
use crate::diagnostic::fault::{Fault, FaultKind, SpanLabel};
use crate::record::secret::{SecretCell, SecretKind};
use crate::record::site::Site;
use crate::record::{Field, FieldSet, Record};

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct SecretLiteralCheck {}

impl RecordCheck for SecretLiteralCheck {
    fn reads(&self, _: FieldSet) -> FieldSet {
        FieldSet::EMPTY.with(Field::Password)
    }

    fn judge(&self, record: &dyn Record, site: &Site) -> Judgement {
        match record.secret() {
            SecretCell::Absent => {
                return Judgement::NotApplicable(Reason::Other("no column or key of passwords was found"));
            }
            SecretCell::Blank(_) => return Judgement::Pass,
            SecretCell::Value(..) => {}
        }
        let mut masked = None;
        let mut violations = Vec::new();
        for cell in record.all_secrets() {
            let SecretCell::Value(secret, begin) = cell else { continue };
            match secret.kind(site) {
                SecretKind::Nothing | SecretKind::Reference => {}
                SecretKind::Masked => masked = masked.or(Some(begin)),
                SecretKind::Password => {
                    let label = SpanLabel::new(begin).with_message("a password begins here; it is not shown");
                    violations.push(Violation::new(Field::Password, "", label, "the file contains a password"));
                }
            }
        }
        match masked {
            Some(begin) if violations.is_empty() => {
                let message = "the password is masked, or a word for none";
                Judgement::Noted(Fault::new(FaultKind::PasswordMasked, begin, message))
            }
            _ => Judgement::of(violations),
        }
    }
}
