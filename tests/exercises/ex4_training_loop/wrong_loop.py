"""Mistakes that students make in questions 1 to 3 of ex4, each with the hint meant for it."""

from tests.exercises.ex4_training_loop.answers import DEAL, EVALUATE, TRAIN, swapped

WRONG = {
    "epoch_batches": {
        "drawn with replacement": (
            """
def epoch_batches(num_examples, batch_size, generator):
    order = torch.randint(num_examples, (num_examples,), generator=generator)
    return list(order.split(batch_size))
""",
            "Perhaps they are drawn with replacement",
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
            "a random number came from Python or NumPy",
        ),
        "seeded inside": (
            swapped(DEAL, ("    order", "    generator.manual_seed(0)\n    order")),
            "made or seeded inside of the function",
        ),
        "counted from 1": (
            swapped(DEAL, ("generator=generator)", "generator=generator) + 1")),
            "they start at 0 and end at num_examples - 1",
        ),
        "one batch of everything": (
            swapped(DEAL, ("    return", "    return [order]\n    return")),
            "15 examples in batches of 4: yours hold [15]",
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
            "an example comes 2 times in the epoch",
        ),
        "lists of numbers": (
            swapped(DEAL, ("[order[i : i + batch_size]", "[order[i : i + batch_size].tolist()")),
            "and it holds a list",
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
            "yours hold [4, 4, 2]",
        ),
        "shuffled within each batch only": (
            """
def epoch_batches(num_examples, batch_size, generator):
    blocks = torch.arange(num_examples).split(batch_size)
    return [block[torch.randperm(len(block), generator=generator)] for block in blocks]
""",
            "the same examples share a batch",
        ),
        "blocks shuffled, the short one among them": (
            """
def epoch_batches(num_examples, batch_size, generator):
    blocks = torch.arange(num_examples).split(batch_size)
    return [blocks[i] for i in torch.randperm(len(blocks), generator=generator)]
""",
            "shuffle the examples, not the batches",
        ),
        "a random start": (
            """
def epoch_batches(num_examples, batch_size, generator):
    start = int(torch.randint(num_examples, (1,), generator=generator))
    return list(torch.arange(num_examples).roll(start).split(batch_size))
""",
            "hardly ever follow some others",
        ),
        "the first stays the first": (
            """
def epoch_batches(num_examples, batch_size, generator):
    rest = 1 + torch.randperm(num_examples - 1, generator=generator)
    return list(torch.cat([torch.zeros(1, dtype=torch.int64), rest]).split(batch_size))
""",
            "hardly ever come in some places",
        ),
        "an empty batch at the end": (
            swapped(DEAL, ("range(0, num_examples, batch_size)", "range(0, num_examples + 1, batch_size)")),
            "a batch holds no example at all",
        ),
        "a generator of its own": (
            swapped(DEAL, ("    order", "    generator = torch.Generator().manual_seed(0)\n    order")),
            "every epoch has the same order",
        ),
        "Python's shuffle": (
            """
def epoch_batches(num_examples, batch_size, generator):
    import random
    order = list(range(num_examples))
    random.shuffle(order)
    return list(torch.tensor(order).split(batch_size))
""",
            "a random number came from Python or NumPy",
        ),
        "int32": (
            swapped(DEAL, ("generator=generator)", "generator=generator).int()")),
            "and it holds one of torch.int32",
        ),
        "one row per batch": (
            swapped(DEAL, ("[order[i : i + batch_size]", "[order[i : i + batch_size].unsqueeze(0)")),
            "shape (1, 4)",
        ),
        "a name misspelt": (
            swapped(DEAL, ("(num_examples, gen", "(num_example, gen")),
            "Perhaps `num_examples` is meant",
        ),
        "batch_size unused, a count instead": (
            swapped(
                DEAL,
                (
                    "    return [order[i : i + batch_size] for i in range(0, num_examples, batch_size)]",
                    "    return list(order.chunk(batch_size))",
                ),
            ),
            "only the last may be short",
        ),
        "counted without a start": (
            """
def epoch_batches(num_examples, batch_size, generator):
    order, batches = torch.randperm(num_examples, generator=generator), []
    while start < num_examples:
        batches.append(order[start : start + batch_size])
        start = start + batch_size
    return batches
""",
            "UnboundLocalError",
        ),
    },
    "train_one_epoch": {
        "zero_grad missing": (
            swapped(TRAIN, ("        optimizer.zero_grad()\n", "")),
            "zero_grad() is missing, or stands outside of the loop",
        ),
        "zero_grad before the loop": (
            swapped(
                TRAIN,
                ("        optimizer.zero_grad()\n", ""),
                ("    model.train()", "    model.train()\n    optimizer.zero_grad()"),
            ),
            "zero_grad() is missing, or stands outside of the loop",
        ),
        "zero_grad between backward and step": (
            swapped(
                TRAIN,
                ("        optimizer.zero_grad()\n", ""),
                (".backward()\n", ".backward()\n        optimizer.zero_grad()\n"),
            ),
            "no weight has moved: is backward() missing",
        ),
        "backward missing": (
            swapped(TRAIN, ("        loss.backward()\n", "")),
            "no weight has moved: is backward() missing",
        ),
        "step missing": (swapped(TRAIN, ("        optimizer.step()\n", "")), "the optimizer took 0 steps"),
        "one step after the loop": (
            swapped(TRAIN, ("        optimizer.step()\n", ""), ("    return", "    optimizer.step()\n    return")),
            "the optimizer took 1 step: one step per batch, in the loop",
        ),
        "its own optimizer": (
            swapped(
                TRAIN,
                ("    model.train()", "    model.train()\n    optimizer = torch.optim.SGD(model.parameters(), lr=0.0)"),
            ),
            "the optimizer took 0 steps",
        ),
        "train mode missing": (swapped(TRAIN, ("    model.train()\n", "")), "call model.train() first"),
        "trained in eval mode": (swapped(TRAIN, ("model.train()", "model.eval()")), "where dropout does nothing"),
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
            "keeps autograd's graph",
        ),
        "a tensor for the loss": (
            swapped(TRAIN, ("loss.item() * len", "loss.detach() * len")),
            "it is a tensor: .item() takes the number out",
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
            "the gradient is that of a sum",
        ),
        "all of X in every batch": (
            swapped(TRAIN, ("X[batch]", "X"), ("y[batch]", "y"), ("len(batch)", "len(X)")),
            "something else than X[batch]",
        ),
        "order of its own": (
            swapped(TRAIN, ("for batch in batches", "for batch in reversed(batches)")),
            "something else than X[batch]",
        ),
        "a second look for the error": (
            swapped(TRAIN, ("        wrong +=", "        scores = model(X[batch])\n        wrong +=")),
            "and the model was called 6 times: once per batch",
        ),
        "measured after the epoch": (
            TRAIN.replace(
                "    return total_loss / seen, wrong / seen",
                """    rows = torch.cat(list(batches))
    model.eval()
    scores = model.forward(X[rows])
    return F.cross_entropy(scores, y[rows]).item(), (scores.argmax(1) != y[rows]).double().mean().item()""",
            ),
            "come from the same scores",
        ),
        "gradients clipped": (
            swapped(
                TRAIN,
                (
                    "        optimizer.step()",
                    "        nn.utils.clip_grad_norm_(model.parameters(), 0.01)\n        optimizer.step()",
                ),
            ),
            "the weights after an epoch are wrong",
        ),
        "no return": (
            swapped(TRAIN, ("    return total_loss / seen, wrong / seen", "    pass")),
            "is the `return` line missing?",
        ),
        "hard-coded for the visible case": (
            swapped(TRAIN, ("seen += len(batch)", "seen = 19 if len(batches) == 4 else 23")),
            "mean_loss is not right yet",
        ),
        "only the top goes to train mode": (
            swapped(TRAIN, ("model.train()", "model.training = True")),
            "or a part of it, was in eval mode",
        ),
        "return in the loop": (
            swapped(TRAIN, ("    return total", "        return total")),
            "once per batch is wanted",
        ),
        "a sum without a start": (
            swapped(TRAIN, ("    total_loss, wrong, seen = 0.0, 0, 0", "    wrong, seen = 0, 0")),
            "UnboundLocalError",
        ),
        "a name misspelt": (swapped(TRAIN, ("(scores, y[batch])", "(score, y[batch])")), "Perhaps `scores` is meant"),
        "error and loss swapped": (
            swapped(TRAIN, ("total_loss / seen, wrong / seen", "wrong / seen, total_loss / seen")),
            "mean_loss and error are swapped",
        ),
        "the error alone": (
            swapped(TRAIN, ("total_loss / seen, wrong / seen", "wrong / seen")),
            "two numbers are wanted",
        ),
        "batch losses added up": (
            swapped(TRAIN, ("loss.item() * len(batch)", "loss.item()"), ("total_loss / seen", "total_loss")),
            "that is a sum over the batches",
        ),
        "argmax over the batch": (swapped(TRAIN, ("argmax(dim=1)", "argmax(dim=0)")), "stopped by an error"),
        "scores squeezed": (
            swapped(TRAIN, ("model(X[batch])", "model(X[batch]).squeeze()")),
            "stopped by an error",
        ),
        "labels one-hot by ==, wrong shape": (
            swapped(TRAIN, ("scores.argmax(dim=1) != y[batch]", "scores.argmax(dim=1, keepdim=True) != y[batch]")),
            "error is not right yet",
        ),
        "inputs scaled in place": (
            swapped(TRAIN, ("    model.train()", "    model.train()\n    X /= X.max()")),
            "train_one_epoch is not right yet",
        ),
        "inputs as float64": (swapped(TRAIN, ("model(X[batch])", "model(X[batch].double())")), "stopped by an error"),
        "half of the learning rate left": (
            swapped(TRAIN, ("        loss.backward()", "        (loss / 2).backward()")),
            "the weights after an epoch are wrong",
        ),
        "clipped at one": (
            swapped(
                TRAIN,
                (
                    "        optimizer.step()",
                    "        nn.utils.clip_grad_norm_(model.parameters(), 1.0)\n        optimizer.step()",
                ),
            ),
            "the weights after an epoch are wrong",
        ),
        "two steps per batch": (
            swapped(TRAIN, ("        optimizer.step()\n", "        optimizer.step()\n        optimizer.step()\n")),
            "the optimizer took 8 steps",
        ),
        "label smoothing": (
            swapped(TRAIN, ("cross_entropy(scores, y[batch])", "cross_entropy(scores, y[batch], label_smoothing=0.1)")),
            "mean_loss is not right yet",
        ),
        "every other batch": (swapped(TRAIN, ("in batches:", "in batches[::2]:")), "once per batch is wanted"),
        "momentum forgotten after the epoch": (
            swapped(TRAIN, ("    return", "    optimizer.state.clear()\n    return")),
            "right after one epoch, and wrong after a second",
        ),
    },
    "evaluate_error": {
        "evaluation in train mode": (
            swapped(EVALUATE, ("    model.eval()\n", "")),
            "or a part of it, was in train mode",
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
            "perhaps the short last batch is left out",
        ),
        "a number of mistakes": (swapped(EVALUATE, ("wrong / len(X)", "float(wrong)")), "that is their number"),
        "per cent": (swapped(EVALUATE, ("return ", "return 100 * ")), "is it a percentage"),
        "the last batch alone": (
            swapped(EVALUATE, ("wrong += ", "wrong = "), ("/ len(X)", "/ len(scores)")),
            "that is the last batch alone",
        ),
        "everything at once": (
            swapped(EVALUATE, ("    mode =", "    batch_size = len(X)\n    mode =")),
            "examples went through at once, where batch_size is",
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
            "it is a tensor: .item() takes the number out",
        ),
        "autograd left off": (
            swapped(EVALUATE, ("with torch.no_grad():", "torch.set_grad_enabled(False)\n    if True:")),
            "autograd stays switched off afterwards",
        ),
        "the smallest score": (swapped(EVALUATE, ("argmax", "argmin")), "evaluate_error is not right yet"),
        "hard-coded for the visible case": (swapped(EVALUATE, ("/ len(X)", "/ 23")), "evaluate_error is not right yet"),
        "only the top goes back to train mode": (
            swapped(EVALUATE, ("model.train(mode)", "model.training = mode")),
            "handed back with its parts in two modes",
        ),
        "only the top goes to eval mode": (
            swapped(EVALUATE, ("model.eval()", "model.training = False")),
            "or a part of it, was in train mode",
        ),
        "return in the loop": (
            swapped(
                EVALUATE, ("    model.train(mode)\n    return", "            model.train(mode)\n            return")
            ),
            "perhaps the `return` is inside the loop",
        ),
        "squeezed": (
            swapped(
                EVALUATE, ("model(X[start : start + batch_size])", "model(X[start : start + batch_size]).squeeze()")
            ),
            "stopped by an error",
        ),
        "argmax over the batch": (swapped(EVALUATE, ("argmax(dim=1)", "argmax(dim=0)")), "evaluate_error"),
        "a whole share": (swapped(EVALUATE, ("wrong / len(X)", "wrong // len(X)")), "evaluate_error is not right yet"),
        "divided by the batches": (
            swapped(EVALUATE, ("wrong / len(X)", "wrong / (len(X) // batch_size * batch_size or 1)")),
            "evaluate_error is not right yet",
        ),
        "no return": (swapped(EVALUATE, ("    return wrong / len(X)", "    pass")), "is the `return` line missing?"),
        "a name misspelt": (swapped(EVALUATE, ("(mode)", "(mod)")), "Perhaps `mode` is meant"),
        "a sum without a start": (swapped(EVALUATE, ("    wrong = 0\n", "")), "UnboundLocalError"),
        "gradients switched off in the model": (
            swapped(
                EVALUATE,
                (
                    "    with torch.no_grad():",
                    "    for p in model.parameters():\n        p.requires_grad = False\n    if True:",
                ),
            ),
            "the parameters no longer ask for gradients",
        ),
        "labels in place": (
            swapped(EVALUATE, ("    mode =", "    X -= 0.5\n    mode =")),
            "evaluate_error is not right yet",
        ),
    },
}
