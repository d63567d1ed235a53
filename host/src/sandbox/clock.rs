//! The time that a program sees.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Milliseconds since the epoch: the machine's, or a time that only timers move.
#[derive(Debug)]
pub(super) enum Clock {
    Machine {
        began: u64,
        at: Instant,
    },
    Fixed {
        now: u64,
    },
    /// The times of a recorded run; then the machine's.
    Recorded {
        now: u64,
    },
}

impl Clock {
    pub(super) fn new(fixed_ms: Option<u64>, began_ms: Option<u64>) -> Self {
        match (fixed_ms, began_ms) {
            (Some(now), _) => Self::Fixed { now },
            (None, Some(now)) => Self::Recorded { now },
            (None, None) => Self::machine(0),
        }
    }

    /// The machine's, which is not before `earliest`.
    fn machine(earliest: u64) -> Self {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Self::Machine {
            began: milliseconds(now).max(earliest),
            at: Instant::now(),
        }
    }

    /// Takes the time of a recorded step.
    pub(super) fn replay(&mut self, at: u64) {
        *self = match self {
            Self::Fixed { .. } => Self::Fixed { now: at },
            Self::Machine { .. } | Self::Recorded { .. } => Self::Recorded { now: at },
        };
    }

    /// Goes on by itself when the recorded steps are over.
    pub(super) fn go_on(&mut self) {
        if let Self::Recorded { now } = self {
            *self = Self::machine(*now);
        }
    }

    pub(super) fn now(&self) -> u64 {
        match self {
            // Never backwards, whatever the machine's clock is set to meanwhile.
            Self::Machine { began, at } => began + milliseconds(at.elapsed()),
            Self::Fixed { now } | Self::Recorded { now } => *now,
        }
    }

    /// The time at which a timer that has been waited for is due.
    pub(super) fn reach(&mut self, due: u64) -> u64 {
        if let Self::Fixed { now } = self {
            *now = (*now).max(due);
        }
        self.now().max(due)
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
