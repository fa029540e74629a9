//! What was applied on this computer: one line for each plan, each naming the line before by its hash, and a file beside it that
//! says which is the last. So damage, and a line that is altered, taken out, cut off or put elsewhere by hand, is seen. Who may
//! write both files can compute all hashes anew: against that stands a receipt that was exported and is kept elsewhere.

use super::journal::Places;
use crate::{durable, hex};
use postern_contract::plan::{Outcome, Receipt, ReceiptNumber};
use postern_contract::{Moment, Problem, ProblemCode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// What was done, in the order in which it is hashed. Of the account's values its address alone is among it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Done {
    /// Which plan.
    pub plan: Uuid,
    /// Its file, without the folder.
    pub file: String,
    /// Who prepared it.
    pub author: String,
    /// What for.
    pub reason: String,
    /// The account.
    pub account: String,
    /// The backend.
    pub backend: String,
    /// When applying began.
    pub began_at: Moment,
    /// When it ended.
    pub ended_at: Moment,
    /// How each step ended.
    pub steps: Vec<Outcome>,
}

/// A line of the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    number: u64,
    /// The hash of the line before; 64 zeros in the first.
    previous: String,
    done: Done,
    hash: String,
}

/// The last line.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    number: u64,
    hash: String,
}

/// An exported receipt.
#[derive(Debug, Clone, PartialEq)]
pub struct Verified {
    /// The hash of the receipt before.
    pub previous: String,
    /// Whether its hash fits what it says.
    pub is_unaltered: bool,
    /// Whether it is among the receipts of this computer.
    pub here: Here,
    /// What it says.
    pub receipt: Receipt,
}

/// What this computer has under the number of an exported receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Here {
    /// The same receipt.
    Same,
    /// Another one.
    Other,
    /// None.
    Absent,
}

/// What the first line has in the place of the hash before it.
fn none() -> String {
    "0".repeat(64)
}

impl Head {
    /// After what a line continues where the last one is not what was last written: never after the line that stands there, so
    /// that the hole can be seen for ever.
    fn over_a_hole(head: Option<Self>, last: Option<Self>) -> Self {
        let number =
            head.as_ref().map_or(0, |head| head.number).max(last.as_ref().map_or(0, |last| last.number));
        let hash = head.map(|head| head.hash).filter(|hash| last.is_none_or(|last| last.hash != *hash));
        Self { number: number.max(1), hash: hash.unwrap_or_else(none) }
    }
}

impl Line {
    fn as_head(&self) -> Head {
        Head { number: self.number, hash: self.hash.clone() }
    }

    fn after(last: Option<Head>, done: Done) -> Result<Self, Problem> {
        let (number, previous) = last.map_or_else(|| (1, none()), |last| (last.number + 1, last.hash));
        let mut line = Self { number, previous, done, hash: String::new() };
        line.hash = line.hashed().ok_or_else(|| Problem::new(ProblemCode::Internal))?;
        Ok(line)
    }

    fn hashed(&self) -> Option<String> {
        let text = serde_json::to_vec(&(self.number, &self.previous, &self.done)).ok()?;
        Some(hex::encode(&Sha256::digest(text)))
    }

    fn follows(&self, last: Option<&Self>) -> bool {
        let number = last.map_or(1, |last| last.number + 1);
        let previous = last.map_or_else(none, |last| last.hash.clone());
        self.number == number && self.previous == previous && self.hashed().as_ref() == Some(&self.hash)
    }
}

/// The receipts of this computer.
#[derive(Debug, Clone)]
pub struct Receipts(Places);

impl Receipts {
    /// The receipts that rest there.
    pub fn at(places: &Places) -> Self {
        Self(places.clone())
    }

    /// Adds what was done, unless it stands there already: an application that was killed just here comes again.
    pub fn add(&self, done: Done) -> Result<Receipt, Problem> {
        let path = self.0.receipts();
        let failed = |fault: std::io::Error| durable::failed(&path, &fault);
        // two plans may end at the same time: the head's lock orders them
        let ordered = durable::Locked::of(&self.0.head()).map_err(failed)?;
        let lines = self.lines()?;
        let there = lines.iter().find(|line| line.done.plan == done.plan).cloned();
        let (ends_well, is_new) = (self.ends_well(&lines), there.is_none());
        let line = if let Some(there) = there {
            there
        } else {
            let before = lines.last().map(Line::as_head);
            let last = if ends_well { before } else { Some(Head::over_a_hole(self.head(), before)) };
            let line = Line::after(last, done)?;
            let text = serde_json::to_string(&line).map_err(|_| Problem::new(ProblemCode::Internal))?;
            durable::append(&path, &text).map_err(failed)?;
            line
        };
        let head = line.as_head();
        // a line that was there already does not become the last over what was cut off after it
        let is_later = self.head().is_none_or(|before| before.number < head.number);
        if is_later && (is_new || ends_well) {
            let text = serde_json::to_vec(&head).map_err(|_| Problem::new(ProblemCode::Internal))?;
            ordered.put(&text).map_err(failed)?;
        }
        drop(ordered);
        let found = self.list()?.into_iter().find(|receipt| receipt.number.0 == line.number);
        found.ok_or_else(|| Problem::new(ProblemCode::FileFailed))
    }

    /// All receipts, newest first, each with whether the chain up to it is whole. Lines that cannot be read break it.
    pub fn list(&self) -> Result<Vec<Receipt>, Problem> {
        let lines = self.lines()?;
        let mut whole = self.raw()?.len() == lines.len();
        let mut receipts = Vec::with_capacity(lines.len());
        for (at, line) in lines.iter().enumerate() {
            whole &= line.follows(at.checked_sub(1).and_then(|before| lines.get(before)));
            receipts.push(receipt(line, whole));
        }
        if !self.ends_well(&lines) {
            // something was cut off at the end: what is left cannot say that it is all
            if let Some(last) = receipts.last_mut() {
                last.intact = false;
            }
        }
        receipts.reverse();
        Ok(receipts)
    }

    /// The receipt of that plan; none where it was not applied here.
    pub fn of(&self, plan: Uuid) -> Result<Option<Receipt>, Problem> {
        let Some(line) = self.lines()?.into_iter().find(|line| line.done.plan == plan) else {
            return Ok(None);
        };
        Ok(self.list()?.into_iter().find(|receipt| receipt.number.0 == line.number))
    }

    /// Whether all that was ever written is there, unaltered and in its order.
    pub fn are_whole(&self) -> Result<bool, Problem> {
        let receipts = self.list()?;
        Ok(receipts.iter().all(|receipt| receipt.intact) && (!receipts.is_empty() || self.head().is_none()))
    }

    /// One receipt as a file: readable JSON with its hash and that of the one before.
    pub fn export(&self, number: ReceiptNumber) -> Result<Vec<u8>, Problem> {
        let missing = || Problem::new(ProblemCode::NotFound);
        let line = self.lines()?.into_iter().find(|line| line.number == number.0).ok_or_else(missing)?;
        let mut bytes = serde_json::to_vec_pretty(&line).map_err(|_| missing())?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Holds an exported receipt against itself and against those of this computer; none where it is no receipt.
    pub fn verify(&self, exported: &[u8]) -> Result<Option<Verified>, Problem> {
        let Ok(line) = serde_json::from_slice::<Line>(exported) else { return Ok(None) };
        let is_unaltered = line.hashed().as_ref() == Some(&line.hash);
        let lines = self.lines()?;
        let here = match lines.iter().find(|here| here.number == line.number) {
            Some(here) if *here == line => Here::Same,
            Some(_) => Here::Other,
            None => Here::Absent,
        };
        let (previous, receipt) = (line.previous.clone(), receipt(&line, is_unaltered));
        Ok(Some(Verified { previous, is_unaltered, here, receipt }))
    }

    fn raw(&self) -> Result<Vec<String>, Problem> {
        let path = self.0.receipts();
        durable::lines(&path).map_err(|fault| durable::failed(&path, &fault))
    }

    fn lines(&self) -> Result<Vec<Line>, Problem> {
        Ok(self.raw()?.iter().filter_map(|line| serde_json::from_str(line).ok()).collect())
    }

    fn head(&self) -> Option<Head> {
        serde_json::from_slice(&std::fs::read(self.0.head()).ok()?).ok()
    }

    /// The head is written after its line, so a kill in between leaves it one behind; never ahead.
    fn ends_well(&self, lines: &[Line]) -> bool {
        let Some(last) = lines.last() else { return self.head().is_none() };
        match self.head() {
            Some(head) if head.number == last.number => head.hash == last.hash,
            Some(head) => head.number + 1 == last.number && head.hash == last.previous,
            None => last.number == 1,
        }
    }
}

fn receipt(line: &Line, intact: bool) -> Receipt {
    let Done { file, author, reason, account, backend, began_at, ended_at, steps, .. } = line.done.clone();
    let (number, hash) = (ReceiptNumber(line.number), line.hash.clone());
    Receipt { number, file, author, reason, account, backend, began_at, ended_at, steps, hash, intact }
}
