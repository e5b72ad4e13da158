//! SOQL as text: `SELECT fields FROM object [WHERE …] [ORDER BY …] [LIMIT n]`, and errors that point into it.
//!
//! Names are looked up and rows are found elsewhere ([`run`](super::run())).

mod error;
mod token;

pub use error::SoqlError;
use token::{Lexeme, Token, tokens};

/// A query as written.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// What is asked for.
    pub select: Select,
    /// The object.
    pub from: Name,
    /// Conditions that must all hold.
    pub filter: Vec<Condition>,
    /// Keys of the order, the most significant first.
    pub order: Vec<Key>,
    /// At most so many records.
    pub limit: Option<usize>,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Select {
    /// `COUNT()`
    Count,
    /// These fields.
    Fields(Vec<Name>),
}

/// A name and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Name {
    /// As written.
    pub text: String,
    /// Counted in bytes from 0.
    pub at: usize,
}

/// `field operator literal`
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// The field.
    pub field: Name,
    /// How they compare.
    pub operator: Operator,
    /// With what.
    pub literal: Literal,
}

/// How a field and a literal compare.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Operator {
    /// `=`
    Equal,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `!=` or `<>`
    NotEqual,
}

/// A value as written.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `true` or `false`
    Boolean(bool),
    /// `null`
    Null,
    /// `'text'`
    Quoted(String),
    /// A number or a date, not looked into.
    Unquoted(String),
}

/// A key of the order.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    /// The field.
    pub field: Name,
    /// `DESC`
    pub descending: bool,
}

/// Reads a query.
pub fn parse(text: &str) -> Result<Query, SoqlError> {
    let tokens = tokens(text)?;
    let mut reader = Reader { text, tokens: &tokens };
    let query = reader.query()?;
    match reader.tokens.first() {
        None => Ok(query),
        Some(token) => Err(SoqlError::unexpected(text, token.at, token.written(text))),
    }
}

struct Reader<'a> {
    text: &'a str,
    tokens: &'a [Token],
}

impl Reader<'_> {
    fn query(&mut self) -> Result<Query, SoqlError> {
        self.expect("SELECT")?;
        let select = if self.accept("COUNT") {
            self.symbol("(")?;
            self.symbol(")")?;
            Select::Count
        } else {
            Select::Fields(self.list(Self::name)?)
        };
        self.expect("FROM")?;
        let from = self.name()?;
        let mut filter = Vec::new();
        if self.accept("WHERE") {
            filter.push(self.condition()?);
            while self.tokens.first().is_some_and(|token| token.is_word("AND")) {
                self.room(filter.len())?;
                self.tokens = &self.tokens[1..];
                filter.push(self.condition()?);
            }
        }
        let mut order = Vec::new();
        if self.accept("ORDER") {
            self.expect("BY")?;
            order = self.list(Self::key)?;
        }
        let limit = if self.accept("LIMIT") { Some(self.number()?) } else { None };
        Ok(Query { select, from, filter, order, limit })
    }

    fn list<T>(&mut self, item: fn(&mut Self) -> Result<T, SoqlError>) -> Result<Vec<T>, SoqlError> {
        let mut items = vec![item(self)?];
        while self.peek_symbol(",") {
            self.room(items.len())?;
            self.tokens = &self.tokens[1..];
            items.push(item(self)?);
        }
        Ok(items)
    }

    /// Whether one more may follow so many.
    fn room(&self, there: usize) -> Result<(), SoqlError> {
        match self.tokens.first() {
            Some(token) if there >= MAX_ITEMS => Err(SoqlError::too_many(self.text, token.at)),
            _ => Ok(()),
        }
    }

    fn condition(&mut self) -> Result<Condition, SoqlError> {
        let field = self.name()?;
        let operator = self.operator()?;
        let token = self.next()?;
        let literal = match &token.lexeme {
            Lexeme::Quoted(text) => Literal::Quoted(text.clone()),
            Lexeme::Unquoted(text) => Literal::Unquoted(text.clone()),
            Lexeme::Word(word) if word.eq_ignore_ascii_case("true") => Literal::Boolean(true),
            Lexeme::Word(word) if word.eq_ignore_ascii_case("false") => Literal::Boolean(false),
            Lexeme::Word(word) if word.eq_ignore_ascii_case("null") => Literal::Null,
            _ => return Err(self.unexpected(token)),
        };
        Ok(Condition { field, operator, literal })
    }

    fn operator(&mut self) -> Result<Operator, SoqlError> {
        let token = self.next()?;
        Ok(match token.symbol() {
            Some("=") => Operator::Equal,
            Some(">") => Operator::Greater,
            Some(">=") => Operator::GreaterOrEqual,
            Some("<") => Operator::Less,
            Some("<=") => Operator::LessOrEqual,
            Some("!=" | "<>") => Operator::NotEqual,
            _ => return Err(self.unexpected(token)),
        })
    }

    fn key(&mut self) -> Result<Key, SoqlError> {
        let field = self.name()?;
        let descending = self.accept("DESC");
        if !descending {
            self.accept("ASC");
        }
        Ok(Key { field, descending })
    }

    fn number(&mut self) -> Result<usize, SoqlError> {
        let token = self.next()?;
        match &token.lexeme {
            Lexeme::Unquoted(text) => text.parse().map_err(|_| self.unexpected(token)),
            _ => Err(self.unexpected(token)),
        }
    }

    /// Keywords are not names: `SELECT FROM User` stumbles over FROM.
    fn name(&mut self) -> Result<Name, SoqlError> {
        let token = self.next()?;
        match &token.lexeme {
            Lexeme::Word(word) if !KEYWORDS.iter().any(|keyword| keyword.eq_ignore_ascii_case(word)) => {
                Ok(Name { text: word.clone(), at: token.at })
            }
            _ => Err(self.unexpected(token)),
        }
    }

    fn expect(&mut self, keyword: &str) -> Result<(), SoqlError> {
        let token = self.next()?;
        if token.is_word(keyword) { Ok(()) } else { Err(self.unexpected(token)) }
    }

    fn symbol(&mut self, symbol: &str) -> Result<(), SoqlError> {
        let token = self.next()?;
        if token.symbol() == Some(symbol) { Ok(()) } else { Err(self.unexpected(token)) }
    }

    fn accept(&mut self, keyword: &str) -> bool {
        let there = self.tokens.first().is_some_and(|token| token.is_word(keyword));
        if there {
            self.tokens = &self.tokens[1..];
        }
        there
    }

    fn peek_symbol(&self, symbol: &str) -> bool {
        self.tokens.first().is_some_and(|token| token.symbol() == Some(symbol))
    }
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<&'a Token, SoqlError> {
        let (first, rest) = self.tokens.split_first().ok_or_else(|| SoqlError::unexpected_end(self.text))?;
        self.tokens = rest;
        Ok(first)
    }

    fn unexpected(&self, token: &Token) -> SoqlError {
        SoqlError::unexpected(self.text, token.at, token.written(self.text))
    }
}

/// The fields, the conditions and the keys of an order that a query may have: each is looked at for every record.
pub const MAX_ITEMS: usize = 100;

const KEYWORDS: &[&str] = &["SELECT", "FROM", "WHERE", "AND", "ORDER", "LIMIT"];
