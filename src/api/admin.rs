//! The admin door, as far as it stands: health and CRLs, both open. The verbs of `/v1` are not here yet.

use std::convert::Infallible;
use std::net::IpAddr;

use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use serde_json::json;
use warp::filters::BoxedFilter;
use warp::reply::Response;
use warp::{Filter, Rejection};

use super::Addresses;
use crate::controls::Controls;

/// `GET /health` and `GET /crl/{ca}.crl`; a Host that is neither loopback nor advertised is refused.
pub fn routes(controls: Controls, addresses: Addresses) -> BoxedFilter<(Response,)> {
    let host = warp::any().and(warp::header::optional::<String>("host")).and_then(move |host: Option<String>| {
        let known = host.is_some_and(|host| is_ours(&host, addresses.names()));
        async move { if known { Ok(()) } else { Err(warp::reject::custom(ForeignHost)) } }
    });
    let host = host.untuple_one();
    let health = {
        let controls = controls.clone();
        warp::path!("health").and(warp::get()).map(move || {
            let org = &controls.snapshot().org;
            let now = controls.clock().org_now();
            let body =
                json!({"status": "ok", "org": org.id.as_str(), "org_time": now, "version": env!("CARGO_PKG_VERSION")});
            answer(StatusCode::OK, "application/json", body.to_string())
        })
    };
    let crl = warp::path!("crl" / String).and(warp::get()).map(move |file: String| {
        let (edge, _) = controls.edge();
        let name = file.strip_suffix(".crl").unwrap_or_default();
        match edge.minted_crls.crls.iter().find(|(ca, _, _)| ca == name) {
            Some((_, der, _)) => answer(StatusCode::OK, "application/pkix-crl", der.clone()),
            None => {
                let text = format!("no CRL of a CA named {name:?}\n");
                answer(StatusCode::NOT_FOUND, "text/plain; charset=utf-8", text)
            }
        }
    });
    host.and(health.or(crl).unify()).recover(refuse).unify().boxed()
}

#[derive(Debug)]
struct ForeignHost;

impl warp::reject::Reject for ForeignHost {}

async fn refuse(rejection: Rejection) -> Result<Response, Infallible> {
    let (status, text) = if rejection.find::<ForeignHost>().is_some() {
        (StatusCode::FORBIDDEN, "the admin door answers only to loopback names and those given by --advertise\n")
    } else if rejection.is_not_found() {
        (StatusCode::NOT_FOUND, "the admin door knows GET /health and GET /crl/{ca}.crl\n")
    } else if rejection.find::<warp::reject::InvalidHeader>().is_some() {
        (StatusCode::BAD_REQUEST, "the Host header is malformed\n")
    } else {
        (StatusCode::METHOD_NOT_ALLOWED, "the admin door answers GET here\n")
    };
    Ok(answer(status, "text/plain; charset=utf-8", text))
}

fn answer(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Response {
    let mut response = Response::new(body.into().into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// A page of another site may name us by any host that its DNS points here; only these are ours.
fn is_ours(host: &str, advertised: &[String]) -> bool {
    let name = host
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()))
        .map_or(host, |(name, _)| name);
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    let loopback = bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    loopback || bare.eq_ignore_ascii_case("localhost") || advertised.iter().any(|ours| ours.eq_ignore_ascii_case(bare))
}
