//! Metrics of the process itself, read from `/proc/self` at each scrape: the names and units that every Prometheus client
//! library uses (<https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics>). None elsewhere than on Linux.

use prometheus_client::registry::Registry;

#[cfg(not(target_os = "linux"))]
pub(super) fn register(_: &mut Registry) {}

/// Registers what can be read now; what cannot is left out.
#[cfg(target_os = "linux")]
pub(super) fn register(registry: &mut Registry) {
    use procfs::WithCurrentSystemInfo as _;
    use prometheus_client::metrics::counter::ConstCounter;
    use prometheus_client::metrics::gauge::ConstGauge;
    use prometheus_client::registry::Unit;

    let registry = registry.sub_registry_with_prefix("process");
    let Ok(process) = procfs::process::Process::myself() else { return };
    if let Ok(stat) = process.stat() {
        let seconds = real(stat.utime + stat.stime) / real(procfs::ticks_per_second());
        let cpu = ConstCounter::new(seconds);
        registry.register_with_unit("cpu", "Processor time in user and system mode", Unit::Seconds, cpu);
        let resident = ConstGauge::new(whole(stat.rss_bytes().get()));
        registry.register_with_unit("resident_memory", "Resident memory", Unit::Bytes, resident);
        let virt = ConstGauge::new(whole(stat.vsize));
        registry.register_with_unit("virtual_memory", "Virtual memory", Unit::Bytes, virt);
        registry.register("threads", "Operating system threads", ConstGauge::new(stat.num_threads));
        if let Ok(boot) = procfs::boot_time_secs() {
            let started = real(boot) + real(stat.starttime) / real(procfs::ticks_per_second());
            let started = ConstGauge::new(started);
            registry.register_with_unit(
                "start_time",
                "When the process started, since the Unix epoch",
                Unit::Seconds,
                started,
            );
        }
    }
    if let Ok(open) = process.fd_count() {
        registry.register("open_fds", "Open file descriptors", ConstGauge::new(whole(open as u64)));
    }
    if let Ok(limits) = process.limits() {
        let most = match limits.max_open_files.soft_limit {
            procfs::process::LimitValue::Value(most) => whole(most),
            procfs::process::LimitValue::Unlimited => i64::MAX,
        };
        registry.register("max_fds", "Most file descriptors that may be open", ConstGauge::new(most));
    }
}

#[cfg(target_os = "linux")]
fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(target_os = "linux")]
#[allow(
    clippy::cast_precision_loss,
    reason = "a metric is a floating-point number; 2^53 ticks are millions of years"
)]
fn real(count: u64) -> f64 {
    count as f64
}
