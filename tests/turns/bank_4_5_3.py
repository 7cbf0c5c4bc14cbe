"""Answers to the turns of 4.5.3: right ones in other styles, and slips, each with the hint that is shown for it."""


def scores(body: str) -> str:
    return f"def regression_scores(y_hat, y):\n    {body}\n"


def prices(body: str) -> str:
    return f"def predict_prices(net, X):\n    {body}\n"


def folds(body: str) -> str:
    return f"def k_folds(num_rows, k, seed):\n    {body}\n"


RIGHT = {
    "regression_scores": {
        "by formula": scores(
            "e = y_hat - y\n    return np.sqrt((e**2).mean()), np.abs(e).mean(), "
            "1 - (e**2).sum() / ((y - y.mean()) ** 2).sum()"
        ),
        "variance": scores(
            "mse = ((y - y_hat) ** 2).mean()\n    return mse**0.5, abs(y - y_hat).mean(), 1 - mse / y.var()"
        ),
        "scikit-learn": scores(
            "from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score\n"
            "    return mean_squared_error(y, y_hat) ** 0.5, mean_absolute_error(y, y_hat), r2_score(y, y_hat)"
        ),
    },
    "predict_prices": {
        "predict": prices("return predict(net, X).squeeze(1) * net.y_std + net.y_mean"),
        "flatten": prices("return net.y_mean + net.y_std * predict(net, X).flatten()"),
        "by hand": prices(
            "net.eval()\n    with torch.no_grad():\n        return (net(X) * net.y_std + net.y_mean)[:, 0]"
        ),
        "detached": prices("return (net(X).squeeze() * net.y_std + net.y_mean).detach()"),
    },
    "k_folds": {
        "array_split": folds(
            "parts = np.array_split(np.random.default_rng(seed).permutation(num_rows), k)\n"
            "    return [(np.concatenate(parts[:i] + parts[i + 1 :]), parts[i]) for i in range(k)]"
        ),
        "every k-th": folds(
            "rows = np.random.default_rng(seed).permutation(num_rows)\n"
            "    return [(rows[np.arange(num_rows) % k != i], rows[i::k]) for i in range(k)]"
        ),
        "scikit-learn": folds(
            "from sklearn.model_selection import KFold\n"
            "    return list(KFold(k, shuffle=True, random_state=seed).split(np.arange(num_rows)))"
        ),
        "torch and a generator of pairs": folds(
            "rows = torch.randperm(num_rows, generator=torch.Generator().manual_seed(seed))\n"
            "    parts = rows.tensor_split(k)\n"
            "    for i in range(k):\n"
            "        yield torch.cat([p for j, p in enumerate(parts) if j != i]), parts[i]"
        ),
    },
}

WRONG = {
    "regression_scores": {
        "no root": (
            scores(
                "e = y_hat - y\n    return (e**2).mean(), abs(e).mean(), 1 - (e**2).sum() / ((y - y.mean()) ** 2).sum()"
            ),
            "over 3, then the root",
        ),
        "errors cancel": (
            scores(
                "e = y_hat - y\n    return (e**2).mean() ** 0.5, e.mean(), "
                "1 - (e**2).sum() / ((y - y.mean()) ** 2).sum()"
            ),
            "Absolute errors 1, 2, 0",
        ),
        "errors cancel, the other sign": (
            scores(
                "e = y - y_hat\n    return (e**2).mean() ** 0.5, e.mean(), "
                "1 - (e**2).sum() / ((y - y.mean()) ** 2).sum()"
            ),
            "Absolute errors 1, 2, 0",
        ),
        "spread of the predictions": (
            scores(
                "e = y_hat - y\n    return (e**2).mean() ** 0.5, abs(e).mean(), "
                "1 - (e**2).sum() / ((y_hat - y_hat.mean()) ** 2).sum()"
            ),
            "The targets lie",
        ),
        "one not subtracted": (
            scores(
                "e = y_hat - y\n    return (e**2).mean() ** 0.5, abs(e).mean(), "
                "(e**2).sum() / ((y - y.mean()) ** 2).sum()"
            ),
            "The targets lie",
        ),
        "mean over sum": (
            scores(
                "e = y_hat - y\n    return (e**2).mean() ** 0.5, abs(e).mean(), "
                "1 - (e**2).mean() / ((y - y.mean()) ** 2).sum()"
            ),
            "The targets lie",
        ),
        "only two": (
            scores("e = y_hat - y\n    return (e**2).mean() ** 0.5, abs(e).mean()"),
            "regression_scores",
        ),
    },
    "predict_prices": {
        "still a column": (prices("return predict(net, X) * net.y_std + net.y_mean"), "prices"),
        "standardised": (prices("return predict(net, X).squeeze(1)"), "The network says 0, 1 and 2"),
        "mean forgotten": (prices("return predict(net, X).squeeze(1) * net.y_std"), "prices is not right yet"),
        "order of the two": (
            prices("return (predict(net, X).squeeze(1) + net.y_mean) * net.y_std"),
            "The network says 0, 1 and 2",
        ),
        "divided": (
            prices("return predict(net, X).squeeze(1) / net.y_std + net.y_mean"),
            "The network says 0, 1 and 2",
        ),
        "with its graph": (prices("return net(X).squeeze(1) * net.y_std + net.y_mean"), "graph"),
    },
    "k_folds": {
        "not shuffled": (
            folds(
                "parts = np.array_split(np.arange(num_rows), k)\n"
                "    return [(np.concatenate(parts[:i] + parts[i + 1 :]), parts[i]) for i in range(k)]"
            ),
            "Shuffle first",
        ),
        "every third row": (
            folds("i = np.arange(num_rows)\n    return [(i[i % k != j], i[i % k == j]) for j in range(k)]"),
            "Shuffle first",
        ),
        "no seed": (
            folds(
                "parts = np.array_split(np.random.permutation(num_rows), k)\n"
                "    return [(np.concatenate(parts[:i] + parts[i + 1 :]), parts[i]) for i in range(k)]"
            ),
            "given the seed",
        ),
        "trains on all": (
            folds(
                "rows = np.random.default_rng(seed).permutation(num_rows)\n"
                "    return [(rows, part) for part in np.array_split(rows, k)]"
            ),
            "rows on both sides is not right yet",
        ),
        "the rest is lost": (
            folds(
                "rows = np.random.default_rng(seed).permutation(num_rows)\n    n = num_rows // k\n"
                "    return [(np.concatenate([rows[: i * n], rows[(i + 1) * n :]]), rows[i * n : (i + 1) * n])"
                " for i in range(k)]"
            ),
            "validations per row is not right yet",
        ),
        "a new draw per fold": (
            folds(
                "rng = np.random.default_rng(seed)\n    mixed = [rng.permutation(num_rows) for _ in range(k)]\n"
                "    return [(m[num_rows // k :], m[: num_rows // k]) for m in mixed]"
            ),
            "validations per row is not right yet",
        ),
        "sides exchanged": (
            folds(
                "parts = np.array_split(np.random.default_rng(seed).permutation(num_rows), k)\n"
                "    return [(parts[i], np.concatenate(parts[:i] + parts[i + 1 :])) for i in range(k)]"
            ),
            "validations per row is not right yet",
        ),
        "one fold": (
            folds(
                "rows = np.random.default_rng(seed).permutation(num_rows)\n"
                "    return [(rows[num_rows // k :], rows[: num_rows // k])]"
            ),
            "number of folds is not right yet",
        ),
    },
}
