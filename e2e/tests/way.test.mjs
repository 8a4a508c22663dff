// The whole way of the guide, as a holder and whoever checks his copy walk it: register, prove, agree, list, endorse, see,
// download, verify by upload and by the code that is read from the drawn copy, give to somebody and recall, and after the
// copy's last day apply again. On both engines, in both languages, in a window and on a telephone.

import { after, before, describe, test } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { browserIsThere, follow, launch, look, visit } from "../lib/browser.mjs";
import { startPostgres } from "../lib/postgres.mjs";
import { makeCountry, serve } from "../lib/program.mjs";
import { agree, fill, logIn, send, settle } from "../lib/steps.mjs";

const WAYS = [
  { engine: "sqlite", lang: "zh-CN", size: "desktop" },
  { engine: "sqlite", lang: "en", size: "phone" },
  { engine: "postgres", lang: "zh-CN", size: "phone" },
];
const PASSWORD = "a long sentence of my own";

let browser, postgres;
before(async () => {
  if (browserIsThere) browser = await launch();
  postgres = await startPostgres();
});
after(async () => {
  await browser?.close();
  postgres?.stop();
});

for (const way of WAYS) {
  describe(`${way.engine}, ${way.lang}, ${way.size}`, () => {
    let country, portal, folder, holder, verifier;
    // What one step leaves for the next.
    const kept = {};
    const only = (name, steps) =>
      test(name, async (t) => {
        if (!browserIsThere) return t.skip("SKIPPED: no chromium on this machine");
        if (way.engine === "postgres" && !postgres) return t.skip("SKIPPED: no PostgreSQL on this machine");
        await steps();
      });

    before(async () => {
      if (!browser || (way.engine === "postgres" && !postgres)) return;
      const database = way.engine === "postgres" ? postgres.address : "";
      country = makeCountry(`${way.engine}-${way.lang}`, { database });
      portal = await serve(country);
      folder = mkdtempSync(path.join(tmpdir(), "yinxin-e2e-"));
      holder = await visit(browser, portal.address, way);
      verifier = await visit(browser, portal.address, way);
    });
    after(async () => {
      await portal?.stop();
      if (folder) rmSync(folder, { recursive: true, force: true });
    });

    only("register, prove, agree: whose name was corrected registers again and sees his certificate", async () => {
      const { page } = holder;
      const person = country.demo.cases.find((c) => c.case === "identity_corrected_new_name");
      await page.goto("/register");
      await look(holder, "register");
      await send(page, "/register");
      await look(holder, "register-empty");
      assert.ok((await page.locator(".summary a").count()) > 0, "the summary links what is missing");
      const { name, document_type, document } = person;
      await fill(page, { name, document_type, document, contact: "person@example.org" });
      await send(page, "/register");
      await look(holder, "register-code");
      const code = (await page.locator("main").innerText()).match(/(?<!\d)\d{6}(?!\d)/)[0];
      await fill(page, { code });
      await send(page, "/register/code");
      await look(holder, "register-password");
      await fill(page, { password: "password" });
      await send(page, "/register/password");
      await look(holder, "register-password-common");
      await fill(page, { password: PASSWORD });
      await send(page, "/register/password");
      await settle(page, /^\/prove/);
      await look(holder, "prove");
      // Nothing but the proof is reachable before it.
      await page.goto("/certificates");
      assert.match(page.url(), /\/prove/);
      await send(page, "/prove");
      await settle(page, /^\/notice/);
      await look(holder, "notice");
      await page.goto("/certificates");
      assert.match(page.url(), /\/notice/);
      await agree(page);
      await page.goto("/certificates");
      await look(holder, "certificates");
      kept.person = person;
    });

    only("the certificate's information, the application, and the copy at once", async () => {
      const { page } = holder;
      await follow(page, page.locator('main a[href^="/certificates/"]').first());
      await look(holder, "certificate");
      kept.certificate = new URL(page.url()).pathname;
      await page.goto(`${kept.certificate}/endorse`);
      await look(holder, "endorse");
      await fill(page, { days: "91" });
      await send(page, "/endorse/check");
      await look(holder, "endorse-refused");
      await fill(page, { days: "90" });
      await send(page, "/endorse/check");
      await look(holder, "endorse-check");
      assert.equal((await page.reload()).status(), 200, "the page may be loaded again");
      const query = [...new URL(page.url()).searchParams.entries()].map(([name, value]) => `${name}=${value}`);
      assert.match(query.join("&"), /^draft=[0-9a-f]+$/, "what was filled in cannot be read in the address");
      await send(page, "/endorse");
      await settle(page, /^\/endorsements\//);
      await page.locator("img.sheet").waitFor();
      // Back to the page of the last day leads to what was made; a second place of the quota is not taken.
      kept.endorsement = new URL(page.url()).pathname;
      await page.goBack();
      await settle(page, new RegExp(`^${kept.endorsement}$`));
      await page.locator("img.sheet").waitFor();
      await look(holder, "endorsement");
      await page.goto(`${kept.endorsement}/print`);
      await look(holder, "print");
      await page.goto(`${kept.endorsement}/view`);
      await page.locator(".sheet canvas, img.paper").first().waitFor();
      await look(holder, "view");
    });

    only("both formats are downloaded, and another holder finds nothing at their addresses", async () => {
      const { page } = holder;
      for (const format of ["pdf", "ofd"]) {
        await page.goto(kept.endorsement);
        const [download] = await Promise.all([
          page.waitForEvent("download"),
          page.locator(`a[href$="/copy.${format}"]`).click(),
        ]);
        assert.ok(download.suggestedFilename().endsWith(`.${format}`), download.suggestedFilename());
        kept[format] = path.join(folder, `copy.${format}`);
        await download.saveAs(kept[format]);
      }
      const other = await visit(browser, portal.address, way);
      await logIn(other.page, country.demo.logins.find((l) => l.case === "both_seal_families"));
      await agree(other.page);
      for (const address of [kept.endorsement, `${kept.endorsement}/page.png`, kept.certificate, `${kept.endorsement}/copy.pdf`]) {
        const answer = await other.page.request.get(address);
        assert.equal(answer.status(), 404, address);
      }
      await other.page.goto(kept.endorsement);
      await look(other, "not-found");
      await other.context.close();
    });

    only("whoever uploads a copy is told that it is valid, and that a changed one is not", async () => {
      const { page } = verifier;
      for (const format of ["pdf", "ofd"]) {
        await page.goto("/verify/file");
        if (format === "pdf") await look(verifier, "verify-file");
        await page.setInputFiles('input[name="file"]', kept[format]);
        await send(page, "/verify/file");
        await page.locator(".verdict.good").waitFor();
        await look(verifier, `verified-${format}`);
      }
      const changed = Buffer.from(readFileSync(kept.pdf));
      changed[Math.floor(changed.length / 3)] ^= 1;
      const file = path.join(folder, "changed.pdf");
      writeFileSync(file, changed);
      await page.goto("/verify/file");
      await page.setInputFiles('input[name="file"]', file);
      await send(page, "/verify/file");
      await page.locator(".verdict.bad").waitFor();
      await look(verifier, "verified-changed");
    });

    only("the code of the drawn copy leads to what it states", async () => {
      const { page } = verifier;
      const drawn = path.join(folder, "copy");
      execFileSync("pdftoppm", ["-r", "150", "-png", "-singlefile", kept.pdf, drawn]);
      const code = execFileSync("zbarimg", ["--quiet", "--raw", `${drawn}.png`], { encoding: "utf8" }).trim();
      const address = new URL(code);
      await page.goto(address.pathname + address.hash);
      await page.locator(".verdict.good").waitFor();
      await look(verifier, "scanned");
      const text = await page.locator("main").innerText();
      assert.ok(!text.includes(kept.person.name) && !text.includes(kept.person.document), "what is shown is masked");
      await page.goto("/verify/qr");
      await look(verifier, "verify-qr");
      await page.setInputFiles('input[type="file"]', `${drawn}.png`);
      await send(page, "/verify/qr");
      await page.locator(".verdict.good").waitFor();
    });

    only("by fields and by query number, after the proof of work; every miss looks the same", async () => {
      const { name, document_type, document, management_number } = kept.person;
      const { page } = verifier;
      await page.goto("/verify");
      await look(verifier, "verify");
      const ask = async (way, values) => {
        await page.goto(`/verify/${way}`);
        await fill(page, values);
        await page.locator(`form[action="/verify/${way}"] button`).click();
        await page.locator(".verdict").waitFor();
        return page.locator(".verdict").getAttribute("class");
      };
      await page.goto("/verify/fields");
      await look(verifier, "verify-fields");
      assert.match(await ask("fields", { name, type: document_type, document, number: management_number }), /good/);
      await look(verifier, "verified-fields");
      await holder.page.goto(kept.certificate);
      await follow(holder.page, holder.page.locator('main a[href$="/query-number"]'));
      await look(holder, "query-number");
      await send(holder.page, "/query-number");
      const shown = async () => (await holder.page.locator(".handing .big").innerText()).trim();
      const number = await shown();
      await look(holder, "query-number-made");
      assert.match(await ask("number", { name, "query-number": number }), /good/);
      // Loading the page again makes no other; back asks nothing, and forward is there again.
      assert.equal((await holder.page.reload()).status(), 200);
      assert.equal(await shown(), number);
      assert.equal((await holder.page.goBack()).status(), 200);
      const listed = holder.page.locator('a[href*="/end-query-number?"]');
      await holder.page.reload();
      assert.equal(await listed.count(), 1);
      await holder.page.goForward();
      assert.equal(await shown(), number);
      await holder.page.goto(`${kept.certificate}/query-number`);
      await follow(holder.page, listed);
      await look(holder, "query-number-end");
      await send(holder.page, "/end-query-number");
      assert.equal(await listed.count(), 0);
      await look(holder, "query-number-ended");
      assert.doesNotMatch(await ask("number", { name, "query-number": number }), /good/);

      const missed = [];
      for (const wrong of [{ document: "880105199003071237" }, { number: "29990000000000" }, { name: "查无此人" }]) {
        await ask("fields", { name, type: document_type, document, number: management_number, ...wrong });
        missed.push((await page.locator(".verdict h1").innerText()) + (await page.locator(".checks").first().innerText()));
      }
      assert.equal(new Set(missed).size, 1, "one answer for every miss");
      await look(verifier, "verify-missed");
    });

    only("a share shows the copy to one recipient, is seen in the log, and ends when it is recalled", async () => {
      const { page } = holder;
      await page.goto(kept.endorsement);
      await follow(page, page.locator('a[href^="/shares/new"]'));
      await look(holder, "share-new");
      await fill(page, { recipient: "某建设公司", purpose: "投标" });
      await follow(page, page.locator('form[action="/shares/new"] button').last());
      await page.locator("#link").waitFor();
      await look(holder, "share");
      const share = new URL(page.url()).pathname;
      const link = new URL(await page.locator("#link").inputValue());
      const pin = (await page.locator(".pin").count()) > 0 ? (await page.locator(".pin").first().innerText()).trim() : undefined;
      const recipient = verifier.page;
      const open = async () => {
        await recipient.goto(link.pathname);
        if (pin && (await recipient.locator('[name="pin"]').count()) > 0) await fill(recipient, { pin });
        const form = recipient.locator('main form[action^="/s/"] button');
        if ((await form.count()) > 0) await follow(recipient, form.first());
      };
      await open();
      await recipient.locator("img.sheet").first().waitFor();
      await look(verifier, "share-received");
      await page.goto(share);
      assert.equal(await page.locator("table.list tbody tr").count(), 1, "the log knows of it");
      await page.goto(`${share}/recall`);
      await look(holder, "share-recall");
      await send(page, "/recall");
      await open();
      assert.equal(await recipient.locator("img.sheet").count(), 0);
      await look(verifier, "share-recalled");
    });

    only("his own data: overview, who looked, inbox, settings, devices, security, export", async () => {
      const { page } = holder;
      for (const at of ["", "/access", "/inbox", "/settings", "/devices", "/security", "/export"]) {
        await page.goto(`/me${at}`);
        await look(holder, `me${at.replace("/", "-")}`);
      }
      await send(page, "/me/export");
      await look(holder, "me-export-refused");
      await fill(page, { password: PASSWORD });
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.locator('form[action="/me/export"] button').click(),
      ]);
      assert.ok(download.suggestedFilename().endsWith(".zip"), download.suggestedFilename());
    });

    only("after the copy's last day the page says so and offers another application", async () => {
      await portal.stop();
      const later = new Date(Date.now() + 91 * 86_400_000).toISOString().replace(/\.\d+Z$/, "Z");
      portal = await serve(country, { at: later });
      const again = await visit(browser, portal.address, way);
      const { document_type, document } = kept.person;
      await logIn(again.page, { document_type, document, password: PASSWORD });
      await agree(again.page);
      await again.page.goto(kept.endorsement);
      await look(again, "endorsement-expired");
      assert.equal(await again.page.locator('a[href$="/copy.pdf"]').count(), 0, "neither downloads nor views");
      await follow(again.page, again.page.locator(`a.button[href="${kept.certificate}/endorse"]`));
      await again.page.locator('form[action$="/endorse/check"]').waitFor();

      const anybody = await visit(browser, portal.address, way);
      await anybody.page.goto("/verify/file");
      await anybody.page.setInputFiles('input[name="file"]', kept.pdf);
      await send(anybody.page, "/verify/file");
      await look(anybody, "verified-expired");
      assert.ok(!(await anybody.page.locator(".verdict").getAttribute("class")).includes("good"));
    });
  });
}
