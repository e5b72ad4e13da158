//! Files that are handed out, made by the layer above that writes kits.

use std::collections::BTreeMap;
use std::fmt::Debug;

use warp::reply::Response;

use super::{AdminDoor, Request, answer};
use crate::api::reject::Reject;

/// Whoever writes kits. An error says why something cannot be made; a call may wait for an RSA key in the making.
pub trait Handouts: Debug + Send + Sync {
    /// The doors that there are, by name, and the URLs that lead to them.
    fn doors(&self) -> BTreeMap<&'static str, String>;

    /// The kit as a tar, its paths relative to it.
    fn kit(&self) -> Result<Vec<u8>, String>;

    /// What the org judges by, for `explain`: the kit's `edge.json`.
    fn edge(&self) -> Result<Vec<u8>, String>;

    /// A client's key, then what it sends, in PEM.
    fn client_pem(&self, client: &str) -> Result<String, String>;

    /// The same in PKCS#12, and the password that was made for it.
    fn client_p12(&self, client: &str) -> Result<(Vec<u8>, String), String>;
}

pub(super) fn kit(door: &AdminDoor, _: &Request) -> Result<Response, Reject> {
    let tar = door.handouts.kit().map_err(|cause| Reject::cannot_hand_out(&cause))?;
    Ok(answer::named(answer::file("application/x-tar", tar), "mockorg-kit.tar"))
}

pub(super) fn edge(door: &AdminDoor, _: &Request) -> Result<Response, Reject> {
    let edge = door.handouts.edge().map_err(|cause| Reject::cannot_hand_out(&cause))?;
    Ok(answer::file("application/json", edge))
}
