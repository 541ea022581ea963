//! Files of waivers that cannot be used: nothing is judged, and the message names the place.

use super::{check, site, waiver, with};

#[test]
fn every_slip_is_refused_at_its_line() {
    let long = format!("reason = \"{}\"", "x".repeat(1 << 20));
    let seats = ["rule = \"seats-exceeded\"", "account =", "value ="];
    let seats = |more: &[&'static str]| [&seats[..], more].concat();
    for (lines, words) in [
        (
            vec!["rule = \"main-view-not-enterprize\""],
            &["unknown rule", "Did you mean `main-view-not-enterprise`?", ":9"][..],
        ),
        // Nobody can accept faults of inputs, limits, or findings about waivers.
        (vec!["rule = \"record-ragged\""], &["unknown rule `record-ragged`", ":9"]),
        (vec!["rule = \"findings-too-many\""], &["unknown rule `findings-too-many`", ":9"]),
        (vec!["rule = \"waiver-unused\""], &["unknown rule `waiver-unused`", ":9"]),
        (vec!["resaon = \"r\""], &["resaon", "reason", ":10"]),
        (vec!["reason = \"  \""], &["reason", ":9"]),
        (vec!["reason ="], &["reason", ":2"]),
        (vec!["reason = \"r\"\nreason = \"s\""], &["the same key twice", ":9"]),
        (vec![&long], &["reason"]),
        (vec!["approved-by = \" \""], &["approved-by", ":9"]),
        (vec!["approved-by ="], &["approved-by", ":2"]),
        (vec!["until ="], &["until", ":2"]),
        (vec!["until = 2026-11-01"], &["ends before it was approved", ":9"]),
        (vec!["until = 2027-11-04"], &["367 days", "the most is 366", "Write `until = 2027-11-03`", ":9"]),
        (vec!["until = 2027-03-31T00:00:00Z"], &["until", ":9"]),
        (vec!["until = \"31.03.2027\""], &["until", ":9"]),
        (vec!["until = 2027-02-30"], &["does not exist", ":9"]),
        (vec!["approved-on = 2026"], &["approved-on", ":9"]),
        (vec!["account ="], &["no account is named", "account = "]),
        (vec!["accounts = { regex = \"a\", max = 1 }"], &["both `account` and `accounts`"]),
        (vec!["accounts = { regex = \"a(?=b)\", max = 1 }", "account ="], &["regular expression"]),
        (vec!["accounts = { regex = \"a\", max = 0 }", "account ="], &["max"]),
        (vec!["value ="], &["no value is named", "value = \"\""]),
        (vec!["any-value = true"], &["both `value` and `any-value`"]),
        (vec!["any-value = true", "value ="], &["severity error"]),
        (vec!["license = \"WFM\""], &["for rules about seats"]),
        (vec!["side = \"tenant\""], &["side", ":10"]),
        (vec!["demand = \"sha256:00\""], &["demand", ":10"]),
        (vec!["rule = \"password-literal\""], &["a password cannot be waived", ":9"]),
        (vec!["rule = \"password-too-weak\"", "value ="], &["a password cannot be waived"]),
        (vec!["rule = \"drift\""], &["names no field"]),
        (seats(&["license = \"WFM\""]), &["at-most = N"]),
        (seats(&["at-most = 3"]), &["license = \"NAME\""]),
        (vec!["rule = \"seats-exceeded\"", "license = \"WFM\"", "at-most = 3"], &["no account and no value"]),
        (vec!["id ="], &["id", ":2"]),
    ] {
        let ran = with(&site(), &waiver(&lines));
        ran.refused(&[&["waivers.toml"][..], words].concat());
    }
}

#[test]
fn two_waivers_for_one_finding_or_of_one_id_are_refused() {
    let (one, other) = (waiver(&["until = 2026-12-31"]), "id = \"W-2\"");
    with(&site(), &(one.clone() + &waiver(&["value = \"Other\""]))).refused(&["two waivers have one id", "the other"]);
    with(&site(), &(one.clone() + &waiver(&[other]))).refused(&["accept one finding on one day", "`W-012`", "`W-2`"]);
    with(&site(), &(one.clone() + &waiver(&[other, "account = \"API.X@acme.example\""]))).refused(&["one finding"]);
    // Not on one day; not one value; not one side.
    with(&site(), &(one.clone() + &waiver(&[other, "approved-on = 2027-01-01"]))).ends(0, "pass");
    with(&site(), &(waiver(&["side = \"export\""]) + &waiver(&[other, "side = \"plan\""]))).ends(0, "pass");
    // Which accounts a pattern matches is known when they are read.
    let group = waiver(&[other, "accounts = { regex = \"x@\", max = 3 }", "account ="]);
    with(&site(), &(one + &group)).refused(&["accept one finding on one day"]);
}

#[test]
fn a_file_that_is_not_one_of_waivers_is_refused() {
    for (text, words) in [
        ("", &["waivers"][..]),
        ("waivers = []\n", &["holds no waiver"]),
        ("[[waiver]]\n", &["waiver"]),
        ("[[waivers]\n", &["waivers.toml:1"]),
        ("id\0", &["U+0000"]),
        ("# \u{202e}\n", &["U+202E"]),
    ] {
        with(&site(), text).refused(&[&["waivers.toml"][..], words].concat());
    }
    let head = "id,rule,account,value,reason,approved-by,approved-on,until\n";
    let good = "W-1,main-view-not-enterprise,api.x@acme.example,My View,r,dana,2026-11-02,2027-03-31\n";
    let with_line = |from: &str, to: &str| format!("{head}{}", good.replace(from, to));
    let with_column = |header: &str, cell: &str| {
        format!("{},{header}\n{},{cell}\n", head.trim_end(), good.trim_end().replace("My View", ""))
    };
    for (text, words) in [
        (String::new(), &["headers", "into the first row: `id,rule,account,value,"][..]),
        (head.to_owned(), &["holds no waiver", "below the headers"]),
        (format!("{head}{good}\"W-2"), &["never closed", "w.csv:3"]),
        (with_line("\n", ",x\n"), &["more cells"]),
        (format!("{}{good}", head.replace("reason", "id")), &["same header", "one of the two columns"]),
        (format!("{}{good}", head.replace("reason", "resaon")), &["resaon"]),
        (with_line("My View", ""), &["no value is named", "`…` in the column `value`", r#"`""""""` in the column"#]),
        (with_line("My View", "\"\""), &["no value is named", r#"`""""""` in the column `value`"#]),
        (with_line("2027-03-31", "31.3.2027"), &["`until`", "`2027-03-31` in the column `until`"]),
        (with_line("2027-03-31", "2027-03-31T00:00:00Z"), &["`until`", "`2027-03-31` in the column `until`"]),
        (with_line("2027-03-31", ""), &["`until` is blank, or has no column", "`2027-03-31` in the column"]),
        (with_line("2027-03-31", "2028-03-31"), &["`2027-11-03` in the column `until` or an earlier day"]),
        (with_line("dana", " "), &["`approved-by` is blank"]),
        (with_line("api.x@acme.example", ""), &["no account is named", "`USER NAME` in the column `account`"]),
        (with_line("main-view-not-enterprise", "name-blank"), &["`…` in the column `field`"]),
        (with_line("main-view-not-enterprise", "drift"), &["`team` in the column `field`"]),
        (with_column("any-value", "yes"), &["`any-value`", "`true` in the column `any-value`"]),
        (with_column("any-value", "true"), &["`any-value` cannot", "`…` in the column `value`"]),
        (with_column("side", "both"), &["`export` in the column `side` or `plan` in the column `side`"]),
        (with_column("at-most", "many"), &["`at-most`", "`27` in the column `at-most`"]),
    ] {
        let workspace = site();
        workspace.write("w.csv", text);
        let ran = check(&workspace, &["--waivers", "w.csv"]);
        ran.refused(&[&["w.csv"][..], words].concat());
        for words in ["rolecall init", "[columns]", " = "] {
            assert!(!ran.err.contains(words) || words == " = " && !ran.err.contains("` = "), "{words}: {ran}");
        }
    }
}

/// What a spreadsheet writes in a country where numbers have a comma.
#[test]
fn a_table_may_separate_its_cells_by_other_characters() {
    let head = "id,rule,account,value,reason,approved-by,approved-on,until\n";
    let good = "W-1,main-view-not-enterprise,api.x@acme.example,My View,\"moves\",dana,2026-11-02,2027-03-31\n";
    for separator in [";", "\t", "|"] {
        let workspace = site();
        for mark in ["", "\u{feff}"] {
            let text = format!("{mark}{head}{good}").replace(',', separator).replace("moves", "in March, CHG-881");
            workspace.write("w.csv", text);
            check(&workspace, &["--waivers", "w.csv"]).ends(0, "pass");
        }
        workspace.write("w.csv", format!("{head}{good}").replace(',', separator).replace("reason", "resaon"));
        check(&workspace, &["--waivers", "w.csv"]).refused(&["unknown header `resaon`", "w.csv:1:"]);
    }
}

#[test]
fn a_blank_text_is_one_fault() {
    for line in ["id", "reason", "approved-by", "account", "ticket", "requested-by"] {
        for blank in ["", " ", "\\t"] {
            let ran = with(&site(), &waiver(&[&format!("{line} = \"{blank}\"")]));
            ran.refused(&["is not blank"]);
            assert_eq!(ran.err.matches("error").count(), 1, "{ran}");
        }
    }
}

#[test]
fn a_pattern_of_a_group_is_any_that_runs_in_linear_time() {
    let group = |regex: &str| waiver(&[&format!("accounts = {{ regex = '{regex}', max = 3 }}"), "account ="]);
    for regex in ["(?i)^API\\.X@", "^api\\.x", r"\Aapi\.[[:alpha:]]@"] {
        with(&site(), &group(regex)).ends(0, "pass");
    }
    for regex in ["(api", "(?=api)", r"(a)\1", "(?:a{1000}){1000}"] {
        with(&site(), &group(regex)).refused(&["`regex` is not a regular expression", "waivers.toml:", "look-around"]);
    }
}

#[test]
fn a_missing_file_a_link_and_an_input_are_refused() {
    let workspace = site();
    workspace.write("waivers.toml", waiver(&[]));
    check(&workspace, &["--waivers", "gone.toml"]).refused(&["gone.toml", "cannot be read"]);
    check(&workspace, &["--waivers", "."]).refused(&["not a regular file"]);
    check(&workspace, &["--waivers", "people.csv"]).refused(&["as waivers and as an input"]);
    check(&workspace, &["--waivers", "waivers.toml", "--output", "json=waivers.toml"]).refused(&["would overwrite"]);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(workspace.path("waivers.toml"), workspace.path("link.toml")).unwrap();
        check(&workspace, &["--waivers", "link.toml"]).refused(&["it is a link"]);
    }
}

#[test]
fn no_message_shows_a_value_of_the_file() {
    let canary = "zQ7canaryXv9";
    for line in [
        format!("rule = \"password-literal\"\nvalue = \"{canary}\""),
        format!("password = \"{canary}\""),
        format!("until = \"{canary}\""),
        format!("side = \"{canary}\""),
    ] {
        let ran = with(&site(), &waiver(&[&line]));
        assert_eq!((ran.exit, ran.err.contains(canary)), (2, false), "{ran}");
    }
}

/// A link in between leads out of the folder of the config, however short the path is.
#[cfg(unix)]
#[test]
fn what_a_config_names_is_not_reached_through_a_link() {
    let workspace = site();
    workspace.write("elsewhere/waivers.toml", waiver(&[]));
    workspace.write("elsewhere/rolecall.lock", "");
    workspace.write("elsewhere/acme/pack.toml", "name = \"acme\"\nversion = \"1.0.0\"\n");
    std::os::unix::fs::symlink(workspace.path("elsewhere"), workspace.path("linked")).unwrap();
    for config in [
        "[policy]\nwaivers = [\"linked/waivers.toml\"]\n",
        "[policy]\nwaivers = [\"./linked/./waivers.toml\"]\n",
        "[policy]\nlock = \"linked/rolecall.lock\"\n",
        "[packs]\nfolders = [\"linked/acme\"]\n",
    ] {
        workspace.write("rolecall.toml", config);
        check(&workspace, &["--config", "rolecall.toml"])
            .refused(&["leads through the link `linked`", "rolecall.toml:2"]);
    }
    workspace.write("rolecall.toml", "[policy]\nwaivers = [\"elsewhere/waivers.toml\"]\n");
    check(&workspace, &["--config", "rolecall.toml"]).ends(0, "pass");
}
