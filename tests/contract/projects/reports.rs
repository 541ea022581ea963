//! Several tenants in every form: each names them all, with their findings and the verdict over all.

use jsonschema::Draft;
use serde_json::Value;

use super::{check, json, two_tenants};
use crate::support::report::Forms;
use crate::support::workspace::AS_OF;

fn schema(text: &str) -> jsonschema::Validator {
    let report: Value = serde_json::from_str(include_str!("../../../schema/report.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(text).unwrap();
    let resource = Draft::Draft202012.create_resource(report);
    let registry =
        jsonschema::Registry::new().add("json-schema:///report.schema.json", resource).unwrap().prepare().unwrap();
    jsonschema::options().with_registry(&registry).with_base_uri("json-schema:///x").build(&schema).unwrap()
}

#[test]
fn every_form_of_standard_output_tells_of_all_tenants() {
    let workspace = two_tenants();
    for format in Forms::names() {
        let ran = workspace.run(&["check", "--as-of", AS_OF, "--format", format]);
        assert_eq!(ran.exit, 1, "{ran}");
        // GitLab's format has nothing for a tenant that passes.
        let words: &[&str] = if format == "gitlab" { &["beta"] } else { &["acme", "beta"] };
        for word in words.iter().chain(&["main-view-not-enterprise"]) {
            assert!(ran.out.contains(word), "{format} does not say {word}\n{ran}");
        }
        let again = workspace.run(&["check", "--as-of", AS_OF, "--format", format]);
        assert_eq!(ran.out, again.out);
    }
}

#[test]
fn documents_follow_their_schemas() {
    let workspace = two_tenants();
    let fleet = json(&check(&workspace, &[]));
    let errors =
        |text: &str, value: &Value| schema(text).iter_errors(value).map(|error| error.to_string()).collect::<Vec<_>>();
    assert_eq!(errors(include_str!("../../../schema/fleet.schema.json"), &fleet), Vec::<String>::new());
    assert_eq!(fleet["totals"]["findings"]["error"], 1);
    let lines = workspace.run(&["check", "--as-of", AS_OF, "--format", "jsonl"]);
    let lines: Vec<Value> = lines.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for line in &lines {
        assert_eq!(
            errors(include_str!("../../../schema/report-lines.schema.json"), line),
            Vec::<String>::new(),
            "{line}"
        );
    }
    let (last, runs) = lines.split_last().unwrap();
    assert_eq!(last["fleet"]["verdict"], "fail");
    assert!(runs.iter().all(|line| line["tenant"] == "acme" || line["tenant"] == "beta"));
    let sarif = json(&workspace.run(&["check", "--as-of", AS_OF, "--format", "sarif"]));
    let id = |number: usize| sarif["runs"][number]["automationDetails"]["id"].as_str().unwrap().to_owned();
    assert_eq!((id(0), id(1)), ("rolecall/acme".to_owned(), "rolecall/beta".to_owned()));
    let page = workspace.run(&["check", "--as-of", AS_OF, "--format", "html"]).out;
    let ids: Vec<_> = page.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let mut unique = ids.clone();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(ids.len(), unique.len(), "an id is in the page twice");
    let targets = page.split(" href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap());
    let lost: Vec<_> = targets.filter(|target| !ids.contains(target)).collect();
    assert!(lost.is_empty(), "links lead nowhere: {lost:?}");
}

#[test]
fn a_file_for_each_tenant() {
    let workspace = two_tenants();
    workspace.write("out/x", "");
    let ran = check(&workspace, &["--output", "json=out/{tenant}.json"]);
    let fleet = json(&ran);
    for (number, tenant) in ["acme", "beta"].into_iter().enumerate() {
        let report: Value = serde_json::from_str(&workspace.read(&format!("out/{tenant}.json"))).unwrap();
        assert_eq!(report, fleet["tenants"][number]["document"]);
    }
    check(&workspace, &["--output", "json=tenants/{tenant}/plan.yaml"]).refused(&["would overwrite"]);
}

#[test]
fn capacity_and_evidence_use_the_project_as_well() {
    let workspace = two_tenants();
    let run = |args: &[&str]| workspace.run(&[args, &["--as-of", AS_OF]].concat());
    let fleet = json(&run(&["capacity", "--format", "json"]));
    let used = |number: usize| &fleet["tenants"][number]["document"]["licenses"][0]["used"]["total"];
    assert_eq!((used(0), used(1)), (&2.into(), &2.into()));
    for format in ["human", "csv", "html"] {
        let ran = run(&["capacity", "--format", format]);
        assert!(ran.out.contains("acme") && ran.out.contains("beta"), "{ran}");
    }
    run(&["evidence", "create", "-o", "all.zip"]).refused(&["{tenant}"]);
    let ran = run(&["evidence", "create", "-o", "{tenant}.zip"]);
    assert_eq!(ran.exit, 1, "{ran}");
    for package in ["acme.zip", "beta.zip"] {
        let replayed = workspace.run(&["evidence", "replay", package]);
        assert_eq!(replayed.exit, 0, "{replayed}");
    }
}

#[test]
fn evidence_of_a_tenant_records_its_config_and_what_was_missing() {
    let workspace = two_tenants();
    let config = "[tenants.acme]\ninputs = [\"tenants/acme/*.yaml\", \"gone/*.csv\"]\nconfig = \"acme.toml\"\n";
    workspace.write("rolecall.toml", config);
    workspace.write("acme.toml", "[teams]\nalternates = [\"Billing\"]\n");
    let made = workspace.run(&["evidence", "create", "--as-of", AS_OF, "-o", "acme.zip"]);
    assert_eq!(made.exit, 3, "{made}");
    let replayed = workspace.run(&["evidence", "replay", "acme.zip"]);
    assert_eq!(replayed.exit, 0, "{replayed}");
    workspace.write("acme.toml", "");
    let replayed = workspace.run(&["evidence", "replay", "acme.zip"]);
    assert_eq!(replayed.exit, 1, "{replayed}");
}
