"use strict";
// Draws the map of topics and the words of the chosen one. Texts only ever become text nodes.
(function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  const topics = data.topics;
  const SIZE = 480, ROW = 19, LEFT = 120, WIDTH = 480;
  const svgSpace = "http://www.w3.org/2000/svg";
  let chosen = 0;

  function shape(name, attributes, parent, text) {
    const made = document.createElementNS(svgSpace, name);
    for (const key of Object.keys(attributes)) made.setAttribute(key, attributes[key]);
    if (text !== undefined) made.textContent = text;
    parent.appendChild(made);
    return made;
  }

  function drawMap() {
    const svg = shape("svg", { viewBox: "0 0 " + SIZE + " " + SIZE }, document.getElementById("map"));
    const middle = SIZE / 2, reach = SIZE * 0.36;
    topics.forEach(function (topic, index) {
      const x = middle + topic.x * reach, y = middle - topic.y * reach;
      const radius = 10 + 55 * Math.sqrt(topic.share);
      const circle = shape("circle", {
        cx: x, cy: y, r: radius, tabindex: 0, role: "button", "aria-label": topic.number + " " + topic.name
      }, svg);
      shape("title", {}, circle, topic.name);
      shape("text", { x: x, y: y, "class": "number" }, svg, topic.number);
      circle.addEventListener("click", function () { choose(index); });
      circle.addEventListener("focus", function () { choose(index); });
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
      shape("rect", { x: LEFT, y: y + 6, height: ROW - 12, width: word[1] * scale, "class": "in" }, svg);
    });
  }

  function choose(index) {
    chosen = index;
    const topic = topics[index];
    document.querySelectorAll("circle").forEach(function (circle, place) {
      circle.classList.toggle("on", place === index);
    });
    document.getElementById("name").textContent = topic.number + "　" + topic.name;
    document.getElementById("facts").textContent = topic.size + " 篇；占全部文字 " + (100 * topic.share).toFixed(1) +
      "%；稳定性 " + topic.stability.toFixed(2) + "；一致性 " + topic.coherence.toFixed(2);
    document.getElementById("titles").textContent = topic.titles.length ? "代表报告：" + topic.titles.join("；") : "";
    drawWords(topic);
  }

  drawMap();
  document.getElementById("weight").addEventListener("input", function () { drawWords(topics[chosen]); });
  document.addEventListener("keydown", function (event) {
    if (event.target.id === "weight") return;
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    choose((chosen + step + topics.length) % topics.length);
  });
  choose(0);
})();
