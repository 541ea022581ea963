//! Many tenants: reports that are merged to one verdict, which no missing, doubled or foreign report may turn clean.

mod accepted;
mod forms;
mod judged;
mod merged;

use jsonschema::Draft;
use serde_json::Value;

use crate::support::workspace::{AS_OF, Ran, Workspace};

const GOOD_VIEW: &str = "EnterpriseView";

/// A plan of a tenant with an API user whose main view is this, and two administrators.
fn plan(tenant: &str, view: &str) -> String {
    format!(
        "rolecall: 1\ntenant: {tenant}\nlicenses: [{{ name: System Administrator, seats: 6 }}]\nusers:\n  \
        - {{ kind: api-user, first_name: API, last_name: Feed, user_name: api.feed@tenant.example, roles: [Administrator], \
        team: Default Team, scope: {{ groups: [Operations] }}, wfm_views: {{ main: {view} }} }}\n  \
        - {{ kind: person, first_name: Dana, last_name: Ops, user_name: dana.ops@tenant.example, roles: [Administrator], \
        team: Default Team, scope: {{ groups: [Operations] }}, wfm_views: {{ main: EnterpriseView }} }}\n"
    )
}

/// A workspace with the reports `reports/NAME.json` of tenants that pass, fail and are incomplete.
fn reports() -> Workspace {
    let workspace = Workspace::new();
    workspace.write("reports/x", "");
    report(&workspace, "acme", &plan("acme", GOOD_VIEW), &[], 0);
    report(&workspace, "beta", &plan("beta", "Billing View"), &[], 1);
    report(&workspace, "gamma", &plan("gamma", GOOD_VIEW).replace("licenses", "licences"), &[], 3);
    workspace
}

/// Judges a plan, which has to end so, into `reports/NAME.json`.
fn report(workspace: &Workspace, name: &str, plan: &str, args: &[&str], exit: i32) {
    workspace.write(&format!("plans/{name}.yaml"), plan);
    let (plan, output) = (format!("plans/{name}.yaml"), format!("json=reports/{name}.json"));
    let as_of: &[&str] = if args.contains(&"--as-of") { &[] } else { &["--as-of", AS_OF] };
    let ran = workspace.run(&[&["check", "--no-config", &plan, "--output", &output], as_of, args].concat());
    assert_eq!(ran.exit, exit, "{ran}");
}

/// Changes a report, each pair a JSON pointer and what is there from now on.
fn edit(workspace: &Workspace, name: &str, changes: &[(&str, Value)]) {
    let path = format!("reports/{name}.json");
    let mut report: Value = serde_json::from_str(&workspace.read(&path)).unwrap();
    for (pointer, value) in changes {
        *report.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = value.clone();
    }
    workspace.write(&path, report.to_string());
}

/// The fleet that these arguments end in, which follows its schema.
fn fleet(workspace: &Workspace, args: &[&str], exit: i32) -> Value {
    let ran = workspace.run(&[args, &["--format", "json"]].concat());
    assert_eq!(ran.exit, exit, "{ran}");
    let fleet = json(&ran);
    follows_its_schema(&fleet);
    fleet
}

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap_or_else(|why| panic!("{why}\n{ran}"))
}

fn follows_its_schema(fleet: &Value) {
    let report: Value = serde_json::from_str(include_str!("../../schema/report.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(include_str!("../../schema/fleet.schema.json")).unwrap();
    let resource = Draft::Draft202012.create_resource(report);
    let registry =
        jsonschema::Registry::new().add("json-schema:///report.schema.json", resource).unwrap().prepare().unwrap();
    let schema =
        jsonschema::options().with_registry(&registry).with_base_uri("json-schema:///x").build(&schema).unwrap();
    let errors: Vec<_> = schema.iter_errors(fleet).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}\n{fleet}");
}

/// The verdict of every tenant.
fn verdicts(fleet: &Value) -> Vec<(&str, &str)> {
    let all = fleet["tenants"].as_array().unwrap().iter();
    all.map(|one| (one["tenant"].as_str().unwrap(), one["verdict"].as_str().unwrap())).collect()
}

/// Kind and subject of every problem.
fn problems(fleet: &Value) -> Vec<(&str, &str)> {
    let all = fleet["problems"].as_array().unwrap().iter();
    all.map(|one| (one["kind"].as_str().unwrap(), one["tenant"].as_str().or(one["file"].as_str()).unwrap())).collect()
}
