//! The command line as clap sees it. `docs/CLI.md` describes it; a test compares the two.

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;

/// 印信: sealed electronic certificates that anybody can check.
#[derive(Parser, Debug)]
#[command(name = "yinxin", version, propagate_version = true, arg_required_else_help = true)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// Understood before or after the verb.
#[derive(Args, Debug, Clone)]
pub struct Global {
    /// Data directory
    #[arg(long, global = true, env = "YINXIN_DATA", default_value = "./yinxin-data", value_name = "DIR")]
    pub data: PathBuf,
    /// sqlite:PATH or postgres://… (default: SQLite in the data directory)
    #[arg(long, global = true, env = "YINXIN_DATABASE", value_name = "URL", hide_env_values = true)]
    pub database: Option<String>,
    /// Answer in JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// Acting member of staff
    #[arg(long = "as", global = true, env = "YINXIN_AS", default_value = "clerk", value_name = "NAME")]
    pub staff: String,
    /// Set the clock (RFC 3339); demo data directories only
    #[arg(long, global = true, value_name = "TIME")]
    pub at: Option<String>,
    /// Language of sentences: zh-CN or en (default: from LANG)
    #[arg(long, global = true, env = "YINXIN_LANG", value_name = "LANG")]
    pub lang: Option<String>,
}

#[derive(Subcommand, Debug)]
pub enum Command {
    /// Make the data directory: keys, demo trust, catalogue, first staff
    Init(Init),
    /// Check a roster and, when every row is good, take it in as a batch
    Import(Import),
    /// Batches: one import each, from upload to publication
    #[command(subcommand)]
    Batch(BatchVerb),
    /// Certificates: list, show, correct, revoke, reinstate
    #[command(subcommand)]
    Certificate(CertificateVerb),
    /// Requests for changes that another member of staff decides
    #[command(subcommand)]
    Request(RequestVerb),
    /// Apply for an endorsement (加注) and make the sealed copy
    Endorse(Endorse),
    /// Endorsements: list, show, withdraw
    #[command(subcommand)]
    Endorsement(EndorsementVerb),
    /// Write a sealed copy to a file
    Copy(CopyOut),
    /// A short-lived number (查询编号) that a holder hands to a third party
    QueryNumber(QueryNumber),
    /// Verify a file, or a certificate by its data
    Verify(Verify),
    /// What is online (证书查询验证范围)
    Scope,
    /// The catalogue: qualifications, organisations, seals, scenarios
    #[command(subcommand)]
    Catalogue(CatalogueVerb),
    /// Members of staff and their roles
    #[command(subcommand)]
    Staff(StaffVerb),
    /// Seals: register, suspend, deregister
    #[command(subcommand)]
    Seal(SealVerb),
    /// Rotate the keys that encrypt the register, or index keys
    #[command(subcommand)]
    Keys(KeysVerb),
    /// Renew the demo authority's revocation lists
    #[command(subcommand)]
    Trust(TrustVerb),
    /// The hash-chained audit
    #[command(subcommand)]
    Audit(AuditVerb),
    /// A country in a minute: 2,000 synthetic holders over every case
    Demo(Demo),
    /// Write sample copies of every template under every seal, for judges to look at; demo only
    Samples(Samples),
    /// What is wrong with this installation, and what to do
    Doctor,
    /// Finish what a crash left half-done (also done before every command that writes)
    Recover,
    /// Measure this machine: ratios in one run
    Bench(Bench),
    /// Serve the portal until it is told to end (SIGTERM, Ctrl-C)
    Serve(Serve),
}

#[derive(Args, Debug)]
pub struct Init {
    /// No demo trust, no demo staff
    #[arg(long)]
    pub production: bool,
    /// Production: the first operator's name (default: operator)
    #[arg(long, value_name = "NAME", requires = "production")]
    pub operator: Option<String>,
}

#[derive(Args, Debug)]
pub struct Import {
    /// .csv, .tsv, .txt or .xlsx
    pub file: PathBuf,
    /// The importing organisation's code
    #[arg(long, value_name = "CODE")]
    pub organisation: String,
    /// Check only, store nothing
    #[arg(long)]
    pub dry_run: bool,
    /// A zip with the photos that the roster names
    #[arg(long, value_name = "ZIP")]
    pub photos: Option<PathBuf>,
}

#[derive(Subcommand, Debug)]
pub enum BatchVerb {
    /// Newest first
    List(Page),
    /// One batch
    Show { id: String },
    /// Hand a checked batch to the approver
    Submit { id: String },
    /// By somebody other than its maker
    Approve { id: String },
    /// By somebody other than its maker; its numbers are free again
    Reject {
        id: String,
        /// Why
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Put an approved batch online
    Publish { id: String },
    /// Before publication; its numbers are free again
    Cancel { id: String },
}

#[derive(Args, Debug)]
pub struct Page {
    /// Rows at most
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub limit: u32,
    /// Go on after this id
    #[arg(long, value_name = "ID")]
    pub after: Option<String>,
}

#[derive(Subcommand, Debug)]
pub enum CertificateVerb {
    /// All in the order of their making, or those of one identity
    List {
        #[arg(long, value_name = "NUMBER", requires = "name")]
        document: Option<String>,
        /// Code, name or alias (default: every type that has numbers of this form)
        #[arg(long, value_name = "TYPE")]
        document_type: Option<String>,
        #[arg(long, requires = "document")]
        name: Option<String>,
        #[command(flatten)]
        page: Page,
    },
    /// One certificate in full, with quota, revocations and earlier versions
    Show { number: String },
    /// Ask for a correction; another member of staff decides
    Correct {
        number: String,
        /// FIELD=VALUE; may be repeated
        #[arg(long = "set", value_name = "FIELD=VALUE", required = true)]
        set: Vec<String>,
        /// Why
        #[arg(long, default_value = "")]
        basis: String,
    },
    /// Ask for a revocation (撤销)
    Revoke {
        number: String,
        /// fraud, misconduct, issued_in_error, holder_request, legal_decision, other
        #[arg(long, value_name = "CODE")]
        reason: String,
        /// Legal basis
        #[arg(long)]
        basis: String,
        /// Day of effect (default: today)
        #[arg(long, value_name = "DATE")]
        on: Option<String>,
    },
    /// Ask for the reversal of a revocation
    Reinstate {
        number: String,
        #[arg(long)]
        basis: String,
    },
}

#[derive(Subcommand, Debug)]
pub enum RequestVerb {
    /// Newest first
    List(Page),
    /// One request with what it would change; audited
    Show { id: String },
    /// By somebody other than its maker; carries the change out
    Approve { id: String },
    /// By somebody other than its maker
    Reject {
        id: String,
        /// Why
        #[arg(long, default_value = "")]
        reason: String,
    },
}

#[derive(Args, Debug)]
pub struct Endorse {
    /// Management number
    pub number: String,
    #[arg(long, default_value = "self")]
    pub scenario: String,
    /// Words added to the purpose, where the scenario takes them
    #[arg(long, default_value = "")]
    pub addition: String,
    /// Validity in days, today included
    #[arg(long, default_value_t = 90, allow_negative_numbers = true)]
    pub days: i32,
    /// One submission, one key: repeats with the same key grant nothing new
    #[arg(long, value_name = "K")]
    pub idempotency_key: Option<String>,
    /// An operator's act for the holder: why
    #[arg(long, value_name = "REASON")]
    pub on_behalf: Option<String>,
}

#[derive(Subcommand, Debug)]
pub enum EndorsementVerb {
    /// Of one certificate, or all; newest first
    List {
        /// Management number
        number: Option<String>,
        #[command(flatten)]
        page: Page,
    },
    /// One endorsement, and its place in the queue while its copy is being made
    Show { id: String },
    /// The holder's act; it keeps its place in the quota
    Withdraw {
        id: String,
        /// An operator's act for the holder: why
        #[arg(long, value_name = "REASON")]
        on_behalf: Option<String>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Pdf,
    Ofd,
}

impl From<Format> for yinxin_model::Format {
    fn from(format: Format) -> Self {
        match format {
            Format::Pdf => Self::Pdf,
            Format::Ofd => Self::Ofd,
        }
    }
}

#[derive(Args, Debug)]
pub struct CopyOut {
    /// An endorsement's id; a management number only where no endorsement is needed
    pub what: String,
    /// Default: the one that the file's name ends in, else pdf
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// Where to write it; a file that is there is replaced
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

#[derive(Args, Debug)]
pub struct QueryNumber {
    /// Management number
    pub number: String,
    /// Valid for so many days, today included
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(i32).range(1..=30))]
    pub days: i32,
    /// An operator's act for the holder: why
    #[arg(long, value_name = "REASON")]
    pub on_behalf: Option<String>,
}

#[derive(Args, Debug)]
#[command(group = ArgGroup::new("asked").required(true).args(["file", "name", "token", "qr"]))]
pub struct Verify {
    /// A sealed copy, PDF or OFD
    #[arg(group = "checked", conflicts_with_all = ["document", "number", "query_number"])]
    pub file: Option<PathBuf>,
    /// Do not ask the register
    #[arg(long, requires = "checked")]
    pub offline: bool,
    /// Folder with the roots to trust (default: DATA/trust)
    #[arg(long, value_name = "DIR", requires = "checked")]
    pub trust: Option<PathBuf>,
    /// The holder's name, with --document and --number, or with --query-number
    #[arg(long, value_name = "N")]
    pub name: Option<String>,
    /// Document number
    #[arg(long, value_name = "D", requires = "name", conflicts_with_all = ["query_number", "token"])]
    pub document: Option<String>,
    /// Code, name or alias of the document's type (default: every type that has numbers of this form)
    #[arg(long, value_name = "TYPE", requires = "document")]
    pub document_type: Option<String>,
    /// Management number
    #[arg(long, value_name = "M", requires = "document")]
    pub number: Option<String>,
    /// 查询编号
    #[arg(long, value_name = "Q", requires = "name")]
    pub query_number: Option<String>,
    /// The token in a copy's QR code
    #[arg(long, value_name = "T", conflicts_with_all = ["number", "query_number"])]
    pub token: Option<String>,
    /// What a scanner read from a copy's QR code: the whole address, or what follows its #
    #[arg(long, value_name = "TEXT", group = "checked", conflicts_with_all = ["document", "number", "query_number"])]
    pub qr: Option<String>,
}

#[derive(Subcommand, Debug)]
pub enum CatalogueVerb {
    /// The catalogue in force, as TOML
    Show,
    /// Check a file without loading it
    Check { file: PathBuf },
    /// Make a file the catalogue in force; every version is kept
    Load { file: PathBuf },
}

#[derive(Subcommand, Debug)]
pub enum StaffVerb {
    /// All members
    List,
    /// Add a member, or change one
    Put {
        name: String,
        /// clerk, approver, operator, auditor; may be repeated
        #[arg(long = "role", value_name = "ROLE", required = true)]
        roles: Vec<String>,
        /// An institution's own staff; without it the platform's
        #[arg(long, value_name = "CODE")]
        organisation: Option<String>,
        /// May no longer do anything
        #[arg(long)]
        inactive: bool,
    },
}

#[derive(Subcommand, Debug)]
pub enum SealVerb {
    /// All registered seals
    List,
    /// Register a seal that the catalogue names, or renew what it has; with an SM2 key and an electronic seal it makes OFD
    Add(SealFiles),
    /// May not seal for now
    Suspend { code: String },
    /// May seal again
    Activate { code: String },
    /// May never seal again
    Deregister { code: String },
}

#[derive(Args, Debug)]
pub struct SealFiles {
    pub code: String,
    /// PEM: the seal's certificate, then its issuing authorities
    #[arg(long, value_name = "FILE", required_unless_present = "electronic_seal")]
    pub certificate: Option<PathBuf>,
    /// Encrypted PKCS#8; without it a PKCS#11 device holds the key
    #[arg(long, value_name = "FILE", requires = "certificate")]
    pub key: Option<PathBuf>,
    /// Environment variable with the key's passphrase
    #[arg(long, value_name = "NAME", default_value = "YINXIN_KEY_PASSPHRASE")]
    pub passphrase_env: String,
    /// PEM: the certificate on SM2, then its issuing authorities
    #[arg(long, value_name = "FILE", requires = "electronic_seal")]
    pub sm2_certificate: Option<PathBuf>,
    /// Encrypted PKCS#8 of the SM2 key
    #[arg(long, value_name = "FILE", requires = "electronic_seal")]
    pub sm2_key: Option<PathBuf>,
    /// Environment variable with the SM2 key's passphrase; default: that of --passphrase-env
    #[arg(long, value_name = "NAME", requires = "electronic_seal")]
    pub sm2_passphrase_env: Option<String>,
    /// The electronic seal (.esl, GB/T 38540)
    #[arg(long, value_name = "FILE", requires_all = ["sm2_certificate", "sm2_key"])]
    pub electronic_seal: Option<PathBuf>,
}

#[derive(Subcommand, Debug)]
pub enum KeysVerb {
    /// Which keys there are
    List,
    /// A new data key, and everything re-encrypted with it; online, older keys stay readable
    Rotate,
    /// Take older data keys out of use, an hour after `rotate` or later
    Retire,
    /// Take a key for the statements in QR codes into use; those of earlier keys stay checkable
    Statement {
        /// PEM: the key's certificate, then its issuing authorities
        #[arg(long, value_name = "FILE")]
        certificate: PathBuf,
        /// Encrypted PKCS#8; without it a PKCS#11 device holds the key
        #[arg(long, value_name = "FILE")]
        key: Option<PathBuf>,
        /// Environment variable with the key's passphrase
        #[arg(long, value_name = "NAME", default_value = "YINXIN_KEY_PASSPHRASE")]
        passphrase_env: String,
    },
    /// A new index key, and all blind indexes made anew; stop the service first; resumable
    RotateIndex,
}

#[derive(Subcommand, Debug)]
pub enum TrustVerb {
    /// Sign fresh revocation lists
    Renew,
}

#[derive(Subcommand, Debug)]
pub enum AuditVerb {
    /// Check the whole chain
    Verify,
    /// Newest first
    List(Page),
}

#[derive(Args, Debug)]
pub struct Demo {
    /// How many synthetic holders
    #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u32).range(20..=100_000))]
    pub holders: u32,
}

#[derive(Args, Debug)]
pub struct Serve {
    /// The portal's address; https is for a proxy before it
    #[arg(long, value_name = "ADDRESS", env = "YINXIN_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Address of /livez, /readyz and /metrics: not for the public (default: none)
    #[arg(long, value_name = "ADDRESS", env = "YINXIN_METRICS_LISTEN")]
    pub metrics_listen: Option<SocketAddr>,
}

#[derive(Args, Debug)]
pub struct Samples {
    /// The folder for samples, trust and manifest.json; made if it is not there
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Only this format; may be repeated (default: all)
    #[arg(long = "format", value_enum, value_name = "FORMAT")]
    pub formats: Vec<Format>,
}

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum BenchPart {
    Copies,
    Verify,
    Import,
    Storage,
    Grants,
    Lookups,
    Http,
}

#[derive(Args, Debug)]
pub struct Bench {
    /// Default: all
    #[arg(value_enum)]
    pub parts: Vec<BenchPart>,
    /// Rows of the import
    #[arg(long, default_value_t = 200_000, value_parser = clap::value_parser!(u32).range(1_000..=5_000_000))]
    pub rows: u32,
    /// Seconds for each figure
    #[arg(long, default_value_t = 3.0)]
    pub seconds: f64,
}
