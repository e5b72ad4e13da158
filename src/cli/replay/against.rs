//! `--against`: another org's doors, and what its clients and users prove themselves with.

use std::path::PathBuf;
use std::sync::Arc;

use crate::pki::Certificate;
use crate::replay::fidelity::Withheld;
use crate::replay::{Against, CredentialsFile, Pace, Party, Player, Sources, USUAL_RATE};
use crate::scenario::Scenario;

/// Another org to play at.
#[derive(clap::Args, Debug)]
#[command(next_help_heading = "Another org")]
pub(in crate::cli) struct AgainstArgs {
    /// Play at the org of --standard and --mutual, and show what ours does beside every difference
    #[arg(long, requires_all = ["standard", "mutual"])]
    against: bool,

    /// Its standard door: https://HOST[:PORT]
    #[arg(long, value_name = "URL", requires = "against")]
    standard: Option<String>,

    /// Its mutual door, likewise
    #[arg(long, value_name = "URL", requires = "against")]
    mutual: Option<String>,

    /// File of identities and secrets for it; without one they are looked for in the environment (docs/replay.md)
    #[arg(long, value_name = "FILE", requires = "against")]
    credentials: Option<PathBuf>,

    /// Kit of another mockorg, with everything for its clients
    #[arg(long, value_name = "DIR", requires = "against")]
    kit: Option<PathBuf>,

    /// Certificates that its doors may chain to, besides the system's roots (PEM)
    #[arg(long, value_name = "FILE", requires = "against")]
    server_ca: Option<PathBuf>,

    /// Send exchanges that may change something there
    #[arg(long, requires = "against")]
    allow_writes: bool,

    /// Play at an org that is, or may be, in production
    #[arg(long, requires = "against")]
    production: bool,

    /// Exchanges a second, at most
    #[arg(long, value_name = "N", requires = "against", default_value_t = USUAL_RATE, value_parser = clap::value_parser!(u32).range(1..=100))]
    rate: u32,
}

/// The other org, and where what it asks for is to be found.
pub(in crate::cli) struct Other {
    against: Against,
    sources: Sources,
    pace: Arc<Pace>,
}

impl AgainstArgs {
    /// The other org, if there is one; within a runtime.
    pub(in crate::cli) fn other(&self) -> Result<Option<Other>, String> {
        let (true, Some(standard), Some(mutual)) = (self.against, &self.standard, &self.mutual) else {
            return Ok(None);
        };
        let kit = self.kit.as_deref().map(Sources::read_kit).transpose()?;
        let in_kit = kit.as_ref().map(|(kit, folder)| folder.join(&kit.server_ca));
        let mut roots = Vec::new();
        for path in self.server_ca.iter().chain(&in_kit) {
            let pem = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
            let found = Certificate::from_pem(&pem).map_err(|error| format!("{}: {error}", path.display()))?;
            roots.extend(found.iter().map(|root| root.x509().to_owned()));
        }
        let against = Against::new(standard, mutual, roots, self.production)?.allow_writes(self.allow_writes);
        let file = self.credentials.as_deref().map(CredentialsFile::read).transpose()?;
        let environment = Box::new(|name: &str| std::env::var(name).ok().filter(|value| !value.is_empty()));
        let sources = Sources { file, environment, kit };
        Ok(Some(Other { against, sources, pace: Arc::new(Pace::new(self.rate)) }))
    }
}

impl Other {
    /// Who plays a scenario there, if it may be played and nothing is missing for it.
    pub(in crate::cli) fn player(&self, scenario: &Scenario) -> Result<Player, String> {
        self.against.check(scenario)?;
        let given = self.sources.gather(scenario).map_err(|missing| {
            let lines = missing.iter().map(|line| format!("\n  {line}"));
            format!("missing for the other org, and where it is looked for:{}", lines.collect::<String>())
        })?;
        Ok(Player::new(Party::other(&self.against, given)).pace(self.pace.clone()))
    }

    /// Who plays the probes of a scenario there, and what must be left out, each with the reason.
    pub(in crate::cli) fn prober(&self, scenario: &Scenario) -> Result<(Player, Withheld), String> {
        let (mut withheld, mut rest) = (Withheld::new(), scenario.clone());
        rest.exchanges.retain(|exchange| {
            let alone = Scenario { exchanges: vec![exchange.clone()], ..scenario.clone() };
            let why = match (self.against.check(&alone), self.sources.gather(&alone)) {
                (Err(why), _) => why,
                (_, Err(missing)) => missing.join("; "),
                (Ok(()), Ok(_)) => return true,
            };
            withheld.insert(exchange.line.0, why);
            false
        });
        let given = self.sources.gather(&rest).map_err(|missing| missing.join("; "))?;
        Ok((Player::new(Party::other(&self.against, given)).pace(self.pace.clone()), withheld))
    }
}
