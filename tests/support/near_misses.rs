//! Near misses: changes that break no rule, so that the world stays compliant and the verdict PASS.
//! The counterpart of `plantings`, against rules that cry too early.

use super::renderings::{ALL, PLAN, REST, TABLES};
use super::world::Change::{self, *};

const ME: &str = "guilty";

/// What is changed, and the kinds of form that can carry it.
pub type NearMiss = (&'static [Change], u8);

#[rustfmt::skip]
pub const NEAR_MISSES: &[NearMiss] = &[
    (&[], ALL),
    (&[Catalogue], ALL),
    (&[Set(ME, "roles", "Auditor|Administrator")], ALL),
    (&[Set(ME, "roles", "Boss#admin")], REST),
    (&[Set(ME, "team", "Claims"), Config("[teams]\nalternates = [\"Claims\"]\n")], ALL),
    (&[Set(ME, "team", "Front Desk"), Config("[teams]\ndefault = \"Front Desk\"\nalternates = [\"Default Team\"]\n")], TABLES),
    (&[Set(ME, "roles", "Boss"), Config("[administrator]\nrole-names = [\"Administrator\", \"Boss\"]\n")], TABLES),
    (&[Set(ME, "password", "${env:PAYROLL_API_PASSWORD}")], TABLES | PLAN),
    (&[Set(ME, "password", "${file:/run/secrets/payroll}")], TABLES | PLAN),
    (&[Set(ME, "password", "vault:kv/payroll")], TABLES | PLAN),
    (&[Set(ME, "password", "op://ops/payroll/password")], TABLES | PLAN),
    (&[Set(ME, "user-name", "api.päyroll@ácme.example")], ALL),
    (&[Set(ME, "user-name", "API.Payroll+sync@Sub.Acme.Example")], ALL),
    // Inactive accounts share no user name, and theirs may be a retired one.
    (&[Set("eli", "active", "no"), Set("eli", "user-name", "fay.marsh@acme.example")], TABLES | REST),
    (&[Set("eli", "active", "no"), Set("eli", "user-name", "xx-12-eli")], TABLES | REST),
    (&[Set("eli", "active", "no"), Set("eli", "activated", "2030-01-01")], TABLES),
    // People have names, teams and scopes as they like.
    (&[Set("eli", "team", ""), Set("eli", "scope", ""), Set("eli", "last-name", "")], TABLES | REST),
    (&[Set(ME, "active", ""), Set(ME, "deactivated", "2026-11-22")], TABLES | REST),
    (&[Set(ME, "active", ""), Set(ME, "activated", "2026-11-21")], TABLES | REST),
    (&[Set(ME, "active", ""), Set(ME, "activated", "2024/01/15")], TABLES),
    (&[Set(ME, "active", "ENABLED"), Set("crm", "active", "1"), Set("eli", "active", "n"), Set("fay", "active", "True")], TABLES),
    (&[Set(ME, "activated", "2026-12-01")], PLAN),
    (&[Set(ME, "created-by", "DANA.OPS@ACME.EXAMPLE")], TABLES | PLAN),
    (&[Catalogue, Set("dana", "roles", "Deputy")], TABLES | PLAN),
    (&[Set("dana", "roles", "Head Desk"), Config("[administrator]\naccept-equivalent = [\"Head Desk\"]\n")], TABLES),
    (&[LoseAll("created-by")], TABLES | PLAN),
    (&[NoWfm, LoseAll("main-view"), LoseAll("wfm-views")], ALL),
    (&[Set(ME, "first-name", "Nightly"), Set(ME, "last-name", "Dialler"),
       Config("[names]\npurpose-words = [\"Dialler\"]\n")], ALL),
    // Four seats are used; with nine owned the mark of a half is at five.
    (&[Owned(10)], ALL),
    (&[Owned(9), WarnAt("0.5")], ALL),
    // What a site switches off or makes a note fails no run.
    (&[Set(ME, "team", ""), Config("[severity]\nteam-blank = \"off\"\n")], ALL),
    (&[Set(ME, "team", ""), Config("[severity]\nteam-blank = \"note\"\n")], ALL),
];
