"use strict";
// Sorts, filters and searches the table that is already there. Texts are compared, never inserted as markup.
(() => {
  const table = document.getElementById("table");
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row) => ({ row, text: row.textContent.toLowerCase() }));
  const asked = (id) => document.getElementById(id);
  const search = asked("search"), status = asked("status"), failed = asked("failed"), mistakes = asked("mistakes");
  const fields = [search, status, failed, mistakes];

  const holds = (list, one) => one === "" || list.split(" ").includes(one);

  function show() {
    const words = search.value.toLowerCase().split(/\s+/);
    let count = 0;
    for (const { row, text } of rows) {
      const data = row.dataset;
      const fits = (status.value === "" || data.status === status.value) && holds(data.failed, failed.value)
        && holds(data.mistakes, mistakes.value) && words.every((word) => text.includes(word));
      row.hidden = !fits;
      count += fits;
    }
    asked("shown").textContent = count === rows.length ? `All ${count}` : `${count} of ${rows.length}`;
  }

  const collator = new Intl.Collator("en", { numeric: true });
  const value = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.value ?? cell.textContent.trim();
  };

  function sort(header, column) {
    const down = header.ariaSort === "ascending";
    const numeric = "number" in header.dataset;
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", down ? "descending" : "ascending");
    const order = (a, b) => numeric ? (parseFloat(a) || 0) - (parseFloat(b) || 0) : collator.compare(a, b);
    const sorted = rows.map(({ row }) => [value(row, column), row]).sort(([a], [b]) => down ? order(b, a) : order(a, b));
    body.append(...sorted.map(([, row]) => row));
  }

  [...table.tHead.rows[0].cells].forEach((header, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...header.childNodes);
    button.addEventListener("click", () => sort(header, column));
    header.append(button);
  });
  for (const field of fields) field.addEventListener("input", show);
  asked("clear").addEventListener("click", () => {
    for (const field of fields) field.value = "";
    show();
    search.focus();
  });
  for (const link of document.querySelectorAll("[data-mistake]")) {
    link.addEventListener("click", () => {
      for (const field of fields) field.value = "";
      mistakes.value = link.dataset.mistake;
      show();
    });
  }
  asked("filters").hidden = false;
  show();
})();
