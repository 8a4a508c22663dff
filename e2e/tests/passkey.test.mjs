// Passkeys in a real browser with an authenticator of its own making (WebDriver's virtual one, over the debugger's protocol): added,
// used instead of everything else, renamed, removed, and refused from then on.

import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import path from "node:path";
import { browserIsThere, follow, launch, look, visit } from "../lib/browser.mjs";
import { makeCountry, serve } from "../lib/program.mjs";
import { agree, fill, logIn, send, settle } from "../lib/steps.mjs";
import { freePort } from "../lib/port.mjs";

const skip = browserIsThere ? false : "SKIPPED: no chromium on this machine";
let browser, portal, address, logins;

before(async () => {
  if (skip) return;
  const country = makeCountry("passkey");
  const port = await freePort();
  // Browsers have passkeys for names; an address of numbers is nobody's site to them.
  address = `http://localhost:${port}`;
  appendFileSync(path.join(country.data, "yinxin.toml"), `\n[platform]\npublic_url = "${address}"\n`);
  logins = country.demo.logins;
  portal = await serve(country, { listen: `127.0.0.1:${port}` });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await portal?.stop();
});

for (const [who, size, lang, words] of [
  [0, "desktop", "zh-CN", { login: "用通行密钥登录", make: "在设备上创建", none: "还没有通行密钥", refused: "不能用于登录" }],
  [1, "phone", "en", { login: "Log in with a passkey", make: "Make it on my device", none: "No passkey yet", refused: "cannot be used" }],
]) {
  test(`a passkey from its making to its end (${lang}, ${size})`, { skip }, async () => {
    const visitor = await visit(browser, address, { size, lang });
    const { page, context } = visitor;
    await haveDevice(page);
    await logIn(page, logins[who]);
    await agree(page);
    await page.goto("/me/security/passkeys");
    await look(visitor, "passkeys-none");
    assert.ok((await page.locator("main").innerText()).includes(words.none));

    await page.goto("/me/security/passkeys/new");
    await look(visitor, "passkey-new");
    await fill(page, { current: logins[who].password });
    await send(page, "/passkeys/new");
    await look(visitor, "passkey-key");
    await fill(page, { name: "我的手机" });
    await page.getByRole("button", { name: words.make }).click();
    await page.waitForURL("**/me/security/passkeys?done=added");
    await look(visitor, "passkeys");
    // The device has one of this account: it makes no other, and the page says why.
    await page.goto("/me/security/passkeys/new");
    await fill(page, { current: logins[who].password });
    await send(page, "/passkeys/new");
    await page.getByRole("button", { name: words.make }).click();
    await page.locator("[data-known]").waitFor({ state: "visible" });
    await look(visitor, "passkey-known");

    await logOut(page);
    const button = page.getByRole("button", { name: words.login });
    await button.waitFor();
    await look(visitor, "login-with-passkey");
    // To where one wanted to go, without a number, a password or a second step.
    await page.goto("/me/inbox");
    await button.click();
    await settle(page, /^\/me\/inbox$/);
    await look(visitor, "passkey-told");

    await page.goto("/me/security/passkeys");
    await follow(page, page.locator('a[href*="/passkeys/rename"]'));
    await fill(page, { name: "旧手机" });
    await look(visitor, "passkey-rename");
    await send(page, "/passkeys/rename");
    assert.equal(await page.locator("main h2").first().innerText(), "旧手机");
    await follow(page, page.locator('a[href*="/passkeys/remove"]'));
    await look(visitor, "passkey-remove");
    await send(page, "/passkeys/remove");
    assert.ok((await page.locator("main").innerText()).includes(words.none));
    // The device still has it; nobody is let in with it.
    await logOut(page);
    await button.click();
    await page.locator(".summary").waitFor();
    assert.ok((await page.locator(".summary").innerText()).includes(words.refused));
    await look(visitor, "passkey-refused");
    await context.close();
  });
}

test("whose device says no, and who has no script, is told what else to do", { skip }, async () => {
  const visitor = await visit(browser, address);
  const { page } = visitor;
  const device = await haveDevice(page);
  await device.set({ isUserVerified: false });
  await page.goto("/login");
  await page.getByRole("button", { name: "用通行密钥登录" }).click();
  await page.locator("[data-failed]").waitFor({ state: "visible" });
  await look(visitor, "passkey-login-failed");
  assert.equal(new URL(page.url()).pathname, "/login");
  await visitor.context.close();

  const bare = await visit(browser, address, { javaScriptEnabled: false });
  await bare.page.goto("/login");
  assert.equal(await bare.page.getByRole("button", { name: "用通行密钥登录" }).count(), 0, "nothing of it is shown");
  await logIn(bare.page, logins[2] ?? logins[0]);
  await agree(bare.page);
  await bare.page.goto("/me/security/passkeys/new");
  await fill(bare.page, { current: (logins[2] ?? logins[0]).password });
  await send(bare.page, "/passkeys/new");
  assert.ok((await bare.page.locator("[data-unable]").innerText()).includes("没有启用脚本"));
  await bare.context.close();
});

/** A device that holds passkeys and has looked at who holds it. */
async function haveDevice(page) {
  const debug = await page.context().newCDPSession(page);
  await debug.send("WebAuthn.enable");
  const options = {
    protocol: "ctap2",
    transport: "internal",
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
  };
  const { authenticatorId } = await debug.send("WebAuthn.addVirtualAuthenticator", { options });
  const set = (how) => debug.send("WebAuthn.setUserVerified", { authenticatorId, ...how });
  return { set };
}

async function logOut(page) {
  await page.locator('form[action="/logout"] button').first().click();
  await page.waitForURL("**/login?done=out");
}
