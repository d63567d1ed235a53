//! Which tools of a server a person is asked about.

use serde_json::Value;

/// When a person is asked before a tool runs.
///
/// Annotations are hints of the server about itself: they help against accidents,
/// not against a server that lies. For a server that is not trusted choose
/// [`Always`](Self::Always).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum McpApproval {
    /// Before tools that call themselves destructive. The default.
    #[default]
    Destructive,
    /// Before every tool that does not call itself read-only.
    UnlessReadOnly,
    /// Before every tool.
    Always,
    /// Never, as the system that this one follows does.
    Never,
}

impl McpApproval {
    pub(super) fn asks_about(self, annotations: &Value) -> bool {
        let says = |hint: &str| annotations.get(hint) == Some(&Value::Bool(true));
        match self {
            // The specification gives the destructive hint no meaning for a tool that only reads.
            Self::Destructive => says("destructiveHint") && !says("readOnlyHint"),
            Self::UnlessReadOnly => !says("readOnlyHint"),
            Self::Always => true,
            Self::Never => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_policy_reads_the_hints_its_own_way() {
        let tools = [
            json!(null),
            json!({ "readOnlyHint": true }),
            json!({ "readOnlyHint": false, "destructiveHint": false }),
            json!({ "readOnlyHint": false, "destructiveHint": true }),
            json!({ "readOnlyHint": true, "destructiveHint": true }),
            json!({ "destructiveHint": "true" }),
        ];
        let asked = |policy: McpApproval| tools.each_ref().map(|tool| policy.asks_about(tool));

        assert_eq!(
            asked(McpApproval::Destructive),
            [false, false, false, true, false, false]
        );
        assert_eq!(
            asked(McpApproval::UnlessReadOnly),
            [true, false, true, true, false, true]
        );
        assert_eq!(asked(McpApproval::Always), [true; 6]);
        assert_eq!(asked(McpApproval::Never), [false; 6]);
    }
}
