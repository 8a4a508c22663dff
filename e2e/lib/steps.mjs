// What a person does, step by step, by the names of the fields and not by their look.

import assert from "node:assert/strict";
import { follow } from "./browser.mjs";

/** Sends the form that holds `field`, or the form whose action ends with `action`. */
export async function send(page, action) {
  await follow(page, page.locator(`form[action$="${action}"]`).first().locator("button").first());
}

export async function fill(page, values) {
  for (const [name, value] of Object.entries(values)) {
    const field = page.locator(`main [name="${name}"]`).first();
    if ((await field.evaluate((f) => f.tagName)) === "SELECT") await field.selectOption(value);
    else if ((await field.getAttribute("type")) === "radio") await page.check(`main [name="${name}"][value="${value}"]`);
    else await field.fill(value);
  }
}

/** Until the page is another one: log-ins wait their turn, and show it. */
export async function settle(page, path) {
  const late = await page.waitForURL((url) => path.test(url.pathname)).then(() => undefined, (error) => error);
  assert.match(new URL(page.url()).pathname, path, late?.message);
}

export async function logIn(page, { document_type, document, password }) {
  await page.goto("/login");
  await fill(page, { document_type, document, password });
  await send(page, "/login");
  await settle(page, /^\/(certificates|notice)$/);
}

export async function agree(page) {
  if (new URL(page.url()).pathname === "/notice") await send(page, "/notice");
}

/** Registers somebody of a demo, whose codes stand on the page and whose proof believes it, up to the list of certificates. */
export async function register(page, { name, document_type, document }, contact) {
  await page.goto("/register");
  await fill(page, { name, document_type, document, contact });
  await send(page, "/register");
  await fill(page, { code: (await page.locator("main").innerText()).match(/(?<!\d)\d{6}(?!\d)/)[0] });
  await send(page, "/register/code");
  await fill(page, { password: "another long sentence" });
  await send(page, "/register/password");
  await settle(page, /^\/prove/);
  await send(page, "/prove");
  await agree(page);
  await page.goto("/certificates");
}
