//! `mockorg new`: writes a scenario to start from; what it says is the library's, what to do with it is said here.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};

use self::library::Template;
use super::{Outcome, could_not_run, print, say};
use crate::Scenario;

mod library;
mod names;

/// Write a commented scenario to start from: a template, or any scenario of the library
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Which: renewal, clock, faults, expectations, chaos, or another name of --list
    #[arg(default_value = "quickstart", value_parser = Names, hide_possible_values = true)]
    template: String,

    /// File to write; "-" is standard output
    #[arg(default_value = "scenario.toml")]
    file: PathBuf,

    /// List what there is to start from, and write nothing
    #[arg(long)]
    list: bool,

    /// Write over a file that is there
    #[arg(long)]
    force: bool,

    #[command(flatten)]
    names: names::Names,
}

const EXAMPLES: &str = "\
Examples:
  mockorg new --list
  mockorg new renewal
  mockorg new expectations ci.toml --user etl@globex.example --client etl
  mockorg new failures/intermediate-not-sent - | less

What is written is checked first, plays as it is (mockorg replay), and says in its comments what to change.
See scenarios/README.md for the order to read them, docs/scenarios.md for every key.

Exit codes: 0 written, 2 not written.";

/// Any text; the names that are known are there for completions.
#[derive(Clone)]
struct Names;

impl TypedValueParser for Names {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(templates().map(PossibleValue::new)))
    }
}

/// The names of what there is to start from.
pub(super) fn templates() -> impl Iterator<Item = &'static str> {
    library::all().iter().map(|template| template.name)
}

pub(super) fn run(args: &Args) -> Outcome {
    if args.list {
        return list();
    }
    let Some(template) = library::named(&args.template) else {
        return could_not_run(unknown(&args.template));
    };
    match write(args, template) {
        Ok(outcome) => outcome,
        Err(why) => could_not_run(why),
    }
}

fn write(args: &Args, template: &Template) -> Result<Outcome, String> {
    let text = args.names.put_into(template.text)?;
    let scenario = Scenario::from_text(&text, &args.file.display().to_string(), Path::new("."))
        .map_err(|mistakes| format!("nothing is written, since it would be wrong\n\n{}", mistakes.render(true)))?;
    if args.file.as_os_str() == "-" {
        return Ok(print(&text));
    }
    put(&args.file, &text, args.force)?;
    say(next_steps(&args.file, template, &scenario));
    Ok(Outcome::Fine)
}

/// Writes the file; one that is there stays as it is unless it is to be replaced.
fn put(path: &Path, text: &str, force: bool) -> Result<(), String> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(!force).create(force).truncate(force);
    let written = options.open(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => {
            format!("{} is there already, and is left as it is: name another file, or say --force", path.display())
        }
        _ => format!("{} cannot be written: {error}", path.display()),
    })
}

fn next_steps(path: &Path, template: &Template, scenario: &Scenario) -> String {
    let file = shown(path);
    let counted = |n: usize, what: &str| if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") };
    let mut steps = Vec::new();
    let (judged, played) = (scenario.expectations.len(), scenario.exchanges.len());
    let beside = match judged {
        0 => "puts your client beside it".to_owned(),
        _ => format!("puts your client beside it, and judges it by {}", counted(judged, "expectation")),
    };
    steps.push((format!("mockorg run {file} -- npm test"), beside));
    if played > 0 {
        let plays = format!("plays a client's side: {}", counted(played, "exchange"));
        steps.push((format!("mockorg replay {file}"), plays));
    }
    steps.push((
        format!("mockorg serve {file} --kit kit"),
        "waits for your client; kit/ has addresses and certificates".into(),
    ));
    steps.push((format!("mockorg check {file}"), "says what is wrong with it, once you have changed it".into()));
    let width = steps.iter().map(|(command, _)| command.chars().count()).max().unwrap_or_default();
    let lines: String = steps.iter().map(|(command, what)| format!("\n  {command:width$}  {what}")).collect();
    format!("{file} is written, from {}: {}\n{lines}", template.name, template.about)
}

/// As a shell takes it, and a reader.
fn shown(path: &Path) -> String {
    let path = path.display().to_string();
    let plain = |c: char| c.is_alphanumeric() || "-_./\\:~+@".contains(c);
    if path.chars().all(plain) { path } else { format!("'{}'", path.replace('\'', r"'\''")) }
}

fn list() -> Outcome {
    let templates = library::all();
    let width = templates.iter().map(|template| template.name.len()).max().unwrap_or_default();
    let mut text = String::new();
    for (n, template) in templates.iter().enumerate() {
        if n == 0 || templates[n - 1].section != template.section {
            let gap = if n == 0 { "" } else { "\n" };
            text.push_str(&format!("{gap}{}\n", template.section));
        }
        text.push_str(&format!("  {:width$}  {}\n", template.name, template.about));
    }
    print(text)
}

fn unknown(name: &str) -> String {
    let found = crate::scenario::unknown_name("template", name, templates().collect::<Vec<_>>());
    let is_file = Path::new(name).extension().is_some_and(|extension| extension == "toml");
    match is_file {
        true => format!("{found}; the template comes first: mockorg new quickstart {name}"),
        false => format!("{found}; mockorg new --list has all of them"),
    }
}
