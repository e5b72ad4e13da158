//! Any `[[probe]]`; the other tables are [`round_trip`](super)'s.

use mockorg::scenario::file::{ProbeTable, ReadingTable};

use super::*;

prop_compose! {
    fn reading()(
        says in of(text()), shows in of(switches().boxed()), granted in vec(text(), 0..2), refused in vec(text(), 0..2),
        contradicts in flag(), when in btree_map(plain(), outcome().prop_map(Spot::from).boxed(), 0..2),
    ) -> Spot<ReadingTable> {
        ReadingTable { says, shows, contradicts, granted, refused, when }.into()
    }
}

prop_compose! {
    pub(super) fn probe()(line in text(), needs in of(text()), reading in vec(reading().boxed(), 0..3)) -> ProbeTable {
        ProbeTable { line, needs, reading }
    }
}
