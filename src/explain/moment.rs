//! Which tick is meant: a number, a moment of the world's clock, the account's breach, or the end.

use engine::plan::Calendar;
use ground::moments::Moment;
use ground::units::Tick;
use std::str::FromStr;

/// `"61"`, `"2024-03-04 10:32"`, `"breach"`, `"end"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    Tick(u32),
    At(Moment),
    /// The end of the tick in which the account first broke.
    Breach,
    End,
}

impl FromStr for When {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "breach" => Ok(Self::Breach),
            "end" => Ok(Self::End),
            _ => match text.parse() {
                Ok(tick) => Ok(Self::Tick(tick)),
                Err(_) => text.parse().map(Self::At).map_err(|_| {
                    format!("\"{text}\" is neither a tick (61), a moment (\"2024-03-04 10:32\"), `breach` nor `end`")
                }),
            },
        }
    }
}

/// The last tick that has ended by a moment. The error says from when to when there are any.
pub fn tick_ended_by(calendar: &Calendar, moment: Moment) -> Result<Tick, String> {
    let first = calendar.time_of(Tick::new(0)) + calendar.tick;
    let last = calendar.time_of(Tick::new(calendar.ticks.saturating_sub(1))) + calendar.tick;
    if moment.time() < first || moment.time() > last {
        return Err(format!("give a moment from {first} to {last}"));
    }
    // A tick is over a tick's length after it begins: look for the first that is not.
    let (mut over, mut not_over) = (0, calendar.ticks);
    while not_over - over > 1 {
        let middle = over + (not_over - over) / 2;
        let ended = calendar.time_of(Tick::new(middle)) + calendar.tick <= moment.time();
        if ended { over = middle } else { not_over = middle }
    }
    Ok(Tick::new(over))
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::plan::Session;
    use ground::units::{Span, Time};

    #[test]
    fn a_tick_is_said_in_four_ways() {
        assert_eq!("61".parse(), Ok(When::Tick(61)));
        assert_eq!("breach".parse(), Ok(When::Breach));
        assert_eq!("end".parse(), Ok(When::End));
        assert!(matches!("2024-03-04 10:32".parse(), Ok(When::At(_))));
        for wrong in ["", "-1", "4.5", "noon", "2024-03-04"] {
            assert!(wrong.parse::<When>().unwrap_err().contains("neither a tick"), "{wrong}");
        }
    }

    #[test]
    fn a_moment_means_the_last_tick_that_has_ended_by_then_also_over_night() {
        let moment = |text: &str| text.parse::<Moment>().unwrap();
        let session = |day: &str, first| {
            let open: Time = moment(&format!("{day} 09:30")).time();
            Session { open, close: open + Span::seconds(600), first: Tick::new(first), ticks: 10, auction_ticks: 0 }
        };
        let sessions = vec![session("2024-03-04", 0), session("2024-03-05", 10)];
        let calendar = Calendar { tick: Span::seconds(60), sessions, ticks: 20, continuous: false, later: vec![] };
        let tick = |text| tick_ended_by(&calendar, moment(text)).map(Tick::index);
        assert_eq!((tick("2024-03-04 09:31"), tick("2024-03-04 09:32:30")), (Ok(0), Ok(1)));
        assert_eq!((tick("2024-03-04 23:00"), tick("2024-03-05 09:30:59")), (Ok(9), Ok(9)));
        assert_eq!((tick("2024-03-05 09:31"), tick("2024-03-05 09:40")), (Ok(10), Ok(19)));
        assert!(tick("2024-03-04 09:30").is_err() && tick("2024-03-05 09:41").is_err());
    }
}
