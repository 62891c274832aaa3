//! What one quiet run says, as sums that pool with those of other runs.
//!
//! - *bars* of one minute, or of one tick if that is longer, are the shortest horizon looked at: tails and kurtosis begin
//!   there;
//! - *spells* of five minutes (five bars at most) are what autocorrelations are measured on; the series of a run's days
//!   are joined, nights left out;
//! - *stretches* of half an hour or so pair a volatility with a volume and a depth.

use super::watch::{BANDS_BPS, Series};
use engine::plan::Calendar;
use ground::ops::ln;
use ground::stats::memory::Memory;
use ground::stats::returns::{Moments, Together, returns};
use ground::stats::tails::Tail;

/// Lengths of time in ticks, for one calendar.
#[derive(Clone, Debug, PartialEq)]
pub struct Scales {
    pub bar: usize,
    pub spell: usize,
    pub stretch: usize,
    /// From the bar to the day.
    pub horizons: Vec<usize>,
    pub day: usize,
    /// Seconds.
    pub tick: i64,
}

impl Scales {
    pub fn of(clock: &Calendar) -> Self {
        let tick = clock.tick.as_seconds().max(1);
        let ticks = |seconds: i64| usize::try_from(seconds / tick).unwrap_or(1).max(1);
        let day = clock.ticks_in_day() as usize;
        let bar = ticks(60).min(day.max(1));
        let spell = ticks(300).clamp(bar, day.max(bar));
        let stretch = (6 * spell).min(day.max(bar));
        let horizons = [60, 300, 900, 1_800, 3_600, 7_200, 14_400].map(ticks);
        let mut horizons: Vec<usize> = horizons.into_iter().filter(|ticks| *ticks >= bar && 2 * *ticks < day).collect();
        horizons.push(day);
        horizons.dedup();
        Self { bar, spell, stretch, horizons, day, tick }
    }

    /// In words: `"5m"`.
    pub fn words(&self, ticks: usize) -> String {
        if ticks == self.day {
            return "day".into();
        }
        ground::units::Span::seconds(ticks as i64 * self.tick).to_string()
    }
}

/// Lags of spells, and of ticks for the signs of trades.
const LAGS: usize = 200;
const SIGN_LAGS: usize = 300;

/// Of one run, or of several together.
#[derive(Clone, Debug, PartialEq)]
pub struct QuietStats {
    pub spread_steps: Moments,
    pub spread_ratio: Moments,
    /// In lots, by band.
    pub depths: [Moments; BANDS_BPS.len()],
    pub daily_volume: Moments,
    /// From the first to the last mid of a session.
    pub daily_return: Moments,
    /// By horizon; that of a day is `daily_return`.
    pub returns: Vec<Moments>,
    pub tail: Tail,
    pub returns_memory: Memory,
    pub sizes_memory: Memory,
    pub signs_memory: Memory,
    /// Of the size of a spell's return and its volume.
    pub volume_volatility: Together,
    /// Of logarithms of a stretch's volatility and its mean depth within the middle band.
    pub depth_volatility: Together,
}

/// The band whose depth is set against volatility.
pub const MIDDLE_BAND: usize = 4;

impl QuietStats {
    pub fn of(series: &Series, clock: &Calendar, scales: &Scales) -> Self {
        let continuous: Vec<(usize, usize)> = clock
            .sessions
            .iter()
            .map(|session| {
                let first = session.first.index() as usize;
                (first + session.auction_ticks as usize, first + session.ticks as usize)
            })
            .filter(|(from, to)| from < to && *to <= series.log_mids.len())
            .collect();
        let sessions: Vec<Vec<f64>> =
            continuous.iter().map(|(from, to)| series.log_mids[*from..*to].to_vec()).collect();
        let mids = |tick: usize| series.log_mids[tick];
        let spells = returns(&sessions, scales.spell);
        let spell_volumes = continuous.iter().flat_map(|(from, to)| {
            let ends = (*from..*to).step_by(scales.spell).skip(1);
            ends.map(|end| series.volume[end + 1 - scales.spell..=end].iter().sum::<f64>()).collect::<Vec<_>>()
        });
        let mut volume_volatility = Together::default();
        spells.iter().zip(spell_volumes).for_each(|(spell, volume)| volume_volatility.take(spell.abs(), volume));
        let signs: Vec<f64> = series.pushed.iter().filter(|pushed| **pushed != 0.0).map(|p| p.signum()).collect();
        let sizes: Vec<f64> = spells.iter().map(|spell| spell.abs()).collect();
        let quoted = |tick: &usize| !series.spreads[*tick].is_nan();
        let inside: Vec<usize> = continuous.iter().flat_map(|(from, to)| *from..*to).filter(quoted).collect();
        let mut depths = [Moments::default(); BANDS_BPS.len()];
        for (_, sample) in &series.depths {
            depths.iter_mut().zip(sample).for_each(|(own, lots)| own.take(*lots));
        }
        Self {
            spread_steps: Moments::of(inside.iter().map(|tick| series.spreads[*tick])),
            spread_ratio: Moments::of(inside.iter().map(|tick| {
                let step = ground::ops::exp(-mids(*tick));
                series.spreads[*tick] * step
            })),
            depths,
            daily_volume: Moments::of(
                clock
                    .sessions
                    .iter()
                    .map(|session| (session.first.index() as usize, session.ticks as usize))
                    .filter(|(first, ticks)| first + ticks <= series.volume.len())
                    .map(|(first, ticks)| series.volume[first..first + ticks].iter().sum()),
            ),
            daily_return: Moments::of(continuous.iter().map(|(from, to)| mids(*to - 1) - mids(*from))),
            returns: scales
                .horizons
                .iter()
                .filter(|ticks| **ticks < scales.day)
                .map(|ticks| Moments::of(returns(&sessions, *ticks)))
                .collect(),
            tail: Tail::of(&returns(&sessions, scales.bar)),
            returns_memory: Memory::of(&spells, LAGS.min(spells.len() / 4)),
            sizes_memory: Memory::of(&sizes, LAGS.min(sizes.len() / 4)),
            signs_memory: Memory::of(&signs, SIGN_LAGS.min(signs.len() / 4)),
            volume_volatility,
            depth_volatility: depth_volatility(series, &continuous, scales),
        }
    }

    pub fn add(&mut self, other: &Self) {
        self.spread_steps.add(&other.spread_steps);
        self.spread_ratio.add(&other.spread_ratio);
        self.depths.iter_mut().zip(&other.depths).for_each(|(own, other)| own.add(other));
        self.daily_volume.add(&other.daily_volume);
        self.daily_return.add(&other.daily_return);
        self.returns.iter_mut().zip(&other.returns).for_each(|(own, other)| own.add(other));
        self.tail.add(&other.tail);
        self.returns_memory.add(&other.returns_memory);
        self.sizes_memory.add(&other.sizes_memory);
        self.signs_memory.add(&other.signs_memory);
        self.volume_volatility.add(&other.volume_volatility);
        self.depth_volatility.add(&other.depth_volatility);
    }

    /// Standard deviation of a day's return, from the longest horizon of which a day has a dozen or so: with few days
    /// that says more than the days themselves.
    pub fn daily_volatility(&self, scales: &Scales) -> f64 {
        let mut within = scales.horizons.iter().zip(&self.returns);
        let fit = within.rfind(|(ticks, _)| **ticks * 12 <= scales.day);
        match fit {
            Some((ticks, moments)) => (moments.squares / moments.n * (scales.day as f64 / *ticks as f64)).sqrt(),
            None => (self.daily_return.squares / self.daily_return.n).sqrt(),
        }
    }

    /// Variance of a day's return over that of the sum of its parts' were they independent: 1 for a random walk.
    pub fn variance_ratio(&self, scales: &Scales) -> f64 {
        let day = self.daily_return.squares / self.daily_return.n;
        let parts = self.returns.first().map_or(f64::NAN, |bars| bars.squares / bars.n);
        day / (parts * (scales.day as f64 / scales.bar as f64))
    }
}

/// Stretch by stretch.
fn depth_volatility(series: &Series, continuous: &[(usize, usize)], scales: &Scales) -> Together {
    let mut pairs = Together::default();
    for (from, to) in continuous {
        for start in (*from..*to).step_by(scales.stretch) {
            let end = start + scales.stretch;
            if end > *to {
                break;
            }
            let bars = returns(&[series.log_mids[start..end].to_vec()], scales.bar);
            let variance = bars.iter().map(|bar| bar * bar).sum::<f64>();
            let sampled = series.depths.iter().filter(|(tick, _)| (start..end).contains(tick));
            let depth = Moments::of(sampled.map(|(_, depths)| depths[MIDDLE_BAND])).mean();
            if variance > 0.0 && depth > 0.0 {
                pairs.take(ln(variance), ln(depth));
            }
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::plan::Session;
    use ground::rng::{Purpose, normal, stream};
    use ground::units::{Span, Tick, Time};

    fn clock(ticks: u32) -> Calendar {
        let session =
            Session { open: Time::default(), close: Time::default(), first: Tick::new(0), ticks, auction_ticks: 0 };
        Calendar { tick: Span::seconds(60), sessions: vec![session], ticks, continuous: true, later: vec![] }
    }

    #[test]
    fn a_random_walk_has_no_memory_no_tail_and_its_own_volatility() {
        let clock = clock(50_000);
        let scales = Scales::of(&clock);
        assert_eq!((scales.bar, scales.spell, scales.stretch), (1, 5, 30));
        let mut draws = stream(3, "probe", Purpose::Traits);
        let mut level = 5.0;
        let log_mids: Vec<f64> = (0..50_000)
            .map(|_| {
                level += 0.001 * normal(&mut draws);
                level
            })
            .collect();
        let flat = vec![1.0; 50_000];
        let series = Series { log_mids, volume: flat.clone(), pushed: flat.clone(), spreads: flat, depths: vec![] };
        let stats = QuietStats::of(&series, &clock, &scales);
        // 0.001 × √50 000.
        assert!((stats.daily_volatility(&scales) / 0.2236 - 1.0).abs() < 0.1, "{}", stats.daily_volatility(&scales));
        assert!((stats.returns[0].kurtosis() - 3.0).abs() < 0.15);
        assert!(stats.returns_memory.at(1).abs() < 0.03 && stats.sizes_memory.mean(1, 20).abs() < 0.02);
        assert!(stats.tail.hill().unwrap().exponent > 6.0);
        assert_eq!(stats.daily_volume.mean(), 50_000.0);
    }

    #[test]
    fn depth_that_thins_when_the_price_moves_correlates_below_zero() {
        let clock = clock(6_000);
        let mut log_mids = Vec::new();
        let mut depths = Vec::new();
        for tick in 0..6_000usize {
            let wild = if (tick / 300) % 2 == 0 { 0.001 } else { 0.0001 };
            log_mids.push(if tick % 2 == 0 { wild } else { 0.0 });
            depths.push((tick, [if wild > 0.0005 { 10.0 } else { 50.0 }; BANDS_BPS.len()]));
        }
        let flat = vec![1.0; 6_000];
        let series = Series { log_mids, volume: flat.clone(), pushed: flat.clone(), spreads: flat, depths };
        let stats = QuietStats::of(&series, &clock, &Scales::of(&clock));
        assert!(stats.depth_volatility.correlation() < -0.99, "{}", stats.depth_volatility.correlation());
    }
}
