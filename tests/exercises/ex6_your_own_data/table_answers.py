"""Answers to the first three questions of ex6: right ones in other styles, and the usual mistakes with their hints."""

TO_COLUMNS = """
def to_columns(raw, texts, missing):
    columns = {}
    for name in raw:
        cells = [cell.strip().lower() for cell in raw[name]]
        cells = [None if cell in missing else cell for cell in cells]
        try:
            if name in texts:
                raise ValueError
            columns[name] = torch.tensor([float("nan") if c is None else float(c) for c in cells])
        except ValueError:
            columns[name] = [c or "" for c in cells]
    return columns
"""
BY_GROUP = """
def split_by_group(groups, seed):
    names = list(dict.fromkeys(groups))
    random = np.random.default_rng(seed)
    random.shuffle(names)
    fifth = len(names) // 5
    valid, test = names[:fifth], names[fifth : 2 * fifth]
    train = names[2 * fifth :]
    return tuple([i for i, g in enumerate(groups) if g in part] for part in (train, valid, test))
"""
BY_TIME = """
def split_by_time(times, groups, valid_from, test_from):
    train = [i for i, t in enumerate(times) if t < valid_from]
    known = {groups[i] for i in train}
    valid = [i for i, t in enumerate(times) if valid_from <= t < test_from and groups[i] not in known]
    known |= {groups[i] for i in valid}
    test = [i for i, t in enumerate(times) if t >= test_from and groups[i] not in known]
    return train, valid, test
"""
FIT = """
def fit_recipe(columns, names, rows):
    recipe = {}
    for name in names:
        column = columns[name]
        if isinstance(column, list):
            recipe[name] = sorted(set(column[row] for row in rows))
        else:
            x = column[rows]
            x = x[x.isfinite()]
            mean, std = (x.mean().item() if len(x) else 0.0), 1.0
            if len(x) > 1 and x.max() > x.min():
                std = x.std().item()
            recipe[name] = (mean, std)
    return recipe
"""
PREPARE = """
def prepare(columns, recipe):
    parts = []
    for name, learned in recipe.items():
        column = columns[name]
        if isinstance(learned, tuple):
            mean, std = learned
            gap = torch.isnan(column)
            scaled = (column - mean) / std
            scaled[gap] = 0.0
            parts.append(torch.stack([scaled, gap.float()], dim=1))
        else:
            one_hot = torch.zeros(len(column), len(learned))
            for row, cell in enumerate(column):
                if cell in learned:
                    one_hot[row, learned.index(cell)] = 1.0
            parts.append(one_hot)
    return torch.cat(parts, dim=1)
"""


def changed(answer: str, old: str, new: str) -> str:
    """An answer with one place changed; the place exists."""
    assert old in answer, old
    return answer.replace(old, new)


RIGHT = {
    "to_columns": {
        "an error decides": TO_COLUMNS,
        "a tensor made first, filled later": """
def to_columns(raw, texts, missing):
    result = {}
    for name, column in raw.items():
        tidy = tuple("" if c.strip().lower() in missing else c.strip().lower() for c in column)
        result[name] = list(tidy)
        if name in texts:
            continue
        numbers = torch.full((len(tidy),), float("nan"))
        for row, cell in enumerate(tidy):
            if cell == "":
                continue
            try:
                numbers[row] = float(cell)
            except ValueError:
                break
        else:
            result[name] = numbers
    return result
""",
        "pandas": """
def to_columns(raw, texts, missing):
    columns = {}
    for name, column in raw.items():
        cells = pd.Series(column, dtype=object).str.strip().str.lower()
        cells[cells.isin(missing)] = ""
        numbers = pd.to_numeric(cells.where(cells != "", None), errors="coerce")
        if name not in texts and numbers.notna().sum() == (cells != "").sum():
            columns[name] = torch.from_numpy(numbers.to_numpy(dtype="float32").copy())
        else:
            columns[name] = cells.tolist()
    return columns
""",
    },
    "splits": {
        "numpy, in the order of appearance": BY_GROUP + BY_TIME,
        "tensors": """
def split_by_group(groups, seed):
    names, number = np.unique(groups, return_inverse=True)
    order = torch.randperm(len(names), generator=torch.Generator().manual_seed(seed))
    number = torch.from_numpy(number)
    fifth = len(names) // 5
    pieces = order[2 * fifth:], order[:fifth], order[fifth:2 * fifth]
    return tuple(torch.isin(number, piece).nonzero().flatten() for piece in pieces)
"""
        + BY_TIME,
        "python's own generator": """
def split_by_group(groups, seed):
    import random
    names = sorted(set(groups))
    random.Random(seed).shuffle(names)
    fifth = len(names) // 5
    of = {}
    for i, name in enumerate(names):
        of[name] = 1 if i < fifth else 2 if i < 2 * fifth else 0
    parts = [[], [], []]
    for row, group in enumerate(groups):
        parts[of[group]].append(row)
    return parts
"""
        + """
def split_by_time(times, groups, valid_from, test_from):
    parts, known = ([], [], []), {}
    for row in sorted(range(len(times)), key=lambda row: times[row]):
        part = (times[row] >= valid_from) + (times[row] >= test_from)
        if known.setdefault(groups[row], part) == part:
            parts[part].append(row)
    return parts
""",
    },
    "recipe": {
        "a tuple or a list per name": FIT + PREPARE,
        "a list of steps, with tensors": """
def fit_recipe(columns, names, rows):
    steps = []
    for name in names:
        if torch.is_tensor(columns[name]):
            x = columns[name][torch.as_tensor(rows)]
            x = x[~torch.isnan(x)]
            mean = x.mean() if x.numel() > 0 else torch.tensor(0.0)
            std = x.std() if x.numel() > 1 else torch.tensor(1.0)
            if (x == x[:1]).all():
                std = torch.tensor(1.0)
            steps.append([name, torch.stack([mean, std])])
        else:
            steps.append([name, sorted({columns[name][int(r)] for r in rows})])
    return {"steps": steps}


def prepare(columns, recipe):
    X = []
    for name, learned in recipe["steps"]:
        if torch.is_tensor(learned):
            X.append(torch.nan_to_num((columns[name] - learned[0]) / learned[1], nan=0.0))
            X.append(torch.isnan(columns[name]).to(torch.float32))
        else:
            X += [torch.tensor([1.0 if c == k else 0.0 for c in columns[name]]) for k in learned]
    return torch.stack(X).T
""",
        "row by row": changed(FIT, "return recipe", "return {'order': list(names), 'learned': recipe}")
        + """
def prepare(columns, recipe):
    rows = []
    for row in range(len(columns[recipe["order"][0]])):
        numbers = []
        for name in recipe["order"]:
            x, learned = columns[name][row], recipe["learned"][name]
            if isinstance(learned, tuple):
                x = float(x)
                numbers += [0.0, 1.0] if x != x else [(x - learned[0]) / learned[1], 0.0]
            else:
                numbers += [float(x == k) for k in learned]
        rows.append(numbers)
    return torch.tensor(rows)
""",
    },
}
WRONG = {
    "to_columns": {
        "unbound name": (changed(TO_COLUMNS, "cells = [None", "cels = [None"), "to_columns"),
        "no return": (changed(TO_COLUMNS, "    return columns\n", ""), "None"),
        "texts ignored": (changed(TO_COLUMNS, "if name in texts:", "if False:"), "its digits are a name"),
        "not stripped": (changed(TO_COLUMNS, "cell.strip().lower()", "cell.lower()"), "the cell"),
        "capitals kept": (changed(TO_COLUMNS, "cell.strip().lower()", "cell.strip()"), "the cell"),
        "gaps are zeros": (changed(TO_COLUMNS, 'float("nan") if c', "0.0 if c"), "NaN marks what is missing"),
        "None for a gap in text": (changed(TO_COLUMNS, 'c or ""', "c"), "a missing cell of text is an empty string"),
        "float64": (
            changed(TO_COLUMNS, "for c in cells])", "for c in cells], dtype=torch.float64)"),
            "wanted float32",
        ),
        "a list of floats": (changed(TO_COLUMNS, "= torch.tensor([float", "= list([float"), "wanted a tensor"),
        "words become gaps": (
            """
def to_columns(raw, texts, missing):
    columns = {}
    for name in raw:
        cells = ["" if c.strip().lower() in missing else c.strip().lower() for c in raw[name]]
        numbers = torch.from_numpy(pd.to_numeric(pd.Series(cells), errors="coerce").to_numpy("float32").copy())
        columns[name] = cells if name in texts or numbers.isnan().all() else numbers
    return columns
""",
            "came a",
        ),
        "the first cell decides": (
            """
def to_columns(raw, texts, missing):
    columns = {}
    for name in raw:
        cells = ["" if c.strip().lower() in missing else c.strip().lower() for c in raw[name]]
        known = [c for c in cells if c]
        if name not in texts and (not known or known[0].replace(".", "").replace("-", "").isdigit()):
            columns[name] = torch.tensor([float(c) if c else float("nan") for c in cells])
        else:
            columns[name] = cells
    return columns
""",
            "to_columns",
        ),
        "isdigit": (
            changed(
                TO_COLUMNS, "if name in texts:", "if name in texts or not all(c is None or c.isdigit() for c in cells):"
            ),
            "wanted a tensor",
        ),
        "in place": (
            changed(TO_COLUMNS, "        try:", "        raw[name] = [c or '' for c in cells]\n        try:"),
            "changed in place",
        ),
        "an empty column is text": (
            changed(TO_COLUMNS, "if name in texts:", "if name in texts or not any(cells):"),
            "wanted a tensor",
        ),
        "sorted names": (changed(TO_COLUMNS, "for name in raw", "for name in sorted(raw)"), "the order of the table"),
        "fixed marks": (changed(TO_COLUMNS, "cell in missing", 'cell in ("", "?", "n/a")'), "to_columns"),
    },
    "splits": {
        "no return": (changed(BY_GROUP, "    return tuple", "    tuple") + BY_TIME, "None"),
        "rows dealt out": (
            """
def split_by_group(groups, seed):
    order = torch.randperm(len(groups), generator=torch.Generator().manual_seed(seed)).tolist()
    fifth = len(groups) // 5
    return order[2 * fifth:], order[:fifth], order[fifth:2 * fifth]
"""
            + BY_TIME,
            "groups have rows in two parts",
        ),
        "sizes in rows": (
            """
def split_by_group(groups, seed):
    names = sorted(set(groups))
    np.random.default_rng(seed).shuffle(names)
    parts, wanted = ([], [], []), len(groups) // 5
    for name in names:
        rows = [i for i, g in enumerate(groups) if g == name]
        part = parts[1] if len(parts[1]) < wanted else parts[2] if len(parts[2]) < wanted else parts[0]
        part.extend(rows)
    return parts
"""
            + BY_TIME,
            "whatever their rows",
        ),
        "a set's order": (
            changed(BY_GROUP, "list(dict.fromkeys(groups))", "list(set(groups))") + BY_TIME,
            "each new process",
        ),
        "global numpy seed": (
            changed(BY_GROUP, "random = np.random.default_rng(seed)", "random = np.random; np.random.seed(seed)")
            + BY_TIME,
            "a global generator",
        ),
        "global torch seed": (
            """
def split_by_group(groups, seed):
    torch.manual_seed(seed)
    names = sorted(set(groups))
    names = [names[i] for i in torch.randperm(len(names))]
    fifth = len(names) // 5
    parts = names[2 * fifth:], names[:fifth], names[fifth:2 * fifth]
    return [[i for i, g in enumerate(groups) if g in part] for part in parts]
"""
            + BY_TIME,
            "a global generator",
        ),
        "no seed": (
            changed(BY_GROUP, "default_rng(seed)", "default_rng()") + BY_TIME,
            "the same seed gave other parts",
        ),
        "one seed": (changed(BY_GROUP, "default_rng(seed)", "default_rng(0)") + BY_TIME, "is `seed` used?"),
        "not shuffled": (changed(BY_GROUP, "    random.shuffle(names)\n", "") + BY_TIME, "is `seed` used?"),
        "only a rotation of the large part": (
            changed(BY_GROUP, "random.shuffle(names)", "random.shuffle(tail := names[2:]); names = [*tail, *names[:2]]")
            + BY_TIME,
            "some groups never came into the test part",
        ),
        "a minus slice": (
            changed(BY_GROUP, "names[2 * fifth :]", "names[: -2 * fifth]").replace("names[:fifth]", "names[-fifth:]")
            + BY_TIME,
            "split_by_group",
        ),
        "names instead of rows": (
            """
def split_by_group(groups, seed):
    names = sorted(set(groups))
    np.random.default_rng(seed).shuffle(names)
    fifth = len(names) // 5
    return names[2 * fifth:], names[:fifth], names[fifth:2 * fifth]
"""
            + BY_TIME,
            "wanted row numbers",
        ),
        "a limit belongs to the earlier part": (
            BY_GROUP + changed(BY_TIME, "t < valid_from", "t <= valid_from"),
            "a limit belongs to the later part",
        ),
        "torn in time": (
            BY_GROUP + changed(BY_TIME, " and groups[i] not in known]\n    return", "]\n    return"),
            "has rows in",
        ),
        "valid's groups forgotten": (
            BY_GROUP + changed(BY_TIME, "    known |= {groups[i] for i in valid}\n", ""),
            "has rows in",
        ),
        "known from rows left out, too": (
            BY_GROUP
            + changed(BY_TIME, "for i in valid}", "for i in range(len(times)) if times[i] < test_from}").replace(
                "times[i] < test_from}", "times[i] < test_from and i % 2}"
            ),
            "split_by_time",
        ),
        "known rows stay in train": (
            """
def split_by_time(times, groups, valid_from, test_from):
    first = {}
    for t, g in sorted(zip(times, groups)):
        first.setdefault(g, t)
    parts = [], [], []
    for i, g in enumerate(groups):
        parts[(first[g] >= valid_from) + (first[g] >= test_from)].append(i)
    return parts
"""
            + BY_GROUP,
            "another part's time",
        ),
        "no valid rows": (
            BY_GROUP + changed(BY_TIME, "return train, valid, test", "return train, [], test"),
            "not in valid, but wanted there",
        ),
    },
    "recipe": {
        "typo": (changed(FIT, "recipe[name] = (mean, std)", "recipe[name] = (maen, std)") + PREPARE, "maen"),
        "no return": (changed(FIT, "    return recipe\n", "") + PREPARE, "None"),
        "all rows": (changed(FIT, "x = column[rows]", "x = column") + PREPARE, "all rows were asked"),
        "categories of all rows": (
            changed(FIT, "for row in rows))", "for row in range(len(column))))") + PREPARE,
            "got the shape",
        ),
        "scaled by itself": (
            FIT
            + changed(
                PREPARE,
                "scaled = (column - mean) / std",
                "known = column[~gap]; scaled = (column - known.mean()) / known.std()",
            ),
            "prepare",
        ),
        "gaps as zeros in the mean": (
            changed(FIT, "x = x[x.isfinite()]", "x = x.nan_to_num(0.0)") + PREPARE,
            "prepare",
        ),
        "divided by N": (
            changed(FIT, "x.std().item()", "x.std(correction=0).item()") + PREPARE,
            "divided by the number of rows",
        ),
        "no indicator": (FIT + changed(PREPARE, "[scaled, gap.float()]", "[scaled]"), "got the shape"),
        "indicator turned round": (FIT + changed(PREPARE, "gap.float()", "1 - gap.float()"), "'missing'"),
        "gaps stay": (
            FIT + changed(PREPARE, "            scaled[gap] = 0.0\n", ""),
            "NaN or infinite",
        ),
        "fill before scaling": (
            FIT
            + changed(
                PREPARE, "scaled = (column - mean) / std", "scaled = (column.nan_to_num(0.0) - mean) / std"
            ).replace("            scaled[gap] = 0.0\n", ""),
            "'scaled'",
        ),
        "constant column": (
            changed(FIT, "if len(x) > 1 and x.max() > x.min():", "if len(x) > 1:") + PREPARE,
            "NaN or infinite",
        ),
        "std of one value": (
            changed(FIT, "if len(x) > 1 and x.max() > x.min():", "if len(x) == 0 or x.max() > x.min() or len(x) == 1:")
            + PREPARE,
            "prepare",
        ),
        "mean of nothing": (
            changed(FIT, "(x.mean().item() if len(x) else 0.0)", "x.mean().item()") + PREPARE,
            "NaN or infinite",
        ),
        "unknown category stops": (
            FIT
            + changed(
                PREPARE, "                if cell in learned:\n                    one_hot", "                one_hot"
            ),
            "stopped by an error",
        ),
        "categories as they come": (
            changed(FIT, "sorted(set(column[row] for row in rows))", "list(dict.fromkeys(column[row] for row in rows))")
            + PREPARE,
            "'categories'",
        ),
        "order of the table": (
            FIT
            + changed(
                PREPARE,
                "for name, learned in recipe.items():\n        column = columns[name]",
                "for name, column in columns.items():\n        if name not in recipe:\n            continue\n"
                "        learned = recipe[name]",
            ),
            "prepare",
        ),
        "a set in the recipe": (
            changed(FIT, "sorted(set(column[row] for row in rows))", "set(column[row] for row in rows)") + PREPARE,
            "holds a set",
        ),
        "NumPy in the recipe": (
            changed(FIT, "recipe[name] = (mean, std)", "recipe[name] = (np.float64(mean), std)") + PREPARE,
            "numpy.float64",
        ),
        "float64": (
            FIT + changed(PREPARE, "return torch.cat(parts, dim=1)", "return torch.cat(parts, dim=1).double()"),
            "wanted float32",
        ),
        "in place": (
            FIT + changed(PREPARE, "scaled = (column - mean) / std", "scaled = column.sub_(mean).div_(std)"),
            "changed in place",
        ),
        "empty string left out": (
            changed(FIT, "for row in rows))", "for row in rows if column[row]))") + PREPARE,
            "got the shape",
        ),
    },
}
