//! What a run was given, as a manifest records it, and back again for a replay: the options, and how the inputs were found.

use serde::{Deserialize, Serialize};

use super::key_fingerprint;
use crate::config::RunOptions;
use crate::config::selection::{InputSelection, LeftAlone};
use crate::diagnostic::Severity;
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::fingerprint::KeyedHasher;
use crate::read::Format;
use crate::read::encoding::Encoding;
use crate::record::date::Date;
use crate::record::site::Product;

/// The word for replaced user names and personal names.
const IDENTITIES: &str = "identities";

/// The options of a run, as they were given.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedOptions {
    /// `--product`.
    pub product: Option<String>,
    /// `--api-user`.
    pub api_users: Vec<String>,
    /// `--all-api-users`.
    pub all_api_users: bool,
    /// `--seats`.
    pub seats: Vec<RecordedSeats>,
    /// `--fail-on`.
    pub fail_on: String,
    /// `--sheet`.
    pub sheets: Vec<String>,
    /// `--expect-records`.
    pub expect_records: Option<u64>,
    /// `--encoding`.
    pub encoding: Option<String>,
    /// `--header-row`.
    pub header_row: Option<u64>,
    /// `--redact`.
    pub redact: Option<String>,
    /// That a key of the site's own was used, and what tells whether another is the same.
    pub redact_key: Option<String>,
}

/// Seats owned of a licence.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedSeats {
    /// The licence.
    pub license: String,
    /// How many.
    pub seats: u64,
}

/// A file that was read.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedFile {
    /// Its path as typed, with `/`.
    pub file: String,
    /// How it was read, if known.
    pub format: Option<String>,
    /// Its digest; nothing for a file that could not be read.
    pub sha256: Option<String>,
    /// Its length; nothing for a file that could not be read.
    pub bytes: Option<u64>,
    /// The part of the package that holds it, where it was packed.
    pub part: Option<String>,
}

/// How the inputs of a run were found.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedSelection {
    /// The label of the tenant.
    pub tenant: Option<String>,
    /// With waivers, the labels of all tenants of the project: of several, each waiver has to name one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tenants: Vec<String>,
    /// What was wrong, and left something unjudged.
    pub faults: Vec<RecordedFault>,
    /// What was worth knowing.
    pub notes: Vec<RecordedFault>,
    /// What was named and is not a plan.
    pub left_alone: Vec<RecordedLeftAlone>,
}

/// A fault that was found before the inputs were read.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedFault {
    /// Its kind.
    pub fault: String,
    /// What is wrong.
    pub message: String,
    /// What to do, if it is not what its kind says.
    pub remedy: Option<String>,
}

/// Files that are not plans.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedLeftAlone {
    /// The file or folder.
    pub path: String,
    /// How many files.
    pub files: u64,
}

impl RecordedSelection {
    /// The record of a selection; `None` if there is nothing to say.
    #[must_use]
    pub fn of(selection: &InputSelection, tenants: &[String]) -> Option<Self> {
        let fault = |fault: &Fault| RecordedFault {
            fault: fault.kind.id().to_owned(),
            message: fault.message.clone(),
            remedy: fault.remedy.clone(),
        };
        let left = |left: &LeftAlone| RecordedLeftAlone { path: left.path.clone(), files: left.files };
        let record = Self {
            tenant: selection.tenant.clone(),
            tenants: tenants.to_vec(),
            faults: selection.faults.iter().map(fault).collect(),
            notes: selection.notes.iter().map(fault).collect(),
            left_alone: selection.left_alone.iter().map(left).collect(),
        };
        (record != Self::default()).then_some(record)
    }

    /// The selection itself; `None` if it names an unknown kind of fault.
    #[must_use]
    pub fn selection(&self) -> Option<InputSelection> {
        let fault = |one: &RecordedFault| {
            let kind = FaultKind::by_id(&one.fault)?;
            Some(Fault { remedy: one.remedy.clone(), ..Fault::of_input(kind, one.message.as_str()) })
        };
        let left = |one: &RecordedLeftAlone| LeftAlone { path: one.path.clone(), files: one.files };
        Some(InputSelection {
            tenant: self.tenant.clone(),
            faults: self.faults.iter().map(fault).collect::<Option<_>>()?,
            notes: self.notes.iter().map(fault).collect::<Option<_>>()?,
            left_alone: self.left_alone.iter().map(left).collect(),
        })
    }
}

impl RecordedOptions {
    /// The record of these options.
    #[must_use]
    pub fn of(options: &RunOptions, is_redacted: bool, key: Option<&KeyedHasher>) -> Self {
        let seats = |(license, seats): &(String, u64)| RecordedSeats { license: license.clone(), seats: *seats };
        Self {
            product: options.product.map(|product| product.word().to_owned()),
            api_users: options.api_users.clone(),
            all_api_users: options.all_api_users,
            seats: options.seats.iter().map(seats).collect(),
            fail_on: options.fail_on.word().to_owned(),
            sheets: options.sheets.clone(),
            expect_records: options.expect_records,
            encoding: options.encoding.map(|encoding| encoding.word().to_owned()),
            header_row: options.header_row,
            redact: is_redacted.then(|| IDENTITIES.to_owned()),
            redact_key: key.map(key_fingerprint),
        }
    }

    /// True if names were replaced.
    #[must_use]
    pub const fn is_redacted(&self) -> bool {
        self.redact.is_some()
    }

    /// The options themselves; `None` if a word is unknown.
    #[must_use]
    pub fn options(&self, as_of: &str) -> Option<RunOptions> {
        if self.redact.as_ref().is_some_and(|word| word != IDENTITIES) {
            return None;
        }
        let product = self.product.as_deref().map(Product::by_word);
        let encoding = self.encoding.as_deref().map(Encoding::by_word);
        Some(RunOptions {
            product: product.map_or(Some(None), |found| found.map(Some))?,
            api_users: self.api_users.clone(),
            all_api_users: self.all_api_users,
            seats: self.seats.iter().map(|one| (one.license.clone(), one.seats)).collect(),
            digest: true,
            fail_on: Severity::by_word(&self.fail_on)?,
            sheets: self.sheets.clone(),
            expect_records: self.expect_records,
            encoding: encoding.map_or(Some(None), |found| found.map(Some))?,
            header_row: self.header_row,
            list_accounts: true,
            ..RunOptions::new(Date::parse(as_of, None)?)
        })
    }
}

impl RecordedFile {
    /// How to read the file: `Some(None)` if that was not known, `None` if the word is unknown.
    #[must_use]
    pub fn read_as(&self) -> Option<Option<Format>> {
        self.format.as_deref().map(Format::by_word).map_or(Some(None), |found| found.map(Some))
    }
}
