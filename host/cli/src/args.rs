//! What can be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

/// Runs a model's programs in sealed cells.
#[derive(Debug, Parser)]
#[command(
    name = "codecell",
    version,
    after_help = "Settings of `codecell.toml`, looked for upwards from the working directory, stand \
                  in for options that are not given.\n\n\
                  Exit codes: 0 it went well; 1 the program failed, or was rejected; 2 nothing was \
                  run, because of the command line, a file or the machine; 3 the program waits for \
                  a decision."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Runs a program and prints its result as JSON.
    #[command(after_help = "Examples:\n  \
        echo '[1, 2].map(n => n * n)' | codecell run -\n  \
        codecell run --workspace . --read-only count.ts\n  \
        codecell run report.ts --mcp mcp.json --approve ask --store runs.sqlite\n  \
        codecell run job.js --input '{\"day\": 3}' --limit wall-time=10s --json")]
    Run(Run),
    /// Says what would keep a program from running and what it would call. Runs nothing.
    Check {
        /// A file; `-` is standard input.
        file: PathBuf,
        #[command(flatten)]
        tools: Tools,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
    /// Prints the TypeScript of all tools.
    Types {
        #[command(flatten)]
        tools: Tools,
    },
    /// Prints what a model is told.
    Prompt {
        #[command(flatten)]
        tools: Tools,
    },
    /// Finds tools by words.
    Search {
        /// What is wanted.
        query: Vec<String>,
        #[command(flatten)]
        tools: Tools,
    },
    /// Describes a connector, a method or a snippet.
    Describe {
        /// `github`, `github.create_issue`, or a snippet's name.
        target: String,
        #[command(flatten)]
        tools: Tools,
    },
    /// Serves the tools of MCP servers as one MCP server that runs programs.
    #[command(after_help = "Example, in the configuration of an MCP client:\n  \
        { \"mcpServers\": { \"codemode\": { \"command\": \"codecell\",\n    \
        \"args\": [\"mcp\", \"--config\", \"/path/to/mcp.json\"] } } }")]
    Mcp(Mcp),
    /// Runs programs for other languages: JSON-RPC 2.0, one message a line.
    Executor {
        /// Over standard input and output, the one way there is.
        #[arg(long, required = true)]
        stdio: bool,
    },
    /// Lists executions, the newest first.
    Executions {
        #[command(flatten)]
        tools: Tools,
        /// How many.
        #[arg(long, default_value_t = 20)]
        limit: usize,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
    /// Shows one execution with its calls.
    Show {
        /// The execution.
        id: String,
        #[command(flatten)]
        tools: Tools,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
    /// Lets pending calls run and goes on with the execution.
    Approve(Approve),
    /// Ends an execution because of a pending call.
    Reject {
        /// The execution.
        id: String,
        /// The call's place; the first that is pending unless told.
        #[arg(long)]
        seq: Option<u32>,
        /// Who decides.
        #[arg(long)]
        by: Option<String>,
        /// Why.
        #[arg(long)]
        comment: Option<String>,
        #[command(flatten)]
        tools: Tools,
    },
    /// Undoes what an execution did, newest first.
    Rollback {
        /// The execution.
        id: String,
        #[command(flatten)]
        tools: Tools,
    },
    /// Goes on with executions whose process died.
    Recover {
        #[command(flatten)]
        tools: Tools,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
    /// Repeats a finished execution without its tools, and fails on any difference.
    Replay {
        /// An execution's id, or a file that `export` wrote.
        what: String,
        #[command(flatten)]
        tools: Tools,
    },
    /// Prints a finished execution as one file, to be replayed anywhere.
    Export {
        /// The execution.
        id: String,
        #[command(flatten)]
        tools: Tools,
    },
    /// Lists, saves and deletes snippets.
    Snippets {
        #[command(subcommand)]
        action: Option<Snippets>,
        #[command(flatten)]
        tools: Tools,
    },
    /// Says what works on this machine, and what does not.
    Doctor {
        #[command(flatten)]
        tools: Tools,
    },
    /// Prints completions for a shell.
    Completions {
        /// The shell.
        shell: Shell,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Snippets {
    /// Saves the program of an execution.
    Save {
        /// The snippet's name.
        name: String,
        /// The execution.
        #[arg(long)]
        from: String,
        /// What it does.
        #[arg(long, default_value = "")]
        description: String,
    },
    /// Deletes a snippet.
    Delete {
        /// The snippet's name.
        name: String,
    },
}

/// APIs whose operations programs call.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Apis {
    /// An API by its OpenAPI document, in JSON or YAML; a namespace named after the file. May
    /// be repeated. Operations other than GET ask for approval.
    #[arg(long, value_name = "FILE")]
    pub(crate) openapi: Vec<PathBuf>,
    /// A credential of an API: its security scheme, and the variable that holds it (for HTTP
    /// `basic` as `USER:PASSWORD`). May be repeated.
    #[arg(long, value_name = "SCHEME=VARIABLE", requires = "openapi")]
    pub(crate) credential: Vec<String>,
    /// Where the API is, in place of the document's server.
    #[arg(long, value_name = "URL", requires = "openapi")]
    pub(crate) server: Option<String>,
    /// Lets the API be on this machine, and speak HTTP without TLS.
    #[arg(long, requires = "openapi")]
    pub(crate) local: bool,
}

/// Where tools and records come from.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Tools {
    /// MCP servers, in the `mcpServers` JSON of MCP clients.
    #[arg(long, value_name = "FILE")]
    pub(crate) mcp: Option<PathBuf>,
    /// What the servers' tools were when they were first used: made if it is not there, and
    /// compared with if it is. A server whose tools have changed is not used.
    #[arg(long, value_name = "FILE")]
    pub(crate) pins: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) apis: Apis,
    /// A directory whose files programs read and change as `state`.
    #[arg(long, value_name = "DIR")]
    pub(crate) workspace: Option<PathBuf>,
    /// Lets programs only read the workspace.
    #[arg(long)]
    pub(crate) read_only: bool,
    /// The record of executions; in memory unless told.
    #[arg(long, value_name = "FILE")]
    pub(crate) store: Option<PathBuf>,
    /// The runtime's name, which keeps records apart.
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Run {
    /// A file; `-` is standard input.
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) tools: Tools,
    /// The program's input, as JSON.
    #[arg(long, value_name = "JSON")]
    pub(crate) input: Option<String>,
    /// A limit, as `wall-time=10s` or `calls=50`; may be repeated.
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) limit: Vec<String>,
    /// What becomes of calls that need approval; `ask` on a terminal unless told.
    #[arg(long)]
    pub(crate) approve: Option<Approval>,
    /// The session whose variables the program sees.
    #[arg(long, value_name = "NAME")]
    pub(crate) session: Option<String>,
    /// Runs only tools that change nothing; the others are made up.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Prints the whole outcome as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Approval {
    /// Ask on the terminal.
    Ask,
    /// Leave the execution paused.
    Never,
    /// Let every call run.
    Always,
}

#[derive(Debug, Args)]
pub(crate) struct Approve {
    /// The execution.
    pub(crate) id: String,
    /// The call's place; all that is pending unless told.
    #[arg(long)]
    pub(crate) seq: Option<u32>,
    /// Other arguments for the call, as JSON.
    #[arg(long, value_name = "JSON", requires = "seq")]
    pub(crate) args: Option<String>,
    /// An answer in place of the call, as JSON.
    #[arg(long, value_name = "JSON", requires = "seq", conflicts_with = "args")]
    pub(crate) answer: Option<String>,
    /// The digest that was shown; nothing happens if the call is another.
    #[arg(long, requires = "seq")]
    pub(crate) digest: Option<String>,
    /// Who decides.
    #[arg(long)]
    pub(crate) by: Option<String>,
    /// Why.
    #[arg(long)]
    pub(crate) comment: Option<String>,
    #[command(flatten)]
    pub(crate) tools: Tools,
    /// Prints the whole outcome as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Mcp {
    /// MCP servers to put it in front of, in the `mcpServers` JSON of MCP clients.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// What the servers' tools were when they were first used: made if it is not there, and
    /// compared with if it is. A server whose tools have changed is not used.
    #[arg(long, value_name = "FILE")]
    pub(crate) pins: Option<PathBuf>,
    /// Keeps executions here and offers approvals: `execute`, `search`, `describe`,
    /// `pending`, `approve` and `reject` in place of the one tool `code`.
    #[arg(long, value_name = "FILE")]
    pub(crate) store: Option<PathBuf>,
    /// Serves HTTP at this address, as `127.0.0.1:8931`, in place of standard input and
    /// output.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) http: Option<String>,
    /// The variable that holds a token which HTTP clients must send.
    #[arg(long, value_name = "VARIABLE", requires = "http")]
    pub(crate) bearer_env: Option<String>,
    /// Allows web pages of this origin, as `https://app.example.com:443`; may be repeated.
    #[arg(long, value_name = "ORIGIN", requires = "http")]
    pub(crate) origin: Vec<String>,
}
