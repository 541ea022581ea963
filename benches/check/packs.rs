//! What the rules of a site cost beside the built-in ones: where the cells of a column repeat, and where none is as another.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rolecall::config::Config;
use rolecall::engine::{RuleSet, Run, check};
use rolecall::rule::Rule;
use rolecall::rule::file::{References, all_built_in, built_in};
use rolecall::rule::pack::{PackFolder, read_packs};
use rolecall::source::pack_folder::read_pack_folder;

use super::table::Table;
use super::work::{made, named, options};

/// Measures the rows of this file.
pub fn rows(count: u64, table: &mut Table) {
    if !table.wants("100 rules") {
        return;
    }
    let (own, all_built_in) = (built_in(), all_built_in());
    let with_packs = || built_in().into_iter().chain(rules_of_packs(&packs(), &all_built_in)).collect::<Vec<_>>();
    let all = with_packs();
    assert_eq!(all.len() - own.len(), 100);
    for names in [Names::Repeat, Names::Differ] {
        let path = names.export(count);
        let name = format!("people, {}: with 100 rules / built-in rules", names.what());
        table.pair(&name, 2.0, || judge(&path, "", &all), || judge(&path, "", &own));
    }
    let packs = packs();
    table.time("loading 100 rules", 2.0, || rules_of_packs(&packs, &all_built_in));
}

/// One check of people who are all different, by the built-in rules or with a hundred more, for a profiler.
pub fn profile(count: u64, has_packs: bool) -> Run {
    let path = Names::Differ.export(count);
    let packs = if has_packs { rules_of_packs(&packs(), &all_built_in()) } else { Vec::new() };
    judge(&path, "", &built_in().into_iter().chain(packs).collect::<Vec<_>>())
}

/// The bundled rules of a site, twice.
fn packs() -> Vec<PackFolder> {
    let folder = |name: &str, copy: u8| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/site-rules").join(name);
        let mut files = read_pack_folder(&path).expect("a pack");
        let head = files.iter_mut().find(|file| file.name == "pack.toml").expect("a pack");
        let lines = head.text.lines().map(|line| match line.starts_with("name = ") {
            true => format!("name = \"{name}-{copy}\"\n"),
            false => format!("{line}\n"),
        });
        head.text = lines.collect();
        PackFolder { path: format!("{name}-{copy}"), files }
    };
    ["demands", "rules"].into_iter().flat_map(|name| [1, 2].map(|copy| folder(name, copy))).collect()
}

fn rules_of_packs(packs: &[PackFolder], built_in: &[Rule]) -> Vec<Rule> {
    read_packs(packs.to_vec(), built_in).expect("packs").into_iter().flat_map(|pack| pack.rules).collect()
}

/// Not inlined: a profiler counts what is done in it.
#[inline(never)]
fn judge(path: &Path, config: &str, rules: &[Rule]) -> Run {
    let (config, options) = (Config::parse("rolecall.toml", config).expect("a config"), options());
    let rule_set = RuleSet { rules, references: &References::built_in() };
    check(vec![named(path)], &config, &rule_set, &options).expect("a run")
}

/// How often the names of people come up. Their user names, ids and logins never do twice.
#[derive(Clone, Copy)]
enum Names {
    Repeat,
    Differ,
}

impl Names {
    const fn what(self) -> &'static str {
        match self {
            Self::Repeat => "names repeat",
            Self::Differ => "all different",
        }
    }

    fn export(self, count: u64) -> PathBuf {
        made(&format!("{}-{count}.csv", self.what().replace(' ', "-")), |out| write_people(self, count, out))
    }
}

/// People who meet nearly all demands of the bundled rules.
fn write_people(names: Names, count: u64, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "User Name,First Name,Last Name,Employee ID,Active,Roles,Team,Scope,WFM Views,Main View,License,Time Zone,\
         Activation Date,Windows Login,ACD ID"
    )?;
    let given = ["Anna", "Chloé", "Farid", "Jörg", "Nadia", "Petra", "Søren", "Zoë"];
    let surnames = ["Andersson", "Böhm", "García", "Jensen", "Müller", "Novak", "Rossi", "Weiß"];
    for number in 0..count {
        let (word, at) = (letters(number + 20_000), usize::try_from(number % 64).expect("an index"));
        let name = match names {
            Names::Repeat => letters(number % 500 + 20_000),
            Names::Differ => word.clone(),
        };
        let activity = if number % 14 == 3 { "Inactive" } else { "Active" };
        let (roles, scope, license) = [
            ("Agent", "", "WFM"),
            ("Auditor", "\"Billing;Claims\"", "WFM"),
            ("\"Agent;Supervisor\"", "Operations", "\"QM;WFM\""),
        ][at % 3];
        writeln!(
            out,
            "{word}.{word}@ops.acme.example,{} {name},{} {name},E{number:06},{activity},{roles},Sales,{scope},\
             EnterpriseView,EnterpriseView,{license},Europe/Berlin,{}-0{}-{:02},ACME\\{word},{}",
            given[at % 8],
            surnames[at / 8],
            2010 + number % 16,
            1 + number % 9,
            1 + number % 28,
            1_000 + number % 9_000,
        )?;
    }
    Ok(())
}

/// The number in letters.
fn letters(number: u64) -> String {
    let mut letters = String::new();
    let mut rest = number;
    while rest > 0 || letters.is_empty() {
        letters.push(char::from(b'a' + u8::try_from(rest % 26).expect("a letter")));
        rest /= 26;
    }
    letters
}
