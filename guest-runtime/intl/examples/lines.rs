//! Does the operations on standard input, one a line: the name and the arguments parted by
//! tabs, with U+240A for a line's end inside one. Comparisons with other implementations use it.

use std::io::{BufRead as _, Write as _};

fn main() -> std::io::Result<()> {
    let mut output = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line?.replace('␊', "\n");
        let mut fields = line.split('\t');
        let operation = fields.next().unwrap_or_default();
        let arguments: Vec<&str> = fields.collect();
        let answer = codecell_intl::call(operation, &arguments);
        writeln!(output, "{}", answer.unwrap_or_else(|| "(none)".to_owned()).replace('\n', "␊"))?;
    }
    Ok(())
}
