//! `mockorg completions`: for the shell, from the command line's own definition.

use clap::{Command, CommandFactory};
use clap_complete::Shell;

use super::{Cli, Outcome, new, print};

/// Print a completion script for a shell
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The shell
    shell: Shell,
}

const EXAMPLES: &str = "\
Examples:
  source <(mockorg completions bash)
  mockorg completions zsh > ~/.zfunc/_mockorg
  mockorg completions fish > ~/.config/fish/completions/mockorg.fish";

pub(super) fn run(args: &Args) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut for_people(), "mockorg", &mut script);
    if args.shell == Shell::Fish {
        script.extend(templates().into_bytes());
    }
    print(String::from_utf8_lossy(&script))
}

/// For fish, clap_complete leaves out the values of arguments that have no dashes.
fn templates() -> String {
    let names: Vec<&str> = new::templates().collect();
    format!("complete -c mockorg -n \"__fish_mockorg_using_subcommand new\" -a \"{}\"\n", names.join(" "))
}

/// Without what is hidden from the help: completions would offer it all the same.
fn for_people() -> Command {
    let all = Cli::command();
    let shown = all.get_subcommands().filter(|command| !command.is_hide_set()).cloned().collect::<Vec<_>>();
    Command::new("mockorg").version(env!("CARGO_PKG_VERSION")).propagate_version(true).subcommands(shown)
}
