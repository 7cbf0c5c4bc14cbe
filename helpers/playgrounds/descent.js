// Gradient descent on the mean squared error of a line w x + b, seen on the map of all lines.

/** Mean and standard deviation taken away: the lines stay the same lines. */
function standardised(x) {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  const spread = Math.sqrt(x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length);
  return x.map(value => (value - mean) / spread);
}

/** The loss of any line from five means over the data, and its lowest point by the normal equations. */
function bowl(x, y) {
  const mean = term => x.reduce((sum, value, i) => sum + term(value, y[i]), 0) / x.length;
  const [X, XX, Y, XY, YY] = [v => v, v => v * v, (v, t) => t, (v, t) => v * t, (v, t) => t * t].map(mean);
  const w = (XY - X * Y) / (XX - X * X), b = Y - w * X;
  const loss = (w, b) => w * w * XX + 2 * w * b * X - 2 * w * XY + b * b - 2 * b * Y + YY;
  // The largest curvature: the larger eigenvalue of the second derivatives, 2 [[XX, X], [X, 1]].
  const curvature = XX + 1 + Math.sqrt((XX - 1) ** 2 + 4 * X * X);
  return {w, b, loss, lowest: loss(w, b), curvature};
}

const RATES = [0.001, 0.002, 0.005, 0.007, 0.0074, 0.0075, 0.008, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7,
  0.8, 0.9, 0.93, 0.95, 0.99, 1, 1.01, 1.05, 1.1, 1.2, 1.5];

function descent(root, {x, y, w, b, rate, inputs}) {
  const SIDE = 70, MOST = 3000, CLOSE = 0.01;
  const status = makeStatus(), numbers = readout("step", "w", "b", "loss", "slope along w", "slope along b");
  const network = {layers: [{W: Float64Array.of(w), b: Float64Array.of(b)}], activation: "none"};
  const [{W, b: height}] = network.layers;
  let data, land, path, optimizer;

  const again = () => controls.again();
  const which = choice("inputs x", ["standardised", "as measured"], inputs, () => { survey(); again(); });
  const speed = slider("learning rate", RATES, rate, () => {
    optimizer.lr = speed.value;
    status.say(`Learning rate ${speed.value}.`);
  });
  const from = [slider("start at w", [w], w, again, short), slider("start at b", [b], b, again, short)];
  const map = new Plot({names: ["w", "b"]});
  const line = new Plot({names: ["x", "y"]});
  map.canvas.addEventListener("click", event => {
    map.placeOf(event).forEach((value, i) => from[i].set(value));
    again();
  });

  /** Look at the land anew: for these inputs, its lowest point and the part of it that the map shows. */
  function survey() {
    const isRound = which.value === "standardised", reach = [isRound ? 14 : 2.8, 14];
    data = {X: Float64Array.from(isRound ? standardised(x) : x), y: Float64Array.from(y)};
    land = bowl([...data.X], y);
    [map.x, map.y] = [land.w, land.b].map((centre, i) => [centre - reach[i], centre + reach[i]]);
    const steps = [isRound ? 1 : 0.2, 1];
    from.forEach((knob, i) => {
      const [low, high] = [map.x, map.y][i].map(end => steps[i] * Math.round(end / steps[i]));
      knob.offer(range(low, high, steps[i]), [w, b][i]);
    });
    [line.x, line.y] = [ends(data.X), ends(y)];
  }
  function reset() {
    [W[0], height[0]] = from.map(knob => knob.value);
    optimizer = new Sgd(parametersOf(network), {lr: speed.value});
    path = [[W[0], height[0]]];
  }
  const loss = () => lossOf(network, data, "squaredError");
  const grows = () => path.length > 1 && loss() > 1.001 * land.loss(...path.at(-2));
  function told() {
    const place = `w ${short(W[0])}, b ${short(height[0])}, loss ${short(loss(), 3)}`;
    const where = `Step ${(path.length - 1).toLocaleString("en")}: ${place}.`;
    if (!Number.isFinite(loss()) || grows()) return `${where} The loss grows: the steps are too long.`;
    return loss() < land.lowest + CLOSE ? `${where} Arrived: the lowest loss is ${short(land.lowest, 3)}.` : where;
  }
  function drawMap(colours) {
    map.clear(colours);
    const places = grid(map.x, map.y, SIDE), heights = Float64Array.from({length: SIDE * SIDE}, (_, i) =>
      land.loss(places[2 * i], places[2 * i + 1]));
    const highest = Math.max(...heights);
    for (let i = 0; i < 14; i++) {  // the levels of helpers.plotting.plot_loss_map
      map.contour(heights, SIDE, land.lowest + (0.02 + 0.98 * i / 13) * (highest - land.lowest), colours.line, 0.8);
    }
    map.line(path, {color: colours.parameter, width: 1.5, dots: 2.5});
    map.inside(() => {
      map.mark([land.w, land.b], "star", colours.truth, 8);
      map.mark(path.at(-1), "circle", colours.parameter, 6);
    });
    map.axes();
    map.describe(`Lines of equal loss around a star at w ${short(land.w)}, b ${short(land.b)}. ${told()}`);
  }
  function drawLine(colours) {
    line.clear(colours);
    line.inside(() => data.X.forEach((value, i) => {
      const [left, top] = line.at([value, data.y[i]]);
      line.ink.fillStyle = colours.quiet;
      line.ink.fillRect(left - 1.5, top - 1.5, 3, 3);
    }));
    line.line(line.x.map(value => [value, W[0] * value + height[0]]), {width: 3});
    line.axes();
    line.describe(`The data, and the line ${short(W[0])} x + ${short(height[0])}.`);
  }
  function draw() {
    const colours = coloursOf(root), {gradient} = lossAndGradient(network, data, "squaredError");
    drawMap(colours);
    drawLine(colours);
    const slopes = gradient.map(([slope]) => short(slope));
    numbers.show((path.length - 1).toLocaleString("en"), short(W[0]), short(height[0]), short(loss(), 3), ...slopes);
  }
  const controls = trainer(root, {
    name: "Descend", status, draw, told, reset,
    pause: 60,
    perFrame: () => (path.length < 60 ? 1 : 10),
    step() {
      trainStep(network, optimizer, data, "squaredError");
      path.push([W[0], height[0]]);
      return loss() > land.lowest + CLOSE && loss() < 1e9 && (path.length - 1) % MOST !== 0;
    },
  });
  root.append(
    element("div", {className: "controls"}, ...[speed, which, ...from].map(({box}) => box)), controls.buttons,
    element("div", {className: "plots"}, map.box, line.box), numbers.box,
    element("p", {className: "legend"}, "Rings: equal loss. Green star: the lowest point. Orange: the steps, and " +
      "where you are. A click on the map starts there, as the two sliders do."), status.line);
  survey();
  reset();
  return draw;
}
