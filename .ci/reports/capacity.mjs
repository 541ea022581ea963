// Opens the page of a capacity report in a browser: no message, no request, no violation of accessibility, nothing wider
// than the screen, and on paper and without scripts everything is there.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const browser = await chromium.launch({ executablePath: process.env.BROWSER, args: ["--no-sandbox"] });

for (const name of process.argv.slice(2)) {
  const report = JSON.parse(readFileSync(`${name}.json`, "utf8"));
  for (const options of [
    { colorScheme: "light" },
    { colorScheme: "dark" },
    { viewport: { width: 400, height: 800 } },
    { javaScriptEnabled: false },
  ]) {
    const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
    const page = await context.newPage();
    const heard = [];
    page.on("console", (message) => heard.push(message.text()));
    page.on("pageerror", (error) => heard.push(String(error)));
    const address = `file://${process.cwd()}/${name}.html`;
    page.on("request", (request) => { if (request.url() !== address) heard.push(request.url()); });
    await page.goto(address);
    assert.match(await page.locator("h1").textContent(), new RegExp(report.verdict, "i"));
    assert.equal(await page.locator("svg.timeline").count(), report.licenses.length, name);
    assert.equal(await page.locator("li.finding").count(), report.diagnostics.length, name);
    assert.equal(await page.locator("#reclaim tbody tr").count(), report.reclaim.length, name);
    const bills = report.licenses.reduce((sum, one) => sum + (one.cost?.bills.length ?? 0), 0);
    assert.equal(await page.locator(".bills tbody tr:visible").count(), bills, name);
    const tags = await page.locator("script, iframe, img, object, link, base, form").count();
    assert.equal(tags, 0, `${name}: nothing that runs or loads`);
    if (options.javaScriptEnabled !== false) {
      const [wide, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      assert.ok(wide <= screen, `${name} is ${wide} wide on a screen of ${screen}`);
    }
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.locator(".bills tbody tr:visible").count(), bills, `${name} on paper`);
    assert.deepEqual(heard, [], name);
  }
  for (const colorScheme of ["light", "dark"]) {
    // The check itself is a script that the page's policy would not let in.
    const context = await browser.newContext({ bypassCSP: true, colorScheme });
    const page = await context.newPage();
    await page.goto(`file://${process.cwd()}/${name}.html`);
    await page.addScriptTag({ path: "node_modules/axe-core/axe.min.js" });
    const { violations } = await page.evaluate(() => axe.run());
    assert.deepEqual(violations.map((one) => [one.id, one.nodes.map((node) => node.html)]), [], `${name}, ${colorScheme}`);
  }
  console.log(`${name}.html: as it should be`);
}
await browser.close();
