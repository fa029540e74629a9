//! Output files: one that exists is refused unless `--force` is given, and one that is an input is refused always, under
//! whatever path it is named.

use crate::ending::Ending;
use crate::{said, words};
use clap::Args;
use postern_client::durable;
use std::io;
use std::path::Path;

/// Whether files may be overwritten.
#[derive(Debug, Clone, Copy, Args)]
pub struct Overwrite {
    /// Overwrite a file that exists; an input is never overwritten
    #[arg(long)]
    force: bool,
}

impl Overwrite {
    /// Refuses an output that is an input, that exists where it must not, or that is no regular file. Writes nothing.
    pub fn check<'a>(self, output: &Path, inputs: impl IntoIterator<Item = &'a Path>) -> Result<(), Ending> {
        if let Some(input) = inputs.into_iter().find(|input| durable::is_same_file(output, input)) {
            said::aside(words::output_is_input(output, input));
            return Err(Ending::Refused);
        }
        match std::fs::metadata(output) {
            Ok(there) if !there.is_file() => {
                said::aside(words::not_written(output, &io::Error::other(durable::NOT_A_REGULAR_FILE)));
                Err(Ending::Failed)
            }
            Ok(_) if !self.force => Err(exists(output)),
            // a link that leads nowhere stands in the way as a file does
            Err(_) if output.is_symlink() && !self.force => Err(exists(output)),
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// Writes a whole file, durably, that [`check`](Self::check) let through.
    pub fn write(self, output: &Path, bytes: &[u8]) -> Result<(), Ending> {
        let done =
            if self.force { durable::overwrite(output, bytes) } else { durable::create(output, bytes) };
        done.map_err(|cause| {
            if cause.kind() == io::ErrorKind::AlreadyExists {
                return exists(output);
            }
            said::aside(words::not_written(output, &cause));
            Ending::Failed
        })
    }
}

fn exists(output: &Path) -> Ending {
    said::aside(words::output_exists(output));
    Ending::Refused
}
