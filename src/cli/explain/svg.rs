//! A picture as SVG: two columns, as sent and as built, the faulty link in red.

use maud::{Markup, html};

use crate::pki::picture::{Node, Picture, Role};

/// The whole file.
pub(super) fn svg(picture: &Picture, title: &str) -> String {
    let longest = picture.sent.len().max(picture.built.len());
    let (width, height) = (2 * COLUMN, TOP + longest * STEP);
    let drawn = html! {
        svg xmlns="http://www.w3.org/2000/svg" width=(width) height=(height) viewBox={ "0 0 " (width) " " (height) }
            font-family="sans-serif" font-size="13" role="img" {
            title { (plain(title)) }
            rect width="100%" height="100%" fill="white" {}
            (column(&picture.sent, "as sent", 0, false))
            (column(&picture.built, "as built", COLUMN, true))
        }
    };
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}\n", drawn.into_string())
}

fn column(nodes: &[Node], title: &str, left: usize, linked: bool) -> Markup {
    html! {
        text x=(left + MARGIN) y="28" font-weight="bold" { (title) }
        @for (place, node) in nodes.iter().enumerate() {
            @let top = TOP + place * STEP;
            (boxed(node, left, top))
            @if linked && place + 1 < nodes.len() { (link(node, left, top)) }
        }
    }
}

fn boxed(node: &Node, left: usize, top: usize) -> Markup {
    let faulty = !node.faults.is_empty() || matches!(node.role, Role::Missing(_));
    let stroke = if faulty { RED } else { BLACK };
    let fill = if matches!(node.role, Role::Root(_)) { "#f2f2f2" } else { "white" };
    let dashes = match node.role {
        Role::Missing(_) | Role::Unused => "6 4",
        _ => "none",
    };
    let position = node.position.map_or_else(String::new, |position| format!("{position}  "));
    let mut below: Vec<String> = node.facts.clone();
    match &node.role {
        Role::Missing(how) => below.insert(0, (*how).into()),
        Role::Root(listed) if !listed.is_empty() => below.insert(0, format!("root, listed in {listed}")),
        Role::Unused => below.insert(0, "not part of the chain".into()),
        _ => {}
    }
    let faults = node.faults.join("; ");
    html! {
        rect x=(left + MARGIN) y=(top) width=(COLUMN - 2 * MARGIN) height=(BOX) rx="4" fill=(fill) stroke=(stroke)
            stroke-dasharray=(dashes) {}
        text x=(left + 2 * MARGIN) y=(top + 20) { (position) (shortened(&node.subject)) }
        @for (line, fact) in below.iter().take(2).enumerate() {
            text x=(left + 2 * MARGIN) y=(top + 37 + 15 * line) font-size="11" fill="#555555" { (shortened(fact)) }
        }
        @if !faults.is_empty() {
            text x=(left + 2 * MARGIN) y=(top + 67) font-size="11" fill=(RED) { (shortened(&faults)) }
        }
    }
}

fn link(node: &Node, left: usize, top: usize) -> Markup {
    let (middle, from, until) = (left + COLUMN / 2, top + BOX, top + STEP);
    let (stroke, dashes) = if node.broken { (RED, "4 4") } else { (BLACK, "none") };
    let at = usize::midpoint(from, until);
    html! {
        line x1=(middle) y1=(from) x2=(middle) y2=(until) stroke=(stroke) stroke-width="2" stroke-dasharray=(dashes) {}
        @if node.broken {
            path d={ "M" (middle - 6) " " (at - 6) " l12 12 m0 -12 l-12 12" } stroke=(RED) stroke-width="3" {}
        }
    }
}

/// What fits into a box.
fn shortened(text: &str) -> String {
    let text = plain(text);
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// XML has no room for a few characters, escaped or not.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') { '\u{fffd}' } else { c }).collect()
}

const COLUMN: usize = 460;
const MARGIN: usize = 14;
const TOP: usize = 44;
const STEP: usize = 110;
const BOX: usize = 76;
const LONGEST: usize = 60;
const RED: &str = "#c00000";
const BLACK: &str = "#333333";
