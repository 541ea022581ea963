//! Projects: which files are whose, how configs merge, how several tenants are reported, and what a hook says.

mod bad_input;
mod hooks;
mod reports;

use serde_json::Value;

use crate::support::workspace::{AS_OF, Ran, Workspace};

/// A plan of a tenant with an API user whose main view is this, and two administrators.
fn plan(tenant: &str, view: &str) -> String {
    format!(
        "rolecall: 1\ntenant: {tenant}\nlicenses: [{{ name: System Administrator, seats: 6 }}]\nusers:\n  \
        - {{ kind: api-user, first_name: API, last_name: Feed, user_name: api.feed@{tenant}.example, roles: [Administrator], \
        team: Default Team, scope: {{ groups: [Operations] }}, wfm_views: {{ main: {view} }} }}\n  \
        - {{ kind: person, first_name: Dana, last_name: Ops, user_name: dana.ops@{tenant}.example, roles: [Administrator], \
        team: Default Team, scope: {{ groups: [Operations] }}, wfm_views: {{ main: EnterpriseView }} }}\n"
    )
}

const GOOD_VIEW: &str = "EnterpriseView";

const TENANTS: &str =
    "[tenants.beta]\ninputs = [\"tenants/beta/*.yaml\"]\n[tenants.acme]\ninputs = [\"tenants/acme/**/*.yaml\"]\n";

/// A project of two tenants, of which `beta` fails.
fn two_tenants() -> Workspace {
    let workspace = Workspace::with(&[("rolecall.toml", TENANTS)]);
    workspace.write("tenants/acme/plan.yaml", plan("acme", GOOD_VIEW));
    workspace.write("tenants/beta/plan.yaml", plan("beta", "Billing View"));
    workspace
}

/// `check` with the project of the workspace.
fn check(workspace: &Workspace, args: &[&str]) -> Ran {
    workspace.run(&[&["check", "--as-of", AS_OF, "--format", "json"], args].concat())
}

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap_or_else(|why| panic!("{why}\n{ran}"))
}

/// Label and verdict of every tenant.
fn verdicts(fleet: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or("none").to_owned();
    fleet["tenants"].as_array().unwrap().iter().map(|one| (text(&one["tenant"]), text(&one["verdict"]))).collect()
}

/// The rules of the findings of a report, errors alone.
fn errors(report: &Value) -> Vec<&str> {
    let all = report["diagnostics"].as_array().unwrap().iter();
    all.filter(|one| one["severity"] == "error").map(|one| one["rule"].as_str().unwrap()).collect()
}

fn files(report: &Value) -> Vec<&str> {
    report["ledger"]["inputs"].as_array().unwrap().iter().map(|one| one["file"].as_str().unwrap()).collect()
}

#[test]
fn without_a_path_every_tenant_is_judged_by_itself() {
    let workspace = two_tenants();
    let ran = check(&workspace, &[]);
    let fleet = json(&ran);
    assert_eq!((ran.exit, &fleet["verdict"]), (1, &Value::from("fail")), "{ran}");
    assert_eq!(verdicts(&fleet), [("acme".into(), "pass".into()), ("beta".into(), "fail".into())]);
    let one = check(&workspace, &["--tenant", "acme"]);
    assert_eq!(one.ends(0, "pass").0, fleet["tenants"][0]["document"], "one tenant has the same report alone");
    assert_eq!(one.ends(0, "pass").0["ledger"]["tenant"], "acme");
    let both = check(&workspace, &["--tenant", "beta", "--tenant", "acme"]);
    assert_eq!(both.out, ran.out, "the order of labels decides, not that of options");
}

#[test]
fn a_path_of_a_tenant_stands_for_the_whole_tenant() {
    let workspace = two_tenants();
    workspace.write("tenants/acme/more/people.yaml", "rolecall: 1\nusers: []\n".replace("[]", "[{ kind: person, first_name: Bo, last_name: Ash, user_name: API.feed@acme.example, roles: [Agent], team: Default Team, scope: { groups: [Operations] }, wfm_views: { main: EnterpriseView } }]"));
    let whole = check(&workspace, &["--tenant", "acme"]);
    assert_eq!(errors(&whole.ends(1, "fail").0), ["user-name-shared"]);
    for paths in [
        &["tenants/acme/plan.yaml"][..],
        &["./tenants/acme/more/people.yaml", "tenants/acme/plan.yaml"],
        &["tenants/acme"],
    ] {
        assert_eq!(check(&workspace, paths).out, whole.out, "{paths:?}");
    }
    let alone = check(&workspace, &["--no-project", "tenants/acme/plan.yaml"]);
    assert_eq!(files(&alone.ends(0, "pass").0), ["tenants/acme/plan.yaml"]);
    let project = check(&workspace, &["rolecall.toml"]);
    assert_eq!(project.out, check(&workspace, &[]).out, "the project file stands for all tenants");
}

#[test]
fn paths_of_nobody_are_judged_beside_the_tenants() {
    let workspace = two_tenants();
    workspace.write("other.yaml", plan("other", GOOD_VIEW));
    let other = check(&workspace, &["other.yaml"]);
    assert_eq!(other.ends(0, "pass").0["ledger"]["tenant"], Value::Null);
    let both = check(&workspace, &["other.yaml", "tenants/beta/plan.yaml"]);
    assert_eq!(verdicts(&json(&both)), [("beta".into(), "fail".into()), ("none".into(), "pass".into())]);
}

#[test]
fn the_config_of_a_tenant_goes_over_the_roots_key_by_key() {
    let workspace = Workspace::with(&[
        (
            "rolecall.toml",
            "[tenants.acme]\ninputs = [\"acme/*.yaml\"]\nconfig = \"acme/rolecall.toml\"\n[tenants.beta]\ninputs = [\"beta/*.yaml\"]\n[severity]\nmain-view-not-enterprise = \"note\"\n[teams]\ndefault = \"Team\"\nalternates = [\"Default Team\"]\n",
        ),
        ("acme/rolecall.toml", "[severity]\nteam-not-allowed = \"warning\"\n[teams]\nalternates = [\"Billing\"]\n"),
    ]);
    workspace.write("acme/plan.yaml", plan("acme", "Billing View"));
    workspace.write("beta/plan.yaml", plan("beta", "Billing View"));
    let fleet = json(&check(&workspace, &[]));
    let of = |number: usize, rule: &str| {
        let all = fleet["tenants"][number]["document"]["diagnostics"].as_array().unwrap().clone();
        all.into_iter().filter(|one| one["rule"] == rule).map(|one| one["severity"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(
        (of(0, "main-view-not-enterprise"), of(1, "main-view-not-enterprise")),
        (vec!["note".into()], vec!["note".into()])
    );
    assert_eq!(of(0, "team-not-allowed"), ["warning"], "a list replaces: Default Team is no longer an alternate");
    assert!(of(1, "team-not-allowed").is_empty());
    let config = &fleet["tenants"][0]["document"]["ledger"]["config"];
    assert_eq!((&config[0]["file"], &config[1]["file"]), (&"rolecall.toml".into(), &"acme/rolecall.toml".into()));
    // A config among the paths stands for its tenant, and is never an input.
    assert_eq!(json(&check(&workspace, &["acme/rolecall.toml"])), fleet["tenants"][0]["document"]);
}

#[test]
fn one_tenant_needs_no_label() {
    let workspace = Workspace::with(&[(
        "rolecall.toml",
        "[project]\ninputs = [\"*.yaml\"]\n[api-users]\nuser-names = [\"api.feed@acme.example\"]\n",
    )]);
    workspace.write("plan.yaml", plan("acme", GOOD_VIEW));
    assert_eq!(files(&check(&workspace, &[]).ends(0, "pass").0), ["plan.yaml"]);
    workspace.write("sub/x.txt", "");
    let below =
        workspace.run(&["check", "--as-of", AS_OF, "--format", "json", "plan.yaml", "--config", "rolecall.toml"]);
    assert_eq!(files(&below.ends(0, "pass").0), ["plan.yaml"]);
    check(&workspace, &["--tenant", "acme"]).refused(&["acme", "--tenant"]);
}

#[test]
fn a_folder_stands_for_the_plans_below_it() {
    let workspace = Workspace::with(&[("p/notes.yaml", "a: 1\n"), ("p/data.json", "[]"), ("p/b/people.csv", "x\n")]);
    workspace.write("p/b/plan.yaml", plan("acme", GOOD_VIEW));
    workspace.write("p/.hidden/plan.yaml", plan("other", GOOD_VIEW));
    let report = workspace.check(&["p"]).ends(0, "pass").0;
    assert_eq!(files(&report), ["p/b/plan.yaml"]);
    assert_eq!(report["ledger"]["left_alone"], serde_json::json!([{ "path": "p", "files": 3 }]));
    workspace.write("q/notes.yaml", "a: 1\n");
    assert_eq!(errors(&workspace.check(&["q"]).ends(3, "incomplete").0), ["folder-without-plan"]);
}

#[test]
fn a_hook_leaves_alone_what_is_nobodys_and_not_a_plan() {
    let workspace = two_tenants();
    workspace.write("ci.yaml", "jobs: { lint: { run: rolecall check } }\n");
    workspace.write("chart.yaml", "{{- if .Values.on }}\nname: x\n");
    let none = check(&workspace, &["--hook", "ci.yaml", "chart.yaml"]);
    assert_eq!((none.exit, none.out.as_str()), (0, ""), "{none}");
    assert!(none.err.contains("no plan given") && none.err.contains("chart.yaml"), "{none}");
    let human = workspace.run(&["check", "--hook", "--format", "concise", "ci.yaml"]);
    assert!(human.exit == 0 && human.out.contains("no plan given") && !human.out.contains("PASS"), "{human}");
    let one = check(&workspace, &["--hook", "ci.yaml", "tenants/acme/plan.yaml"]).ends(0, "pass").0;
    assert_eq!(one["ledger"]["left_alone"], serde_json::json!([{ "path": "ci.yaml", "files": 1 }]));
    // A plan of nobody, a plan that cannot be parsed and a file that is gone are judged.
    workspace.write("broken.yaml", "rolecall: 1\nusers: [\n");
    for path in ["broken.yaml", "gone.yaml"] {
        check(&workspace, &["--hook", path]).ends(3, "incomplete");
    }
    assert_eq!(check(&workspace, &["ci.yaml"]).exit, 3, "without `--hook` a named file is judged");
}

#[test]
fn what_git_ignores_is_no_input_unless_it_is_named_by_its_path() {
    let workspace = Workspace::with(&[
        ("rolecall.toml", "[tenants.acme]\ninputs = [\"a/*.yaml\", \"out/export.yaml\"]\n"),
        (".gitignore", "draft.yaml\nout/\n"),
        (".git/HEAD", "ref: refs/heads/main\n"),
    ]);
    workspace.write("a/plan.yaml", plan("acme", GOOD_VIEW));
    workspace.write("a/draft.yaml", plan("other", "Billing View"));
    workspace.write("out/export.yaml", "rolecall: 1\ntenant: acme\n");
    assert_eq!(files(&check(&workspace, &[]).ends(0, "pass").0), ["a/plan.yaml", "out/export.yaml"]);
}

#[test]
fn patterns_take_no_hidden_file_and_nothing_that_is_excluded() {
    let inputs = "[tenants.acme]\ninputs = [\"a/**/*.{yaml,yml}\", \"b/pla?.yaml\"]\nexclude = [\"**/drafts/**\"]\n";
    let workspace = Workspace::with(&[("rolecall.toml", inputs), ("a/deep/er/part.yml", "rolecall: 1\n")]);
    workspace.write("b/plan.yaml", plan("acme", GOOD_VIEW));
    for left in
        ["a/drafts/plan.yaml", "a/.hidden/plan.yaml", "a/.plan.yaml", "a/plan.toml", "b/plans.yaml", "b/c/plan.yaml"]
    {
        workspace.write(left, plan("other", "Billing View"));
    }
    assert_eq!(files(&check(&workspace, &[]).ends(0, "pass").0), ["a/deep/er/part.yml", "b/plan.yaml"]);
    // What is excluded and named is nobody's, and judged by itself.
    let report = check(&workspace, &["a/drafts/plan.yaml"]).ends(1, "fail").0;
    assert_eq!((files(&report), &report["ledger"]["tenant"]), (vec!["a/drafts/plan.yaml"], &Value::Null));
    workspace.write("rolecall.toml", "[tenants.acme]\ninputs = [\"a/.hidden/plan.yaml\"]\n");
    let ran = check(&workspace, &[]);
    assert!(ran.exit == 3 && ran.out.contains("Hidden files are not taken"), "{ran}");
}

#[test]
fn a_path_outside_the_project_is_nobodys() {
    let workspace = two_tenants();
    workspace.write("outside.yaml", plan("other", GOOD_VIEW));
    workspace.write("repository/rolecall.toml", "[tenants.acme]\ninputs = [\"*.yaml\"]\n");
    workspace.write("repository/plan.yaml", plan("acme", "Billing View"));
    let args = ["check", "--as-of", AS_OF, "--format", "json", "--config", "repository/rolecall.toml"];
    let report = workspace.run(&[&args, &["outside.yaml"][..]].concat()).ends(0, "pass").0;
    assert_eq!((files(&report), &report["ledger"]["tenant"]), (vec!["outside.yaml"], &Value::Null));
    let report = workspace.run(&[&args, &["repository/../outside.yaml"][..]].concat()).ends(0, "pass").0;
    assert_eq!(report["ledger"]["tenant"], Value::Null);
    let report = workspace.run(&args).ends(1, "fail").0;
    assert_eq!(files(&report), ["repository/plan.yaml"]);
}
