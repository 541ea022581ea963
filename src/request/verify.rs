//! What became of the operations of a change request, as a later export shows it.

use std::collections::HashMap;

use serde::Deserialize;

use super::forms::SCHEMA;
use super::value::FieldValue;
use super::{AccountKey, AccountName, Operation};
use crate::diagnostic::fault::FaultKind;
use crate::diagnostic::usage::UsageError;
use crate::diagnostic::visible::quoted;
use crate::engine::{AccountLookup, Run};
use crate::record::{Field, InputKind, Record};

/// What became of an operation. If several apply to a request, the greatest decides its exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OperationState {
    /// The field holds what was to be set.
    Done,
    /// The field holds what was expected.
    Open,
    /// The field holds something else.
    Superseded,
    /// The export has no such account.
    Gone,
    /// The export does not say.
    NotTold,
}

impl OperationState {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Done, Self::Open, Self::Superseded, Self::Gone, Self::NotTold];

    /// The word for people.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Open => "open",
            Self::Superseded => "superseded",
            Self::Gone => "gone",
            Self::NotTold => "not told",
        }
    }
}

/// What became of an operation, and what the field holds now if the export says so.
pub type VerifiedOperation = (OperationState, Option<FieldValue>);

#[derive(Deserialize)]
struct RequestDocument {
    schema: String,
    operations: Vec<Operation>,
}

/// The operations of a change request in JSON; `name` is that of its file.
///
/// # Errors
/// It is not a change request.
pub fn operations(text: &str, name: &str) -> Result<Vec<Operation>, UsageError> {
    let refuse = |why: String| {
        let error = UsageError::new(format!("{} is not a change request: {why}", quoted(name)));
        error.with_remedy("Name the JSON file that `rolecall request EXPORT -o FILE.json` wrote.")
    };
    // What the parser quotes of the text is not shown.
    let document: RequestDocument = serde_json::from_str(text)
        .map_err(|error| refuse(format!("line {}, column {} is not as expected", error.line(), error.column())))?;
    if document.schema != SCHEMA {
        return Err(refuse(format!("`schema` is not `{SCHEMA}`")));
    }
    if let Some(unknown) = document.operations.iter().find(|one| Field::by_name(&one.field).is_none()) {
        return Err(refuse(format!("it names the unknown field {}", quoted(&unknown.field))));
    }
    Ok(document.operations)
}

/// What became of each operation. `is_named` says of an input whether it is one of the later exports; an account that is
/// missing from them is gone only if they are whole.
#[must_use]
pub fn verify(
    operations: &[Operation],
    (run, reader): (&Run, &AccountLookup<'_>),
    is_named: &(impl Fn(&str) -> bool + Sync),
) -> Vec<VerifiedOperation> {
    let mut by_key: HashMap<AccountKey, Vec<usize>> = HashMap::new();
    for (number, operation) in operations.iter().enumerate() {
        for key in operation.account.keys() {
            by_key.entry(key).or_default().push(number);
        }
    }
    let mut found: Vec<Vec<Option<FieldValue>>> = operations.iter().map(|_| Vec::new()).collect();
    let is_unchanged = reader.each(&mut |file: &str, record: &dyn Record| {
        if record.input_kind() == InputKind::Plan || !is_named(file) {
            return;
        }
        let name = AccountName::of(record);
        let mut numbers: Vec<usize> = name.keys().filter_map(|key| by_key.get(&key)).flatten().copied().collect();
        numbers.sort_unstable();
        numbers.dedup();
        for number in numbers {
            let operation = &operations[number];
            let field = Field::by_name(&operation.field).expect("internal error: fields are known");
            // An id outranks the user name, which people change.
            let is_same = match (&operation.account.id, &name.id) {
                (Some(wanted), Some(id)) => wanted == id,
                _ => true,
            };
            if is_same {
                found[number].push(FieldValue::of(record, field, reader.site()));
            }
        }
    });
    let state = |(operation, found): (&Operation, Vec<_>)| match <[Option<FieldValue>; 1]>::try_from(found) {
        Ok([Some(value)]) if is_unchanged => {
            let state = match &value {
                value if *value == operation.set => OperationState::Done,
                value if *value == operation.expect => OperationState::Open,
                _ => OperationState::Superseded,
            };
            (state, Some(value))
        }
        Err(none) if none.is_empty() && is_unchanged && is_whole(run) => (OperationState::Gone, None),
        _ => (OperationState::NotTold, None),
    };
    operations.iter().zip(found).map(state).collect()
}

/// True if every account of the exports was read. That rules could not judge, or that nobody is an API user, is another matter.
fn is_whole(run: &Run) -> bool {
    let is_about_rules = |kind: Option<FaultKind>| match kind {
        None => true,
        Some(kind) => {
            use FaultKind::{ApiUserNone, ApiUserNotFound, ApiUserPatternTooWide, NothingJudged};
            [ApiUserNone, ApiUserNotFound, ApiUserPatternTooWide, NothingJudged].contains(&kind)
        }
    };
    let has_accounts = run.ledger.inputs.iter().any(|input| input.records > 0);
    has_accounts && run.ledger.holes.iter().all(|hole| is_about_rules(FaultKind::by_id(&hole.rule)))
}
