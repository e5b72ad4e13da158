//! From a file to a [`Scenario`]: every mistake of meaning is found, and all of them are listed together.

use std::fs;
use std::io::Read;
use std::ops::Range;
use std::path::Path;

use serde::Deserialize;
use toml::de::{DeTable, DeValue};

use super::diagnostic::{Diagnostic, Diagnostics};
use super::file::{File, PatternTable};
use super::{Scenario, toml_error};

mod apps;
mod authorities;
mod clients;
mod exchanges;
mod expect;
mod faults;
mod files;
mod identity;
mod keystore;
mod names;
mod org;
mod outcome;
mod pattern;
mod people;
mod probes;
mod reading;
mod steps;
mod template;
mod trust;
mod values;

pub use values::duration;

use names::Names;
use pattern::Known;
use reading::Reading;

/// The formats that this version reads.
const FORMAT: i64 = 1;

/// The size of a scenario file, in bytes.
const LARGEST_FILE: u64 = 4 * 1024 * 1024;

/// The text of the built-in scenario.
pub const QUICKSTART: &str = include_str!("../../scenarios/quickstart.toml");

/// Whether a scenario may name files outside its folder.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Outside {
    /// Any file.
    Allow,
    /// Only files below the scenario's folder, links resolved.
    #[default]
    Refuse,
}

impl Scenario {
    /// Reads a scenario file, and the files that it names.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn from_path(path: &Path, outside: Outside) -> Result<Self, Diagnostics> {
        let name = path.display().to_string();
        let text = read_text(path).map_err(|message| Diagnostics::unreadable(&name, message))?;
        let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut scenario = read(&text, &name, folder, outside)?;
        scenario.source = Some(path.to_owned());
        Ok(scenario)
    }

    /// Reads a scenario from text that came from elsewhere. `name` stands for its file in messages; the files that it
    /// names are looked for in `folder`, and nowhere else.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn from_text(text: &str, name: &str, folder: &Path) -> Result<Self, Diagnostics> {
        read(text, name, folder, Outside::Refuse)
    }

    /// The built-in scenario: `scenarios/quickstart.toml`.
    pub fn quickstart() -> Self {
        Self::from_text(QUICKSTART, "quickstart.toml", Path::new("."))
            .expect("the built-in scenario is right, as a test checks")
    }
}

/// The mistake of a `[[mutual-auth-certificate]]` that only the org could find: it refuses the upload.
pub fn upload_refused(path: &Path, label: &str, why: &str) -> Diagnostics {
    let name = path.display().to_string();
    let text = match read_text(path) {
        Ok(text) => text,
        Err(message) => return Diagnostics::unreadable(&name, message),
    };
    let file = match File::from_toml(&text, &name) {
        Ok(file) => file,
        Err(diagnostics) => return diagnostics,
    };
    let upload = file.mutual_auth_certificate.iter().find(|upload| upload.label.as_str() == label);
    let span = upload.map_or(0..0, |upload| upload.label.span());
    Diagnostics::of(vec![Diagnostic::at(&name, &text, span, format!("the org refuses this upload: {why}"))], 0)
}

impl File {
    /// Reads the text of a file without asking what it means.
    ///
    /// # Errors
    /// The first place where it is not a scenario file of this format.
    pub fn from_toml(text: &str, name: &str) -> Result<Self, Diagnostics> {
        let wrong = |(span, message)| Diagnostics::of(vec![Diagnostic::at(name, text, span, message)], 0);
        let root = DeTable::parse(text).map_err(|error| wrong(toml_error::rewrite(&error, text, None)))?;
        check_format(root.get_ref()).and_then(|()| toml_error::check_shape(root.get_ref())).map_err(wrong)?;
        let deserializer = toml::Deserializer::from(root.clone());
        Self::deserialize(deserializer).map_err(|error| wrong(toml_error::rewrite(&error, text, Some(root.get_ref()))))
    }
}

impl PatternTable {
    /// Reads the text of an inline table without asking what it means.
    ///
    /// # Errors
    /// The first place where it is none.
    pub fn from_toml(text: &str, name: &str) -> Result<Self, Diagnostics> {
        let wrong = |error: toml::de::Error| {
            let (span, message) = toml_error::rewrite(&error, text, None);
            Diagnostics::of(vec![Diagnostic::at(name, text, span, message)], 0)
        };
        let table = toml::de::ValueDeserializer::parse(text.trim()).map_err(wrong)?;
        Self::deserialize(table).map_err(wrong)
    }
}

/// Before anything else: a file of another format would only be met with misleading complaints.
fn check_format(root: &DeTable<'_>) -> Result<(), (Range<usize>, String)> {
    let Some(value) = root.get("format") else {
        return Err((0..0, "\"format\" is missing; the file begins with: format = 1".into()));
    };
    let number = match value.get_ref() {
        DeValue::Integer(number) => number.as_str().replace('_', "").parse::<i64>().ok(),
        _ => None,
    };
    match number {
        Some(FORMAT) => Ok(()),
        Some(later) if later > FORMAT => {
            Err((value.span(), format!("format {later} is later than this version reads, which is {FORMAT}")))
        }
        Some(other) => Err((value.span(), format!("there is no format {other}; this version reads {FORMAT}"))),
        None => Err((value.span(), format!("the format is a number; this version reads {FORMAT}"))),
    }
}

fn read(text: &str, name: &str, folder: &Path, outside: Outside) -> Result<Scenario, Diagnostics> {
    if text.len() as u64 > LARGEST_FILE {
        return Err(Diagnostics::unreadable(name, too_large()));
    }
    let file = File::from_toml(text, name)?;
    let mut reading = Reading::new(name, text, folder, outside);
    reading.check_counts(&file);
    if reading.found_mistakes() {
        return Err(reading.diagnostics());
    }
    let names = Names::collect(&file, &mut reading);
    let org = org::org(&file.org, &mut reading);
    reading.clock = org.clock;
    let (exchanges, probes) = exchanges::exchanges(&file, &names, &mut reading);
    let mut scenario = Scenario {
        source: None,
        org,
        edge: org::edge(file.edge.as_ref(), &names, &mut reading),
        trust: trust::trust(file.trust.as_ref(), &mut reading),
        cas: authorities::authorities(&file, &names, &mut reading),
        clients: clients::clients(&file, &names, &mut reading),
        uploads: clients::uploads(&file, &names, &mut reading),
        profiles: people::profiles(&file, &mut reading),
        permission_sets: people::permission_sets(&file, &mut reading),
        users: people::users(&file, &mut reading),
        apps: apps::apps(&file, &names, &mut reading),
        exchanges,
        probes,
        expectations: expect::expectations(&file, &Known::of(&file, &names), &mut reading),
        faults: faults::faults(&file, &names, &mut reading),
        chaos: faults::chaos(file.chaos.as_ref(), &mut reading),
        steps: Vec::new(),
    };
    scenario.steps = steps::steps(&file, &names, &scenario, &mut reading);
    identity::check_signatures(&scenario, &file, &mut reading);
    if reading.found_mistakes() { Err(reading.diagnostics()) } else { Ok(scenario) }
}

fn read_text(path: &Path) -> Result<String, String> {
    let metadata = fs::metadata(path).map_err(|error| files::reason(&error))?;
    if !metadata.is_file() {
        return Err("not a file".into());
    }
    let file = fs::File::open(path).map_err(|error| files::reason(&error))?;
    let mut bytes = Vec::new();
    file.take(LARGEST_FILE + 1).read_to_end(&mut bytes).map_err(|error| files::reason(&error))?;
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(too_large());
    }
    String::from_utf8(bytes).map_err(|error| {
        let line =
            error.as_bytes()[..error.utf8_error().valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
        format!("not UTF-8 text, in line {line}")
    })
}

fn too_large() -> String {
    format!("larger than {} MB", LARGEST_FILE / 1024 / 1024)
}
