"""Answers to the turns of 4.5.4: right ones in other styles, and slips, each with the hint that is shown for it."""


def r2(body: str) -> str:
    return f"def r2_from(rmse, y):\n    {body}\n"


def split(body: str) -> str:
    return f"def split_by_region(region, share, seed):\n    {body}\n"


def means(body: str) -> str:
    return f"def out_of_fold_means(price, square, fold):\n    {body}\n"


EACH_ROW = """\
column = []
    for i in range(len(price)):
        others = {others}
        mine = price[others & (square == square[i])]
        column.append(mine.mean() if len(mine) else {fallback})
    return np.array(column)"""

RIGHT = {
    "r2_from": {
        "variance": r2("return 1 - rmse**2 / y.var()"),
        "spread": r2("return 1 - (rmse / y.std()) ** 2"),
        "sums": r2("return 1 - len(y) * rmse**2 / ((y - y.mean()) ** 2).sum()"),
    },
    "split_by_region": {
        "isin": split(
            "regions = np.unique(region)\n    n = round(share * len(regions))\n"
            "    held = np.random.default_rng(seed).choice(regions, n, replace=False)\n"
            "    inside = np.isin(region, held)\n    return np.where(~inside)[0], np.where(inside)[0]"
        ),
        "loop": split(
            "regions = sorted(set(region.tolist()))\n    np.random.default_rng(seed).shuffle(regions)\n"
            "    held = set(regions[: int(share * len(regions))])\n"
            "    a = [i for i, r in enumerate(region) if r not in held]\n"
            "    b = [i for i, r in enumerate(region) if r in held]\n    return np.array(a), np.array(b)"
        ),
        "scikit-learn": split(
            "from sklearn.model_selection import GroupShuffleSplit\n"
            "    return next(GroupShuffleSplit(1, test_size=share, random_state=seed).split(region, groups=region))"
        ),
    },
    "out_of_fold_means": {
        "row by row": means(EACH_ROW.format(others="fold != fold[i]", fallback="price[others].mean()")),
        "sums less one's own fold": means(
            "table = pd.DataFrame({'p': price, 's': square, 'f': fold})\n"
            "    by_square, both = table.groupby('s').p, table.groupby(['s', 'f']).p\n"
            "    total = by_square.transform('sum') - both.transform('sum')\n"
            "    count = by_square.transform('count') - both.transform('count')\n"
            "    in_fold = table.groupby('f').p\n"
            "    rest = (price.sum() - in_fold.transform('sum')) / (len(price) - in_fold.transform('count'))\n"
            "    return (total / count.where(count > 0)).fillna(rest).to_numpy()"
        ),
        "by fold": means(
            "column = np.zeros(len(price))\n    for f in set(fold.tolist()):\n        away = fold != f\n"
            "        known = {s: price[away & (square == s)].mean() for s in set(square[away].tolist())}\n"
            "        for i in np.flatnonzero(fold == f):\n"
            "            column[i] = known.get(square[i], price[away].mean())\n    return column"
        ),
    },
}

WRONG = {
    "r2_from": {
        "not squared": (r2("return 1 - rmse / y.std()"), "The RMSE of 0.5 is squared, too"),
        "rmse not squared": (r2("return 1 - rmse / y.var()"), "The RMSE of 0.5 is squared, too"),
        "one not subtracted": (r2("return rmse**2 / y.var()"), "R² in the city is not right yet"),
        "sum for mean": (r2("return 1 - rmse**2 / ((y - y.mean()) ** 2).sum()"), "mean 8/3"),
        "squares of the prices": (r2("return 1 - rmse**2 / (y**2).mean()"), "mean 8/3"),
        "upside down": (r2("return 1 - y.var() / rmse**2"), "mean 8/3"),
        "corrected std": (r2("return 1 - rmse**2 / y.var(ddof=1)"), "mean 8/3"),
    },
    "split_by_region": {
        "rows drawn": (
            split(
                "mixed = np.random.default_rng(seed).permutation(len(region))\n    n = round(share * len(region))\n"
                "    return mixed[n:], mixed[:n]"
            ),
            "draw regions, then return the numbers",
        ),
        "the first regions": (
            split(
                "regions = np.unique(region)\n    held = np.isin(region, regions[: round(share * len(regions))])\n"
                "    return np.flatnonzero(~held), np.flatnonzero(held)"
            ),
            "Four seeds, one result",
        ),
        "sides exchanged": (
            split(
                "regions = np.random.default_rng(seed).permutation(np.unique(region))\n"
                "    held = np.isin(region, regions[: round(share * len(regions))])\n"
                "    return np.flatnonzero(held), np.flatnonzero(~held)"
            ),
            "training rows first, then validation rows",
        ),
        "masks": (
            split(
                "regions = np.random.default_rng(seed).permutation(np.unique(region))\n"
                "    held = np.isin(region, regions[: round(share * len(regions))])\n    return ~held, held"
            ),
            "np.flatnonzero(mask)",
        ),
        "trains on all": (
            split(
                "regions = np.random.default_rng(seed).permutation(np.unique(region))\n"
                "    held = np.isin(region, regions[: round(share * len(regions))])\n"
                "    return np.arange(len(region)), np.flatnonzero(held)"
            ),
            "regions on both sides",
        ),
        "regions, not rows": (
            split(
                "regions = np.random.default_rng(seed).permutation(np.unique(region))\n"
                "    n = round(share * len(regions))\n    return regions[n:], regions[:n]"
            ),
            "is not right yet",
        ),
    },
    "out_of_fold_means": {
        "over all rows": (
            means("return pd.Series(price).groupby(square).transform('mean').to_numpy()"),
            "means is not right yet",
        ),
        "own fold": (
            means(EACH_ROW.format(others="(fold == fold[i])", fallback="price.mean()")),
            "Row 0: its square in fold 1",
        ),
        "leave one out": (
            means(EACH_ROW.format(others="(np.arange(len(price)) != i)", fallback="price.mean()")),
            "means is not right yet",
        ),
        "fallback over all": (
            means(EACH_ROW.format(others="fold != fold[i]", fallback="price.mean()")),
            "Row 5: no others",
        ),
        "nan left": (means(EACH_ROW.format(others="fold != fold[i]", fallback="float('nan')")), "means"),
        "other squares": (
            means("return np.array([price[fold != f].mean() for f in fold])"),
            "means is not right yet",
        ),
    },
}
