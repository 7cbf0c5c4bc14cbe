// The page of the demo. A drawing is a list of strokes; the sheet is drawn anew from it after each change.
"use strict";

const byId = id => document.getElementById(id);
const sheet = byId("sheet"), ink = sheet.getContext("2d"), pen = byId("pen"), message = byId("message");
const SIDE = sheet.width, STEP = 10;
const NOTHING = "Nothing is drawn yet.";
let strokes = [];        // each {width, points: [[x, y], ...]}
let drawing = null;      // the stroke that is being drawn
let place = [SIDE / 2, SIDE / 2], byKeys = false, isDown = false;  // the pen, moved by keys
let latest = 0;          // number of the last question: an answer to an earlier one is out of date
let waiting = null;

function paint(withPen) {
  ink.fillStyle = "#fff";
  ink.fillRect(0, 0, SIDE, SIDE);
  ink.strokeStyle = ink.fillStyle = "#000";
  ink.lineCap = ink.lineJoin = "round";
  for (const {width, points} of strokes) {
    ink.lineWidth = width;
    ink.beginPath();
    ink.moveTo(...points[0]);
    for (const point of points) ink.lineTo(...point);  // the first one again: a dot is a line, too
    ink.stroke();
  }
  if (withPen) {
    ink.lineWidth = 2;
    ink.strokeStyle = isDown ? "#c02000" : "#888";
    ink.beginPath();
    ink.arc(...place, Math.max(6, pen.value / 2 + 3), 0, 2 * Math.PI);
    ink.stroke();
  }
}

function show() { paint(byKeys && document.activeElement === sheet); }

function begin(point) {
  clearTimeout(waiting);  // half a digit is not read
  drawing = {width: Number(pen.value), points: [point]};
  strokes.push(drawing);
  show();
}

function end() {
  if (!drawing) return;
  drawing = null;
  clearTimeout(waiting);
  waiting = setTimeout(read, 250);  // a digit may have a second stroke
}

function pointOf(event) {
  const box = sheet.getBoundingClientRect();
  return [(event.clientX - box.left) * SIDE / box.width, (event.clientY - box.top) * SIDE / box.height];
}

sheet.addEventListener("pointerdown", event => {
  if (!event.isPrimary || event.button !== 0) return;
  event.preventDefault();
  sheet.focus({preventScroll: true});
  sheet.setPointerCapture(event.pointerId);
  byKeys = isDown = false;
  begin(pointOf(event));
});
sheet.addEventListener("pointermove", event => {
  if (!drawing || !event.isPrimary || isDown) return;
  for (const part of event.getCoalescedEvents?.() ?? []) drawing.points.push(pointOf(part));
  drawing.points.push(pointOf(event));
  show();
});
for (const name of ["pointerup", "pointercancel"]) sheet.addEventListener(name, end);

const MOVES = {ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP]};
sheet.addEventListener("keydown", event => {
  if (event.key === " " && event.repeat) { event.preventDefault(); return; }  // held down, it lowers the pen once
  const move = MOVES[event.key];
  if (move) {
    place = place.map((value, axis) => Math.min(SIDE, Math.max(0, value + move[axis])));
    if (isDown) drawing.points.push([...place]);
  } else if (event.key === " ") {
    isDown = !isDown;
    if (isDown) begin([...place]); else end();
  } else if (event.key === "Enter") {
    if (isDown) { isDown = false; drawing = null; }
    read();
  } else if (event.key === "Delete" || event.key === "Backspace") {
    clear();
  } else {
    return;
  }
  event.preventDefault();
  byKeys = true;
  show();
});
sheet.addEventListener("focus", show);
sheet.addEventListener("blur", () => { if (isDown) { isDown = false; end(); } show(); });

function forget() {
  latest += 1;
  clearTimeout(waiting);
  drawing = null;
  isDown = false;
  byId("seen").hidden = true;
  showBars(null);
}

function clear() {
  strokes = [];
  forget();
  message.textContent = NOTHING;
  show();
}

function undo() {
  strokes.pop();
  if (strokes.length === 0) { clear(); return; }
  forget();
  show();
  read();
}

byId("clear").addEventListener("click", clear);
byId("undo").addEventListener("click", undo);
byId("read").addEventListener("click", read);

async function read() {
  const question = ++latest;
  clearTimeout(waiting);
  paint(false);
  const image = await new Promise(resolve => sheet.toBlob(resolve, "image/png"));
  show();
  let answer, error = "";
  try {
    const response = await fetch("read", {method: "POST", body: image, headers: {"Content-Type": "image/png"}});
    if (response.status >= 500) error = "the demo failed: its window says why";
    else answer = await response.json();
    if (answer && !response.ok) error = answer.detail;
  } catch {
    error = "the demo does not answer: was it stopped?";
  }
  if (question !== latest) return;
  if (error) {
    forget();
    message.textContent = error[0].toUpperCase() + error.slice(1) + (/[.?!]$/.test(error) ? "" : ".");
    return;
  }
  tell(answer);
}

function best(probabilities) { return probabilities.indexOf(Math.max(...probabilities)); }

function percent(share) {
  return share > 0.994 ? ">\u202f99\u202f%" : `${Math.round(100 * share)}\u202f%`;  // nobody is 100 % sure
}

function tell(answer) {
  const digit = best(answer.prepared.probabilities);
  message.textContent = `This looks like a ${digit} (${percent(answer.prepared.probabilities[digit])}).`;
  showBars(answer.prepared.probabilities);
  for (const name of ["prepared", "shrunk"]) {
    const {pixels, probabilities} = answer[name], k = best(probabilities);
    showPixels(byId(name), pixels);
    byId(`says-${name}`).textContent = `Read as ${k} (${percent(probabilities[k])}).`;
  }
  byId("seen").hidden = false;
}

function showPixels(canvas, rows) {
  const context = canvas.getContext("2d"), image = context.createImageData(28, 28);
  rows.flat().forEach((value, i) => image.data.set([value, value, value, 255], 4 * i));
  context.putImageData(image, 0, 0);
}

function showBars(probabilities) {
  const body = byId("bars").tBodies[0];
  if (body.rows.length === 0) {
    for (let digit = 0; digit < 10; digit++) {
      const row = body.insertRow();
      row.innerHTML = `<th scope="row">${digit}</th><td><div class="track"><div class="bar"></div></div></td>` +
        '<td class="share"></td>';
    }
  }
  const winner = probabilities ? best(probabilities) : -1;
  [...body.rows].forEach((row, digit) => {
    const share = probabilities ? probabilities[digit] : 0;
    row.classList.toggle("best", digit === winner);
    row.querySelector(".bar").style.width = `${100 * share}%`;
    row.querySelector(".share").textContent = probabilities ? percent(share) : "";
  });
}

async function showFacts() {
  const facts = await (await fetch("facts")).json();
  const right = (100 * facts.accuracy).toFixed(1);
  byId("facts").textContent =
    `A network of two hidden layers, trained on ${facts.data}, reads it. Of images held back it read ${right} % right.`;
  byId("stand-in").hidden = !facts.is_stand_in;
}

showBars(null);
show();
showFacts().catch(() => {});
