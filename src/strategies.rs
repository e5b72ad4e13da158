//! Strategies for [proptest](https://docs.rs/proptest): client chains, orgs that such clients come to, scenarios with steps.
//! They shrink to the plainest. What is right is not said here: `pki::validate` and `org::authorize` say it.

mod clients;
mod orgs;
mod scenarios;

pub use clients::{
    MOST_ISSUERS, any_client, client_with_one_flaw, client_with_two_flaws, leaf_that_any_client_can_offer, sound_client,
};
pub use orgs::{Enforced, Founded, OrgShape, Refused, Unfit, UserShape, any_org, any_upload, any_user};
pub use scenarios::{ScenarioText, any_scenario};
