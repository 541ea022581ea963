//! `secret-literal`: no password stands in the file.
//!
//! - **What it checks.** The cell is blank or a reference to a secret kept elsewhere.
//! - **Parameters.** `field`: `password`.
//! - **Example.** `[check.secret-literal]` with `field = "password"`.
//! - **Edge cases.** References are `${env:…}`, `${file:…}`, `vault:…` and `op://…`. The place is empty, where
//!   the value begins: not even its length is told. Without such a column the check is not applicable.

use serde::Deserialize;

use super::{Judgement, Reason, RecordCheck, Violation};
use crate::diagnostic::fault::SpanLabel;
use crate::record::secret::SecretCell;
use crate::record::site::Site;
use crate::record::{Field, FieldSet, Record};

/// Parameters as written.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Params {
    field: Field,
}

/// Makes the check ready.
pub(super) fn compile(params: Params) -> Result<impl RecordCheck, String> {
    if params.field == Field::Password { Ok(SecretLiteral) } else { Err("`field` must be `password`".to_owned()) }
}

struct SecretLiteral;

impl RecordCheck for SecretLiteral {
    fn reads(&self, _: FieldSet) -> FieldSet {
        FieldSet::EMPTY.with(Field::Password)
    }

    fn judge(&self, record: &dyn Record, site: &Site) -> Judgement {
        match record.secret() {
            SecretCell::Absent => Judgement::NotApplicable(Reason::Other("the input has no passwords")),
            SecretCell::Blank(_) => Judgement::Pass,
            SecretCell::Value(secret, _) if secret.is_reference() || secret.matches(&site.password_references) => {
                Judgement::Pass
            }
            SecretCell::Value(_, begin) => {
                let label = SpanLabel::new(begin).with_message("a password begins here; it is not shown");
                Judgement::Fail(vec![Violation::new(Field::Password, "", label, "a password stands in the file")])
            }
        }
    }
}
