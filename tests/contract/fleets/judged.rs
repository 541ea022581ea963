//! `rolecall fleet`: every tenant is judged as `check` would, whatever becomes of the others, and the verdict is never clean
//! while something of a tenant is not known.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::{GOOD_VIEW, fleet, follows_its_schema, plan, problems, verdicts};
use crate::support::workspace::{AS_OF, Workspace};

const HEADERS: &str = "tenant,inputs,config,waivers,baseline,expect-records\n";

/// Judges the tenants of `tenants.csv` into `out`.
fn judge(workspace: &Workspace, args: &[&str], exit: i32) -> Value {
    let found =
        fleet(workspace, &[&["fleet", "tenants.csv", "--output-dir", "out", "--as-of", AS_OF], args].concat(), exit);
    let written: Value = serde_json::from_str(&workspace.read("out/fleet.json")).unwrap();
    assert_eq!(written, found);
    found
}

/// A workspace with the plans of these tenants and views, and the lines of a manifest about them.
fn tenants(lines: &[(&str, &str, &str)]) -> Workspace {
    let workspace = Workspace::new();
    let mut manifest = String::from(HEADERS);
    for (tenant, view, rest) in lines {
        workspace.write(&format!("{tenant}/plan.yaml"), plan(tenant, view));
        manifest.push_str(&format!("{tenant},{tenant}/plan.yaml{rest}\n"));
    }
    workspace.write("tenants.csv", manifest);
    workspace
}

fn tenant<'f>(fleet: &'f Value, name: &str) -> &'f Value {
    fleet["tenants"].as_array().unwrap().iter().find(|one| one["tenant"] == name).unwrap()
}

#[test]
fn fifty_tenants_end_each_in_its_own_way_and_all_are_named() {
    let workspace = Workspace::new();
    let mut manifest = format!("\u{feff}{HEADERS}");
    workspace.write("bad.toml", "[teems]\n");
    workspace.write("short.yaml", "rolecall: 1\nusers: [\n");
    for number in 0..50 {
        let name = format!("t{number:02}");
        let view = if number % 6 == 1 { "Billing View" } else { GOOD_VIEW };
        workspace.write(&format!("{name}.yaml"), plan(&name, view));
        manifest.push_str(&match number % 6 {
            2 => format!("{name},short.yaml,,,,\n"),
            3 => format!("{name},gone/{name}.csv,,,,\n"),
            4 => format!("{name},{name}.yaml,bad.toml,,,\n"),
            5 => format!("{name},,,,,\n"),
            _ => format!("{name},{name}.yaml,,,,2\n"),
        });
    }
    workspace.write("tenants.csv", &manifest);
    let all = judge(&workspace, &["--jobs", "3"], 3);
    for number in 0..50 {
        let one = tenant(&all, &format!("t{number:02}"));
        let expected = match number % 6 {
            0 => ("pass", 0, true, ""),
            1 => ("fail", 1, true, ""),
            2 => ("incomplete", 3, true, "syntax-invalid"),
            3 => ("incomplete", 3, true, "no such file"),
            4 => ("incomplete", 3, false, "unknown key `teems`"),
            _ => ("incomplete", 3, false, "names no input"),
        };
        let found = (one["verdict"].as_str().unwrap(), one["exit"].as_i64().unwrap(), !one["report"].is_null());
        assert_eq!(found, (expected.0, expected.1, expected.2), "{one}");
        assert!(one["reason"].as_str().unwrap_or_default().contains(expected.3), "{one}");
        assert_eq!(workspace.path(format!("out/t{number:02}.json")).exists(), expected.2);
    }
    assert_eq!((&all["totals"]["pass"], &all["totals"]["fail"], problems(&all)), (&json!(9), &json!(9), vec![]));
    assert_eq!(all["expected"].as_array().unwrap().len(), 50);
    for jobs in ["1", "2", "64"] {
        assert_eq!(judge(&workspace, &["--jobs", jobs], 3), all, "{jobs} threads");
    }
}

#[test]
fn reports_are_those_of_single_checks_to_the_byte() {
    let workspace =
        tenants(&[("acme", GOOD_VIEW, ",acme.toml"), ("beta", "Billing View", ""), ("gamma", GOOD_VIEW, "")]);
    workspace.write("acme.toml", "[severity]\nname-without-purpose = \"off\"\n");
    workspace.write("gamma/plan.yaml", "users: [");
    let all = judge(&workspace, &["--no-config", "--all-api-users"], 3);
    for (name, config, exit) in
        [("acme", &["--config", "acme.toml"][..], 0), ("beta", &["--no-config"], 1), ("gamma", &["--no-config"], 3)]
    {
        let plan = format!("{name}/plan.yaml");
        let args = ["check", &plan, "--digest", "--all-api-users", "--as-of", AS_OF, "--format", "json"];
        let single = workspace.run(&[&args[..], config].concat());
        assert_eq!(single.exit, exit, "{single}");
        let labelled = single.out.replacen("\"tenant\": null", &format!("\"tenant\": \"{name}\""), 1);
        assert_eq!(workspace.read(&format!("out/{name}.json")), labelled);
        assert_eq!(tenant(&all, name)["exit"], exit);
    }
    let merged = workspace.run(&[
        "merge",
        "out/gamma.json",
        "out/acme.json",
        "out/beta.json",
        "--expect",
        "tenants.csv",
        "--format",
        "json",
    ]);
    assert_eq!(merged.out, workspace.read("out/fleet.json"));
}

#[test]
fn a_manifest_that_cannot_be_used_judges_nothing() {
    let workspace = tenants(&[("acme", GOOD_VIEW, "")]);
    for (text, words) in [
        ("tenant,inputs\n", &["lists no tenant", "tenants.csv:1:1"][..]),
        (
            "tenant,inputs\nacme,a.csv\nacme,b.csv\n",
            &["two lines are of the tenant `acme`", "tenants.csv:3:1", "tenants.csv:2:1"],
        ),
        ("tenant,inputs\na/b,a.csv\n", &["`a/b`", "tenants.csv:2:1"]),
        ("tenant,inputs\n..,a.csv\n", &["`..`"]),
        ("tenant,inputs\n ,a.csv\n", &["is blank"]),
        ("tenant,inputs\nFleet,a.csv\n", &["`Fleet`"]),
        ("tenant,inputs,inptus\nacme,a.csv,\n", &["unknown column `inptus`", "Did you mean"]),
        ("tenant,inputs,expect-records\nacme,a.csv,many\n", &["tenants.csv:2:12"]),
    ] {
        workspace.write("tenants.csv", text);
        workspace.run(&["fleet", "tenants.csv", "--output-dir", "out"]).refused(words);
        assert!(!workspace.path("out").exists(), "{text}");
    }
    workspace.run(&["fleet", "gone.csv", "--output-dir", "out"]).refused(&["gone.csv", "no such file"]);
    workspace.run(&["fleet", "tenants.csv"]).refused(&["--output-dir"]);
}

#[test]
fn options_hold_for_every_tenant_or_are_refused() {
    let workspace = tenants(&[("acme", GOOD_VIEW, ""), ("beta", GOOD_VIEW, ",,,,3")]);
    let run = |args: &[&str]| {
        workspace.run(&[&["fleet", "tenants.csv", "--output-dir", "out", "--as-of", AS_OF], args].concat())
    };
    run(&["--seats", "System Administrator=1"]).refused(&["`--seats` would hold for every tenant"]);
    run(&["--api-user", "a@b.example"]).refused(&["`--api-user` would hold for every tenant"]);
    let help = workspace.run(&["fleet", "--help"]).out;
    assert!(help.contains("--all-api-users") && !help.contains("--api-user ") && !help.contains("--seats"), "{help}");
    run(&["--baseline", "b.jsonl"]).refused(&["`b.jsonl` would hold for every tenant", "{tenant}"]);
    run(&["--config", "gone.toml"]).refused(&["gone.toml"]);
    run(&["--pack", "gone"]).refused(&["gone"]);
    run(&["--waivers", "gone.toml"]).refused(&["gone.toml"]);
    for path in ["tenants.csv", "acme/plan.yaml"] {
        run(&["--output", &format!("json={path}")]).refused(&["would overwrite"]);
    }
    workspace.write("in/x.json", "[]");
    workspace.write("tenants.csv", format!("{HEADERS}x,in/x.json,,,,\n"));
    workspace.run(&["fleet", "tenants.csv", "--output-dir", "in"]).refused(&["would overwrite"]);
    assert_eq!(workspace.read("in/x.json"), "[]");
    let workspace = tenants(&[("acme", GOOD_VIEW, ""), ("beta", GOOD_VIEW, ",,,,3")]);
    let all = judge(&workspace, &["--expect-records", "2"], 3);
    assert_eq!(verdicts(&all), [("acme", "pass"), ("beta", "incomplete")]);
    let reason = tenant(&all, "beta")["reason"].as_str().unwrap();
    assert!(reason.contains("3 accounts expected, 2 accounts read"), "{reason}");
}

const WAIVER: &str = "[[waivers]]\nid = \"W-1\"\ntenant = \"acme\"\nrule = \"main-view-not-enterprise\"\naccount = \"api.feed@tenant.example\"\nvalue = \"Billing View\"\n\
    reason = \"R\"\napproved-by = \"Kim\"\napproved-on = \"2026-11-01\"\nuntil = \"2026-12-31\"\n";

#[test]
fn redaction_holds_for_the_fleet_and_its_reports() {
    let workspace = tenants(&[("acme", "Billing View", ""), ("beta", GOOD_VIEW, ",bad.toml")]);
    workspace.write(
        "bad.toml",
        "[api-users]\nuser-names = [\"api.feed@tenant.example\"]\nids = \"dana.ops@tenant.example\"\n",
    );
    let ran =
        workspace.run(&["fleet", "tenants.csv", "--output-dir", "out", "--redact", "identities", "--as-of", AS_OF]);
    assert_eq!(ran.exit, 3, "{ran}");
    for text in [&ran.out, &ran.err, &workspace.read("out/fleet.json"), &workspace.read("out/acme.json")] {
        for name in ["api.feed", "dana.ops", "Dana"] {
            assert!(!text.contains(name), "{name} in {text}");
        }
    }
}

/// Adds a line end to reports, so that one that is kept can be told from one that is written again.
fn marked(workspace: &Workspace, names: &[&str]) {
    for name in names {
        let path = format!("out/{name}.json");
        workspace.write(&path, format!("{}\n\n", workspace.read(&path)));
    }
}

fn is_kept(workspace: &Workspace, name: &str) -> bool {
    let path = format!("out/{name}.json");
    workspace.path(&path).exists() && workspace.read(&path).ends_with("\n\n\n")
}

#[test]
fn what_changed_is_judged_again_and_nothing_else() {
    type Change = fn(&Workspace) -> Vec<&'static str>;
    let changes: [(&str, Change); 13] = [
        ("an input", |workspace| {
            workspace.write("acme/plan.yaml", plan("acme", GOOD_VIEW));
            vec![]
        }),
        ("an input that is gone", |workspace| {
            fs::remove_file(workspace.path("acme/plan.yaml")).unwrap();
            vec![]
        }),
        ("the config", |workspace| {
            workspace.write("acme.toml", "[severity]\nname-without-purpose = \"off\"\n");
            vec![]
        }),
        ("the waivers", |workspace| {
            workspace.write("acme-w.toml", WAIVER.replace("W-1", "W-2"));
            vec![]
        }),
        ("the baseline", |workspace| {
            let text = workspace.read("acme.jsonl");
            workspace.write("acme.jsonl", format!("{text}\n"));
            vec![]
        }),
        ("the as-of date", |_| vec!["--as-of", "2026-11-22"]),
        ("an option", |_| vec!["--all-api-users"]),
        ("the threshold", |_| vec!["--fail-on", "note"]),
        ("the packs", |workspace| {
            let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/site-rules/rules");
            for entry in fs::read_dir(rules).unwrap() {
                let path = entry.unwrap().path();
                workspace
                    .write(&format!("pack/{}", path.file_name().unwrap().to_str().unwrap()), fs::read(&path).unwrap());
            }
            vec!["--pack", "pack"]
        }),
        ("redaction", |_| vec!["--redact", "identities"]),
        ("the number of accounts", |workspace| {
            workspace.write("tenants.csv", workspace.read("tenants.csv").replace(",2\n", ",3\n"));
            vec![]
        }),
        ("the version", |workspace| {
            let report = workspace.read("out/acme.json").replacen("\"version\": \"", "\"version\": \"0.0.", 1);
            workspace.write("out/acme.json", report);
            vec![]
        }),
        ("the report itself", |workspace| {
            let report = workspace.read("out/acme.json");
            workspace.write("out/acme.json", &report[..report.len() / 2]);
            vec![]
        }),
    ];
    for (what, change) in changes {
        let workspace =
            tenants(&[("acme", "Billing View", ",acme.toml,acme-w.toml,acme.jsonl,2"), ("beta", GOOD_VIEW, ",,,,")]);
        workspace.write("acme.toml", "[severity]\n");
        workspace.write("acme-w.toml", WAIVER);
        let baseline = [
            "baseline",
            "create",
            "-o",
            "acme.jsonl",
            "acme/plan.yaml",
            "--config",
            "acme.toml",
            "--as-of",
            AS_OF,
            "--with-names",
        ];
        let made = workspace.run(&baseline);
        assert_eq!(made.exit, 0, "{made}");
        let before = judge(&workspace, &[], 0);
        marked(&workspace, &["acme", "beta"]);
        let resumed = judge(&workspace, &["--resume"], 0);
        assert!(is_kept(&workspace, "acme") && is_kept(&workspace, "beta"), "{what}");
        assert_eq!((&resumed["rules"], &resumed["totals"]), (&before["rules"], &before["totals"]));
        let options = change(&workspace);
        let of_all = options.iter().any(|option| *option != "--as-of" && option.starts_with("--"));
        let args = ["fleet", "tenants.csv", "--output-dir", "out", "--resume", "--as-of", AS_OF];
        let args = if options.contains(&"--as-of") { &args[..5] } else { &args[..] };
        let ran = workspace.run(&[args, &options].concat());
        assert!([0, 1, 3].contains(&ran.exit), "{ran}");
        assert!(!is_kept(&workspace, "acme"), "{what} changed, and the report was kept");
        assert_eq!(is_kept(&workspace, "beta"), !of_all && !options.contains(&"--as-of"), "{what}");
    }
}

#[test]
fn a_run_that_was_killed_leaves_whole_reports_and_is_resumed() {
    let workspace = Workspace::new();
    let mut manifest = String::from(HEADERS);
    for number in 0..200 {
        workspace
            .write(&format!("t{number}.yaml"), plan("t", if number % 3 == 0 { "Billing View" } else { GOOD_VIEW }));
        manifest.push_str(&format!("t{number},t{number}.yaml,,,,\n"));
    }
    workspace.write("tenants.csv", manifest);
    let whole = judge(&workspace, &[], 1);
    let reports = || fs::read_dir(workspace.path("out")).unwrap().map(|entry| entry.unwrap().path());
    let run = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rolecall"));
        command.args(["fleet", "tenants.csv", "--output-dir", "out", "--as-of", AS_OF, "--jobs", "2"]).args(args);
        command.current_dir(workspace.path("")).stdout(std::process::Stdio::null());
        command.spawn().unwrap()
    };
    fs::remove_dir_all(workspace.path("out")).unwrap();
    fs::create_dir(workspace.path("out")).unwrap();
    for kills in 1..4 {
        let mut child = run(if kills > 1 { &["--resume"] } else { &[] });
        while reports().count() < 30 * kills && child.try_wait().unwrap().is_none() {
            std::thread::sleep(std::time::Duration::from_micros(200));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!workspace.path("out/fleet.json").exists() || kills > 1, "the fleet is written last");
        let _ = fs::remove_file(workspace.path("out/fleet.json"));
        for path in reports().filter(|path| path.extension().is_some_and(|ending| ending == "json")) {
            let report: Value = serde_json::from_slice(&fs::read(&path).unwrap()).expect("a whole report");
            assert_eq!(report["schema"], "rolecall.report/1");
        }
    }
    // What a killed worker did not judge is missing, not clean.
    let some: Vec<String> = reports()
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .map(|path| path.display().to_string())
        .collect();
    let args: Vec<&str> =
        ["merge", "--expect", "tenants.csv"].into_iter().chain(some.iter().map(String::as_str)).collect();
    let part = fleet(&workspace, &args, if some.len() < 200 { 3 } else { 1 });
    assert_eq!(part["missing"].as_array().unwrap().len(), 200 - some.len());
    assert_eq!(judge(&workspace, &["--resume"], 1), whole);
}

#[test]
fn what_an_earlier_run_left_is_not_taken_for_this_one() {
    let workspace = tenants(&[("acme", GOOD_VIEW, ",acme.toml"), ("beta", GOOD_VIEW, "")]);
    workspace.write("acme.toml", "");
    assert_eq!(verdicts(&judge(&workspace, &[], 0)), [("acme", "pass"), ("beta", "pass")]);
    workspace.write("acme.toml", "[teems]\n");
    for args in [&[][..], &["--resume"]] {
        workspace.write("out/acme.json", workspace.read("out/beta.json"));
        assert_eq!(verdicts(&judge(&workspace, args, 3)), [("acme", "incomplete"), ("beta", "pass")]);
        assert!(!workspace.path("out/acme.json").exists());
    }
    // The files of a tenant that vanish are a hole of that tenant.
    workspace.write("acme.toml", "");
    fs::remove_file(workspace.path("acme/plan.yaml")).unwrap();
    let all = judge(&workspace, &[], 3);
    assert_eq!(verdicts(&all), [("acme", "incomplete"), ("beta", "pass")]);
    assert_eq!(tenant(&all, "acme")["report"]["file"], "out/acme.json");
}

/// The README's fleet, on the bundled files.
#[test]
fn the_fleet_of_the_readme_ends_as_it_says() {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let workspace = Workspace::with_fixture("fleet");
    assert!(readme.contains(&workspace.read("tenants.csv")), "the README shows another table");
    let args = ["fleet", "tenants.csv", "--output-dir", "reports", "--as-of", "2026-11-21"];
    assert!(readme.contains(&format!("rolecall {}", args.join(" "))));
    let ran = workspace.run(&args);
    assert_eq!(ran.exit, 1, "{ran}");
    let merged = fleet(&workspace, &["merge", "reports/fleet.json", "--expect", "tenants.csv"], 1);
    assert_eq!(verdicts(&merged), [("acme", "pass"), ("beta", "pass"), ("gamma", "fail")]);
}

/// A limit on the size of files is the one failure of writing that a test can rely on.
#[cfg(unix)]
#[test]
fn a_report_that_cannot_be_written_ends_in_exit_4() {
    let workspace = tenants(&[("acme", GOOD_VIEW, ""), ("beta", GOOD_VIEW, ""), ("zeta", GOOD_VIEW, "")]);
    let person = |n: usize| {
        format!(
            "{{ kind: api-user, first_name: API, last_name: Feed, user_name: f{n}@x.example, roles: [], team: X, scope: {{ groups: [Operations] }}, wfm_views: {{ main: View }} }}"
        )
    };
    let people: Vec<String> = (0..100).map(person).collect();
    workspace.write("beta/plan.yaml", format!("rolecall: 1\nusers: [{}]\n", people.join(", ")));
    for (args, missing) in [("", json!(["zeta"])), ("--keep-going", json!([]))] {
        let line = format!(
            "trap '' XFSZ; ulimit -f 100; exec \"$0\" fleet tenants.csv --output-dir out --jobs 1 --as-of {AS_OF} {args}"
        );
        let ran = Command::new("sh")
            .args(["-c", &line, env!("CARGO_BIN_EXE_rolecall")])
            .current_dir(workspace.path(""))
            .output()
            .unwrap();
        assert_eq!(ran.status.code(), Some(4), "{}", String::from_utf8_lossy(&ran.stderr));
        let all: Value = serde_json::from_str(&workspace.read("out/fleet.json")).unwrap();
        follows_its_schema(&all);
        let beta = tenant(&all, "beta");
        assert_eq!((&all["verdict"], &beta["exit"], &beta["report"]), (&json!("incomplete"), &json!(4), &Value::Null));
        assert_eq!(all["missing"], missing);
        assert!(String::from_utf8_lossy(&ran.stderr).contains("out/beta.json"));
        assert_eq!(workspace.run(&["merge", "out/fleet.json"]).exit, 4);
    }
}

/// Two hundred tenants by chance: files, configs, waivers and counts that fit or do not.
#[test]
fn random_tenants_end_as_their_single_checks_do() {
    let workspace = Workspace::new();
    let mut manifest = String::from(HEADERS);
    let mut state = 0x5EED_u64;
    let mut any = |count: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % count
    };
    workspace.write("quiet.toml", "[severity]\nmain-view-not-enterprise = \"note\"\n");
    workspace.write("broken.toml", "[teems]\n");
    let mut checks = Vec::new();
    for number in 0..200 {
        let (name, input) = (format!("t{number}"), format!("{number}.yaml"));
        let view = if any(3) == 0 { "Billing View" } else { GOOD_VIEW };
        let text = plan(&name, view);
        let text = match any(8) {
            0 => text.replace("Default Team", "Billing"),
            1 => text[..text.len() * 2 / 3].to_owned(),
            2 => text.replace("licenses", "licences"),
            _ => text,
        };
        // A plan that cannot be read does not say whose it is, and a table does.
        let says_whose = any(15) > 0 && text.ends_with('\n');
        if says_whose || any(2) > 0 {
            workspace.write(&input, text);
        }
        let config = ["", "", "quiet.toml", "broken.toml"][usize::try_from(any(4)).unwrap()];
        let own = format!("{name}.toml");
        workspace.write(&own, WAIVER.replace("acme", &name));
        let waivers = if any(4) == 0 && says_whose { own.as_str() } else { "" };
        let records = ["", "", "2", "3"][usize::try_from(any(4)).unwrap()];
        manifest.push_str(&format!("{name},{input},{config},{waivers},,{records}\n"));
        let mut args = vec!["check".to_owned(), input, "--digest".to_owned(), "--as-of".to_owned(), AS_OF.to_owned()];
        for (option, value) in [("--config", config), ("--waivers", waivers), ("--expect-records", records)] {
            args.extend([option, value].iter().filter(|_| !value.is_empty()).map(|word| (*word).to_owned()));
        }
        checks.push((name, args));
    }
    workspace.write("tenants.csv", manifest);
    let ran = workspace.run(&["fleet", "tenants.csv", "--output-dir", "out", "--as-of", AS_OF, "--format", "json"]);
    assert_eq!(ran.exit, 3, "{ran}");
    let all: Value = serde_json::from_str(&ran.out).unwrap();
    let mut ends = [0; 4];
    let mut reports = Vec::new();
    for (name, args) in checks {
        let args: Vec<&str> = args.iter().map(String::as_str).chain(["--format", "json"]).collect();
        let single = workspace.run(&args);
        let one = tenant(&all, &name);
        ends[usize::try_from(single.exit).unwrap()] += 1;
        if single.exit == 2 {
            assert_eq!((&one["exit"], &one["report"]), (&json!(3), &Value::Null), "{single}");
            continue;
        }
        assert_eq!(one["exit"], single.exit, "{single}");
        let labelled = single.out.replacen("\"tenant\": null", &format!("\"tenant\": \"{name}\""), 1);
        assert_eq!(workspace.read(&format!("out/{name}.json")), labelled, "{single}");
        reports.push(format!("out/{name}.json"));
    }
    assert!(ends.iter().all(|count| *count > 10), "{ends:?} tenants end with each code");
    let reports: Vec<&str> = reports.iter().map(String::as_str).collect();
    let mut merged = Vec::new();
    for size in [1, 2, 7, reports.len()] {
        for (number, group) in reports.chunks(size.max(reports.len() / 20)).enumerate() {
            workspace.run(&[&["merge", "-o", &format!("g{number}.json")], group].concat());
        }
        let groups: Vec<String> =
            (0..reports.len().div_ceil(size.max(reports.len() / 20))).map(|number| format!("g{number}.json")).collect();
        let groups: Vec<&str> = groups.iter().map(String::as_str).collect();
        merged.push(
            workspace.run(&[&["merge", "--expect", "tenants.csv", "--format", "json"], &groups[..]].concat()).out,
        );
    }
    assert!(merged.iter().all(|one| *one == merged[0]), "groups of other sizes end differently");
    let merged: Value = serde_json::from_str(&merged[0]).unwrap();
    assert_eq!(merged["rules"], all["rules"]);
}
