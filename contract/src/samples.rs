//! One plausible person and what belongs to her, for tests, snapshots and the OpenAPI page. Not a fixture to build on:
//! tests that need a certain state make it through the public interface.

use crate::account::Account;
use crate::connection::Connection;
use crate::identifier::{AccountId, ChallengeId, ETag, KeyId, SessionId};
use crate::key::Key;
use crate::moment::Moment;
use crate::security::Security;
use crate::session::{Challenge, Place, Session};
use crate::shell::{BackendFace, KeyRow, SecretPlace};
use crate::verification::{Channel, NumberState};
use uuid::Uuid;

/// 2026-11-23T12:00:00Z.
pub fn now() -> Moment {
    Moment::from_millisecond(1_795_435_200_000)
}

fn days_ago(days: i64) -> Moment {
    Moment::from_millisecond(now().as_millisecond() - days * 86_400_000)
}

/// Mina Park, who keeps the harbor gate's keys.
pub fn account() -> Account {
    Account {
        id: AccountId(Uuid::from_u128(0x0a)),
        etag: ETag::of_version(3),
        name: "Mina Park".to_owned(),
        email: "mina.park@harbor.example".to_owned(),
        mobile_phone: "+821055501234".to_owned(),
        mobile_phone_shown: "+82 10-5550-1234".to_owned(),
        task: Some("Harbor gate keys".to_owned()),
        created_at: days_ago(400),
        password_changed_at: days_ago(41),
        changed_at: days_ago(3),
        changed_from: Some("Rack 4 console".to_owned()),
    }
}

/// Her settings: two-factor by text message.
pub fn security() -> Security {
    Security {
        etag: ETag::of_version(5),
        two_factor: true,
        method: Channel::TextMessage,
        email: account().email,
        mobile_phone_masked: "+82 10 •••• ••34".to_owned(),
    }
}

/// A backend that answers.
pub fn connection() -> Connection {
    Connection { trouble: None, certificate: None, since: Some(now()) }
}

/// Her session on this computer, unlocked for 9:41.
pub fn session() -> Session {
    Session {
        id: SessionId(Uuid::from_u128(0x51)),
        account_id: account().id,
        name: account().name,
        email: account().email,
        ends_in_seconds: 3600,
        unlocked_for_seconds: 581,
    }
}

/// Where she is signed in: here, and at the rack.
pub fn places() -> Vec<Place> {
    vec![
        Place {
            id: session().id,
            place: Some("harbor-desk".to_owned()),
            signed_in_at: days_ago(0),
            last_seen_at: now(),
            here: true,
        },
        Place {
            id: SessionId(Uuid::from_u128(0x52)),
            place: Some("Rack 4 console".to_owned()),
            signed_in_at: days_ago(1),
            last_seen_at: days_ago(1),
            here: false,
        },
    ]
}

/// A number sent a moment ago.
pub fn number() -> NumberState {
    NumberState { valid_for_seconds: 552, tries_left: 5, resend_in_seconds: 42 }
}

/// A second factor by text message.
pub fn challenge() -> Challenge {
    Challenge {
        id: ChallengeId(Uuid::from_u128(0xc0)),
        channel: Channel::TextMessage,
        sent_to: "34".to_owned(),
        conditional: false,
        number: NumberState { tries_left: 2, ..number() },
    }
}

/// Four keys, one of them made on another computer.
pub fn keys() -> Vec<KeyRow> {
    let rows = [
        ("Release robot", "7Qd2", 20, Some(0), SecretPlace::Here),
        ("Gate monitor", "xP0a", 96, Some(1), SecretPlace::Here),
        ("Terraform, rack 4", "Lk9w", 144, Some(2), SecretPlace::Elsewhere),
        ("Nightly backup", "b31M", 316, None, SecretPlace::Here),
    ];
    (0_u128..)
        .zip(rows)
        .map(|(place, (label, hint, created, used, secret))| KeyRow {
            key: Key {
                id: KeyId(Uuid::from_u128(0x100 + place)),
                label: label.to_owned(),
                hint: hint.to_owned(),
                created_at: days_ago(created),
                last_used_at: used.map(days_ago),
                expires_at: None,
            },
            secret,
        })
        .collect()
}

/// The backend inside the application.
pub fn backend() -> BackendFace {
    BackendFace { name: "On this computer".to_owned(), color: "teal".to_owned(), embedded: true }
}
