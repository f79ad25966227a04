//! What the console wants done by the world.
//!
//! `update` only ever answers these; the executor carries them out and answers with messages. Every
//! call has a ticket by which it can be stopped and its answer recognised.

use std::{path::PathBuf, time::Duration};

use crate::{
    config::Settings,
    domain::{form::Request, place::Region, row::RowKey, secret::Secret},
    operations::Consent,
};

use super::{
    message::Timer,
    remote::Ticket,
    store::{DetailKey, Discarded, Kind, ListKey, Need},
    terminal::Signal,
};

/// Something to be done outside the model.
#[derive(Debug)]
pub(crate) enum Effect {
    /// Open the context: journal, engine, and the sandbox where it is asked for. The one that was
    /// open is let go of, and all that it was watching by.
    Open(Ticket, Box<Settings>),
    /// Find credentials and Regions, and ask AWS who we are; with the code of a device, where one
    /// was asked for.
    Connect(Ticket, Option<Secret<String>>),
    /// Read the profiles of the AWS files.
    ReadProfiles(Ticket),
    /// Read which Regions are enabled.
    ReadRegions(Ticket),
    /// Read the name of the account beside its number.
    ReadAlias(Ticket),
    /// Read a list.
    List(Ticket, ListKey),
    /// Ask for what some rows of a list have left open.
    Tell(Ticket, ListKey, Vec<RowKey>),
    /// Read the ids of all rows of a collection in a Region.
    CallRoll(Ticket, Kind, Region),
    /// Read a single row.
    Show(Ticket, DetailKey),
    /// Look for a single row in all Regions.
    Find(Ticket, Kind, String),
    /// Find out what would follow from a request.
    Assess(Ticket, Request),
    /// Send a request. It is never stopped: once it left, only AWS can tell what became of it.
    Submit(Ticket, Request, Consent),
    /// Read the journal.
    ReadJournal(Ticket),
    /// Write a file for a bug report.
    Diagnose(Ticket, Box<Settings>),
    /// Write a file.
    Write(Ticket, File),
    /// Let go of what nobody needs any more.
    Discard(Discarded),
    /// Stop a call.
    Abort(Ticket),
    /// Run a timer.
    After(Duration, Timer),
    /// Tell the terminal something beside the frame.
    Signal(Signal),
    /// Leave; what runs in AWS goes on.
    Leave,
}

/// A file to be written.
#[derive(Debug)]
pub(crate) struct File {
    /// Where.
    pub(crate) path: PathBuf,
    /// What is in it.
    pub(crate) text: String,
    /// What about a file that is there.
    pub(crate) replace: Replace,
}

/// Whether a file that is there may be replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Replace {
    /// It may.
    Yes,
    /// It must not.
    No,
}

impl Effect {
    /// The call that reads what a screen needs.
    pub(crate) fn read(ticket: Ticket, need: Need) -> Self {
        match need {
            Need::List(key) => Self::List(ticket, key),
            Need::Detail(key) => Self::Show(ticket, key),
        }
    }
}
