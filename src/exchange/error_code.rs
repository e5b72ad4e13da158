//! The error code of an answer, wherever its family writes it.

use serde_json::Value;

use super::Answer;
use crate::scenario::exchange::Place;

/// The code of the edge's page, which has none of its own: as the journal calls it.
const PAGE: &str = "CERTIFICATE_ERROR_PAGE";

/// `errorCode` of REST, `exceptionCode` or `faultcode` of SOAP, `error` of OAuth; a word that is the whole body.
pub fn error_code(answer: &Answer) -> Option<String> {
    if let Some(body) = answer.json() {
        let first = body.get(0).unwrap_or(&body);
        let code = ["errorCode", "error"].iter().find_map(|key| first.get(key).and_then(Value::as_str));
        return code.map(str::to_owned);
    }
    let text = answer.text();
    if text.contains("<title>Certificate Error</title>") {
        return Some(PAGE.into());
    }
    let at = |place: &str| answer.text_at(&Place::parse(place).ok()?).ok().filter(|code| !code.is_empty());
    let fault = || at("//Fault/faultcode").map(|code| code.strip_prefix("sf:").map_or(code.clone(), str::to_owned));
    let word = || {
        let word = text.trim();
        let is_word = word.contains('_') && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        (is_word && word.len() <= 64 && answer.status >= 400).then(|| word.to_owned())
    };
    at("//Fault//exceptionCode").or_else(fault).or_else(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_family_has_its_place_for_it() {
        let code = |status, body: &str| error_code(&Answer { status, body: body.into(), ..Answer::default() });
        let soap = "<E><Body><Fault><faultcode>sf:A</faultcode>%<d/></Fault></Body></E>";
        assert_eq!(code(500, &soap.replace('%', "<exceptionCode>B</exceptionCode>")).as_deref(), Some("B"));
        assert_eq!(code(500, &soap.replace('%', "")).as_deref(), Some("A"));
        assert_eq!(code(401, r#"[{"message":"m","errorCode":"C"}]"#).as_deref(), Some("C"));
        assert_eq!(code(400, r#"{"error":"d","error_description":"e"}"#).as_deref(), Some("d"));
        assert_eq!(code(403, "Wrong_Org").as_deref(), Some("Wrong_Org"));
        assert_eq!(code(200, "Wrong_Org"), None);
        assert_eq!(code(200, "{}"), None);
        assert_eq!(code(200, "<html>"), None);
    }
}
