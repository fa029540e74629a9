//! `service-credential`: lets a service ask whether an authentication key works, and shuts it out again.

use super::{Fault, say};
use clap::Subcommand;
use contract::ProblemCode;
use postern_backend::Backend;

/// What to do about services.
#[derive(Debug, Subcommand)]
pub enum ServiceCredential {
    /// Make a credential and print it, now and never again. One with the same name stops working.
    Add {
        /// What the service is called, 1–40 characters.
        name: String,
    },
    /// List the services that have one.
    List {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Shut a service out at once.
    Remove {
        /// What the service is called.
        name: String,
    },
}

/// Does it.
pub async fn service_credential(backend: &Backend, what: &ServiceCredential) -> Result<(), Fault> {
    match what {
        ServiceCredential::Add { name } => {
            let secret =
                backend.issue_service_credential(name).await.map_err(|problem| super::words(&problem))?;
            say(&format!("{}\n", secret.expose()))
        }
        ServiceCredential::List { json } => {
            let services = backend.services().await.map_err(|problem| super::words(&problem))?;
            if *json {
                let services: Vec<_> = services
                    .iter()
                    .map(|service| serde_json::json!({ "name": service.name, "created_at": service.created_at }))
                    .collect();
                return say(&format!("{}\n", serde_json::to_string_pretty(&services)?));
            }
            let lines = services.iter().map(|service| format!("{}  {}\n", service.created_at, service.name));
            say(&lines.collect::<String>())
        }
        ServiceCredential::Remove { name } => match backend.revoke_service_credential(name).await {
            Ok(()) => say("removed\n"),
            Err(problem) if problem.code == ProblemCode::NotFound => Err(format!(
                "no service is called {name:?}; nothing was changed. `service-credential list` shows all"
            )
            .into()),
            Err(problem) => Err(super::words(&problem).into()),
        },
    }
}
