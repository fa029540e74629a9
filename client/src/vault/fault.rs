//! What the secret store's many errors mean to a person: one code each, with its own way on.

use keyring::Error as StoreError;
use postern_contract::ProblemCode;
use secret_service::Error as ServiceError;
use std::io::ErrorKind;
use zbus::fdo::Error as BusError;

/// What an error of the store means. `NoEntry` is an answer, so callers take it out before they ask here.
pub fn of_store(error: &StoreError) -> ProblemCode {
    match error {
        StoreError::PlatformFailure(cause) | StoreError::NoStorageAccess(cause) => {
            cause.downcast_ref::<ServiceError>().map_or(ProblemCode::StoreFailed, of_service)
        }
        StoreError::TooLong(..) => ProblemCode::StoreTooLong,
        StoreError::Ambiguous(_) => ProblemCode::StoreAmbiguous,
        StoreError::NoDefaultStore => ProblemCode::StoreAbsent,
        _ => ProblemCode::StoreFailed,
    }
}

/// What an error of the Secret Service means. `NoResult` says that there is no default collection yet: like a locked
/// one, it takes a prompt to make it usable.
pub fn of_service(error: &ServiceError) -> ProblemCode {
    match error {
        ServiceError::Locked | ServiceError::NoResult => ProblemCode::StoreLocked,
        ServiceError::Prompt => ProblemCode::StorePromptDismissed,
        ServiceError::Unavailable => ProblemCode::StoreNoBus,
        ServiceError::Zbus(error) => of_bus(error),
        ServiceError::ZbusFdo(error) => of_reply(error),
        _ => ProblemCode::StoreFailed,
    }
}

/// What an error of a D-Bus connection means.
pub fn of_bus(error: &zbus::Error) -> ProblemCode {
    match error {
        zbus::Error::MethodError(name, ..) => of_name(name.as_str()),
        zbus::Error::FDO(error) => of_reply(error),
        zbus::Error::InputOutput(error) if error.kind() == ErrorKind::TimedOut => ProblemCode::StoreHung,
        zbus::Error::Address(_) | zbus::Error::Connection(..) => ProblemCode::StoreNoBus,
        _ => ProblemCode::StoreFailed,
    }
}

fn of_reply(error: &BusError) -> ProblemCode {
    match error {
        BusError::ZBus(error) => of_bus(error),
        BusError::ServiceUnknown(_)
        | BusError::NameHasNoOwner(_)
        | BusError::SpawnServiceNotFound(_)
        | BusError::SpawnFailed(_)
        | BusError::SpawnExecFailed(_)
        | BusError::SpawnChildExited(_)
        | BusError::SpawnChildSignaled(_) => ProblemCode::StoreAbsent,
        BusError::AccessDenied(_) | BusError::AuthFailed(_) => ProblemCode::StoreDenied,
        BusError::TimedOut(_) | BusError::Timeout(_) => ProblemCode::StoreHung,
        _ => ProblemCode::StoreFailed,
    }
}

/// The same for an error known by its D-Bus name. `NoReply` is what a bus says when the provider died meanwhile.
fn of_name(name: &str) -> ProblemCode {
    let Some(word) = name.strip_prefix("org.freedesktop.DBus.Error.") else {
        return match name {
            "org.freedesktop.Secret.Error.IsLocked" => ProblemCode::StoreLocked,
            _ => ProblemCode::StoreFailed,
        };
    };
    match word {
        "ServiceUnknown" | "NameHasNoOwner" => ProblemCode::StoreAbsent,
        spawn if spawn.starts_with("Spawn.") => ProblemCode::StoreAbsent,
        "AccessDenied" | "AuthFailed" | "InteractiveAuthorizationRequired" => ProblemCode::StoreDenied,
        "TimedOut" | "Timeout" => ProblemCode::StoreHung,
        _ => ProblemCode::StoreFailed,
    }
}

#[cfg(test)]
mod tests {
    use super::{of_name, of_store};
    use keyring::Error as StoreError;
    use postern_contract::ProblemCode;
    use secret_service::Error as ServiceError;

    #[test]
    fn each_error_of_the_store_has_its_own_code() {
        // SEC-1
        let failed = |error: ServiceError| StoreError::PlatformFailure(Box::new(error));
        let refused = |error: ServiceError| StoreError::NoStorageAccess(Box::new(error));
        for (error, code) in [
            (refused(ServiceError::Locked), ProblemCode::StoreLocked),
            (refused(ServiceError::NoResult), ProblemCode::StoreLocked),
            (refused(ServiceError::Prompt), ProblemCode::StorePromptDismissed),
            (failed(ServiceError::Unavailable), ProblemCode::StoreNoBus),
            (failed(ServiceError::PromptDisconnected), ProblemCode::StoreFailed),
            (failed(ServiceError::Zbus(zbus::Error::InvalidReply)), ProblemCode::StoreFailed),
            (
                failed(ServiceError::ZbusFdo(zbus::fdo::Error::AccessDenied(String::new()))),
                ProblemCode::StoreDenied,
            ),
            (
                failed(ServiceError::Zbus(zbus::fdo::Error::ServiceUnknown(String::new()).into())),
                ProblemCode::StoreAbsent,
            ),
            (
                failed(ServiceError::Zbus(std::io::Error::from(std::io::ErrorKind::TimedOut).into())),
                ProblemCode::StoreHung,
            ),
            (StoreError::Ambiguous(Vec::new()), ProblemCode::StoreAmbiguous),
            (StoreError::TooLong("secret".to_owned(), 1), ProblemCode::StoreTooLong),
            (StoreError::BadEncoding(Vec::new()), ProblemCode::StoreFailed),
        ] {
            assert_eq!(of_store(&error), code, "{error:?}");
        }
    }

    #[test]
    fn an_error_is_known_by_its_name_too() {
        // SEC-1
        for (name, code) in [
            ("org.freedesktop.DBus.Error.ServiceUnknown", ProblemCode::StoreAbsent),
            ("org.freedesktop.DBus.Error.Spawn.ChildExited", ProblemCode::StoreAbsent),
            ("org.freedesktop.DBus.Error.AccessDenied", ProblemCode::StoreDenied),
            ("org.freedesktop.DBus.Error.NoReply", ProblemCode::StoreFailed),
            ("org.freedesktop.Secret.Error.IsLocked", ProblemCode::StoreLocked),
            ("org.freedesktop.Secret.Error.NoSession", ProblemCode::StoreFailed),
        ] {
            assert_eq!(of_name(name), code, "{name}");
        }
    }
}
