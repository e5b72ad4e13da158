//! Every flaw drawn, in a golden: the chain as sent and as built, the faulty link marked.

use std::fmt::Write as _;

use expect_test::expect_file;
use mockorg::pki::picture::{Picture, Role, Span, Tone};

use super::draft::{Case, Draft, trust};
use super::refused;

fn picture(case: &Case) -> Picture {
    Picture::of(&case.sent, &trust(&case.listed, &case.known), &case.verdict())
}

fn text(picture: &Picture) -> String {
    let line = |line: &Vec<Span>| line.iter().map(|span| span.text.as_str()).collect::<String>() + "\n";
    picture.lines().iter().map(line).collect()
}

/// Keys are made anew each time, and so are their identifiers.
fn masked(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let shown = line.split_once("key identifier ").map_or(line.to_owned(), |(before, id)| {
            assert_eq!(id.len(), 59, "20 octets: {id}");
            format!("{before}key identifier (its own)")
        });
        out += &(shown + "\n");
    }
    out
}

#[test]
fn every_flaw_is_drawn() {
    let mut out = String::new();
    for (name, flaw, _) in refused::rows().flatten() {
        let case = flaw(Draft::new());
        let drawn = masked(&text(&picture(&case)));
        _ = write!(out, "# {name}\n{drawn}\n");
    }
    expect_file!["../../golden/pictures.txt"].assert_eq(&out);
}

/// Somebody at a terminal is to see at once where to look.
#[test]
fn every_flaw_has_a_place_in_the_drawing_that_is_marked() {
    for (name, flaw, _) in refused::rows().flatten() {
        let picture = picture(&flaw(Draft::new()));
        let marked = picture.lines().iter().flatten().any(|span| span.tone == Tone::Faulty);
        assert!(marked, "{name}:\n{}", text(&picture));
    }
}

#[test]
fn a_chain_that_holds_has_nothing_marked_and_ends_in_its_root() {
    let mut case = Draft::new().sign();
    case.sent.push(case.root.certificate.clone());
    let other = Draft::new().sign().leaf;
    case.sent.push(other);
    let picture = picture(&case);
    assert!(picture.lines().iter().flatten().all(|span| span.tone != Tone::Faulty), "{}", text(&picture));
    let roles: Vec<&Role> = picture.sent.iter().map(|node| &node.role).collect();
    assert!(matches!(roles[..], [Role::Certificate, Role::Issuer, Role::Root(_), Role::Unused]), "{roles:?}");
    assert!(matches!(&picture.built[2].role, Role::Root(listed) if listed == "the test as acmerootca"));
}
