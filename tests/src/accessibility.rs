//! The accessibility tree of the application's windows, as a screen reader gets it over AT-SPI.

use crate::patience::until;
use crate::world::World;
use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// Prints every accessible object of the application, a line of JSON for each, in the order of the tree.
const DUMP: &str = "
import gi, json, sys
gi.require_version('Atspi', '2.0')
from gi.repository import Atspi
def dump(node, depth):
    states = sorted(s.value_nick for s in node.get_state_set().get_states())
    relations = {r.get_relation_type().value_nick: [
        (r.get_target(i).get_attributes() or {}).get('id', '') for i in range(r.get_n_targets())
    ] for r in node.get_relation_set() or []}
    text = node.get_text_iface()
    said = Atspi.Text.get_text(text, 0, Atspi.Text.get_character_count(text)) if text else ''
    print(json.dumps({'depth': depth, 'role': node.get_role_name(), 'name': node.get_name() or '', 'text': said,
        'description': node.get_description() or '', 'states': states, 'relations': relations,
        'id': (node.get_attributes() or {}).get('id', '')}))
    for at in range(node.get_child_count()):
        child = node.get_child_at_index(at)
        if child: dump(child, depth + 1)
desktop = Atspi.get_desktop(0)
for at in range(desktop.get_child_count()):
    program = desktop.get_child_at_index(at)
    if program and 'postern' in (program.get_name() or '').lower(): dump(program, 0)
";

/// One accessible object.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub struct Node {
    pub depth: u64,
    pub role: String,
    pub name: String,
    pub text: String,
    pub description: String,
    pub states: Vec<String>,
    pub relations: Value,
    pub id: String,
}

impl Node {
    /// Whether it has a state, by its AT-SPI name: `selected`, `required`.
    pub fn is(&self, state: &str) -> bool {
        self.states.iter().any(|own| own == state)
    }

    /// The ids of the elements that it controls.
    pub fn controls(&self) -> Vec<&str> {
        let ids = self.relations["controller-for"].as_array();
        ids.into_iter().flatten().filter_map(Value::as_str).collect()
    }
}

/// The whole tree now: all windows of the application.
pub async fn tree(world: &World) -> Result<Vec<Node>> {
    let asked = world.around.command("/usr/bin/python3").args(["-c", DUMP]).output().await?;
    ensure!(asked.status.success(), "AT-SPI: {}", String::from_utf8_lossy(&asked.stderr));
    String::from_utf8_lossy(&asked.stdout).lines().map(node).collect()
}

/// The tree once it holds what is looked for.
pub async fn tree_with(world: &World, what: &str, wanted: impl Fn(&[Node]) -> bool) -> Result<Vec<Node>> {
    until(&format!("the accessibility tree holds {what}"), async || {
        Ok(Some(tree(world).await?).filter(|tree| wanted(tree)))
    })
    .await
}

/// The objects of a role.
pub fn of_role<'a>(tree: &'a [Node], role: &str) -> Vec<&'a Node> {
    tree.iter().filter(|node| node.role == role).collect()
}

/// The objects beneath the first one that fits.
pub fn beneath(tree: &[Node], fits: impl Fn(&Node) -> bool) -> &[Node] {
    let Some(at) = tree.iter().position(fits) else { return &[] };
    let end = tree.iter().skip(at + 1).position(|node| node.depth <= tree[at].depth);
    &tree[at + 1..end.map_or(tree.len(), |end| at + 1 + end)]
}

fn node(line: &str) -> Result<Node> {
    let value: Value = serde_json::from_str(line).with_context(|| line.to_owned())?;
    let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
    Ok(Node {
        depth: value["depth"].as_u64().unwrap_or_default(),
        role: text("role"),
        name: text("name"),
        text: text("text"),
        description: text("description"),
        states: serde_json::from_value(value["states"].clone())?,
        relations: value["relations"].clone(),
        id: text("id"),
    })
}
