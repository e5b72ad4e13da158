//! `[[ca]]`: each after its issuer.

use super::identity::{self, Origin};
use super::names::Names;
use super::{Reading, values};
use crate::scenario::file::{CaTable, File, NameConstraintsTable};
use crate::scenario::{CaSpec, CrlPublication, NameConstraints, Source, guess};

pub(super) fn authorities(file: &File, names: &Names<'_>, reading: &mut Reading<'_>) -> Vec<CaSpec> {
    let issuers: Vec<Option<usize>> =
        (file.ca.iter()).map(|ca| ca.issuer.as_ref().and_then(|issuer| names.ca(issuer, reading))).collect();
    let order = from_the_root(file, &issuers, reading);
    order.into_iter().map(|index| authority(&file.ca[index], reading)).collect()
}

/// The indices of the CAs, each after its issuer; those in a circle are a mistake and left out.
fn from_the_root(file: &File, issuers: &[Option<usize>], reading: &mut Reading<'_>) -> Vec<usize> {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        Circle,
        Done,
        New,
        OnPath,
    }
    let mut marks = vec![Mark::New; issuers.len()];
    let mut order = Vec::with_capacity(issuers.len());
    for start in 0..issuers.len() {
        let mut path = Vec::new();
        let mut next = Some(start);
        while let Some(index) = next.filter(|index| marks[*index] == Mark::New) {
            marks[index] = Mark::OnPath;
            path.push(index);
            next = issuers[index];
        }
        if let Some(again) = next.filter(|index| marks[*index] == Mark::OnPath) {
            let circle = path.iter().skip_while(|index| **index != again).copied().collect::<Vec<_>>();
            report_circle(file, &circle, reading);
        }
        // what hangs on a circle has no place in the order either
        let lost = next.is_some_and(|index| marks[index] != Mark::Done);
        for index in path.into_iter().rev() {
            marks[index] = if lost { Mark::Circle } else { Mark::Done };
            if !lost {
                order.push(index);
            }
        }
    }
    order
}

fn report_circle(file: &File, circle: &[usize], reading: &mut Reading<'_>) {
    let Some(issuer) = circle.first().and_then(|first| file.ca[*first].issuer.as_ref()) else { return };
    let message = match circle {
        [one] => {
            format!("{} names itself as its issuer; leave issuer out for a root", guess::quoted(&file.ca[*one].name))
        }
        many => {
            let names: Vec<&str> = many.iter().chain(many.first()).map(|index| file.ca[*index].name.as_str()).collect();
            format!("these CAs sign each other in a circle: {}", names.join(" < "))
        }
    };
    reading.mistake(issuer.span(), message);
}

fn authority(ca: &CaTable, reading: &mut Reading<'_>) -> CaSpec {
    let listed = ca.listed.as_ref().is_some_and(|listed| **listed);
    if let (true, Some(listed), Some(issuer)) = (listed, &ca.listed, &ca.issuer) {
        let (name, issuer) = (guess::quoted(&ca.name), guess::quoted(issuer));
        let message = format!("only roots are listed, and {name} is signed by {issuer}; list that root instead");
        reading.mistake(listed.span(), message);
    }
    let origin = Origin {
        name: &ca.name,
        key: ca.key.as_ref(),
        certificate: ca.certificate.as_ref(),
        key_file: ca.key_file.as_ref(),
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
        issuer: ca.issuer.as_ref().map(|issuer| issuer.to_string()),
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

fn name_constraints(table: &NameConstraintsTable, reading: &mut Reading<'_>) -> NameConstraints {
    let mut names = |list: &Option<Vec<_>>| list.iter().flatten().map(|name| values::dns_name(name, reading)).collect();
    NameConstraints {
        permitted_dns: names(&table.permitted_dns),
        excluded_dns: names(&table.excluded_dns),
        ..NameConstraints::default()
    }
}
