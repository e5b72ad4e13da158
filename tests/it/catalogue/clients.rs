//! `flaw` on a `[[client]]`: the same flaw under a scenario's own CAs, and gone after a renewal.

use mockorg::Scenario;
use mockorg::controls::edge;
use mockorg::controls::identities::Identities;
use mockorg::pki::flaw::Caught;
use mockorg::pki::mint::KeyKind;
use mockorg::pki::{Flaw, Rejection, validate};

use super::NOW;
use crate::mint::at;

#[test]
fn a_client_of_a_scenario_has_the_flaw_that_it_is_given() {
    let scenario = scenario();
    let mut identities = Identities::mint(&scenario, at(NOW)).unwrap();
    let edge = edge::found(&scenario, &mut identities, at(NOW)).unwrap();
    let mut tried = 0;
    for flaw in of_leaf() {
        let client = identities.client(flaw.id()).unwrap();
        assert!(client.leaf.x509().public_key().unwrap().public_eq(&client.key), "{flaw}");
        let sent = identities.sends(client);
        let verdict = validate(&sent, &edge.trust, &edge.crls, at(NOW), &edge.policy);
        let found: Vec<Rejection> = verdict.faults.iter().map(|fault| fault.rejection).collect();
        let claimed = match flaw.caught() {
            Caught::Edge(rejection) => vec![rejection],
            Caught::Handshake | Caught::Nobody | Caught::Org => Vec::new(),
        };
        assert_eq!(found, claimed, "{flaw}");
        tried += 1;
    }
    assert!(tried >= 30, "{tried}");
}

#[test]
fn a_renewal_with_a_new_key_cures_every_flaw() {
    let scenario = scenario();
    let mut identities = Identities::mint(&scenario, at(NOW)).unwrap();
    let edge = edge::found(&scenario, &mut identities, at(NOW)).unwrap();
    for flaw in of_leaf() {
        identities.issue(flaw.id(), Some(KeyKind::P256.generate().unwrap()), at(NOW)).unwrap();
        let sent = identities.sends(identities.client(flaw.id()).unwrap());
        let verdict = validate(&sent, &edge.trust, &edge.crls, at(NOW), &edge.policy);
        assert!(verdict.holds(), "{flaw}: {:?}", verdict.faults);
        assert!(verdict.until > at(NOW), "{flaw}");
    }
}

/// One client for each flaw of a client's own certificate.
fn scenario() -> Scenario {
    let mut text = String::from(
        "format = 1\n[org]\nname = \"Umbrella\"\n[[ca]]\nname = \"root\"\nlisted = true\n\
         [[ca]]\nname = \"issuing\"\nissuer = \"root\"\n",
    );
    for flaw in of_leaf() {
        text += &format!("[[client]]\nname = \"{flaw}\"\nissuer = \"issuing\"\nflaw = \"{flaw}\"\n");
    }
    Scenario::from_text(&text, "x.toml", std::path::Path::new(".")).unwrap_or_else(|wrong| panic!("{wrong}"))
}

fn of_leaf() -> impl Iterator<Item = Flaw> {
    Flaw::ALL.iter().copied().filter(|flaw| flaw.is_of_leaf())
}
