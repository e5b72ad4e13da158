//! The edge's own answers over HTTP: its certificate page, and 421. What it lets pass, it passes on as [`Edge`].

use std::borrow::Cow;

use super::Head;
use super::address::is_login_host;
use super::reject::Reject;
use crate::controls::Controls;
use crate::org::{Door, Edge};
use crate::pki::Fault;
use crate::scenario::EdgeSwitches;
use crate::scenario::switches::{Alerts, BadChain, LiveConnections, LoginHosts, NoCertificate, SniMismatch};
use crate::tls::Presented;

/// What the edge passes on, or why it answers itself.
pub(super) fn pass(controls: &Controls, switches: &EdgeSwitches, head: &Head) -> Result<Edge, Reject> {
    let presented = presented_now(controls, switches, head);
    let edge = match &*presented {
        Presented::Broken(verdict) if matches!(head.peer.presented, Presented::Holds(..)) => {
            // the handshake is long over, and HTTP has no alert: the page, and an end to the connection
            head.peer.leave.notify_one();
            return Err(broken(switches, verdict.fault()).ending_the_connection());
        }
        Presented::Broken(verdict) => return Err(broken(switches, verdict.fault())),
        Presented::Holds(leaf, _) => Edge::Holds(leaf.clone()),
        Presented::Nothing if head.peer.door == Door::Mutual && switches.no_certificate == NoCertificate::Page => {
            return Err(Reject::no_certificate(switches.page_status, page(NOTHING)));
        }
        Presented::Nothing
            if head.peer.door == Door::Mutual
                && switches.no_certificate == NoCertificate::Alert
                && switches.alerts == Alerts::Nginx =>
        {
            let page = nginx("No required SSL certificate was sent");
            return Err(Reject::no_certificate(400, page).ending_like_nginx());
        }
        Presented::Nothing => Edge::NoCertificate,
    };
    one_host(head)?;
    if switches.sni_mismatch == SniMismatch::Misdirected
        && let (Some(sni), Some(host)) = (&head.peer.sni, &head.host)
        && !sni.trim_end_matches('.').eq_ignore_ascii_case(host.host().trim_end_matches('.'))
    {
        return Err(Reject::misdirected(sni, host.host()));
    }
    if switches.login_hosts == LoginHosts::Misdirected
        && head.peer.door == Door::Mutual
        && let Some(host) = head.host.as_ref().filter(|host| is_login_host(host))
    {
        return Err(Reject::login_host(host.host(), controls.snapshot().org.my_domain.as_str()));
    }
    Ok(edge)
}

/// What the client's certificates are worth: as the handshake found, or now (`edge.live-connections`).
fn presented_now<'a>(controls: &Controls, switches: &EdgeSwitches, head: &'a Head) -> Cow<'a, Presented> {
    match (switches.live_connections, &head.peer.live) {
        (LiveConnections::Recheck, Some(live)) => {
            let (edge, now) = controls.edge();
            Cow::Owned(live.recheck(&edge, now))
        }
        _ => Cow::Borrowed(&head.peer.presented),
    }
}

/// RFC 9112 3.2: more than one Host, or one that is none, is answered by 400; so is one that contradicts the target.
fn one_host(head: &Head) -> Result<(), Reject> {
    let hosts: Vec<_> = head.headers.get_all(http::header::HOST).iter().collect();
    match (hosts.as_slice(), &head.host) {
        ([], _) | ([_], Some(_)) => Ok(()),
        ([one], None) => Err(Reject::bad_host(&String::from_utf8_lossy(one.as_bytes()))),
        (several, _) => Err(Reject::bad_host(&format!("{} Host headers", several.len()))),
    }
}

fn broken(switches: &EdgeSwitches, fault: Option<&Fault>) -> Reject {
    if switches.bad_chain == BadChain::Alert && switches.alerts == Alerts::Nginx {
        let page = nginx("The SSL certificate error");
        return Reject::broken_chain(400, page, fault).ending_like_nginx();
    }
    // the page's other reasons were never seen: OpenSSL's words, which an edge of that kind would put there
    let reason = fault.map_or("certificate rejected", Fault::openssl_words);
    Reject::broken_chain(switches.page_status, page(reason), fault)
}

/// The page byte for byte as it was seen in 2018, with its slot for the reason.
fn page(reason: &str) -> String {
    format!(
        "<html><head><title>Certificate Error</title></head><body bgcolor=#ffffff text=#3198d8><center>\
         <img src=\"http://www.sfdcstatic.com/common/assets/img/logo-company.png\"><p>\
         <h3>Client certificate error:<i>{reason}</i></h3></center></body></html>"
    )
}

/// The page of nginx 1.22 (`ngx_http_special_response.c`), for 495 and 496, which it sends as 400.
fn nginx(reason: &str) -> String {
    format!(
        "<html>\r\n<head><title>400 {reason}</title></head>\r\n<body>\r\n<center><h1>400 Bad Request</h1></center>\r\n\
         <center>{reason}</center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    )
}

const NOTHING: &str = "No client certificate provided.";
