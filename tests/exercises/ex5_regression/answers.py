"""Answers to the last three questions of ex5: the leak, the forecast, the fault."""

from tests.exercises.ex5_regression.pieces import CHARGE, FORECAST, FOUND, LEAK, slip

LEAK_RIGHT = {
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
    "scipy, and a column that never changes": """
def find_leak(X, y, names):
    from scipy.stats import kendalltau
    changing = [j for j in range(len(names)) if X[:, j].std() > 0]
    strength = {names[j]: abs(kendalltau(X[:, j], y).statistic) for j in changing}
    return max(strength, key=strength.get)
""",
    "NaN for nothing": """
def find_leak(X, y, names):
    from scipy.stats import spearmanr
    strength = [abs(spearmanr(column.numpy(), y.numpy()).statistic) for column in X.T]
    return names[torch.tensor(strength).nan_to_num(0.0).argmax().item()]
""",
    "pairs of rows": """
def find_leak(X, y, names):
    i, j = torch.triu_indices(len(y), len(y), 1)
    rises = (y[i] - y[j]).sign()[:, None]
    agreement = ((X[i] - X[j]).sign() * rises).mean(dim=0).abs()
    return names[int(agreement.argmax())]
""",
    "a tree on one column": """
def find_leak(X, y, names):
    from sklearn.tree import DecisionTreeRegressor
    def error(column):
        tree = DecisionTreeRegressor(min_samples_leaf=10, random_state=0).fit(column[::2, None], y[::2])
        return ((tree.predict(column[1::2, None]) - y[1::2].numpy()) ** 2).mean()
    return min(zip(map(error, X.numpy().T), names))[1]
""",
}
PEARSON = "torch.corrcoef(torch.cat([X, y[:, None]], dim=1).T)[-1, :-1]"
LEAK_WRONG = {
    "the name itself": ('def find_leak(X, y, names):\n    return "co2"\n', "find_leak"),
    "the name, if it is there": (
        'def find_leak(X, y, names):\n    return "co2" if "co2" in names else names[0]\n',
        "only, another column to",
    ),
    "the place in the table": ("def find_leak(X, y, names):\n    return names[3]\n", "only, another column to"),
    "its number": (
        slip(LEAK, "best, best_name = r, name", "best, best_name = r, j"),
        "wanted one of the names, a string, got",
    ),
    "a list of names": (slip(LEAK, "return best_name", "return [best_name]"), "wanted one of the names, a string, got"),
    "sign not taken off": (slip(LEAK, "[0, 1].abs()", "[0, 1]"), "Perhaps the sign decides"),
    "straight lines only": (
        f"def find_leak(X, y, names):\n    return names[{PEARSON}.abs().nan_to_num(0).argmax()]\n",
        "Perhaps a straight line is looked for",
    ),
    "straight lines only, in logarithms": (
        slip(LEAK, "    ranks_of_y", "    X, y = X.abs().add(1e-9).log(), y.log()\n    ranks_of_y")
        .replace("y.argsort().argsort().double()", "y.double()")
        .replace("X[:, j].argsort().argsort().double()", "X[:, j].double()"),
        "find_leak",
    ),
    "NaN wins": (f"def find_leak(X, y, names):\n    return names[{PEARSON}.abs().argmax()]\n", "0/0 = NaN"),
    "NaN wins among ranks": (
        """
def find_leak(X, y, names):
    import numpy as np
    from scipy.stats import spearmanr
    return names[int(np.argmax([abs(spearmanr(column.numpy(), y.numpy()).statistic) for column in X.T]))]
""",
        "0/0 = NaN",
    ),
    "covariance": (
        """
def find_leak(X, y, names):
    return names[((X - X.mean(dim=0)) * (y - y.mean())[:, None]).mean(dim=0).abs().argmax()]
""",
        "Perhaps units decide",
    ),
    "largest weight of a line, whatever the units": (
        """
def find_leak(X, y, names):
    weights = torch.linalg.lstsq(X, y[:, None]).solution.flatten()
    return names[weights.abs().argmax()]
""",
        "only, another column to",
    ),
    "the line misses it most": (
        """
def find_leak(X, y, names):
    errors = []
    for j in range(X.shape[1]):
        rest = torch.cat([X[:, :j], X[:, j + 1 :]], dim=1)
        errors.append((linear_baseline(rest, y, rest) - y).square().mean().item())
    return names[errors.index(max(errors))]
""",
        "Perhaps",
    ),
    "weakest instead of strongest": (
        slip(slip(LEAK, "r > best", "r < best"), "-1.0", "2.0"),
        "only, another column to",
    ),
    "names sorted": (slip(LEAK, "enumerate(names)", "enumerate(sorted(names))"), "only, another column to"),
    "one argsort is no rank": (LEAK.replace(".argsort().argsort()", ".argsort()"), "only, another column to"),
    "ranks of the columns alone": (
        slip(LEAK, "y.argsort().argsort().double()", "y.double()").replace(
            "best, best_name = -1.0", "best, best_name = 0.995"
        ),
        "find_leak",
    ),
    "ranks along the rows": (
        """
def find_leak(X, y, names):
    both = torch.cat([X, y[:, None]], dim=1).argsort(dim=1).argsort(dim=1).double()
    return names[torch.corrcoef(both.T)[-1, :-1].abs().nan_to_num(0).argmax()]
""",
        "only, another column to",
    ),
    "the target's own correlation": (
        """
def find_leak(X, y, names):
    ranks = torch.cat([y[:, None], X], dim=1).argsort(dim=0).argsort(dim=0).double()
    return names[torch.corrcoef(ranks.T)[0].abs()[:-1].argmax()]
""",
        "only, another column to",
    ),
    "the largest variance": (
        "def find_leak(X, y, names):\n    return names[X.var(dim=0).argmax()]\n",
        "another column",
    ),
    "closest to the target": (
        "def find_leak(X, y, names):\n    return names[(X - y[:, None]).abs().mean(dim=0).argmin()]\n",
        "only, another column to",
    ),
    "the same mean": (
        "def find_leak(X, y, names):\n    return names[(X.mean(dim=0) - y.mean()).abs().argmin()]\n",
        "only, another column to",
    ),
    "most different values": (
        "def find_leak(X, y, names):\n    return max(names, key=lambda n: len(X[:, names.index(n)].unique()))\n",
        "only, another column to",
    ),
    "a known list of names": (
        """
def find_leak(X, y, names):
    honest = ["outdoor", "wind", "sun", "area", "loss", "people", "at_home"]
    return next((name for name in names if name not in honest), names[0])
""",
        "only, another column to",
    ),
    "returned in the loop": (
        slip(
            LEAK,
            "            best, best_name = r, name\n    return best_name",
            "            best, best_name = r, name\n        return best_name",
        ),
        "only, another column to",
    ),
    "best never set": (
        slip(LEAK, "    best, best_name = -1.0, None\n", ""),
        "is read before it is set",
    ),
    "no return": (slip(LEAK, "    return best_name", "    best_name"), "is the `return` line missing?"),
    "the table sorted in place": (
        "def find_leak(X, y, names):\n    X[:] = X.argsort(dim=0).argsort(dim=0).float()\n" + LEAK.split("\n", 2)[2],
        "changed in place",
    ),
    "names sorted in place": (
        "def find_leak(X, y, names):\n    names.sort()\n" + LEAK.split("\n", 2)[2],
        "names came in and was changed in place",
    ),
}

FORECAST_RIGHT = {
    "all in one": FORECAST,
    "its own standardise": """
def forecast(X, y, X_new, train):
    rows = torch.arange(len(y))
    both = torch.cat([X, X_new])
    scaled, _, _ = standardise(both, rows)
    target, level, spread = standardise(y.unsqueeze(1), rows)
    model = train(scaled[: len(X)], target)
    return predict(model, scaled[len(X) :]).flatten() * spread + level
""",
    "detached at the end": """
def forecast(X, y, X_new, train):
    m, s = X.mean(0), X.std(0)
    s[s == 0] = 1
    network = train(X=(X - m) / s, y=((y - y.mean()) / y.std()).reshape(-1, 1))
    network.eval()
    return (y.mean() + y.std() * network((X_new - m) / s).squeeze(-1)).detach()
""",
    "scikit-learn's scalers": """
def forecast(X, y, X_new, train):
    from sklearn.preprocessing import StandardScaler
    columns, use = StandardScaler().fit(X), StandardScaler().fit(y[:, None])
    as_floats = lambda array: torch.tensor(array, dtype=torch.float32)
    model = train(as_floats(columns.transform(X)), as_floats(use.transform(y[:, None])))
    out = predict(model, as_floats(columns.transform(X_new)))
    return as_floats(use.inverse_transform(out))[:, 0]
""",
    "two networks and their mean": """
def forecast(X, y, X_new, train):
    X_scaled, mean, std = standardise(X, torch.arange(len(X)))
    z = (y - y.mean()) / y.std()
    out = sum(predict(train(X_scaled, z[:, None]), (X_new - mean) / std) for _ in range(2)) / 2
    return out[:, 0] * y.std() + y.mean()
""",
    "one day after the other": """
def forecast(X, y, X_new, train):
    everything = torch.arange(len(X))
    X_scaled, mean, std = standardise(X, everything)
    y_scaled, y_mean, y_std = standardise(y[:, None], everything)
    model = train(X_scaled, y_scaled)
    with torch.inference_mode():
        days = [model(((day - mean) / std)[None]).item() for day in X_new]
    return torch.tensor(days) * y_std.item() + y_mean.item()
""",
}
INPUTS = "(X - mean) / std, ((y - y_mean) / y_std)[:, None]"
FORECAST_WRONG = {
    "new days scaled by themselves": (
        slip(
            FORECAST,
            "new = (X_new - mean) / std",
            "new = (X_new - X_new.mean(dim=0)) / X_new.std(dim=0).clamp(min=1e-6)",
        ),
        "X_new was scaled by its own mean and std",
    ),
    "new days standardised": (
        slip(FORECAST, "new = (X_new - mean) / std", "new = standardise(X_new, torch.arange(len(X_new)))[0]"),
        "X_new was scaled by its own mean and std",
    ),
    "new days as they came": (
        slip(FORECAST, "(X_new - mean) / std", "X_new"),
        "X_new went into the network as it came",
    ),
    "new days centred only": (
        slip(FORECAST, "(X_new - mean) / std", "X_new - mean"),
        "forecast, colder new days is not",
    ),
    "scaler fitted on all days": (
        slip(
            FORECAST,
            "X.mean(dim=0), X.std(dim=0)",
            "torch.cat([X, X_new]).mean(dim=0), torch.cat([X, X_new]).std(dim=0)",
        ),
        "mean and std were taken over X and X_new together",
    ),
    "not taken back": (slip(FORECAST, "out * y_std + y_mean", "out"), "these are still standard units"),
    "std forgotten": (slip(FORECAST, "out * y_std + y_mean", "out + y_mean"), "the factor std is missing"),
    "mean forgotten": (slip(FORECAST, "out * y_std + y_mean", "out * y_std"), "the mean is not added"),
    "mean before std": (
        slip(FORECAST, "out * y_std + y_mean", "(out + y_mean) * y_std"),
        "added before the factor std",
    ),
    "scaled once more": (slip(FORECAST, "out * y_std + y_mean", "(out - y_mean) / y_std"), "scaled once more"),
    "divided by std": (
        slip(FORECAST, "out * y_std + y_mean", "out / y_std + y_mean"),
        "forecast, colder new days is not",
    ),
    "the columns' mean and std": (
        slip(FORECAST, "out * y_std + y_mean", "out * std[0] + mean[0]"),
        "forecast, colder new days is not right yet",
    ),
    "taken back with the new days' mean": (
        slip(FORECAST, "out * y_std + y_mean", "(out - out.mean()) / out.std() * y_std + y_mean"),
        "forecast, colder new days is not right yet",
    ),
    "target without a column": (slip(FORECAST, "[:, None]", ""), "train wants X (N, D) and y (N, 1), each day a row"),
    "target as a row": (slip(FORECAST, "[:, None]", "[None]"), "train wants X (N, D) and y (N, 1), each day a row"),
    "use not scaled": (
        slip(slip(FORECAST, "((y - y_mean) / y_std)[:, None]", "y[:, None]"), "out * y_std + y_mean", "out"),
        "the use went into the training as it came",
    ),
    "use not scaled, and taken back": (
        slip(FORECAST, "((y - y_mean) / y_std)[:, None]", "y[:, None]"),
        "forecast, colder new days is not right yet",
    ),
    "use centred only": (
        slip(
            slip(FORECAST, "((y - y_mean) / y_std)[:, None]", "(y - y_mean)[:, None]"),
            "out * y_std + y_mean",
            "out + y_mean",
        ),
        "forecast, colder new days is not right yet",
    ),
    "columns not scaled": (
        slip(slip(FORECAST, "(X - mean) / std,", "X,"), "(X_new - mean) / std", "X_new"),
        "the columns were not scaled, only the use",
    ),
    "columns not centred": (
        slip(slip(FORECAST, "(X - mean) / std,", "X / std,"), "(X_new - mean) / std", "X_new / std"),
        "forecast, colder new days is not right yet",
    ),
    "nothing scaled": (
        "def forecast(X, y, X_new, train):\n    return predict(train(X, y[:, None]), X_new)[:, 0]\n",
        "the use went into the training as it came",
    ),
    "learned from raw columns": (slip(FORECAST, "train(inputs, targets)", "train(X, targets)"), "forecast, colder new"),
    "min and max": (
        slip(
            FORECAST,
            "mean, std = X.mean(dim=0), X.std(dim=0)",
            "mean, std = X.amin(dim=0), X.amax(dim=0) - X.amin(dim=0)",
        ),
        "forecast, colder new days is not right yet",
    ),
    "part of the days": (
        slip(FORECAST, "train(inputs, targets)", "train(inputs[:60], targets[:60])"),
        "Perhaps other rows than all of X are learned from",
    ),
    "rows in another order": (
        slip(FORECAST, "train(inputs, targets)", "train(inputs, targets.flip(0))"),
        "forecast, colder new days is not right yet",
    ),
    "the network of the notebook": (
        slip(FORECAST, "train(inputs, targets)", "nn.Sequential(nn.Linear(X.shape[1], 1))"),
        "or something else than `train` learns?",
    ),
    "the straight line": (
        "def forecast(X, y, X_new, train):\n    return linear_baseline(X, y, X_new)\n",
        "these are the straight line's",
    ),
    "the mean": (
        "def forecast(X, y, X_new, train):\n    return y.mean().repeat(len(X_new))\n",
        "these are all the mean of y",
    ),
    "forecasts for the known days": (
        slip(FORECAST, "model(new)", "model(inputs)"),
        "these are forecasts for X. Wanted are those for X_new.",
    ),
    "a constant column": (slip(FORECAST, "    std = torch.where(std == 0, 1.0, std)\n", ""), "NaN"),
    "the numbers of this table": (
        slip(FORECAST, "out * y_std + y_mean", "out * y_std + y_mean if y_mean < 1000 else out * 14 + 21"),
        "forecast, use in Wh",
    ),
    "°C expected": (
        slip(FORECAST, "    mean, std =", "    X, X_new = X.clamp(max=40), X_new.clamp(max=40)\n    mean, std ="),
        "not right yet",
    ),
    "attached": (
        slip(FORECAST, "    with torch.no_grad():\n        out", "    out"),
        "still attached to the graph",
    ),
    "a column is left": (slip(FORECAST, "model(new)[:, 0]", "model(new)"), "wanted (50,), got (50, 1)"),
    "squeezed to a number": (slip(FORECAST, "model(new)[:, 0]", "model(new).squeeze()"), "wanted (1,), got ()"),
    "float64": (slip(FORECAST, "out * y_std + y_mean", "(out * y_std + y_mean).double()"), "float64 where float32"),
    "an array": (
        slip(FORECAST, "out * y_std + y_mean", "(out * y_std + y_mean).tolist()"),
        "wanted a tensor, got a list",
    ),
    "the model": (slip(FORECAST, "return out * y_std + y_mean", "return model"), "wanted a tensor"),
    "no return": (
        slip(FORECAST, "return out * y_std + y_mean", "out * y_std + y_mean"),
        "is the `return` line missing?",
    ),
    "a name misspelt": (slip(FORECAST, "model(new)", "modle(new)"), "Perhaps `model` is meant"),
    "an argument missing": (slip(FORECAST, "X_new, train):", "X_new):"), "Leave the names and the number"),
    "in place": (
        slip(FORECAST, "    mean, std =", "    X -= X.mean(dim=0)\n    mean, std ="),
        "X came in and was changed",
    ),
}

NORMAL = "log_y_hat.exp() * (errors.var() / 2).exp()"
FAULT_RIGHT = {
    "the mean of the quotients": FOUND + CHARGE,
    "the ratio of the sums": """
def find_fault():
    return (9, 4 / 5)

def charge_repaired(X, y, X_new):
    known = charge_as_found(X, y, X)
    return charge_as_found(X, y, X_new) * (y.sum() / known.sum())
""",
    "added to the logarithm": FOUND
    + slip(
        CHARGE, "return log_y_hat.exp() * errors.exp().mean()", "return (log_y_hat + errors.exp().mean().log()).exp()"
    ),
    "numpy": """
def find_fault():
    import numpy as np
    line, share = 9, np.exp(np.log([2, 0.5]).mean()) / np.mean([2, 0.5])
    return [line, share]

def charge_repaired(X, y, X_new):
    from sklearn.linear_model import LinearRegression
    line = LinearRegression().fit(X.numpy(), y.log().numpy())
    import numpy as np
    back = np.exp(y.log().numpy() - line.predict(X.numpy())).mean()
    return torch.from_numpy(np.exp(line.predict(X_new.numpy())) * back).float()
""",
    "measured on many cars": """
def find_fault():
    g = torch.Generator().manual_seed(1)
    chance = torch.where(torch.rand(1_000_000, generator=g) < 0.5, 2.0, 0.5)
    return 9, (chance.log().mean().exp() / chance.mean()).item()
"""
    + CHARGE,
    "a regression for means": FOUND
    + """
def charge_repaired(X, y, X_new):
    from sklearn.linear_model import PoissonRegressor
    mean, std = X.mean(0), X.std(0)
    model = PoissonRegressor(alpha=0, max_iter=1000, tol=1e-8).fit((X - mean) / std, y)
    return torch.tensor(model.predict((X_new - mean) / std), dtype=torch.float32)
""",
}
FAULT_WRONG = {
    "the fit's line": (slip(FOUND, "9,", "7,") + CHARGE, "line 7 does what it should"),
    "the logarithm's line": (slip(FOUND, "9,", "6,") + CHARGE, "The fit suits columns that multiply"),
    "the line before": (slip(FOUND, "9,", "8,") + CHARGE, "line 8 does what it should"),
    "no line of the program": (slip(FOUND, "9,", "12,") + CHARGE, "the program has the lines 1 to 9, got 12"),
    "the line as text": (slip(FOUND, "9,", '"9",') + CHARGE, "wanted the number of a line, an int, got '9'"),
    "the other way round": (slip(FOUND, "9, 0.8", "0.8, 9") + CHARGE, "wanted the number of a line, an int, got 0.8"),
    "a line alone": (slip(FOUND, "9, 0.8", "9") + CHARGE, "2 values are wanted"),
    "charges by forecasts": (slip(FOUND, "0.8", "1.25") + CHARGE, "that is charges by forecasts"),
    "what is missing": (slip(FOUND, "0.8", "0.2") + CHARGE, "that share is missing"),
    "a percentage": (slip(FOUND, "0.8", "80") + CHARGE, "not a percentage"),
    "normal noise": (
        slip(FOUND, "0.8", "float(torch.tensor(-(torch.log(torch.tensor(2.0)) ** 2) / 2).exp())") + CHARGE,
        "that would hold for normal noise",
    ),
    "nothing is wrong": (slip(FOUND, "0.8", "1.0") + CHARGE, "1 would mean that nothing is wrong"),
    "half": (slip(FOUND, "0.8", "0.5") + CHARGE, "Take a car that would draw 8 kWh"),
    "a tensor": (slip(FOUND, "0.8", "torch.tensor(0.8)") + CHARGE, "wanted a number, got float32 of shape ()"),
    "a text": (slip(FOUND, "0.8", '"4/5"') + CHARGE, "wanted a number, got a str"),
    "not repaired": (
        FOUND + "def charge_repaired(X, y, X_new):\n    return charge_as_found(X, y, X_new)\n",
        "nothing is repaired yet",
    ),
    "corrected downwards": (FOUND + slip(CHARGE, " * errors.exp().mean()", " / errors.exp().mean()"), "the wrong way"),
    "the share as a factor": (FOUND + slip(CHARGE, "errors.exp().mean()", "0.8"), "the wrong way"),
    "one factor for all noise": (
        FOUND + slip(CHARGE, "errors.exp().mean()", "1.25"),
        "that factor holds for 2 and 1/2",
    ),
    "normal noise assumed": (
        FOUND + slip(CHARGE, "log_y_hat.exp() * errors.exp().mean()", NORMAL),
        "that factor would hold for normal noise",
    ),
    "the variance, not halved": (
        FOUND + slip(CHARGE, "log_y_hat.exp() * errors.exp().mean()", NORMAL.replace(" / 2", "")),
        "charge_repaired, factors 2, 0.5 is not right yet",
    ),
    "exp of the mean error": (
        FOUND + slip(CHARGE, "errors.exp().mean()", "errors.mean().exp()"),
        "nothing is repaired yet",
    ),
    "a constant added": (
        FOUND
        + slip(
            CHARGE, "log_y_hat.exp() * errors.exp().mean()", "log_y_hat.exp() + (y - (A @ weights)[:, 0].exp()).mean()"
        ),
        "a constant was added",
    ),
    "a line through the charges": (
        FOUND + "def charge_repaired(X, y, X_new):\n    return linear_baseline(X, y, X_new)\n",
        "charge_repaired, factors 2, 0.5 is not right yet",
    ),
    "the mean charge": (
        FOUND + "def charge_repaired(X, y, X_new):\n    return y.mean().repeat(len(X_new))\n",
        "charge_repaired, factors 2, 0.5 is not right yet",
    ),
    "the quotient upside down": (
        FOUND + slip(CHARGE, "errors.exp().mean()", "(-errors).exp().mean()"),
        "charge_repaired, factors 4, 0.76 is not right yet",
    ),
    "the median of the quotients": (
        FOUND + slip(CHARGE, "errors.exp().mean()", "errors.exp().median()"),
        "charge_repaired",
    ),
    "still logarithms": (FOUND + slip(CHARGE, "log_y_hat.exp() *", "log_y_hat *"), "charge_repaired"),
    "the total": (FOUND + CHARGE.replace("return log_y_hat", "return len(X_new) * log_y_hat"), "charge_repaired"),
    "a column is left": (
        FOUND + slip(CHARGE, "log_y_hat = (A_new @ weights).squeeze(1)", "log_y_hat = A_new @ weights"),
        "wanted (6,), got (6, 1)",
    ),
    "float64": (FOUND + slip(CHARGE, "errors.exp().mean()", "errors.double().exp().mean()[None]"), "float64"),
    "no return": (FOUND + slip(CHARGE, "    return log_y_hat", "    log_y_hat"), "is the `return` line missing?"),
    "a name misspelt": (FOUND + slip(CHARGE, "errors.exp()", "erors.exp()"), "Perhaps `errors` is meant"),
    "in place": (FOUND + slip(CHARGE, "log_y = y.log()", "log_y = y.log_()"), "y came in and was changed in place"),
}
