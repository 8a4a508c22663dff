// Log-in by an outside identity provider: the real browser, the real portal, and a certified provider.

import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import path from "node:path";
import { browserIsThere, follow, launch, look, visit } from "../lib/browser.mjs";
import { makeCountry, serve } from "../lib/program.mjs";
import { fill, send, settle } from "../lib/steps.mjs";
import { CLIENT, settingsFor, startProvider } from "../oidc-provider.mjs";
import { freePort } from "../lib/port.mjs";

const skip = browserIsThere ? false : "SKIPPED: no chromium on this machine";
let browser, provider, portal, holder;

before(async () => {
  if (skip) return;
  const country = makeCountry("oidc");
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  // Whoever is known here by number and password is known there, too; and so is one who has no certificate.
  const { name, document_type, document } = country.demo.logins[0];
  holder = { id: "holder", name, document_type, document };
  const nobody = { id: "nobody", name: "虚构一人", document_type: "111", document: "880105199003071237" };
  const registrant = { id: "registrant", name: "虚构二人", document_type: "111", document: "880105199101018886" };
  const broken = { id: "broken", name: "虚构一人", document_type: "111", document: "880105199003071230" };
  const silent = { id: "silent", name: "虚构一人" };
  provider = await startProvider({ portal: address, people: [holder, nobody, broken, silent, registrant] });
  appendFileSync(
    path.join(country.data, "yinxin.toml"),
    `${settingsFor(provider.issuer)}\n[identity]\nkind = "oidc"\n\n[platform]\npublic_url = "${address}"\n`,
  );
  portal = await serve(country, { listen: `127.0.0.1:${port}`, env: { YINXIN_OIDC_SECRET: CLIENT.secret } });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await portal?.stop();
  await provider?.stop();
});

test("a holder comes in as who he is there, and goes on to where he wanted to go", { skip }, async () => {
  const visitor = await visit(browser, portal.address);
  const { page } = visitor;
  await page.goto("/me/inbox");
  await follow(page, page.getByRole("link", { name: "使用测试身份认证平台登录" }));
  await look(visitor, "oidc-leave");
  await follow(page, page.getByRole("link", { name: "前往测试身份认证平台" }));
  assert.match(page.url(), new RegExp(`^${provider.issuer}/interaction/`));
  await follow(page, page.getByRole("link", { name: holder.name }));
  await page.waitForURL(`${portal.address}/**`);
  await agree(page);
  assert.equal(new URL(page.url()).pathname, "/me/inbox", provider.refused.join("\n"));
  await page.goto("/certificates");
  assert.ok((await page.locator('a[href^="/certificates/"]').count()) > 0, "his certificates are there");
  const cookies = await visitor.context.cookies();
  assert.deepEqual(
    cookies.filter((cookie) => cookie.name === "yinxin").map(({ httpOnly, sameSite }) => ({ httpOnly, sameSite })),
    [{ httpOnly: true, sameSite: "Lax" }],
  );
  assert.deepEqual(provider.refused, []);
  await visitor.context.close();
});

test("one who has no certificate has an account, and an empty list that says why", { skip }, async () => {
  const { page, context } = await comeAs("虚构一人", { nth: 0 });
  await agree(page);
  assert.equal(new URL(page.url()).pathname, "/certificates", provider.refused.join("\n"));
  await context.close();
});

test("a registrant is proved there, and comes back into his registration", { skip }, async () => {
  const visitor = await visit(browser, portal.address);
  const { page, context } = visitor;
  await page.goto("/register");
  await fill(page, { name: "虚构二人", document: "880105199101018886", contact: "19900000001" });
  await send(page, "/register");
  await fill(page, { code: await page.locator("main strong.mono").innerText() });
  await send(page, "/register/code");
  await fill(page, { password: "一个很长很好记的密码" });
  await send(page, "/register/password");
  await settle(page, /^\/prove/);
  const prove = async (name, nth) => {
    await follow(page, page.getByRole("link", { name: "前往测试身份认证平台核验" }));
    await look(visitor, "oidc-leave-to-prove");
    await follow(page, page.getByRole("link", { name: "前往测试身份认证平台" }));
    await follow(page, page.getByRole("link", { name, exact: true }).nth(nth));
    await page.waitForURL(`${portal.address}/**`);
    visitor.outside.length = 0;
    // The provider remembers who one was; its cookies begin so.
    await context.clearCookies({ name: /^_/ });
  };
  await look(visitor, "oidc-prove");
  await prove("取消", 0);
  assert.ok((await page.locator("main").innerText()).includes("取消了登录"));
  await look(visitor, "oidc-not-proved");
  await follow(page, page.getByRole("link", { name: "返回身份核验" }));
  await prove("虚构一人", 0);
  const told = await page.locator("main").innerText();
  assert.ok(told.includes("不一致") && !told.includes("虚构一人"), told);
  await look(visitor, "oidc-not-matched");
  await prove("虚构二人", 0);
  assert.equal(new URL(page.url()).pathname, "/notice", provider.refused.join("\n"));
  await agree(page);
  assert.equal(new URL(page.url()).pathname, "/certificates");
  await context.close();
});

test("who declines, and whose claims do not hold, is told so and stays out", { skip }, async () => {
  const cases = [
    [{ name: "取消", nth: 0 }, "取消了登录"],
    [{ name: "虚构一人", nth: 1 }, "document_number"],
    [{ name: "虚构一人", nth: 2 }, "document_type, document_number"],
  ];
  for (const [{ name, nth }, words] of cases) {
    const visitor = await comeAs(name, { nth });
    const { page, context } = visitor;
    assert.match(page.url(), /\/login\/oidc\/callback\?/);
    assert.ok((await page.locator("main").innerText()).includes(words), await page.locator("main").innerText());
    await look(visitor, `oidc-failed-${nth}`);
    const cookies = await context.cookies(portal.address);
    assert.ok(!cookies.some((cookie) => cookie.name === "yinxin"), "no session");
    await context.close();
  }
});

test("an answer counts once, and in the browser it was asked for", { skip }, async () => {
  const visitor = await comeAs(holder.name, { nth: 0, hold: true });
  const { page, context } = visitor;
  // Somebody else's browser is shown the way back.
  const stranger = await visit(browser, portal.address);
  await stranger.page.goto("/");
  const answer = await stranger.page.goto(visitor.back);
  assert.equal(answer.status(), 409);
  assert.ok((await stranger.page.locator("main").innerText()).includes("另一个浏览器"));
  assert.equal((await page.goto(visitor.back)).status(), 200);
  await agree(page);
  await page.context().clearCookies({ name: "yinxin" });
  assert.equal((await page.goto(visitor.back)).status(), 409, "used");
  await stranger.context.close();
  await context.close();
});

test("with the provider down number and password are offered", { skip }, async () => {
  await provider.stop();
  const visitor = await visit(browser, portal.address, { lang: "en" });
  const { page, context } = visitor;
  await page.goto("/login");
  assert.equal(await page.getByRole("link", { name: "Log in with Test identity provider" }).count(), 1);
  assert.equal(await page.locator('input[name="password"]').count(), 1);
  await context.close();
});

/** Goes to the provider and chooses the `nth` person of that name; with `hold` stops there and keeps the address that one
 * would come back to as `back`. */
async function comeAs(name, { nth, hold = false }) {
  const visitor = await visit(browser, portal.address);
  const { page, context } = visitor;
  await page.goto("/login/oidc");
  await follow(page, page.getByRole("link", { name: "前往测试身份认证平台" }));
  const choice = page.getByRole("link", { name, exact: true }).nth(nth);
  if (hold) {
    let next = new URL(await choice.getAttribute("href"), page.url()).href;
    while (!next.startsWith(portal.address)) {
      const answer = await context.request.get(next, { maxRedirects: 0 });
      next = new URL(answer.headers().location, next).href;
    }
    visitor.back = next;
  } else {
    await follow(page, choice);
    await page.waitForURL(`${portal.address}/**`);
  }
  // Being at the provider was wanted; from here on nobody outside is asked for anything.
  visitor.outside.length = 0;
  return visitor;
}

/** Agrees to the service notice where it is asked for. */
async function agree(page) {
  if (new URL(page.url()).pathname !== "/notice") return;
  const box = page.locator('main form input[type="checkbox"]');
  if ((await box.count()) > 0) await box.first().check();
  await follow(page, page.locator("main form button").first());
}
