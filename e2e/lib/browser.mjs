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

export const browserIsThere = executablePath !== undefined;

export function launch() {
  const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"];
  return chromium.launch({ executablePath, headless: true, args });
}

/** A visitor with a window of his own. `lang`: zh-CN or en. */
export async function visit(browser, address, { size = "desktop", lang = "zh-CN", elder = false, ...more } = {}) {
  const context = await browser.newContext({ ...SIZES[size], baseURL: address, locale: lang, acceptDownloads: true, ...more });
  const page = await context.newPage();
  const outside = [];
  const weight = { bytes: 0 };
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(address) && !/^(data|blob|about):/.test(url)) outside.push(url);
    if (request.isNavigationRequest() && request.frame() === page.mainFrame()) weight.bytes = 0;
  });
  page.on("requestfinished", async (request) => {
    const sizes = await request.sizes().catch(() => undefined);
    if (sizes && !/\.(png|pdf|ofd)(\?|$)|\/assets\/pdf\./.test(request.url())) weight.bytes += sizes.responseBodySize;
  });
  if (lang !== "zh-CN") await page.goto(`/?lang=${lang}`);
  if (elder) {
    await page.goto("/");
    await page.locator('form[action="/display"] button').first().click();
  }
  const visitor = { page, context, size, lang, elder, outside, weight };
  return visitor;
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
  assert.ok(weight.bytes <= HEAVIEST, `${name}: ${weight.bytes} bytes`);
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
