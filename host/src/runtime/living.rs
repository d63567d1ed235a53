//! Cells that wait for a decision, for a while: what is approved soon goes on at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{mpsc, oneshot};

use super::journal::Desk;
use super::log::Halt;
use super::{Inner, RuntimeOutcome, now_ms};
use crate::error::Error;
use crate::record::{ExecutionStatus, Resumed};

/// Hears of each end of a pass.
pub(super) type Report = oneshot::Sender<Result<RuntimeOutcome, Error>>;

/// A decision for a cell that waits.
pub(super) struct Wake {
    pub(super) resumed: Resumed,
    pub(super) report: Report,
}

/// How to wake a cell, and the token of the lease with which it went to sleep.
type Sleeper = (u64, mpsc::Sender<Box<Wake>>);

/// The cells that wait, by execution.
#[derive(Default)]
pub(super) struct Waiting(Mutex<HashMap<String, Sleeper>>);

impl Waiting {
    fn put(&self, id: &str, token: u64, wake: mpsc::Sender<Box<Wake>>) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.insert(id.to_owned(), (token, wake));
    }

    /// Whoever takes it decides what becomes of the cell.
    fn take(&self, id: &str) -> Option<Sleeper> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.remove(id)
    }

    /// Ends the cell of an execution, if one waits.
    pub(super) fn forget(&self, id: &str) {
        drop(self.take(id));
    }

    /// Hands a decision to the cell that waits for it; gives it back if there is none.
    pub(super) fn wake(&self, wake: Box<Wake>) -> Result<(), Box<Wake>> {
        match self.take(&wake.resumed.lease.id) {
            Some((token, cell)) if token == wake.resumed.previous_token => {
                cell.try_send(wake).map_err(|refused| match refused {
                    mpsc::error::TrySendError::Full(wake)
                    | mpsc::error::TrySendError::Closed(wake) => wake,
                })
            }
            _ => Err(wake),
        }
    }
}

/// What a pass needs to pause.
pub(super) struct Living {
    pub(super) runtime: Arc<Inner>,
    pub(super) report: Option<Report>,
}

impl Living {
    /// Pauses without keeping the cell.
    pub(super) async fn pause_for_good(&mut self, desk: &Arc<Desk>) {
        desk.log.clear_halt();
        if self.write_pause(desk).await {
            self.report_pause(desk).await;
        }
    }

    async fn write_pause(&self, desk: &Arc<Desk>) -> bool {
        let log = &desk.log;
        let paused = log.set_status(ExecutionStatus::Paused, None, None, now_ms());
        let is_written = paused.await.is_ok();
        if is_written {
            log.halt_quietly(Halt::Paused);
        }
        is_written
    }

    async fn report_pause(&mut self, desk: &Arc<Desk>) {
        let log = &desk.log;
        let status = ExecutionStatus::Paused;
        self.runtime.pass_ended(&log.id, status).await;
        self.tell(Ok(RuntimeOutcome::Paused {
            execution_id: log.id.clone(),
            pending: log.pending(),
            logs: log.console(),
            calls: log.calls(),
        }));
    }

    /// Pauses: writes it, reports it, and waits a while for a decision. Whether the
    /// program goes on.
    pub(super) async fn pause(&mut self, desk: &Arc<Desk>) -> bool {
        let log = &desk.log;
        if !self.write_pause(desk).await {
            return false;
        }
        let runtime = Arc::clone(&self.runtime);
        let slot = runtime.living_slots.try_acquire();
        let is_kept = slot.is_ok() && !runtime.keep_alive.is_zero();
        let (wake, mut woken) = mpsc::channel(1);
        if is_kept {
            runtime.waiting.put(&log.id, log.lease().token, wake);
        }
        self.report_pause(desk).await;
        if !is_kept {
            return false;
        }
        let decided = match tokio::time::timeout(runtime.keep_alive, woken.recv()).await {
            Ok(decided) => decided,
            // Somebody may have taken it in this moment; then the decision is on its way.
            Err(_) => match runtime.waiting.take(&log.id) {
                Some(_) => None,
                None => woken.recv().await,
            },
        };
        let Some(wake) = decided else {
            return false;
        };
        let Wake { resumed, report } = *wake;
        log.take_over(resumed.lease, resumed.record.entries);
        self.report = Some(report);
        desk.release();
        true
    }

    /// Tells who waits for the end of the pass.
    pub(super) fn tell(&mut self, outcome: Result<RuntimeOutcome, Error>) {
        if let Some(report) = self.report.take() {
            // Who asked may be gone.
            let _ = report.send(outcome);
        }
    }
}
