//! Random sequences of operations: the same tree everywhere, and every write can be taken
//! back and done again.

use proptest::prelude::*;
use serde_json::json;

use crate::claims::backends::{self, call, dump};
use crate::claims::model::{Model, Operation};

fn path() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(vec!["a", "b", "c"]), 1..4)
        .prop_map(|names| format!("/{}", names.join("/")))
}

fn target() -> impl Strategy<Value = String> {
    prop_oneof![path(), path().prop_map(|path| path[1..].to_owned())]
}

fn operation() -> impl Strategy<Value = Operation> {
    let text = "[xyz\n]{0,6}";
    prop_oneof![
        4 => (path(), text).prop_map(|(path, text)| Operation::Write(path, text)),
        2 => (path(), text).prop_map(|(path, text)| Operation::Append(path, text)),
        2 => (path(), any::<bool>()).prop_map(|(path, deep)| Operation::Mkdir(path, deep)),
        2 => (path(), any::<bool>(), any::<bool>())
            .prop_map(|(path, deep, force)| Operation::Remove(path, deep, force)),
        3 => (path(), path(), any::<bool>())
            .prop_map(|(src, dest, deep)| Operation::Copy(src, dest, deep)),
        3 => (path(), path(), any::<bool>())
            .prop_map(|(src, dest, deep)| Operation::Move(src, dest, deep)),
        2 => (target(), path()).prop_map(|(target, path)| Operation::Link(target, path)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn random_operations_leave_the_tree_that_std_fs_leaves(
        operations in prop::collection::vec(operation(), 1..25),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let model = Model::new(folder.path());
        let held = backends::all();
        for operation in &operations {
            if operation.paths().iter().any(|path| model.dangles(path)) {
                continue;
            }
            let (method, arguments) = operation.call();
            let expected = model.apply(operation);
            for held in &held {
                let found = call(&held.workspace, method, arguments.clone());
                prop_assert_eq!(
                    found.is_ok(),
                    expected.is_ok(),
                    "{} {:?}: {:?} here, {:?} there", held.name, operation, found, expected
                );
            }
            for held in &held {
                prop_assert_eq!(
                    dump(&held.workspace), model.dump(), "{} {:?}", held.name, operation
                );
            }
        }
    }

    #[test]
    fn every_write_can_be_undone_and_redone(
        operations in prop::collection::vec(operation(), 1..20),
    ) {
        for held in backends::all() {
            for operation in &operations {
                let (method, arguments) = operation.call();
                let before = dump(&held.workspace);
                let Ok(reply) = held.workspace.call(method, arguments) else {
                    prop_assert_eq!(
                        dump(&held.workspace), before, "{} failed {:?}", held.name, operation
                    );
                    continue;
                };
                let after = dump(&held.workspace);
                let Some(record) = reply.undo else {
                    prop_assert_eq!(after, before, "{} {:?}", held.name, operation);
                    continue;
                };
                // Records are kept as JSON.
                let record = serde_json::from_value(json!(record)).unwrap();
                let redo = held.workspace.undo(record).unwrap().undo.unwrap();
                prop_assert_eq!(
                    dump(&held.workspace), before, "{} undid {:?}", held.name, operation
                );
                held.workspace.undo(redo).unwrap();
                prop_assert_eq!(
                    dump(&held.workspace), after, "{} redid {:?}", held.name, operation
                );
            }
        }
    }
}
