//! Every scenario of the repository, as the binary carries it: name, text, and what the reading order says of it.

use std::sync::LazyLock;

/// A scenario to start from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Template {
    /// Its path below `scenarios/`, without `.toml`; those of `templates/` by their own name alone.
    pub name: &'static str,
    /// The part of the reading order that it stands in.
    pub section: &'static str,
    /// What it is, in a line.
    pub about: String,
    /// The file.
    pub text: &'static str,
}

/// All of them: those written to start from, then the others in the order to read them.
pub(super) fn all() -> &'static [Template] {
    static ALL: LazyLock<Vec<Template>> = LazyLock::new(|| {
        let mut found: Vec<(usize, Template)> = FILES.iter().filter_map(|(path, text)| listed(path, text)).collect();
        found.sort_by_key(|(place, template)| (template.section != TO_START_FROM, *place));
        found.into_iter().map(|(_, template)| template).collect()
    });
    &ALL
}

/// The one of this name; a path to it (`scenarios/renewal/overlap.toml`) means it as well, and so does the end of its name
/// (`overlap`) where no other ends so.
pub(super) fn named(name: &str) -> Option<&'static Template> {
    let name = name.strip_prefix("scenarios/").unwrap_or(name);
    let name = short(name.strip_suffix(".toml").unwrap_or(name));
    let ends_so = |template: &&Template| template.name.rsplit('/').next() == Some(name);
    let mut ending = all().iter().filter(ends_so);
    let only = ending.next().filter(|_| ending.next().is_none());
    all().iter().find(|template| template.name == name).or(only)
}

/// Where it stands in the reading order, and what is said of it there.
fn listed(path: &'static str, text: &'static str) -> Option<(usize, Template)> {
    let link = format!("]({path}.toml)");
    let place = READING_ORDER.find(&link)?;
    let (before, after) = (&READING_ORDER[..place], &READING_ORDER[place + link.len()..]);
    let about = match after.strip_prefix(':') {
        Some(entry) => entry.split("\n- ").next().unwrap_or(entry).split("\n\n").next().unwrap_or(entry),
        // a row of the table: what stands in the cell before
        None => before.rsplit('|').nth(1)?,
    };
    let about = about.split_whitespace().collect::<Vec<_>>().join(" ");
    let about = about.trim_end_matches(" Nothing to play.").trim_end_matches('.').to_owned();
    let heading = before.rsplit("\n## ").next()?.lines().next()?;
    let section = heading.split_once(". ").map_or(heading, |(_, title)| title);
    Some((place, Template { name: short(path), section, about, text }))
}

fn short(path: &str) -> &str {
    path.strip_prefix("templates/").unwrap_or(path)
}

const TO_START_FROM: &str = "To start your own from";

const READING_ORDER: &str = include_str!("../../../scenarios/README.md");

macro_rules! files {
    ($($path:literal),+ $(,)?) => {
        &[$(($path, include_str!(concat!("../../../scenarios/", $path, ".toml")))),+]
    };
}

/// Every file below `scenarios/`.
const FILES: &[(&str, &str)] = files![
    "clock/crl-stale-at-the-weekend",
    "clock/forty-seven-days",
    "clock/revoked-in-mid-run",
    "clock/root-delisted",
    "clock/skew",
    "edge/answers-like-another-server",
    "edge/misdirects-another-host",
    "edge/names-its-cas",
    "edge/page-instead-of-alert",
    "edge/rechecks-live-connections",
    "edge/rejects-expired-intermediate",
    "edge/resumes-sessions",
    "endpoint-as-arrived",
    "failures/alert-on-the-first-read",
    "failures/expired-password-behind-it",
    "failures/feature-not-enabled",
    "failures/intermediate-not-sent",
    "failures/login-host-instead-of-my-domain",
    "failures/nothing-sent-for-an-empty-list",
    "failures/one-call-without-the-certificate",
    "failures/out-of-date-or-revoked",
    "failures/page-where-data-was-expected",
    "failures/permission-missing",
    "failures/port-not-rewritten-after-login",
    "failures/private-ca",
    "failures/renewed-but-not-uploaded",
    "failures/renewed-without-client-auth",
    "failures/session-on-the-standard-port",
    "failures/soap-login-not-available",
    "failures/wrong-entry-of-the-key-store",
    "faults/answers-with-an-alert",
    "faults/breaks-off-answers",
    "faults/ends-a-session-between-calls",
    "faults/holds-the-server-hello",
    "faults/honest",
    "faults/is-unavailable-for-a-while",
    "faults/resets-connections",
    "faults/shows-bad-server-certificates",
    "faults/uses-up-its-calls",
    "org/accepts-a-renewal-of-the-same-key",
    "org/accepts-old-and-new-certificate",
    "org/binds-sessions-to-their-certificate",
    "org/gives-id-tokens",
    "org/keeps-a-refresh-token",
    "org/logs-in-by-browser",
    "org/refuses-a-login-on-the-standard-door",
    "org/rejects-calls-with-expired-password",
    "org/rejects-logins",
    "org/rejects-soap-login",
    "quickstart",
    "renewal/chain-of-yesterday",
    "renewal/gap",
    "renewal/issuer-shuts-out-client-auth",
    "renewal/new-intermediate",
    "renewal/overlap",
    "renewal/same-key",
    "renewal/server-auth-only",
    "templates/chaos",
    "templates/clock",
    "templates/expectations",
    "templates/faults",
    "templates/renewal",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_named_in_the_reading_order() {
        assert_eq!(all().len(), FILES.len());
        for template in all() {
            assert!(!template.about.is_empty() && !template.section.is_empty(), "{template:?}");
        }
        assert_eq!(named("scenarios/renewal/overlap.toml"), named("renewal/overlap"));
        assert_eq!(named("templates/renewal"), named("renewal"));
        assert_eq!(named("overlap"), named("renewal/overlap"));
        assert_eq!(named("renewal/nothing"), None);
    }
}
