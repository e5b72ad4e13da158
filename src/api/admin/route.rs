//! The table's rows, and finding the one that a request means. Segments are compared as they came and decoded one by one:
//! a name may hold a slash, and `..` is a name like any other.

use http::Method;
use warp::reply::Response;

use super::{AdminDoor, ROUTES, Request};
use crate::api::call;
use crate::api::reject::Reject;

/// A path, and who answers there.
pub(super) struct Route {
    pub method: Method,
    /// `/v1/clients/{name}.pem`
    pub path: &'static str,
    /// The query parameters that it takes.
    pub parameters: &'static [&'static str],
    pub answer: fn(&AdminDoor, &Request) -> Result<Response, Reject>,
    access: Access,
    /// Whether there is an answer without its body.
    heads: bool,
}

#[derive(PartialEq)]
enum Access {
    Open,
    Token,
}

type Answer = fn(&AdminDoor, &Request) -> Result<Response, Reject>;

const fn route(method: Method, path: &'static str, answer: Answer, access: Access) -> Route {
    Route { method, path, parameters: &[], answer, access, heads: true }
}

/// A read that needs no token.
pub(super) const fn open(path: &'static str, answer: Answer) -> Route {
    route(Method::GET, path, answer, Access::Open)
}

pub(super) const fn get(path: &'static str, answer: Answer) -> Route {
    route(Method::GET, path, answer, Access::Token)
}

pub(super) const fn post(path: &'static str, answer: Answer) -> Route {
    route(Method::POST, path, answer, Access::Token)
}

pub(super) const fn put(path: &'static str, answer: Answer) -> Route {
    route(Method::PUT, path, answer, Access::Token)
}

pub(super) const fn patch(path: &'static str, answer: Answer) -> Route {
    route(Method::PATCH, path, answer, Access::Token)
}

pub(super) const fn delete(path: &'static str, answer: Answer) -> Route {
    route(Method::DELETE, path, answer, Access::Token)
}

impl Route {
    pub(super) const fn with(mut self, parameters: &'static [&'static str]) -> Self {
        self.parameters = parameters;
        self
    }

    pub(super) const fn streaming(mut self) -> Self {
        self.heads = false;
        self
    }

    pub(super) fn is_open(&self) -> bool {
        self.access == Access::Open
    }

    fn takes(&self, method: &Method) -> bool {
        self.method == method || self.heads && self.method == Method::GET && method == Method::HEAD
    }
}

/// The route of a request, and what its path has in place of `{…}`.
pub(super) fn find(method: &Method, path: &str) -> Result<(&'static Route, Vec<String>), Reject> {
    let mut at_path = ROUTES.iter().filter_map(|route| Some((route, captures(route.path, path)?))).peekable();
    if at_path.peek().is_none() {
        return Err(Reject::no_route());
    }
    at_path.find(|(route, _)| route.takes(method)).ok_or_else(|| Reject::no_method(method, &allowed(path)))
}

/// The methods that a path takes.
pub(super) fn allowed(path: &str) -> String {
    let routes = ROUTES.iter().filter(|route| captures(route.path, path).is_some());
    let methods =
        routes.flat_map(|route| [&Method::GET, &Method::HEAD, &route.method].into_iter().filter(|it| route.takes(it)));
    let mut methods: Vec<&str> = methods.map(Method::as_str).collect();
    methods.sort_unstable();
    methods.dedup();
    methods.join(",")
}

/// What stands for each `{…}` of the pattern, decoded, if the path fits it.
fn captures(pattern: &str, path: &str) -> Option<Vec<String>> {
    let mut found = Vec::new();
    let mut parts = path.split('/');
    for wanted in pattern.split('/') {
        let part = parts.next()?;
        match wanted.split_once('{') {
            None => (part == wanted).then_some(())?,
            Some((before, rest)) => {
                let after = rest.split_once('}').map_or("", |(_, after)| after);
                let name = part.strip_prefix(before)?.strip_suffix(after).filter(|name| !name.is_empty())?;
                found.push(call::decoded(name, false).into_owned());
            }
        }
    }
    parts.next().is_none().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_gives_its_names_decoded_one_by_one() {
        let pattern = "/v1/users/{username}/permissions/{name}";
        let found = captures(pattern, "/v1/users/a%2fb%40c/permissions/x%20y");
        assert_eq!(found, Some(vec!["a/b@c".to_owned(), "x y".to_owned()]));
        for other in ["/v1/users/a/b/permissions/x", "/v1/users//permissions/x", "/v1/users/a/permissions/x/", "/"] {
            assert_eq!(captures(pattern, other), None, "{other}");
        }
        assert_eq!(captures("/crl/{ca}.crl", "/crl/..%2f..%2fx.crl"), Some(vec!["../../x".to_owned()]));
        assert_eq!(captures("/crl/{ca}.crl", "/crl/.crl"), None);
    }

    #[test]
    fn every_path_says_what_it_takes() {
        assert_eq!(allowed("/v1/trust"), "GET,HEAD,POST");
        assert_eq!(allowed("/v1/journal/stream"), "GET");
        assert_eq!(allowed("/v1/certificates/x"), "DELETE");
    }
}
