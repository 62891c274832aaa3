//! Worlds that load, and the numbers in their plans.

use firesale::units::{Cash, Lots, Tick};
use firesale::world::{builtin, load};

fn dollars(amount: i128) -> Cash {
    Cash::minor(amount * 100)
}

#[test]
fn every_built_in_world_loads() {
    let worlds = builtin();
    assert!(worlds.iter().any(|(name, _)| *name == "two-funds"));
    for (name, _) in worlds {
        if let Err(error) = load(name, &[]) {
            panic!("{error}");
        }
    }
}

#[test]
fn two_funds_have_what_their_comments_say() {
    let plan = load("two-funds", &[]).unwrap().plan;
    assert_eq!(plan.clock.ticks, 780);
    // Two houses, two funds, twenty of the crowd, three dealers, twenty investors.
    assert_eq!(plan.accounts.len(), 2 + 2 + 20 + 3 + 20);
    assert_eq!(plan.accounts[0].name, "broker");
    assert_eq!(plan.accounts[0].cash, dollars(20_000_000));
    let fund_a = &plan.accounts[2];
    assert_eq!(fund_a.name, "fund-a@broker");
    assert_eq!(fund_a.slots[0].1, Lots::new(600_000));
    // 9 m posted less 60 m paid for the shares.
    assert_eq!(fund_a.cash, dollars(-51_000_000));
    assert_eq!(plan.traders[0].treasury, dollars(1_000_000));
    let fund_b = &plan.accounts[3];
    assert_eq!(fund_b.slots[0].1, Lots::new(400_000));
    assert_eq!(fund_b.cash, dollars(-31_000_000));
    assert_eq!(plan.traders[1].treasury, dollars(1_000_000));
    let noise = &plan.accounts[4];
    assert_eq!(noise.name, "noise[acme,0]@custodian");
    assert_eq!(noise.cash, dollars(100_000_000));
    assert_eq!(noise.slots[0].1, Lots::new(1_000_000));
    // The hour from 09:30 is sixty ticks; the last of them ends at 10:30.
    assert_eq!(plan.compare_from, Some(Tick::new(59)));
}
