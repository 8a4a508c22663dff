//! A PostgreSQL for tests: the one that `YINXIN_TEST_POSTGRES` names (an address without a database), else a cluster of its own in a temporary
//! directory, one a test process.
//!
//! The cluster listens on a Unix socket and a loopback port that was free, runs as `postgres` where the tests run as root
//! (the server refuses root), and is ended by a watcher: a shell that holds the reading end of a pipe from this process.
//! However the process ends, by return, panic or kill, the pipe closes and the watcher stops the server and deletes the
//! directory. A destructor would not: statics are never dropped.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::{judge, temp_dir};

/// A server that databases can be made on.
struct Server {
    /// Address without a database name, e.g. `postgres://postgres@127.0.0.1:54321`.
    address: String,
    psql: PathBuf,
    /// Closing it is the watcher's signal.
    _pipe: Option<ChildStdin>,
}

static SERVER: OnceLock<Option<Server>> = OnceLock::new();
static NEXT: AtomicU32 = AtomicU32::new(0);

/// The address of a new, empty database; `None`, loudly, where there is no PostgreSQL.
pub fn fresh_database() -> Option<String> {
    let server = SERVER.get_or_init(start).as_ref()?;
    let name = format!("yinxin_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let made = Command::new(&server.psql)
        .arg(format!("{}/postgres", server.address))
        .args(["-q", "-v", "ON_ERROR_STOP=1", "-c", &format!("CREATE DATABASE {name} TEMPLATE template0")])
        .stdin(Stdio::null())
        .output()
        .expect("psql starts");
    assert!(made.status.success(), "no test database: {}", String::from_utf8_lossy(&made.stderr));
    Some(format!("{}/{name}", server.address))
}

fn start() -> Option<Server> {
    let Some(bin) = binaries() else {
        judge::skipped("PostgreSQL is not installed: the register was tested on SQLite only");
        return None;
    };
    let psql = bin.join("psql");
    if let Ok(address) = std::env::var("YINXIN_TEST_POSTGRES") {
        return Some(Server { address: address.trim().trim_end_matches('/').to_owned(), psql, _pipe: None });
    }
    Some(start_cluster(&bin, psql))
}

#[allow(clippy::zombie_processes, reason = "the watcher outlives this process on purpose")]
fn start_cluster(bin: &Path, psql: PathBuf) -> Server {
    // Kept: the watcher deletes this one, after the process is gone.
    let dir = temp_dir("postgres").keep();
    let drop_root = if is_root() { "runuser -u postgres --" } else { "" };
    if is_root() {
        let owned = Command::new("chown").arg("postgres").arg(&dir).status();
        assert!(owned.is_ok_and(|s| s.success()), "the directory cannot be given to postgres");
    }
    let script = format!(
        r#"cd "$DIR" || exit 1
        trap '' INT HUP
        stop() {{ {drop_root} "$BIN/pg_ctl" -D "$DIR/data" -m immediate stop >/dev/null 2>&1; rm -rf "$DIR"; }}
        {drop_root} "$BIN/initdb" -D "$DIR/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync \
            </dev/null >"$DIR/log" 2>&1 || {{ cat "$DIR/log" >&2; stop; exit 1; }}
        while echo port && read -r port; do
            {drop_root} "$BIN/pg_ctl" -D "$DIR/data" -w -t 300 -l "$DIR/data/server.log" start </dev/null >>"$DIR/log" 2>&1 \
                -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$DIR -c max_connections=500 -c fsync=off" ||
                continue
            echo ready
            exec >/dev/null 2>&1
            cat
            stop
            exit 0
        done
        cat "$DIR/log" "$DIR/data/server.log" >&2
        stop
        exit 1"#
    );
    let mut watcher = Command::new("sh")
        .args(["-c", &script])
        .env("DIR", &dir)
        .env("BIN", bin)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .expect("sh starts");
    let mut pipe = watcher.stdin.take().expect("its input");
    let mut said = BufReader::new(watcher.stdout.take().expect("its output")).lines();
    let mut port = 0;
    for _ in 0..10 {
        match said.next().and_then(Result::ok).as_deref() {
            // Free now; where another process takes it before the server does, the watcher asks again.
            Some("port") => {
                let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
                port = free.expect("a free port").port();
                writeln!(pipe, "{port}").expect("the watcher listens");
            }
            Some("ready") => {
                let address = format!("postgres://postgres@127.0.0.1:{port}");
                return Server { address, psql, _pipe: Some(pipe) };
            }
            _ => break,
        }
    }
    panic!("the test cluster does not start");
}

/// Where Debian and others put the server's programs.
fn binaries() -> Option<PathBuf> {
    let whole =
        |bin: &PathBuf| ["initdb", "pg_ctl", "psql"].iter().all(|program| bin.join(program).is_file());
    let mut debian: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|versions| versions.flatten().map(|version| version.path().join("bin")).filter(whole).collect())
        .unwrap_or_default();
    debian.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    debian.pop().or_else(|| std::env::split_paths(&path).find(whole))
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout.trim_ascii() == b"0")
}
