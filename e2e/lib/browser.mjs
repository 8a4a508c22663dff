// The browser, and what is asked of every page that it shows: axe finds nothing, nothing is wider than the window, nothing is
// asked of anybody outside, and the page stays light.

import { readFileSync, mkdirSync, existsSync } from "node:fs";
import { createRequire } from "node:module";
import assert from "node:assert/strict";
import path from "node:path";
import { chromium } from "playwright-core";
import { output } from "./program.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
export const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);

export const SIZES = {
  desktop: { viewport: { width: 1280, height: 900 } },
  phone: { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true },
  narrow: { viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true },
};

/** No page may be heavier without the viewer. */
const HEAVIEST = 100 * 1024;

/** A browser that shares two busy cores is slow and not wrong. */
export const PATIENCE = 300_000;

export const browserIsThere = executablePath !== undefined;

export function launch() {
  const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"];
  return chromium.launch({ executablePath, headless: true, args, timeout: PATIENCE });
}

/** A visitor with a window of his own. `lang`: zh-CN or en. */
export async function visit(browser, address, { size = "desktop", lang = "zh-CN", elder = false, ...more } = {}) {
  const context = await browser.newContext({ ...SIZES[size], baseURL: address, locale: lang, acceptDownloads: true, ...more });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  const outside = [];
  // What each page has loaded: a request counts for the page that sent it, whenever its size is known.
  const weight = { now: [] };
  const loads = new WeakMap();
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(address) && !/^(data|blob|about):/.test(url)) outside.push(url);
    if (request.isNavigationRequest() && request.frame() === page.mainFrame()) weight.now = [];
    loads.set(request, weight.now);
  });
  page.on("requestfinished", (request) => {
    if (/\.(png|pdf|ofd)(\?|$)|\/assets\/pdf\./.test(request.url())) return;
    const size = request.sizes().then((sizes) => sizes.responseBodySize, () => 0);
    loads.get(request)?.push(size);
  });
  if (lang !== "zh-CN") await page.goto(`/?lang=${lang}`);
  if (elder) {
    await page.goto("/");
    await follow(page, page.locator('form[action="/display"] button').first());
  }
  const visitor = { page, context, size, lang, elder, outside, weight };
  return visitor;
}

/** Clicks what leads to another page, and is there when that is loaded. */
export async function follow(page, locator) {
  await Promise.all([page.waitForNavigation(), locator.click()]);
}

/** Looks at the page as it stands: keeps a picture and asks what is asked of every page. */
export async function look({ page, size, lang, elder, outside, weight }, name) {
  await page.waitForLoadState("load");
  const shots = path.join(output, "screenshots", `${lang}-${size}${elder ? "-elder" : ""}`);
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: path.join(shots, `${name}.png`), fullPage: true });

  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `${name}: the page is ${wide} px wider than the window`);
  assert.deepEqual(outside, [], `${name}: asked outside`);
  const bytes = (await Promise.all(weight.now)).reduce((sum, size) => sum + size, 0);
  assert.ok(bytes <= HEAVIEST, `${name}: ${bytes} bytes`);
  const text = await page.locator("body").innerText();
  assert.ok(!/[⟦⟧]|\{\$/.test(text), `${name}: a sentence is missing: ${text.match(/.{0,20}[⟦{].{0,40}/)}`);

  // By the debugger's own way, which the page's policy does not bind.
  await page.evaluate(axe);
  const found = await page.evaluate(() =>
    window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
  );
  const violations = found.violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`);
  assert.deepEqual(violations, [], `${name} (${lang}, ${size}): axe`);
}
