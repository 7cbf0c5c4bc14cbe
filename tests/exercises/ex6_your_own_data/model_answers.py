"""Answers to the last three questions of ex6: right ones in other styles, and the usual mistakes with their hints."""

from tests.exercises.ex6_your_own_data.table_answers import changed

SLIP = """
def slip():
    return 5, 0.5
"""
REPAIRED = """
def repaired(km, kind, train):
    gap = km.isnan()
    known = km[train][~gap[train]]
    scaled = (km - known.mean()) / known.std()
    scaled[gap] = 0.0
    kinds = sorted({kind[row] for row in train})
    one_hot = [[float(k == name) for name in kinds] for k in kind]
    return torch.cat([scaled[:, None], gap[:, None].float(), torch.tensor(one_hot)], dim=1)
"""
WITHIN = """
def share_within(values, y):
    rows_of = {}
    for row, value in enumerate(values):
        if value != "":
            rows_of.setdefault(value, []).append(row)
    groups = [rows for rows in rows_of.values() if len(rows) > 1]
    rows = [row for group in groups for row in group]
    if len(rows) < 10:
        return 1.0
    within = sum(((y[group] - y[group].mean()) ** 2).sum() for group in groups)
    return (within / ((y[rows] - y[rows].mean()) ** 2).sum()).item()
"""
LEAKS = """
def find_leaks(columns, target, parts):
    y = columns[target]
    after, identifier = [], []
    for name, column in columns.items():
        if name == target:
            continue
        if isinstance(column, list):
            if share_within(column, y) <= 0.05:
                identifier.append(name)
        else:
            known = ~torch.isnan(column)
            if known.sum() >= 10 and rank_correlation(column[known], y[known]) >= 0.95:
                after.append(name)
    twins = []
    table = columns.values()
    rows = [tuple(str(c[i]) if isinstance(c, list) else str(c[i].item()) for c in table) for i in range(len(y))]
    for a, part in enumerate(parts):
        others = {rows[i] for b, other in enumerate(parts) if b != a for i in other}
        twins += [i for i in part if rows[i] in others]
    return {"after": after, "identifier": identifier, "twins": twins}
"""
SAVE = """
def save_checkpoint(path, model, recipe, y_train):
    first, last = model[0], model[2]
    torch.save(
        {
            "sizes": [first.in_features, first.out_features],
            "weights": model.state_dict(),
            "recipe": recipe,
            "baseline": float(y_train.mean()),
            "deviation": float(y_train.std()),
        },
        path,
    )
"""
PREDICT = """
def predict_from(path, columns):
    saved = torch.load(path, weights_only=True)
    inputs, hidden = saved["sizes"]
    model = nn.Sequential(nn.Linear(inputs, hidden), nn.ReLU(), nn.Linear(hidden, 1))
    model.load_state_dict(saved["weights"])
    model.eval()
    with torch.no_grad():
        y_hat = model(prepare(columns, saved["recipe"]))
    return (y_hat * saved["deviation"] + saved["baseline"]).squeeze(1)
"""

RIGHT = {
    "fault": {
        "one line changed": SLIP + REPAIRED,
        "a list, and a tensor": changed(SLIP, "5, 0.5", "[5, torch.tensor(0.5)]") + REPAIRED,
        "a lone number computed": changed(SLIP, "5, 0.5", "5, (1500 - 1500 * 200 / 250) / 600")
        + changed(REPAIRED, "known.mean()", "known.sum() / len(known)"),
        "nanmean": SLIP + changed(REPAIRED, "known.mean()", "km[train].nanmean()"),
    },
    "leaks": {
        "set by set": LEAKS + WITHIN,
        "Spearman by pandas": WITHIN
        + changed(
            LEAKS,
            "rank_correlation(column[known], y[known]) >= 0.95",
            "abs(pd.Series(column[known].numpy()).corr(pd.Series(y[known].numpy()), method='spearman')) >= 0.95",
        ),
        "all by pandas": """
def find_leaks(columns, target, parts):
    table = pd.DataFrame({n: c if isinstance(c, list) else c.numpy() for n, c in columns.items()})
    y = table[target]
    found = {"after": set(), "identifier": set(), "twins": set()}
    for name in table.columns.drop(target):
        column = table[name]
        if isinstance(columns[name], list):
            some = column[(column != "") & (column.groupby(column).transform("size") > 1)]
            part = y[some.index]
            within = part - part.groupby(some).transform("mean")
            if len(some) >= 10 and (within**2).mean() <= 0.05 * ((part - part.mean()) ** 2).mean():
                found["identifier"].add(name)
        elif column.count() >= 10 and column.nunique() > 1:
            known = column.dropna()
            if abs(known.rank().corr(y[known.index].rank())) >= 0.95:
                found["after"].add(name)
    part_of = {row: number for number, rows in enumerate(parts) for row in rows}
    inside = table.loc[sorted(part_of)].assign(part_of=lambda t: t.index.map(part_of))
    for _, group in inside.groupby(list(table.columns), dropna=False):
        if group["part_of"].nunique() > 1:
            found["twins"] |= set(group.index)
    return found
""",
        "tensors of twins": changed(LEAKS, '"twins": twins}', '"twins": torch.tensor(sorted(twins))}') + WITHIN,
    },
    "checkpoint": {
        "sizes saved": SAVE + PREDICT,
        "tensors in the file": changed(SAVE, "float(y_train.mean())", "y_train.mean()").replace(
            "float(y_train.std())", "y_train.std()"
        )
        + PREDICT,
        "weights by their names, no module": """
def save_checkpoint(path, model, recipe, y_train):
    W1, b1, W2, b2 = [p.detach().clone() for p in model.parameters()]
    content = dict(W1=W1, b1=b1, W2=W2, b2=b2, recipe=recipe, baseline=y_train.mean().item())
    content["std"] = y_train.std().item()
    with open(path, "wb") as file:
        torch.save(content, file)


def predict_from(path, columns):
    c = torch.load(str(path))
    hidden = torch.relu(prepare(columns, c["recipe"]) @ c["W1"].T + c["b1"])
    return (hidden @ c["W2"].T + c["b2"])[:, 0] * c["std"] + c["baseline"]
""",
    },
}
WRONG = {
    "fault": {
        "another line": (changed(SLIP, "5,", "6,") + REPAIRED, "line 6 does what it should"),
        "counted from 0": (changed(SLIP, "5,", "4,") + REPAIRED, "line 4 does what it should"),
        "the body counted": (changed(SLIP, "5,", "3,") + REPAIRED, "line 3 does what it should"),
        "no line": (
            changed(SLIP, "5,", "'mean = known.sum() / len(train)',") + REPAIRED,
            "wanted the number of a line",
        ),
        "only the line": (changed(SLIP, "5, 0.5", "5") + REPAIRED, "wanted two things"),
        "wrong sign": (changed(SLIP, "0.5", "-0.5") + REPAIRED, "the wrong sign"),
        "in kilometres": (changed(SLIP, "0.5", "300") + REPAIRED, "that is in kilometres"),
        "the factor": (changed(SLIP, "0.5", "0.8") + REPAIRED, "Which `mean` comes out"),
        "the share of gaps": (changed(SLIP, "0.5", "0.2") + REPAIRED, "Which `mean` comes out"),
        "nothing repaired": (
            SLIP
            + changed(REPAIRED, "known.mean()", "known.sum() / len(train)").replace("known.sum()", "(known.sum())"),
            "repaired",
        ),
        "mean of all rows": (SLIP + changed(REPAIRED, "known.mean()", "km.nanmean()"), "repaired"),
        "the gaps added": (SLIP + changed(REPAIRED, "known.mean()", "km[train].mean()"), "repaired"),
        "no return": (SLIP + changed(REPAIRED, "    return torch", "    torch"), "None"),
        "kinds forgotten": (SLIP + changed(REPAIRED, ", torch.tensor(one_hot)]", "]"), "repaired"),
        "calls the given one": (
            SLIP + "\ndef repaired(km, kind, train):\n    return prepare_jobs(km, kind, train)\n",
            "repaired",
        ),
        "typo": (SLIP + changed(REPAIRED, "scaled[gap] = 0.0", "scalde[gap] = 0.0"), "scalde"),
    },
    "leaks": {
        "no return": (changed(LEAKS, "    return {", "    {") + WITHIN, "None"),
        "a tuple": (
            changed(
                LEAKS,
                'return {"after": after, "identifier": identifier, "twins": twins}',
                "return after, identifier, twins",
            )
            + WITHIN,
            "wanted a dictionary",
        ),
        "the target itself": (changed(LEAKS, "if name == target:", "if False:") + WITHIN, "names the target itself"),
        "gaps not left out": (
            changed(LEAKS, "rank_correlation(column[known], y[known])", "rank_correlation(column, y)") + WITHIN,
            "does not name the column",
        ),
        "Pearson": (
            changed(
                LEAKS,
                "rank_correlation(column[known], y[known])",
                "torch.corrcoef(torch.stack([column[known], y[known]]))[0, 1].abs()",
            )
            + WITHIN,
            "does not name the column",
        ),
        "rising only": (
            changed(
                LEAKS,
                "rank_correlation(column[known], y[known])",
                "pd.Series(column[known].numpy()).corr(pd.Series(y[known].numpy()), method='spearman')",
            )
            + WITHIN,
            "does not name the column",
        ),
        "too lenient": (changed(LEAKS, "0.95", "0.6") + WITHIN, "wrongly"),
        "few rows will do": (changed(LEAKS, "known.sum() >= 10", "known.sum() >= 2") + WITHIN, "known in nine rows"),
        "more than ten": (
            changed(LEAKS, "known.sum() >= 10", "known.sum() > 10") + WITHIN,
            "in the ten rows where it is known",
        ),
        "single rows counted": (LEAKS + changed(WITHIN, "len(rows) > 1", "len(rows) > 0"), "wrongly"),
        "empty strings counted": (
            LEAKS + changed(WITHIN, '        if value != "":\n    ', "    "),
            "does not name the column",
        ),
        "few identifiers will do": (LEAKS + changed(WITHIN, "< 10", "< 2"), "too few to tell"),
        "any repeating identifier": (LEAKS + changed(WITHIN, "return (within", "return 0.0 * (within"), "wrongly"),
        "spread over all rows": (LEAKS + changed(WITHIN, "y[rows] - y[rows].mean()", "y - y.mean()"), "find_leaks"),
        "a gap is no twin": (changed(LEAKS, "str(c[i].item())", "c[i].item()") + WITHIN, "'twins' does not name"),
        "twins in the same part": (
            changed(LEAKS, "if b != a for i in other}", "for i in other}") + WITHIN,
            "'twins' names the row",
        ),
        "twins outside of train only": (
            changed(LEAKS, "for a, part in enumerate(parts):", "for a, part in list(enumerate(parts))[1:]:") + WITHIN,
            "'twins' does not name",
        ),
        "first part only": (
            changed(LEAKS, "if b != a for i in other}", "if b == 0 and b != a for i in other}") + WITHIN,
            "'twins' does not name",
        ),
        "the target decides": (
            changed(LEAKS, "table = columns.values()", "table = [columns[target]]") + WITHIN,
            "find_leaks",
        ),
        "the first column decides": (
            changed(LEAKS, "table = columns.values()", "table = list(columns.values())[:1]") + WITHIN,
            "'twins' names the row",
        ),
        "typo": (changed(LEAKS, "after.append(name)", "afetr.append(name)") + WITHIN, "afetr"),
        "hard-wired names": (
            "\ndef find_leaks(columns, target, parts):\n"
            "    return {'after': ['bill_eur'], 'identifier': ['tariff'], 'twins': []}\n",
            "find_leaks",
        ),
    },
    "checkpoint": {
        "the whole model": (
            changed(SAVE, '"weights": model.state_dict()', '"weights": model') + PREDICT,
            "weights_only=True",
        ),
        "no file": (changed(SAVE, "torch.save(", "dict(").replace("        path,\n", "") + PREDICT, "save_checkpoint"),
        "a fixed name": (
            changed(SAVE, "        path,\n", '        str(path).replace("model", "weights"),\n') + PREDICT,
            "there is no file",
        ),
        "no baseline": (
            changed(SAVE, '"baseline"', '"mean"') + changed(PREDICT, '"baseline"', '"mean"'),
            'there is no "baseline"',
        ),
        "the median": (
            changed(SAVE, "float(y_train.mean())", "float(y_train.median())") + PREDICT,
            '"baseline" is the mean',
        ),
        "NumPy": (changed(SAVE, "float(y_train.mean())", "np.float64(y_train.mean())") + PREDICT, "save_checkpoint"),
        "recipe from the notebook": (
            "\nKEPT = {}\n"
            + SAVE.replace("    first,", "    KEPT['recipe'] = recipe\n    first,")
            + changed(PREDICT, 'saved["recipe"]', "KEPT['recipe']"),
            "predict_from",
        ),
        "model from the notebook": (
            "\nKEPT = {}\n"
            + SAVE.replace("    first,", "    KEPT['model'] = model\n    first,")
            + changed(PREDICT, "model(prepare", "KEPT['model'](prepare"),
            "predict_from",
        ),
        "fresh weights": (
            SAVE + changed(PREDICT, '    model.load_state_dict(saved["weights"])\n', ""),
            "not what the model predicted",
        ),
        "standard units": (
            SAVE + changed(PREDICT, '(y_hat * saved["deviation"] + saved["baseline"])', "y_hat"),
            "not what the model predicted",
        ),
        "mean forgotten": (SAVE + changed(PREDICT, ' + saved["baseline"]', ""), "not what the model predicted"),
        "deviation by N": (
            changed(SAVE, "y_train.std()", "y_train.std(correction=0)") + PREDICT,
            "not what the model predicted",
        ),
        "no ReLU": (SAVE + changed(PREDICT, "nn.ReLU()", "nn.Identity()"), "not what the model predicted"),
        "(N, 1)": (SAVE + changed(PREDICT, ".squeeze(1)", ""), "squeeze"),
        "attached": (SAVE + changed(PREDICT, "with torch.no_grad():", "if True:"), "attached to the graph"),
        "fixed sizes": (SAVE + changed(PREDICT, 'saved["sizes"]', "12, 64"), "stopped by an error"),
        "prepared anew": (
            SAVE + changed(PREDICT, 'saved["recipe"]', "fit_recipe(columns, list(saved['recipe']['names']), range(2))"),
            "predict_from",
        ),
        "no return": (SAVE + changed(PREDICT, "    return (", "    ("), "None"),
        "typo": (SAVE + changed(PREDICT, "model.eval()", "modle.eval()"), "modle"),
    },
}
