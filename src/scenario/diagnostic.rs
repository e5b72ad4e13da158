//! What is wrong with a scenario file, where, and what was meant. Finding mistakes is [`load`](super::load)'s.

use std::error::Error;
use std::fmt::{self, Display, Formatter};
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

/// One mistake. Its text is `file:line:column: sentence`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Diagnostic {
    /// The file, as it was named.
    pub file: String,
    /// Where in it; `None` for a file that could not be read.
    pub place: Option<Place>,
    /// What was found and what was meant, in one sentence without a full stop.
    pub message: String,
}

/// A place in a file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Place {
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in characters.
    pub column: usize,
    /// The part of the line that is wrong, in bytes.
    span: Range<usize>,
    /// The line.
    text: String,
}

/// Everything that is wrong with one file; there is at least one mistake.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
    omitted: usize,
    unreadable: bool,
}

impl Diagnostics {
    /// A file that could not be read at all.
    pub(super) fn unreadable(file: &str, message: String) -> Self {
        let list = vec![Diagnostic { file: file.to_owned(), place: None, message }];
        Self { list, omitted: 0, unreadable: true }
    }

    /// A mistake that stands at no one place of the file.
    pub fn somewhere(file: &str, message: String) -> Self {
        Self::of(vec![Diagnostic { file: file.to_owned(), place: None, message }], 0)
    }

    /// The mistakes in the order of the file; at least one.
    pub(super) fn of(mut list: Vec<Diagnostic>, omitted: usize) -> Self {
        list.sort_by_key(|mistake| mistake.place.as_ref().map(|place| (place.line, place.column)));
        Self { list, omitted, unreadable: false }
    }

    /// The mistakes, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }

    /// Whether the file could not even be read (it is missing, not text, too large), so that nothing is known of its
    /// contents.
    pub fn is_unreadable(&self) -> bool {
        self.unreadable
    }

    /// All of them with their lines and carets; with colour if `styled`.
    pub fn render(&self, styled: bool) -> String {
        let renderer = if styled { Renderer::styled() } else { Renderer::plain() };
        let mut blocks: Vec<String> = self.list.iter().map(|mistake| mistake.render(&renderer)).collect();
        if self.omitted > 0 {
            blocks.push(format!("and {} more", self.omitted));
        }
        blocks.join("\n\n")
    }
}

impl Diagnostic {
    /// A mistake at these bytes of the file's text.
    pub(super) fn at(file: &str, text: &str, span: Range<usize>, message: String) -> Self {
        Self { file: file.to_owned(), place: Some(Place::of(text, span)), message }
    }

    fn render(&self, renderer: &Renderer) -> String {
        let title = Level::ERROR.no_name().primary_title(self.to_string());
        let Some(place) = &self.place else { return renderer.render(&[Group::with_title(title)]) };
        let caret = AnnotationKind::Primary.span(place.span.clone());
        let snippet = Snippet::source(place.text.as_str()).line_start(place.line).annotation(caret);
        renderer.render(&[title.element(snippet)])
    }
}

impl Place {
    /// A span over several lines is cut at the end of its first one.
    fn of(text: &str, span: Range<usize>) -> Self {
        let start = text.floor_char_boundary(span.start.min(text.len()));
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let line = text[line_start..line_end].trim_end_matches('\r');
        let end = text.floor_char_boundary(span.end.min(text.len()));
        let from = (start - line_start).min(line.len());
        let to = end.saturating_sub(line_start).clamp(from, line.len());
        Self {
            line: text[..line_start].matches('\n').count() + 1,
            column: line[..from].chars().count() + 1,
            span: from..to,
            text: line.to_owned(),
        }
    }
}

impl Display for Diagnostic {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some(Place { line, column, .. }) => write!(f, "{}:{line}:{column}: {}", self.file, self.message),
            None => write!(f, "{}: {}", self.file, self.message),
        }
    }
}

impl Display for Diagnostics {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl Error for Diagnostics {}
impl Error for Diagnostic {}
