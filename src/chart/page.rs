//! The report of a run: one self-contained HTML page.
//!
//! Style, font and charts are all inside it, so that it can be mailed; it needs no script and no network. It follows the
//! reader's light or dark setting (charts stay on light cards), prints with no figure cut in two, and every
//! word that came from a world file is escaped, since worlds come from strangers.

use super::fonts;
use super::render::{self, escape};
use super::view::View;
use super::{Chart, Picture, with_and_without, words};
use results::summary::{ExpectRow, FidelityRow};

const STYLE: &str = include_str!("page.css");

/// The whole of `report.html`.
pub fn page(picture: &Picture, charts: &[Chart]) -> String {
    let view = View::of(picture);
    let summary = picture.summary;
    let title = if summary.title.is_empty() { &summary.world } else { &summary.title };
    let sections = [
        ("history", "Against history", fidelity(picture)),
        ("expectations", "Expectations", expectations(&summary.expect, &summary.currency)),
        ("charts", "Charts", figures(&view, charts)),
        ("shocks", "What came from outside", shocks(picture)),
        ("lenders", "Lenders", lenders(&view)),
        ("instruments", "Instruments", instruments(&view)),
        ("again", "Run it again", again(picture)),
    ];
    let mut header = format!("<h1>{}</h1>\n", escape(title));
    header += &format!("<p class=\"soft\">{}</p>\n", escape(&subtitle(&view)));
    if let Some(stopped) = view.stopped() {
        header += &format!("<p><b>{}: this is not the whole run.</b></p>\n", words::upper(&stopped));
    }
    if !picture.about.is_empty() {
        header += &format!("<p>{}</p>\n", escape(picture.about));
    }
    header += &numbers(&view);
    document(&format!("{title} (seed {})", summary.seed), &header, &sections, &view.origin())
}

/// A page that needs nothing from outside: its header, and its sections that have something in them (id, heading, body).
pub(super) fn document(title: &str, header: &str, sections: &[(&str, &str, String)], origin: &str) -> String {
    let sections: Vec<_> = sections.iter().filter(|(_, _, body)| !body.is_empty()).collect();
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">\n<meta name=\"generator\" content=\"Firesale {}\">\n\
         <title>{}</title>\n<style>\n{}{STYLE}</style>\n</head>\n<body>\n",
        env!("CARGO_PKG_VERSION"),
        escape(title),
        fonts::faces()
    );
    out += &format!("<header>\n{header}<nav aria-label=\"Sections\">\n<ul>\n");
    for (id, heading, _) in &sections {
        out += &format!("<li><a href=\"#{id}\">{heading}</a></li>\n");
    }
    out += "</ul>\n</nav>\n</header>\n<main>\n";
    for (id, heading, body) in &sections {
        out += &format!("<section id=\"{id}\">\n<h2>{heading}</h2>\n{body}</section>\n");
    }
    out += &format!("</main>\n<footer>{}</footer>\n</body>\n</html>\n", escape(origin));
    out
}

fn subtitle(view: &View) -> String {
    let summary = view.picture.summary;
    let dates = view.frame.dates();
    let mut line = format!("World {}, seed {}", summary.world, summary.seed);
    if !dates.is_empty() {
        line += &format!(", {dates}");
    }
    line += &format!(", {}", words::counted(summary.ticks as usize, "tick", "ticks"));
    if !summary.with_liquidation {
        line += ". Forced selling was switched off in this run";
    }
    line + "."
}

/// The strip of key numbers.
fn numbers(view: &View) -> String {
    let summary = view.picture.summary;
    let mut entries: Vec<(&str, String, String)> = Vec::new();
    let accounts = &summary.accounts;
    if accounts.total > 0 {
        // Below zero at the end, and nobody had given up on it: others paid all the same.
        let below = match accounts.bankrupt {
            some if some > accounts.breached => format!(", {} left below zero", words::count(some.into())),
            _ => String::new(),
        };
        entries.push((
            "Accounts breached",
            words::count(accounts.breached.into()),
            format!(
                "of {}; {} called{below}",
                words::count(accounts.total.into()),
                words::count(accounts.called.into())
            ),
        ));
    }
    entries.extend(largest_swing(view));
    if summary.liquidations.notional > 0.0 {
        let orders = words::count(summary.liquidations.orders);
        entries.push(("Traded by force", view.money(summary.liquidations.notional), format!("in {orders} orders")));
    }
    let lost: f64 = summary.lenders.values().map(|lender| lender.loss).filter(|loss| *loss > 0.0).sum();
    if !summary.lenders.is_empty() {
        let failed = summary.lenders.values().filter(|lender| lender.failed).count();
        let losers: Vec<&String> =
            summary.lenders.iter().filter(|(_, lender)| lender.loss > 0.0).map(|(id, _)| id).collect();
        let note = match (losers.as_slice(), failed, summary.lenders.len()) {
            ([only], 0, 2..) => format!("all of it {}", view.lender(only)),
            (_, 0, _) => "none failed".into(),
            (_, failed, all) => format!("{} failed", words::of_all(failed, all, "lender", "lenders")),
        };
        entries.push(("Lenders lost", view.money(lost), note));
    }
    let effects = with_and_without::effects(view);
    if let Some((effect, depth)) = with_and_without::deepest(&effects)
        && let Some(times) = depth.times().filter(|times| words::times(*times) != "1")
    {
        let what = if depth.upwards { "Forced orders heightened a rise" } else { "Forced orders deepened a fall" };
        let note = format!("{}, after {}", view.instrument(&effect.with.instrument), with_and_without::since(view));
        entries.push((what, format!("{} times", words::times(times)), note));
    }
    if summary.cascade.depth > 1 {
        let note = format!("branching ratio {}", words::short(summary.cascade.branching_ratio));
        entries.push(("Longest chain of breaches", words::count(summary.cascade.depth.into()), note));
    }
    if entries.is_empty() {
        return String::new();
    }
    let mut out = String::from("<dl class=\"numbers\">\n");
    for (name, value, note) in entries {
        out += &format!(
            "<div><dt>{name}</dt><dd><span class=\"value\">{}</span><span class=\"note\">{}</span></dd></div>\n",
            escape(&value),
            escape(&note)
        );
    }
    out + "</dl>\n"
}

/// The largest fall or rise of any instrument: a fall weighs as the rise that would undo it.
fn largest_swing(view: &View) -> Option<(&'static str, String, String)> {
    let all = view.picture.summary.instruments.iter();
    let falls = all.clone().map(|(id, one)| ("Largest fall", one.drawdown, one.drawdown / (1.0 - one.drawdown), id));
    let rises = all.map(|(id, one)| ("Largest rise", one.rise, one.rise, id));
    let told = falls.chain(rises).filter(|(_, share, size, _)| *share > 0.0 && size.is_finite());
    let (what, share, _, id) = told.max_by(|a, b| a.2.total_cmp(&b.2))?;
    Some((what, words::percent(share), view.instrument(id).into()))
}

/// What the world was fitted to stands apart: it is no test of it.
fn fidelity(picture: &Picture) -> String {
    let (rows, currency) = (&picture.summary.fidelity, picture.summary.currency.as_str());
    let apart = |fitted| rows.iter().filter(move |row| row.fitted == fitted).collect::<Vec<_>>();
    let tested = "What this run gives beside what happened. The engine never reads these figures.";
    let fitted = "The same for what shaped the world: it shows the fit, and tests nothing.";
    against(tested, &apart(false), currency) + &against(fitted, &apart(true), currency) + &sources(picture)
}

/// What the names in the column of sources stand for, of those that the page names.
fn sources(picture: &Picture) -> String {
    let named = |name: &str| {
        picture.summary.fidelity.iter().any(|row| row.source == name)
            || picture.history.losses.iter().any(|loss| loss.source == name)
    };
    let told: Vec<_> = picture.history.sources.iter().filter(|(name, _)| named(name)).collect();
    if told.is_empty() {
        return String::new();
    }
    let mut out = String::from("<dl class=\"soft\">\n");
    for (name, text) in told {
        out += &format!("<dt>{}</dt><dd>{}</dd>\n", escape(name), escape(text));
    }
    out + "</dl>\n"
}

fn against(caption: &str, rows: &[&FidelityRow], currency: &str) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let mut table = Table::new(
        caption,
        &[("Quantity", false), ("History", true), ("Simulated", true), ("Error", true), ("Source", false)],
    );
    for row in rows {
        table.row(&[
            words::quantity(&row.quantity),
            words::in_unit(row.history, &row.unit, currency),
            words::in_unit(row.simulated, &row.unit, currency),
            words::error_in_unit(row.error, &row.unit, currency),
            row.source.clone(),
        ]);
    }
    table.end()
}

fn expectations(rows: &[ExpectRow], currency: &str) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let mut table = Table::new(
        "Bands that the world's author says a run of it must meet.",
        &[("Quantity", false), ("From", true), ("To", true), ("Simulated", true), ("Met", false)],
    );
    for row in rows {
        let met = match (row.met, row.enforced) {
            (true, _) => "✓ yes",
            (false, true) => "✗ no",
            (false, false) => "✗ no (not enforced: the run had overrides)",
        };
        table.row(&[
            words::quantity(&row.quantity),
            words::in_unit(row.min, &row.unit, currency),
            words::in_unit(row.max, &row.unit, currency),
            row.simulated.map_or_else(|| "not known".to_owned(), |value| words::in_unit(value, &row.unit, currency)),
            met.into(),
        ]);
    }
    table.end()
}

fn figures(view: &View, charts: &[Chart]) -> String {
    let mut out: String = charts.iter().map(figure).collect();
    let left_out = view.firms().len().saturating_sub(view.told_firms().len());
    if left_out > 0 && !charts.is_empty() {
        out += &format!(
            "<p>{} no charts of their own here; their rows are in the tables <code>accounts</code> and <code>firms</code>.</p>\n",
            words::counted(left_out, "more firm has", "more firms have")
        );
    }
    out
}

/// A chart on a page.
pub(super) fn figure(chart: &Chart) -> String {
    format!(
        "<figure id=\"chart-{}\">\n<h3 class=\"aside\">{}</h3>\n<div class=\"plot\" tabindex=\"0\" role=\"group\" aria-label=\"{}\">\n{}</div>\n\
         <figcaption><b>What to look for.</b> {}</figcaption>\n</figure>\n",
        words::stem(&chart.name),
        escape(&chart.title),
        // Wider than a small screen, it scrolls: so it must be reached by keys alone.
        escape(&chart.title),
        // The page has the fonts already.
        render::without_fonts(&chart.svg),
        escape(&chart.caption)
    )
}

/// What to type.
pub(super) fn shell_line(command: &str) -> String {
    format!("<pre><code>{}</code></pre>\n", escape(command))
}

fn shocks(picture: &Picture) -> String {
    if picture.shocks.is_empty() {
        return String::new();
    }
    let mut shocks: Vec<_> = picture.shocks.iter().collect();
    shocks.sort_by_key(|shock| words::seconds(&shock.time));
    let mut out = String::from(
        "<p>These events are scheduled in the world file. Everything else in this report came out of the simulation.</p>\n\
         <ol class=\"shocks\">\n",
    );
    for shock in shocks {
        let (iso, time) = (escape(&shock.time), escape(&words::moment_of(&shock.time)));
        out += &format!("<li><time datetime=\"{iso}\">{time}</time> {}</li>\n", escape(&shock.text));
    }
    out + "</ol>\n"
}

fn lenders(view: &View) -> String {
    let summary = view.picture.summary;
    let named: Vec<_> = view.lenders().into_iter().filter_map(|id| Some((id, summary.lenders.get(id)?))).collect();
    if named.is_empty() {
        return String::new();
    }
    let history = &view.picture.history.losses;
    let unit = if summary.currency.is_empty() { String::new() } else { format!(" ({})", summary.currency) };
    let ids: Vec<&str> = named.iter().map(|(id, _)| *id).collect();
    let did = view.way(&ids).did();
    let [by_force, half, left] =
        [format!("{} by force", words::upper(did)), format!("Half {did} by"), format!("Not {did} at the end")];
    let columns = [
        ("Lender", false),
        ("Capital", true),
        (&by_force, true),
        (&half, false),
        (&left, true),
        ("Loss", true),
        ("Loss in history", true),
        ("Failed", false),
    ];
    let mut table = Table::new(&format!("What each lender {did} and lost{unit}."), &columns);
    for (id, lender) in named {
        let past = history.iter().find(|loss| loss.lender == id);
        table.row(&[
            view.lender(id).into(),
            words::short(lender.capital),
            words::short(lender.forced_notional),
            lender.half_sold.as_deref().map(words::moment_of).unwrap_or_else(|| "never".into()),
            words::short(lender.unsold),
            words::short(lender.loss),
            past.map(|loss| format!("{} ({})", words::short(loss.amount), loss.source)).unwrap_or_default(),
            if lender.failed { "failed" } else { "" }.into(),
        ]);
    }
    table.end()
}

fn instruments(view: &View) -> String {
    let summary = view.picture.summary;
    if summary.instruments.is_empty() {
        return String::new();
    }
    let mut ids: Vec<&str> = summary.instruments.keys().map(String::as_str).collect();
    let order = &view.picture.order.instruments;
    ids.sort_by_key(|id| order.iter().position(|named| named.id == *id).unwrap_or(usize::MAX));
    let mut table = Table::new(
        "Marks at the ticks of the run.",
        &[
            ("Instrument", false),
            ("Start", true),
            ("Lowest", true),
            ("Highest", true),
            ("End", true),
            ("Largest fall", true),
            ("Largest rise", true),
            ("Forced share of volume", true),
        ],
    );
    for id in ids {
        let one = &summary.instruments[id];
        let blocks = one.block_volume_units;
        let (forced, all) = (one.forced_volume_units + blocks, one.volume_units + blocks);
        let share = if all > 0.0 { forced / all } else { 0.0 };
        table.row(&[
            view.instrument(id).into(),
            view.price(id, one.start),
            view.price(id, one.min),
            view.price(id, one.max),
            view.price(id, one.end),
            words::percent(one.drawdown),
            words::percent(one.rise),
            words::percent(share),
        ]);
    }
    table.end()
}

fn again(picture: &Picture) -> String {
    let given = match picture.file {
        Some(file) => format!(
            "<p>With the file of its world, which is not one of the program's own, as {} (its text is in <code>world.text</code> \
             of <code>manifest.json</code>), the",
            escape(file)
        ),
        None => "<p>The".to_owned(),
    };
    let mut out = format!(
        "{given} same version of Firesale gives the same numbers from this line, to the last digit:</p>\n{}",
        shell_line(&command(picture))
    );
    let audit = &picture.summary.audit;
    out += &if audit.cash_residual == 0 && audit.position_residual == 0 {
        "<p>The audit of this run balances: no money and no position appeared or vanished.</p>\n".to_string()
    } else {
        format!(
            "<p><strong>The audit of this run does not balance</strong>: {} minor units of money and {} lots appeared or \
             vanished. Its results should not be used.</p>\n",
            audit.cash_residual, audit.position_residual
        )
    };
    out
}

/// The command line that runs this again.
fn command(picture: &Picture) -> String {
    let summary = picture.summary;
    let mut line = format!("firesale run {} --seed {}", shell(picture.file.unwrap_or(&summary.world)), summary.seed);
    for setting in &summary.overrides {
        let setting = match setting.split_once(" = ") {
            Some((path, value)) => format!("{path}={value}"),
            None => setting.clone(),
        };
        line += &format!(" --set {}", shell(&setting));
    }
    if !summary.with_liquidation {
        line += " --without-liquidation";
    } else if !summary.counterfactual.is_empty() {
        line += " --counterfactual";
    }
    line
}

/// A word for a shell, quoted where it must be.
fn shell(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,+@".contains(c);
    if !word.is_empty() && word.chars().all(plain) { word.into() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

/// A table whose first column heads its rows; `true` marks columns of numbers.
pub(super) struct Table<'a> {
    columns: &'a [(&'a str, bool)],
    out: String,
}

impl<'a> Table<'a> {
    pub fn new(caption: &str, columns: &'a [(&'a str, bool)]) -> Self {
        let caption = escape(caption);
        let mut out = format!(
            "<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"{caption}\">\n<table>\n<caption>{caption}</caption>\n\
             <thead><tr>"
        );
        for (name, number) in columns {
            out += &format!("<th scope=\"col\"{}>{}</th>", class(*number), escape(name));
        }
        out += "</tr></thead>\n<tbody>\n";
        Self { columns, out }
    }

    pub fn row(&mut self, cells: &[String]) {
        self.out += "<tr>";
        for (index, (cell, (_, number))) in cells.iter().zip(self.columns).enumerate() {
            let cell = escape(cell);
            self.out += &if index == 0 {
                format!("<th scope=\"row\">{cell}</th>")
            } else {
                format!("<td{}>{cell}</td>", class(*number))
            };
        }
        self.out += "</tr>\n";
    }

    pub fn end(self) -> String {
        self.out + "</tbody>\n</table>\n</div>\n"
    }
}

fn class(number: bool) -> &'static str {
    if number { " class=\"number\"" } else { "" }
}

#[cfg(test)]
mod tests {
    use super::super::{Named, sample};
    use super::*;
    use results::rows::FirmRow;

    /// Fails where a tag of the page closes another than the last one opened.
    fn assert_nested(html: &str) {
        let mut open: Vec<&str> = Vec::new();
        let mut rest = html.split_once("</style>").map_or(html, |(_, body)| body);
        open.push("head");
        open.insert(0, "html");
        while let Some(at) = rest.find('<') {
            let end = at + rest[at..].find('>').expect("every tag ends");
            let tag = &rest[at + 1..end];
            rest = &rest[end + 1..];
            let name = tag.trim_start_matches('/').split([' ', '/', '\n']).next().unwrap_or_default();
            if tag.starts_with('/') {
                assert_eq!(open.pop(), Some(name), "before {}", &rest[..rest.len().min(120)]);
            } else if !tag.ends_with('/') {
                open.push(name);
            }
        }
        assert!(open.is_empty(), "{open:?}");
    }

    #[test]
    fn the_page_is_whole_and_needs_nothing_from_outside() {
        let sample = sample::crash();
        let picture = sample.picture();
        let charts = sample::svg_charts(&picture);
        let html = page(&picture, &charts);
        assert_nested(&html);
        assert_eq!(html.matches("<figure ").count(), charts.len());
        assert_eq!(html.matches("@font-face").count(), 2, "each face once, whatever the charts carry");
        for outside in ["src=\"http", "href=\"http", "url(http", "@import", "<script", "<link"] {
            assert!(!html.contains(outside), "{outside}");
        }
        assert!(charts.iter().all(|chart| !chart.svg.contains("NaN") && !chart.svg.contains("inf")));
    }

    #[test]
    fn a_run_that_was_stopped_is_told_as_no_whole_one_on_the_page_and_in_each_chart() {
        let mut sample = sample::crash();
        let ticks = sample.summary.ticks;
        let whole = page(&sample.picture(), &sample::svg_charts(&sample.picture()));
        assert!(!whole.contains("topped after"));
        sample.summary.stopped = true;
        sample.summary.ticks = 1_000;
        let picture = Picture { ticks, ..sample.picture() };
        let charts = sample::svg_charts(&picture);
        let html = page(&picture, &charts);
        assert!(html.contains("Stopped after 1,000 of 1,955\u{a0}ticks: this is not the whole run."));
        assert!(!charts.is_empty() && charts.iter().all(|chart| chart.svg.contains("stopped after 1,000 of 1,955")));
        assert_nested(&html);
    }

    #[test]
    fn firms_without_charts_are_counted() {
        let mut sample = sample::crash();
        let told = |sample: &sample::Sample| {
            let picture = sample.picture();
            page(&picture, &sample::svg_charts(&picture))
        };
        assert!(!told(&sample).contains("charts of their own"));
        let row = sample.tables.firms[0].clone();
        sample.tables.firms.extend((0..4).map(|index| FirmRow { firm: format!("idle-{index}"), ..row.clone() }));
        assert!(told(&sample).contains("4\u{a0}more firms have no charts of their own here"));
    }

    #[test]
    fn words_of_strangers_stay_words() {
        let mut sample = sample::crash();
        let evil = "<script>alert(1)</script>\"' onload='x";
        sample.summary.title = evil.into();
        sample.summary.world = evil.into();
        sample.summary.currency = "<b>".into();
        sample.summary.overrides = vec![format!("a = {evil}")];
        sample.summary.fidelity[0].source = evil.into();
        sample.shocks[0].text = evil.into();
        sample.shocks[0].time = evil.into();
        sample.order.lenders[0] = Named { id: "alpha".into(), label: evil.into() };
        sample.order.instruments[0].label = evil.into();
        let mut picture = sample.picture();
        picture.about = evil;
        let html = page(&picture, &sample::svg_charts(&picture));
        assert!(!html.contains("<script") && !html.contains("<b>alert") && !html.contains("\"' onload"));
        assert_nested(&html);
    }

    #[test]
    fn a_run_of_nothing_still_has_a_page() {
        let (summary, tables) = Default::default();
        let (history, order) = Default::default();
        let picture = Picture {
            summary: &summary,
            tables: &tables,
            without: None,
            history: &history,
            about: "",
            shocks: &[],
            order: &order,
            compare_from: None,
            window: crate::Window::ALL,
            ticks: 0,
            file: None,
        };
        let charts = sample::svg_charts(&picture);
        assert!(charts.is_empty());
        let html = page(&picture, &charts);
        assert_nested(&html);
        assert!(!html.contains("<h2>Charts"));
    }

    #[test]
    fn the_command_line_is_safe_to_paste() {
        let mut sample = sample::crash();
        sample.summary.world = "my world; rm -rf".into();
        sample.summary.overrides = vec!["a.b = 3".into(), "c = it's".into()];
        assert_eq!(
            command(&sample.picture()),
            "firesale run 'my world; rm -rf' --seed 7 --set a.b=3 --set 'c=it'\\''s' --counterfactual"
        );
    }

    #[test]
    fn who_runs_a_file_again_is_told_that_it_takes_the_file() {
        let sample = sample::crash();
        let picture = Picture { file: Some("mine.ron"), ..sample.picture() };
        let html = page(&picture, &[]);
        assert!(html.contains("firesale run mine.ron --seed 7"), "{html}");
        assert!(html.contains("the file of its world") && html.contains("as mine.ron"));
        assert!(page(&sample.picture(), &[]).contains("The same version of Firesale gives the same numbers"));
    }
}
