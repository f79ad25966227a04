//! The program: read the arguments, run the console or a command, say how it ended.

use std::process::ExitCode;

use snapdeck::cli::{self, exit};

fn main() -> ExitCode {
    let invocation = match cli::parse(std::env::args_os()) {
        Ok(invocation) => invocation,
        Err(error) => {
            // Standard output may be closed; there is nowhere left to say so.
            let _closed = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    cli::run(invocation).map_or_else(
        |error| {
            cli::report(&error);
            exit::of(&error).into()
        },
        ExitCode::from,
    )
}
