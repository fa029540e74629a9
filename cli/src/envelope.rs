//! JSON envelope: what every command prints on standard output with `--json`, on success and on refusal. Its schema is
//! `docs/command-line.schema.json`; the shape of `result` follows from `command`.

use crate::ending::{Ending, TABLE};
use crate::{bundle, config, plan, policy, receipt};
use postern_contract::Problem;
use postern_contract::configuration::Finding;
use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The version of the envelope. It grows when a member is removed or changes its meaning; members may be added.
pub const FORMAT: u32 = 1;

/// What every command prints with `--json`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Envelope {
    /// The version of this envelope: 1.
    #[schemars(extend("const" = FORMAT))]
    pub format: u32,
    /// The command, such as `config check`; as far as it was understood, and empty where nothing was.
    pub command: String,
    /// How it ended, in a word.
    pub outcome: Ending,
    /// How it ended, as the process says it too.
    pub exit_code: u8,
    /// The result, whose shape follows from the command; none where there is none.
    pub result: Option<Value>,
    /// What is wrong with files: all that was found.
    pub findings: Vec<Finding>,
    /// What went wrong, where it has a code.
    pub problem: Option<Problem>,
    /// What was said on standard error, but for the findings. Where the outcome is not `done`, the last one says why.
    pub messages: Vec<String>,
}

/// The result of a command that prints a text.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Text {
    /// The text.
    pub text: String,
}

/// Makes the schema of a result.
pub type Shape = fn(&mut SchemaGenerator) -> Schema;

/// One type.
pub fn of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

/// Either of two results.
pub fn either<A: JsonSchema, B: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    let both = [generator.subschema_for::<A>(), generator.subschema_for::<B>()];
    schemars::json_schema!({ "anyOf": both })
}

/// The result of each command.
fn results() -> Vec<(&'static str, Shape)> {
    let mut all: Vec<(&'static str, Shape)> = vec![
        ("completions", of::<Text>),
        ("man", either::<Text, crate::manual::Written>),
        ("schema", of::<Text>),
    ];
    all.extend(config::results());
    all.extend(policy::results());
    all.extend(bundle::results());
    all.extend(plan::results());
    all.extend(receipt::results());
    all
}

/// The commands whose results are described, in the order of the alphabet.
#[cfg(test)]
pub fn commands() -> Vec<String> {
    let mut all: Vec<_> = results().into_iter().map(|(command, _)| command.to_owned()).collect();
    all.sort();
    all
}

/// The JSON Schema of the envelope, as `docs/command-line.schema.json`.
pub fn schema() -> String {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.root_schema_for::<Envelope>().to_value();
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    generator.subschema_for::<Envelope>();
    let mut rules: Vec<Value> = results()
        .into_iter()
        .map(|(command, shape)| {
            let result = json!({ "anyOf": [shape(&mut generator), { "type": "null" }, help()] });
            json!({
                "if": { "properties": { "command": { "const": command } } },
                "then": { "properties": { "result": result } },
            })
        })
        .collect();
    rules.extend(TABLE.map(|(ending, _)| {
        json!({
            "if": { "properties": { "outcome": { "const": ending } } },
            "then": { "properties": { "exit_code": { "const": ending.code() } } },
        })
    }));
    let definitions: BTreeMap<String, Value> = generator.take_definitions(true).into_iter().collect();
    if let Some(object) = schema.as_object_mut() {
        object.insert("title".to_owned(), "Output of the postern command line with --json".into());
        object.insert("$defs".to_owned(), json!(definitions));
        object.insert("allOf".to_owned(), rules.into());
        object.insert("additionalProperties".to_owned(), true.into());
    }
    serde_json::to_string_pretty(&sorted(schema)).unwrap_or_default() + "\n"
}

/// What `--help` of any command answers.
fn help() -> Value {
    json!({ "type": "object", "required": ["text"], "properties": { "text": { "type": "string" } } })
}

/// Keys in the order of the alphabet, so that the file is the same from every build.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(object) => {
            let pairs: BTreeMap<_, _> = object.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            pairs.into_iter().collect()
        }
        Value::Array(items) => items.into_iter().map(sorted).collect(),
        other => other,
    }
}

const HEAD: &str = "\
# The command line for scripts

<!-- Made by `postern schema page`. The words come from cli/src/. -->

`postern --help` and the manual pages in `docs/man` describe every command and option. This page describes what scripts need:
exit codes, the JSON envelope, files that are written, and logs.

## Exit codes

One table holds for every command, with and without `--json`.

| code | outcome | meaning |
|---|---|---|
";

const TAIL: &str = "
Where several inputs are worked on, the code is that of the one that needs attention first: failed, then refused, then waiting.
A reader that closes standard output early (`postern … | head`) does not change the code; every other write error makes it 1.

## The JSON envelope

With `--json` a command prints one JSON document on standard output, whether it succeeds or not, also where the command line is
not understood. `docs/command-line.schema.json` (`postern schema`) is its JSON Schema.

```json
{
  \"format\": 1,
  \"command\": \"config check\",
  \"outcome\": \"refused\",
  \"exit_code\": 3,
  \"result\": { \"errors\": 1, \"warnings\": 0 },
  \"findings\": [
    {
      \"gravity\": \"error\", \"file\": \"config.toml\", \"line\": 2, \"column\": 1, \"key\": \"defaults.thema\",
      \"found\": \"a key that is not known here\", \"expected\": \"one of …\", \"fix\": \"did you mean `theme`? Otherwise remove it\"
    }
  ],
  \"problem\": null,
  \"messages\": []
}
```

`format` grows when a member is removed or changes its meaning. Members may be added, so a reader passes over those it does not
know. `messages` repeats what standard error says for people; branch on `outcome`, on `problem.code` and on `result`.

## Files that are written

No command overwrites a file silently. A file that is named as an output and exists is refused with code 3, unless `--force` is
given; an output that is one of the inputs is refused always, also through a link or another path. Keys are never overwritten.
Input files are regular files of a limited size: pipes, devices and folders are refused with code 1.

## Logs

Warnings of the client are printed on standard error. `--verbose` adds information, given twice also debugging. `POSTERN_LOG`
sets levels by module, such as `POSTERN_LOG=warn,postern_client=debug`, and counts more than `--verbose`.
";

/// The reference page, as `docs/command-line.md`.
pub fn page() -> String {
    let mut page = HEAD.to_owned();
    for (ending, covers) in TABLE {
        let covers = covers.split_once(": ").map_or(covers, |(_, covers)| covers);
        let _ = writeln!(page, "| {} | `{}` | {covers} |", ending.code(), ending.as_str());
    }
    page + TAIL
}
