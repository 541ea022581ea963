//! Whether a file is a plan, told without judging it: for folders, hooks and files that several tenants share.

use std::path::Path;

use memchr::memmem;

use super::encoding::to_utf8;
use super::{Format, MAX_DOCUMENT_BYTES, read_document};
use crate::error::ReadError;
use crate::source::file::Source;
use crate::syntax::tree::Tree;

/// The key that makes a document a plan.
const KEY: &str = "rolecall";

/// What a file turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanProbe {
    /// A plan with accounts.
    Users,
    /// A plan without accounts: a catalogue.
    Catalogue,
    /// No plan.
    NotPlan,
    /// It cannot be read, or looks like a plan that cannot be parsed: only a run can say why.
    Unclear,
}

impl PlanProbe {
    /// Looks at the file at `path`.
    #[must_use]
    pub fn of_file(path: &Path) -> Self {
        let name = path.to_string_lossy();
        let Some(syntax) = Format::by_name(&name).and_then(Format::plan_parser) else { return Self::NotPlan };
        let Ok(source) = Source::open(path) else { return Self::Unclear };
        match mentions_key(&source) {
            Ok(true) => {}
            Ok(false) => return Self::NotPlan,
            Err(_) => return Self::Unclear,
        }
        let (source, _) = to_utf8(source, None);
        let Ok(document) = read_document(&source, MAX_DOCUMENT_BYTES) else { return Self::Unclear };
        let (text, base) = (document.text.as_str(), document.base);
        let mut tree = Tree::new();
        match syntax(text, base, &mut tree) {
            Err(_) if text.lines().any(begins_with_key) => Self::Unclear,
            Err(_) => Self::NotPlan,
            Ok(()) => tree.root(text, base).map_or(Self::NotPlan, |root| match (root.get(KEY), root.get("users")) {
                (None, _) => Self::NotPlan,
                (Some(_), None) => Self::Catalogue,
                (Some(_), Some(_)) => Self::Users,
            }),
        }
    }

    /// True if a run has to read it.
    #[must_use]
    pub const fn is_to_be_read(self) -> bool {
        !matches!(self, Self::NotPlan)
    }
}

/// True if the bytes hold the key; those of UTF-16 have zeros between.
fn mentions_key(source: &Source) -> Result<bool, ReadError> {
    let mut bytes = source.read_whole()?;
    if bytes.contains(&0) {
        bytes.retain(|byte| *byte != 0);
    }
    Ok(memmem::find(&bytes, KEY.as_bytes()).is_some())
}

/// True for a line of a document that may set the key.
fn begins_with_key(line: &str) -> bool {
    let line = line.trim_start_matches(|c: char| c.is_whitespace() || "{\"'\u{feff}".contains(c));
    let after = line.strip_prefix(KEY).map(|rest| rest.trim_start_matches(['"', '\'', ' ', '\t']));
    after.is_some_and(|rest| rest.starts_with([':', '=']))
}
