//! What the console begins with, and how it keeps up with AWS.

use std::time::Duration;

use super::value::{Bounds, span};
use crate::domain::suggest;

/// What the console begins with, and how it keeps up with AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConsoleOptions {
    /// The first screen.
    pub start: Start,
    /// How often what is shown is read again by itself; `None` is never.
    pub refresh: Option<Duration>,
    /// Whether it begins where the last one was left.
    pub resume: bool,
}

/// The first screen of the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// The lists, the first one open: one list is read.
    Lists,
    /// The overview of all services: every list is read.
    Home,
}

impl Default for ConsoleOptions {
    fn default() -> Self {
        Self {
            start: Start::Lists,
            refresh: Some(Duration::from_mins(1)),
            resume: true,
        }
    }
}

impl Start {
    const ALL: [Self; 2] = [Self::Lists, Self::Home];

    /// The word for it in the file.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lists => "lists",
            Self::Home => "home",
        }
    }
}

const REFRESH: Bounds = Bounds {
    least: 5,
    most: 86_400,
};

/// The name of the first screen.
pub(crate) fn start(name: &str) -> Result<Start, String> {
    suggest::choose(name, &Start::ALL, Start::as_str, "a first screen")
}

/// How often what is shown is read again, or `off`.
pub(crate) fn refresh(text: &str) -> Result<Option<Duration>, String> {
    if text == "off" {
        return Ok(None);
    }
    match span(text, REFRESH) {
        Ok(interval) => Ok(Some(interval)),
        Err(why) => Err(format!("{why}, or off")),
    }
}
