//! The forms of a change request: JSON for programs, a table and Markdown for the people who decide.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use super::{AccountName, ByHand, ChangeRequest, Operation};
use crate::diagnostic::Verdict;
use crate::engine::Run;
use crate::report::csv::defused;
use crate::report::json_text::{self, Layout, tool};
use crate::report::markdown::{cell, safe};

/// The name and version of the JSON form.
pub const SCHEMA: &str = "rolecall.change-request/1";

/// A form of a change request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestFormat {
    /// For programs, and for `rolecall request verify`.
    Json,
    /// A table with an operation a row, and empty columns for decisions.
    Csv,
    /// For a ticket.
    Markdown,
}

impl RequestFormat {
    /// The form that the extension of a file's name means.
    #[must_use]
    pub fn by_extension(extension: &str) -> Option<Self> {
        match extension.to_ascii_lowercase().as_str() {
            "json" => Some(Self::Json),
            "csv" => Some(Self::Csv),
            "md" => Some(Self::Markdown),
            _ => None,
        }
    }

    /// Writes the request that a run led to.
    ///
    /// # Errors
    /// What the writer says.
    pub fn write(self, request: &ChangeRequest, run: &Run, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Json => json(request, run, out),
            Self::Csv => csv(request, out),
            Self::Markdown => out.write_all(markdown(request, run).as_bytes()),
        }
    }
}

#[derive(Serialize)]
struct RequestJson<'a> {
    schema: &'static str,
    tool: Value,
    product: &'static str,
    tenant: Option<&'a str>,
    as_of: String,
    verdict: &'static str,
    operations: &'a [Operation],
    by_hand: &'a [ByHand],
    waived: &'a [ByHand],
}

fn json(request: &ChangeRequest, run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let document = RequestJson {
        schema: SCHEMA,
        tool: tool(),
        product: run.product.word(),
        tenant: run.ledger.tenant.as_deref(),
        as_of: run.as_of.to_string(),
        verdict: run.verdict.word(),
        operations: &request.operations,
        by_hand: &request.by_hand,
        waived: &request.waived,
    };
    json_text::write(&document, Layout::Indented, out)
}

const HEADERS: [&str; 16] = [
    "account-id",
    "user-name",
    "field",
    "expect",
    "set",
    "rule",
    "identity",
    "class",
    "seats",
    "file",
    "sha256",
    "record",
    "do",
    "decision",
    "decided-by",
    "decided-on",
];

fn csv(request: &ChangeRequest, out: &mut dyn Write) -> io::Result<()> {
    let mut table = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(out);
    table.write_record(HEADERS)?;
    for operation in &request.operations {
        let Operation { account, field, expect, set, rule, identity, class, seats, source, remedy } = operation;
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let row = [
            text(&account.id),
            text(&account.user_name),
            field.clone(),
            expect.in_one_line(),
            set.in_one_line(),
            rule.clone(),
            identity.clone(),
            class.clone(),
            seats.to_string(),
            source.file.clone(),
            source.sha256.clone(),
            source.record.to_string(),
            remedy.clone(),
        ];
        let decision = std::iter::repeat_n(String::new(), HEADERS.len() - row.len());
        table.write_record(row.iter().map(|cell| defused(cell)).chain(decision))?;
    }
    table.flush()
}

fn markdown(request: &ChangeRequest, run: &Run) -> String {
    let tenant = run.ledger.tenant.as_deref().map_or_else(String::new, |tenant| format!(" for {}", cell(tenant)));
    let ChangeRequest { operations, by_hand, waived } = request;
    let mut page =
        format!("# Change request{tenant}\n\nAs of {}, {} to change in the product.\n", run.as_of, operations.len());
    if run.verdict == Verdict::Incomplete {
        page.push_str("\n**Something could not be judged, so this is not all: `rolecall check` says what.**\n");
    }
    if !operations.is_empty() {
        page.push_str("\nCompare first: if a field holds anything but the expected value, leave it and ask.\n\n");
        page.push_str("| account | field | expected | set to | rule | class | seats | do |\n");
        page.push_str("| --- | --- | --- | --- | --- | --- | --- | --- |\n");
    }
    for one in operations {
        let [expect, set] = [&one.expect, &one.set].map(|value| cell(&value.in_one_line()));
        let (account, field, rule, remedy) =
            (account_cell(&one.account), cell(&one.field), cell(&one.rule), safe(&one.remedy));
        let (class, seats) = (&one.class, one.seats);
        page.push_str(&format!("| {account} | {field} | {expect} | {set} | {rule} | {class} | {seats} | {remedy} |\n"));
    }
    if !by_hand.is_empty() {
        page.push_str(
            "\n## By hand\n\n| account | rule | finding | by hand, because | do |\n| --- | --- | --- | --- | --- |\n",
        );
    }
    for one in by_hand {
        page.push_str(&format!("{} {} |\n", without_operation(one), safe(&one.remedy)));
    }
    if !waived.is_empty() {
        page.push_str("\n## Waived\n\n| account | rule | finding | waived by |\n| --- | --- | --- | --- |\n");
    }
    waived.iter().for_each(|one| page.push_str(&(without_operation(one) + "\n")));
    page
}

/// The cells of a finding without an operation, as far as why it has none.
fn without_operation(one: &ByHand) -> String {
    let account = one.account.as_ref().map_or_else(String::new, account_cell);
    let (rule, message, because) = (cell(&one.rule), safe(&one.message), safe(&one.because));
    format!("| {account} | {rule} | {message} | {because} |")
}

fn account_cell(account: &AccountName) -> String {
    match account {
        AccountName { user_name: Some(name), .. } => cell(name),
        AccountName { id: Some(id), .. } => format!("id {}", cell(id)),
        AccountName { .. } => String::new(),
    }
}
