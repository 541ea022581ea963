//! Whether a file is a plan, told without judging it: for folders, hooks and files that several tenants share.

use std::path::Path;

use memchr::memmem;

use super::encoding::to_utf8;
use super::key_words::is_same_key;
use super::{Format, MAX_DOCUMENT_BYTES, read_document};
use crate::error::ReadError;
use crate::source::file::Source;
use crate::syntax::tree::Tree;

/// The key that makes a document a plan. One that differs from it in case, `_` and `-` makes it a plan that is wrong: a run
/// has to say so.
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
            Ok(()) => tree.root(text, base).map_or(Self::NotPlan, |root| {
                let has =
                    |known: &str| root.children().any(|child| child.key().is_some_and(|key| is_same_key(key, known)));
                match (has(KEY), has("users")) {
                    (false, _) => Self::NotPlan,
                    (true, false) => Self::Catalogue,
                    (true, true) => Self::Users,
                }
            }),
        }
    }

    /// True if a run has to read it.
    #[must_use]
    pub const fn is_to_be_read(self) -> bool {
        !matches!(self, Self::NotPlan)
    }
}

/// True if the bytes hold the key, however it is spelt; those of UTF-16 have zeros between.
fn mentions_key(source: &Source) -> Result<bool, ReadError> {
    let mut bytes = source.read_whole()?;
    bytes.retain(|byte| !matches!(byte, 0 | b'_' | b'-'));
    bytes.make_ascii_lowercase();
    Ok(memmem::find(&bytes, KEY.as_bytes()).is_some())
}

/// True for a line of a document that may set the key.
fn begins_with_key(line: &str) -> bool {
    let is_around = |c: char| c.is_whitespace() || "{\"'\u{feff}".contains(c);
    line.split_once([':', '=']).is_some_and(|(before, _)| is_same_key(before.trim_matches(is_around), KEY))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_is_one_however_its_key_is_spelt() {
        let folder = tempfile::tempdir().expect("a folder");
        let probe = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).expect("a file");
            PlanProbe::of_file(&path)
        };
        for key in ["rolecall", "Rolecall", "ROLECALL", "role_call", "role-call"] {
            assert_eq!(probe("plan.yaml", &format!("{key}: 1\nusers: []\n")), PlanProbe::Users, "{key}");
            assert_eq!(probe("plan.yaml", &format!("{key}: 1\nteams: []\n")), PlanProbe::Catalogue, "{key}");
            assert_eq!(probe("plan.yaml", &format!("{key}: 1\nusers: [\n")), PlanProbe::Unclear, "{key}");
            assert_eq!(probe("plan.json", &format!("{{\"{key}\": 1, \"Users\": []}}")), PlanProbe::Users, "{key}");
            assert_eq!(probe("plan.toml", &format!("{key} = 1\nusers = [\n")), PlanProbe::Unclear, "{key}");
        }
        for other in ["hooks: [rolecall]\n", "rolecalls: 1\n", "a: { rolecall: 1 }\n", "call: 1\nusers: [\n"] {
            assert_eq!(probe("other.yaml", other), PlanProbe::NotPlan, "{other}");
        }
    }
}
