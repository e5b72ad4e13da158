//! `ctl users`: permissions and sessions.

use clap::Subcommand;
use serde_json::{Value, json};

use super::Answer;
use super::door::{Door, segment};
use super::shown::{at, either, items, table};

/// Change what users may do, and end their sessions
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// End every session of a user; refresh tokens stay good
    ExpireSessions {
        /// Its username
        username: String,
    },
    /// List users and their permissions
    List,
    /// Give or take a permission
    #[command(subcommand)]
    Permissions(Permissions),
}

#[derive(Debug, Subcommand)]
enum Permissions {
    /// Give a permission
    Add {
        /// Whose username
        username: String,
        /// As scenarios name it: enforce-mutual-authentication, api-enabled …
        permission: String,
    },
    /// Take a permission away, wherever it came from
    Remove {
        /// Whose username
        username: String,
        /// As scenarios name it
        permission: String,
    },
}

const EXAMPLES: &str = "\
Examples:
  mockorg ctl users list
  mockorg ctl users permissions add reports@acme.example enforce-mutual-authentication
  mockorg ctl users permissions remove billing@acme.example api-enabled
  mockorg ctl users expire-sessions billing@acme.example";

pub(super) fn run(door: &Door, args: &Args, json: bool) -> Answer {
    let path = |username: &str, name: &str| format!("/v1/users/{}/permissions/{}", segment(username), segment(name));
    match &args.verb {
        Verb::ExpireSessions { username } => {
            let path = format!("/v1/users/{}/sessions/expire", segment(username));
            let ended = door.write("POST", &path, &json!({}))?;
            Ok(either(json, &ended, || format!("{} sessions ended\n", ended["ended"])))
        }
        Verb::List => {
            let users = door.read("/v1/org")?["users"].take();
            Ok(either(json, &users, || table(&users.as_array().into_iter().flatten().map(row).collect::<Vec<_>>())))
        }
        Verb::Permissions(Permissions::Add { username, permission }) => {
            let user = door.write("PUT", &path(username, permission), &json!({}))?;
            Ok(either(json, &user, || table(&[row(&user)])))
        }
        Verb::Permissions(Permissions::Remove { username, permission }) => {
            let user = door.delete(&path(username, permission))?;
            Ok(either(json, &user, || table(&[row(&user)])))
        }
    }
}

fn row(user: &Value) -> Vec<String> {
    let names: Vec<_> = items(user, "permissions").filter_map(Value::as_str).collect();
    vec![at(user, "username"), names.join(", ")]
}
