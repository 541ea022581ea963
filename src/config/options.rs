//! What the command line says about judging, and how a report repeats it.

use std::sync::Arc;

use super::selection::InputSelection;
use crate::diagnostic::Severity;
use crate::read::encoding::Encoding;
use crate::read::progress::Progress;
use crate::record::date::Date;
use crate::record::site::Product;

/// What the command line says about judging.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// The day to judge by.
    pub as_of: Date,
    /// The product.
    pub product: Option<Product>,
    /// User names of API users.
    pub api_users: Vec<String>,
    /// Every account is an API user.
    pub all_api_users: bool,
    /// Seats owned, by licence.
    pub seats: Vec<(String, u64)>,
    /// Whether the report gives the SHA-256 of inputs.
    pub digest: bool,
    /// The lowest severity that fails the run.
    pub fail_on: Severity,
    /// The sheets of workbooks to judge; all if empty.
    pub sheets: Vec<String>,
    /// How many records all inputs together must hold.
    pub expect_records: Option<u64>,
    /// The encoding of inputs without a byte order mark.
    pub encoding: Option<Encoding>,
    /// The row of the headers in tables, if given; it overrides the config.
    pub header_row: Option<u64>,
    /// Whether the report lists the accounts that the verdict is about. Each costs about as much as judging it again.
    pub list_accounts: bool,
    /// How many threads may read one input, [`ALL_THREADS`](crate::fast::split::ALL_THREADS) for as many as the machine
    /// runs at once; the report is the same for any number.
    pub jobs: usize,
    /// How the inputs were chosen.
    pub selection: InputSelection,
    /// Counts the bytes read, for a progress bar.
    pub progress: Option<Arc<Progress>>,
}

/// An option of the command line that changes what a run says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenOption {
    /// Its name, as it is typed.
    pub option: &'static str,
    /// Its value, if it takes one.
    pub value: Option<String>,
}

impl GivenOption {
    /// An option with a value.
    pub fn new(option: &'static str, value: impl ToString) -> Self {
        Self { option, value: Some(value.to_string()) }
    }
}

impl RunOptions {
    /// The defaults, with the day to judge by.
    pub fn new(as_of: Date) -> Self {
        Self {
            as_of,
            product: None,
            api_users: Vec::new(),
            all_api_users: false,
            seats: Vec::new(),
            digest: false,
            fail_on: Severity::Warning,
            sheets: Vec::new(),
            expect_records: None,
            encoding: None,
            header_row: None,
            list_accounts: false,
            jobs: 1,
            selection: InputSelection::default(),
            progress: None,
        }
    }

    /// The options that differ from the defaults and change what a run says, the as-of date aside.
    #[must_use]
    pub fn given(&self) -> Vec<GivenOption> {
        let mut given: Vec<GivenOption> =
            self.product.iter().map(|product| GivenOption::new("--product", product.word())).collect();
        given.extend(self.api_users.iter().map(|name| GivenOption::new("--api-user", name)));
        if self.all_api_users {
            given.push(GivenOption { option: "--all-api-users", value: None });
        }
        given.extend(self.seats.iter().map(|(name, seats)| GivenOption::new("--seats", format!("{name}={seats}"))));
        if self.fail_on != Severity::Warning {
            given.push(GivenOption::new("--fail-on", self.fail_on.word()));
        }
        given.extend(self.sheets.iter().map(|sheet| GivenOption::new("--sheet", sheet)));
        given.extend(self.expect_records.map(|records| GivenOption::new("--expect-records", records)));
        given.extend(self.encoding.map(|encoding| GivenOption::new("--encoding", encoding.word())));
        given.extend(self.header_row.map(|row| GivenOption::new("--header-row", row)));
        given
    }
}
