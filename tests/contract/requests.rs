//! `rolecall request`: what has to change in the product, each change with the value to compare first, and what a later
//! export says of it.

use serde_json::{Value, json};

use crate::support::workspace::{AS_OF, Ran, Workspace, nothing_wrong};

const HEAD: &str = "First Name,Last Name,User Name,Roles,Team,Scope,Main WFM View,Active\n";
const FEED: &str = "API,Feed,api.feed@acme.example,Administrator,Default Team,Operations,Billing View,yes\n";
const DANA: &str = "Dana,Ops,dana.ops@acme.example,Administrator,Default Team,Operations,EnterpriseView,yes\n";
const CONFIG: &str = "[licenses.\"System Administrator\"]\nseats = 20\n[api-users]\npatterns = [{ regex = \"^api\\\\.\", max = 9 }]\n[teams]\nalternates = [\"Sales\"]\n";

fn table(rows: &[&str]) -> Workspace {
    Workspace::with(&[("people.csv", &format!("{HEAD}{}{DANA}", rows.concat())), ("rolecall.toml", CONFIG)])
}

fn request(workspace: &Workspace, args: &[&str]) -> Ran {
    workspace.run(&[&["request", "--as-of", AS_OF, "-o", "r.json"], args].concat())
}

fn written(workspace: &Workspace) -> Value {
    serde_json::from_str(&workspace.read("r.json")).unwrap()
}

/// The request of these rows, unsafe changes too.
fn requested(rows: &[&str]) -> (Workspace, Value) {
    let workspace = table(rows);
    let ran = request(&workspace, &["--include-unsafe", "people.csv"]);
    assert_eq!(ran.exit, 0, "{ran}");
    let document = written(&workspace);
    (workspace, document)
}

fn rules(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|one| one["rule"].as_str().unwrap()).collect()
}

/// Why the findings of `rule` have no operation.
fn because<'v>(document: &'v Value, rule: &str) -> Vec<&'v str> {
    let by_hand = document["by_hand"].as_array().unwrap().iter().filter(|one| one["rule"] == rule);
    by_hand.map(|one| one["because"].as_str().unwrap()).collect()
}

#[test]
fn an_operation_says_what_to_compare_and_what_to_set() {
    let workspace = table(&[FEED]);
    let before = workspace.read("people.csv");
    let ran = request(&workspace, &["people.csv"]);
    assert!(ran.exit == 0 && ran.out.contains("`Billing View` to `EnterpriseView` (safe)"), "{ran}");
    assert!(ran.out.ends_with("1 to change in the product, 0 by hand\n"), "{ran}");
    assert_eq!(workspace.read("people.csv"), before, "an export is never edited");
    let mut document = written(&workspace);
    let operation = &mut document["operations"][0];
    for key in ["identity", "do"] {
        assert!(!operation[key].take().as_str().unwrap().is_empty(), "{key}");
    }
    assert_eq!(operation["source"]["sha256"].take().as_str().unwrap().len(), 64);
    let expected = json!({
        "account": { "id": null, "user_name": "api.feed@acme.example" },
        "field": "main-view", "expect": "Billing View", "set": "EnterpriseView",
        "rule": "main-view-not-enterprise", "identity": null, "class": "safe", "seats": 0,
        "source": { "file": "people.csv", "sha256": null, "record": 1 }, "do": null,
    });
    assert_eq!(*operation, expected);
    assert_eq!((&document["verdict"], &document["tenant"]), (&json!("fail"), &Value::Null));
}

#[test]
fn every_finding_is_an_operation_or_left_to_people_and_the_schema_holds() {
    let schema: Value = serde_json::from_str(include_str!("../../schema/change-request.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut operations = 0;
    for (fixture, inputs) in [("people", &["people.csv"][..]), ("api", &["persons.json", "catalogue.yaml"])] {
        let workspace = Workspace::with_fixture(fixture);
        let check = ["check", "--as-of", AS_OF, "--config", "rolecall.toml", "--format", "json"];
        let report = workspace.run(&[&check, inputs].concat());
        let report: Value = serde_json::from_str(&report.out).unwrap();
        let diagnostics = report["diagnostics"].as_array().unwrap();
        let findings = diagnostics.iter().filter(|one| one["basis"] != "input").count();
        for more in [&[][..], &["--include-unsafe"]] {
            request(&workspace, &[&["--config", "rolecall.toml"], inputs, more].concat());
            let document = written(&workspace);
            let faults: Vec<_> = validator.iter_errors(&document).map(|fault| fault.to_string()).collect();
            assert_eq!(faults, [""; 0], "{fixture}");
            let [done, by_hand] = ["operations", "by_hand"].map(|key| document[key].as_array().unwrap().len());
            assert_eq!(done + by_hand, findings, "{fixture}");
            for one in document["operations"].as_array().unwrap() {
                let is_its = |found: &&Value| found["rule"] == one["rule"] && found["identity"] == one["identity"];
                assert_eq!(diagnostics.iter().filter(is_its).count(), 1, "{one}");
            }
            operations += done;
        }
    }
    assert_eq!(operations, 7, "{operations}");
}

#[test]
fn what_is_unsafe_or_not_wanted_is_left_out() {
    let rows = [FEED, "API,Two,api.two@acme.example,Administrator,Billing,Operations,Billing View,yes\n"];
    let workspace = table(&rows);
    request(&workspace, &["people.csv"]);
    let document = written(&workspace);
    assert_eq!(rules(&document["operations"]), ["main-view-not-enterprise"; 2]);
    assert!(because(&document, "team-not-allowed")[0].contains("--include-unsafe"), "{document}");
    request(&workspace, &["--include-unsafe", "--only", "team-not-allowed", "people.csv"]);
    let document = written(&workspace);
    assert_eq!(rules(&document["operations"]), ["team-not-allowed"]);
    assert_eq!(document["by_hand"], json!([]));
    request(&workspace, &["--only", "team-blnk", "people.csv"]).refused(&["team-blnk", "team-blank"]);
}

#[test]
fn an_account_that_cannot_be_told_from_another_gets_no_operation() {
    let nameless = FEED.replace("api.feed@acme.example", "");
    let workspace = table(&[&nameless]);
    request(&workspace, &["--all-api-users", "people.csv"]);
    let document = written(&workspace);
    assert_eq!(document["operations"], json!([]), "{document}");
    assert_eq!(because(&document, "main-view-not-enterprise"), ["the account has no user name of its own"]);

    let other_case = FEED.replace("api.feed", "API.Feed");
    let (_, document) = requested(&[FEED, &other_case]);
    assert_eq!(document["operations"], json!([]), "the pattern takes one of the two: {document}");
    assert_eq!(because(&document, "main-view-not-enterprise"), ["the account is in the exports more than once"]);
}

#[test]
fn a_record_that_is_not_read_with_certainty_gets_no_operation() {
    let unclear = FEED.replace(",yes", ",perhaps");
    let good = FEED.replace("api.feed", "api.other");
    let workspace = table(&[&unclear, &good]);
    let ran = request(&workspace, &["people.csv"]);
    assert!(ran.exit == 3 && ran.out.contains("INCOMPLETE"), "{ran}");
    let document = written(&workspace);
    assert_eq!(document["verdict"], "incomplete");
    let names: Vec<_> =
        document["operations"].as_array().unwrap().iter().map(|one| &one["account"]["user_name"]).collect();
    assert_eq!(names, ["api.other@acme.example"], "{document}");
}

#[test]
fn what_judging_again_does_not_bear_out_is_left_to_people() {
    let row = "API,Feed,api.feed@acme.example,Administrator,Billing,Operations,EnterpriseView,yes\n";
    let workspace = table(&[row]);
    workspace.write("rolecall.toml", format!("{CONFIG}default = \"All Agents\"\n"));
    request(&workspace, &["--include-unsafe", "people.csv"]);
    let document = written(&workspace);
    assert_eq!(document["operations"], json!([]), "{document}");
    assert!(because(&document, "team-not-allowed")[0].contains("judged again"), "{document}");
}

#[test]
fn a_role_takes_a_seat_and_never_one_that_is_not_there() {
    let one = "API,One,api.one@acme.example,QM Agent,Default Team,Operations,EnterpriseView,yes\n";
    let two = "API,Two,api.two@acme.example,QM Agent; Auditor,Default Team,Operations,EnterpriseView,yes\n";
    let (_, document) = requested(&[one, two]);
    let operation = &document["operations"][1];
    assert_eq!((&operation["seats"], &operation["class"]), (&json!(1), &json!("unsafe")));
    assert_eq!(operation["expect"], json!(["Auditor", "QM Agent"]));
    assert_eq!(operation["set"], json!(["Administrator", "Auditor", "QM Agent"]));

    // One of the two seats is Dana's.
    let workspace = table(&[one, two]);
    workspace.write("rolecall.toml", CONFIG.replace("seats = 20", "seats = 2"));
    let ran = request(&workspace, &["--include-unsafe", "people.csv"]);
    let document = written(&workspace);
    assert_eq!(rules(&document["operations"]), ["administrator-role-missing"], "{ran}");
    assert_eq!(because(&document, "administrator-role-missing"), ["it takes a seat, and none is free"]);
    assert!(ran.out.contains("takes 1 of the seats"), "{ran}");
}

/// A rule of a site that wants another team.
fn team_rule(id: &str, teams: &str) -> String {
    format!(
        "id = \"{id}\"\ntitle = \"the team is not of this pack\"\nseverity = \"error\"\nbasis = \"site\"\nstatus = \"stable\"\n\
        since = \"1.0.0\"\nsubject = \"api-user\"\nrationale = \"We say so.\"\nremedy = \"Choose Sales.\"\n[fix]\nkind = \"set\"\n\
        value = \"Sales\"\nclass = \"safe\"\n[check.pattern]\nfield = \"team\"\nregex = \"{teams}\"\n[[examples]]\n\
        title = \"it is\"\naccounts = [{{ team = \"Sales\" }}]\n[[examples]]\ntitle = \"it is not\"\naccounts = [{{ team = \"X\" }}]\n\
        fails = [\"X\"]\n"
    )
}

#[test]
fn two_changes_of_one_field_are_two_requests() {
    let row = FEED.replace("Billing View", "EnterpriseView").replace("Default Team", "Billing");
    let workspace = table(&[&row]);
    workspace.write("site/pack.toml", "name = \"site\"\nversion = \"1.0.0\"\n");
    workspace.write("site/team-not-north.toml", team_rule("team-not-north", "Sales|North"));
    workspace.write("site/team-not-south.toml", team_rule("team-not-south", "Sales|South"));
    let ran = request(&workspace, &["--include-unsafe", "--pack", "site", "people.csv"]);
    assert_eq!(ran.exit, 0, "{ran}");
    let document = written(&workspace);
    assert_eq!(rules(&document["operations"]), ["site/team-not-north"], "{document}");
    assert!(because(&document, "site/team-not-south")[0].contains("changes the same field"), "{document}");
    assert!(
        because(&document, "team-not-allowed")[0].contains("judged again"),
        "its value would fail the others: {document}"
    );
}

#[test]
fn a_plan_beside_an_export_is_left_to_fix() {
    let workspace = table(&[FEED]);
    let plan = "rolecall: 1\nusers:\n  - { kind: api-user, first_name: API, last_name: Bot, user_name: api.bot@acme.example, roles: \
        [Administrator], team: Default Team, scope: { groups: [Operations] }, wfm_views: { main: Billing View } }\n";
    workspace.write("plan.yaml", plan);
    request(&workspace, &["people.csv", "plan.yaml"]);
    let document = written(&workspace);
    assert_eq!(document["operations"][0]["account"]["user_name"], "api.feed@acme.example");
    assert!(because(&document, "main-view-not-enterprise")[0].contains("rolecall fix"), "{document}");
    assert_eq!(workspace.read("plan.yaml"), plan);
    workspace.run(&["fix", "people.csv"]).refused(&["rolecall request"]);
}

#[test]
fn no_secret_is_requested_or_shown() {
    let head = HEAD.replace("Active\n", "Active,Password\n");
    let rows = format!("{head}{}", [FEED, DANA].concat().replace("yes\n", "yes,hunter2hunter2\n"));
    let workspace = Workspace::with(&[("people.csv", &rows), ("rolecall.toml", CONFIG)]);
    let ran = request(&workspace, &["--include-unsafe", "-o", "r.csv", "-o", "r.md", "people.csv"]);
    let document = written(&workspace);
    assert!(!because(&document, "password-literal").is_empty(), "{document}");
    for text in [ran.out, ran.err, workspace.read("r.json"), workspace.read("r.csv"), workspace.read("r.md")] {
        assert!(!text.contains("hunter2"), "{text}");
    }
}

#[test]
fn the_table_holds_no_formula_and_the_ticket_no_markup() {
    let view = "\"=HYPERLINK(\"\"https://evil.example\"\";\"\"@all\"\")\"";
    let workspace = table(&[&FEED.replace("Billing View", view), &FEED.replace("api.feed", "-api.feed")]);
    assert_eq!(request(&workspace, &["--all-api-users", "-o", "r.csv", "-o", "r.md", "people.csv"]).exit, 0);
    let expect = written(&workspace)["operations"][0]["expect"].take();
    assert_eq!(expect, "=HYPERLINK(\"https://evil.example\";\"@all\")", "programs get it as it is");
    let table = workspace.read("r.csv");
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let headers: Vec<_> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    assert_eq!(headers[13..], ["decision", "decided-by", "decided-on"]);
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 2, "one row an operation");
    for row in &rows {
        assert!(row.iter().skip(13).all(str::is_empty), "decisions are for people");
        for part in row.iter().flat_map(|cell| cell.split([',', ';', '|'])) {
            let part = part.trim_start_matches([' ', '"']);
            assert!(!part.starts_with(['=', '+', '-', '@']), "{part}");
        }
    }
    let ticket = workspace.read("r.md");
    assert!(ticket.starts_with("# Change request\n") && ticket.contains("Compare first"), "{ticket}");
    assert!(ticket.contains("| `'=HYPERLINK(\"https://evil.example\";\"'@all\")` |"), "{ticket}");
}

/// A request of these rows and what verify says of it with other rows.
fn verified(rows: &[&str], later: &[&str], head: &str) -> Ran {
    let (workspace, _) = requested(rows);
    workspace.write("later.csv", format!("{head}{}{DANA}", later.concat()));
    workspace.run(&["request", "verify", "r.json", "later.csv"])
}

#[test]
fn a_later_export_says_what_was_done() {
    let done = FEED.replace("Billing View", "EnterpriseView");
    let unclear = done.replace(",yes", ",\"yes\nor no\",");
    let mut wrong = Vec::new();
    for (state, exit, later) in [
        ("done", 0, vec![done.as_str()]),
        ("open", 1, vec![FEED]),
        ("superseded", 1, vec![&*FEED.replace("Billing View", "Enterprise View")]),
        ("superseded", 1, vec![&*FEED.replace("Billing View", "")]),
        ("gone", 1, vec![]),
        ("not told", 3, vec![done.as_str(), &done]),
        ("not told", 3, vec![unclear.as_str()]),
    ] {
        let ran = verified(&[FEED], &later, HEAD);
        if ran.exit != exit || !ran.out.starts_with(&format!("{state}: api.feed@acme.example: main-view")) {
            wrong.push(format!("expected {state} of {later:?}\n{ran}"));
        }
    }
    nothing_wrong(wrong);
    // Without the column nobody can tell, nor from a file without accounts; user names have no case.
    let short = HEAD.replace(",Main WFM View", "");
    assert_eq!(verified(&[FEED], &[&done.replace(",EnterpriseView", "")], &short).exit, 3);
    let (workspace, _) = requested(&[FEED]);
    for (rows, exit) in [("", 3), (&*done.replace("api.feed", "API.FEED"), 0)] {
        workspace.write("later.csv", format!("{HEAD}{rows}"));
        assert_eq!(workspace.run(&["request", "verify", "r.json", "later.csv"]).exit, exit, "{rows}");
    }
}

/// The API tells ids, and people change user names.
#[test]
fn an_id_outranks_a_user_name() {
    let workspace = Workspace::with_fixture("api");
    let export = workspace.read("persons.json");
    request(&workspace, &["--only", "main-view-not-enterprise", "persons.json", "catalogue.yaml"]);
    let operation = written(&workspace)["operations"][0].take();
    assert_eq!(operation["account"], json!({ "id": "5241", "user_name": "api.warehouse@acme.example" }));
    assert_eq!((&operation["expect"], &operation["set"]), (&json!("Billing View"), &json!("EnterpriseView")));
    let done = export.replace("\"Billing View\"", "\"EnterpriseView\"");
    assert!(done != export);
    for (later, exit, state) in [
        (&done, 0, "done"),
        (&export, 1, "open"),
        (&done.replace("api.warehouse", "api.depot"), 0, "done"),
        (&done.replace("5241", "6241"), 1, "gone"),
    ] {
        workspace.write("later.json", later);
        let ran = workspace.run(&["request", "verify", "r.json", "later.json"]);
        assert!(ran.exit == exit && ran.out.starts_with(state), "{state}\n{ran}");
    }
}

#[test]
fn the_order_of_a_list_is_no_change() {
    let row = "API,One,api.one@acme.example,QM Agent; Auditor,Default Team,Operations,EnterpriseView,yes\n";
    for (roles, exit) in
        [("Auditor; Administrator; QM Agent", 0), ("Auditor; QM Agent", 1), ("Administrator; QM Agent", 1)]
    {
        let ran = verified(&[row], &[&row.replace("QM Agent; Auditor", roles)], HEAD);
        assert_eq!(ran.exit, exit, "{roles}\n{ran}");
    }
}

#[test]
fn what_cannot_be_used_is_refused_before_anything_is_written() {
    let workspace = table(&[FEED]);
    workspace.write("plan.yaml", "rolecall: 1\n");
    let run = |args: &[&str]| workspace.run(&[&["request"], args].concat());
    run(&["people.csv"]).refused(&["--output"]);
    run(&["-o", "r.txt", "people.csv"]).refused(&["r.txt", ".json"]);
    run(&["-o", "people.csv", "people.csv"]).refused(&["overwrite"]);
    run(&["-o", "r.json", "-o", "./r.json", "people.csv"]).refused(&["overwrite"]);
    run(&["-o", "nowhere/r.json", "people.csv"]).refused(&["nowhere"]);
    run(&["-o", "r.json", "--input-format", "csv", "-"]).refused(&["standard input"]);
    run(&["verify", "people.csv", "people.csv"]).refused(&["not a change request"]);
    run(&["verify", "missing.json", "people.csv"]).refused(&["missing.json"]);
    request(&workspace, &["people.csv"]);
    run(&["verify", "r.json"]).refused(&["later export"]);
    run(&["verify", "r.json", "plan.yaml"]).refused(&["plan.yaml", "not an export"]);
    workspace.write("other.json", workspace.read("r.json").replace("change-request/1", "change-request/2"));
    run(&["verify", "other.json", "people.csv"]).refused(&["rolecall.change-request/1"]);
    workspace.write("other.json", workspace.read("r.json").replace("\"main-view\"", "\"main-vew\""));
    run(&["verify", "other.json", "people.csv"]).refused(&["main-vew"]);
}

#[test]
fn each_tenant_has_a_request_of_its_own() {
    let workspace = table(&[FEED]);
    workspace.write("beta.csv", format!("{HEAD}{DANA}{FEED}").replace("acme", "beta"));
    let tenants = "[tenants.acme]\ninputs = [\"people.csv\"]\n[tenants.beta]\ninputs = [\"beta.csv\"]\n";
    workspace.write("rolecall.toml", format!("{CONFIG}{tenants}"));
    let run = |args: &[&str]| workspace.run(&[&["request", "--as-of", AS_OF], args].concat());
    run(&["-o", "r.json"]).refused(&["{tenant}"]);
    assert_eq!(run(&["-o", "r-{tenant}.json"]).exit, 0);
    let document: Value = serde_json::from_str(&workspace.read("r-beta.json")).unwrap();
    assert_eq!((&document["tenant"], &document["operations"][0]["source"]["record"]), (&json!("beta"), &json!(2)));
    // Only the named export speaks for the tenant.
    assert_eq!(workspace.run(&["request", "verify", "r-beta.json", "beta.csv"]).exit, 1);
}

#[test]
fn a_workbook_is_requested_as_a_table_is() {
    use crate::support::workbook::{Workbook, rows_of_texts};
    let text = [HEAD, FEED, DANA];
    let rows: Vec<Vec<&str>> = text.iter().map(|row| row.trim_end().split(',').collect()).collect();
    let (workspace, mut of_table) = requested(&[FEED]);
    workspace.write("people.xlsx", Workbook::with_rows(&rows_of_texts(&rows)).bytes());
    request(&workspace, &["people.xlsx"]);
    let mut of_workbook = written(&workspace);
    let without_source = |document: &mut Value| {
        let mut operation = document["operations"][0].take();
        operation["source"].take();
        operation
    };
    assert_eq!(without_source(&mut of_workbook), without_source(&mut of_table));
    assert_eq!(workspace.run(&["request", "verify", "r.json", "people.xlsx"]).exit, 1);
}
