//! `[[user]]`, `[[profile]]` and `[[permission-set]]`.

use std::collections::HashSet;

use super::{Reading, names, values};
use crate::scenario::file::{BundleTable, File, Spot, UserTable};
use crate::scenario::{Permission, PermissionBundle, UserSpec, guess};

/// The profiles of every org, as far as permissions go that a scenario knows.
const STANDARD_PROFILES: [(&str, &[Permission]); 2] = [
    ("Standard User", &[Permission::ApiEnabled]),
    (
        "System Administrator",
        &[Permission::ApiEnabled, Permission::CustomizeApplication, Permission::ModifyAllData, Permission::ViewAllData],
    ),
];

/// The profile of a user that names none.
const DEFAULT_PROFILE: &str = "Standard User";

/// Where no security token is asked for, unless a user says otherwise.
const LOOPBACK: [&str; 2] = ["127.0.0.0/8", "::1/128"];

/// The longest name of a user, an app or a bundle, in characters.
pub(super) const LONGEST_NAME: usize = 80;

/// The longest password, token, secret or key of an app, in characters.
pub(super) const LONGEST_SECRET: usize = 1_000;

impl PermissionBundle {
    /// Whether this is a profile of every org, which no file may write.
    pub fn is_built_in(&self) -> bool {
        STANDARD_PROFILES.iter().any(|(name, _)| *name == self.name)
    }
}

pub(super) fn profiles(file: &File, reading: &mut Reading<'_>) -> Vec<PermissionBundle> {
    names::check_unique("profile", file.profile.iter().map(|table| &table.name), str::to_owned, reading);
    let standard = STANDARD_PROFILES
        .iter()
        .map(|(name, permissions)| PermissionBundle { name: (*name).to_owned(), permissions: permissions.to_vec() });
    let mut profiles: Vec<PermissionBundle> = standard.collect();
    for table in &file.profile {
        if STANDARD_PROFILES.iter().any(|(name, _)| *name == table.name.as_str()) {
            let name = guess::quoted(&table.name);
            reading.mistake(table.name.span(), format!("the profile {name} is built in; choose another name"));
        }
        profiles.push(bundle("profile", table, reading));
    }
    profiles
}

pub(super) fn permission_sets(file: &File, reading: &mut Reading<'_>) -> Vec<PermissionBundle> {
    let tables = &file.permission_set;
    names::check_unique("permission set", tables.iter().map(|table| &table.name), str::to_owned, reading);
    tables.iter().map(|table| bundle("permission set", table, reading)).collect()
}

fn bundle(what: &str, table: &BundleTable, reading: &mut Reading<'_>) -> PermissionBundle {
    check_length(&format!("the {what}'s name"), &table.name, LONGEST_NAME, reading);
    let permissions = reading.words(table.permissions.as_deref().unwrap_or_default());
    PermissionBundle { name: table.name.to_string(), permissions }
}

pub(super) fn users(file: &File, reading: &mut Reading<'_>) -> Vec<UserSpec> {
    names::check_unique("user", file.user.iter().map(|table| &table.username), str::to_lowercase, reading);
    let standard = STANDARD_PROFILES.iter().map(|(name, _)| *name);
    let profiles: Vec<&str> = standard.chain(file.profile.iter().map(|table| table.name.as_str())).collect();
    let sets: Vec<&str> = file.permission_set.iter().map(|table| table.name.as_str()).collect();
    let known = Bundles {
        profile_set: profiles.iter().copied().collect(),
        profiles,
        set_set: sets.iter().copied().collect(),
        sets,
    };
    file.user.iter().map(|table| user(table, &known, reading)).collect()
}

struct Bundles<'a> {
    profiles: Vec<&'a str>,
    profile_set: HashSet<&'a str>,
    sets: Vec<&'a str>,
    set_set: HashSet<&'a str>,
}

fn user(table: &UserTable, known: &Bundles<'_>, reading: &mut Reading<'_>) -> UserSpec {
    let username = &table.username;
    check_username(username, reading);
    check_length("the password", &table.password, LONGEST_SECRET, reading);
    if let Some(token) = &table.security_token {
        check_length("the security token", token, LONGEST_SECRET, reading);
    }
    if let Some(profile) = table.profile.as_ref().filter(|profile| !known.profile_set.contains(profile.as_str())) {
        reading.unknown("profile", profile, known.profiles.iter().copied());
    }
    for set in table.permission_sets.iter().flatten() {
        if !known.set_set.contains(set.as_str()) {
            reading.unknown("permission set", set, known.sets.iter().copied());
        }
    }
    let ranges = table.trusted_ranges.as_ref();
    let ranges = ranges.map(|ranges| ranges.iter().map(|range| values::network(range, reading)).collect());
    UserSpec {
        username: username.to_string(),
        password: table.password.to_string(),
        security_token: table.security_token.as_ref().map(|token| token.to_string()),
        first_name: table.first_name.clone(),
        last_name: table.last_name.clone().unwrap_or_else(|| local_part(username).to_owned()),
        email: table.email.clone().unwrap_or_else(|| username.to_string()),
        profile: table.profile.as_ref().map_or_else(|| DEFAULT_PROFILE.to_owned(), |profile| profile.to_string()),
        permission_sets: table.permission_sets.iter().flatten().map(|set| set.to_string()).collect(),
        permissions: reading.words(table.permissions.as_deref().unwrap_or_default()),
        active: table.active.unwrap_or(true),
        locked: table.locked.unwrap_or(false),
        password_expired: table.password_expired.unwrap_or(false),
        trusted_ranges: ranges.unwrap_or_else(|| LOOPBACK.map(str::to_owned).to_vec()),
    }
}

fn local_part(username: &str) -> &str {
    username.split_once('@').map_or(username, |(local, _)| local)
}

fn check_username(username: &Spot<String>, reading: &mut Reading<'_>) {
    let shaped = username.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && !domain.is_empty()
            && !domain.contains('@')
            && username.chars().all(|c| c.is_ascii_graphic())
    });
    if !shaped {
        let found = guess::quoted(username);
        reading.mistake(username.span(), format!("the username {found} is not of the form \"billing@acme.example\""));
    } else if username.len() > LONGEST_NAME {
        check_length("the username", username, LONGEST_NAME, reading);
    }
}

pub(super) fn check_length(what: &str, text: &Spot<String>, most: usize, reading: &mut Reading<'_>) {
    let length = text.chars().count();
    if length == 0 {
        reading.mistake(text.span(), format!("{what} is empty"));
    } else if length > most {
        reading.mistake(text.span(), format!("{what} has {length} characters; at most {most} fit"));
    }
}
