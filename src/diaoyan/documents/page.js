// Search, sort and filter of the list of reports, the map and the topics; nothing else, and nothing from elsewhere.
"use strict";
(() => {
  const at = (id) => document.getElementById(id);
  const table = at("reports"), plane = at("plane");
  let rows = [...table.tBodies];  // a report is a part of the table of its own: its tag, and its text below
  const points = new Map([...plane.querySelectorAll("[data-row]")].map((p) => [p.dataset.row, p]));
  const search = at("search"), theme = at("theme"), review = at("review"), count = at("count"), chosen = at("chosen");
  const rest = at("rest"), more = at("more");
  const only = [...document.querySelectorAll(".only")];
  const plain = (text) => text.normalize("NFKC").toLowerCase();
  const once = (make) => { let made; return () => (made ??= make()); };
  const texts = once(() => new Map(rows.map((row) =>
    [row, [...row.rows].map((part) => plain((part.querySelector("details") ?? part).textContent))])));
  const narrow = window.matchMedia("(max-width: 62rem)"), contents = at("contents");
  const step = () => narrow.matches ? 15 : 35;  // a month is listed at once where there is room
  let topic = "", most = step();
  document.documentElement.classList.add("js");

  const times = (text, words) => words.reduce((sum, word) => sum + text.split(word).length - 1, 0);
  const filter = () => {
    const wanted = plain(search.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    const listed = rows.length <= 1.5 * most ? rows.length : most;  // a few more are better seen than asked for
    for (const row of rows) {
      const parts = wanted.length ? texts().get(row) : [];
      const fits = wanted.every((word) => parts.some((part) => part.includes(word))) &&
        (!theme.value || row.dataset.themes.split(" ").includes(theme.value)) &&
        (!review.checked || "review" in row.dataset) && (!topic || row.dataset.topic === topic);
      row.hidden = !fits || shown >= listed;
      points.get(row.id.slice(4))?.classList.toggle("dim", !fits);
      shown += fits;
      const hits = row.querySelector(".hits");
      if (hits) {
        const found = wanted.length ? times(parts[1], wanted) : 0;
        hits.textContent = found ? hits.dataset.form.replace("{n}", found) : "";
      }
    }
    count.textContent = count.dataset.form.replace("{n}", shown);
    at("none").hidden = shown > 0;
    at("clear").hidden = !(wanted.length || theme.value || review.checked || topic);
    const left = Math.max(0, shown - listed);
    rest.hidden = !left;
    rest.firstElementChild.textContent = rest.firstElementChild.dataset.form.replace("{n}", left);
    more.textContent = more.dataset.form.replace("{n}", Math.min(left, 100));
    light(wanted);
  };

  const light = (wanted) => {  // what was searched for, where a browser can show it without a change to the text
    if (!window.Highlight || !CSS.highlights) return;
    const ranges = [];
    const walker = document.createTreeWalker(table, NodeFilter.SHOW_TEXT);
    while (wanted.length && ranges.length < 5000 && walker.nextNode()) {
      const node = walker.currentNode, text = node.data.toLowerCase();
      if (text.length !== node.data.length || node.parentElement.closest("thead")) continue;
      for (const word of wanted) {
        for (let place = text.indexOf(word); place >= 0; place = text.indexOf(word, place + word.length)) {
          const range = new Range();
          range.setStart(node, place);
          range.setEnd(node, place + word.length);
          ranges.push(range);
        }
      }
    }
    CSS.highlights.set("found", new Highlight(...ranges));
  };

  const again = () => {
    most = step();
    filter();
  };
  search.addEventListener("input", again);
  for (const one of [theme, review]) one.addEventListener("change", again);
  more.addEventListener("click", () => {
    most += 100;
    filter();
  });
  const choose = (which) => {
    topic = which;
    for (const button of only) button.setAttribute("aria-pressed", String(button.dataset.topic === topic));
    again();
  };
  at("clear").addEventListener("click", () => {
    search.value = theme.value = "";
    review.checked = false;
    choose("");
    search.focus();
  });

  const order = new Intl.Collator("zh-Hans-CN", { numeric: true });
  for (const button of table.querySelectorAll("thead button")) {
    button.addEventListener("click", () => {
      const head = button.closest("th");
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of table.querySelectorAll("th")) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const key = (row) => row.rows[0].cells[head.cellIndex].textContent.trim();
      const keys = new Map(rows.map((row) => [row, key(row)]));
      rows = [...rows].sort((a, b) => {
        const [one, two] = [keys.get(a), keys.get(b)];
        if (!one || !two) return (one ? 0 : 1) - (two ? 0 : 1);  // empty cells stay last
        return (down ? -1 : 1) * order.compare(one, two);
      });
      table.append(...rows);
      filter();
    });
  }

  const mark = (elements, which) => elements.forEach((e) => e.classList.toggle("marked", e === which));
  const tell = (point) => {
    const row = at("row-" + point.dataset.row);
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
  };
  plane.addEventListener("click", (event) => {
    const point = event.target.closest("[data-row]");
    if (point) tell(point);
  });
  if (points.size) plane.tabIndex = 0;
  plane.addEventListener("keydown", (event) => {
    const way = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const bright = [...points.values()].filter((point) => !point.classList.contains("dim"));
    if (!way || !bright.length) return;
    event.preventDefault();
    const now = bright.findIndex((point) => point.classList.contains("marked"));
    tell(bright[now < 0 ? 0 : (now + way + bright.length) % bright.length]);
  });

  for (const button of only) {
    button.addEventListener("click", () => choose(topic === button.dataset.topic ? "" : button.dataset.topic));
  }
  const words = [...document.querySelectorAll("#topics .word")];
  for (const word of words) {
    const turn = () => {
      const was = word.classList.contains("marked");
      for (const other of words) {
        const marked = !was && other.dataset.word === word.dataset.word;
        other.classList.toggle("marked", marked);
        other.setAttribute("aria-pressed", String(marked));
      }
    };
    word.addEventListener("click", turn);
    word.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      turn();
    });
  }

  const fold = () => { contents.open = !narrow.matches; };
  narrow.addEventListener("change", fold);
  const scrolled = () => {  // a figure that scrolls must be reached by keys too
    for (const wide of document.querySelectorAll(".wide")) {
      if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0;
      else wide.removeAttribute("tabindex");
    }
  };
  window.addEventListener("resize", scrolled);
  const shut = () => document.querySelectorAll(".folded details:not([open])");
  let opened = [];
  window.addEventListener("beforeprint", () => {  // on paper nothing can be opened
    opened = [...shut()];
    for (const one of opened) one.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const one of opened) one.open = false;
  });
  fold();
  scrolled();
  filter();
})();
