"""Answers to the turns of 4.5.5: right ones in other styles, and slips, each with the hint that is shown for it."""


def means(body: str) -> str:
    return f"def three_means(y_hat, y, f):\n    {body}\n"


def fill(body: str) -> str:
    return f"def fill_missing(x, train_rows):\n    {body}\n"


def look_up(body: str) -> str:
    return f"def look_up(T, index):\n    {body}\n"


RIGHT = {
    "three_means": {
        "by mean_square": means("return mean_square(y_hat, y), mean_square(y_hat, f), mean_square(f, y)"),
        "NumPy": means("return tuple(np.mean((a - b) ** 2) for a, b in ((y_hat, y), (y_hat, f), (y, f)))"),
        "sums": means(
            "n = len(y)\n    return [((y - y_hat)**2).sum() / n, ((f - y_hat)**2).sum() / n, ((y - f)**2).sum() / n]"
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
    "three_means": {
        "roots": (
            means("return tuple(mean_square(*p) ** 0.5 for p in ((y_hat, y), (y_hat, f), (f, y)))"),
            "Predictions against what was measured",
        ),
        "truth for measured": (
            means("return mean_square(y_hat, f), mean_square(y_hat, f), mean_square(f, y)"),
            "Predictions against what was measured",
        ),
        "own and noise swapped": (
            means("return mean_square(y_hat, y), mean_square(f, y), mean_square(y_hat, f)"),
            "Predictions against the truth",
        ),
        "own as a difference of roots": (
            means(
                "measured, noise = mean_square(y_hat, y), mean_square(f, y)\n"
                "    return measured, (measured**0.5 - noise**0.5) ** 2, noise"
            ),
            "Predictions against the truth",
        ),
        "not squared": (
            means("return abs(y_hat - y).mean(), abs(y_hat - f).mean(), abs(f - y).mean()"),
            "Predictions against what was measured",
        ),
        "sums": (
            means("return ((y_hat - y)**2).sum(), ((y_hat - f)**2).sum(), ((f - y)**2).sum()"),
            "Predictions against what was measured",
        ),
        "two only": (means("return mean_square(y_hat, y), mean_square(y_hat, f)"), "3 values are wanted"),
    },
    "fill_missing": {
        "median of all rows": (
            fill("gone = x.isnan()\n    return torch.stack([torch.where(gone, x.nanmedian(), x), gone.float()], 1)"),
            "The median of rows 0 to 3",
        ),
        "mean": (
            fill(
                "gone = x.isnan()\n"
                "    return torch.stack([torch.where(gone, x[train_rows].nanmean(), x), gone.float()], 1)"
            ),
            "without the gap, 4",
        ),
        "median with the gaps": (
            fill(
                "gone = x.isnan()\n"
                "    return torch.stack([torch.where(gone, x[train_rows].median(), x), gone.float()], 1)"
            ),
            "nanmedian",
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
            "The median of rows 0 to 3",
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
