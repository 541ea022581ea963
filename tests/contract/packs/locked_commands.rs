//! Every command that judges is held to the lock, and says what differs from it.

use super::site;
use crate::support::workspace::{AS_OF, Workspace};

const PLAN: &str = "rolecall: 1\nusers:\n  - { kind: api-user, user_name: api.feed@acme.example, team: Sales }\n";

/// Commands that judge, with what they judge.
const COMMANDS: [&[&str]; 8] = [
    &["check", "people.csv"],
    &["capacity", "people.csv"],
    &["drift", "plan.yaml", "--against", "people.csv"],
    &["diff", "old.csv", "people.csv"],
    &["fix", "plan.yaml", "--diff"],
    &["request", "people.csv", "-o", "request.json"],
    &["request", "verify", "request.json", "people.csv"],
    &["evidence", "create", "-o", "review.zip", "people.csv"],
];

fn workspace(config: &str) -> Workspace {
    let workspace = Workspace::with(&[("people.csv", &site().read("people.csv"))]);
    workspace.write("rolecall.toml", format!("{config}[policy]\nlock = \"rolecall.lock\"\n"));
    workspace.write("plan.yaml", PLAN);
    workspace.write("old.csv", workspace.read("people.csv"));
    workspace
}

#[test]
fn every_command_that_judges_refuses_what_demands_less() {
    let workspace = workspace("");
    assert_eq!(workspace.run(&["lock", "--as-of", AS_OF]).exit, 0);
    for command in COMMANDS {
        let ran = workspace.run(&[command, &["--as-of", AS_OF, "--locked"]].concat());
        assert!(ran.exit != 2, "{command:?}: {ran}");
    }
    let config = workspace.read("rolecall.toml");
    workspace.write("rolecall.toml", format!("{config}[severity]\nteam-blank = \"off\"\n"));
    for command in COMMANDS {
        workspace.run(&[command, &["--as-of", AS_OF]].concat()).refused(&["`team-blank` demands less"]);
    }
}

#[test]
fn every_command_that_judges_says_what_was_accepted() {
    let workspace = workspace("[teams]\nalternates = [\"Claims\"]\n");
    assert_eq!(workspace.run(&["lock", "--as-of", AS_OF]).exit, 0);
    let config = workspace.read("rolecall.toml");
    workspace.write("rolecall.toml", config.replace("Claims", "Billing"));
    let accept = ["lock", "--as-of", AS_OF, "--accept", "config.teams.alternates=CASE-77"];
    assert_eq!(workspace.run(&accept).exit, 0);
    for command in COMMANDS {
        let ran = workspace.run(&[command, &["--as-of", AS_OF]].concat());
        let said = ran.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            said.contains("config.teams.alternates is weaker, accepted on 2026-11-21: CASE-77"),
            "{command:?}: {ran}"
        );
    }
}
