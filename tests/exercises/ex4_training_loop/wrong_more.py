"""More mistakes in ex4: ideas that are right on nice data, or keep another promise than the task's."""

WRONG = {
    "epoch_batches": {
        "a last batch of one joined to its neighbour": (
            """
def epoch_batches(num_examples, batch_size, generator):
    order = torch.randperm(num_examples, generator=generator)
    parts = list(order.split(batch_size))
    if len(parts) > 1 and len(parts[-1]) == 1:
        parts[-2] = torch.cat(parts[-2:])
        parts.pop()
    return parts
""",
            "only the last may be short",
        ),
        "batches of about equal size": (
            """
def epoch_batches(num_examples, batch_size, generator):
    return torch.randperm(num_examples, generator=generator).chunk(-(-num_examples // batch_size))
""",
            "only the last may be short",
        ),
        "the global generator seeded from the generator": (
            """
def epoch_batches(num_examples, batch_size, generator):
    torch.manual_seed(int(torch.randint(0, 10**6, (1,), generator=generator)))
    return list(torch.randperm(num_examples).split(batch_size))
""",
            "PyTorch's global generator was used",
        ),
        "no example stays in its place": (
            """
def epoch_batches(num_examples, batch_size, generator):
    order = torch.arange(num_examples)
    for i in range(num_examples - 1):
        j = int(torch.randint(i + 1, num_examples, (1,), generator=generator))
        t = order[i].clone(); order[i] = order[j]; order[j] = t
    return list(order.split(batch_size))
""",
            "hardly ever come in some places",
        ),
        "filled up from the beginning": (
            """
def epoch_batches(num_examples, batch_size, generator):
    order = torch.randperm(num_examples, generator=generator)
    n = -(-num_examples // batch_size)
    order = torch.cat([order, order])
    return [order[i * batch_size:(i + 1) * batch_size] for i in range(n)]
""",
            "every index is to come once",
        ),
    },
    "train_one_epoch": {
        "the largest batches first": (
            """
def train_one_epoch(model, optimizer, X, y, batches):
    model.train()
    total, wrong, count = 0.0, 0, 0
    for batch in sorted(batches, key=len, reverse=True):
        scores = model(X[batch])
        loss = F.cross_entropy(scores, y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
        wrong += (scores.argmax(dim=1) != y[batch]).sum().item()
        count += len(batch)
    return total / count, wrong / count
""",
            "something else than X[batch], batch by batch",
        ),
        "short batches left out": (
            """
def train_one_epoch(model, optimizer, X, y, batches):
    model.train()
    total, wrong, count = 0.0, 0, 0
    for batch in batches:
        if len(batch) < len(batches[0]):
            continue
        scores = model(X[batch])
        loss = F.cross_entropy(scores, y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
        wrong += (scores.argmax(dim=1) != y[batch]).sum().item()
        count += len(batch)
    return total / count, wrong / count
""",
            "once per batch is wanted",
        ),
        "a penalty added to the loss": (
            """
def train_one_epoch(model, optimizer, X, y, batches):
    model.train()
    total, wrong, count = 0.0, 0, 0
    for batch in batches:
        scores = model(X[batch])
        loss = F.cross_entropy(scores, y[batch])
        loss = loss + 1e-3 * sum((p**2).sum() for p in model.parameters())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
        wrong += (scores.argmax(dim=1) != y[batch]).sum().item()
        count += len(batch)
    return total / count, wrong / count
""",
            "train_one_epoch: mean_loss is not right yet",
        ),
        "scores under no_grad": (
            """
def train_one_epoch(model, optimizer, X, y, batches):
    model.train()
    total, wrong, count = 0.0, 0, 0
    for batch in batches:
        with torch.no_grad():
            scores = model(X[batch])
        loss = F.cross_entropy(scores, y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
        wrong += (scores.argmax(dim=1) != y[batch]).sum().item()
        count += len(batch)
    return total / count, wrong / count
""",
            "does not require grad",
        ),
        "dropout kept asleep": (
            """
def train_one_epoch(model, optimizer, X, y, batches):
    model.train()
    for m in model.modules():
        if isinstance(m, (nn.BatchNorm1d, nn.Dropout)):
            m.eval()
    total, wrong, count = 0.0, 0, 0
    for batch in batches:
        scores = model(X[batch])
        loss = F.cross_entropy(scores, y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
        wrong += (scores.argmax(dim=1) != y[batch]).sum().item()
        count += len(batch)
    return total / count, wrong / count
""",
            "was in eval mode",
        ),
    },
    "evaluate_error": {
        "the model asked twice": (
            """
def evaluate_error(model, X, y, batch_size):
    training = model.training
    model.eval()
    start, hits = 0, 0
    while start < len(X):
        stop = min(start + batch_size, len(X))
        with torch.no_grad():
            loss = F.cross_entropy(model(X[start:stop]), y[start:stop])
            best = model(X[start:stop]).max(dim=1)[1]
        hits += best.eq(y[start:stop]).sum().item()
        start = stop
    if training:
        model.train()
    else:
        model.eval()
    return (len(X) - hits) / len(X)
""",
            "each is to be shown once",
        ),
        "gradients erased": (
            """
def evaluate_error(model, X, y, batch_size):
    was_training = model.training
    model.eval()
    wrong = 0
    model.zero_grad()
    with torch.no_grad():
        for i in range(0, len(X), batch_size):
            scores = model(X[i:i + batch_size])
            wrong += (scores.argmax(dim=1) != y[i:i + batch_size]).sum().item()
    model.train(was_training)
    return wrong / len(X)
""",
            "were changed or erased",
        ),
        "seeded first": (
            """
def evaluate_error(model, X, y, batch_size):
    was_training = model.training
    model.eval()
    torch.manual_seed(0)
    wrong = 0
    with torch.no_grad():
        for i in range(0, len(X), batch_size):
            scores = model(X[i:i + batch_size])
            wrong += (scores.argmax(dim=1) != y[i:i + batch_size]).sum().item()
    model.train(was_training)
    return wrong / len(X)
""",
            "global generator was seeded",
        ),
        "batches that overlap": (
            """
def evaluate_error(model, X, y, batch_size):
    was_training = model.training
    model.eval()
    wrong = 0
    with torch.no_grad():
        for i in range(0, len(X), max(batch_size - 1, 1)):
            scores = model(X[i:i + batch_size])
            wrong += (scores.argmax(dim=1) != y[i:i + batch_size]).sum().item()
    model.train(was_training)
    return wrong / len(X)
""",
            "each is to be shown once",
        ),
        "the last batch reaches back": (
            """
def evaluate_error(model, X, y, batch_size):
    mode = model.training
    model.eval()
    wrong = 0
    with torch.no_grad():
        for i in range(0, len(X), batch_size):
            lo = max(0, min(i, len(X) - batch_size))
            wrong += (model(X[lo:lo+batch_size]).argmax(1) != y[lo:lo+batch_size]).sum().item()
    model.train(mode)
    return wrong / len(X)
""",
            "each is to be shown once",
        ),
        "cut into batch_size pieces": (
            """
def evaluate_error(model, X, y, batch_size):
    mode = model.training
    model.eval()
    wrong = 0
    with torch.no_grad():
        for a, b in zip(X.chunk(batch_size), y.chunk(batch_size)):
            wrong += (model(a).argmax(1) != b).sum().item()
    model.train(mode)
    return wrong / len(X)
""",
            "at once, where batch_size is",
        ),
        "only dropout in eval mode": (
            """
def evaluate_error(model, X, y, batch_size):
    was_training = model.training
    for m in model.modules():
        if isinstance(m, nn.Dropout):
            m.eval()
    wrong = 0
    with torch.no_grad():
        for i in range(0, len(X), batch_size):
            scores = model(X[i:i + batch_size])
            wrong += (scores.argmax(dim=1) != y[i:i + batch_size]).sum().item()
    model.train(was_training)
    return wrong / len(X)
""",
            "was in train mode",
        ),
    },
    "schedule": {
        "a table of 100 epochs": (
            """
_table = [1.5 ** -max(e // 10 - 1, 0) for e in range(100)]
def rate_at(epoch, first_rate):
    return first_rate * _table[epoch]

def set_rate(optimizer, rate):
    for group in optimizer.param_groups:
        group["lr"] = rate
""",
            "IndexError",
        ),
        "a least rate": (
            """
def rate_at(epoch, first_rate):
    return max(1e-4, first_rate / 1.5 ** max(epoch // 10 - 1, 0))

def set_rate(optimizer, rate):
    for group in optimizer.param_groups:
        group["lr"] = rate
""",
            "rate_at(199, 0.05) is not right yet",
        ),
        "an option of the group set to 0": (
            """
def rate_at(epoch, first_rate):
    return first_rate / 1.5 ** max(epoch // 10 - 1, 0)

def set_rate(optimizer, rate):
    for group in optimizer.param_groups:
        group["lr"] = rate
        group["weight_decay"] = 0
""",
            "weight_decay changed too",
        ),
        "only ever lowered": (
            """
def rate_at(epoch, first_rate):
    return first_rate / 1.5 ** max(epoch // 10 - 1, 0)

def set_rate(optimizer, rate):
    for group in optimizer.param_groups:
        group["lr"] = min(group["lr"], rate)
""",
            "wanted 0.3468 for each of the 2 groups",
        ),
        "SGD alone": (
            """
def rate_at(epoch, first_rate):
    return first_rate / 1.5 ** max(epoch // 10 - 1, 0)

def set_rate(optimizer, rate):
    if isinstance(optimizer, torch.optim.SGD):
        for group in optimizer.param_groups:
            group["lr"] = rate
""",
            "of the kind Adam still steps at its old rates",
        ),
        "a tensor for a rate": (
            """
def rate_at(epoch, first_rate):
    return torch.tensor(first_rate) / 1.5 ** max(epoch // 10 - 1, 0)

def set_rate(optimizer, rate):
    for group in optimizer.param_groups:
        group["lr"] = rate
""",
            "it is a tensor",
        ),
        "gradients erased": (
            """
def rate_at(epoch, first_rate):
    return first_rate / 1.5 ** max(epoch // 10 - 1, 0)

def set_rate(optimizer, rate):
    optimizer.zero_grad()
    for group in optimizer.param_groups:
        group["lr"] = rate
""",
            "the gradients were changed or erased",
        ),
        "a comma at the end": (
            """
def rate_at(epoch, first_rate):
    return first_rate / 1.5 ** max(epoch // 10 - 1, 0)

def set_rate(optimizer, rate):
    for group in optimizer.param_groups:
        group["lr"] = rate,
""",
            "an object of type tuple",
        ),
        "a scheduler that multiplies": (
            """
def rate_at(epoch, first_rate):
    return first_rate / 1.5 ** max(epoch // 10 - 1, 0)

def set_rate(optimizer, rate):
    torch.optim.lr_scheduler.LambdaLR(optimizer, lambda e: rate)
""",
            "for each of the 2 groups of parameters",
        ),
    },
    "run": {
        "another seed each epoch": (
            """
def run(model, train, valid, num_epochs, batch_size, first_rate, momentum, seed):
    X, y = train
    optimizer = torch.optim.SGD(model.parameters(), lr=first_rate, momentum=momentum)
    history = {"rate": [], "loss": [], "train_error": [], "valid_error": [], "seconds": []}
    for epoch in range(num_epochs):
        rate = rate_at(epoch, first_rate)
        set_rate(optimizer, rate)
        generator = torch.Generator().manual_seed(seed + epoch)
        start = time.perf_counter()
        batches = epoch_batches(len(X), batch_size, generator)
        loss, error = train_one_epoch(model, optimizer, X, y, batches)
        seconds = time.perf_counter() - start
        valid_error = evaluate_error(model, valid[0], valid[1], batch_size)
        history["rate"].append(rate)
        history["loss"].append(loss)
        history["train_error"].append(error)
        history["valid_error"].append(valid_error)
        history["seconds"].append(seconds)
    return history
""",
            "Perhaps: one generator, seeded once",
        ),
        "a new optimizer where the rate falls": (
            """
def run(model, train, valid, num_epochs, batch_size, first_rate, momentum, seed):
    X, y = train
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr=first_rate, momentum=momentum)
    history = {"rate": [], "loss": [], "train_error": [], "valid_error": [], "seconds": []}
    for epoch in range(num_epochs):
        rate = rate_at(epoch, first_rate)
        if epoch and rate != rate_at(epoch - 1, first_rate):
            optimizer = torch.optim.SGD(model.parameters(), lr=rate, momentum=momentum)
        start = time.perf_counter()
        batches = epoch_batches(len(X), batch_size, generator)
        loss, error = train_one_epoch(model, optimizer, X, y, batches)
        seconds = time.perf_counter() - start
        valid_error = evaluate_error(model, valid[0], valid[1], batch_size)
        history["rate"].append(rate)
        history["loss"].append(loss)
        history["train_error"].append(error)
        history["valid_error"].append(valid_error)
        history["seconds"].append(seconds)
    return history
""",
            "the momentum is lost where the rate falls",
        ),
        "the global generator seeded too": (
            """
def run(model, train, valid, num_epochs, batch_size, first_rate, momentum, seed):
    X, y = train
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr=first_rate, momentum=momentum)
    history = {"rate": [], "loss": [], "train_error": [], "valid_error": [], "seconds": []}
    for epoch in range(num_epochs):
        rate = rate_at(epoch, first_rate)
        set_rate(optimizer, rate)
        start = time.perf_counter()
        batches = epoch_batches(len(X), batch_size, generator)
        loss, error = train_one_epoch(model, optimizer, X, y, batches)
        seconds = time.perf_counter() - start
        valid_error = evaluate_error(model, valid[0], valid[1], batch_size)
        history["rate"].append(rate)
        history["loss"].append(loss)
        history["train_error"].append(error)
        history["valid_error"].append(valid_error)
        history["seconds"].append(seconds)
    return history
""",
            "global generator was seeded",
        ),
        "the global generator in place of a new one": (
            """
def run(model, train, valid, num_epochs, batch_size, first_rate, momentum, seed):
    X, y = train
    generator = torch.manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr=first_rate, momentum=momentum)
    history = {"rate": [], "loss": [], "train_error": [], "valid_error": [], "seconds": []}
    for epoch in range(num_epochs):
        rate = rate_at(epoch, first_rate)
        set_rate(optimizer, rate)
        start = time.perf_counter()
        batches = epoch_batches(len(X), batch_size, generator)
        loss, error = train_one_epoch(model, optimizer, X, y, batches)
        seconds = time.perf_counter() - start
        valid_error = evaluate_error(model, valid[0], valid[1], batch_size)
        history["rate"].append(rate)
        history["loss"].append(loss)
        history["train_error"].append(error)
        history["valid_error"].append(valid_error)
        history["seconds"].append(seconds)
    return history
""",
            "global generator was seeded",
        ),
        "mean seconds": (
            """
def run(model, train, valid, num_epochs, batch_size, first_rate, momentum, seed):
    X, y = train
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr=first_rate, momentum=momentum)
    history = {"rate": [], "loss": [], "train_error": [], "valid_error": [], "seconds": []}
    for epoch in range(num_epochs):
        rate = rate_at(epoch, first_rate)
        set_rate(optimizer, rate)
        start = time.perf_counter()
        batches = epoch_batches(len(X), batch_size, generator)
        loss, error = train_one_epoch(model, optimizer, X, y, batches)
        seconds = time.perf_counter() - start
        valid_error = evaluate_error(model, valid[0], valid[1], batch_size)
        history["rate"].append(rate)
        history["loss"].append(loss)
        history["train_error"].append(error)
        history["valid_error"].append(valid_error)
        history["seconds"].append(seconds)
    history['seconds'] = [sum(history['seconds']) / num_epochs] * num_epochs
    return history
""",
            "for each epoch its own",
        ),
        "the clock read once": (
            """
def run(model, train, valid, num_epochs, batch_size, first_rate, momentum, seed):
    X, y = train
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr=first_rate, momentum=momentum)
    history = {"rate": [], "loss": [], "train_error": [], "valid_error": [], "seconds": []}
    for epoch in range(num_epochs):
        rate = rate_at(epoch, first_rate)
        set_rate(optimizer, rate)
        start = time.perf_counter()
        batches = epoch_batches(len(X), batch_size, generator)
        loss, error = train_one_epoch(model, optimizer, X, y, batches)
        seconds = time.perf_counter()
        valid_error = evaluate_error(model, valid[0], valid[1], batch_size)
        history["rate"].append(rate)
        history["loss"].append(loss)
        history["train_error"].append(error)
        history["valid_error"].append(valid_error)
        history["seconds"].append(seconds)
    return history
""",
            "readings of the clock",
        ),
        "a history that stays from call to call": (
            """
kept = {"rate": [], "loss": [], "train_error": [], "valid_error": [], "seconds": []}


def run(model, train, valid, num_epochs, batch_size, first_rate, momentum, seed, history=kept):
    X, y = train
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr=first_rate, momentum=momentum)
    for epoch in range(num_epochs):
        rate = rate_at(epoch, first_rate)
        set_rate(optimizer, rate)
        start = time.perf_counter()
        batches = epoch_batches(len(X), batch_size, generator)
        loss, error = train_one_epoch(model, optimizer, X, y, batches)
        seconds = time.perf_counter() - start
        valid_error = evaluate_error(model, valid[0], valid[1], batch_size)
        history["rate"].append(rate)
        history["loss"].append(loss)
        history["train_error"].append(error)
        history["valid_error"].append(valid_error)
        history["seconds"].append(seconds)
    return history
""",
            "One per epoch is wanted",
        ),
        "one list under five names": (
            """
def run(model, train, valid, num_epochs, batch_size, first_rate, momentum, seed):
    X, y = train
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr=first_rate, momentum=momentum)
    history = dict.fromkeys(["rate", "loss", "train_error", "valid_error", "seconds"], [])
    for epoch in range(num_epochs):
        rate = rate_at(epoch, first_rate)
        set_rate(optimizer, rate)
        start = time.perf_counter()
        batches = epoch_batches(len(X), batch_size, generator)
        loss, error = train_one_epoch(model, optimizer, X, y, batches)
        seconds = time.perf_counter() - start
        valid_error = evaluate_error(model, valid[0], valid[1], batch_size)
        history["rate"].append(rate)
        history["loss"].append(loss)
        history["train_error"].append(error)
        history["valid_error"].append(valid_error)
        history["seconds"].append(seconds)
    return history
""",
            "One per epoch is wanted",
        ),
        "mean weights": (
            """
def run(model, train, valid, num_epochs, batch_size, first_rate, momentum, seed):
    X, y = train
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr=first_rate, momentum=momentum)
    history = {"rate": [], "loss": [], "train_error": [], "valid_error": [], "seconds": []}
    avg = [torch.zeros_like(p) for p in model.parameters()]
    for epoch in range(num_epochs):
        rate = rate_at(epoch, first_rate)
        set_rate(optimizer, rate)
        start = time.perf_counter()
        batches = epoch_batches(len(X), batch_size, generator)
        loss, error = train_one_epoch(model, optimizer, X, y, batches)
        seconds = time.perf_counter() - start
        valid_error = evaluate_error(model, valid[0], valid[1], batch_size)
        for a, p in zip(avg, model.parameters()):
            a += p.detach() / num_epochs
        history["rate"].append(rate)
        history["loss"].append(loss)
        history["train_error"].append(error)
        history["valid_error"].append(valid_error)
        history["seconds"].append(seconds)
    with torch.no_grad():
        for a, p in zip(avg, model.parameters()):
            p.copy_(a)
    return history
""",
            "the weights after the run are not those",
        ),
        "training error measured after the epoch": (
            """
def run(model, train, valid, num_epochs, batch_size, first_rate, momentum, seed):
    X, y = train
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr=first_rate, momentum=momentum)
    history = {"rate": [], "loss": [], "train_error": [], "valid_error": [], "seconds": []}
    for epoch in range(num_epochs):
        rate = rate_at(epoch, first_rate)
        set_rate(optimizer, rate)
        start = time.perf_counter()
        batches = epoch_batches(len(X), batch_size, generator)
        loss, error = train_one_epoch(model, optimizer, X, y, batches)
        seconds = time.perf_counter() - start
        valid_error = evaluate_error(model, valid[0], valid[1], batch_size)
        history["rate"].append(rate)
        history["loss"].append(loss)
        history["train_error"].append(evaluate_error(model, X, y, batch_size))
        history["valid_error"].append(valid_error)
        history["seconds"].append(seconds)
    return history
""",
            "that is measured after each epoch",
        ),
        "weights drawn anew": (
            """
def run(model, train, valid, num_epochs, batch_size, first_rate, momentum, seed):
    X, y = train
    for m in model.modules():
        if hasattr(m, 'reset_parameters'):
            m.reset_parameters()
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr=first_rate, momentum=momentum)
    history = {"rate": [], "loss": [], "train_error": [], "valid_error": [], "seconds": []}
    for epoch in range(num_epochs):
        rate = rate_at(epoch, first_rate)
        set_rate(optimizer, rate)
        start = time.perf_counter()
        batches = epoch_batches(len(X), batch_size, generator)
        loss, error = train_one_epoch(model, optimizer, X, y, batches)
        seconds = time.perf_counter() - start
        valid_error = evaluate_error(model, valid[0], valid[1], batch_size)
        history["rate"].append(rate)
        history["loss"].append(loss)
        history["train_error"].append(error)
        history["valid_error"].append(valid_error)
        history["seconds"].append(seconds)
    return history
""",
            "the weights that the model comes with are kept",
        ),
        "a copy trained": (
            """
def run(model, train, valid, num_epochs, batch_size, first_rate, momentum, seed):
    import copy
    model = copy.deepcopy(model)
    X, y = train
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr=first_rate, momentum=momentum)
    history = {"rate": [], "loss": [], "train_error": [], "valid_error": [], "seconds": []}
    for epoch in range(num_epochs):
        rate = rate_at(epoch, first_rate)
        set_rate(optimizer, rate)
        start = time.perf_counter()
        batches = epoch_batches(len(X), batch_size, generator)
        loss, error = train_one_epoch(model, optimizer, X, y, batches)
        seconds = time.perf_counter() - start
        valid_error = evaluate_error(model, valid[0], valid[1], batch_size)
        history["rate"].append(rate)
        history["loss"].append(loss)
        history["train_error"].append(error)
        history["valid_error"].append(valid_error)
        history["seconds"].append(seconds)
    return history
""",
            "no weight has moved",
        ),
    },
    "fault": {
        "the smallest error of all epochs": (
            """
def fault():
    return 4, 20

def compare_rates(run, make_model, train, valid, rates, num_epochs):
    errors = {}
    for rate in rates:
        model = make_model()
        history = run(model, train, valid, num_epochs, 200, rate, 0.9, 1)
        errors[rate] = min(history["valid_error"])
    return errors
""",
            "that is the smallest error of all epochs",
        ),
        "the training error": (
            """
def fault():
    return 4, 20

def compare_rates(run, make_model, train, valid, rates, num_epochs):
    errors = {}
    for rate in rates:
        model = make_model()
        history = run(model, train, valid, num_epochs, 200, rate, 0.9, 1)
        errors[rate] = history["train_error"][-1]
    return errors
""",
            "that is the training error",
        ),
        "the errors of all epochs": (
            """
def fault():
    return 4, 20

def compare_rates(run, make_model, train, valid, rates, num_epochs):
    errors = {}
    for rate in rates:
        model = make_model()
        history = run(model, train, valid, num_epochs, 200, rate, 0.9, 1)
        errors[rate] = history["valid_error"]
    return errors
""",
            "an object of type list",
        ),
        "the mean over the epochs": (
            """
def fault():
    return 4, 20

def compare_rates(run, make_model, train, valid, rates, num_epochs):
    errors = {}
    for rate in rates:
        model = make_model()
        history = run(model, train, valid, num_epochs, 200, rate, 0.9, 1)
        errors[rate] = sum(history["valid_error"]) / num_epochs
    return errors
""",
            "that is the mean over the epochs",
        ),
        "no momentum": (
            """
def fault():
    return 4, 20

def compare_rates(run, make_model, train, valid, rates, num_epochs):
    errors = {}
    for rate in rates:
        model = make_model()
        history = run(model, train, valid, num_epochs, 200, rate, 0.0, 1)
        errors[rate] = history["valid_error"][-1]
    return errors
""",
            "hands run another momentum",
        ),
    },
    "cifar10_lab": {
        "a rate that falls": (
            """
def cifar10_lab(model, train, test, num_epochs, seed):
    X, y = train[0].flatten(start_dim=1).float() / 255, train[1]
    X_t, y_t = test[0].flatten(start_dim=1).float() / 255, test[1]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    generator = torch.Generator().manual_seed(seed)
    errors = []
    for epoch in range(num_epochs):
        set_rate(optimizer, rate_at(epoch, 0.01))
        batches = epoch_batches(len(X), 20, generator)
        loss, error = train_one_epoch(model, optimizer, X, y, batches)
        errors.append(error)
    return errors, evaluate_error(model, X_t, y_t, 1000)
""",
            "the rate falls from epoch 20 on",
        ),
        "run as it is": (
            """
def cifar10_lab(model, train, test, num_epochs, seed):
    X, X_t = train[0].flatten(1).float() / 255, test[0].flatten(1).float() / 255
    history = run(model, (X, train[1]), (X_t, test[1]), num_epochs, 20, 0.01, 0.0, seed)
    return history["train_error"], history["valid_error"][-1]
""",
            "the rate falls from epoch 20 on",
        ),
        "the seed of the check": (
            """
def cifar10_lab(model, train, test, num_epochs, seed):
    X, y = train[0].flatten(start_dim=1).float() / 255, train[1]
    X_t, y_t = test[0].flatten(start_dim=1).float() / 255, test[1]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    generator = torch.Generator().manual_seed(1)
    errors = []
    for epoch in range(num_epochs):
        batches = epoch_batches(len(X), 20, generator)
        loss, error = train_one_epoch(model, optimizer, X, y, batches)
        errors.append(error)
    return errors, evaluate_error(model, X_t, y_t, 1000)
""",
            "one generator with this seed",
        ),
        "the best test error": (
            """
def cifar10_lab(model, train, test, num_epochs, seed):
    X, y = train[0].flatten(start_dim=1).float() / 255, train[1]
    X_t, y_t = test[0].flatten(start_dim=1).float() / 255, test[1]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    generator = torch.Generator().manual_seed(seed)
    errors, best = [], 1.0
    for epoch in range(num_epochs):
        batches = epoch_batches(len(X), 20, generator)
        loss, error = train_one_epoch(model, optimizer, X, y, batches)
        errors.append(error)
        best = min(best, evaluate_error(model, X_t, y_t, 100))
    return errors, best
""",
            "that is the smallest of all epochs",
        ),
        "tested before the training": (
            """
def cifar10_lab(model, train, test, num_epochs, seed):
    X, y = train[0].flatten(start_dim=1).float() / 255, train[1]
    X_t, y_t = test[0].flatten(start_dim=1).float() / 255, test[1]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    generator = torch.Generator().manual_seed(seed)
    errors = []
    test_error = evaluate_error(model, X_t, y_t, 1000)
    for epoch in range(num_epochs):
        batches = epoch_batches(len(X), 20, generator)
        loss, error = train_one_epoch(model, optimizer, X, y, batches)
        errors.append(error)
    return errors, test_error
""",
            "that is the error before the training",
        ),
        "weight decay": (
            """
def cifar10_lab(model, train, test, num_epochs, seed):
    X, y = train[0].flatten(start_dim=1).float() / 255, train[1]
    X_t, y_t = test[0].flatten(start_dim=1).float() / 255, test[1]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, weight_decay=1e-3)
    generator = torch.Generator().manual_seed(seed)
    errors = []
    for epoch in range(num_epochs):
        batches = epoch_batches(len(X), 20, generator)
        loss, error = train_one_epoch(model, optimizer, X, y, batches)
        errors.append(error)
    return errors, evaluate_error(model, X_t, y_t, 1000)
""",
            "with no other option",
        ),
        "divided by the largest pixel": (
            """
def cifar10_lab(model, train, test, num_epochs, seed):
    X, y = train[0].flatten(start_dim=1).float() / train[0].max(), train[1]
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
            "pixels divided by 255 and no more",
        ),
        "the test error of each epoch": (
            """
def cifar10_lab(model, train, test, num_epochs, seed):
    X, y = train[0].flatten(start_dim=1).float() / 255, train[1]
    X_t, y_t = test[0].flatten(start_dim=1).float() / 255, test[1]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    generator = torch.Generator().manual_seed(seed)
    errors = []
    for epoch in range(num_epochs):
        batches = epoch_batches(len(X), 20, generator)
        loss, error = train_one_epoch(model, optimizer, X, y, batches)
        errors.append(evaluate_error(model, X_t, y_t, 1000))
    return errors, evaluate_error(model, X_t, y_t, 1000)
""",
            "that is the error on the test images",
        ),
        "training error measured after the epoch": (
            """
def cifar10_lab(model, train, test, num_epochs, seed):
    X, y = train[0].flatten(start_dim=1).float() / 255, train[1]
    X_t, y_t = test[0].flatten(start_dim=1).float() / 255, test[1]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    generator = torch.Generator().manual_seed(seed)
    errors = []
    for epoch in range(num_epochs):
        batches = epoch_batches(len(X), 20, generator)
        loss, error = train_one_epoch(model, optimizer, X, y, batches)
        errors.append(evaluate_error(model, X, y, 1000))
    return errors, evaluate_error(model, X_t, y_t, 1000)
""",
            "that is measured after each epoch",
        ),
        "the share of right answers": (
            """
def cifar10_lab(model, train, test, num_epochs, seed):
    X, y = train[0].flatten(start_dim=1).float() / 255, train[1]
    X_t, y_t = test[0].flatten(start_dim=1).float() / 255, test[1]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    generator = torch.Generator().manual_seed(seed)
    errors = []
    for epoch in range(num_epochs):
        batches = epoch_batches(len(X), 20, generator)
        loss, error = train_one_epoch(model, optimizer, X, y, batches)
        errors.append(1 - error)
    return errors, evaluate_error(model, X_t, y_t, 1000)
""",
            "that is the share of right answers",
        ),
        "rows and columns swapped": (
            """
def cifar10_lab(model, train, test, num_epochs, seed):
    X, y = train[0].transpose(2, 3).flatten(start_dim=1).float() / 255, train[1]
    X_t, y_t = test[0].transpose(2, 3).flatten(start_dim=1).float() / 255, test[1]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    generator = torch.Generator().manual_seed(seed)
    errors = []
    for epoch in range(num_epochs):
        batches = epoch_batches(len(X), 20, generator)
        loss, error = train_one_epoch(model, optimizer, X, y, batches)
        errors.append(error)
    return errors, evaluate_error(model, X_t, y_t, 1000)
""",
            "the weights after the last epoch are not those of the lab",
        ),
        "only the training images divided": (
            """
def cifar10_lab(model, train, test, num_epochs, seed):
    X, y = train[0].flatten(start_dim=1).float() / 255, train[1]
    X_t, y_t = test[0].flatten(start_dim=1).float(), test[1]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    generator = torch.Generator().manual_seed(seed)
    errors = []
    for epoch in range(num_epochs):
        batches = epoch_batches(len(X), 20, generator)
        loss, error = train_one_epoch(model, optimizer, X, y, batches)
        errors.append(error)
    return errors, evaluate_error(model, X_t, y_t, 1000)
""",
            "the test images run from 0 to 255 still",
        ),
    },
}
