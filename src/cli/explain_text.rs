//! An explanation as a person reads it: one sentence, then the sums it rests on, then the prices that matter.

use super::numbers::{exact, moment, money, percent, price, units};
use super::table::{self, Table, wrapped};
use crate::explain::{Explanation, PricesExplained, TogetherExplained, Turn};
use engine::plan::{InstrumentPlan, Plan};

pub fn page(plan: &Plan, seed: u64, explained: &Explanation, width: usize) -> String {
    let mut page = Page { text: String::new(), width, explained, plan };
    let world = &plan.name;
    let Explanation { trader, lender, tick, time, .. } = explained;
    page.line(&format!("{trader} at {lender}, {world}, seed {seed}: end of tick {tick}, {}", moment(time)));
    page.line("");
    wrapped(&table::sentence(&sentence(explained)), width).iter().for_each(|line| page.line(line));
    page.worth();
    if explained.margined {
        page.asked();
    }
    page.prices();
    page.text
}

/// What happened, in a line.
pub fn sentence(explained: &Explanation) -> String {
    let Explanation { currency, slack, excess, .. } = explained;
    let short = |amount: f64| money(amount, currency);
    let level = if explained.called_below == "initial" { explained.im } else { explained.mm };
    let against = format!("the {} {} margin", short(level), explained.called_below);
    let counts = explained.equity_counted != explained.equity;
    let equity = format!("{}equity {}", if counts { "counted " } else { "" }, short(explained.equity_counted));
    if explained.state == "closed" {
        return "closed: it was unwound, what was left or lacking has been settled, and nobody trades for it any more"
            .to_owned();
    }
    if explained.state == "frozen" {
        let unwound = explained.breach.as_ref().map_or(String::new(), |breach| {
            let since = moment(&breach.time);
            format!("; in breach since {since} ({}), {} is left to close", breach.cause, short(breach.to_close))
        });
        return format!("frozen: {} has failed, and its client cannot trade; {equity}{unwound}", explained.lender);
    }
    if !explained.margined {
        return format!("{}: {} lends nothing, so nothing is asked of its {equity}", explained.state, explained.lender);
    }
    let stands = if *slack < 0.0 {
        format!("{equity} is below {against}")
    } else {
        format!("{equity} is {} above {against}", short(*slack))
    };
    match (&explained.call, &explained.breach) {
        (Some(call), _) => {
            let amount = short(call.amount);
            let due = match &call.deadline {
                Some(deadline) => format!(" by {}", moment(deadline)),
                None => ", due only after the run ends,".to_owned(),
            };
            let restores = &explained.call_restores;
            let whole = if restores == "initial" { explained.im } else { explained.mm };
            let stands =
                if *slack < 0.0 { stands } else { format!("{stands}, but not yet back at the {restores} one") };
            format!(
                "called: {stands}; {amount}{due} restore the {} {restores} margin (raised {}: {})",
                short(whole),
                moment(&call.raised_time),
                call.reason
            )
        }
        (_, Some(breach)) => {
            let whose = if breach.cause == "cross default" { "; its owner failed another lender" } else { "" };
            format!(
                "breached since {} ({}{whose}): {} is left for {} to close; {stands}",
                moment(&breach.time),
                breach.cause,
                short(breach.to_close),
                explained.lender
            )
        }
        _ if *slack < 0.0 => format!("not called yet: {stands}; {} checks {}", explained.lender, explained.checked),
        _ if *excess < 0.0 => {
            format!("healthy: {stands}, but {} below the initial margin, so it may take no new risk", short(-*excess))
        }
        _ => format!("healthy: {stands}, and {} are free for new positions", short(*excess)),
    }
}

struct Page<'a> {
    width: usize,
    text: String,
    explained: &'a Explanation,
    plan: &'a Plan,
}

impl Page<'_> {
    fn line(&mut self, line: &str) {
        self.text += line;
        self.text.push('\n');
    }

    fn table(&mut self, table: &Table) {
        self.line("");
        table.lines(self.width).iter().for_each(|line| self.line(line));
    }

    fn money(&self, amount: f64) -> String {
        exact(amount, self.plan.currency.decimals)
    }

    fn price(&self, instrument: &str, at: f64) -> String {
        let plan = self.plan.instruments.iter().find(|plan| plan.name == instrument);
        price(at, plan.map_or(2, InstrumentPlan::price_decimals))
    }

    fn worth(&mut self) {
        let it = self.explained;
        let cut =
            it.positions.iter().any(|held| held.haircut != 0.0 || held.beyond_cap != 0.0) || !it.limits.is_empty();
        let head = format!("what it is worth, in {}", it.currency);
        let mut heads = vec![head.as_str(), "units", "mark", "value", "in equity"];
        if cut {
            heads.extend(["not counted", "counted"]);
        }
        let mut table = Table::new(&heads);
        let width = heads.len();
        let mut row = |mut cells: Vec<String>, tail: [f64; 3]| {
            cells.push(self.money(tail[0]));
            if cut {
                cells.extend([self.money(tail[1]), self.money(tail[2])]);
            }
            debug_assert_eq!(cells.len(), width);
            table.row(cells);
        };
        let empty = |name: &str| vec![name.to_owned(), String::new(), String::new(), String::new()];
        row(empty("cash"), [it.cash, 0.0, it.cash]);
        for held in &it.positions {
            let off = held.haircut + held.beyond_cap;
            let mark = self.price(&held.instrument, held.mark);
            let cells = vec![held.instrument.clone(), units(held.units), mark, self.money(held.value)];
            row(cells, [held.worth, off, held.counted]);
        }
        for limit in &it.limits {
            row(empty(&limit.what), [0.0, limit.amount, -limit.amount]);
        }
        row(empty("equity"), [it.equity, it.equity - it.equity_counted, it.equity_counted]);
        self.table(&table);
        if it.treasury != 0.0 {
            let treasury = self.money(it.treasury);
            self.line(&format!("  Beside this account {} has {treasury} to pay calls with.", it.trader));
        }
    }

    fn asked(&mut self) {
        let it = self.explained;
        let head = format!("what {} asks", it.lender);
        let mut table = Table::new(&[&head, "initial", "maintenance"]);
        let mut row = |what: String, im: f64, mm: f64| table.row(vec![what, self.money(im), self.money(mm)]);
        for held in &it.positions {
            row(format!("{}: {}", held.instrument, held.rule), held.im, held.mm);
            if held.size_add_on != 0.0 {
                row(format!("{}: for its size", held.instrument), held.size_add_on, held.size_add_on);
            }
        }
        for step in &it.adjustments {
            row(step.what.clone(), step.im, step.mm);
        }
        row("required".to_owned(), it.im, it.mm);
        row("equity counted".to_owned(), it.equity_counted, it.equity_counted);
        row("counted less required".to_owned(), it.excess, it.equity_counted - it.mm);
        self.table(&table);
        for scan in &it.scans {
            self.line(&format!("  {}, {}", scan.what, self.money(scan.loss)));
        }
        self.line(&format!(
            "  It calls below {} margin for what restores {}, and checks {}.",
            it.called_below, it.call_restores, it.checked
        ));
    }

    fn prices(&mut self) {
        let it = self.explained;
        self.turns("each price alone", &it.prices.iter().map(|own| (own.instrument.clone(), own)).collect::<Vec<_>>());
        let together =
            |own: &'_ TogetherExplained| format!("{}: {}", own.prices.instrument, own.instruments.join(", "));
        let rows: Vec<_> = it.together.iter().map(|own| (shortened(&together(own)), &own.prices)).collect();
        self.turns("all that is on it together", &rows);
    }

    fn turns(&mut self, head: &str, rows: &[(String, &PricesExplained)]) {
        let shown = |(_, price): &(_, &PricesExplained)| turns(price).next().is_some() || price.bankruptcy.is_some();
        let alone = head.starts_with("each");
        if rows.is_empty() || alone && !rows.iter().any(shown) {
            return;
        }
        let turn_word = if self.explained.slack < 0.0 { "sound again at" } else { "breaks beyond" };
        let mut table = Table::new(&[head, "mark", turn_word, "distance", "worth nothing at", "distance"]);
        for (name, own) in rows {
            let shown = |turn: Option<&Turn>| match turn {
                Some(turn) if turn.price < 0.0 && own.mark > 0.0 => ["below zero".to_owned(), String::new()],
                Some(turn) => [self.price(&own.instrument, turn.price), signed(turn.distance)],
                None => ["no price".to_owned(), String::new()],
            };
            let mut all = turns(own);
            let [at, away] = shown(all.next());
            let [nothing, nothing_away] = shown(own.bankruptcy.as_ref());
            table.row(vec![name.clone(), self.price(&own.instrument, own.mark), at, away, nothing, nothing_away]);
            for other in all {
                let [at, away] = shown(Some(other));
                table.row(vec![String::new(), String::new(), at, away, String::new(), String::new()]);
            }
        }
        self.table(&table);
    }
}

/// So that a table with it stays narrow.
fn shortened(names: &str) -> String {
    const MOST: usize = 32;
    let short: String = names.chars().take(MOST).collect();
    if short.len() < names.len() { format!("{short}...") } else { short }
}

/// The nearer first.
fn turns(prices: &PricesExplained) -> impl Iterator<Item = &Turn> {
    let mut both: Vec<&Turn> = [&prices.turns_below, &prices.turns_above].into_iter().flatten().collect();
    both.sort_by(|a, b| a.distance.abs().total_cmp(&b.distance.abs()));
    both.into_iter()
}

fn signed(ratio: f64) -> String {
    if ratio > 0.0 { format!("+{}", percent(ratio)) } else { percent(ratio) }
}
