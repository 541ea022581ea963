//! What the first rows of a table show of its columns, by which a header row in foreign words is recognized.
//!
//! `Device,Secret,Host` can be two names and a user name. It is a header row if it reads like one, if none of its cells
//! holds what the rows of accounts hold in that column, and if its user name looks like none of theirs. Where no account
//! has an address as its user name, only words of secrets tell.

use std::collections::{HashMap, HashSet};

use super::header_words::{is_documented, letters};
use super::is_address;
use crate::read::secret_keys::SecretKey;
use crate::record::Field;
use crate::record::activity::built_in_activity;

/// The most rows that are looked at.
pub const SAMPLED_ROWS: usize = 100;

/// The fewest cells of a header row.
const MIN_HEADERS: usize = 3;

/// Values that are at home in accounts of any table.
const BUILT_IN_NAMES: [&str; 4] = ["administrator", "agent", "default team", "enterpriseview"];

/// What the first rows of a table hold.
#[derive(Clone, Debug, Default)]
pub struct ColumnProfile {
    /// The rows, each once.
    rows: Vec<Vec<String>>,
    /// In how many rows of accounts a column holds a value.
    values: HashMap<(usize, String), usize>,
    /// The columns that accounts fill.
    columns: HashSet<usize>,
    /// The forms of the user names of accounts that have no address.
    name_forms: HashSet<NameForm>,
    has_addresses: bool,
}

impl ColumnProfile {
    /// Of the first rows of a table with these fields. Where some user names are addresses, their rows show what
    /// accounts hold, and rows that share a value with them are accounts too; else all rows are.
    #[must_use]
    pub fn new(sample: Vec<Vec<String>>, fields: &[Option<Field>]) -> Self {
        let name_at = fields.iter().position(|field| *field == Some(Field::UserName));
        let name = |row: &[String]| name_at.and_then(|at| row.get(at)).map(|cell| cell.trim().to_owned());
        let mut known = HashSet::new();
        let rows: Vec<Vec<String>> = sample.into_iter().filter(|row| known.insert(row.clone())).collect();
        let has_address = |row: &Vec<String>| name(row).is_some_and(|name| is_address(&name));
        let has_addresses = rows.iter().any(has_address);
        let mut profile = Self { has_addresses, ..Self::default() };
        for row in rows.iter().filter(|row| !has_addresses || has_address(row)) {
            profile.add_values(row);
        }
        for row in rows.iter().filter(|row| !has_address(row)) {
            let cells: Vec<&str> = row.iter().map(String::as_str).collect();
            if let Some(name) = name(row)
                && profile.has_known_value(&cells, 0)
            {
                profile.name_forms.insert(NameForm::new(&name));
            }
        }
        profile.rows = rows;
        profile
    }

    fn add_values(&mut self, row: &[String]) {
        for (column, cell) in row.iter().enumerate() {
            for value in items(cell) {
                self.columns.insert(column);
                *self.values.entry((column, value.to_owned())).or_default() += 1;
            }
        }
    }

    /// True if a row that [`reads_like_header_row`] has nothing of an account of this table. A doubtful row needs less
    /// evidence: it is refused anyway.
    #[must_use]
    pub fn is_foreign_header(&self, cells: &[&str], fields: &[Option<Field>], is_doubtful: bool) -> bool {
        let name = fields.iter().position(|field| *field == Some(Field::UserName)).and_then(|at| cells.get(at));
        let Some(name) = name else { return false };
        let own = usize::from(!self.has_addresses && self.rows.iter().any(|row| row == cells));
        if self.rows.len() == own || self.has_known_value(cells, own) {
            return false;
        }
        let has_known_form = || self.name_forms.contains(&NameForm::new(name.trim()));
        let speaks_of_secrets = || cells.iter().any(|cell| SecretKey::of_key(cell).is_some());
        speaks_of_secrets()
            || (self.has_addresses && !has_known_form() && (is_doubtful || self.has_evidence(cells, fields)))
    }

    /// True if a row has something in a column that another account has there too. Without addresses only the first row
    /// is one for certain, wherever in the file the row at hand is.
    #[must_use]
    pub fn shares_value(&self, cells: &[&str]) -> bool {
        let first = self.rows.first().filter(|first| !self.has_addresses && *first != cells);
        let first_has = |column: usize, value: &str| {
            first.and_then(|first| first.get(column)).is_some_and(|cell| items(cell).any(|own| own == value))
        };
        let is_shared = |column, value: &str| match self.has_addresses {
            true => self.is_shared(column, value, 0),
            false => first_has(column, value) && !is_documented(&letters(value)),
        };
        cells.iter().enumerate().any(|(column, cell)| items(cell).any(|value| is_shared(column, value)))
    }

    fn is_shared(&self, column: usize, value: &str, own: usize) -> bool {
        let count = self.values.get(&(column, value.to_owned()));
        count.is_some_and(|count| *count > own) && !is_documented(&letters(value))
    }

    /// True if a row has a role where accounts have others, or two other cells that accounts fill otherwise.
    fn has_evidence(&self, cells: &[&str], fields: &[Option<Field>]) -> bool {
        let is_name = |field| matches!(field, Some(Field::UserName | Field::FirstName | Field::LastName));
        let is_filled = |(column, cell): &(usize, &&str)| self.columns.contains(column) && !cell.trim().is_empty();
        let filled: Vec<Option<Field>> =
            cells.iter().enumerate().filter(is_filled).map(|(column, _)| fields[column]).collect();
        filled.contains(&Some(Field::Roles)) || filled.iter().filter(|field| !is_name(**field)).count() >= 2
    }

    /// True if more than `own` accounts share a value with a row.
    fn has_known_value(&self, cells: &[&str], own: usize) -> bool {
        cells.iter().enumerate().any(|(column, cell)| {
            items(cell).any(|value| {
                let is_built_in = || BUILT_IN_NAMES.contains(&value.to_lowercase().as_str());
                self.is_shared(column, value, own) || (is_built_in() && !is_documented(&letters(value)))
            })
        })
    }
}

/// The names in a cell.
fn items(cell: &str) -> impl Iterator<Item = &str> {
    cell.split([';', '|', ',', '\n']).map(str::trim).filter(|item| !item.is_empty())
}

/// True for cells of which each is a word or a few, and none is there twice.
#[must_use]
pub fn reads_like_header_row(cells: &[&str], fields: &[Option<Field>]) -> bool {
    const MAX_BYTES: usize = 60;
    const MAX_DIGITS: usize = 2;
    let is_header = |(at, text): (usize, &str)| {
        let digits = text.chars().filter(char::is_ascii_digit).count();
        let has_letters = text.contains(char::is_alphabetic);
        let is_short = text.chars().nth(1).is_none();
        let is_of_activity = fields.get(at) == Some(&Some(Field::Active));
        let says_activity = built_in_activity(text).is_some() && !is_documented(&letters(text));
        text.len() <= MAX_BYTES
            && digits <= MAX_DIGITS
            && (has_letters || digits == 0)
            && !text.contains(['@', '\\'])
            && (!says_activity || (is_short && !is_of_activity))
    };
    let filled = || cells.iter().map(|cell| cell.trim()).enumerate().filter(|(_, cell)| !cell.is_empty());
    let mut known = HashSet::new();
    filled().all(is_header) && filled().all(|(_, text)| known.insert(text.to_lowercase())) && known.len() >= MIN_HEADERS
}

/// How a user name that is not an address looks: how it begins, and which marks it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct NameForm {
    is_blank: bool,
    begins_upper: bool,
    begins_lower: bool,
    has_digits: bool,
    marks: [bool; 5],
}

impl NameForm {
    fn new(name: &str) -> Self {
        Self {
            is_blank: name.is_empty(),
            begins_upper: name.starts_with(char::is_uppercase),
            begins_lower: name.starts_with(char::is_lowercase),
            has_digits: name.contains(|c: char| c.is_ascii_digit()),
            marks: ['.', '_', '-', '\\', ' '].map(|mark| name.contains(mark)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: [Option<Field>; 6] = [
        Some(Field::FirstName),
        Some(Field::LastName),
        Some(Field::UserName),
        Some(Field::Roles),
        Some(Field::Team),
        Some(Field::Active),
    ];

    fn cells(row: &str) -> Vec<&str> {
        row.split(',').collect()
    }

    fn profile(rows: &[&str]) -> ColumnProfile {
        let owned = |row: &&str| cells(row).into_iter().map(str::to_owned).collect();
        ColumnProfile::new(rows.iter().map(owned).collect(), &FIELDS)
    }

    fn is_foreign(profile: &ColumnProfile, row: &str) -> bool {
        reads_like_header_row(&cells(row), &FIELDS) && profile.is_foreign_header(&cells(row), &FIELDS, false)
    }

    const ADDRESSES: [&str; 3] = [
        "Dana,Ops,dana@acme.example,Coach,Night Desk,yes",
        "Lea,Orr,lea@acme.example,Clerk,Day Desk,yes",
        "Kim,Lee,klee,Clerk,Late Desk,no",
    ];
    const BARE_NAMES: [&str; 2] = ["Dana,Ops,dana,Coach,Night Desk,Active", "Lea,Orr,lea,Clerk,Day Desk,Inactive"];

    #[test]
    fn foreign_headers_are_told_from_accounts() {
        for row in [
            "Device,Secret,Host,Port,Zone,Enabled",
            "Gerät,Geheimnis,Rechner,Anschluss,Ort,Art",
            "Device,,Host,Port,,",
            "Host,Level 2,IPv4,#,Owner (team),Active",
            "名前,番号,場所,役割,,",
        ] {
            assert!(is_foreign(&profile(&ADDRESSES), row), "{row}");
            // The same table again, below itself or above.
            assert!(is_foreign(&profile(&[&ADDRESSES[..], &[row, row]].concat()), row), "{row}");
            assert!(is_foreign(&profile(&[&[row], &ADDRESSES[..]].concat()), row), "{row}");
        }
    }

    #[test]
    fn words_of_secrets_tell_among_bare_names() {
        for row in ["Device,Secret,Host,Port,Zone,Enabled", "device,token,host,port,zone,", "Gerät,Kennwort,Rechner,,,"]
        {
            assert!(is_foreign(&profile(&BARE_NAMES), row), "{row}");
            assert!(is_foreign(&profile(&[&BARE_NAMES[..], &[row]].concat()), row), "{row}");
        }
    }

    #[test]
    fn accounts_share_values_with_others() {
        let all = [&ADDRESSES[..], &["Max,Roe,max,Clerk,Dusk Desk,", "Device,Host,Port,Zone,Owner,Kind"]].concat();
        assert!(profile(&all).shares_value(&cells("Max,Roe,max,Clerk,Dusk Desk,")));
        assert!(!profile(&all).shares_value(&cells("Device,Host,Port,Zone,Owner,Kind")));
        let bare = [&BARE_NAMES[..], &["Max,Roe,max,Coach,Dusk Desk,", "Device,Host,Port,Zone,Owner,Kind"]].concat();
        assert!(profile(&bare).shares_value(&cells("Max,Roe,max,Coach,Dusk Desk,")));
        assert!(!profile(&bare).shares_value(&cells("Device,Host,Port,Zone,Owner,Kind")), "only itself has them");
    }

    #[test]
    fn accounts_with_odd_cells_are_not_headers() {
        for row in [
            "Max,Roe,max,Coach,Dusk Desk,",
            "Max,Roe,max,Agent,Dusk Desk,Enabled",
            "Max,Roe,Max,Leader,Dusk Desk,yes",
            "Max,Roe,mroe,Leader,Dusk Desk,Active",
            "API,Feed,,Administrator,Dusk Desk,Active",
            "Max,Roe,emp4711,Leader,Dusk Desk,Active",
            "Max,Max,Max.Roe,Leader,Dusk Desk,Active",
            "Max,,Roe,,,",
        ] {
            assert!(!is_foreign(&profile(&ADDRESSES), row), "{row}");
        }
        assert!(!is_foreign(&profile(&[]), BARE_NAMES[0]));
        assert!(!is_foreign(&profile(&BARE_NAMES[..1]), BARE_NAMES[0]), "nothing to compare with");
        assert!(!is_foreign(&profile(&BARE_NAMES), BARE_NAMES[1]));
    }
}
