//! Faults: every effect with the parameters that it takes, struck at connections or requests that it can know.

use proptest::option::of;
use proptest::prelude::{Strategy, any, prop_oneof};
use proptest::sample::select;

use super::{Scene, client};

/// A fault without its name; numbers stand for what the scene has.
#[derive(Clone, Debug)]
pub(super) struct Blow {
    effect: &'static str,
    often: &'static str,
    door: Option<&'static str>,
    whom: Option<Whom>,
}

#[derive(Clone, Debug)]
enum Whom {
    Client(&'static str),
    Path(&'static str),
    User(usize),
}

pub(super) fn fault() -> impl Strategy<Value = Blow> + Clone {
    let whom = prop_oneof![
        any::<usize>().prop_map(Whom::User),
        client().prop_map(Whom::Client),
        select(&["/services/data/*", "*", "/services/oauth2/token"][..]).prop_map(Whom::Path),
    ];
    let door = of(select(&["standard", "mutual"][..]));
    let to_connection = (select(TO_A_CONNECTION), select(OFTEN), door.clone()).prop_map(|(effect, often, door)| Blow {
        effect,
        often,
        door,
        whom: None,
    });
    let to_request = (select(TO_A_REQUEST), select(OFTEN), door, of(whom))
        .prop_map(|(effect, often, door, whom)| Blow { effect, often, door, whom });
    prop_oneof![to_request, to_connection]
}

impl Blow {
    /// A key a line.
    pub(super) fn text(&self, scene: &Scene) -> String {
        let whom = self.whom.as_ref().map(|whom| match whom {
            Whom::Client(client) => format!("client = \"{client}\""),
            Whom::Path(path) => format!("path = \"{path}\""),
            Whom::User(user) => format!("user = \"{}\"", scene.user(*user)),
        });
        // the standard door knows no client
        let door = self.door.filter(|door| *door == "mutual" || !matches!(self.whom, Some(Whom::Client(_))));
        let door = door.map(|door| format!("door = \"{door}\""));
        let keys = [Some(format!("effect = {}", self.effect)), Some(self.often.to_owned()), door, whom];
        keys.into_iter().flatten().filter(|key| !key.is_empty()).collect::<Vec<_>>().join("\n")
    }
}

const OFTEN: &[&str] = &["", "times = 2", "nth = 3", "probability = 0.5", "probability = 0.25\ntimes = 1"];

const TO_A_CONNECTION: &[&str] = &[
    "\"reset\"",
    "\"alert\"",
    "\"alert\"\nalert = \"protocol_version\"",
    "\"hold-server-hello\"\nfor = \"20ms\"",
    "\"reset-in-handshake\"",
    "\"server-expired\"",
    "\"server-incomplete\"",
    "\"server-other-root\"",
    "\"server-wrong-name\"",
];

const TO_A_REQUEST: &[&str] = &[
    "\"unavailable\"",
    "\"unavailable\"\nretry-after = \"2s\"\nretry-after-form = \"either\"",
    "\"server-unavailable\"\nretry-after = \"1s\"",
    "\"request-limit-exceeded\"\nretry-after = \"1m\"\nretry-after-form = \"date\"",
    "\"end-session\"",
    "\"drop\"\nafter-bytes = 10",
    "\"slow-body\"\nfor = \"30ms\"",
];
