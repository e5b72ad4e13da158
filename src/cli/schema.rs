//! `mockorg schema`: the JSON Schema of scenario files.

use super::{Outcome, print};
use crate::scenario;

/// Print the JSON Schema of scenario files, for editors
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {}

const EXAMPLES: &str = "\
Examples:
  mockorg schema > mockorg.schema.json

Editors that know Taplo find it by the first line of a scenario: #:schema ./mockorg.schema.json";

pub(super) fn run(_: &Args) -> Outcome {
    print(format_args!("{:#}\n", scenario::schema()))
}
