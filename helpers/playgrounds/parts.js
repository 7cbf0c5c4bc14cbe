// What the playgrounds are made of: controls with labels, plots that follow the page's colours, and the clock.

/** An element with properties, attributes (those with a dash, and role) and children. */
function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "role") made.setAttribute(name, value);
    else made[name] = value;
  }
  made.append(...children);
  return made;
}

let numberOfControls = 0;

/** A label and its control, in one box. */
function labelled(text, control, ...rest) {
  control.id = `hidden-layers-control-${++numberOfControls}-${Math.random().toString(36).slice(2, 8)}`;
  return element("div", {className: "control"}, element("label", {htmlFor: control.id}, text), control, ...rest);
}

/**
 * A slider over a list of values. It shows the value, and tells it to screen readers in place of its position.
 * Returns {box, value, set(value), offer(values, value)}; `changed` is called after each move.
 */
function slider(text, values, value, changed, write = String) {
  const input = element("input", {type: "range", min: 0, max: values.length - 1, step: 1});
  const output = element("span", {className: "value", "aria-hidden": "true"});
  const made = {box: labelled(text, input, output)};
  const tell = () => {
    made.value = values[input.value];
    output.textContent = write(made.value);
    input.setAttribute("aria-valuetext", write(made.value));
  };
  made.set = wanted => {
    const distances = values.map(other => Math.abs(other - wanted));
    input.value = distances.indexOf(Math.min(...distances));
    tell();
  };
  made.offer = (others, wanted) => {
    values = others;
    input.max = values.length - 1;
    made.set(wanted);
  };
  made.set(value);
  input.addEventListener("input", () => { tell(); changed(); });
  return made;
}

/** A choice of one among some names. Returns {box, value}. */
function choice(text, names, value, changed) {
  const select = element("select", {}, ...names.map(name => element("option", {value: name}, name)));
  select.value = value;
  const made = {box: labelled(text, select), get value() { return select.value; }};
  select.addEventListener("change", changed);
  return made;
}

/** Yes or no. Returns {box, value}. */
function tick(text, value, changed) {
  const input = element("input", {type: "checkbox", checked: value});
  input.addEventListener("change", changed);
  return {box: labelled(text, input), get value() { return input.checked; }};
}

function button(text, pressed) {
  const made = element("button", {type: "button"}, text);
  made.addEventListener("click", pressed);
  return made;
}

/** Numbers from low to high in equal steps, without the dust of binary fractions. */
function range(low, high, step) {
  return Array.from({length: Math.round((high - low) / step) + 1}, (_, i) => Number((low + i * step).toFixed(6)));
}

/** A number in a few digits, with a true minus; tiny and huge ones as powers of ten. */
function short(value, digits = 2) {
  if (!Number.isFinite(value)) return "beyond all numbers";
  const size = Math.abs(value);
  const text = size >= 1e5 || (size > 0 && size < 0.5 * 10 ** -digits) ? value.toExponential(1) : value.toFixed(digits);
  return text.replace(/-/g, "−");
}

const percent = share => `${(100 * share).toFixed(1)} %`;
const many = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

/** A line for screen readers: the newest text, never two within a second, and none twice. */
function makeStatus() {
  const line = element("p", {className: "status", role: "status", "aria-live": "polite"});
  let last = -Infinity, waiting = 0, next = "";
  const tell = () => {
    waiting = 0;
    last = performance.now();
    if (line.textContent !== next) line.textContent = next;
  };
  const say = text => {
    next = text;
    if (!waiting) waiting = setTimeout(tell, Math.max(0, last + 1000 - performance.now()));
  };
  return {line, say};
}

/** Red, green, blue of a colour of CSS. */
function channels(color) {
  const ink = element("canvas", {width: 1, height: 1}).getContext("2d");
  ink.fillStyle = color;
  ink.fillRect(0, 0, 1, 1);
  return ink.getImageData(0, 0, 1, 1).data.slice(0, 3);
}

/** The colours that the style sheet gives to this playground, on this page, now. */
function coloursOf(root) {
  const style = getComputedStyle(root);
  const names = ["ink", "quiet", "line", "ground", "zero", "one", "model", "parameter", "truth"];
  return Object.fromEntries(names.map(name => [name, style.getPropertyValue(`--${name}`).trim()]));
}

/**
 * A drawing: x and y are [low, high], and what is drawn is in these units. With the names of its axes it has a margin
 * and a description; without them it is a part of a picture that is described as a whole.
 */
class Plot {
  constructor({x = [0, 1], y = [0, 1], names, aspect = 1, log = false}) {
    Object.assign(this, {x, y, names, aspect, log});
    this.canvas = element("canvas", names ? {role: "img"} : {"aria-hidden": "true"});
    this.box = element("div", {className: "plot"}, this.canvas);
    this.ink = this.canvas.getContext("2d");
  }

  describe(label) { this.canvas.setAttribute("aria-label", label); }

  /** Begin anew, in the size that the page gives it now. */
  clear(colours) {
    const sharp = window.devicePixelRatio || 1, width = this.canvas.clientWidth || 200, height = width * this.aspect;
    this.canvas.width = Math.round(width * sharp);
    this.canvas.height = Math.round(height * sharp);
    this.ink.setTransform(sharp, 0, 0, sharp, 0, 0);
    const margin = this.names ? {left: 58, right: 16, top: 8, bottom: 38} : {left: 0, right: 0, top: 0, bottom: 0};
    this.area = {...margin, width: width - margin.left - margin.right, height: height - margin.top - margin.bottom};
    this.colours = colours;
    this.ink.fillStyle = colours.ground;
    this.ink.fillRect(0, 0, width, height);
  }

  /** Where a place lies on the canvas, in pixels. */
  at([x, y]) {
    const [low, high] = this.y, height = v => (this.log ? Math.log10(Math.max(v, low)) : v);
    const right = (x - this.x[0]) / (this.x[1] - this.x[0]);
    const up = (height(y) - height(low)) / (height(high) - height(low));
    return [this.area.left + right * this.area.width, this.area.top + (1 - up) * this.area.height];
  }

  /** The place below a mouse or a finger. */
  placeOf(event) {
    const box = this.canvas.getBoundingClientRect(), {left, top, width, height} = this.area;
    const right = (event.clientX - box.left - left) / width, up = 1 - (event.clientY - box.top - top) / height;
    return [this.x[0] + right * (this.x[1] - this.x[0]), this.y[0] + up * (this.y[1] - this.y[0])];
  }

  /** Draw within the axes alone. */
  inside(draw) {
    const {left, top, width, height} = this.area;
    this.ink.save();
    this.ink.beginPath();
    this.ink.rect(left, top, width, height);
    this.ink.clip();
    draw();
    this.ink.restore();
  }

  /** A line through places; one that is beyond all bounds is drawn at a far one. */
  line(places, {color = this.colours.model, width = 2, dash = [], dots = 0} = {}) {
    const {ink} = this, far = value => Math.min(1e5, Math.max(-1e5, value));
    const points = places.map(place => this.at(place).map(far)).filter(point => !point.some(Number.isNaN));
    this.inside(() => {
      Object.assign(ink, {strokeStyle: color, fillStyle: color, lineWidth: width, lineJoin: "round"});
      ink.setLineDash(dash);
      ink.beginPath();
      for (const point of points) ink.lineTo(...point);
      ink.stroke();
      for (const point of dots ? points : []) ink.fillRect(point[0] - dots, point[1] - dots, 2 * dots, 2 * dots);
    });
  }

  /** One mark: "circle", "triangle", "square" or "star", with a rim that parts it from what lies below. */
  mark(place, kind, color, size = 4, rim = this.colours.ground) {
    const {ink} = this, [x, y] = this.at(place);
    ink.beginPath();
    if (kind === "circle") ink.arc(x, y, size, 0, 2 * Math.PI);
    else {
      const corners = {triangle: 3, square: 4, star: 10}[kind], turn = kind === "square" ? Math.PI / 4 : 0;
      for (let i = 0; i < corners; i++) {
        const angle = 2 * Math.PI * i / corners + turn, radius = size * (kind === "star" && i % 2 ? 0.6 : 1.35);
        ink.lineTo(x + radius * Math.sin(angle), y - radius * Math.cos(angle));
      }
      ink.closePath();
    }
    Object.assign(ink, {fillStyle: color, strokeStyle: rim, lineWidth: 1.2});
    ink.setLineDash([]);
    ink.fill();
    ink.stroke();
  }

  /** Points of two classes: blue circles, orange triangles, as in all figures of the course. */
  points({X, y}, size = 4) {
    const kinds = [["circle", this.colours.zero], ["triangle", this.colours.one]];
    this.inside(() => y.forEach((label, i) => this.mark([X[2 * i], X[2 * i + 1]], ...kinds[label], size)));
  }

  /** Values from -1 to 1 at the places of a grid, from the first class's colour to the second's, and a line at 0. */
  map(values, side) {
    const [from, middle, to] = [this.colours.zero, this.colours.ground, this.colours.one].map(channels);
    const picture = new ImageData(side, side);
    values.forEach((value, i) => {
      const share = 0.5 * Math.min(1, Math.abs(value)), end = value < 0 ? from : to;
      const place = 4 * ((side - 1 - Math.floor(i / side)) * side + i % side);
      for (let c = 0; c < 3; c++) picture.data[place + c] = middle[c] + share * (end[c] - middle[c]);
      picture.data[place + 3] = 255;
    });
    const small = element("canvas", {width: side, height: side});
    small.getContext("2d").putImageData(picture, 0, 0);
    const {left, top, width, height} = this.area;
    this.ink.drawImage(small, left, top, width, height);
    this.contour(values, side, 0, this.colours.ink, 1.5);
  }

  /** The line along which a grid of values passes a level: in each cell, from crossing to crossing of its sides. */
  contour(values, side, level, color, width) {
    const {ink} = this, {left, top, width: w, height: h} = this.area;
    const differ = (a, b) => (values[a] < level) !== (values[b] < level);
    const cross = (a, b) => differ(a, b) && (level - values[a]) / (values[b] - values[a]);
    Object.assign(ink, {strokeStyle: color, lineWidth: width});
    ink.setLineDash([]);
    ink.beginPath();
    for (let row = 0; row < side - 1; row++) {
      for (let column = 0; column < side - 1; column++) {
        const a = row * side + column, b = a + 1, c = a + side, d = c + 1;
        const found = [[a, b, t => [t, 0]], [b, d, t => [1, t]], [c, d, t => [t, 1]], [a, c, t => [0, t]]]
          .map(([p, q, place]) => [cross(p, q), place]).filter(([t]) => t !== false).map(([t, place]) => place(t));
        found.forEach(([x, y], i) => {
          const point = [left + (column + x + 0.5) / side * w, top + (1 - (row + y + 0.5) / side) * h];
          if (i % 2) ink.lineTo(...point); else ink.moveTo(...point);
        });
      }
    }
    ink.stroke();
  }

  /** The frame: two axes with a few numbers, and their names. */
  axes() {
    const {ink, colours} = this, {left, top, width, height} = this.area;
    Object.assign(ink, {strokeStyle: colours.quiet, fillStyle: colours.ink, lineWidth: 1});
    ink.font = "12px system-ui, sans-serif";
    ink.setLineDash([]);
    ink.strokeRect(left, top, width, height);
    ink.textAlign = "center";
    for (const [x, text] of ticks(...this.x)) ink.fillText(text, this.at([x, 0])[0], top + height + 16);
    ink.fillText(this.names[0], left + width / 2, top + height + 33);
    ink.textAlign = "right";
    for (const [y, text] of this.log ? powers(...this.y) : ticks(...this.y)) {
      ink.fillText(text, left - 6, this.at([0, y])[1] + 4);
    }
    ink.save();
    ink.translate(11, top + height / 2);
    ink.rotate(-Math.PI / 2);
    ink.textAlign = "center";
    ink.fillText(this.names[1], 0, 0);
    ink.restore();
  }
}

/** Three to six round numbers between two ends, and their texts. */
function ticks(low, high) {
  const rough = (high - low) / 4, power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find(factor => factor * power >= rough * 0.8);
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1, digits = Math.max(0, -Math.floor(Math.log10(step)));
  const values = Array.from({length: count}, (_, i) => (first + i) * step);
  return values.map(value => [value, value.toFixed(digits).replace("-", "−")]);
}

/** The powers of ten between two ends, as numbers and as text. */
function powers(low, high) {
  const first = Math.ceil(Math.log10(low) - 1e-9), last = Math.floor(Math.log10(high) + 1e-9);
  return Array.from({length: last - first + 1}, (_, i) => [10 ** (first + i), String(10 ** (first + i))]);
}

/** Places of a grid over the plane, row by row from below: X (side², 2). */
function grid([left, right], [low, high], side) {
  const X = new Float64Array(2 * side * side);
  for (let i = 0; i < side * side; i++) {
    X[2 * i] = left + (right - left) * (i % side + 0.5) / side;
    X[2 * i + 1] = low + (high - low) * (Math.floor(i / side) + 0.5) / side;
  }
  return X;
}

/** The ends of an axis, on each side a tenth beyond the values. */
function ends(values) {
  const low = Math.min(...values), high = Math.max(...values), tenth = 0.1 * (high - low);
  return [low - tenth, high + tenth];
}

/** The ends of both axes of a map of points. */
function around({X, y}) { return [0, 1].map(axis => ends(Array.from(y, (_, i) => X[2 * i + axis]))); }

/**
 * The clock of a training: steps while the page is idle, a few per frame, at most eight milliseconds of each.
 * `step` returns false when it is over. It stops when the playground leaves the view or the page.
 */
class Clock {
  constructor(root, {step, drawn, stopped, perFrame = () => 2, pause = 0}) {
    Object.assign(this, {root, step, drawn, stopped, perFrame, pause, runs: null});
    new IntersectionObserver(([seen]) => { if (!seen.isIntersecting) this.stop(); }).observe(root);
  }

  start() {
    const run = this.runs = {};
    let next = 0;
    const slice = () => {
      if (this.runs !== run) return;
      if (!this.root.isConnected) { this.stop(); return; }
      const now = performance.now(), steps = now < next ? 0 : this.perFrame();
      if (steps) next = now + this.pause;
      let goesOn = true;
      for (let i = 0; goesOn && i < steps && (i === 0 || performance.now() < now + 8); i++) goesOn = this.step();
      if (steps) this.drawn();
      if (goesOn) requestAnimationFrame(slice); else this.stop();
    };
    requestAnimationFrame(slice);
  }

  stop() {
    if (!this.runs) return;
    this.runs = null;
    this.stopped();
  }
}

/** Call `draw` when the playground gets a width, at first and later, or the page other colours. */
function watch(root, draw) {
  let width = 0, waiting = 0;
  const drawIfSeen = () => { if (root.clientWidth) draw(); };  // JupyterLab takes cells out of the page, and back in
  const later = () => { cancelAnimationFrame(waiting); waiting = requestAnimationFrame(drawIfSeen); };
  new ResizeObserver(() => { if (root.clientWidth !== width) { width = root.clientWidth; later(); } }).observe(root);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", later);
  const themes = new MutationObserver(later);
  for (const page of [document.documentElement, document.body]) {
    themes.observe(page, {attributeFilter: ["data-theme", "data-jp-theme-light", "data-jp-theme-name", "class"]});
  }
}

/**
 * Buttons that train, step and reset, and the clock behind them. `step` returns whether to go on, `told` what to tell
 * screen readers: when it is over, and every five seconds before.
 */
function trainer(root, {name = "Train", step, reset, draw, told, status, perFrame, pause}) {
  let lastTold = 0;
  const calm = matchMedia("(prefers-reduced-motion: reduce)"), tell = () => status.say(told());
  const go = button(name, () => {
    if (clock.runs) { clock.stop(); return; }
    go.textContent = "Stop";
    status.say("Training.");
    lastTold = performance.now();
    clock.start();
  });
  let lastDrawn = 0;
  const clock = new Clock(root, {
    step, perFrame, pause,
    drawn() {
      if (calm.matches && performance.now() - lastDrawn < 1000) return;
      draw();
      lastDrawn = performance.now();
      if (lastDrawn - lastTold > 5000) { lastTold = lastDrawn; tell(); }
    },
    stopped() { go.textContent = name; draw(); tell(); },
  });
  const once = button("Step", () => { clock.stop(); step(); draw(); tell(); });
  const again = () => { clock.stop(); reset(); draw(); tell(); };
  return {buttons: element("div", {className: "buttons"}, go, once, button("Reset", again)), again, clock};
}

/** A table of numbers: names and values, as text that can be read at any time. Returns {box, show(values)}. */
function readout(...names) {
  const values = names.map(() => element("dd"));
  const box = element("dl", {}, ...names.map((name, i) => element("div", {}, element("dt", {}, name), values[i])));
  return {box, show(...texts) { texts.forEach((text, i) => { values[i].textContent = text; }); }};
}

/** Put a playground in place of its picture. JupyterLab's shortcuts stay out of it; Escape goes back to the cell. */
function begin(script, playground) {
  const root = script.closest(".hidden-layers-playground");
  root.querySelector(".still").remove();
  root.addEventListener("keydown", event => {
    event.stopPropagation();
    if (event.key === "Escape") root.closest(".jp-Cell")?.focus();
  });
  watch(root, playground(root, JSON.parse(root.dataset.start)));
}
