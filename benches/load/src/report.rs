//! The results as a table and a chart.

use std::{fmt, time::Duration};

use crate::{
    Scenario,
    chart::{Bar, Chart},
    client::Load,
    server::ServerKind,
};

/// What a server did in a round.
#[derive(Clone, Copy)]
pub(crate) struct Row {
    requests_per_second: f64,
    /// The latencies that 50 %, 99 % and 99.9 % of the requests do not exceed, in microseconds.
    latencies: [f64; 3],
    /// The time that a request takes on a core, in microseconds.
    cpu_time: f64,
}

impl Row {
    pub(crate) fn new(load: &Load, cpu_time: Duration) -> Self {
        let requests = load.latencies.len() as f64;
        Self {
            requests_per_second: requests / load.duration.as_secs_f64(),
            latencies: [0.5, 0.99, 0.999]
                .map(|quantile| load.latencies.value_at_quantile(quantile) as f64 / 1e3),
            cpu_time: cpu_time.as_secs_f64() * 1e6 / requests,
        }
    }

    fn cpu_time(&self) -> f64 {
        self.cpu_time
    }
}

/// The rounds of each server in each scenario.
#[derive(Default)]
pub(crate) struct Report {
    entries: Vec<Entry>,
}

struct Entry {
    scenario: String,
    /// Whether the chart contains it.
    is_charted: bool,
    kind: ServerKind,
    rows: Vec<Row>,
}

impl Entry {
    fn median(&self, value: impl Fn(&Row) -> f64) -> f64 {
        median(self.rows.iter().map(value).collect())
    }

    /// Returns the requests per second as a percentage of the other's: the median of the rounds.
    fn percentage(&self, other: &Self) -> f64 {
        let rounds = self.rows.iter().zip(&other.rows);
        let ratios = rounds.map(|(a, b)| a.requests_per_second / b.requests_per_second);
        100.0 * median(ratios.collect())
    }

    /// Returns how much more time a request takes on a core: the median of the rounds.
    fn more_cpu_time(&self, other: &Self) -> f64 {
        median(self.rows.iter().zip(&other.rows).map(|(a, b)| a.cpu_time - b.cpu_time).collect())
    }
}

impl Report {
    pub(crate) fn add(&mut self, scenario: &Scenario, kind: ServerKind, row: Row) {
        let is_same = |entry: &&mut Entry| entry.scenario == scenario.name && entry.kind == kind;
        if let Some(entry) = self.entries.iter_mut().find(is_same) {
            entry.rows.push(row);
        } else {
            let (scenario, is_charted) = (scenario.name.clone(), scenario.tokens > 64);
            self.entries.push(Entry { scenario, is_charted, kind, rows: vec![row] });
        }
    }

    /// Returns the same scenario without authentication.
    fn bare(&self, entry: &Entry) -> Result<&Entry, fmt::Error> {
        let is_bare =
            |other: &&Entry| other.scenario == entry.scenario && other.kind == entry.kind.bare();
        self.entries.iter().find(is_bare).ok_or(fmt::Error)
    }

    /// Draws the time on a core per request as SVG.
    pub(crate) fn chart(&self) -> String {
        let bars = self.entries.iter().filter(|entry| entry.is_charted).map(|entry| Bar {
            group: entry.scenario.clone(),
            label: entry.kind.name(),
            value: entry.median(Row::cpu_time),
            is_highlighted: entry.kind == ServerKind::AxumClerk,
        });
        Chart { title: "CPU time of the server per request, in µs", bars: bars.collect() }
            .to_string()
    }
}

/// The short table of the README: what authentication costs each framework.
pub(crate) struct Summary<'a>(pub(crate) &'a Report);

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| server | request | bare requests/s | with | ratio | bare p99 | with | CPU time |"
        )?;
        writeln!(f, "|---|---|--:|--:|--:|--:|--:|--:|")?;
        for entry in self.0.entries.iter().filter(|entry| entry.kind.authenticates()) {
            let bare = self.0.bare(entry)?;
            let requests_per_second = |row: &Row| row.requests_per_second;
            let p99 = |row: &Row| row.latencies[1] / 1e3;
            writeln!(
                f,
                "| {} | {} | {:.0} | {:.0} | {:.1} % | {:.2} ms | {:.2} ms | {:.2} µs |",
                entry.kind.name(),
                entry.scenario,
                bare.median(requests_per_second),
                entry.median(requests_per_second),
                entry.percentage(bare),
                bare.median(p99),
                entry.median(p99),
                entry.more_cpu_time(bare),
            )?;
        }
        Ok(())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| request | server | requests/s | of bare | p50 | p99 | p99.9 | CPU time | over bare |"
        )?;
        writeln!(f, "|---|---|--:|--:|--:|--:|--:|--:|--:|")?;
        for entry in &self.entries {
            let latencies = [0, 1, 2]
                .map(|index| format!("{:.2} ms", entry.median(|row| row.latencies[index]) / 1e3));
            let bare = self.bare(entry)?;
            let cpu_time = entry.median(Row::cpu_time);
            writeln!(
                f,
                "| {} | {} | {:.0} | {:.1} % | {} | {cpu_time:.2} µs | {:+.2} µs |",
                entry.scenario,
                entry.kind.name(),
                entry.median(|row| row.requests_per_second),
                entry.percentage(bare),
                latencies.join(" | "),
                entry.more_cpu_time(bare),
            )?;
        }
        Ok(())
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len().is_multiple_of(2) {
        (values[middle - 1] + values[middle]) / 2.0
    } else {
        values[middle]
    }
}
