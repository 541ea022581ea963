//! The cells of a row that hold something, and what they say together.

use super::MIN_COLUMNS_OF_TITLES;
use super::footer::Footer;
use super::header_words::{HeaderWords, letters};
use crate::read::key_words::{WordList, words};
use crate::read::secret_keys::{is_password_name, is_short_password_name};
use crate::record::activity::built_in_activity;
use crate::record::{Field, FieldSet};

/// The fields whose cells say what an account may do or where it belongs.
const GRANTS: FieldSet = FieldSet::EMPTY
    .with(Field::Roles)
    .with(Field::Team)
    .with(Field::Scope)
    .with(Field::WfmViews)
    .with(Field::MainView)
    .with(Field::QmViews)
    .with(Field::Licenses);

/// Words by which a row below the headers says what the columns hold or whether they must be filled in.
const OF_COLUMNS: WordList = WordList(
    "array bool boolean char characters date datetime decimal double email enum float guid id int integer list long \
    mandatory max maximum min minimum not null nullable number numeric nvarchar object optional or pflicht required \
    string text time timestamp uuid varchar",
);
/// The cells of a row that are not blank, each with the field of its column.
pub struct FilledCells<'a> {
    pub cells: Vec<(Option<Field>, &'a str)>,
}

impl<'a> FilledCells<'a> {
    pub fn new(cells: &[&'a str], fields: &[Option<Field>]) -> Self {
        let fields = fields.iter().copied().chain(std::iter::repeat(None));
        let cells = fields.zip(cells).map(|(field, cell)| (field, cell.trim()));
        Self { cells: cells.filter(|(_, cell)| !cell.is_empty()).collect() }
    }

    pub fn value(&self, field: Field) -> Option<&'a str> {
        self.cells.iter().find(|(column, _)| *column == Some(field)).map(|(_, text)| *text)
    }

    fn count(&self, is_counted: impl Fn(Field, &str) -> bool) -> usize {
        self.cells.iter().filter(|(field, text)| field.is_some_and(|field| is_counted(field, text))).count()
    }

    pub fn names(&self) -> usize {
        self.count(|field, text| matches!(field, Field::FirstName | Field::LastName) && has_letters(text))
    }

    /// Cells that say what an account may do, where it belongs, or whether it is active.
    pub fn grants(&self) -> usize {
        self.count(|field, text| match field {
            Field::Active | Field::AcdId | Field::EmployeeId | Field::WindowsLogin => {
                !text.contains(char::is_whitespace)
            }
            _ => GRANTS.has(field) && has_letters(text),
        })
    }

    /// How many different headers the cells name.
    pub fn header_words(&self, headers: &HeaderWords) -> usize {
        let mut found: Vec<String> = Vec::new();
        for (field, text) in &self.cells {
            // An account can be active, and in Team 2: that names no header.
            let is_value = match field {
                Some(Field::Active) => built_in_activity(text).is_some(),
                Some(field) => GRANTS.has(*field) && text.contains(|c: char| c.is_ascii_digit()),
                None => false,
            };
            let letters = letters(text);
            if !is_value && headers.contains(&letters) && !found.contains(&letters) {
                found.push(letters);
            }
        }
        found.len()
    }

    /// True for a row of types or duties of columns: `string,varchar(50),Required`.
    pub fn describes_columns(&self) -> bool {
        let is_of_columns = |word: &str| OF_COLUMNS.contains(word) || word.bytes().all(|byte| byte.is_ascii_digit());
        let describes = |text: &str| {
            let words = words(text);
            words.iter().all(|word| is_of_columns(word)) && words.iter().any(|word| OF_COLUMNS.contains(word))
        };
        self.cells.len() >= MIN_COLUMNS_OF_TITLES && self.cells.iter().all(|(_, text)| describes(text))
    }

    /// True if a cell outside the columns of passwords is what such a column is called.
    pub fn has_password_name(&self, is_account: bool) -> bool {
        self.cells.iter().any(|(field, text)| {
            // People have short names.
            *field != Some(Field::Password) && (is_password_name(text) || (!is_account && is_short_password_name(text)))
        })
    }

    /// True if the cells have enough of what an account has. Those that the table has no columns for are not missed.
    pub fn is_account(&self, width: usize, fields: &[Option<Field>]) -> bool {
        let has = |wanted: &[Field]| wanted.iter().any(|field| fields.contains(&Some(*field)));
        let has_names = self.names() > 0 || !has(&[Field::FirstName, Field::LastName]);
        let has_grants = self.grants() > 0 || !has(&[Field::Roles, Field::Team, Field::Scope]);
        let is_token = |name: &str| !name.contains(char::is_whitespace) && name.contains(char::is_alphanumeric);
        let has_token = self.value(Field::UserName).is_some_and(is_token);
        (has_names && has_grants && self.cells.len() > 1) || (has_token && width < MIN_COLUMNS_OF_TITLES)
    }

    /// The footer that the cells are together, or that one of them is.
    pub fn footer(&self, is_account: bool) -> Option<Footer> {
        let texts = || self.cells.iter().map(|(_, text)| *text);
        let is_statement = |text: &&str| text.contains(' ') && text.contains(|c: char| c.is_ascii_digit());
        let alone = texts().filter(is_statement).filter_map(Footer::parse).find(|footer| footer.is_certain);
        let begins_footer = || self.cells[0].1.split(' ').next().is_some_and(|word| Footer::parse(word).is_some());
        let is_suspect = || !is_account || self.cells.len() <= 3 || begins_footer();
        let together = || Footer::parse(&texts().collect::<Vec<_>>().join(" "));
        alone.or_else(|| if is_suspect() { together() } else { None })
    }
}

fn has_letters(text: &str) -> bool {
    text.contains(char::is_alphabetic)
}
