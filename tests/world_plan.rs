//! The plan of a world in which every number can be worked out by hand.

use firesale::contracts::mark::Bend;
use firesale::plan::{InstrumentKind, MarginPlan, Plan, PointKind};
use firesale::shocks::{ShockKind, cash, issue, margin, oracle, outage, stale_feed, withdrawal_halt};
use firesale::units::{
    AccountId, Cash, InstrumentId, LenderId, Lots, MarketId, Price, Rate, Span, StepValue, Tick, VenueId,
};
use firesale::world::{Origin, Source, load_source};

fn plan() -> Plan {
    let text = include_str!("world_fixtures/every_part.ron").to_string();
    let source = Source { name: "every-part".to_string(), text, origin: Origin::BuiltIn };
    load_source(source, &[]).unwrap_or_else(|error| panic!("{error}")).plan
}

fn dollars(amount: i128) -> Cash {
    Cash::minor(amount * 100)
}

const SWAP_V: InstrumentId = InstrumentId::new(0);
const VIAC: InstrumentId = InstrumentId::new(1);
const DISCA: InstrumentId = InstrumentId::new(2);
const SWAP_D: InstrumentId = InstrumentId::new(3);

#[test]
fn sessions_leave_out_the_holiday_and_the_weekend() {
    let clock = plan().clock;
    let opens: Vec<String> = clock.sessions.iter().map(|session| session.open.to_string()).collect();
    assert_eq!(
        opens,
        [
            "2021-03-22T09:30:00",
            "2021-03-23T09:30:00",
            "2021-03-24T09:30:00",
            "2021-03-26T09:30:00",
            "2021-03-29T09:30:00"
        ]
    );
    assert_eq!(clock.ticks, 65);
    assert!(clock.sessions.iter().all(|session| session.ticks == 13 && session.auction_ticks == 1));
}

#[test]
fn instruments_are_in_whole_steps_and_a_swap_takes_after_its_underlying() {
    let plan = plan();
    let viac = &plan.instruments[VIAC.index()];
    // A hundred shares times one cent is a dollar.
    assert_eq!((viac.step_value, viac.start), (StepValue::new(100), Price::new(10_034)));
    let disca = &plan.instruments[DISCA.index()];
    assert_eq!((disca.step_value, disca.start), (StepValue::new(5), Price::new(1_493)));
    let swap = &plan.instruments[SWAP_V.index()];
    assert_eq!((swap.kind, swap.start), (InstrumentKind::Swap { of: VIAC }, viac.start));
    // Markets: viac on two venues; disca, its future, the put and nickel on one each.
    assert_eq!(plan.markets.len(), 6);
    assert_eq!(viac.kind, InstrumentKind::Spot { primary: MarketId::new(0) });
    assert_eq!(disca.kind, InstrumentKind::Spot { primary: MarketId::new(2) });
    assert_eq!(plan.venues[0].maker_fee, Rate::from_billionths(-20_000));
}

#[test]
fn a_firm_posts_margin_on_whole_lots_and_keeps_the_rest() {
    let plan = plan();
    let firm = &plan.traders[0];
    // Accounts in the order of the lenders, after the three houses.
    assert_eq!(firm.accounts, [AccountId::new(3), AccountId::new(4)]);
    let (goldman, nomura) = (&plan.accounts[3], &plan.accounts[4]);
    assert_eq!((goldman.name.as_str(), nomura.name.as_str()), ("archegos@goldman", "archegos@nomura"));

    // 10 bn at five times is 50 bn; Goldman has 30 bn of it, three quarters in viac: 22.5 bn at 10 034
    // dollars a lot are 2 242 375.92 lots; the other 7.5 bn at 74.65 are 100 468 854.65 shares.
    assert_eq!(goldman.slots, [(SWAP_V, Lots::new(2_242_375)), (SWAP_D, Lots::new(100_468_854))]);
    // Worth 22 499 990 750.00 and 7 499 999 951.10. 15 % of each: 3 374 998 612.50 and 1 124 999 992.665,
    // the last rounded up to .67. Together 4 499 998 605.17, times 1.1 = 4 949 998 465.687, rounded up.
    assert_eq!(goldman.cash, Cash::minor(494_999_846_569));

    // Nomura: 15 bn / 10 034 = 1 494 917.28; 5 bn / 74.65 = 66 979 236.436.
    assert_eq!(nomura.slots, [(SWAP_V, Lots::new(1_494_917)), (SWAP_D, Lots::new(66_979_236))]);
    // 14 999 997 178 and 4 999 999 967.40; 7.5 %: 1 124 999 788.35 and 374 999 997.555 -> .56.
    // 1 499 999 785.91 × 1.1 = 1 649 999 764.501 -> .51.
    assert_eq!(nomura.cash, Cash::minor(164_999_976_451));

    assert_eq!(firm.treasury, dollars(10_000_000_000) - goldman.cash - nomura.cash);
    assert!(goldman.watched && nomura.watched);
}

#[test]
fn outright_positions_are_paid_for_and_shorts_are_margined_like_longs() {
    let plan = plan();
    let tiger = &plan.accounts[plan.traders[1].accounts[0].index()];
    // 1 bn long at 10 034 a lot: 99 661.15 lots, worth 999 998 474. 1 bn short at 74.65: 13 395 847.28
    // shares, worth 999 999 978.55.
    assert_eq!(tiger.slots, [(VIAC, Lots::new(99_661)), (SWAP_D, Lots::new(-13_395_847))]);
    // 7.5 %: 74 999 885.55 and 74 999 998.39125 -> .40; twice their sum of 149 999 883.95 is 299 999 767.90.
    // Less what the shares cost.
    assert_eq!(tiger.cash, Cash::minor(29_999_976_790) - dollars(999_998_474));
}

#[test]
fn a_house_holds_its_clients_swaps_as_shares_and_starts_with_its_capital() {
    let plan = plan();
    let nomura = &plan.accounts[1];
    assert_eq!((nomura.name.as_str(), nomura.trader), ("nomura", None));
    let disca_net = 66_979_236 - 13_395_847;
    assert_eq!(
        nomura.slots,
        [
            (SWAP_V, Lots::new(-1_494_917)),
            (VIAC, Lots::new(1_494_917)),
            (DISCA, Lots::new(disca_net)),
            (SWAP_D, Lots::new(-disca_net)),
        ]
    );
    for lender in &plan.lenders {
        let house = &plan.accounts[lender.house.index()];
        // Swaps are settled daily and worth nothing at the start; shares are worth their price.
        let shares = house.slots.iter().filter(|(id, _)| [VIAC, DISCA].contains(id));
        let worth: Cash = shares
            .map(|(id, lots)| {
                let instrument = &plan.instruments[id.index()];
                instrument.step_value.value(*lots, instrument.start)
            })
            .sum();
        assert_eq!(house.cash + worth, lender.capital, "{}", lender.name);
    }
    assert_eq!(plan.lenders[0].capital, dollars(100_000_000_000));
}

#[test]
fn a_population_is_one_trader_and_account_for_each_member_and_instrument() {
    let plan = plan();
    let names: Vec<&str> = plan.traders.iter().map(|trader| trader.name.as_str()).collect();
    assert_eq!(
        names[..14],
        [
            "archegos",
            "tiger",
            "noise[viac,0]",
            "noise[viac,1]",
            "noise[viac,2]",
            "noise[disca,0]",
            "noise[disca,1]",
            "noise[disca,2]",
            "maker[viac]",
            "maker[disca]",
            "value",
            "trend[viac,0]",
            "trend[viac,1]",
            "underwriter"
        ]
    );
    let noise = &plan.traders[4];
    assert_eq!((noise.member, noise.members, noise.instrument), (2, 3, Some(VIAC)));
    let account = &plan.accounts[noise.accounts[0].index()];
    assert_eq!(account.name, "noise[viac,2]@street");
    // Half of 20 m shares at 100.34; 250 shares are two lots and a half.
    assert_eq!(account.cash, dollars(1_003_400_000));
    assert_eq!(account.slots, [(VIAC, Lots::new(2))]);
    // 3 houses, 4 accounts of firms, 20 of the others, too many to watch them all. And two for the rest of the market.
    assert_eq!(plan.accounts.len(), 29);
    let (rest, others) = plan.accounts.split_last().unwrap();
    assert_eq!(others.iter().filter(|account| !account.watched).count(), 20);
    assert_eq!(
        (rest.name.as_str(), rest.cash, &rest.slots[..]),
        ("rest of disca", Cash::ZERO, &[(DISCA, Lots::ZERO)][..])
    );
    assert_eq!((rest.trader, rest.lender.index()), (None, 2), "kept where nothing is lent");
}

#[test]
fn a_desk_has_the_accounts_it_names_and_its_legs_are_ids() {
    let plan = plan();
    let desk = plan.traders.iter().find(|trader| trader.name == "venue-arb[1]").expect("the second of two");
    assert_eq!((desk.member, desk.members, desk.instrument), (1, 2, Some(VIAC)));
    let accounts: Vec<_> = desk.accounts.iter().map(|account| &plan.accounts[account.index()]).collect();
    let names: Vec<_> = accounts.iter().map(|account| account.name.as_str()).collect();
    assert_eq!(names, ["venue-arb[1]@goldman", "venue-arb[1]@nomura"]);
    // A thousand shares are ten lots.
    assert_eq!(accounts[0].slots, [(VIAC, Lots::ZERO)]);
    assert_eq!(accounts[1].slots, [(VIAC, Lots::new(10))]);
    let legs: Vec<_> = desk.legs.iter().map(|leg| (leg.lender.index(), leg.instrument, leg.market.index())).collect();
    assert_eq!(legs, [(0, VIAC, 0), (1, VIAC, 1)]);
    let official = plan.traders.iter().find(|trader| trader.name == "ministry").expect("it is there");
    assert_eq!(official.legs[0].market.index(), 1, "it trades on the second venue");
}

#[test]
fn shocks_are_in_order_of_time_and_days_mean_their_close() {
    let plan = plan();
    let at: Vec<String> = plan.shocks.iter().map(|shock| shock.at.to_string()).collect();
    assert_eq!(at[..4], ["2021-03-22T18:00:00", "2021-03-24T09:30:00", "2021-03-26T09:30:00", "2021-03-26T12:00:00"]);
    assert_eq!(at[4..7], ["2021-03-26T12:00:00", "2021-03-26T12:00:00", "2021-03-26T12:30:00"]);
    let underwriter = plan.traders.iter().find(|trader| trader.name == "underwriter").unwrap().accounts[0];
    // Half a lot is not issued.
    assert_eq!(
        plan.shocks[0].kind,
        ShockKind::Issue(issue::Plan { instrument: VIAC, lots: Lots::new(200_000), to: underwriter })
    );
    assert_eq!(plan.shocks[1].kind, ShockKind::Value(vec![(VIAC, -0.1), (DISCA, -0.05)]));
    let ShockKind::Margin(margin::Plan { lender, margin, .. }) = &plan.shocks[2].kind else { panic!("a margin shock") };
    assert_eq!(lender.index(), 1);
    let rate = Rate::from_billionths;
    assert_eq!(*margin, MarginPlan::Rate { im: rate(200_000_000), mm: rate(150_000_000) });
    let ShockKind::Cash(cash::Plan { firm, amount }) = plan.shocks[3].kind else { panic!("a cash shock") };
    assert_eq!((firm.index(), amount), (0, dollars(-1_000_000)));
    let half_hour = Span::seconds(1_800);
    assert_eq!(plan.shocks[7].kind, ShockKind::StaleFeed(stale_feed::Plan { instrument: VIAC, lasts: half_hour }));
    let bend = Bend::By(rate(-100_000_000));
    assert_eq!(plan.shocks[11].kind, ShockKind::Oracle(oracle::Plan { instrument: DISCA, bend, lasts: half_hour }));
    assert_eq!(
        plan.shocks[12].kind,
        ShockKind::Outage(outage::Plan { venue: VenueId::new(1), lasts: Span::seconds(3_600) })
    );
    let day = Span::seconds(86_400);
    assert_eq!(
        plan.shocks[13].kind,
        ShockKind::WithdrawalHalt(withdrawal_halt::Plan { lender: LenderId::new(1), lasts: day })
    );
    let ShockKind::CancelTrades(cancel) = &plan.shocks[14].kind else { panic!("cancelled trades") };
    assert_eq!((cancel.instrument, &cancel.markets[..]), (VIAC, &[MarketId::new(0)][..]), "at the one venue");
    assert_eq!((cancel.reference, cancel.beyond), (Some(Price::new(6_000)), rate(200_000_000)));
    // The last tick of the third session.
    assert_eq!(plan.compare_from, Some(Tick::new(38)));
    let point = &plan.reference.prices[1];
    assert_eq!((point.kind, point.at.to_string().as_str()), (PointKind::Low, "2021-03-26T16:00:00"));
}
