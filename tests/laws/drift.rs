//! Drift of random plans: a plan is in sync with itself as an export in any form, one changed cell is one difference, and all
//! classes and fields are as a second count over the rows says.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};
use rolecall::config::{Config, RunOptions};
use rolecall::diagnostic::Verdict;
use rolecall::drift::{AccountDrift, Drift, DriftClass, run as compare};
use rolecall::engine::comparison_run::ComparedInputs;
use rolecall::engine::{NamedInput, Run, RunRequest};
use rolecall::read::Format;
use rolecall::source::file::Source;

use crate::cases;
use crate::document::{Style, documents, write as write_document};
use crate::plan::{Hand, hands, write as write_plan};
use crate::run::{as_of, with_rules};
use crate::support::workspace::AS_OF;
use crate::table::{Dialect, dialects, workbook, write};
use crate::world::{USER_NAME, World};

proptest! {
    #![proptest_config(cases(80))]

    #[test]
    fn a_plan_as_an_export_is_in_sync(given in given(), export in written()) {
        let plan = given.plan();
        let told = told(&plan, given.hand, &given.turned(given.export_of(&plan.rows)), export);
        prop_assert_eq!(told.run.verdict, Verdict::Pass, "{:?}", told);
        let stated = stated(&plan);
        for account in &told.drift.accounts {
            let compared: BTreeSet<&str> = account.compared.iter().map(|field| field.name()).collect();
            prop_assert_eq!((account.class, &compared, account.notes.len()), (DriftClass::InSync, &stated, 0), "{:?}", account);
        }
        prop_assert_eq!(told.drift.accounts.len(), plan.rows.len());
    }

    #[test]
    fn one_changed_cell_is_one_difference(given in given(), export in written(), row in any::<Index>(), at in any::<Index>(), value in any::<Index>()) {
        let plan = given.plan();
        let (row, at) = (row.index(plan.rows.len()), 1 + at.index(COLUMNS.len() - 1));
        let (header, field, values) = COLUMNS[at];
        let mut all = given.all();
        let changed = all.row_of(&plan.rows[row][0]);
        let value = *value.get(values);
        prop_assume!(meaning(header, value) != meaning(header, &all.rows[changed][at]));
        all.rows[changed][at] = value.to_owned();
        let told = told(&plan, given.hand, &given.turned(all.export_of(&plan.rows)), export);
        let is_stated = stated(&plan).contains(field);
        prop_assert_eq!(told.run.verdict, if is_stated { Verdict::Fail } else { Verdict::Pass }, "{:?}", told);
        let differences: Vec<(String, &str)> = told.drift.accounts.iter().flat_map(|one| {
            one.fields.iter().map(|found| (one.key.clone(), found.field.name()))
        }).collect();
        let expected: Vec<_> = is_stated.then(|| (plan.rows[row][0].clone(), field)).into_iter().collect();
        prop_assert_eq!(differences, expected);
    }

    #[test]
    fn classes_and_fields_are_as_a_second_count_says(
        given in given(),
        changes in prop::collection::vec(any::<[Index; 3]>(), 0..6),
        names in subsequence(NAMES.to_vec(), 1..=NAMES.len()),
        forms in (written(), written()),
    ) {
        let plan = given.plan();
        let mut all = given.all();
        for [row, at, value] in changes {
            let at = 1 + at.index(COLUMNS.len() - 1);
            let row = row.index(all.rows.len());
            all.rows[row][at] = (*value.get(COLUMNS[at].2)).to_owned();
        }
        all.rows.retain(|row| names.contains(&row[0].as_str()));
        let export = given.turned(given.cased(&all));
        let [one, other] = [forms.0, forms.1].map(|form| told(&plan, given.hand, &export, form));
        let expected = second_count(&plan, &all);
        prop_assert_eq!(counted(&one.drift), expected.clone(), "{:?}", one);
        let is_in_sync = expected.values().all(|(class, _)| *class == DriftClass::InSync);
        prop_assert_eq!(one.run.verdict, if is_in_sync { Verdict::Pass } else { Verdict::Fail });
        prop_assert_eq!(without_places(&one.drift), without_places(&other.drift));
    }
}

const NAMES: [&str; 5] =
    ["api.payroll@acme.example", "dana@acme.example", "api.crm@acme.example", "kim@acme.example", "lee@intranet"];

/// A header, its field, and values that are clear in it.
type Column = (&'static str, &'static str, &'static [&'static str]);

#[rustfmt::skip]
const COLUMNS: [Column; 11] = [
    (USER_NAME, "user-name", &NAMES),
    ("First Name", "first-name", &["Dana", "Zoë", "Kim", ""]),
    ("Last Name", "last-name", &["Quill", "O'Neil", "Marsh, \"Sr.\""]),
    ("Roles", "roles", &["Administrator", "Agent", "Administrator; Agent", "Agent|Administrator", "Auditor\nAgent"]),
    ("Team", "team", &["Default Team", "Billing", "billing", ""]),
    ("Scope", "scope", &["Operations", "Acme; Operations", "Operations|Acme"]),
    ("Main View", "main-view", &["EnterpriseView", "Billing View"]),
    ("WFM Views", "wfm-views", &["EnterpriseView; Billing View", "Billing View|EnterpriseView", "EnterpriseView; Claims View; Billing View"]),
    ("Windows Login", "windows-login", &["", "ACME\\dana", "ACME\\kim"]),
    ("ACD ID", "acd-id", &["", "7001", "7002"]),
    ("Created By", "created-by", &["dana@acme.example", "Dana@ACME.example", "kim@acme.example", ""]),
];

/// The place of the main view among the columns; the views come after it.
const MAIN_VIEW: usize = 6;

/// Accounts, and which of them and of their columns a plan states.
#[derive(Clone, Debug)]
struct Given {
    rows: Vec<Vec<String>>,
    planned: Vec<usize>,
    stated: Vec<usize>,
    hand: Hand,
    /// How rows and columns of the export are turned, and whether its user names are in capitals.
    turns: (Index, Index, bool),
}

fn given() -> impl Strategy<Value = Given> {
    let row = COLUMNS.map(|(_, _, values)| select(values).prop_map(str::to_owned));
    let rows = prop::collection::vec(row, NAMES.len()).prop_map(|rows| {
        let named = |(row, name): ([String; COLUMNS.len()], &str)| {
            let mut row = row.to_vec();
            name.clone_into(&mut row[0]);
            row
        };
        rows.into_iter().zip(NAMES).map(named).collect()
    });
    let planned = subsequence((0..NAMES.len()).collect::<Vec<_>>(), 1..=NAMES.len());
    // A plan that states the main view states which views there are.
    let stated = subsequence((1..COLUMNS.len()).collect::<Vec<_>>(), 1..COLUMNS.len())
        .prop_filter("both views or neither", |at| at.contains(&MAIN_VIEW) == at.contains(&(MAIN_VIEW + 1)));
    (rows, planned, stated, hands(), any::<(Index, Index, bool)>())
        .prop_map(|(rows, planned, stated, hand, turns)| Given { rows, planned, stated, hand, turns })
}

/// All columns of some accounts.
#[derive(Clone, Debug)]
struct Accounts {
    rows: Vec<Vec<String>>,
}

impl Accounts {
    fn row_of(&self, name: &str) -> usize {
        self.rows.iter().position(|row| row[0] == name).expect("the account is among them")
    }

    /// Those that these rows name.
    fn export_of(&self, named: &[Vec<String>]) -> World {
        let rows = named.iter().map(|row| self.rows[self.row_of(&row[0])].clone()).collect();
        world(COLUMNS.iter().map(|column| column.0).collect(), rows)
    }
}

fn world(headers: Vec<&'static str>, rows: Vec<Vec<String>>) -> World {
    World { headers, rows, all_api_users: false }
}

impl Given {
    fn all(&self) -> Accounts {
        Accounts { rows: self.rows.clone() }
    }

    fn plan(&self) -> World {
        let columns: Vec<usize> = std::iter::once(0).chain(self.stated.iter().copied()).collect();
        let row = |row: &usize| columns.iter().map(|at| self.rows[*row][*at].clone()).collect();
        world(columns.iter().map(|at| COLUMNS[*at].0).collect(), self.planned.iter().map(row).collect())
    }

    fn export_of(&self, named: &[Vec<String>]) -> World {
        self.cased(&Accounts { rows: self.all().export_of(named).rows })
    }

    fn cased(&self, accounts: &Accounts) -> World {
        let mut export = accounts.export_of(&accounts.rows);
        if self.turns.2 {
            export.rows.iter_mut().for_each(|row| row[0].make_ascii_uppercase());
        }
        export
    }

    /// The same in another order of rows and columns.
    fn turned(&self, mut export: World) -> World {
        let (rows, columns) = (self.turns.0.index(export.rows.len()), self.turns.1.index(COLUMNS.len()));
        export.rows.rotate_left(rows);
        export.headers.rotate_left(columns);
        export.rows.iter_mut().for_each(|row| row.rotate_left(columns));
        export
    }
}

/// A form of an export.
#[derive(Clone, Copy, Debug)]
pub enum WrittenAs {
    Table(Dialect),
    Document(Style),
    Workbook,
}

impl WrittenAs {
    /// The name and the bytes of a world in this form.
    pub fn file(self, world: &World) -> (&'static str, Vec<u8>) {
        match self {
            Self::Table(dialect) => ("people.csv", write(world, dialect).text.into_bytes()),
            Self::Document(style) => (style.layout.file_name(), write_document(world, style).text.into_bytes()),
            Self::Workbook => ("people.xlsx", workbook(world)),
        }
    }
}

/// Any form.
pub fn written() -> impl Strategy<Value = WrittenAs> {
    let tables = dialects(&[None]).prop_map(WrittenAs::Table);
    prop_oneof![tables, documents().prop_map(WrittenAs::Document), Just(WrittenAs::Workbook)]
}

#[derive(Debug)]
struct Told {
    run: Run,
    drift: Drift,
}

fn told(plan: &World, hand: Hand, export: &World, form: WrittenAs) -> Told {
    let (name, bytes) = form.file(export);
    let named = |name: &str, bytes: Vec<u8>| NamedInput {
        name: name.to_owned(),
        format: Format::by_name(name),
        opened: Ok(Source::from_bytes(bytes)),
    };
    let plans = vec![named(hand.file_name(), write_plan(plan, hand).text.into_bytes())];
    let inputs = ComparedInputs { plans, exports: vec![named(name, bytes)], base: None };
    with_rules(|rules| {
        let (config, options) = (Config::default(), RunOptions { jobs: 2, ..as_of(AS_OF) });
        let request = RunRequest { config: &config, rules, options: &options };
        let (run, drift) = compare(inputs, Vec::new(), &request).expect("plan and export can be compared");
        Told { run, drift }
    })
}

/// The fields that a plan states.
fn stated(plan: &World) -> BTreeSet<&'static str> {
    COLUMNS[1..].iter().filter(|(header, ..)| plan.column(header).is_some()).map(|(_, field, _)| *field).collect()
}

/// What a cell says: names without order, a user name without case, or a text.
fn meaning(header: &str, cell: &str) -> BTreeSet<String> {
    match header {
        "Roles" | "Scope" | "WFM Views" => cell.split([';', '|', '\n']).map(|item| item.trim().to_owned()).collect(),
        "Created By" => [cell.to_lowercase()].into(),
        _ => [cell.to_owned()].into(),
    }
}

type Counted = BTreeMap<String, (DriftClass, BTreeSet<&'static str>)>;

fn counted(drift: &Drift) -> Counted {
    let of = |one: &AccountDrift| (one.class, one.fields.iter().map(|found| found.field.name()).collect());
    drift.accounts.iter().map(|one| (one.key.to_lowercase(), of(one))).collect()
}

/// What became of each account, counted over the rows.
fn second_count(plan: &World, export: &Accounts) -> Counted {
    let mut counts = Counted::new();
    for row in &plan.rows {
        let Some(found) = export.rows.iter().find(|found| found[0] == row[0]) else {
            counts.insert(row[0].clone(), (DriftClass::Missing, BTreeSet::new()));
            continue;
        };
        let differs = |header: &str, at: usize| {
            let planned = plan.column(header).expect("what is stated has a column");
            meaning(header, &row[planned]) != meaning(header, &found[at])
        };
        let stated = stated(plan);
        let columns = COLUMNS.iter().enumerate().filter(|(_, (_, field, _))| stated.contains(field));
        let fields: BTreeSet<_> =
            columns.filter(|(at, (header, ..))| differs(header, *at)).map(|(_, (_, field, _))| *field).collect();
        let class = if fields.is_empty() { DriftClass::InSync } else { DriftClass::Differs };
        counts.insert(row[0].clone(), (class, fields));
    }
    let is_unplanned = |name: &str| name.starts_with("api.") && plan.rows.iter().all(|row| row[0] != name);
    for row in export.rows.iter().filter(|row| is_unplanned(&row[0])) {
        counts.insert(row[0].clone(), (DriftClass::Unplanned, BTreeSet::new()));
    }
    counts
}

/// The answer, apart from where anything is.
fn without_places(drift: &Drift) -> Vec<String> {
    let one = |account: &AccountDrift| {
        let fields: Vec<_> =
            account.fields.iter().map(|one| (one.field, &one.planned, &one.found, one.moved)).collect();
        format!("{} {:?} {:?} {:?} {:?}", account.key, account.class, fields, account.compared, account.notes)
    };
    drift.accounts.iter().map(one).collect()
}
