//! `rolecall test`.

use std::collections::BTreeSet;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rolecall::config::{Config, suggest};
use rolecall::diagnostic::usage::UsageError;
use rolecall::diagnostic::visible::quoted;
use rolecall::report::rule_tests::TestVerdict;
use rolecall::rule::Rule;
use rolecall::rule::file::all_built_in;
use rolecall::rule_test::test_rules;

use super::CommandError;
use super::arguments::TestArguments;
use super::config::load_config;
use super::output::folder;
use super::paths::display_path;
use super::rules::LoadedRules;

/// An example does not hold.
const FAILED: u8 = 1;

/// There was no example.
const NOTHING: u8 = 3;

/// Tests the examples of rules, and says which do not hold.
pub fn run(arguments: &TestArguments) -> Result<u8, CommandError> {
    let what = if arguments.hook { packs_of(&arguments.what) } else { arguments.what.clone() };
    if arguments.hook && what.is_empty() && !arguments.what.is_empty() {
        return no_rule();
    }
    let (folders, names): (Vec<PathBuf>, Vec<PathBuf>) =
        what.iter().cloned().partition(|what| what.is_dir() || looks_like_a_folder(what));
    let loaded = load(arguments, &folders)?;
    let names: Vec<String> = names.iter().map(|name| display_path(name)).collect();
    if let Some(unknown) = names.iter().find(|name| !loaded.rules.iter().any(|rule| is_named(rule, name))) {
        let message = format!("no rule, pack or folder is called {}", quoted(unknown));
        return Err(UsageError::new(message).with_remedy(suggest(unknown, &loaded.rules)).into());
    }
    let of_folders: Vec<String> = loaded
        .packs
        .iter()
        .filter(|pack| folders.iter().any(|folder| display_path(folder) == pack.folder.path))
        .map(|pack| pack.name.clone())
        .collect();
    let is_selected = |rule: &Rule| {
        let is_of_folder = of_folders.contains(&rule.pack);
        if what.is_empty() {
            !rule.is_built_in()
        } else {
            is_of_folder || names.iter().any(|name| is_named(rule, name))
        }
    };
    let tested = test_rules(Arc::into_inner(loaded.rules).unwrap_or_else(all_built_in), arguments.mutate, is_selected);
    if arguments.hook && tested.is_empty() {
        return no_rule();
    }
    let mut out = BufWriter::new(io::stdout().lock());
    arguments.format.write(&tested, &mut out)?;
    out.flush()?;
    Ok(match TestVerdict::of_rules(&tested) {
        TestVerdict::Pass => 0,
        TestVerdict::Fail => FAILED,
        TestVerdict::Nothing => NOTHING,
    })
}

/// The packs that these files lie in, or are.
fn packs_of(paths: &[PathBuf]) -> Vec<PathBuf> {
    let is_pack = |folder: &Path| folder.join("pack.toml").is_file();
    let pack_of = |path: &PathBuf| {
        let folder = folder(path);
        [path.clone(), folder].into_iter().find(|folder| is_pack(folder))
    };
    let packs: BTreeSet<PathBuf> = paths.iter().filter_map(pack_of).collect();
    packs.into_iter().collect()
}

/// A hook was given files, but no rule.
fn no_rule() -> Result<u8, CommandError> {
    writeln!(io::stdout(), "rolecall: no rule of a pack given, nothing was tested")?;
    Ok(0)
}

/// The rules: those of the folders that are named, or of the site.
fn load(arguments: &TestArguments, folders: &[PathBuf]) -> Result<LoadedRules, CommandError> {
    let packs = [folders, &arguments.packs.packs].concat();
    if !folders.is_empty() {
        return Ok(LoadedRules::load(&packs, &Config::default(), None)?.with_opt_in());
    }
    let (path, _, config) = load_config(&arguments.site)?;
    Ok(LoadedRules::load(&packs, &config, path.as_deref())?.with_opt_in())
}

/// An id has at most one `/`, and no dot.
fn looks_like_a_folder(what: &Path) -> bool {
    let name = display_path(what);
    name.starts_with('.') || name.ends_with('/') || name.matches('/').count() > 1
}

fn is_named(rule: &Rule, name: &str) -> bool {
    rule.id == name || rule.pack == name
}
