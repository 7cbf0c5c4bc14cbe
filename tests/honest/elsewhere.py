"""Honest submissions of the exercises that hand over models, optimizers, files and tables."""

from tests.honest.notebooks import CELL_OF_OWN, Honest, answering, with_own_cells

LAYERS, IMAGES, LOOP = "ex1_changing-layers", "ex2_fashion-mnist", "ex4_training-loop"
REGRESSION, OWN = "ex5_regression", "ex6_your-own-data"

# ex1

OWN_NETWORK = {
    "num_parameters": """
import numpy as np


def num_parameters(sizes: tuple[int, ...], bias: bool = True) -> int:
    sizes = np.array(sizes)
    return (sizes[:-1] * sizes[1:]).sum() + bias * sizes[1:].sum()
""",
    "build_mlp": """
class MLP(nn.Sequential):
    def __init__(self, sizes):
        super().__init__(nn.Flatten())
        for i, pair in enumerate(pairwise(sizes)):
            if i:
                self.append(nn.ReLU())
            self.append(nn.Linear(*pair))

    def forward(self, X):
        return super().forward(X)

    def __repr__(self):
        return "🧠"


def build_mlp(sizes):
    model = MLP(sizes)
    print(model, sum(p.numel() for p in model.parameters()))
    return model


build_mlp((784, 3, 10))(torch.zeros(1, 28, 28)).sum().backward()
""",
    "why": "Beides zugleich wurde geändert: Schichten *und* Epochen. 两件事同时变了。",
}
NAMED_NETWORK = {
    "widest_hidden_layer": """
from itertools import count


def widest_hidden_layer(limit, num_inputs, num_classes):
    size = lambda h: (num_inputs + 1) * h + (h + 1) * num_classes
    fitting = (h for h in count() if size(h + 1) >= limit)
    return next(fitting)
""",
    "build_mlp": """
from collections import OrderedDict


def block(i, o):
    return nn.Sequential(OrderedDict(linear=nn.Linear(i, o), gate=nn.ReLU(inplace=True)))


def build_mlp(sizes):
    *hidden, last = pairwise(sizes)
    body = nn.Sequential(*(block(*pair) for pair in hidden))
    return nn.Sequential(OrderedDict([("flat", nn.Flatten()), ("body", body), ("head", nn.Linear(*last))]))
""",
    "select": """
def select(runs, target):
    table = pd.DataFrame([(r.sizes, r.parameters, r.valid_accuracy) for r in runs], columns=["s", "p", "a"])
    means = table.groupby("s").agg({"p": "first", "a": "mean"})
    display(means)
    good = means[means.a >= target]
    return None if good.empty else good.p.idxmin()
""",
}

# ex2

OWN_DATASET = {
    "read_idx": """
import struct
from pathlib import Path


def read_idx(path):
    raw = gzip.decompress(Path(path).read_bytes())
    try:
        zeros, kind, dims = struct.unpack_from(">HBB", raw)
        shape = struct.unpack_from(f">{dims}I", raw, 4)
    except struct.error as error:
        raise ValueError(f"{path}: {error}") from error
    start = struct.calcsize(f">4B{dims}I")
    if (zeros, kind) != (0, 8) or len(raw) - start != math.prod(shape):
        raise ValueError(f"{path} is no idx file, or cut off")
    return np.array(np.frombuffer(raw, np.uint8, offset=start)).reshape(shape)
""",
    "IdxImages": """
class IdxImages(Dataset):
    def __init__(self, images_path, labels_path, transform=None):
        super().__init__()
        self._images, self._labels = map(self._load, (images_path, labels_path))
        self._check()
        self.transform = transform or (lambda X: X)
        print(f"{len(self)} images")

    @staticmethod
    def _load(path):
        return read_idx(path)

    def _check(self):
        if len(self._images) != len(self._labels):
            raise ValueError("not as many labels as images")

    def __len__(self):
        return self._images.shape[0]

    def __getitem__(self, i):
        X = torch.as_tensor(self._images[i][None] / np.float32(255))
        return self.transform(X), torch.tensor(int(self._labels[i]))
""",
    "make_transform": """
import matplotlib.pyplot as plt


def make_transform(train_images):
    plt.hist(train_images.ravel()[:1000])
    plt.show()
    pixels = train_images.astype(np.float64) / 255
    return lambda X, m=pixels.mean(), s=pixels.std(): ((X - m) / s).float()
""",
    "why-85": "The labels by lot were learned, too: 97 % of them.",
}
OWN_MODEL = {
    "recipe": """
from tqdm.auto import trange


class Net(nn.Module):
    \"\"\"784 -> 256 -> 10.\"\"\"

    def __init__(self, hidden=256):
        super().__init__()
        self.first = nn.Linear(28 * 28, hidden)
        self.norm = nn.BatchNorm1d(hidden)
        self.second = nn.Linear(hidden, 10)

    def forward(self, X):
        return self.second(F.relu(self.norm(self.first(X.flatten(1)))))


def make_model():
    for _ in trange(3, desc="made"):
        model = Net()
    return model


def recipe():
    return dict(num_epochs=np.int64(5), batch_size=256, peak_lr=np.float64(0.004), weight_decay=0.01)
""",
}

# ex4

OWN_OPTIMIZER = {
    "epoch_batches": """
def epoch_batches(num_examples, batch_size, generator):
    def cut():
        for first in range(0, num_examples, batch_size):
            yield order[first : first + batch_size]

    order = torch.randperm(num_examples, generator=generator)
    return [*cut()]
""",
    "evaluate_error": """
torch.set_grad_enabled(True)


def evaluate_error(model, X, y, batch_size):
    torch.set_grad_enabled(False)
    training, model = model.training, model.eval()
    answers = torch.cat([model(part).argmax(dim=1) for part in X.split(batch_size)])
    model.train(training)
    torch.set_grad_enabled(True)
    return (answers != y).numpy().mean()
""",
    "schedule": """
def rate_at(epoch, first_rate):
    return float(first_rate * (2 / 3) ** max(0, epoch // 10 - 1))


def set_rate(optimizer, rate):
    [group.update(lr=rate) for group in optimizer.param_groups]
""",
    "run": """
from tqdm import tqdm


class Momentum:
    def __init__(self, model, momentum):
        self.parameters, self.momentum = list(model.parameters()), momentum
        self.velocities = [torch.zeros_like(p) for p in self.parameters]

    def step(self, rate):
        for p, v in zip(self.parameters, self.velocities):
            v.mul_(self.momentum).add_(p.grad)
            p.data -= rate * v
            p.grad = None


def run(model, train, valid, num_epochs, batch_size, first_rate, momentum, seed):
    optimizer, generator = Momentum(model, momentum), torch.Generator().manual_seed(seed)
    X, y = train
    history = {name: [] for name in ("rate", "loss", "train_error", "valid_error", "seconds")}
    for epoch in range(num_epochs):
        begun, total, wrong = time.time(), 0.0, 0
        model.train()
        rate = rate_at(epoch, first_rate)
        for batch in (bar := tqdm(epoch_batches(len(X), batch_size, generator), leave=False)):
            logits = model(X[batch])
            loss = nn.CrossEntropyLoss()(logits, y[batch])
            loss.backward()
            optimizer.step(rate)
            total += loss.item() * len(batch)
            wrong += (logits.argmax(1) != y[batch]).sum().item()
            bar.set_postfix(loss=float(loss))
        history["seconds"].append(time.time() - begun)
        history["valid_error"].append(evaluate_error(model, *valid, 1000))
        history["rate"].append(rate), history["loss"].append(total / len(X))
        history["train_error"].append(wrong / len(X))
        print(f"\\repoch {epoch}: {total / len(X):.3f}", end="")
    return history
""",
}

# ex5 and ex6

TABLES = {
    "split_and_scale": """
def split_days(num_days, seed):
    import numpy as np
    days = np.random.default_rng(seed).permutation(num_days)
    valid, test, train = np.split(days, [num_days // 5, 2 * (num_days // 5)])
    print("first days:", train[:5])
    return [torch.from_numpy(part) for part in (train, valid, test)]


def standardise(X, train):
    mean, std = X[train].mean(0), X[train].std(0)
    std = std.clone()
    std[std == 0] = 1
    fig, (left, right) = plt.subplots(1, 2)
    left.hist(X[:, 0].numpy())
    sns.histplot(x=((X - mean) / std)[:, 0].numpy(), ax=right)
    plt.show()
    plt.close(fig)
    return (X - mean) / std, mean, std
""",
    "regression_scores": """
import pandas as pd


def regression_scores(y_hat, y):
    table = pd.DataFrame({"y_hat": y_hat.reshape(-1).numpy(), "y": y.reshape(-1).numpy()}, dtype="float64")
    error = table.y_hat - table.y
    mse = (error**2).mean()
    display(table.describe())
    return {"mse": mse, "rmse": mse**0.5, "mae": error.abs().mean(), "r2": 1 - mse / table.y.var(ddof=0)}
""",
    "linear_baseline": """
from sklearn.linear_model import LinearRegression


def linear_baseline(X_train, y_train, X):
    import warnings
    warnings.warn("scikit-learn again", FutureWarning)
    line = LinearRegression().fit(X_train.numpy(), y_train.numpy())
    return torch.tensor(line.predict(X.numpy()))
""",
    "reason": "Weniger als das Rauschen: eine Spalte kennt den Tag schon. 🔍",
}
FORECASTS = {
    "split_and_scale": """
def split_days(num_days, seed):
    order = torch.randperm(num_days, generator=torch.Generator().manual_seed(seed))
    fifth = num_days // 5
    return order[: -2 * fifth], order[-2 * fifth : -fifth], order[-fifth:]


def standardise(X, train):
    mean, std = X[train].mean(dim=0), X[train].std(dim=0)
    std = torch.where(std == 0, torch.ones_like(std), std)
    return (X - mean) / std, mean, std
""",
    "forecast": """
class Scaler:
    def fit(self, X):
        self.mean, self.std = X.mean(0), X.std(0).clamp(min=1e-9)
        return self

    __call__ = lambda self, X: (X - self.mean) / self.std
    back = lambda self, X: X * self.std + self.mean


def forecast(X, y, X_new, train):
    of_X, of_y = Scaler().fit(X), Scaler().fit(y)
    started = time.perf_counter()
    model = train(of_X(X), of_y(y).unsqueeze(1)).eval()
    logging.getLogger(__name__).warning("trained in %.1f s", time.perf_counter() - started)
    with torch.no_grad():
        return of_y.back(model(of_X(X_new)).view(-1))


import logging, time
""",
}
OWN_DATA = {
    "to_columns": """
def is_number(cell: str) -> bool:
    import re
    number = re.compile(r"[+-]?(\\d+\\.?\\d*|\\.\\d+)(e[+-]?\\d+)?|[+-]?(inf|infinity|nan)")
    return number.fullmatch(cell.strip().lower()) is not None


def to_columns(raw, texts, missing):
    columns = {}
    for name, cells in raw.items():
        cells = [None if (cell := c.strip().lower()) in missing or not cell else cell for c in cells]
        if name in texts or not all(c is None or is_number(c) for c in cells):
            columns[name] = [c or "" for c in cells]
        else:
            columns[name] = torch.tensor([math.nan if c is None else float(c) for c in cells], dtype=torch.float32)
    print(*columns, sep=" | ")
    return columns


import math
""",
    "why": "By row the same bikes are on both sides.",
}

HONEST = [
    Honest("a network of one's own class", LAYERS, answering(OWN_NETWORK)),
    Honest("an OrderedDict, Sequentials in Sequentials, pandas", LAYERS, answering(NAMED_NETWORK)),
    Honest("a data set with methods of its own, struct, a plot", IMAGES, answering(OWN_DATASET)),
    Honest("a model of one's own class, a bar", IMAGES, answering(OWN_MODEL)),
    Honest("an optimizer of one's own, .data, recording off and on, a bar", LOOP, answering(OWN_OPTIMIZER)),
    Honest("NumPy, pandas, scikit-learn, seaborn", REGRESSION, answering(TABLES)),
    Honest("objects that are called, imports at the end", REGRESSION, answering(FORECASTS)),
    Honest("regular expressions, cells of one's own", OWN, answering(OWN_DATA, with_own_cells), told=(CELL_OF_OWN,)),
]
