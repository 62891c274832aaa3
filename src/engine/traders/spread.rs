//! How the members of a population differ.
//!
//! The parameters of a population say what its typical member is like. A spread names some of them, and for each
//! a distribution: a member's own parameter is what is stated times a draw. Draws come from the member's own stream
//! for traits, parameter by parameter in the order of the spread, so that one population's traits never disturb
//! another's draws.
//!
//! A parameter is a plain number of its population's parameters, by name: `{"threshold": LogNormal(sigma: 0.5)}`.

use ground::ops::{exp, ln};
use ground::rng::{Stream, normal, uniform};
use language::findings::{Findings, LARGEST};
use language::named::Named;
use language::read::{Described, KindContent, Read};

/// No factor is smaller: a size or a rate of nothing at all is another thing too.
const LEAST: f64 = 1e-6;
const MOST: f64 = 1e6;
/// A normal logarithm is no wider.
const WIDEST: f64 = 5.0;
/// Exponents of power laws.
const FLATTEST: f64 = 0.5;
const STEEPEST: f64 = 100.0;

/// By parameter: the distribution of the factor between members.
pub type Spread = Named<Distribution>;

/// Where a factor comes from. All of them are positive: a length or a rate that changes its sign is another thing.
#[derive(Clone, Debug, PartialEq, Read)]
pub enum Distribution {
    /// Anywhere between two factors with equal chance.
    Uniform {
        #[read(within = LEAST..=MOST)]
        from: f64,
        #[read(within = LEAST..=MOST)]
        to: f64,
    },
    /// `exp(sigma × z)` with a standard normal `z`: half of the members are above what is stated.
    LogNormal {
        #[read(within = 0.0..=WIDEST)]
        sigma: f64,
    },
    /// Exponential with mean 1.
    Exponential,
    /// Pareto: at least 1, larger than `x` with chance `x^-exponent`.
    Pareto {
        #[read(within = FLATTEST..=STEEPEST)]
        exponent: f64,
    },
    /// One of these with equal chance.
    OneOf {
        #[read(within = LEAST..=MOST)]
        factors: Vec<f64>,
    },
    /// No chance: the members of a group stand evenly between two factors, the first at `from` and the last at `to`. One
    /// alone is at `from`.
    Even {
        #[read(within = LEAST..=MOST)]
        from: f64,
        #[read(within = LEAST..=MOST)]
        to: f64,
    },
}

impl Distribution {
    /// For the member that stands at `place` among so many.
    fn draw(&self, (member, members): (u32, u32), draws: &mut Stream) -> f64 {
        let factor = match self {
            Self::Even { from, to } => {
                from + (to - from) * f64::from(member) / f64::from(members.saturating_sub(1).max(1))
            }
            Self::Uniform { from, to } => from + (to - from) * uniform(draws),
            Self::LogNormal { sigma } => exp(sigma * normal(draws)),
            Self::Exponential => -ln(1.0 - uniform(draws)),
            Self::Pareto { exponent } => exp(-ln(1.0 - uniform(draws)) / exponent),
            Self::OneOf { factors } => {
                factors[((uniform(draws) * factors.len() as f64) as usize).min(factors.len() - 1)]
            }
        };
        factor.max(LEAST)
    }

    /// The least and the largest factor; of a distribution without, what one in a hundred is below and above. Nothing for
    /// one that is itself wrong.
    fn ends(&self) -> Vec<f64> {
        let sound = match self {
            Self::Uniform { from, to } | Self::Even { from, to } => [from, to].into_iter().all(is_factor) && from <= to,
            Self::LogNormal { sigma } => (0.0..=WIDEST).contains(sigma),
            Self::Exponential => true,
            Self::Pareto { exponent } => (FLATTEST..=STEEPEST).contains(exponent),
            Self::OneOf { factors } => factors.iter().all(is_factor),
        };
        if !sound {
            return vec![];
        }
        /// Of the standard normal: one in a hundred is above.
        const HIGH: f64 = 2.326;
        match self {
            Self::Uniform { from, to } | Self::Even { from, to } => vec![*from, *to],
            Self::LogNormal { sigma } => vec![exp(-HIGH * sigma), exp(HIGH * sigma)],
            Self::Exponential => vec![0.01, ln(100.0)],
            Self::Pareto { exponent } => vec![1.0, exp(ln(100.0) / exponent)],
            Self::OneOf { factors } => factors.clone(),
        }
    }

    fn check(&self, path: &str, findings: &mut Findings) {
        match self {
            Self::Uniform { from, to } if from > to => {
                findings.add(
                    format_args!("{path}.uniform"),
                    format!("there is nothing between {from} and {to}"),
                    "swap them",
                );
            }
            Self::OneOf { factors } if factors.is_empty() || factors.len() > 1_000 => {
                findings.add(
                    format_args!("{path}.one_of.factors"),
                    format!("a choice of {}", factors.len()),
                    "list 1 to 1000 factors",
                );
            }
            _ => {}
        }
    }
}

fn is_factor(number: &f64) -> bool {
    (LEAST..=MOST).contains(number)
}

/// What can be wrong with a spread over these parameters.
pub fn check<P: Read + Clone>(params: &P, spread: &Spread, path: &str, findings: &mut Findings) {
    let numbers = numbers(params);
    for (name, distribution) in spread.iter() {
        let path = format!("{path}.spread.{name}");
        distribution.check(&path, findings);
        if !numbers.iter().any(|(known, _)| known == name) {
            let names: Vec<&str> = numbers.iter().map(|(name, _)| name.as_str()).collect();
            let remedy = match names.as_slice() {
                [] => "remove it: these parameters hold no plain number".to_owned(),
                names => format!("name one of {}", names.join(", ")),
            };
            findings.add(&path, format!("\"{name}\" is no number among the parameters"), remedy);
        }
    }
}

/// Whether what is drawn stays in the range that each parameter has: at the ends of the distribution or, where it has
/// none, at what one member in a hundred is beyond. `check` says what is wrong with parameters beyond their bounds.
pub fn check_ends<P: Read + Clone>(
    params: &P,
    spread: &Spread,
    path: &str,
    check: &dyn Fn(&P, &mut Findings),
    findings: &mut Findings,
) {
    let paths = |params: &P| {
        let mut found = Findings::default();
        check(params, &mut found);
        found.into_list().into_iter().map(|finding| finding.path).collect::<Vec<_>>()
    };
    let bounds = |name: &str| {
        let Described::Kind(kind) = P::described() else { return None };
        let KindContent::Fields(fields) = kind.content else { return None };
        fields.iter().find(|field| field.name == name).and_then(|field| field.bounds)
    };
    let stated = numbers(params);
    let known = paths(params);
    for (name, distribution) in spread.iter() {
        let Some((_, value)) = stated.iter().find(|(known, _)| known == name) else { continue };
        let wrong = distribution.ends().into_iter().find_map(|factor| {
            let drawn = value * factor.max(LEAST);
            let mut member = params.clone();
            set(&mut member, name, &mut |_| drawn);
            let at = format!("{path}.{name}");
            let out = bounds(name).is_some_and(|bounds| bounds.admits(*value) && !bounds.admits(drawn));
            let more = || paths(&member).into_iter().any(|found| found == at && !known.contains(&found));
            (out || more()).then_some((factor, drawn))
        });
        if let Some((factor, drawn)) = wrong {
            findings.add(
                format_args!("{path}.spread.{name}"),
                format!("{value} times {factor} is {drawn}, which {name} may not be"),
                "narrow the distribution, or change what is stated",
            );
        }
    }
}

/// One member's own parameters.
pub fn own<P: Read + Clone>(params: &P, spread: &Spread, place: (u32, u32), draws: &mut Stream) -> P {
    let mut own = params.clone();
    for (name, distribution) in spread.iter() {
        let factor = distribution.draw(place, draws);
        set(&mut own, name, &mut |stated| (stated * factor).clamp(-LARGEST, LARGEST));
    }
    own
}

/// The parameters that are plain numbers with a fraction, by name, in the order of the alphabet: counts of things are not
/// spread.
fn numbers<P: Read + Clone>(params: &P) -> Vec<(String, f64)> {
    let mut numbers = Vec::new();
    params.clone().numbers(&mut |name, number| numbers.push((name.to_owned(), *number)));
    numbers.sort_by(|(one, _), (other, _)| one.cmp(other));
    numbers
}

fn set<P: Read>(params: &mut P, name: &str, to: &mut dyn FnMut(f64) -> f64) {
    params.numbers(&mut |known, number| {
        if known == name {
            *number = to(*number);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use ground::rng::{Purpose, stream};

    #[derive(Clone, Debug, PartialEq, Read)]
    struct Params {
        count: u32,
        #[read(within = 0.0..=1.0)]
        threshold: f64,
    }

    fn spread(distribution: Distribution) -> Spread {
        [("threshold".to_owned(), distribution)].into_iter().collect()
    }

    #[test]
    fn half_of_a_log_normal_population_is_above_what_is_stated() {
        let (params, spread) = (Params { count: 3, threshold: 0.02 }, spread(Distribution::LogNormal { sigma: 0.5 }));
        let mut draws = stream(1, "spread", Purpose::Traits);
        let members: Vec<f64> = (0..4_000).map(|_| own(&params, &spread, (0, 1), &mut draws).threshold).collect();
        let above = members.iter().filter(|threshold| **threshold > 0.02).count();
        assert!((1_900..2_100).contains(&above), "{above} of 4000");
        assert!(members.iter().all(|threshold| *threshold > 0.0));
    }

    #[test]
    fn factors_have_the_support_and_the_mean_they_should() {
        let mut draws = stream(2, "spread", Purpose::Traits);
        let mut mean = |distribution: Distribution| {
            (0..20_000).map(|_| distribution.draw((0, 1), &mut draws)).sum::<f64>() / 20_000.0
        };
        assert!((mean(Distribution::Uniform { from: 0.5, to: 1.5 }) - 1.0).abs() < 0.01);
        assert!((mean(Distribution::Exponential) - 1.0).abs() < 0.03);
        // The mean of a Pareto with exponent 3 is 3 / (3 − 1).
        assert!((mean(Distribution::Pareto { exponent: 3.0 }) - 1.5).abs() < 0.03);
        assert!((mean(Distribution::OneOf { factors: vec![1.0, 3.0] }) - 2.0).abs() < 0.05);
    }

    #[test]
    fn even_members_stand_at_equal_distances_whatever_is_drawn() {
        let mut draws = stream(4, "spread", Purpose::Traits);
        let (params, spread) =
            (Params { count: 3, threshold: 0.02 }, spread(Distribution::Even { from: 1.0, to: 2.0 }));
        let members: Vec<f64> = (0..3).map(|member| own(&params, &spread, (member, 3), &mut draws).threshold).collect();
        assert_eq!(members, [0.02, 0.03, 0.04]);
        assert_eq!(own(&params, &spread, (0, 1), &mut draws).threshold, 0.02, "alone");
    }

    #[test]
    fn a_member_stays_a_number_whatever_is_drawn() {
        let (params, spread) = (Params { count: 1, threshold: 1e300 }, spread(Distribution::Pareto { exponent: 0.5 }));
        let mut draws = stream(3, "spread", Purpose::Traits);
        assert!((0..1_000).all(|_| own(&params, &spread, (0, 1), &mut draws).threshold <= LARGEST));
        let none = Distribution::Uniform { from: 0.0, to: 0.0 };
        assert_eq!(none.draw((0, 1), &mut draws), LEAST);
    }

    #[test]
    fn what_cannot_be_drawn_is_found_all_at_once() {
        let mut findings = Findings::default();
        let spread: Spread = [
            ("threshold".to_owned(), Distribution::Uniform { from: 2.0, to: 1.0 }),
            ("count".to_owned(), Distribution::Exponential),
            ("treshold".to_owned(), Distribution::Pareto { exponent: 2.0 }),
            ("choice".to_owned(), Distribution::OneOf { factors: vec![] }),
        ]
        .into_iter()
        .collect();
        check(&Params { count: 3, threshold: 0.02 }, &spread, "traders.crowd", &mut findings);
        let paths: Vec<&str> = findings.list().iter().map(|finding| finding.path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "traders.crowd.spread.threshold.uniform",
                "traders.crowd.spread.count",
                "traders.crowd.spread.treshold",
                "traders.crowd.spread.choice.one_of.factors",
                "traders.crowd.spread.choice",
            ]
        );
    }

    #[test]
    fn what_lies_outside_a_parameters_range_is_found_before_it_is_drawn() {
        let params = Params { count: 3, threshold: 0.4 };
        let small = |params: &Params, findings: &mut Findings| {
            findings.within("traders.crowd.threshold", params.threshold, 0.1, 0.9);
        };
        let among = |distribution, check: &dyn Fn(&Params, &mut Findings)| {
            let mut findings = Findings::default();
            check_ends(&params, &spread(distribution), "traders.crowd", check, &mut findings);
            findings.into_list().first().map(|finding| (finding.path.clone(), finding.reason.clone()))
        };
        // The bounds of the field itself, and what else is checked.
        let found = |distribution| among(distribution, &|_, _| {});
        assert_eq!(found(Distribution::Uniform { from: 0.5, to: 2.4 }), None);
        assert!(among(Distribution::Uniform { from: 0.5, to: 2.4 }, &small).is_some());
        let (path, reason) = found(Distribution::Uniform { from: 0.5, to: 3.0 }).unwrap();
        assert_eq!(path, "traders.crowd.spread.threshold");
        assert!(reason.starts_with("0.4 times 3 is 1.2"), "{reason}");
        // One in a hundred is above 0.4 × exp(2.326 × 0.3) = 0.80, or exp(2.326 × 0.5) = 1.28.
        assert_eq!(found(Distribution::LogNormal { sigma: 0.3 }), None);
        assert!(found(Distribution::LogNormal { sigma: 0.5 }).is_some());
        assert!(found(Distribution::OneOf { factors: vec![1.0, 2.6] }).is_some());
        assert_eq!(found(Distribution::Uniform { from: 3.0, to: 2.0 }), None, "has a finding of its own");
    }
}
