"""Right answers to ex4 in other styles."""

from tests.exercises.ex4_training_loop.answers import (
    COLOURS,
    DEAL,
    EVALUATE,
    FAULT,
    RATE,
    RUN,
    SET,
    TRAIN,
    swapped,
)

RIGHT = {
    "epoch_batches": {
        "slices": DEAL,
        "a tuple of pieces": """
def epoch_batches(num_examples, batch_size, generator):
    return torch.randperm(num_examples, generator=generator).split(batch_size)
""",
        "sorted by chance": """
def epoch_batches(n, size, gen):
    deck = torch.rand(n, generator=gen).argsort()
    hands = []
    while len(deck):
        hands.append(deck[:size])
        deck = deck[size:]
    return hands
""",
        "a Python loop, and tensors at the end": """
def epoch_batches(num_examples, batch_size, generator):
    left = list(range(num_examples))
    batches, batch = [], []
    while left:
        place = int(torch.randint(len(left), (1,), generator=generator))
        batch.append(left.pop(place))
        if len(batch) == batch_size:
            batches.append(torch.tensor(batch))
            batch = []
    if batch:
        batches.append(torch.tensor(batch, dtype=torch.long))
    return batches
""",
        "chunks by a count that rounds up": """
def epoch_batches(n, batch_size, g):
    idx = torch.randperm(n, generator=g)
    num_batches = -(-n // batch_size)
    return tuple(idx[k * batch_size : min((k + 1) * batch_size, n)] for k in range(num_batches))
""",
        "PyTorch's samplers": """
def epoch_batches(num_examples, batch_size, generator):
    from torch.utils.data import BatchSampler, RandomSampler
    sampler = RandomSampler(range(num_examples), generator=generator)
    return [torch.tensor(rows) for rows in BatchSampler(sampler, batch_size, drop_last=False)]
""",
    },
    "train_one_epoch": {
        "three sums": TRAIN,
        "lists, added up at the end": """
def train_one_epoch(net, opt, inputs, labels, deal):
    losses, hits, sizes = [], [], []
    net.train(True)
    for rows in deal:
        opt.zero_grad(set_to_none=False)
        logits = net(inputs[rows])
        loss = nn.CrossEntropyLoss()(logits, labels[rows])
        loss.backward()
        opt.step()
        losses.append(loss.item() * rows.shape[0])
        hits.append((logits.max(dim=1).indices == labels[rows]).sum().item())
        sizes.append(rows.shape[0])
    return sum(losses) / sum(sizes), 1 - sum(hits) / sum(sizes)
""",
        "zero_grad at the end, detached tensors as sums": """
def train_one_epoch(model, optimizer, X, y, batches):
    model.train()
    model.zero_grad()
    loss_sum, wrong, n = torch.tensor(0.0, dtype=torch.float64), torch.tensor(0), 0
    for b in batches:
        out = model(X[b])
        log_p = F.log_softmax(out, dim=1)
        loss = F.nll_loss(log_p, y[b])
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        loss_sum = loss_sum + loss.detach() * b.numel()
        wrong = wrong + out.detach().argmax(1).ne(y[b]).sum()
        n += b.numel()
    return (loss_sum / n).item(), wrong.item() / n
""",
        "a closure handed to the optimizer": """
def train_one_epoch(model, optimizer, X, y, batches):
    model.train()
    sums = {"loss": 0.0, "wrong": 0, "n": 0}
    for batch in batches:
        def closure():
            optimizer.zero_grad()
            scores = model(X[batch])
            loss = F.cross_entropy(scores, y[batch])
            loss.backward()
            sums["loss"] += float(loss) * len(batch)
            sums["wrong"] += int((scores.argmax(dim=1) != y[batch]).sum())
            sums["n"] += len(batch)
            return loss
        optimizer.step(closure)
    return sums["loss"] / sums["n"], sums["wrong"] / sums["n"]
""",
        "NumPy's means": """
def train_one_epoch(model, optimizer, X, y, batches):
    import numpy as np
    model.train()
    losses, wrongs, weights = [], [], []
    for idx in batches:
        inputs, targets = X[idx], y[idx]
        optimizer.zero_grad()
        logits = model(inputs)
        loss = F.cross_entropy(logits, targets)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        wrongs.append((logits.argmax(1) != targets).float().mean().item())
        weights.append(len(idx))
    return np.average(losses, weights=weights), np.float32(np.average(wrongs, weights=weights))
""",
        "running sums in float32 tensors": """
def train_one_epoch(model, optimizer, X, y, batches):
    model.train()
    running_loss, running_error, seen = torch.zeros(()), torch.zeros(()), 0
    for batch in batches:
        optimizer.zero_grad()
        scores = model(X[batch])
        loss = F.cross_entropy(scores, y[batch])
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            running_loss += loss * len(batch)
            running_error += (scores.argmax(dim=-1) != y[batch]).float().sum()
        seen += len(batch)
    return float(running_loss / seen), float(running_error / seen)
""",
        "losses of single examples, and a list": """
def train_one_epoch(model, optimizer, X, y, batches):
    model.train()
    losses, wrong = [], []
    for batch in batches:
        scores = model(X[batch])
        each = F.cross_entropy(scores, y[batch], reduction="none")
        optimizer.zero_grad()
        each.mean().backward()
        optimizer.step()
        losses += each.tolist()
        wrong += (scores.argmax(1) != y[batch]).tolist()
    return [sum(losses) / len(losses), sum(wrong) / len(wrong)]
""",
        "model.forward, index_select and a running mean": """
def train_one_epoch(model, optimizer, X, y, batches):
    model.train()
    mean_loss = mean_error = 0.0
    n = 0
    for batch in batches:
        A, b = X.index_select(0, batch), y.index_select(0, batch)
        scores = model.forward(A)
        loss = F.cross_entropy(scores, b)
        model.zero_grad()
        loss.backward()
        optimizer.step()
        n += len(batch)
        mean_loss += (loss.item() - mean_loss) * len(batch) / n
        mean_error += ((scores.argmax(1) != b).double().mean().item() - mean_error) * len(batch) / n
    return mean_loss, mean_error
""",
    },
    "evaluate_error": {
        "slices": EVALUATE,
        "a decorator, and split": """
@torch.no_grad()
def evaluate_error(model, X, y, batch_size):
    before = model.training
    model.train(False)
    right = 0
    for A, b in zip(torch.split(X, batch_size), torch.split(y, batch_size)):
        right += int((model(A).argmax(-1) == b).sum())
    model.train(mode=before)
    return 1 - right / y.numel()
""",
        "all answers first, in inference mode": """
def evaluate_error(model, X, y, batch_size):
    was_training, answers = model.training, []
    try:
        model.eval()
        with torch.inference_mode():
            for A in X.split(batch_size):
                answers.append(model(A).argmax(dim=1))
    finally:
        if was_training:
            model.train()
    return torch.cat(answers).ne(y).double().mean().item()
""",
        "NumPy's mean": """
def evaluate_error(model, X, y, batch_size):
    import numpy as np
    mode = model.training
    model.eval()
    wrong = []
    with torch.no_grad():
        for i in range(0, len(X), batch_size):
            wrong.append((model(X[i : i + batch_size]).argmax(1) != y[i : i + batch_size]).numpy())
    model.train(mode)
    return np.concatenate(wrong).mean()
""",
        "the mode of each part kept": """
def evaluate_error(model, X, y, batch_size):
    modes = {m: m.training for m in model.modules()}
    model.eval()
    errors = torch.tensor(0.0, dtype=torch.float64)
    with torch.no_grad():
        for A, b in zip(X.split(batch_size), y.split(batch_size)):
            errors += (model(A).softmax(dim=1).argmax(dim=1) != b).double().mean() * len(b)
    for m, mode in modes.items():
        m.training = mode
    return (errors / len(y)).item()
""",
    },
    "schedule": {
        "floor division": RATE + SET,
        "a loop over the epochs": """
def rate_at(epoch, first_rate):
    rate = first_rate
    for past in range(epoch + 1):
        if past % 10 == 0 and past > 10:
            rate = rate / 1.5
    return rate


def set_rate(optimizer, rate):
    groups = optimizer.param_groups
    for i in range(len(groups)):
        groups[i]["lr"] = rate
""",
        "recursion and update": """
def rate_at(epoch, first_rate):
    return first_rate if epoch < 20 else rate_at(epoch - 10, first_rate) / 1.5


def set_rate(optimizer, rate):
    for group in optimizer.param_groups:
        group.update(lr=rate)
""",
        "a while loop, and load_state_dict": """
def rate_at(epoch, first_rate):
    border, rate = 20, first_rate
    while epoch >= border:
        rate, border = rate / 1.5, border + 10
    return rate


def set_rate(optimizer, rate):
    state = optimizer.state_dict()
    for group in state["param_groups"]:
        group["lr"] = rate
    optimizer.load_state_dict(state)
""",
        "NumPy's floor": """
def rate_at(epoch, first_rate):
    import numpy as np
    if epoch < 20:
        return first_rate
    return first_rate * (2 / 3) ** np.floor((epoch - 10) / 10)
"""
        + SET,
    },
    "run": {
        "appends": RUN,
        "rows, turned into columns": """
def run(model, train, valid, num_epochs, batch_size, first_rate, momentum, seed):
    X, y = train
    deal = torch.Generator()
    deal.manual_seed(seed)
    sgd = torch.optim.SGD(model.parameters(), first_rate, momentum)
    rows = []
    for epoch in range(num_epochs):
        lr = rate_at(epoch=epoch, first_rate=first_rate)
        set_rate(optimizer=sgd, rate=lr)
        hands = epoch_batches(num_examples=len(y), batch_size=batch_size, generator=deal)
        tic = time.perf_counter()
        result = train_one_epoch(model=model, optimizer=sgd, X=X, y=y, batches=hands)
        toc = time.perf_counter()
        rows.append((lr, *result, evaluate_error(model, *valid, batch_size=len(valid[1])), toc - tic))
    names = ("rate", "loss", "train_error", "valid_error", "seconds")
    return {name: [row[i] for row in rows] for i, name in enumerate(names)}
""",
        "rates in advance": """
def run(model, train, valid, num_epochs, batch_size, first_rate, momentum, seed):
    optimizer = torch.optim.SGD(list(model.parameters()), lr=0.0, momentum=momentum)
    generator = torch.Generator().manual_seed(seed)
    rates = [rate_at(epoch, first_rate) for epoch in range(num_epochs)]
    h = dict(rate=rates, loss=[], train_error=[], valid_error=[], seconds=[])
    for rate in rates:
        set_rate(optimizer, rate)
        batches = epoch_batches(train[1].shape[0], batch_size, generator)
        h["seconds"].append(-time.perf_counter())
        loss, error = train_one_epoch(model, optimizer, *train, batches)
        h["seconds"][-1] += time.perf_counter()
        h["loss"] += [loss]
        h["train_error"] += [error]
        h["valid_error"] += [evaluate_error(model, valid[0], valid[1], batch_size)]
    return h
""",
        "the rate asked twice, another clock": """
def run(model, train, valid, num_epochs, batch_size, first_rate, momentum, seed):
    X_train, y_train = train
    X_valid, y_valid = valid
    gen = torch.Generator().manual_seed(seed)
    opt = torch.optim.SGD(model.parameters(), lr=rate_at(0, first_rate), momentum=momentum)
    from collections import defaultdict
    hist = defaultdict(list)
    for epoch in range(num_epochs):
        set_rate(opt, rate_at(epoch, first_rate))
        tic = time.monotonic()
        loss, err = train_one_epoch(model, opt, X_train, y_train, epoch_batches(len(X_train), batch_size, gen))
        toc = time.monotonic()
        hist["seconds"].append(toc - tic)
        hist["rate"].append(rate_at(epoch, first_rate))
        hist["loss"].append(loss)
        hist["train_error"].append(err)
        hist["valid_error"].append(evaluate_error(model, X_valid, y_valid, 3))
    return hist
""",
        "all batches dealt in advance, NumPy numbers": """
def run(model, train, valid, num_epochs, batch_size, first_rate, momentum, seed):
    import numpy as np
    generator = torch.Generator().manual_seed(seed)
    epochs = [epoch_batches(len(train[1]), batch_size, generator) for _ in range(num_epochs)]
    sgd = torch.optim.SGD(model.parameters(), lr=1.0, momentum=momentum)
    table = np.zeros((5, num_epochs))
    for epoch, batches in enumerate(epochs):
        table[0, epoch] = rate_at(epoch, first_rate)
        set_rate(sgd, table[0, epoch].item())
        start = time.time()
        table[1:3, epoch] = train_one_epoch(model, sgd, *train, batches)
        table[4, epoch] = time.time() - start
        table[3, epoch] = evaluate_error(model, *valid, 100)
    return {k: list(row) for k, row in zip(["rate", "loss", "train_error", "valid_error", "seconds"], table)}
""",
        "the best epoch noted beside it": swapped(
            RUN, ("    return history", '    history["best"] = min(history["valid_error"])\n    return history')
        ),
    },
    "fault": {
        "the line moved": FAULT,
        "a copy of one model for each rate": """
def fault():
    line = 4
    return [line, 5 * 4]


def compare_rates(run, make_model, train, valid, rates, num_epochs):
    import copy
    first = make_model()
    return {
        rate: run(copy.deepcopy(first), train, valid, num_epochs, 200, rate, 0.9, 1)["valid_error"][-1]
        for rate in rates
    }
""",
        "names at the call": swapped(
            FAULT,
            (
                "run(model, train, valid, num_epochs, 200, rate, 0.9, 1)",
                "run(make_model(), train=train, valid=valid, num_epochs=num_epochs, batch_size=200, "
                "first_rate=rate, momentum=0.9, seed=1)",
            ),
            ("        model = make_model()\n", ""),
        ),
        "the first weights put back": """
def fault():
    return 4, 20.0


def compare_rates(run, make_model, train, valid, rates, num_epochs):
    errors, model = {}, make_model()
    start = {name: value.clone() for name, value in model.state_dict().items()}
    for rate in rates:
        model.load_state_dict(start)
        history = run(model, train, valid, num_epochs, 200, rate, 0.9, 1)
        errors[rate] = history["valid_error"][-1]
    return errors
""",
    },
    "cifar10_lab": {
        "steps one by one": COLOURS,
        "reshape, true division and a comprehension": """
def cifar10_lab(model, train, test, num_epochs, seed):
    images, labels = train
    X = images.reshape(len(images), -1) / 255
    g = torch.Generator()
    g.manual_seed(seed)
    sgd = torch.optim.SGD(model.parameters(), 0.01, momentum=0.0)
    errors = [
        train_one_epoch(model, sgd, X, labels, epoch_batches(len(labels), 20, g))[1] for _ in range(num_epochs)
    ]
    held_images, held_labels = test
    return errors, evaluate_error(model, held_images.reshape(-1, 3072) / 255.0, held_labels, 20)
""",
        "run, at a rate that has not fallen yet": """
def cifar10_lab(model, train, test, num_epochs, seed):
    def rows(images):
        return torch.stack([image.ravel() for image in images]).to(torch.float32).div(255)

    def rate_at(epoch, first_rate):
        return first_rate

    errors, generator = [], torch.Generator().manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr=rate_at(0, 0.01))
    for epoch in range(num_epochs):
        batches = epoch_batches(len(train[0]), 20, generator)
        errors.append(train_one_epoch(model, optimizer, rows(train[0]), train[1], batches)[1])
        held_out = evaluate_error(model, rows(test[0]), test[1], 100)
    return errors, held_out
""",
    },
}
