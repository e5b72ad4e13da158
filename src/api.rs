//! What the doors speak: SOAP, OAuth, REST, pages. Families of routes on one screen; decisions are the org's.
