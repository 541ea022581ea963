//! The recall matrix by the binary, in one form of export and one of plan; `tests/laws/recall.rs` puts every form to the
//! library.

use crate::support::recall::{false_alarms, missed};
use crate::support::renderings::{Rendered, Rendering};
use crate::support::workspace::{Workspace, nothing_wrong};

fn is_tried(form: &Rendering) -> bool {
    ["csv", "plan-yaml"].contains(&form.name)
}

fn by_binary(rendered: &Rendered) -> Result<String, String> {
    let workspace = Workspace::new();
    rendered.files().into_iter().for_each(|(name, bytes)| workspace.write(name, bytes));
    let args = rendered.args();
    let ran = workspace.check(&args.iter().map(String::as_str).collect::<Vec<_>>());
    let report = ran.report()?;
    let due = match report.verdict() {
        "pass" => 0,
        "fail" => 1,
        _ => 3,
    };
    if ran.exit == due { Ok(ran.out) } else { Err(format!("the exit code is another than {due}\n{ran}")) }
}

#[test]
fn what_is_planted_is_found_by_the_binary() {
    nothing_wrong(missed(is_tried, by_binary));
}

#[test]
fn near_misses_pass_by_the_binary() {
    nothing_wrong(false_alarms(is_tried, by_binary));
}
