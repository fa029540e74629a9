//! A file that is dragged with the pointer from another program's window, as from a file manager.

use crate::patience::until;
use crate::program::Program;
use crate::world::World;
use anyhow::{Context, Result, ensure};
use std::path::Path;

/// A small window from which one file can be dragged; it says when whoever is beneath the pointer would take it.
const SOURCE: &str = "
import gi, pathlib, sys
gi.require_version('Gtk', '3.0'); gi.require_version('Gdk', '3.0')
from gi.repository import Gtk, Gdk
uri = pathlib.Path(sys.argv[1]).as_uri()
window = Gtk.Window(title='A file to drag'); window.set_default_size(160, 120)
area = Gtk.EventBox(); area.add(Gtk.Label(label='drag me')); window.add(area)
area.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [Gtk.TargetEntry.new('text/uri-list', 0, 0)], Gdk.DragAction.COPY)
area.connect('drag-data-get', lambda w, c, data, i, t: data.set_uris([uri]))
area.connect('drag-begin', lambda w, context: context.connect('action-changed', lambda c, a: print('taken' if int(a) else 'not taken', flush=True)))
area.connect('drag-end', lambda w, c: print('ended', flush=True))
window.connect('map-event', lambda w, e: print('shown', flush=True))
window.show_all(); Gtk.main()
";

/// Drags a file onto the application's window with that title and lets it go there.
pub async fn onto(world: &World, title: &str, file: &Path) -> Result<()> {
    let file = file.to_str().context("a path of UTF-8")?;
    let _source =
        Program::start("drag", Path::new("/usr/bin/python3"), &["-c", SOURCE, file], &world.around)?;
    let says = |word: &'static str| {
        let around = &world.around;
        async move || {
            // the pointer never quite rests in a hand
            xdotool(around, &["mousemove_relative", "--", "1", "1"]).await?;
            xdotool(around, &["mousemove_relative", "--", "-1", "-1"]).await?;
            Ok(around.log("drag").lines().any(|line| line == word).then_some(()))
        }
    };
    until("the other window is there", says("shown")).await?;
    let around = &world.around;
    // beside each other, so that the pointer can go from one to the other
    let source = window(world, "A file to drag").await?;
    let target = window(world, title).await?;
    xdotool(around, &["windowmove", "--sync", &source, "1000", "700"]).await?;
    xdotool(around, &["windowactivate", "--sync", &source]).await?;
    xdotool(around, &["mousemove", "--window", &source, "80", "60"]).await?;
    xdotool(around, &["mousedown", "1"]).await?;
    for _ in 0..4 {
        xdotool(around, &["mousemove_relative", "--", "-10", "-10"]).await?;
    }
    xdotool(around, &["mousemove", "--window", &target, "300", "200"]).await?;
    until("the window would take the file", says("taken")).await?;
    xdotool(around, &["mouseup", "1"]).await?;
    until("the file is let go", says("ended")).await
}

async fn window(world: &World, title: &str) -> Result<String> {
    until(&format!("the window “{title}”"), async || {
        let name = format!("^{title}$");
        let found = world
            .around
            .command("xdotool")
            .args(["search", "--onlyvisible", "--name", &name])
            .output()
            .await?;
        Ok(String::from_utf8_lossy(&found.stdout).lines().next().map(str::to_owned))
    })
    .await
}

async fn xdotool(around: &crate::program::Surroundings, arguments: &[&str]) -> Result<()> {
    let done = around.command("xdotool").args(arguments).output().await?;
    ensure!(done.status.success(), "xdotool {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    Ok(())
}
