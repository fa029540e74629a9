//! Whether an authentication key works, for a service that accepts keys (RFC 7662). A key asked about is a key in use: it
//! is noted as it is where the key itself asks, so that nobody deletes as unused what a service lets in every day.

use super::Handle;
use crate::caller::{Service, note_use, working_key};
use crate::state::Backend;
use contract::Problem;
use contract::introspection::Introspection;
use contract::operation::Introspect;

impl Handle for Introspect {
    type Caller = Service;
    async fn handle(self, _: Service, backend: &Backend) -> Result<Introspection, Problem> {
        let Some(key) = working_key(backend, &self.body.token).await? else {
            return Ok(Introspection::inactive());
        };
        note_use(backend, &key);
        let second = |millisecond: i64| millisecond.div_euclid(1000);
        Ok(Introspection {
            active: true,
            sub: Some(key.account_id),
            jti: Some(key.id),
            token_type: Some("Bearer".to_owned()),
            iat: Some(second(key.created_at)),
            exp: key.expires_at.map(second),
        })
    }
}
