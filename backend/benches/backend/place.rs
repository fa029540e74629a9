//! The machine: how many processors, whether somebody else is using them, and what a process holds of its memory.

use std::fs::read_to_string;
use std::time::Duration;

/// As much as others may use of the processors while something is measured.
const QUIET: f64 = 0.05;
/// How often a quiet moment is waited for, [`LOOK`] each time.
const LOOKS: u32 = 10;
const LOOK: Duration = Duration::from_millis(500);

pub fn processors() -> usize {
    std::thread::available_parallelism().unwrap().get()
}

/// Busy and altogether, in ticks.
fn ticks() -> (u64, u64) {
    let stat = read_to_string("/proc/stat").unwrap();
    let first = stat.lines().next().unwrap();
    let ticks: Vec<u64> = first.split_whitespace().skip(1).take(8).map(|n| n.parse().unwrap()).collect();
    let all = ticks.iter().sum::<u64>();
    // idle, and waiting for a disk
    (all - ticks[3] - ticks[4], all)
}

/// Waits for a moment at which nobody else computes, though not for ever. Asked only while nothing of ours does.
#[allow(clippy::disallowed_methods, reason = "a look at how busy others are takes its time")]
pub async fn quiet() {
    let mut share = 1.0;
    for _ in 0..LOOKS {
        let (busy, all) = ticks();
        tokio::time::sleep(LOOK).await;
        let (busy_then, all_then) = ticks();
        share = (busy_then - busy) as f64 / (all_then - all) as f64;
        if share <= QUIET {
            return;
        }
    }
    eprintln!(
        "   others use {:.0} % of the processors: figures of this round are lower bounds",
        share * 100.0
    );
}

/// A line of `/proc/PID/status` in MiB: `VmRSS` is what it holds, `VmHWM` the most it has held.
pub fn held(process: u32, line: &str) -> f64 {
    let status = read_to_string(format!("/proc/{process}/status")).unwrap();
    let found = status.lines().find_map(|text| text.strip_prefix(line)?.strip_prefix(':')).unwrap();
    found.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1024.0
}
