//! SOQL's words, symbols and literals, each with its place.

use super::SoqlError;

/// One word, symbol or literal.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub lexeme: Lexeme,
    /// Bytes from the start of the text.
    pub at: usize,
    end: usize,
}

#[derive(Clone, Debug)]
pub(super) enum Lexeme {
    Quoted(String),
    Symbol(&'static str),
    /// Begins with a digit or a sign: a number or a date.
    Unquoted(String),
    Word(String),
}

impl Token {
    /// As it stands in the text.
    pub fn written<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.at..self.end).unwrap_or_default()
    }

    pub fn is_word(&self, keyword: &str) -> bool {
        matches!(&self.lexeme, Lexeme::Word(word) if word.eq_ignore_ascii_case(keyword))
    }

    pub fn symbol(&self) -> Option<&'static str> {
        match self.lexeme {
            Lexeme::Symbol(symbol) => Some(symbol),
            _ => None,
        }
    }
}

/// Longer ones first.
const SYMBOLS: &[&str] = &["!=", "<>", "<=", ">=", "=", "<", ">", "(", ")", ","];

pub(super) fn tokens(text: &str) -> Result<Vec<Token>, SoqlError> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let (lexeme, length) = if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        } else if first == '\'' {
            quoted(text, at)?
        } else if first.is_alphabetic() || first == '_' {
            let length = run(rest, |c| c.is_alphanumeric() || c == '_' || c == '.');
            (Lexeme::Word(rest[..length].to_owned()), length)
        } else if first.is_ascii_digit() || first == '-' || first == '+' {
            let length = run(rest, |c| c.is_ascii_alphanumeric() || "-+:.".contains(c));
            (Lexeme::Unquoted(rest[..length].to_owned()), length)
        } else if let Some(symbol) = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)) {
            (Lexeme::Symbol(symbol), symbol.len())
        } else {
            return Err(SoqlError::unexpected(text, at, &rest[..first.len_utf8()]));
        };
        found.push(Token { lexeme, at, end: at + length });
        at += length;
    }
    Ok(found)
}

fn run(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

/// A literal from its quote at `at`, and its length with both quotes.
fn quoted(text: &str, at: usize) -> Result<(Lexeme, usize), SoqlError> {
    let mut value = String::new();
    let mut chars = text[at + 1..].char_indices();
    while let Some((offset, c)) = chars.next() {
        match c {
            '\'' => return Ok((Lexeme::Quoted(value), offset + 2)),
            '\\' => match chars.next() {
                Some((_, 'n' | 'N')) => value.push('\n'),
                Some((_, 'r' | 'R')) => value.push('\r'),
                Some((_, 't' | 'T')) => value.push('\t'),
                Some((_, escaped)) => value.push(escaped),
                None => break,
            },
            c => value.push(c),
        }
    }
    Err(SoqlError::unclosed(text, at))
}
