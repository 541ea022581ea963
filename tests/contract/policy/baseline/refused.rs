//! Baselines that cannot be used: nothing is judged, and the message names the line and the cure.

use super::*;

/// A check against a changed baseline.
fn changed(change: impl Fn(&str) -> String) -> Ran {
    let workspace = site();
    create(&workspace, &[]);
    let text = change(&workspace.read(FILE));
    workspace.write(FILE, text);
    check(&workspace, &[])
}

#[test]
fn a_baseline_of_nobody_is_not_one_of_a_tenant() {
    let workspace = site();
    create(&workspace, &[]);
    workspace.write("rolecall.toml", format!("tenant = \"Beta\"\n[policy]\nbaseline = \"{FILE}\"\n"));
    check(&workspace, &["--config", "rolecall.toml"]).refused(&[
        "names no tenant",
        "is about tenant `Beta`",
        "\"tenant\":\"Beta\"",
    ]);
}

#[test]
fn an_entry_that_says_another_rule_or_side_covers_nothing() {
    for (from, to) in [("\"main-view-not-enterprise\"", "\"password-literal\""), ("\"export\"", "\"plan\"")] {
        let report = changed(|text| text.replace(from, to)).ends(1, "fail");
        assert_eq!(report.by_rule(VIEW)[0]["outcome"], "fail", "{to}");
    }
}

#[test]
fn every_slip_is_refused_at_its_line() {
    let replace = |from: &'static str, to: &'static str| move |text: &str| text.replacen(from, to, 1);
    let long = "x".repeat(1 << 20);
    let with_reason = |reason: &str| {
        let reason = reason.to_owned();
        move |text: &str| {
            text.replacen("\"since\":\"2026-11-21\"", &format!("\"since\":\"2026-11-21\",\"reason\":\"{reason}\""), 1)
        }
    };
    type Change<'a> = Box<dyn Fn(&str) -> String + 'a>;
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let cases: Vec<(Change<'_>, &[&str])> = vec![
        (Box::new(|_| String::new()), &["it is empty", "rolecall baseline create"]),
        (Box::new(|_| "\n".to_owned()), &[":1"]),
        (Box::new(|_| "not json\n".to_owned()), &[":1"]),
        (Box::new(|_| "[]\n".to_owned()), &[":1"]),
        (
            Box::new(|text| text.lines().skip(1).map(|line| line.to_owned() + "\n").collect()),
            &[":1", "unknown key `identity`"],
        ),
        (Box::new(replace("baseline/1", "baseline/2")), &[":1", "rolecall.baseline/1"]),
        (Box::new(replace("\"product\":", "\"produkt\":")), &[":1", "unknown key `produkt`", "product"]),
        (
            Box::new(replace("calabrio-one", "workforce-optimization")),
            &[":1", "made for product", "--product workforce-optimization"],
        ),
        (
            Box::new(replace("\"tenant\":null", "\"tenant\":\"Beta\"")),
            &[":1", "made for tenant `Beta`", "tenant = \"Beta\""],
        ),
        (
            Box::new(replace("\"until\":\"2027-11-22\"", "\"until\":\"2027-11-23\"")),
            &[":1", "367 days", "\"until\":\"2027-11-22\""],
        ),
        (Box::new(replace("\"until\":\"2027-11-22\"", "\"until\":\"2026-11-20\"")), &[":1", "-1 days"]),
        (Box::new(replace("\"until\":\"2027-11-22\"", "\"until\":\"2027-11-22T00:00:00Z\"")), &[":1", "2026-11-02"]),
        (Box::new(replace("built-in", "0123456789abcdef0123456789abcdef")), &[":1", "another key", "--redact-key"]),
        (
            Box::new(replace("\"entries\":2", "\"entries\":3")),
            &[":1", "holds 2 entries, but its header says 3", "\"entries\":2"],
        ),
        (Box::new(|text| lines(text)[..2].join("\n")), &[":1", "holds 1 entries, but its header says 2"]),
        (
            Box::new(|text| {
                let mut all = lines(text);
                all.swap(1, 2);
                all.join("\n")
            }),
            &[":3", "not sorted", "LC_ALL=C sort"],
        ),
        (
            Box::new(|text| {
                let all = lines(text);
                [&all[0], &all[1], &all[1]].map(String::as_str).join("\n")
            }),
            &[":3", "two entries have one identity"],
        ),
        (Box::new(|text| text.replacen("\n", "\n\n", 1)), &[":2"]),
        (
            Box::new(replace("team-blank", "team-blnk")),
            &["unknown rule `team-blnk`", "Did you mean `team-blank`?", "--pack"],
        ),
        (Box::new(replace("\"side\":\"export\"", "\"side\":\"import\"")), &["expected one of"]),
        (Box::new(replace("\"severity\":\"error\"", "\"severity\":\"fatal\"")), &["expected one of"]),
        (
            Box::new(replace("\"since\":\"2026-11-21\"", "\"since\":\"2026-11-22\"")),
            &["later than the baseline", "\"since\":\"2026-11-21\""],
        ),
        (Box::new(replace("\"since\":\"2026-11-21\"", "\"since\":\"21.11.2026\"")), &["YYYY-MM-DD"]),
        (
            Box::new(replace("\"since\":\"2026-11-21\"", "\"since\":\"2026-11-21\",\"since\":\"2026-11-21\"")),
            &["the same key twice"],
        ),
        (Box::new(replace("\"side\":", "\"sides\":")), &["unknown key `sides`"]),
        (Box::new(replace("\"state\":\"", "\"state\":\"0")), &["32 hexadecimal digits"]),
        (Box::new(replace("\"subject\":\"", "\"subject\":\"Z")), &["16 hexadecimal digits"]),
        (Box::new(replace("\"demand\":\"", "\"demand\":\"Z")), &["12 hexadecimal digits"]),
        (Box::new(with_reason(&long)), &["reason"]),
        (Box::new(with_reason("  ")), &["reason"]),
        (Box::new(with_reason("a\0b")), &[FILE]),
        (Box::new(with_reason("a\u{202e}b")), &["U+202E"]),
    ];
    for (change, words) in cases {
        changed(change).refused(&[&[FILE][..], words].concat());
    }
}

#[test]
fn a_missing_file_a_link_and_an_input_are_refused() {
    let workspace = site();
    check(&workspace, &[]).refused(&["baseline.jsonl", "cannot be read", "rolecall baseline create"]);
    baseline(&workspace, &["update", FILE]).refused(&["cannot be read"]);
    create(&workspace, &[]);
    let named = |file: &str| workspace.check(&[&["people.csv", "--baseline", file][..], &USERS, &SEATS].concat());
    named(".").refused(&["not a regular file"]);
    named("people.csv").refused(&["as a baseline and as an input"]);
    check(&workspace, &["--output", &format!("json={FILE}")]).refused(&["would overwrite"]);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(workspace.path(FILE), workspace.path("link.jsonl")).unwrap();
        named("link.jsonl").refused(&["it is a link"]);
        baseline(&workspace, &["update", "link.jsonl"]).refused(&["it is a link"]);
    }
    std::fs::write(workspace.path(FILE), b"{\"schema\":\"\xff\"}").unwrap();
    check(&workspace, &[]).refused(&["it is not UTF-8 text"]);
}

#[test]
fn no_message_shows_a_value_of_the_file() {
    let canary = "zQ7canaryXv9";
    for change in [
        |text: &str, canary: &str| text.replacen("\"side\":\"export\"", &format!("\"side\":\"{canary}\""), 1),
        |text: &str, canary: &str| text.replacen("\"since\":\"", &format!("\"since\":\"{canary}"), 1),
        |text: &str, canary: &str| text.replacen("\"schema\":\"", &format!("\"schema\":\"{canary}"), 1),
        |text: &str, canary: &str| text.replacen("\"entries\":2", &format!("\"entries\":\"{canary}\""), 1),
    ] {
        let ran = changed(|text| change(text, canary));
        assert_eq!((ran.exit, ran.err.contains(canary)), (2, false), "{ran}");
    }
}
