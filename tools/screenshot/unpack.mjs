// Unpacks the browser out of its npm package, where it is compressed, with the libraries that some systems lack.
//
//     node unpack.mjs PACKAGE FOLDER

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { brotliDecompressSync } from "node:zlib";

const [from, to] = process.argv.slice(2);
const unpacked = (name) => brotliDecompressSync(readFileSync(path.join(from, "bin", name)));

mkdirSync(to, { recursive: true });
for (const name of ["al2023.tar.br", "swiftshader.tar.br"]) {
  execFileSync("tar", ["-x", "-C", to], { input: unpacked(name) });
}
// The browser itself comes last and at once: when it is there, so is the rest.
const part = path.join(to, "chromium.part");
writeFileSync(part, unpacked("chromium.br"), { mode: 0o755 });
renameSync(part, path.join(to, "chromium"));
