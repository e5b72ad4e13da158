//! Compares what `pki::validate` says of the catalogue and of generated chains with what two strangers say: rustls-webpki and
//! Java's `CertPathValidator`. How they are run is scripts/oracles' business.
//!
//!     oracles chains FILE             writes the chains
//!     oracles compare FILE WEBPKI JAVA   reads the answers, prints the table, fails on what nothing explains

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write;
use std::{env, fs};

use jiff::Timestamp;
use mockorg::pki::Flaw;
use mockorg::pki::flaw::{Case, Caught, Shape};
use mockorg::strategies::any_client;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

mod classes;

use classes::{CLASSES, Class, They};

const NOW: &str = "2029-06-01T12:00:00Z";

/// So many generated chains besides the catalogue.
const GENERATED: usize = 2_000;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["chains", file] => Ok(fs::write(file, chains()?)?),
        ["compare", file, webpki, java] => compare(file, webpki, java),
        _ => Err("oracles chains FILE | oracles compare FILE WEBPKI JAVA".into()),
    }
}

/// A chain a paragraph. The id tells what we say, and what is odd about it: `n|accept|ed25519,flaw`.
fn chains() -> Result<String, Box<dyn Error>> {
    let now: Timestamp = NOW.parse()?;
    let mut text = format!("now {}\n", now.as_second());
    for (n, flaw) in Flaw::ALL.iter().enumerate() {
        write(&mut text, &format!("c{n}"), &flaw.case(now)?, &[flaw.id().to_owned()], now)?;
    }
    let mut runner = TestRunner::deterministic();
    for n in 0..GENERATED {
        let shape = any_client().new_tree(&mut runner).map_err(|reason| reason.to_string())?.current();
        write(&mut text, &format!("g{n}"), &shape.case(now)?, &oddities(&shape), now)?;
    }
    Ok(text)
}

fn oddities(shape: &Shape) -> Vec<String> {
    let of_leaf = shape.leaf_flaw.map(|flaw| flaw.id().to_owned());
    let of_issuer = shape.issuer_flaw.filter(|(_, place)| *place < shape.issuers);
    let of_issuer = of_issuer.map(|(flaw, _)| format!("issuer:{flaw:?}"));
    of_leaf.into_iter().chain(of_issuer).collect()
}

fn write(text: &mut String, id: &str, case: &Case, oddities: &[String], now: Timestamp) -> Result<(), Box<dyn Error>> {
    let word = if case.verdict(now)?.holds() { "accept" } else { "refuse" };
    writeln!(text, "case {id}|{word}|{}", oddities.join(","))?;
    let mut line = |key: &str, der: &[u8]| {
        let hex: String = der.iter().map(|octet| format!("{octet:02x}")).collect();
        writeln!(text, "{key} {hex}")
    };
    case.sent.iter().try_for_each(|certificate| line("sent", certificate.der()))?;
    case.roots.iter().try_for_each(|certificate| line("root", certificate.der()))?;
    case.crls.iter().try_for_each(|crl| line("crl", crl))?;
    text.push_str("end\n");
    Ok(())
}

fn compare(file: &str, webpki: &str, java: &str) -> Result<(), Box<dyn Error>> {
    let chains = fs::read_to_string(file)?;
    let asked = chains.lines().filter(|line| line.starts_with("case ")).count();
    let (mut found, mut unexplained) = (BTreeMap::new(), Vec::new());
    let mut lines = vec![format!(
        "| oracle | chains | agrees | accepts what we refuse | refuses what we accept |\n|---|---|---|---|---|"
    )];
    for (oracle, path) in [("webpki", webpki), ("java", java)] {
        let answers = fs::read_to_string(path)?;
        let (mut agrees, mut accepts, mut refuses) = (0, 0, 0);
        for line in answers.lines() {
            let (id, said) = line.split_once(' ').ok_or("an answer without a word")?;
            let [_, we, odd] = id.splitn(3, '|').collect::<Vec<_>>()[..] else { return Err(line.into()) };
            let they = if said == "accept" { They::Accept } else { They::Refuse };
            let agree = (we == "accept") == (they == They::Accept);
            match (agree, they) {
                (true, _) => agrees += 1,
                (false, They::Accept) => accepts += 1,
                (false, They::Refuse) => refuses += 1,
            }
            if !agree && !explained(oracle, they, odd, &mut found) {
                unexplained.push(format!("{oracle}: {line}"));
            }
        }
        if agrees + accepts + refuses != asked {
            return Err(format!("{oracle} answered {} of {asked}", agrees + accepts + refuses).into());
        }
        lines.push(format!("| {oracle} | {asked} | {agrees} | {accepts} | {refuses} |"));
    }
    lines.push(String::new());
    lines.push("| oracle | it | of | chains | why |\n|---|---|---|---|---|".into());
    for (n, class) in CLASSES.iter().enumerate() {
        let count = found.get(&n).copied().unwrap_or(0);
        let of: BTreeSet<&str> = class.odd.iter().copied().collect();
        let of = of.into_iter().map(|odd| format!("`{odd}`")).collect::<Vec<_>>().join(" ");
        lines.push(format!("| {} | {} | {of} | {count} | {} |", class.oracle, class.they, class.why));
    }
    println!("{}", lines.join("\n"));
    let dead: Vec<&Class> =
        CLASSES.iter().enumerate().filter(|(n, _)| !found.contains_key(n)).map(|(_, c)| c).collect();
    if unexplained.is_empty() && dead.is_empty() {
        return Ok(());
    }
    unexplained.iter().for_each(|line| eprintln!("unexplained: {line}"));
    dead.iter().for_each(|class| eprintln!("never occurs: {} {} {:?}", class.oracle, class.they, class.odd));
    Err(format!("{} unexplained, {} that never occur", unexplained.len(), dead.len()).into())
}

/// What they accept must be explained for everything that we refuse it for; what they refuse, by one thing.
fn explained(oracle: &str, they: They, odd: &str, found: &mut BTreeMap<usize, usize>) -> bool {
    let refused_by_us = |odd: &&str| Flaw::of_id(odd).is_none_or(|flaw| matches!(flaw.caught(), Caught::Edge(_)));
    let class = |odd: &str| {
        let fits = |class: &Class| class.oracle == oracle && class.they == they && class.odd.contains(&odd);
        CLASSES.iter().position(fits)
    };
    let odd = odd.split(',').filter(|odd| !odd.is_empty());
    let classes: Vec<Option<usize>> = match they {
        They::Accept => odd.filter(refused_by_us).map(class).collect(),
        They::Refuse => odd.map(class).filter(Option::is_some).take(1).collect(),
    };
    for class in classes.iter().flatten() {
        *found.entry(*class).or_insert(0) += 1;
    }
    !classes.is_empty() && classes.iter().all(Option::is_some)
}
