//! Paths as code hosts know them: relative to the working directory. A job that names its inputs by whole paths still
//! has its findings shown at the right files.

use std::borrow::Cow;
use std::sync::Arc;

use super::Report;
use crate::engine::Run;
use crate::engine::ledger::InputLedger;

impl Report<'_> {
    /// The run with the paths that services know who show findings in code.
    pub(super) fn with_relative_paths(&self) -> Cow<'_, Run> {
        let is_plain = |input: &InputLedger| self.relative(&input.file) == input.file;
        if self.run.ledger.inputs.iter().all(is_plain)
            && self.run.ledger.config.iter().all(|one| self.relative(&one.file) == one.file)
        {
            return Cow::Borrowed(self.run);
        }
        let mut run = self.run.clone();
        let to_relative = |file: &mut String| *file = self.relative(file);
        let ledger = &mut run.ledger;
        ledger.inputs.iter_mut().for_each(|input| to_relative(&mut input.file));
        ledger.config.iter_mut().for_each(|config| to_relative(&mut config.file));
        ledger.holes.iter_mut().filter_map(|hole| hole.file.as_mut()).for_each(to_relative);
        let found = &mut ledger.api_users;
        found.by_name.iter_mut().chain(&mut found.undeclared).for_each(|one| to_relative(&mut one.file));
        let to_relative = |file: &mut Arc<str>| *file = self.relative(file).into();
        run.accounts.iter_mut().for_each(|account| to_relative(&mut account.file));
        for diagnostic in &mut run.diagnostics {
            diagnostic.subject.iter_mut().for_each(|subject| to_relative(&mut subject.file));
            diagnostic.labels.iter_mut().for_each(|label| to_relative(&mut label.file));
            diagnostic.snippets.iter_mut().for_each(|snippet| to_relative(&mut snippet.file));
        }
        Cow::Owned(run)
    }

    /// `file` relative to the working directory and without `.` and
    /// `..`, if it is below it. Else it is as typed.
    fn relative(&self, file: &str) -> String {
        if file.starts_with('/') {
            let plain = without_dots(file);
            let below = |root: &String| plain.as_deref()?.strip_prefix(root.as_str())?.strip_prefix('/');
            return self.roots.iter().find_map(below).unwrap_or(file).to_owned();
        }
        // A path that leaves the directory may come back to it.
        let from_root = |root: &String| without_dots(&format!("{root}/{file}"));
        let returned = || self.roots.first().and_then(from_root).map(|path| self.relative(&path));
        let plain = without_dots(file).or_else(|| returned().filter(|path| !path.starts_with('/')));
        plain.filter(|path| !path.is_empty()).unwrap_or_else(|| file.to_owned())
    }
}

/// The path with `.` and `..` worked out; `None` if it begins above where it starts from.
fn without_dots(path: &str) -> Option<String> {
    let mut parts = Vec::new();
    for part in path.split('/').filter(|part| !matches!(*part, "" | ".")) {
        if part == ".." {
            parts.pop()?;
        } else {
            parts.push(part);
        }
    }
    let start = if path.starts_with('/') { "/" } else { "" };
    Some(start.to_owned() + &parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Severity, Verdict};
    use crate::engine::RuleSet;
    use crate::engine::ledger::Ledger;
    use crate::record::date::Date;
    use crate::record::site::Product;
    use crate::rule::file::References;

    #[test]
    fn paths_below_the_working_directory_are_relative_and_plain() {
        let run = Run {
            product: Product::CalabrioOne,
            as_of: Date::parse("2026-11-21", None).unwrap(),
            tenant: None,
            verdict: Verdict::Pass,
            diagnostics: Vec::new(),
            outcomes: Vec::new(),
            seats: Vec::new(),
            accounts: Vec::new(),
            accounts_more: 0,
            ledger: Ledger::default(),
        };
        let (rules, references) = (Vec::new(), References::built_in());
        let rule_set = RuleSet { rules: &rules, references: &references };
        let roots = ["/srv/job".to_owned(), "/link".to_owned()];
        let report = Report { run: &run, rule_set: &rule_set, fail_on: Severity::Warning, roots: &roots };
        for (typed, relative) in [
            ("plan.yaml", "plan.yaml"),
            ("./a/../plan.yaml", "plan.yaml"),
            ("/srv/job/a/./b.csv", "a/b.csv"),
            ("/srv/job/a/../b.csv", "b.csv"),
            ("/link/b.csv", "b.csv"),
            ("../job/b.csv", "b.csv"),
            ("../other/b.csv", "../other/b.csv"),
            ("/srv/jobs/b.csv", "/srv/jobs/b.csv"),
            ("/elsewhere/../b.csv", "/elsewhere/../b.csv"),
            ("-", "-"),
        ] {
            assert_eq!(report.relative(typed), relative, "{typed}");
        }
        let report = Report { roots: &[], ..report };
        assert_eq!(report.relative("/srv/job/b.csv"), "/srv/job/b.csv");
        assert_eq!(report.relative("a/../b.csv"), "b.csv");
    }
}
