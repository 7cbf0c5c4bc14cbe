"""Answers to the first three questions of ex5: split and scale, scores, the straight line."""

from tests.exercises.ex5_regression.pieces import LINE, SCALE, SCORES, SPLIT, slip

SPLIT_RIGHT = {
    "zeros replaced in its own std": SPLIT + SCALE,
    "numpy": """
def split_days(num_days, seed):
    import numpy as np
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
    "each set in order": """
def split_days(num_days, seed):
    g = torch.Generator()
    g.manual_seed(seed)
    place = torch.rand(num_days, generator=g).argsort().argsort()
    n = num_days // 5
    valid, test = place < n, (place >= n) & (place < 2 * n)
    return [(~valid & ~test).nonzero().flatten(), valid.nonzero().flatten(), test.nonzero().flatten()]

def standardise(X, train):
    mean = X[train].mean(0, keepdim=True)
    std = ((X[train] - mean).square().sum(0) / (len(train) - 1)).sqrt()
    std = std.masked_fill(std == 0, 1)
    return (X - mean) / std, mean[0], std
""",
    "the global generator kept": """
def split_days(num_days, seed):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        order = torch.randperm(num_days)
    n = num_days // 5
    return order[: num_days - 2 * n], order[num_days - 2 * n : num_days - n], order[num_days - n :]
"""
    + SCALE,
}
SPLIT_WRONG = {
    "not shuffled": (
        slip(SPLIT, "torch.randperm(num_days, generator=torch.Generator().manual_seed(seed))", "torch.arange(num_days)")
        + SCALE,
        "six seeds gave the same set",
    ),
    "a block that starts anywhere": (
        slip(
            SPLIT,
            "torch.randperm(num_days, generator=torch.Generator().manual_seed(seed))",
            "torch.arange(num_days).roll(7 * seed)",
        )
        + SCALE,
        "neighbouring days share a small set",
    ),
    "every fifth day": (
        """
def split_days(num_days, seed):
    n, days = num_days // 5, torch.arange(num_days)
    g = torch.Generator().manual_seed(seed)
    first, second = torch.randperm(5, generator=g)[:2].tolist()
    valid, test = days[first::5][:n], days[second::5][:n]
    rest = [d for d in range(num_days) if d not in valid.tolist() + test.tolist()]
    return torch.tensor(rest), valid, test
"""
        + SCALE,
        "draw single days at random",
    ),
    "only the training set is shuffled": (
        """
def split_days(num_days, seed):
    n = num_days // 5
    g = torch.Generator().manual_seed(seed)
    valid, test = torch.arange(num_days - 2 * n, num_days).split(n)
    return torch.randperm(num_days - 2 * n, generator=g), valid, test
"""
        + SCALE,
        "six seeds gave the same set",
    ),
    "test rows in training": (
        slip(SPLIT, "order[2 * fifth :]", "order[: num_days - 2 * fifth]") + SCALE,
        "come up more than once",
    ),
    "sets in another order": (
        slip(
            SPLIT,
            "order[2 * fifth :], order[:fifth], order[fifth : 2 * fifth]",
            "order[:fifth], order[fifth : 2 * fifth], order[2 * fifth :]",
        )
        + SCALE,
        "split_days: train is not right yet",
    ),
    "rounded up": (slip(SPLIT, "num_days // 5", "-(-num_days // 5)") + SCALE, "of 103 days, wanted"),
    "rounded to the nearest": (slip(SPLIT, "num_days // 5", "round(num_days / 5)") + SCALE, "of 103 days, wanted"),
    "three fifths for training": (
        slip(SPLIT, "order[2 * fifth :]", "order[2 * fifth : 5 * fifth]") + SCALE,
        "60 of 103 days, wanted 63",
    ),
    "sizes of one case": (slip(SPLIT, "num_days // 5", "20") + SCALE, "of 57 days, wanted 35"),
    "a float size": (slip(SPLIT, "num_days // 5", "num_days / 5") + SCALE, "stopped by an error"),
    "days counted from 1": (
        slip(
            SPLIT,
            "torch.randperm(num_days, generator=torch.Generator().manual_seed(seed))",
            "1 + torch.randperm(num_days, generator=torch.Generator().manual_seed(seed))",
        )
        + SCALE,
        "row numbers run from 0 to 102, yours from 1 to 103",
    ),
    "global generator": (
        slip(SPLIT, "generator=torch.Generator().manual_seed(seed)", "generator=torch.manual_seed(seed)") + SCALE,
        "PyTorch's global generator was moved",
    ),
    "set_seed": (
        slip(
            slip(SPLIT, ", generator=torch.Generator().manual_seed(seed)", ""),
            "    order",
            "    set_seed(seed)\n    order",
        )
        + SCALE,
        "PyTorch's global generator was moved",
    ),
    "seed not used": (
        slip(SPLIT, "manual_seed(seed)", "manual_seed(1)") + SCALE,
        "is the seed used?",
    ),
    "no seed": (
        slip(
            SPLIT, "torch.Generator().manual_seed(seed)", "torch.Generator().manual_seed(__import__('time').time_ns())"
        )
        + SCALE,
        "the same seed gave other sets",
    ),
    "drawn with replacement": (
        slip(SPLIT, "torch.randperm(num_days, ", "torch.randint(num_days, (num_days,), ") + SCALE,
        "each day is in one set, once",
    ),
    "masks instead of numbers": (
        """
def split_days(num_days, seed):
    place = torch.rand(num_days, generator=torch.Generator().manual_seed(seed))
    return place < 0.6, (place >= 0.6) & (place < 0.8), place >= 0.8
"""
        + SCALE,
        "A mask has one truth value per day",
    ),
    "lists": (
        slip(
            SPLIT,
            "order[2 * fifth :], order[:fifth], order[fifth : 2 * fifth]",
            "order[2 * fifth :].tolist(), order[:fifth].tolist(), order[fifth : 2 * fifth].tolist()",
        )
        + SCALE,
        "an int64 tensor of shape (rows,), got a list",
    ),
    "float row numbers": (
        slip(SPLIT, "manual_seed(seed))", "manual_seed(seed)).float()") + SCALE,
        "got float32 of shape (63,)",
    ),
    "two sets": (slip(SPLIT, ", order[fifth : 2 * fifth]", "") + SCALE, "3 values are wanted"),
    "no return": (slip(SPLIT, "    return order", "    order") + SCALE, "is the `return` line missing?"),
    "a name misspelt": (slip(SPLIT, "order[:fifth]", "order[:fith]") + SCALE, "Perhaps `fifth` is meant"),
    "an argument missing": (slip(SPLIT, "(num_days, seed):", "(num_days):") + SCALE, "Leave the names and the number"),
    "scaler fitted on all rows": (
        SPLIT + slip(SCALE, "X[train].mean(dim=0), X[train].std(dim=0)", "X.mean(dim=0), X.std(dim=0)"),
        "that is the mean of all rows: a test row had its say.",
    ),
    "std of all rows": (
        SPLIT + slip(SCALE, "X[train].std", "X.std"),
        "that is the std of all rows: a test row had its say.",
    ),
    "all rows at the end": (
        SPLIT + slip(SCALE, "(X - mean) / std", "(X - X.mean(dim=0)) / std"),
        "here the mean of all rows was subtracted",
    ),
    "divided by N": (SPLIT + slip(SCALE, "X[train].std(dim=0)", "X[train].std(dim=0, correction=0)"), "divided by N."),
    "variance": (SPLIT + slip(SCALE, "X[train].std", "X[train].var"), "that is the variance"),
    "min and max": (
        SPLIT
        + """
def standardise(X, train):
    low, high = X[train].min(dim=0).values, X[train].max(dim=0).values
    span = torch.where(high == low, 1.0, high - low)
    return (X - low) / span, low, span
""",
        "that is the smallest value of each column",
    ),
    "largest minus smallest": (
        SPLIT + slip(SCALE, "X[train].std(dim=0)", "X[train].amax(dim=0) - X[train].amin(dim=0)"),
        "that is the largest value minus the smallest",
    ),
    "median": (
        SPLIT + slip(SCALE, "X[train].mean(dim=0)", "X[train].median(dim=0).values"),
        "standardise: mean is not",
    ),
    "mean of squares minus square of the mean": (
        SPLIT
        + slip(
            SCALE,
            "X[train].std(dim=0)\n",
            "None\n    n, squares = len(train), (X[train] ** 2).mean(dim=0)\n"
            "    std = ((squares - mean**2) * n / (n - 1)).clamp(min=0).sqrt()\n",
        ),
        "perhaps squares of large numbers were subtracted",
    ),
    "one mean for the table": (
        SPLIT + slip(SCALE, "X[train].mean(dim=0)", "X[train].mean()"),
        "that is one mean of all columns together",
    ),
    "mean of a row": (
        SPLIT + slip(SCALE, "X[train].mean(dim=0)", "X[train].mean(dim=1, keepdim=True).mean(dim=1)"),
        "stopped by an error",
    ),
    "constant column": (
        SPLIT + slip(SCALE, "    std[std == 0] = 1.0\n", ""),
        "column 2 never changes on the training rows: its std counts as 1, yours is 0.",
    ),
    "a small number added": (
        SPLIT + slip(SCALE, "    std[std == 0] = 1.0\n", "    std = std + 1e-8\n"),
        "its std counts as 1, yours is 1e-08",
    ),
    "constant in the whole table only": (
        SPLIT + slip(SCALE, "    std[std == 0] = 1.0\n", "    std[X.std(dim=0) == 0] = 1.0\n"),
        "never changes on the training rows",
    ),
    "the 1 is not returned": (
        SPLIT
        + slip(
            SCALE,
            "    std[std == 0] = 1.0\n    return (X - mean) / std, mean, std",
            "    return (X - mean) / torch.where(std == 0, 1.0, std), mean, std",
        ),
        "its std counts as 1, yours is 0",
    ),
    "only the training rows": (
        SPLIT + slip(SCALE, "(X - mean) / std", "(X[train] - mean) / std"),
        "these are the training rows only",
    ),
    "the first rows": (
        SPLIT + SCALE.replace("X[train]", "X[: len(train)]"),
        "standardise: mean is not right yet",
    ),
    "not divided": (SPLIT + slip(SCALE, "(X - mean) / std", "X - mean"), "the division by std is missing"),
    "not centred": (SPLIT + slip(SCALE, "(X - mean) / std", "X / std"), "the mean is not subtracted"),
    "no parentheses": (SPLIT + slip(SCALE, "(X - mean) / std", "X - mean / std"), "X_scaled is not right yet"),
    "values in another order": (
        SPLIT + slip(SCALE, "(X - mean) / std, mean, std", "mean, std, (X - mean) / std"),
        "standardise: mean is not right yet",
    ),
    "kept dimension": (
        SPLIT + SCALE.replace("(dim=0)", "(dim=0, keepdim=True)"),
        "wanted (4,), got (1, 4)",
    ),
    "float64": (SPLIT + SCALE.replace("X[train]", "X.double()[train]"), "float64 where float32 is wanted"),
    "in place": (
        SPLIT + slip(SCALE, "return (X - mean) / std,", "X -= mean\n    X /= std\n    return X,"),
        "X came in and was changed in place",
    ),
}

SCORES_RIGHT = {
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
    "numpy floats": """
def regression_scores(y_hat, y):
    import numpy as np
    a, b = y_hat.numpy().ravel(), y.numpy().ravel()
    mse = np.mean((a - b) ** 2)
    return {"mse": mse, "rmse": np.sqrt(mse), "mae": np.abs(a - b).mean(), "r2": 1 - mse / b.var()}
""",
    "scikit-learn": """
def regression_scores(y_hat, y):
    from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score
    mse = mean_squared_error(y, y_hat)
    return {"mse": mse, "rmse": mse**0.5, "mae": mean_absolute_error(y, y_hat), "r2": r2_score(y, y_hat)}
""",
    "the column squeezed": """
def regression_scores(y_hat, y):
    if y_hat.dim() == 2:
        y_hat = y_hat.squeeze(1)
    if y.dim() == 2:
        y = y.squeeze(1)
    e = y - y_hat
    return {"mse": float((e * e).mean()), "rmse": float((e * e).mean().sqrt()), "mae": float(e.abs().mean()),
            "r2": float(1 - (e @ e) / ((y - y.mean()) @ (y - y.mean())))}
""",
}
FLATTENED = "    y_hat, y = y_hat.flatten(), y.flatten()\n"
SCORES_WRONG = {
    "broadcast": (slip(SCORES, FLATTENED, ""), "each forecast was compared with every day"),
    "y_hat squeezed alone": (slip(SCORES, FLATTENED, "    y_hat = y_hat.squeeze()\n"), "compared with every day"),
    "y squeezed alone": (slip(SCORES, FLATTENED, "    y = y.flatten()\n"), "compared with every day"),
    "y made a column": (
        slip(SCORES, FLATTENED, "    y = y.unsqueeze(1) if y.ndim == 1 else y\n"),
        "compared with every day",
    ),
    "brought to the other's size": (
        slip(SCORES, FLATTENED, "    y_hat = y_hat.expand(len(y), len(y))\n"),
        "regression_scores",
    ),
    "RMSE called MSE": (slip(SCORES, "    rmse = ", "    mse = mse**0.5\n    rmse = "), "that is the RMSE, in kWh"),
    "MSE called RMSE": (slip(SCORES, "rmse = mse**0.5", "rmse = mse"), "that is the MSE, in kWh²"),
    "sum of squares": (
        slip(SCORES, "mse = ((y_hat - y) ** 2).mean()", "mse = ((y_hat - y) ** 2).sum()"),
        "that is the sum of the squares. Divide by N.",
    ),
    "root of the sum": (
        slip(SCORES, "rmse = mse**0.5", "rmse = ((y_hat - y) ** 2).sum() ** 0.5"),
        "that is the root of the sum",
    ),
    "divided by N - 1": (
        slip(SCORES, "mse = ((y_hat - y) ** 2).mean()", "mse = ((y_hat - y) ** 2).sum() / (len(y) - 1)"),
        "the sum was divided by N - 1. The formula has N.",
    ),
    "no absolute values": (slip(SCORES, ".abs()", ""), "errors of both signs cancelled out"),
    "absolute value of the mean": (
        slip(SCORES, "(y_hat - y).abs().mean()", "(y_hat - y).mean().abs()"),
        "Take the absolute value of each error",
    ),
    "median of the errors": (slip(SCORES, ".abs().mean()", ".abs().median()"), "that is the median"),
    "sum of absolute errors": (slip(SCORES, ".abs().mean()", ".abs().sum()"), "that is the sum. Divide by N."),
    "R2 not taken from 1": (slip(SCORES, "r2 = 1 - ", "r2 = "), "Take it from 1"),
    "R2 as a correlation": (
        slip(
            SCORES,
            "r2 = 1 - ((y_hat - y) ** 2).sum() / ((y - y.mean()) ** 2).sum()",
            "r2 = torch.corrcoef(torch.stack([y_hat, y]))[0, 1] ** 2",
        ),
        "that is the squared correlation",
    ),
    "R2 not below 0": (
        slip(SCORES, "((y - y.mean()) ** 2).sum()\n", "((y - y.mean()) ** 2).sum()\n    r2 = r2.clamp(min=0)\n"),
        "regression_scores: r2 is not right yet",
    ),
    "R2 in percent": (slip(SCORES, "r2.item()", "100 * r2.item()"), "regression_scores: r2 is not right yet"),
    "R2 around the forecasts' mean": (
        slip(SCORES, "((y - y.mean()) ** 2)", "((y - y_hat.mean()) ** 2)"),
        "in the denominator stands the mean of the forecasts",
    ),
    "R2 over the forecasts' spread": (
        slip(SCORES, "((y - y.mean()) ** 2)", "((y_hat - y_hat.mean()) ** 2)"),
        "the denominator is the spread of the forecasts",
    ),
    "R2 around zero": (slip(SCORES, "((y - y.mean()) ** 2)", "(y**2)"), "the denominator is the spread around 0"),
    "R2 with var": (
        slip(SCORES, "((y_hat - y) ** 2).sum() / ((y - y.mean()) ** 2).sum()", "mse / y.var()"),
        "one sum was divided by N, the other by N - 1",
    ),
    "R2 with a mean below": (
        slip(SCORES, "((y - y.mean()) ** 2).sum()", "((y - y.mean()) ** 2).mean()"),
        "the numerator is a sum, the denominator a mean",
    ),
    "R2 in one pass": (
        slip(SCORES, "((y - y.mean()) ** 2).sum()", "((y**2).sum() - len(y) * y.mean() ** 2)"),
        "regression_scores: r2 is not right yet",
    ),
    "arguments swapped": (slip(SCORES, "(y_hat, y):", "(y, y_hat):"), "the denominator is the spread of the forecasts"),
    "tensors": (slip(SCORES, '"mae": mae.item()', '"mae": mae'), "wanted a float, got float32 of shape ()"),
    "rounded": (
        slip(SCORES, '"mse": mse.item()', '"mse": round(mse.item())'),
        "regression_scores: mse is not right yet",
    ),
    "a key is missing": (slip(SCORES, '"rmse": rmse.item(), ', ""), "wanted a dictionary with the keys"),
    "keys in capitals": (slip(SCORES, '"mse"', '"MSE"'), "got the keys MSE, rmse, mae, r2"),
    "a tuple": (
        slip(
            SCORES,
            '{"mse": mse.item(), "rmse": rmse.item(), "mae": mae.item(), "r2": r2.item()}',
            "mse.item(), rmse.item(), mae.item(), r2.item()",
        ),
        "one value is wanted",
    ),
    "printed": (
        slip(SCORES, "    return {", "    print({").replace("r2.item()}", "r2.item()})"),
        "is the `return` line missing?",
    ),
    "a name misspelt": (slip(SCORES, "rmse.item()", "rsme.item()"), "Perhaps `rmse` is meant"),
    "in place": (
        """
def regression_scores(y_hat, y):
    y_hat, y = y_hat.flatten(), y.flatten()
    mean, error = y.mean(), y_hat.sub_(y)
    mse = (error**2).mean().item()
    r2 = 1 - (error**2).sum() / ((y - mean) ** 2).sum()
    return {"mse": mse, "rmse": mse**0.5, "mae": error.abs().mean().item(), "r2": r2.item()}
""",
        "changed in place",
    ),
}

LINE_RIGHT = {
    "ones beside the table": LINE,
    "scikit-learn": """
def linear_baseline(X_train, y_train, X):
    from sklearn.linear_model import LinearRegression
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
    "numpy": """
def linear_baseline(X_train, y_train, X):
    import numpy as np
    A = np.c_[np.ones(len(X_train)), X_train.numpy()]
    w, *_ = np.linalg.lstsq(A, y_train.numpy(), rcond=None)
    return torch.tensor(np.c_[np.ones(len(X)), X.numpy()] @ w, dtype=torch.float32)
""",
    "standardised first": """
def linear_baseline(X_train, y_train, X):
    mean, std = X_train.mean(0), X_train.std(0)
    A = torch.hstack([(X_train - mean) / std, torch.ones(X_train.shape[0], 1)])
    w = torch.linalg.lstsq(A, y_train.view(-1, 1)).solution
    return torch.hstack([(X - mean) / std, torch.ones(X.shape[0], 1)]).mm(w).flatten()
""",
}
LINE_WRONG = {
    "bias missing": (
        """
def linear_baseline(X_train, y_train, X):
    return (X @ torch.linalg.lstsq(X_train, y_train[:, None]).solution).squeeze(1)
""",
        "this line goes through the origin",
    ),
    "bias fitted, then left out": (slip(LINE, "(B @ w)", "(X @ w[:-1])"), "it was fitted, then left out"),
    "a column is left": (slip(LINE, "(B @ w).squeeze(1)", "B @ w"), "wanted (5,), got (5, 1)"),
    "squeezed to a number": (slip(LINE, ".squeeze(1)", ".squeeze()"), "wanted (1,), got ()"),
    "forecasts for the training rows": (slip(LINE, "(B @ w)", "(A @ w)"), "these are forecasts for X_train"),
    "training rows, as many": (
        slip(LINE, "(B @ w)", "(A[: len(X)] @ w)"),
        "linear_baseline: y_hat is not right yet",
    ),
    "the weights": (slip(LINE, "(B @ w)", "w"), "wanted (5,), got (4,)"),
    "new rows centred by their own mean": (
        slip(LINE, "B = torch.cat([X, ", "B = torch.cat([X - X.mean(dim=0) + X_train.mean(dim=0), "),
        "the new rows were centred by their own mean",
    ),
    "zeros for ones": (
        slip(LINE, "torch.ones(len(X_train), 1)", "torch.zeros(len(X_train), 1)"),
        "this line goes through the origin",
    ),
    "ones in another place": (
        slip(LINE, "torch.cat([X, torch.ones(len(X), 1)], dim=1)", "torch.cat([torch.ones(len(X), 1), X], dim=1)"),
        "linear_baseline: y_hat is not right yet",
    ),
    "fitted on the new rows": (
        slip(LINE, "lstsq(A, y_train.unsqueeze(1))", "lstsq(B, y_train.unsqueeze(1)[: len(B)])"),
        "linear_baseline: y_hat is not right yet",
    ),
    "sides swapped": (
        slip(LINE, "lstsq(A, y_train.unsqueeze(1))", "lstsq(y_train.unsqueeze(1), A)"),
        "the order the other way round?",
    ),
    "targets without a column": (slip(LINE, "y_train.unsqueeze(1)", "y_train"), "linear_baseline: stopped by an error"),
    "a mean is no line": (
        """
def linear_baseline(X_train, y_train, X):
    return torch.full((len(X),), y_train.mean().item())
""",
        "these are all the mean of y_train",
    ),
    "a mean added in place of a bias": (
        """
def linear_baseline(X_train, y_train, X):
    level = y_train.mean()
    return (X @ torch.linalg.lstsq(X_train, (y_train - level)[:, None]).solution).squeeze(1) + level
""",
        "linear_baseline: y_hat is not right yet",
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
        "linear_baseline: y_hat is not right yet",
    ),
    "a strong ridge": (
        """
def linear_baseline(X_train, y_train, X):
    A = torch.cat([X_train, torch.ones(len(X_train), 1)], dim=1)
    w = torch.linalg.solve(A.T @ A + torch.eye(A.shape[1]), A.T @ y_train)
    return X @ w[:-1] + w[-1]
""",
        "linear_baseline: y_hat is not right yet",
    ),
    "shifted by one": (slip(LINE, "(B @ w).squeeze(1)", "(B @ w).squeeze(1) + 1"), "every number is 1 too large"),
    "in place": (slip(LINE, "    A =", "    X += 0 * X + 1\n    X_train += 1\n    A ="), "changed in place"),
    "float64": (slip(LINE, ".squeeze(1)", ".squeeze(1).double()"), "float64 where float32 is wanted"),
    "a list": (slip(LINE, ".squeeze(1)", ".squeeze(1).tolist()"), "wanted a tensor, got a list"),
    "no return": (slip(LINE, "    return (B @ w)", "    (B @ w)"), "is the `return` line missing?"),
    "a name misspelt": (slip(LINE, "return (B @ w)", "return (B @ W)"), "Perhaps `w` is meant"),
    "two arguments": (slip(LINE, "(X_train, y_train, X)", "(X_train, y_train)"), "Leave the names and the number"),
}
