//! The cells of Arrow's columns as the texts that an export would hold.

use arrow_array::cast::AsArray as _;
use arrow_array::{Array, RecordBatch};
use arrow_cast::cast;
use arrow_schema::DataType;

/// The texts of a column; a null is blank.
///
/// # Errors
/// The column is of a type that no field of an account has.
pub fn texts(batch: &RecordBatch, column: usize) -> Result<Vec<String>, String> {
    let (array, name) = (batch.column(column), batch.schema_ref().field(column).name());
    let unfit = |what: String| format!("the column `{name}` {what}");
    match array.data_type() {
        DataType::List(of) | DataType::LargeList(of) if is_text(of.data_type()) => lists(array).map_err(unfit),
        kind if is_text(kind) || is_scalar(kind) => plain(array).map_err(unfit),
        kind => Err(unfit(format!(
            "is of the type {kind}, and expected is text, a whole number, a truth value, a date or a list of texts"
        ))),
    }
}

fn is_text(kind: &DataType) -> bool {
    match kind {
        DataType::Dictionary(_, of) => is_text(of),
        kind => matches!(kind, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View),
    }
}

fn is_scalar(kind: &DataType) -> bool {
    let is_other = matches!(
        kind,
        DataType::Null | DataType::Boolean | DataType::Date32 | DataType::Date64 | DataType::Timestamp(..)
    );
    is_other || kind.is_integer()
}

fn plain(array: &dyn Array) -> Result<Vec<String>, String> {
    let cast = cast(array, &DataType::LargeUtf8).map_err(|_| "cannot be read as text".to_owned())?;
    Ok(cast.as_string::<i64>().iter().map(|cell| cell.unwrap_or_default().to_owned()).collect())
}

/// Lists as an export joins them. An item with a separator in it would be two there.
fn lists(array: &dyn Array) -> Result<Vec<String>, String> {
    let mut texts = Vec::with_capacity(array.len());
    let unfit = || "cannot be read as lists".to_owned();
    let of = DataType::LargeList(arrow_schema::Field::new_list_field(DataType::LargeUtf8, true).into());
    let array = cast(array, &of).map_err(|_| unfit())?;
    let lists = array.as_list::<i64>();
    for row in 0..lists.len() {
        let items = if lists.is_null(row) { Vec::new() } else { plain(&lists.value(row))? };
        // The item is not shown: the column may be of passwords.
        if items.iter().any(|item| item.contains([';', ',', '"', '\n', '|'])) {
            return Err("has a list with an item that would be two in a text, by a separator in it; give the list as \
                        text"
                .to_owned());
        }
        texts.push(items.join("; "));
    }
    Ok(texts)
}
