// The review page: shows picks one by one, sends each answer at once, and takes the last one back.
"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const words = data.words, themes = data.themes;
let picks = [], place = 0, further = new Set(), busy = Promise.resolve();
const at = id => document.getElementById(id);
const make = (tag, text, name) => {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  if (name) element.className = name;
  return element;
};
function tell(text, bad) { at("status").textContent = text; at("status").className = bad ? "bad" : ""; }
function marked(text, found) {
  const paragraph = make("p");
  let rest = text;
  while (rest) {
    let first = -1, word = "";
    for (const one of found) {
      const here = rest.indexOf(one);
      if (here >= 0 && (first < 0 || here < first || (here === first && one.length > word.length))) { first = here; word = one; }
    }
    if (first < 0) break;
    paragraph.append(rest.slice(0, first), make("mark", word));
    rest = rest.slice(first + word.length);
  }
  paragraph.append(rest);
  return paragraph;
}
function show() {
  const pick = picks[place];
  const done = picks.filter(one => one.answer).length;
  at("progress").textContent = words.progress.replace("{place}", place + 1).replace("{count}", picks.length)
    .replace("{done}", done);
  further = new Set(pick.answer ? pick.answer.further : []);
  at("head").textContent = [pick.head, pick.authors].filter(Boolean).join("　");
  at("title").replaceChildren(...marked(pick.title, pick.evidence).childNodes);
  at("machine").textContent = pick.machine;
  at("reasons").textContent = pick.reasons;
  at("evidence").textContent = pick.evidence.join("、");
  at("text").replaceChildren(...(pick.text.length ? pick.text.map(one => marked(one, pick.evidence))
    : [make("p", words.no_text, "quiet")]));
  at("why").value = pick.answer ? pick.answer.why : "";
  paint();
  window.scrollTo(0, 0);
}
function paint() {
  const pick = picks[place];
  for (const button of document.querySelectorAll("[data-theme]")) {
    const theme = button.dataset.theme;
    button.classList.toggle("suggested", theme === pick.suggested);
    button.classList.toggle("chosen", Boolean(pick.answer && pick.answer.primary === theme));
    button.classList.toggle("further", further.has(theme));
    button.setAttribute("aria-pressed", String(Boolean(pick.answer && pick.answer.primary === theme)));
  }
}
async function send(path, given) {
  let answer;
  try {
    answer = await fetch(path, {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(given)});
  } catch { throw new Error(words.gone); }
  const said = await answer.json().catch(() => ({error: String(answer.status)}));
  if (!answer.ok) throw new Error(words.failed + said.error);
  return said;
}
function next() {
  for (let step = 1; step <= picks.length; step++) {
    const here = (place + step) % picks.length;
    if (!picks[here].answer) { place = here; show(); return; }
  }
  show();
  tell(words.done);
}
function later(work) { busy = busy.then(work).catch(error => tell(error.message, true)); }
function choose(theme) {
  later(async () => {
    const pick = picks[place];
    const given = {primary: theme, further: [...further].filter(one => one !== theme), why: at("why").value};
    await send("answer", {report_id: pick.id, ...given});
    pick.answer = given;
    tell(words.saved);
    at("why").blur();
    next();
  });
}
function undo() {
  later(async () => {
    const said = await send("undo", {});
    if (!said.id) { tell(words.nothing); return; }
    picks = await (await fetch("picks")).json();
    place = picks.findIndex(one => one.id === said.id);
    show();
    tell(words.undone);
  });
}
function go(step) { later(() => { place = (place + step + picks.length) % picks.length; show(); }); }
function toggle(theme) {
  later(() => {
    if (theme === "other") return;
    if (further.has(theme)) further.delete(theme); else further.add(theme);
    paint();
  });
}
document.addEventListener("keydown", event => {
  if (!picks.length || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.id === "why") {
    if (event.key === "Escape" || event.key === "Enter") { event.preventDefault(); at("why").blur(); }
    return;
  }
  const digit = event.code.startsWith("Digit") ? event.code.slice(5) : null;
  const theme = themes.find(one => one.key === (digit || event.key.toLowerCase()));
  if (theme) { event.preventDefault(); (event.shiftKey ? toggle : choose)(theme.id); }
  else if (event.key === "Enter") { event.preventDefault(); later(() => {}); choose(picks[place].suggested); }
  else if (event.key === "ArrowRight") go(1);
  else if (event.key === "ArrowLeft") go(-1);
  else if (event.key === "u" || event.key === "Backspace") { event.preventDefault(); undo(); }
});
for (const theme of themes) {
  const button = make("button");
  button.append(make("kbd", theme.key), theme.name);
  button.title = theme.about;
  button.dataset.theme = theme.id;
  button.addEventListener("click", event => { button.blur(); (event.shiftKey ? toggle : choose)(theme.id); });
  button.addEventListener("contextmenu", event => { event.preventDefault(); toggle(theme.id); });
  at("themes").append(button);
}
at("agree").addEventListener("click", () => choose(picks[place].suggested));
at("skip").addEventListener("click", () => go(1));
at("back").addEventListener("click", () => go(-1));
at("undo").addEventListener("click", undo);
fetch("picks").then(answer => answer.json()).then(found => {
  picks = found;
  if (!picks.length) { at("text").replaceChildren(make("p", words.none)); return; }
  place = Math.max(0, picks.findIndex(one => !one.answer));
  show();
  document.body.dataset.ready = "yes";
});
