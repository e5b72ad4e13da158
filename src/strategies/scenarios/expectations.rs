//! Expectations: counted, never, every. Whether a run fulfils them is not asked here.

use proptest::option::of;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::select;

use super::{Scene, client};

/// An expectation without its name; numbers stand for what the scene has.
#[derive(Clone, Debug)]
pub(super) struct Hope {
    of: Of,
    after: Option<Events>,
    before: Option<Events>,
}

#[derive(Clone, Debug)]
enum Of {
    Counted(Events, &'static str),
    Every(Events, &'static str),
    Never(Events),
}

#[derive(Clone, Debug)]
enum Events {
    Client(&'static str, &'static str),
    Plain(&'static str),
    /// Of that step, or of any if there is none.
    Step(usize),
    User(usize),
}

pub(super) fn expectation() -> impl Strategy<Value = Hope> + Clone {
    let counts =
        select(&["", "exactly = 2", "at-least = 1\nat-most = 3", "at-most = 1", "at-least = 2\napart = \"500ms\""][..]);
    let requests = prop_oneof![
        any::<usize>().prop_map(Events::User),
        select(&["kind = \"request\"", "path = \"/services/data/*\"", "method = \"GET\""][..]).prop_map(Events::Plain),
    ];
    let has = select(
        &["status = 200", "door = \"mutual\"", "outcome = \"granted\"", "sent = \"chain\"", "status = \"2xx\""][..],
    );
    let of_what = prop_oneof![
        (events(), counts).prop_map(|(events, count)| Of::Counted(events, count)),
        events().prop_map(Of::Never),
        (requests, has).prop_map(|(events, has)| Of::Every(events, has)),
    ];
    (of_what, of(events()), of(events())).prop_map(|(of, after, before)| Hope { of, after, before })
}

fn events() -> impl Strategy<Value = Events> + Clone {
    let outcome = prop_oneof![Just("granted"), Just("refused")];
    prop_oneof![
        select(EVENTS).prop_map(Events::Plain),
        (client(), outcome).prop_map(|(client, outcome)| Events::Client(client, outcome)),
        any::<usize>().prop_map(Events::User),
        any::<usize>().prop_map(Events::Step),
    ]
}

impl Hope {
    /// A key a line.
    pub(super) fn text(&self, scene: &Scene) -> String {
        let mut keys = match &self.of {
            Of::Counted(events, count) => vec![format!("event = {}", events.text(scene)), (*count).to_owned()],
            Of::Every(events, has) => vec![format!("every = {}", events.text(scene)), format!("has = {{ {has} }}")],
            Of::Never(events) => vec![format!("never = {}", events.text(scene))],
        };
        keys.extend(self.after.iter().map(|events| format!("after = {}", events.text(scene))));
        keys.extend(self.before.iter().map(|events| format!("before = {}", events.text(scene))));
        keys.retain(|key| !key.is_empty());
        keys.join("\n")
    }
}

impl Events {
    fn text(&self, scene: &Scene) -> String {
        let keys = match self {
            Self::Client(client, outcome) => format!("client = \"{client}\", outcome = \"{outcome}\""),
            Self::Plain(keys) => (*keys).to_owned(),
            Self::Step(_) if scene.steps == 0 => "kind = \"step\"".into(),
            Self::Step(number) => format!("step = \"step {}\"", number % scene.steps),
            Self::User(user) => format!("kind = \"request\", user = \"{}\"", scene.user(*user)),
        };
        format!("{{ {keys} }}")
    }
}

const EVENTS: &[&str] = &[
    "kind = \"request\"",
    "kind = \"handshake\", rule = \"expired\"",
    "kind = \"handshake\", alert-sent = \"any\"",
    "kind = \"login\", flow = \"password\"",
    "status = \"5xx\"",
    "error = \"MUTUAL_AUTHENTICATION_FAILED\"",
    "certificate = \"renewed\"",
    "sent = \"none\", door = \"mutual\"",
    "mark = \"cut over\"",
    "kind = \"issue\"",
    "ending = \"left\"",
    "family = \"rest\", action = \"call\"",
];
