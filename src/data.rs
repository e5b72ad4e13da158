//! Records and how they are asked for: ids, the sObject schema, SOQL. Reads through [`Rows`]; holds no record itself.

pub mod id;
pub mod query;
pub mod schema;
pub mod soql;
pub mod value;
pub mod xml_guard;

pub use id::Id;
pub use query::{Found, Rows, run};
pub use schema::{Field, FieldType, Object};
pub use soql::SoqlError;
pub use value::{Row, Value};
