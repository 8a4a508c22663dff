//! The tampered corpus: sealed copies, and what attackers make of them.
//!
//! [`attacks`] works on good copies that somebody gives it, so that it can be asked for the same files again whatever
//! the writer has become since; [`Good::made`] has them made. Each attack states what must be found; an index beside
//! the files (`Line`) keeps everything that was found.

mod bomb;
mod bytes;
mod der;
mod edit;
mod good;
mod line;
mod national;
mod office;
mod packages;
mod revisions;
mod seals;
mod stamps;
mod strange;
mod structure;
mod zip;

use yinxin_crypto::{pem, x509::Crl};
use yinxin_model::Level;
use yinxin_model::finding::Verdict;
use yinxin_seal::Trust;

pub use line::{Line, read_index, write_index};
pub use office::sealed_at;

use edit::{contents, digest_without, find, hex, object, reference, signature};
use national::NationalOffice;
use office::Office;

/// The seeds of the two hierarchies.
const OURS: u64 = 7_000;
const THEIRS: u64 = 7_100;

/// Good copies of each level.
pub struct Good {
    pub basic: Vec<u8>,
    pub time: Vec<u8>,
    pub long: Vec<u8>,
    pub archive: Vec<u8>,
}

impl Good {
    /// As the writer makes them now.
    pub fn made() -> Self {
        let office = Office::new("", OURS);
        let of = |level| good::pdf(&office, level);
        Self {
            basic: of(Level::Basic),
            time: of(Level::Time),
            long: of(Level::LongTerm),
            archive: of(Level::Archive),
        }
    }

    /// Name and bytes of each.
    pub fn files(&self) -> [(&'static str, &[u8]); 4] {
        [
            ("good-basic", &self.basic),
            ("good-time", &self.time),
            ("good-long", &self.long),
            ("good-archive", &self.archive),
        ]
    }
}

/// Packages and what was signed for them, made once: signatures on SM2 do not repeat.
pub struct Packages {
    pub good: Vec<u8>,
    /// Another document under the same seal.
    pub other: Vec<u8>,
    /// Signatures that no honest holder makes, by name.
    pub values: Vec<(String, Vec<u8>)>,
}

impl Packages {
    /// As the writer makes them now, with what trusts them: a root, its list and who makes seals.
    pub fn made() -> (Self, Vec<(String, Vec<u8>)>) {
        let office = Office::new("", OURS);
        let national = NationalOffice::new("", &good::picture());
        let good = good::package(&office, &national, "张三");
        let signature = packages::part(&good, packages::SIGNATURE);
        let values = national.values(&signature, &format!("/{}", packages::SIGNATURE)).into_iter();
        let values = values.map(|(name, value)| (name.to_owned(), value)).collect();
        let other = good::package(&office, &national, "李四");
        (Self { good, other, values }, national.trust_files("national"))
    }
}

/// A package with a time stamp on its electronic seal's signature, made once as well, under a root of its own.
pub struct Stamped {
    pub good: Vec<u8>,
    /// The token of another document under the same seal.
    pub token_of_other: Vec<u8>,
}

impl Stamped {
    /// As the writer makes it now, with what trusts it.
    pub fn made() -> (Self, Vec<(String, Vec<u8>)>) {
        let office = Office::new("", OURS);
        let national = NationalOffice::new("时戳", &good::picture());
        let good = good::stamped_package(&office, &national, "张三");
        let token_of_other = stamps::token(&good::stamped_package(&office, &national, "李四"));
        (Self { good, token_of_other }, national.trust_files("national-stamped"))
    }
}

/// What can be made of a package with a time stamp.
pub fn stamped_attacks(stamped: &Stamped) -> Vec<Attack> {
    let mut corpus = Corpus { attacks: Vec::new() };
    stamps::add(&mut corpus, stamped);
    corpus.attacks
}

/// What can be made of the packages.
pub fn package_attacks(packages: &Packages) -> Vec<Attack> {
    let mut corpus = Corpus { attacks: Vec::new() };
    packages::add(&mut corpus, packages);
    corpus.attacks
}

/// A file that somebody changed.
pub struct Attack {
    pub name: &'static str,
    /// The good copy that it was made of: `basic`, `time`, `long`, `archive`; `strange` for a stranger's document.
    pub base: &'static str,
    pub story: &'static str,
    /// What must be found, whatever else is.
    pub verdict: Verdict,
    /// The code of the check `intact`; empty where any that names the fault will do.
    pub code: &'static str,
    pub bytes: Vec<u8>,
}

/// Everything that can be made of the good copies.
pub fn attacks(good: &Good) -> Vec<Attack> {
    let workshop = Workshop::new(good);
    let mut corpus = Corpus { attacks: Vec::new() };
    bytes::add(&mut corpus, &workshop);
    seals::add(&mut corpus, &workshop);
    revisions::add(&mut corpus, &workshop);
    structure::add(&mut corpus, &workshop);
    corpus.attacks
}

/// Whom the corpus's judges trust.
pub fn trust() -> Trust {
    Office::new("", OURS).trust()
}

/// The same as files of a directory for `verify --trust`.
pub fn trust_files() -> Vec<(String, Vec<u8>)> {
    let office = Office::new("", OURS);
    let root = pem::encode("CERTIFICATE", office.root.der()).expect("PEM");
    let list = |(number, list): (usize, &Crl)| (format!("list-{number}.crl"), list.der().to_vec());
    let lists = office.lists.iter().enumerate().map(list);
    std::iter::once(("root.pem".to_owned(), root.into_bytes())).chain(lists).collect()
}

/// Takes the attacks as they are made.
struct Corpus {
    attacks: Vec<Attack>,
}

impl Corpus {
    /// Of the good package.
    fn package(
        &mut self,
        name: &'static str,
        story: &'static str,
        verdict: Verdict,
        code: &'static str,
        bytes: Vec<u8>,
    ) {
        self.add(name, "package", story, verdict, code, bytes);
    }

    fn add(
        &mut self,
        name: &'static str,
        base: &'static str,
        story: &'static str,
        verdict: Verdict,
        code: &'static str,
        bytes: Vec<u8>,
    ) {
        assert!(self.attacks.iter().all(|other| other.name != name), "{name} is there twice");
        self.attacks.push(Attack { name, base, story, verdict, code, bytes });
    }
}

/// The good copies, their landmarks, and who has keys.
struct Workshop {
    office: Office,
    stranger: Office,
    basic: Vec<u8>,
    time: Vec<u8>,
    long: Vec<u8>,
    archive: Vec<u8>,
    /// Objects of all four copies.
    signature_object: u32,
    own_content: u32,
    own_font: u32,
    drawn: u32,
    metadata: u32,
    /// Places in the basic copy.
    signature_end: usize,
    message_digest: usize,
    /// A byte of the time stamp inside the signature of the copy with one.
    time_stamp_at: usize,
}

impl Workshop {
    fn new(good: &Good) -> Self {
        let file = &good.basic;
        let page = object(file, 3);
        let resources = object(file, reference(&page, "/Resources "));
        let gap = contents(file);
        let digest = hex(&digest_without(file, &gap));
        // A copy's own objects are numbered behind the plate's.
        let page_text = String::from_utf8_lossy(&page).into_owned();
        let list = page_text.split("/Contents[").nth(1).and_then(|rest| rest.split(']').next());
        let own =
            list.into_iter().flat_map(|list| list.split(" 0 R")).filter_map(|n| n.trim().parse().ok()).max();
        Self {
            office: Office::new("", OURS),
            stranger: Office::new("外来", THEIRS),
            signature_object: reference(&object(file, 5), "/V "),
            own_content: own.expect("the page's content"),
            own_font: reference(&resources, "/F0 "),
            drawn: reference(&resources, "/X0 "),
            metadata: reference(&object(file, 1), "/Metadata "),
            signature_end: gap.start + 1 + 2 * signature(file).len(),
            message_digest: gap.start + find(file.get(gap.clone()).expect("a value"), digest.as_bytes()) + 8,
            time_stamp_at: signature(&good.time).len() - 20,
            basic: good.basic.clone(),
            time: good.time.clone(),
            long: good.long.clone(),
            archive: good.archive.clone(),
        }
    }
}
