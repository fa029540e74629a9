//! The whole desktop in a room of its own: without a network it opens, says since when there is none, and shows the account as
//! last seen; with one it speaks to nobody but the configured backend.

use anyhow::{Context, Result, ensure};
use postern_contract::shell::{Tab, Window};
use postern_stories::cable::{Cable, NAME, THERE};
use postern_stories::patience::until;
use postern_stories::{Page, Plan, Role, World, room, steps, steps::MINA, with_account};
use std::net::UdpSocket;

const CONFIGURED: &str = "[[backends]]\nname = \"Harbor\"\nurl = \"{url}\"\nca = [\"{ca}\"]\ncolor = \"moss\"\nconnect_seconds = 3\n\
                          total_seconds = 9\n\n[defaults]\nbackend = \"Harbor\"\n";
/// What the console says of an account that it recalls.
const RECALLED: &str = "You see the account as last seen";

/// A desktop whose backend is at the other end of the cable.
fn desktop(cable: &Cable) -> Plan {
    with_account().remote(&[]).beyond(cable.there()).configured(CONFIGURED)
}

/// Signs in and waits until all of the account was seen.
async fn seen(world: &World) -> Result<Page> {
    let main = steps::sign_in(world, &MINA).await?;
    main.sees("0 of 5").await?;
    Ok(main)
}

#[test]
fn net_4_without_a_network_the_window_says_since_when_and_shows_the_account() -> Result<()> {
    let name =
        "the_network_is_pulled_out::net_4_without_a_network_the_window_says_since_when_and_shows_the_account";
    room::tell(name, async |cable| {
        let told = desktop(cable).tell(async |world| {
            seen(world).await?;
            world.leave().await?;
            cable.pull_out()?;

            world.open().await?;
            let main = world.window(Window::Main).await?;
            main.sees("Offline since").await?;
            main.sees("This computer is not connected to a network").await?;
            main.sees(RECALLED).await?;
            main.find_starting(Role::Button, MINA.name).await?;
            main.sees(MINA.email).await?;
            // looking again finds it so again, and a window that is opened then says it too
            main.press("Try again").await?;
            steps::choose_from_user_menu(&main, MINA.name, "Manage account").await?;
            world.window(Window::ManageAccount).await?.sees("Offline since").await?;

            cable.plug_in()?;
            steps::try_until_reached(&main).await?;
            main.sees_no(RECALLED).await?;
            main.sees(MINA.email).await
        });
        told.await
    })
}

#[test]
fn net_4_every_packet_of_the_desktop_goes_to_the_configured_backend() -> Result<()> {
    let name = "the_network_is_pulled_out::net_4_every_packet_of_the_desktop_goes_to_the_configured_backend";
    room::tell(name, async |cable| {
        let cable = &*cable;
        let told = desktop(cable).tell(async |world| {
            let main = seen(world).await?;
            let account = steps::manage_account(world, &MINA, Tab::ManageAuthenticationKey).await?;
            steps::add_key(&account, "Crane log").await?;
            for tab in [Tab::UserInformation, Tab::SecuritySettings, Tab::CancelSubscription] {
                steps::open_tab(&account, tab).await?;
            }
            for (item, window) in [("Prepared changes", Window::Plans), ("Settings", Window::Settings)] {
                steps::choose_from_user_menu(&main, MINA.name, item).await?;
                world.window(window).await?.find(Role::Heading, item).await?;
            }
            // opened once more, with a session that is kept
            world.reopen().await?;
            let main = world.window(Window::Main).await?;
            main.sees(MINA.email).await?;
            steps::choose_from_user_menu(&main, MINA.name, "Sign out").await?;
            main.find(Role::Heading, "Sign in").await?;

            let port = world.backend()?.address.rsplit_once(':').context("an address has a port")?.1;
            let left = cable.left()?;
            let foreign: Vec<_> = left
                .keys()
                .filter(|whom| {
                    let told = (whom.address.as_str(), whom.protocol.as_str(), whom.port.as_str());
                    told != (THERE, "tcp", port) && told != (THERE, "udp", "53")
                })
                .collect();
            ensure!(foreign.is_empty(), "packets went elsewhere: {foreign:?}");
            ensure!(left.keys().any(|whom| whom.protocol == "tcp"), "the backend was spoken to: {left:?}");
            ensure!(cable.asked().iter().eq([NAME]), "other names were asked for: {:?}", cable.asked());
            Ok(())
        });
        told.await?;
        the_watch_sees_strangers(cable).await
    })
}

/// Does what the desktop must not, and finds it noticed: a packet to a stranger, and a question for another name.
async fn the_watch_sees_strangers(cable: &Cable) -> Result<()> {
    UdpSocket::bind("0.0.0.0:0")?.send_to(b"anybody?", "198.51.100.9:99")?;
    UdpSocket::bind("[::]:0")?.send_to(b"anybody?", "[2001:db8:9::9]:99")?;
    let stranger =
        tokio::net::lookup_host("news.pier.example:443").await.is_ok_and(|mut all| all.next().is_some());
    ensure!(!stranger, "there is no such name");
    until("what went to strangers was noticed", async || {
        let left = cable.left()?;
        let noticed = |address: &str| left.keys().any(|whom| whom.address == address && whom.port == "99");
        let asked = cable.asked().contains("news.pier.example");
        Ok((asked && noticed("198.51.100.9") && noticed("2001:db8:9::9")).then_some(()))
    })
    .await
}
