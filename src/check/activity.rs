//! `activity`: the account is active.
//!
//! - **What it checks.** The account can log in on the as-of date.
//! - **Parameters.** None.
//! - **Example.** `[check.activity]`.
//! - **Edge cases.** A planned account that starts later passes. If the input does not say who is active,
//!   the check is not applicable.

use serde::{Deserialize, Serialize};

use super::{Judgement, Reason, RecordCheck, Violation};
use crate::diagnostic::fault::SpanLabel;
use crate::record::activity::{InactiveReason, activity};
use crate::record::site::Site;
use crate::record::{Field, FieldSet, InputKind, Record};

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct ActivityCheck {}

impl RecordCheck for ActivityCheck {
    fn reads(&self, _: FieldSet) -> FieldSet {
        FieldSet::EMPTY.with(Field::Active).with(Field::Activated).with(Field::Deactivated)
    }

    fn distinguishes_days(&self) -> bool {
        false
    }

    fn has_several_fields(&self) -> bool {
        true
    }

    fn judge(&self, record: &dyn Record, site: &Site) -> Judgement {
        let Ok(found) = activity(record, site) else {
            return Judgement::NotDeterminable(Reason::Other("whether it is active cannot be read"));
        };
        if !found.is_known {
            return Judgement::NotApplicable(Reason::NotSaid("the input does not say who is active"));
        }
        match found.because {
            None => Judgement::Pass,
            Some(_) if record.input_kind() == InputKind::Plan && found.is_ahead() => Judgement::Pass,
            Some(because) => Judgement::Fail(vec![violation(record, because, site)]),
        }
    }
}

fn violation(record: &dyn Record, because: InactiveReason, site: &Site) -> Violation {
    let cell = record.cell(because.field);
    let why = match because.field {
        Field::Activated => format!("it starts after {}", site.as_of),
        Field::Deactivated => format!("it ended by {}", site.as_of),
        _ => "it is marked inactive".to_owned(),
    };
    let message = format!("the API user account is not active: {why}");
    let label = SpanLabel { span: because.span, defined: cell.defined(), message: "not active".to_owned() };
    let text = cell.text().unwrap_or_default();
    let canonical = match because.field {
        Field::Active => "false".to_owned(),
        _ => because.date.map_or_else(|| text.to_owned(), |date| date.to_string()),
    };
    Violation::new(because.field, text, label, message).of_fields([because.field]).with_canonical_value(canonical)
}
