// Opens pages in a browser: no message, no request, no dialog, no violation of accessibility, nothing wider than the
// screen; the filter and the sorting work, and without scripts everything is there all the same.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const browser = await chromium.launch({ executablePath: process.env.BROWSER, args: ["--no-sandbox"] });

async function open(name, options) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
  const page = await context.newPage();
  const heard = [];
  page.on("console", (message) => heard.push(message.text()));
  page.on("pageerror", (error) => heard.push(String(error)));
  page.on("dialog", (dialog) => { heard.push("a dialog"); dialog.dismiss(); });
  const address = `file://${process.cwd()}/${name}.html`;
  page.on("request", (request) => { if (request.url() !== address) heard.push(request.url()); });
  await page.goto(address);
  return { page, heard };
}

/** How many entries a page has: input faults of one kind with one remedy are one entry. */
function groups(diagnostics) {
  const causes = diagnostics.map((one, at) => one.basis === "input" ? `${one.rule} ${one.remedy}` : at);
  return new Set(causes).size;
}

for (const name of process.argv.slice(2)) {
  const report = JSON.parse(readFileSync(`${name}.json`, "utf8"));
  const count = groups(report.diagnostics);
  for (const options of [
    { colorScheme: "light" },
    { colorScheme: "dark" },
    { viewport: { width: 400, height: 800 } },
    { javaScriptEnabled: false },
  ]) {
    const { page, heard } = await open(name, options);
    assert.equal(await page.locator("li.finding").count(), count, name);
    assert.match(await page.locator("h1").textContent(), new RegExp(report.verdict, "i"));
    assert.equal(await page.locator("#not-judged tbody tr").count(), report.ledger.holes.length, name);
    const [wide, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]).catch(() => [0, 0]);
    assert.ok(wide <= screen, `${name} is ${wide} wide on a screen of ${screen}`);
    if (screen === 400) {
      // Rows of tables are stacked: each cell that holds anything is a block below its header.
      const cells = await page.$$eval("td[data-label]:not(:empty)", (all) => all.map((cell) => getComputedStyle(cell).display));
      assert.ok(cells.length > 0 && cells.every((display) => display === "block"), `${name}: rows are not stacked`);
    }
    const tags = await page.locator("script, style, iframe, img, svg, object, link, base, form").count();
    assert.equal(tags, 2, `${name}: one style and one script, and nothing that loads`);
    assert.deepEqual(heard, [], name);
  }

  const { page } = await open(name, {});
  if (count > 0) {
    const account = report.diagnostics[0].rule;
    await page.fill("#filter", account);
    await page.waitForFunction((all) => !document.getElementById("shown").textContent.startsWith(`${all} of`) || all === 1, count);
    assert.ok((await page.locator("li.finding:visible").count()) >= 1);
    await page.fill("#filter", "");
    const heads = page.locator("#accounts thead button");
    if (await heads.count()) {
      await heads.nth(2).press("Enter");
      assert.equal(await page.locator('#accounts th[aria-sort="ascending"]').count(), 1);
    }
  }

  for (const colorScheme of ["light", "dark"]) {
    // The check itself is a script that the page's policy would not let in.
    const { page } = await open(name, { bypassCSP: true, colorScheme });
    await page.addScriptTag({ path: "node_modules/axe-core/axe.min.js" });
    const { violations } = await page.evaluate(() => globalThis.axe.run());
    assert.deepEqual(violations.map((one) => `${one.id}: ${one.nodes[0].target}`), [], `${name}, ${colorScheme}`);
  }
  console.log(`${name}: ${count} findings on a page that says and loads nothing else`);
}
await browser.close();
