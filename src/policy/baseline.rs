//! The baseline: findings that were there when a site began to be judged, each held in the state in which it was taken. It
//! fails a run only on what is new, or no longer in that state.
//!
//! Entries are hashes of who and what (identity) and in which condition (state), so an account that is exchanged for
//! another, or a value that grows, is not covered. Whatever cannot be told apart for certain is never taken.

mod baseline_findings;
mod ends;
mod entry;
mod entry_index;
mod file;
mod found;
mod made;

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use crate::check::population::user_names::name_hash;
use crate::config::RunOptions;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::fingerprint::{KeyedHasher, fingerprint_number};
use crate::diagnostic::identification::{Identification, Side};
use crate::diagnostic::sip_hash::SipKey;
use crate::diagnostic::usage::UsageError;
use crate::diagnostic::visible::{quoted, toml_string};
use crate::engine::Run;
use crate::fast::split::on_parts;
use crate::policy::FINDINGS_PER_THREAD;
use crate::record::Field;
use crate::record::date::Date;
use crate::rule::Rule;
use entry::{BaselineEntry, hash_number};
use file::{BaselineHeader, Selection};

pub use made::{BaselineMaker, BaselineUpdate, MadeBaseline, NotTaken};

/// The name and version of the form.
const SCHEMA: &str = "rolecall.baseline/1";

/// The most days that a baseline may cover.
pub const LONGEST: i32 = 366;

/// How a header names the key that is the same everywhere.
const BUILT_IN_KEY: &str = "built-in";

/// What a run compares with a baseline, besides its findings.
#[derive(Clone, Default)]
pub struct BaselineContext {
    /// The key of the site.
    pub key: Option<KeyedHasher>,
    /// `--sheet`.
    pub sheets: Vec<String>,
    /// The number of threads.
    pub jobs: usize,
    account_keys: OnceLock<[SipKey; 2]>,
}

impl BaselineContext {
    /// What a run with these options compares.
    #[must_use]
    pub fn new(options: &RunOptions, key: Option<KeyedHasher>) -> Self {
        Self { key, sheets: options.sheets.clone(), jobs: options.jobs, account_keys: OnceLock::new() }
    }

    /// How the header of a baseline names the key.
    fn key_name(&self) -> String {
        self.key
            .as_ref()
            .map_or_else(|| BUILT_IN_KEY.to_owned(), |key| key.fingerprint(&["rolecall.baseline/1", "key"]))
    }

    /// What has to be the same if entries are to be called stale.
    fn selection(&self, run: &Run) -> Selection {
        let columns = run.ledger.inputs.iter().flat_map(|input| &input.columns);
        let fields: BTreeSet<&str> =
            columns.map(|(_, field)| field).filter(is_counted).map(|field| field.name()).collect();
        Selection {
            sheets: self.sheets.clone(),
            api_users: run.ledger.api_users.how.clone(),
            fields: fields.into_iter().map(str::to_owned).collect(),
        }
    }

    /// Identity and state of a finding that may be held.
    fn hashes(&self, found: &Identification) -> Option<[u128; 2]> {
        if let Some(numbers) = found.numbers().filter(|_| self.key.is_none()) {
            return Some(numbers);
        }
        let (identity, state) = found.hashes()?;
        Some([self.number(identity), self.number(state)])
    }

    /// A hash as entries have it.
    fn number(&self, hash: String) -> u128 {
        let hash = match &self.key {
            Some(key) => key.fingerprint(&["identification", &hash]),
            None => hash,
        };
        hash_number(&hash).expect("internal error: a fingerprint is 32 hexadecimal digits")
    }

    /// What tells whose finding an entry holds, without a name.
    fn account(&self, side: Side, name: &str) -> u64 {
        self.account_by_hash(side, name_hash(name))
    }

    /// The same of an account that is known by the hash of its name. Every account of a run may be asked about.
    fn account_by_hash(&self, side: Side, hash: u64) -> u64 {
        let keys = self.account_keys.get_or_init(|| {
            let key = |side: Side| {
                let parts = ["rolecall.baseline/1", "account", side.word()];
                SipKey::new(self.key.as_ref().map_or_else(|| fingerprint_number(&parts), |key| key.number(&parts)))
            };
            [Side::Export, Side::Plan].map(key)
        });
        keys[usize::from(side == Side::Plan)].hash(hash)
    }

    /// The same of the account that a finding is about.
    fn account_of(&self, diagnostic: &Diagnostic) -> Option<u64> {
        let side = diagnostic.identification.as_ref()?.details.side;
        let subject = diagnostic.subject.as_ref().filter(|_| side != Side::Tenant)?;
        Some(self.account(side, &subject.key))
    }

    /// Identity and state of each finding.
    fn all_hashes(&self, diagnostics: &[Diagnostic]) -> Vec<Option<[u128; 2]>> {
        let hash = |one: &Diagnostic| self.hashes(one.identification.as_deref()?);
        let parts =
            on_parts(self.jobs, diagnostics, FINDINGS_PER_THREAD, |_, part| part.iter().map(hash).collect::<Vec<_>>());
        parts.into_iter().flatten().collect()
    }
}

/// A baseline that was read.
pub struct Baseline {
    path: Arc<str>,
    header: BaselineHeader,
    as_of: Date,
    until: Date,
    /// By their identities.
    entries: Vec<BaselineEntry>,
    context: BaselineContext,
}

impl Baseline {
    /// Reads a baseline, for a run by these rules.
    ///
    /// # Errors
    /// Whatever is wrong with it, each with its place; it was made with another key.
    pub fn read(path: &str, text: &str, rules: &[Rule], context: BaselineContext) -> Result<Self, Vec<UsageError>> {
        file::read(path, text, rules, context)
    }

    /// Refuses a run about other data: a baseline that covers nothing, or the findings of someone else, is a slip.
    fn refuse_other(&self, run: &Run) -> Result<(), Vec<UsageError>> {
        let header = &self.header;
        let refuse = |theirs: String, ours: String, remedy: String| {
            let message = format!("{} cannot be used: it {theirs}, and this run {ours}", quoted(&self.path));
            let error = UsageError::new(message).with_remedy(remedy);
            Err(vec![error.at(file::label(&self.path, 0, 1, "made for"), None)])
        };
        let about = |what: &str, name: &str| format!("is about {what} {}", quoted(name));
        if header.product != run.product.word() {
            let theirs = format!("was made for product {}", quoted(&header.product));
            let remedy = format!("Name the product with `--product {}`, or another baseline.", header.product);
            return refuse(theirs, about("product", run.product.word()), remedy);
        }
        match (header.tenant.as_deref(), run.tenant_name()) {
            (theirs, ours) if theirs == ours => Ok(()),
            (Some(theirs), ours) => {
                let made_for = format!("was made for tenant {}", quoted(theirs));
                let of_ours =
                    "Name the baseline of this tenant, or make one with `rolecall baseline create`.".to_owned();
                let declared = || {
                    let name = toml_string(theirs);
                    format!("Write `tenant = {name}` into the config, or name the plan that declares it.")
                };
                let ours_is = ours.map_or_else(|| "is about no tenant".to_owned(), |ours| about("tenant", ours));
                refuse(made_for, ours_is, if ours.is_some() { of_ours } else { declared() })
            }
            (None, ours) => {
                let ours = ours.unwrap_or_default();
                let line = format!("`\"tenant\":{}`", serde_json::Value::from(ours));
                let remedy = format!(
                    "If it is of that tenant, write {line} into its first line, or make one with `rolecall baseline create`."
                );
                refuse("names no tenant".to_owned(), about("tenant", ours), remedy)
            }
        }
    }
}

/// True for a field without which a rule finds less and still applies.
fn is_counted(field: &&Field) -> bool {
    const FIELDS: [Field; 10] = [
        Field::FirstName,
        Field::LastName,
        Field::Kind,
        Field::Integration,
        Field::Active,
        Field::Activated,
        Field::Deactivated,
        Field::Roles,
        Field::Licenses,
        Field::MainView,
    ];
    FIELDS.contains(field)
}

/// The names of the site's packs among these rules.
fn pack_names(rules: &[Rule]) -> BTreeSet<&str> {
    rules.iter().filter(|rule| !rule.is_built_in()).map(|rule| rule.pack.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is written into files must not change with the program.
    #[test]
    fn the_hash_of_an_account_is_what_it_was() {
        let context = BaselineContext::default();
        let hash = |side, name| format!("{:016x}", context.account(side, name));
        assert_eq!(hash(Side::Export, "api.x@acme.example"), "6ce3e4bd687f05bb");
        assert_ne!(hash(Side::Plan, "api.x@acme.example"), "6ce3e4bd687f05bb");
        assert_eq!(hash(Side::Export, "API.X@acme.example"), hash(Side::Export, "api.x@acme.example"));
        assert_eq!(hash(Side::Export, "ÄPI@acme.example"), hash(Side::Export, "a\u{308}pi@ACME.example"));
        let with_key = BaselineContext { key: Some(KeyedHasher::new(b"a site's own")), ..BaselineContext::default() };
        assert_ne!(
            with_key.account(Side::Plan, "api.x@acme.example"),
            context.account(Side::Plan, "api.x@acme.example")
        );
    }
}
