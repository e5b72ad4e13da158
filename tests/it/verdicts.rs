//! `pki::validate`: what holds, what does not and why, from when until when, and that no accident is let in.

mod accepted;
mod damage;
mod draft;
mod drawn;
mod orders;
mod outlook;
mod proposal;
mod refused;
mod remembered;
mod span;

use jiff::Timestamp;

use draft::{Case, Draft};

/// A chain with one thing done to it, and what the edge is to say.
type Row = (&'static str, fn(Draft) -> Case, &'static str);

/// Every row's verdict in one line; all that differ are shown at once.
#[track_caller]
fn check(rows: &[Row]) {
    let mut wrong = String::new();
    for (name, flaw, expected) in rows {
        let case = flaw(Draft::new());
        let said = summary_at(&case, case.now);
        if said != *expected {
            wrong += &format!("\n{name}\n  expected  {expected}\n  said      {said}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}\n");
}

/// `expired 1/2 CN=billing,O=Acme 10 alert 45`, further faults after a semicolon.
fn summary_at(case: &Case, now: Timestamp) -> String {
    let verdict = case.verdict_at(now);
    if verdict.holds() {
        let path: Vec<&str> = verdict.path.iter().map(|certificate| certificate.common_name()).collect();
        return format!("holds: {}", path.join(" < "));
    }
    let lines = verdict.faults.iter().map(|fault| {
        let position = fault.position.map_or("root".to_owned(), |at| format!("{at}/{}", fault.sent));
        let subject = fault.subject.split(',').next().unwrap_or_default();
        let (_, alert) = mockorg::pki::rejection::alert(fault.openssl);
        format!("{} {position} {subject} {} alert {alert}", fault.rejection.code(), fault.openssl)
    });
    lines.collect::<Vec<_>>().join("; ")
}
