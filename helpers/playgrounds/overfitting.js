// Overfitting, and some remedies: few noisy points, a network with room to spare, two losses that disagree.

function overfitting(root, {points, decay, dropout, early, seed}) {
  const SIDE = 50, MOST = 1500, EVERY = 10, BATCH = 20, PATIENCE = 200, NOISY = 0.3, LOSS = "crossEntropy";
  const status = makeStatus(), best = {};
  const numbers = readout("step", "training loss", "validation loss", "validation error", "lowest validation loss");
  const valid = makePoints("moons", {count: 500, noise: NOISY, seed: 1000}), [across, up] = around(valid);
  const places = grid(across, up, SIDE);
  let training, network, optimizer, random, order, steps, curves, before = [];

  const again = () => controls.again();
  const size = slider("training points", [20, 40, 80, 160, 320, 640], points, again);
  const shrink = slider("weight decay", [0, 0.001, 0.003, 0.01, 0.03, 0.1], decay, again);
  const drop = slider("dropout", [0, 0.1, 0.2, 0.3, 0.5, 0.8], dropout, again);
  const stopsEarly = tick("stop early", early, again);
  const first = slider("points and start", range(1, 20, 1), seed, again);
  const plane = new Plot({x: across, y: up, names: ["x₁", "x₂"], aspect: 0.85});
  const chart = new Plot({x: [0, MOST], y: [0, 1], names: ["step", "loss"], aspect: 0.85});

  function reset() {
    if (curves?.valid.length > 2) before = curves.valid;
    training = makePoints("moons", {count: size.value, noise: NOISY, seed: first.value});
    random = makeRandom(first.value);
    network = makeNetwork([2, 24, 24, 2], "tanh", random);
    optimizer = new Sgd(parametersOf(network), {lr: 0.1, momentum: 0.9, weightDecay: shrink.value});
    [steps, order, curves] = [0, [], {train: [], valid: []}];
    Object.assign(best, {loss: Infinity, step: 0, parameters: null, isBack: false});
    measure();
  }
  /** Both losses, without dropout; the weights of the lowest validation loss are kept. */
  function measure() {
    curves.train.push([steps, lossOf(network, training, LOSS)]);
    curves.valid.push([steps, lossOf(network, valid, LOSS)]);
    const [, loss] = curves.valid.at(-1);
    if (loss < best.loss) {
      Object.assign(best, {loss, step: steps, parameters: parametersOf(network).map(values => values.slice())});
    }
  }
  function goBack() {
    parametersOf(network).forEach((values, p) => values.set(best.parameters[p]));
    best.isBack = true;
  }
  function step() {
    if (best.isBack) return false;
    if (order.length < BATCH) order = shuffled(size.value, random);
    const batch = rows(training, order.splice(0, BATCH));
    const masks = drop.value ? dropoutMasks(network, batch.y.length, drop.value, random) : undefined;
    trainStep(network, optimizer, batch, LOSS, masks);
    if (++steps % EVERY === 0) measure();
    if (stopsEarly.value && steps - best.step >= PATIENCE) goBack();
    return !best.isBack && steps % MOST !== 0;
  }
  const losses = () => [lossOf(network, training, LOSS), lossOf(network, valid, LOSS)].map(loss => short(loss, 3));
  function told() {
    const [train, validation] = losses(), lowest = `The lowest was ${short(best.loss, 3)}, at step ${best.step}.`;
    const now = `training loss ${train}, validation loss ${validation}. ${lowest}`;
    return best.isBack ? `Stopped early, and back to the weights of step ${best.step}: ${now}`
      : `Step ${steps.toLocaleString("en")}: ${now}`;
  }
  function drawCurves(colours) {
    chart.x = [0, Math.max(MOST, steps)];
    chart.y = [0, Math.ceil(2 * Math.max(1, ...curves.valid.map(([, loss]) => loss))) / 2];
    chart.clear(colours);
    chart.line(before, {color: colours.quiet, width: 1.5, dash: [2, 3]});
    chart.line(curves.train, {dash: [6, 4]});
    chart.line(curves.valid);
    chart.inside(() => chart.mark([best.step, best.loss], "circle", colours.parameter, 6));
    chart.axes();
    chart.describe(`Training and validation loss over the steps. ${told()}`);
  }
  function draw() {
    const colours = coloursOf(root);
    plane.clear(colours);
    plane.map(probabilities(forward(network, places).outputs).map(p => 2 * p - 1), SIDE);
    plane.points(training, size.value > 100 ? 2.5 : 4);
    plane.axes();
    plane.describe(`${size.value} training points and the network's border. ${told()}`);
    drawCurves(colours);
    const error = percent(1 - accuracy(network, valid));
    numbers.show(steps.toLocaleString("en"), ...losses(), error, `${short(best.loss, 3)} at step ${best.step}`);
  }
  const controls = trainer(root, {status, draw, told, reset, step, perFrame: () => 8});
  root.append(
    element("div", {className: "controls"}, ...[size, shrink, drop, stopsEarly, first].map(({box}) => box)),
    controls.buttons, element("div", {className: "plots"}, plane.box, chart.box), numbers.box,
    element("p", {className: "legend"}, "Dashed: training loss. Solid: validation loss, on 500 other points; its " +
      "lowest place is the orange circle. Dotted: the validation loss of the run before."), status.line);
  reset();
  return draw;
}
