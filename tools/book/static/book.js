// What the book's pages do: keep guesses and answers in this browser, and let the keyboard scroll what is too wide.
"use strict";

const PLACE = "hidden-layers";
const KEPT = "Kept in this browser. You will see it beside what happened.";

function remembered() {
  try { return JSON.parse(localStorage.getItem(PLACE)) ?? {}; } catch { return {}; }
}

function remember(key, answer) {
  try {
    localStorage.setItem(PLACE, JSON.stringify({ ...remembered(), [key]: answer }));
    return true;
  } catch { return false; }  // a private window, or a full store
}

// Predictions

document.addEventListener("hidden-layers-answer", event => {
  const { key, answer } = event.detail;
  if (!remember(key, answer)) return;
  event.preventDefault();  // tells the form that somebody listens
  const form = event.target;
  setTimeout(() => { form.querySelector("[role=status]").textContent = KEPT; });  // after the form's own words
  listGuesses();
});

function fillForm(form) {
  const answer = remembered()[form.dataset.key];
  if (answer === undefined) return;
  const field = form.querySelector("input[name=guess]:not([type=radio])");
  if (field) field.value = answer;
  form.querySelectorAll("input[type=radio]").forEach(radio => { radio.checked = radio.value === answer; });
  form.querySelector("[role=status]").textContent = "Your earlier guess. You may change it.";
}

function showGuess(details) {
  if (!details.open) return;
  const answer = remembered()[details.dataset.guess];
  const list = details.querySelector("dl");
  if (!list) return;
  list.querySelector("[data-mine]")?.remove();
  const pair = document.createElement("div");
  pair.dataset.mine = "";
  pair.innerHTML = "<dt>Your guess</dt><dd></dd>";
  pair.querySelector("dd").textContent = answer ?? "none yet: guess first, what surprises you stays with you";
  list.prepend(pair);
}

function listGuesses() {
  const place = document.querySelector("[data-guesses]");
  const forms = [...document.querySelectorAll("form[data-key^='guess:']")];
  if (!place || !forms.length) return;
  const given = remembered();
  const rows = forms.map(form => {
    const row = document.createElement("tr");
    const asked = row.insertCell(), mine = row.insertCell();
    asked.append(...[...form.querySelector("legend").childNodes].slice(1).map(node => node.cloneNode(true)));
    mine.textContent = given[form.dataset.key] ?? "–";
    return row;
  });
  const table = document.createElement("table");
  table.innerHTML = '<thead><tr><th scope="col">Predict</th><th scope="col">Your guess</th></tr></thead><tbody></tbody>';
  table.tBodies[0].append(...rows);
  place.replaceChildren(table);
}

// Quizzes: each button answers by itself; here its answer is kept, and given again when the page is opened again.

document.addEventListener("click", event => {
  const button = event.target.closest?.(".hidden-layers-quiz button");
  const question = button?.closest("[data-key]");
  if (question) remember(question.dataset.key, [...question.querySelectorAll("button")].indexOf(button));
});

function answerAgain(question) {
  const number = remembered()[question.dataset.key];
  question.querySelectorAll("button")[number]?.click();
}

// What is wider than the page scrolls, by keyboard as well.

function letScroll() {
  document.querySelectorAll("pre, .table-wrapper, div.math, .cell_output .output").forEach(box => {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  });
}

document.querySelectorAll("form[data-key^='guess:']").forEach(fillForm);
document.querySelectorAll(".hidden-layers-quiz [data-key]").forEach(answerAgain);
document.querySelectorAll("[data-guess]").forEach(details => details.addEventListener("toggle", () => showGuess(details)));
listGuesses();
letScroll();
addEventListener("resize", letScroll);
document.addEventListener("toggle", letScroll, true);
