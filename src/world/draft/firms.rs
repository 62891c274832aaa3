//! Firms with an explicit balance sheet: accounts as stated, sources and playbook in whole numbers.

use super::accounts::{AccountSketch, Hand};
use super::pools::Division;
use engine::plan::{FundPlan, TraderPlan};
use engine::traders::TraderFile;
use engine::traders::firm::{FirmBalanceFile, Params};
use ground::numbers::lots;
use ground::units::{AccountId, Cash, Deadline, FundId, InstrumentId, LenderId, Lots, Price, Rate, Span};
use language::findings::LARGEST;
use language::named::Named;
use mechanics::treasury::plan::Pledgeable;
use mechanics::treasury::{FirmPlan, SourceFile, SourceKind, SourcePlan, StageFile, StagePlan, SupportPlan, Triage};
use std::sync::Arc;

/// Once accounts are divided into pools: which of them the sources and entries of each firm mean.
pub fn settle_accounts(traders: &mut [TraderPlan], division: &Division) {
    for plan in traders.iter_mut().filter_map(|trader| trader.firm.as_mut()) {
        let plan = Arc::make_mut(plan);
        for (account, instrument, _) in &mut plan.entries {
            *account = division.of(*account, *instrument);
        }
        for support in &mut plan.supports {
            support.account = division.of(support.account, support.instrument);
        }
        for stage in &mut plan.playbook {
            if let StagePlan::Deliver { assets } = stage {
                for asset in assets {
                    asset.from = division.of(asset.from, asset.instrument);
                }
            }
        }
        for source in &mut plan.sources {
            match &mut source.kind {
                SourceKind::Sale { account, instrument, .. } | SourceKind::FireSale { account, instrument, .. } => {
                    *account = division.of(*account, *instrument);
                }
                _ => {}
            }
        }
    }
}

impl Hand<'_> {
    pub(super) fn explicit_firm(&mut self, name: &str, params: &Arc<TraderFile>, own: &Params) {
        let path = format!("traders.{name}");
        let sized = self.sized(&path, own);
        let own = sized.as_ref().unwrap_or(own);
        let first = self.accounts.len();
        let mut sketches = Vec::with_capacity(own.accounts.len());
        let mut entries = Vec::new();
        // By lender's position: which of the firm's accounts is there.
        let mut places = Vec::new();
        for (lender, balance) in own.accounts.iter() {
            let Some(index) = self.lenders.get(lender).copied() else { continue };
            let account = AccountId::from_index(first + sketches.len());
            let path = format!("{path}.accounts.{lender}");
            let cash = self.stated(format_args!("{path}.cash"), balance.cash);
            let slots = self.held(&path, index, &balance.positions);
            entries.extend(slots.iter().map(|(id, _)| (account, *id, self.entry(balance, *id))));
            places.push((index, account));
            sketches.push(AccountSketch { lender: index, cash, slots, watched: true });
        }
        self.room_for_collateral(own, &mut sketches);
        let sources = own.sources.iter().map(|(source, file)| self.source(name, source, file, &places)).collect();
        let cash = own.sources.iter().filter_map(|(source, file)| match file {
            SourceFile::Cash(own) => Some((source, own.amount)),
            _ => None,
        });
        let mut treasury = Cash::ZERO;
        for (source, amount) in cash {
            treasury += self.stated(format_args!("{path}.sources.{source}.cash.amount"), amount);
        }
        let other = self.stated(format_args!("{path}.other_assets"), own.other_assets)
            - self.stated(format_args!("{path}.owed"), own.owed);
        let supports = self.supports(&path, own, treasury, &places);
        let playbook = self.playbook(own, &places);
        let plan = FirmPlan { sources, playbook, pay: own.pay, supports, other, entries, contributions: vec![] };
        self.add(name.to_string(), params, (0, 1), None, sketches, treasury);
        self.traders.last_mut().expect("it was just added").firm = Some(Arc::new(plan));
    }

    /// Positions in instrument order. A swap makes the lender hold its hedge.
    pub(super) fn held(&mut self, path: &str, lender: usize, positions: &Named<f64>) -> Vec<(InstrumentId, Lots)> {
        let mut held: Vec<(InstrumentId, &str, f64)> = positions
            .iter()
            .filter(|(_, units)| units.abs() <= LARGEST)
            .filter_map(|(name, units)| Some((self.instrument(name)?, name, *units)))
            .collect();
        held.sort_unstable_by_key(|(id, ..)| *id);
        let mut slots = Vec::with_capacity(held.len());
        for (id, name, units) in held {
            let plan = &self.markets.instruments[id.index()];
            let quantity = match lots(units, plan.lot_units) {
                Ok(quantity) => quantity,
                Err(reason) => {
                    self.findings.add(format_args!("{path}.positions.{name}"), reason, "hold fewer units");
                    continue;
                }
            };
            if quantity.is_zero() && units != 0.0 {
                self.findings.add(
                    format_args!("{path}.positions.{name}"),
                    format!("{units} units are less than one lot of {}", plan.lot_units),
                    "hold at least one lot",
                );
            }
            if let Some(of) = plan.kind.swap_of() {
                self.hedge(lender, id, of, quantity);
            }
            slots.push((id, quantity));
        }
        slots
    }

    fn entry(&self, balance: &FirmBalanceFile, id: InstrumentId) -> Price {
        let plan = &self.markets.instruments[id.index()];
        let stated = balance.entry.get(&plan.name).filter(|price| price.is_finite());
        stated.map_or(plan.start, |price| plan.nearest_price(*price))
    }

    fn source(&mut self, firm: &str, name: &str, file: &SourceFile, places: &[(usize, AccountId)]) -> SourcePlan {
        let path = format!("traders.{firm}.sources.{name}");
        // A rate that is out of range is for `check` to report.
        let rate = |rate: f64| Rate::from_f64(rate).unwrap_or_default();
        let (ready, kind) = match file {
            SourceFile::Cash(_) => (Deadline::After(Span::ZERO), SourceKind::Cash),
            SourceFile::MoneyMarketFund(own) => {
                let amount = self.stated(format_args!("{path}.money_market_fund.amount"), own.amount);
                let fund = FundId::from_index(self.funds.len());
                self.funds.push(FundPlan { name: format!("{firm}: {name}"), cash: amount });
                (own.ready, SourceKind::Fund { fund, amount, fee: rate(own.fee) })
            }
            SourceFile::Repo(own) => {
                let value = self.stated(format_args!("{path}.repo.value"), own.value);
                (own.ready, SourceKind::Repo { value, haircut: rate(own.haircut), rate: rate(own.rate) })
            }
            SourceFile::CreditLine(own) => {
                let limit = self.stated(format_args!("{path}.credit_line.limit"), own.limit);
                let withdrawn_below = own.withdrawn_below.map(rate);
                (own.ready, SourceKind::Line { limit, fee: rate(own.fee), rate: rate(own.rate), withdrawn_below })
            }
            SourceFile::Sale(own) => {
                let (account, instrument, lots) =
                    self.wares(&format!("{path}.sale"), &own.lender, &own.instrument, own.units, places);
                (own.ready, SourceKind::Sale { account, instrument, lots, clip: own.clip })
            }
            SourceFile::FireSale(own) => {
                let (account, instrument, lots) =
                    self.wares(&format!("{path}.fire_sale"), &own.lender, &own.instrument, own.units, places);
                // For an instrument that does not exist stands an id that no instrument may have.
                let there = self.instrument(&own.instrument).is_some();
                if let Some(lender) = self.lenders.get(own.lender.as_str()).filter(|_| there) {
                    self.houses[*lender].entry(instrument).or_insert(Lots::ZERO);
                }
                (own.ready, SourceKind::FireSale { account, instrument, lots, discount: rate(own.discount) })
            }
        };
        SourcePlan { name: name.to_string(), ready, kind }
    }

    /// Which account sells how much of what. What does not exist is for `check` to report.
    fn wares(
        &mut self,
        path: &str,
        lender: &str,
        instrument: &str,
        units: Option<f64>,
        places: &[(usize, AccountId)],
    ) -> (AccountId, InstrumentId, Lots) {
        let index = self.lenders.get(lender).copied();
        let account = places.iter().find(|(place, _)| Some(*place) == index).map_or(AccountId::new(0), |(_, id)| *id);
        let Some(id) = self.instrument(instrument) else { return (account, InstrumentId::new(0), Lots::ZERO) };
        let lot = self.markets.instruments[id.index()].lot_units;
        let most = units.map_or(Ok(Lots::LARGEST), |units| lots(units, lot)).unwrap_or_else(|reason| {
            self.findings.add(format_args!("{path}.units"), reason, "sell fewer units");
            Lots::ZERO
        });
        (account, id, most)
    }

    /// What it holds up, and where. What does not exist is for `check` to report.
    fn supports(
        &mut self,
        path: &str,
        own: &Params,
        treasury: Cash,
        places: &[(usize, AccountId)],
    ) -> Vec<SupportPlan> {
        let mut supports = Vec::with_capacity(own.supports.len());
        for (index, file) in own.supports.iter().enumerate() {
            let path = format!("{path}.supports[{index}].keeps");
            let keeps = self.stated(format_args!("{path}"), file.keeps);
            if keeps >= treasury {
                let cash = treasury.to_major(self.file.currency.decimals);
                self.findings.add(
                    path,
                    format!("the firm has {cash} in cash and keeps {} of it: it never buys", file.keeps),
                    "keep less, or give it more cash among its sources",
                );
            }
            let lender = self.lenders.get(file.lender.as_str());
            let place = places.iter().find(|(place, _)| Some(place) == lender);
            if let (Some((_, account)), Some(instrument)) = (place, self.instrument(&file.instrument)) {
                supports.push(SupportPlan { account: *account, instrument, share: file.share, keeps });
            }
        }
        supports
    }

    /// A place in every account for what the playbook may hand over.
    fn room_for_collateral(&self, own: &Params, sketches: &mut [AccountSketch]) {
        let assets = own.playbook.iter().filter_map(|stage| match stage {
            StageFile::Deliver { assets, .. } => Some(assets.names()),
            _ => None,
        });
        for id in assets.flatten().filter_map(|name| self.instrument(name)).collect::<Vec<_>>() {
            for sketch in &mut *sketches {
                if let Err(place) = sketch.slots.binary_search_by_key(&id, |(slot, _)| *slot) {
                    sketch.slots.insert(place, (id, Lots::ZERO));
                }
            }
        }
    }

    fn playbook(&self, own: &Params, places: &[(usize, AccountId)]) -> Vec<StagePlan> {
        let kept = |lender: &str| {
            let index = self.lenders.get(lender).copied();
            places.iter().find(|(place, _)| Some(*place) == index).map(|(_, account)| *account)
        };
        let lenders = |names: &[String]| {
            let known = names.iter().filter_map(|name| self.lenders.get(name.as_str()));
            known.map(|index| LenderId::from_index(*index)).collect()
        };
        let plan = |stage: &StageFile| match stage {
            StageFile::Triage(Triage::EarliestDeadline) => StagePlan::EarliestDeadline,
            StageFile::Triage(Triage::SmallestFirst) => StagePlan::SmallestFirst,
            StageFile::Triage(Triage::LargestFirst) => StagePlan::LargestFirst,
            StageFile::Triage(Triage::Lenders(names)) => StagePlan::Lenders(lenders(names)),
            StageFile::Draw { sources, late } => {
                let places = sources.iter().filter_map(|name| own.sources.position(name)).collect();
                StagePlan::Draw { sources: places, late: *late }
            }
            StageFile::Deliver { from, assets } => StagePlan::Deliver {
                assets: kept(from).map_or_else(Vec::new, |from| {
                    let one = |(name, cost): (&str, &f64)| {
                        self.instrument(name).map(|instrument| Pledgeable { from, instrument, cost: *cost })
                    };
                    assets.iter().filter_map(one).collect()
                }),
            },
            StageFile::Derisk { clip } => StagePlan::Derisk { clip: *clip },
            StageFile::Talk { extension, probability } => {
                StagePlan::Talk { extension: *extension, probability: *probability }
            }
        };
        own.playbook.iter().map(plan).collect()
    }
}
