"""Answers to questions 4 to 7 of ex2: right ones in other styles, and slips, each with the hint meant for it."""

from tests.exercises.ex2_fashion_mnist.slips import slip

COUNT = """
def count_answers(model, loader, num_classes):
    counts = torch.zeros(num_classes, num_classes, dtype=torch.long)
    training = model.training
    model.eval()
    with torch.no_grad():
        for X, y in loader:
            y_hat = model(X).argmax(dim=1)
            for t, p in zip(y, y_hat):
                counts[t, p] += 1
    model.train(training)
    return counts
"""

PAIR = """
def most_confused(counts, classes):
    best = (classes[0], classes[1], -1.0)
    for t, row in enumerate(counts.tolist()):
        for p, n in enumerate(row):
            if t != p and n / max(sum(row), 1) > best[2]:
                best = (classes[t], classes[p], n / max(sum(row), 1))
    return best
"""

RECIPE = """
def make_model():
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(784, 256), nn.ReLU(), nn.Dropout(0.1),
        nn.Linear(256, 128), nn.ReLU(), nn.Dropout(0.1),
        nn.Linear(128, 10),
    )

def recipe():
    return {"num_epochs": 10, "batch_size": 256, "peak_lr": 0.004, "weight_decay": 0.01}
"""

FAULT = """
def find_fault():
    return 6, 5 / 6

"""

REPAIRED = """
def repaired(images, batch_size):
    count, total, squares = 0, 0.0, 0.0
    for start in range(0, len(images), batch_size):
        X = images[start : start + batch_size] / 255
        count += len(X) * X[0].size
        total += X.sum()
        squares += (X**2).sum()
    mean = total / count
    std = (squares / count - mean**2) ** 0.5
    return mean, std
"""

RIGHT = {
    "find_fault": {
        "rows times pixels": FAULT + REPAIRED,
        "all at once, rounded": """
def find_fault():
    return (6, 0.8333)

def repaired(images, batch_size):
    return images.mean() / 255, images.std() / 255
""",
        "counted beforehand": """
def find_fault():
    counted, there = 3 * 8, 20
    return [6, there / counted]

def repaired(images, batch_size):
    total = squares = 0
    for batch in np.array_split(images, math.ceil(len(images) / batch_size)):
        X = batch.astype(np.int64)
        total, squares = total + X.sum(), squares + (X * X).sum()
    mean = total / images.size
    return mean / 255, math.sqrt(squares / images.size - mean**2) / 255
""",
        "a fraction, tensors": """
from fractions import Fraction

def find_fault():
    return np.int64(6), Fraction(20, 24)

def repaired(images, batch_size):
    pixels = torch.from_numpy(images).double().flatten() / 255
    parts = pixels.split(batch_size)
    mean = sum(part.sum() for part in parts) / len(pixels)
    var = sum(((part - mean) ** 2).sum() for part in parts) / (len(pixels) - 1)
    return mean, var.sqrt()
""",
        "weighted means": """
def find_fault():
    return 6, np.float32(20) / 24

def repaired(images, batch_size):
    starts = range(0, len(images), batch_size)
    batches = [images[k : k + batch_size] / 255.0 for k in starts]
    weights = [len(batch) for batch in batches]
    mean = np.average([batch.mean() for batch in batches], weights=weights)
    square = np.average([(batch**2).mean() for batch in batches], weights=weights)
    return float(mean), float(np.sqrt(square - mean**2))
""",
    },
    "count_answers": {
        "loops": COUNT + PAIR,
        "index_put_": """
@torch.no_grad()
def count_answers(model, loader, num_classes):
    before, _ = model.training, model.eval()
    truths, answers = zip(*((y, model(X).max(1).indices) for X, y in loader))
    if before:
        model.train()
    table = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    ones = torch.ones(sum(map(len, truths)), dtype=torch.int64)
    return table.index_put_((torch.cat(truths), torch.cat(answers)), ones, accumulate=True)

def most_confused(counts, classes):
    C = len(classes)
    rates = counts.float() / counts.sum(1, keepdim=True)
    rates = rates.nan_to_num().masked_fill(torch.eye(C, dtype=torch.bool), -1)
    place = int(rates.argmax())
    return classes[place // C], classes[place % C], float(rates.max())
""",
        "NumPy": """
def count_answers(model, loader, num_classes):
    mode = model.training
    model.eval()
    table = np.zeros((num_classes, num_classes), dtype=np.int64)
    with torch.inference_mode():
        for X, y in loader:
            np.add.at(table, (y.numpy(), model(X).numpy().argmax(axis=1)), 1)
    model.train(mode)
    return torch.from_numpy(table)

def most_confused(counts, classes):
    table = counts.numpy().astype(float)
    table = table / np.maximum(table.sum(axis=1), 1)[:, None]
    np.fill_diagonal(table, 0)
    t, p = np.unravel_index(table.argmax(), table.shape)
    return classes[t], classes[p], float(table[t, p])
""",
    },
    "recipe": {
        "the last layer starts at zero, settings from NumPy": """
def make_model():
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 300), nn.ReLU(), nn.Linear(300, 10))
    nn.init.zeros_(model[-1].weight)
    nn.init.zeros_(model[-1].bias)
    return model

def recipe():
    chosen = np.array([9, 256])
    return {"num_epochs": chosen[0], "batch_size": chosen[1], "peak_lr": np.float32(0.004), "weight_decay": 0}
""",
        "lazy layers, tanh, batch normalisation": """
def make_model():
    return nn.Sequential(
        nn.Flatten(), nn.LazyLinear(256), nn.BatchNorm1d(256), nn.Tanh(), nn.LazyLinear(10), nn.LogSoftmax(1)
    )

def recipe():
    return {"num_epochs": 4, "batch_size": 256, "peak_lr": 0.003, "weight_decay": 0.01}
""",
        "wide": slip(
            RECIPE,
            "784, 256",
            "784, 400",
            "256, 128",
            "400, 100",
            "128, 10)",
            "100, 10)",
            "0.004",
            "0.003",
        ),
        "one hidden layer": """
def make_model():
    return nn.Sequential(nn.Flatten(1), nn.Linear(784, 300), nn.GELU(), nn.Dropout(0.2), nn.Linear(300, 10))

def recipe():
    return dict(num_epochs=4, batch_size=256, peak_lr=0.003, weight_decay=0.05)
""",
        "class": """
class Clothes(nn.Module):
    def __init__(self, a=300, b=100):
        super().__init__()
        self.hidden, self.deeper, self.out = nn.Linear(784, a), nn.Linear(a, b), nn.Linear(b, 10)
        self.drop = nn.Dropout(0.1)

    def forward(self, X):
        h = self.drop(F.relu(self.hidden(X.flatten(1))))
        return self.out(self.drop(F.relu(self.deeper(h))))

def make_model():
    return Clothes()

def recipe():
    return {"peak_lr": 3e-3, "num_epochs": 8, "weight_decay": 0.0, "batch_size": 256}
""",
    },
}

WRONG = {
    "find_fault": {
        "the slice": (slip(FAULT, "6,", "5,") + REPAIRED, "line 5 does what it should"),
        "the variance": (slip(FAULT, "6,", "10,") + REPAIRED, "line 10 does what it should"),
        "the division": (slip(FAULT, "6,", "9,") + REPAIRED, "line 9 does what it should"),
        "counted from 0": (slip(FAULT, "6,", "0,") + REPAIRED, "the program has the lines 1 to 11, got 0"),
        "the text of the line": (slip(FAULT, "6,", "'count +=',") + REPAIRED, "wanted the number of a line"),
        "the other way round": (slip(FAULT, "5 / 6", "6 / 5") + REPAIRED, "it is the other way round"),
        "a percentage": (slip(FAULT, "5 / 6", "83.33") + REPAIRED, "this is a percentage"),
        "what is missing": (slip(FAULT, "5 / 6", "1 / 6") + REPAIRED, "this is what is missing"),
        "the share of the last batch": (slip(FAULT, "5 / 6", "4 / 8") + REPAIRED, "by another number than 0.5"),
        "too large by a count": (slip(FAULT, "5 / 6", "24") + REPAIRED, "by another number than 24"),
        "the line alone": (slip(FAULT, "6, 5 / 6", "6") + REPAIRED, "2 values are wanted"),
        "swapped": (slip(FAULT, "6, 5 / 6", "5 / 6, 6") + REPAIRED, "wanted the number of a line"),
        "a word for the factor": (slip(FAULT, "5 / 6", "'smaller'") + REPAIRED, "a number is wanted"),
        "a full batch more": (slip(FAULT, "5 / 6", "20 / 32") + REPAIRED, "by another number than 0.625"),
        "not repaired": (FAULT + slip(REPAIRED, "len(X) *", "batch_size *"), "the slip is still there"),
        "the given program": (FAULT + "repaired = measure\n", "the slip is still there"),
        "last batch dropped": (
            FAULT + slip(REPAIRED, "len(images), batch_size", "len(images) - batch_size + 1, batch_size"),
            "repaired",
        ),
        "last batch left out": (
            FAULT
            + slip(
                REPAIRED,
                "        count",
                "        if len(X) < min(batch_size, len(images)):\n            break\n        count",
            ),
            "the images of the short last batch are left out",
        ),
        "a mean over batches": (
            FAULT
            + slip(
                REPAIRED,
                "count += len(X) * X[0].size",
                "count += 1",
                "X.sum()",
                "X.mean()",
                "(X**2).sum()",
                "(X**2).mean()",
            ),
            "this is a mean over batches",
        ),
        "images for pixels": (FAULT + slip(REPAIRED, "len(X) * X[0].size", "len(X)"), "repaired: mean"),
        "in bytes": (FAULT + slip(REPAIRED, " / 255", ".astype(float)"), "in units of 0 to 255"),
        "squares of bytes": (
            FAULT + slip(REPAIRED, "(X**2).sum()", "(images[start : start + batch_size] ** 2).sum() / 255**2"),
            "repaired: std",
        ),
        "variance": (FAULT + slip(REPAIRED, " ** 0.5", ""), "this is the variance"),
        "std first": (FAULT + slip(REPAIRED, "return mean, std", "return std, mean"), "mean, std is the order"),
        "no start": (
            FAULT + slip(REPAIRED, "count, total, squares = 0, 0.0, 0.0", "total, squares = 0, 0"),
            "`count` has no value yet",
        ),
        "typo": (FAULT + slip(REPAIRED, "mean = total", "mean = totl"), "Perhaps `total` is meant."),
        "no return": (FAULT + slip(REPAIRED, "    return mean, std\n", ""), "is the `return` line missing?"),
        "images spoilt": (
            FAULT + slip(REPAIRED, "    mean = total", "    images[:] = 0\n    mean = total"),
            "the images were changed in place",
        ),
        "measure overwritten": (
            FAULT + REPAIRED + "measure = repaired\n",
            "run the cell with the program again",
        ),
        "mean only": (FAULT + slip(REPAIRED, "return mean, std", "return mean"), "2 values are wanted"),
        "batch of the global name": (
            FAULT + slip(REPAIRED, "def repaired(images, batch_size)", "def repaired(images, size)"),
            "repaired",
        ),
    },
    "count_answers": {
        "training mode": (slip(COUNT, "    model.eval()\n", "") + PAIR, "model.eval() comes first"),
        "gradients recorded": (slip(COUNT, "torch.no_grad()", "torch.enable_grad()") + PAIR, "under torch.no_grad()"),
        "mode not restored": (slip(COUNT, "    model.train(training)\n", "") + PAIR, "is to be left so"),
        "always back to training": (slip(COUNT, "model.train(training)", "model.train()") + PAIR, "is to be left so"),
        "rows and columns swapped": (
            slip(COUNT, "counts[t, p]", "counts[p, t]") + PAIR,
            "rows are the truth, columns the answers",
        ),
        "argmax over the batch": (slip(COUNT, "dim=1", "dim=0") + PAIR, "argmax is taken over the batch"),
        "last batch only": (
            slip(COUNT, "y_hat = ", "counts.zero_()\n            y_hat = ") + PAIR,
            "only the last batch is counted",
        ),
        "first batch only": (
            slip(COUNT, "    model.train(training)", "            break\n    model.train(training)") + PAIR,
            "only the first batch is counted",
        ),
        "shares in place of counts": (
            slip(COUNT, "return counts", "return counts / counts.sum()") + PAIR,
            "count_answers",
        ),
        "float counts": (
            slip(COUNT, "dtype=torch.long", "dtype=torch.float32") + PAIR,
            "float32 where int64 is wanted",
        ),
        "only right answers": (
            slip(COUNT, "counts[t, p] += 1", "counts[t, t] += int(t == p)") + PAIR,
            "count_answers",
        ),
        "only the top is set back": (
            slip(COUNT, "model.train(training)", "model.training = training") + PAIR,
            "not all of its parts are left so",
        ),
        "only the top predicts in eval mode": (
            slip(COUNT, "model.eval()", "model.training = False") + PAIR,
            "or a part of it, predicted in training mode",
        ),
        "rows only of labels that occur": (
            slip(
                COUNT,
                "return counts",
                "kept = torch.cat([y for _, y in loader]).unique()\n    return counts[kept][:, kept]",
            )
            + PAIR,
            "count_answers",
        ),
        "size by the largest label": (
            slip(
                COUNT,
                "torch.zeros(num_classes, num_classes",
                "torch.zeros(*[1 + max(int(y.max()) for _, y in loader)] * 2",
            )
            + PAIR,
            "count_answers",
        ),
        "labels and answers cut to the classes that occur": (
            slip(COUNT, "return counts", "return counts[counts.sum(1) > 0]") + PAIR,
            "count_answers",
        ),
        "autograd left off": (
            slip(COUNT, "with torch.no_grad():", "torch.set_grad_enabled(False)\n    if True:") + PAIR,
            "autograd records nothing any more",
        ),
        "a NumPy table": (slip(COUNT, "return counts", "return counts.numpy()") + PAIR, "a tensor is wanted"),
        "argmin": (slip(COUNT, "argmax", "argmin") + PAIR, "count_answers"),
        "answers by a threshold": (
            slip(COUNT, "model(X).argmax(dim=1)", "(model(X) > 0).long().argmax(dim=1)") + PAIR,
            "count_answers",
        ),
        "first examples of each batch": (
            slip(COUNT, "zip(y, y_hat)", "list(zip(y, y_hat))[:3]") + PAIR,
            "each counts once",
        ),
        "no return": (slip(COUNT, "    return counts\n", "") + PAIR, "is the `return` line missing?"),
        "unbound": (
            slip(COUNT, "    counts = torch.zeros(num_classes, num_classes, dtype=torch.long)\n", "") + PAIR,
            "counts",
        ),
        "ten classes": (slip(COUNT, "(num_classes, num_classes", "(10, 10") + PAIR, "count_answers"),
        "share as a string": (COUNT + slip(PAIR, "return best", "return *best[:2], f'{best[2]:.2f}'"), "type str"),
        "count of the pair": (
            COUNT
            + slip(
                PAIR,
                "return best",
                "t, p = classes.index(best[0]), classes.index(best[1])\n    return *best[:2], float(counts[t, p])",
            ),
            "share of",
        ),
        "whole percents": (COUNT + slip(PAIR, "n / max(sum(row), 1)", "n // max(sum(row), 1)"), "most_confused"),
        "last row": (
            COUNT
            + slip(
                PAIR,
                "    return best",
                "        best = best if t < 2 else best\n    return classes[0], classes[1], best[2]",
            ),
            "most_confused",
        ),
        "share of both directions": (
            COUNT + slip(PAIR, "n / max(sum(row), 1)", "(n + int(counts[p, t])) / max(sum(row), 1)"),
            "most_confused",
        ),
        "share of the mistakes only": (
            COUNT + slip(PAIR, "max(sum(row), 1)", "max(sum(row) - row[t], 1)"),
            "most_confused",
        ),
        "no return of the pair": (COUNT + slip(PAIR, "    return best", "    best"), "is the `return` line missing?"),
        "diagonal counted": (COUNT + slip(PAIR, "t != p and ", ""), "on the diagonal, are no confusion"),
        "count in place of share": (
            COUNT
            + slip(PAIR, "n / max(sum(row), 1) > best[2]", "n > best[2]", ", n / max(sum(row), 1))", ", float(n))"),
            "the largest share of a row's sum",
        ),
        "share of all examples": (
            COUNT + slip(PAIR, "max(sum(row), 1)", "int(counts.sum())"),
            "the largest share of a row's sum",
        ),
        "right pair, share of all examples": (
            COUNT + slip(PAIR, "return best", "return *best[:2], best[2] / len(counts)"),
            "share of",
        ),
        "accuracy in place of the share": (
            COUNT + slip(PAIR, "return best", "return *best[:2], (counts.trace() / counts.sum()).item()"),
            "share of",
        ),
        "share in per cent": (
            COUNT + slip(PAIR, "return best", "return *best[:2], 100 * best[2]"),
            "this is a percentage",
        ),
        "share of the column": (
            COUNT + slip(PAIR, "max(sum(row), 1)", "max(sum(r[p] for r in counts.tolist()), 1)"),
            "the largest share of a row's sum",
        ),
        "names swapped": (
            COUNT + slip(PAIR, "(classes[t], classes[p], n", "(classes[p], classes[t], n"),
            "the names are swapped. The row is the truth",
        ),
        "numbers in place of names": (
            COUNT + slip(PAIR, "(classes[t], classes[p], n", "(t, p, n"),
            "names from `classes` are wanted",
        ),
        "no share": (COUNT + slip(PAIR, "return best", "return best[:2]"), "true, predicted, share are wanted"),
        "share a tensor": (
            COUNT + slip(PAIR, "return best", "return *best[:2], torch.tensor(best[2])"),
            ".item() or float() makes one",
        ),
        "counts spoilt": (
            COUNT + slip(PAIR, "return best", "counts.fill_diagonal_(0)\n    return best"),
            "counts was changed in place",
        ),
        "0/0": (
            COUNT
            + """
def most_confused(counts, classes):
    shares = counts / counts.sum(dim=1, keepdim=True)
    shares.fill_diagonal_(0)
    t, p = divmod(shares.argmax().item(), len(classes))
    return classes[t], classes[p], shares[t, p].item()
""",
            "perhaps 0/0, which is NaN",
        ),
    },
    "recipe": {
        "softmax at the end": (
            slip(RECIPE, "nn.Linear(128, 10),", "nn.Linear(128, 10), nn.Softmax(dim=1),"),
            "outputs are positive and add up to 1",
        ),
        "no activation": (slip(RECIPE, "nn.ReLU()", "nn.Identity()"), "the network is a linear one"),
        "one output": (slip(RECIPE, "nn.Linear(128, 10)", "nn.Linear(128, 1)"), "logits of shape"),
        "too large": (slip(RECIPE, "784, 256", "784, 1024", "256, 128", "1024, 128"), "at most 600,000"),
        "rate too large": (slip(RECIPE, "0.004", "4.0", ": 10,", ": 2,"), "Is the peak rate far from"),
        "rate too small": (slip(RECIPE, "0.004", "4e-7", ": 10,", ": 2,"), "Is the peak rate far from"),
        "too many epochs": (slip(RECIPE, ": 10,", ": 100,"), "num_epochs is a whole number from 1 to 20, got 100"),
        "two epochs, two units": (
            slip(RECIPE, "784, 256", "784, 4", "256, 128", "4, 128", ": 10,", ": 2,"),
            "far from the mark",
        ),
        "half of it dropped": (slip(RECIPE, "0.1", "0.9", ": 10,", ": 2,"), "most of each layer dropped"),
        "an entry misspelt": (slip(RECIPE, "peak_lr", "lr"), "a dictionary with"),
        "not flattened": (slip(RECIPE, "        nn.Flatten(),\n", ""), "flatten them first"),
        "weights shared by all models": (
            slip(
                RECIPE,
                "def make_model():",
                "first = nn.Linear(784, 256)\n\ndef make_model():",
                "nn.Linear(784, 256)",
                "first",
                "first = first",
                "first = nn.Linear(784, 256)",
            ),
            "share weights",
        ),
        "batch of one": (
            slip(RECIPE, '"batch_size": 256', '"batch_size": 1'),
            "batch_size is a whole number from 16 to 4096",
        ),
        "no model": (
            slip(RECIPE, "def make_model():\n    return", "def make_model():\n    model ="),
            "an nn.Module is wanted",
        ),
        "a list of layers": (
            slip(RECIPE, "nn.Sequential(", "list((", "nn.Linear(128, 10),\n    )", "nn.Linear(128, 10),\n    ))"),
            "type list",
        ),
        "a class in place of a model": (
            "class Net(nn.Module):\n    pass\n"
            + slip(RECIPE, "def make_model", "def unused")
            + "\ndef make_model():\n    return Net\n",
            "an nn.Module is wanted",
        ),
        "more than is asked for": (slip(RECIPE, '"peak_lr"', '"momentum": 0.9, "peak_lr"'), "a dictionary with"),
        "rate as a string": (slip(RECIPE, "0.004", "'0.004'"), "peak_lr is a number"),
        "negative rate": (slip(RECIPE, "0.004", "-0.004"), "peak_lr is above 0"),
        "super().__init__() forgotten": (
            """
class Net(nn.Module):
    def __init__(self):
        self.out = nn.Linear(784, 10)

def make_model():
    return Net()

def recipe():
    return {}
""",
            "super().__init__() must come first",
        ),
        "trained on the test images": (
            RECIPE.replace("def make_model", "def fresh_model")
            + """
def make_model():
    model = fresh_model()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    for X, y in BatchLoader(data.test_images, data.test_labels, batch_size=500, transform=judge.as_input):
        loss = F.cross_entropy(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model
""",
            "right on most images before it is trained",
        ),
        "one model for all": (
            RECIPE.replace("def make_model", "def fresh_model")
            + """
only = fresh_model()

def make_model():
    return only
""",
            "two calls return the same network",
        ),
    },
}
