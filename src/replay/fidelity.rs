//! The fidelity report: plays the built-in probes at an org, and says line by line of docs/fidelity.md which way it has them.
//! What a probe's outcomes say is decided in `exchange`.

use std::collections::HashMap;
use std::path::Path;

use super::{Party, Player};
use crate::exchange::{Captures, Outcomes, differences};
use crate::scenario::exchange::{Act, Reference};
use crate::scenario::{Diagnostics, ExchangeSpec, Scenario};
use crate::simulator::{Simulator, StartError};

mod hidden;
mod report;
pub mod sheet;

pub use report::{Line, Report, Side, Verdict};

use hidden::Hidden;

/// The probe files that are built in: their names and texts.
pub const FILES: [(&str, &str); 4] = [
    ("beyond.toml", include_str!("../../scenarios/fidelity/beyond.toml")),
    ("doors.toml", include_str!("../../scenarios/fidelity/doors.toml")),
    ("edge.toml", include_str!("../../scenarios/fidelity/edge.toml")),
    ("org.toml", include_str!("../../scenarios/fidelity/org.toml")),
];

/// Why an exchange must not be sent, by the line where it stands.
pub type Withheld = HashMap<usize, String>;

/// What came of a file's exchanges at one org.
#[derive(Debug)]
pub struct Column {
    outcomes: Outcomes,
    captures: Captures,
    hidden: Hidden,
    /// Exchanges that did not come out as their file says of an org of ours.
    unexpected: Vec<String>,
}

/// The built-in probe files, read.
///
/// # Errors
/// One of them is wrong.
pub fn scenarios() -> Result<Vec<Scenario>, Diagnostics> {
    FILES.iter().map(|(name, text)| Scenario::from_text(text, name, Path::new("."))).collect()
}

/// Plays a file at an org of ours, started for it.
///
/// # Errors
/// It does not start.
pub async fn ours(simulator: Simulator, scenario: &Scenario) -> Result<Column, StartError> {
    let org = simulator.run(scenario.clone()).await?;
    let mut player = Player::new(Party::own(&org, scenario));
    let column = play(&mut player, scenario, &Withheld::new(), || ()).await;
    org.stop().await;
    Ok(column)
}

/// Plays a file's exchanges, in order, but for those that are withheld.
pub async fn play(player: &mut Player, scenario: &Scenario, withheld: &Withheld, after_each: impl Fn()) -> Column {
    let (mut outcomes, mut unexpected) = (Outcomes::new(), Vec::new());
    for exchange in &scenario.exchanges {
        let why = withheld.get(&exchange.line.0).cloned().or_else(|| lacks_its_login(exchange, &outcomes));
        let outcome = match why {
            Some(why) => Err(why),
            None => player.outcome(exchange).await,
        };
        match &outcome {
            Ok(outcome) => {
                let differing = differences(&exchange.expect, player.captures(), outcome);
                unexpected.extend(differing.first().map(|first| {
                    format!("{}: {}: expected {}, found {}", exchange.title(), first.what, first.expected, first.found)
                }));
            }
            Err(why) => unexpected.push(format!("{}: {why}", exchange.title())),
        }
        if let Some(name) = &exchange.name {
            outcomes.insert(name.clone(), outcome);
        }
        after_each();
    }
    let hidden = Hidden::of(player);
    Column { outcomes, captures: player.captures().clone(), hidden, unexpected }
}

/// Why there is no session for an exchange that needs one, nearer to the cause than that nothing was captured.
fn lacks_its_login(exchange: &ExchangeSpec, outcomes: &Outcomes) -> Option<String> {
    let session: Option<&Reference> = match &exchange.action {
        Act::Login(_) => None,
        Act::Request(request) => request.session.as_ref(),
        Act::Soap(soap) => soap.session.as_ref(),
    };
    outcomes.get(&session?.exchange)?.as_ref().err().cloned()
}
