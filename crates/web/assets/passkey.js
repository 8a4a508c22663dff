// Passkeys: the form asks the device, and sends what it says. Without a script it stays away.

// base64url by hand: only browsers of 2023 and later do it themselves.
const decode = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const encode = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");

function ask({ challenge, ...options }, making) {
  const publicKey = { ...options, challenge: decode(challenge) };
  if (!making) return navigator.credentials.get({ publicKey });
  publicKey.user.id = decode(publicKey.user.id);
  for (const known of publicKey.excludeCredentials ?? []) known.id = decode(known.id);
  return navigator.credentials.create({ publicKey });
}

function written(made) {
  const { id, rawId, type } = made;
  const { credProps } = made.getClientExtensionResults();
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (made.response[part]) response[part] = encode(made.response[part]);
  }
  return JSON.stringify({ id, rawId: encode(rawId), type, response, clientExtensionResults: { credProps } });
}

const forms = globalThis.PublicKeyCredential ? document.querySelectorAll("[data-passkey]") : [];
for (const form of forms) {
  const { options, asks } = form.dataset;
  const { answer, attempt } = form.elements;
  const show = (what, shown) => form.querySelectorAll(`[data-${what}]`).forEach((part) => (part.hidden = !shown));
  form.hidden = false;
  show("able", true);
  show("unable", false);
  form.addEventListener("submit", async (event) => {
    if (answer.value) return;
    event.preventDefault();
    show("failed", false);
    show("known", false);
    try {
      let asked = { options: options && JSON.parse(options) };
      if (!options) {
        asked = await (await fetch(asks, { method: "POST", body: new URLSearchParams(new FormData(form)) })).json();
        attempt.value = asked.attempt;
      }
      answer.value = written(await ask(asked.options, options));
      // Not within this submission: a browser drops a form that is sent while its sending is being told of.
      setTimeout(() => {
        delete form.dataset.sent;
        form.requestSubmit();
      });
    } catch (error) {
      delete form.dataset.sent;
      show(error.name === "InvalidStateError" ? "known" : "failed", true);
    }
  });
}
