//! Asking a person on the terminal. Without one nothing is asked, and what needs an answer is
//! refused.

use std::io::{self, BufRead, IsTerminal, Write};

use crate::{
    domain::{
        assessment::Confirmation,
        failure::{Failure, FailureKind},
        text::harmless,
    },
    operations::Consent,
};

/// Whether there is someone to ask.
pub(super) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks for what the confirmation needs; `what` says what would be done. The answer is checked by the engine, not here.
pub(super) async fn ask(
    confirmation: &Confirmation,
    what: &str,
    consent: Consent,
) -> Result<Consent, Failure> {
    match confirmation {
        Confirmation::Button => Ok(consent),
        Confirmation::Ask { .. } => {
            let answer = read(format!("{what}? Type yes to go on: ")).await?;
            Ok(Consent {
                yes: matches!(answer.as_str(), "y" | "yes"),
                ..consent
            })
        }
        Confirmation::Type { noun, id } => {
            let id = harmless(id);
            let answer = read(format!("{what}? Type the {noun}'s id, {id}, to go on: ")).await?;
            Ok(Consent {
                typed: Some(answer),
                ..consent
            })
        }
    }
}

/// Reads a line, on a thread that may block: the interrupt key must work meanwhile.
pub(super) async fn read(question: String) -> Result<String, Failure> {
    let reading = tokio::task::spawn_blocking(move || {
        {
            // Given back before the answer is waited for: whoever interrupts that is told so there.
            let mut err = io::stderr().lock();
            write!(err, "{question}")?;
            err.flush()?;
        }
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line)?;
        io::Result::Ok(line.trim().to_owned())
    });
    let failed = |why: String| {
        Failure::new(
            FailureKind::Refused,
            "",
            format!("no answer could be read: {why}"),
        )
    };
    reading
        .await
        .map_err(|error| failed(error.to_string()))?
        .map_err(|error| failed(error.to_string()))
}
