//! The timer of the film: waits until the next step's moment on a clock that runs by itself. Playing is `controls`'.

use std::time::Duration;

use crate::controls::Controls;
use crate::tls::Stop;

/// A machine that sleeps does not count its timers on: so often at least the clock is looked at.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Plays each step when its moment comes, until the org is to stop.
pub(super) async fn watch_the_clock(controls: Controls, mut stop: Stop) {
    loop {
        let moment = async {
            match controls.next_step_in() {
                Some(time) => tokio::time::sleep(time.min(LONGEST_WAIT)).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = moment => {}
            () = controls.film_changed() => continue,
            () = stop.requested() => return,
        }
        let org = controls.clone();
        // a verb may make an RSA key, or wait for a disk; its panic is the journal's to be missed in, not the timer's
        let _ = tokio::task::spawn_blocking(move || org.play_due_in_turn()).await;
    }
}
