// Search and sort of the list of reports; nothing else, and nothing from elsewhere.
"use strict";
(() => {
  const table = document.getElementById("reports");
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const search = document.getElementById("search");
  const theme = document.getElementById("theme");
  const count = document.getElementById("count");
  const none = document.getElementById("none");
  const texts = new Map(rows.map((row) => [row, row.textContent.normalize("NFKC").toLowerCase()]));

  const filter = () => {
    const wanted = search.value.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const fits = wanted.every((word) => texts.get(row).includes(word)) &&
        (!theme.value || row.dataset.themes.split(" ").includes(theme.value));
      row.hidden = !fits;
      shown += fits;
    }
    count.textContent = count.dataset.form.replace("{n}", shown);
    none.hidden = shown > 0;
  };
  search.addEventListener("input", filter);
  theme.addEventListener("change", filter);

  const key = (row, column) => row.cells[column].textContent.trim();
  const order = new Intl.Collator("zh-Hans-CN", { numeric: true });
  for (const button of table.querySelectorAll("thead button")) {
    button.addEventListener("click", () => {
      const head = button.closest("th");
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of table.querySelectorAll("th")) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const sorted = [...rows].sort((a, b) => {
        const [one, two] = [key(a, head.cellIndex), key(b, head.cellIndex)];
        if (!one || !two) return (one ? 0 : 1) - (two ? 0 : 1);  // empty cells stay last
        return (down ? -1 : 1) * order.compare(one, two);
      });
      body.append(...sorted);
    });
  }
  filter();
})();
