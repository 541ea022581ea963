//! No false clean: tables that cannot be read whole. Every one is INCOMPLETE, and what could be read is judged.

use crate::case::{CANARY, Case, SEATS, case, dana, good, head, late, quotes_nothing, raw, says_incomplete};
use crate::support::workspace::{Workspace, nothing_wrong};

const CSV: &str = "people.csv";

macro_rules! ok {
    () => {
        concat!(head!(), good!(), dana!())
    };
}

#[rustfmt::skip]
const CASES: &[Case] = &[
    case("unclosed quote, last record", CSV, concat!(ok!(), "API,\"Open Feed,api.open@acme.example,A,D,O,E,yes\n")).line(4),
    case("unclosed quote, first record", CSV, concat!(head!(), "\"API,Open Feed,a@b.example,A,D,O,E,yes\n", good!(), dana!())).line(2),
    case("unclosed quote in the middle, the violation before it", CSV,
        concat!(ok!(), late!(), "API,\"Open,a@b.example,A,D,O,E,yes\n", good!())).line(5).later("team-blank", 3),
    case("unclosed quote in the very last cell", CSV, concat!(ok!(), "API,Open,a@b.example,A,D,O,E,\"yes\n")).line(4),
    case("text after a closing quote", CSV,
        concat!(ok!(), "\"API\"x,Feed,api.x@acme.example,Administrator,Default Team,Operations,EnterpriseView,yes\n", late!()))
        .line(4).later("team-blank", 4),
    case("a quote inside an unquoted cell", CSV,
        concat!(ok!(), "A\"PI,Feed,api.x@acme.example,Administrator,Default Team,Operations,EnterpriseView,yes\n", late!()))
        .line(4).later("team-blank", 4),
    case("a backslash before a quote", CSV,
        concat!(ok!(), "\"A\\\"PI\",Feed,api.x@acme.example,Administrator,Default Team,Operations,EnterpriseView,yes\n", late!()))
        .line(4),
    case("a row one cell short", CSV,
        concat!(ok!(), "API,Feed,api.x@acme.example,Administrator,Default Team,Operations,EnterpriseView\n", late!()))
        .line(4).later("team-blank", 4),
    case("a row one cell long", CSV,
        concat!(ok!(), "API,Feed,api.x@acme.example,Administrator,Default Team,Operations,EnterpriseView,yes,\n", late!()))
        .line(4).later("team-blank", 4),
    case("the first row short", CSV, concat!(head!(), "API\n", good!(), dana!(), late!())).line(2).later("team-blank", 4),
    case("the last row cut off", CSV, concat!(ok!(), late!(), "API,Fe")).line(5).later("team-blank", 3),
    case("rows hidden between two quotes", CSV,
        concat!(ok!(), "API,\"Feed,a@b.example,A,D,O,E,yes\n", late!(), "API,Feed\",a@b.example,A,D,O,E,yes\n")),
    case("one header twice", CSV, "User Name,First Name,Last Name,Roles,Team,Team,Scope,WFM Views\n\
        api@acme.example,API,User,Administrator,Default Team,Default Team,Operations,EnterpriseView\n").line(1).places(2).hint("Team"),
    case("one header twice, but for case and _", CSV, "User Name,First Name,first_name,Last Name,Roles,Team,Scope,WFM Views\n\
        api@acme.example,API,API,User,Administrator,Default Team,Operations,EnterpriseView\n").line(1).places(2),
    case("an unknown header twice", CSV, concat!("Note,Note,", head!(), "a,b,", good!(), "c,d,", dana!())).line(1).places(2),
    case("two headers for one field", CSV, concat!("Assigned Roles,", head!(), "Auditor,", good!(), ",", dana!())).line(1).places(2),
    case("two e-mail headers", CSV, "Email,Email Address,First Name,Last Name,Roles,Team,Scope,WFM Views\n\
        api@acme.example,b@acme.example,API,User,Administrator,Default Team,Operations,EnterpriseView\n").line(1).places(2),
    case("two log-in headers", CSV, concat!("Login,", head!(), "api,", good!(), "dana,", dana!())).line(1).places(2),
    case("a column that another program numbered", CSV, concat!("Roles.1,", head!(), "Auditor,", good!(), ",", dana!())).hint("`Roles.1`"),
    case("a header that may be one or several", CSV, "First Name,Last Name,User Name,Roles,Team,Associated Group(s) and Team(s),WFM Views,Active\n").hint("Group(s)"),
    case("activity under another header", CSV, "First Name,Last Name,User Name,Roles,Team,Scope,WFM Views,Account Status\n\
        API,Sync,api@acme.example,Administrator,Default Team,Operations,EnterpriseView,Disabled\n").hint("Account Status"),
    case("roles that are taken back", CSV, concat!("Denied Roles,", head!(), "Administrator,", good!(), ",", dana!())).hint("Denied Roles"),
    case("a row of types", CSV, concat!(head!(), "string,varchar(50),email,string,string,string,,bool\n", good!(), dana!(), late!()))
        .line(2).later("team-blank", 4),
    case("a row of duties", CSV, concat!(head!(), "Required,Required,Required,Optional,Optional,Optional,Optional,Optional\n", good!(), dana!()))
        .line(2),
    case("no header row", CSV, concat!("zQ7canaryXv9,Payroll Sync,api.payroll@acme.example,Administrator,zQ7canaryXv9\n", good!(), dana!())),
    case("a title above the header row", CSV, concat!("zQ7canaryXv9 export\n", ok!())),
    case("header only", CSV, head!()),
    case("header only, not ended", CSV, "First Name,Last Name,User Name,Roles,Team,Scope,WFM Views,Active"),
    case("empty", CSV, ""),
    case("spaces only", CSV, "   \n  \n\t\n"),
    case("a byte order mark only", CSV, "\u{feff}"),
    case("newlines only", CSV, "\n\r\n\r"),
    raw("a zip archive by another name", CSV, b"PK\x03\x04\x14\0\0\0\x08\0\xc3\x28zQ7canaryXv9"),
    raw("UTF-16 without a mark", CSV, b"U\0s\0e\0r\0 \0N\0a\0m\0e\0\n\0a\0@\0b\0.\0c\0\n\0"),
    raw("Latin-1", CSV, b"First Name,Last Name,User Name,Roles,Team,Scope,WFM Views,Active\n\
        API,Caf\xe9,api@acme.example,Administrator,Default Team,Operations,EnterpriseView,yes\n").line(2),
    case("active is a blank without dates", CSV,
        concat!(ok!(), "API,Feed,api.x@acme.example,Administrator,Default Team,Operations,EnterpriseView,\n", late!()))
        .line(4).later("team-blank", 4),
    case("active is no truth value", CSV,
        concat!(ok!(), "API,Feed,api.x@acme.example,Administrator,Default Team,Operations,EnterpriseView,perhaps\n", late!()))
        .line(4).later("team-blank", 4),
    case("a person's active is no truth value", CSV,
        concat!(ok!(), "Eli,Rowe,eli@acme.example,Auditor,Billing,Billing,EnterpriseView,-\n", late!())).line(4).later("team-blank", 4),
];

const DATES: [&str; 7] = ["31/12/2026", "2026-02-30", "soon", "20260101", "46000", "2026-13-01", "01.02.2026"];

#[test]
fn a_table_that_cannot_be_read_whole_is_incomplete() {
    nothing_wrong(CASES.iter().filter_map(|case| case.judge().err()).collect());
}

#[test]
fn a_date_that_cannot_be_read_is_incomplete() {
    let mut wrong = Vec::new();
    for date in DATES {
        let table = format!(
            "{},Activated,Deactivated\n{},,\n{},,{date}\n{},,\n",
            head!().trim_end(),
            good!().trim_end(),
            dana!().trim_end(),
            late!().trim_end()
        );
        let workspace = Workspace::with(&[(CSV, &table)]);
        let judged = workspace.check(&[CSV, SEATS[0], SEATS[1]]).concluded(3, "incomplete");
        let late = judged.map(|report| report.by_rule("team-blank").len());
        if late != Ok(1) {
            wrong.push(format!("{date}: {late:?}"));
        }
    }
    nothing_wrong(wrong);
}

/// One bad byte in the first and in the last kilobyte of a long file.
#[test]
fn a_bad_byte_anywhere_is_incomplete() {
    let mut rows = String::from(head!());
    for number in 0..4000 {
        rows.push_str(&format!(
            "Person,Number {number},p{number}@acme.example,Auditor,Billing,Billing,Billing View,yes\n"
        ));
    }
    rows.push_str(concat!(good!(), dana!()));
    for place in [head!().len() + 300, rows.len() / 2, rows.len() - 300] {
        let mut bytes = rows.clone().into_bytes();
        bytes[place] = 0xff;
        let line = 1 + bytes[..place].iter().filter(|byte| **byte == b'\n').count() as u64;
        let workspace = Workspace::new();
        workspace.write(CSV, &bytes);
        let report = workspace.check(&[CSV, SEATS[0], SEATS[1]]).concluded(3, "incomplete").unwrap();
        let lines: Vec<_> = report.faults().iter().map(|fault| fault["labels"][0]["start"]["line"].as_u64()).collect();
        assert!(lines.contains(&Some(line)), "the bad byte is on line {line}: {lines:?}");
        assert!(!report.holes().is_empty());
    }
}

/// The same table, parted by other characters: read as what it is, or not judged; never clean.
#[test]
fn another_delimiter_hides_nothing() {
    for delimiter in [";", "\t", "|"] {
        let table = concat!(head!(), good!(), dana!(), late!()).replace(',', delimiter);
        let workspace = Workspace::with(&[(CSV, &table)]);
        let ran = workspace.check(&[CSV, SEATS[0], SEATS[1]]);
        let report = ran.report().unwrap();
        let found = ran.exit == 1 && report.verdict() == "fail" && report.by_rule("team-blank").len() == 1;
        let refused = ran.exit == 3 && report.verdict() == "incomplete";
        assert!(found || refused, "{delimiter:?}\n{ran}");
    }
}

/// If a table has a log-in and an e-mail column, the log-in is the user name; the two do not clash.
#[test]
fn a_login_beside_an_email_is_no_clash() {
    for (login, email) in
        [("User Name", "Email"), ("Login", "E-mail"), ("Username", "Email Address"), ("Login Name", "email")]
    {
        let table = concat!(head!(), good!(), dana!())
            .replace("User Name", &format!("{email},{login}"))
            .replace("api.payroll@", "not judged,api.payroll@")
            .replace("dana.ops@", ",dana.ops@");
        let workspace = Workspace::with(&[(CSV, &table)]);
        let report = workspace.check(&[CSV, SEATS[0], SEATS[1]]).concluded(0, "pass").unwrap();
        let input = &report.0["ledger"]["inputs"][0];
        assert!(input.to_string().contains(email), "the ledger lists {email}: {input}");
        let broken = table.replace("api.payroll@", "api payroll@");
        let workspace = Workspace::with(&[(CSV, &broken)]);
        let report = workspace.check(&[CSV, SEATS[0], SEATS[1]]).concluded(1, "fail").unwrap();
        assert_eq!(report.by_rule("user-name-not-email").len(), 1);
    }
}

/// A first row that is not a header row might hold people or secrets: none of it is shown in any format.
#[test]
fn a_first_row_without_headers_is_never_printed() {
    let table = format!("API,{CANARY},api.{CANARY}@acme.example,Administrator,{CANARY}\n");
    let workspace = Workspace::with(&[(CSV, &table)]);
    for format in ["human", "json"] {
        let ran = workspace.check_as(format, &[CSV, SEATS[0], SEATS[1]]);
        assert_eq!(ran.exit, 3, "{ran}");
        quotes_nothing(&ran).unwrap();
    }
    says_incomplete(&workspace.check_as("human", &[CSV, SEATS[0], SEATS[1]])).unwrap();
}
