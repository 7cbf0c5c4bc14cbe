"""Answers to ex5: right ones in other styles, and the mistakes that students make, each with the hint meant for it."""

SECONDS = {"forecast": 10.0}  # trains networks

# Pieces that several answers share

SPLIT = """
def split_days(num_days, seed):
    order = torch.randperm(num_days, generator=torch.Generator().manual_seed(seed))
    fifth = num_days // 5
    return order[2 * fifth :], order[:fifth], order[fifth : 2 * fifth]
"""
SCALE = """
def standardise(X, train):
    mean, std = X[train].mean(dim=0), X[train].std(dim=0)
    std[std == 0] = 1.0
    return (X - mean) / std, mean, std
"""
BUILD = """
def build_regressor(num_features, hidden_sizes):
    sizes = [num_features, *hidden_sizes]
    layers = []
    for size_in, size_out in zip(sizes[:-1], sizes[1:]):
        layers += [nn.Linear(size_in, size_out), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(sizes[-1], 1))
"""
TRAIN = """
def train_regressor(model, X, y, num_epochs, lr, batch_size):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    model.train()
    losses = []
    for epoch in range(num_epochs):
        total = 0.0
        order = torch.randperm(len(X))
        for start in range(0, len(X), batch_size):
            rows = order[start : start + batch_size]
            y_hat = model(X[rows]).squeeze(1)
            loss = ((y_hat - y[rows]) ** 2).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(rows)
        losses.append(total / len(X))
    return losses
"""
SCORES = """
def regression_scores(y_hat, y):
    y_hat, y = y_hat.flatten(), y.flatten()
    mse = ((y_hat - y) ** 2).mean()
    rmse = mse**0.5
    mae = (y_hat - y).abs().mean()
    r2 = 1 - ((y_hat - y) ** 2).sum() / ((y - y.mean()) ** 2).sum()
    return {"mse": mse.item(), "rmse": rmse.item(), "mae": mae.item(), "r2": r2.item()}
"""
LINE = """
def linear_baseline(X_train, y_train, X):
    A = torch.cat([X_train, torch.ones(len(X_train), 1)], dim=1)
    B = torch.cat([X, torch.ones(len(X), 1)], dim=1)
    w = torch.linalg.lstsq(A, y_train.unsqueeze(1)).solution
    return (B @ w).squeeze(1)
"""
LEAK = """
def find_leak(X, y, names):
    ranks_of_y = y.argsort().argsort().double()
    best, best_name = -1.0, None
    for j, name in enumerate(names):
        ranks = X[:, j].argsort().argsort().double()
        r = torch.corrcoef(torch.stack([ranks, ranks_of_y]))[0, 1].abs()
        if r > best:
            best, best_name = r, name
    return best_name
"""
FORECAST = """
def forecast(X, y, X_new):
    mean, std = X.mean(dim=0), X.std(dim=0)
    y_mean, y_std = y.mean(), y.std()
    model = nn.Sequential(nn.Linear(X.shape[1], 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 1))
    inputs, targets = (X - mean) / std, ((y - y_mean) / y_std)[:, None]
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for epoch in range(30):
        for rows in torch.randperm(len(X)).split(64):
            loss = F.mse_loss(model(inputs[rows]), targets[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    with torch.no_grad():
        return model((X_new - mean) / std)[:, 0] * y_std + y_mean
"""


def slip(answer: str, right: str, wrong: str) -> str:
    """The answer with one piece exchanged."""
    assert answer.count(right) == 1, (right, answer)
    return answer.replace(right, wrong)


RIGHT = {
    "split_and_scale": {
        "zeros replaced in its own std": SPLIT + SCALE,
        "numpy": """
def split_days(num_days, seed):
    order = torch.from_numpy(np.random.default_rng(seed).permutation(num_days))
    n = num_days // 5
    valid, test, train = order.split([n, n, num_days - 2 * n])
    return [train, valid, test]

def standardise(X, train):
    known = X.numpy()[train.numpy()]
    mean, std = known.mean(0), known.std(0, ddof=1)
    std[std == 0] = 1
    return (X - torch.from_numpy(mean)) / torch.from_numpy(std), torch.from_numpy(mean), torch.from_numpy(std)
""",
        "loops": """
def split_days(num_days, seed):
    import random
    days = list(range(num_days))
    random.Random(seed).shuffle(days)
    k = num_days // 5
    return torch.tensor(days[2 * k:]), torch.tensor(days[:k]), torch.tensor(days[k:2 * k])

def standardise(X, train):
    out = torch.empty_like(X)
    means, stds = [], []
    for j in range(X.shape[1]):
        known = X[train, j]
        s = known.std()
        s = torch.tensor(1.0) if s == 0 else s
        out[:, j] = (X[:, j] - known.mean()) / s
        means.append(known.mean())
        stds.append(s)
    return out, torch.stack(means), torch.stack(stds)
""",
        "scikit-learn splits": """
def split_days(num_days, seed):
    from sklearn.model_selection import train_test_split
    n = num_days // 5
    rest, test = train_test_split(torch.arange(num_days), test_size=n, random_state=seed)
    train, valid = train_test_split(rest, test_size=n, random_state=seed)
    return train, valid, test

def standardise(X, train):
    std, mean = torch.std_mean(X.index_select(0, train), dim=0)
    std = std + (std == 0)
    return X.sub(mean).div(std), mean, std
""",
    },
    "regression_scores": {
        "in one place": SCORES,
        "from the library": """
def regression_scores(y_hat, y):
    y_hat, y = y_hat.reshape(-1), y.reshape(-1)
    mse = F.mse_loss(y_hat, y).item()
    r2 = 1 - mse / y.var(unbiased=False).item()
    return {"r2": r2, "mae": F.l1_loss(y_hat, y).item(), "rmse": mse**0.5, "mse": mse}
""",
        "loops": """
def regression_scores(y_hat, y):
    guesses, truths = y_hat.flatten().tolist(), y.flatten().tolist()
    n, mean = len(truths), sum(truths) / len(truths)
    squares = sum((g - t) ** 2 for g, t in zip(guesses, truths))
    absolute = sum(abs(g - t) for g, t in zip(guesses, truths))
    spread = sum((t - mean) ** 2 for t in truths)
    return dict(mse=squares / n, rmse=(squares / n) ** 0.5, mae=absolute / n, r2=1 - squares / spread)
""",
    },
    "linear_baseline": {
        "ones beside the table": LINE,
        "scikit-learn": """
def linear_baseline(X_train, y_train, X):
    fit = LinearRegression().fit(X_train.numpy(), y_train.numpy())
    return torch.from_numpy(fit.predict(X.numpy())).float()
""",
        "normal equations": """
def linear_baseline(X_train, y_train, X):
    A = torch.nn.functional.pad(X_train.double(), (0, 1), value=1.0)
    w = torch.linalg.solve(A.T @ A, A.T @ y_train.double())
    return (X.double() @ w[:-1] + w[-1]).float()
""",
        "centred": """
def linear_baseline(X_train, y_train, X):
    centre, level = X_train.mean(dim=0), y_train.mean()
    w = torch.linalg.pinv(X_train - centre) @ (y_train - level)
    return (X - centre) @ w + level
""",
    },
    "find_leak": {
        "one column after the other": LEAK,
        "pandas": """
def find_leak(X, y, names):
    import pandas as pd
    return pd.DataFrame(X.numpy(), columns=names).corrwith(pd.Series(y.numpy()), method="spearman").abs().idxmax()
""",
        "neighbours in order": """
def find_leak(X, y, names):
    # Sorted by the leak, the targets hardly jump from one row to the next.
    jumps = [y[X[:, j].argsort()].diff().abs().mean().item() for j in range(len(names))]
    return names[jumps.index(min(jumps))]
""",
        "scipy": """
def find_leak(X, y, names):
    from scipy.stats import kendalltau
    strength = {name: abs(kendalltau(X[:, j], y).statistic) for j, name in enumerate(names)}
    return max(strength, key=strength.get)
""",
    },
    "train_regressor": {
        "slices of an order": BUILD + TRAIN,
        "data loader": BUILD
        + """
def train_regressor(model, X, y, num_epochs, lr, batch_size):
    data = torch.utils.data.TensorDataset(X, y.unsqueeze(1))
    loader = torch.utils.data.DataLoader(data, batch_size=batch_size, shuffle=True)
    adam = torch.optim.Adam(model.parameters(), lr)
    model.train(True)
    history = []
    for _ in range(num_epochs):
        seen, summed = 0, 0.0
        for inputs, targets in loader:
            adam.zero_grad(set_to_none=False)
            loss = nn.MSELoss()(model(inputs), targets)
            loss.backward()
            adam.step()
            seen += len(inputs)
            summed += loss.item() * len(inputs)
        history.append(summed / seen)
    return history
""",
        "a class of its own": """
class Regressor(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))

    def forward(self, Z):
        for layer in self.layers[:-1]:
            Z = torch.relu(layer(Z))
        return self.layers[-1](Z)

def build_regressor(num_features, hidden_sizes):
    return Regressor([num_features, *hidden_sizes, 1])
"""
        + slip(TRAIN, "((y_hat - y[rows]) ** 2).mean()", "(y_hat - y[rows]).square().sum() / len(rows)"),
    },
    "forecast": {
        "all in one": FORECAST,
        "a cycle": """
def forecast(X, y, X_new):
    X_scaled, mean, std = standardise(X, torch.arange(len(X)))
    level, spread = y.mean(), y.std()
    model = build_regressor(X.shape[1], [64, 32])
    train_regressor(model, X_scaled, (y - level) / spread, 25, 0.01, 32)
    train_regressor(model, X_scaled, (y - level) / spread, 5, 0.001, 32)
    model.eval()
    return model((X_new - mean) / std).detach().flatten() * spread + level
""",
        "two networks and their mean": """
def forecast(X, y, X_new):
    def one():
        train, valid, _ = split_days(len(X), int(torch.randint(1000, ())))
        scaled, mean, std = standardise(X, train)
        model = build_regressor(X.shape[1], [64, 64])
        train_regressor(model, scaled, (y - y.mean()) / y.std(), 25, 0.005, 64)
        return predict(model, (X_new - mean) / std).squeeze(1) * y.std() + y.mean()
    return (one() + one()) / 2
""",
    },
}


WRONG = {
    "split_and_scale": {
        "not shuffled": (
            slip(
                SPLIT,
                "torch.randperm(num_days, generator=torch.Generator().manual_seed(seed))",
                "torch.arange(num_days)",
            )
            + SCALE,
            "in the order of the calendar",
        ),
        "test rows in training": (
            slip(SPLIT, "order[2 * fifth :]", "order[: num_days - 2 * fifth]") + SCALE,
            "in two piles",
        ),
        "piles in another order": (
            slip(
                SPLIT,
                "order[2 * fifth :], order[:fifth], order[fifth : 2 * fifth]",
                "order[:fifth], order[fifth : 2 * fifth], order[2 * fifth :]",
            )
            + SCALE,
            "split_days: train is not right yet",
        ),
        "rounded up": (slip(SPLIT, "num_days // 5", "-(-num_days // 5)") + SCALE, "of 57 days, wanted"),
        "sizes of the visible case": (slip(SPLIT, "num_days // 5", "20") + SCALE, "of 57 days, wanted 35"),
        "global generator": (
            slip(SPLIT, "generator=torch.Generator().manual_seed(seed)", "generator=torch.manual_seed(seed)") + SCALE,
            "PyTorch's global generator was used",
        ),
        "seed not used": (slip(SPLIT, "manual_seed(seed)", "manual_seed(1)") + SCALE, "is the seed used?"),
        "no seed": (
            slip(
                SPLIT,
                "torch.Generator().manual_seed(seed)",
                "torch.Generator().manual_seed(__import__('time').time_ns())",
            )
            + SCALE,
            "the same seed gave other piles",
        ),
        "drawn with replacement": (
            slip(SPLIT, "torch.randperm(num_days, ", "torch.randint(num_days, (num_days,), ") + SCALE,
            "what was trained on cannot be a test",
        ),
        "masks instead of numbers": (
            """
def split_days(num_days, seed):
    place = torch.rand(num_days, generator=torch.Generator().manual_seed(seed))
    return place < 0.6, (place >= 0.6) & (place < 0.8), place >= 0.8
"""
            + SCALE,
            "wanted row numbers: an int64 tensor",
        ),
        "scaler fitted on all rows": (
            SPLIT + slip(SCALE, "X[train].mean(dim=0), X[train].std(dim=0)", "X.mean(dim=0), X.std(dim=0)"),
            "that is the mean of all rows. A test row had its say.",
        ),
        "std of all rows": (
            SPLIT + slip(SCALE, "X[train].std", "X.std"),
            "that is of all rows. A test row had its say.",
        ),
        "divided by N": (
            SPLIT + slip(SCALE, "X[train].std(dim=0)", "X[train].std(dim=0, correction=0)"),
            "divided by N.",
        ),
        "variance": (SPLIT + slip(SCALE, "X[train].std", "X[train].var"), "that is the variance"),
        "one mean for the table": (
            SPLIT + slip(SCALE, "X[train].mean(dim=0)", "X[train].mean()"),
            "that is of all columns together",
        ),
        "mean of a row": (SPLIT + slip(SCALE, "X[train].mean(dim=0)", "X[train].mean(dim=1)"), "that is of one row"),
        "constant column": (SPLIT + slip(SCALE, "    std[std == 0] = 1.0\n", ""), "0/0"),
        "only the training rows": (
            SPLIT + slip(SCALE, "(X - mean) / std", "(X[train] - mean) / std"),
            "All rows of X, each with the mean and std of the training rows.",
        ),
        "not divided": (SPLIT + slip(SCALE, "(X - mean) / std", "X - mean"), "All rows of X, each with"),
        "in place": (
            SPLIT + slip(SCALE, "return (X - mean) / std,", "X -= mean\n    X /= std\n    return X,"),
            "X came in as input and was changed in place",
        ),
    },
    "regression_scores": {
        "broadcast": (
            slip(SCORES, "    y_hat, y = y_hat.flatten(), y.flatten()\n", ""),
            "each forecast was compared with every day",
        ),
        "RMSE called MSE": (slip(SCORES, "    rmse = ", "    mse = mse**0.5\n    rmse = "), "that is the RMSE, in kWh"),
        "MSE called RMSE": (slip(SCORES, "rmse = mse**0.5", "rmse = mse"), "that is the MSE, in kWh²"),
        "sum of squares": (
            slip(SCORES, "mse = ((y_hat - y) ** 2).mean()", "mse = ((y_hat - y) ** 2).sum()"),
            "the sum of the squares. Divide by N.",
        ),
        "root of the sum": (
            slip(SCORES, "rmse = mse**0.5", "rmse = ((y_hat - y) ** 2).sum() ** 0.5"),
            "the root of the sum",
        ),
        "divided by N - 1": (
            slip(SCORES, "mse = ((y_hat - y) ** 2).mean()", "mse = ((y_hat - y) ** 2).sum() / (len(y) - 1)"),
            "divided by N - 1. The formula has N.",
        ),
        "no absolute values": (slip(SCORES, ".abs()", ""), "errors of both signs cancelled out"),
        "sum of absolute errors": (slip(SCORES, ".abs().mean()", ".abs().sum()"), "got 19: the sum. Divide by N."),
        "R2 not taken from 1": (slip(SCORES, "r2 = 1 - ", "r2 = "), "Take it from 1"),
        "R2 around the forecasts' mean": (
            slip(SCORES, "((y - y.mean()) ** 2)", "((y - y_hat.mean()) ** 2)"),
            "the mean in the denominator is that of the forecasts",
        ),
        "R2 over the forecasts' spread": (
            slip(SCORES, "((y - y.mean()) ** 2)", "((y_hat - y_hat.mean()) ** 2)"),
            "the denominator is the spread of the forecasts",
        ),
        "R2 around zero": (slip(SCORES, "((y - y.mean()) ** 2)", "(y**2)"), "the spread around the mean, not around 0"),
        "R2 with var": (
            slip(SCORES, "((y_hat - y) ** 2).sum() / ((y - y.mean()) ** 2).sum()", "mse / y.var()"),
            "one sum was divided by N, the other by N - 1",
        ),
        "tensors": (slip(SCORES, '"mae": mae.item()', '"mae": mae'), "wanted a Python float: .item()"),
        "a key is missing": (slip(SCORES, '"rmse": rmse.item(), ', ""), "wanted a dictionary with the keys"),
        "squeezed on one side": (
            slip(SCORES, "y_hat.flatten(), y.flatten()", "y_hat.squeeze(), y"),
            "regression_scores: mse is not right yet",
        ),
        "in place": (
            """
def regression_scores(y_hat, y):
    y_hat, y = y_hat.flatten(), y.flatten()
    mean, error = y.mean(), y_hat.sub_(y)
    mse = (error**2).mean().item()
    r2 = 1 - (error**2).sum() / ((y - mean) ** 2).sum()
    return {"mse": mse, "rmse": mse**0.5, "mae": error.abs().mean().item(), "r2": r2.item()}
""",
            "an argument was changed in place",
        ),
        "numbers of the visible case": (
            """
def regression_scores(y_hat, y):
    return {"mse": 42.25, "rmse": 6.5, "mae": 4.75, "r2": 1 - 169 / 1400}
""",
            "regression_scores: mse is not right yet",
        ),
    },
    "linear_baseline": {
        "bias missing": (
            """
def linear_baseline(X_train, y_train, X):
    return (X @ torch.linalg.lstsq(X_train, y_train[:, None]).solution).squeeze(1)
""",
            "this line goes through the origin",
        ),
        "bias fitted, then left out": (
            slip(LINE, "(B @ w)", "(X @ w[:-1])"),
            "the bias was fitted, and then left out",
        ),
        "a column is left": (slip(LINE, "(B @ w).squeeze(1)", "B @ w"), "wanted (5,), got (5, 1)"),
        "forecasts for the training rows": (slip(LINE, "(B @ w)", "(A @ w)"), "one number per row of X, in kWh"),
        "the weights": (slip(LINE, "(B @ w)", "w"), "one number per row of X, in kWh"),
        "new rows scaled by their own mean": (
            slip(LINE, "B = torch.cat([X, ", "B = torch.cat([X - X.mean(dim=0) + X_train.mean(dim=0), "),
            "off by",
        ),
        "zeros for ones": (
            slip(LINE, "torch.ones(len(X_train), 1)", "torch.zeros(len(X_train), 1)"),
            "this line goes through the origin",
        ),
        "sides swapped": (
            slip(LINE, "lstsq(A, y_train.unsqueeze(1))", "lstsq(y_train.unsqueeze(1), A)"),
            "the order the other way round?",
        ),
        "a mean is no line": (
            """
def linear_baseline(X_train, y_train, X):
    return torch.full((len(X),), y_train.mean().item())
""",
            "Fit on X_train and y_train, forecast for X",
        ),
        "a hundred steps of gradient descent": (
            """
def linear_baseline(X_train, y_train, X):
    w, b = torch.zeros(X.shape[1]), 0.0
    for _ in range(100):
        error = X_train @ w + b - y_train
        w = w - 0.002 * X_train.T @ error / len(error)
        b = b - 0.002 * error.mean()
    return X @ w + b
""",
            "Fit on X_train and y_train, forecast for X",
        ),
        "in place": (slip(LINE, "    A =", "    X += 0 * X + 1\n    X_train += 1\n    A ="), "changed in place"),
        "float64": (slip(LINE, ".squeeze(1)", ".squeeze(1).double()"), "float64 where float32 is wanted"),
    },
    "find_leak": {
        "the name itself": ('def find_leak(X, y, names):\n    return "co2"\n', "is a name written into the code?"),
        "the place in the table": (
            "def find_leak(X, y, names):\n    return names[3]\n",
            "the leak is still in",
        ),
        "its number": (
            """
def find_leak(X, y, names):
    return torch.corrcoef(torch.cat([X, y[:, None]], dim=1).T)[-1, :-1].abs().argmax().item()
""",
            "index into names with it",
        ),
        "sign not taken off": (
            slip(LEAK, "[0, 1].abs()", "[0, 1]"),
            "a correlation of -1 tells as much as +1",
        ),
        "straight lines only": (
            """
def find_leak(X, y, names):
    return names[torch.corrcoef(torch.cat([X, y[:, None]], dim=1).T)[-1, :-1].abs().argmax()]
""",
            "It goes with the use along a curve: compare ranks.",
        ),
        "covariance": (
            """
def find_leak(X, y, names):
    return names[((X - X.mean(dim=0)) * (y - y.mean())[:, None]).mean(dim=0).abs().argmax()]
""",
            "the leak is still in",
        ),
        "largest weight of a line, whatever the units": (
            """
def find_leak(X, y, names):
    weights = torch.linalg.lstsq(X, y[:, None]).solution.flatten()
    return names[weights.abs().argmax()]
""",
            "the leak is still in",
        ),
        "weakest instead of strongest": (
            slip(slip(LEAK, "r > best", "r < best"), "-1.0", "2.0"),
            "the leak is still in",
        ),
        "names sorted": (
            slip(LEAK, "enumerate(names)", "enumerate(sorted(names))"),
            "the leak is still in",
        ),
        "one argsort is no rank": (
            LEAK.replace(".argsort().argsort()", ".argsort()"),
            "the leak is still in",
        ),
        "the largest variance": (
            "def find_leak(X, y, names):\n    return names[X.var(dim=0).argmax()]\n",
            "the leak is still in",
        ),
        "closest to the target": (
            "def find_leak(X, y, names):\n    return names[(X - y[:, None]).abs().mean(dim=0).argmin()]\n",
            "the leak is still in",
        ),
        "a known list of names": (
            """
def find_leak(X, y, names):
    honest = ["outdoor", "wind", "sun", "area", "loss", "people", "at_home"]
    return next((name for name in names if name not in honest), names[0])
""",
            "The columns have other names and another order here",
        ),
        "the table sorted in place": (
            "def find_leak(X, y, names):\n    X[:] = X.argsort(dim=0).argsort(dim=0).float()\n"
            + LEAK.split("\n", 2)[2],
            "an argument was changed in place",
        ),
    },
    "train_regressor": {
        "ReLU behind the last layer": (
            slip(BUILD, "nn.Linear(sizes[-1], 1))", "nn.Linear(sizes[-1], 1), nn.ReLU())") + TRAIN,
            "is there a ReLU behind the last layer?",
        ),
        "sigmoid behind the last layer": (
            slip(BUILD, "nn.Linear(sizes[-1], 1))", "nn.Linear(sizes[-1], 1), nn.Tanh())") + TRAIN,
            "nothing stands behind the last layer",
        ),
        "no activation": (slip(BUILD, ", nn.ReLU()]", "]") + TRAIN, "an activation after each hidden layer"),
        "one hidden layer only": (
            """
def build_regressor(num_features, hidden_sizes):
    return nn.Sequential(nn.Linear(num_features, hidden_sizes[0]), nn.ReLU(), nn.Linear(hidden_sizes[0], 1))
"""
            + TRAIN,
            "37 parameters, wanted 51",
        ),
        "output flattened": (
            slip(BUILD, "nn.Linear(sizes[-1], 1))", "nn.Linear(sizes[-1], 1), nn.Flatten(0))") + TRAIN,
            "wanted (40, 1): one number per row, in a column",
        ),
        "broadcast in the loss": (
            BUILD + slip(TRAIN, "model(X[rows]).squeeze(1)", "model(X[rows])"),
            "was compared with (batch,), each row with every other",
        ),
        "zero_grad missing": (
            BUILD + slip(TRAIN, "            optimizer.zero_grad()\n", ""),
            "optimizer.zero_grad() before backward()",
        ),
        "zero_grad between backward and step": (
            BUILD
            + slip(
                TRAIN,
                "            optimizer.zero_grad()\n            loss.backward()\n",
                "            loss.backward()\n            optimizer.zero_grad()\n",
            ),
            "is optimizer.step() missing?",
        ),
        "step missing": (BUILD + slip(TRAIN, "            optimizer.step()\n", ""), "is optimizer.step() missing?"),
        "gradient descent": (BUILD + slip(TRAIN, "optim.Adam", "optim.SGD"), "wanted torch.optim.Adam"),
        "optimizer made in each epoch": (
            BUILD
            + slip(
                TRAIN,
                "        total = 0.0\n",
                "        total = 0.0\n        optimizer = torch.optim.Adam(model.parameters(), lr=lr)\n",
            ),
            "make it once, before the epochs",
        ),
        "absolute error": (
            BUILD + slip(TRAIN, "((y_hat - y[rows]) ** 2).mean()", "(y_hat - y[rows]).abs().mean()"),
            "that is the mean absolute error",
        ),
        "sum over the batch": (
            BUILD + slip(TRAIN, "((y_hat - y[rows]) ** 2).mean()", "((y_hat - y[rows]) ** 2).sum()"),
            "the loss is a sum over the rows",
        ),
        "one epoch less": (
            BUILD + slip(TRAIN, "range(num_epochs)", "range(1, num_epochs)"),
            "9 batches in 4 epochs, wanted 12",
        ),
        "mode eval": (BUILD + slip(TRAIN, "    model.train()\n", "    model.eval()\n"), "the model was in eval mode"),
        "mode left as it was": (BUILD + slip(TRAIN, "    model.train()\n", ""), "the model was in eval mode"),
        "mean of batch means": (
            BUILD
            + slip(
                slip(TRAIN, "loss.item() * len(rows)", "loss.item()"),
                "total / len(X)",
                "total / -(-len(X) // batch_size)",
            ),
            "a short batch counts by its rows",
        ),
        "last batch dropped": (
            BUILD + slip(TRAIN, "range(0, len(X), batch_size)", "range(0, len(X) - batch_size + 1, batch_size)"),
            "8 batches in 4 epochs, wanted 12",
        ),
        "not shuffled": (BUILD + slip(TRAIN, "torch.randperm(len(X))", "torch.arange(len(X))"), "shuffle anew in each"),
        "shuffled once": (
            BUILD
            + slip(
                slip(TRAIN, "        order = torch.randperm(len(X))\n", ""),
                "    losses = []\n",
                "    losses = []\n    order = torch.randperm(len(X))\n",
            ),
            "shuffle anew in each",
        ),
        "drawn with replacement": (
            BUILD + slip(TRAIN, "torch.randperm(len(X))", "torch.randint(len(X), (len(X),))"),
            "an epoch visits each row once, none twice",
        ),
        "losses are tensors": (
            BUILD + slip(TRAIN, "total += loss.item() * len(rows)", "total = total + loss * len(rows)"),
            "wanted a list of Python floats",
        ),
        "targets scaled in place": (
            BUILD + slip(TRAIN, "    model.train()\n", "    model.train()\n    y *= 1\n    X.mul_(1.0001)\n"),
            "changed in place",
        ),
    },
    "forecast": {
        "scaler fitted on the new days": (
            slip(FORECAST, "model((X_new - mean) / std)", "model((X_new - X_new.mean(dim=0)) / X_new.std(dim=0))"),
            "scale X_new with the mean and std of X, not with its own",
        ),
        "scaler fitted on all days": (
            slip(
                FORECAST,
                "X.mean(dim=0), X.std(dim=0)",
                "torch.cat([X, X_new]).mean(dim=0), torch.cat([X, X_new]).std(dim=0)",
            ),
            "the forecast of a day depends on the other days",
        ),
        "not taken back": (slip(FORECAST, " * y_std + y_mean", ""), "still in standard units"),
        "broadcast": (
            slip(FORECAST, "((y - y_mean) / y_std)[:, None]", "(y - y_mean) / y_std"),
            "(N, 1) against (N,) in the loss",
        ),
        "ReLU behind the last layer": (
            slip(FORECAST, "nn.Linear(32, 1))", "nn.Linear(32, 1), nn.ReLU())"),
            "is there a ReLU behind the last layer?",
        ),
        "no activation": (
            FORECAST.replace("nn.ReLU(), ", ""),
            "these are the forecasts of a straight line",
        ),
        "the straight line": (
            "def forecast(X, y, X_new):\n    return linear_baseline(X, y, X_new)\n",
            "these are the forecasts of a straight line",
        ),
        "rows shuffled": (
            slip(FORECAST, "model(inputs[rows]), targets[rows]", "model(inputs[rows]), targets[rows.sort()[0]]"),
            "or X and y in other orders?",
        ),
        "nothing scaled": (
            FORECAST.replace("= X.mean(dim=0), X.std(dim=0)", "= 0.0, 1.0")
            .replace("= y.mean(), y.std()", "= 0.0, 1.0")
            .replace("lr=0.01", "lr=0.0001"),
            "are both sides standardised",
        ),
        "too few units and epochs": (
            FORECAST.replace("range(30)", "range(3)").replace("32", "4"),
            "are there enough epochs and units?",
        ),
        "unscaled target, good enough for kWh": (
            FORECAST.replace("= y.mean(), y.std()", "= 0.0, 1.0"),
            "are both sides standardised",
        ),
        "the generator's own truth": (
            """
def forecast(X, y, X_new):
    names = ["outdoor", "wind", "sun", "area", "loss", "people", "at_home"]
    return expected_use(dict(zip(names, X_new.T)))
""",
            "forecast, use in Wh is not right yet",
        ),
        "attached": (
            FORECAST.replace("    with torch.no_grad():\n        return", "    return"),
            "still attached to the graph",
        ),
        "a column is left": (slip(FORECAST, "[:, 0] * y_std", " * y_std"), "one number per row of X_new"),
        "learning rate too high": (
            slip(
                FORECAST,
                "torch.optim.Adam(model.parameters(), lr=0.01)",
                "torch.optim.SGD(model.parameters(), lr=50.0)",
            ),
            "is the learning rate too high?",
        ),
        "in place": (slip(FORECAST, "    mean, std =", "    X -= X.mean(dim=0)\n    mean, std ="), "changed in place"),
    },
}

BUILT = "model = build_regressor(X.shape[1], [64, 64])"
TRAINED = "train_regressor(model, X_scaled, y_scaled.squeeze(1), num_epochs=40, lr=0.005, batch_size=64)"
OPEN = "a setting that the task leaves open, and the margin is met"
SURVIVORS = {
    "forecast": {
        f"{BUILT}: 64 -> 65": OPEN,
        f"{BUILT}: 64 -> 63": OPEN,
        f"{TRAINED}: 40 -> 41": OPEN,
        f"{TRAINED}: 40 -> 39": OPEN,
        f"{TRAINED}: 64 -> 65": OPEN,
        f"{TRAINED}: 64 -> 63": OPEN,
    },
}
