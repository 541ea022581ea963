//! Dates and words of activity, as exports write them: read where the config leaves one reading, else named with the line
//! of config that settles them.

use crate::support::workspace::{Ran, Workspace};

const HEADERS: &str = "First Name,Last Name,User Name,Roles,Team,Scope,Main View,Active,Activated,Deactivated";
const PERSON: &str = "Administrator,Default Team,Operations,EnterpriseView";

/// A run over three administrators; the last one's activity is in question. All are active unless it is not.
fn run(format: &str, config: &str, active: &str, activated: &str, deactivated: &str) -> Ran {
    let config = format!("[licenses.\"System Administrator\"]\nseats = 9\n{config}");
    let input = match format {
        "csv" => format!(
            "{HEADERS}\nAPI,Payroll Sync,api.payroll@acme.example,{PERSON},yes,,\nDana,Ops,dana@acme.example,{PERSON},yes,,\n\
             Ken,Ito,ken@acme.example,{PERSON},{active},{activated},{deactivated}\n"
        ),
        _ => {
            let quoted = |text: &str| match text {
                "" => "null".to_owned(),
                number if number.bytes().all(|byte| byte.is_ascii_digit()) && number.len() > 8 => number.to_owned(),
                text => format!("{text:?}"),
            };
            let account = |names: &str, active: &str, from: &str, until: &str| {
                format!(
                    r#"{{{names},"roles":[{{"name":"Administrator"}}],"team":"Default Team","scope":{{"groups":["Operations"]}},"views":[{{"name":"EnterpriseView","mainView":true}}],"active":{active},"activated":{},"deactivated":{}}}"#,
                    quoted(from),
                    quoted(until),
                )
            };
            let accounts = [
                account(
                    r#""firstName":"API","lastName":"Payroll Sync","email":"api.payroll@acme.example""#,
                    "true",
                    "",
                    "",
                ),
                account(r#""firstName":"Dana","lastName":"Ops","email":"dana@acme.example""#, "true", "", ""),
                account(
                    r#""firstName":"Ken","lastName":"Ito","email":"ken@acme.example""#,
                    &quoted(active),
                    activated,
                    deactivated,
                ),
            ];
            let separator = if format == "jsonl" { "\n" } else { ",\n" };
            let list = accounts.join(separator);
            if format == "jsonl" { list } else { format!("[{list}]") }
        }
    };
    let name = format!("people.{format}");
    let workspace = Workspace::with(&[(&name, &input), ("rolecall.toml", &config)]);
    workspace.check_as("json", &[&name, "--config", "rolecall.toml"])
}

const FORMATS: [&str; 3] = ["csv", "json", "jsonl"];

#[test]
fn a_date_with_one_reading_decides() {
    let order = "[dates]\norder = \"dmy\"\n";
    for (config, date, has_begun) in [
        ("", "2026-11-21", true),
        ("", "2026-11-22T00:30:00+01:00", true),
        ("", "2026-11-21T23:30:00-01:00", false),
        ("", "2026/11/22 00:00", false),
        (order, "21.11.2026 23:59", true),
        (order, "22-11-2026", false),
        ("[dates]\norder = \"mdy\"\n", "11/22/2026 11:59:00 PM", false),
        ("[dates]\nepoch = \"seconds\"\n", "1795219200", true),
        ("[dates]\nepoch = \"seconds\"\n", "1795305600", false),
        ("[dates]\nepoch = \"milliseconds\"\n", "1795219200000", true),
    ] {
        for format in FORMATS {
            let report = run(format, config, "", date, "").report().unwrap();
            let seats = report.seats("System Administrator");
            assert_eq!(
                (seats["used"].as_u64(), seats["exact"].as_bool()),
                (Some(2 + u64::from(has_begun)), Some(true)),
                "{format}: {date}"
            );
        }
    }
}

#[test]
fn a_date_without_one_names_its_cure() {
    let dmy = "[dates]\norder = \"dmy\"\n";
    for (format, config, date, words) in [
        ("csv", "", "21.11.2026", "add `order = \"dmy\"`"),
        ("csv", "", "11/21/2026", "add `order = \"mdy\"`"),
        ("csv", "", "03/04/2026", "`order = \"dmy\"` (day first) or `order = \"mdy\"`"),
        ("csv", dmy, "31.11.2026", "does not exist"),
        ("csv", "", "2026-02-30", "does not exist"),
        ("csv", "", "46000", "add `serials = \"1900\"`"),
        ("csv", "", "1830297600", "add `epoch = \"seconds\"`"),
        ("csv", "", "1735732800000", "add `epoch = \"milliseconds\"`"),
        ("csv", "[dates]\nepoch = \"seconds\"\n", "1735732800000", "add `epoch = \"milliseconds\"`"),
        ("json", "", "1830297600", "add `epoch = \"seconds\"`"),
        ("json", "[dates]\nepoch = \"seconds\"\n", "1735732800000", "add `epoch = \"milliseconds\"`"),
        ("jsonl", "", "1830297600", "2028-01-01"),
    ] {
        let report = run(format, config, "", date, "").concluded(3, "incomplete").unwrap();
        let found = report.by_rule("date-unreadable");
        assert_eq!(found.len(), 1, "{date}: {report:?}");
        let said = format!("{} {}", found[0]["message"], found[0]["remedy"]).replace("\\\"", "\"");
        assert!(said.contains(words), "{date}: not {words}: {said}");
        assert_eq!(report.seats("System Administrator")["exact"], false, "{date}");
    }
}

#[test]
fn words_of_activity_count_in_any_case() {
    let config = "[values]\nactive = [\"Oui\", \"Não\"]\ninactive = [\"Nein\"]\nblank = [\"n/a\"]\n";
    for (word, activated, used) in
        [("OUI", "", 3), ("oui", "", 3), ("NÃO", "", 3), ("nein", "", 2), ("yes", "", 3), ("N/A", "2026-01-01", 3)]
    {
        for format in FORMATS {
            let report = run(format, config, word, activated, "").report().unwrap();
            assert_eq!(report.seats("System Administrator")["used"], used, "{format}: {word}");
            assert!(report.by_rule("active-unreadable").is_empty(), "{format}: {word}");
        }
    }
    for word in ["Ouis", "Aktiv", "N/A"] {
        for format in FORMATS {
            let report = run(format, config, word, "", "").concluded(3, "incomplete").unwrap();
            let found = report.by_rule("active-unreadable");
            assert_eq!(found.len(), 1, "{format}: {word}");
            if word != "N/A" {
                assert!(
                    found[0]["remedy"].as_str().unwrap().contains(&format!("active = [\"{word}\"]")),
                    "{format}: {word}"
                );
            }
        }
    }
}
