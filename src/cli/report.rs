//! Every line of the summary that a run prints: what happened, in ten seconds of reading.
//!
//! In comes the plan and the summary, out goes text of at most 100 columns. Colour repeats what a word
//! already says.

use super::numbers::{counted, error_in_unit, in_unit, moment, money, percent, price, thousands};
use super::table::{Table, sentence, wrapped};
use super::terminal::Paint;
use chart::words::quantity;
use engine::plan::{InstrumentPlan, Plan};
use ground::ops::ln;
use results::summary::{CounterfactualSummary, FidelityRow, InstrumentSummary, Summary};
use results::way::Way;
use std::path::Path;

/// Rows of a table before the rest is left to `summary.json`.
const MOST_ROWS: usize = 16;

/// The whole summary. `folder` is where the files are, if they could be written.
pub fn text(plan: &Plan, summary: &Summary, folder: Option<&Path>, (colour, width): (bool, usize)) -> String {
    let mut page = Page { colour, width, text: String::new() };
    heading(&mut page, plan, summary);
    instruments(&mut page, plan, summary);
    lenders(&mut page, plan, summary);
    counterfactual(&mut page, plan, summary);
    fidelity(&mut page, summary);
    expectations(&mut page, summary);
    files(&mut page, summary, folder);
    page.text
}

/// What makes the exit status 1, one line each.
pub fn failures(summary: &Summary, balances: bool) -> Vec<String> {
    let missed = summary.expect.iter().filter(|expect| expect.enforced && !expect.met);
    let mut lines: Vec<String> = missed
        .map(|expect| {
            let show = |value| in_unit(value, &expect.unit, &summary.currency);
            let (low, high) = (show(expect.min), show(expect.max));
            format!(
                "missed: {} is {}, expected {low} to {high}",
                quantity(&expect.quantity),
                expect.simulated.map_or_else(|| "not known".to_owned(), show)
            )
        })
        .collect();
    if !balances {
        let audit = &summary.audit;
        lines.push(format!(
            "the audit failed: {} minor units of money and {} lots do not add up",
            audit.cash_residual, audit.position_residual
        ));
    }
    lines
}

struct Page {
    colour: bool,
    width: usize,
    text: String,
}

impl Page {
    fn line(&mut self, line: &str) {
        self.text += line;
        self.text.push('\n');
    }

    fn paint(&self, style: Paint, text: &str) -> String {
        if self.colour { style.on(text) } else { text.to_owned() }
    }

    fn title(&mut self, title: &str) {
        self.line("");
        let title = self.paint(Paint::Bold, title);
        self.line(&title);
    }

    fn table(&mut self, table: &Table) {
        let mut lines = table.lines(self.width).into_iter();
        if let Some(head) = lines.next() {
            let head = self.paint(Paint::Dim, &head);
            self.line(&head);
        }
        for line in lines {
            self.line(&line);
        }
    }

    fn left_out(&mut self, all: usize) {
        if all > MOST_ROWS {
            self.line(&format!("  … and {} more in summary.json", all - MOST_ROWS));
        }
    }
}

fn heading(page: &mut Page, plan: &Plan, summary: &Summary) {
    for line in wrapped(&plan.title, page.width) {
        let line = page.paint(Paint::Bold, &line);
        page.line(&line);
    }
    let day = |time: &str| time.get(..10).unwrap_or(time).to_owned();
    let mut about = format!(
        "{}, seed {}, {} to {}, {}",
        summary.world,
        summary.seed,
        day(&summary.start),
        day(&summary.end),
        counted(summary.ticks.into(), "tick"),
    );
    if !summary.overrides.is_empty() {
        about += &format!("; with {}", summary.overrides.join(", "));
    }
    for line in wrapped(&about, page.width) {
        let line = page.paint(Paint::Dim, &line);
        page.line(&line);
    }
    page.line("");
    for line in wrapped(&sentence(&headline(plan, summary)), page.width) {
        page.line(&line);
    }
}

/// What happened, in two sentences.
fn headline(plan: &Plan, summary: &Summary) -> String {
    let money = |amount| money(amount, &summary.currency);
    let mut text = String::new();
    if summary.stopped {
        let all = thousands(plan.clock.ticks.into());
        let done = thousands(summary.ticks.into());
        text += &format!("Stopped after {done} of {all} ticks: what follows is what had happened by then. ");
    }
    let accounts = &summary.accounts;
    let all = counted(accounts.total.into(), "account");
    // `0 of 1 account was`: the verb goes with the noun.
    let were = if accounts.called == 1 || accounts.total == 1 { "was" } else { "were" };
    if accounts.breached == 0 {
        text += &format!("No account broke; {} of {all} {were} called", accounts.called);
        // Nobody gave up on them, and others paid all the same.
        text += &match accounts.bankrupt {
            0 => ". ".to_owned(),
            1 => ", and one was left below zero. ".to_owned(),
            many => format!(", and {many} were left below zero. "),
        };
    } else {
        text += &format!("{} of {all} {were} called and {} broke", accounts.called, accounts.breached);
        if summary.cascade.size > accounts.breached {
            text += &format!(", {} times in all", thousands(summary.cascade.size.into()));
        }
        text += ". ";
    }
    text += &swing(plan, summary);
    let loss: f64 = summary.lenders.values().map(|lender| lender.loss).sum();
    let failed = summary.lenders.values().filter(|lender| lender.failed).count();
    if !summary.with_liquidation {
        text += "Forced selling was switched off. ";
    } else if summary.liquidations.orders > 0 {
        let of = &summary.liquidations;
        let (sold, bought) = (money(of.notional - of.bought_notional), money(of.bought_notional));
        text += &match of.way() {
            Some(Way::Sold) => format!("Lenders sold {sold} by force. "),
            Some(Way::Bought) => format!("Lenders bought back {bought} by force. "),
            Some(Way::Both) => format!("Lenders sold {sold} and bought back {bought} by force. "),
            None => "No forced order was filled. ".to_owned(),
        };
    }
    if loss > 0.0 {
        text += &format!("Lenders lost {}. ", money(loss));
    }
    if failed > 0 {
        text += &format!("{} failed", counted(failed as u64, "lender"));
        text += &match accounts.frozen {
            0 => ". ".to_owned(),
            1 => ", and one account there is frozen. ".to_owned(),
            frozen => format!(", and {} there are frozen. ", counted(frozen.into(), "account")),
        };
    }
    text
}

/// A share below this is written as nothing.
const LEAST_SHOWN: f64 = 0.0005;

/// From this share on, that a fall was undone is worth a word.
const UNDONE: f64 = 0.3;

/// Where the largest rise is told, a fall that weighs this much of it is told too: the rise may be no more than its recovery.
const BOTH: f64 = 0.5;

/// The largest fall or rise of the run, and how much of it is left. A fall weighs as the rise that would undo it.
fn swing(plan: &Plan, summary: &Summary) -> String {
    let named = summary.instruments.iter().filter(|(name, _)| plan.instruments.iter().any(|own| own.name == **name));
    let rose = |one: &InstrumentSummary| one.rise > one.drawdown / (1.0 - one.drawdown).max(f64::MIN_POSITIVE);
    let size = |one: &InstrumentSummary| if rose(one) { one.rise } else { one.drawdown / (1.0 - one.drawdown) };
    let Some((name, one)) = named.max_by(|a, b| size(a.1).total_cmp(&size(b.1))) else { return String::new() };
    let (verb, turn, share, far, from) = match rose(one) {
        true => ("rose", "low", one.rise, one.max, one.max / (1.0 + one.rise)),
        false => ("fell", "high", one.drawdown, one.min, one.min / (1.0 - one.drawdown)),
    };
    if !(share > 0.0 && share.is_finite()) {
        return "No price moved. ".into();
    }
    if share < LEAST_SHOWN {
        return format!("No price moved by as much as {}. ", percent(2.0 * LEAST_SHOWN));
    }
    let fall = one.drawdown / (1.0 - one.drawdown);
    if rose(one) && ln(1.0 + fall) >= BOTH * ln(1.0 + one.rise) {
        let (fell, rose) = (percent(one.drawdown), percent(one.rise));
        return format!("{name} fell {fell} from a high and rose {rose} from a low. ");
    }
    // Only where the swing ended at the extreme of the run, which is all that a summary has, can it be told what is left.
    let undone = (one.end - far) / (from - far);
    let told = (UNDONE..=1.0).contains(&undone) && (one.min..=one.max * 1.000_001).contains(&from);
    let back = if told { format!(", and {} of that was undone by the end", percent(undone)) } else { String::new() };
    format!("{name} {verb} {} from its {turn}{back}. ", percent(share))
}

fn instruments(page: &mut Page, plan: &Plan, summary: &Summary) {
    let mut table = Table::new(&["instrument", "start", "low", "high", "end", "fall", "rise", "forced"]);
    let names = in_order(plan.instruments.iter().map(|i| &i.name), &summary.instruments);
    for name in names.iter().take(MOST_ROWS) {
        let of = &summary.instruments[*name];
        let (forced, all) = (of.forced_volume_units + of.block_volume_units, of.volume_units + of.block_volume_units);
        let forced = if all > 0.0 { percent(forced / all) } else { "-".into() };
        let fall = percent(-of.drawdown);
        let decimals = plan.instruments.iter().find(|i| i.name == **name).map_or(2, InstrumentPlan::price_decimals);
        let [start, low, high, end] = [of.start, of.min, of.max, of.end].map(|at| price(at, decimals));
        table.row(vec![(*name).clone(), start, low, high, end, fall, percent(of.rise), forced]);
    }
    if !table.is_empty() {
        page.title("Prices (fall: largest from a high; rise: largest from a low; forced: share of the volume)");
        page.table(&table);
        page.left_out(names.len());
    }
}

fn lenders(page: &mut Page, plan: &Plan, summary: &Summary) {
    let history = |name: &str| {
        let id = plan.lenders.iter().position(|lender| lender.name == name)?;
        let losses = plan.reference.losses.iter().filter(|loss| loss.lender.index() == id);
        losses.map(|loss| loss.amount).reduce(|a, b| a + b)
    };
    let touched = |name: &str| {
        let lender = &summary.lenders[name];
        lender.loss != 0.0
            || lender.unsold > 0.0
            || lender.forced_notional > 0.0
            || lender.failed
            || history(name).is_some()
    };
    let mut names = in_order(plan.lenders.iter().map(|lender| &lender.name), &summary.lenders);
    names.retain(|name| touched(name));
    if names.is_empty() {
        return;
    }
    let money = |amount| money(amount, &summary.currency);
    let compared = !plan.reference.losses.is_empty();
    let did = summary.liquidations.way().unwrap_or(Way::Sold).did();
    let (by_force, half) = (format!("{did} by force"), format!("half {did}"));
    // What stands open at the end is told where anything does.
    let open = format!("not {did}");
    let is_open = names.iter().any(|name| summary.lenders[*name].unsold > 0.0);
    let mut head = vec!["lender", by_force.as_str(), &half];
    head.extend(is_open.then_some(open.as_str()));
    head.push("loss");
    head.extend(compared.then_some("history"));
    let mut table = Table::new(&head);
    for name in names.iter().take(MOST_ROWS) {
        let lender = &summary.lenders[*name];
        let half = lender.half_sold.as_deref().map_or("-".into(), moment);
        let failed = if lender.failed { " (failed)" } else { "" };
        let mut row = vec![format!("{name}{failed}"), money(lender.forced_notional), half];
        row.extend(is_open.then(|| money(lender.unsold)));
        row.push(money(lender.loss));
        row.extend(compared.then(|| history(name).map_or("-".into(), money)));
        table.row(row);
    }
    if names.len() > 1 {
        let all = |of: fn(&results::summary::LenderSummary) -> f64| summary.lenders.values().map(of).sum::<f64>();
        let mut row = vec!["all".into(), money(all(|l| l.forced_notional)), String::new()];
        row.extend(is_open.then(|| money(all(|l| l.unsold))));
        row.push(money(all(|l| l.loss)));
        row.extend(compared.then(|| money(plan.reference.losses.iter().map(|loss| loss.amount).sum())));
        table.row(row);
    }
    page.title("Lenders");
    page.table(&table);
    page.left_out(names.len());
}

fn counterfactual(page: &mut Page, plan: &Plan, summary: &Summary) {
    if summary.counterfactual.is_empty() {
        return;
    }
    let names = in_order(plan.instruments.iter().map(|i| &i.name), &summary.counterfactual);
    let moment = plan.compare_from.map(|tick| moment(&(plan.clock.time_of(tick) + plan.clock.tick).to_string()));
    let since = moment.as_ref().map_or_else(|| "from the start".to_owned(), |moment| format!("after {moment}"));
    let went = |way: fn(&CounterfactualSummary) -> (f64, f64)| -> Vec<(&String, f64, f64)> {
        let all = names.iter().map(|name| (*name, way(&summary.counterfactual[*name])));
        all.filter(|(_, (with, without))| *with > 0.0 || *without > 0.0).map(|(name, (a, b))| (name, a, b)).collect()
    };
    let fell = went(|of| (of.with, of.without));
    if fell.is_empty() {
        let price = moment.map_or_else(|| "the first".to_owned(), |moment| format!("that of {moment}"));
        page.line("");
        page.line(&format!("No price stood below {price}, with forced orders or without."));
    } else {
        with_and_without(page, &format!("Largest fall {since}"), -1.0, &fell);
    }
    // Every price rises a little: told are those that rose further than they fell, and otherwise than without forced orders.
    let mut rose = went(|of| (of.rise_with, of.rise_without));
    rose.retain(|(name, with, without)| {
        let fall = summary.counterfactual[*name].with;
        with * (1.0 - fall) > fall && percent(*with) != percent(*without)
    });
    if !rose.is_empty() {
        with_and_without(page, &format!("Largest rise {since}"), 1.0, &rose);
    }
}

fn with_and_without(page: &mut Page, title: &str, sign: f64, all: &[(&String, f64, f64)]) {
    let mut table = Table::new(&["instrument", "with", "without", "amplification"]);
    for (name, with, without) in all.iter().take(MOST_ROWS) {
        let times = if *without > 0.0 { format!("{:.1} times", with / without) } else { "-".into() };
        table.row(vec![(*name).clone(), percent(sign * with), percent(sign * without), times]);
    }
    page.title(&format!("{title}, with and without forced orders, same seed"));
    page.table(&table);
    page.left_out(all.len());
}

/// What the world was fitted to stands apart: it is no test of it.
fn fidelity(page: &mut Page, summary: &Summary) {
    let apart = |fitted| summary.fidelity.iter().filter(move |row| row.fitted == fitted);
    against(page, summary, "Against history", apart(false).collect());
    against(page, summary, "Against the history that the world was fitted to (no test)", apart(true).collect());
}

fn against(page: &mut Page, summary: &Summary, title: &str, rows: Vec<&FidelityRow>) {
    if rows.is_empty() {
        return;
    }
    let mut table = Table::new(&["quantity", "history", "simulated", "error"]);
    for row in rows.iter().take(MOST_ROWS) {
        let show = |value| in_unit(value, &row.unit, &summary.currency);
        let error = error_in_unit(row.error, &row.unit, &summary.currency);
        table.row(vec![quantity(&row.quantity), show(row.history), show(row.simulated), error]);
    }
    page.title(title);
    page.table(&table);
    page.left_out(rows.len());
}

fn expectations(page: &mut Page, summary: &Summary) {
    let all = summary.expect.len();
    if all == 0 {
        return;
    }
    let met = summary.expect.iter().filter(|expect| expect.met).count();
    let enforced = summary.expect.iter().any(|expect| expect.enforced);
    let aside = if enforced { "" } else { " (reported, not enforced: the world was changed)" };
    let style = if met == all { Paint::Green } else { Paint::Red };
    let line = page.paint(style, &format!("Expectations: {met} of {all} met{aside}"));
    page.line("");
    page.line(&line);
    for expect in summary.expect.iter().filter(|expect| !expect.met) {
        let show = |value| in_unit(value, &expect.unit, &summary.currency);
        let (low, high) = (show(expect.min), show(expect.max));
        let line = format!(
            "missed: {} is {}, expected {low} to {high}",
            quantity(&expect.quantity),
            expect.simulated.map_or_else(|| "not known".to_owned(), show)
        );
        for line in wrapped(&sentence(&line), page.width.saturating_sub(2)) {
            page.line(&format!("  {line}"));
        }
    }
}

fn files(page: &mut Page, summary: &Summary, folder: Option<&Path>) {
    page.line("");
    if let Some(folder) = folder {
        let report = folder.join("report.html");
        let shown = if report.is_file() { report.as_path() } else { folder };
        // A path is never cut: it is there to be copied.
        page.line(&format!("See {}", shown.display()));
    }
    let line = page.paint(Paint::Dim, &format!("Simulated in {:.2} s.", summary.wall_seconds));
    page.line(&line);
}

/// Names in the order of the world file, as far as the summary has them, then the others.
fn in_order<'a, T>(
    plan: impl Iterator<Item = &'a String>,
    summary: &'a std::collections::BTreeMap<String, T>,
) -> Vec<&'a String> {
    let mut names: Vec<&String> = plan.filter(|name| summary.contains_key(*name)).collect();
    let others: Vec<&String> = summary.keys().filter(|name| !names.contains(name)).collect();
    names.extend(others);
    names
}

#[cfg(test)]
mod tests {
    use super::super::table::WIDTH;
    use super::*;
    use results::samples;

    fn plan() -> Plan {
        world::load("two-funds", &[]).unwrap().plan
    }

    #[test]
    fn what_a_lender_has_not_closed_by_the_end_stands_beside_what_it_closed() {
        let mut summary = samples::summary();
        summary.lenders.get_mut("nomura").unwrap().unsold = 3.9e9;
        let text = text(&plan(), &summary, None, (false, WIDTH));
        assert!(text.contains("    half sold  not sold    loss"), "{text}");
        assert!(text.contains("  nomura         $1.9bn  26 Mar 11:05    $3.9bn  $2.5bn"), "{text}");
    }

    #[test]
    fn where_prices_rose_alone_forced_purchases_are_told_by_the_rise() {
        let mut summary = samples::summary();
        let of = summary.counterfactual.get_mut("viac").unwrap();
        (of.with, of.without, of.amplification) = (0.0, 0.0, None);
        (of.rise_with, of.rise_without) = (0.53, 0.25);
        let text = text(&plan(), &summary, None, (false, WIDTH));
        assert!(text.contains("No price stood below that of 4 Mar 10:30, with forced orders or without."), "{text}");
        assert!(text.contains("Largest rise after 4 Mar 10:30, with and without forced orders, same seed"), "{text}");
        assert!(text.contains("  viac        53.0 %   25.0 %      2.1 times"), "{text}");
        let of = summary.counterfactual.get_mut("viac").unwrap();
        (of.with, of.without) = (0.6, 0.5);
        let text = super::text(&plan(), &summary, None, (false, WIDTH));
        assert!(
            text.contains("Largest fall") && !text.contains("Largest rise"),
            "it fell further than it rose: {text}"
        );
    }

    #[test]
    fn the_report_says_what_happened_and_what_was_missed() {
        let text = text(&plan(), &samples::summary(), Some(Path::new("output/two-funds/seed-1")), (false, WIDTH));
        for expected in [
            "8 of 8 accounts were called and 7 broke. Lenders sold $1.9bn by force. Lenders lost $2.5bn.",
            "  viac        100.00  41.00  101.00  48.20  -59.4 %  25.0 %  40.5 %",
            "  nomura         $1.9bn  26 Mar 11:05  $2.5bn",
            "  viac        -50.0 %  -20.0 %      2.5 times",
            "  nomura loss   $2.9bn     $2.5bn  -$400m",
            "Expectations: 0 of 1 met",
            "  missed: total loss is $2.5bn, expected $5bn to $15bn",
            "See output/two-funds/seed-1",
        ] {
            assert!(text.contains(expected), "{expected}\n--- is not in ---\n{text}");
        }
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
    }

    #[test]
    fn the_headline_tells_the_swing_of_the_run_and_breaches_beyond_accounts() {
        let (plan, mut summary) = (plan(), samples::summary());
        let mut one = InstrumentSummary { start: 100.0, min: 90.0, max: 125.0, end: 110.0, ..Default::default() };
        (one.drawdown, one.rise) = (0.12, 125.0 / 90.0 - 1.0);
        summary.instruments.insert("acme".into(), one);
        summary.cascade.size = 32;
        let told = headline(&plan, &summary);
        // From 90 up to 125 and down to 110 again: fifteen of thirty-five.
        assert!(told.contains("acme rose 38.9 % from its low, and 42.9 % of that was undone by the end."), "{told}");
        assert!(told.starts_with("8 of 8 accounts were called and 7 broke, 32 times in all."), "{told}");
        // A rise that a fall of nearly its size stands beside may be its recovery: both are told.
        let acme = summary.instruments.get_mut("acme").unwrap();
        (acme.min, acme.max, acme.end, acme.drawdown, acme.rise) = (94.2, 101.3, 101.0, 0.058, 0.075);
        summary.instruments.retain(|name, _| name == "acme");
        let told = headline(&plan, &summary);
        assert!(told.contains("acme fell 5.8 % from a high and rose 7.5 % from a low. "), "{told}");
        // One that would be written as nothing is not told as a fall.
        let acme = summary.instruments.get_mut("acme").unwrap();
        (acme.drawdown, acme.rise) = (0.0001, 0.0);
        assert!(headline(&plan, &summary).contains("No price moved by as much as 0.1 %. "));
        // A fall by a half is more than a rise by two thirds.
        let acme = summary.instruments.get_mut("acme").unwrap();
        (acme.min, acme.max, acme.end, acme.drawdown, acme.rise) = (60.0, 125.0, 110.0, 0.52, 0.66);
        assert!(
            headline(&plan, &summary).contains("acme fell 52.0 % from its high, and"),
            "{}",
            headline(&plan, &summary)
        );
    }

    #[test]
    fn what_lenders_did_is_what_they_are_said_to_have_done() {
        let (plan, mut summary) = (plan(), samples::summary());
        let says = |summary: &Summary, expected: &str| {
            let text = text(&plan, summary, None, (false, WIDTH));
            assert!(text.contains(expected), "{expected}\n--- is not in ---\n{text}");
        };
        // Of $1.9bn, 1.2 were purchases for those who were short; then all of it; then no order met another.
        summary.liquidations.bought_notional = 1.2e9;
        says(&summary, "Lenders sold $700m and bought back $1.2bn by force.");
        says(&summary, "closed by force");
        says(&summary, "half closed");
        summary.liquidations.bought_notional = 1.9e9;
        says(&summary, "Lenders bought back $1.9bn by force.");
        says(&summary, "half bought back");
        (summary.liquidations.notional, summary.liquidations.bought_notional) = (0.0, 0.0);
        says(&summary, "No forced order was filled.");
    }

    #[test]
    fn colour_repeats_words_and_is_absent_where_it_is_not_wanted() {
        let (plan, summary) = (plan(), samples::summary());
        let plain = text(&plan, &summary, None, (false, WIDTH));
        let painted = text(&plan, &summary, None, (true, WIDTH));
        let paint = |c: char| ('\u{fdd0}'..='\u{fdd4}').contains(&c);
        assert!(!plain.contains(paint) && painted.contains(paint));
        assert_eq!(painted.replace(paint, ""), plain);
    }

    #[test]
    fn who_is_below_zero_is_told_though_nobody_gave_up_on_it() {
        let (plan, mut summary) = (plan(), samples::summary());
        let accounts = &mut summary.accounts;
        (accounts.total, accounts.called, accounts.breached, accounts.bankrupt) = (1, 0, 0, 0);
        assert!(headline(&plan, &summary).starts_with("No account broke; 0 of 1 account was called. "));
        (summary.accounts.called, summary.accounts.bankrupt) = (1, 1);
        let told = headline(&plan, &summary);
        assert!(
            told.starts_with("No account broke; 1 of 1 account was called, and one was left below zero. "),
            "{told}"
        );
    }

    #[test]
    fn a_summary_of_nothing_reports_that_nothing_broke() {
        let summary = Summary { world: "two-funds".into(), with_liquidation: true, ..Summary::default() };
        let text = text(&plan(), &summary, None, (false, WIDTH));
        assert!(text.contains("No account broke; 0 of 0 accounts were called."), "{text}");
    }

    #[test]
    fn only_what_is_enforced_or_does_not_balance_fails_a_run() {
        let mut summary = samples::summary();
        assert_eq!(failures(&summary, true), ["missed: total loss is $2.5bn, expected $5bn to $15bn"]);
        summary.expect[0].enforced = false;
        assert!(failures(&summary, true).is_empty());
        summary.audit.cash_residual = 3;
        assert!(failures(&summary, false)[0].contains("3 minor units"));
    }
}
