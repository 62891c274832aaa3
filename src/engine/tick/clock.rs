//! Which tick it is, what time, and where in the session.

use crate::plan::Calendar;
use ground::units::{Deadline, Tick, Time};

#[derive(Clone, Debug)]
pub struct Clock {
    calendar: Calendar,
    tick: Tick,
    session: usize,
}

impl Clock {
    pub fn new(calendar: Calendar) -> Self {
        Self { calendar, tick: Tick::new(0), session: 0 }
    }

    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    pub fn tick(&self) -> Tick {
        self.tick
    }

    /// When this tick begins.
    pub fn now(&self) -> Time {
        self.calendar.time_of(self.tick)
    }

    /// When this tick ends, which is when its marks, calls and rows are of.
    pub fn end(&self) -> Time {
        self.now() + self.calendar.tick
    }

    /// When the next tick begins: now that this one ends, or when the next session opens. Past the last tick, its end.
    pub fn next_begins(&self) -> Time {
        let next = self.tick.after(1);
        if next.index() < self.calendar.ticks { self.calendar.time_of(next) } else { self.end() }
    }

    /// Whether a moment has come by the end of this tick, or comes before the next one ends: nothing trades in between
    /// that ends by then. So what ends over night or over a weekend ends at the last close before.
    pub fn has_come(&self, moment: Time) -> bool {
        let next = self.tick.after(1);
        let next = (next.index() < self.calendar.ticks).then(|| self.calendar.time_of(next) + self.calendar.tick);
        moment <= self.end() || next.is_some_and(|end| moment < end)
    }

    /// Whether a moment has passed before anything can trade again: one of the night has, when a session ends.
    pub fn is_over(&self, moment: Time) -> bool {
        moment <= self.end() || moment < self.next_begins()
    }

    pub fn session(&self) -> usize {
        self.session
    }

    /// Ticks since the session began.
    pub fn tick_of_session(&self) -> u32 {
        self.tick.index() - self.calendar.sessions[self.session].first.index()
    }

    /// Ticks until the first one of the next session. A market around the clock never closes.
    pub fn ticks_to_close(&self) -> u32 {
        let session = &self.calendar.sessions[self.session];
        if self.calendar.continuous { u32::MAX } else { session.ticks - self.tick_of_session() }
    }

    pub fn is_first_of_session(&self) -> bool {
        self.tick_of_session() == 0
    }

    pub fn is_last_of_session(&self) -> bool {
        self.tick_of_session() + 1 == self.calendar.sessions[self.session].ticks
    }

    /// Orders collect in this tick and trade at the end of the last such tick.
    pub fn is_auction(&self) -> bool {
        self.tick_of_session() < self.calendar.sessions[self.session].auction_ticks
    }

    /// This tick ends with an uncrossing.
    pub fn is_uncross(&self) -> bool {
        self.tick_of_session() + 1 == self.calendar.sessions[self.session].auction_ticks
    }

    /// The next tick opens a session with a call auction.
    pub fn next_session_has_auction(&self) -> bool {
        self.calendar.sessions.get(self.session + 1).is_some_and(|session| session.auction_ticks > 0)
    }

    /// When a deadline that starts to run at the end of this tick falls.
    pub fn deadline(&self, deadline: Deadline) -> Time {
        match deadline {
            Deadline::After(span) => self.end() + span,
            // At the last tick of a session that session's close has come: "T+0" is now.
            Deadline::CloseOfSession(ahead) => self.calendar.close_of(self.session + ahead as usize),
        }
    }

    /// The same for one that starts to run so many ticks later.
    pub fn deadline_after(&self, ticks: u32, deadline: Deadline) -> Time {
        let tick = self.tick.after(ticks);
        match deadline {
            Deadline::After(span) => self.calendar.time_of(tick) + self.calendar.tick + span,
            Deadline::CloseOfSession(ahead) => self.calendar.close_of(self.calendar.session_of(tick) + ahead as usize),
        }
    }

    /// How many of the ticks to come end early enough for a deadline that starts to run then to fall by this moment; of
    /// what lies beyond the run as many as anybody asks for.
    pub fn ticks_in_time(&self, deadline: Deadline, by: Time) -> u32 {
        let (mut few, mut many) = (0, self.calendar.ticks.saturating_sub(1 + self.tick.index()));
        if self.deadline_after(many, deadline) <= by {
            return u32::MAX;
        }
        while many - few > 1 {
            let middle = few + (many - few) / 2;
            if self.deadline_after(middle, deadline) <= by { few = middle } else { many = middle }
        }
        few
    }

    pub fn advance(&mut self) {
        self.tick = self.tick.after(1);
        let next = self.session + 1;
        if self.calendar.sessions.get(next).is_some_and(|session| session.first <= self.tick) {
            self.session = next;
        }
    }
}
