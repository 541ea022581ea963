//! Every form of a fleet says the verdict, what keeps it open and every tenant, and no text of a tenant is more than text.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{GOOD_VIEW, fleet, plan, report, reports};
use crate::support::workspace::{AS_OF, Workspace};

const FORMS: [&str; 6] = ["human", "json", "csv", "markdown", "html", "sarif"];

#[test]
fn every_form_says_the_verdict_the_tenants_and_what_is_not_settled() {
    let workspace = reports();
    workspace.write("t.csv", "tenant\nacme\nbeta\ngamma\nzeta\n");
    let args =
        ["merge", "reports/acme.json", "reports/beta.json", "reports/gamma.json", "reports/x", "--expect", "t.csv"];
    for form in FORMS {
        let path = format!("{form}=fleet.{form}");
        let ran = workspace.run(&[&args[..], &["--format", form, "--output", &path]].concat());
        assert_eq!((ran.exit, ran.err.as_str()), (3, ""), "{ran}");
        for word in [
            "incomplete",
            "acme",
            "beta",
            "gamma",
            "zeta",
            "missing",
            "reports/x",
            "main-view-not-enterprise",
            "licences",
        ] {
            assert!(ran.out.to_lowercase().contains(word), "{form} does not say {word}\n{}", ran.out);
        }
        assert_eq!(workspace.read(&format!("fleet.{form}")), ran.out, "{form}");
    }
}

#[test]
fn the_table_counts_what_the_document_counts() {
    let workspace = reports();
    let args = ["merge", "reports/acme.json", "reports/beta.json", "reports/gamma.json"];
    let document = fleet(&workspace, &args, 3);
    let table = workspace.run(&[&args[..], &["--format", "csv"]].concat()).out;
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let headers = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let cell =
        |row: &csv::StringRecord, header: &str| row[headers.iter().position(|one| one == header).unwrap()].to_owned();
    let of_kind = |kind: &str| rows.iter().filter(|row| &row[0] == kind).collect::<Vec<_>>();
    for (row, tenant) in of_kind("tenant").into_iter().zip(document["tenants"].as_array().unwrap()) {
        for header in ["tenant", "verdict"] {
            assert_eq!(cell(row, header), tenant[header].as_str().unwrap());
        }
        for header in ["exit", "records", "judged", "holes"] {
            assert_eq!(cell(row, header), tenant[header].to_string());
        }
        assert_eq!(cell(row, "error"), tenant["findings"]["error"].to_string());
        assert_eq!(cell(row, "sha256"), tenant["report"]["sha256"].as_str().unwrap());
    }
    let rules = of_kind("rule");
    assert_eq!(rules.len(), document["rules"].as_array().unwrap().len());
    for (row, rule) in rules.into_iter().zip(document["rules"].as_array().unwrap()) {
        for header in ["pass", "fail", "not_determinable", "not_applicable", "waived", "baselined"] {
            assert_eq!(cell(row, header), rule[header].to_string(), "{rule}");
        }
    }
    assert_eq!(cell(of_kind("fleet")[0], "exit"), "3");
}

#[test]
fn sarif_has_a_result_for_each_rule_that_fails_and_for_what_is_open() {
    let workspace = reports();
    let ran = workspace.run(&[
        "merge",
        "reports/acme.json",
        "reports/beta.json",
        "reports/gamma.json",
        "gone.json",
        "--format",
        "sarif",
    ]);
    let log: Value = serde_json::from_str(&ran.out).unwrap();
    let run = &log["runs"][0];
    let of = |one: &Value| {
        (
            one["ruleId"].as_str().unwrap().to_owned(),
            one["kind"].as_str().unwrap().to_owned(),
            one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap().to_owned(),
        )
    };
    let results: Vec<_> = run["results"].as_array().unwrap().iter().map(of).collect();
    let text = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
    assert_eq!(
        results,
        [
            text("tenant-not-settled", "open", "gone.json"),
            text("tenant-not-settled", "open", "reports/gamma.json"),
            text("main-view-not-enterprise", "fail", "reports/beta.json"),
        ]
    );
    assert_eq!(
        (&run["invocations"][0]["exitCode"], &run["invocations"][0]["executionSuccessful"]),
        (&3.into(), &false.into())
    );
    let prints: BTreeSet<String> =
        run["results"].as_array().unwrap().iter().map(|one| one["partialFingerprints"].to_string()).collect();
    assert_eq!(prints.len(), results.len());
}

#[test]
fn text_of_a_tenant_is_text_in_every_form() {
    let workspace = Workspace::new();
    workspace.write("reports/x", "");
    for (name, tenant) in [
        ("a", "=HYPERLINK(1)"),
        ("b", "</td><script>alert(1)</script>"),
        ("c", "| x | `y` @all"),
        ("d", "\\e[31mred\\u202e"),
    ] {
        report(
            &workspace,
            name,
            &plan("acme", GOOD_VIEW).replace("tenant: acme", &format!("tenant: \"{tenant}\"")),
            &[],
            0,
        );
    }
    for form in FORMS {
        let ran = workspace.run(&[
            "merge",
            "reports/a.json",
            "reports/b.json",
            "reports/c.json",
            "reports/d.json",
            "--format",
            form,
        ]);
        assert_eq!(ran.exit, 0, "{ran}");
        assert!(!ran.out.contains('\u{1b}') && !ran.out.contains('\u{202e}'), "{form}");
        assert!(form != "html" || !ran.out.contains("<script>alert"), "{ran}");
        assert!(form != "csv" || !ran.out.contains("\"=HYPERLINK"), "{ran}");
        assert!(
            form != "markdown" || ran.out.contains("`` \\| x \\| `y` @all ``") || ran.out.contains("\\| x \\|"),
            "{ran}"
        );
    }
}

#[test]
fn pages_lead_to_the_page_of_each_tenant_and_hide_what_is_hidden() {
    let workspace = Workspace::new();
    let manifest: String = ["acme", "beta", "Gamma Ltd: x"].iter().enumerate().fold(
        "tenant,inputs\n".to_owned(),
        |text, (number, name)| {
            workspace.write(&format!("{number}.yaml"), plan("t", if number == 1 { "Billing View" } else { GOOD_VIEW }));
            format!("{text}{},{number}.yaml\n", name.replace(':', ""))
        },
    );
    workspace.write("tenants.csv", manifest);
    let args = ["fleet", "tenants.csv", "--output-dir", "out", "--pages", "--as-of", AS_OF, "--redact", "identities"];
    let ran = workspace.run(&args);
    assert_eq!(ran.exit, 1, "{ran}");
    let page = workspace.read("out/fleet.html");
    for (link, file) in [("./acme.html", "acme"), ("./beta.html", "beta"), ("./Gamma%20Ltd%20x.html", "Gamma Ltd x")] {
        assert!(page.contains(&format!("href=\"{link}\"")), "{link}\n{page}");
        let of_tenant = workspace.read(&format!("out/{file}.html"));
        assert!(of_tenant.contains("<html") && !of_tenant.contains("api.feed@"), "{file}");
    }
    assert!(!page.contains("<script") && !page.contains("api.feed@"));
    // A page that is missing is made again.
    std::fs::remove_file(workspace.path("out/acme.html")).unwrap();
    workspace.run(&[&args[..], &["--resume"]].concat());
    assert!(workspace.path("out/acme.html").exists());
    // From elsewhere a page leads to the reports below its own folder alone.
    workspace.run(&["merge", "out/acme.json", "--output", "html=page.html"]);
    assert!(workspace.read("page.html").contains("href=\"./out/acme.json\""));
    workspace.run(&["merge", "out/acme.json", "--output", "html=out/page.html"]);
    assert!(workspace.read("out/page.html").contains("href=\"./acme.json\""));
    workspace.write("elsewhere/x", "");
    workspace.run(&["merge", "out/acme.json", "--output", "html=elsewhere/page.html"]);
    assert!(!workspace.read("elsewhere/page.html").contains("acme.json\""));
}
