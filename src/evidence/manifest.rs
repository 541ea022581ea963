//! The manifest of a package, `rolecall.evidence/1`, described by `schema/evidence.schema.json`: what was judged, by
//! which rules and options, and the digest of everything.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{JSON_REPORT, PackageParts, key_fingerprint, sha256};
use crate::config::RunOptions;
use crate::config::selection::{InputSelection, LeftAlone};
use crate::diagnostic::Severity;
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::fingerprint::KeyedHasher;
use crate::engine::Run;
use crate::read::Format;
use crate::read::encoding::Encoding;
use crate::record::date::Date;
use crate::record::site::Product;
use crate::report::VERSION;
use crate::report::json_text::{self, Layout};
use crate::rule::file;

/// The part that says what the others are.
pub(super) const MANIFEST: &str = "manifest.json";

/// The name and version of the form.
pub(super) const SCHEMA: &str = "rolecall.evidence/1";

/// The word for replaced user names and personal names.
const IDENTITIES: &str = "identities";

/// What a package says of itself.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The name and version of this format.
    pub schema: String,
    /// The program that made the package.
    pub tool: RecordedTool,
    /// The product the accounts live in.
    pub product: String,
    /// The day the run judged by.
    pub as_of: String,
    /// What the run ended in.
    pub verdict: String,
    /// The options of the run.
    pub options: RecordedOptions,
    /// The tenant of a project, and how its inputs were found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selection: Option<RecordedSelection>,
    /// The config, if there was one.
    pub config: Option<RecordedFile>,
    /// The config of the tenant, which goes over it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant_config: Option<RecordedFile>,
    /// The lock that rules and config were compared with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lock: Option<RecordedFile>,
    /// The inputs, in the order named.
    pub inputs: Vec<RecordedFile>,
    /// The files of waivers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waivers: Vec<RecordedFile>,
    /// The baseline that findings were compared with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<RecordedFile>,
    /// The packs of the site that judged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub packs: Vec<RecordedSitePack>,
    /// The built-in rules that judged.
    pub rules: Vec<RecordedPack>,
    /// Everything in the package but manifest and statement, in the order of names.
    pub parts: Vec<RecordedPart>,
    /// The account of the run, as in the JSON report.
    pub ledger: Value,
}

/// A program and its version.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedTool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

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

/// A pack of rules.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedPack {
    /// Its name.
    pub pack: String,
    /// How many files it has.
    pub files: u64,
    /// One digest over the paths and texts of them all.
    pub sha256: String,
}

/// A pack of the site.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedSitePack {
    /// Its folder as typed, with `/`.
    pub folder: String,
    /// Its files.
    pub files: Vec<RecordedFile>,
}

/// A part of the package.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedPart {
    /// Its name.
    pub part: String,
    /// Its digest.
    pub sha256: String,
    /// Its length.
    pub bytes: u64,
}

/// How the inputs of a run were found.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedSelection {
    /// The label of the tenant.
    pub tenant: Option<String>,
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
    pub fn of(selection: &InputSelection) -> Option<Self> {
        let fault = |fault: &Fault| RecordedFault {
            fault: fault.kind.id().to_owned(),
            message: fault.message.clone(),
            remedy: fault.remedy.clone(),
        };
        let left = |left: &LeftAlone| RecordedLeftAlone { path: left.path.clone(), files: left.files };
        let record = Self {
            tenant: selection.tenant.clone(),
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

/// What a manifest records beside the run.
#[derive(Clone)]
pub struct RunRecord {
    /// The options.
    pub options: RecordedOptions,
    /// How the inputs were found.
    pub selection: Option<RecordedSelection>,
    /// The config of the tenant.
    pub tenant_config: Option<RecordedFile>,
    /// The config.
    pub config: Option<RecordedFile>,
    /// The lock.
    pub lock: Option<RecordedFile>,
    /// The inputs.
    pub inputs: Vec<RecordedFile>,
    /// The packs of the site.
    pub packs: Vec<RecordedSitePack>,
    /// The files of waivers.
    pub waivers: Vec<RecordedFile>,
    /// The baseline.
    pub baseline: Option<RecordedFile>,
}

impl Manifest {
    /// The manifest of a run and its parts.
    #[must_use]
    pub fn of(run: &Run, made: RunRecord, parts: &PackageParts) -> Self {
        let report: Value = parts
            .get(JSON_REPORT)
            .and_then(|bytes| serde_json::from_slice(bytes).ok())
            .expect("internal error: a package has a JSON report");
        let part = |(name, bytes): (&String, &Vec<u8>)| RecordedPart {
            part: name.clone(),
            sha256: sha256(bytes),
            bytes: bytes.len() as u64,
        };
        Self {
            schema: SCHEMA.to_owned(),
            tool: RecordedTool { name: "rolecall".to_owned(), version: VERSION.to_owned() },
            product: run.product.word().to_owned(),
            as_of: run.as_of.to_string(),
            verdict: run.verdict.word().to_owned(),
            options: made.options,
            selection: made.selection,
            config: made.config,
            tenant_config: made.tenant_config,
            lock: made.lock,
            inputs: made.inputs,
            packs: made.packs,
            waivers: made.waivers,
            baseline: made.baseline,
            rules: built_in_packs(),
            parts: parts.iter().map(part).collect(),
            ledger: report["ledger"].clone(),
        }
    }

    /// Every file that the run rests on, each with what it is.
    pub fn files(&self) -> impl Iterator<Item = (&'static str, &RecordedFile)> {
        let inputs = self.inputs.iter().map(|input| ("input", input));
        let config = self.config.iter().chain(&self.tenant_config).map(|config| ("config", config));
        let lock = self.lock.iter().map(|lock| ("lock", lock));
        let waivers = self.waivers.iter().map(|file| ("waivers", file));
        let baseline = self.baseline.iter().map(|file| ("baseline", file));
        inputs
            .chain(config)
            .chain(lock)
            .chain(waivers)
            .chain(baseline)
            .chain(self.packs.iter().flat_map(|pack| &pack.files).map(|file| ("pack file", file)))
    }

    /// The manifest as it is packed.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        written(self)
    }

    /// What is to be known before evidence of another rolecall is compared with what this one makes.
    #[must_use]
    pub fn differences_of_tool(&self) -> Vec<String> {
        let mut found = Vec::new();
        if self.tool.version != VERSION {
            found.push(format!("made by rolecall {}; this is rolecall {VERSION}", self.tool.version));
        }
        if self.rules != built_in_packs() {
            found.push("made with built-in rules other than those of this rolecall".to_owned());
        }
        found
    }
}

/// The packs that are built in.
fn built_in_packs() -> Vec<RecordedPack> {
    let pack = |(pack, files, sha256): (&str, usize, String)| RecordedPack {
        pack: pack.to_owned(),
        files: files as u64,
        sha256,
    };
    file::built_in_packs().into_iter().map(pack).collect()
}

/// `value` as JSON, in the one way in which packages write it.
pub(super) fn written(value: &impl Serialize) -> Vec<u8> {
    let mut bytes = Vec::new();
    json_text::write(value, Layout::Indented, &mut bytes).expect("internal error: writing to memory cannot fail");
    bytes
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
