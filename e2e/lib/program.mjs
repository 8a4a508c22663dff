// The program under test: a demo country of its own in target/e2e, served on a free port of loopback.

import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import path from "node:path";

const root = fileURLToPath(new URL("../..", import.meta.url));
export const output = path.join(root, "target", "e2e");
export const program = process.env.YINXIN ?? path.join(root, "target", "debug", "yinxin");

/** Makes a demo country in an empty directory and tells what `yinxin demo --json` told. */
export function makeCountry(name, { database = "", holders = 20 } = {}) {
  const data = path.join(output, "data", name);
  rmSync(data, { recursive: true, force: true });
  mkdirSync(path.dirname(data), { recursive: true });
  const country = { data, database };
  country.demo = JSON.parse(run(country, "demo", "--holders", String(holders)));
  return country;
}

/** One command of the program; its answer in JSON, as text. */
export function run({ data, database }, ...args) {
  return execFileSync(program, ["--data", data, "--json", ...args], { env: environment(database), encoding: "utf8" });
}

/** Serves the country; `at` (RFC 3339) moves its clock. Ends with `stop()`, as an operator would end it. */
export async function serve(country, { at, listen = "127.0.0.1:0", env = {} } = {}) {
  const clock = at ? ["--at", at] : [];
  const args = ["--data", country.data, ...clock, "serve", "--listen", listen, "--metrics-listen", "127.0.0.1:0"];
  const child = spawn(program, args, {
    env: { ...environment(country.database), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = [];
  const ended = new Promise((resolve) => child.once("exit", (code, signal) => resolve(code ?? signal)));
  const address = await new Promise((resolve, reject) => {
    const listen = (line) => {
      said.push(line);
      const found = line.match(/http:\/\/127\.0\.0\.1:\d+/);
      if (found) resolve(found[0]);
    };
    createInterface({ input: child.stdout }).on("line", listen);
    createInterface({ input: child.stderr }).on("line", listen);
    ended.then((how) => reject(new Error(`the program ended (${how}):\n${said.join("\n")}`)));
  });
  const stop = async () => {
    child.kill("SIGTERM");
    return ended;
  };
  return { address, said, stop };
}

function environment(database) {
  return { ...process.env, YINXIN_LANG: "en", YINXIN_DATABASE: database ?? "" };
}
