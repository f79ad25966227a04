//! The program: read the arguments, run the console or a command, say how it ended.

use std::process::ExitCode;

use snapdeck::{
    cli::{
        self,
        exit::{self, Code},
    },
    tui,
};

fn main() -> ExitCode {
    let invocation = match cli::parse(std::env::args_os()) {
        Ok(invocation) => invocation,
        Err(error) => {
            // Standard output may be closed; there is nowhere left to say so.
            let _closed = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let outcome = if invocation.opens_console() {
        cli::settings(&invocation)
            .and_then(tui::run)
            .map(|()| Code::Done)
    } else {
        cli::run(invocation)
    };
    let code = outcome.unwrap_or_else(|error| {
        cli::report(&error);
        exit::of(&error)
    });
    code.into()
}
