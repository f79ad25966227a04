//! Something that a menu or the palette offers: where to go, or what to do.

use crate::domain::{
    collection::ActionInfo,
    row::{Row, RowKey},
};

use super::store::Kind;

/// Where to go, or what to do.
#[derive(Debug, Clone)]
pub(crate) enum Choice {
    /// To the dialog of an action on a row.
    Ask(Kind, &'static ActionInfo, Box<Row>),
    /// To the screen of a row, whether or not it was read already.
    Open(Kind, RowKey),
}

/// A line of a menu.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// What it does or where it leads.
    pub(crate) label: String,
    /// What it is about: the resource, or what is known of it.
    pub(crate) note: String,
    /// The key that does the same without the menu.
    pub(crate) key: String,
    /// Why it will be refused, where that is known already. It can be chosen all the same: what it
    /// opens says more.
    pub(crate) because: Option<String>,
    /// What choosing it means.
    pub(crate) choice: Choice,
}
