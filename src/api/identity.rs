//! Who somebody is: the identity URL and OpenID's `userinfo`.

use serde_json::{Value, json};

use super::call::Call;
use super::reject::Reject;
use super::reply::Reply;
use super::session::admit;
use super::version::Version;
use super::{Note, Site};
use crate::data::Id;
use crate::data::value::date_time;
use crate::org::{Action, Grant, User};

/// The identity URL of a user, on the host that the request came to.
pub(super) fn identity_url(site: &Site, call: &Call, user: &Id) -> String {
    format!("{}/id/{}/{user}", site.addresses.endpoint(&call.org, call.host.as_ref(), call.peer.door), call.org.id)
}

/// `/id/{organization}/{user}`, and beside it `/id/keys`, which is OpenID's.
pub(super) fn answer(site: &Site, call: &Call, note: &mut Note) -> Result<Reply, Reject> {
    if matches!(call.segments.as_slice(), [_, keys] if keys.eq_ignore_ascii_case("keys")) {
        return super::openid::keys(site, call);
    }
    let [_, organization, user] = call.segments.as_slice() else { return Err(Reject::not_found()) };
    reading(call, "GET,HEAD,POST")?;
    let caller = admit(site, call, note, token(call), Action::Identity)?;
    if Id::parse(organization).as_ref() != Some(&call.org.id) {
        return Err(Reject::said(403, "Wrong_Org", "").because(
            "the identity URL names the session's org",
            call.org.id.as_str(),
            organization,
            "take the URL from the answer to the login",
        ));
    }
    if Id::parse(user).as_ref() != Some(&caller.grant.user().id) {
        return Err(Reject::said(404, "Bad_Id", "").because(
            "the identity URL names the session's user",
            caller.grant.user().id.as_str(),
            user,
            "take the URL from the answer to the login",
        ));
    }
    Ok(Reply::json(call, &identity(site, call, &caller.grant)))
}

/// `/services/oauth2/userinfo`
pub(super) fn userinfo(site: &Site, call: &Call, note: &mut Note) -> Result<Reply, Reject> {
    if call.segments.len() != 3 {
        return Err(Reject::not_found());
    }
    reading(call, "GET,HEAD,POST")?;
    let caller = admit(site, call, note, token(call), Action::Identity)?;
    Ok(Reply::json(call, &claims(site, call, &caller.grant)))
}

fn reading(call: &Call, allow: &'static str) -> Result<(), Reject> {
    if call.reads() || call.method == http::Method::POST { Ok(()) } else { Err(Reject::method(&call.method, allow)) }
}

/// By header, or by parameter as jsforce does besides.
fn token(call: &Call) -> Option<&str> {
    call.token().or_else(|| call.parameter("oauth_token")).or_else(|| call.parameter("access_token"))
}

fn identity(site: &Site, call: &Call, grant: &Grant) -> Value {
    let user = grant.user();
    let url = identity_url(site, call, &user.id);
    json!({
        "id": url,
        "asserted_user": true,
        "user_id": user.id,
        "organization_id": call.org.id,
        "username": user.spec.username,
        "nick_name": nickname(user),
        "display_name": user.full_name(),
        "email": user.spec.email,
        "email_verified": true,
        "first_name": user.spec.first_name,
        "last_name": user.spec.last_name,
        "timezone": "GMT",
        "photos": photos(site, call),
        "addr_street": null,
        "addr_city": null,
        "addr_state": null,
        "addr_country": null,
        "addr_zip": null,
        "mobile_phone": null,
        "mobile_phone_verified": false,
        "is_lightning_login_user": false,
        "status": {"created_date": null, "body": null},
        "urls": urls(site, call, user),
        "active": user.spec.active,
        "user_type": "STANDARD",
        "language": "en_US",
        "locale": "en_US",
        "utcOffset": 0,
        "last_modified_date": date_time(call.org.created),
        "is_app_installed": true,
    })
}

fn claims(site: &Site, call: &Call, grant: &Grant) -> Value {
    let user = grant.user();
    let photos = photos(site, call);
    let urls = urls(site, call, user);
    json!({
        "sub": identity_url(site, call, &user.id),
        "user_id": user.id,
        "organization_id": call.org.id,
        "preferred_username": user.spec.username,
        "nickname": nickname(user),
        "name": user.full_name(),
        "email": user.spec.email,
        "email_verified": true,
        "given_name": user.spec.first_name,
        "family_name": user.spec.last_name,
        "zoneinfo": "GMT",
        "profile": urls["profile"],
        "picture": photos["picture"],
        "photos": photos,
        "address": {},
        "urls": urls,
        "active": user.spec.active,
        "user_type": "STANDARD",
        "language": "en_US",
        "locale": "en_US",
        "utcOffset": 0,
        "updated_at": date_time(call.org.created),
        "is_app_installed": true,
    })
}

/// With the literal `{version}` that clients replace, unless the request names one (`?version=latest`).
fn urls(site: &Site, call: &Call, user: &User) -> Value {
    let base = site.addresses.endpoint(&call.org, call.host.as_ref(), call.peer.door);
    let organization = call.org.id.short();
    let version = match call.parameter("version") {
        Some("latest") => Version::NEWEST.number(),
        Some(given) if given.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') => given.to_owned(),
        _ => "{version}".to_owned(),
    };
    let soap = |letter: &str| format!("{base}/services/Soap/{letter}/{version}/{organization}");
    let rest = |rest: &str| format!("{base}/services/data/v{version}/{rest}");
    json!({
        "enterprise": soap("c"),
        "metadata": soap("m"),
        "partner": soap("u"),
        "rest": rest(""),
        "sobjects": rest("sobjects/"),
        "search": rest("search/"),
        "query": rest("query/"),
        "recent": rest("recent/"),
        "tooling_soap": soap("T"),
        "tooling_rest": rest("tooling/"),
        "profile": format!("{base}/{}", user.id),
        "feeds": rest("chatter/feeds"),
        "groups": rest("chatter/groups"),
        "users": rest("chatter/users"),
        "feed_items": rest("chatter/feed-items"),
        "feed_elements": rest("chatter/feed-elements"),
        "custom_domain": base,
    })
}

fn photos(site: &Site, call: &Call) -> Value {
    let base = site.addresses.endpoint(&call.org, call.host.as_ref(), call.peer.door);
    json!({"picture": format!("{base}/profilephoto/005/F"), "thumbnail": format!("{base}/profilephoto/005/T")})
}

fn nickname(user: &User) -> &str {
    user.spec.username.split('@').next().unwrap_or_default()
}
