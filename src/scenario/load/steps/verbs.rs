//! `do` of a step: one verb, on what is there.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use super::super::people::{LONGEST_SECRET, check_length};
use super::super::{Names, Reading, apps, authorities, clients, faults, files, org, values};
use super::{aliases, is_idle};
use crate::scenario::file::{
    CrlChangeTable, DeliverTable, DoTable, File, IssueTable, ListTable, PasswordTable, PermissionChangeTable, Spot,
    StepTable, SwitchTable, UploadVerbTable,
};
use crate::scenario::step::{CrlVerb, ListedRoot, Verb};
use crate::scenario::{Permission, Scenario, guess};

/// What a file has that a verb may name.
pub(super) struct Context<'a> {
    file: &'a File,
    names: &'a Names<'a>,
    users: HashMap<String, &'a str>,
    labels: Vec<&'a str>,
    aliases: BTreeSet<String>,
    faults: Vec<&'a str>,
}

impl<'a> Context<'a> {
    pub(super) fn of(file: &'a File, names: &'a Names<'a>, scenario: &Scenario) -> Self {
        let verbs = || file.step.iter().map(|step| &*step.verb);
        let labels = file.mutual_auth_certificate.iter().map(|table| table.label.as_str());
        let uploaded = verbs().filter_map(|verb| Some(verb.upload.as_ref()?.label.as_str()));
        let labels = labels.chain(uploaded).collect();
        let mut aliases = aliases::at_start(scenario);
        aliases.extend(verbs().filter_map(|verb| alias(verb.list.as_ref()?)));
        let faults = file.fault.iter().chain(verbs().filter_map(|verb| verb.fault.as_ref()));
        let faults = faults.map(|table| table.name.as_ref().map_or(table.effect.text().as_str(), |name| name.as_str()));
        Self { file, names, users: apps::usernames(file), labels, aliases, faults: faults.collect() }
    }

    /// Who signs the CA at this place of the file.
    fn issuer_of(&self, at: usize) -> Option<&'a Spot<String>> {
        let ca = &self.file.ca[at];
        let renewed = ca.renews.as_ref().and_then(|renews| self.names.cas.get(renews.as_str()));
        authorities::issuer_of(ca, renewed.map(|at| &self.file.ca[*at]))
    }

    fn user(&self, user: &Spot<String>, reading: &mut Reading<'_>) -> Option<String> {
        apps::username(user, &self.users, reading)
    }
}

/// `None` after a mistake.
pub(super) fn verb(step: &StepTable, context: &Context<'_>, reading: &mut Reading<'_>) -> Option<Verb> {
    let table = &*step.verb;
    let mut given = given(table).into_iter().flatten();
    let Some(_) = given.next() else {
        let message = format!("{} does nothing; it takes one verb under do", guess::quoted(&step.name));
        reading.mistake(step.name.span(), message);
        return None;
    };
    if let Some((verb, span)) = given.next() {
        let message = format!("do.{verb} is a second verb of {}; give it a step of its own", guess::quoted(&step.name));
        reading.mistake(span, message);
        return None;
    }
    let verb = first(table, context, reading)?;
    if is_idle(&verb) {
        reading.mistake(step.verb.span(), "moving the clock by nothing does nothing");
    }
    Some(verb)
}

/// Each verb that is there, and where.
fn given(table: &DoTable) -> [Option<(&'static str, Range<usize>)>; 17] {
    let text = |name, text: &Option<Spot<String>>| text.as_ref().map(|text| (name, text.span()));
    let span = |name, span: Option<Range<usize>>| span.map(|span| (name, span));
    [
        text("advance", &table.advance),
        text("clear", &table.clear),
        span("crl", table.crl.as_ref().map(|crl| crl.ca.span())),
        text("delete-certificate", &table.delete_certificate),
        span("deliver", table.deliver.as_ref().map(|deliver| deliver.client.span())),
        text("delist", &table.delist),
        span("deny", table.deny.as_ref().map(|deny| deny.user.span())),
        text("expire-sessions", &table.expire_sessions),
        span("fault", table.fault.as_ref().map(|fault| fault.effect.text().span())),
        span("grant", table.grant.as_ref().map(|grant| grant.user.span())),
        span("issue", table.issue.as_ref().map(|issue| issue.client.span())),
        span("list", table.list.as_ref().and_then(|list| list.ca.as_ref().or(list.file.as_ref())).map(Spot::span))
            .or(table.list.as_ref().map(|_| ("list", 0..0))),
        span("password", table.password.as_ref().map(|password| password.user.span())),
        text("revoke", &table.revoke),
        span("server-certificate", table.server_certificate.as_ref().map(|word| word.text().span())),
        span("switch", table.switch.as_ref().map(Spot::span)),
        span("upload", table.upload.as_ref().map(|upload| upload.label.span())),
    ]
}

fn first(table: &DoTable, context: &Context<'_>, reading: &mut Reading<'_>) -> Option<Verb> {
    let DoTable {
        advance,
        clear,
        crl,
        delete_certificate,
        deliver,
        delist,
        deny,
        expire_sessions,
        fault,
        grant,
        issue,
        list,
        password,
        revoke,
        server_certificate,
        switch,
        upload,
    } = table;
    let verb = None
        .or_else(|| advance.as_ref().map(|by| self::advance(by, reading)))
        .or_else(|| clear.as_ref().map(|name| self::clear(name, context, reading)))
        .or_else(|| crl.as_ref().map(|crl| self::crl(crl, context, reading)))
        .or_else(|| delete_certificate.as_ref().map(|label| delete(label, context, reading)))
        .or_else(|| deliver.as_ref().map(|deliver| self::deliver(deliver, context, reading)))
        .or_else(|| delist.as_ref().map(|alias| self::delist(alias, context, reading)))
        .or_else(|| {
            let deny = deny.as_ref()?;
            Some(permission(deny, context, reading).map(|(user, permission)| Verb::Deny { user, permission }))
        })
        .or_else(|| expire_sessions.as_ref().map(|user| Some(Verb::ExpireSessions(context.user(user, reading)?))))
        .or_else(|| {
            let spec = faults::fault(fault.as_ref()?, context.names, &context.users, reading);
            Some(spec.map(|spec| Verb::Fault(Box::new(spec))))
        })
        .or_else(|| {
            let grant = grant.as_ref()?;
            Some(permission(grant, context, reading).map(|(user, permission)| Verb::Grant { user, permission }))
        })
        .or_else(|| issue.as_ref().map(|issue| self::issue(issue, context, reading)))
        .or_else(|| list.as_ref().map(|list| self::list(list, context, reading)))
        .or_else(|| password.as_ref().map(|password| self::password(password, context, reading)))
        .or_else(|| revoke.as_ref().map(|client| self::revoke(client, context, reading)))
        .or_else(|| server_certificate.as_ref().map(|word| Some(Verb::ServerCertificate(reading.word(word)?.flaw()))))
        .or_else(|| switch.as_ref().map(|switch| self::switch(switch, context, reading)))
        .or_else(|| upload.as_ref().map(|upload| self::upload(upload, context, reading)));
    verb.flatten()
}

fn advance(by: &Spot<String>, reading: &mut Reading<'_>) -> Option<Verb> {
    let found = values::duration(by);
    if found.is_none() {
        reading.mistake(by.span(), format!("{} is not a duration such as \"30d\"", guess::quoted(by)));
    }
    found.map(Verb::Advance)
}

fn clear(name: &Spot<String>, context: &Context<'_>, reading: &mut Reading<'_>) -> Option<Verb> {
    if name.as_str() == "*" {
        return Some(Verb::Clear(None));
    }
    if !context.faults.contains(&name.as_str()) {
        reading.unknown("fault", name, context.faults.iter().copied());
        return None;
    }
    Some(Verb::Clear(Some(name.to_string())))
}

fn crl(table: &CrlChangeTable, context: &Context<'_>, reading: &mut Reading<'_>) -> Option<Verb> {
    context.names.ca(&table.ca, reading)?;
    let change = reading.word(&table.change)?;
    let file = match (&table.file, change) {
        (Some(file), CrlVerb::Replace) => reading.contents(file, files::LARGEST_STORE)?,
        (None, CrlVerb::Replace) => {
            reading.mistake(table.change.text().span(), "replace needs the CRL to put there: file is missing");
            return None;
        }
        (Some(file), _) => {
            reading.mistake(file.span(), "a file is for the change \"replace\" alone");
            return None;
        }
        (None, _) => Vec::new(),
    };
    if change == CrlVerb::Replace
        && let (Err(error), Some(path)) = (files::crls(&file), &table.file)
    {
        reading.mistake(path.span(), format!("{}: {error}", guess::quoted(path)));
    }
    Some(Verb::Crl { ca: table.ca.to_string(), change, file })
}

fn delete(label: &Spot<String>, context: &Context<'_>, reading: &mut Reading<'_>) -> Option<Verb> {
    if !context.labels.contains(&label.as_str()) {
        reading.unknown("label of a mutual authentication certificate", label, context.labels.iter().copied());
        return None;
    }
    Some(Verb::DeleteCertificate(label.to_string()))
}

fn deliver(table: &DeliverTable, context: &Context<'_>, reading: &mut Reading<'_>) -> Option<Verb> {
    let known = context.names.client(&table.client, reading);
    let sends = table.sends.as_ref();
    let sends = sends.map(|sends| clients::sends(&table.client, sends, context.names, reading));
    known?;
    Some(Verb::Deliver { client: table.client.to_string(), sends })
}

fn delist(alias: &Spot<String>, context: &Context<'_>, reading: &mut Reading<'_>) -> Option<Verb> {
    if !context.aliases.contains(alias.as_str()) {
        let by_name = aliases::of_name(alias);
        if context.names.cas.contains_key(alias.as_str()) && context.aliases.contains(&by_name) {
            let message = format!("a root is taken off by its alias; that of {} is {by_name:?}", guess::quoted(alias));
            reading.mistake(alias.span(), message);
        } else {
            reading.unknown("alias of a listed root", alias, context.aliases.iter().map(String::as_str));
        }
        return None;
    }
    Some(Verb::Delist(alias.to_string()))
}

fn permission(
    table: &PermissionChangeTable,
    context: &Context<'_>,
    reading: &mut Reading<'_>,
) -> Option<(String, Permission)> {
    let (user, permission) = (context.user(&table.user, reading), reading.word(&table.permission));
    user.zip(permission)
}

fn issue(table: &IssueTable, context: &Context<'_>, reading: &mut Reading<'_>) -> Option<Verb> {
    let at = context.names.client(&table.client, reading)?;
    let client = &context.file.client[at];
    if client.certificate.is_some() && client.issuer.is_none() {
        let name = guess::quoted(&table.client);
        let message = format!("{name} is read from a file and names no CA of this file that could renew it");
        reading.mistake(table.client.span(), message);
        return None;
    }
    let key = reading.word_or(table.key.as_ref(), Default::default());
    Some(Verb::Issue { client: table.client.to_string(), key })
}

fn revoke(name: &Spot<String>, context: &Context<'_>, reading: &mut Reading<'_>) -> Option<Verb> {
    if !context.names.either(name, reading) {
        return None;
    }
    let (file, names) = (context.file, context.names);
    let client = names.clients.get(name.as_str()).map(|at| file.client[*at].issuer.as_ref());
    let ca = || names.cas.get(name.as_str()).map(|at| context.issuer_of(*at));
    if client.or_else(ca).flatten().is_none() {
        let found = guess::quoted(name);
        reading.mistake(name.span(), format!("{found} has no issuer, so there is no CRL that it could be on"));
        return None;
    }
    Some(Verb::Revoke(name.to_string()))
}

fn alias(table: &ListTable) -> Option<String> {
    let given = table.alias.as_ref().map(|alias| alias.to_string());
    given.or_else(|| table.ca.as_ref().map(|ca| aliases::of_name(ca)))
}

fn list(table: &ListTable, context: &Context<'_>, reading: &mut Reading<'_>) -> Option<Verb> {
    if let Some(alias) = &table.alias
        && (alias.is_empty() || !alias.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()))
    {
        let found = guess::quoted(alias);
        reading.mistake(alias.span(), format!("an alias is made of lower-case letters and digits; found {found}"));
    }
    let (root, default) = match (&table.ca, &table.file) {
        (Some(ca), None) => {
            let at = context.names.ca(ca, reading)?;
            if let Some(issuer) = context.issuer_of(at) {
                let (ca_name, issuer) = (guess::quoted(ca), guess::quoted(issuer));
                reading.mistake(ca.span(), format!("only roots are listed, and {ca_name} is signed by {issuer}"));
                return None;
            }
            (ListedRoot::Ca(ca.to_string()), aliases::of_name(ca))
        }
        (None, Some(file)) => {
            let certificate = reading.certificates(file)?.swap_remove(0);
            if !certificate.is_self_issued() {
                let found = guess::quoted(file);
                reading.mistake(file.span(), format!("{found}: {} is no root", certificate.subject()));
                return None;
            }
            let alias = aliases::of_name(certificate.common_name());
            (ListedRoot::Given(certificate), alias)
        }
        (Some(_), Some(file)) => {
            reading.mistake(file.span(), "do.list has ca and file; it takes one of them");
            return None;
        }
        (None, None) => {
            let span = table.alias.as_ref().map_or(0..0, Spot::span);
            reading.mistake(span, "do.list has neither ca nor file");
            return None;
        }
    };
    let alias = table.alias.as_ref().map_or(default, |alias| alias.to_string());
    Some(Verb::List { alias, root })
}

fn password(table: &PasswordTable, context: &Context<'_>, reading: &mut Reading<'_>) -> Option<Verb> {
    let user = context.user(&table.user, reading);
    let password = match (&table.password, &table.expired) {
        (Some(password), None) => {
            check_length("the password", password, LONGEST_SECRET, reading);
            Some(password.to_string())
        }
        (None, Some(expired)) if **expired => None,
        (None, Some(expired)) => {
            reading.mistake(expired.span(), "a password that has expired is set anew: give the password");
            return None;
        }
        (Some(_), Some(expired)) => {
            reading.mistake(expired.span(), "do.password has password and expired; it takes one of them");
            return None;
        }
        (None, None) => {
            reading.mistake(table.user.span(), "do.password has neither password nor expired");
            return None;
        }
    };
    Some(Verb::Password { user: user?, password })
}

/// The switches are read as those of the org's tables are, and told by name.
fn switch(table: &Spot<SwitchTable>, context: &Context<'_>, reading: &mut Reading<'_>) -> Option<Verb> {
    org::edge(table.edge.as_ref(), context.names, reading);
    if let Some(switches) = &table.org {
        org::switches(switches, reading);
    }
    let settings = settings(table);
    if settings.is_empty() {
        reading.mistake(table.span(), "do.switch sets no switch, such as edge.bad-chain");
        return None;
    }
    Some(Verb::Switch(settings))
}

fn settings(table: &SwitchTable) -> Vec<(String, String)> {
    let Ok(toml::Value::Table(tables)) = toml::Value::try_from(table) else { return Vec::new() };
    let text = |value: toml::Value| match value {
        toml::Value::String(text) => text,
        toml::Value::Array(items) => {
            items.iter().map(|item| item.as_str().unwrap_or_default()).collect::<Vec<_>>().join(",")
        }
        other => other.to_string(),
    };
    let of_table = |(table, switches): (String, toml::Value)| {
        let switches = if let toml::Value::Table(switches) = switches { switches } else { toml::Table::new() };
        switches.into_iter().map(move |(name, value)| (format!("{table}.{name}"), text(value)))
    };
    tables.into_iter().flat_map(of_table).collect()
}

fn upload(table: &UploadVerbTable, context: &Context<'_>, reading: &mut Reading<'_>) -> Option<Verb> {
    let of = clients::uploaded(&table.label, table.client.as_ref(), table.file.as_ref(), context.names, reading)?;
    Some(Verb::Upload { label: table.label.to_string(), of })
}
