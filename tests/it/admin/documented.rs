//! `docs/admin-api.json` and the door, both ways: what is described is there and answers so, and what is there is described.

use std::collections::BTreeSet;
use std::io::Read;

use serde_json::{Map, Value, json};

use super::{Answer, Ask, ask};
use crate::uploads::paper::ca;
use crate::wire::Org;

const DOCUMENT: &str = include_str!("../../../docs/admin-api.json");

fn document() -> Value {
    serde_json::from_str(DOCUMENT).unwrap()
}

/// One operation of the document.
struct Operation {
    method: &'static str,
    path: String,
    spec: Value,
}

impl Operation {
    fn all(document: &Value) -> Vec<Self> {
        let mut found = Vec::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, spec) in item.as_object().unwrap() {
                let known = ["DELETE", "GET", "PATCH", "POST", "PUT"];
                let method = known.into_iter().find(|known| known.eq_ignore_ascii_case(method)).unwrap();
                found.push(Self { method, path: path.clone(), spec: spec.clone() });
            }
        }
        assert!(found.len() > 25, "the operations were found");
        found
    }

    fn parameters(&self, place: &str) -> BTreeSet<String> {
        let all = self.spec["parameters"].as_array().into_iter().flatten();
        all.filter(|one| one["in"] == place).map(|one| one["name"].as_str().unwrap().to_owned()).collect()
    }

    /// The path with its examples, or with a name that nobody has.
    fn target(&self, examples: bool) -> String {
        let mut target = self.path.clone();
        for parameter in self.spec["parameters"].as_array().into_iter().flatten().filter(|one| one["in"] == "path") {
            let example = if examples { parameter["example"].as_str().unwrap() } else { "nobody" };
            target =
                target.replace(&format!("{{{}}}", parameter["name"].as_str().unwrap()), &example.replace(' ', "%20"));
        }
        target
    }

    fn example(&self) -> Option<Value> {
        let mut example = self.spec["requestBody"]["content"]["application/json"]["example"].clone();
        if self.spec["operationId"] == "addRoot" {
            example["pem"] = ca("Another Root", 9).self_signed().certificate.pem().into();
        }
        (!example.is_null()).then_some(example)
    }

    fn is_open(&self) -> bool {
        self.spec["security"].as_array().is_some_and(Vec::is_empty)
    }

    /// The answer, if the document has one of that status and content type whose schema it meets.
    fn check(&self, document: &Value, answer: &Answer) {
        let name = format!("{} {}: {}", self.method, self.path, answer.status);
        let mut documented = &self.spec["responses"][answer.status.to_string()];
        assert!(!documented.is_null(), "{name} is not documented: {}", answer.text());
        if let Some(pointer) = documented["$ref"].as_str() {
            documented = document.pointer(&pointer[1..]).unwrap();
        }
        for (header, _) in documented["headers"].as_object().into_iter().flatten() {
            assert!(answer.header(header).is_some(), "{name} lacks {header}");
        }
        let content = documented["content"].as_object();
        let Some(content) = content else {
            assert!(answer.body.is_empty(), "{name}: no content is documented: {}", answer.text());
            return;
        };
        let kind = answer.header("content-type").unwrap().split(';').next().unwrap();
        let documented = content.get(kind).unwrap_or_else(|| panic!("{name}: {kind} is not documented"));
        if kind.ends_with("json") {
            check_schema(document, &documented["schema"], &answer.json(), &name);
        }
    }
}

fn check_schema(document: &Value, schema: &Value, value: &Value, name: &str) {
    // so that references into the document are met
    let mut whole = Map::from_iter([("components".to_owned(), document["components"].clone())]);
    whole.extend(schema.as_object().unwrap().clone());
    let validator = jsonschema::options().should_validate_formats(true).build(&Value::Object(whole)).unwrap();
    let errors: Vec<_> =
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{name}: {errors:#?} in {value:#}");
}

#[test]
fn the_document_and_the_door_know_the_same_paths_and_parameters() {
    let documented: BTreeSet<_> = Operation::all(&document())
        .iter()
        .map(|operation| (operation.method.to_owned(), operation.path.clone(), operation.parameters("query")))
        .collect();
    let names = |parameters: &[&str]| parameters.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    let there: BTreeSet<_> = mockorg::api::admin::table()
        .map(|(method, path, parameters)| (method.to_string(), path.to_owned(), names(parameters)))
        .collect();
    assert_eq!(documented, there, "docs/admin-api.json (left) and the door (right)");
    for operation in Operation::all(&document()) {
        let in_path = operation.path.split('{').skip(1).map(|rest| rest.split('}').next().unwrap().to_owned());
        assert_eq!(operation.parameters("path"), in_path.collect(), "{}", operation.path);
    }
}

/// The quickstart, and the step that the document takes for an example.
fn with_a_step() -> Org {
    let step = "[[step]]\nname = \"cut-over\"\non = \"call\"\ndo.revoke = \"billing\"\n";
    Org::from_toml(&format!("{}\n{step}", include_str!("../../../scenarios/quickstart.toml")))
}

#[test]
fn every_operation_answers_as_documented() {
    let document = document();
    let org = with_a_step();
    for operation in Operation::all(&document) {
        let mut request = ask(&org, operation.method, &operation.target(true));
        if let Some(example) = operation.example() {
            let schema = &operation.spec["requestBody"]["content"]["application/json"]["schema"];
            check_schema(&document, schema, &example, &format!("the example of {}", operation.path));
            request = request.json(&example);
        }
        let answer = if operation.path.ends_with("/stream") {
            let mut head = [0; 16 * 1024];
            let count = request.open().read(&mut head).unwrap();
            Answer::read(&head[..count])
        } else {
            request.send()
        };
        assert!((200..300).contains(&answer.status), "{} {}: {}", operation.method, operation.path, answer.text());
        operation.check(&document, &answer);
        org.reset().unwrap();
    }
}

#[test]
fn every_form_of_the_journal_is_as_documented() {
    let (document, org) = (document(), Org::quickstart());
    let _ = org.mutual("expired").get("/services/data");
    let operations = Operation::all(&document);
    let journal = operations.iter().find(|operation| operation.spec["operationId"] == "journal").unwrap();
    for form in ["json", "text", "canonical"] {
        journal.check(&document, &ask(&org, "GET", &format!("/v1/journal?form={form}")).send());
    }
}

#[test]
fn every_operation_refuses_as_documented() {
    let document = document();
    let org = Org::quickstart();
    for operation in Operation::all(&document) {
        let example = operation.example();
        let with_body = |ask: Ask| match &example {
            Some(example) => ask.json(example),
            None => ask,
        };
        let mut refusals =
            vec![with_body(ask(&org, operation.method, &operation.target(true)).host("elsewhere.example"))];
        if !operation.is_open() {
            refusals.push(with_body(Ask::stranger(&org, operation.method, &operation.target(true))));
        }
        if !operation.parameters("path").is_empty() {
            refusals.push(with_body(ask(&org, operation.method, &operation.target(false))));
        }
        if example.is_some() {
            refusals.push(ask(&org, operation.method, &operation.target(true)).json(&json!(["unexpected"])));
            refusals.push(ask(&org, operation.method, &operation.target(true)).body("text/plain", b"{}"));
            let huge = vec![b' '; mockorg::api::BODY_LIMIT + 1];
            refusals.push(ask(&org, operation.method, &operation.target(true)).body("application/json", &huge));
        }
        if operation.method == "GET" && !operation.is_open() && operation.path != "/" {
            refusals.push(ask(&org, "GET", &format!("{}?surprise=1", operation.target(true))));
        }
        for refusal in refusals {
            let answer = refusal.send();
            assert!(answer.status >= 400, "{} {}: {}", operation.method, operation.path, answer.text());
            operation.check(&document, &answer);
        }
    }
}

/// Each code stands in the source as the second argument of the function that makes the problem.
#[test]
fn the_docs_list_every_code_of_a_problem() {
    let sources = [include_str!("../../../src/api/reject/admin.rs"), include_str!("../../../src/api/reject/verb.rs")];
    let is_code =
        |text: &&str| text.contains('-') && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    let mut codes = BTreeSet::new();
    for call in ["problem(", "unknown(", "taken("] {
        for rest in sources.iter().flat_map(|source| source.split(call).skip(1)) {
            let first_text = rest.split('"').nth(1).unwrap_or_default();
            codes.extend(Some(first_text).filter(is_code));
        }
    }
    assert!(codes.len() > 25, "the codes were found: {codes:?}");
    let docs = include_str!("../../../docs/admin.md");
    let missing: Vec<_> = codes.iter().filter(|code| !docs.contains(&format!("| `{code}` |"))).collect();
    assert!(missing.is_empty(), "docs/admin.md does not list {missing:?}");
}
