//! What the conversions of all services have in common: SDK values as cells.

use aws_smithy_types::DateTime;
use jiff::Timestamp;

use crate::domain::row::Cell;

/// The members of a row, in the order in which they are printed.
pub(super) type Cells = Vec<(&'static str, Cell)>;

/// A moment of the SDK as one of ours; `None` where it is outside the years that exist.
pub(super) fn moment(at: &DateTime) -> Option<Timestamp> {
    Timestamp::new(at.secs(), i32::try_from(at.subsec_nanos()).ok()?).ok()
}

/// Text as a cell; what is empty AWS did not say.
pub(super) fn text(value: Option<&str>) -> Cell {
    value.filter(|value| !value.is_empty()).into()
}

/// Texts as a cell; none at all AWS did not say.
pub(super) fn list(items: Option<&[String]>) -> Cell {
    items.unwrap_or_default().to_vec().into()
}
