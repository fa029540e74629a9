//! Whatever stands in a bundle is read or refused: without a panic, within a bound of memory, and what is read is written the
//! same again. Each input is tried as the whole file, as what lies within, as the manifest and as the signature.
#![no_main]

use libfuzzer_sys::fuzz_target;
use peak_alloc::PeakAlloc;
use postern_client::bundle::{self, signature::Signature};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Three copies of the largest bundle and what reads them.
const MOST: usize = 16 * 1024 * 1024;

/// A tar of one file, as bundles are written.
fn wrapped(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut header = tar::Header::new_ustar();
    header.set_path(name).expect("a short name");
    header.set_size(bytes.len() as u64);
    header.set_mode(0o644);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    header.set_entry_type(tar::EntryType::Regular);
    header.set_cksum();
    let mut builder = tar::Builder::new(Vec::new());
    builder.append(&header, bytes).expect("memory");
    builder.into_inner().expect("memory")
}

fn read(bytes: &[u8]) {
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    match bundle::read(bytes) {
        Ok(read) => {
            assert!(!read.contents().is_empty() && (1..=bundle::SERIAL_MAX).contains(&read.manifest.serial));
            let kept = read.certificates.iter().chain(&read.plans);
            assert!(kept.into_iter().all(|file| bundle::name::kind(&file.name).is_some()));
        }
        Err(fault) => assert!(!fault.to_string().is_empty()),
    }
    let took = MEMORY.peak_usage().saturating_sub(before);
    assert!(took <= MOST, "{} bytes were read with {took} bytes of memory", bytes.len());
}

fuzz_target!(|bytes: &[u8]| {
    read(bytes);
    read(&wrapped("contents.tar", bytes));
    read(&wrapped("contents.tar", &wrapped("bundle.toml", bytes)));
    if let Ok(text) = str::from_utf8(bytes)
        && let Some(signature) = Signature::read(text)
    {
        assert_eq!(signature.file(), text);
    }
});
