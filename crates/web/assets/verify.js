// Verification and shares, with a script: proof of work, files dropped or pasted, printing, copying.

const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
const unhex = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));

// So many tries at once keep all cores at work, and the page is woken once for all of them.
const AT_ONCE = 16;

// ALTCHA v2: a counter whose derived key begins as the challenge wants.
async function solve({ parameters, signature }) {
  const nonce = unhex(parameters.nonce);
  const salt = unhex(parameters.salt);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: parameters.cost };
  const attempt = async (counter) => {
    const password = new Uint8Array(nonce.length + 4);
    password.set(nonce);
    new DataView(password.buffer, nonce.length).setUint32(0, counter);
    const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    return { counter, derivedKey: hex(await crypto.subtle.deriveBits(how, key, parameters.keyLength * 8)) };
  };
  for (let next = 0; ; next += AT_ONCE) {
    const tries = await Promise.all(Array.from({ length: AT_ONCE }, (_, at) => attempt(next + at)));
    const solution = tries.find(({ derivedKey }) => derivedKey.startsWith(parameters.keyPrefix));
    if (solution) return JSON.stringify({ challenge: { parameters, signature }, solution });
  }
}

// Where the browser has no cryptography (plain http on a network), the ticket of the form counts.
const proof = document.querySelector("[data-challenge]");
if (proof && globalThis.crypto?.subtle) {
  const { form } = proof;
  let solving;
  const begin = () => (solving ??= solve(JSON.parse(proof.dataset.challenge)).then((solved) => (proof.value = solved)));
  form.addEventListener("focusin", begin, { once: true });
  const working = form.querySelector("[data-working]");
  form.addEventListener("submit", async (event) => {
    if (proof.value) return;
    event.preventDefault();
    // Pressed again while it works: a proof is taken once.
    if (!working.hidden) return;
    working.hidden = false;
    await begin();
    // Not within this submission: a browser drops a form that is sent while its sending is being told of.
    setTimeout(() => {
      delete form.dataset.sent;
      form.requestSubmit();
    });
  });
}

// Files that are dropped on the page or pasted go where one would have chosen them.
const drop = document.querySelector("[data-drop]");
if (drop) {
  const input = drop.querySelector("input[type=file]");
  const take = (files) => {
    if (!files?.length) return;
    input.files = files;
    input.focus();
  };
  drop.querySelector(".drop-hint").hidden = false;
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
  document.addEventListener("dragleave", () => drop.classList.remove("over"));
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    take(event.dataTransfer.files);
  });
  document.addEventListener("paste", (event) => take(event.clipboardData.files));
}

// What a scanned address states behind its # is sent only when somebody asks for it.
const fragment = document.querySelector("[data-fragment]");
if (fragment && location.hash.length > 1) {
  fragment.elements.text.value = location.href;
  fragment.hidden = false;
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

for (const button of document.querySelectorAll("[data-copies]")) {
  const field = document.getElementById(button.dataset.copies);
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value);
    button.textContent = button.dataset.done;
  });
}
