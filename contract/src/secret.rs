//! A value that cannot be printed by accident and is wiped when it is dropped.

use serde::{Deserialize, Deserializer, Serializer};
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A password, token or key. `Debug` shows `***`, there is no `Display` and no `Serialize`; memory is overwritten on
/// drop. Read it with [`Secret::expose`], and put it on a wire only with `#[serde(with = "secret::exposed")]`: both
/// words are easy to search for.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret<T: Zeroize>(T);

impl<T: Zeroize> Secret<T> {
    /// Takes the value in. Whoever made it must not keep a copy.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself. Never log it, never put it into an error, a URL, a file or a process argument.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl From<&str> for Secret<String> {
    fn from(value: &str) -> Self {
        Self(value.to_owned())
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<T: Zeroize> ZeroizeOnDrop for Secret<T> {}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl<'de, T: Zeroize + Deserialize<'de>> Deserialize<'de> for Secret<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self)
    }
}

#[cfg(feature = "openapi")]
impl<T: Zeroize> utoipa::__dev::ComposeSchema for Secret<T> {
    fn compose(
        _: Vec<utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>>,
    ) -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        <String as utoipa::PartialSchema>::schema()
    }
}

#[cfg(feature = "openapi")]
impl<T: Zeroize> utoipa::ToSchema for Secret<T> {}

/// `Debug` for what a person types beside a password: the type's name, and none of what it holds.
macro_rules! unprinted {
    ($($name:ident),*) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )*};
}
pub(crate) use unprinted;

/// Serialises a secret on purpose: `#[serde(with = "crate::secret::exposed")]`.
pub mod exposed {
    use super::{Deserialize, Deserializer, Secret, Serializer, Zeroize};
    use serde::Serialize;

    /// Writes the secret itself to the wire.
    pub fn serialize<T: Zeroize + Serialize, S: Serializer>(
        secret: &Secret<T>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        secret.expose().serialize(serializer)
    }

    /// Reads it back.
    pub fn deserialize<'de, T: Zeroize + Deserialize<'de>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Secret<T>, D::Error> {
        Secret::deserialize(deserializer)
    }
}

/// The same for a secret that may be absent: `#[serde(default, with = "crate::secret::exposed_option")]`.
pub mod exposed_option {
    use super::{Deserialize, Deserializer, Secret, Serializer, Zeroize};
    use serde::Serialize;

    /// Writes the secret itself to the wire, or nothing.
    pub fn serialize<T: Zeroize + Serialize, S: Serializer>(
        secret: &Option<Secret<T>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        secret.as_ref().map(Secret::expose).serialize(serializer)
    }

    /// Reads it back.
    pub fn deserialize<'de, T: Zeroize + Deserialize<'de>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Secret<T>>, D::Error> {
        Option::deserialize(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;
    use std::cell::RefCell;
    use std::rc::Rc;
    use zeroize::{Zeroize, ZeroizeOnDrop};

    /// Seven bytes that others may look at after they were wiped.
    #[derive(Clone)]
    struct Seen(Rc<RefCell<[u8; 7]>>);

    impl Zeroize for Seen {
        fn zeroize(&mut self) {
            self.0.borrow_mut().zeroize();
        }
    }

    /// Compiles for what is wiped when it is dropped; a secret can hold nothing else than what can be wiped.
    fn is_wiped<T: ZeroizeOnDrop>() {}

    #[test]
    fn sec_6_a_secret_is_wiped_when_it_is_dropped() {
        let seen = Seen(Rc::new(RefCell::new(*b"lantern")));
        let memory = Rc::clone(&seen.0);
        let secret = Secret::new(seen);
        assert_eq!(*secret.expose().0.borrow(), *b"lantern");
        drop(secret);
        assert_eq!(*memory.borrow(), [0; 7]);
        is_wiped::<Secret<String>>();
        is_wiped::<Secret<Vec<u8>>>();
        is_wiped::<Secret<[u8; 32]>>();
    }

    #[test]
    fn a_typed_number_does_not_print() {
        // LOG-1, OTP-9
        let number = "418209".to_owned();
        let second = crate::session::Number { number: number.clone() };
        let confirmation = crate::verification::Confirmation { number, asker: None };
        let printed = format!("{second:?} {confirmation:?}");
        assert_eq!(printed, "Number { .. } Confirmation { .. }");
    }

    #[test]
    fn a_secret_does_not_print() {
        let secret = Secret::from("seven harbor lamps");
        assert_eq!(format!("{secret:?}"), "***");
        assert_eq!(format!("{:?}", Some(secret)), "Some(***)");
    }
}
