//! Names of the real service that stand for this org. Whether a My Domain in one of them is this org's is asked apart.

use crate::org::Org;

/// A name below `salesforce.com` that a login host or an org can have.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum ServiceName<'a> {
    /// `na1`, `cs42`: the instance names that hosts had before every org had a My Domain.
    Instance,
    /// `login`, `test`
    Login,
    /// The label before `.my`, `.sandbox.my`, `.develop.my` or `.scratch.my`.
    MyDomain(&'a str),
}

impl<'a> ServiceName<'a> {
    /// Reads a name in lower case without a dot at its end.
    pub fn read(name: &'a str) -> Option<Self> {
        let rest = name.strip_suffix(".salesforce.com")?;
        if let Some(label) = SUFFIXES.iter().find_map(|suffix| rest.strip_suffix(suffix)) {
            let is_label = label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
            let fits = matches!(label.len(), 1..=63) && !label.starts_with('-') && !label.ends_with('-');
            return (is_label && fits).then_some(Self::MyDomain(label));
        }
        match rest {
            "login" | "test" => Some(Self::Login),
            instance => is_instance(instance).then_some(Self::Instance),
        }
    }
}

/// Letters, digits, and an `s` for some sandboxes.
fn is_instance(label: &str) -> bool {
    let label = label.strip_suffix('s').filter(|rest| rest.ends_with(|c: char| c.is_ascii_digit())).unwrap_or(label);
    let letters = label.trim_end_matches(|c: char| c.is_ascii_digit());
    matches!(letters.len(), 1..=4)
        && letters.bytes().all(|byte| byte.is_ascii_lowercase())
        && matches!(label.len() - letters.len(), 1..=4)
}

/// Whether a label is this org's: its sandboxes are called `acme--name`.
pub(super) fn is_my_domain(org: &Org, label: &str) -> bool {
    label.strip_prefix(org.my_domain.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with("--"))
}

/// The name that answers give this org.
pub(super) fn my_domain(org: &Org) -> String {
    format!("{}.my.salesforce.com", org.my_domain)
}

/// The longest first: every one of them ends as the last does.
const SUFFIXES: [&str; 4] = [".sandbox.my", ".develop.my", ".scratch.my", ".my"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_login_hosts_my_domains_and_instances_and_nothing_else() {
        for (name, read) in [
            ("login.salesforce.com", Some(ServiceName::Login)),
            ("test.salesforce.com", Some(ServiceName::Login)),
            ("acme.my.salesforce.com", Some(ServiceName::MyDomain("acme"))),
            ("login.my.salesforce.com", Some(ServiceName::MyDomain("login"))),
            ("acme--uat.sandbox.my.salesforce.com", Some(ServiceName::MyDomain("acme--uat"))),
            ("acme.develop.my.salesforce.com", Some(ServiceName::MyDomain("acme"))),
            ("acme.scratch.my.salesforce.com", Some(ServiceName::MyDomain("acme"))),
            ("na1.salesforce.com", Some(ServiceName::Instance)),
            ("cs42.salesforce.com", Some(ServiceName::Instance)),
            ("usa4s.salesforce.com", Some(ServiceName::Instance)),
            ("salesforce.com", None),
            (".salesforce.com", None),
            ("my.salesforce.com", None),
            (".my.salesforce.com", None),
            ("www.salesforce.com", None),
            ("login.test.salesforce.com", None),
            ("a.b.my.salesforce.com", None),
            ("acme.cs12.my.salesforce.com", None),
            ("acme.other.my.salesforce.com", None),
            ("-a.my.salesforce.com", None),
            ("na1.my.salesforce.com.example", None),
            ("na.salesforce.com", None),
            ("123.salesforce.com", None),
            ("abcde1.salesforce.com", None),
            ("na12345.salesforce.com", None),
            ("loginsalesforce.com", None),
            ("login.salesforce.org", None),
        ] {
            assert_eq!(ServiceName::read(name), read, "{name}");
        }
    }
}
