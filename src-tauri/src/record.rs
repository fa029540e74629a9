//! What the application writes to standard error, and what it never writes: other crates speak only from warnings up,
//! since their finer records quote what they carry; and a panic is recorded by its place alone unless its text is a
//! constant of ours.

use std::panic::PanicHookInfo;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Our own crates; `POSTERN_LOG` sets how much they say.
const OWN: [&str; 3] = ["postern_desktop", "postern_client", "postern_backend"];

/// Starts the record. `level` is a word such as `debug`; anything else means `warn`.
pub fn start(level: Option<&str>) {
    let level = level.and_then(|word| word.parse().ok()).unwrap_or(LevelFilter::WARN);
    let written = Targets::new().with_default(LevelFilter::WARN).with_targets(OWN.map(|name| (name, level)));
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    tracing_subscriber::registry().with(lines).with(written).init();
    std::panic::set_hook(Box::new(|panic| tracing::error!("{}", of_panic(panic))));
}

fn of_panic(panic: &PanicHookInfo<'_>) -> String {
    let text = panic.payload().downcast_ref::<&'static str>().copied();
    let place = panic.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    format!("panic at {place}: {}", text.unwrap_or("(its text is withheld)"))
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    #[test]
    fn a_panic_is_recorded_without_what_it_carries() {
        // LOG-1
        let seen = Arc::new(Mutex::new(Vec::new()));
        let write = Arc::clone(&seen);
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| write.lock().unwrap().push(super::of_panic(panic))));
        let carried = "canary-91c2";
        let formatted = std::panic::catch_unwind(|| panic!("the password is {carried}"));
        let constant = std::panic::catch_unwind(|| panic!("a constant of ours"));
        std::panic::set_hook(before);
        assert!(formatted.is_err() && constant.is_err());
        let seen = seen.lock().unwrap().join("\n");
        assert!(!seen.contains(carried), "{seen}");
        assert!(seen.contains("record.rs") && seen.contains("a constant of ours"), "{seen}");
    }
}
