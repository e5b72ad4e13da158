//! `[[exchange]]`: everything that it names exists, and comes before it where it has to.

use std::collections::{BTreeMap, BTreeSet};

use super::names::{self, Names};
use super::outcome::{headers, outcome};
use super::template::Captured;
use super::{Reading, files, probes};
use crate::scenario::exchange::{
    Act, Body, ExchangeSpec, Line, LoginFlow, LoginSpec, Place, RequestSpec, SoapSpec, Template,
};
use crate::scenario::file::{ExchangeTable, File, Spot};
use crate::scenario::guess;
use crate::scenario::probe::ProbeSpec;

mod way;

use way::Opened;
pub(super) use way::Way;

/// The API version of a SOAP login or call that names none: the last one that has `login()`.
const SOAP_VERSION: &str = "64.0";

/// The methods of HTTP that a client may use.
const METHODS: [&str; 7] = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/// And the probes that read them, which may refer to all of them.
pub(super) fn exchanges(
    file: &File,
    names: &Names<'_>,
    reading: &mut Reading<'_>,
) -> (Vec<ExchangeSpec>, Vec<ProbeSpec>) {
    let named = file.exchange.iter().filter_map(|exchange| exchange.name.as_ref());
    names::check_unique("exchange", named, str::to_owned, reading);
    let (mut captured, mut opened) = (Captured::none_of(file), Opened::new());
    let mut exchanges = Vec::with_capacity(file.exchange.len());
    for table in &file.exchange {
        let mut one = Exchange { table, file, names, captured: &captured, opened: &mut opened };
        let spec = one.read(reading);
        if let Some(name) = &table.name {
            captured.earlier.insert(name.as_str(), spec.as_ref().map(gives));
        }
        exchanges.extend(spec);
    }
    let probes = probes::probes(file, names, &captured, reading);
    (exchanges, probes)
}

/// The names that an exchange captures.
fn gives(spec: &ExchangeSpec) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = spec.captures.iter().map(|(name, _)| name.clone()).collect();
    if let Act::Login(login) = &spec.action {
        names.extend(login.flow.gives().into_iter().map(|(name, _)| name.to_owned()));
    }
    names
}

/// One table and what it may name.
struct Exchange<'a> {
    table: &'a Spot<ExchangeTable>,
    file: &'a File,
    names: &'a Names<'a>,
    captured: &'a Captured<'a>,
    opened: &'a mut Opened,
}

impl Exchange<'_> {
    fn read(&mut self, reading: &mut Reading<'_>) -> Option<ExchangeSpec> {
        let table: &ExchangeTable = self.table;
        if let Some(name) = &table.name {
            names::check_name("exchange", name, reading);
        }
        let way = self.way(reading);
        let expect = outcome(table.expect.as_ref(), &way, self.captured, reading);
        let captures = table.capture.iter().flatten().filter_map(|(name, place)| capture(name, place, reading));
        let captures = captures.collect();
        Some(ExchangeSpec {
            name: table.name.as_ref().map(|name| name.to_string()),
            line: Line(reading.line(self.table.span().start)),
            step: table.step.as_ref().and_then(|step| self.step(step, reading)),
            door: way.door,
            client: way.client,
            tls: way.tls,
            sni: way.sni,
            http: way.http,
            connection: table.connection.as_ref().map(|name| name.to_string()),
            resume: way.resume,
            by_proxy: way.by_proxy,
            action: self.action(reading)?,
            expect,
            captures,
        })
    }

    fn step(&self, name: &Spot<String>, reading: &mut Reading<'_>) -> Option<String> {
        let Some(step) = self.file.step.iter().find(|step| step.name.as_str() == name.as_str()) else {
            reading.unknown("step", name, self.file.step.iter().map(|step| step.name.as_str()).collect::<Vec<_>>());
            return None;
        };
        if step.at.is_none() && step.on.is_none() {
            let name = guess::quoted(name);
            reading.mistake(step.name.span(), format!("{name} is set off by events: an exchange cannot play it"));
        }
        Some(name.to_string())
    }

    fn action(&self, reading: &mut Reading<'_>) -> Option<Act> {
        let table: &ExchangeTable = self.table;
        let given = [
            table.login.as_ref().map(|word| word.text().span()),
            table.request.as_ref().map(Spot::span),
            table.soap.as_ref().map(Spot::span),
        ];
        if let Some(second) = given.iter().flatten().nth(1) {
            reading.mistake(second.clone(), "one thing at a time: `login`, `request` or `soap`");
            return None;
        }
        self.check_keys(reading);
        match (&table.login, &table.request, &table.soap) {
            (Some(flow), ..) => {
                let flow = reading.word(flow)?;
                self.login(flow, reading).map(Act::Login)
            }
            (_, Some(request), _) => self.request(request, reading).map(Act::Request),
            (_, _, Some(xml)) => Some(Act::Soap(SoapSpec {
                version: self.version(reading),
                xml: self.xml(xml, reading),
                session: table.session.as_ref().map(|session| self.captured.session(session, reading)),
                headers: headers(table.headers.as_ref(), self.captured, reading),
            })),
            _ => {
                let span = table.name.as_ref().map_or_else(|| self.table.span(), Spot::span);
                reading.mistake(span, "nothing is done here: an exchange has `login`, `request` or `soap`");
                None
            }
        }
    }

    /// Keys that mean nothing beside what is done.
    fn check_keys(&self, reading: &mut Reading<'_>) {
        let table: &ExchangeTable = self.table;
        let first =
            |map: &Option<BTreeMap<String, Spot<String>>>| map.iter().flatten().next().map(|(_, value)| value.span());
        let flag = table.security_token.as_ref().map(Spot::span);
        let at = |text: &Option<Spot<String>>| text.as_ref().map(Spot::span);
        let keys = [
            ("user", at(&table.user), "login"),
            ("password", at(&table.password), "login"),
            ("security-token", flag, "login"),
            ("app", at(&table.app), "login"),
            ("audience", at(&table.audience), "login"),
            ("version", at(&table.version), "login or soap"),
            ("session", at(&table.session), "request or soap"),
            ("headers", first(&table.headers), "request or soap"),
            ("body", at(&table.body), "request"),
            ("body-file", at(&table.body_file), "request"),
            ("form", first(&table.form), "request"),
        ];
        let act = match table {
            ExchangeTable { login: Some(_), .. } => "login",
            ExchangeTable { request: Some(_), .. } => "request",
            _ => "soap",
        };
        for (key, span, with) in keys {
            if let Some(span) = span.filter(|_| !with.split(" or ").any(|with| with == act)) {
                reading.mistake(span, format!("`{key}` goes with {with}, not with {act}"));
            }
        }
    }

    fn login(&self, flow: LoginFlow, reading: &mut Reading<'_>) -> Option<LoginSpec> {
        let table: &ExchangeTable = self.table;
        let flow_at = table.login.as_ref().map_or_else(|| self.table.span(), |word| word.text().span());
        let user = match (&table.user, flow) {
            (Some(user), LoginFlow::ClientCredentials) => {
                reading.mistake(user.span(), "client credentials run as the app's own user: leave `user` out");
                None
            }
            (Some(user), _) => {
                let mut known = self.file.user.iter().map(|known| known.username.as_str());
                let found = known.clone().find(|known| known.eq_ignore_ascii_case(user)).map(str::to_owned);
                if found.is_none() {
                    reading.unknown("user", user, known.by_ref().collect::<Vec<_>>());
                }
                Some(found?)
            }
            (None, LoginFlow::ClientCredentials) => None,
            (None, _) => {
                reading.mistake(flow_at.clone(), "nobody logs in: `user` is missing");
                return None;
            }
        };
        if let (Some(password), LoginFlow::ClientCredentials | LoginFlow::JwtBearer | LoginFlow::RefreshToken) =
            (&table.password, flow)
        {
            reading.mistake(password.span(), format!("{} needs no password", flow.word()));
        }
        if let (Some(audience), false) = (&table.audience, flow == LoginFlow::JwtBearer) {
            reading.mistake(audience.span(), "only a JWT assertion has an audience");
        }
        let app = match flow {
            LoginFlow::Soap => {
                if let Some(app) = &table.app {
                    reading.mistake(app.span(), "a SOAP login goes without a connected app");
                }
                None
            }
            _ => Some(self.app(flow_at, reading)?),
        };
        Some(LoginSpec {
            flow,
            user,
            password: table.password.as_ref().map(|password| self.captured.template(password, reading)),
            with_token: table.security_token.as_ref().is_some_and(|with| **with),
            app,
            audience: table.audience.as_ref().map(|audience| audience.to_string()),
            version: self.version(reading),
        })
    }

    fn app(&self, flow_at: std::ops::Range<usize>, reading: &mut Reading<'_>) -> Option<String> {
        let apps: Vec<&str> = self.file.connected_app.iter().map(|app| app.name.as_str()).collect();
        match (&self.table.app, apps.as_slice()) {
            (Some(app), _) => {
                if !apps.contains(&app.as_str()) {
                    reading.unknown("connected app", app, apps.iter().copied());
                    return None;
                }
                Some(app.to_string())
            }
            (None, [only]) => Some((*only).to_owned()),
            (None, []) => {
                reading.mistake(flow_at, "this flow needs a [[connected-app]], and the file has none");
                None
            }
            (None, _) => {
                reading.mistake(flow_at, "which connected app? the file has several: `app` names one");
                None
            }
        }
    }

    fn request(&self, line: &Spot<String>, reading: &mut Reading<'_>) -> Option<RequestSpec> {
        let Some((method, path)) = line.split_once(' ').map(|(method, path)| (method, path.trim())) else {
            let found = guess::quoted(line);
            reading.mistake(line.span(), format!("{found} is not a method and a path, as \"GET /services/data\" is"));
            return None;
        };
        if !METHODS.contains(&method) {
            reading.mistake(line.span(), guess::unknown("method", method, METHODS));
        }
        if !path.starts_with(['/', '$']) || path.chars().any(|c| c.is_whitespace() || c.is_control()) {
            let path = guess::quoted(path);
            reading.mistake(line.span(), format!("{path} is no path: it begins with / and has no spaces, write %20"));
        }
        Some(RequestSpec {
            method: method.to_owned(),
            path: self.captured.template(&line.with(path.to_owned()), reading),
            session: self.table.session.as_ref().map(|session| self.captured.session(session, reading)),
            headers: headers(self.table.headers.as_ref(), self.captured, reading),
            body: self.body(reading),
        })
    }

    fn body(&self, reading: &mut Reading<'_>) -> Body {
        let table: &ExchangeTable = self.table;
        let form = table.form.as_ref().and_then(|form| form.values().next().map(Spot::span));
        let given = [table.body.as_ref().map(Spot::span), table.body_file.as_ref().map(Spot::span), form];
        if let Some(second) = given.iter().flatten().nth(1) {
            reading.mistake(second.clone(), "one body at a time: `body`, `body-file` or `form`");
        }
        match (&table.body, &table.body_file, &table.form) {
            (Some(text), ..) => Body::Text(self.captured.template(text, reading)),
            (_, Some(file), _) => match reading.contents(file, files::LARGEST_BODY) {
                None => Body::None,
                Some(bytes) => match String::from_utf8(bytes) {
                    Ok(text) => Body::Text(self.captured.template(&file.with(text), reading)),
                    Err(binary) => Body::Bytes(binary.into_bytes()),
                },
            },
            (_, _, Some(form)) => Body::Form(
                form.iter().map(|(name, value)| (name.clone(), self.captured.template(value, reading))).collect(),
            ),
            _ => Body::None,
        }
    }

    fn xml(&self, xml: &Spot<String>, reading: &mut Reading<'_>) -> Template {
        if !xml.starts_with('<') {
            let found = guess::quoted(xml);
            reading.mistake(xml.span(), format!("{found} is no XML such as \"<getUserInfo/>\""));
        }
        self.captured.template(xml, reading)
    }

    fn version(&self, reading: &mut Reading<'_>) -> String {
        let Some(version) = &self.table.version else { return SOAP_VERSION.to_owned() };
        let parts = version.split_once('.').map(|(major, minor)| (major.parse::<u16>(), minor));
        if !matches!(parts, Some((Ok(_), "0"))) {
            let found = guess::quoted(version);
            reading.mistake(version.span(), format!("{found} is no version of the API such as \"64.0\""));
        }
        version.to_string()
    }
}

fn capture(name: &str, place: &Spot<String>, reading: &mut Reading<'_>) -> Option<(String, Place)> {
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
        let name = guess::quoted(name);
        reading.mistake(place.span(), format!("the name {name} has other than letters, digits, '-' and '_'"));
    }
    match Place::parse(place) {
        Ok(parsed) => Some((name.to_owned(), parsed)),
        Err(why) => {
            reading.mistake(place.span(), format!("{} is no place in an answer: {why}", guess::quoted(place)));
            None
        }
    }
}
