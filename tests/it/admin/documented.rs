//! `docs/admin-api.json` and the door, both ways: what is described is there and answers so, and what is there is described.
