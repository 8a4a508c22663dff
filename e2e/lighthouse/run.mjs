// The portal's main pages before Lighthouse, on a telephone and in a window, over a demo country of its own.
//
//   node run.mjs [PAGE…]
//
// Prints a table; whole reports lie in target/lighthouse. Ends with 1 where accessibility is below 100 or performance
// below 95.

import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { launch as launchChrome } from "chrome-launcher";
import lighthouse from "lighthouse";
import desktop from "lighthouse/core/config/desktop-config.js";
import { executablePath, launch, visit } from "../lib/browser.mjs";
import { makeCountry, output, serve } from "../lib/program.mjs";
import { agree, logIn, send } from "../lib/steps.mjs";

const reports = path.join(output, "..", "lighthouse");
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
const LEAST = { performance: 95, accessibility: 100 };

rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });
const country = makeCountry("lighthouse");
const portal = await serve(country);
let below = 0;
try {
  const { cookie, pages } = await walk();
  const asked = process.argv.slice(2);
  console.log(`| page | form | ${CATEGORIES.join(" | ")} | first paint ms | largest paint ms | blocked ms | shift | KB |`);
  console.log(`|---|---|${"---|".repeat(CATEGORIES.length + 5)}`);
  for (const [name, page] of Object.entries(pages)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    for (const form of ["mobile", "desktop"]) await judge(name, form, page.at, page.own ? { Cookie: cookie } : {});
  }
} finally {
  await portal.stop();
}
process.exitCode = below > 0 ? 1 : 0;

/** The pages, and the session of a holder who has an endorsed copy. */
async function walk() {
  const browser = await launch();
  const { page, context } = await visit(browser, portal.address, {});
  await logIn(page, country.demo.logins.find((one) => one.case === "both_seal_families"));
  await agree(page);
  await page.goto("/certificates");
  const endorse = await page.locator('main a[href$="/endorse"]').first().getAttribute("href");
  await page.goto(endorse);
  await send(page, "/endorse/check");
  await send(page, "/endorse");
  await page.locator("img.sheet").waitFor();
  const endorsement = new URL(page.url()).pathname;
  const picture = path.join(reports, "copy.png");
  writeFileSync(picture, await (await page.request.get(`${endorsement}/page.png?size=print`)).body());
  const scanned = execFileSync("zbarimg", ["--quiet", "--raw", picture], { encoding: "utf8" }).trim();
  const session = (await context.cookies()).find((one) => one.name === "yinxin");
  await browser.close();
  const open = (at) => ({ at });
  const own = (at) => ({ at, own: true });
  return {
    cookie: `yinxin=${session.value}`,
    pages: {
      home: open("/"),
      verify: open("/verify"),
      "verify by fields": open("/verify/fields"),
      "result of a scan": open(new URL(scanned).pathname),
      scope: open("/scope"),
      "log-in": open("/login"),
      help: open("/help"),
      "my certificates": own("/certificates"),
      "a certificate": own(endorse.replace(/\/endorse$/, "")),
      "an application": own(endorse),
      "a copy": own(endorsement),
      "a copy in the viewer": own(`${endorsement}/view`),
    },
  };
}

async function judge(name, form, at, headers) {
  const chromeFlags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"];
  const chrome = await launchChrome({ chromePath: executablePath, chromeFlags, logLevel: "silent" });
  try {
    const flags = { port: chrome.port, onlyCategories: CATEGORIES, extraHeaders: headers, logLevel: "error" };
    const { lhr } = await lighthouse(`${portal.address}${at}`, flags, form === "desktop" ? desktop : undefined);
    writeFileSync(path.join(reports, `${name.replaceAll(" ", "-")}-${form}.json`), JSON.stringify(lhr, null, 1));
    const scores = Object.fromEntries(CATEGORIES.map((one) => [one, Math.round((lhr.categories[one].score ?? 0) * 100)]));
    const measured = (audit) => lhr.audits[audit].numericValue ?? 0;
    const figures = [
      Math.round(measured("first-contentful-paint")),
      Math.round(measured("largest-contentful-paint")),
      Math.round(measured("total-blocking-time")),
      measured("cumulative-layout-shift").toFixed(3),
      Math.round(measured("total-byte-weight") / 1024),
    ];
    console.log(`| ${[name, form, ...Object.values(scores), ...figures].join(" | ")} |`);
    for (const [category, least] of Object.entries(LEAST)) if (scores[category] < least) below += 1;
    for (const category of ["accessibility", "best-practices", "seo"]) {
      for (const { id } of lhr.categories[category].auditRefs) {
        const { score, title, details } = lhr.audits[id];
        if (score === null || score >= 1) continue;
        const where = (details?.items ?? []).map((item) => item.node?.selector ?? item.description ?? item.url ?? "").slice(0, 3);
        console.log(`    ${category}: ${id}: ${title} ${where.join(", ")}`);
      }
    }
  } finally {
    await chrome.kill();
  }
}
