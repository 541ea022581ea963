//! The planted violations: what is changed in the compliant world, and what has to be found where.
//! Only data; `recall` puts every planting into every form that can carry it.

use super::renderings::{ALL, COLUMN, CSV, HEADERS, PLAN, REST, TABLES};
use super::world::Change::{self, *};

/// Where the primary label has to be.
#[derive(Clone, Copy)]
pub enum At {
    /// The value of the guilty account's field; a blank has its place too.
    Cell(&'static str),
    /// One of two values; the promise does not say which.
    Either(&'static str, &'static str),
    /// An item of a list of the guilty account.
    Item(&'static str, usize),
    /// An empty span where a secret begins: whose.
    Secret(&'static str),
    /// The whole row or object of the guilty account.
    Record,
    /// The user name of the guilty account or of this one, whichever comes later.
    Later(&'static str),
    /// The roles of the n-th holder of a seat.
    Holder(usize),
    /// An entry of the plan's integrations.
    Integration(usize),
}

/// One planted violation.
#[derive(Clone, Copy)]
pub struct Planting {
    pub rule: &'static str,
    pub severity: &'static str,
    /// The statement of the requirements.
    pub says: &'static str,
    pub changes: &'static [Change],
    pub at: At,
    /// The text underlined, as a plain CSV file spells it (or the first form that can carry it).
    pub shows: &'static str,
    /// The kinds of form that can carry it.
    pub kinds: u8,
    /// Rules that have to be found beside it.
    pub also: &'static [&'static str],
}

const fn plant(
    rule: &'static str,
    severity: &'static str,
    says: &'static str,
    changes: &'static [Change],
    at: At,
    shows: &'static str,
) -> Planting {
    Planting { rule, severity, says, changes, at, shows, kinds: ALL, also: &[] }
}

impl Planting {
    const fn only(mut self, kinds: u8) -> Self {
        self.kinds = kinds;
        self
    }

    const fn also(mut self, rules: &'static [&'static str]) -> Self {
        self.also = rules;
        self
    }
}

const ERROR: &str = "error";
const WARNING: &str = "warning";
const NOTE: &str = "note";
const ME: &str = "guilty";
const SPACES: &str = "   ";
/// Meets the policy of the plan.
const STRONG: &str = "C0rrect-Horse-Battery";

#[rustfmt::skip]
pub const PLANTINGS: &[Planting] = &[
    plant("api-user-missing", WARNING, "S1", &[Integrations(&["payroll-sync", "crm-feed", "fax-gate"])],
        At::Integration(2), "fax-gate").only(PLAN),
    plant("api-user-missing", WARNING, "S1", &[Drop("crm")], At::Integration(1), "crm-feed").only(PLAN),
    plant("api-user-missing", WARNING, "S1", &[Set(ME, "deactivated", "2026-01-01")],
        At::Integration(0), "payroll-sync").only(PLAN).also(&["api-user-inactive"]),

    plant("api-user-missing", NOTE, "S1", &[Set(ME, "integration", "fax-gate"), Integrations(&["crm-feed"])],
        At::Cell("integration"), "").only(PLAN),

    plant("api-user-inactive", WARNING, "S2", &[Set(ME, "active", "no")], At::Cell("active"), "no").only(TABLES | REST),
    plant("api-user-inactive", WARNING, "S2", &[Set(ME, "active", "Disabled")], At::Cell("active"), "Disabled").only(TABLES),
    plant("api-user-inactive", WARNING, "S2", &[Set(ME, "active", ""), Set(ME, "deactivated", "2026-11-20")],
        At::Cell("deactivated"), "2026-11-20").only(TABLES | REST),
    plant("api-user-inactive", WARNING, "S2", &[Set(ME, "active", ""), Set(ME, "deactivated", "2026-11-21")],
        At::Cell("deactivated"), "2026-11-21").only(TABLES | REST),
    plant("api-user-inactive", WARNING, "S2", &[Set(ME, "active", ""), Set(ME, "deactivated", "2026/03/01")],
        At::Cell("deactivated"), "2026/03/01").only(TABLES),
    plant("api-user-inactive", WARNING, "S2", &[Set(ME, "active", ""), Set(ME, "activated", "2026-11-22")],
        At::Cell("activated"), "2026-11-22").only(TABLES | REST),
    plant("api-user-inactive", WARNING, "S2",
        &[LoseAll("integration"), Integrations(&[]), Set(ME, "deactivated", "2026-11-21")],
        At::Cell("deactivated"), "2026-11-21").only(PLAN),

    plant("activity-contradicts-dates", WARNING, "", &[Set(ME, "deactivated", "2026-01-01")],
        At::Either("active", "deactivated"), "").only(TABLES | REST),
    plant("activity-contradicts-dates", WARNING, "", &[Set(ME, "activated", "2027-01-01")],
        At::Either("active", "activated"), "").only(TABLES | REST),

    plant("api-user-shared", WARNING, "S2", &[Set(ME, "windows-login", "ACME\\robot")],
        At::Cell("windows-login"), "ACME\\robot").only(TABLES | REST),
    plant("api-user-shared", WARNING, "S2", &[Set(ME, "acd-id", "7002")], At::Cell("acd-id"), "7002").only(TABLES | REST),
    plant("api-user-shared", WARNING, "S2", &[Set(ME, "roles", "Administrator|Agent")],
        At::Item("roles", 1), "Agent").only(TABLES),
    plant("api-user-shared", WARNING, "S2", &[Set(ME, "roles", "Administrator|Advisor#agent")],
        At::Item("roles", 1), "Advisor").only(REST | PLAN),

    plant("creator-not-administrator", ERROR, "S3", &[Set(ME, "created-by", "eli.rowe@acme.example")],
        At::Cell("created-by"), "eli.rowe@acme.example").only(TABLES | PLAN),
    plant("creator-not-administrator", ERROR, "S3",
        &[Catalogue, Set("dana", "roles", "Ops Admin"), Set("crm", "created-by", "fay.marsh@acme.example")],
        At::Cell("created-by"), "dana.ops@acme.example").only(TABLES | PLAN),

    plant("seats-exceeded", ERROR, "S4", &[Owned(2)], At::Holder(3), "Administrator"),
    plant("seats-exceeded", ERROR, "S4", &[Owned(3)], At::Holder(4), "Administrator"),
    plant("seats-nearly-used", WARNING, "S4", &[Owned(4)], At::Holder(4), "Administrator"),
    plant("seats-nearly-used", WARNING, "S4", &[Owned(6), WarnAt("0.5")], At::Holder(3), "Administrator"),

    plant("sole-administrator", WARNING, "S5",
        &[LoseAll("created-by"), Drop("crm"), Integrations(&["payroll-sync"]),
          Set("dana", "roles", "Auditor"), Set("fay", "roles", "Deputy")],
        At::Cell("roles"), "Administrator"),
    plant("sole-administrator", WARNING, "S5",
        &[LoseAll("created-by"), Drop("crm"), Drop("dana"), Set("fay", "active", "no")],
        At::Cell("roles"), "Administrator").only(TABLES | REST),
    plant("sole-administrator", ERROR, "S5",
        &[FirstLogin, LoseAll("created-by"), Drop("crm"), Integrations(&["payroll-sync"]), Drop("dana"), Drop("fay"),
          Drop("eli")],
        At::Cell("roles"), "Administrator"),

    plant("name-blank", ERROR, "S6", &[Set(ME, "first-name", "")], At::Cell("first-name"), ""),
    plant("name-blank", ERROR, "S6", &[Set(ME, "last-name", "")], At::Cell("last-name"), ""),
    plant("name-blank", ERROR, "S6", &[Set(ME, "first-name", SPACES)], At::Cell("first-name"), "").only(CSV),
    plant("name-without-purpose", WARNING, "S6", &[Set(ME, "first-name", "Robin"), Set(ME, "last-name", "Quill")],
        At::Cell("first-name"), "Robin"),
    plant("name-without-purpose", WARNING, "S6", &[Set(ME, "first-name", "Apia"), Set(ME, "last-name", "Rapids \"Bo\"")],
        At::Cell("first-name"), "Apia"),

    plant("user-name-not-email", ERROR, "S7", &[Set(ME, "user-name", "")], At::Cell("user-name"), ""),
    plant("user-name-not-email", ERROR, "S7", &[Set(ME, "user-name", "api.payroll")], At::Cell("user-name"), "api.payroll"),
    plant("user-name-not-email", ERROR, "S7", &[Set(ME, "user-name", "api.payroll@@acme.example")],
        At::Cell("user-name"), "api.payroll@@acme.example"),
    plant("user-name-not-email", ERROR, "S7", &[Set(ME, "user-name", "api, payroll@acme.example")],
        At::Cell("user-name"), "api, payroll@acme.example"),
    plant("user-name-not-email", ERROR, "S7", &[Set(ME, "user-name", "api.payroll@acme..example")],
        At::Cell("user-name"), "api.payroll@acme..example"),
    plant("user-name-shared", ERROR, "S7", &[Set(ME, "user-name", "API.CRM@acme.example")], At::Later("crm"), ""),
    plant("user-name-shared", ERROR, "S7", &[Set(ME, "user-name", "Fay.Marsh@Acme.Example")], At::Later("fay"), ""),
    plant("user-name-look-alike", WARNING, "S7", &[Set(ME, "user-name", "api.crm@аcme.example")],
        At::Cell("user-name"), "api.crm@аcme.example").also(&["user-name-posing"]),
    plant("user-name-look-alike", WARNING, "S7", &[Set(ME, "user-name", "fay.mаrsh@acme.example")],
        At::Cell("user-name"), "fay.mаrsh@acme.example").also(&["user-name-posing"]),
    plant("user-name-unroutable", WARNING, "S7", &[Set(ME, "user-name", "\"api payroll\"@acme.example")],
        At::Cell("user-name"), "\"\"api payroll\"\"@acme.example"),
    plant("user-name-unroutable", WARNING, "S7", &[Set(ME, "user-name", "api.payroll@[192.0.2.7]")],
        At::Cell("user-name"), "api.payroll@[192.0.2.7]"),
    plant("user-name-unroutable", WARNING, "S7", &[Set(ME, "user-name", "api.payroll@intranet")],
        At::Cell("user-name"), "api.payroll@intranet"),
    plant("user-name-unroutable", WARNING, "S7", &[Set(ME, "user-name", "api.payroll@acme.invalid")],
        At::Cell("user-name"), "api.payroll@acme.invalid"),

    plant("password-literal", ERROR, "S8", &[Set(ME, "password", STRONG)], At::Secret(ME), "").only(TABLES | PLAN),
    plant("password-literal", ERROR, "S8", &[Set("eli", "password", STRONG)], At::Secret("eli"), "").only(TABLES | PLAN),
    plant("password-too-weak", ERROR, "S8", &[Catalogue, Set(ME, "password", "Sh0rt-pw!")], At::Secret(ME), "")
        .only(TABLES | PLAN).also(&["password-literal"]),
    plant("password-too-weak", ERROR, "S8", &[Catalogue, Set(ME, "password", "onlylowercaseletters")], At::Secret(ME), "")
        .only(TABLES | PLAN).also(&["password-literal"]),

    plant("administrator-role-missing", ERROR, "S9", &[Set(ME, "roles", "")], At::Cell("roles"), ""),
    plant("administrator-role-missing", ERROR, "S9", &[Set(ME, "roles", "Auditor")], At::Cell("roles"), "Auditor"),
    plant("administrator-role-missing", ERROR, "S9", &[Set(ME, "roles", "administrator")], At::Cell("roles"), "administrator"),
    plant("administrator-role-missing", NOTE, "S9",
        &[Set(ME, "roles", "Deputy"), Config("[administrator]\naccept-equivalent = [\"Deputy\"]\n")],
        At::Cell("roles"), "Deputy"),

    plant("team-blank", ERROR, "S10", &[Set(ME, "team", "")], At::Cell("team"), ""),
    plant("team-blank", ERROR, "S10", &[Set(ME, "team", SPACES)], At::Cell("team"), "").only(CSV),
    plant("team-blank", ERROR, "S10", &[Lose(ME, "team")], At::Record, "").only(HEADERS | REST | PLAN),
    plant("team-not-allowed", NOTE, "S10", &[Set(ME, "team", "Billing")], At::Cell("team"), "Billing"),
    plant("team-not-allowed", NOTE, "S10", &[Set(ME, "team", "default team")], At::Cell("team"), "default team").only(TABLES),
    plant("team-not-allowed", ERROR, "S10",
        &[Set(ME, "team", "Billing"), Config("[teams]\nalternates = [\"Claims\"]\n")], At::Cell("team"), "Billing"),
    plant("team-unknown", ERROR, "S10", &[Catalogue, Set(ME, "team", "Nowhere Team")],
        At::Cell("team"), "Nowhere Team").only(TABLES | PLAN),
    plant("team-unknown", ERROR, "S10", &[Catalogue, Set(ME, "team", "claims")],
        At::Cell("team"), "claims").only(TABLES | PLAN),

    plant("scope-empty", ERROR, "S11", &[Set(ME, "scope", "")], At::Cell("scope"), ""),
    plant("scope-empty", ERROR, "S11", &[Set(ME, "scope", SPACES)], At::Cell("scope"), "").only(CSV),
    plant("scope-empty", ERROR, "S11", &[Lose(ME, "scope")], At::Record, "").only(HEADERS | REST | PLAN),
    plant("scope-unknown", ERROR, "S11", &[Catalogue, Set(ME, "scope", "group:Nowhere")],
        At::Item("scope", 0), "Nowhere").only(TABLES | PLAN),
    plant("scope-unknown", ERROR, "S11", &[Catalogue, Set(ME, "scope", "group:Operations|team:Ghosts")],
        At::Item("scope", 1), "Ghosts").only(TABLES | PLAN),
    plant("scope-unknown", ERROR, "S11", &[Catalogue, Set(ME, "scope", "group:Sales|team:Old Team")],
        At::Item("scope", 1), "Old Team"),
    plant("scope-whole-tenant", NOTE, "S11", &[Catalogue, Set(ME, "scope", "tenant:Acme")], At::Item("scope", 0), "Acme"),
    plant("scope-whole-tenant", NOTE, "S11", &[Set(ME, "scope", "tenant:Acme"), Config("tenant = \"Acme\"\n")],
        At::Item("scope", 0), "Acme").only(TABLES),

    plant("main-view-not-enterprise", ERROR, "S12", &[Set(ME, "main-view", "")], At::Cell("main-view"), "")
        .only(COLUMN | REST | PLAN),
    plant("main-view-not-enterprise", ERROR, "S12",
        &[Set(ME, "main-view", "Billing View"), Set(ME, "wfm-views", "EnterpriseView")], At::Cell("main-view"), "Billing View"),
    plant("main-view-not-enterprise", ERROR, "S12", &[Set(ME, "main-view", "Enterprise View")],
        At::Cell("main-view"), "Enterprise View"),
    plant("main-view-not-enterprise", ERROR, "S12", &[Set(ME, "main-view", "Е\u{200b}nterpriseView")],
        At::Cell("main-view"), "Е\u{200b}nterpriseView"),
    plant("main-view-not-enterprise", ERROR, "S12", &[Set(ME, "main-view", ""), Set(ME, "wfm-views", "")],
        At::Either("main-view", "wfm-views"), "").only(COLUMN),
    plant("main-view-not-enterprise", ERROR, "S12", &[Set(ME, "main-view", ""), Set(ME, "wfm-views", "")],
        At::Cell("main-view"), "").only(REST | PLAN),
];
