//! Judges every entry of NIST's PKITS and compares: in process by `pki::validate`, and at a mutual door over TLS 1.3.
//!
//! `scripts/conformance` fetches the certificates and runs this. Ends with 1 if an entry that was right is wrong, or an
//! entry that was wrong is right: the list of those belongs to `docs/fidelity.md`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;

mod door;
mod process;
mod suite;
mod table;

use suite::{Failure, Suite};
use table::Tally;

/// Entries whose verdict differs from the published one, each with its reason in `docs/fidelity.md`.
const KNOWN_WRONG: [&str; 2] = ["4.1.5", "4.14.30"];

#[derive(Parser)]
#[command(about = "Judges every entry of NIST's PKITS, in process and at a mutual door")]
struct Conformance {
    /// The folder with `certs`, `crls` and `pkcs12`
    data: PathBuf,
    /// The table of expected results
    #[arg(long, default_value = "tests/conformance/pkits.json")]
    table: PathBuf,
}

fn main() -> ExitCode {
    let arguments = Conformance::parse();
    match run(&arguments.table, &arguments.data) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(failure) => {
            eprintln!("conformance: {failure}");
            ExitCode::from(2)
        }
    }
}

fn run(table: &Path, data: &Path) -> Result<bool, Failure> {
    let suite = Suite::read(table, data)?;
    let mut tally = Tally::default();
    let judge = process::Judge::new(&suite)?;
    for entry in &suite.entries {
        tally.in_process(entry, judge.holds(&suite, entry)?);
    }
    let door = door::Open::new(&suite)?;
    for entry in suite.entries.iter().filter(|entry| entry.default_settings) {
        if let Some(identity) = suite.identity(entry)? {
            tally.at_the_door(entry, door.lets_in(&identity, &suite, entry)?);
        }
    }
    println!("{tally}");
    Ok(tally.wrong() == KNOWN_WRONG)
}
