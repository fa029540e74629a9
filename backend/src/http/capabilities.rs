//! What a client must not hard-code.

use super::Handle;
use crate::caller::Anybody;
use crate::state::Backend;
use contract::Problem;
use contract::capabilities::Capabilities;
use contract::operation::GetCapabilities;

impl Handle for GetCapabilities {
    type Caller = Anybody;
    async fn handle(self, _: Anybody, backend: &Backend) -> Result<Capabilities, Problem> {
        Ok(backend.settings().capabilities.clone())
    }
}
