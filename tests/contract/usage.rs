//! Options and configs that are wrong: exit 2, nothing judged, and the right word suggested.

use crate::case::{dana, good, head};
use crate::support::workspace::{AS_OF, Workspace, nothing_wrong};

const PEOPLE: (&str, &str) = ("people.csv", concat!(head!(), good!(), dana!()));

/// What is wrong, the config, the arguments, and the words that the message has to contain.
type Wrong = (&'static str, &'static str, &'static [&'static str], &'static [&'static str]);

#[rustfmt::skip]
const WRONG: &[Wrong] = &[
    ("an unknown option", "", &["check", "--formt", "json", "people.csv"], &["--formt", "--format"]),
    ("no path", "", &["check"], &[]),
    ("no command", "", &[], &[]),
    ("an unknown command", "", &["chek", "people.csv"], &["chek", "check"]),
    ("an unknown format", "", &["check", "--format", "jsn", "people.csv"], &["json"]),
    ("an unknown input format", "", &["check", "--input-format", "cvs", "people.csv"], &["csv"]),
    ("an unknown product", "", &["check", "--product", "calabrio-two", "people.csv"], &["calabrio-one"]),
    ("an unknown threshold", "", &["check", "--fail-on", "fatal", "people.csv"], &["error"]),
    ("a date that is none", "", &["check", "--as-of", "2026-02-30", "people.csv"], &["--as-of"]),
    ("a date in another order", "", &["check", "--as-of", "21/11/2026", "people.csv"], &["--as-of"]),
    ("seats that are no number", "", &["check", "--seats", "System Administrator=many", "people.csv"], &["--seats"]),
    ("seats below none", "", &["check", "--seats", "System Administrator=-1", "people.csv"], &["--seats"]),
    ("seats of nothing", "", &["check", "--seats", "50", "people.csv"], &["--seats"]),
    ("a config and none", "product = \"calabrio-one\"\n", &["check", "--no-config", "--config", "rolecall.toml", "people.csv"], &["--no-config"]),
    ("a config that is not there", "", &["check", "--config", "missing.toml", "people.csv"], &["missing.toml"]),
    ("seats as a text", "[licenses.\"System Administrator\"]\nseats = \"35\"\n", &["check", "people.csv"], &["Write `seats = 35`."]),
    ("seats as a word", "[licenses.\"System Administrator\"]\nseats = \"many\"\n", &["check", "people.csv"], &["Write `seats = 20`."]),
    ("a list as a text", "[teams]\nalternates = \"API Users\"\n", &["check", "people.csv"], &["Write `alternates = [\"API Users\"]`."]),
    ("a misspelt section", "[severty]\n", &["check", "people.csv"], &["severty", "severity"]),
    ("a misspelt key", "[api-users]\nuser-name = [\"a@acme.example\"]\n", &["check", "people.csv"], &["user-name", "user-names"]),
    ("a misspelt key of a licence", "[licenses.\"System Administrator\"]\nseat = 3\n", &["check", "people.csv"], &["seats"]),
    ("an unknown rule", "[severity]\nteam-blnk = \"note\"\n", &["check", "people.csv"], &["team-blnk", "team-blank"]),
    ("an unknown severity", "[severity]\nteam-blank = \"fatal\"\n", &["check", "people.csv"], &["team-blank"]),
    ("an unknown field", "[columns]\nuser-nam = \"Login Mail\"\n", &["check", "people.csv"], &["user-nam", "user-name"]),
    ("an unknown product in the config", "product = \"calabrio-1\"\n", &["check", "people.csv"], &["calabrio-one"]),
    ("a value of the wrong type", "[teams]\ndefault = 3\n", &["check", "people.csv"], &["default"]),
    ("an unknown order of dates", "[dates]\norder = \"ymd\"\n", &["check", "people.csv"], &["order"]),
    ("a regex that is none", "[api-users]\npatterns = [{ regex = \"(\", max = 1 }]\n", &["check", "people.csv"], &["regex"]),
    ("a pattern without max", "[api-users]\npatterns = [{ regex = \"api\" }]\n", &["check", "people.csv"], &["max"]),
    ("seats below none in the config", "[licenses.\"System Administrator\"]\nseats = -3\n", &["check", "people.csv"], &["seats"]),
    ("a config that is no TOML", "[teams\n", &["check", "people.csv"], &["rolecall.toml"]),
    ("one header for two fields", "[columns]\nactivated = \"Start\"\ndeactivated = \"START\"\n", &["check", "people.csv"], &["activated", "deactivated", "Start"]),
    ("a header that is mapped and ignored", "[columns]\nteam = \"Team\"\nignore = [\"team\"]\n", &["check", "people.csv"], &["`ignore`", "`team`"]),
    ("a word for yes and no", "[values]\nactive = [\"x\"]\ninactive = [\"X\"]\n", &["check", "people.csv"], &["`active`", "`inactive`"]),
    ("a word for yes and nothing", "[values]\nactive = [\"-\"]\nblank = [\"-\"]\n", &["check", "people.csv"], &["`active`", "`blank`"]),
    ("no for yes", "[values]\nactive = [\"No\"]\n", &["check", "people.csv"], &["means no"]),
    ("yes for nothing", "[values]\nblank = [\"1\"]\n", &["check", "people.csv"], &["means yes"]),
    ("nothing for yes", "[values]\nactive = [\"N/A\"]\n", &["check", "people.csv"], &["means nothing"]),
    ("a lost value for nothing", "[values]\nblank = [\"#REF!\"]\n", &["check", "people.csv"], &["lost"]),
    ("a name for nothing", "[values]\nblank = [\"default team\"]\n", &["check", "people.csv"], &["default team", "name"]),
    ("seats with a fraction", "[licenses.\"System Administrator\"]\nseats = 2.0\n", &["check", "people.csv"], &["rolecall.toml:2", "seats"]),
    ("days with an exponent", "[policy]\nlongest-waiver = 1e2\n", &["check", "people.csv"], &["rolecall.toml:2", "longest-waiver"]),
    ("a header row with a fraction", "[tables]\nheader-row = 2.0\n", &["check", "people.csv"], &["rolecall.toml:2", "header-row"]),
    ("two names for nothing", "[teams]\nalternates = [\"QA\"]\n[values]\nblank = [\"qa\", \"default team\"]\n", &["check", "people.csv"], &["`qa`", "`default team`", "names"]),
    ("a reference that matches anything", "[passwords]\nreferences = [\"^.*\"]\n", &["check", "people.csv"], &["four literal"]),
    ("a reference that is no pattern", "[passwords]\nreferences = [\"^vault(\"]\n", &["check", "people.csv"], &["regular expression"]),
    ("a header row before the first", "[tables]\nheader-row = 0\n", &["check", "people.csv"], &["header-row"]),
    ("a header row before the first, as an option", "", &["check", "--header-row", "0", "people.csv"], &["--header-row"]),
    ("an unknown unit of dates", "[dates]\nepoch = \"minutes\"\n", &["check", "people.csv"], &["milliseconds", "seconds"]),
    ("a key twice", "product = \"calabrio-one\"\nproduct = \"calabrio-one\"\n", &["check", "people.csv"], &["product"]),
];

#[test]
fn a_wrong_option_or_config_is_a_usage_error() {
    let mut wrong = Vec::new();
    for (name, config, args, words) in WRONG {
        let workspace = Workspace::with(&[PEOPLE, ("rolecall.toml", config)]);
        let ran = workspace.run(args);
        let silent: Vec<_> = words.iter().filter(|word| !ran.err.contains(**word)).collect();
        if ran.exit != 2 || ran.err.trim().is_empty() || !silent.is_empty() || ran.out.contains("\"verdict\": \"pass\"")
        {
            wrong.push(format!("{name}: wanted exit 2 and a complaint with {silent:?}\n{ran}"));
        }
    }
    nothing_wrong(wrong);
}

/// Seats that plan and config declare alike are fine; differently, both places are named.
#[test]
fn seats_declared_twice_must_agree() {
    let plan = "rolecall: 1\nlicenses:\n  - { name: System Administrator, seats: 25 }\n";
    for (seats, exit) in [(25, 0), (26, 2)] {
        let config = format!("[licenses.\"System Administrator\"]\nseats = {seats}\n");
        let workspace = Workspace::with(&[PEOPLE, ("plan.yaml", plan), ("rolecall.toml", &config)]);
        let ran = workspace.run(&["check", "--as-of", AS_OF, "--format", "json", "people.csv", "plan.yaml"]);
        assert_eq!(ran.exit, exit, "{ran}");
        if exit == 2 {
            assert!(ran.err.contains("plan.yaml") && ran.err.contains("rolecall.toml"), "both places\n{ran}");
        } else {
            assert_eq!(ran.report().unwrap().seats("System Administrator")["owned"], 25, "{ran}");
        }
    }
}

/// The config is found from the working directory upwards, and never in the data's own folder.
#[test]
fn the_config_is_found_from_where_the_user_stands() {
    let seats = "[licenses.\"System Administrator\"]\nseats = 25\n";
    let args = ["check", "--as-of", AS_OF, "--format", "json"];
    let here = Workspace::with(&[PEOPLE, ("rolecall.toml", seats)]);
    let ran = here.run(&[&args[..], &["people.csv"]].concat());
    assert_eq!(ran.concluded(0, "pass").unwrap().seats("System Administrator")["owned"], 25);
    here.run(&[&args[..], &["--no-config", "people.csv"]].concat()).concluded(3, "incomplete").unwrap();

    let there = Workspace::with(&[("data/people.csv", PEOPLE.1), ("data/rolecall.toml", seats)]);
    let report = there.run(&[&args[..], &["data/people.csv"]].concat()).concluded(3, "incomplete").unwrap();
    assert_eq!(report.0["ledger"]["inputs"][0]["file"], "data/people.csv");
}

/// All faults of a config are told in one run, each at its place.
#[test]
fn every_fault_of_a_config_is_told_at_once() {
    let words = "[values]\nactive = [\"no\"]\nblank = [\"yes\"]\n[api-users]\npatterns = [{ regex = \"(\", max = 1 }]\n\
                 [columns]\nteam = \"X\"\nscope = \"x\"\n";
    let keys = "prodct = \"calabrio-one\"\n[dates]\norder = \"ymd\"\n[teems]\n";
    let rules = "[severity]\nteam-blnk = \"note\"\nscope-emty = \"off\"\n";
    let both = "[teams]\nalternets = []\n[values]\ninactive = [\"yes\"]\n[lists]\nwhole = 4\n";
    for (config, places) in
        [(words, [2, 3, 5, 7, 8].as_slice()), (keys, &[1, 3, 4]), (rules, &[2, 3]), (both, &[2, 4, 6])]
    {
        let workspace = Workspace::with(&[PEOPLE, ("rolecall.toml", config)]);
        for command in ["check", "capacity"] {
            let ran = workspace.run(&[command, "--as-of", AS_OF, "people.csv"]);
            assert_eq!(ran.exit, 2, "{ran}");
            for line in places {
                assert!(ran.err.contains(&format!("rolecall.toml:{line}:")), "not line {line}\n{ran}");
            }
        }
    }
}

/// A config that is there and cannot be read is not passed over.
#[test]
#[cfg(unix)]
fn a_config_that_is_there_is_read_or_refused() {
    let run = |make: &dyn Fn(&std::path::Path)| {
        let workspace = Workspace::with(&[PEOPLE]);
        make(&workspace.path("rolecall.toml"));
        workspace.run(&["check", "--as-of", AS_OF, "people.csv"])
    };
    let link = |to: &'static str| move |at: &std::path::Path| std::os::unix::fs::symlink(to, at).expect("a link");
    for ran in
        [run(&link("nowhere.toml")), run(&link("rolecall.toml")), run(&|at| std::fs::create_dir(at).expect("a folder"))]
    {
        assert_eq!(ran.exit, 2, "{ran}");
        assert!(ran.err.contains("rolecall.toml"), "{ran}");
    }
}

/// `--fail-on` moves the threshold; the findings stay.
#[test]
fn the_threshold_decides_the_verdict_alone() {
    let rows = |team: &str, last: &str| {
        format!(
            "{}API,{last},api@acme.example,Administrator,{team},Operations,EnterpriseView,yes\n{}",
            head!(),
            dana!()
        )
    };
    let note = rows("Billing", "User");
    let warning = rows("Default Team", "User").replace("api@acme.example", "api@intranet");
    let error = rows("", "User");
    // The worst finding, and the exit code for each threshold: error, warning, note.
    for (table, rule, exits) in [
        (note, "team-not-allowed", [0, 0, 1]),
        (warning, "user-name-unroutable", [0, 1, 1]),
        (error, "team-blank", [1, 1, 1]),
    ] {
        let workspace = Workspace::with(&[("people.csv", &table)]);
        for (threshold, exit) in ["error", "warning", "note"].into_iter().zip(exits) {
            let args = ["people.csv", "--seats", "System Administrator=50", "--fail-on", threshold];
            let report = workspace.check(&args).concluded(exit, if exit == 0 { "pass" } else { "fail" }).unwrap();
            assert_eq!(report.by_rule(rule).len(), 1, "{rule} at {threshold}");
        }
    }
}

/// What a site changes is listed.
#[test]
fn changed_severities_are_listed() {
    let table = PEOPLE.1.replace("Default Team", "").replace("api.payroll@acme.example", "api@intranet");
    let config = "[severity]\nteam-blank = \"off\"\nuser-name-unroutable = \"error\"\nscope-empty = \"note\"\n";
    let workspace = Workspace::with(&[("people.csv", &table), ("rolecall.toml", config)]);
    let args = ["people.csv", "--seats", "System Administrator=50", "--config", "rolecall.toml"];
    let report = workspace.check(&args).concluded(1, "fail").unwrap();
    assert!(report.by_rule("team-blank").is_empty());
    assert_eq!(report.by_rule("user-name-unroutable")[0]["severity"], "error");
    assert_eq!(report.outcome("team-blank"), "not-applicable");
    let ledger = &report.0["ledger"];
    assert!(ledger["rules_off"].to_string().contains("team-blank"), "{ledger}");
    for rule in ["user-name-unroutable", "scope-empty"] {
        assert!(ledger["severity_changes"].to_string().contains(rule), "{ledger}");
    }
}
