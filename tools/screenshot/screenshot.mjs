// Opens a page in a headless browser without network and takes a picture of it: of the whole, or as far down as HEIGHT.
//
//     node screenshot.mjs BROWSER PAGE.html PICTURE.png [light|dark] [WIDTH] [HEIGHT]
//
// It fails when the page asks for anything beside itself, reports an error, or holds no picture or no table.

import path from "node:path";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const [executablePath, page, picture, scheme = "light", width = "1120", height = "0"] = process.argv.slice(2);
const address = pathToFileURL(path.resolve(page)).href;
const faults = [];

const browser = await puppeteer.launch({
  executablePath,
  headless: "shell",
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--single-process", "--no-zygote", "--font-render-hinting=none"],
});
try {
  const tab = await browser.newPage();
  tab.on("request", (request) => {
    if (request.url() !== address) faults.push(`asks for ${request.url()}`);
  });
  tab.on("console", (message) => {
    if (message.type() === "error") faults.push(message.text());
  });
  tab.on("pageerror", (error) => faults.push(String(error)));
  await tab.setOfflineMode(true);
  await tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await tab.setViewport({ width: Number(width), height: Number(height) || 800, deviceScaleFactor: 1.5 });
  await tab.goto(address, { waitUntil: "load", timeout: 60_000 });
  for (const [what, selector] of [["picture", "svg"], ["table", "table"]]) {
    const seen = await tab.$$eval(selector, (all) => all.filter((e) => e.getBoundingClientRect().height > 0).length);
    if (seen === 0) faults.push(`shows no ${what}`);
  }
  await tab.screenshot({ path: picture, fullPage: Number(height) === 0 });
} finally {
  await browser.close();
}
if (faults.length > 0) {
  console.error(`${page}: ${faults.join("; ")}`);
  process.exitCode = 1;
}
