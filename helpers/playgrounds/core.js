// The arithmetic of the playgrounds: the same networks, losses and steps as PyTorch's, in double precision.
// tests/playgrounds/test_parity.py holds every line of it to PyTorch. Nothing here knows of a page.
// Tables of numbers lie row by row in one Float64Array, as in PyTorch: X is (batch, in), W is (out, in).

/** Numbers in [0, 1) that a seed decides (mulberry32, by Tommy Ettinger): the same ones on every machine. */
function makeRandom(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6D2B79F5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 4294967296;
  };
}

/** One number from the normal distribution of mean 0 and standard deviation 1 (Box and Muller, 1958). */
function normal(random) {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Places of two classes in the plane, without their noise: (random, class) -> [x1, x2]. */
const SHAPES = {
  moons(random, label) {
    const angle = Math.PI * random();
    return label ? [1 - Math.cos(angle), 0.5 - Math.sin(angle)] : [Math.cos(angle), Math.sin(angle)];
  },
  XOR(random, label) {
    const left = random() < 0.5 ? -1 : 1;
    return [left, label ? -left : left];
  },
  spirals(random, label) {
    const radius = 0.15 + 1.35 * random(), angle = 5.5 * radius + Math.PI * label;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  },
};

/** Points of two classes in turn: X (count, 2) and y (count,). */
function makePoints(shape, {count, noise, seed}) {
  const random = makeRandom(seed), X = new Float64Array(2 * count), y = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    y[i] = i % 2;
    const place = SHAPES[shape](random, y[i]);
    for (const axis of [0, 1]) X[2 * i + axis] = place[axis] + noise * normal(random);
  }
  return {X, y};
}

/** A network with the starting weights of nn.Linear: uniform within 1 / sqrt(in). Its layers hold W (out, in), b. */
function makeNetwork(sizes, activation, random) {
  const layers = sizes.slice(1).map((outputs, k) => {
    const bound = 1 / Math.sqrt(sizes[k]), draw = () => bound * (2 * random() - 1);
    return {W: Float64Array.from({length: outputs * sizes[k]}, draw), b: Float64Array.from({length: outputs}, draw)};
  });
  return {layers, activation};
}

/** Its weights and biases, W1, b1, W2, b2 and so on: the arrays themselves, not copies. */
function parametersOf(network) { return network.layers.flatMap(({W, b}) => [W, b]); }

/** Each activation, and its slope as a function of its own value. */
const ACTIVATIONS = {
  none: [z => z, () => 1],
  sigmoid: [z => 1 / (1 + Math.exp(-z)), h => h * (1 - h)],
  tanh: [Math.tanh, h => 1 - h * h],
  ReLU: [z => (z > 0 ? z : 0), h => (h > 0 ? 1 : 0)],
};

/** Z = X Wᵀ + b: (batch, in) -> (batch, out). */
function linear(X, {W, b}) {
  const inputs = W.length / b.length, batch = X.length / inputs, Z = new Float64Array(batch * b.length);
  for (let i = 0; i < batch; i++) {
    for (let j = 0; j < b.length; j++) {
      let sum = b[j];
      for (let k = 0; k < inputs; k++) sum += X[i * inputs + k] * W[j * inputs + k];
      Z[i * b.length + j] = sum;
    }
  }
  return Z;
}

/**
 * The forward pass. `masks` holds for each hidden layer what dropout multiplies its values by, or is left out.
 * Returns the hidden values before dropout, what each layer reads, and the outputs of the last layer.
 */
function forward({layers, activation}, X, masks) {
  const [bend] = ACTIVATIONS[activation], hidden = [], read = [X];
  for (const [k, layer] of layers.slice(0, -1).entries()) {
    const H = linear(read[k], layer).map(z => bend(z));
    hidden.push(H);
    read.push(masks ? H.map((h, i) => h * masks[k][i]) : H);
  }
  return {hidden, read, outputs: linear(read.at(-1), layers.at(-1))};
}

/** The losses: (outputs, y) -> the mean over the batch, and its slope with respect to each output. */
const LOSSES = {
  squaredError(outputs, y) {
    const error = outputs.map((value, i) => value - y[i]);
    return {loss: error.reduce((sum, e) => sum + e * e, 0) / y.length, slopes: error.map(e => 2 * e / y.length)};
  },
  binaryCrossEntropy(logits, y) {
    let sum = 0;
    const slopes = logits.map((z, i) => {
      sum += Math.max(z, 0) - z * y[i] + Math.log1p(Math.exp(-Math.abs(z)));
      return (ACTIVATIONS.sigmoid[0](z) - y[i]) / y.length;
    });
    return {loss: sum / y.length, slopes};
  },
  crossEntropy(logits, y) {
    const classes = logits.length / y.length, slopes = new Float64Array(logits.length);
    let sum = 0;
    for (let i = 0; i < y.length; i++) {
      const row = logits.subarray(i * classes, (i + 1) * classes), largest = Math.max(...row);
      const logTotal = largest + Math.log(row.reduce((total, z) => total + Math.exp(z - largest), 0));
      sum += logTotal - row[y[i]];
      row.forEach((z, j) => { slopes[i * classes + j] = (Math.exp(z - logTotal) - (j === y[i])) / y.length; });
    }
    return {loss: sum / y.length, slopes};
  },
};

/** Slopes of a layer's W and b, and of what it read, from the slopes of its sums. */
function linearBackward(X, {W, b}, slopes) {
  const outputs = b.length, inputs = W.length / outputs, batch = slopes.length / outputs;
  const dW = new Float64Array(W.length), db = new Float64Array(outputs), dX = new Float64Array(X.length);
  for (let i = 0; i < batch; i++) {
    for (let j = 0; j < outputs; j++) {
      const slope = slopes[i * outputs + j];
      db[j] += slope;
      for (let k = 0; k < inputs; k++) {
        dW[j * inputs + k] += slope * X[i * inputs + k];
        dX[i * inputs + k] += slope * W[j * inputs + k];
      }
    }
  }
  return {dW, db, dX};
}

/** The loss of a batch, and its gradient: one array for each of the network's parameters, in their order. */
function lossAndGradient(network, {X, y}, lossName, masks) {
  const {hidden, read, outputs} = forward(network, X, masks);
  const {loss, slopes: last} = LOSSES[lossName](outputs, y);
  const [, slopeOf] = ACTIVATIONS[network.activation], gradient = [];
  for (let k = network.layers.length - 1, slopes = last; k >= 0; k--) {
    const {dW, db, dX} = linearBackward(read[k], network.layers[k], slopes);
    gradient.unshift(dW, db);
    if (k > 0) slopes = dX.map((d, i) => d * (masks ? masks[k - 1][i] : 1) * slopeOf(hidden[k - 1][i]));
  }
  return {loss, gradient};
}

/** torch.optim.SGD: weight decay adds to the gradient, momentum keeps a share of the step before. */
class Sgd {
  constructor(parameters, {lr, momentum = 0, weightDecay = 0}) {
    Object.assign(this, {parameters, lr, momentum, weightDecay});
    this.velocity = parameters.map(values => new Float64Array(values.length));
  }

  step(gradient) {
    this.parameters.forEach((values, p) => {
      const velocity = this.velocity[p];
      for (let i = 0; i < values.length; i++) {
        velocity[i] = this.momentum * velocity[i] + gradient[p][i] + this.weightDecay * values[i];
        values[i] -= this.lr * velocity[i];
      }
    });
  }
}

/** One step of training, on a batch; returns the loss before it. */
function trainStep(network, optimizer, batch, lossName, masks) {
  const {loss, gradient} = lossAndGradient(network, batch, lossName, masks);
  optimizer.step(gradient);
  return loss;
}

/** The rows of a data set with these numbers. */
function rows({X, y}, numbers) {
  const width = X.length / y.length;
  const take = (table, size) => Float64Array.from(numbers.flatMap(i => [...table.subarray(i * size, (i + 1) * size)]));
  return {X: take(X, width), y: take(y, 1)};
}

/** The numbers 0 to count - 1 in an order drawn at random (Fisher and Yates). */
function shuffled(count, random) {
  const order = Array.from({length: count}, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor((i + 1) * random());
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** What dropout multiplies the hidden values of a batch by: 0 with probability p, else 1 / (1 - p). */
function dropoutMasks({layers}, batch, p, random) {
  const toss = () => (random() < p ? 0 : 1 / (1 - p));
  return layers.slice(0, -1).map(({b}) => Float64Array.from({length: batch * b.length}, toss));
}

/** Share of the examples whose largest logit is that of their class. */
function accuracy(network, {X, y}) {
  const {outputs} = forward(network, X);
  return y.reduce((right, label, i) => right + ((outputs[2 * i + 1] > outputs[2 * i]) === (label === 1)), 0) / y.length;
}

/** The mean loss, without dropout and without a step. */
function lossOf(network, {X, y}, lossName) { return LOSSES[lossName](forward(network, X).outputs, y).loss; }

/** Softmax probability of class 1, of two logits per example. */
function probabilities(logits) {
  const of = i => 1 / (1 + Math.exp(logits[2 * i] - logits[2 * i + 1]));
  return Float64Array.from({length: logits.length / 2}, (_, i) => of(i));
}

/**
 * Train from given weights on given batches: what the tests compare with PyTorch, and anybody can call in the page.
 * parameters: [W1, b1, W2, b2, ...], lists of numbers, row by row. batches: lists of example numbers, one per step.
 * masks: per step one list per hidden layer. Returns {losses, parameters}, the loss before each step.
 */
function train({parameters, X, y, batches, loss, masks, activation = "none", ...options}) {
  const layers = [];
  for (let p = 0; p < parameters.length; p += 2) {
    layers.push({W: Float64Array.from(parameters[p]), b: Float64Array.from(parameters[p + 1])});
  }
  const network = {layers, activation}, optimizer = new Sgd(parametersOf(network), options);
  const data = {X: Float64Array.from(X), y: Float64Array.from(y)};
  const losses = batches.map((batch, t) => trainStep(network, optimizer, rows(data, batch), loss, masks?.[t]));
  return {losses, parameters: parametersOf(network).map(values => [...values])};
}
