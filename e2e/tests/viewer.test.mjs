// The viewer of PDF files: what it draws is what another program draws of the same file, its words are there to be selected and
// searched, and where it cannot be had the picture of the page is shown.

import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { browserIsThere, follow, launch, look, visit } from "../lib/browser.mjs";
import { makeCountry, serve } from "../lib/program.mjs";
import { agree, logIn, register, send, settle } from "../lib/steps.mjs";

const skip = browserIsThere ? false : "SKIPPED: no chromium on this machine";
let browser, country, portal, folder, person, copy;

before(async () => {
  if (skip) return;
  country = makeCountry("viewer");
  portal = await serve(country);
  browser = await launch();
  folder = mkdtempSync(path.join(tmpdir(), "yinxin-e2e-"));
  person = country.demo.logins.find((one) => one.case === "both_seal_families");
  const { page, context } = await comeIn({});
  await page.goto("/certificates");
  await follow(page, page.locator('main a[href$="/endorse"]').first());
  await send(page, "/endorse/check");
  await send(page, "/endorse");
  await settle(page, /^\/endorsements\//);
  await page.locator("img.sheet").waitFor();
  copy = new URL(page.url()).pathname;
  writeFileSync(path.join(folder, "copy.pdf"), await (await page.request.get(`${copy}/copy.pdf`)).body());
  await context.close();
});
after(async () => {
  await browser?.close();
  await portal?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

async function comeIn(how) {
  const visitor = await visit(browser, portal.address, how);
  await logIn(visitor.page, person);
  await agree(visitor.page);
  return visitor;
}

/** Waits for the drawn page; false where the program was built without the viewer. */
async function drawn(page) {
  if ((await page.locator("main[data-document]").count()) === 0) return false;
  await page.locator(".sheet canvas").waitFor();
  return true;
}

const WITHOUT = "SKIPPED: built without the viewer of PDF files";

for (const how of [
  { lang: "zh-CN", size: "desktop" },
  { lang: "en", size: "phone", deviceScaleFactor: 2 },
  { lang: "zh-CN", size: "narrow", elder: true },
]) {
  test(`a copy is drawn and can be read: ${how.lang}, ${how.size}`, { skip }, async (t) => {
    const visitor = await comeIn(how);
    const { page, context } = visitor;
    await page.goto(`${copy}/view`);
    if (!(await drawn(page))) return t.skip(WITHOUT);
    await look(visitor, "viewer");

    const words = await page.locator(".textLayer").innerText();
    for (const word of [person.name, "Certificate of Professional Qualification"]) assert.ok(words.includes(word), word);
    const selected = await page.evaluate(() => {
      getSelection().selectAllChildren(document.querySelector(".textLayer"));
      return getSelection().toString();
    });
    assert.ok(selected.includes(person.name), "its words can be selected");

    const { apart, red } = await compare(page);
    assert.ok(apart < 4, `${apart} of 255 apart from what poppler draws`);
    assert.ok(red > 0.5, `of the seal's red ${red} is there`);

    const output = page.locator(".zoom output");
    const before = await output.innerText();
    await page.locator('[data-zoom="in"]').click();
    await page.waitForFunction((was) => document.querySelector(".zoom output").textContent !== was, before);
    assert.equal(await page.locator(".sheet canvas").count(), 1, "one picture at a time");
    await page.locator("main").focus();
    await page.keyboard.press("w");
    await page.locator('[data-zoom="width"][aria-pressed="true"]').waitFor();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(wide <= 0, "only the desk scrolls");
    await context.close();
  });
}

/** How far the drawn page is from poppler's drawing of the same file, and how much of the other's red it has. */
async function compare(page) {
  const picture = path.join(folder, "poppler");
  execFileSync("pdftoppm", ["-r", "110", "-png", "-singlefile", path.join(folder, "copy.pdf"), picture]);
  const other = `data:image/png;base64,${readFileSync(`${picture}.png`).toString("base64")}`;
  return page.evaluate(async (source) => {
    const image = new Image();
    image.src = source;
    await image.decode();
    const [width, height] = [300, Math.round((300 * image.height) / image.width)];
    const points = (drawing) => {
      const canvas = document.createElement("canvas");
      Object.assign(canvas, { width, height });
      const context = canvas.getContext("2d");
      context.imageSmoothingQuality = "high";
      context.drawImage(drawing, 0, 0, width, height);
      return context.getImageData(0, 0, width, height).data;
    };
    const [ours, theirs] = [points(document.querySelector(".sheet canvas")), points(image)];
    let sum = 0;
    const reds = { ours: 0, theirs: 0 };
    const isRed = (data, at) => data[at] > 150 && data[at + 1] < 110 && data[at + 2] < 110;
    for (let at = 0; at < ours.length; at += 4) {
      for (let part = 0; part < 3; part += 1) sum += Math.abs(ours[at + part] - theirs[at + part]);
      reds.ours += isRed(ours, at);
      reds.theirs += isRed(theirs, at);
    }
    return { apart: sum / (width * height * 3), red: reds.ours / reds.theirs };
  }, other);
}

test("a copy that needs no endorsement is seen in the same way", { skip }, async (t) => {
  const { page, context } = await visit(browser, portal.address, {});
  const holder = country.demo.cases.find((one) => one.case === "direct_copy");
  await register(page, holder, "13900000001");
  await follow(page, page.locator('main a[href$="/copy"]').first());
  await follow(page, page.locator('a[href$="/view"]').first());
  if (!(await drawn(page))) return t.skip(WITHOUT);
  assert.ok((await page.locator(".textLayer").innerText()).includes(holder.name));
  await context.close();
});

test("without script, and where the viewer does not come, the picture is shown", { skip }, async () => {
  const plain = await comeIn({ javaScriptEnabled: false });
  await plain.page.goto(`${copy}/view`);
  await plain.page.locator("img.paper").waitFor();
  assert.equal(await plain.page.locator(".zoom button:visible").count(), 0, "no buttons that do nothing");
  await plain.context.close();

  const cut = await comeIn({ size: "phone" });
  await cut.context.route("**/assets/pdf.*", (route) => route.abort());
  await cut.page.goto(`${copy}/view`);
  await cut.page.locator("img.paper").waitFor();
  assert.ok((await cut.page.locator(".told:visible").innerText()).includes("页面图像"));
  await look(cut, "viewer-failed");
  await cut.context.close();
});

test("whose session ended meanwhile comes to the log-in, and back", { skip }, async (t) => {
  const { page, context } = await comeIn({});
  await page.goto(`${copy}/view`);
  if (!(await drawn(page))) return t.skip(WITHOUT);
  await context.route("**/copy.pdf", async (route) => {
    await context.clearCookies({ name: "yinxin" });
    await route.continue();
  });
  // It leaves by itself, perhaps before all of it is loaded.
  await page.reload({ waitUntil: "commit" });
  await page.waitForURL(/\/login\?next=/);
  assert.ok(decodeURIComponent(page.url()).endsWith(`next=${copy}/view`));
  await context.close();
});
