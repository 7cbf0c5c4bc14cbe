"""Right answers to ex4 that the others are made of."""


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

GIVEN = """
def compare_rates_given(run, make_model, train, valid, rates, num_epochs):
    errors = {}
    model = make_model()
    for rate in rates:
        history = run(model, train, valid, num_epochs, 200, rate, 0.9, 1)
        errors[rate] = history["valid_error"][-1]
    return errors
"""

FAULT = """
def fault():
    return 4, 20


def compare_rates(run, make_model, train, valid, rates, num_epochs):
    errors = {}
    for rate in rates:
        model = make_model()
        history = run(model, train, valid, num_epochs, 200, rate, 0.9, 1)
        errors[rate] = history["valid_error"][-1]
    return errors
"""

COLOURS = """
def cifar10_lab(model, train, test, num_epochs, seed):
    X = train[0].flatten(1).float() / 255
    X_test = test[0].flatten(1).float() / 255
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    generator = torch.Generator().manual_seed(seed)
    errors = []
    for epoch in range(num_epochs):
        batches = epoch_batches(len(X), 20, generator)
        loss, error = train_one_epoch(model, optimizer, X, train[1], batches)
        errors.append(error)
    return errors, evaluate_error(model, X_test, test[1], 500)
"""
