// Codes by e-mail: the portal's SMTP gateway before a mail server that is not ours, and a registration with what it took.

import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { appendFileSync, existsSync } from "node:fs";
import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { browserIsThere, launch, visit } from "../lib/browser.mjs";
import { makeCountry, serve } from "../lib/program.mjs";
import { agree, fill, send, settle } from "../lib/steps.mjs";

const here = fileURLToPath(new URL("..", import.meta.url));
const venv = path.join(here, "..", "target", "venv", "bin", "python");
const python = existsSync(venv) ? venv : "python3";
const serverIsThere = spawnSync(python, ["-c", "import aiosmtpd"]).status === 0;
const skip = !browserIsThere
  ? "SKIPPED: no chromium on this machine"
  : !serverIsThere
    ? "SKIPPED: no mail server (aiosmtpd) on this machine"
    : false;

let browser, country, portal, server;
const mails = [];

before(async () => {
  if (skip) return;
  server = spawn(python, [path.join(here, "mail-server.py")], { stdio: ["pipe", "pipe", "inherit"] });
  const port = await new Promise((resolve, reject) => {
    server.once("exit", () => reject(new Error("the mail server ended")));
    createInterface({ input: server.stdout }).on("line", (line) => {
      const told = JSON.parse(line);
      if (told.port) resolve(told.port);
      else mails.push(told);
    });
  });
  country = makeCountry("mail");
  const settings = `[mail]\nkind = "smtp"\nhost = "127.0.0.1"\nport = ${port}\ntls = "none"\nfrom = "职业资格证书查询验证系统 <no-reply@example.org>"\n`;
  appendFileSync(path.join(country.data, "yinxin.toml"), settings);
  portal = await serve(country);
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await portal?.stop();
  server?.stdin.end();
});

/** The one mail with such a subject, once it came. */
const arrived = async (subject) => {
  const found = () => mails.filter((mail) => subject.test(mail.headers.Subject));
  for (let i = 0; i < 600 && found().length === 0; i += 1) await new Promise((done) => setTimeout(done, 100));
  assert.equal(found().length, 1, `${subject} among ${mails.map((mail) => mail.headers.Subject).join("; ")}`);
  return found()[0];
};

test("a registration by e-mail: the code comes in a mail that stands up to a strict reader", { skip }, async () => {
  const { page, context } = await visit(browser, portal.address, {});
  const person = country.demo.cases.find((c) => c.case === "direct_copy");
  const { name, document_type, document } = person;
  await page.goto("/register");
  await fill(page, { name, document_type, document, contact: "Holder.One@Example.ORG" });
  await send(page, "/register");
  const mail = await arrived(/^注册验证码/);
  assert.equal(mail.envelope_from, "no-reply@example.org");
  assert.deepEqual(mail.envelope_to, ["Holder.One@example.org"]);
  assert.equal(mail.headers.From, "职业资格证书查询验证系统 <no-reply@example.org>");
  assert.equal(mail.headers.To, "Holder.One@example.org");
  assert.match(mail.headers.Subject, /^注册验证码( \/ .+)?$/);
  assert.match(mail.headers["Message-ID"], /^<[^@\s]+@example\.org>$/);
  assert.ok(Math.abs(Date.parse(mail.headers.Date) - Date.now()) < 600_000, mail.headers.Date);
  assert.deepEqual(
    [mail.content_type, mail.charset, mail.header_is_ascii, mail.defects],
    ["text/plain", "utf-8", true, []],
  );
  assert.ok(mail.longest_line <= 998, `a line of ${mail.longest_line} bytes`);
  for (const [what, text] of Object.entries(mail.headers)) {
    assert.ok(!text.includes(name) && !text.includes(document), `${what} says who he is`);
  }
  assert.ok(!mail.text.includes(name) && !mail.text.includes(document), "a code, and nothing of whoever asked for it");
  const [code] = mail.text.match(/(?<!\d)\d{6}(?!\d)/);

  await fill(page, { code: code === "000000" ? "000001" : "000000" });
  await send(page, "/register/code");
  assert.ok((await page.locator(".summary a").count()) > 0, "another code is refused");
  await fill(page, { code });
  await send(page, "/register/code");
  await fill(page, { password: "a sentence that came by mail" });
  await send(page, "/register/password");
  await settle(page, /^\/prove/);
  await send(page, "/prove");
  await agree(page);
  await page.goto("/certificates");
  await page.locator('main a[href^="/certificates/"]').first().waitFor();
  await context.close();
});

test("what a holder is told is mailed to him in both languages", { skip }, async () => {
  const { page, context } = await visit(browser, portal.address, {});
  const person = country.demo.cases.find((c) => c.case === "direct_copy");
  await page.goto("/recover");
  const { name, document_type, document } = person;
  const asked = { name, document_type, document, contact: "Holder.One@example.org" };
  for (const field of Object.keys(asked)) {
    if ((await page.locator(`main [name="${field}"]`).count()) === 0) delete asked[field];
  }
  await fill(page, asked);
  await send(page, "/recover");
  const mail = await arrived(/^找回密码验证码/);
  const [code] = mail.text.match(/(?<!\d)\d{6}(?!\d)/);
  await fill(page, { code, password: "another sentence by mail" });
  await send(page, "/recover/code");
  const told = await arrived(/^密码已重新设置/);
  assert.match(told.headers.Subject, /^密码已重新设置 \/ \S/);
  assert.match(told.text, /password/i);
  assert.deepEqual(told.defects, []);
  await context.close();
});
