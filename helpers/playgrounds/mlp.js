// A multilayer perceptron on points of the plane: its border, and what each hidden unit draws, while it learns.

const NOISE = {moons: 0.05, XOR: 0.25, spirals: 0.04};
const RATES_OF_SGD = [0.003, 0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 1, 2, 3];

/** What a hidden unit gives, brought to -1..1, so that 0 is where its sum is 0. */
function unitMap(values, activation) {
  if (activation === "sigmoid") return values.map(h => 2 * h - 1);
  if (activation === "tanh") return values;
  const largest = values.reduce((most, h) => Math.max(most, Math.abs(h)), 1e-9);
  return values.map(h => (h === 0 ? -1e-6 : h / largest));  // ReLU's zeros lie beyond the line
}

function mlp(root, {data, layers, units, activation, rate, seed}) {
  const SIDE = 50, SMALL = 25, MOST = 2000;
  const status = makeStatus(), numbers = readout("step", "loss", "right of 200", "right of 500 new points");
  let training, fresh, network, optimizer, steps, losses, places, small;

  const again = () => controls.again();
  const where = choice("points", Object.keys(SHAPES), data, again);
  const depth = slider("hidden layers", [1, 2, 3], layers, again);
  const width = slider("units per layer", range(1, 8, 1), units, again);
  const bend = choice("activation", Object.keys(ACTIVATIONS), activation, again);
  const speed = slider("learning rate", RATES_OF_SGD, rate, () => {
    optimizer.lr = speed.value;
    status.say(`Learning rate ${speed.value}.`);
  });
  const first = slider("starting weights", range(1, 20, 1), seed, again);
  const plane = new Plot({names: ["x₁", "x₂"], aspect: 0.85});
  const curve = new Plot({x: [0, 100], y: [1e-4, 1], names: ["step", "loss"], aspect: 0.55, log: true});
  const pictures = element("div", {className: "units", role: "img"});

  function reset() {
    const noise = NOISE[where.value];
    training = makePoints(where.value, {count: 200, noise, seed: 1});
    fresh = makePoints(where.value, {count: 500, noise, seed: 2});
    const sizes = [2, ...Array(depth.value).fill(width.value), 2];
    network = makeNetwork(sizes, bend.value, makeRandom(first.value));
    optimizer = new Sgd(parametersOf(network), {lr: speed.value, momentum: 0.9});
    [plane.x, plane.y] = around(training);
    [places, small] = [SIDE, SMALL].map(side => grid(plane.x, plane.y, side));
    [steps, losses] = [0, [lossOf(network, training, "crossEntropy")]];
    const plots = Array.from({length: depth.value}, () => Array.from({length: width.value}, () =>
      new Plot({x: plane.x, y: plane.y})));
    pictures.plots = plots;
    pictures.replaceChildren(...plots.map(row =>
      element("div", {className: "layer", style: `--units: ${Math.max(4, row.length)}`}, ...row.map(({box}) => box))));
    pictures.setAttribute("aria-label", `What each hidden unit draws: ${many(depth.value, "layer")} of ` +
      `${many(width.value, "unit")}, blue where it is negative, orange where positive, a line where its sum is 0.`);
  }
  function told() {
    const isOver = !Number.isFinite(losses.at(-1)) ? " The training failed: the rate is too large." : "";
    return `Step ${steps.toLocaleString("en")}: loss ${short(losses.at(-1), 4)}, ` +
      `${percent(accuracy(network, fresh))} of new points right.${isOver}`;
  }
  function drawUnits(colours) {
    const {hidden} = forward(network, small);
    pictures.plots.forEach((row, k) => row.forEach((plot, unit) => {
      plot.clear(colours);
      plot.map(unitMap(hidden[k].filter((_, i) => i % row.length === unit), bend.value), SMALL);
    }));
  }
  function draw() {
    const colours = coloursOf(root);
    plane.clear(colours);
    plane.map(probabilities(forward(network, places).outputs).map(p => 2 * p - 1), SIDE);
    plane.points(training, 3.2);
    plane.axes();
    plane.describe(`The ${where.value} and the network's border. ${told()}`);
    drawUnits(colours);
    curve.x = [0, Math.max(100, steps)];
    curve.clear(colours);
    curve.line(losses.map((loss, step) => [step, loss]));
    curve.axes();
    curve.describe(`Loss over ${many(steps, "step")}, on a scale of powers of ten. ${told()}`);
    const shares = [training, fresh].map(points => percent(accuracy(network, points)));
    numbers.show(steps.toLocaleString("en"), short(losses.at(-1), 4), ...shares);
  }
  const controls = trainer(root, {
    status, draw, told, reset,
    step() {
      trainStep(network, optimizer, training, "crossEntropy");
      losses.push(lossOf(network, training, "crossEntropy"));
      return ++steps % MOST !== 0 && Number.isFinite(losses.at(-1));
    },
  });
  root.append(
    element("div", {className: "controls"}, ...[where, depth, width, bend, speed, first].map(({box}) => box)),
    controls.buttons,
    element("div", {className: "plots"}, plane.box, element("div", {className: "column"}, pictures, curve.box)),
    numbers.box,
    element("p", {className: "legend"}, "Large: the probability of class 1 (orange triangles), with the border at " +
      "one half. Small: the hidden units, one row per layer, with a line where a unit's sum is 0."), status.line);
  reset();
  return draw;
}
