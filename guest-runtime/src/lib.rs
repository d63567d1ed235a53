//! The guest of codecell: QuickJS behind one page of WIT.
//!
//! Everything here serves `wit/sandbox.wit`: a program comes in with `start`,
//! settled calls with `resume`, and tool calls and console lines go out through
//! three imports. The guest decides nothing: limits, names and policy are the
//! host's, which takes this code to be hostile anyway.
//!
//! The modules, in the order in which a run passes them: [`cell`] is the state
//! machine, [`program`] reads the source, [`globals`] are what a program finds,
//! [`call`] starts tool calls, [`encode`] and [`decode`] turn values into JSON
//! text and back, [`failure`] tells what was thrown, [`rejections`] what nobody
//! caught. Memory comes from [`heap`], which also decides where the image's blocks lie.
//!
//! Nothing is freed at the end of a run, because the host drops the instance;
//! within a run values are.

mod call;
mod cell;
mod ciphers;
mod clock;
mod curves;
mod decode;
mod encode;
mod failure;
mod globals;
mod heap;
mod program;
mod rejections;
mod value;

mod bindings {
    wit_bindgen::generate!({ path: "../wit", world: "sandbox" });

    struct Guest;

    impl exports::codecell::sandbox::cell::Guest for Guest {
        fn start(program: codecell::sandbox::types::Program) -> codecell::sandbox::types::Step {
            crate::cell::start(program)
        }

        fn resume(
            now: u64,
            settled: Vec<codecell::sandbox::types::SettledCall>,
        ) -> codecell::sandbox::types::Step {
            crate::cell::resume(now, settled)
        }
    }

    export!(Guest);
}

/// Makes the image: called once when the artefact is built, never in a run.
#[unsafe(export_name = "wizer-initialize")]
pub extern "C" fn initialize() {
    cell::initialize();
}
