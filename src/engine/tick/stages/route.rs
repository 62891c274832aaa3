//! Where a lender's forced orders of a tick go, when what it sells trades on several venues.
//!
//! By default all go to the instrument's first venue. A policy with `route: ByDepth` spreads them over all that are open,
//! in proportion to what stands on the other side of each book within 1 % of that book's own price; what does not divide
//! goes to the deepest. Where nothing stands anywhere, all goes to the first venue that is open.

use crate::tick::state::{Markets, Scene};
use crate::tick::view::View;
use ground::units::{Lots, MarketId, Side};
use mechanics::liquidation::Route;

/// Depth is counted within this share of the market's price.
const BAND: f64 = 0.01;

/// All markets of the instrument that trades in this one, which is its first, or with `Route::Primary` this one alone.
pub fn markets(route: Route, scene: &Scene, primary: MarketId) -> impl Iterator<Item = MarketId> + '_ {
    let instrument = scene.plan.markets[primary.index()].instrument;
    let more = scene.plan.markets[primary.index()..].iter().take_while(move |market| market.instrument == instrument);
    let count = if route == Route::Primary { 1 } else { more.count() };
    (primary.index()..primary.index() + count).map(MarketId::from_index)
}

/// How so many lots are spread, market by market.
pub fn spread(
    route: Route,
    (primary, side, lots): (MarketId, Side, Lots),
    scene: &Scene,
    view: &View,
    books: &Markets,
) -> Vec<(MarketId, Lots)> {
    let depth = |market: MarketId| {
        let seen = view.market(market);
        let book = &books[market];
        if seen.halted { None } else { Some((market, book.depth(side.opposite(), seen.mark, BAND))) }
    };
    if route == Route::Primary {
        return vec![(primary, lots)];
    }
    let open: Vec<(MarketId, Lots)> = markets(route, scene, primary).filter_map(depth).collect();
    shares(lots, &open)
}

/// In proportion to depth; what does not divide goes to the first of the deepest.
fn shares(lots: Lots, open: &[(MarketId, Lots)]) -> Vec<(MarketId, Lots)> {
    let all: i128 = open.iter().map(|(_, depth)| i128::from(depth.get())).sum();
    let Some(deepest) = (0..open.len()).max_by_key(|place| (open[*place].1, std::cmp::Reverse(*place))) else {
        return Vec::new();
    };
    let part = |depth: Lots| {
        let share = i128::from(lots.get()) * i128::from(depth.get()) / all.max(1);
        Lots::new(i64::try_from(share).expect("a share is no more than all"))
    };
    let mut parts: Vec<_> = open.iter().map(|(market, depth)| (*market, part(*depth))).collect();
    let given: Lots = parts.iter().map(|(_, lots)| *lots).sum();
    parts[deepest].1 += lots - given;
    parts.retain(|(_, lots)| lots.is_positive());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares_of(lots: i64, depths: &[i64]) -> Vec<(usize, i64)> {
        let open: Vec<_> =
            depths.iter().enumerate().map(|(at, depth)| (MarketId::from_index(at), Lots::new(*depth))).collect();
        shares(Lots::new(lots), &open).into_iter().map(|(market, lots)| (market.index(), lots.get())).collect()
    }

    #[test]
    fn lots_go_where_the_depth_is_and_none_is_lost() {
        // 100 × 3 ÷ 7 = 42.86, 100 × 4 ÷ 7 = 57.14.
        assert_eq!(shares_of(100, &[3, 0, 4]), [(0, 42), (2, 58)]);
        assert_eq!(shares_of(100, &[0, 0]), [(0, 100)], "nothing stands anywhere");
        assert_eq!(shares_of(1, &[5, 5]), [(0, 1)]);
        assert_eq!(shares_of(100, &[]), []);
    }
}
