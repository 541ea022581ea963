//! The kinds of faults: one line each, with the words that reports and `rolecall explain` have for it.

/// What the messages of a check or of a fault quote: redaction decides by it what may be shown.
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
    PatternUnmatched "pattern-unmatched" terms "a pattern of the project file matches no file"
        "The files it stands for were moved, renamed or never added, so their accounts were not judged."
        "Correct the pattern under `inputs` in the project file, or remove it.";
    TenantWithoutFile "tenant-without-file" terms "a tenant of the project file has no file"
        "Nothing of this tenant was judged."
        "Correct `inputs` and `exclude` of the tenant in the project file.";
    InputOfTwoTenants "input-of-two-tenants" terms "a file with accounts belongs to two tenants"
        "Its accounts would be judged twice, at least once by the wrong tenant's config."
        "Let only one tenant's patterns match it; a plan without `users` may serve several.";
    LinkOutside "link-outside" terms "a link leads out of the project and was not followed"
        "Whoever can change files elsewhere could change what is judged."
        "Copy the file into the project, or name it on the command line.";
    FolderWithoutPlan "folder-without-plan" terms "a folder that was named holds no plan"
        "Nothing in it was judged: only files with a `rolecall` key are taken from a folder."
        "Name the files themselves, or another folder.";
    TenantRefused "tenant-refused" "a tenant was not judged because of its config, plans or options"
        "A run by a config that was not understood could call anything clean."
        "Correct what the message names, and run again; `--tenant NAME` judges one tenant alone.";
    FormatUnknown "format-unknown" terms "the format of an input is unknown"
        "A file read in the wrong format would be judged wrongly."
        "Name the format with `--input-format`.";
    EncodingUnsupported "encoding-unsupported" terms "the text is not in a supported encoding"
        "Guessing an encoding can change names without any sign of it."
        "Name the encoding, for instance `--encoding utf-16le`, or save the file as UTF-8 text.";
    Utf8Invalid "utf8-invalid" terms "a byte that is not UTF-8"
        "A name with a broken character is not the name the product knows."
        "Name the encoding, for instance `--encoding windows-1252`, export the file as UTF-8, or repair the record.";
    FileEmpty "file-empty" "the input is empty"
        "An empty export is a failed export, not a clean one."
        "Export the list again.";
    DriftSummary "drift-summary" terms "how many accounts were compared with their plans"
        "A plan that states little can be in sync and say little."
        "State in the plan what must not change.";
    DriftDiffers "drift-differs" terms "an account is not as its plan says"
        "The plan in git is what was reviewed; the tenant runs on what the export shows."
        "Change the account in the product, or change the plan and have it reviewed.";
    DriftPersonDiffers "drift-person-differs" "a name or an id of an account is not as its plan says"
        "A person or another system may have taken over the account."
        "Change the account in the product, or change the plan and have it reviewed.";
    DriftMissing "drift-missing" "a planned account is not in the export"
        "What the plan promises to an integration does not exist."
        "Create the account, or remove it from the plan.";
    DriftUnplanned "drift-unplanned" "an account that a plan should declare is in no plan"
        "Nobody reviewed this account."
        "Add the account to a plan, or deactivate it.";
    DriftLapsed "drift-lapsed" "an account is still active although its plan has ended"
        "Access outlives its reason."
        "Deactivate the account, or move `active_until` in the plan.";
    DriftPending "drift-pending" "a planned account begins later"
        "It is not compared before the day on which it begins."
        "There is nothing to do before that day.";
    DriftNotCompared "drift-not-compared" terms "something that a plan states could not be compared"
        "What was not compared may have drifted."
        "Export the list again with the column, or leave the field out with `--ignore FIELD`.";
    NoRecords "no-records" "the input contains no accounts"
        "Nothing was judged, so nothing can be called clean."
        "Export the list again, with the accounts in it.";
    HeaderMissing "header-missing" terms "the first row is not a header row"
        "Without headers no cell has a meaning."
        "Run `rolecall init FILE`: it writes a config that maps the headers under `[columns]`. If they are not in the first row, name it with `--header-row N`.";
    HeaderRowBeyond "header-row-beyond" terms "a table ends before its declared header row"
        "The declared row belongs to another table; with it every row would be misread."
        "Correct `header-row` under `[tables]` in the config, or `--header-row`.";
    HeaderDuplicate "header-duplicate" terms "two columns have the same meaning"
        "If rolecall chose one of them, it might judge the wrong column."
        "Remove or rename one of the columns, or map the right one under `[columns]` in the config.";
    HeaderLookAlike "header-look-alike" terms "a header only looks like a known one"
        "Its column would be ignored, and nobody could see why."
        "Retype the header in plain letters.";
    HeaderRepeated "header-repeated" terms "a header row appears among the records"
        "In a second table, cells may mean something else."
        "Remove the second header row, or check each table by itself.";
    ColumnUnmapped "column-unmapped" terms "the config maps a header that no table has"
        "The field was read from another column, or from none."
        "Correct the header under `[columns]`; `rolecall columns FILE` lists those of the file.";
    ListNameUnfound "list-name-unfound" terms "no cell contains a name that the config declares whole"
        "A misspelt name has no effect: its cells are split, or remain ambiguous."
        "Correct the name under `whole` in `[lists]`, or remove it.";
    ColumnNearMiss "column-near-miss" terms "a header or key is nearly a known one"
        "A misspelt column is not read, and nobody sees that its field is missing."
        "Map it to the field it means, or list it under `ignore`, in `[columns]` of the config.";
    DelimiterUnclear "delimiter-unclear" terms "the header row does not show which delimiter is used"
        "With the wrong delimiter every cell is wrong."
        "Use the same delimiter throughout the file.";
    QuoteUnclosed "quote-unclosed" "a quoted cell is never closed"
        "Everything after the quote would be one cell, and its accounts would be lost."
        "Close the quote, or export the file again.";
    QuoteStray "quote-stray" "a misplaced quote"
        "The end of the cell is unclear."
        "Quote the whole cell and double the quotes inside it.";
    CellSwallowsRecords "cell-swallows-records" "a quoted cell contains what looks like whole records"
        "Two stray quotes can hide accounts inside one cell."
        "Check the quotes at both ends of the cell.";
    CellOverLines "cell-over-lines" terms "cells span several lines"
        "Some lists are written like this, but two stray quotes look the same, and everything between them would be one cell."
        "Check that each of these is a single record.";
    WorkbookUnreadable "workbook-unreadable" "the workbook cannot be read"
        "Accounts in a workbook that was not read were not judged."
        "Open it, save it again as an .xlsx workbook without a password, and run again.";
    SheetNotJudged "sheet-not-judged" "a sheet of a workbook was not judged"
        "Accounts can be on any sheet, even a hidden one."
        "Name the sheets with accounts with `--sheet`.";
    SheetHidden "sheet-hidden" "part of a workbook is hidden; it was judged"
        "What is hidden in the workbook is still in the tenant."
        "Unhide the part if it belongs to the list; otherwise delete it.";
    CellUnverifiable "cell-unverifiable" "the value of a cell is uncertain"
        "A formula, an error or a merged cell may show something other than what the file contains."
        "Replace it by its value: copy the column and paste values only.";
    ListAmbiguous "list-ambiguous" terms "a text may hold several names"
        "Taken as one name, the roles or groups in it would not be judged and their seats not counted; split, a name that contains a separator would be torn apart. So nothing that reads the cell is judged."
        "Declare the separator, or the whole name, under `[lists]` in the config.";
    ValuePlaceholder "value-placeholder" terms "a placeholder instead of a value"
        "`N/A` in a cell may mean that there is no value, or that the export lost it. Nothing that reads the cell is judged until the site says which."
        "Declare the word under `[values]` in the config, or put the value into the cell.";
    MainViewContradicts "main-view-contradicts" terms "two cells name different main views"
        "It is unclear which of them applies in the product, so the main view is not judged."
        "Correct the main view, or the mark in the list of views. To judge by the mark alone, name the header of the main view in `ignore` under `[columns]`.";
    KindUnknown "kind-unknown" "a record of unknown kind"
        "An account belongs to an API user or to a person. With any other word it is unclear which rules concern the record."
        "Write `api-user` or `person`, or name the key under `[columns] ignore` in the config.";
    ListTooVaried "list-too-varied" "a column has too many different texts to test"
        "It has more than 10,000 different texts, and not all of them were tested for several names."
        "Declare the separator of names under `[lists]` in the config.";
    InputTwice "input-twice" "a file is named twice"
        "It is read once, so that no account shares a name with itself and no seat counts twice."
        "Name the file once.";
    InputDuplicate "input-duplicate" "an input has the same bytes as another"
        "It is the same export under another name. Its records are left out, so that no seat counts twice."
        "Pass only one of them.";
    NothingJudged "nothing-judged" "no rule was applied to any account"
        "An account that no rule looked at cannot be called clean."
        "Enable rules under `[severity]` in the config, or pass an input with accounts that they concern.";
    RowsAboveHeader "rows-above-header" terms "there are other rows above the header row"
        "They were not judged, and a table in them would be lost."
        "Put the header row first and run again.";
    RecordBlank "record-blank" "a row contains only delimiters"
        "A blank row is not an account, but may be what is left of one."
        "Delete the blank rows and run again.";
    RowNoAccount "row-no-account" terms "a row among the accounts is not an account"
        "A title, a footer or a row of totals says nothing when judged as an account, and may hide that the list is incomplete."
        "Delete the row, or export the list without it.";
    CountUnexpected "count-unexpected" terms "the number of accounts is not the expected one"
        "Missing accounts were not judged; extra ones belong to another list."
        "Export the list again, or correct the number after `--expect-records`.";
    CountRound "count-round" terms "the number of accounts is one at which exports are often cut off"
        "An export that stops at its limit looks complete."
        "Look up the number of accounts in the product and pass it with `--expect-records`.";
    DelimiterDeclared "delimiter-declared" "the first line names the delimiter"
        "Spreadsheets write such a line; it is not part of the table."
        "Nothing needs to be done.";
    ExportTruncated "export-truncated" "the list continues beyond this file"
        "Accounts, or parts of them, that were cut off or that an error left out were not judged."
        "Export the whole list, or pass all its parts in one run.";
    RecordRagged "record-ragged" "a record has more or fewer cells than the header"
        "It is unclear which cell belongs to which column."
        "Repair the record: one cell for each header.";
    RefusedTooMany "refused-too-many" "reading stopped because too many records were refused"
        "If most of a file cannot be read, it is the wrong file or read the wrong way."
        "Look at the first refusals; they often have one cause.";
    FindingsTooMany "findings-too-many" "there are more findings than a report lists"
        "Unlisted findings cannot be fixed, and an incomplete list must not look complete."
        "Fix the most common finding first, or split the accounts over several runs.";
    RecordTooLong "record-too-long" "a record is longer than any real one"
        "An endless record means a broken or hostile file."
        "Check the file around this place.";
    SyntaxInvalid "syntax-invalid" "the document has a syntax error"
        "What cannot be parsed was not judged."
        "Correct the syntax at this place.";
    KeyDuplicate "key-duplicate" terms "a key appears twice"
        "If rolecall chose one of the values, it might judge the wrong one."
        "Remove one of them.";
    TooDeep "too-deep" "the document is nested too deeply"
        "No real document is nested so deeply, but a hostile one can be."
        "Flatten the document.";
    TooLarge "too-large" "the document expands too far"
        "Aliases of aliases can grow without limit."
        "Write out the values instead of using aliases.";
    KeyUnknown "key-unknown" terms "an unknown key"
        "A misspelt key would be silently ignored."
        "Correct the key or remove it.";
    ShapeInvalid "shape-invalid" terms "a value has an unexpected type or format"
        "Such a value cannot be judged."
        "Write the value in the expected form.";
    TemplateUnrendered "template-unrendered" "a template in a plan was not rendered"
        "The plan that will be applied has another value, which was not judged."
        "Render the template, and check the resulting plan.";
    ActiveUnreadable "active-unreadable" "it is unclear whether the account is active"
        "Only active accounts count for seats and shared user names; words of other languages have no certain meaning."
        "Write yes or no, true or false, 1 or 0, active or inactive, enabled or disabled, or add the word to `active` or `inactive` under `[values]` in the config.";
    DateUnreadable "date-unreadable" "a date cannot be read with certainty"
        "A date read the wrong way round is off by months, a number read in the wrong unit by decades."
        "Write dates as YYYY-MM-DD, or declare `order`, `epoch` or `serials` under `[dates]` in the config.";
    ActivityContradictsDates "activity-contradicts-dates" terms "the account is marked active but its dates say otherwise"
        "One of the two is wrong; if the dates are right, its seat could be freed."
        "Correct the mark or the dates in the product.";
    NameLookAlike "name-look-alike" terms "the name of a role, team, group or view imitates another"
        "A reader takes it for the name that it looks like; the product does not."
        "Find out in the product who created it, then rename it in plain letters or remove it from the account.";
    UserNameSpoofing "user-name-posing" "the user name of an API user imitates another"
        "A reader cannot tell the account from one whose name looks the same."
        "Find out in the product who created the account, then give it a user name in plain letters or deactivate it.";
    PasswordMasked "password-masked" terms "a password cell contains no password"
        "Some lists show asterisks, bullets or a placeholder instead of each password. That is not a password, so it was not judged as one."
        "Nothing needs to be done; without the column there is no note.";
    TenantAmbiguous "tenant-ambiguous" terms "the inputs of one run name two tenants"
        "All inputs of a run are judged as one tenant; the names and seats of two would be mixed up."
        "Run once for each tenant.";
    ApiUserNone "api-user-none" "no API user account was found"
        "With nothing to judge, nothing can be called clean."
        "Name one with `--api-user`, under `[api-users]` in the config, or as `kind: api-user` in a plan.";
    ApiUserNotFound "api-user-not-found" "a declared API user is not in the input"
        "An account that should be judged was not."
        "Correct the name under `[api-users]` or after `--api-user`, or add the export that contains the account.";
    ApiUserPatternTooWide "api-user-pattern-too-wide" "a pattern for API users matches more accounts than its maximum"
        "A pattern that is too wide judges people as API users, or no longer means what it did."
        "Make the pattern stricter or raise `max`.";
    SeatsReserveShort "seats-reserve-short" terms "fewer seats are free than required"
        "A seat has to be ordered before it is needed; a reserve leaves the time to do so."
        "Free seats, buy more before that day, or require fewer with `--require-free`.";
    LicenseLabelDiffers "license-label-differs" terms "the licence column and the roles name different licences"
        "Seats are counted by roles. If the product's own column disagrees, one of the two is wrong."
        "Correct the role or the licence in the product, or declare their meaning under `labels` and `roles` of the licence in the config.";
    RoleWithoutLicense "role-without-license" terms "a role that accounts hold belongs to no licence"
        "Its holders take no seat in this report; if the contract says otherwise, seats are missing."
        "If the role needs a seat, add it to `roles` of its licence in the config, or give it a `license` in the plan.";
    WaiverExpired "waiver-expired" "a waiver has expired and its finding is still there"
        "Who accepted the finding did so until a day that has passed."
        "Cure the finding, or have the waiver approved again with a new `approved-on` and `until`.";
    WaiverValueChanged "waiver-value-changed" "a waiver was approved for another value or severity"
        "The finding that is there now was never accepted."
        "Cure the finding, or have it approved as it is now; `rolecall waive` prints the entry.";
    WaiverSeverityOpen "waiver-severity-open" "a waiver covers a finding without naming its severity"
        "A finding that was accepted as mild stays covered when it becomes severe."
        "Write the `severity` that was approved; `rolecall waive` prints it.";
    WaiverRuleChanged "waiver-rule-changed" "the rule has changed since the waiver was approved"
        "What was accepted then may not be acceptable now."
        "Have the waiver approved again with the new `demand`; `rolecall waive` prints the entry.";
    WaiverUnused "waiver-unused" "a waiver covers nothing"
        "It would cover the same finding if it came back, without anyone noticing."
        "Remove the waiver, or correct its account and value.";
    WaiverEndsSoon "waiver-ends-soon" "a waiver ends within 30 days"
        "After its last day the finding fails the run."
        "Cure the finding, or have the waiver approved again in time.";
    WaiverRenamed "waiver-renamed" terms "a waiver names its rule by a former id"
        "It still covers, but readers will not find the rule."
        "Write the new id.";
    WaiverSelfApproved "waiver-self-approved" "a waiver was approved by the account or by the one who asked for it"
        "Self-approval is not approval."
        "Have someone else approve it.";
    WaiverTooWide "waiver-too-wide" "a waiver for a group of accounts matches more than its maximum"
        "A pattern that has grown accepts findings that nobody looked at, so it covers none."
        "Make the pattern stricter, or have a higher `max` approved.";
    BaselineStale "baseline-stale" "the baseline holds a finding that is gone"
        "The entry would cover a relapse, without anyone noticing."
        "Take it out with `rolecall baseline update`.";
    BaselineExpired "baseline-expired" terms "the baseline has expired"
        "It was accepted until a day that has passed, so it covers nothing."
        "Cure the findings, or accept them for longer with `rolecall baseline update` and `--until`.";
    LicenseWithoutRole "license-without-role" terms "no account holds a role that needs this licence"
        "The licence is not used, or its roles are misspelt and its seats are not counted."
        "Correct `roles` of the licence in the config, or `license` of its roles in the plan; remove the licence if nobody needs it.";
}

impl FaultKind {
    /// The kind with this id.
    #[must_use]
    pub fn by_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.id() == id)
    }
}
