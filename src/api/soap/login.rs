//! SOAP `login`: 31.0 to 64.0, and only where the org still allows it.

use super::{Envelope, Flavour, envelope, user_info};
use crate::api::call::Call;
use crate::api::login::{Attempt, Opened, by_password, turned_away};
use crate::api::reject::Reject;
use crate::api::reply::Reply;
use crate::api::version::Version;
use crate::api::{Note, Site, chaos};
use crate::data::Id;
use crate::org::{Action, CredentialRefusal, User};
use crate::scenario::Permission;
use crate::scenario::switches::SoapLogin;

pub(super) fn answer(
    site: &Site,
    call: &Call,
    note: &mut Note,
    flavour: Flavour,
    version: Version,
    envelope: &Envelope,
) -> Result<Reply, Reject> {
    let username = envelope.argument("username").unwrap_or_default().trim();
    if let Some((refusal, found)) = elsewhere(call, envelope) {
        // it belongs into another org's login history, if into any
        (note.action, note.decision) = (Some(Action::Login.name()), Some("refused"));
        let rule = "LoginScopeHeader says where the user is looked for";
        let cure = format!("{}; see docs/refusals.md#{}", refusal.cure(), refusal.anchor());
        let reject = Reject::credentials(refusal).because(rule, refusal.expected(), found, &cure);
        return Err(turned_away(site, call, "soap", username, reject));
    }
    let attempt = Attempt {
        flow: "soap",
        action: Action::Login,
        username: username.to_owned(),
        application: envelope.client.clone().unwrap_or_else(|| "N/A".to_owned()),
        api: Some((flavour.api_type(), version.number())),
        app: None,
    };
    let opened = attempt.decide(site, call, note, || {
        is_available(call, version)?;
        let user = by_password(call, username, envelope.argument("password").unwrap_or_default())?;
        may_log_in_so(call, &user)?;
        Ok(user)
    })?;
    Ok(envelope::response(flavour.namespace(), "", &result(site, call, note, flavour, version, &opened)))
}

/// Whether `LoginScopeHeader` means somebody whom this org does not know: of another org, or of a portal.
fn elsewhere<'a>(call: &Call, envelope: &'a Envelope) -> Option<(CredentialRefusal, &'a str)> {
    match (&envelope.organization, &envelope.portal) {
        (Some(id), _) if Id::parse(id.trim()).as_ref() != Some(&call.org.id) => Some((CredentialRefusal::OtherOrg, id)),
        (_, Some(portal)) => Some((CredentialRefusal::Portal, portal)),
        _ => None,
    }
}

fn is_available(call: &Call, version: Version) -> Result<(), Reject> {
    if !version.has_soap_login() {
        let message = format!(
            "The SOAP Login operation is not available in the API version specified ({}). Refer to the documentation \
             for supported versions.",
            version.number()
        );
        let cure = "log in with OAuth (client credentials or JWT bearer), or set the client's API version to 64.0 or \
                    less; see docs/refusals.md#soap-login";
        let reject = Reject::said(500, "INVALID_OPERATION", message);
        return Err(reject.because("SOAP login ends with API 64.0", "31.0 to 64.0", &version.number(), cure));
    }
    if call.org.switches.soap_login == SoapLogin::Disabled {
        let message = "SOAP API login() is disabled by default in this org. Contact the org administrator to enable \
                       SOAP API login().";
        let found = "org.soap-login = \"disabled\", as orgs made since Winter '26 have it";
        let cure = "log in with OAuth (client credentials or JWT bearer), or have it turned on in Setup; here, \
                    org.soap-login = \"enabled\"; see docs/refusals.md#soap-login";
        let reject = Reject::said(500, "INVALID_OPERATION", message);
        return Err(reject.because("SOAP login must be enabled in the org", "an org with SOAP login", found, cure));
    }
    Ok(())
}

/// Whether the user may use `login()`, where that takes a permission. Asked once the password was right, so that nobody
/// learns of a user by it.
fn may_log_in_so(call: &Call, user: &User) -> Result<(), Reject> {
    if call.org.switches.soap_login != SoapLogin::WithPermission || user.may(Permission::UseAnyApiAuth) {
        return Ok(());
    }
    let message = "SOAP API login() needs the permission \"Use Any API Auth\"".to_owned();
    let found = format!("{} without it; org.soap-login = \"with-permission\"", user.spec.username);
    let cure = "log in with OAuth (client credentials or JWT bearer), or grant use-any-api-auth; see \
                docs/refusals.md#soap-login";
    let reject = Reject::said(500, "INSUFFICIENT_ACCESS", message);
    Err(reject.because("SOAP login is for users with \"Use Any API Auth\"", "the permission", &found, cure))
}

/// In the order of the WSDL: generated clients are strict about it.
fn result(site: &Site, call: &Call, note: &mut Note, flavour: Flavour, version: Version, opened: &Opened) -> String {
    let base = chaos::endpoint(site, call, note);
    let url = |letter: char| format!("{base}/services/Soap/{letter}/{}/{}", version.number(), call.org.id.short());
    let user = opened.grant.user();
    format!(
        "<loginResponse><result><metadataServerUrl>{}</metadataServerUrl><passwordExpired>{}</passwordExpired>\
         <sandbox>false</sandbox><serverUrl>{}</serverUrl><sessionId>{}</sessionId><userId>{}</userId>\
         <userInfo>{}</userInfo></result></loginResponse>",
        url('m'),
        user.spec.password_expired,
        url(flavour.letter()),
        opened.session.token,
        user.id,
        user_info::xml(&call.org, &opened.grant),
    )
}
