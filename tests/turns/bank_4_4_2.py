"""Answers to the turns of 4.4.2: right ones in other styles, and slips, each with the hint that is shown for it."""


def standardise(body: str) -> str:
    return f"def standardise(X_train, X_new):\n    {body}\n"


def honest_score(body: str) -> str:
    return f"def honest_score(X, y, train, test, k):\n    {body}\n"


def out_of_fold(body: str) -> str:
    return f"def out_of_fold(street, rent, fold):\n{body}\n"


BOTH = """\
mean, std = X_train.mean(dim=0), X_train.std(dim=0, correction=0)
    std = torch.where(std > 0, std, 1.0)
    return (X_train - mean) / std, (X_new - mean) / std"""
IN_ORDER = """\
columns = strongest(X[train], y[train], k)
    return share_right(X[train][:, columns], y[train], X[test][:, columns], y[test])"""
FOLDED = """\
    column = torch.empty_like(rent)
    for part in fold.unique():
        inside = fold == part
        column[inside] = street_means(street[~inside], rent[~inside])[street[inside]]
    return column"""

RIGHT = {
    "standardise": {
        "where": standardise(BOTH),
        "by hand": standardise(
            "mean = X_train.mean(dim=0)\n    std = (X_train - mean).square().mean(dim=0).sqrt()\n"
            "    std[std == 0] = 1\n    return (X_train - mean) / std, (X_new - mean) / std"
        ),
        "a function within": standardise(
            "mean, std = X_train.mean(0), X_train.std(0, unbiased=False)\n"
            "    def scaled(X):\n        return (X - mean) / (std + (std == 0))\n"
            "    return scaled(X_train), scaled(X_new)"
        ),
    },
    "honest_score": {
        "in the right order": honest_score(IN_ORDER),
        "columns first": honest_score(
            "X = X[:, strongest(X[train], y[train], k)]\n    return share_right(X[train], y[train], X[test], y[test])"
        ),
        "numbered": honest_score(
            "c = strongest(X[train], y[train], k)\n"
            "    return share_right(X[train[:, None], c], y[train], X[test[:, None], c], y[test])"
        ),
    },
    "out_of_fold": {
        "a loop over folds": out_of_fold(FOLDED),
        "a loop over rows": out_of_fold(
            "    column = []\n    for i in range(len(rent)):\n        others = fold != fold[i]\n"
            "        column.append(street_means(street[others], rent[others])[street[i]])\n"
            "    return torch.stack(column)"
        ),
        "where": out_of_fold(
            "    column = torch.zeros_like(rent)\n    for part in range(int(fold.max()) + 1):\n"
            "        means = street_means(street[fold != part], rent[fold != part])\n"
            "        column = torch.where(fold == part, means[street], column)\n    return column"
        ),
    },
}

WRONG = {
    "standardise": {
        "each on itself": (
            standardise(
                "def scaled(X):\n        std = X.std(dim=0, correction=0)\n"
                "        return (X - X.mean(dim=0)) / torch.where(std > 0, std, 1.0)\n"
                "    return scaled(X_train), scaled(X_new)"
            ),
            "In units of X_train, 6 is 2 deviations above",
        ),
        "no care for a constant column": (
            standardise(BOTH.replace("std = torch.where(std > 0, std, 1.0)", "pass")),
            "a deviation of 0 counts as 1",
        ),
        "N - 1": (standardise(BOTH.replace(", correction=0", "")), "not N - 1 (correction=0)"),
        "every deviation at least 1": (
            standardise(BOTH.replace("torch.where(std > 0, std, 1.0)", "std.clamp(min=1)")),
            "X_train is not right yet",
        ),
        "one mean for all columns": (
            standardise(BOTH.replace("X_train.mean(dim=0)", "X_train.mean()")),
            "X_train is not right yet",
        ),
        "along the rows": (standardise(BOTH.replace("dim=0", "dim=1")), "standardise"),
        "over all rows": (
            standardise(
                "X = torch.cat([X_train, X_new])\n    mean, std = X.mean(dim=0), X.std(dim=0, correction=0)\n"
                "    return (X_train - mean) / std, (X_new - mean) / std"
            ),
            "X_train is not right yet",
        ),
        "variance": (standardise(BOTH.replace("X_train.std", "X_train.var")), "X_train is not right yet"),
        "train alone": (standardise(BOTH.replace(", (X_new - mean) / std", "")), "standardise"),
    },
    "honest_score": {
        "chosen on all": (
            honest_score(IN_ORDER.replace("strongest(X[train], y[train], k)", "strongest(X, y, k)")),
            "The same k columns for all, from the training rows",
        ),
        "chosen on the test rows": (
            honest_score(IN_ORDER.replace("strongest(X[train], y[train], k)", "strongest(X[test], y[test], k)")),
            "The same k columns for all, from the training rows",
        ),
        "no choice": (
            honest_score("return share_right(X[train][:, :k], y[train], X[test][:, :k], y[test])"),
            "The same k columns for all, from the training rows",
        ),
        "chosen separately": (
            honest_score(
                "a, b = strongest(X[train], y[train], k), strongest(X[test], y[test], k)\n"
                "    return share_right(X[train][:, a], y[train], X[test][:, b], y[test])"
            ),
            "The same k columns for all",
        ),
        "one column more": (
            honest_score(IN_ORDER.replace("y[train], k)", "y[train], k + 1)")),
            "The same k columns for all",
        ),
        "scored on the training rows": (
            honest_score(IN_ORDER.replace("X[test][:, columns], y[test]", "X[train][:, columns], y[train]")),
            "answers on the test rows",
        ),
        "means of all rows": (
            honest_score(IN_ORDER.replace("X[train][:, columns], y[train]", "X[:, columns], y")),
            "means from the training rows",
        ),
        "rows for columns": (honest_score(IN_ORDER.replace("[:, columns]", "[columns]")), "honest_score"),
        "wrong answers": (honest_score(IN_ORDER.replace("return ", "return 1 - ")), "share"),
    },
    "out_of_fold": {
        "within the fold": (out_of_fold(FOLDED.replace("~inside", "inside")), "Row 0 is in fold 0"),
        "all rows": (out_of_fold("    return street_means(street, rent)[street]"), "Row 0 is in fold 0"),
        "without the row alone": (
            out_of_fold(
                "    column = []\n    for i in range(len(rent)):\n        others = torch.arange(len(rent)) != i\n"
                "        column.append(street_means(street[others], rent[others])[street[i]])\n"
                "    return torch.stack(column)"
            ),
            "column is not right yet",
        ),
        "means per street": (
            out_of_fold("    return street_means(street, rent)"),
            "column",
        ),
        "mean of the other folds": (
            out_of_fold(
                FOLDED.replace("street_means(street[~inside], rent[~inside])[street[inside]]", "rent[~inside].mean()")
            ),
            "Row 0 is in fold 0",
        ),
        "three folds of five": (
            out_of_fold(FOLDED.replace("torch.empty_like", "torch.zeros_like").replace("fold.unique()", "range(3)")),
            "column is not right yet",
        ),
        "no mean for a street without others": (
            out_of_fold(
                "    column = torch.empty_like(rent)\n    for i in range(len(rent)):\n"
                "        column[i] = rent[(fold != fold[i]) & (street == street[i])].mean()\n    return column"
            ),
            "Row 6 has no neighbour there",
        ),
        "only the last fold": (
            out_of_fold(
                FOLDED.replace("    column = torch.empty_like(rent)\n", "").replace("column[inside]", "column")
            ),
            "out_of_fold",
        ),
    },
}
