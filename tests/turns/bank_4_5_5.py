"""Answers to the turns of 4.5.5: right ones in other styles, and slips, each with the hint that is shown for it."""


def r2(body: str) -> str:
    return f"def r2(y_hat, y):\n    {body}\n"


def fill(body: str) -> str:
    return f"def fill_missing(x, train_rows):\n    {body}\n"


def look_up(body: str) -> str:
    return f"def look_up(T, index):\n    {body}\n"


RIGHT = {
    "r2": {
        "sums": r2("return 1 - ((y_hat - y) ** 2).sum() / ((y - y.mean()) ** 2).sum()"),
        "means": r2("return 1 - ((y - y_hat) ** 2).mean() / ((y - y.mean()) ** 2).mean()"),
        "by name": r2(
            "errors = y - y_hat\n    spread = y - y.mean()\n    return 1 - (errors**2).sum() / (spread**2).sum()"
        ),
    },
    "fill_missing": {
        "where and stack": fill(
            "gone = torch.isnan(x)\n"
            "    return torch.stack([torch.where(gone, x[train_rows].nanmedian(), x), gone.float()], 1)"
        ),
        "copy and assign": fill(
            "gone = x.isnan()\n    filled = x.clone()\n    known = x[train_rows]\n"
            "    filled[gone] = known[~known.isnan()].median()\n"
            "    return torch.stack((filled, gone.to(x.dtype)), dim=1)"
        ),
        "nan_to_num": fill(
            "median = x[train_rows].nanmedian().item()\n"
            "    return torch.column_stack([x.nan_to_num(nan=median), x.isnan().float()])"
        ),
    },
    "look_up": {
        "index": look_up("return T[index]"),
        "index_select": look_up("return T.index_select(0, index)"),
        "F.embedding": look_up("return F.embedding(index, T)"),
    },
}

WRONG = {
    "r2": {
        "the 1 left out": (
            r2("return ((y_hat - y) ** 2).sum() / ((y - y.mean()) ** 2).sum()"),
            "Squared errors 1 + 1 + 0",
        ),
        "mean of the predictions": (
            r2("return 1 - ((y_hat - y) ** 2).sum() / ((y_hat - y_hat.mean()) ** 2).sum()"),
            "deviations from 4, the mean of y",
        ),
        "no squares": (
            r2("return 1 - (y_hat - y).abs().sum() / (y - y.mean()).abs().sum()"),
            "Squared errors 1 + 1 + 0",
        ),
        "mean square of y": (r2("return 1 - ((y_hat - y) ** 2).sum() / (y**2).sum()"), "deviations from 4"),
        "mean over sum": (
            r2("return 1 - ((y_hat - y) ** 2).mean() / ((y - y.mean()) ** 2).sum()"),
            "R² is not right yet",
        ),
        "nothing returned": (r2("score = 1 - ((y_hat - y) ** 2).sum()"), "`return` line missing"),
    },
    "fill_missing": {
        "median of all rows": (
            fill("gone = x.isnan()\n    return torch.stack([torch.where(gone, x.nanmedian(), x), gone.float()], 1)"),
            "The median is that of rows 0 to 3",
        ),
        "mean": (
            fill(
                "gone = x.isnan()\n"
                "    return torch.stack([torch.where(gone, x[train_rows].mean(), x), gone.float()], 1)"
            ),
            "two columns",
        ),
        "median with the gaps": (
            fill(
                "gone = x.isnan()\n"
                "    return torch.stack([torch.where(gone, x[train_rows].median(), x), gone.float()], 1)"
            ),
            "two columns",
        ),
        "no flags": (fill("return torch.where(x.isnan(), x[train_rows].nanmedian(), x)"), "two columns"),
        "flags turned round": (
            fill(
                "gone = x.isnan()\n"
                "    return torch.stack([torch.where(gone, x[train_rows].nanmedian(), x), (~gone).float()], 1)"
            ),
            "then come the flags",
        ),
        "rows for columns": (
            fill(
                "gone = x.isnan()\n"
                "    return torch.stack([torch.where(gone, x[train_rows].nanmedian(), x), gone.float()])"
            ),
            "transpose",
        ),
        "filled with 0": (
            fill("gone = x.isnan()\n    return torch.stack([x.nan_to_num(0.0), gone.float()], 1)"),
            "The median is that of rows 0 to 3",
        ),
    },
    "look_up": {
        "columns": (look_up("return T[:, index]"), "index 2 is out of bounds"),
        "the other way round": (look_up("return index[T]"), "stopped by an error"),
        "one row only": (look_up("return T[index[0]]"), "rows of T"),
        "in order": (look_up("return T[: len(index)]"), "rows of T"),
        "times the number": (look_up("return index.unsqueeze(1) * T[0]"), "rows of T is not right yet"),
    },
}
