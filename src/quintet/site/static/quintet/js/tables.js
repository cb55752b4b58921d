// Names each cell of a table after its column and marks the table as stackable: on a narrow screen quintet.css
// then draws each row as a card. A table that must stay a grid says why: <table class="table" data-wide="reason">.
const labelled = (table) => {
  const headings = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.replace(/[↑↓]/g, "").trim());
  for (const row of [...table.tBodies].flatMap((body) => [...body.rows])) {
    row.setAttribute("role", "row");
    [...row.cells].forEach((cell, at) => {
      if (cell.dataset.label !== undefined) return;
      cell.dataset.label = headings[at] ?? "";
      cell.setAttribute("role", cell.tagName === "TH" ? "rowheader" : "cell");
      const content = document.createElement("div");
      content.className = "cell";
      content.append(...cell.childNodes);
      cell.classList.toggle("is-none", content.textContent.trim() === "–");
      cell.append(content);
    });
  }
};

// Cards lose what the browser knows of tables by their display, so the roles are said aloud.
const stack = (table) => {
  if (!table.tHead || table.querySelector(":is(td, th):is([colspan], [rowspan])")) return;
  table.setAttribute("role", "table");
  for (const part of [table.tHead, ...table.tBodies]) part.setAttribute("role", "rowgroup");
  table.tHead.rows[0].setAttribute("role", "row");
  for (const cell of table.tHead.rows[0].cells) cell.setAttribute("role", "columnheader");
  labelled(table);
  table.classList.add("is-stackable");
};

const connect = (root) => {
  const inside = root.closest?.("table.table:not([data-wide])");
  for (const table of inside ? [inside] : root.querySelectorAll("table.table:not([data-wide])")) stack(table);
};

connect(document);
document.addEventListener("htmx:load", (event) => connect(event.target));
