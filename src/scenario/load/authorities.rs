//! `[[ca]]`: each after its issuer, and after the one that it renews.

use super::identity::{self, Origin};
use super::names::Names;
use super::{Reading, values};
use crate::scenario::file::{CaTable, File, NameConstraintsTable, Spot};
use crate::scenario::{CaSpec, CrlPublication, NameConstraints, Source, guess};

pub(super) fn authorities(file: &File, names: &Names<'_>, reading: &mut Reading<'_>) -> Vec<CaSpec> {
    let above: Vec<Above> = (file.ca.iter()).map(|ca| Above::of(ca, file, names, reading)).collect();
    let order = from_the_root(file, &above, reading);
    let mut spec = |index: usize| authority(&file.ca[index], above[index].renewed.map(|at| &file.ca[at]), reading);
    let specs: Vec<CaSpec> = order.iter().map(|index| spec(*index)).collect();
    for (index, spec) in order.into_iter().zip(&specs) {
        let (Some(spot), Some(renewed)) = (&file.ca[index].renews, above[index].renewed) else { continue };
        let renewed = specs.iter().find(|other| other.name == file.ca[renewed].name.as_str());
        if let (None, Some(Source::Files { chain, .. })) = (&spec.issuer, renewed.map(|renewed| &renewed.source))
            && !chain[0].is_self_issued()
        {
            let found =
                format!("{} is signed by {}, which is no CA of this file", guess::quoted(spot), chain[0].issuer());
            reading.mistake(
                spot.span(),
                format!("{found}; say who signs {}: issuer is missing", guess::quoted(&spec.name)),
            );
        }
    }
    specs
}

/// What must be there before a CA can be made.
#[derive(Default)]
struct Above {
    issuer: Option<usize>,
    renewed: Option<usize>,
}

impl Above {
    fn of(ca: &CaTable, file: &File, names: &Names<'_>, reading: &mut Reading<'_>) -> Self {
        let own = ca.issuer.as_ref().map(|issuer| names.ca(issuer, reading));
        let renewed = ca.renews.as_ref().and_then(|renews| names.ca(renews, reading));
        let inherited = || names.cas.get(file.ca[renewed?].issuer.as_ref()?.as_str()).copied();
        Self { issuer: own.unwrap_or_else(inherited), renewed }
    }
}

/// Who signs this CA, as the file says: a renewal has the issuer of the one that it renews, unless it names another.
pub(super) fn issuer_of<'a>(ca: &'a CaTable, renewed: Option<&'a CaTable>) -> Option<&'a Spot<String>> {
    ca.issuer.as_ref().or_else(|| renewed?.issuer.as_ref())
}

/// The indices of the CAs, each after those it needs; those in a circle are a mistake and left out.
fn from_the_root(file: &File, above: &[Above], reading: &mut Reading<'_>) -> Vec<usize> {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        Circle,
        Done,
        New,
        OnPath,
    }
    let mut marks = vec![Mark::New; above.len()];
    let mut order = Vec::with_capacity(above.len());
    for start in 0..above.len() {
        let mut path = Vec::new();
        let mut next = Some(start).filter(|start| marks[*start] == Mark::New);
        while let Some(index) = next.or_else(|| path.last().copied()) {
            if marks[index] == Mark::New {
                marks[index] = Mark::OnPath;
                path.push(index);
            }
            let needs = [above[index].issuer, above[index].renewed];
            next = needs.into_iter().flatten().find(|need| marks[*need] == Mark::New);
            if next.is_some() {
                continue;
            }
            // on the path, all that it needs has been looked at
            path.pop();
            if let Some(again) = needs.into_iter().flatten().find(|need| marks[*need] == Mark::OnPath) {
                let circle = path.iter().chain([&index]).skip_while(|index| **index != again).copied();
                report_circle(file, &circle.collect::<Vec<_>>(), reading);
            }
            // what hangs on a circle has no place in the order either
            let found = needs.into_iter().flatten().all(|need| marks[need] == Mark::Done);
            marks[index] = if found { Mark::Done } else { Mark::Circle };
            if found {
                order.push(index);
            }
        }
    }
    order
}

fn report_circle(file: &File, circle: &[usize], reading: &mut Reading<'_>) {
    let Some(first) = circle.first().map(|first| &file.ca[*first]) else { return };
    let Some(spot) = first.issuer.as_ref().or(first.renews.as_ref()) else { return };
    let renews = circle.iter().any(|index| file.ca[*index].renews.is_some());
    let message = match circle {
        [one] if renews => format!("{} cannot renew itself", guess::quoted(&file.ca[*one].name)),
        [one] => {
            format!("{} names itself as its issuer; leave issuer out for a root", guess::quoted(&file.ca[*one].name))
        }
        many => {
            let names: Vec<&str> = many.iter().chain(many.first()).map(|index| file.ca[*index].name.as_str()).collect();
            let what = if renews { "these CAs sign or renew" } else { "these CAs sign" };
            format!("{what} each other in a circle: {}", names.join(" < "))
        }
    };
    reading.mistake(spot.span(), message);
}

fn authority(ca: &CaTable, renewed: Option<&CaTable>, reading: &mut Reading<'_>) -> CaSpec {
    let issuer = issuer_of(ca, renewed);
    let listed = ca.listed.as_ref().is_some_and(|listed| **listed);
    if let Some(renewed) = renewed {
        check_renewal(ca, renewed, reading);
    }
    if let (true, Some(listed), Some(issuer)) = (listed, &ca.listed, issuer) {
        let (name, issuer) = (guess::quoted(&ca.name), guess::quoted(issuer));
        let message = format!("only roots are listed, and {name} is signed by {issuer}; list that root instead");
        reading.mistake(listed.span(), message);
    }
    let origin = Origin {
        name: &ca.name,
        key: ca.key.as_ref(),
        // which of them a renewal is told to leave out
        certificate: ca.certificate.as_ref().filter(|_| renewed.is_none()),
        key_file: ca.key_file.as_ref().filter(|_| renewed.is_none()),
        minting: vec![
            ("subject", ca.subject.as_ref().map(|subject| subject.span())),
            ("valid", ca.valid.as_ref().map(|valid| valid.from.span())),
            ("path-length", ca.path_length.as_ref().map(|length| length.span())),
            ("name-constraints", ca.name_constraints.as_ref().map(|constraints| constraints.span())),
            ("extended-key-usage", ca.extended_key_usage.as_ref().map(|usages| usages.span())),
        ],
    };
    let path_length = ca.path_length.as_ref().and_then(|length| {
        let fits = u8::try_from(**length).ok();
        if fits.is_none() {
            reading.mistake(length.span(), format!("path-length is {}; it goes from 0 to 255", **length));
        }
        fits
    });
    let source = identity::source(origin, reading);
    if let (true, Some(listed), None, Source::Files { chain, .. }) = (listed, &ca.listed, &ca.issuer, &source)
        && !chain[0].is_self_issued()
    {
        let message = format!("only roots are listed, and {} is signed by {}", chain[0].subject(), chain[0].issuer());
        reading.mistake(listed.span(), message);
    }
    CaSpec {
        name: ca.name.to_string(),
        issuer: issuer.map(|issuer| issuer.to_string()),
        renews: renewed.map(|renewed| renewed.name.to_string()),
        listed,
        source,
        subject: ca.subject.as_ref().map(|subject| values::subject(subject, reading)),
        valid: ca.valid.as_ref().and_then(|valid| values::validity(valid, reading)),
        crl: reading.word_or(ca.crl.as_ref(), CrlPublication::default()),
        distribution_point: ca.distribution_point.as_ref().map(|url| values::url(url, &["http", "https"], reading)),
        path_length,
        name_constraints: ca.name_constraints.as_ref().map(|table| name_constraints(table, reading)),
        extended_key_usage: ca.extended_key_usage.as_ref().map(|usages| reading.words(usages)).unwrap_or_default(),
    }
}

/// A renewal is made with what the other CA has.
fn check_renewal(ca: &CaTable, renewed: &CaTable, reading: &mut Reading<'_>) {
    let (name, other) = (guess::quoted(&ca.name), guess::quoted(&renewed.name));
    let shared = [
        ("subject", ca.subject.as_ref().map(Spot::span)),
        ("key", ca.key.as_ref().map(|key| key.text().span())),
        ("certificate", ca.certificate.as_ref().map(Spot::span)),
        ("key-file", ca.key_file.as_ref().map(Spot::span)),
        ("crl", ca.crl.as_ref().map(|crl| crl.text().span())),
        ("distribution-point", ca.distribution_point.as_ref().map(Spot::span)),
    ];
    for (key, span) in shared.into_iter().filter_map(|(key, span)| Some((key, span?))) {
        reading.mistake(span, format!("{name} renews {other}, and has name, key and CRL from there; leave {key} out"));
    }
    let Some(spot) = &ca.renews else { return };
    if let Some(first) = &renewed.renews {
        let first = guess::quoted(first);
        reading.mistake(spot.span(), format!("{other} is itself a renewal of {first}; name {first}"));
    }
}

fn name_constraints(table: &NameConstraintsTable, reading: &mut Reading<'_>) -> NameConstraints {
    let mut names = |list: &Option<Vec<_>>| list.iter().flatten().map(|name| values::dns_name(name, reading)).collect();
    NameConstraints {
        permitted_dns: names(&table.permitted_dns),
        excluded_dns: names(&table.excluded_dns),
        ..NameConstraints::default()
    }
}
