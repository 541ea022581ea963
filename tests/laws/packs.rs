//! Rules of a site on columns whose texts are all different: what is said of an account depends on nothing but the account.
//!
//! In a long file such texts are judged by their class, in short ones each for itself. The findings, and what is counted, are
//! the same.

use proptest::prelude::*;
use proptest::sample::select;
use rolecall::config::Config;
use rolecall::engine::{RuleSet, Run};
use rolecall::rule::Rule;
use rolecall::rule::file::{References, all_built_in, built_in};
use rolecall::rule::pack::{PackFolder, read_packs};
use rolecall::source::pack_folder::PackFile;

use crate::cases;
use crate::run::{as_of, run_by};
use crate::support::workspace::AS_OF;

/// Long enough that columns of different texts are no longer interned.
const ROWS: usize = 2_400;

/// So few that each text is judged for itself.
const ROWS_OF_A_PART: usize = 60;

const HEAD: &str = "User Name,First Name,Last Name,Employee ID,Active,Roles,Team";

const SUBJECTS: [&str; 5] = ["api-user", "any-api-user", "account", "active-account", "person"];

const FIELDS: [&str; 4] = ["user-name", "first-name", "last-name", "employee-id"];

const PATTERNS: [&str; 14] = [
    "[a-z.]+@.*",
    "(?i).*[A-F].*",
    "[^0-9]*",
    r".*\b(?:copy|old)",
    r"\w+",
    r"(?:\w+ )*\w+",
    ".{4,9}",
    "api.*|.*sync",
    r"E\d{1,3}",
    ".*é.*|.*ß",
    "(?-u:[a-z]*).*",
    r"\P{L}*.*\d",
    "(?s:.)*",
    "(?:[a-e]|[f-z0-9])*",
];

fn check() -> impl Strategy<Value = String> {
    let field = || select(FIELDS.as_slice());
    let pattern = || select(PATTERNS.as_slice());
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let schema = |schema: String| format!("[check.schema]\nschema = '''\n{schema}'''\n");
    prop_oneof![
        4 => (field(), pattern()).prop_map(|(field, regex)| format!("[check.pattern]\nfield = \"{field}\"\nregex = '{regex}'\n")),
        1 => (field(), field()).prop_map(|(one, other)| match one == other {
            true => format!("[check.required]\nfields = [\"{one}\"]\n"),
            false => format!("[check.required]\nfields = [\"{one}\", \"{other}\"]\n"),
        }),
        1 => field().prop_map(|field| format!("[check.forbidden-words]\nfields = [\"{field}\"]\nwords = [\"test\", \"copy\", \"ada\"]\n")),
        1 => Just("[check.words]\nfields = [\"first-name\", \"last-name\"]\nwords = [\"sync\", \"api\"]\n".to_owned()),
        3 => (field(), field(), pattern(), 0..12_u32, 4..40_u32).prop_map(move |(one, other, regex, least, most)| {
            let regex = quoted(regex);
            schema(format!(
                r#"{{ "if": {{ "properties": {{ "{one}": {{ "pattern": {regex}, "minLength": {least} }} }} }},
                     "then": {{ "properties": {{ "{other}": {{ "maxLength": {most} }} }} }}, "else": {{ "required": ["{other}"] }} }}"#
            ))
        }),
        2 => (field(), pattern(), pattern()).prop_map(move |(field, one, other)| {
            let (one, other) = (quoted(one), quoted(other));
            schema(format!(
                r#"{{ "properties": {{ "{field}": {{ "oneOf": [{{ "pattern": {one} }}, {{ "not": {{ "pattern": {other} }} }}, {{ "enum": ["Ada 7", "E12"] }}] }},
                     "roles": {{ "maxItems": 1 }} }} }}"#
            ))
        }),
    ]
}

/// A pack of these rules, and the built-in ones.
fn rules(demands: &[(&'static str, String)]) -> Vec<Rule> {
    let mut files =
        vec![PackFile { name: "pack.toml".to_owned(), text: "name = \"law\"\nversion = \"1.0.0\"\n".to_owned() }];
    files.extend(demands.iter().enumerate().map(|(number, (subject, check))| {
        let text = format!(
            "id = \"rule-{number}\"\ntitle = \"a rule\"\nseverity = \"error\"\nbasis = \"site\"\nsubject = \"{subject}\"\n\
             rationale = \"A law.\"\nremedy = \"None.\"\ncitations = [{{ page = \"Law\", step = \"1\" }}]\n\n{check}\n\
             [[examples]]\ntitle = \"good\"\naccounts = [{{}}]\n\n[[examples]]\ntitle = \"bad\"\naccounts = [{{}}]\nfails = [\"x\"]\n"
        );
        PackFile { name: format!("rule-{number}.toml"), text }
    }));
    let folder = PackFolder { path: "law".to_owned(), files };
    let packs = read_packs(vec![folder], &all_built_in()).unwrap_or_else(|errors| panic!("{errors:?}"));
    built_in().into_iter().chain(packs.into_iter().flat_map(|pack| pack.rules)).collect()
}

/// Rows with texts that hardly repeat, and now and then one that is blank or cannot be read with certainty.
fn rows(seeds: &[u32]) -> Vec<String> {
    let row = |number: usize| {
        let seed = seeds[number % seeds.len()].wrapping_mul(2_654_435_761).rotate_left(number as u32 % 29) as usize;
        let word = ["ada", "Zoé", "Weiß", "copy", "Test", "api", "x", "bot sync", "old copy", "Ėva", "e.e"][seed % 11];
        let odd = ["", "#N/A", "unknown", "-", "Ada 7", "none"][seed / 11 % 6];
        let text = |turn: usize, usual: String| if seed / 7 % 40 == turn { odd.to_owned() } else { usual };
        let (user, first) = (text(1, format!("{word}.{number}@acme.example")), text(2, format!("{word} {number}")));
        let (last, id) = (text(3, format!("{number}{word}")), text(4, format!("E{number}")));
        let user = if seed.is_multiple_of(5) {
            format!("api.{}@acme.example", "q".repeat(number % 9) + &number.to_string())
        } else {
            user
        };
        let quotes = if seed.is_multiple_of(3) { "\"" } else { "" };
        let active = if seed % 9 == 2 { "no" } else { "yes" };
        let roles = ["Administrator", "Agent", "Agent;Supervisor"][seed / 13 % 3];
        format!("{user},{quotes}{first}{quotes},{last},{id},{active},\"{roles}\",Default Team\n")
    };
    (0..ROWS).map(row).collect()
}

/// What the rules of the pack say, without places.
fn of_pack(run: &Run) -> Vec<String> {
    let is_of_pack = |rule: &str| rule.starts_with("law/");
    let found = run.diagnostics.iter().filter(|found| is_of_pack(&found.rule)).map(|found| {
        // An account without a user name goes by its number.
        let key = found.subject.as_ref().map_or("", |subject| subject.key.as_str());
        let key = if key.starts_with('#') { "#" } else { key };
        format!("{} {key} {}", found.rule, found.message)
    });
    let outcomes =
        run.outcomes.iter().filter(|outcome| is_of_pack(&outcome.rule)).map(|outcome| format!("{outcome:?}"));
    let holes = run.ledger.holes.iter().filter(|hole| is_of_pack(&hole.rule));
    let holes = holes.map(|hole| format!("{} {} {}", hole.rule, hole.reason, hole.count));
    let mut all: Vec<_> = found.chain(outcomes).chain(holes).collect();
    all.sort_unstable();
    all
}

proptest! {
    #![proptest_config(cases(6))]

    #[test]
    fn texts_that_no_rule_tells_apart_are_judged_alike(
        demands in prop::collection::vec((select(SUBJECTS.as_slice()), check()), 1..12),
        seeds in prop::collection::vec(any::<u32>(), 40),
        all_api_users in any::<bool>(),
        has_blanks in any::<bool>(),
    ) {
        let rules = rules(&demands);
        let rule_set = RuleSet { rules: &rules, references: &References::built_in() };
        let blanks = if has_blanks { "[values]\nblank = [\"none\"]\n" } else { "" };
        let config = format!("[api-users]\npatterns = [{{ regex = '^api', max = 3000 }}]\n{blanks}");
        let config = Config::parse("rolecall.toml", &config).unwrap();
        let options = rolecall::config::RunOptions { all_api_users, jobs: 1, ..as_of(AS_OF) };
        let rows = rows(&seeds);
        let whole = format!("{HEAD}\n{}", rows.concat());
        let parts: Vec<(String, String)> = (0..).zip(rows.chunks(ROWS_OF_A_PART))
            .map(|(number, rows): (u32, _)| (format!("part{number:02}.csv"), format!("{HEAD}\n{}", rows.concat())))
            .collect();
        let parts: Vec<_> = parts.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
        let judged = |files: &[(&str, &[u8])]| of_pack(&run_by(&rule_set, files, &config, &options).unwrap());
        let (at_once, in_parts) = (judged(&[("people.csv", whole.as_bytes())]), judged(&parts));
        prop_assert!(!at_once.is_empty());
        prop_assert_eq!(at_once, in_parts, "by {:?}", demands);
    }
}
