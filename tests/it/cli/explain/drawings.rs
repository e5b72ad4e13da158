//! The drawing on a terminal, in a pipe, and as SVG; when a chain breaks next, and what to send instead.

use std::path::Path;

use roxmltree::{Document, Node};
use serde_json::Value;

use super::{certs, explain, mockorg};

fn svg(certs: &Path, chain: &str, code: i32) -> String {
    let (file, scenario) = (certs.join("chain.svg"), certs.join("scenario.toml"));
    let chain = certs.join(chain);
    let args = ["explain", chain.to_str().unwrap(), "--scenario", scenario.to_str().unwrap(), "--svg"];
    mockorg(&args).arg(&file).assert().code(code);
    std::fs::read_to_string(file).unwrap()
}

fn report(certs: &Path, chain: &str, code: i32) -> Value {
    let (chain, scenario) = (certs.join(chain), certs.join("scenario.toml"));
    let args = ["explain", chain.to_str().unwrap(), "--scenario", scenario.to_str().unwrap(), "--json"];
    serde_json::from_slice(&mockorg(&args).assert().code(code).get_output().stdout).unwrap()
}

#[test]
fn the_faulty_link_is_marked_and_the_cure_drawn() {
    let (_folder, certs) = certs();
    let told = explain(&certs, "clients/leaf-only.crt", 1);
    let json = report(&certs, "clients/leaf-only.crt", 1);
    let piece = &json["send"]["certificates"][1];
    let (serial, key) = (piece["serial"].as_str().unwrap(), piece["key_identifier"].as_str().unwrap());
    let expected = format!(
        "as built\n\
         \x20 1  CN=leaf-only,O=Acme  ◀ has an issuer that was not sent\n\
         \x20 ╳\n\
         \x20 ?  CN=acme-issuing,O=Acme, missing\n\
         \x20    key identifier {key}\n"
    );
    assert!(told.contains(&expected), "{told}");
    let expected = format!(
        "send instead\n\
         \x20 1  CN=leaf-only,O=Acme, certificate 1 of what is sent\n\
         \x20 2  CN=acme-issuing,O=Acme, missing\n\
         \x20    serial {serial}\n\
         \x20    key identifier {key}\n\
         that holds\n"
    );
    assert!(told.contains(&expected), "{told}");
    // what the report gives is enough to mend the chain
    let leaf = std::fs::read_to_string(certs.join("clients/leaf-only.crt")).unwrap();
    std::fs::write(certs.join("mended.pem"), leaf + piece["pem"].as_str().unwrap()).unwrap();
    assert_eq!(report(&certs, "mended.pem", 0)["send"], Value::Null);
}

#[test]
fn the_next_break_is_told_with_its_time() {
    let (_folder, certs) = certs();
    let json = report(&certs, "clients/billing.crt", 0);
    let ends = &json["certificates"][0]["not_after"];
    assert_eq!((&json["breaks"]["what"], &json["breaks"]["until"]), (&"certificate".into(), ends));
    assert_eq!((&json["breaks"]["position"], &json["breaks"]["rule"]), (&1.into(), &"expired".into()));
    let told = explain(&certs, "clients/billing.crt", 0);
    let ends = ends.as_str().unwrap();
    assert!(
        told.contains(&format!("it breaks next after {ends}: certificate 1, CN=billing,O=Acme, expired")),
        "{told}"
    );
    assert!(told.contains(&format!("  {ends}  certificate  CN=billing,O=Acme\n")), "{told}");
    let kinds: Vec<&str> = json["ends"].as_array().unwrap().iter().map(|end| end["what"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["certificate", "CRL", "issuer", "CRL", "root"]);
}

#[test]
fn a_certificate_for_servers_is_told_which_usage_it_needs() {
    let (_folder, certs) = certs();
    let words = "certificate 1, CN=server-only,O=Acme, needs the extended key usage clientAuth (1.3.6.1.5.5.7.3.2); \
                 it has serverAuth\n";
    let told = explain(&certs, "clients/server-only.crt", 1);
    assert!(told.contains(words), "{told}");
    let json = report(&certs, "clients/server-only.crt", 1);
    assert_eq!(json["usages"][0]["oid"], "1.3.6.1.5.5.7.3.2");
    assert_eq!(json["send"], Value::Null, "no other chain helps");
}

#[test]
fn colour_is_for_terminals() {
    let (_folder, certs) = certs();
    let told = explain(&certs, "clients/expired.crt", 1);
    assert!(!told.contains('\u{1b}'), "{told}");
    let (chain, scenario) = (certs.join("clients/expired.crt"), certs.join("scenario.toml"));
    let mut command = mockorg(&["explain", chain.to_str().unwrap(), "--scenario", scenario.to_str().unwrap()]);
    let forced = command.env("CLICOLOR_FORCE", "1").env("TERM", "xterm").assert().code(1).get_output().clone();
    let forced = String::from_utf8(forced.stdout).unwrap();
    assert!(forced.contains("\u{1b}[31m  ◀ expired\u{1b}[0m"), "{forced:?}");
}

#[test]
fn the_svg_has_both_columns_and_a_broken_link() {
    let (_folder, certs) = certs();
    let texts = |document: &Document<'_>| -> Vec<String> {
        let texts = document.descendants().filter(|node| node.has_tag_name(("http://www.w3.org/2000/svg", "text")));
        texts.filter_map(|node| node.text().map(str::to_owned)).collect()
    };
    let crosses = |document: &Document<'_>| {
        let path = |node: &Node<'_, '_>| node.has_tag_name(("http://www.w3.org/2000/svg", "path"));
        document.descendants().filter(path).count()
    };
    let holds = svg(&certs, "clients/billing.crt", 0);
    let holds = Document::parse(&holds).unwrap();
    let said = texts(&holds);
    assert!(["as sent", "as built"].iter().all(|title| said.iter().any(|text| text == title)), "{said:?}");
    assert!(said.iter().any(|text| text.starts_with("root, listed in ")), "{said:?}");
    assert_eq!(crosses(&holds), 0);
    let broken = svg(&certs, "clients/leaf-only.crt", 1);
    let broken = Document::parse(&broken).unwrap();
    assert_eq!(crosses(&broken), 1);
    assert!(texts(&broken).iter().any(|text| text == "missing"));
}

/// Names are others' words: neither a terminal nor a browser takes them for its own.
#[test]
fn a_name_cannot_forge_a_line_or_an_element() {
    use mockorg::pki::mint::{KeyKind, Name, Request, Validity, self_signed};

    let (_folder, certs) = certs();
    let name: Name = "CN=a<b>&\"c\u{202e}\u{ffff}".parse().unwrap();
    let at = |time: &str| time.parse().unwrap();
    let validity = Validity { from: at("2020-01-01T00:00:00Z"), until: at("2060-01-01T00:00:00Z") };
    let odd = self_signed(&Request::client(name, validity), &KeyKind::P256.generate().unwrap()).unwrap();
    std::fs::write(certs.join("odd.pem"), odd.pem()).unwrap();
    let drawn = svg(&certs, "odd.pem", 1);
    let document = Document::parse(&drawn).unwrap_or_else(|error| panic!("{error}:\n{drawn}"));
    assert!(document.descendants().all(|node| !node.has_tag_name("b")));
    let told = explain(&certs, "odd.pem", 1);
    assert!(told.contains("a<b>") && !told.contains('\u{202e}'), "{told:?}");
}

#[test]
fn a_drawing_that_cannot_be_written_could_not_run() {
    let (_folder, certs) = certs();
    let chain = certs.join("clients/billing.crt");
    let file = certs.join("no/such/folder.svg");
    let output =
        mockorg(&["explain", chain.to_str().unwrap(), "--svg"]).arg(file).assert().code(2).get_output().clone();
    assert!(String::from_utf8(output.stderr).unwrap().contains("folder.svg: No such file"));
}
