//! Records and how they are asked for: ids, the sObject schema, SOQL. Reads through [`Rows`], which the store implements.

pub mod id;

pub use id::Id;
