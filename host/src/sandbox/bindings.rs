//! Types generated from `wit/`; nothing here is written by hand.
wasmtime::component::bindgen!({
    path: "../wit",
    world: "sandbox",
    imports: { default: async | trappable },
    exports: { default: async },
});
