//! What a screen reader gets: lists that are lists, menu buttons that are buttons, one selected tab, required fields, texts
//! that are told apart; and a context menu that edits and nothing else.

use anyhow::{Result, ensure};
use postern_contract::shell::{Tab, Window};
use postern_stories::accessibility::{self, Node, beneath, of_role};
use postern_stories::input::Input;
use postern_stories::patience::until;
use postern_stories::{Page, Role, World, empty, steps, steps::MINA, with_account};

/// The ids that more than one element of the page has.
const TWICE: &str = "
    const ids = [...document.querySelectorAll('[id]')].map(element => element.id);
    return ids.filter((id, at) => ids.indexOf(id) !== at);";
/// The ids that a label, description, panel or menu is looked for under, and that no element has.
const MISSING: &str = "
    const names = ['aria-labelledby', 'aria-describedby', 'aria-controls', 'for'];
    return names.flatMap(name => [...document.querySelectorAll(`[${name}]`)]
        .flatMap(element => element.getAttribute(name).split(' ')))
        .filter(id => id && !document.getElementById(id));";

async fn ids_are_unique(page: &Page) -> Result<()> {
    let twice = page.ask(TWICE, vec![]).await?;
    ensure!(twice.as_array().is_some_and(Vec::is_empty), "ids of several elements: {twice}");
    let missing = page.ask(MISSING, vec![]).await?;
    ensure!(missing.as_array().is_some_and(Vec::is_empty), "ids of no element: {missing}");
    Ok(())
}

/// Every list of a tree has items, and every item stands in a list.
fn lists_are_lists(tree: &[Node]) -> Result<()> {
    for (at, node) in tree.iter().enumerate() {
        if node.role == "list item" {
            let above = tree[..at].iter().rev().find(|other| other.depth < node.depth);
            ensure!(above.is_some_and(|list| list.role == "list"), "{node:?} is in {above:?}");
        }
        if node.role == "list" {
            let inside = beneath(&tree[at..], |_| true);
            ensure!(inside.iter().any(|item| item.role == "list item"), "{node:?} has no items");
        }
    }
    Ok(())
}

fn selected_tabs(tree: &[Node]) -> Vec<&str> {
    of_role(tree, "page tab").iter().filter(|tab| tab.is("selected")).map(|tab| tab.name.as_str()).collect()
}

#[tokio::test]
async fn d8_exactly_one_tab_is_selected_and_each_controls_its_own_panel() -> Result<()> {
    with_account()
        .accessible()
        .tell(async |world| {
            steps::sign_in(world, &MINA).await?;
            let page = steps::manage_account(world, &MINA, Tab::UserInformation).await?;
            for (tab, field) in [(Tab::UserInformation, "Name"), (Tab::ChangePassword, "Current password")] {
                steps::open_tab(&page, tab).await?;
                page.find(Role::Textbox, field).await?.focus().await?;
                page.focus_is_on(field).await?;
                let tree = accessibility::tree_with(world, "the tabs", |tree| {
                    selected_tabs(tree) == [steps::title(tab)]
                })
                .await?;
                let tabs = of_role(&tree, "page tab");
                ensure!(tabs.len() == 5, "{tabs:?}");
                let mut panels: Vec<&str> = tabs.iter().flat_map(|tab| tab.controls()).collect();
                panels.sort_unstable();
                panels.dedup();
                ensure!(!panels.is_empty() && panels.len() <= 5, "{panels:?}");
            }
            let controls = "return [...document.querySelectorAll('[role=tab]')].map(tab => {
                const panel = document.getElementById(tab.getAttribute('aria-controls'));
                return panel?.getAttribute('role') === 'tabpanel' && panel.getAttribute('aria-labelledby') === tab.id;
            })";
            let own = page.ask(controls, vec![]).await?;
            ensure!(own == serde_json::json!([true, true, true, true, true]), "{own}");
            Ok(())
        })
        .await
}

#[tokio::test]
async fn d25_lists_menus_fields_and_texts_are_what_they_are() -> Result<()> {
    with_account()
        .accessible()
        .tell(async |world| {
            let main = steps::sign_in(world, &MINA).await?;
            main.find(Role::Heading, "Accounts").await?;
            let tree = accessibility::tree_with(world, "the user menu's button", |tree| {
                tree.iter().any(|node| node.name.starts_with(MINA.name) && node.role.contains("button"))
            })
            .await?;
            lists_are_lists(&tree)?;
            ensure!(of_role(&tree, "combo box").is_empty(), "{:?}", of_role(&tree, "combo box"));
            ids_are_unique(&main).await?;

            let page = steps::manage_account(world, &MINA, Tab::UserInformation).await?;
            page.fill("Email address", "mina@lighthouse.example").await?;
            page.press("Send authentication number to email").await?;
            page.find(Role::Textbox, "Authentication number (email)").await?;
            let tree = accessibility::tree_with(world, "the number's field", |tree| {
                tree.iter()
                    .any(|node| node.name == "Authentication number (email)" && !node.description.is_empty())
            })
            .await?;
            let field = |name: &str| tree.iter().find(|node| node.role == "entry" && node.name == name);
            let number = field("Authentication number (email)");
            let described = number.map(|node| node.description.clone()).unwrap_or_default();
            ensure!(
                described.contains(", 5 tries left") && described.starts_with("Valid for"),
                "“{described}”"
            );
            for (name, required) in [("Name", true), ("Email address", true), ("Task", false)] {
                let found = field(name);
                ensure!(found.is_some_and(|field| field.is("required") == required), "{name}: {found:?}");
            }
            lists_are_lists(&tree)?;
            for tab in [
                Tab::ChangePassword,
                Tab::SecuritySettings,
                Tab::ManageAuthenticationKey,
                Tab::CancelSubscription,
            ] {
                steps::open_tab(&page, tab).await?;
            }
            page.find(Role::Checkbox, "I agree to the subscription cancellation").await?;
            let tree = accessibility::tree_with(world, "the box of agreement", |tree| {
                tree.iter().any(|node| node.role == "check box" && node.is("required"))
            })
            .await?;
            lists_are_lists(&tree)?;
            ids_are_unique(&page).await?;
            steps::open_tab(&page, Tab::ManageAuthenticationKey).await?;
            steps::add_key(&page, "Release robot").await?;
            let tree = accessibility::tree_with(world, "the menu button of a key", |tree| {
                tree.iter().any(|node| node.name == "More actions for Release robot")
            })
            .await?;
            ensure!(of_role(&tree, "combo box").is_empty(), "{:?}", of_role(&tree, "combo box"));
            ids_are_unique(&page).await
        })
        .await
}

/// The words of the menu that the right button opens over a control.
async fn context_menu(
    world: &World,
    window: Window,
    page: &Page,
    role: Role,
    name: &str,
) -> Result<Vec<String>> {
    let input = Input::to(world, window).await?;
    let control = page.find(role, name).await?;
    input.click_on(page, &control, "3").await?;
    let mut items = Vec::new();
    until(&format!("a menu over “{name}”"), async || {
        let tree = accessibility::tree(world).await?;
        let shown = tree.iter().filter(|node| node.role == "menu item" && node.is("showing"));
        items = shown.map(|node| node.name.clone()).collect();
        Ok((!items.is_empty()).then_some(()))
    })
    .await?;
    input.keys(&["Escape"]).await?;
    Ok(items)
}

#[tokio::test]
async fn d2_the_context_menu_edits_and_does_nothing_else() -> Result<()> {
    empty()
        .accessible()
        .tell(async |world| {
            let page = world.window(Window::Main).await?;
            page.fill("Email address", "mina@harbor.example").await?;
            let items = context_menu(world, Window::Main, &page, Role::Textbox, "Email address").await?;
            let editing = ["Cut", "Copy", "Paste", "Select All"];
            ensure!(items == editing, "the menu of a field holds {items:?}");
            let input = Input::to(world, Window::Main).await?;
            let heading = page.find(Role::Heading, "Sign in").await?;
            // a word under the pointer may be selected by the click; then it can be copied
            input.click_on(&page, &heading, "3").await?;
            let input = Input::to(world, Window::Main).await?;
            input.click(&page, Role::Textbox, "Email address").await?;
            let tree = accessibility::tree(world).await?;
            let others: Vec<&Node> = of_role(&tree, "menu item");
            ensure!(
                others.iter().all(|item| editing.contains(&item.name.as_str())),
                "the menu of a heading holds {others:?}"
            );
            Ok(())
        })
        .await
}
