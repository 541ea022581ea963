//! What a population check finds, and the cells that it looks at again for it: while the accounts pass, too little of each is
//! kept to show where it is wrong.

use std::sync::Arc;

use crate::diagnostic::identification::{FindingDetails, Side};
use crate::diagnostic::snippet::Snippet;
use crate::diagnostic::{Label, RecordRef};
use crate::record::Field;
use crate::record::catalogue::DeclaredAt;
use crate::record::list::ListItem;
use crate::source::InputId;

/// A violation with its places found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which of the check's cases this is.
    pub case: Option<&'static str>,
    /// One line, readable alone.
    pub message: String,
    /// The account, if it is about one.
    pub subject: Option<RecordRef>,
    /// Its places, the one at fault first.
    pub labels: Vec<Label>,
    /// The text around them.
    pub snippets: Vec<Snippet>,
    /// What goes into the fingerprint besides rule and account.
    pub identity: Vec<String>,
    /// What is compared between runs; `None` for what no rule finds.
    pub details: Option<FindingDetails>,
}

impl Finding {
    /// A finding without a place.
    #[must_use]
    pub fn new(message: String, identity: Vec<String>) -> Self {
        Self { case: None, message, subject: None, labels: Vec::new(), snippets: Vec::new(), identity, details: None }
    }

    /// Adds what is compared between runs.
    #[must_use]
    pub fn with_details(self, details: FindingDetails) -> Self {
        Self { details: Some(details), ..self }
    }

    /// Adds the same of a cell of an account.
    #[must_use]
    pub fn with_value(self, account: &ReReadCell, field: Field, value: impl Into<String>) -> Self {
        self.with_details(FindingDetails {
            side: account.side,
            rule_field: field.name(),
            field: field.name().to_owned(),
            value: Some(value.into()),
            ..FindingDetails::default()
        })
    }

    /// Adds the user names of accounts of the same side that it is about too; empty for one without a user name.
    #[must_use]
    pub fn with_partners(mut self, partners: Arc<[String]>) -> Self {
        if let Some(details) = &mut self.details {
            details.partners = partners;
        }
        self
    }

    /// Adds a cell, with words under it. The first makes its account the subject.
    #[must_use]
    pub fn with_cell(mut self, cell: ReReadCell, message: impl Into<String>) -> Self {
        if self.labels.is_empty() {
            self.subject = Some(cell.subject);
        }
        self.with_label(Label { message: message.into(), ..cell.label }, Some(cell.snippet))
    }

    /// Adds a place in a config or plan.
    #[must_use]
    pub fn with_declaration(self, declared: DeclaredAt) -> Self {
        self.with_label(declared.label, declared.snippet)
    }

    fn with_label(mut self, label: Label, snippet: Option<Snippet>) -> Self {
        self.snippets.extend(snippet.map(|snippet| snippet.for_label(self.labels.len())));
        self.labels.push(label);
        self
    }
}

/// Which record of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId {
    /// The input.
    pub input: InputId,
    /// Its number there, from 1.
    pub number: u64,
}

/// A cell that is to be looked at again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellRequest {
    /// The record.
    pub record: RecordId,
    /// The cell.
    pub field: Field,
}

/// A cell that was looked at again.
#[derive(Clone, Debug)]
pub struct ReReadCell {
    /// Whose it is.
    pub subject: RecordRef,
    /// Whether an export or a plan holds it.
    pub side: Side,
    /// What it holds.
    pub cell: CellContent,
    /// Its place, without words yet.
    pub label: Label,
    /// The record around it.
    pub snippet: Snippet,
}

/// What a cell held.
#[derive(Clone, Debug)]
pub enum CellContent {
    /// The input has no such cells.
    Absent,
    /// Nothing.
    Blank,
    /// A text.
    Text(String),
    /// A list.
    Items(Vec<ListItem<'static>>),
}

/// Looks at records again after all were seen.
pub trait CellLookup {
    /// The cells wanted, in the order wanted. A record that cannot be read again is left out.
    fn look_up(&mut self, wanted: &[CellRequest]) -> Vec<(CellRequest, ReReadCell)>;

    /// The roles of a record.
    fn roles_of(&mut self, record: Option<RecordId>) -> Option<ReReadCell> {
        let found = self.look_up(&[CellRequest { record: record?, field: Field::Roles }]).pop();
        found.map(|(_, cell)| cell)
    }
}
