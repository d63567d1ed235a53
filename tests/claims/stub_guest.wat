;; A guest without an engine: what its exports do is put in by each test.
(module
  (import "codecell:sandbox/host@0.1.0" "dispatch"
    (func $dispatch (param i32 i32 i32 i32 i32 i32) (result i32)))
  (import "codecell:sandbox/host@0.1.0" "log" (func $log (param i32 i32 i32 i64)))
  (import "codecell:sandbox/host@0.1.0" "exceeded" (func $exceeded (param i32)))

  (memory (export "memory") 16)

  ;; step::waiting(none) at 1024; step::waiting(some(0)) at 1104;
  ;; step::done(returned(some(string at 0x5000))) at 1200, its length at 1220.
  (data (i32.const 1112) "\01")
  (data (i32.const 1200) "\01")
  (data (i32.const 1212) "\01\00\00\00\00\50\00\00")

  ;; Every allocation is at one address, over whatever is there.
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 0x80000))

  (func (export "codecell:sandbox/cell@0.1.0#start")
    (param i32) (result i32)
    (;START;))

  (func (export "codecell:sandbox/cell@0.1.0#resume") (param i64 i32 i32) (result i32)
    (;RESUME;))
)
