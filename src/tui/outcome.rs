//! What a screen or a dialog asks for when it was handed a key.

use std::path::PathBuf;

use crate::{
    domain::{
        export::Format,
        form::Request,
        row::{Row, RowKey, Tone},
        secret::Secret,
    },
    operations::Consent,
};

use super::{
    choice::{Choice, Entry},
    effect::Replace,
    store::{Kind, ListKey, Need},
    tables::Order,
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
    /// To put the rows of a collection in another order.
    Order(Kind, Option<Order>),
    /// To open the own screen of a row of a list, seen so.
    Enter(ListKey, Row, View),
    /// To have one of several things chosen, under this heading.
    Offer(String, Vec<Entry>),
    /// To close the dialog and do what was chosen in it.
    Choose(Box<Choice>),
    /// To go there, or to do that.
    Go(Box<Choice>),
    /// To find out again what would follow for each of several rows.
    AssessMany,
    /// To send the requests of several rows.
    SubmitMany,
    /// To open the dialog that chooses rows of a list by what they are.
    Select(ListKey),
    /// To close the dialog and mark these rows of the open list and no others.
    MarkOnly(Vec<RowKey>),
    /// To show two rows member by member.
    Compare(Kind, Box<[Row; 2]>),
    /// To open the dialog that writes what is shown: so many rows of a collection.
    Export(Kind, usize),
    /// To write what is shown to a file.
    Write {
        /// In which form.
        format: Format,
        /// Where.
        path: PathBuf,
        /// What about a file that is there.
        replace: Replace,
    },
    /// To have something said on the notice line.
    Say(Tone, String),
    /// To find out what would follow from a request.
    Assess(Request),
    /// To send a request.
    Submit(Request, Consent),
    /// To go to the part of a collection that belongs to a row, with a filter.
    Follow {
        /// What the row is.
        from: Kind,
        /// The collection.
        to: Kind,
        /// The row that the part belongs to, or one that names it.
        of: Box<Row>,
        /// The filter.
        filter: &'static str,
    },
    /// To put a text on the clipboard.
    Copy {
        /// What it is, to be said.
        what: String,
        /// The text.
        text: String,
    },
    /// To write a file for a bug report.
    Diagnose,
    /// To connect with the code of a device.
    GiveCode(Secret<String>),
    /// To connect again.
    Retry,
    /// To go to the sandbox.
    Sandbox,
    /// To leave the program.
    Quit,
}

/// How what is known of a row is seen on its own screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum View {
    /// Member by member, in words.
    Members,
    /// As JSON.
    Json,
}

impl Outcome {
    /// Whether the key had a meaning.
    pub(crate) fn is_used(&self) -> bool {
        !matches!(self, Self::Unused)
    }
}
