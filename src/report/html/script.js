"use strict";
(function () {
  const tools = document.querySelector(".tools");
  const findings = Array.from(document.querySelectorAll("li.finding"));
  const said = new Map(findings.map(function (finding) {
    const rule = finding.closest(".rule").id;
    return [finding, (rule + " " + finding.textContent).toLowerCase()];
  }));

  function filter() {
    const words = document.getElementById("filter").value.toLowerCase().split(" ").filter(Boolean);
    const severity = document.getElementById("severity").value;
    let shown = 0;
    for (const finding of findings) {
      const fits = (!severity || finding.dataset.severity === severity) &&
        words.every(function (word) { return said.get(finding).includes(word); });
      finding.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    for (const rule of document.querySelectorAll("details.rule")) {
      rule.hidden = !rule.querySelector("li.finding:not([hidden])");
    }
    document.getElementById("shown").textContent = shown + " of " + findings.length + " shown";
  }

  if (tools) {
    tools.hidden = false;
    let waiting = 0;
    tools.addEventListener("input", function () {
      clearTimeout(waiting);
      waiting = setTimeout(filter, 120);
    });
    filter();
  }

  for (const table of document.querySelectorAll("table.sortable")) {
    const body = table.tBodies[0];
    Array.from(table.tHead.rows[0].cells).forEach(function (head, column) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.textContent = "";
      head.appendChild(button);
      button.addEventListener("click", function () {
        const down = head.getAttribute("aria-sort") === "ascending";
        for (const other of table.tHead.rows[0].cells) { other.removeAttribute("aria-sort"); }
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const compare = new Intl.Collator("en", { numeric: true }).compare;
        const rows = Array.from(body.rows).map(function (row) { return [row.cells[column].textContent, row]; });
        rows.sort(function (a, b) { return (down ? -1 : 1) * compare(a[0], b[0]); });
        for (const row of rows) { body.appendChild(row[1]); }
      });
    });
  }

  // What is closed would be missing on paper.
  window.addEventListener("beforeprint", function () {
    for (const part of document.querySelectorAll("details")) { part.open = true; }
  });
})();
