//! Values that remember where they stand, for diagnostics of meaning. Positions play no part in equality.

use std::borrow::Cow;
use std::fmt::{self, Formatter};
use std::marker::PhantomData;
use std::ops::{Deref, Range};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use toml::Spanned;

use crate::scenario::vocabulary::Vocabulary;

/// A value and its place in the file.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(transparent)]
pub struct Spot<T>(Spanned<T>);

impl<T> Spot<T> {
    /// Where it stands, in bytes; empty for a value that came from no file.
    pub fn span(&self) -> Range<usize> {
        self.0.span()
    }

    /// Another value at the same place.
    pub(in crate::scenario) fn with<U>(&self, value: U) -> Spot<U> {
        Spot(Spanned::new(self.span(), value))
    }
}

impl<T> Deref for Spot<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0.get_ref()
    }
}

impl<T> From<T> for Spot<T> {
    fn from(value: T) -> Self {
        Self(Spanned::new(0..0, value))
    }
}

impl<T: Default> Default for Spot<T> {
    fn default() -> Self {
        T::default().into()
    }
}

impl<T: Serialize> Serialize for Spot<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.get_ref().serialize(serializer)
    }
}

impl<T: JsonSchema> JsonSchema for Spot<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// A text that should be one of a vocabulary's words; whether it is, [`load`](crate::scenario::load) finds out,
/// so that every wrong word of a file is listed at once.
#[derive(Clone, Debug)]
pub struct Word<V> {
    text: Spot<String>,
    vocabulary: PhantomData<fn() -> V>,
}

impl<V> Word<V> {
    /// As it was written.
    pub fn text(&self) -> &Spot<String> {
        &self.text
    }
}

impl<V: Vocabulary> Word<V> {
    /// The word for this meaning.
    pub fn of(meaning: V) -> Self {
        let word = V::WORDS.iter().find(|(_, of)| *of == meaning).map_or("", |(word, _)| *word);
        Self { text: word.to_owned().into(), vocabulary: PhantomData }
    }

    /// What it means, if it is one of the vocabulary's words.
    pub fn meaning(&self) -> Option<V> {
        V::WORDS.iter().find(|(word, _)| *word == self.text.as_str()).map(|(_, meaning)| *meaning)
    }
}

impl<V> PartialEq for Word<V> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl<'de, V> Deserialize<'de> for Word<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self { text: Spot::deserialize(deserializer)?, vocabulary: PhantomData })
    }
}

impl<V> Serialize for Word<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.text.serialize(serializer)
    }
}

impl<V: Vocabulary> JsonSchema for Word<V> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        V::WHAT.into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let words: Vec<&str> = V::WORDS.iter().map(|(word, _)| *word).collect();
        json_schema!({ "type": "string", "enum": words })
    }
}

/// Either one of a vocabulary's words, or a list of names.
#[derive(Clone, Debug, PartialEq)]
pub enum NameList<V> {
    /// `["a", "b"]`
    Names(Vec<Spot<String>>),
    /// `"chain"`
    Word(Word<V>),
}

impl<'de, V> Deserialize<'de> for NameList<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<Either>::deserialize(deserializer)?;
        let span = spanned.span();
        Ok(match spanned.into_inner() {
            Either::Names(names) => Self::Names(names),
            Either::Word(text) => Self::Word(Word { text: Spot(Spanned::new(span, text)), vocabulary: PhantomData }),
        })
    }
}

impl<V> Serialize for NameList<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Names(names) => names.serialize(serializer),
            Self::Word(word) => word.serialize(serializer),
        }
    }
}

impl<V: Vocabulary> JsonSchema for NameList<V> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        V::WHAT.into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let word = Word::<V>::json_schema(generator);
        json_schema!({ "anyOf": [word, { "type": "array", "items": { "type": "string" } }] })
    }
}

/// What stands there, before its place is known. Not an untagged enum: that would lose the places inside the list.
enum Either {
    Names(Vec<Spot<String>>),
    Word(String),
}

impl<'de> Deserialize<'de> for Either {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EitherVisitor)
    }
}

struct EitherVisitor;

impl<'de> Visitor<'de> for EitherVisitor {
    type Value = Either;

    fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("text in quotes or a list in brackets")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Either, E> {
        Ok(Either::Word(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Either, A::Error> {
        let mut names = Vec::new();
        while let Some(name) = items.next_element()? {
            names.push(name);
        }
        Ok(Either::Names(names))
    }
}
