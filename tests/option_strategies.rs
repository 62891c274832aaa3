//! What `RegT` asks of options that cover each other, position by position as brokers and exchanges work it out.

use firesale::margin::models::{What, Why, reg_t};
use firesale::margin::{Facts, MarginFile, MarginPlan, Marks, Payoff, Position, Requirement, Right};
use firesale::named::Named;
use firesale::units::{Cash, InstrumentId, Lots, Price, StepValue, Time};
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

#[path = "support/models.rs"]
#[allow(dead_code, reason = "other tests need the rest")]
mod models;

/// A stock at a price, so many shares of it, and options on a hundred: right, strike, price, lots, days to run.
struct Account {
    stock: (i64, i64),
    options: Vec<(Right, i64, i64, i64, i64)>,
}

fn on(price: f64) -> Account {
    Account { stock: (cents(price), 0), options: vec![] }
}

fn cents(amount: f64) -> i64 {
    (amount * 100.0).round() as i64
}

fn dollars(amount: f64) -> Cash {
    Cash::minor(i128::from(cents(amount)))
}

impl Account {
    fn shares(mut self, lots: i64) -> Self {
        self.stock.1 = lots;
        self
    }

    fn option(mut self, right: Right, strike: f64, price: f64, lots: i64, days: i64) -> Self {
        self.options.push((right, cents(strike), cents(price), lots, days));
        self
    }

    fn call(self, strike: f64, price: f64, lots: i64) -> Self {
        self.option(Right::Call, strike, price, lots, 30)
    }

    fn put(self, strike: f64, price: f64, lots: i64) -> Self {
        self.option(Right::Put, strike, price, lots, 30)
    }

    fn marks(&self) -> Marks {
        let id = InstrumentId::from_index;
        let values = [(1, self.stock.0)].into_iter().chain(self.options.iter().map(|option| (100, option.2)));
        let values = values.map(|(value, mark)| (StepValue::new(value), Price::new(mark)));
        let stock = Facts { step_size: 0.01, ..Facts::unknown(id(0)) };
        let options = self.options.iter().enumerate().map(|(index, &(right, strike, _, _, days))| Facts {
            payoff: Payoff::Option { right, strike: Price::new(strike), expiry: Time::from_seconds(86_400 * days) },
            underlying: id(0),
            step_size: 0.01,
            lot_units: 100.0,
            ..Facts::unknown(id(index + 1))
        });
        Marks::new(values).with_facts(std::iter::once(stock).chain(options))
    }

    fn positions(&self) -> Vec<Position> {
        let marks = self.marks();
        let lots = std::iter::once(self.stock.1).chain(self.options.iter().map(|option| option.3));
        let position = |(index, lots): (usize, i64)| {
            let (instrument, lots) = (InstrumentId::from_index(index), Lots::new(lots));
            let value = marks.value(instrument, lots);
            Position { instrument, lots, mark: marks.price(instrument), value, worth: value }
        };
        lots.enumerate().map(position).filter(|position| !position.lots.is_zero()).collect()
    }

    fn needs(&self) -> Requirement {
        reg_t().requirement(&self.marks(), self.positions().into_iter())
    }

    /// What must be there in money, as brokers state it: premiums received are in it, what is bought is paid from it.
    fn money(&self) -> Cash {
        self.needs().mm - self.positions().iter().map(|position| position.value).sum()
    }
}

fn reg_t() -> MarginPlan {
    let file = MarginFile::RegT(reg_t::File {
        initial: 0.5,
        maintenance_long: 0.25,
        maintenance_short: 0.3,
        floors: None,
        options: Some(reg_t::OptionsFile { rate: 0.2, least: 0.1 }),
        surcharge: Named::default(),
        not_marginable: vec![],
    });
    models::planned(&file, &[])
}

#[test]
fn a_spread_needs_what_its_strikes_are_apart_to_the_loss() {
    // Sold at 100 for $5, bought at 110 for $2: $10 a share can be lost, whatever the price does.
    let bear = on(100.0).call(100.0, 5.0, -1).call(110.0, 2.0, 1);
    assert_eq!((bear.money(), bear.needs().mm), (dollars(1_000.0), dollars(1_000.0 + 200.0 - 500.0)));
    assert_eq!(on(100.0).put(100.0, 5.0, -1).put(90.0, 2.0, 1).money(), dollars(1_000.0));
    // Bought for a debit: it is paid for, and nothing beyond that (Cboe's examples: 41 300 for a hundred, 95 and 105).
    let bull = on(97.73).call(95.0, 4.53, 100).call(105.0, 0.40, -100);
    assert_eq!((bull.needs().mm, bull.money()), (dollars(41_300.0), Cash::ZERO));
    assert_eq!(bull.needs().im, bull.needs().mm);
    // Strikes further apart than what the short option needs alone: that is asked, 20 % of $100 and the premium.
    assert_eq!(on(100.0).call(100.0, 5.0, -1).call(190.0, 0.0, 1).money(), dollars(2_500.0));
}

#[test]
fn a_long_option_covers_no_short_one_that_outlives_it() {
    let calendar =
        |short, long| on(100.0).option(Right::Call, 100.0, 5.0, -1, short).option(Right::Call, 100.0, 7.0, 1, long);
    assert_eq!(calendar(30, 60).money(), Cash::ZERO);
    assert_eq!(calendar(30, 30).money(), Cash::ZERO);
    assert_eq!(calendar(60, 30).money(), dollars(2_500.0));
}

#[test]
fn of_a_straddle_the_side_that_needs_more_is_asked_for_and_the_premium_of_the_other() {
    // tastyworks, "Margin requirements for a short straddle or strangle": $910 for the call, $120 for the put's premium.
    let strangle = on(45.0).call(47.0, 2.10, -1).put(43.0, 1.20, -1);
    assert_eq!((strangle.money(), strangle.needs().mm), (dollars(1_030.0), dollars(700.0)));
    // Two calls to one put: one call stands alone.
    let ratio = on(45.0).call(47.0, 2.10, -2).put(43.0, 1.20, -1);
    assert_eq!(ratio.needs().mm, dollars(1_400.0));
}

#[test]
fn spreads_need_what_they_can_lose_together() {
    // A condor loses on one side only, the wider: $8 a share. As a straddle it would need $10 and both premiums.
    let condor = on(100.0).put(90.0, 2.0, -1).put(82.0, 0.5, 1).call(110.0, 2.0, -1).call(115.0, 1.0, 1);
    assert_eq!(condor.money(), dollars(800.0));
    // Wings so wide that the straddle is the lesser.
    let wide = on(100.0).put(90.0, 2.0, -1).put(60.0, 0.1, 1).call(110.0, 2.0, -1).call(140.0, 0.1, 1);
    assert_eq!(wide.money(), dollars(1_000.0 + 400.0));
    let narrow = on(100.0).put(90.0, 2.0, -1).put(85.0, 1.0, 1).call(110.0, 2.0, -1).call(115.0, 1.0, 1);
    assert_eq!(narrow.money(), dollars(500.0));
    // A long butterfly is paid for.
    let long = on(100.0).call(90.0, 12.0, 1).call(100.0, 5.0, -2).call(110.0, 2.0, 1);
    assert_eq!((long.money(), long.needs().mm), (Cash::ZERO, dollars(1_200.0 - 1_000.0 + 200.0)));
    // A short one: tastyworks, "Short butterfly", $5 a share on three.
    let short = on(80.0).put(75.0, 1.5, -3).put(80.0, 4.0, 6).put(85.0, 6.0, -3);
    assert_eq!(short.money(), dollars(1_500.0));
    // A box can lose nothing that it has not paid for, and one that is sold owes what it is apart.
    let box_ =
        |sign: i64| on(100.0).call(95.0, 7.0, sign).call(105.0, 2.0, -sign).put(105.0, 7.0, sign).put(95.0, 2.0, -sign);
    assert_eq!(box_(1).money(), Cash::ZERO);
    assert_eq!(box_(-1).money(), dollars(1_000.0));
}

#[test]
fn a_short_option_is_covered_by_what_helps_most() {
    // Two calls sold, one bought: one is in a spread of $10, the other stands alone at $20 and its premium.
    let two = on(100.0).call(100.0, 5.0, -2).call(110.0, 2.0, 1);
    assert_eq!(two.money(), dollars(1_000.0 + 2_500.0));
    // Stock covers the call that no long one is near; the long one the call beside it.
    let both = on(100.0).shares(100).call(100.0, 5.0, -1).call(120.0, 1.0, -1).call(121.0, 0.9, 1);
    let stock = on(100.0).shares(100).call(100.0, 5.0, -1);
    let spread = on(100.0).call(120.0, 1.0, -1).call(121.0, 0.9, 1);
    assert_eq!(both.needs().mm, stock.needs().mm + spread.needs().mm);
}

#[test]
fn a_covered_call_needs_nothing_and_its_premium_pays_for_the_stock() {
    // A hundred shares at $400 under a call at 300, at $100: a quarter to keep. To open: half, and half of the $100 on which is
    // nothing lent, less the premium.
    let needs = on(400.0).shares(100).call(300.0, 100.0, -1).needs();
    assert_eq!(needs, Requirement { im: dollars(20_000.0 + 5_000.0 - 10_000.0), mm: dollars(10_000.0) });
    // Out of the money: Cboe's example, and a quarter of the stock to keep.
    let needs = on(97.73).shares(10_000).call(100.0, 1.68, -100).needs();
    assert_eq!(needs, Requirement { im: dollars(471_850.0), mm: dollars(244_325.0) });
    // A put sold against stock sold short needs nothing either.
    let needs = on(100.0).shares(-100).put(90.0, 2.0, -1).needs();
    assert_eq!(needs, on(100.0).shares(-100).needs());
}

/// tastyworks, "Protective Put" and "Protective Call": a tenth of the strike and what the option is out of the money, or what the
/// stock needs alone, whichever is less; the option is paid for in full.
#[test]
fn stock_that_a_long_option_protects_is_kept_with_less() {
    let kept = |account: Account, premium: f64| account.needs().mm - dollars(100.0 * premium);
    // $60 a share, a quarter is $15. A put at 55: $5.50 and $5; at 65: $6.50; at 40: $4 and $20, which is more.
    assert_eq!(kept(on(60.0).shares(100).put(55.0, 1.0, 1), 1.0), dollars(1_050.0));
    assert_eq!(kept(on(60.0).shares(100).put(65.0, 6.0, 1), 6.0), dollars(650.0));
    assert_eq!(kept(on(60.0).shares(100).put(40.0, 0.1, 1), 0.1), dollars(1_500.0));
    // Opened like any other: half of the stock, and the put.
    assert_eq!(on(60.0).shares(100).put(55.0, 1.0, 1).needs().im, dollars(3_000.0 + 100.0));
    // Short at $60 needs $18; beside a call at 65, $6.50 and $5.
    assert_eq!(kept(on(60.0).shares(-100).call(65.0, 1.0, 1), 1.0), dollars(1_150.0));
    // A call protects no long stock, and a put no short.
    assert_eq!(kept(on(60.0).shares(100).call(65.0, 1.0, 1), 1.0), dollars(1_500.0));
    assert_eq!(kept(on(60.0).shares(-100).put(55.0, 1.0, 1), 1.0), dollars(1_800.0));
    // A contract protects a hundred or none: 250 shares under three puts are two protected and fifty alone.
    assert_eq!(kept(on(60.0).shares(250).put(55.0, 1.0, 3), 3.0), dollars(2.0 * 1_050.0 + 750.0));
    let told = reg_t().breakdown(
        &on(60.0).shares(100).put(55.0, 1.0, 1).marks(),
        on(60.0).shares(100).put(55.0, 1.0, 1).positions().into_iter(),
    );
    assert_eq!(told.lines[0].why, Why::Protected(Lots::new(100)));
}

/// tastyworks, "Collar": a tenth of the put's strike and what it is out of the money, or a quarter of the call's strike;
/// OptionsHouse, "Conversion" and its reverse: a tenth of the strike. In the case of a reverse conversion whose put is in the
/// money it adds that to what equity must be; here what the put is worth is owed, and equity without it.
#[test]
fn stock_between_two_options_is_kept_with_less() {
    let kept = |account: Account| {
        let long = account.positions().iter().skip(1).map(|option| option.value.at_least_zero()).sum::<Cash>();
        account.needs().mm - long
    };
    // $60 a share. Put 55, call 65: $5.50 and $5, or $16.25. The call needs nothing.
    let collar = on(60.0).shares(100).put(55.0, 1.0, 1).call(65.0, 1.5, -1);
    assert_eq!(kept(collar), dollars(1_050.0));
    // Put 50, call 52: $5 and $10, or $13.
    assert_eq!(kept(on(60.0).shares(100).put(50.0, 0.2, 1).call(52.0, 8.4, -1)), dollars(1_300.0));
    // Both at 50: a conversion, $5; its reverse the same, on either side of the strike.
    for price in [40.0_f64, 60.0] {
        let (call, put) = ((price - 50.0).max(0.0) + 1.0, (50.0 - price).max(0.0) + 1.0);
        assert_eq!(kept(on(price).shares(100).put(50.0, put, 1).call(50.0, call, -1)), dollars(500.0));
        assert_eq!(kept(on(price).shares(-100).call(50.0, call, 1).put(50.0, put, -1)), dollars(500.0));
    }
    // Opened like any stock, and the put paid for; the call's premium pays a part.
    let collar = on(60.0).shares(100).put(55.0, 1.0, 1).call(65.0, 1.5, -1);
    assert_eq!(collar.needs().im, dollars(3_000.0 + 100.0 - 150.0));
    // A call that outlives the put makes no collar, and the better pair is taken: $15 for the stock that covers the call. (With
    // the put it would be $5.50 and $5, and $7 for the call.)
    let outlives = on(60.0).shares(100).option(Right::Put, 55.0, 1.0, 1, 30).option(Right::Call, 65.0, 1.5, -1, 60);
    assert_eq!(kept(outlives), dollars(1_500.0));
    // Two hundred shares, one collar: the other hundred stand alone.
    assert_eq!(kept(on(60.0).shares(200).put(55.0, 1.0, 1).call(65.0, 1.5, -1)), dollars(1_050.0 + 1_500.0));
    let account = on(60.0).shares(100).put(55.0, 1.0, 1).call(65.0, 1.5, -1);
    let told = reg_t().breakdown(&account.marks(), account.positions().into_iter());
    assert_eq!(told.stated(), account.needs());
    assert_eq!(told.lines[0].why, Why::Protected(Lots::new(100)));
    let covered = Why::Covered { stock: Lots::new(1), spread: Lots::ZERO, straddle: Lots::ZERO };
    assert_eq!(told.lines[2].why, covered);
}

/// What asks least to keep is not what asks least to open. A call handed over for nothing protects the short stock ($9.50 and
/// $5 less to keep it with than its $30), and the put then needs $20; to open, the stock covers the put as before.
#[test]
fn to_open_and_to_keep_are_paired_each_for_itself() {
    let without = on(100.0).shares(-1_000).put(105.0, 5.0, -10);
    assert_eq!(without.needs(), Requirement { im: dollars(50_000.0), mm: dollars(30_000.0) });
    let with = on(100.0).shares(-1_000).put(105.0, 5.0, -10).call(95.0, 9.16, 10);
    assert_eq!(with.needs(), Requirement { im: dollars(50_000.0 + 9_160.0), mm: dollars(29_500.0 + 9_160.0) });
}

#[test]
fn what_is_told_of_a_strategy_adds_up_and_says_what_covers() {
    let account = on(100.0).shares(100).call(110.0, 2.0, -2).call(115.0, 1.0, 1).put(90.0, 2.0, -1).put(85.0, 1.0, 1);
    let told = reg_t().breakdown(&account.marks(), account.positions().into_iter());
    assert_eq!(told.stated(), account.needs());
    let Why::Covered { stock, spread, .. } = told.lines[1].why else { panic!("{:?}", told.lines[1].why) };
    assert_eq!((stock, spread), (Lots::new(1), Lots::new(1)));
    assert_eq!(told.adjustments[0].what, What::LimitedLoss);
}

/// Random accounts on one stock, of options that lie on a grid.
fn some_account(rng: &mut ChaCha8Rng) -> Account {
    let mut account = on(rng.random_range(60..140) as f64).shares(100 * rng.random_range(-2..=2));
    for _ in 0..rng.random_range(1..=6) {
        let right = if rng.random_bool(0.5) { Right::Call } else { Right::Put };
        let (strike, days) = (rng.random_range(14..27) as f64 * 5.0, rng.random_range(1..=2) * 30);
        let intrinsic = match right {
            Right::Call => account.stock.0 as f64 / 100.0 - strike,
            Right::Put => strike - account.stock.0 as f64 / 100.0,
        };
        let price = intrinsic.max(0.0) + rng.random_range(0..8) as f64;
        let lots = [-2, -1, 1, 2][rng.random_range(0..4)];
        account = account.option(right, strike, price, lots, days);
    }
    account
}

#[test]
fn what_covers_never_makes_more_be_asked_and_no_order_changes_it() {
    let mut rng = ChaCha8Rng::seed_from_u64(41);
    let mut helped = 0;
    for _ in 0..4_000 {
        let mut account = some_account(&mut rng);
        let needs = account.needs();
        let alone = |position: &Position| reg_t().requirement(&account.marks(), std::iter::once(*position));
        let alone: Vec<Requirement> = account.positions().iter().map(alone).collect();
        let (im, mm) = (alone.iter().map(|need| need.im).sum(), alone.iter().map(|need| need.mm).sum());
        assert!(needs.im <= im && needs.mm <= mm, "{:?}", account.options);
        assert!(needs.im >= needs.mm && !needs.mm.is_negative(), "{:?} {needs:?}", account.options);
        helped += usize::from(needs.mm < mm);
        account.options.shuffle(&mut rng);
        assert_eq!(account.needs(), needs, "{:?}", account.options);
        let told = reg_t().breakdown(&account.marks(), account.positions().into_iter());
        assert_eq!(told.stated(), needs);
    }
    assert!(helped > 2_000, "{helped}");
}

#[test]
fn who_holds_narrow_spreads_must_have_what_they_can_lose_and_no_more() {
    let mut rng = ChaCha8Rng::seed_from_u64(43);
    let mut lose = 0;
    for _ in 0..2_000 {
        // Strikes $5 apart at most, where a short option alone needs $10; what time is worth is $2 everywhere.
        let mut account = on(100.0);
        for _ in 0..rng.random_range(1..=3) {
            let right = if rng.random_bool(0.5) { Right::Call } else { Right::Put };
            let (sold, lots) = (rng.random_range(18..=22) * 500, rng.random_range(1..=2));
            let bought = sold + 500 * rng.random_range(-1..=1);
            for (strike, lots) in [(sold, -lots), (bought, lots)] {
                let worth = right.intrinsic(Price::new(10_000), Price::new(strike)).steps() + 200;
                account.options.push((right, strike, worth, lots, 30));
            }
        }
        let lost = |price: i64| -> i128 {
            let each = account.options.iter().map(|&(right, strike, _, lots, _)| {
                i128::from(-100 * lots * right.intrinsic(Price::new(price), Price::new(strike)).steps())
            });
            each.sum()
        };
        let worst = (0..=20_000).step_by(500).map(lost).max().unwrap_or(0).max(0);
        assert_eq!(account.money(), Cash::minor(worst), "{:?}", account.options);
        lose += usize::from(worst > 0);
    }
    assert!(lose > 800, "{lose}");
}
