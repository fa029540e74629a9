//! The one table: what was measured, beside what it must reach.

use crate::load::quarters;
use std::fmt;

/// What a ratio must reach.
#[derive(Debug, Clone, Copy)]
pub enum Limit {
    AtLeast(f64),
    AtMost(f64),
}

impl Limit {
    fn reached(self, ratio: f64) -> bool {
        match self {
            Self::AtLeast(limit) => ratio >= limit,
            Self::AtMost(limit) => ratio <= limit,
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtLeast(limit) => write!(f, "≥ {limit:.2}"),
            Self::AtMost(limit) => write!(f, "≤ {limit:.2}"),
        }
    }
}

struct Row {
    measure: String,
    value: String,
    ratio: f64,
    /// Between what the middle half of the rounds are, where there are several.
    scatter: Option<(f64, f64)>,
    limit: Limit,
}

impl Row {
    fn scatter(&self) -> String {
        self.scatter.map_or_else(String::new, |(low, high)| format!(" of {low:.2} to {high:.2}"))
    }
}

#[derive(Default)]
pub struct Table {
    rows: Vec<Row>,
}

impl Table {
    pub fn row(&mut self, measure: &str, value: String, ratio: f64, limit: Limit) {
        self.add(Row { measure: measure.to_owned(), value, ratio, scatter: None, limit });
    }

    /// A row of which several rounds were measured: the middle one counts.
    pub fn rounds(&mut self, measure: &str, value: String, ratios: Vec<f64>, limit: Limit) {
        let [low, ratio, high] = quarters(ratios);
        self.add(Row { measure: measure.to_owned(), value, ratio, scatter: Some((low, high)), limit });
    }

    fn add(&mut self, row: Row) {
        eprintln!("-- {}: {} ({:.2}{}, {})", row.measure, row.value, row.ratio, row.scatter(), row.limit);
        self.rows.push(row);
    }

    pub fn reached(&self) -> bool {
        !self.rows.is_empty() && self.rows.iter().all(|row| row.limit.reached(row.ratio))
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |of: fn(&Row) -> &str| self.rows.iter().map(|row| of(row).chars().count()).max();
        let measure = width(|row| &row.measure).unwrap_or_default();
        let value = width(|row| &row.value).unwrap_or_default();
        writeln!(
            f,
            "| {:measure$} | {:value$} | ratio | middle half of rounds | must   | reached |",
            "measure", "value"
        )?;
        writeln!(
            f,
            "|-{:-<measure$}-|-{:-<value$}-|------:|-----------------------|--------|---------|",
            "", ""
        )?;
        for row in &self.rows {
            let reached = if row.limit.reached(row.ratio) { "yes" } else { "no" };
            let (name, found, limit) = (&row.measure, &row.value, row.limit.to_string());
            let scatter = row.scatter();
            let scatter = scatter.trim_start_matches(" of ");
            writeln!(
                f,
                "| {name:measure$} | {found:value$} | {:5.2} | {scatter:21} | {limit} | {reached:7} |",
                row.ratio
            )?;
        }
        Ok(())
    }
}
