// A PostgreSQL cluster of this run's own on a free port of loopback; `undefined` where Debian's server is missing.

import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort } from "./port.mjs";

const bin = "/usr/lib/postgresql/15/bin";

export async function startPostgres() {
  if (!existsSync(path.join(bin, "initdb"))) return undefined;
  const dir = mkdtempSync(path.join(tmpdir(), "yinxin-e2e-postgres-"));
  // The server refuses to run as root.
  const rootless = process.getuid() === 0 ? ["runuser", "-u", "postgres", "--"] : [];
  if (rootless.length > 0) execFileSync("chown", ["postgres", dir]);
  else chmodSync(dir, 0o700);
  const run = (command, ...args) => {
    const [first, ...rest] = [...rootless, path.join(bin, command), ...args];
    execFileSync(first, rest, { cwd: dir, stdio: "ignore" });
  };
  const data = path.join(dir, "data");
  run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync");
  const port = await freePort();
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${dir} -c fsync=off`;
  run("pg_ctl", "-D", data, "-w", "-t", "300", "-l", path.join(data, "server.log"), "-o", options, "start");
  run("createdb", "-h", dir, "-p", String(port), "-U", "postgres", "-T", "template0", "yinxin");
  const stop = () => {
    run("pg_ctl", "-D", data, "-m", "immediate", "stop");
    rmSync(dir, { recursive: true, force: true });
  };
  return { address: `postgres://postgres@127.0.0.1:${port}/yinxin`, stop };
}
