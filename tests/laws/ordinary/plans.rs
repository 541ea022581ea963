//! Plans: numbers, templates, keys that are merged, and what a plan and an export say of one account.

use proptest::prelude::*;
use proptest::sample::select;

use super::declared::plan;
use super::{assert_clean, assert_fault, report, text};
use crate::cases;

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn counts_are_plain_digits(seats in select(["07", "0x7", "+7", "7.0", "7e0", "1_000", "-7", "seven", "0o7", "٧"].as_slice())) {
        assert_fault(&report(&[plan("seats: 9", &format!("seats: {seats}"))], ""), "shape-invalid", seats);
    }

    #[test]
    fn a_template_is_not_read_as_a_value(
        key in select(["last_name: Payroll Sync", "team: Default Team", "user_name: api.payroll@acme.example"].as_slice()),
        template in select(["{{ name }}", "{{name}}", "x {{ .Values.team }}", "{{ api }}@acme.example"].as_slice()),
    ) {
        let name = key.split(':').next().unwrap();
        assert_fault(&report(&[plan(key, &format!("{name}: \"{template}\""))], ""), "template-unrendered", template);
    }

    #[test]
    fn references_to_secrets_are_no_passwords(reference in select([
        "${env:PAYROLL}", "${file:/run/secrets/p}", "vault:kv/p", "op://ops/p", "{{ payroll_password }}", "${{ secrets.PAYROLL }}",
        "ENC[AES256_GCM,data:aGVsbG8=]", "ref+vault://kv/p", "arn:aws:secretsmanager:eu-west-1:1:secret:p",
    ].as_slice())) {
        assert_clean(&report(&[plan("    roles", &format!("    password: \"{reference}\"\n    roles"))], ""), reference);
    }

}

#[test]
fn merged_keys_free_keys_and_marks_of_documents_are_fine() {
    let merged = "rolecall: 1\n\"$schema\": https://acme.example/plan.json\nx-base: &base\n  team: Default Team\n  roles: [Administrator]\n  scope: { groups: [Operations] }\n  wfm_views: { main: EnterpriseView }\nlicenses:\n  - { name: System Administrator, seats: 9 }\nusers:\n  - { <<: *base, kind: api-user, first_name: API, last_name: Sync, user_name: api.sync@acme.example, password: null }\n  - { <<: *base, kind: person, first_name: Dana, last_name: Ops, user_name: dana.ops@acme.example }\n";
    for around in [
        merged.to_owned(),
        format!("%YAML 1.2\n---\n{merged}"),
        format!("---\n{merged}...\n"),
        format!("{merged}---\n"),
    ] {
        assert_clean(&report(&[text("plan.yaml", around.clone())], ""), &around);
    }
}

#[test]
fn contradictions_within_an_account_are_faults() {
    let ends = report(&[plan("    roles", "    active_from: 2027-02-01\n    active_until: 2027-01-01\n    roles")], "");
    assert_eq!(ends.by_rule("activity-contradicts-dates").len(), 1, "{ends}");
    assert_eq!(ends.by_rule("activity-contradicts-dates")[0]["severity"], "error");
    let person = report(&[plan("  - kind: person\n", "  - kind: person\n    integration: payroll\n")], "");
    assert_eq!(person.verdict(), "incomplete", "{person}");
    let alone = report(&[plan("  - kind: api-user\n", "  - integration: payroll\n")], "");
    assert_eq!(alone.verdict(), "pass", "an integration is an API user's: {alone}");
}

#[test]
fn a_scope_of_another_tenant_is_unknown() {
    let report = report(&[plan("{ groups: [Operations] }", "{ tenant: Other }")], "");
    assert_eq!(report.by_rule("scope-unknown").len(), 1, "{report}");
}

#[test]
fn every_slip_of_an_account_is_told_in_one_run() {
    let slips = "rolecall: 1\nusers:\n  - kind: api_user\n    firstName: API\n    last_name: Payroll\n    email: api.payroll@acme.example\n    roles: Administrator\n    team: [Default Team]\n    scope: tenant\n    wfm_views: EnterpriseView\n    active: yes\n    active_from: 01.12.2026\n    password: Summer2026!\n";
    let report = report(&[text("plan.yaml", slips)], "");
    assert_eq!(report.verdict(), "incomplete", "{report}");
    let lines: std::collections::BTreeSet<u64> = report
        .diagnostics()
        .iter()
        .flat_map(|one| one["labels"].as_array().unwrap())
        .filter_map(|label| label["start"]["line"].as_u64())
        .collect();
    for line in [4, 6, 7, 9, 10, 11, 12, 13] {
        assert!(lines.contains(&line), "line {line}: {report}");
    }
    let keys: Vec<_> =
        report.faults().iter().map(|fault| fault["record"]["key"].clone()).filter(|key| key.is_string()).collect();
    assert!(!keys.is_empty() && keys.iter().all(|key| key == "api.payroll@acme.example"), "{keys:?}");
    assert!(!report.to_string().contains("Summer2026"), "a password is shown");
}
