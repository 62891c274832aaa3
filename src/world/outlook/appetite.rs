//! Sellers whose own sales are reason enough to sell more.

use crate::file::WorldFile;
use engine::traders::TraderFile;
use language::findings::Findings;

pub fn look(file: &WorldFile, remarks: &mut Findings) {
    for (name, trader) in file.traders.iter() {
        let TraderFile::BlockSeller(own) = trader else { continue };
        if own.share > 1.0 {
            remarks.add(
                format_args!("traders.{name}.share"),
                format!(
                    "it sells {} times the volume, of which its own sales are a part: once begun it sells faster and \
                     faster, though nobody else trades",
                    own.share
                ),
                "give a share up to 1: 0.09 is 9 % of the volume",
            );
        }
    }
}
