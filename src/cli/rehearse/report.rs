//! A rehearsal as JSON; docs/rehearse.md has every key.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use super::culprit::Culprit;
use super::plan::Which;
use super::rehearsal::{Described, Overlap, Rehearsal, Scene};
use super::tally::Window;
use crate::doctor::Ended;
use crate::journal::{Event, Explanation};

/// `--report` and `--json`
#[derive(Serialize)]
struct Report<'a> {
    version: u32,
    holds: bool,
    scenario: &'a str,
    command: &'a [String],
    seed: u64,
    continuous: bool,
    old: &'a Described,
    new: &'a Described,
    phases: Vec<PhaseEntry<'a>>,
    not_played: Vec<&'static str>,
    failed: Failed,
    overlap: Overlap,
    overlap_org_ms: i128,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<Ended>,
    #[serde(skip_serializing_if = "Option::is_none")]
    culprit: Option<Culprit>,
}

#[derive(Serialize)]
struct PhaseEntry<'a> {
    phase: &'static str,
    holds: bool,
    client: Which,
    uploaded: Vec<Which>,
    began: Timestamp,
    granted_by_old: u64,
    granted_by_new: u64,
    granted_by_other: u64,
    granted_without_need: u64,
    refused: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<Ended>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_ms: Option<u128>,
    #[serde(skip_serializing_if = "Option::is_none")]
    upload_refused: Option<&'a Explanation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    chain: Option<&'a Explanation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_refused: Option<&'a Arc<Event>>,
}

#[derive(Serialize)]
struct Failed {
    org_ms: i128,
    wall_ms: i128,
    windows: Vec<WindowEntry>,
}

#[derive(Serialize)]
struct WindowEntry {
    from: Timestamp,
    until: Timestamp,
    from_phase: &'static str,
    until_phase: &'static str,
    org_ms: i128,
    wall_ms: i128,
    recovered: bool,
}

pub(super) fn json(rehearsal: &Rehearsal) -> Result<String, serde_json::Error> {
    let (org, wall) = rehearsal.failed_for();
    let continuous = rehearsal.played.continuous;
    let report = Report {
        version: 1,
        holds: rehearsal.holds(),
        scenario: &rehearsal.scenario,
        command: &rehearsal.command,
        seed: rehearsal.seed,
        continuous,
        old: &rehearsal.old,
        new: &rehearsal.new,
        phases: rehearsal.scenes().map(|scene| phase(&scene, continuous)).collect(),
        not_played: rehearsal.unplayed().iter().map(super::plan::Phase::name).collect(),
        failed: Failed {
            org_ms: org.as_millis(),
            wall_ms: wall.as_millis(),
            windows: rehearsal.windows.iter().map(|one| window(rehearsal, one)).collect(),
        },
        overlap: rehearsal.overlap(),
        overlap_org_ms: rehearsal.overlapped().as_millis(),
        ended: rehearsal.played.commands.last().filter(|_| continuous).map(|command| command.ended),
        culprit: Culprit::of(rehearsal),
    };
    serde_json::to_string_pretty(&report).map(|json| json + "\n")
}

fn phase<'a>(scene: &Scene<'a>, continuous: bool) -> PhaseEntry<'a> {
    let command = scene.command.filter(|_| !continuous);
    let uploaded = [(scene.phase.old, Which::Old), (scene.phase.new, Which::New)];
    PhaseEntry {
        phase: scene.phase.name(),
        holds: scene.well(),
        client: scene.phase.client,
        uploaded: uploaded.into_iter().filter(|(is, _)| *is).map(|(_, which)| which).collect(),
        began: scene.acted.began.0,
        granted_by_old: scene.calls.by_old,
        granted_by_new: scene.calls.by_new,
        granted_by_other: scene.calls.by_other,
        granted_without_need: scene.calls.free,
        refused: scene.calls.refused,
        ended: command.map(|command| command.ended),
        duration_ms: command.map(|command| command.took.as_millis()),
        upload_refused: scene.acted.refused.as_ref(),
        chain: scene.acted.chain.as_ref(),
        first_refused: scene.calls.first_refused.as_ref().map(|refused| &refused.event),
    }
}

fn window(rehearsal: &Rehearsal, window: &Window) -> WindowEntry {
    let name = |at: usize| rehearsal.phases.get(at).map_or("", super::plan::Phase::name);
    WindowEntry {
        from: window.from.0,
        until: window.until.0,
        from_phase: name(window.phases.0),
        until_phase: name(window.phases.1),
        org_ms: window.org().as_millis(),
        wall_ms: window.wall().as_millis(),
        recovered: window.recovered,
    }
}
