//! Whether an authentication key works, for a service that accepts keys (RFC 7662).

use super::Handle;
use crate::caller::Service;
use crate::state::Backend;
use contract::Problem;
use contract::introspection::Introspection;
use contract::operation::Introspect;

impl Handle for Introspect {
    type Caller = Service;
    async fn handle(self, _: Service, _: &Backend) -> Result<Introspection, Problem> {
        Ok(Introspection::inactive())
    }
}
