"""More answers to ex5: right ones in further styles, and ideas that a lazy check would let pass."""

from tests.exercises.ex5_regression.pieces import CHARGE, FOUND, SCALE, SPLIT

RIGHT = {
    "split_and_scale": {
        "numpy rng": """
import numpy as np

def split_days(num_days, seed):
    rng = np.random.default_rng(seed)
    order = torch.from_numpy(rng.permutation(num_days))
    fifth = num_days // 5
    train, valid, test = order.split([num_days - 2 * fifth, fifth, fifth])
    return train, valid, test
"""
        + SCALE,
        "random split": """
def split_days(num_days, seed):
    k = num_days // 5
    parts = torch.utils.data.random_split(
        range(num_days), [num_days - 2 * k, k, k], generator=torch.Generator().manual_seed(seed)
    )
    return tuple(torch.tensor(list(part.indices)) for part in parts)
"""
        + SCALE,
        "sample sets": """
import random

def split_days(num_days, seed):
    rng = random.Random(seed)
    k = num_days // 5
    both = rng.sample(range(num_days), 2 * k)
    chosen = set(both)
    train = [day for day in range(num_days) if day not in chosen]
    return tuple(torch.tensor(part, dtype=torch.int64) for part in (train, both[:k], both[k:]))
"""
        + SCALE,
        "labels shuffled": """
import numpy as np

def split_days(num_days, seed):
    k = num_days // 5
    label = np.zeros(num_days, dtype=int)
    label[:k] = 1
    label[k:2*k] = 2
    np.random.RandomState(seed).shuffle(label)
    return tuple(torch.as_tensor(np.flatnonzero(label == which)) for which in range(3))
"""
        + SCALE,
        "scale std mean": SPLIT
        + """
def standardise(X, train):
    std, mean = torch.std_mean(X[train], dim=0)
    std = std.masked_fill(std == 0, 1.0)
    return X.sub(mean).div(std), mean, std
""",
        "scale constant by min max": SPLIT
        + """
def standardise(X, train):
    rows = X.index_select(0, train)
    constant = rows.amax(0) == rows.amin(0)
    mean = torch.where(constant, rows[0], rows.mean(0))
    std = torch.where(constant, 1.0, rows.std(0))
    return (X - mean) / std, mean, std
""",
        "scale pandas": SPLIT
        + """
import pandas as pd

def standardise(X, train):
    df = pd.DataFrame(X.numpy().astype("float64"))
    known = df.iloc[train.tolist()]
    mu, sigma = known.mean(), known.std().replace(0.0, 1.0)
    out = (df - mu) / sigma
    to = lambda a: torch.tensor(a.to_numpy(), dtype=torch.float32)
    return to(out), to(mu), to(sigma)
""",
        "scale class": SPLIT
        + """
class Scaler:
    def fit(self, rows):
        self.mean_ = rows.mean(dim=0)
        self.std_ = rows.std(dim=0)
        self.std_[self.std_ == 0] = 1
        return self

    def transform(self, X):
        return (X - self.mean_) / self.std_

def standardise(X, train):
    scaler = Scaler().fit(X[train])
    return scaler.transform(X), scaler.mean_, scaler.std_
""",
    },
    "regression_scores": {
        "python loops": """
import math

def regression_scores(y_hat, y):
    forecasts = [float(v) for v in y_hat.reshape(-1)]
    truths = [float(v) for v in y.reshape(-1)]
    n = len(truths)
    mean = sum(truths) / n
    square = absolute = total = 0.0
    for f, t in zip(forecasts, truths):
        square += (f - t) ** 2
        absolute += abs(f - t)
        total += (t - mean) ** 2
    return {"mse": square / n, "rmse": math.sqrt(square / n), "mae": absolute / n, "r2": 1 - square / total}
""",
        "sklearn": """
from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score

def regression_scores(y_hat, y):
    t = y.reshape(-1).double().numpy()
    p = y_hat.reshape(-1).double().numpy()
    mse = mean_squared_error(t, p)
    return {"mse": mse, "rmse": mse ** 0.5, "mae": mean_absolute_error(t, p), "r2": r2_score(t, p)}
""",
        "functional": """
def regression_scores(y_hat, y):
    y_hat, y = y_hat.view(-1), y.view(-1)
    mse = F.mse_loss(y_hat, y).item()
    mae = F.l1_loss(y_hat, y).item()
    return {"r2": 1 - mse / y.var(correction=0).item(), "mae": mae, "rmse": mse ** 0.5, "mse": mse}
""",
        "columns": """
def regression_scores(y_hat, y):
    y_hat, y = y_hat.reshape(-1, 1), y.reshape(-1, 1)
    error = y_hat - y
    scores = {}
    scores["mse"] = (error.T @ error).item() / len(y)
    scores["rmse"] = scores["mse"] ** 0.5
    scores["mae"] = error.norm(p=1).item() / len(y)
    scores["r2"] = 1 - scores["mse"] * len(y) / (y - y.mean()).pow(2).sum().item()
    return scores
""",
        "numpy float32": """
import numpy as np

def regression_scores(y_hat, y):
    e = (y_hat.flatten() - y.flatten()).numpy()
    t = y.flatten().numpy()
    t = t - t.mean()
    mse = (e ** 2).mean()
    return {"mse": mse, "rmse": np.sqrt(mse), "mae": np.abs(e).mean(), "r2": 1 - (e @ e) / (t @ t)}
""",
        "class with slots": """
class Scores(dict):
    def __init__(self, y_hat, y):
        e = y_hat.flatten() - y.flatten()
        t = y.flatten() - y.mean()
        super().__init__(
            mse=e.square().mean().item(),
            rmse=e.square().mean().sqrt().item(),
            mae=e.abs().mean().item(),
            r2=(1 - e.square().sum() / t.square().sum()).item(),
        )

def regression_scores(y_hat, y):
    return Scores(y_hat, y)
""",
        "helpers closure": """
def regression_scores(y_hat, y):
    y_hat, y = (t.ravel() for t in (y_hat, y))

    def mean(values):
        return values.sum().item() / len(values)

    mse = mean((y_hat - y) ** 2)
    baseline = mean((y - mean(y)) ** 2)
    return {"mse": mse, "rmse": mse ** 0.5, "mae": mean((y_hat - y).abs()), "r2": 1 - mse / baseline}
""",
    },
    "linear_baseline": {
        "ones first hstack": """
def linear_baseline(X_train, y_train, X):
    def with_ones(table):
        return torch.hstack((torch.ones(table.shape[0], 1), table))

    solution = torch.linalg.lstsq(with_ones(X_train), y_train.unsqueeze(-1)).solution
    return torch.matmul(with_ones(X), solution)[:, 0]
""",
        "sklearn": """
from sklearn.linear_model import LinearRegression

def linear_baseline(X_train, y_train, X):
    line = LinearRegression().fit(X_train.numpy(), y_train.numpy())
    return torch.tensor(line.predict(X.numpy()), dtype=torch.float32)
""",
        "centred": """
def linear_baseline(X_train, y_train, X):
    mu, my = X_train.mean(dim=0), y_train.mean()
    w = torch.linalg.lstsq(X_train - mu, (y_train - my)[:, None]).solution.squeeze(1)
    return (X - mu) @ w + my
""",
        "class svd": """
class Line:
    def fit(self, X, y):
        self.mu, self.b = X.double().mean(0), y.double().mean()
        U, S, Vh = torch.linalg.svd(X.double() - self.mu, full_matrices=False)
        keep = S > 1e-9 * S.max()
        self.w = Vh[keep].T @ ((U[:, keep].T @ (y.double() - self.b)) / S[keep])
        return self

    def __call__(self, X):
        return ((X.double() - self.mu) @ self.w + self.b).float()

def linear_baseline(X_train, y_train, X):
    return Line().fit(X_train, y_train)(X)
""",
        "scipy": """
import numpy as np
import scipy.linalg

def linear_baseline(X_train, y_train, X):
    A = np.c_[X_train.double().numpy(), np.ones(len(X_train))]
    coefficients = scipy.linalg.lstsq(A, y_train.double().numpy())[0]
    return torch.tensor([float(row.double().numpy() @ coefficients[:-1] + coefficients[-1]) for row in X])
""",
        "normal equations float32": """
def linear_baseline(X_train, y_train, X):
    A = torch.cat([X_train, torch.ones(len(X_train), 1)], dim=1)
    B = torch.cat([X, torch.ones(len(X), 1)], dim=1)
    w = torch.linalg.inv(A.T @ A) @ A.T @ y_train[:, None]
    return (B @ w).squeeze(1)
""",
    },
    "find_leak": {
        "pandas ranks": """
import pandas as pd

def find_leak(X, y, names):
    df = pd.DataFrame(X.numpy(), columns=names).rank()
    target = pd.Series(y.numpy()).rank()
    return df.corrwith(target).abs().idxmax()
""",
        "searchsorted ranks": """
def find_leak(X, y, names):
    def rank(v):
        s = v.sort().values
        return (torch.searchsorted(s, v) + torch.searchsorted(s, v, right=True)).double()

    ry = rank(y)
    ry = ry - ry.mean()
    scores = []
    for j in range(len(names)):
        rx = rank(X[:, j].contiguous())
        rx = rx - rx.mean()
        scores.append((rx @ ry).abs() / (rx.norm() * ry.norm() + 1e-12))
    return names[torch.stack(scores).argmax().item()]
""",
        "footrule": """
def find_leak(X, y, names):
    ry = y.argsort().argsort()
    n = len(y)
    distance = {}
    for name, column in zip(names, X.T):
        if column.min() == column.max():
            continue
        rx = column.argsort(stable=True).argsort()
        up = (rx - ry).abs().sum().item()
        down = (n - 1 - rx - ry).abs().sum().item()
        distance[name] = min(up, down)
    return sorted(distance, key=distance.get)[0]
""",
        "isotonic": """
from sklearn.isotonic import IsotonicRegression
import numpy as np

def find_leak(X, y, names):
    t = y.double().numpy().argsort().argsort().astype(float)
    loss = []
    for j in range(len(names)):
        fit_ = IsotonicRegression(increasing="auto").fit_transform(X[:, j].double().numpy(), t)
        loss.append(np.mean((fit_ - t) ** 2))
    return names[int(np.argmin(loss))]
""",
    },
    "forecast": {
        "scaler class": """
class Scale:
    def __init__(self, T):
        self.m = T.mean(dim=0, keepdim=True)
        self.s = T.std(dim=0, keepdim=True)
        self.s = torch.where(self.s == 0, torch.ones_like(self.s), self.s)

    def there(self, T):
        return (T - self.m) / self.s

    def back(self, T):
        return T * self.s + self.m

def forecast(X, y, X_new, train):
    inputs, outputs = Scale(X), Scale(y.view(-1, 1))
    net = train(inputs.there(X), outputs.there(y.view(-1, 1)))
    return outputs.back(predict(net, inputs.there(X_new))).view(-1)
""",
        "one stack": """
def forecast(X, y, X_new, train):
    both = torch.cat([X, y[:, None]], dim=1)
    scaled, mean, std = standardise(both, torch.arange(len(both)))
    model = train(scaled[:, :-1], scaled[:, -1:])
    z = predict(model, (X_new - mean[:-1]) / std[:-1])
    return std[-1] * z[:, 0] + mean[-1]
""",
        "wrapped model": """
class Unscale(nn.Module):
    def __init__(self, net, mx, sx, my, sy):
        super().__init__()
        self.net = net
        self.mx, self.sx, self.my, self.sy = mx, sx, my, sy

    def forward(self, X):
        return self.net((X - self.mx) / self.sx) * self.sy + self.my

def forecast(X, y, X_new, train):
    Z, mx, sx = standardise(X, torch.arange(len(X)))
    t, my, sy = standardise(y[:, None], torch.arange(len(y)))
    whole = Unscale(train(Z, t), mx, sx, my, sy)
    return predict(whole, X_new)[:, 0]
""",
        "row by row": """
def forecast(X, y, X_new, train):
    Z, mx, sx = standardise(X, torch.arange(len(X)))
    my, sy = y.mean(), y.std()
    model = train(Z, (y[:, None] - my) / sy)
    answers = []
    for row in X_new:
        answers.append(predict(model, ((row - mx) / sx)[None]).item() * sy.item() + my.item())
    return torch.tensor(answers)
""",
        "sklearn scaler": """
from sklearn.preprocessing import StandardScaler

def forecast(X, y, X_new, train):
    sx, sy = StandardScaler(), StandardScaler()
    A = torch.tensor(sx.fit_transform(X.double().numpy()), dtype=torch.float32)
    b = torch.tensor(sy.fit_transform(y.double().numpy()[:, None]), dtype=torch.float32)
    model = train(A, b)
    out = predict(model, torch.tensor(sx.transform(X_new.double().numpy()), dtype=torch.float32))
    return torch.tensor(sy.inverse_transform(out.numpy()), dtype=torch.float32).ravel()
""",
        "epsilon": """
def forecast(X, y, X_new, train):
    mx, sx, my, sy = X.mean(0), X.std(0) + 1e-8, y.mean(), y.std()
    model = train((X - mx) / sx, ((y - my) / sy)[:, None])
    return (predict(model, (X_new - mx) / sx) * sy + my).squeeze(1)
""",
        "constant column dropped": """
def forecast(X, y, X_new, train):
    keep = X.std(0) > 0
    X, X_new = X[:, keep], X_new[:, keep]
    X_std, mx, sx = standardise(X, torch.arange(len(X)))
    y_std, my, sy = standardise(y[:, None], torch.arange(len(y)))
    model = train(X_std, y_std)
    return (predict(model, (X_new - mx) / sx) * sy + my).squeeze(1)
""",
    },
    "find_fault": {
        "calls as found": FOUND
        + """
def charge_repaired(X, y, X_new):
    factor = (y / charge_as_found(X, y, X)).mean()
    return charge_as_found(X, y, X_new) * factor
""",
        "share worked out": """
def find_fault():
    program = (2 * 0.5) ** 0.5
    truth = (2 + 0.5) / 2
    return 9, program / truth
"""
        + CHARGE,
        "ratio of sums": FOUND
        + """
def charge_repaired(X, y, X_new):
    known = charge_as_found(X, y, X)
    return charge_as_found(X, y, X_new) * (y.sum() / known.sum())
""",
        "log of factor added": FOUND
        + """
def charge_repaired(X, y, X_new):
    residuals = y.log() - linear_baseline(X, y.log(), X)
    shift = torch.logsumexp(residuals, dim=0) - torch.log(torch.tensor(float(len(y))))
    return (linear_baseline(X, y.log(), X_new) + shift).exp()
""",
        "all residuals outer": FOUND
        + '''
def charge_repaired(X, y, X_new):
    """The mean over all chances of every new car."""
    quotients = y / charge_as_found(X, y, X)
    return torch.outer(charge_as_found(X, y, X_new), quotients).mean(dim=1)
''',
        "without bias": FOUND
        + """
def charge_repaired(X, y, X_new):
    mean, std = X.mean(dim=0), X.std(dim=0)
    A = torch.cat([(X - mean) / std, torch.zeros(len(X), 1)], dim=1)
    A_new = torch.cat([(X_new - mean) / std, torch.ones(len(X_new), 1)], dim=1)
    log_y = y.log()
    weights = torch.linalg.lstsq(A, log_y[:, None]).solution
    log_y_hat = (A_new @ weights).squeeze(1)
    factor = (log_y - (A @ weights).squeeze(1)).exp().mean()
    return log_y_hat.exp() * factor
""",
    },
}
WRONG = {
    "split_and_scale": {
        "chunk shuffled by month": (
            """
def split_days(num_days, seed):
    g = torch.Generator().manual_seed(seed)
    k = num_days // 5
    blocks = torch.arange(num_days).split(max(k // 10, 1))
    order = torch.cat([blocks[i] for i in torch.randperm(len(blocks), generator=g).tolist()])
    return order[2*k:], order[:k], order[k:2*k]
"""
            + SCALE,
            "with 200 days, 20 seeds put neighbouring days",
        ),
        "seed mod 10": (
            """
def split_days(num_days, seed):
    order = torch.randperm(num_days, generator=torch.Generator().manual_seed(seed % 10))
    k = num_days // 5
    return order[2*k:], order[:k], order[k:2*k]
"""
            + SCALE,
            "or many seeds give the same sets",
        ),
        "even valid odd test": (
            """
def split_days(num_days, seed):
    k = num_days // 5
    order = torch.randperm(num_days, generator=torch.Generator().manual_seed(seed))
    even, odd = order[order % 2 == 0], order[order % 2 == 1]
    return torch.cat([even[k:], odd[k:]]), even[:k], odd[:k]
"""
            + SCALE,
            "Perhaps not all days are shuffled together",
        ),
        "threshold relative": (
            SPLIT
            + """
def standardise(X, train):
    mean, std = X[train].mean(dim=0), X[train].std(dim=0)
    std = torch.where(std < 1e-3 * mean.abs(), torch.ones_like(std), std)
    return (X - mean) / std, mean, std
""",
            "only a std of 0 is exchanged",
        ),
        "epsilon clamp": (
            SPLIT
            + """
def standardise(X, train):
    mean, std = X[train].mean(dim=0), X[train].std(dim=0).clamp(min=1)
    return (X - mean) / std, mean, std
""",
            "only a std of 0 is exchanged",
        ),
        "std mean swapped": (
            SPLIT
            + """
def standardise(X, train):
    mean, std = torch.std_mean(X[train], dim=0)
    std = torch.where(std == 0, torch.ones_like(std), std)
    return (X - mean) / std, mean, std
""",
            "that is the std of each column",
        ),
        "two permutations": (
            """
def split_days(num_days, seed):
    g = torch.Generator().manual_seed(seed)
    k = num_days // 5
    valid = torch.randperm(num_days, generator=g)[:k]
    test = torch.randperm(num_days, generator=g)[:k]
    train = torch.tensor([i for i in range(num_days) if i not in valid and i not in test])
    return train, valid, test
"""
            + SCALE,
            "days, wanted",
        ),
        "numpy global no seed": (
            """
import numpy as np

def split_days(num_days, seed):
    order = torch.from_numpy(np.random.permutation(num_days))
    k = num_days // 5
    return order[2*k:], order[:k], order[k:2*k]
"""
            + SCALE,
            "the same seed gave other sets",
        ),
    },
    "regression_scores": {
        "rmse before mean": (
            """
def regression_scores(y_hat, y):
    y_hat, y = y_hat.flatten(), y.flatten()
    e = y_hat - y
    mse = (e ** 2).mean().item()
    rmse = (e ** 2).sqrt().mean().item()
    mae = e.abs().mean().item()
    r2 = 1 - (e ** 2).sum().item() / ((y - y.mean()) ** 2).sum().item()
    return {"mse": mse, "rmse": rmse, "mae": mae, "r2": r2}
""",
            "that is the MAE",
        ),
        "mse one pass": (
            """
def regression_scores(y_hat, y):
    y_hat, y = y_hat.flatten(), y.flatten()
    e = y_hat - y
    mse = ((y_hat ** 2).mean() - 2 * (y_hat * y).mean() + (y ** 2).mean()).item()
    rmse = mse ** 0.5
    mae = e.abs().mean().item()
    r2 = 1 - (e ** 2).sum().item() / ((y - y.mean()) ** 2).sum().item()
    return {"mse": mse, "rmse": rmse, "mae": mae, "r2": r2}
""",
            "wanted 2.018",
        ),
        "r2 explained variance": (
            """
def regression_scores(y_hat, y):
    y_hat, y = y_hat.flatten(), y.flatten()
    e = y_hat - y
    mse = (e ** 2).mean().item()
    rmse = mse ** 0.5
    mae = e.abs().mean().item()
    r2 = 1 - e.var().item() / y.var().item()
    return {"mse": mse, "rmse": rmse, "mae": mae, "r2": r2}
""",
            "wanted 0.7947, got 0.7971",
        ),
        "mape": (
            """
def regression_scores(y_hat, y):
    y_hat, y = y_hat.flatten(), y.flatten()
    e = y_hat - y
    mse = (e ** 2).mean().item()
    rmse = mse ** 0.5
    mae = (e / y).abs().mean().item()
    r2 = 1 - (e ** 2).sum().item() / ((y - y.mean()) ** 2).sum().item()
    return {"mse": mse, "rmse": rmse, "mae": mae, "r2": r2}
""",
            "regression_scores: mae is not right yet",
        ),
        "squeeze and zip first batch": (
            """
def regression_scores(y_hat, y):
    y_hat, y = y_hat.flatten()[:100], y.flatten()[:100]
    e = y_hat - y
    mse = (e ** 2).mean().item()
    rmse = mse ** 0.5
    mae = e.abs().mean().item()
    r2 = 1 - (e ** 2).sum().item() / ((y - y.mean()) ** 2).sum().item()
    return {"mse": mse, "rmse": rmse, "mae": mae, "r2": r2}
""",
            "regression_scores: mse is not right yet",
        ),
    },
    "linear_baseline": {
        "clamped at zero": (
            """
def linear_baseline(X_train, y_train, X):
    A = torch.cat([X_train, torch.ones(len(X_train), 1)], dim=1)
    B = torch.cat([X, torch.ones(len(X), 1)], dim=1)
    w = torch.linalg.lstsq(A, y_train[:, None]).solution
    return (B @ w).squeeze(1).clamp(min=0)
""",
            "cut off at 0",
        ),
        "numpy returned": (
            """
import numpy as np

def linear_baseline(X_train, y_train, X):
    A = np.column_stack([X_train.numpy(), np.ones(len(X_train))])
    w = np.linalg.lstsq(A, y_train.numpy(), rcond=None)[0]
    return (np.column_stack([X.numpy(), np.ones(len(X))]) @ w).astype("float32")
""",
            "got a NumPy array",
        ),
        "bias after fit": (
            """
def linear_baseline(X_train, y_train, X):
    w = torch.linalg.lstsq(X_train, y_train[:, None]).solution
    b = (y_train - (X_train @ w).squeeze(1)).mean()
    return (X @ w).squeeze(1) + b
""",
            "none of the 5 numbers is right",
        ),
        "column by column": (
            """
def linear_baseline(X_train, y_train, X):
    out = torch.full((len(X),), y_train.mean().item())
    for j in range(X.shape[1]):
        x = X_train[:, j] - X_train[:, j].mean()
        slope = (x * (y_train - y_train.mean())).sum() / (x ** 2).sum()
        out = out + slope * (X[:, j] - X_train[:, j].mean())
    return out
""",
            "none of the 5 numbers is right",
        ),
        "least absolute": (
            """
def linear_baseline(X_train, y_train, X):
    A = torch.cat([X_train, torch.ones(len(X_train), 1)], dim=1).double()
    B = torch.cat([X, torch.ones(len(X), 1)], dim=1).double()
    y = y_train.double()[:, None]
    w = torch.linalg.lstsq(A, y).solution
    for _ in range(50):
        k = 1 / (y - A @ w).abs().clamp(min=1e-6).sqrt()
        w = torch.linalg.lstsq(k * A, k * y).solution
    return (B @ w).squeeze(1).float()
""",
            "none of the 5 numbers is right",
        ),
        "scaled each by itself": (
            """
def linear_baseline(X_train, y_train, X):
    A, _, _ = standardise(X_train, torch.arange(len(X_train)))
    B, _, _ = standardise(X, torch.arange(len(X)))
    A = torch.cat([A, torch.ones(len(A), 1)], dim=1)
    B = torch.cat([B, torch.ones(len(B), 1)], dim=1)
    return (B @ torch.linalg.lstsq(A, y_train[:, None]).solution).squeeze(1)
""",
            "none of the 5 numbers is right",
        ),
    },
    "find_leak": {
        "threshold first above 0 9": (
            """
def find_leak(X, y, names):
    ry = y.argsort().argsort().float()
    scores = []
    for j in range(X.shape[1]):
        x = X[:, j]
        if x.std() == 0:
            scores.append(0.0)
            continue
        rx = x.argsort().argsort().float()
        scores.append(torch.corrcoef(torch.stack([rx, ry]))[0, 1].abs().item())
    for name, s in zip(names, scores):
        if s > 0.8:
            return name
""",
            "only, another column to",
        ),
        "threshold exact monotone": (
            """
def find_leak(X, y, names):
    order = y.argsort()
    for j, name in enumerate(names):
        steps = X[order, j].diff()
        if (steps >= 0).all() or (steps <= 0).all():
            return name
""",
            "it returned None",
        ),
        "footrule one way": (
            """
def find_leak(X, y, names):
    ry = y.argsort().argsort()
    far = [(X[:, j].argsort().argsort() - ry).abs().sum().item() for j in range(X.shape[1])]
    return names[far.index(min(far))]
""",
            "Perhaps the sign decides",
        ),
        "sorted columns compared": (
            """
def find_leak(X, y, names):
    Z = (X - X.mean(0)) / X.std(0)
    t = (y - y.mean()) / y.std()
    gap = (Z.sort(dim=0).values - t.sort().values[:, None]).abs().mean(dim=0)
    return names[gap.nan_to_num(1e9).argmin()]
""",
            "only, another column to",
        ),
        "one column line": (
            """
def find_leak(X, y, names):
    error = {}
    for j, name in enumerate(names):
        one = X[:, j:j + 1]
        error[name] = regression_scores(linear_baseline(one, y, one), y)["mse"]
    return min(error, key=error.get)
""",
            "Perhaps a straight line is looked for",
        ),
        "mutual bins of equal width": (
            """
def find_leak(X, y, names):
    def bins(v):
        return ((v - v.min()) / (v.max() - v.min() + 1e-9) * 9.999).long()

    by = bins(y)
    score = []
    for j in range(X.shape[1]):
        bx = bins(X[:, j])
        joint = torch.zeros(10, 10)
        joint.index_put_((bx, by), torch.ones(len(y)), accumulate=True)
        joint /= len(y)
        px, py = joint.sum(1, keepdim=True), joint.sum(0, keepdim=True)
        score.append((joint * ((joint + 1e-12) / (px * py + 1e-12)).log()).sum().item())
    return names[score.index(max(score))]
""",
            "a leak along a curve",
        ),
    },
    "forecast": {
        "clamped": (
            """
def forecast(X, y, X_new, train):
    rows = torch.arange(len(X))
    X_std, mx, sx = standardise(X, rows)
    y_std, my, sy = standardise(y[:, None], rows)
    model = train(X_std, y_std)
    return (predict(model, (X_new - mx) / sx) * sy + my).squeeze(1).clamp(min=0)
""",
            "cut off at 0",
        ),
        "model kept between calls": (
            """
_cache = {}

def forecast(X, y, X_new, train):
    if "model" not in _cache:
        X_std, mx, sx = standardise(X, torch.arange(len(X)))
        y_std, my, sy = standardise(y[:, None], torch.arange(len(y)))
        _cache["model"] = train(X_std, y_std), mx, sx, my, sy
    model, mx, sx, my, sy = _cache["model"]
    return (predict(model, (X_new - mx) / sx) * sy + my).squeeze(1)
""",
            "Perhaps other rows than all of X",
        ),
        "clamped into seen range": (
            """
def forecast(X, y, X_new, train):
    rows = torch.arange(len(X))
    X_std, mx, sx = standardise(X, rows)
    y_std, my, sy = standardise(y[:, None], rows)
    model = train(X_std, y_std)
    return (predict(model, ((X_new - mx) / sx).clamp(X_std.min(), X_std.max())) * sy + my).squeeze(1)
""",
            "31 of 50 numbers are right",
        ),
        "y log": (
            """
def forecast(X, y, X_new, train):
    X_std, mx, sx = standardise(X, torch.arange(len(X)))
    t, my, sy = standardise(y.clamp(min=0.01).log()[:, None], torch.arange(len(y)))
    model = train(X_std, t)
    return (predict(model, (X_new - mx) / sx) * sy + my).exp().squeeze(1)
""",
            "something else than `train` learns",
        ),
        "list result": (
            """
def forecast(X, y, X_new, train):
    rows = torch.arange(len(X))
    X_std, mx, sx = standardise(X, rows)
    y_std, my, sy = standardise(y[:, None], rows)
    model = train(X_std, y_std)
    return (predict(model, (X_new - mx) / sx) * sy + my).squeeze(1).tolist()
""",
            "wanted a tensor, got a list",
        ),
    },
    "find_fault": {
        "geometric spread": (
            FOUND
            + """
def charge_repaired(X, y, X_new):
    mean, std = X.mean(dim=0), X.std(dim=0)
    A = torch.cat([(X - mean) / std, torch.ones(len(X), 1)], dim=1)
    A_new = torch.cat([(X_new - mean) / std, torch.ones(len(X_new), 1)], dim=1)
    log_y = y.log()
    weights = torch.linalg.lstsq(A, log_y[:, None]).solution
    log_y_hat = (A_new @ weights).squeeze(1)
    s = (log_y - (A @ weights).squeeze(1)).std()
    factor = (s.exp() + (-s).exp()) / 2
    return log_y_hat.exp() * factor
""",
            "charge_repaired, factors 4",
        ),
        "abs spread": (
            FOUND
            + """
def charge_repaired(X, y, X_new):
    mean, std = X.mean(dim=0), X.std(dim=0)
    A = torch.cat([(X - mean) / std, torch.ones(len(X), 1)], dim=1)
    A_new = torch.cat([(X_new - mean) / std, torch.ones(len(X_new), 1)], dim=1)
    log_y = y.log()
    weights = torch.linalg.lstsq(A, log_y[:, None]).solution
    log_y_hat = (A_new @ weights).squeeze(1)
    s = (log_y - (A @ weights).squeeze(1)).abs().mean()
    factor = torch.cosh(s)
    return log_y_hat.exp() * factor
""",
            "charge_repaired, factors 4",
        ),
        "largest and smallest": (
            FOUND
            + """
def charge_repaired(X, y, X_new):
    mean, std = X.mean(dim=0), X.std(dim=0)
    A = torch.cat([(X - mean) / std, torch.ones(len(X), 1)], dim=1)
    A_new = torch.cat([(X_new - mean) / std, torch.ones(len(X_new), 1)], dim=1)
    log_y = y.log()
    weights = torch.linalg.lstsq(A, log_y[:, None]).solution
    log_y_hat = (A_new @ weights).squeeze(1)
    q = (log_y - (A @ weights).squeeze(1)).exp()
    factor = (q.max() + q.min()) / 2
    return log_y_hat.exp() * factor
""",
            "charge_repaired, factors 4",
        ),
        "factor capped": (
            FOUND
            + """
def charge_repaired(X, y, X_new):
    mean, std = X.mean(dim=0), X.std(dim=0)
    A = torch.cat([(X - mean) / std, torch.ones(len(X), 1)], dim=1)
    A_new = torch.cat([(X_new - mean) / std, torch.ones(len(X_new), 1)], dim=1)
    log_y = y.log()
    weights = torch.linalg.lstsq(A, log_y[:, None]).solution
    log_y_hat = (A_new @ weights).squeeze(1)
    factor = (log_y - (A @ weights).squeeze(1)).exp().clamp(max=3).mean()
    return log_y_hat.exp() * factor
""",
            "charge_repaired, factors 4",
        ),
        "log1p expm1": (
            FOUND
            + """
def charge_repaired(X, y, X_new):
    mean, std = X.mean(dim=0), X.std(dim=0)
    A = torch.cat([(X - mean) / std, torch.ones(len(X), 1)], dim=1)
    A_new = torch.cat([(X_new - mean) / std, torch.ones(len(X_new), 1)], dim=1)
    log_y = y.log1p()
    weights = torch.linalg.lstsq(A, log_y[:, None]).solution
    log_y_hat = (A_new @ weights).squeeze(1)
    return log_y_hat.expm1()
""",
            "none of the 6 numbers is right",
        ),
        "square root instead": (
            FOUND
            + """
def charge_repaired(X, y, X_new):
    mean, std = X.mean(dim=0), X.std(dim=0)
    A = torch.cat([(X - mean) / std, torch.ones(len(X), 1)], dim=1)
    A_new = torch.cat([(X_new - mean) / std, torch.ones(len(X_new), 1)], dim=1)
    log_y = y.sqrt()
    weights = torch.linalg.lstsq(A, log_y[:, None]).solution
    log_y_hat = (A_new @ weights).squeeze(1)
    return log_y_hat ** 2
""",
            "none of the 6 numbers is right",
        ),
        "share from harmonic": (
            """
def find_fault():
    return 9, 1 / 1.5
"""
            + CHARGE,
            "0.6667 is not the share",
        ),
        "broadcast mean": (
            FOUND
            + """
def charge_repaired(X, y, X_new):
    mean, std = X.mean(dim=0), X.std(dim=0)
    A = torch.cat([(X - mean) / std, torch.ones(len(X), 1)], dim=1)
    A_new = torch.cat([(X_new - mean) / std, torch.ones(len(X_new), 1)], dim=1)
    log_y = y.log()
    weights = torch.linalg.lstsq(A, log_y[:, None]).solution
    log_y_hat = (A_new @ weights).squeeze(1)
    factor = (log_y - A @ weights).exp().mean()
    return log_y_hat.exp() * factor
""",
            "every number is 1.34",
        ),
    },
}
