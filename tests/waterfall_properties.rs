//! What holds of the waterfall, of claims on a failed lender and of auto-deleveraging, whatever goes in.

use firesale::lenders::{Holdings, Rehypothecation, claim_of, settle};
use firesale::plan::LayerPlan;
use firesale::units::{AccountId, Cash, FundId, LenderId, Lots, Price, Rate, Span, TraderId};
use firesale::waterfall::auto_deleveraging::{Close, Opposite, Queue, Ranking, Trigger, bankruptcy_price};
use firesale::waterfall::{Payer, Source, distribute, pro_rata};
use proptest::prelude::*;

fn layer() -> impl Strategy<Value = LayerPlan> {
    let rate = 0_i64..3_000_000_000;
    let share = 0_i64..=1_000_000_000;
    prop_oneof![
        share
            .clone()
            .prop_map(|share| LayerPlan::AccountRemaining { share: Rate::from_billionths(share), other_pools: false }),
        Just(LayerPlan::InsuranceFund),
        Just(LayerPlan::BackstopVault),
        Just(LayerPlan::AutoDeleveraging {
            when: Trigger::Drawdown { from: 0.3, until: 0.25, over: Span::seconds(60) },
            rank: Ranking::default(),
        }),
        Just(LayerPlan::DefaultersContribution),
        Just(LayerPlan::SkinInTheGame),
        Just(LayerPlan::SurvivorsFund),
        rate.prop_map(|cap| LayerPlan::Assessments { cap: Rate::from_billionths(cap) }),
        share.prop_map(|cut| LayerPlan::VariationMarginGains { cut: Rate::from_billionths(cut) }),
        Just(LayerPlan::LenderCapital),
    ]
}

fn numbered(place: usize) -> Payer {
    match place % 3 {
        0 => Payer::Account(AccountId::from_index(place)),
        1 => Payer::Treasury(TraderId::from_index(place)),
        _ => Payer::Fund(FundId::from_index(place)),
    }
}

/// Pots that are overdrawn and members that were asked for more than their cap already are among them.
fn sources() -> impl Strategy<Value = Vec<Source>> {
    let amount = || prop_oneof![-50_i128..10_000, -50_i128..1 << 88].prop_map(Cash::minor);
    let source = (amount(), amount(), amount(), amount()).prop_map(|(weight, room, ready, held)| Source {
        payer: numbered(0),
        weight,
        room,
        ready,
        held: held.min(ready),
    });
    prop::collection::vec(source, 0..8)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_layers_take_the_shortfall_to_the_unit(
        shortfall in prop_oneof![0_i128..10_000, 0_i128..1 << 90],
        layers in prop::collection::vec((layer(), sources()), 0..9),
    ) {
        let house = LenderId::new(0);
        let mut layers: Vec<(LayerPlan, Vec<Source>)> = layers;
        let every = layers.iter_mut().flat_map(|(_, sources)| sources);
        every.enumerate().for_each(|(place, source)| source.payer = numbered(place));
        let taken = distribute(Cash::minor(shortfall), &layers, house);
        prop_assert_eq!(taken.iter().map(|part| part.amount).sum::<Cash>(), Cash::minor(shortfall));
        let every: Vec<_> = layers.iter().flat_map(|(layer, sources)| sources.iter().map(|source| (*layer, *source))).collect();
        let mut paid = std::collections::BTreeSet::new();
        for part in taken.iter().filter(|part| part.payer.is_some() && part.payer != Some(Payer::House(house))) {
            let found = every.iter().find(|(_, source)| Some(source.payer) == part.payer);
            let (layer, source) = found.expect("what pays is a source");
            prop_assert_eq!(*layer, part.layer);
            let assessed = matches!(layer, LayerPlan::Assessments { .. });
            let most = if assessed { source.room.min(source.ready) } else { source.room };
            prop_assert!(part.amount <= most.at_least_zero());
            prop_assert!(part.asked <= source.room && part.asked >= part.amount);
            prop_assert!(paid.insert(part.payer), "nobody pays twice for one layer");
        }
    }

    #[test]
    fn what_is_split_pro_rata_adds_up_and_nobody_pays_beyond_the_cap(
        amount in prop_oneof![0_i128..1_000, 0_i128..1 << 94],
        payers in prop::collection::vec((-5_i128..1 << 40, -5_i128..1 << 92), 0..12),
    ) {
        let payers: Vec<_> = payers.into_iter().map(|(weight, cap)| (Cash::minor(weight), Cash::minor(cap))).collect();
        let parts = pro_rata(Cash::minor(amount), &payers);
        let reachable = payers.iter().filter(|(weight, _)| weight.is_positive()).map(|(_, cap)| cap.at_least_zero()).sum::<Cash>();
        prop_assert_eq!(parts.iter().copied().sum::<Cash>(), Cash::minor(amount).min(reachable));
        for (part, (_, cap)) in parts.iter().zip(&payers) {
            prop_assert!(!part.is_negative() && *part <= cap.at_least_zero());
        }
    }

    #[test]
    fn claims_recover_what_the_estate_has(
        lacking in -100_i128..1 << 80,
        claims in prop::collection::vec(prop_oneof![Just(0_i128), 1_i128..1 << 80], 0..12),
    ) {
        let claims: Vec<Cash> = claims.into_iter().map(Cash::minor).collect();
        let settled = settle(Cash::minor(lacking), &claims);
        let owed: Cash = claims.iter().copied().sum();
        let recovered: Cash = settled.iter().map(|claim| claim.recovered()).sum();
        prop_assert_eq!(recovered, (owed - Cash::minor(lacking).at_least_zero()).at_least_zero());
        prop_assert!(settled.iter().all(|claim| !claim.lost.is_negative() && !claim.recovered().is_negative()));
    }

    #[test]
    fn a_claim_is_never_more_than_the_equity_nor_less_than_nothing(
        cash in -(1_i128 << 60)..1 << 60, owned in 0_i128..1 << 60, gains in 0_i128..1 << 60, owing in 0_i128..1 << 60,
        limit in 0_i64..3_000_000_000, apart in any::<bool>(),
    ) {
        let [cash, owned, gains, owing] = [cash, owned, gains, owing].map(Cash::minor);
        let holdings = Holdings { cash, owned, gains, owing };
        let mut before = Cash::ZERO;
        let limit = Rehypothecation::Limit(Rate::from_billionths(limit));
        for rule in [Rehypothecation::None, limit, Rehypothecation::Unlimited] {
            let claim = claim_of(&holdings, rule, apart);
            prop_assert!(!claim.is_negative() && claim <= holdings.equity().at_least_zero());
            prop_assert!(claim >= before, "the more is pledged on, the more is a claim");
            before = claim;
        }
    }

    #[test]
    fn deleveraging_at_the_bankruptcy_price_leaves_nothing_owing_and_hardly_more(
        lots in 1_i64..1 << 30, mark in 1_i64..1 << 30, short in any::<bool>(), lacking in 1_i128..1 << 40,
    ) {
        let signed = Lots::new(if short { -lots } else { lots });
        let gross = i128::from(lots) * i128::from(mark);
        let price = bankruptcy_price(signed, Price::new(mark), Cash::minor(lacking), Cash::minor(gross)).unwrap();
        prop_assume!(price.is_in_range() && price.clamped() == price);
        let gain = i128::from(signed.get()) * i128::from(price.steps() - mark);
        prop_assert!(gain >= lacking && gain < lacking + i128::from(lots));
    }

    #[test]
    fn a_queue_closes_each_lot_once_and_the_higher_rank_first(
        held in prop::collection::vec((1_i64..1_000, -1_000_i128..1_000, -100_i128..5_000), 0..20),
        wanted in prop::collection::vec(0_i64..3_000, 1..6),
        ranking in prop::sample::select(vec![
            Ranking::ProfitTimesLeverage, Ranking::Profit, Ranking::Leverage, Ranking::Size, Ranking::ProRata,
        ]),
    ) {
        let opposite = |(index, (lots, profit, equity)): (usize, (i64, i128, i128))| Opposite {
            account: AccountId::from_index(index),
            turn: index as u32,
            lots: Lots::new(-lots),
            value: Cash::minor(-1_000 + profit),
            entry: Cash::minor(-1_000),
            equity: Cash::minor(equity),
        };
        let all: Vec<_> = held.into_iter().enumerate().map(opposite).collect();
        let mut queue = Queue::new(all.iter().copied(), ranking);
        let closes: Vec<_> = wanted.iter().flat_map(|lots| queue.take(Lots::new(*lots))).collect();
        let closed: i64 = closes.iter().map(|one| one.lots.get()).sum();
        let there: i64 = all.iter().map(|one| one.lots.abs().get()).sum();
        prop_assert_eq!(closed, wanted.iter().sum::<i64>().min(there));
        for one in &all {
            let own: i64 = closes.iter().filter(|own| own.account == one.account).map(|own| own.lots.get()).sum();
            prop_assert!(own <= one.lots.abs().get());
        }
        // Where ranks tie the first in turn goes first; in proportion all go at once, each time anew.
        let place = |one: &Close| (-all[one.account.index()].rank(ranking), one.account);
        let in_order = closes.windows(2).all(|pair| place(&pair[0]) <= place(&pair[1]));
        prop_assert!(in_order || ranking == Ranking::ProRata);
    }
}
