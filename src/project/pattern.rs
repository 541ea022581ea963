//! Patterns of paths: `*` and `?` within a folder, `**` over folders, `{a,b}`; everything else is literal.

use globset::{Glob, GlobBuilder};

use crate::diagnostic::usage::UsageError;
use crate::diagnostic::visible::quoted;

/// A pattern of files, relative to the folder of the project file.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    /// As written.
    pub(super) text: String,
    pub(super) glob: Glob,
    /// The folder that everything it matches lies in, as far as it has no wildcard.
    folder: String,
    /// How deep what it matches may lie; `None` for any depth.
    depth: Option<usize>,
    /// The path, if it has no wildcard.
    pub(super) literal: Option<String>,
}

impl Pattern {
    /// Reads a pattern.
    pub(super) fn new(text: &str) -> Result<Self, UsageError> {
        let path = plain_path(text)?;
        let parts: Vec<&str> = path.split('/').collect();
        if parts.contains(&"..") {
            return Err(UsageError::new(format!("the pattern {} leads out of the project's folder", quoted(text)))
                .with_remedy("Move the project file to a folder above the files, or the files below it."));
        }
        let has_wildcard = |part: &&str| part.contains(['*', '?', '{']);
        let fixed = parts[..parts.len() - 1].iter().take_while(|part| !has_wildcard(part)).count();
        // A brace may hold separators, so its depth is not that of the pattern.
        let is_deep = parts.contains(&"**") || path.contains('{');
        Ok(Self {
            text: text.to_owned(),
            glob: glob(&path).ok_or_else(|| {
                UsageError::new(format!("the pattern {} cannot be read", quoted(text)))
                    .with_remedy("Close every `{` and give it alternatives: `{a,b}`.")
            })?,
            folder: parts[..fixed].join("/"),
            depth: (!is_deep).then_some(parts.len()),
            literal: (!path.contains(['*', '?', '{'])).then_some(path),
        })
    }

    /// True if files that it matches may lie in `folder` or below.
    pub(super) fn may_match_below(&self, folder: &str) -> bool {
        let depth = folder.split('/').count();
        is_at_or_below(&self.folder, folder)
            || (is_at_or_below(folder, &self.folder) && self.depth.is_none_or(|most| depth < most))
    }
}

/// True if `path` is `folder` or lies below it.
fn is_at_or_below(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A relative path with `/` between its parts, without those that say nothing.
pub(super) fn plain_path(text: &str) -> Result<String, UsageError> {
    if text.contains('\\') {
        return Err(UsageError::new(format!("the path {} holds a `\\`", quoted(text)))
            .with_remedy("Write `/` between folders on every system."));
    }
    let is_absolute = text.starts_with('/') || text.get(1..3) == Some(":/");
    let parts: Vec<&str> = text.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    if is_absolute || parts.is_empty() {
        return Err(UsageError::new(format!("the path {} is not relative to the project file", quoted(text)))
            .with_remedy("Write it from the folder of the project file on."));
    }
    Ok(parts.join("/"))
}

fn glob(path: &str) -> Option<Glob> {
    // A bracket is literal here: these patterns know no classes of characters.
    let escaped = path.replace('[', "\u{0}").replace(']', "[]]").replace('\u{0}', "[[]");
    GlobBuilder::new(&escaped).literal_separator(true).backslash_escape(false).build().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, path: &str) -> bool {
        Pattern::new(pattern).unwrap().glob.compile_matcher().is_match(path)
    }

    #[test]
    fn wildcards_mean_what_the_schema_says() {
        for (pattern, yes, no) in [
            ("a/*.yaml", "a/b.yaml", "a/b/c.yaml"),
            ("a/**/*.yaml", "a/b/c.yaml", "b/a/c.yaml"),
            ("a/**/*.yaml", "a/c.yaml", "a/c.yml"),
            ("./a//?.csv", "a/b.csv", "a/bc.csv"),
            ("{a,b}/x.csv", "b/x.csv", "c/x.csv"),
            ("a/[1].yaml", "a/[1].yaml", "a/1.yaml"),
            ("a/ü b.yaml", "a/ü b.yaml", "a/u b.yaml"),
        ] {
            assert!(matches(pattern, yes) && !matches(pattern, no), "{pattern}");
        }
    }

    #[test]
    fn paths_that_lead_elsewhere_are_refused() {
        for bad in ["/etc/x.yaml", "../x.yaml", "a/../../x.yaml", "a\\b.yaml", "C:/x.yaml", ".", "a/{b.yaml"] {
            assert!(Pattern::new(bad).is_err(), "{bad}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_folder_above_a_match_is_never_passed_over(
            pattern in "([ab]|\\*|\\*\\*|\\?)(/([ab]|\\*|\\*\\*|\\?)){0,3}",
            path in "[ab]{1,2}(/[ab]{1,2}){0,3}",
        ) {
            let read = Pattern::new(&pattern).unwrap();
            if read.glob.compile_matcher().is_match(&path) {
                for (at, _) in path.match_indices('/') {
                    proptest::prop_assert!(read.may_match_below(&path[..at]), "{} {} {}", pattern, path, at);
                }
            }
        }
    }
}
