//! Parse, run, exit code. Everything else is the library's.

use std::process::ExitCode;

fn main() -> ExitCode {
    mockorg::cli::run(std::env::args_os())
}
