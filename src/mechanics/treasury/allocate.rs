//! Cheapest to deliver: which collateral goes to whom.
//!
//! A firm has several kinds of assets, each with a cost of parting with it, and owes margin to several lenders, each of
//! whom takes some of them at a haircut of its own. What should go where is a linear programme:
//!
//! - least: the cost of all that is delivered,
//! - such that what each lender counts is at least what it asks for,
//! - and of no asset more is delivered than there is.
//!
//! Where everything together does not suffice, first as little as possible is left unmet, then at least cost. The
//! optimum is in real numbers; deliveries are whole units. They are rounded down, and what a lender then lacks is topped
//! up with the units that are cheapest for what it counts, at no more than a unit of each kind for each lender above
//! the optimum. Where the last few units decide, a need can stay unmet by part of a unit that another way of rounding
//! would have met; what is not met is said.
//!
//! In the trade: the pledge of the cheapest-to-deliver asset, collateral optimisation. The solver is microlp (simplex).

use ground::units::{Cash, Rate};
use microlp::{ComparisonOp, LinearExpr, OptimizationDirection, Problem, Variable};

/// Something that can be delivered, in whole units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Asset {
    pub units: i64,
    /// Value of a unit.
    pub unit: Cash,
    /// Cost of parting with it, as a share of its value.
    pub cost: f64,
}

/// Somebody who asks for collateral.
#[derive(Clone, Debug, PartialEq)]
pub struct Demand {
    /// What must be counted.
    pub need: Cash,
    /// By asset: the haircut it takes; `None` for what it does not accept.
    pub haircuts: Vec<Option<Rate>>,
}

/// Who gets how many units of what.
#[derive(Clone, Debug, PartialEq)]
pub struct Allocation {
    /// By demand, by asset.
    pub units: Vec<Vec<i64>>,
    /// By demand: what is still not met.
    pub unmet: Vec<Cash>,
}

impl Demand {
    /// What so many units count for: the haircut is rounded up, for the one who takes them.
    pub fn counted(&self, asset: usize, unit: Cash, units: i64) -> Cash {
        let Some(haircut) = self.haircuts[asset] else { return Cash::ZERO };
        let value = Cash::minor(unit.to_minor() * i128::from(units));
        (value - haircut.of_rounded_up(value)).at_least_zero()
    }
}

impl Allocation {
    /// Cost of all that is delivered, in minor units.
    pub fn cost(&self, assets: &[Asset]) -> f64 {
        let each = |(units, asset): (&i64, &Asset)| *units as f64 * asset.unit.to_minor() as f64 * asset.cost;
        self.units.iter().flat_map(|row| row.iter().zip(assets).map(each)).sum()
    }
}

/// The least costly way to meet these demands with these assets.
///
/// # Panics
/// When a demand has not one haircut for each asset.
pub fn allocate(assets: &[Asset], demands: &[Demand]) -> Allocation {
    assert!(demands.iter().all(|demand| demand.haircuts.len() == assets.len()), "a haircut for each asset");
    let mut free: Vec<i64> = assets.iter().map(|asset| asset.units.max(0)).collect();
    let mut given = vec![vec![0; assets.len()]; demands.len()];
    for (demand, row) in optimum(assets, demands).unwrap_or_default().into_iter().enumerate() {
        for (asset, value) in row.into_iter().enumerate() {
            let unit = assets[asset].unit.to_minor() as f64;
            // A hair more, so that what is whole but for binary rounding stays whole.
            let units = ((value / unit * (1.0 + 1e-9)) as i64).clamp(0, free[asset]);
            given[demand][asset] = units;
            free[asset] -= units;
        }
    }
    let mut unmet = Vec::with_capacity(demands.len());
    for (demand, row) in demands.iter().zip(&mut given) {
        top_up(assets, demand, row, &mut free);
        trim(assets, demand, row, &mut free);
        unmet.push(missing(assets, demand, row));
    }
    Allocation { units: given, unmet }
}

fn missing(assets: &[Asset], demand: &Demand, row: &[i64]) -> Cash {
    let counted = row.iter().enumerate().map(|(asset, units)| demand.counted(asset, assets[asset].unit, *units));
    (demand.need - counted.sum()).at_least_zero()
}

/// By demand and asset: value delivered in the real optimum, in minor units. `None` when there is nothing to solve, or
/// numbers so far apart that the solver gives up: then the topping up does all.
fn optimum(assets: &[Asset], demands: &[Demand]) -> Option<Vec<Vec<f64>>> {
    let scale: f64 = demands.iter().map(|demand| demand.need.to_minor().max(0) as f64).sum();
    if scale <= 0.0 {
        return None;
    }
    let there = |asset: &Asset| asset.units.max(0) as f64 * (asset.unit.to_minor().max(0) as f64) / scale;
    let dearest = assets.iter().map(|asset| asset.cost.abs()).fold(0.0, f64::max);
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    // Leaving something unmet costs more than any way of meeting it.
    let mut used = vec![LinearExpr::empty(); assets.len()];
    let mut variables: Vec<Vec<Option<Variable>>> = Vec::with_capacity(demands.len());
    for demand in demands {
        let need = demand.need.to_minor().max(0) as f64 / scale;
        let mut counted = LinearExpr::empty();
        let mut row = Vec::with_capacity(assets.len());
        for (index, asset) in assets.iter().enumerate() {
            let worth = demand.haircuts[index].map_or(0.0, |haircut| 1.0 - haircut.to_f64());
            // What counts for less than a ten-thousandth is nobody's collateral.
            if worth < 1e-4 || there(asset) <= 0.0 {
                row.push(None);
                continue;
            }
            let variable = problem.add_var(asset.cost, (0.0, there(asset)));
            counted.add(variable, worth);
            used[index].add(variable, 1.0);
            row.push(Some(variable));
        }
        let unmet = problem.add_var(1e4 * (dearest + 1.0), (0.0, need));
        counted.add(unmet, 1.0);
        problem.add_constraint(counted, ComparisonOp::Ge, need);
        variables.push(row);
    }
    for (asset, used) in assets.iter().zip(used) {
        if there(asset) > 0.0 {
            problem.add_constraint(used, ComparisonOp::Le, there(asset));
        }
    }
    let solution = problem.solve().ok()?.into_solution().ok()?;
    let value = |variable: &Option<Variable>| variable.map_or(0.0, |variable| solution.var_value(variable) * scale);
    Some(variables.iter().map(|row| row.iter().map(value).collect()).collect())
}

/// Gives what is missing, of what costs least for what it counts.
fn top_up(assets: &[Asset], demand: &Demand, row: &mut [i64], free: &mut [i64]) {
    let mut order: Vec<usize> = (0..assets.len()).filter(|asset| demand.haircuts[*asset].is_some()).collect();
    let price = |asset: usize| {
        let worth = demand.haircuts[asset].map_or(0.0, |haircut| 1.0 - haircut.to_f64());
        if worth > 0.0 { assets[asset].cost / worth } else { f64::INFINITY }
    };
    order.sort_by(|a, b| price(*a).total_cmp(&price(*b)));
    for asset in order {
        let lacking = missing(assets, demand, row).to_minor();
        let each = demand.counted(asset, assets[asset].unit, 1).to_minor();
        if lacking <= 0 || assets[asset].unit <= Cash::ZERO {
            continue;
        }
        // A unit by itself may lose more to rounding than it does among many: look for the least that suffices.
        let (mut few, mut many) = (0, free[asset]);
        let enough = |units: i64, row: &[i64]| {
            let mut row = row.to_vec();
            row[asset] += units;
            missing(assets, demand, &row) == Cash::ZERO
        };
        if each > 0 {
            many = many.min(i64::try_from(lacking / each + 1).unwrap_or(i64::MAX));
        }
        while few < many {
            let middle = few + (many - few) / 2;
            if enough(middle, row) { many = middle } else { few = middle + 1 }
        }
        row[asset] += many;
        free[asset] -= many;
    }
}

/// Takes back units that are not needed, the dearest first.
fn trim(assets: &[Asset], demand: &Demand, row: &mut [i64], free: &mut [i64]) {
    let mut order: Vec<usize> = (0..assets.len()).filter(|asset| row[*asset] > 0).collect();
    order.sort_by(|a, b| {
        let cost = |asset: usize| assets[asset].cost * assets[asset].unit.to_minor() as f64;
        cost(*b).total_cmp(&cost(*a))
    });
    for asset in order {
        if assets[asset].cost <= 0.0 {
            continue;
        }
        while row[asset] > 0 {
            row[asset] -= 1;
            if missing(assets, demand, row).is_positive() {
                row[asset] += 1;
                break;
            }
            free[asset] += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ground::rng::{Purpose, Stream, stream, uniform};

    fn rate(share: f64) -> Option<Rate> {
        Rate::from_f64(share)
    }

    fn asset(units: i64, unit: i128, cost: f64) -> Asset {
        Asset { units, unit: Cash::minor(unit), cost }
    }

    #[test]
    fn what_only_one_lender_takes_goes_there_even_if_it_is_not_the_cheapest_by_itself() {
        // Bonds cost least, and both take them, but the second takes nothing else. Shares at a haircut of a half go to
        // the first: 100 of 200; the bonds, 100 of them, to the second.
        let assets = [asset(100, 1, 0.001), asset(1_000, 1, 0.002)];
        let demands = [
            Demand { need: Cash::minor(100), haircuts: vec![rate(0.0), rate(0.5)] },
            Demand { need: Cash::minor(100), haircuts: vec![rate(0.0), None] },
        ];
        let allocation = allocate(&assets, &demands);
        assert_eq!(allocation.units, [[0, 200], [100, 0]]);
        assert_eq!(allocation.unmet, [Cash::ZERO, Cash::ZERO]);
    }

    #[test]
    fn units_are_whole_and_every_need_is_met() {
        // 7.00 a unit less 15 % counts 5.95: 100.00 needs 17 units (101.15), not 16 (95.20).
        let assets = [asset(50, 700, 0.01)];
        let demands = [Demand { need: Cash::minor(10_000), haircuts: vec![rate(0.15)] }];
        assert_eq!(allocate(&assets, &demands).units, [[17]]);
    }

    #[test]
    fn when_there_is_too_little_all_of_it_goes_and_the_rest_is_said() {
        let assets = [asset(10, 100, 0.01)];
        let demands = [
            Demand { need: Cash::minor(600), haircuts: vec![rate(0.0)] },
            Demand { need: Cash::minor(600), haircuts: vec![rate(0.0)] },
        ];
        let allocation = allocate(&assets, &demands);
        assert_eq!(allocation.units.iter().flatten().sum::<i64>(), 10);
        assert_eq!(allocation.unmet.into_iter().sum::<Cash>(), Cash::minor(200));
    }

    #[test]
    fn odd_numbers_are_no_reason_to_panic() {
        let haircuts = vec![rate(1.0), rate(0.0), None];
        let demands = [
            Demand { need: Cash::minor(-5), haircuts: haircuts.clone() },
            Demand { need: Cash::minor(1 << 80), haircuts },
        ];
        for assets in [
            [asset(i64::MAX, 1, 0.0), asset(0, 5, 1.0), asset(-3, 7, 1.0)],
            [asset(3, 0, 0.0), asset(5, -9, -1.0), asset(1, 1 << 60, 1e300)],
        ] {
            let allocation = allocate(&assets, &demands);
            assert_eq!(allocation.unmet[0], Cash::ZERO);
            assert!(allocation.unmet[1].is_positive());
        }
    }

    fn draw(stream: &mut Stream, below: f64) -> i64 {
        (uniform(stream) * below) as i64
    }

    /// Every way of delivering whole units, by brute force: the least unmet, then the least cost.
    fn brute(assets: &[Asset], demands: &[Demand]) -> (Cash, f64) {
        fn go(
            place: usize,
            assets: &[Asset],
            demands: &[Demand],
            free: &mut Vec<i64>,
            now: &mut Allocation,
            best: &mut (Cash, f64),
        ) {
            let (demand, asset) = (place / assets.len(), place % assets.len());
            if demand == demands.len() {
                let unmet = demands.iter().zip(&now.units).map(|(demand, row)| missing(assets, demand, row)).sum();
                let found = (unmet, now.cost(assets));
                if found.0 < best.0 || (found.0 == best.0 && found.1 < best.1) {
                    *best = found;
                }
                return;
            }
            let most = if demands[demand].haircuts[asset].is_some() { free[asset] } else { 0 };
            for units in 0..=most {
                now.units[demand][asset] = units;
                free[asset] -= units;
                go(place + 1, assets, demands, free, now, best);
                free[asset] += units;
            }
            now.units[demand][asset] = 0;
        }
        let mut free: Vec<i64> = assets.iter().map(|asset| asset.units).collect();
        let mut now = Allocation { units: vec![vec![0; assets.len()]; demands.len()], unmet: vec![] };
        let mut best = (Cash::LARGEST_STATED, f64::INFINITY);
        go(0, assets, demands, &mut free, &mut now, &mut best);
        best
    }

    /// The real optimum is no dearer than the best in whole units, and rounding adds no more than one unit of each kind
    /// for each lender.
    #[test]
    fn no_way_in_whole_units_beats_the_optimum_by_brute_force() {
        let mut luck = stream(7, "allocate", Purpose::Traits);
        let mut met = 0;
        for case in 0..300 {
            let (kinds, lenders) = (1 + draw(&mut luck, 3.0) as usize, 1 + draw(&mut luck, 2.0) as usize);
            let assets: Vec<Asset> = (0..kinds)
                .map(|_| asset(draw(&mut luck, 6.0), 1 + i128::from(draw(&mut luck, 500.0)), uniform(&mut luck) * 0.05))
                .collect();
            let demands: Vec<Demand> = (0..lenders)
                .map(|_| Demand {
                    need: Cash::minor(i128::from(draw(&mut luck, 900.0))),
                    haircuts: (0..kinds)
                        .map(|_| if uniform(&mut luck) < 0.8 { rate(uniform(&mut luck) * 0.4) } else { None })
                        .collect(),
                })
                .collect();
            let allocation = allocate(&assets, &demands);
            for (index, asset) in assets.iter().enumerate() {
                let given: i64 = allocation.units.iter().map(|row| row[index]).sum();
                assert!(given <= asset.units.max(0), "case {case}: more than there is");
            }
            let (unmet, cost) = brute(&assets, &demands);
            if unmet.is_positive() {
                continue;
            }
            let real: f64 = optimum(&assets, &demands)
                .unwrap_or_default()
                .iter()
                .flat_map(|row| row.iter().zip(&assets).map(|(value, asset)| value * asset.cost))
                .sum();
            assert!(real <= cost * (1.0 + 1e-6) + 1e-6, "case {case}: {real} is dearer than {cost}");
            if allocation.unmet.iter().all(|unmet| *unmet == Cash::ZERO) {
                met += 1;
                let units: f64 = assets.iter().map(|asset| asset.cost * asset.unit.to_minor() as f64).sum();
                let found = allocation.cost(&assets);
                assert!(found >= cost - 1e-6, "case {case}: {found} beats the best, {cost}");
                assert!(found <= real + units * lenders as f64 + 1e-6, "case {case}: {found} against {real}");
            }
        }
        assert!(met > 100, "{met} cases could be met");
    }
}
