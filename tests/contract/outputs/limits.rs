//! What services take is not endless: what is left out for it is counted, and nothing is lost without a word.

use std::fmt::Write as _;

use crate::support::workspace::Workspace;

/// A table of so many API users with a blank team each.
fn workspace(count: usize) -> Workspace {
    let mut rows = String::new();
    for number in 0..count {
        let name = format!("api.feed{number}@acme.example");
        writeln!(rows, "API,Feed {number},{name},Administrator,,Operations,EnterpriseView,yes").unwrap();
    }
    Workspace::with_table(&[&rows])
}

#[test]
fn many_findings_are_counted_where_a_service_has_a_limit() {
    let count = 26_000;
    let forms =
        workspace(count).all_forms(&["people.csv", "--all-api-users", "--seats", "System Administrator=100000"]);
    assert_eq!(forms.json("json")["diagnostics"].as_array().unwrap().len(), count);

    let run = forms.json("sarif")["runs"][0].take();
    assert_eq!(run["results"].as_array().unwrap().len(), 25_000);
    let notices = run["invocations"][0]["toolExecutionNotifications"].to_string();
    assert!(notices.contains("1000 results are left out"), "the rest is counted");
    assert!(notices.contains("20000 of those here will not be shown there"), "what is kept is counted");

    let markdown = forms.text("markdown");
    assert!(markdown.len() < 1 << 20, "a job summary may have a mebibyte");
    let rows = markdown.lines().filter(|line| line.starts_with("| error |")).count();
    assert!(rows > 1_000 && markdown.contains(&format!("{} more findings are left out", count - rows)));

    let github = forms.text("github");
    let commands = |name: &str| github.lines().filter(|line| line.starts_with(name)).count();
    assert!(commands("::error ") <= 10 && commands("::warning ") <= 10 && commands("::notice ") <= 10);
    let annotated = commands("::error ");
    assert!(github.contains(&format!("{} more findings beyond the annotations", count - annotated)));
    assert_eq!(github.lines().filter(|line| line.starts_with("people.csv:")).count(), count - annotated);
    for format in ["html", "gitlab", "junit", "csv", "concise", "jsonl", "human"] {
        assert!(forms.text(format).contains("api.feed25999@acme.example"), "{format} leaves nothing out");
    }
}

#[test]
fn a_few_findings_leave_nothing_out() {
    let forms = workspace(5).all_forms(&["people.csv", "--all-api-users", "--seats", "System Administrator=100000"]);
    for (format, text) in &forms.0 {
        assert!(
            !text.contains("left out for") && !text.contains("are left out") && !text.contains("beyond the"),
            "{format}"
        );
    }
}
