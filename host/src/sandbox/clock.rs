//! The time that a program sees.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Milliseconds since the epoch: the machine's, or a time that only timers move.
#[derive(Debug)]
pub(super) enum Clock {
    Machine { began: u64, at: Instant },
    Fixed { now: u64 },
}

impl Clock {
    pub(super) fn new(fixed_ms: Option<u64>) -> Self {
        match fixed_ms {
            Some(now) => Self::Fixed { now },
            None => {
                let now = SystemTime::now()
                    .duration_since(UNIX_EPOCH)
                    .unwrap_or_default();
                Self::Machine {
                    began: milliseconds(now),
                    at: Instant::now(),
                }
            }
        }
    }

    pub(super) fn now(&self) -> u64 {
        match self {
            // Never backwards, whatever the machine's clock is set to meanwhile.
            Self::Machine { began, at } => began + milliseconds(at.elapsed()),
            Self::Fixed { now } => *now,
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
