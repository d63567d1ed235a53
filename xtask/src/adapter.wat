;; The preview1 functions that the guest's C library still names, answered
;; without the world: the clock is the cell's own, the dice are fixed (seeds come
;; with the program), and there are no files, no environment, no way out.
;;
;; `adapter.rs` puts these functions into the guest in place of its imports; one that is
;; missing here fails the build by name, so that each new one is a decision.
(module
  (import "guest" "memory" (memory 0))
  (import "guest" "codecell_now" (func $now (result i64)))

  ;; errno (wasi_snapshot_preview1): success 0, badf 8.

  (func (export "clock_time_get") (param $id i32) (param $precision i64) (param $out i32) (result i32)
    (i64.store (local.get $out) (call $now))
    (i32.const 0))

  (func (export "random_get") (param $out i32) (param $len i32) (result i32)
    (memory.fill (local.get $out) (i32.const 0x5a) (local.get $len))
    (i32.const 0))

  (func (export "environ_sizes_get") (param $count i32) (param $bytes i32) (result i32)
    (i32.store (local.get $count) (i32.const 0))
    (i32.store (local.get $bytes) (i32.const 0))
    (i32.const 0))

  (func (export "environ_get") (param i32 i32) (result i32) (i32.const 0))

  (func (export "fd_close") (param i32) (result i32) (i32.const 8))
  (func (export "fd_fdstat_get") (param i32 i32) (result i32) (i32.const 8))
  (func (export "fd_seek") (param i32 i64 i32 i32) (result i32) (i32.const 8))
  (func (export "fd_write") (param i32 i32 i32 i32) (result i32) (i32.const 8))

  (func (export "proc_exit") (param i32) unreachable)
)
