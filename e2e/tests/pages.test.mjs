// Every page that anybody may open, and a holder's own, in both languages, in 长辈版, at 320 px; with and without script.

import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { browserIsThere, follow, launch, look, visit } from "../lib/browser.mjs";
import { makeCountry, serve } from "../lib/program.mjs";
import { agree, logIn, register, send } from "../lib/steps.mjs";

const skip = browserIsThere ? false : "SKIPPED: no chromium on this machine";
const PUBLIC = ["/", "/login", "/register", "/recover", "/verify", "/verify/fields", "/verify/number", "/verify/file",
  "/verify/qr", "/scope", "/help", "/news", "/contacts", "/accessibility", "/privacy", "/nowhere"];
const OWN = ["/certificates", "/me", "/me/access", "/me/inbox", "/me/settings", "/me/security", "/me/devices", "/me/export",
  "/me/close", "/shares"];
const LOOKS = [
  { lang: "zh-CN", size: "desktop", elder: true },
  { lang: "zh-CN", size: "narrow" },
  { lang: "en", size: "desktop" },
  { lang: "zh-CN", size: "phone", elder: true },
];

let browser, country, portal;
before(async () => {
  if (skip) return;
  country = makeCountry("pages");
  portal = await serve(country);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await portal?.stop();
});

const named = (address) => address.slice(1).replaceAll("/", "-") || "home";

for (const how of LOOKS) {
  test(`pages: ${how.lang}, ${how.size}${how.elder ? ", 长辈版" : ""}`, { skip }, async () => {
    const visitor = await visit(browser, portal.address, how);
    // All that is wrong is told at once.
    const wrong = [];
    const see = (who, name) => look(who, name).catch((error) => wrong.push(error.message));
    for (const address of PUBLIC) {
      await visitor.page.goto(address);
      await see(visitor, named(address));
    }
    for (const person of country.demo.logins) {
      const own = await visit(browser, portal.address, how);
      await logIn(own.page, person);
      await agree(own.page);
      // The empty list explains itself, and so does that of a corrected identity.
      await own.page.goto("/certificates");
      await see(own, `certificates-${person.case}`);
      if (person.case !== "both_seal_families") continue;
      for (const address of OWN) {
        await own.page.goto(address);
        await see(own, named(address));
      }
      await own.context.close();
    }
    await visitor.context.close();
    assert.deepEqual(wrong, []);
  });
}

test("a certificate under an association's seal from before 2021-12-17 is downloaded without an application", { skip }, async () => {
  const visitor = await visit(browser, portal.address, {});
  const { page } = visitor;
  await register(page, country.demo.cases.find((one) => one.case === "direct_copy"), "13900000000");
  await follow(page, page.locator('main a[href$="/copy"]').first());
  await page.locator("img.sheet").waitFor();
  await look(visitor, "direct-copy");
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator('a[href$="/copy.pdf"]').click()]);
  assert.ok(download.suggestedFilename().endsWith(".pdf"));
});

test("without script a holder gets his copy's page, and anybody may verify a file", { skip }, async () => {
  const visitor = await visit(browser, portal.address, { javaScriptEnabled: false });
  const { page } = visitor;
  await logIn(page, country.demo.logins.find((l) => l.case === "both_seal_families"));
  await agree(page);
  await page.goto("/certificates");
  await follow(page, page.locator('main a[href$="/endorse"]').first());
  await send(page, "/endorse/check");
  await send(page, "/endorse");
  await page.locator("img.sheet").waitFor();
  const copy = await page.request.get(`${page.url()}/copy.ofd`);
  assert.equal(copy.status(), 200);
  await page.goto("/verify/file");
  const file = { name: "copy.ofd", mimeType: "application/ofd", buffer: await copy.body() };
  await page.setInputFiles('input[name="file"]', file);
  await send(page, "/verify/file");
  await page.locator(".verdict.good").waitFor();
});

test("by keyboard alone: the skip link, the log-in, the way out", { skip }, async () => {
  const { page } = await visit(browser, portal.address, {});
  await page.goto("/login");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("href")), "#content");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "content");
  const person = country.demo.logins[0];
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.type(person.document);
  await page.keyboard.press("Tab");
  await page.keyboard.type(person.password);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/(certificates|notice)/);
});

test("at 400 % nothing is cut off", { skip }, async () => {
  const { page } = await visit(browser, portal.address, { viewport: { width: 320, height: 256 }, isMobile: false });
  for (const address of PUBLIC) {
    await page.goto(address);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(wide <= 0, `${address} is ${wide} px too wide`);
  }
});
