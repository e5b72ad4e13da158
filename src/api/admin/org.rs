//! `/v1/org`: the state at a glance, without a secret; `/v1/reset`: back to the scenario as it was loaded.

use serde_json::{Value, json};
use warp::reply::Response;

use super::{AdminDoor, Request, answer};
use crate::api::reject::Reject;
use crate::journal::event::SentCertificate;
use crate::org::{Org, User};
use crate::scenario::CrlPublication;

pub(super) fn show(door: &AdminDoor, _: &Request) -> Result<Response, Reject> {
    let controls = &door.controls;
    let (snapshot, clock) = (controls.snapshot(), controls.clock());
    let (org, edge) = (&snapshot.org, &snapshot.edge);
    let scenario = controls.scenario().source.as_ref().map(|path| path.display().to_string());
    let app = |app: &std::sync::Arc<crate::org::App>| json!({"name": app.spec.name, "client_id": app.spec.client_id});
    let mut glance = json!({
        "id": org.id.as_str(),
        "name": org.name,
        "my_domain": org.my_domain,
        "version": env!("CARGO_PKG_VERSION"),
        "seed": controls.seed().number(),
        "org_time": clock.org_now(),
        "wall_time": clock.wall_now(),
        "doors": door.handouts.doors(),
        "names": door.addresses.names(),
        "users": org.users.iter().map(|one| user(org, one)).collect::<Vec<_>>(),
        "clients": clients(door, &edge.names),
        "cas": cas(door),
        "connected_apps": org.apps.iter().map(app).collect::<Vec<_>>(),
        "certificates": org.uploads.iter().map(|upload| &upload.label).collect::<Vec<_>>(),
        "roots": edge.trust.anchors().count(),
        "events": controls.journal().last_seq(),
        "switches": controls.switches(),
    });
    if let (Some(scenario), Value::Object(keys)) = (scenario, &mut glance) {
        keys.insert("scenario".into(), scenario.into());
    }
    Ok(answer::ok(&glance))
}

/// A user without the password.
pub(super) fn user(org: &Org, user: &User) -> Value {
    let permissions: Vec<_> = user.permissions.iter().map(|permission| permission.name()).collect();
    json!({
        "username": user.spec.username,
        "active": user.spec.active,
        "locked": user.spec.locked,
        "enforced": org.enforces(user),
        "permissions": permissions,
    })
}

type Names = std::collections::HashMap<[u8; 32], std::sync::Arc<str>>;

fn clients(door: &AdminDoor, names: &Names) -> Vec<Value> {
    let identities = door.controls.identities();
    let clients = identities.clients().iter().map(|client| {
        let mut shown = json!({
            "name": client.name,
            "revoked": identities.is_revoked(client),
            "certificate": SentCertificate::new(&client.leaf, names),
        });
        if let (Some(issuer), Value::Object(keys)) = (identities.issuer(client), &mut shown) {
            keys.insert("issuer".into(), issuer.name.as_str().into());
        }
        shown
    });
    clients.collect()
}

fn cas(door: &AdminDoor) -> Vec<Value> {
    let identities = door.controls.identities();
    let cas = identities.authorities().iter().map(|ca| {
        let crl = match identities.keeper(ca).publication {
            CrlPublication::None => "none",
            CrlPublication::Published => "published",
            CrlPublication::Withheld => "withheld",
        };
        let (subject, until) = (ca.certificate.subject(), ca.certificate.not_after());
        let revoked = identities.is_revoked_ca(ca);
        json!({"name": ca.name, "subject": subject, "not_after": until, "revoked": revoked, "crl": crl})
    });
    cas.collect()
}

pub(super) fn reset(door: &AdminDoor, request: &Request) -> Result<Response, Reject> {
    request.nothing()?;
    door.controls.reset()?;
    Ok(answer::nothing())
}
