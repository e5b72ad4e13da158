//! `scenarios/renewal/`.

use mockorg::org::Door;

use super::{Present, days, hours, is_uploaded, live, org, suits_clients, unmet, work};

#[test]
fn an_overlap_is_survived_by_a_client_that_reads_its_key_store_again() {
    let good = org("scenarios/renewal/overlap.toml");
    live(&good, 28, |day, _| day == 21);
    assert_eq!(unmet(&good), [""; 0]);
    let bad = org("scenarios/renewal/overlap.toml");
    live(&bad, 28, |_, _| false);
    assert_eq!(unmet(&bad), ["billing is granted with the new certificate", "no call is refused after the cut-over"]);
}

#[test]
fn a_gap_is_survived_by_a_client_that_asks_ever_less_often_and_reads_its_key_store_again() {
    let path = "scenarios/renewal/gap.toml";
    let good = org(path);
    let (mut hour, mut wait) = (0, 1);
    while hour < 48 {
        wait = if work(&good, &good.mutual("billing")) == Some(200) { 1 } else { wait * 2 };
        good.advance(hours(wait)).unwrap();
        hour += wait;
    }
    assert_eq!(unmet(&good), [""; 0]);
    let impatient = org(path);
    for _ in 0..48 {
        work(&impatient, &impatient.mutual("billing"));
        impatient.advance(hours(1)).unwrap();
    }
    assert_eq!(unmet(&impatient), ["billing calls at most 6 times while it is shut out"]);
    let lost = org(path);
    let old = lost.mutual("billing");
    work(&lost, &old);
    lost.advance(hours(48)).unwrap();
    work(&lost, &old);
    work(&lost, &lost.door(Door::Standard));
    assert_eq!(unmet(&lost), ["billing never turns to the standard door", "billing is back after the upload"]);
}

#[test]
fn a_renewal_of_the_same_key_is_seen_by_a_client_that_compares_certificates() {
    let path = "scenarios/renewal/same-key.toml";
    let good = org(path);
    live(&good, 28, |_, org| is_uploaded(org, &org.client("billing").unwrap()));
    assert_eq!(unmet(&good), [""; 0]);
    let hasty = org(path);
    live(&hasty, 28, |_, _| true);
    assert_eq!(unmet(&hasty), ["billing waits for the upload"]);
    let compares_keys = org(path);
    let key = compares_keys.client("billing").unwrap().key_pem;
    live(&compares_keys, 28, |_, org| org.client("billing").unwrap().key_pem != key);
    assert_eq!(
        unmet(&compares_keys),
        [
            "billing sees that its certificate is another, though its key is not",
            "billing never presents the old certificate after the cut-over"
        ]
    );
}

#[test]
fn a_certificate_for_servers_only_is_not_put_in_place_by_a_client_that_looks_at_it() {
    let path = "scenarios/renewal/server-auth-only.toml";
    let good = org(path);
    Present::new(&["billing", "billing-web", "billing-client"])
        .play(&good, 19, |org, next| suits_clients(org, next) && is_uploaded(org, &org.client(next).unwrap()));
    assert_eq!(unmet(&good), [""; 0]);
    let bad = org(path);
    Present::new(&["billing", "billing-web"]).play(&bad, 19, |_, _| true);
    assert_eq!(
        unmet(&bad),
        [
            "billing never presents a certificate for servers only",
            "billing is granted with the certificate for clients"
        ]
    );
    let late = org(path);
    Present::new(&["billing"]).play(&late, 24, |_, _| true);
    assert_eq!(
        unmet(&late),
        [
            "billing never presents a certificate that has expired",
            "billing is granted with the certificate for clients"
        ]
    );
}

#[test]
fn an_issuer_that_shuts_out_client_auth_is_found_by_a_client_that_checks_its_chain() {
    let path = "scenarios/renewal/issuer-shuts-out-client-auth.toml";
    let names = ["billing", "billing-new", "billing-again"];
    let good = org(path);
    Present::new(&names)
        .play(&good, 25, |org, next| suits_clients(org, next) && is_uploaded(org, &org.client(next).unwrap()));
    assert_eq!(unmet(&good), [""; 0]);
    let looks_at_the_leaf = org(path);
    Present::new(&names[..2]).play(&looks_at_the_leaf, 25, |org, next| is_uploaded(org, &org.client(next).unwrap()));
    assert_eq!(
        unmet(&looks_at_the_leaf),
        ["billing checks the whole chain first", "billing changes over to the second try"]
    );
}

#[test]
fn a_new_intermediate_under_the_same_leaf_is_sent_by_a_client_that_reads_its_files_again() {
    let path = "scenarios/renewal/new-intermediate.toml";
    let good = org(path);
    let leaf = good.client("billing").unwrap().certificates[0].clone();
    live(&good, 40, |day, _| day == 18);
    assert_eq!(unmet(&good), [""; 0]);
    assert_eq!(good.client("billing").unwrap().certificates[0], leaf, "nothing was issued, nor uploaded");
    let both =
        ["billing sends the new intermediate once the old one has expired", "billing is granted with the same leaf"];
    let keeps_all_in_memory = org(path);
    live(&keeps_all_in_memory, 40, |_, _| false);
    assert_eq!(unmet(&keeps_all_in_memory), both);
    let has_a_chain_file_of_its_own = org(path);
    let chain = has_a_chain_file_of_its_own.client("billing").unwrap().certificates[1..].to_vec();
    for _ in 0..40 {
        let again = has_a_chain_file_of_its_own.mutual("billing").sending(chain.clone());
        work(&has_a_chain_file_of_its_own, &again);
        has_a_chain_file_of_its_own.advance(days(1)).unwrap();
    }
    assert_eq!(unmet(&has_a_chain_file_of_its_own), both);
}

#[test]
fn a_renewed_leaf_is_sent_with_its_own_intermediate_by_a_client_that_takes_its_chain_from_the_delivery() {
    let path = "scenarios/renewal/chain-of-yesterday.toml";
    let good = org(path);
    Present::new(&["billing", "billing-new"]).play(&good, 20, |org, next| is_uploaded(org, &org.client(next).unwrap()));
    assert_eq!(unmet(&good), [""; 0]);
    let bad = org(path);
    let old_chain = bad.client("billing").unwrap().certificates[1..].to_vec();
    work(&bad, &bad.mutual("billing"));
    bad.advance(days(16)).unwrap();
    work(&bad, &bad.mutual("billing-new").sending(old_chain));
    assert_eq!(
        unmet(&bad),
        ["billing sends the new leaf with its own intermediate", "billing is granted after the upload"]
    );
}
