//! SOAP 1.1 envelopes: read by namespace and local name whatever the prefixes, and written.

use roxmltree::{Document, Node, ParsingOptions};

use crate::api::reject::{CLIENT, Reject};
use crate::api::reply::Reply;
use crate::data::xml_guard as guard;

/// What a request asks for.
#[derive(Debug)]
pub(super) struct Envelope {
    pub namespace: String,
    pub operation: String,
    /// The operation's children with text, by local name.
    pub arguments: Vec<(String, String)>,
    /// `SessionHeader/sessionId`
    pub session: Option<String>,
    /// `CallOptions/client`
    pub client: Option<String>,
    /// `LoginScopeHeader/organizationId`
    pub organization: Option<String>,
    /// `LoginScopeHeader/portalId`
    pub portal: Option<String>,
}

impl Envelope {
    pub fn read(body: &[u8]) -> Result<Self, Reject> {
        let text = std::str::from_utf8(body).map_err(|error| malformed(&format!("not UTF-8: {error}")))?;
        let text = text.trim_start_matches('\u{feff}').trim_start();
        guard::check(text).map_err(|error| malformed(&error))?;
        let options = ParsingOptions { allow_dtd: false, nodes_limit: 4 * guard::MAX_ELEMENTS, ..Default::default() };
        let document = Document::parse_with_options(text, options).map_err(|error| malformed(&error.to_string()))?;
        let envelope = document.root_element();
        if envelope.tag_name().name() != "Envelope" || envelope.tag_name().namespace() != Some(SOAP) {
            return Err(malformed(&format!("expected an Envelope in {SOAP}, found {}", name(envelope))));
        }
        let operation = part(envelope, "Body")
            .and_then(|body| body.children().find(Node::is_element))
            .ok_or_else(|| malformed("no operation in the Body"))?;
        let header = |outer: &str, inner: &str| {
            let outer = part(envelope, "Header")?.children().find(|node| node.tag_name().name() == outer)?;
            outer.children().find(|node| node.tag_name().name() == inner).map(text_of)
        };
        Ok(Self {
            namespace: operation.tag_name().namespace().unwrap_or_default().to_owned(),
            operation: operation.tag_name().name().to_owned(),
            arguments: operation
                .children()
                .filter(Node::is_element)
                .map(|node| (node.tag_name().name().to_owned(), text_of(node)))
                .collect(),
            session: header("SessionHeader", "sessionId").map(|session| session.trim().to_owned()),
            client: header("CallOptions", "client").filter(|client| !client.is_empty()),
            organization: header("LoginScopeHeader", "organizationId").filter(|id| !id.trim().is_empty()),
            portal: header("LoginScopeHeader", "portalId").filter(|id| !id.trim().is_empty()),
        })
    }

    /// An argument's text.
    pub fn argument(&self, name: &str) -> Option<&str> {
        crate::api::call::find(&self.arguments, name)
    }
}

/// An answer: `header` and `body` are XML; un-prefixed names in them are in `namespace`.
pub(super) fn response(namespace: &str, header: &str, body: &str) -> Reply {
    Reply::xml(
        200,
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><soapenv:Envelope xmlns:soapenv=\"{SOAP}\" \
             xmlns=\"{namespace}\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">{header}\
             <soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"
        ),
    )
}

/// Text for element content or a quoted attribute; what XML 1.0 cannot hold is replaced.
pub(in crate::api) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' | '\n' | '\r' => escaped.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

fn part<'a, 'input>(envelope: Node<'a, 'input>, name: &str) -> Option<Node<'a, 'input>> {
    envelope.children().find(|node| node.tag_name().name() == name && node.tag_name().namespace() == Some(SOAP))
}

/// All text directly inside: a comment or a CDATA section in the middle splits it into several nodes.
fn text_of(node: Node<'_, '_>) -> String {
    node.children().filter_map(|child| child.text().filter(|_| child.is_text())).collect()
}

fn name(node: Node<'_, '_>) -> String {
    format!("{} in {}", node.tag_name().name(), node.tag_name().namespace().unwrap_or("no namespace"))
}

fn malformed(error: &str) -> Reject {
    Reject::said(500, CLIENT, format!("XML document could not be read: {error}")).because(
        "requests are SOAP 1.1 envelopes in UTF-8, without a DTD",
        "an envelope with one operation in its body",
        error,
        "look at what the client really sends; SOAP 1.2 is not spoken here",
    )
}

const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";
