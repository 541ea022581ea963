//! The manifest of a package, `rolecall.evidence/1`, described by `schema/evidence.schema.json`: what was judged, by
//! which rules and options, and the digest of everything.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::recorded::{RecordedFile, RecordedOptions, RecordedSelection};
use super::{JSON_REPORT, PackageParts, sha256};
use crate::engine::Run;
use crate::report::VERSION;
use crate::report::json_text::{self, Layout};
use crate::rule::file;

/// The part that says what the others are.
pub(super) const MANIFEST: &str = "manifest.json";

/// The name and version of the form.
pub(super) const SCHEMA: &str = "rolecall.evidence/1";

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
