//! What a screen or a dialog asks for when it was handed a key.

use crate::{
    domain::{collection::ActionInfo, form::Request, row::Row},
    operations::Consent,
};

use super::{
    choice::{Choice, Entry},
    store::{Kind, ListKey, Need},
};

/// What a screen or a dialog asks for. It changes its own cursor itself and nothing else.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// Nothing more.
    Done,
    /// The key means nothing here.
    Unused,
    /// To be left.
    Back,
    /// To stop reading something.
    Cancel(Need),
    /// To read something again.
    Reload(Vec<Need>),
    /// To open the own screen of a row of a list.
    Enter(ListKey, Row),
    /// To open the dialog of an action on a row.
    Ask(Kind, &'static ActionInfo, Row),
    /// To have one of several things chosen, under this heading.
    Offer(String, Vec<Entry>),
    /// To close the dialog and do what was chosen in it.
    Choose(Box<Choice>),
    /// To go there, or to do that.
    Go(Box<Choice>),
    /// To find out what would follow from a request.
    Assess(Request),
    /// To send a request.
    Submit(Request, Consent),
    /// To go to the part of a collection that belongs to a row, with a filter.
    Follow {
        /// The collection.
        to: Kind,
        /// The row that the part belongs to.
        of: Box<Row>,
        /// The filter.
        filter: &'static str,
    },
    /// To connect with the code of a device.
    GiveCode(String),
    /// To connect again.
    Retry,
    /// To go to the sandbox.
    Sandbox,
    /// To leave the program.
    Quit,
}

impl Outcome {
    /// Whether the key had a meaning.
    pub(crate) fn is_used(&self) -> bool {
        !matches!(self, Self::Unused)
    }
}
