//! What can happen to the console.

use std::{collections::BTreeMap, path::PathBuf};

use jiff::Timestamp;
use ratatui::layout::{Position, Size};

use crate::{
    config::Key,
    context::Profile,
    domain::{
        assessment::Assessment,
        clock::Clock,
        failure::Failure,
        form::Value,
        operation::Operation,
        place::Region,
        row::{Row, RowKey},
    },
};

use super::{
    remote::Ticket,
    store::{DetailKey, Kind, ListKey},
    world::Connected,
};

/// Something that happened: a key, an answer, a clock. Answers carry the ticket of their call.
#[derive(Debug)]
pub(crate) enum Message {
    /// A key was pressed.
    Key(Key),
    /// A text was pasted.
    Paste(String),
    /// The mouse was used.
    Mouse(Mouse),
    /// The terminal has another size.
    Resized(Size),
    /// The process is asked to go, or its terminal is gone.
    Detach,
    /// A second went by while something on the screen counts seconds.
    Tick,
    /// A timer ran out.
    TimeUp(Timer),
    /// The context is open.
    Opened(Ticket, Result<Opened, Failure>),
    /// AWS said who we are.
    Connected(Ticket, Result<Connected, Failure>),
    /// The profile's role wants the code of this device first.
    CodeWanted(Ticket, String),
    /// The AWS files were read.
    Profiles(Ticket, Result<Vec<Profile>, Failure>),
    /// The enabled Regions are known.
    Regions(Ticket, Result<Vec<Region>, Failure>),
    /// The account's alias is known, where it has one and one may know it.
    Alias(Ticket, Option<String>),
    /// Rows of a list arrived.
    Arrived(Ticket, ListKey, Vec<Row>),
    /// A list is complete, or will not be.
    Listed(Ticket, ListKey, Result<(), Vec<Failure>>),
    /// What some rows of a list had left open was told.
    Told(Ticket, ListKey, Vec<RowKey>, Result<Vec<Row>, Failure>),
    /// The ids of all rows of a collection in a Region were told.
    RollCalled(Ticket, Kind, Region, Result<Vec<String>, Failure>),
    /// A single row arrived.
    Shown(Ticket, DetailKey, Result<Box<Row>, Failure>),
    /// A single row was looked for in all Regions.
    Found(Ticket, Kind, Result<Box<Row>, Failure>),
    /// What is filled in by itself in a dialog, before its consequences are known.
    Prefilled(Ticket, BTreeMap<String, Value>),
    /// The consequences of a request are known.
    Assessed(Ticket, Result<Box<Assessment>, Failure>),
    /// A request was sent.
    Submitted(Ticket, Result<Box<Operation>, Failure>),
    /// A file was written, and where.
    Written(Ticket, Result<PathBuf, Unwritten>),
    /// The journal was read.
    Recorded(Ticket, Result<Vec<Operation>, Failure>),
    /// A file for a bug report was written.
    Diagnosed(Result<PathBuf, Failure>),
    /// An operation changed.
    OperationChanged(Box<Operation>),
    /// More operations changed than could be told one by one.
    OperationsMissed,
    /// A task of the console panicked; the text is what it said.
    WorkerPanicked(String),
}

impl Message {
    /// Whether somebody sits in front of the terminal and waits for what comes of it.
    pub(crate) fn is_from_person(&self) -> bool {
        matches!(
            self,
            Self::Key(_) | Self::Paste(_) | Self::Mouse(_) | Self::Resized(_)
        )
    }
}

/// What was done with the mouse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mouse {
    /// The wheel was turned away from the user.
    Up,
    /// The wheel was turned towards the user.
    Down,
    /// The left button was pressed on this cell.
    Press(Position),
}

/// Why a file was not written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unwritten {
    /// There is one already.
    Exists,
    /// It cannot be, and why.
    Failed(String),
}

/// What is known once the context is open.
#[derive(Debug)]
pub(crate) struct Opened {
    /// The clock that AWS's times are compared with.
    pub(crate) clock: Clock,
    /// Why every change is refused, if it is.
    pub(crate) restriction: Option<String>,
    /// Whether AWS is a simulated one.
    pub(crate) sandbox: bool,
    /// What the last session left.
    pub(crate) left: Option<String>,
}

/// A timer, by what it is for. One that was overtaken is ignored when it runs out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Timer {
    /// The notice that was shown at this moment has been there long enough.
    Notice(Timestamp),
    /// What operations have changed is to be read again.
    Reload,
    /// Credentials that could not be used may have been renewed.
    Reconnect,
    /// What is shown may be old enough at this moment to be read again.
    Refresh(Timestamp),
    /// Nothing more was typed into a dialog for a while, so what follows from it can be found out.
    Assess(Ticket),
}
