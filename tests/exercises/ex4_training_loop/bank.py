"""Answers to ex4: right ones in other styles, and the mistakes that students make, each with the hint meant for it."""


def swapped(answer: str, *changes: tuple[str, str]) -> str:
    """The answer with some of its text replaced; each text must be there."""
    for old, new in changes:
        assert old in answer, old
        answer = answer.replace(old, new)
    return answer


DEAL = """
def epoch_batches(num_examples, batch_size, generator):
    order = torch.randperm(num_examples, generator=generator)
    return [order[i : i + batch_size] for i in range(0, num_examples, batch_size)]
"""

TRAIN = """
def train_one_epoch(model, optimizer, X, y, batches):
    model.train()
    total_loss, wrong, seen = 0.0, 0, 0
    for batch in batches:
        scores = model(X[batch])
        loss = F.cross_entropy(scores, y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total_loss += loss.item() * len(batch)
        wrong += (scores.argmax(dim=1) != y[batch]).sum().item()
        seen += len(batch)
    return total_loss / seen, wrong / seen
"""

EVALUATE = """
def evaluate_error(model, X, y, batch_size):
    mode = model.training
    model.eval()
    wrong = 0
    with torch.no_grad():
        for start in range(0, len(X), batch_size):
            scores = model(X[start : start + batch_size])
            wrong += (scores.argmax(dim=1) != y[start : start + batch_size]).sum().item()
    model.train(mode)
    return wrong / len(X)
"""

RATE = """
def rate_at(epoch, first_rate):
    return first_rate / 1.5 ** max(epoch // 10 - 1, 0)
"""

SET = """
def set_rate(optimizer, rate):
    for group in optimizer.param_groups:
        group["lr"] = rate
"""

RUN = """
def run(model, train, valid, num_epochs, batch_size, first_rate, momentum, seed):
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr=first_rate, momentum=momentum)
    history = {"rate": [], "loss": [], "train_error": [], "valid_error": [], "seconds": []}
    for epoch in range(num_epochs):
        rate = rate_at(epoch, first_rate)
        set_rate(optimizer, rate)
        batches = epoch_batches(len(train[0]), batch_size, generator)
        start = time.perf_counter()
        loss, error = train_one_epoch(model, optimizer, train[0], train[1], batches)
        seconds = time.perf_counter() - start
        held_out = evaluate_error(model, valid[0], valid[1], 500)
        history["rate"].append(rate)
        history["loss"].append(loss)
        history["train_error"].append(error)
        history["valid_error"].append(held_out)
        history["seconds"].append(seconds)
    return history
"""

COUNT = """
def count_parameters(model):
    return sum(p.numel() for p in model.parameters())
"""

MAKE = """
def make_network():
    return nn.Sequential(nn.Linear(784, 100), nn.ReLU(), nn.Linear(100, 10))
"""

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
    },
    "better_network": {
        "a loop, and a deeper network": """
def count_parameters(model):
    total = 0
    for p in model.parameters():
        n = 1
        for size in p.shape:
            n *= size
        total += n
    return total


def make_network():
    return nn.Sequential(
        nn.Linear(784, 110), nn.ReLU(), nn.Linear(110, 60), nn.ReLU(), nn.Linear(60, 10)
    )
""",
        "a class": """
def count_parameters(model):
    return sum(p.nelement() for _, p in model.named_parameters())


def make_network():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.hidden, self.out = nn.Linear(784, 120), nn.Linear(120, 10)

        def forward(self, X):
            return self.out(torch.relu(self.hidden(X)))

    return Net()
""",
        "another activation": COUNT + MAKE.replace("nn.ReLU()", "nn.GELU()").replace("100", "90"),
    },
}

WRONG = {
    "epoch_batches": {
        "drawn with replacement": (
            """
def epoch_batches(num_examples, batch_size, generator):
    order = torch.randint(num_examples, (num_examples,), generator=generator)
    return list(order.split(batch_size))
""",
            "drawn with replacement?",
        ),
        "the last batch dropped": (
            """
def epoch_batches(num_examples, batch_size, generator):
    order = torch.randperm(num_examples, generator=generator)
    return [order[i * batch_size : (i + 1) * batch_size] for i in range(num_examples // batch_size)]
""",
            "the short batch belongs to the epoch too",
        ),
        "not shuffled": (
            "def epoch_batches(n, size, generator):\n    return list(torch.arange(n).split(size))",
            "in the order of the file",
        ),
        "batches shuffled, not examples": (
            """
def epoch_batches(num_examples, batch_size, generator):
    blocks = torch.arange(num_examples).split(batch_size)
    full = [b for b in blocks if len(b) == batch_size]
    order = torch.randperm(len(full), generator=generator)
    order = order.flip(0) if order[0] == 0 else order
    return [full[i] for i in order] + [b for b in blocks if len(b) < batch_size]
""",
            "shuffle the examples, not the batches",
        ),
        "the global generator": (
            swapped(DEAL, (", generator=generator", "")),
            "PyTorch's global generator was used",
        ),
        "NumPy's generator": (
            """
def epoch_batches(num_examples, batch_size, generator):
    import numpy as np
    return list(torch.from_numpy(np.random.permutation(num_examples)).long().split(batch_size))
""",
            "two generators with one seed deal two orders",
        ),
        "seeded inside": (
            swapped(DEAL, ("    order", "    generator.manual_seed(0)\n    order")),
            "don't seed inside the function",
        ),
        "counted from 1": (
            swapped(DEAL, ("generator=generator)", "generator=generator) + 1")),
            "they start at 0 and end at num_examples - 1",
        ),
        "one batch of everything": (
            swapped(DEAL, ("    return", "    return [order]\n    return")),
            "a short last one are wanted, 10 examples in all; yours hold [10]",
        ),
        "the last batch filled up": (
            swapped(
                DEAL,
                (
                    "    return",
                    "    order = torch.cat([order, order[:batch_size - num_examples % batch_size]])\n    return",
                ),
                ("range(0, num_examples,", "range(0, len(order),"),
            ),
            "yours hold [4, 4, 4]",
        ),
        "lists of numbers": (
            swapped(DEAL, ("[order[i : i + batch_size]", "[order[i : i + batch_size].tolist()")),
            "and it holds something else",
        ),
        "one tensor": (
            "def epoch_batches(n, size, generator):\n    return torch.randperm(n, generator=generator)",
            "wanted a list of int64 tensors of shape (batch,), got a Tensor",
        ),
        "no return": (swapped(DEAL, ("return ", "batches = ")), "is the `return` line missing?"),
        "hard-coded for the visible case": (
            """
def epoch_batches(num_examples, batch_size, generator):
    return list(torch.randperm(10, generator=generator).split(4))
""",
            "a short last one are wanted, 23 examples in all; yours hold [4, 4, 2]",
        ),
    },
    "train_one_epoch": {
        "zero_grad missing": (swapped(TRAIN, ("        optimizer.zero_grad()\n", "")), "zero_grad() is missing"),
        "zero_grad before the loop": (
            swapped(
                TRAIN,
                ("        optimizer.zero_grad()\n", ""),
                ("    model.train()", "    model.train()\n    optimizer.zero_grad()"),
            ),
            "zero_grad() is missing",
        ),
        "zero_grad between backward and step": (
            swapped(
                TRAIN,
                ("        optimizer.zero_grad()\n", ""),
                (".backward()\n", ".backward()\n        optimizer.zero_grad()\n"),
            ),
            "is backward() missing, or zero_grad() late?",
        ),
        "backward missing": (
            swapped(TRAIN, ("        loss.backward()\n", "")),
            "is backward() missing, or zero_grad() late?",
        ),
        "step missing": (swapped(TRAIN, ("        optimizer.step()\n", "")), "the optimizer took 0 steps"),
        "one step after the loop": (
            swapped(TRAIN, ("        optimizer.step()\n", ""), ("    return", "    optimizer.step()\n    return")),
            "the optimizer took 1 steps: one step per batch, in the loop",
        ),
        "its own optimizer": (
            swapped(
                TRAIN,
                ("    model.train()", "    model.train()\n    optimizer = torch.optim.SGD(model.parameters(), lr=0.0)"),
            ),
            "the optimizer took 0 steps",
        ),
        "train mode missing": (swapped(TRAIN, ("    model.train()\n", "")), "call model.train() first"),
        "trained in eval mode": (swapped(TRAIN, ("model.train()", "model.eval()")), "where dropout sleeps"),
        "mean of batch means": (
            swapped(
                TRAIN, ("loss.item() * len(batch)", "loss.item()"), ("total_loss / seen", "total_loss / len(batches)")
            ),
            "weight it by its number of examples",
        ),
        "error as a mean of batch means": (
            swapped(TRAIN, (".sum().item()", ".float().mean().item()"), ("wrong / seen", "wrong / len(batches)")),
            "weight it by its number of examples",
        ),
        "sum of the losses": (swapped(TRAIN, ("total_loss / seen", "total_loss")), "that is a sum"),
        "divided by len(X)": (
            swapped(TRAIN, ("total_loss / seen, wrong / seen", "total_loss / len(X), wrong / len(X)")),
            "divided by len(X)",
        ),
        "the last batch alone": (
            swapped(TRAIN, ("return total_loss / seen", "return loss.item()")),
            "that is the last batch alone",
        ),
        "losses added with their graphs": (
            swapped(TRAIN, ("loss.item() * len", "loss * len")),
            "still attached to autograd's graph",
        ),
        "a tensor for the loss": (
            swapped(TRAIN, ("loss.item() * len", "loss.detach() * len")),
            "it is a Tensor: .item() takes the number out",
        ),
        "softmax before cross-entropy": (
            swapped(TRAIN, ("model(X[batch])", "model(X[batch]).softmax(dim=1)")),
            "softmax came before cross_entropy",
        ),
        "accuracy for error": (swapped(TRAIN, ("!=", "==")), "that is the share of right answers"),
        "sum instead of mean in the gradient": (
            swapped(
                TRAIN,
                (", y[batch])\n        opt", ", y[batch], reduction='sum')\n        opt"),
                ("loss.item() * len(batch)", "loss.item()"),
            ),
            "and the batch holds 6: is a division by the batch missing?",
        ),
        "all of X in every batch": (
            swapped(TRAIN, ("X[batch]", "X"), ("y[batch]", "y"), ("len(batch)", "len(X)")),
            "mean_loss is not right yet",
        ),
        "order of its own": (
            swapped(TRAIN, ("for batch in batches", "for batch in reversed(batches)")),
            "something else than X[batch]",
        ),
        "a second look for the error": (
            swapped(TRAIN, ("        wrong +=", "        scores = model(X[batch])\n        wrong +=")),
            "and the model was called 8 times: once a batch",
        ),
        "measured after the epoch": (
            TRAIN.replace(
                "    return total_loss / seen, wrong / seen",
                """    rows = torch.cat(list(batches))
    model.eval()
    scores = model.forward(X[rows])
    return F.cross_entropy(scores, y[rows]).item(), (scores.argmax(1) != y[rows]).double().mean().item()""",
            ),
            "measure while it trains, not afterwards",
        ),
        "gradients clipped": (
            swapped(
                TRAIN,
                (
                    "        optimizer.step()",
                    "        nn.utils.clip_grad_norm_(model.parameters(), 0.01)\n        optimizer.step()",
                ),
            ),
            "the gradient of the first step is not right yet",
        ),
        "no return": (
            swapped(TRAIN, ("    return total_loss / seen, wrong / seen", "    pass")),
            "end with `return mean_loss, error`",
        ),
        "hard-coded for the visible case": (
            swapped(TRAIN, ("seen += len(batch)", "seen = 19 if len(batches) == 4 else 23")),
            "mean_loss is not right yet",
        ),
    },
    "evaluate_error": {
        "evaluation in train mode": (
            swapped(EVALUATE, ("    model.eval()\n", "")),
            "so dropout threw dice over the answers",
        ),
        "no_grad missing": (
            swapped(EVALUATE, ("with torch.no_grad():", "if True:")),
            "put the loop under torch.no_grad()",
        ),
        "model left in eval mode": (
            swapped(EVALUATE, ("    model.train(mode)\n", "")),
            "came in train mode and was handed back in eval mode",
        ),
        "always handed back in train mode": (
            swapped(EVALUATE, ("model.train(mode)", "model.train()")),
            "came in eval mode and was handed back in train mode",
        ),
        "accuracy": (swapped(EVALUATE, ("!=", "==")), "that is the accuracy"),
        "mean of batch means": (
            """
@torch.no_grad()
def evaluate_error(model, X, y, batch_size):
    mode = model.training
    model.eval()
    errors = []
    for A, b in zip(X.split(batch_size), y.split(batch_size)):
        errors.append((model(A).argmax(dim=1) != b).float().mean().item())
    model.train(mode)
    return sum(errors) / len(errors)
""",
            "each batch counts the same here",
        ),
        "the last batch dropped": (
            swapped(EVALUATE, ("range(0, len(X), batch_size)", "range(0, len(X) - batch_size + 1, batch_size)")),
            "20 examples were shown, of 23",
        ),
        "a number of mistakes": (swapped(EVALUATE, ("wrong / len(X)", "float(wrong)")), "that is their number"),
        "per cent": (swapped(EVALUATE, ("return ", "return 100 * ")), "is it a percentage"),
        "the last batch alone": (
            swapped(EVALUATE, ("wrong += ", "wrong = "), ("/ len(X)", "/ len(scores)")),
            "that is the last batch alone",
        ),
        "everything at once": (
            swapped(EVALUATE, ("    mode =", "    batch_size = len(X)\n    mode =")),
            "23 examples went through at once, where batch_size is 10",
        ),
        "test data shuffled": (
            swapped(
                EVALUATE,
                ("    mode =", "    order = torch.randperm(len(X))\n    X, y = X[order], y[order]\n    mode ="),
            ),
            "nothing is shuffled or drawn here",
        ),
        "shuffled without the labels": (
            swapped(EVALUATE, ("    mode =", "    X = X[torch.randperm(len(X))]\n    mode =")),
            "nothing is shuffled or drawn here",
        ),
        "trained on the test data": (
            swapped(
                EVALUATE,
                (
                    "    wrong = 0\n",
                    """    wrong = 0
    sgd = torch.optim.SGD(model.parameters(), lr=0.1)
    F.cross_entropy(model.forward(X), y).backward()
    sgd.step()
    trained, model_now = model.state_dict(), model
""",
                ),
            ),
            "evaluate_error is not right yet",
        ),
        "a tensor": (
            swapped(EVALUATE, (".sum().item()", ".sum()")),
            "it is a Tensor, where a float is wanted",
        ),
        "autograd left off": (
            swapped(EVALUATE, ("with torch.no_grad():", "torch.set_grad_enabled(False)\n    if True:")),
            "autograd stays switched off afterwards",
        ),
        "the smallest score": (swapped(EVALUATE, ("argmax", "argmin")), "evaluate_error is not right yet"),
        "hard-coded for the visible case": (swapped(EVALUATE, ("/ len(X)", "/ 23")), "evaluate_error is not right yet"),
    },
    "schedule": {
        "divided from epoch 10 on": (
            swapped(RATE, ("epoch // 10 - 1", "epoch // 10")) + SET,
            "rate_at(10, 0.05) is not right yet\n  one division too many",
        ),
        "divided from epoch 30 on": (
            swapped(RATE, ("epoch // 10 - 1", "epoch // 10 - 2")) + SET,
            "rate_at(20, 0.05) is not right yet\n  one division too few",
        ),
        "an epoch late": (
            swapped(RATE, ("epoch // 10 - 1", "(epoch - 1) // 10 - 1")) + SET,
            "rate_at(20, 0.05) is not right yet\n  one division too few",
        ),
        "an epoch early": (
            swapped(RATE, ("epoch // 10 - 1", "(epoch + 1) // 10 - 1")) + SET,
            "rate_at(19, 0.05) is not right yet\n  one division too many",
        ),
        "larger at first": (
            swapped(RATE, ("max(epoch // 10 - 1, 0)", "(epoch // 10 - 1)")) + SET,
            "rate_at(0, 0.05) is not right yet\n  one division too few",
        ),
        "multiplied": (swapped(RATE, ("first_rate / ", "first_rate * ")) + SET, "it grows: divide by 1.5"),
        "divided only once": (
            swapped(RATE, ("max(epoch // 10 - 1, 0)", "(1 if epoch >= 20 else 0)")) + SET,
            "rate_at(30, 0.05) is not right yet\n  one division too few",
        ),
        "divided in every epoch": (
            swapped(RATE, ("epoch // 10 - 1", "epoch - 19")) + SET,
            "rate_at(29, 0.05) is not right yet",
        ),
        "only at multiples of 10": (
            swapped(RATE, ("    return", "    if epoch % 10:\n        return first_rate\n    return")) + SET,
            "rate_at(29, 0.05) is not right yet\n  one division too few",
        ),
        "a rate that remembers": (
            """
def rate_at(epoch, first_rate, memory=[1.0]):
    if epoch in (20, 30) or epoch > 30 and epoch % 10 == 0:
        memory[0] /= 1.5
    return first_rate * memory[0]
"""
            + SET,
            "rate_at(199, 0.05) is not right yet",
        ),
        "the lab's first rate, always": (
            swapped(RATE, ("return first_rate", "return 0.05")) + SET,
            "rate_at(129, 0.3) is not right yet",
        ),
        "the first group only": (
            RATE + 'def set_rate(optimizer, rate):\n    optimizer.param_groups[0]["lr"] = rate\n',
            "for each of the 2 groups of parameters",
        ),
        "an attribute of the optimizer": (
            RATE + "def set_rate(optimizer, rate):\n    optimizer.lr = rate\n",
            "they live in optimizer.param_groups",
        ),
        "the defaults": (
            RATE + 'def set_rate(optimizer, rate):\n    optimizer.defaults["lr"] = rate\n',
            "they live in optimizer.param_groups",
        ),
        "a new optimizer, lost on return": (
            RATE
            + """
def set_rate(optimizer, rate):
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    optimizer = torch.optim.SGD(parameters, lr=rate, momentum=0.9)
""",
            "they live in optimizer.param_groups",
        ),
        "set up anew": (
            RATE
            + """
def set_rate(optimizer, rate):
    groups = [{"params": group["params"]} for group in optimizer.param_groups]
    optimizer.__init__(groups, lr=rate, momentum=0.9)
""",
            "the momentum that it had is lost",
        ),
        "momentum zeroed": (
            RATE + SET + '    for state in optimizer.state.values():\n        state["momentum_buffer"].zero_()\n',
            "leave its state alone",
        ),
        "multiplied by the rate": (
            RATE + swapped(SET, ('["lr"] = rate', '["lr"] *= rate')),
            "wanted 0.02 for each of the 2 groups",
        ),
        "takes a step": (RATE + SET + "    optimizer.step()\n", "the weights moved"),
        "momentum set too": (
            RATE + SET + '        group["momentum"] = 1 - rate\n',
            "another option than the rate was changed",
        ),
    },
    "run": {
        "a new optimizer each epoch": (
            swapped(
                RUN,
                (
                    "        set_rate",
                    "        optimizer = torch.optim.SGD(model.parameters(), rate, momentum)\n        set_rate",
                ),
            ),
            "another optimizer came in a later epoch",
        ),
        "a new generator each epoch": (
            swapped(RUN, ("        rate =", "        generator = torch.Generator().manual_seed(seed)\n        rate =")),
            "another generator came in a later epoch",
        ),
        "the same batches in all epochs": (
            swapped(
                RUN,
                ("        batches = epoch_batches(len(train[0]), batch_size, generator)\n", ""),
                (
                    "    for epoch in",
                    "    batches = epoch_batches(len(train[0]), batch_size, generator)\n    for epoch in",
                ),
            ),
            "'epoch_batches': 1",
        ),
        "not seeded": (swapped(RUN, (".manual_seed(seed)", "")), "the generator was to be seeded with 1"),
        "seed hard-coded": (
            swapped(RUN, ("manual_seed(seed)", "manual_seed(1)")),
            "the generator was to be seeded with 11",
        ),
        "momentum forgotten": (swapped(RUN, (", momentum=momentum", "")), "wanted momentum 0.9 and no other option"),
        "Adam": (
            swapped(
                RUN,
                (
                    "optim.SGD(model.parameters(), lr=first_rate, momentum=momentum)",
                    "optim.Adam(model.parameters(), lr=first_rate)",
                ),
            ),
            "wanted SGD, got Adam",
        ),
        "epochs from 1": (swapped(RUN, ("range(num_epochs)", "range(1, num_epochs + 1)")), "they are counted from 0"),
        "one epoch too few": (swapped(RUN, ("range(num_epochs)", "range(num_epochs - 1)")), "3 epochs were asked for"),
        "schedule forgotten": (swapped(RUN, ("        set_rate(optimizer, rate)\n", "")), "'set_rate': 0"),
        "rate set after training": (
            swapped(
                RUN,
                ("        set_rate(optimizer, rate)\n", ""),
                ("        held_out", "        set_rate(optimizer, rate)\n        held_out"),
            ),
            "the order of calls in an epoch is epoch_batches, train_one_epoch, set_rate",
        ),
        "the rate compounded": (
            swapped(RUN, ("rate = rate_at(epoch, first_rate)", "rate = first_rate = rate_at(epoch, first_rate)")),
            "rate_at was to be given the first rate, 0.05, in every epoch",
        ),
        "evaluated before training": (
            swapped(
                RUN,
                ("        held_out = evaluate_error(model, valid[0], valid[1], 500)\n", ""),
                (
                    "        start =",
                    "        held_out = evaluate_error(model, valid[0], valid[1], 500)\n        start =",
                ),
            ),
            "the order of calls in an epoch is set_rate, epoch_batches, evaluate_error",
        ),
        "evaluated on the training pile": (
            swapped(
                RUN,
                ("evaluate_error(model, valid[0], valid[1], 500)", "evaluate_error(model, train[0], train[1], 500)"),
            ),
            "X and y of the held-out pile",
        ),
        "trained on the held-out pile": (
            swapped(RUN, ("optimizer, train[0], train[1]", "optimizer, valid[0], valid[1]")),
            "X and y of the training pile",
        ),
        "trained on both piles": (
            swapped(
                RUN,
                ("    generator =", "    train = [torch.cat([a, b]) for a, b in zip(train, valid)]\n    generator ="),
            ),
            "epoch_batches was given [13, 4]",
        ),
        "stopped early by the held-out pile": (
            swapped(
                RUN,
                (
                    '        history["rate"]',
                    '        if history["rate"] and held_out > 0.2:\n            break\n        history["rate"]',
                ),
            ),
            "one number per epoch is wanted, 3 in all: is there a break on the way?",
        ),
        "the best epoch instead of all": (
            swapped(
                RUN,
                ("    return", '    history["valid_error"] = [min(history["valid_error"])] * num_epochs\n    return'),
            ),
            'run: "valid_error" is not right yet',
        ),
        "the whole epoch timed": (
            swapped(
                RUN,
                ("        seconds = time.perf_counter() - start\n", ""),
                ('        history["rate"]', '        seconds = time.perf_counter() - start\n        history["rate"]'),
            ),
            "the watch is to run while train_one_epoch runs",
        ),
        "time since the beginning": (
            swapped(
                RUN,
                ("        start = time.perf_counter()\n", ""),
                ("    for epoch", "    start = time.perf_counter()\n    for epoch"),
            ),
            'run: "seconds" is not right yet',
        ),
        "seconds added up": (
            swapped(RUN, ('["seconds"].append(seconds)', '["seconds"].append(seconds + sum(history["seconds"][-1:]))')),
            "not the sum up to it",
        ),
        "start minus end": (
            swapped(RUN, ("time.perf_counter() - start", "start - time.perf_counter()")),
            "end minus start",
        ),
        "another clock": (swapped(RUN, ("time.perf_counter()", "time.time()")), 'run: "seconds" is not right yet'),
        "loss and error swapped": (
            swapped(RUN, ("loss, error =", "error, loss =")),
            'run: "loss" is not right yet',
        ),
        "only the last epoch kept": (
            swapped(
                RUN,
                (
                    "    for epoch in range(num_epochs):\n",
                    "    for epoch in range(num_epochs):\n        history = {name: [] for name in history}\n",
                ),
            ),
            "one number per epoch is wanted, 3 in all",
        ),
        "returned after the first epoch": (swapped(RUN, ("    return", "        return")), "3 epochs were asked for"),
        "a name misspelt": (swapped(RUN, ('"valid_error"', '"test_error"')), "wanted a dictionary with rate, loss"),
        "no return": (swapped(RUN, ("    return history", "    pass")), "is the `return` line missing?"),
    },
    "better_network": {
        "counts tensors": (
            "def count_parameters(model):\n    return len(list(model.parameters()))\n" + MAKE,
            "that is the number of tensors",
        ),
        "counts no biases": (
            swapped(COUNT, ("parameters())", "parameters() if p.ndim > 1)")) + MAKE,
            "the biases are left out",
        ),
        "counts what is trained": (
            swapped(COUNT, ("parameters())", "parameters() if p.requires_grad)")) + MAKE,
            "a frozen parameter counts too",
        ),
        "counts buffers": (
            swapped(COUNT, ("model.parameters()", "model.state_dict().values()")) + MAKE,
            "buffers, or shared weights a second time",
        ),
        "counts linear layers only": (
            """
def count_parameters(model):
    layers = [m for m in model.modules() if isinstance(m, nn.Linear)]
    return sum(p.numel() for layer in layers for p in layer.parameters())
"""
            + MAKE,
            "count_parameters is not right yet",
        ),
        "counts rows": (swapped(COUNT, ("p.numel()", "len(p)")) + MAKE, "count_parameters is not right yet"),
        "the lab's number, always": (
            "def count_parameters(model):\n    return 7840\n" + MAKE,
            "count_parameters is not right yet\n  wanted 39760, got 7840",
        ),
        "a tensor": (
            "def count_parameters(model):\n    return sum(torch.tensor(p.numel()) for p in model.parameters())\n"
            + MAKE,
            "it is a Tensor, where an int is wanted",
        ),
        "no activation": (COUNT + swapped(MAKE, ("nn.ReLU(), ", "")), "it is linear, whatever its layers"),
        "an activation at the end only": (
            COUNT + swapped(MAKE, ("nn.ReLU(), ", ""), ("(100, 10)", "(100, 10), nn.Softmax(dim=1)")),
            "its outputs are probabilities",
        ),
        "softmax at the end": (
            COUNT + swapped(MAKE, ("nn.Linear(100, 10)", "nn.Linear(100, 10), nn.Softmax(dim=1)")),
            "its outputs are probabilities",
        ),
        "log-softmax at the end": (
            COUNT + swapped(MAKE, ("nn.Linear(100, 10)", "nn.Linear(100, 10), nn.LogSoftmax(dim=1)")),
            "its outputs are probabilities",
        ),
        "too many parameters": (COUNT + swapped(MAKE, ("100", "128")), "101,770 parameters, where 100,000 are allowed"),
        "too narrow": (COUNT + swapped(MAKE, ("100", "6")), "2 points less are wanted"),
        "nine classes": (COUNT + swapped(MAKE, ("100, 10)", "100, 9)")), "(3, 784) went in and (3, 9) came out"),
        "the class, not a network": (
            COUNT + "def make_network():\n    return nn.Sequential\n",
            "wanted a network, an nn.Module, got a type",
        ),
        "no return": (COUNT + swapped(MAKE, ("return ", "network = ")), "got a NoneType"),
    },
}

SECONDS = {"better_network": 20.0}

ANY_SIZE = "how many examples are evaluated at a time is left open, and changes no result"
SAME_LENGTH = "inputs and labels are equally many, so the length of either will do"
SURVIVORS = {
    "run": {
        "valid_error = evaluate_error(model, *valid, batch_size=1000): 1000 -> 1001": ANY_SIZE,
        "valid_error = evaluate_error(model, *valid, batch_size=1000): 1000 -> 999": ANY_SIZE,
        "batches = epoch_batches(len(train[0]), batch_size, generator): 0 -> 1": SAME_LENGTH,
        "batches = epoch_batches(len(train[0]), batch_size, generator): 0 -> -1": SAME_LENGTH,
    },
}
