//! Waivers in a project: one of a file that several tenants share names its tenant, or covers nothing.

use serde_json::Value;

use super::waiver;
use crate::support::rows::HEAD;
use crate::support::workspace::{AS_OF, Ran, Workspace};

const PROJECT: &str = "[tenants.acme]\ninputs = [\"acme/people.csv\"]\nconfig = \"acme/rolecall.toml\"\n\
    [tenants.beta]\ninputs = [\"beta/people.csv\"]\nconfig = \"beta/rolecall.toml\"\n";

/// The same account with the same wrong view in both tenants.
fn project(root: &str) -> Workspace {
    let rows = "API,Feed,api.x@acme.example,Administrator,Default Team,Operations,My View,yes\n\
        Dana,Ops,dana.ops@acme.example,Administrator,Default Team,Operations,EnterpriseView,yes\n";
    let config =
        "[licenses.\"System Administrator\"]\nseats = 50\n[api-users]\nuser-names = [\"api.x@acme.example\"]\n";
    let workspace = Workspace::with(&[("rolecall.toml", &format!("{root}{PROJECT}"))]);
    for tenant in ["acme", "beta"] {
        workspace.write(&format!("{tenant}/people.csv"), format!("{HEAD}{rows}"));
        workspace.write(&format!("{tenant}/rolecall.toml"), config);
    }
    workspace
}

fn check(workspace: &Workspace, args: &[&str]) -> Ran {
    workspace.run(&[&["check", "--as-of", AS_OF, "--format", "json"], args].concat())
}

/// The verdict of each tenant, and its report.
fn by_tenant(ran: &Ran) -> Vec<(String, Value)> {
    let fleet: Value = serde_json::from_str(&ran.out).unwrap_or_else(|why| panic!("{why}\n{ran}"));
    let tenants = fleet["tenants"].as_array().unwrap_or_else(|| panic!("{ran}")).iter();
    tenants.map(|one| (one["verdict"].as_str().unwrap().to_owned(), one["document"].clone())).collect()
}

fn ended(report: &Value) -> (&Value, &Value) {
    let waiver = &report["ledger"]["waivers"][0];
    (&waiver["ended"], &waiver["reason"])
}

#[test]
fn a_shared_waiver_without_a_tenant_is_refused() {
    for (root, args) in [("[policy]\nwaivers = [\"waivers.toml\"]\n", &[][..]), ("", &["--waivers", "waivers.toml"])] {
        let workspace = project(root);
        workspace.write("waivers.toml", waiver(&[]));
        let ran = check(&workspace, args);
        assert_eq!(ran.exit, 3, "{ran}");
        assert!(by_tenant(&ran).iter().all(|(verdict, _)| verdict == "incomplete"), "{ran}");
        assert!(ran.out.contains("names no tenant, so it would hold for every tenant"), "{ran}");
        // Each run says its own.
        for cure in ["tenant = \\\"acme\\\"", "tenant = \\\"beta\\\""] {
            assert!(ran.out.contains(cure), "{cure}: {ran}");
        }
        // One tenant alone is still one of several.
        assert_eq!(check(&workspace, &[args, &["--tenant", "acme"]].concat()).exit, 3);
        workspace.write("waivers.toml", waiver(&["tenant = \"acmee\""]));
        let ran = check(&workspace, args);
        assert!(ran.exit == 3 && ran.out.contains("Did you mean `acme`?"), "{ran}");
    }
}

#[test]
fn a_waiver_covers_its_tenant_alone_and_the_ledger_says_so() {
    let workspace = project("[policy]\nwaivers = [\"waivers.toml\"]\n");
    workspace.write("waivers.toml", waiver(&["tenant = \"acme\""]));
    let ran = check(&workspace, &[]);
    let reports = by_tenant(&ran);
    assert_eq!((ran.exit, reports[0].0.as_str(), reports[1].0.as_str()), (1, "pass", "fail"), "{ran}");
    assert_eq!(ended(&reports[0].1).0, "used");
    assert_eq!(reports[0].1["ledger"]["waivers"][0]["tenant"], "acme");
    assert_eq!(ended(&reports[1].1), (&"not-told".into(), &"it is for the tenant `acme`".into()));
    // One for each; of one that names its tenant it is known that it covers nothing.
    let both = waiver(&["tenant = \"acme\""]) + &waiver(&["id = \"W-2\"", "tenant = \"beta\""]);
    workspace.write("waivers.toml", &both);
    assert_eq!(check(&workspace, &[]).exit, 0);
    workspace
        .write("waivers.toml", both + &waiver(&["id = \"W-3\"", "tenant = \"beta\"", "account = \"gone@x.example\""]));
    let ran = check(&workspace, &["--tenant", "beta"]);
    assert!(ran.exit == 1 && ran.out.contains("waiver-unused"), "{ran}");
}

#[test]
fn a_project_of_one_tenant_needs_no_tenant() {
    let workspace = project("[policy]\nwaivers = [\"waivers.toml\"]\n");
    let config = workspace.read("rolecall.toml");
    workspace.write("rolecall.toml", config.split("[tenants.beta]").next().unwrap());
    workspace.write("waivers.toml", waiver(&[]));
    assert_eq!(check(&workspace, &[]).exit, 0);
    workspace.write("waivers.toml", waiver(&[]) + &waiver(&["id = \"W-2\"", "account = \"gone@x.example\""]));
    let ran = check(&workspace, &[]);
    assert!(ran.exit == 1 && ran.out.contains("waiver-unused"), "{ran}");
}

/// What belongs to no tenant is judged beside the only one, and may have an account of the same name.
#[test]
fn a_waiver_of_the_only_tenant_covers_nothing_beside_it() {
    let workspace = project("[policy]\nwaivers = [\"waivers.toml\"]\n");
    let config = workspace.read("rolecall.toml");
    workspace.write("rolecall.toml", config.split("[tenants.beta]").next().unwrap());
    let judge = |waivers: &str| {
        workspace.write("waivers.toml", waivers);
        let ran = check(&workspace, &["acme/people.csv", "beta/people.csv"]);
        by_tenant(&ran).into_iter().map(|(verdict, _)| verdict).collect::<Vec<_>>()
    };
    assert_eq!(judge(&waiver(&[])), ["pass", "incomplete"]);
    let ran = check(&workspace, &["acme/people.csv", "beta/people.csv"]);
    assert!(ran.out.contains("names no tenant"), "{ran}");
    let of_acme = judge(&waiver(&["tenant = \"acme\""]));
    assert!(of_acme[0] == "pass" && of_acme[1] != "pass", "{of_acme:?}");
}

#[test]
fn without_a_project_the_tenant_is_the_one_that_the_config_names() {
    let workspace = super::site();
    workspace.write("waivers.toml", waiver(&["tenant = \"acme\""]));
    for (config, exit) in [("tenant = \"acme\"\n", 0), ("tenant = \"beta\"\n", 1), ("", 1)] {
        workspace.write("rolecall.toml", config);
        let ran = super::check(&workspace, &["--config", "rolecall.toml", "--waivers", "waivers.toml"]);
        assert_eq!(ran.exit, exit, "{config}{ran}");
    }
}
