//! A story for people: the drawing, the verdict, what is to come, what to send instead; colour only on a terminal.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use super::story::Story;
use crate::journal::Explanation;
use crate::journal::line::harmless;
use crate::pki::outlook::{Break, Part};
use crate::pki::picture::{Span, Tone};
use crate::pki::proposal::{Piece, Proposal, Wanted};

impl Story<'_> {
    /// The whole of it; colours are taken out again where nobody sees them.
    pub(super) fn text(&self) -> String {
        let mut drawn: String = self.picture.lines().iter().map(|line| coloured(line) + "\n").collect();
        for line in self.words().lines() {
            // a title is painted by us; nothing else may bring an escape
            let title = TITLES.contains(&line);
            _ = writeln!(drawn, "{}", if title { painted(Tone::Heading, line) } else { harmless(line) });
        }
        drawn
    }

    fn words(&self) -> String {
        let mut out = String::new();
        match self.explanation() {
            None => {
                _ = writeln!(out, "the chain holds at {}", self.now);
                self.outlook_of_one_that_holds(&mut out);
            }
            Some(explanation) => {
                _ = writeln!(out, "{explanation}");
                for also in &self.verdict.faults[1..] {
                    let explanation = Explanation::of_fault(also, None);
                    _ = writeln!(out, "also {}", explanation.headline.trim_start_matches("refused: "));
                }
                if let Some(from) = self.outlook.holds_from {
                    _ = writeln!(out, "it would hold from {from}, if nothing else changes");
                }
            }
        }
        self.instead(&mut out);
        if self.verdict.holds() {
            _ = writeln!(out, "{}", self.org_says());
        }
        for warning in &self.warnings {
            _ = writeln!(out, "note: {warning}");
        }
        out
    }

    fn outlook_of_one_that_holds(&self, out: &mut String) {
        let Some(breaks) = &self.outlook.breaks else {
            _ = writeln!(out, "nothing that it rests on has an end");
            return;
        };
        _ = writeln!(out, "it breaks next after {}: {}", breaks.until, ended(breaks));
        if let Some(otherwise) = &self.outlook.breaks_otherwise {
            _ = writeln!(out, "with every CRL renewed in time, after {}: {}", otherwise.until, ended(otherwise));
        }
        for end in &self.outlook.ends {
            _ = writeln!(out, "  {}  {:<11}  {}", end.until, end.what.name(), end.subject);
        }
    }

    fn instead(&self, out: &mut String) {
        for usage in &self.usages {
            let which = usage.position.map_or_else(|| "the root".into(), |position| format!("certificate {position}"));
            let (subject, wanted, oid, found) = (&usage.subject, usage.wanted, &usage.oid, &usage.found);
            _ = writeln!(out, "{which}, {subject}, needs the extended key usage {wanted} ({oid}); it has {found}");
        }
        let Some(proposal) = &self.proposal else { return };
        _ = writeln!(out, "{}", TITLES[usize::from(self.verdict.holds())]);
        for (place, piece) in proposal.send.iter().enumerate() {
            let (told, facts) = self.where_from(piece);
            _ = writeln!(out, "{:>3}  {}, {told}", place + 1, piece.subject());
            facts.iter().for_each(|fact| _ = writeln!(out, "     {fact}"));
        }
        _ = writeln!(out, "{}", self.worth(proposal));
    }

    /// Where to take it from, and how to know it.
    fn where_from(&self, piece: &Piece) -> (String, Vec<String>) {
        match piece {
            Piece::Sent(position, _) => (format!("certificate {position} of what is sent"), Vec::new()),
            Piece::Missing(certificate) => {
                let file = self.ground.file_of(certificate).map(|file| format!(", in {file}")).unwrap_or_default();
                let serial = format!("serial {}", certificate.serial());
                let facts = [serial].into_iter().chain(certificate.key_identifier().map(identified));
                (format!("missing{file}"), facts.collect())
            }
            Piece::Unknown(Wanted { key_identifier, urls, .. }) => {
                let published = (!urls.is_empty()).then(|| format!("published at {}", urls.join(", ")));
                let facts = key_identifier.clone().map(identified).into_iter().chain(published);
                ("missing, and not known here".into(), facts.collect())
            }
        }
    }

    fn worth(&self, proposal: &Proposal) -> String {
        let unknown = proposal.send.iter().any(|piece| matches!(piece, Piece::Unknown(_)));
        match proposal.faults.first() {
            None => "that holds".into(),
            Some(_) if unknown => "whether that holds cannot be said without it".into(),
            Some(fault) => {
                let what = Explanation::of_fault(fault, None).headline;
                format!("that would still be refused: {}", what.trim_start_matches("refused: "))
            }
        }
    }
}

/// Above a proposal: for a chain that does not hold, and for one that does.
const TITLES: [&str; 2] = ["send instead", "it is enough to send"];

fn identified(id: String) -> String {
    format!("key identifier {id}")
}

fn ended(breaks: &Break) -> String {
    let subject = &breaks.subject;
    match (breaks.what, breaks.position) {
        (Part::Crl, _) => format!("the CRL of {subject} goes out of date"),
        (_, Some(position)) => format!("certificate {position}, {subject}, {}", breaks.rejection.headline()),
        (what, None) => format!("the {}, {subject}, {}", what.name(), breaks.rejection.headline()),
    }
}

fn coloured(line: &[Span]) -> String {
    line.iter().map(|span| painted(span.tone, &span.text)).collect()
}

fn painted(tone: Tone, text: &str) -> String {
    let style = match tone {
        Tone::Faint => Style::new().dimmed(),
        Tone::Faulty => AnsiColor::Red.on_default(),
        Tone::Heading => Style::new().bold(),
        Tone::Plain => Style::new(),
    };
    format!("{style}{}{style:#}", harmless(text))
}
