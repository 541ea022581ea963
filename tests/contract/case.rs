//! A case of an input that must not be called clean, and what has to be said of it.
//! The cases themselves are in the files that use this one.

use crate::support::report::{Report, primary};
use crate::support::workspace::{Ran, Workspace};

/// The header of the small tables: one column for all that an account record itself carries.
macro_rules! head {
    () => {
        "First Name,Last Name,User Name,Roles,Team,Scope,WFM Views,Active\n"
    };
}
/// A compliant API user.
macro_rules! good {
    () => {
        "API,Payroll Sync,api.payroll@acme.example,Administrator,Default Team,Operations,EnterpriseView,yes\n"
    };
}
/// A person, the second administrator.
macro_rules! dana {
    () => {
        "Dána,Ops,dana.ops@acme.example,Administrator,Default Team,Operations,EnterpriseView,yes\n"
    };
}
/// An API user without a team: it has to be found, whatever comes before it.
macro_rules! late {
    () => {
        "API,Late Feed,api.late@acme.example,Administrator,,Operations,EnterpriseView,yes\n"
    };
}
/// The same two compliant accounts as JSON objects, and the faulty one.
macro_rules! good_json {
    () => {
        r#"{"firstName":"API","lastName":"Payroll Sync","email":"api.payroll@acme.example","roles":[{"name":"Administrator"}],"team":"Default Team","scope":{"groups":["Operations"]},"views":[{"name":"EnterpriseView","mainView":true}],"active":true}"#
    };
}
macro_rules! dana_json {
    () => {
        r#"{"firstName":"Dana","lastName":"Ops","email":"dana.ops@acme.example","roles":[{"name":"Administrator"}],"team":"Default Team","scope":{"groups":["Operations"]},"views":[{"name":"EnterpriseView","mainView":true}],"active":true}"#
    };
}
macro_rules! late_json {
    () => {
        r#"{"firstName":"API","lastName":"Late Feed","email":"api.late@acme.example","roles":[{"name":"Administrator"}],"team":"","scope":{"groups":["Operations"]},"views":[{"name":"EnterpriseView","mainView":true}],"active":true}"#
    };
}
pub(crate) use {dana, dana_json, good, good_json, head, late, late_json};

/// The pool that a run without a config has to name.
pub const SEATS: [&str; 2] = ["--seats", "System Administrator=50"];
/// Part of the text of cases that must not be quoted.
pub const CANARY: &str = "zQ7canaryXv9";

/// An input and what has to be said of it.
#[derive(Clone, Copy)]
pub struct Case {
    pub name: &'static str,
    pub file: &'static str,
    pub body: &'static [u8],
    /// Arguments beside the file and the seats.
    pub args: &'static [&'static str],
    /// A violation further down that has to be found all the same: rule and record.
    pub later: Option<(&'static str, u64)>,
    /// The line on which a fault of the input has to be underlined.
    pub line: Option<u64>,
    /// A fault has to name at least so many places.
    pub places: usize,
    /// What a fault of the input has to mention.
    pub hint: &'static str,
}

/// A case that only has to be INCOMPLETE; more is added with the functions below.
pub const fn case(name: &'static str, file: &'static str, body: &'static str) -> Case {
    raw(name, file, body.as_bytes())
}

/// The same, of bytes that need not be text.
pub const fn raw(name: &'static str, file: &'static str, body: &'static [u8]) -> Case {
    Case { name, file, body, args: &[], later: None, line: None, places: 1, hint: "" }
}

impl Case {
    pub const fn later(mut self, rule: &'static str, record: u64) -> Self {
        self.later = Some((rule, record));
        self
    }

    pub const fn line(mut self, line: u64) -> Self {
        self.line = Some(line);
        self
    }

    pub const fn places(mut self, places: usize) -> Self {
        self.places = places;
        self
    }

    pub const fn hint(mut self, hint: &'static str) -> Self {
        self.hint = hint;
        self
    }

    /// Runs the case; says what is wrong.
    pub fn judge(&self) -> Result<(), String> {
        self.judged().map_err(|fault| format!("{}: {fault}", self.name))
    }

    fn judged(&self) -> Result<(), String> {
        let workspace = Workspace::new();
        workspace.write(self.file, self.body);
        let args: Vec<&str> = [self.file].iter().chain(&SEATS).chain(self.args).copied().collect();
        let ran = workspace.check(&args);
        let report = ran.concluded(3, "incomplete")?;
        if report.holes().is_empty() {
            return Err(format!("incomplete, and no hole in the ledger\n{ran}"));
        }
        self.finds_what_comes_later(&report).map_err(|fault| format!("{fault}\n{ran}"))?;
        self.underlines_the_fault(&report).map_err(|fault| format!("{fault}\n{ran}"))?;
        if !self.hint.is_empty() && !report.faults().iter().any(|fault| fault.to_string().contains(self.hint)) {
            return Err(format!("no fault of the input mentions {:?}\n{ran}", self.hint));
        }
        quotes_nothing(&ran)?;
        let human = workspace.check_as("human", &args);
        quotes_nothing(&human)?;
        says_incomplete(&human)
    }

    fn finds_what_comes_later(&self, report: &Report) -> Result<(), String> {
        let Some((rule, record)) = self.later else { return Ok(()) };
        let found = report.by_rule(rule).iter().any(|one| one["record"]["number"] == record);
        if found { Ok(()) } else { Err(format!("{rule} of record {record} was not found")) }
    }

    fn underlines_the_fault(&self, report: &Report) -> Result<(), String> {
        let Some(line) = self.line else { return Ok(()) };
        let meets = |fault: &&&serde_json::Value| {
            let places = fault["labels"].as_array().map_or(0, Vec::len);
            places >= self.places && primary(fault).is_ok_and(|label| label["start"]["line"] == line)
        };
        if report.faults().iter().any(|fault| meets(&fault)) {
            return Ok(());
        }
        Err(format!("no fault of the input on line {line} with {} places", self.places))
    }
}

/// Text of which no record could be made is never shown.
pub fn quotes_nothing(ran: &Ran) -> Result<(), String> {
    let leaks = ran.out.contains(CANARY) || ran.err.contains(CANARY);
    if leaks { Err(format!("shows what it must not show\n{ran}")) } else { Ok(()) }
}

/// The human report says the verdict, and no other.
pub fn says_incomplete(ran: &Ran) -> Result<(), String> {
    let says = ran.out.to_uppercase().contains("INCOMPLETE");
    let also = ran.out.split(|letter: char| !letter.is_alphanumeric()).any(|word| word == "PASS" || word == "FAIL");
    let right = ran.exit == 3 && says && !also;
    if right { Ok(()) } else { Err(format!("the human report does not say INCOMPLETE alone\n{ran}")) }
}
