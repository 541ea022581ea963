//! What `docs/capacity.md` settles: days on which accounts begin and end, plans beside exports, figures that are not
//! exact, exports of earlier days, money.

use serde_json::{Value, json};

use crate::support::report::steps;
use crate::support::workspace::Workspace;

const SA: &str = "System Administrator";
const HEAD: &str = "First Name,Last Name,User Name,Roles,Active,Activated,Deactivated\n";

/// The seats of administrators over these rows, from 2028-02-28 on.
fn days(rows: &[&str], more: &[&str]) -> Value {
    let text = format!("{HEAD}{}\n", rows.join("\n"));
    let workspace = Workspace::with(&[("people.csv", &text)]);
    let args = ["capacity", "people.csv", "--no-config", "--format", "json", "--as-of", "2028-02-28"];
    let seats = ["--seats", "System Administrator=9"];
    let report = workspace.run(&[&args[..], &seats, more].concat()).report().unwrap();
    report.license(SA).clone()
}

fn told(rows: &[&str]) -> (u64, Vec<String>) {
    let license = days(rows, &[]);
    (license["used"]["total"].as_u64().unwrap(), steps(&license))
}

#[test]
fn an_account_begins_and_ends_on_the_days_its_dates_say() {
    let cases: [(&[&str], u64, &[&str]); 14] = [
        // The leap day, and the day after the last of a month.
        (&["A,B,a,Administrator,,2028-02-29,"], 0, &["2028-02-29 1/9"]),
        (&["A,B,a,Administrator,,,2028-02-29"], 1, &["2028-02-29 0/9"]),
        (&["A,B,a,Administrator,,2028-03-31,2028-04-01"], 0, &["2028-03-31 1/9", "2028-04-01 0/9"]),
        // On the as-of date itself.
        (&["A,B,a,Administrator,,2028-02-28,"], 1, &[]),
        (&["A,B,a,Administrator,,,2028-02-28"], 0, &[]),
        // The same day: never active.
        (&["A,B,a,Administrator,,2028-03-05,2028-03-05"], 0, &[]),
        (&["A,B,a,Administrator,,2028-03-05,2028-03-04"], 0, &[]),
        // One ends the day another begins: one seat, no overlap and no gap.
        (&["A,B,a,Administrator,,,2028-03-05", "A,C,c,Administrator,,2028-03-05,"], 1, &[]),
        // The mark decides for the as-of date, the dates for later days.
        (&["A,B,a,Administrator,no,2028-03-01,"], 0, &["2028-03-01 1/9"]),
        (&["A,B,a,Administrator,no,2027-03-01,"], 0, &[]),
        (&["A,B,a,Administrator,no,2028-03-01,2028-03-01"], 0, &[]),
        (&["A,B,a,Administrator,yes,2028-03-01,"], 1, &[]),
        (&["A,B,a,Administrator,yes,,2027-12-31"], 1, &[]),
        (&["A,B,a,Administrator,yes,,2028-03-01"], 1, &["2028-03-01 0/9"]),
    ];
    for (rows, used, expected) in cases {
        let expected: Vec<String> = expected.iter().map(|step| (*step).to_owned()).collect();
        assert_eq!(told(rows), (used, expected), "{rows:?}");
    }
}

#[test]
fn a_report_looks_ahead_to_the_same_day_of_the_next_year_or_the_last_of_its_month() {
    let ends = |until: &str| format!("A,B,a,Administrator,,,{until}");
    let steps_of = |row: String, as_of: &str| {
        let text = format!("{HEAD}{row}\n");
        let workspace = Workspace::with(&[("people.csv", &text)]);
        let args = ["capacity", "people.csv", "--no-config", "--format", "json", "--seats", "System Administrator=9"];
        let report = workspace.run(&[&args[..], &["--as-of", as_of]].concat()).report().unwrap();
        (report["until"].as_str().unwrap().to_owned(), steps(report.license(SA)).len())
    };
    assert_eq!(steps_of(ends("2029-02-28"), "2028-02-29"), ("2029-02-28".to_owned(), 1));
    assert_eq!(steps_of(ends("2029-03-01"), "2028-02-29"), ("2029-02-28".to_owned(), 0));
    assert_eq!(steps_of(ends("2027-11-21"), "2026-11-21"), ("2027-11-21".to_owned(), 1));
}

const PLAN: &str = "rolecall: 1\nlicenses: [{ name: System Administrator, seats: 3, over: billed }]\nusers:\n";

/// The steps of an export and a plan together, and what the plan adds.
fn with_plan(rows: &str, users: &str) -> (u64, Vec<String>, Value) {
    let (table, plan) = (format!("{HEAD}{rows}"), format!("{PLAN}{users}"));
    let workspace = Workspace::with(&[("people.csv", &table), ("plan.yaml", &plan)]);
    let report = workspace.capacity(&["people.csv", "plan.yaml"]).report().unwrap();
    let license = report.license(SA);
    (license["used"]["total"].as_u64().unwrap(), steps(license), license["plans"].clone())
}

#[test]
fn an_account_of_an_export_and_a_plan_is_one() {
    let user = |more: &str| format!("  - {{ user_name: A@x.example, roles: [Administrator]{more} }}\n");
    let export = "A,B,a@X.example,Administrator,yes,,\n";
    let adds = |seats| json!([{ "file": "plan.yaml", "adds": seats }]);
    assert_eq!(with_plan(export, &user("")), (1, vec![], adds(0)));
    // It is there until the plan says how it will be.
    let later = user(", active_from: 2027-02-01, active_until: 2027-03-01");
    assert_eq!(with_plan(export, &later), (1, vec!["2027-03-01 0/3".to_owned()], adds(-1)));
    // The plan knows of no end.
    assert_eq!(with_plan("A,B,a@x.example,Administrator,yes,,2027-01-01\n", &user("")), (1, vec![], adds(1)));
    // The plan takes the role away, from the day after the as-of date.
    let without = user("").replace("Administrator", "Agent");
    assert_eq!(with_plan(export, &without), (1, vec!["2026-11-22 0/3".to_owned()], adds(-1)));
    // Another account.
    let other = user(", active_from: 2027-02-01").replace("A@x", "b@x");
    assert_eq!(with_plan(export, &other), (1, vec!["2027-02-01 2/3".to_owned()], adds(1)));
}

#[test]
fn a_plan_that_takes_a_role_away_is_named_as_the_reason() {
    let (table, plan) = (
        format!("{HEAD}A,B,a@x.example,Administrator,yes,,\n"),
        format!("{PLAN}  - {{ user_name: a@x.example, roles: [Agent], active_from: 2027-02-01 }}\n"),
    );
    let report = Workspace::with(&[("people.csv", &table), ("plan.yaml", &plan)])
        .capacity(&["people.csv", "plan.yaml"])
        .report()
        .unwrap();
    let because = &report.license(SA)["steps"][0]["because"];
    assert_eq!(because, &json!([{ "change": "release", "key": "a@x.example", "file": "people.csv", "count": 1 }]));
}

#[test]
fn what_could_not_be_read_makes_figures_at_least_so_many() {
    let rows = ["A,B,a,Administrator,yes,,", "A,C,c,Administrator,yes,31/12/2028,"];
    let text = format!("{HEAD}{}\n", rows.join("\n"));
    let ran = Workspace::with(&[("people.csv", &text)]).capacity(&["people.csv", "--seats", "System Administrator=9"]);
    let report = ran.ends(3, "incomplete");
    let used = &report.license(SA)["used"];
    assert_eq!((&used["total"], &used["exact"]), (&json!(1), &json!(false)), "{ran}");
    assert_eq!(used["reason"], "not every account could be read");
    // Without a column for activity every account counts.
    let workspace = Workspace::with(&[("people.csv", "User Name,Roles\na,Administrator\n")]);
    let report = workspace.capacity(&["people.csv", "--seats", "System Administrator=9"]).ends(0, "pass");
    let used = &report.license(SA)["used"];
    assert_eq!(
        (&used["exact"], &used["reason"]),
        (&json!(false), &json!("an input does not say which accounts are active"))
    );
}

#[test]
fn a_licence_without_seats_is_not_determinable_and_never_none() {
    let table = format!("{HEAD}A,B,a,Administrator,yes,,\n");
    let report = Workspace::with(&[("people.csv", &table)]).capacity(&["people.csv"]).ends(3, "incomplete");
    let found = report.license(SA);
    assert_eq!((&found["owned"], &found["free"], &found["first_over"]), (&Value::Null, &Value::Null, &Value::Null));
    let holes = report["ledger"]["holes"].as_array().unwrap();
    assert!(holes.iter().any(|hole| hole["rule"] == "seats-exceeded"), "{holes:?}");
    // Nobody says how many are owned before the first day that is declared.
    let config = "[licenses.\"System Administrator\"]\nseats = [{ from = 2027-01-01, count = 5 }]\n";
    let workspace = Workspace::with(&[("people.csv", &table), ("rolecall.toml", config)]);
    let report = workspace.capacity(&["people.csv"]).ends(3, "incomplete");
    assert_eq!(steps(report.license(SA)), ["2027-01-01 1/5"]);
}

#[test]
fn api_users_and_people_are_told_apart() {
    let table = format!(
        "{HEAD}API,Payroll,api.p@x.example,Administrator,yes,,\nA,B,a,Administrator,yes,,\nC,D,c,Administrator,yes,,\n"
    );
    let args = ["people.csv", "--seats", "System Administrator=9", "--api-user", "api.p@x.example"];
    let report = Workspace::with(&[("people.csv", &table)]).capacity(&args).ends(0, "pass");
    let used = &report.license(SA)["used"];
    assert_eq!((&used["api_users"], &used["people"]), (&json!(1), &json!(2)));
    // Where there is no API user nothing is left unjudged.
    let table = format!("{HEAD}A,B,a,Administrator,yes,,\n");
    let workspace = Workspace::with(&[("people.csv", &table)]);
    workspace.capacity(&["people.csv", "--seats", "System Administrator=9"]).ends(0, "pass");
}

/// A table of so many administrators.
fn administrators(count: usize) -> String {
    let rows: String = (0..count).map(|number| format!("A,B{number},a{number},Administrator,yes,,\n")).collect();
    format!("{HEAD}{rows}")
}

#[test]
fn a_trend_is_a_range_or_says_why_there_is_none() {
    let files = [
        ("people.csv", administrators(9)),
        ("people-2026-05-21.csv", administrators(5)),
        ("people-20260821.csv", administrators(8)),
        ("old.csv", administrators(4)),
        ("broken-2026-06-01.csv", format!("{HEAD}A,B,a,Administrator,perhaps,,\n")),
    ];
    let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let workspace = Workspace::with(&files);
    let base = ["people.csv", "--seats", "System Administrator=12"];
    let history = |paths: &[&'static str]| paths.iter().flat_map(|path| ["--history", path]).collect::<Vec<_>>();
    let trend = |paths: &[&'static str]| {
        let ran = workspace.capacity(&[&base[..], &history(paths)].concat());
        ran.report().unwrap().license(SA)["trend"].clone()
    };
    let told = trend(&["people-2026-05-21.csv", "people-20260821.csv", "old.csv=2026-02-21"]);
    let points: Vec<_> =
        told["points"].as_array().unwrap().iter().map(|point| format!("{} {}", point["on"], point["used"])).collect();
    assert_eq!(points, ["\"2026-02-21\" 4", "\"2026-05-21\" 5", "\"2026-08-21\" 8", "\"2026-11-21\" 9"]);
    let growth = &told["growth_per_month"];
    let [low, estimate, high] = ["low", "estimate", "high"].map(|key| growth[key].as_f64().unwrap());
    assert!(low < estimate && estimate < high && (0.5..0.7).contains(&estimate), "{growth}");
    let range = &told["exhausted"];
    assert_eq!(range["state"], "between");
    let [earliest, latest] = ["earliest", "latest"].map(|key| range[key].as_str().map(str::to_owned));
    assert!(earliest.as_deref().is_some_and(|day| day > "2026-11-21"), "{range}");
    assert!(latest.is_none() || latest > earliest, "{range}");
    // Two days are a line without any uncertainty: no forecast.
    let told = trend(&["people-2026-05-21.csv"]);
    assert_eq!((&told["growth_per_month"], &told["exhausted"]), (&Value::Null, &Value::Null));
    assert!(told["reason"].as_str().unwrap().contains("needs 3 days"), "{told}");
    // What an export of an earlier day hides cannot be forecast with, and the run is not whole.
    let args =
        [&base[..], &history(&["people-2026-05-21.csv", "people-20260821.csv", "broken-2026-06-01.csv"])].concat();
    let ran = workspace.capacity(&args);
    let told = ran.ends(3, "incomplete").license(SA)["trend"].clone();
    assert!(told["reason"].as_str().unwrap().contains("2026-06-01"), "{told}");
    assert_eq!(ran.report().unwrap().license(SA)["used"]["exact"], true);
}

#[test]
fn use_that_goes_up_and_down_is_too_scattered_to_forecast() {
    let files = [
        ("people.csv", administrators(5)),
        ("a-2026-02-21.csv", administrators(6)),
        ("b-2026-05-21.csv", administrators(4)),
        ("c-2026-08-21.csv", administrators(7)),
    ];
    let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let history = ["a-2026-02-21.csv", "b-2026-05-21.csv", "c-2026-08-21.csv"].map(|path| ["--history", path]);
    let base = [&["people.csv", "--seats", "System Administrator=12"], history.as_flattened()].concat();
    let workspace = Workspace::with(&files);
    let told = workspace.capacity(&base).report().unwrap().license(SA)["trend"].clone();
    assert_eq!((&told["exhausted"], &told["reason"]), (&Value::Null, &json!("too scattered to forecast")), "{told}");
    let [low, high] = ["low", "high"].map(|key| told["growth_per_month"][key].as_f64().unwrap());
    assert!(low < 0.0 && high > 0.0, "{told}");
    let human = workspace.run(&[&["capacity", "--no-config", "--as-of", "2026-11-21"], &base[..]].concat()).out;
    assert!(human.contains("no forecast: too scattered to forecast"), "{human}");
}

#[test]
fn a_licence_is_full_before_it_is_over() {
    let rows = "A,B,a,Administrator,yes,,\nC,D,c,Administrator,,2027-02-01,\nE,F,e,Administrator,,2027-03-01,\n";
    let says = |seats: &str| {
        let workspace = Workspace::with(&[("people.csv", &format!("{HEAD}{rows}"))]);
        let seats = format!("System Administrator={seats}");
        let args = ["capacity", "people.csv", "--no-config", "--as-of", "2026-11-21", "--seats", &seats];
        workspace.run(&args).out
    };
    assert!(says("1").contains("1 of 1 seats used (0 API users, 1 person): full"), "{}", says("1"));
    assert!(says("2").contains("full from 2027-02-01, over from 2027-03-01"), "{}", says("2"));
    assert!(says("3").contains("full from 2027-03-01, not over until 2027-11-21"), "{}", says("3"));
    assert!(says("4").contains("  not over until 2027-11-21"), "{}", says("4"));
}

#[test]
fn a_declared_api_user_may_be_newer_than_an_earlier_export() {
    let now = format!("{HEAD}API,Payroll,api.p@x.example,Administrator,yes,,\n");
    let before = format!("{HEAD}A,B,a,Administrator,yes,,\n");
    let workspace = Workspace::with(&[("people.csv", &now), ("people-2026-05-01.csv", &before)]);
    let args = ["people.csv", "--seats", "System Administrator=9", "--api-user", "api.p@x.example"];
    workspace.capacity(&[&args[..], &["--history", "people-2026-05-01.csv"]].concat()).ends(0, "pass");
}

const PRICES: &str = "committed = 2\nprice = \"0.10\"\nover-price = \"0.20\"\ncurrency = \"EUR\"\n";

fn cost(config: &str, rows: &str, more: &[&str]) -> Value {
    let (table, config) =
        (format!("{HEAD}{rows}"), format!("[licenses.\"System Administrator\"]\nseats = 2\n{config}"));
    let workspace = Workspace::with(&[("people.csv", &table), ("rolecall.toml", &config)]);
    workspace.capacity(&[&["people.csv"], more].concat()).report().unwrap().license(SA)["cost"].clone()
}

#[test]
fn a_bill_counts_each_period_by_its_highest_use_and_loses_no_digit() {
    // Three administrators in January, for two days of it.
    let rows = "A,B,a,Administrator,yes,,\nC,D,c,Administrator,yes,,\nE,F,e,Administrator,,2027-01-30,2027-02-01\n";
    let found = cost(PRICES, rows, &["--until", "2027-02-28"]);
    let bills: Vec<_> = found["bills"]
        .as_array()
        .unwrap()
        .iter()
        .map(|bill| format!("{} {} {} {}", bill["from"], bill["used"], bill["committed_cost"], bill["over_cost"]))
        .collect();
    assert_eq!(
        bills,
        [
            "\"2026-11-21\" 2 \"0.20\" \"0.00\"",
            "\"2026-12-01\" 2 \"0.20\" \"0.00\"",
            "\"2027-01-01\" 3 \"0.20\" \"0.20\"",
            "\"2027-02-01\" 2 \"0.20\" \"0.00\"",
        ]
    );
    assert_eq!((&found["committed_total"], &found["over_total"]), (&json!("0.80"), &json!("0.20")));
    assert_eq!(found["bills"][0]["whole"], false);
    assert_eq!(found["bills"][3]["whole"], true);
}

#[test]
fn a_cost_that_cannot_be_told_says_why() {
    let rows = "A,B,a,Administrator,yes,,\nC,D,c,Administrator,yes,,\nE,F,e,Administrator,yes,,\n";
    let reason = |config: &str| {
        let found = cost(config, rows, &[]);
        (found["over_total"].clone(), found["reason"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(cost("", rows, &[]), Value::Null);
    assert_eq!(reason("price = \"1\"\n").0, Value::Null);
    assert!(reason("price = \"1\"\n").1.contains("beyond those committed"));
    assert!(reason(&format!("over = \"blocked\"\n{PRICES}")).1.contains("blocked"));
    // Both spellings of the key are one.
    assert_eq!(reason(&PRICES.replace("over-price", "over_price")), (json!("2.60"), String::new()));
    // An amount beyond what decimals hold is not shown as a wrong number.
    let large = "committed = 9000000000000000000\nprice = \"999999999999999.999999\"\n";
    let found = cost(large, rows, &[]);
    assert_eq!(found["committed_total"], Value::Null);
    assert!(found["reason"].as_str().unwrap().contains("too large"), "{found}");
}

#[test]
fn quarters_and_years_are_those_of_the_calendar() {
    let rows = "A,B,a,Administrator,yes,,\n";
    let starts = |period: &str| {
        let found = cost(&format!("{PRICES}period = \"{period}\"\n"), rows, &["--until", "2027-04-01"]);
        found["bills"]
            .as_array()
            .unwrap()
            .iter()
            .map(|bill| bill["from"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(starts("quarterly"), ["2026-11-21", "2027-01-01", "2027-04-01"]);
    assert_eq!(starts("annually"), ["2026-11-21", "2027-01-01"]);
}

#[test]
fn a_check_counts_the_same_seats_with_the_same_holes() {
    let tables = [
        "User Name,Roles,Active\na,Administrator,yes\nb,Administrator / Agent,yes\n",
        "User Name,Roles,Active\na,Administrator,yes\nb,Administrator,perhaps\n",
        "User Name,Roles\na,Administrator\nb,Administrator\n",
        "User Name,Active\na,yes\nb,yes\n",
        "User Name,Roles,Active\na,Administrator,yes\nA,Administrator,yes\n,Administrator,yes\n",
        "User Name,Roles,Active\na,NULL,yes\nb,Administrator,yes\n",
    ];
    for table in tables {
        for seats in [&[][..], &["--seats", "System Administrator=1"], &["--seats", "System Administrator=9"]] {
            let workspace = Workspace::with(&[("people.csv", table)]);
            let args = [&["people.csv", "--no-config", "--as-of", "2026-11-21", "--format", "json"], seats].concat();
            let report = |command: &str| workspace.run(&[&[command], &args[..]].concat()).report().unwrap();
            let (check, capacity) = (report("check"), report("capacity"));
            let (count, license) = (&check["seats"][0], capacity.license(SA));
            let used = &license["used"];
            assert_eq!((&count["used"], &count["exact"]), (&used["total"], &used["exact"]), "{table}");
            let holes = |report: &Value| {
                let holes = report["ledger"]["holes"].as_array().unwrap().iter();
                holes.filter(|hole| hole["rule"].as_str().unwrap().starts_with("seats-")).cloned().collect::<Vec<_>>()
            };
            assert_eq!(holes(&check), holes(&capacity), "{table}");
        }
    }
}
