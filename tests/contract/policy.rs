//! Findings that are held: what identifies them, waivers and baselines, by the built binary.

mod approved;
mod baseline;
mod columns;
mod elsewhere;
mod identity;
mod printed;
mod refused;
mod sharing;
mod sheets;
mod tenants;
mod waivers;

use crate::support::rows::{DANA, SEATS};
use crate::support::workspace::{Ran, Workspace};

/// An API user of this name, in this team, with this view.
fn row(name: &str, team: &str, view: &str) -> String {
    format!("API,Feed,{name},Administrator,{team},Operations,{view},yes\n")
}

/// A waiver, with these lines in place of those that have the same key.
fn waiver(lines: &[&str]) -> String {
    let key = |line: &str| line.split('=').next().unwrap().trim().to_owned();
    let due = [
        "id = \"W-012\"",
        "rule = \"main-view-not-enterprise\"",
        "account = \"api.x@acme.example\"",
        "value = \"My View\"",
        "reason = \"moves in March, CHG-881\"",
        "approved-by = \"dana.ops@acme.example\"",
        "approved-on = 2026-11-02",
        "until = 2027-03-31",
    ];
    let kept = due.iter().filter(|line| !lines.iter().any(|other| key(other) == key(line)));
    let written = lines.iter().filter(|line| !line.ends_with('='));
    format!("[[waivers]]\n{}\n", kept.chain(written).copied().collect::<Vec<_>>().join("\n"))
}

/// A table with one wrong view and a second administrator.
fn site() -> Workspace {
    Workspace::with_table(&[&row("api.x@acme.example", "Default Team", "My View"), DANA])
}

/// A check of the table whose API user is `api.x@acme.example`.
fn check(workspace: &Workspace, args: &[&str]) -> Ran {
    workspace.check(&[&["people.csv", "--api-user", "api.x@acme.example"], args, &SEATS].concat())
}

/// The same with these waivers.
fn with(workspace: &Workspace, waivers: &str) -> Ran {
    workspace.write("waivers.toml", waivers);
    check(workspace, &["--waivers", "waivers.toml"])
}
