// One neuron with two inputs: its sum, its sigmoid, its line, and the training that moves the line.

function neuron(root, {X, y, w1, w2, b}) {
  const mornings = {X: Float64Array.from(X), y: Float64Array.from(y)};
  const SIDE = 40, WEIGHTS = range(-12, 12, 0.1), INPUTS = range(0, 1, 0.05), MOST = 500;
  const places = grid([0, 1], [0, 1], SIDE), sigmoid = ACTIVATIONS.sigmoid[0];
  const network = {layers: [{W: Float64Array.of(w1, w2), b: Float64Array.of(b)}], activation: "none"};
  const [{W, b: bias}] = network.layers, optimizer = new Sgd(parametersOf(network), {lr: 0.5});
  const status = makeStatus(), numbers = readout("sum", "σ(sum)", "right", "steps");
  let steps = 0;

  const byHand = () => {
    controls.clock.stop();
    [W[0], W[1], bias[0]] = knobs.map(knob => knob.value);
    draw();
    status.say(told());
  };
  const moved = () => { draw(); status.say(told()); };
  const one = value => short(value, 1), two = value => short(value, 2);
  const knobs = ["weight of clouds", "weight of rain", "bias"].map((name, i) =>
    slider(name, WEIGHTS, [w1, w2, b][i], byHand, one));
  const morning = [["morning: clouds", 0.5], ["morning: rain", 0.75]].map(([name, value]) =>
    slider(name, INPUTS, value, moved, two));
  const plane = new Plot({names: ["clouds x₁", "chance of rain x₂"]});
  const curve = new Plot({x: [-8, 8], y: [0, 1], names: ["sum z", "σ(z)"]});

  const sumOf = X => linear(X, network.layers[0]);
  const here = () => Float64Array.from(morning, knob => knob.value);
  const right = () => sumOf(mornings.X).reduce((count, z, i) => count + ((z > 0) === (mornings.y[i] === 1)), 0);
  const formula = () => {
    const [x1, x2] = here(), product = (w, x) => `${one(w)} × ${two(x)}`;
    return `${product(W[0], x1)} + ${product(W[1], x2)} + ${one(bias[0])} = ${two(sumOf(here())[0])}`
      .replace(/\+ −/g, "− ");
  };
  function told() {
    const p = two(sigmoid(sumOf(here())[0]));
    return `The neuron says ${p} for this morning. Its line gets ${right()} of ${mornings.y.length} mornings right.`;
  }
  function draw() {
    const colours = coloursOf(root), z = sumOf(here())[0];
    plane.clear(colours);
    plane.map(sumOf(places).map(value => 2 * sigmoid(value) - 1), SIDE);
    plane.points(mornings, 5);
    plane.inside(() => plane.mark(here(), "star", colours.ink, 9));
    plane.axes();
    plane.describe(`The plane of clouds and rain with ${y.length} mornings. ${told()}`);
    curve.clear(colours);
    curve.line(range(-8, 8, 0.2).map(value => [value, sigmoid(value)]));
    curve.mark([Math.max(-8, Math.min(8, z)), sigmoid(z)], "star", colours.ink, 9);
    curve.axes();
    curve.describe(`The sigmoid, with a star at the sum ${two(z)} and the output ${two(sigmoid(z))}.`);
    numbers.show(formula(), two(sigmoid(z)), `${right()} of ${mornings.y.length} mornings`, String(steps));
  }
  const turnKnobs = () => [...W, ...bias].forEach((value, i) => knobs[i].set(value));
  const controls = trainer(root, {
    status, draw, told,
    step() {
      trainStep(network, optimizer, mornings, "binaryCrossEntropy");
      turnKnobs();
      return ++steps % MOST !== 0;
    },
    reset() {
      W.set([w1, w2]);
      bias[0] = b;
      steps = 0;
      turnKnobs();
    },
  });
  root.append(
    element("div", {className: "controls"}, ...[...knobs, ...morning].map(({box}) => box)), controls.buttons,
    element("div", {className: "plots"}, plane.box, curve.box), numbers.box,
    element("p", {className: "legend"}, "Orange triangles: an umbrella was wanted. Blue circles: it was not. " +
      "The star is the morning that you set; on the line the sum is 0."), status.line);
  return draw;
}
