//! A command that is run anew in every phase, and told in its environment which certificate to use.

use super::plan::Phase;
use super::rehearsal::{Finish, Played};
use super::{Args, Stage};
use crate::cli::beside::Session;
use crate::cli::child::{Signals, Told};

/// Plays all phases, unless a signal comes; an error says why the command, or a step, could not be played.
pub(super) async fn play(
    args: &Args,
    session: &mut Session,
    stage: &Stage,
    phases: &[Phase],
    signals: &mut Signals,
) -> Result<Played, String> {
    let output = args.verdict.output();
    let mut played = Played::default();
    for phase in phases {
        played.steps.push(stage.begin(phase)?);
        let mut env = stage.identities.env();
        env.extend(stage.identities.env_using(phase.client));
        env.insert("MOCKORG_PHASE".into(), phase.name().into());
        let finished = args.beside.run_with(session, &env, (output, Told::default()), signals).await;
        let ran = finished.ran.map_err(|error| error.to_string())?;
        // what is still on its way is of this phase; our own knocking shows no certificate and asks for nothing
        session.settle().await;
        played.commands.push(Finish { ended: ran.ended, stopped: false, took: finished.took });
        if ran.told || signals.waiting() {
            break;
        }
    }
    Ok(played)
}
