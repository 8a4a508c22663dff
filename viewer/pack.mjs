// Puts into a directory what the portal hands out of pdf.js: its two modules, each also as br and gz, since packing them
// anew for every reader would cost more than the reading, and its licence.
//
//   node pack.mjs DIRECTORY

import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const source = fileURLToPath(new URL("node_modules/pdfjs-dist/", import.meta.url));
const target = process.argv[2];
mkdirSync(target, { recursive: true });

// Of the two builds the one that older browsers understand as well: those inside apps are years behind.
for (const name of ["pdf.min.mjs", "pdf.worker.min.mjs"]) {
  const bytes = readFileSync(path.join(source, "legacy/build", name));
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length, [constants.BROTLI_PARAM_QUALITY]: 11 };
  writeFileSync(path.join(target, name), bytes);
  writeFileSync(path.join(target, `${name}.br`), brotliCompressSync(bytes, { params }));
  writeFileSync(path.join(target, `${name}.gz`), gzipSync(bytes, { level: 9 }));
}
copyFileSync(path.join(source, "LICENSE"), path.join(target, "pdfjs-license.txt"));
