//! Exchanges put together by their connections: those that shared one share it again, and resumed sessions are offered again.

use std::collections::HashMap;

use super::Writer;
use super::client::Shown;
use crate::journal::event::Handshake;
use crate::scenario::file::{ExchangeTable, OutcomeTable, Spot};

/// An exchange, but for how it comes to its door.
pub(super) struct Written<'h> {
    pub table: ExchangeTable,
    /// Its connection; none that says itself where it goes.
    pub way: Option<(&'h Handshake, Shown)>,
}

impl Writer<'_> {
    /// The exchanges in order, each with its connection or a word for it.
    pub(super) fn joined(&mut self, written: Vec<Written<'_>>) -> Vec<Spot<ExchangeTable>> {
        let mut count: HashMap<u64, usize> = HashMap::new();
        for (handshake, _) in written.iter().filter_map(|written| written.way.as_ref()) {
            *count.entry(handshake.id).or_default() += 1;
        }
        let (mut tables, mut kept, mut firsts) = (Vec::<ExchangeTable>::new(), 0, HashMap::<u64, usize>::new());
        let mut connections: HashMap<u64, String> = HashMap::new();
        for Written { mut table, way } in written {
            if let Some((handshake, shown)) = way {
                match connections.get(&handshake.id) {
                    Some(name) => table.connection = Some(name.clone().into()),
                    None => {
                        if count.get(&handshake.id).is_some_and(|count| *count > 1) {
                            kept += 1;
                            let name = format!("connection-{kept}");
                            table.connection = Some(name.clone().into());
                            connections.insert(handshake.id, name);
                        }
                        shown.write(&mut table);
                        self.resume(handshake, &mut table, &mut tables, &firsts);
                        firsts.insert(handshake.id, tables.len());
                    }
                }
            }
            tables.push(table);
        }
        tables.into_iter().map(Spot::from).collect()
    }

    /// Offers the session that the client offered then.
    fn resume(
        &mut self,
        handshake: &Handshake,
        table: &mut ExchangeTable,
        earlier: &mut [ExchangeTable],
        firsts: &HashMap<u64, usize>,
    ) {
        let Some(offered) = handshake.resumed_from.or_else(|| declined(handshake)) else { return };
        let Some(first) = firsts.get(&offered).copied() else {
            let why = "nothing is recorded of the connection that it began with";
            self.left_out.push(format!("a TLS session that was offered again: {why}"));
            return;
        };
        let name = earlier[first].name.get_or_insert_with(|| format!("exchange-{}", first + 1).into()).to_string();
        table.resume = Some(name.into());
        let resumed = handshake.ending.is_none().then(|| handshake.resumed_from.is_some().into());
        table.expect.get_or_insert_with(OutcomeTable::default).resumed = resumed;
    }
}

/// The handshake whose session was offered and not taken, as the journal words it.
fn declined(handshake: &Handshake) -> Option<u64> {
    let (id, _) = handshake.not_resumed.as_deref()?.strip_prefix("the session of handshake ")?.split_once(':')?;
    id.parse().ok()
}
