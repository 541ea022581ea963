//! Look-alikes: named as what they are, wherever a name is judged, and no honest pair accused.

use crate::support::report::{Report, primary};
use crate::support::workspace::{Workspace, nothing_wrong};

const SEATS: [&str; 2] = ["--seats", "System Administrator=50"];
const HEADER: &str = "First Name,Last Name,User Name,Roles,Team,Scope,WFM Views,Active\n";
const API: &str =
    "API,Payroll Sync,api.payroll@acme.example,Administrator,Default Team,Operations,EnterpriseView,yes\n";
const OPS: &str = "Dana,Ops,dana.ops@acme.example,Administrator,Default Team,Operations,EnterpriseView,yes\n";

fn judge(table: &str, exit: i32, verdict: &str) -> Result<Report, String> {
    Workspace::with(&[("people.csv", table)]).check(&["people.csv", SEATS[0], SEATS[1]]).concluded(exit, verdict)
}

/// The finding itself says which character is odd, in its message or under the cell.
#[test]
fn the_finding_names_the_character() {
    let mut wrong = Vec::new();
    for (rule, plain, odd, said) in [
        (
            "main-view-not-enterprise",
            "EnterpriseView",
            "\u{415}nterpriseView",
            "the first letter is Cyrillic capital letter Ie",
        ),
        ("main-view-not-enterprise", "EnterpriseView", "Enterprise\u{200b}View", "zero width space"),
        ("main-view-not-enterprise", "EnterpriseView", "Enterprise\u{a0}View", "no-break space"),
        ("main-view-not-enterprise", "EnterpriseView", "\u{ff25}nterpriseView", "U+FF25"),
        ("administrator-role-missing", "Administrator", "Adm\u{456}nistrator", "character 4 is Cyrillic small letter"),
        ("administrator-role-missing", "Administrator", "Administrator\u{ad}", "soft hyphen"),
        ("user-name-not-email", "payroll@acme", "payroll\u{ff20}acme", "fullwidth commercial at"),
        ("user-name-not-email", "payroll@acme", "pay\u{200b}roll@acme", "zero width space"),
        ("user-name-not-email", "payroll@acme", "pay\u{202e}roll@acme", "right-to-left override"),
    ] {
        let table =
            format!("{HEADER}{}{OPS}{OPS}", API.replace(plain, odd)).replacen("Dana,Ops,dana.", "Eli,Ops,eli.", 1);
        let judged = judge(&table, 1, "fail").and_then(|report| {
            let found = report.by_rule(rule);
            let [one] = found.as_slice() else { return Err(format!("{} findings", found.len())) };
            let words = format!("{} {}", one["message"], primary(one)?["message"]);
            if words.contains(said) { Ok(()) } else { Err(words) }
        });
        wrong.extend(judged.err().map(|why| format!("{rule}, {said}: {why}")));
    }
    nothing_wrong(wrong);
}

/// A warning of its own if no finding names the character, or only a note does.
#[test]
fn a_name_that_poses_is_a_finding_of_its_own() {
    let mut wrong = Vec::new();
    for (kind, plain, odd, said) in [
        ("name-look-alike", ",Administrator,", ",Administrator;Administrat\u{43e}r,", "looks like `Administrator`"),
        (
            "name-look-alike",
            ",Administrator,",
            ",Administrator;Night Sh\u{456}ft,",
            "character 9 is Cyrillic small letter",
        ),
        ("name-look-alike", "Default Team", "D\u{435}fault Team", "character 2 is Cyrillic small letter Ie"),
        ("name-look-alike", ",Operations,", ",Operations;Bill\u{200b}ing,", "zero width space"),
        ("name-look-alike", "EnterpriseView", "EnterpriseView*;\u{ff22}illing View", "U+FF22"),
        ("user-name-posing", "api.payroll@", "api.p\u{430}yroll@", "character 6 is Cyrillic small letter A"),
        ("user-name-posing", "api.payroll@", "api.\u{ff50}ayroll@", "U+FF50"),
        ("user-name-posing", "payroll@acme.example", "payroll@xn--pple-43d.example", "looks like `apple`"),
    ] {
        let table = format!("{HEADER}{}{OPS}", API.replace(plain, odd));
        let judged = judge(&table, 1, "fail").and_then(|report| {
            let found = report.by_rule(kind);
            let [one] = found.as_slice() else { return Err(format!("{} findings\n{}", found.len(), report.0)) };
            let is_of_input = one["basis"] == "input" && one["severity"] == "warning" && one["record"]["number"] == 1;
            let words = one["message"].to_string();
            let label = primary(one)?;
            let is_placed = label["start"]["line"] == 2 && label["start"]["byte"] != label["end"]["byte"];
            if is_of_input && is_placed && words.contains(said) { Ok(()) } else { Err(one.to_string()) }
        });
        wrong.extend(judged.err().map(|why| format!("{odd}: {why}")));
    }
    nothing_wrong(wrong);
}

/// The roles of people count seats and administrators: one that only looks like the administrator's counts for neither.
#[test]
fn a_role_of_a_person_that_poses_is_a_finding() {
    let table =
        format!("{HEADER}{API}{OPS}{}", OPS.replace("dana.ops", "eli").replace("Administrator", "\u{410}dministrator"));
    let report = judge(&table, 1, "fail").unwrap();
    let found = report.by_rule("name-look-alike");
    assert!(found.len() == 1 && found[0]["record"]["number"] == 3, "{}", report.0);
}

/// Accents, other alphabets and the signs of Japanese are not a disguise; nor is an account that is not active.
#[test]
fn honest_names_of_other_scripts_pose_as_nothing() {
    let names = [
        "\u{c9}quipe",
        "\u{41e}\u{442}\u{434}\u{435}\u{43b} \u{43a}\u{430}\u{434}\u{440}\u{43e}\u{432}",
        "\u{55b6}\u{696d}\u{ff21}\u{ff30}\u{ff29}",
        "\u{394}\u{3b9}\u{3bf}\u{3af}\u{3ba}\u{3b7}\u{3c3}\u{3b7}",
        "B\u{fc}ro \u{2013} K\u{f6}ln",
    ];
    let mut wrong = Vec::new();
    for name in names {
        let api = API
            .replace(",Administrator,", &format!(",Administrator;{name},"))
            .replace(",Operations,", &format!(",{name},"));
        let late = API.replace("api.payroll", "\u{430}pi.off").replace(",yes", ",no");
        let judged = judge(&format!("{HEADER}{api}{OPS}{late}"), 1, "fail");
        wrong.extend(
            judged
                .and_then(|report| {
                    let found = report.by_rule("name-look-alike").len() + report.by_rule("user-name-posing").len();
                    if found == 0 { Ok(()) } else { Err(format!("{name}: {}", report.0)) }
                })
                .err(),
        );
    }
    nothing_wrong(wrong);
}

/// A finding that already names the character is enough.
#[test]
fn one_disguise_is_said_once() {
    let table = format!(
        "{HEADER}{}{OPS}{}",
        API.replace("EnterpriseView", "\u{415}nterpriseView"),
        OPS.replace("dana.ops", "eli")
    );
    let report = judge(&table, 1, "fail").unwrap();
    assert_eq!(report.by_rule("main-view-not-enterprise").len(), 1);
    assert!(report.by_rule("name-look-alike").is_empty(), "{}", report.0);
}

#[test]
fn twins_are_found_and_the_odd_one_is_pointed_at() {
    let mut wrong = Vec::new();
    for odd in [
        "\u{430}pi.payroll@acme.example",
        "api.payroll@\u{430}cme.example",
        "api\u{200b}.payroll@acme.example",
        "\u{ff41}pi.payroll@acme.example",
    ] {
        let twin = OPS.replace("dana.ops@acme.example", odd);
        for table in [format!("{HEADER}{API}{OPS}{twin}"), format!("{HEADER}{twin}{OPS}{API}")] {
            let judged = judge(&table, 1, "fail").and_then(|report| {
                let found = report.by_rule("user-name-look-alike");
                let is_alone = found.len() == 1 && report.by_rule("user-name-shared").is_empty();
                let is_pointed_at = is_alone && found[0]["record"]["key"] == odd;
                let line = 1 + table.lines().position(|line| line.contains(odd)).unwrap() as u64;
                let is_placed = is_alone && primary(found[0])?["start"]["line"] == line;
                if is_pointed_at && is_placed { Ok(()) } else { Err(format!("{found:?}")) }
            });
            wrong.extend(judged.err().map(|why| format!("{odd}: {why}")));
        }
    }
    nothing_wrong(wrong);
}

/// A letter of mathematics is not one that somebody typed, and Greek capitals are drawn like Latin ones.
#[test]
fn a_sign_that_poses_as_a_letter_is_no_other_case_of_it() {
    let mut wrong = Vec::new();
    for (plain, odd) in [("kate", "\u{1d424}ate"), ("ANNA", "\u{391}\u{39d}\u{39d}\u{391}")] {
        let account = |name: &str| OPS.replace("dana.ops", name);
        let table = format!("{HEADER}{API}{}{}", account(plain), account(odd));
        let judged = judge(&table, 1, "fail").and_then(|report| match report.by_rule("user-name-look-alike").len() {
            1 => Ok(()),
            count => Err(format!("{count} findings")),
        });
        wrong.extend(judged.err().map(|why| format!("{odd}: {why}")));
    }
    nothing_wrong(wrong);
}

#[test]
fn honest_names_are_not_accused() {
    let names = [
        "tamra",
        "tarnra",
        "apil",
        "api1",
        "o",
        "0",
        "andre",
        "andr\u{e9}",
        "muller",
        "m\u{fc}ller",
        "\u{438}\u{432}\u{430}\u{43d}",
        "strasse",
        "stra\u{df}e",
    ];
    let people: String = names.iter().map(|name| OPS.replace("dana.ops", name)).collect();
    let report = judge(&format!("{HEADER}{API}{OPS}{people}"), 0, "pass").unwrap();
    assert!(report.by_rule("user-name-look-alike").is_empty());
    assert_eq!(report.outcome("user-name-look-alike"), "pass");
}

#[test]
fn a_key_that_looks_like_a_known_one_is_said() {
    let user = |roles: &str, name: &str| {
        format!(
            r#"{{"firstName":"API","lastName":"Feed","email":"{name}","{roles}":[{{"name":"Administrator"}}],"team":"Default Team","scope":{{"groups":["Operations"]}},"views":[{{"name":"EnterpriseView","mainView":true}}],"active":true}}"#
        )
    };
    let (plain, odd) = (user("roles", "api.one@acme.example"), user("r\u{43e}les", "api.two@acme.example"));
    for (name, text) in [("people.json", format!("[{plain},{odd}]")), ("people.jsonl", format!("{plain}\n{odd}\n"))] {
        let workspace = Workspace::with(&[(name, &text)]);
        let report = workspace.check(&[name, SEATS[0], SEATS[1]]).concluded(3, "incomplete").unwrap();
        let words = report.by_rule("header-look-alike").first().map(|one| one.to_string()).unwrap_or_default();
        assert!(words.contains("character 2 is Cyrillic small letter O"), "{name}: {words}");
    }
}

/// A header that looks like a known one would leave its column unread.
#[test]
fn a_header_that_looks_like_a_known_one_is_said() {
    let mut wrong = Vec::new();
    for (plain, odd, said) in [
        ("Team", "Te\u{430}m", "Cyrillic small letter A"),
        ("Roles", "Role\u{200b}s", "zero width space"),
        ("First Name", "First\u{a0}Name", "no-break space"),
        ("Active", "\u{ff21}ctive", "U+FF21"),
    ] {
        let table = format!("{}{API}{OPS}", HEADER.replacen(plain, odd, 1));
        let judged = judge(&table, 3, "incomplete").and_then(|report| {
            let words = report.by_rule("header-look-alike").first().map(|one| one.to_string()).unwrap_or_default();
            if words.contains(said) && words.contains("\"line\":1") { Ok(()) } else { Err(words) }
        });
        wrong.extend(judged.err().map(|why| format!("{plain}: {why}")));
    }
    nothing_wrong(wrong);
}
