//! What is asked of files that come from elsewhere, out of every file that asks for something.
//!
//! A weaker file can only ask for more. What must be signed is what any file says must be; whose signatures count is what the
//! strongest file that names somebody says, and where a still stronger one asks for signatures without naming anybody, nobody's
//! count, since otherwise whoever is to be held to it would name himself.

use super::layer::{Layer, Rank};
use postern_contract::plan::CountersignedAct;
use schemars::JsonSchema;
use serde::Serialize;

/// What is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Policy {
    /// Whether a policy is there that cannot be used and never could: then everything is asked for, and nobody's signature
    /// counts.
    pub unknown: bool,
    /// Whether a configuration is imported only from a bundle that one of the signers has signed.
    pub requires_signature: bool,
    /// Whose signatures on bundles count.
    pub signers: Vec<Signer>,
    /// What prepared changes may do only with a second administrator's signature.
    pub countersigned: Vec<CountersignedAct>,
    /// Whose signatures on prepared changes count.
    pub countersigners: Vec<Countersigner>,
}

/// Somebody whose signature on a bundle counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Signer {
    /// What people call them.
    pub name: String,
    /// Their public key, as minisign writes it.
    pub key: String,
}

/// Somebody whose signature on prepared changes counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Countersigner {
    /// What people call them.
    pub name: String,
    /// The email address of their account.
    pub email: String,
    /// Their public key, as minisign writes it.
    pub key: String,
}

impl Policy {
    /// What is asked where it is not known what is.
    pub(super) fn unknown() -> Self {
        use CountersignedAct::{AddKeys, Cancel, DisableTwoFactor};
        let countersigned = vec![DisableTwoFactor, AddKeys, Cancel];
        Self { unknown: true, requires_signature: true, countersigned, ..Self::default() }
    }

    /// Out of all layers, the strongest first.
    pub(super) fn of(layers: &[Layer]) -> Self {
        let first = |asks: &dyn Fn(&Layer) -> bool| layers.iter().find(|layer| asks(layer));
        let asked = first(&|layer| layer.policy.require_signature == Some(true));
        let signing = first(&|layer| !layer.policy.signers.is_empty());
        let countersigning = first(&|layer| !layer.policy.countersigners.is_empty());
        let acts = first(&|layer| !layer.policy.countersign.is_empty());
        let mut countersigned = Vec::new();
        for word in layers.iter().flat_map(|layer| &layer.policy.countersign) {
            let act = CountersignedAct::from(*word);
            if !countersigned.contains(&act) {
                countersigned.push(act);
            }
        }
        let signers = strong_enough(signing, asked).map(|layer| {
            let all = layer.policy.signers.iter();
            all.map(|one| Signer { name: one.name.clone(), key: one.key.clone() }).collect()
        });
        let countersigners = strong_enough(countersigning, acts).map(|layer| {
            let all = layer.policy.countersigners.iter();
            all.map(|one| Countersigner {
                name: one.name.clone(),
                email: one.email.clone(),
                key: one.key.clone(),
            })
            .collect()
        });
        Self {
            unknown: false,
            requires_signature: asked.is_some(),
            signers: signers.unwrap_or_default(),
            countersigned,
            countersigners: countersigners.unwrap_or_default(),
        }
    }
}

/// Whoever names people, if not weaker than whoever asks for their signatures.
fn strong_enough<'a>(naming: Option<&'a Layer>, asking: Option<&Layer>) -> Option<&'a Layer> {
    let weakest = asking.map_or(Rank::UserRecommendation, |asking| asking.rank);
    naming.filter(|naming| naming.rank <= weakest)
}
