"use strict";
// Draws the map of topics and the words of the chosen one. Texts only ever become text nodes.
(function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  const topics = data.topics, said = data.said;
  const SIZE = 520, ROW = 19, LEFT = 120, WIDTH = 480;
  const svgSpace = "http://www.w3.org/2000/svg";
  let chosen = 0;
  document.documentElement.classList.add("js");

  function shape(name, attributes, parent, text) {
    const made = document.createElementNS(svgSpace, name);
    for (const key of Object.keys(attributes)) made.setAttribute(key, attributes[key]);
    if (text !== undefined) made.textContent = text;
    parent.appendChild(made);
    return made;
  }

  function fill(form, facts) {
    return form.replace(/\{(\w+)\}/g, function (whole, name) { return facts[name]; });
  }

  function drawMap() {
    const svg = shape("svg", { viewBox: "0 0 " + SIZE + " " + SIZE }, document.getElementById("map"));
    const middle = SIZE / 2, reach = SIZE * 0.34, taken = [];
    const places = topics.map(function (topic, index) {
      const x = middle + topic.x * reach, y = middle - topic.y * reach, radius = 10 + 55 * Math.sqrt(topic.share);
      const circle = shape("circle", {
        cx: x, cy: y, r: radius, fill: topic.fill, stroke: topic.line, "class": topic.stable ? "" : "doubtful"
      }, svg);
      shape("title", {}, circle, topic.name);
      circle.addEventListener("click", function () { choose(index); });
      return { x: x, y: y, radius: radius };
    });
    // A name stands where there is room for it: in its circle, below, above; over another circle only where there is
    // no other place, and never over another name: those that find no place are in the legend.
    const meet = function (one, other) {
      return one.x < other.x + other.width && other.x < one.x + one.width &&
        one.y < other.y + other.height && other.y < one.y + one.height;
    };
    const discs = places.map(function (at) {
      return { x: at.x - at.radius, y: at.y - at.radius, width: 2 * at.radius, height: 2 * at.radius };
    });
    topics.forEach(function (topic, index) {
      const at = places[index], label = shape("text", { x: at.x, y: at.y }, svg, topic.title);
      const downs = [0, at.radius + 11, -at.radius - 11, at.radius + 29, -at.radius - 29];
      const free = [true, false].some(function (clear) {
        return downs.some(function (down) {
          const width = label.getBBox().width;
          label.setAttribute("y", at.y + down);
          label.setAttribute("x", Math.min(Math.max(at.x, width / 2 + 4), SIZE - width / 2 - 4));
          const box = label.getBBox();
          const fits = box.y >= 0 && box.y + box.height <= SIZE && (down !== 0 || width <= 2 * at.radius) &&
            !taken.some(function (other) { return meet(box, other); }) &&
            !(clear && discs.some(function (disc, other) { return other !== index && meet(box, disc); }));
          if (fits) taken.push(box);
          return fits;
        });
      });
      label.setAttribute("visibility", free ? "visible" : "hidden");
    });
  }

  function drawLegend() {
    const box = document.getElementById("legend");
    topics.forEach(function (topic, index) {
      const button = box.appendChild(document.createElement("button"));
      button.type = "button";
      const svg = shape("svg", { viewBox: "0 0 12 12", "aria-hidden": "true" }, button);
      shape("circle", { cx: 6, cy: 6, r: 5, fill: topic.fill, stroke: topic.line }, svg);
      button.append(topic.title + " ");
      const size = button.appendChild(document.createElement("span"));
      size.className = "size";
      size.textContent = fill(said.size, topic);
      button.addEventListener("click", function () { choose(index); });
    });
    box.addEventListener("keydown", function (event) {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      choose((chosen + step + topics.length) % topics.length);
      box.children[chosen].focus();
    });
  }

  function drawWords(topic) {
    const weight = Number(document.getElementById("weight").value);
    document.getElementById("shown").textContent = weight.toFixed(2);
    const relevance = function (word) {
      return weight * Math.log(word[1]) + (1 - weight) * Math.log(word[1] / word[2]);
    };
    const words = topic.words.slice().sort(function (a, b) { return relevance(b) - relevance(a); }).slice(0, data.shown);
    const box = document.getElementById("words");
    box.replaceChildren();
    const svg = shape("svg", { viewBox: "0 0 " + WIDTH + " " + Math.max(ROW * words.length, ROW) }, box);
    const most = words.reduce(function (value, word) { return Math.max(value, word[1], word[2]); }, 1e-9);
    words.forEach(function (word, index) {
      const y = index * ROW, scale = (WIDTH - LEFT) / most;
      shape("text", { x: LEFT - 8, y: y + ROW / 2, "class": "word" }, svg, word[0]);
      shape("rect", { x: LEFT, y: y + 3, height: ROW - 6, width: word[2] * scale, "class": "all" }, svg);
      shape("rect", { x: LEFT, y: y + 6, height: ROW - 12, width: word[1] * scale, fill: topic.line }, svg);
    });
  }

  function choose(index) {
    chosen = index;
    const topic = topics[index];
    for (const found of ["#map circle", "#map text"]) {
      document.querySelectorAll(found).forEach(function (one, place) { one.classList.toggle("on", place === index); });
    }
    document.querySelectorAll("#legend button").forEach(function (button, place) {
      button.setAttribute("aria-pressed", String(place === index));
    });
    document.getElementById("swatch").setAttribute("fill", topic.line);
    document.getElementById("name").textContent = topic.name;
    document.getElementById("facts").textContent = fill(said.facts, {
      size: topic.size, share: (100 * topic.share).toFixed(1), stability: topic.stability.toFixed(2),
      coherence: topic.coherence.toFixed(2)
    });
    document.getElementById("titles").textContent = topic.titles.length ? said.central + topic.titles.join(said.join) : "";
    drawWords(topic);
  }

  drawLegend();
  drawMap();
  document.getElementById("doubtful").hidden = topics.every(function (topic) { return topic.stable; });
  document.getElementById("weight").addEventListener("input", function () { drawWords(topics[chosen]); });
  choose(0);
})();
