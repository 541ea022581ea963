//! Who takes a seat, what can be done about a licence that runs over, and what would be without what is assumed.

use serde_json::{Value, json};

use crate::support::report::steps;
use crate::support::workspace::Workspace;

const SA: &str = "System Administrator";
const HEAD: &str = "First Name,Last Name,User Name,Roles,Active,Activated,Deactivated\n";

fn license(people: &str, plan: &str, config: &str, more: &[&str]) -> Value {
    let (people, config) = (format!("{HEAD}{people}"), format!("[licenses.\"{SA}\"]\n{config}"));
    let plan = format!("rolecall: 1\n{plan}");
    let workspace = Workspace::with(&[("people.csv", &people), ("plan.yaml", &plan), ("rolecall.toml", &config)]);
    let ran = workspace.capacity(&[&["people.csv", "plan.yaml"], more].concat());
    ran.report().unwrap().license(SA).clone()
}

fn planned(name: &str, from: &str, until: &str) -> String {
    let day = |key: &str, day: &str| if day.is_empty() { String::new() } else { format!(", {key}: {day}") };
    let (from, until) = (day("active_from", from), day("active_until", until));
    format!("  - {{ kind: api-user, user_name: {name}, roles: [Administrator]{from}{until} }}\n")
}

fn keys(accounts: &Value) -> Vec<&str> {
    accounts.as_array().unwrap().iter().map(|one| one["key"].as_str().unwrap()).collect()
}

/// What is advised: `buy N by DAY` and `postpone KEYS to DAY`.
fn advice(license: &Value) -> Vec<String> {
    let one = |advice: &Value| match advice["action"].as_str().unwrap() {
        "buy" => format!("buy {} by {}", advice["seats"], advice["by"].as_str().unwrap()),
        action => format!("{action} {} to {}", keys(&advice["accounts"]).join(" "), advice["to"].as_str().unwrap()),
    };
    license["advice"].as_array().unwrap().iter().map(one).collect()
}

const TWO: &str = "A,B,a@x.example,Administrator,yes,2025-01-01,\nC,D,c@x.example,Administrator,yes,,2027-04-01\n";

#[test]
fn holders_are_those_who_take_a_seat_on_the_as_of_date() {
    let people = format!("{TWO}E,F,e@x.example,Agent,yes,,\nG,H,g@x.example,Administrator,no,2025-01-01,\n");
    let plan = format!("users:\n{}{}", planned("c@x.example", "", ""), planned("i@x.example", "", ""));
    let found = license(&people, &plan, "seats = 9\n", &[]);
    let holders: Vec<_> = found["holders"].as_array().unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(
        holders,
        [
            r#"{"key":"a@x.example","file":"people.csv","number":1,"kind":"person","since":"2025-01-01"}"#,
            // One account of an export and a plan takes one seat.
            r#"{"key":"c@x.example","file":"people.csv","number":2,"kind":"api-user","since":null}"#,
            r#"{"key":"i@x.example","file":"plan.yaml","number":2,"kind":"api-user","since":null}"#,
        ]
    );
    assert_eq!((&found["holders_more"], &found["used"]["total"]), (&json!(0), &json!(3)));
}

#[test]
fn ten_thousand_holders_are_listed_and_the_others_counted() {
    let rows: String = (0..10_003).map(|number| format!("A,B,a{number}@x.example,Administrator,yes,,\n")).collect();
    let found = license(&rows, "", "seats = 20000\n", &["--jobs", "3"]);
    let keys = keys(&found["holders"]);
    assert_eq!((keys.len(), keys[0], keys[9_999]), (10_000, "a0@x.example", "a9999@x.example"));
    assert_eq!(found["holders_more"], 3);
}

#[test]
fn buying_is_enough_for_every_day_and_costs_what_is_declared() {
    let plan =
        format!("users:\n{}{}", planned("p@x.example", "2027-02-01", ""), planned("q@x.example", "2027-03-01", ""));
    let prices = "seats = 2\nprice = \"0.10\"\ncurrency = \"EUR\"\n";
    let found = license(TWO, &plan, prices, &[]);
    assert_eq!(advice(&found), ["buy 2 by 2027-02-01"], "two are over until the end: nothing to postpone to");
    let cost = json!({ "currency": "EUR", "period": "monthly", "per_period": "0.20", "periods": 10, "total": "2.00" });
    assert_eq!(found["advice"][0]["cost"], cost);
    let found = license(TWO, &plan, "seats = 2\n", &[]);
    assert_eq!(found["advice"][0]["cost"], Value::Null);
    // No amount is better than a rounded one.
    let large = "seats = 2\nprice = \"999999999999999.999999\"\n";
    let found = license(TWO, &plan, large, &["--what-if", "Administrator+999999999@2027-01-01"]);
    assert_eq!(found["advice"][0]["cost"], Value::Null, "{found}");
    let found = license(TWO, &plan, "seats = 4\n", &[]);
    assert_eq!(advice(&found), [""; 0]);
}

#[test]
fn accounts_of_plans_are_postponed_where_that_leaves_no_day_over() {
    let one = format!("users:\n{}", planned("p@x.example", "2027-02-01", ""));
    assert_eq!(
        advice(&license(TWO, &one, "seats = 2\n", &[])),
        ["buy 1 by 2027-02-01", "postpone p@x.example to 2027-04-01"]
    );
    // The last to begin waits, and only as many as there are too many.
    let two =
        format!("users:\n{}{}", planned("q@x.example", "2027-03-01", ""), planned("p@x.example", "2027-02-01", ""));
    assert_eq!(
        advice(&license(TWO, &two, "seats = 3\n", &[])),
        ["buy 1 by 2027-03-01", "postpone q@x.example to 2027-04-01"]
    );
    // Seats that are bought later are a day to wait for too; one that would have ended by then is left alone.
    let seats = "seats = [{ from = 2026-01-01, count = 2 }, { from = 2027-05-01, count = 9 }]\n";
    let ends = format!("users:\n{}", planned("p@x.example", "2027-02-01", "2027-04-15"));
    assert_eq!(
        advice(&license("A,B,a,Administrator,yes,,\nC,D,c,Administrator,yes,,\n", &ends, seats, &[])),
        ["buy 1 by 2027-02-01"]
    );
    // People of an export who begin later are not a plan's.
    let begins = format!("{TWO}E,F,e@x.example,Administrator,,2027-02-01,\n");
    assert_eq!(advice(&license(&begins, "", "seats = 2\n", &[])), ["buy 1 by 2027-02-01"]);
    // Over today already: nothing that begins later is the cause.
    assert_eq!(advice(&license(TWO, "", "seats = 1\n", &[])), ["buy 1 by 2026-11-21"]);
}

#[test]
fn nothing_is_advised_where_the_count_is_not_exact() {
    let unclear = format!("{TWO}E,F,e@x.example,Administrator / Agent,yes,,\n");
    let found = license(&unclear, "", "seats = 1\n", &[]);
    assert_eq!((&found["used"]["exact"], advice(&found)), (&json!(false), Vec::new()));
    assert_eq!(found["first_over"], "2026-11-21");
}

#[test]
fn seats_that_are_assumed_count_and_what_would_be_without_them_is_said() {
    let plan =
        format!("users:\n{}{}", planned("p@x.example", "2027-02-01", ""), planned("q@x.example", "2027-03-01", ""));
    let prices = "seats = 3\nover-price = \"1.50\"\n";
    let bought = format!("seats:{SA}+2@2027-03-01");
    let found = license(TWO, &plan, prices, &["--what-if", &bought]);
    assert_eq!(steps(&found), ["2027-02-01 3/3", "2027-03-01 4/5", "2027-04-01 3/5"]);
    let because = json!({ "change": "seats", "key": SA, "file": null, "count": 5 });
    assert_eq!(found["steps"][1]["because"][0], because);
    assert_eq!((&found["first_over"], &found["cost"]["over_total"]), (&Value::Null, &json!("0.00")));
    let without =
        json!({ "peak": { "used": 4, "on": "2027-03-01" }, "first_over": "2027-03-01", "over_total": "1.50" });
    assert_eq!(found["without_assumptions"], without);
    let back = format!("seats:{SA}-1@2027-01-01");
    let found = license(TWO, &plan, prices, &["--what-if", &back, "--what-if", "Administrator+1@2027-01-01"]);
    assert_eq!(steps(&found), ["2027-01-01 3/2", "2027-02-01 4/2", "2027-03-01 5/2", "2027-04-01 4/2"]);
    assert_eq!(license(TWO, &plan, prices, &[])["without_assumptions"], Value::Null);
}
