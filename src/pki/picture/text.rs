//! A picture as lines of text: words and bars, and a tone for whoever has colours.

use super::{Node, Picture, Role};

/// A piece of a line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Span {
    /// How it is meant.
    pub tone: Tone,
    /// Without control characters.
    pub text: String,
}

/// How a piece of a line is meant.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Tone {
    /// Beside the point.
    Faint,
    /// What is wrong.
    Faulty,
    /// A title.
    Heading,
    /// The rest.
    Plain,
}

impl Picture {
    /// The drawing, line by line.
    pub fn lines(&self) -> Vec<Vec<Span>> {
        let mut lines = vec![vec![span(Tone::Heading, "as sent")]];
        for node in &self.sent {
            let mut line = vec![span(Tone::Plain, format!("{:>3}  {}", mark(node), node.subject))];
            match &node.role {
                Role::Unused => line.push(span(Tone::Faint, ", not part of the chain")),
                Role::Root(_) => line.push(span(Tone::Faint, ", a root")),
                _ => {}
            }
            line.extend(fault(node));
            lines.push(line);
            lines.extend(node.facts.iter().map(|fact| vec![span(Tone::Faint, format!("     {fact}"))]));
        }
        lines.push(vec![span(Tone::Heading, "as built")]);
        for (place, node) in self.built.iter().enumerate() {
            let tone = if matches!(node.role, Role::Missing(_)) { Tone::Faulty } else { Tone::Plain };
            let mut line = vec![span(tone, format!("{:>3}  {}", mark(node), node.subject))];
            match &node.role {
                Role::Missing(how) => line.push(span(Tone::Faulty, format!(", {how}"))),
                Role::Root(listed) => line.push(span(Tone::Faint, format!(", root, listed in {listed}"))),
                _ => {}
            }
            line.extend(fault(node));
            lines.push(line);
            lines.extend(node.facts.iter().map(|fact| vec![span(Tone::Faint, format!("     {fact}"))]));
            if place + 1 < self.built.len() {
                let (tone, bar) = if node.broken { (Tone::Faulty, "╳") } else { (Tone::Faint, "│") };
                lines.push(vec![span(tone, format!("  {bar}"))]);
            }
        }
        lines
    }
}

/// A position, `+` for a root that is listed and was not sent, `?` for what is missing.
fn mark(node: &Node) -> String {
    match (node.position, &node.role) {
        (Some(position), _) => position.to_string(),
        (None, Role::Root(_)) => "+".into(),
        (None, _) => "?".into(),
    }
}

fn fault(node: &Node) -> Option<Span> {
    let faults = node.faults.join("; ");
    (!faults.is_empty()).then(|| span(Tone::Faulty, format!("  ◀ {faults}")))
}

fn span(tone: Tone, text: impl Into<String>) -> Span {
    Span { tone, text: text.into() }
}
