//! From the arguments of a command to the options of its runs.

use std::num::NonZeroUsize;
use std::time::{SystemTime, UNIX_EPOCH};

use rolecall::config::RunOptions;
use rolecall::config::selection::InputSelection;
use rolecall::diagnostic::Severity;
use rolecall::diagnostic::usage::UsageError;
use rolecall::diagnostic::visible::quoted;
use rolecall::fast::split::ALL_THREADS;
use rolecall::record::date::Date;

use super::arguments::ReadingArguments;

pub fn options(arguments: &ReadingArguments, fail_on: Severity) -> Result<RunOptions, UsageError> {
    let judging = &arguments.judging;
    Ok(RunOptions {
        as_of: judging.as_of.unwrap_or_else(today),
        product: judging.product,
        api_users: judging.api_users.clone(),
        all_api_users: judging.all_api_users,
        seats: seats(judging.seats.clone())?,
        digest: judging.digest,
        fail_on,
        sheets: judging.tables.sheets.clone(),
        expect_records: arguments.expect_records,
        encoding: judging.tables.encoding,
        header_row: judging.tables.header_row,
        list_accounts: true,
        jobs: judging.jobs.map_or(ALL_THREADS, NonZeroUsize::get),
        selection: InputSelection::default(),
        progress: None,
    })
}

/// Refuses two numbers for one licence.
fn seats(seats: Vec<(String, u64)>) -> Result<Vec<(String, u64)>, UsageError> {
    for (at, (name, count)) in seats.iter().enumerate() {
        if seats[..at].iter().any(|(earlier, before)| earlier == name && before != count) {
            let message = format!("`--seats` gives two numbers for {}", quoted(name));
            return Err(UsageError::new(message).with_remedy("Keep one of them."));
        }
    }
    Ok(seats)
}

/// The current day in UTC.
pub fn today() -> Date {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let milliseconds = i64::try_from(since.as_millis()).unwrap_or(0);
    Date::from_epoch_milliseconds(milliseconds).expect("internal error: today is a day")
}
