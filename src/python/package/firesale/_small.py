"""A market that is small enough to be run thousands of times."""

from __future__ import annotations

_TEXT = """\
// A small market, to be run many times: {noise} noise traders, {value} value investors and {trend} trend followers on one book,
// for {ticks} ticks of a second. Nothing happens in it. Every number is an assumption.
World(
    version: 1,
    title: "A small market",
    about: "{traders} traders of three kinds on one book for {ticks} seconds: a market to calibrate on.",
    seed: 1,
    currency: (code: "USD", decimals: 2),
    clock: (start: "2024-03-04 09:30", tick: "1s", calendar: Continuous(length: "{ticks}s")),
    venues: {{ "exchange": (maker_fee_bps: 0.0, taker_fee_bps: 0.0) }},
    instruments: {{
        "acme": Spot(
            venues: ["exchange"], price: 100.0, step: 0.01, lot: 1.0, float: 1e8,
            ordinary: (daily_volume: {volume}, daily_volatility: 0.02, value_volatility: 0.01),
        ),
    }},
    lenders: {{
        // Keeps everybody's money and shares, and lends nothing.
        "custodian": (
            capital: 1e6, margin: Unmargined,
            calls: (below: Maintenance, checked: AtClose, grace: "T+1"),
            cross_default: false,
            liquidation: (first: ProRata, much: All, how: Market, collar: 1.0, delay: "0s"),
            waterfall: [LenderCapital],
        ),
    }},
    traders: {{
        "noise": ZeroIntelligence(
            count: {noise}, instruments: ["acme"],
            stake: (lender: "custodian", cash_days: 1.0, units_days: 1.0),
            market_orders: 1.0, limit_ratio: 2.0, mean_size: {size}, mean_distance: 0.001, mean_life: "5m",
        ),
        "value": Value(
            count: {value},
            demand: {{ "acme": (lowest: 95.0, highest: 105.0, units: 10000.0) }},
            stake: (lender: "custodian", cash_days: 1.0, units_days: 1.0),
            conviction: 0.02, pace: "2m", clip: {size}, urgency: 0.3, patience: "2m",
        ),
        "trend": Momentum(
            count: {trend}, instruments: ["acme"],
            stake: (lender: "custodian", cash_days: 1.0, units_days: 1.0),
            lookback: "30s", threshold: 0.0005, limit: 0.002, pace: "1m", clip: {size},
        ),
    }},
    parameters: {{
        "traders.noise.market_orders": (role: Uncertainty, range: (0.1, 4.0), why: "Nobody counts them."),
        "traders.noise.mean_distance": (role: Uncertainty, range: (0.0002, 0.005), why: "Nobody knows how patient they are."),
        "traders.value.conviction": (role: Uncertainty, range: (0.001, 0.1), why: "Nobody knows how far values differ."),
        "traders.trend.clip": (role: Uncertainty, range: ({small}, {large}), why: "Nobody knows their size."),
    }},
)
"""


def small_market(traders: int = 100, ticks: int = 600, orders: float = 1.0) -> str:
    """The text of a small market, for calibration and for trying things out: one instrument,
    ``acme``.

    ``traders`` of three kinds (noise, value, trend) trade for ``ticks`` of a second; the noise
    traders send about ``orders`` a tick. Its `parameters` declare what nobody knows, with ranges.
    The text is an ordinary world: print it, change it, keep it as a file.
    """
    if traders < 3 or ticks < 1 or not orders > 0:
        raise ValueError("a small market has at least 3 traders, 1 tick, and some orders")
    few = max(1, traders // 10)
    # The ordinary day of a market that is open all the time is all of a short run. An order in three is a market order of a hundred
    # units on average, and together they are the volume of that day.
    market = max(1.0, orders * min(ticks, 86_400) / 3)
    return _TEXT.format(
        traders=traders,
        ticks=ticks,
        noise=traders - 2 * few,
        value=few,
        trend=few,
        volume=f"{100 * market:.1f}",
        size=f"{1 / market:.6g}",
        small=f"{0.2 / market:.6g}",
        large=f"{4 / market:.6g}",
    )
