// ofd.js, as browsers in China run it: can it read each package, does the value of its seal stand, and is every part
// that the signature names what was signed? Arguments: the library's bundle, then the files.
//
// It is given just enough of a browser to be loaded. It draws none of our pages: it knows one template page to a page,
// where GB/T 33190 §7.7 allows several.
"use strict";

const fs = require("node:fs");

const [bundle, ...files] = process.argv.slice(2);
const said = console.log;
// The library tells all that it reads.
console.log = () => {};
Object.assign(globalThis, { self: globalThis, window: globalThis, location: { href: "" } });
globalThis.document = { currentScript: { src: "" }, documentElement: {}, createElement: () => ({ style: {} }) };
globalThis.navigator ??= { appName: "node", userAgent: "node" };
// A part that is missing is thrown where nobody can catch it; the file has been refused by then.
let uncaught = [];
process.on("unhandledRejection", (error) => uncaught.push(String(error)));

const ofd = require(bundle);

function read(file) {
  const bytes = new Uint8Array(fs.readFileSync(file));
  return new Promise((resolve, reject) => ofd.parseOfdDocument({ ofd: bytes.buffer, success: resolve, fail: reject }));
}

async function judge(file) {
  const objections = [];
  const facts = {};
  uncaught = [];
  try {
    const [document] = await read(file);
    const stamps = Object.values(document.stampAnnot).flat();
    facts.pages = document.pages.length;
    facts.stamps = stamps.length;
    if (stamps.length === 0) objections.push("no seal");
    for (const { stamp } of stamps) {
      const id = stamp.signedInfo.signatureID;
      if (stamp.sealObj.verifyRet !== true) objections.push(`${id}: the signature's value is wrong`);
      const parts = globalThis.toBeChecked.get(id);
      facts.parts = parts.length;
      for (const [number, part] of parts.entries()) {
        if (!ofd.digestCheck([part])) objections.push(`${id}: reference ${number + 1} is not what was signed`);
      }
    }
  } catch (error) {
    objections.push(String(error));
  }
  objections.push(...uncaught);
  said(JSON.stringify({ judge: "ofd.js", file, objections, facts }));
}

(async () => {
  for (const file of files) await judge(file);
})();
