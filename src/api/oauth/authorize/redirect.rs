//! Back to the client: with a code, or with an error. Only to a URI that its app is registered with.

use crate::api::call::encoded;
use crate::api::reject::Reject;
use crate::api::reply::Reply;

/// The way back to a client.
#[derive(Clone, Debug)]
pub(super) struct Back {
    /// One of the app's own.
    pub uri: String,
    pub state: Option<String>,
    /// 303 after a form, so that no browser sends it on.
    pub status: u16,
    /// Whether errors stand after `#`, where the user-agent flow looks for them.
    pub by_fragment: bool,
}

impl Back {
    pub fn with_code(&self, code: &str) -> String {
        self.with(&[("code", code)])
    }

    /// The refusal as a redirect.
    pub fn refuse(&self, reject: Reject) -> Reject {
        let (error, description) = reject.words();
        let location = self.with(&[("error", error), ("error_description", description)]);
        reject.drawn(Reply::redirect(self.status, &location))
    }

    fn with(&self, pairs: &[(&str, &str)]) -> String {
        let state = self.state.as_deref().map(|state| ("state", state));
        let query: Vec<_> =
            pairs.iter().copied().chain(state).map(|(key, value)| format!("{key}={}", encoded(value))).collect();
        let query = query.join("&");
        let uri = self.uri.split('#').next().unwrap_or_default();
        match (self.by_fragment, uri.contains('?')) {
            (true, _) => format!("{uri}#{query}"),
            (false, true) => format!("{uri}&{query}"),
            (false, false) => format!("{uri}?{query}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_gets_its_state_back_whatever_is_in_it() {
        let mut back =
            Back { uri: "https://a.example/x".into(), state: Some("a&b=c d".into()), status: 302, by_fragment: false };
        assert_eq!(back.with_code("aPrx1=="), "https://a.example/x?code=aPrx1%3D%3D&state=a%26b%3Dc%20d");
        (back.uri, back.state) = ("https://a.example/x?y=z".into(), None);
        assert_eq!(back.with_code("1"), "https://a.example/x?y=z&code=1");
        back.by_fragment = true;
        assert_eq!(back.with_code("1"), "https://a.example/x?y=z#code=1");
    }
}
