//! What stands in front of the C library's allocator; the linker puts it there (`--wrap`).
//!
//! *While the image is made*, it puts the blocks that runs touch side by side. The image
//! holds some ten thousand blocks, and a run writes to a few hundred of them, if only to
//! count a reference. Where each lies by chance, a run has a page of its own made for nearly
//! every one. So `cargo xtask build-guest` makes the image twice: first it watches which
//! blocks a few typical programs touch; then those come from one place: first what is written
//! to, in the order of how many programs write to it, then what is only read. Making the
//! image is deterministic, so a block is known by how many were made before it.
//!
//! *In a run*, it keeps small blocks that were given back for the next of their size.

use std::ffi::c_void;
use std::hint::black_box;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};

/// Bytes for the blocks that are touched.
const ROOM_BYTES: usize = 384 * 1024;
/// How many they can be.
const MAX_BLOCKS: usize = 16 * 1024;

/// Where one block is to lie.
#[repr(C)]
struct Place {
    /// How many blocks are made before it.
    nth: u32,
    bytes: u32,
    offset: u32,
}

/// What the build writes before the image is made, and reads afterwards.
#[repr(C)]
pub struct Plan {
    room_bytes: u32,
    max_blocks: u32,
    made: AtomicU32,
    /// How many places have been taken.
    taken: AtomicU32,
    len: u32,
    places: [Place; MAX_BLOCKS],
}

/// Small blocks: up to this many bytes, in steps of 16.
const MAX_SMALL_BYTES: usize = 16 * (CLASSES - 1) - OVERHEAD_BYTES;
const CLASSES: usize = 17;
/// What the C library has in front of a block; with it, sizes are multiples of 16.
const OVERHEAD_BYTES: usize = 4;
/// Blocks of one size that are kept at most.
const MAX_KEPT: u32 = 64;

/// A block that was given back.
struct Free {
    next: *mut Free,
}

/// Blocks that were given back, of one size or a little more.
struct Bin {
    first: *mut Free,
    len: u32,
}

static mut BINS: [Bin; CLASSES] = [const {
    Bin {
        first: ptr::null_mut(),
        len: 0,
    }
}; CLASSES];

#[repr(align(4096))]
struct Room(#[expect(dead_code, reason = "only its address is used")] [u8; ROOM_BYTES]);

static mut ROOM: Room = Room([0; ROOM_BYTES]);
static mut PLAN: Plan = Plan {
    room_bytes: ROOM_BYTES as u32,
    max_blocks: MAX_BLOCKS as u32,
    made: AtomicU32::new(0),
    taken: AtomicU32::new(0),
    len: 0,
    places: [const {
        Place {
            nth: 0,
            bytes: 0,
            offset: 0,
        }
    }; MAX_BLOCKS],
};
static MAKING: AtomicBool = AtomicBool::new(true);

unsafe extern "C" {
    fn __real_malloc(bytes: usize) -> *mut c_void;
    fn __real_calloc(count: usize, bytes: usize) -> *mut c_void;
    fn __real_realloc(block: *mut c_void, bytes: usize) -> *mut c_void;
    fn __real_free(block: *mut c_void);
    fn malloc_usable_size(block: *mut c_void) -> usize;
}

/// The plan, for the build.
#[unsafe(no_mangle)]
pub extern "C" fn codecell_plan() -> *mut Plan {
    &raw mut PLAN
}

/// Told each block that is made for the image, and with no bytes each that is given back.
/// The build listens here.
#[unsafe(no_mangle)]
#[inline(never)]
pub extern "C" fn codecell_block(block: *mut c_void, bytes: usize) {
    black_box((block, bytes));
}

/// Ends the making of the image.
pub(crate) fn finish() {
    MAKING.store(false, Relaxed);
    // SAFETY: nothing else refers to it. Zeros are no part of the image.
    unsafe {
        (&raw mut PLAN.places).write_bytes(0, 1);
        (&raw mut PLAN.len).write(0);
    }
    fill_holes();
}

/// Takes every free block between those of the image, for good. What a run
/// allocates then lies together behind the image and not in its holes, so a cell
/// writes to fewer of the pages that it shares with all others.
fn fill_holes() {
    // SAFETY: what is given back was made just before.
    unsafe {
        // Larger than any hole, so it is taken behind them.
        let end = __real_malloc(1 << 20);
        __real_free(end);
        for bytes in (1..=1 << 16).rev().filter(|bytes| bytes % 16 == 8) {
            loop {
                let block = __real_malloc(bytes);
                if block >= end {
                    __real_free(block);
                    break;
                }
                if block.is_null() {
                    break;
                }
            }
        }
    }
}

fn room() -> usize {
    (&raw const ROOM) as usize
}

fn is_placed(block: *mut c_void) -> bool {
    (block as usize).wrapping_sub(room()) < ROOM_BYTES
}

/// The place of the block that is made next, if it has one.
fn place(bytes: usize) -> Option<*mut c_void> {
    // SAFETY: only the build writes to the plan, before anything else runs.
    let plan = unsafe { &*(&raw const PLAN) };
    let nth = plan.made.load(Relaxed);
    plan.made.store(nth + 1, Relaxed);
    let taken = plan.taken.load(Relaxed);
    let place = plan.places.get(..plan.len as usize)?.get(taken as usize)?;
    if place.nth != nth {
        return None;
    }
    assert!(
        bytes <= place.bytes as usize,
        "block {nth} has another size"
    );
    plan.taken.store(taken + 1, Relaxed);
    Some((room() + place.offset as usize) as *mut c_void)
}

/// Makes a block of the image.
#[cold]
fn make(bytes: usize, otherwise: impl FnOnce() -> *mut c_void) -> *mut c_void {
    let block = place(bytes).unwrap_or_else(otherwise);
    codecell_block(block, bytes.max(1));
    block
}

/// A block of at least so many bytes out of the bins.
fn reuse(bytes: usize) -> Option<*mut c_void> {
    if bytes > MAX_SMALL_BYTES {
        return None;
    }
    // SAFETY: nothing else refers to the bins, and what is in them is nobody's.
    unsafe {
        let bin = &raw mut BINS[(bytes + OVERHEAD_BYTES).div_ceil(16)];
        let first = (*bin).first;
        if first.is_null() {
            return None;
        }
        (*bin).first = (*first).next;
        (*bin).len -= 1;
        Some(first.cast())
    }
}

/// Puts a block into its bin, if there is room.
///
/// # Safety
///
/// The block must come from the C library, and be nobody's any more.
unsafe fn keep(block: *mut c_void) -> bool {
    // SAFETY: the block is the C library's; see `reuse` for the bins.
    unsafe {
        let class = (malloc_usable_size(block) + OVERHEAD_BYTES) / 16;
        if class >= CLASSES {
            return false;
        }
        let bin = &raw mut BINS[class];
        if (*bin).len == MAX_KEPT {
            return false;
        }
        let block: *mut Free = block.cast();
        (*block).next = (*bin).first;
        (*bin).first = block;
        (*bin).len += 1;
    }
    true
}

/// `malloc` of the C library.
///
/// # Safety
///
/// As of the C library's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn __wrap_malloc(bytes: usize) -> *mut c_void {
    if let Some(block) = reuse(bytes) {
        return block;
    }
    // SAFETY: the C library's own.
    let otherwise = || unsafe { __real_malloc(bytes) };
    if MAKING.load(Relaxed) {
        return make(bytes, otherwise);
    }
    otherwise()
}

/// `calloc` of the C library.
///
/// # Safety
///
/// As of the C library's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn __wrap_calloc(count: usize, bytes: usize) -> *mut c_void {
    let all = count.saturating_mul(bytes);
    if let Some(block) = reuse(all) {
        // SAFETY: the block has so many bytes.
        unsafe { block.write_bytes(0, all) };
        return block;
    }
    // SAFETY: the C library's own. A place is zero until it is taken, once.
    let otherwise = || unsafe { __real_calloc(count, bytes) };
    if MAKING.load(Relaxed) {
        return make(all, otherwise);
    }
    otherwise()
}

/// `realloc` of the C library.
///
/// # Safety
///
/// As of the C library's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn __wrap_realloc(block: *mut c_void, bytes: usize) -> *mut c_void {
    if !is_placed(block) && !MAKING.load(Relaxed) {
        // SAFETY: the C library's own.
        return unsafe { __real_realloc(block, bytes) };
    }
    // A place cannot grow, and while the image is made each block is counted anew.
    // SAFETY: the block is live; what is copied beyond its end lies within the memory,
    // and is no part of what the caller may read.
    unsafe {
        let new = __wrap_malloc(bytes);
        if new.is_null() || block.is_null() {
            return new;
        }
        let held = match is_placed(block) {
            true => room() + ROOM_BYTES - block as usize,
            false => malloc_usable_size(block),
        };
        ptr::copy(block.cast::<u8>(), new.cast(), bytes.min(held));
        __wrap_free(block);
        new
    }
}

/// `free` of the C library.
///
/// # Safety
///
/// As of the C library's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn __wrap_free(block: *mut c_void) {
    if block.is_null() {
        return;
    }
    let is_making = MAKING.load(Relaxed);
    if is_making {
        codecell_block(block, 0);
    }
    // A place is not used again.
    // SAFETY: what is in no place is the C library's.
    unsafe {
        if !is_placed(block) && (is_making || !keep(block)) {
            __real_free(block);
        }
    }
}
