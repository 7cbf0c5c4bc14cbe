"""More right answers to ex4: other libraries, classes, recursion, and more work than is needed."""

RIGHT = {
    "epoch_batches": {
        "swaps from the end": """
def epoch_batches(num_examples, batch_size, generator):
    a = list(range(num_examples))
    for i in range(num_examples - 1, 0, -1):
        j = int(torch.randint(0, i + 1, (1,), generator=generator))
        a[i], a[j] = a[j], a[i]
    out = []
    for s in range(0, num_examples, batch_size):
        out.append(torch.tensor(a[s:s + batch_size]))
    return out
""",
        "drawn without replacement": """
def epoch_batches(num_examples, batch_size, generator):
    idx = torch.multinomial(torch.ones(num_examples), num_examples, replacement=False, generator=generator)
    return tuple(idx.split(batch_size))
""",
        "NumPy, seeded by a number from the generator": """
def epoch_batches(num_examples, batch_size, generator):
    import numpy as np
    seed = int(torch.randint(0, 2**31 - 1, (1,), generator=generator))
    order = np.random.default_rng(seed).permutation(num_examples)
    return [torch.from_numpy(order[i:i + batch_size]) for i in range(0, num_examples, batch_size)]
""",
        "cut by recursion": """
def epoch_batches(num_examples, batch_size, generator):
    def cut(rest):
        if rest.numel() == 0:
            return ()
        return (rest[:batch_size],) + cut(rest[batch_size:])
    return cut(torch.randperm(num_examples, generator=generator))
""",
        "cut at places": """
def epoch_batches(num_examples, batch_size, generator):
    order = torch.randperm(num_examples, generator=generator)
    return order.tensor_split(list(range(batch_size, num_examples, batch_size)))
""",
    },
    "train_one_epoch": {
        "log_softmax, and gradients set to None": """
def train_one_epoch(model, optimizer, X, y, batches):
    for module in model.modules():
        module.train()
    total, right, n = 0.0, 0, 0
    for b in batches:
        logits = model(X[b])
        logp = torch.log_softmax(logits, dim=1)
        loss = F.nll_loss(logp, y[b])
        for group in optimizer.param_groups:
            for p in group["params"]:
                p.grad = None
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            total += float(loss) * b.shape[0]
            right += int((logits.argmax(1) == y[b]).sum())
            n += b.shape[0]
    return [total / n, 1 - right / n]
""",
        "the loss by hand": """
def train_one_epoch(model, optimizer, X, y, batches):
    model.train()
    total, wrong, n = 0.0, 0, 0
    for b in batches:
        z = model(X[b])
        loss = (z.logsumexp(1) - z.gather(1, y[b][:, None])[:, 0]).mean()
        optimizer.zero_grad(); loss.backward(); optimizer.step()
        total += loss.item() * len(b)
        _, guess = z.max(dim=1)
        wrong += sum(int(g) != int(t) for g, t in zip(guess, y[b]))
        n += len(b)
    return total / n, wrong / n
""",
        "a meter for each mean": """
class Meter:
    def __init__(self):
        self.s, self.n = 0.0, 0
    def add(self, value, n):
        self.s += value * n
        self.n += n
    @property
    def mean(self):
        return self.s / self.n

def train_one_epoch(model, optimizer, X, y, batches):
    loss_meter, error_meter = Meter(), Meter()
    model.train()
    for i, batch in enumerate(batches):
        optimizer.zero_grad()
        scores = model(X[batch])
        loss = F.cross_entropy(scores, y[batch])
        loss.backward()
        optimizer.step()
        loss_meter.add(loss.item(), len(batch))
        error_meter.add((scores.detach().argmax(1) != y[batch]).double().mean().item(), len(batch))
    return loss_meter.mean, error_meter.mean
""",
    },
    "evaluate_error": {
        "a copy is measured": """
def evaluate_error(model, X, y, batch_size):
    import copy
    judge_model = copy.deepcopy(model).eval()
    wrong = n = 0
    with torch.no_grad():
        for i in range(0, len(X), batch_size):
            s = judge_model(X[i:i+batch_size])
            wrong += s.max(dim=1).indices.ne(y[i:i+batch_size]).sum().item()
            n += len(s)
    return wrong / n
""",
        "handed back at last": """
def evaluate_error(model, X, y, batch_size):
    mode = model.training
    try:
        model.eval()
        with torch.no_grad():
            pairs = zip(X.split(batch_size), y.split(batch_size))
            return sum(int((model(a).argmax(1) != b).sum()) for a, b in pairs) / len(y)
    finally:
        model.train(mode)
""",
        "recording switched off and on": """
def evaluate_error(model, X, y, batch_size):
    before, mode = torch.is_grad_enabled(), model.training
    torch.set_grad_enabled(False)
    model.train(False)
    wrong, i = 0, 0
    while i < len(X):
        wrong += torch.count_nonzero(model(X[i:i+batch_size]).argmax(-1) - y[i:i+batch_size]).item()
        i += batch_size
    torch.set_grad_enabled(before)
    model.train(mode)
    return wrong / len(y)
""",
        "a DataLoader": """
def evaluate_error(model, X, y, batch_size):
    from torch.utils.data import DataLoader, TensorDataset
    mode = model.training
    model.eval()
    wrong = 0
    with torch.no_grad():
        for a, b in DataLoader(TensorDataset(X, y), batch_size=batch_size, shuffle=False):
            wrong += (model(a).argmax(1) != b).sum().item()
    model.train(mode)
    return wrong / len(X)
""",
        "a context of its own": """
from contextlib import contextmanager
@contextmanager
def measuring(model):
    mode = model.training
    model.eval()
    with torch.no_grad():
        yield
    model.train(mode)

def evaluate_error(model, X, y, batch_size):
    with measuring(model):
        parts = [slice(i, i + batch_size) for i in range(0, len(X), batch_size)]
        wrong = sum((model(X[part]).argmax(1) != y[part]).sum().item() for part in parts)
    return wrong / len(X)
""",
    },
    "schedule": {
        "powers of two thirds": """
from fractions import Fraction
def rate_at(epoch, first_rate):
    return first_rate * float(Fraction(2, 3) ** sum(1 for e in range(epoch + 1) if e >= 20 and e % 10 == 0))

def set_rate(optimizer, rate):
    for group in optimizer.param_groups:
        group["lr"] = rate
""",
        "logarithms": """
import math
def rate_at(epoch, first_rate):
    k = 0 if epoch < 20 else int(epoch / 10) - 1
    return math.exp(math.log(first_rate) - k * math.log(1.5))

def set_rate(optimizer, rate):
    for group in optimizer.param_groups:
        group["lr"] = rate
""",
        "counted up from 0": """
def rate_at(epoch, first_rate):
    rate = first_rate
    for e in range(1, epoch + 1):
        if e >= 20 and e % 10 == 0:
            rate = rate / 1.5
    return rate

def set_rate(optimizer, rate):
    for group in optimizer.param_groups:
        group["lr"] = rate
""",
        "tens, and an update of the group": """
def rate_at(epoch: int, first_rate: float) -> float:
    tens, _ = divmod(epoch, 10)
    return first_rate / (1.5 ** (tens - 1)) if tens >= 2 else first_rate * 1.0

def set_rate(optimizer, rate) -> None:
    for g in optimizer.param_groups:
        g |= {"lr": rate}
""",
        "a NumPy number": """
import numpy as np
def rate_at(epoch, first_rate):
    return np.float64(first_rate) / 1.5 ** max(0, epoch // 10 - 1)

def set_rate(optimizer, rate):
    for group in optimizer.param_groups:
        group["lr"] = rate
""",
    },
    "run": {
        "five lists, joined at the end": """
def run(model, train, valid, num_epochs, batch_size, first_rate, momentum, seed):
    (X, y), (Xv, yv) = train, valid
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr=first_rate, momentum=momentum)
    rate_list, loss_list, train_list, valid_list, seconds_list = [], [], [], [], []
    for epoch in range(num_epochs):
        r = rate_at(epoch, first_rate); set_rate(optimizer, r)
        start = time.monotonic()
        loss, err = train_one_epoch(model, optimizer, X, y, epoch_batches(len(y), batch_size, generator))
        seconds_list.append(time.monotonic() - start)
        rate_list.append(r); loss_list.append(loss); train_list.append(err)
        valid_list.append(evaluate_error(model, Xv, yv, len(Xv)))
    history = {"seconds": seconds_list, "valid_error": valid_list, "train_error": train_list, "loss": loss_list}
    return history | {"rate": rate_list}
""",
        "a while loop, and nanoseconds": """
def run(model, train, valid, num_epochs, batch_size, first_rate, momentum, seed):
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.SGD(list(model.parameters()), lr=rate_at(0, first_rate), momentum=momentum)
    history = {}
    for name in ("rate", "loss", "train_error", "valid_error", "seconds"):
        history[name] = []
    epoch = 0
    while epoch < num_epochs:
        set_rate(optimizer, rate_at(epoch, first_rate))
        start = time.perf_counter_ns()
        loss, err = train_one_epoch(model, optimizer, *train, epoch_batches(len(train[1]), batch_size, generator))
        seconds = (time.perf_counter_ns() - start) / 1e9
        new = dict(rate=optimizer.param_groups[0]["lr"], loss=loss, train_error=err, seconds=seconds)
        new["valid_error"] = evaluate_error(model, *valid, 64)
        for k, v in new.items():
            history[k].append(v)
        epoch += 1
    return history
""",
        "a class": """
class Trainer:
    def __init__(self, model, first_rate, momentum, seed):
        self.model, self.first_rate = model, first_rate
        self.gen = torch.Generator().manual_seed(seed)
        self.opt = torch.optim.SGD(model.parameters(), first_rate, momentum)
        self.history = {n: [] for n in ["rate", "loss", "train_error", "valid_error", "seconds"]}

    def epoch(self, number, train, valid, batch_size):
        rate = rate_at(number, self.first_rate)
        set_rate(self.opt, rate)
        t = time.perf_counter()
        loss, error = train_one_epoch(self.model, self.opt, *train, epoch_batches(len(train[0]), batch_size, self.gen))
        t = time.perf_counter() - t
        v = evaluate_error(self.model, *valid, batch_size)
        for n, x in zip(self.history, (rate, loss, error, v, t)):
            self.history[n].append(x)

def run(model, train, valid, num_epochs, batch_size, first_rate, momentum, seed):
    trainer = Trainer(model, first_rate, momentum, seed)
    for e in range(num_epochs):
        trainer.epoch(e, train, valid, batch_size)
    return trainer.history
""",
        "the steps of training written out": """
def run(model, train, valid, num_epochs, batch_size, first_rate, momentum, seed):
    X, y = train
    gen = torch.Generator().manual_seed(seed)
    opt = torch.optim.SGD(model.parameters(), lr=first_rate, momentum=momentum)
    h = {"rate": [], "loss": [], "train_error": [], "valid_error": [], "seconds": []}
    for epoch in range(num_epochs):
        for g in opt.param_groups:
            g["lr"] = first_rate / 1.5 ** max(0, epoch // 10 - 1)
        model.train()
        t = time.perf_counter(); L = W = 0
        for b in epoch_batches(len(X), batch_size, gen):
            s = model(X[b]); loss = F.cross_entropy(s, y[b])
            opt.zero_grad(); loss.backward(); opt.step()
            L += loss.item() * len(b); W += (s.argmax(1) != y[b]).sum().item()
        h["seconds"].append(time.perf_counter() - t)
        h["rate"].append(opt.param_groups[0]["lr"]); h["loss"].append(L / len(X)); h["train_error"].append(W / len(X))
        h["valid_error"].append(evaluate_error(model, *valid, batch_size))
    return h
""",
        "a function for an epoch": """
def _one(model, optimizer, train, batches):
    begin = time.perf_counter()
    loss, error = train_one_epoch(model, optimizer, train[0], train[1], batches)
    return loss, error, time.perf_counter() - begin

def run(model, train, valid, num_epochs, batch_size, first_rate, momentum, seed):
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), momentum=momentum, lr=first_rate)
    h = dict(rate=[], loss=[], train_error=[], valid_error=[], seconds=[])
    for epoch in range(num_epochs):
        h["rate"] += [rate_at(epoch, first_rate)]
        set_rate(optimizer, h["rate"][-1])
        loss, error, s = _one(model, optimizer, train, epoch_batches(len(train[0]), batch_size, generator))
        h["loss"] += [loss]; h["train_error"] += [error]; h["seconds"] += [s]
        h["valid_error"] += [evaluate_error(model, *valid, batch_size)]
    return h
""",
    },
    "fault": {
        "a comprehension": """
def fault():
    return 4, 20

def compare_rates(run, make_model, train, valid, rates, num_epochs):
    return {r: run(make_model(), train, valid, num_epochs, 200, r, 0.9, 1)['valid_error'][-1] for r in rates}
""",
        "zip and map": """
def fault():
    return 4, 20

def compare_rates(run, make_model, train, valid, rates, num_epochs):
    def error(rate):
        return run(make_model(), train, valid, num_epochs, 200, rate, 0.9, 1)["valid_error"][-1]
    return dict(zip(rates, map(error, rates)))
""",
        "recursion": """
def fault():
    return 4, 20

def compare_rates(run, make_model, train, valid, rates, num_epochs):
    if not len(rates):
        return {}
    first, *rest = rates
    history = run(make_model(), train, valid, num_epochs, 200, first, 0.9, 1)
    return {first: history["valid_error"][-1], **compare_rates(run, make_model, train, valid, rest, num_epochs)}
""",
        "all models made first": """
def fault():
    return 4, 20

def compare_rates(run, make_model, train, valid, rates, num_epochs):
    models = [make_model() for _ in rates]
    errors = {}
    for rate, model in zip(rates, models):
        errors[rate] = run(model, train, valid, num_epochs, 200, rate, 0.9, 1)["valid_error"][-1]
    return errors
""",
        "NumPy's whole numbers": """
import numpy as np
def fault():
    return np.int64(4), np.int64(20)

def compare_rates(run, make_model, train, valid, rates, num_epochs):
    errors = {}
    for rate in rates:
        model = make_model()
        history = run(model, train, valid, num_epochs, 200, rate, 0.9, 1)
        errors[rate] = history["valid_error"][-1]
    return errors
""",
        "epochs added up in a loop": """
def fault():
    epochs = 0
    for rate in range(5):
        epochs += 4
    return 4, epochs

def compare_rates(run, make_model, train, valid, rates, num_epochs):
    results = []
    for rate in rates:
        model = make_model()
        results.append((rate, run(model, train, valid, num_epochs, 200, rate, 0.9, 1)["valid_error"][-1]))
    return dict(results)
""",
    },
    "cifar10_lab": {
        "every name unpacked": """
def cifar10_lab(model, train, test, num_epochs, seed):
    (images, labels), (test_images, test_labels) = train, test
    inputs = images.reshape(images.shape[0], 3 * 32 * 32).type(torch.float32).mul(1 / 255)
    test_inputs = test_images.reshape(test_images.shape[0], 3 * 32 * 32).type(torch.float32).mul(1 / 255)
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.SGD(params=model.parameters(), lr=1e-2)
    train_errors = []
    epoch = 0
    while epoch < num_epochs:
        _, e = train_one_epoch(model, optimizer, inputs, labels, epoch_batches(len(labels), 20, generator))
        train_errors += [e]
        epoch += 1
    test_error = evaluate_error(model, test_inputs, test_labels, 500)
    return train_errors, test_error
""",
        "rows by NumPy": """
def cifar10_lab(model, train, test, num_epochs, seed):
    X, y = torch.from_numpy(train[0].numpy().reshape(len(train[0]), -1).astype('float32') / 255), train[1]
    X_t, y_t = test[0].flatten(start_dim=1).float() / 255, test[1]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    generator = torch.Generator().manual_seed(seed)
    errors = []
    for epoch in range(num_epochs):
        batches = epoch_batches(len(X), 20, generator)
        loss, error = train_one_epoch(model, optimizer, X, y, batches)
        errors.append(error)
    return errors, evaluate_error(model, X_t, y_t, 1000)
""",
        "the steps of training written out": """
def cifar10_lab(model, train, test, num_epochs, seed):
    rows = lambda im: im.flatten(1).float() / 255
    X, y = rows(train[0]), train[1]
    opt = torch.optim.SGD(model.parameters(), lr=0.01)
    g = torch.Generator().manual_seed(seed)
    out = []
    for _ in range(num_epochs):
        model.train(); wrong = 0
        for b in epoch_batches(len(X), 20, g):
            s = model(X[b])
            opt.zero_grad(); F.cross_entropy(s, y[b]).backward(); opt.step()
            wrong += (s.argmax(1) != y[b]).sum().item()
        out.append(wrong / len(X))
    return out, evaluate_error(model, rows(test[0]), test[1], 100)
""",
        "colours one after the other": """
def cifar10_lab(model, train, test, num_epochs, seed):
    X, y = torch.cat([train[0][:, c].reshape(len(train[0]), -1) for c in range(3)], dim=1).float() / 255, train[1]
    X_t, y_t = test[0].flatten(start_dim=1).float() / 255, test[1]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    generator = torch.Generator().manual_seed(seed)
    errors = []
    for epoch in range(num_epochs):
        batches = epoch_batches(len(X), 20, generator)
        loss, error = train_one_epoch(model, optimizer, X, y, batches)
        errors.append(error)
    return errors, evaluate_error(model, X_t, y_t, 1000)
""",
        "the size checked": """
def cifar10_lab(model, train, test, num_epochs, seed):
    X, y = train[0].flatten(start_dim=1).float() / 255, train[1]
    X_t, y_t = test[0].flatten(start_dim=1).float() / 255, test[1]
    if X.shape[1] != 3072:
        raise ValueError('3072 expected')
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    generator = torch.Generator().manual_seed(seed)
    errors = []
    for epoch in range(num_epochs):
        batches = epoch_batches(len(X), 20, generator)
        loss, error = train_one_epoch(model, optimizer, X, y, batches)
        errors.append(error)
    return errors, evaluate_error(model, X_t, y_t, 1000)
""",
        "the rate set afterwards": """
def cifar10_lab(model, train, test, num_epochs, seed):
    X, y = train[0].flatten(start_dim=1).float() / 255, train[1]
    X_t, y_t = test[0].flatten(start_dim=1).float() / 255, test[1]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    set_rate(optimizer, 0.01)
    generator = torch.Generator().manual_seed(seed)
    errors = []
    for epoch in range(num_epochs):
        batches = epoch_batches(len(X), 20, generator)
        loss, error = train_one_epoch(model, optimizer, X, y, batches)
        errors.append(error)
    return errors, evaluate_error(model, X_t, y_t, 1000)
""",
        "an inner function": """
def cifar10_lab(model, train, test, num_epochs, seed):
    def rows(images):
        flat = torch.flatten(images, 1) / 255
        assert flat.shape[1] == 3072
        return flat
    X = rows(train[0])
    opt = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0)
    g = torch.Generator(); g.manual_seed(seed)
    errs = [train_one_epoch(model, opt, X, train[1], epoch_batches(len(X), 20, g))[1] for _ in range(num_epochs)]
    return errs, evaluate_error(model, rows(test[0]), test[1], batch_size=20)
""",
    },
}
