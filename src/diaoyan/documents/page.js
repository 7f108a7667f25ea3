// Search, sort and filter of the list of reports, the map and the topics; nothing else, and nothing from elsewhere.
"use strict";
(() => {
  const table = document.getElementById("reports");
  const rows = [...table.tBodies[0].rows];
  const points = new Map([...document.querySelectorAll("#plane [data-row]")].map((p) => [p.dataset.row, p]));
  const search = document.getElementById("search");
  const theme = document.getElementById("theme");
  const count = document.getElementById("count");
  const chosen = document.getElementById("chosen");
  const plain = (text) => text.normalize("NFKC").toLowerCase();
  const texts = new Map(rows.map((row) => [row, plain(row.textContent)]));
  let topic = "";

  const filter = () => {
    const wanted = plain(search.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const fits = wanted.every((word) => texts.get(row).includes(word)) &&
        (!theme.value || row.dataset.themes.split(" ").includes(theme.value)) &&
        (!topic || row.dataset.topic === topic);
      row.hidden = !fits;
      points.get(row.id.slice(4))?.classList.toggle("dim", !fits);
      shown += fits;
    }
    count.textContent = count.dataset.form.replace("{n}", shown);
    document.getElementById("none").hidden = shown > 0;
  };
  search.addEventListener("input", filter);
  theme.addEventListener("change", filter);

  const order = new Intl.Collator("zh-Hans-CN", { numeric: true });
  for (const button of table.querySelectorAll("thead button")) {
    button.addEventListener("click", () => {
      const head = button.closest("th");
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of table.querySelectorAll("th")) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const key = (row) => row.cells[head.cellIndex].textContent.trim();
      table.tBodies[0].append(...[...rows].sort((a, b) => {
        const [one, two] = [key(a), key(b)];
        if (!one || !two) return (one ? 0 : 1) - (two ? 0 : 1);  // empty cells stay last
        return (down ? -1 : 1) * order.compare(one, two);
      }));
    });
  }

  const mark = (elements, which) => elements.forEach((e) => e.classList.toggle("marked", e === which));
  document.getElementById("plane").addEventListener("click", (event) => {
    const point = event.target.closest("[data-row]");
    if (!point) return;
    const row = document.getElementById("row-" + point.dataset.row);
    mark([...points.values()], point);
    const link = document.createElement("a");
    link.href = "#" + row.id;
    link.textContent = chosen.dataset.open;
    link.addEventListener("click", () => {
      row.hidden = false;
      mark(rows, row);
    });
    const said = ["month", "no", "title", "primary", "status", "needs_review", "evidence"]
      .map((name) => row.querySelector("." + name).textContent).filter(Boolean);
    chosen.replaceChildren(said.join(" · ") + " ", link);
  });

  const only = [...document.querySelectorAll(".only")];
  for (const button of only) {
    button.addEventListener("click", () => {
      topic = topic === button.dataset.topic ? "" : button.dataset.topic;
      for (const other of only) other.setAttribute("aria-pressed", String(other.dataset.topic === topic));
      filter();
    });
  }
  const words = [...document.querySelectorAll("#topics .word")];
  for (const word of words) {
    word.addEventListener("click", () => {
      const was = word.classList.contains("marked");
      for (const other of words) other.classList.toggle("marked", !was && other.dataset.word === word.dataset.word);
    });
  }
  filter();
})();
