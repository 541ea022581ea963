//! What can be wrong with an input itself, before any rule is asked.
//!
//! A reader returns what it could read *and* its faults; it never stops a run. The engine turns each fault
//! into a diagnostic of basis `input`. The texts here serve `rolecall explain` as well.

use crate::error::ReadError;
use crate::source::Span;

/// What the messages of a check or of a fault quote: by it, redaction tells what may stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quotes {
    /// Roles, teams, groups, views, licences, integrations, headers, keys or tenants.
    Terms,
    /// User names or personal names too.
    Names,
}

macro_rules! quotes {
    () => {
        Quotes::Names
    };
    (terms) => {
        Quotes::Terms
    };
}

macro_rules! faults {
    ($($variant:ident $id:literal $($quotes:ident)? $title:literal $why:literal $remedy:literal;)*) => {
        /// The kinds of fault, each with an id of its own.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FaultKind {
            $(#[doc = $title] $variant,)*
        }

        impl FaultKind {
            /// Every kind, in the order `rolecall explain` lists them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The id diagnostics carry.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)* }
            }

            /// What its messages quote: names, unless its line here says `terms`.
            #[must_use]
            pub const fn quotes(self) -> Quotes {
                match self { $(Self::$variant => quotes!($($quotes)?),)* }
            }

            /// One line: what is wrong.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }

            /// Why it matters.
            #[must_use]
            pub const fn why(self) -> &'static str {
                match self { $(Self::$variant => $why,)* }
            }

            /// What to do, as a sentence.
            #[must_use]
            pub const fn remedy(self) -> &'static str {
                match self { $(Self::$variant => $remedy,)* }
            }
        }
    };
}

faults! {
    InputUnreadable "input-unreadable" "a named input cannot be read"
        "Accounts in a file that was not read were not judged."
        "Check the path and the permissions, and name a regular file or `-`.";
    InputChanged "input-changed" "the file changed while it was read"
        "What was judged and what is on disk now may differ."
        "Run again when nothing writes to the file.";
    FormatUnknown "format-unknown" "the format of an input cannot be told"
        "A file read in the wrong format would be judged wrongly."
        "Say the format with `--input-format`.";
    EncodingUnsupported "encoding-unsupported" terms "the text is not in an encoding that can be read"
        "Guessing an encoding can change names without a sign."
        "Save the file as UTF-8 text and run again.";
    Utf8Invalid "utf8-invalid" "a byte that is no UTF-8"
        "A name with a broken character is not the name the product knows."
        "Export the file as UTF-8, or repair the record.";
    FileEmpty "file-empty" "the input holds nothing"
        "An empty export is a failed export, not a clean one."
        "Export the list again.";
    NoRecords "no-records" "the input holds no account"
        "Nothing was judged, so nothing can be called clean."
        "Export the list again, with the accounts in it.";
    HeaderMissing "header-missing" terms "the first row is no header row"
        "Without headers no cell can be given a meaning."
        "Put a row of headers first; `rolecall columns FILE` says which are known.";
    HeaderDuplicate "header-duplicate" terms "two columns have one meaning"
        "Choosing one of two columns for you could judge the wrong one."
        "Remove or rename one of the columns, or map the right one under `[columns]` in the config.";
    HeaderLookAlike "header-look-alike" "a header looks like a known one and is another"
        "Its column would be left out, and nobody could see why."
        "Type the header anew with plain letters.";
    HeaderRepeated "header-repeated" terms "a header row stands among the records"
        "Where a second table begins, cells may mean something else."
        "Take the second header row out, or check the tables one by one.";
    ColumnUnmapped "column-unmapped" terms "the config maps a header that no table has"
        "The field was read from another column, or from none."
        "Correct the header under `[columns]`; `rolecall columns FILE` says what the file has.";
    DelimiterUnclear "delimiter-unclear" terms "the delimiter cannot be told from the header row"
        "Read with the wrong delimiter, every cell is another one."
        "Export with one delimiter throughout.";
    QuoteUnclosed "quote-unclosed" "a quoted cell is never closed"
        "Everything after the quote would be one cell: its accounts would vanish."
        "Close the quote, or export the file again.";
    QuoteStray "quote-stray" "a quote stands where none may stand"
        "It cannot be told where the cell ends."
        "Quote the whole cell and double the quotes inside it.";
    CellSwallowsRecords "cell-swallows-records" "a quoted cell holds what looks like whole records"
        "Two stray quotes can hide accounts inside one cell."
        "Check the quotes at both ends of the cell.";
    CellOverLines "cell-over-lines" terms "cells run over several lines"
        "Lists are written so, and two stray quotes look the same: what stands between them would be one cell."
        "Look at these lines once: each should be a single record.";
    WorkbookUnreadable "workbook-unreadable" "the workbook cannot be read"
        "Accounts in a workbook that was not read were not judged."
        "Open it, save it anew as an .xlsx workbook without a password, and run again.";
    SheetNotJudged "sheet-not-judged" "a sheet of a workbook was not judged"
        "Accounts can stand on any sheet, a hidden one too."
        "Name the sheets that hold accounts with `--sheet`.";
    SheetHidden "sheet-hidden" "a part of a workbook is hidden, and was judged"
        "What a reader of the workbook does not see is in the tenant all the same."
        "Show the hidden part if it belongs to the list, else delete it.";
    CellUnverifiable "cell-unverifiable" "a cell does not hold its value for certain"
        "A formula, an error or a merged cell shows what the file does not hold."
        "Put the value itself into the cell: copy the column and paste its values.";
    RowsAboveHeader "rows-above-header" "other rows stand above the header row"
        "What stands there was not judged, and a table in it would be lost."
        "Put the header row first and run again.";
    RecordBlank "record-blank" "a row holds delimiters and nothing else"
        "A blank row is no account, and may be what is left of one."
        "Delete the blank rows and run again.";
    RowNoAccount "row-no-account" "a row that is no account stands among the accounts"
        "A title, a footer or a row of totals judged as an account would say nothing, and hide what it stands for."
        "Delete the row, or export the list without it.";
    CountUnexpected "count-unexpected" "another number of accounts was read than was expected"
        "Accounts that are missing were not judged; accounts too many belong to another list."
        "Export the list again, or correct the number after `--expect-records`.";
    CountRound "count-round" "as many accounts were read as exports are often cut off at"
        "An export that stops at its limit looks like a whole one."
        "Look up how many accounts the product has, and say so with `--expect-records`.";
    DelimiterDeclared "delimiter-declared" "the first line names the delimiter"
        "Spreadsheets write such a line; it is no row of the table."
        "Nothing is to be done.";
    ExportTruncated "export-truncated" "the list goes on beyond this file"
        "Accounts that were cut off were not judged."
        "Export the whole list, or name all its parts in one run.";
    RecordRagged "record-ragged" "a record has another number of cells than the header"
        "It cannot be told which cell belongs to which column."
        "Repair the record: one cell for each header.";
    RefusedTooMany "refused-too-many" "so many records were refused that reading stopped"
        "A file of which most cannot be read is the wrong file, or read in the wrong way."
        "Look at the first refusals: they often have one cause.";
    FindingsTooMany "findings-too-many" "more was found than a report lists"
        "What is not listed cannot be mended, and a list that is not whole must not pass for one."
        "Mend first what most findings have in common, or judge the accounts in several runs.";
    RecordTooLong "record-too-long" "a record is longer than any real one"
        "An endless record is a broken or hostile file."
        "Check the file around this place.";
    SyntaxInvalid "syntax-invalid" "the document breaks the grammar of its format"
        "What cannot be parsed was not judged."
        "Correct the syntax at this place.";
    KeyDuplicate "key-duplicate" terms "one key stands twice"
        "Choosing one of two values for you could judge the wrong one."
        "Remove one of the two.";
    TooDeep "too-deep" "the document is nested too deeply"
        "No real document is; a hostile one can be."
        "Flatten the document.";
    TooLarge "too-large" "the document expands beyond what is sensible"
        "Aliases of aliases can grow without end."
        "Write the values out.";
    KeyUnknown "key-unknown" terms "a key that means nothing here"
        "A misspelt key is a demand that is not heard."
        "Correct the key or remove it.";
    ShapeInvalid "shape-invalid" "a value of another kind or form than is due"
        "What has the wrong shape cannot be judged."
        "Give the value the form that is asked for.";
    ActiveUnreadable "active-unreadable" "it cannot be told whether the account is active"
        "Seats and shared names count active accounts only."
        "Write yes or no, true or false, 1 or 0, active or inactive, enabled or disabled.";
    DateUnreadable "date-unreadable" "a date that cannot be read for certain"
        "A date read the wrong way round moves an account's life by months."
        "Write dates as YYYY-MM-DD, or say `order = \"dmy\"` or `\"mdy\"` under `[dates]` in the config.";
    ActivityContradictsDates "activity-contradicts-dates" "the account is marked active but its dates say otherwise"
        "One of the two is wrong; if the dates are right, the seat could be given back."
        "Correct the mark or the dates in the product.";
    NameLookAlike "name-look-alike" terms "a role, team, group or view has a name that poses as another"
        "Whoever reviews a list by eye takes it for the name that it looks like, and the product does not."
        "Find out in the product who made it; give it a name in plain letters, or take it away from the account.";
    UserNamePosing "user-name-posing" "the user name of an API user poses as another"
        "Whoever knows the account by its name cannot tell it from an account that looks the same."
        "Find out in the product who made the account, and give it a user name in plain letters or deactivate it.";
    TenantAmbiguous "tenant-ambiguous" terms "the inputs of one run name two tenants"
        "All inputs of a run are judged as one tenant; names and seats of two would mix."
        "Run once for each tenant.";
    ApiUserNone "api-user-none" "no API user account was found"
        "With nothing to judge, nothing can be called clean."
        "Name one with `--api-user`, under `[api-users]` in the config, or as `kind: api-user` in a plan.";
    ApiUserNotFound "api-user-not-found" "a declared API user is not in the input"
        "The account that should be judged was not."
        "Correct the name, or add the export that holds the account.";
    ApiUserPatternTooWide "api-user-pattern-too-wide" "a pattern for API users matches more accounts than its maximum"
        "A pattern that is too wide judges people as API users, or hides that it changed its meaning."
        "Make the pattern stricter or raise `max`.";
    SeatsReserveShort "seats-reserve-short" "fewer seats are free than are to be kept free"
        "A seat has to be ordered before it is needed; what is kept free is the time to do so."
        "Free seats, buy more before that day, or ask for fewer with `--require-free`.";
    LicenseLabelDiffers "license-label-differs" "the licence column and the roles name different licences"
        "Seats are counted by roles. Where the product's own column says otherwise, one of the two is wrong."
        "Correct the role or the licence in the product, or say under `labels` and `roles` of the licence in the config what they mean.";
    RoleWithoutLicense "role-without-license" "no licence names a role that accounts hold"
        "Its holders take no seat in this report; if the contract says otherwise, seats are missing from it."
        "If the role needs a seat, name it under `roles` of its licence in the config, or give it a `license` in the plan.";
    LicenseWithoutRole "license-without-role" "no account holds a role that needs this licence"
        "The licence is not used, or its roles are misspelt and its seats are not counted."
        "Compare the roles of the licence with those in the input; take the licence out if nobody needs it.";
}

impl FaultKind {
    /// The kind with this id.
    #[must_use]
    pub fn by_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.id() == id)
    }
}

/// One fault, as a reader reports it. The first label is where it is; the others belong to it.
///
/// Messages never quote a parser of someone else's: such texts can hold a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What kind.
    pub kind: FaultKind,
    /// One line that stands alone.
    pub message: String,
    /// The places, the guilty one first. None where the whole input is meant.
    pub labels: Vec<SpanLabel>,
    /// A remedy better than the kind's own, as a sentence.
    pub remedy: Option<String>,
}

/// A span of the input at hand and what to say under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpanLabel {
    /// Where.
    pub span: Span,
    /// Where the value is written, if the span only refers to it.
    pub defined: Option<Span>,
    /// A few words; may be empty.
    pub message: String,
}

impl SpanLabel {
    /// A label without words.
    #[must_use]
    pub const fn new(span: Span) -> Self {
        Self { span, defined: None, message: String::new() }
    }

    /// The same with words.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }
}

impl From<ReadError> for Fault {
    fn from(error: ReadError) -> Self {
        let kind = if error.is_changed { FaultKind::InputChanged } else { FaultKind::InputUnreadable };
        Self { remedy: error.remedy.map(str::to_owned), ..Self::of_input(kind, error.reason) }
    }
}

impl Fault {
    /// A fault at one place.
    #[must_use]
    pub fn new(kind: FaultKind, span: Span, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), labels: vec![SpanLabel::new(span)], remedy: None }
    }

    /// A fault of the whole input.
    #[must_use]
    pub fn of_input(kind: FaultKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), labels: Vec::new(), remedy: None }
    }

    /// The same with a second place.
    #[must_use]
    pub fn and(mut self, span: Span, message: impl Into<String>) -> Self {
        self.labels.push(SpanLabel::new(span).with_message(message));
        self
    }

    /// The same with words under its first place.
    #[must_use]
    pub fn with_label(mut self, message: impl Into<String>) -> Self {
        if let Some(label) = self.labels.first_mut() {
            label.message = message.into();
        }
        self
    }

    /// The same with a better remedy.
    #[must_use]
    pub fn with_remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }
}
