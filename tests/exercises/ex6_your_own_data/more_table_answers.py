# ruff: noqa: E501
"""More answers to the first three questions of ex6: right ones in other styles, and mistakes with their hints."""


def varied(source: str, *changes: tuple[str, str]) -> str:
    """The source with each change made, wherever it applies."""
    for old, new in changes:
        assert old in source, old
        source = source.replace(old, new)
    return source


COLUMNS = """def to_columns(raw, texts, missing):
    columns = {}
    for name, cells in raw.items():
        tidy = [cell.strip().lower() for cell in cells]
        gaps = [cell in missing for cell in tidy]
        known = [cell for cell, gap in zip(tidy, gaps) if not gap]
        if name not in texts and all(is_number(cell) for cell in known):
            values = [float("nan") if gap else float(cell) for cell, gap in zip(tidy, gaps)]
            columns[name] = torch.tensor(values, dtype=torch.float32)
        else:
            columns[name] = ["" if gap else cell for cell, gap in zip(tidy, gaps)]
    return columns


def is_number(cell):
    try:
        float(cell)
    except ValueError:
        return False
    return True
"""
BY_GROUP = """def split_by_group(groups, seed):
    names = sorted(set(groups))
    generator = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(names), generator=generator).tolist()
    names = [names[place] for place in order]
    fifth = len(names) // 5
    valid_names, test_names = set(names[:fifth]), set(names[fifth : 2 * fifth])
    train, valid, test = [], [], []
    for row, group in enumerate(groups):
        if group in valid_names:
            valid.append(row)
        elif group in test_names:
            test.append(row)
        else:
            train.append(row)
    return train, valid, test
"""
BY_TIME = """def split_by_time(times, groups, valid_from, test_from):
    rows = range(len(times))
    train = [row for row in rows if times[row] < valid_from]
    valid = [row for row in rows if valid_from <= times[row] < test_from]
    test = [row for row in rows if times[row] >= test_from]
    seen = {groups[row] for row in train}
    valid = [row for row in valid if groups[row] not in seen]
    seen = seen | {groups[row] for row in valid}
    test = [row for row in test if groups[row] not in seen]
    return train, valid, test
"""
RECIPE = """def fit_recipe(columns, names, rows):
    recipe = {"names": list(names), "columns": {}}
    for name in names:
        column = columns[name]
        if isinstance(column, torch.Tensor):
            known = column[rows]
            known = known[~known.isnan()]
            mean = known.mean().item() if len(known) else 0.0
            std = known.std().item() if len(known.unique()) > 1 else 1.0
            recipe["columns"][name] = (mean, std)
        else:
            recipe["columns"][name] = sorted({column[row] for row in rows})
    return recipe


def prepare(columns, recipe):
    outputs = []
    for name in recipe["names"]:
        column, learned = columns[name], recipe["columns"][name]
        if isinstance(learned, tuple):
            gap = column.isnan()
            scaled = (column - learned[0]) / learned[1]
            outputs.append(scaled.masked_fill(gap, 0.0))
            outputs.append(gap.float())
        else:
            for category in learned:
                outputs.append(torch.tensor([float(cell == category) for cell in column]))
    return torch.stack(outputs, dim=1)
"""
RIGHT = {
    "to_columns": {
        "loops": COLUMNS,
        "try whole column": """def to_columns(raw, texts, missing):
    out = {}
    for name in raw:
        cells = []
        for cell in raw[name]:
            cell = cell.strip(" ").lower()
            cells.append(None if cell in missing else cell)
        if name not in texts:
            try:
                out[name] = torch.tensor([float("nan") if c is None else float(c) for c in cells])
                continue
            except ValueError:
                pass
        out[name] = ["" if c is None else c for c in cells]
    return out
""",
        "numpy": """def to_columns(raw, texts, missing):
    result = dict()
    for name, cells in raw.items():
        tidy = np.char.lower(np.char.strip(np.array(cells, dtype=str)))
        gap = np.isin(tidy, list(missing))
        try:
            if name in texts:
                raise ValueError
            values = np.full(len(tidy), np.nan)
            values[~gap] = [float(str(cell)) for cell in tidy[~gap]]
            result[name] = torch.from_numpy(values.astype(np.float32))
        except ValueError:
            result[name] = [str(cell) for cell in np.where(gap, "", tidy)]
    return result
""",
        "pandas": """def to_columns(raw, texts, missing):
    def one(name, cells):
        s = pd.Series(cells, dtype=object).str.strip().str.lower()
        gap = s.isin(missing)
        if name not in texts and s[~gap].map(is_number).all():
            return torch.tensor([float(c) for c in s.where(~gap, "nan")], dtype=torch.float)
        return s.where(~gap, "").tolist()

    return {name: one(name, cells) for name, cells in raw.items()}


def is_number(cell):
    try:
        return isinstance(float(cell), float)
    except ValueError:
        return False
""",
        "class": """class Column:
    def __init__(self, cells, missing):
        self.cells = [c.lower().strip() for c in cells]
        self.missing = frozenset(missing)

    def numbers(self):
        return torch.FloatTensor([float("nan") if c in self.missing else float(c) for c in self.cells])

    def strings(self):
        return ["" if c in self.missing else c for c in self.cells]


def to_columns(raw, texts, missing):
    columns = {}
    for name, cells in raw.items():
        column = Column(cells, missing)
        if name in texts:
            columns[name] = column.strings()
            continue
        try:
            columns[name] = column.numbers()
        except ValueError:
            columns[name] = column.strings()
    return columns
""",
        "closure": """def to_columns(raw, texts, missing):
    def reader(as_number):
        def read(cell):
            cell = cell.strip().casefold()
            if cell in missing:
                return float("nan") if as_number else ""
            return float(cell) if as_number else cell
        return read

    def column(name):
        try:
            if name not in texts:
                return torch.tensor(list(map(reader(True), raw[name])), dtype=torch.float32)
        except ValueError:
            pass
        return list(map(reader(False), raw[name]))

    return dict(zip(raw, map(column, raw)))
""",
        "recursion": """def to_columns(raw, texts, missing, names=None):
    names = list(raw) if names is None else names
    if not names:
        return {}
    first, *rest = names
    cells = [c.strip().lower() for c in raw[first]]
    known = [c for c in cells if c not in missing]
    if first in texts or not all(map(is_number, known)):
        column = [c if c not in missing else "" for c in cells]
    else:
        column = torch.tensor([float(c) if c not in missing else torch.nan for c in cells])
    return {first: column} | to_columns(raw, texts, missing, rest)


def is_number(cell):
    try:
        float(cell)
        return True
    except ValueError:
        return False
""",
        "fill tensor": """def to_columns(raw, texts, missing):
    columns = {name: None for name in raw}
    for name in reversed(list(raw)):
        N = len(raw[name])
        numbers, strings, numeric = torch.full((N,), torch.nan), [""] * N, name not in texts
        for i in range(N):
            cell = raw[name][i].strip().lower()
            if cell in missing:
                continue
            strings[i] = cell
            try:
                numbers[i] = float(cell)
            except ValueError:
                numeric = False
        columns[name] = numbers if numeric else strings
    return columns
""",
        "one expression": """def is_number(cell):
    try:
        float(cell)
    except ValueError:
        return 0
    return 1


def to_columns(raw, texts, missing):
    tidy = {n: [None if c.strip().lower() in missing else c.strip().lower() for c in cs] for n, cs in raw.items()}
    return {
        n: [c or "" for c in cs]
        if n in texts or not all(is_number(c) for c in cs if c is not None)
        else torch.as_tensor([np.nan if c is None else float(c) for c in cs], dtype=torch.float32)
        for n, cs in tidy.items()
    }
""",
        "ordered dict": varied(
            COLUMNS, ("columns = {}", "from collections import OrderedDict\n    columns = OrderedDict()")
        ),
        "copies first": """import copy


def to_columns(raw, texts, missing):
    table = copy.deepcopy(raw)
    marks = set(missing)
    for name, cells in table.items():
        for i, cell in enumerate(cells):
            cells[i] = cell.strip().lower()
        ok = name not in set(texts)
        for cell in cells:
            if cell in marks:
                continue
            try:
                float(cell)
            except ValueError:
                ok = False
                break
        if ok:
            table[name] = torch.tensor([float("nan") if c in marks else float(c) for c in cells]).float()
        else:
            table[name] = ["" if c in marks else c for c in cells]
    return table
""",
        "stack of scalars": varied(
            COLUMNS,
            (
                "columns[name] = torch.tensor(values, dtype=torch.float32)",
                "columns[name] = torch.stack([torch.tensor(v).float() for v in values])",
            ),
        ),
    },
    "splits": {
        "torch": BY_GROUP + "\n\n" + BY_TIME,
        "random module": """import random


def split_by_group(groups, seed):
    names = sorted(set(groups))
    random.Random(seed).shuffle(names)
    k = len(names) // 5
    pieces = names[2 * k :], names[:k], names[k : 2 * k]
    return tuple([i for i, g in enumerate(groups) if g in piece] for piece in pieces)


def split_by_time(times, groups, valid_from, test_from):
    parts, seen = ([], [], []), [set(), set(), set()]
    place = [0 if t < valid_from else 1 if t < test_from else 2 for t in times]
    for g, p in zip(groups, place):
        seen[p].add(g)
    for row, (g, p) in enumerate(zip(groups, place)):
        if not any(g in seen[q] for q in range(p)):
            parts[p].append(row)
    return parts
""",
        "numpy tensors": """def split_by_group(groups, seed):
    names, codes = np.unique(np.array(groups), return_inverse=True)
    order = np.random.default_rng(seed).permutation(len(names))
    k = len(names) // 5
    cuts = order[2 * k :], order[:k], order[k : 2 * k]
    return [torch.from_numpy(np.flatnonzero(np.isin(codes, cut))) for cut in cuts]


def split_by_time(times, groups, valid_from, test_from):
    times, groups = np.array(times), np.array(groups)
    train = times < valid_from
    valid = (times >= valid_from) & (times < test_from) & ~np.isin(groups, groups[train])
    test = (times >= test_from) & ~np.isin(groups, groups[train | valid])
    return [torch.as_tensor(np.flatnonzero(mask), dtype=torch.int64) for mask in (train, valid, test)]
""",
        "hash order": """import hashlib


def split_by_group(groups, seed):
    key = lambda name: hashlib.sha256(f"{seed}/{name}".encode()).hexdigest()
    names = sorted(set(groups), key=key)
    n = len(names) // 5
    where = {name: 1 if i < n else 2 if i < 2 * n else 0 for i, name in enumerate(names)}
    parts = [[], [], []]
    for row, group in enumerate(groups):
        parts[where[group]].append(row)
    return tuple(parts)


def split_by_time(times, groups, valid_from, test_from):
    def part(time):
        return (time >= valid_from) + (time >= test_from)

    first = {}
    for time, group in zip(times, groups):
        first[group] = min(part(time), first.get(group, 2))
    parts = [[], [], []]
    for row, (time, group) in enumerate(zip(times, groups)):
        if part(time) == first[group]:
            parts[part(time)].append(row)
    return parts[0], parts[1], parts[2]
""",
        "pandas": """def split_by_group(groups, seed):
    table = pd.Series(groups)
    names = pd.Series(sorted(table.unique())).sample(frac=1, random_state=seed).tolist()
    n = len(names) // 5
    find = lambda some: table.index[table.isin(some)].tolist()
    return find(names[2 * n :]), find(names[:n]), find(names[n : 2 * n])


def split_by_time(times, groups, valid_from, test_from):
    df = pd.DataFrame({"t": times, "g": groups})
    df["p"] = [0 if t < valid_from else (1 if t < test_from else 2) for t in times]
    keep = df[df.p == df.groupby("g").p.transform("min")]
    return tuple(keep.index[keep.p == p].tolist() for p in range(3))
""",
        "first appearance order": varied(BY_GROUP, ("sorted(set(groups))", "list(dict.fromkeys(groups))"))
        + "\n\n"
        + BY_TIME,
        "random keys": """def split_by_group(groups, seed):
    rows_of = {}
    for row, group in enumerate(groups):
        rows_of.setdefault(group, []).append(row)
    keys = torch.rand(len(rows_of), generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    pieces = [list(rows_of.values())[i] for i in keys.argsort()]
    n = len(pieces) // 5
    flat = lambda some: torch.tensor([row for rows in some for row in rows], dtype=torch.int64)
    return flat(pieces[n:-n] if n else pieces), flat(pieces[:n]), flat(pieces[-n:] if n else [])


def split_by_time(times, groups, valid_from, test_from):
    order = sorted(range(len(times)), key=lambda row: times[row])
    owner, parts = {}, {"train": [], "valid": [], "test": []}
    for row in order:
        part = "train" if times[row] < valid_from else "valid" if times[row] < test_from else "test"
        if owner.setdefault(groups[row], part) == part:
            parts[part].append(row)
    return parts["train"], parts["valid"], parts["test"]
""",
        "random state choice": """def split_by_group(groups, seed):
    rng = np.random.RandomState(seed)
    names = sorted({*groups})
    k = len(names) // 5
    drawn = [str(name) for name in rng.choice(names, size=2 * k, replace=False)]
    valid = [i for i in range(len(groups)) if groups[i] in drawn[:k]]
    test = [i for i in range(len(groups)) if groups[i] in drawn[k:]]
    train = [i for i in range(len(groups)) if groups[i] not in drawn]
    return train, valid, test


def split_by_time(times, groups, valid_from, test_from):
    train, valid, test = [], [], []
    for i in range(len(times)):
        if times[i] < valid_from:
            train.append(i)
    train_groups = [groups[i] for i in train]
    for i in range(len(times)):
        if times[i] >= valid_from and times[i] < test_from and groups[i] not in train_groups:
            valid.append(i)
    both = train_groups + [groups[i] for i in valid]
    for i in range(len(times)):
        if times[i] >= test_from and groups[i] not in both:
            test.append(i)
    return train, valid, test
""",
        "class and shuffled rows": """class Dealer:
    def __init__(self, seed):
        self.rng = np.random.Generator(np.random.PCG64(seed))

    def deal(self, names):
        names = list(names)
        self.rng.shuffle(names)
        n = len(names) // 5
        return names[2 * n :], names[:n], names[n : 2 * n]


def split_by_group(groups, seed):
    dealer = Dealer(seed)
    parts = []
    for names in dealer.deal(sorted(set(groups))):
        rows = [row for row, group in enumerate(groups) if group in names]
        dealer.rng.shuffle(rows)
        parts.append(rows)
    return parts


def split_by_time(times, groups, valid_from, test_from):
    def deal(start, stop, banned):
        inside = lambda t: (start is None or not t < start) and (stop is None or t < stop)
        return [r for r, t in enumerate(times) if inside(t) and groups[r] not in banned]

    train = deal(None, valid_from, ())
    valid = deal(valid_from, test_from, {groups[r] for r in train})
    test = deal(test_from, None, {groups[r] for r in train + valid})
    return [train, valid, test]
""",
        "own generator recursion": """def shuffled(names, state):
    if len(names) <= 1:
        return names
    state = (6364136223846793005 * state + 1442695040888963407) % 2**64
    pick = (state >> 33) % len(names)
    return [names[pick]] + shuffled(names[:pick] + names[pick + 1 :], state)


def split_by_group(groups, seed):
    names = shuffled(sorted(set(groups)), seed * 7919 + 12345)
    n = len(names) // 5
    part = {name: "valid" for name in names[:n]} | {name: "test" for name in names[n : 2 * n]}
    of = lambda which: [i for i, g in enumerate(groups) if part.get(g, "train") == which]
    return of("train"), of("valid"), of("test")


def split_by_time(times, groups, valid_from, test_from):
    earliest = {}
    for time, group in zip(times, groups):
        earliest[group] = min(time, earliest.get(group, time))
    train = [i for i, t in enumerate(times) if t < valid_from]
    valid = [i for i, t in enumerate(times) if valid_from <= t < test_from and earliest[groups[i]] >= valid_from]
    test = [i for i, t in enumerate(times) if t >= test_from and earliest[groups[i]] >= test_from]
    return train, valid, test
""",
        "fork rng aside": varied(
            BY_GROUP,
            (
                "    generator = torch.Generator().manual_seed(seed)\n    order = torch.randperm(len(names), generator=generator).tolist()",
                "    generator = np.random.default_rng([seed, 4])\n    order = generator.permutation(len(names)).tolist()",
            ),
        )
        + "\n\n"
        + BY_TIME,
    },
    "recipe": {
        "base": RECIPE,
        "parallel lists": """def fit_recipe(columns, names, rows):
    kinds, learned = [], []
    for name in names:
        c = columns[name]
        if torch.is_tensor(c):
            x = [v for v in (c[r].item() for r in rows) if v == v]
            mu = sum(x) / len(x) if x else 0.0
            sigma = 1.0
            if len(set(x)) > 1:
                sigma = (sum((v - mu) ** 2 for v in x) / (len(x) - 1)) ** 0.5
            kinds.append("number")
            learned.append([mu, sigma])
        else:
            kinds.append("text")
            learned.append(sorted(set(c[r] for r in rows)))
    return {"names": list(names), "kinds": kinds, "learned": learned}


def prepare(columns, recipe):
    parts = []
    for name, kind, what in zip(recipe["names"], recipe["kinds"], recipe["learned"]):
        c = columns[name]
        if kind == "number":
            gap = torch.isnan(c)
            parts += [torch.where(gap, torch.zeros_like(c), (c - what[0]) / what[1])[:, None], gap.float()[:, None]]
        else:
            hot = torch.zeros(len(c), len(what))
            for i, cell in enumerate(c):
                if cell in what:
                    hot[i, what.index(cell)] = 1
            parts.append(hot)
    return torch.cat(parts, dim=1)
""",
        "numpy": """def fit_recipe(columns, names, rows):
    recipe = {}
    for name in names:
        if isinstance(columns[name], list):
            recipe[name] = ["text", *sorted({columns[name][r] for r in rows})]
            continue
        x = columns[name].numpy().astype(float)[np.array(rows, dtype=int)]
        x = x[~np.isnan(x)]
        mu = float(x.mean()) if x.size else 0.0
        sigma = float(x.std(ddof=1)) if x.size > 1 and np.ptp(x) > 0 else 1.0
        recipe[name] = ["number", mu, sigma]
    return recipe


def prepare(columns, recipe):
    blocks = []
    for name, (kind, *learned) in recipe.items():
        if kind == "text":
            blocks.append((np.array(columns[name], dtype=object)[:, None] == np.array(learned, dtype=object)).astype(float))
        else:
            x = columns[name].numpy().astype(float)
            blocks.append(np.stack([np.nan_to_num((x - learned[0]) / learned[1]), np.isnan(x)], axis=1))
    return torch.tensor(np.concatenate(blocks, axis=1), dtype=torch.float32)
""",
        "tensors in recipe": """def fit_recipe(columns, names, rows):
    recipe = {"order": tuple(names)}
    for name in names:
        if isinstance(columns[name], torch.Tensor):
            x = columns[name][torch.tensor(rows, dtype=torch.long)]
            x = x[x == x].double()
            mean = x.mean() if x.numel() > 0 else torch.tensor(0.0)
            std = x.std(correction=1) if x.numel() > 1 and x.min() < x.max() else torch.tensor(1.0)
            recipe["of " + name] = torch.stack([mean.double(), std.double()])
        else:
            recipe["of " + name] = {c: i for i, c in enumerate(sorted({columns[name][r] for r in rows}))}
    return recipe


def prepare(columns, recipe):
    out = []
    for name in recipe["order"]:
        of = recipe["of " + name]
        if isinstance(of, dict):
            places = torch.tensor([of.get(c, len(of)) for c in columns[name]])
            out.append(F.one_hot(places, len(of) + 1)[:, :-1].float())
        else:
            x = columns[name].double()
            out.append(torch.stack([((x - of[0]) / of[1]).nan_to_num(0.0), x.isnan()], 1).float())
    return torch.hstack(out)
""",
        "row by row": """def fit_recipe(columns, names, rows):
    steps = []
    for name in names:
        if isinstance(columns[name], torch.Tensor):
            known = columns[name][rows][~columns[name][rows].isnan()]
            if len(known) == 0:
                steps.append({"name": name, "mean": 0.0, "std": 1.0})
            elif len(known) == 1 or bool((known == known[0]).all()):
                steps.append({"name": name, "mean": known[0].item(), "std": 1.0})
            else:
                steps.append({"name": name, "mean": known.mean().item(), "std": known.std().item()})
        else:
            steps.append({"name": name, "categories": sorted(set([columns[name][i] for i in rows]))})
    return {"steps": steps}


def prepare(columns, recipe):
    table = []
    for row in range(len(next(iter(columns.values())))):
        inputs = []
        for step in recipe["steps"]:
            cell = columns[step["name"]][row]
            if "mean" in step:
                gap = bool(torch.isnan(cell))
                inputs += [0.0 if gap else (cell.item() - step["mean"]) / step["std"], float(gap)]
            else:
                inputs += [1.0 if cell == c else 0.0 for c in step["categories"]]
        table.append(inputs)
    return torch.tensor(table, dtype=torch.float32)
""",
        "classes with plain state": """class Numbers:
    def __init__(self, mean=0.0, std=1.0):
        self.mean, self.std = mean, std

    def fit(self, column, rows):
        known = [v for v in column[rows].tolist() if v == v]
        if known:
            self.mean = float(np.mean(known))
        if len(set(known)) >= 2:
            self.std = float(np.std(known, ddof=1))
        return {"mean": self.mean, "std": self.std}

    def __call__(self, column):
        gap = column.isnan()
        z = torch.zeros(len(column))
        z[~gap] = (column[~gap] - self.mean) / self.std
        return torch.stack([z, gap.float()], dim=1)


class Words:
    def __init__(self, words=()):
        self.words = words

    def fit(self, column, rows):
        return {"words": tuple(sorted({column[row] for row in rows}))}

    def __call__(self, column):
        return torch.tensor([[cell == w for w in self.words] for cell in column], dtype=torch.float32)


def fit_recipe(columns, names, rows):
    return {n: (Words if isinstance(columns[n], list) else Numbers)().fit(columns[n], rows) for n in names}


def prepare(columns, recipe):
    return torch.cat([(Words if "words" in of else Numbers)(**of)(columns[n]) for n, of in recipe.items()], dim=1)
""",
        "closure chain": """def fit_recipe(columns, names, rows):
    def numbers(x):
        x = x[rows]
        x = x[x.isfinite()]
        sigma = 1.0 if x.unique().numel() < 2 else x.std().item()
        return {"mu": 0.0 if not len(x) else x.mean().item(), "sigma": sigma}

    def words(x):
        return {"of": sorted(set(map(x.__getitem__, rows)))}

    return {"recipe": [(n, (numbers if torch.is_tensor(columns[n]) else words)(columns[n])) for n in names]}


def prepare(columns, recipe):
    def outputs():
        for name, r in recipe["recipe"]:
            if "of" in r:
                yield from (torch.Tensor([c == w for c in columns[name]]) for w in r["of"])
            else:
                yield ((columns[name] - r["mu"]) / r["sigma"]).nan_to_num(nan=0.0)
                yield columns[name].isnan().to(torch.float32)

    return torch.stack(list(outputs()), -1)
""",
        "pandas": """def fit_recipe(columns, names, rows):
    table = pd.DataFrame({n: c.tolist() if torch.is_tensor(c) else c for n, c in columns.items() if n in names})
    part = table.iloc[list(rows)]
    recipe = {"names": list(names), "means": {}, "stds": {}, "categories": {}}
    for n in names:
        if torch.is_tensor(columns[n]):
            known = part[n].dropna()
            recipe["means"][n] = float(known.mean()) if len(known) else 0.0
            recipe["stds"][n] = float(known.std()) if known.nunique() > 1 else 1.0
        else:
            recipe["categories"][n] = sorted(part[n].unique().tolist())
    return recipe


def prepare(columns, recipe):
    pieces = []
    for n in recipe["names"]:
        if n in recipe["means"]:
            s = pd.Series(columns[n].tolist(), dtype=float)
            pieces.append(((s - recipe["means"][n]) / recipe["stds"][n]).fillna(0))
            pieces.append(s.isna().astype(float))
        else:
            for c in recipe["categories"][n]:
                pieces.append(pd.Series([float(x == c) for x in columns[n]]))
    return torch.tensor(pd.concat(pieces, axis=1).to_numpy(), dtype=torch.float32)
""",
        "preallocated": """def fit_recipe(columns, names, rows):
    recipe, width = {}, 0
    for name in names:
        column = columns[name]
        if isinstance(column, list):
            cats = sorted(dict.fromkeys(column[i] for i in rows))
            recipe[name] = {"at": width, "cats": {c: width + j for j, c in enumerate(cats)}}
            width += len(cats)
        else:
            x = column[rows]
            mean = x.nanmean().nan_to_num(0.0).item()
            x = x[~x.isnan()]
            spread = len(x) > 1 and (x != x[0]).any().item()
            recipe[name] = {"at": width, "mean": mean, "scale": 1 / x.std().item() if spread else 1.0}
            width += 2
    recipe = {"columns": recipe, "width": width}
    return recipe


def prepare(columns, recipe):
    first = next(iter(recipe["columns"]))
    X = torch.zeros((len(columns[first]), recipe["width"]))
    for name, of in recipe["columns"].items():
        if "cats" in of:
            for i, cell in enumerate(columns[name]):
                if cell in of["cats"]:
                    X[i, of["cats"][cell]] = 1.0
        else:
            gap = columns[name].isnan()
            X[:, of["at"]] = ((columns[name] - of["mean"]) * of["scale"]).nan_to_num(0)
            X[:, of["at"] + 1] = gap
    return X
""",
        "fill with mean first": varied(
            RECIPE,
            (
                "            scaled = (column - learned[0]) / learned[1]\n            outputs.append(scaled.masked_fill(gap, 0.0))",
                "            filled = torch.where(gap, torch.full_like(column, learned[0]), column)\n            outputs.append((filled - learned[0]) / learned[1])",
            ),
        )
        if False
        else varied(RECIPE, ("(mean, std)", "(mean, std, None)")),
    },
}
WRONG = {
    "to_columns": {
        "lstrip only": (varied(COLUMNS, (".strip()", ".lstrip()")), "the cell"),
        "replace dot isdigit": (
            varied(COLUMNS, ("all(is_number(cell) for", "all(cell.replace('.', '', 1).isdigit() for")),
            "came a list, wanted a tensor: all that is not",
        ),
        "regex no exponent": (
            varied(
                COLUMNS, ("all(is_number(cell) for", "all(__import__('re').fullmatch(r'-?\\d+(\\.\\d+)?', cell) for")
            ),
            "came a list, wanted a tensor: all that is not",
        ),
        "coerce words": (
            """def to_columns(raw, texts, missing):
    columns = {}
    for name, cells in raw.items():
        tidy = [cell.strip().lower() for cell in cells]
        tidy = ["" if cell in missing else cell for cell in tidy]
        numbers = pd.to_numeric(pd.Series(tidy), errors="coerce")
        if name not in texts and numbers.notna().sum() > len(tidy) / 2:
            columns[name] = torch.tensor(numbers.values, dtype=torch.float32)
        else:
            columns[name] = tidy
    return columns
""",
            "came a tensor; not every cell of it is a number",
        ),
        "texts keep all": (
            varied(
                COLUMNS,
                (
                    "        tidy = ",
                    "        if name in texts:\n            columns[name] = list(cells)\n            continue\n        tidy = ",
                ),
            ),
            "the cell",
        ),
        "in place": (
            """def to_columns(raw, texts, missing):
    for name, cells in raw.items():
        for i in range(len(cells)):
            cells[i] = cells[i].strip().lower()
            if cells[i] in missing:
                cells[i] = ""
        if name not in texts and all(is_number(c) for c in cells if c):
            raw[name] = torch.tensor([float(c) if c else float("nan") for c in cells])
    return raw


def is_number(cell):
    try:
        float(cell)
    except ValueError:
        return False
    return True
""",
            "raw was changed in place: make new objects",
        ),
        "return in loop": (varied(COLUMNS, ("    return columns\n", "        return columns\n")), "wanted the columns"),
        "numbers first": (
            varied(
                COLUMNS,
                (
                    "return columns",
                    "return {k: v for k, v in columns.items() if isinstance(v, torch.Tensor)} | {k: v for k, v in columns.items() if isinstance(v, list)}",
                ),
            ),
            "wanted the order of the table",
        ),
        "first decides": (
            """def to_columns(raw, texts, missing):
    columns = {}
    for name, cells in raw.items():
        tidy = [cell.strip().lower() for cell in cells]
        known = [cell for cell in tidy if cell not in missing]
        if name not in texts and (not known or is_number(known[0])):
            columns[name] = torch.tensor([float(c) if c not in missing and is_number(c) else float("nan") for c in tidy])
        else:
            columns[name] = [c if c not in missing else "" for c in tidy]
    return columns


def is_number(cell):
    try:
        float(cell)
    except ValueError:
        return False
    return True
""",
            "came a tensor; not every cell of it is a number",
        ),
        "own marks": (
            varied(COLUMNS, ("cell in missing", 'cell in ["", "?", "n/a"]')),
            "wanted nan: NaN marks what is missing, and",
        ),
        "own texts": (
            varied(COLUMNS, ("name not in texts", 'name not in ["ticket", "date", "bike", "tariff"]')),
            "came a tensor; it is named in `texts`: its",
        ),
        "column shape": (varied(COLUMNS, ("dtype=torch.float32)", "dtype=torch.float32)[:, None]")), "came the shape"),
        "rows dropped": (
            varied(
                COLUMNS,
                (
                    '[float("nan") if gap else float(cell) for cell, gap in zip(tidy, gaps)]',
                    "[float(cell) for cell in known]",
                ),
            ),
            "came the shape",
        ),
        "whole numbers as int": (
            varied(
                COLUMNS,
                (
                    "            columns[name] = torch.tensor(values, dtype=torch.float32)\n",
                    "            columns[name] = torch.tensor(values, dtype=torch.float32)\n            if not any(gaps) and all(v == int(v) for v in values):\n                columns[name] = columns[name].long()\n",
                ),
            ),
            "came torch.int",
        ),
        "decimal comma": (
            varied(COLUMNS, ("cell.strip().lower()", 'cell.strip().lower().replace(",", ".")')),
            "came a tensor; not every cell of it is a number",
        ),
        "mark inside": (
            varied(COLUMNS, ("cell in missing", "any(mark in cell for mark in missing if mark) or cell in missing")),
            "the cell",
        ),
        "names tidied": (varied(COLUMNS, ("columns[name]", "columns[name.strip().lower()]")), "wanted the columns"),
        "default dict kept": (
            varied(
                COLUMNS, ("(raw, texts, missing):", "(raw, texts, missing, columns={}):"), ("    columns = {}\n", "")
            ),
            "wanted the columns",
        ),
        "rounded": (varied(COLUMNS, ("else float(cell) for", "else round(float(cell), 2) for")), "the cell"),
        "texts strip only": (
            varied(
                COLUMNS,
                (
                    "        tidy = [cell.strip().lower() for cell in cells]",
                    "        tidy = [cell.strip() if name in texts else cell.strip().lower() for cell in cells]",
                ),
            ),
            "the cell",
        ),
        "half precision": (varied(COLUMNS, ("dtype=torch.float32)", "dtype=torch.float16).float()")), "the cell"),
    },
    "splits": {
        "fresh seed each call": (
            varied(BY_GROUP, (".manual_seed(seed)", ""), ("    order", "    generator.seed()\n    order"))
            + "\n\n"
            + BY_TIME,
            "the same seed gave other parts: something else",
        ),
        "rotation only": (
            varied(
                BY_GROUP,
                (
                    "    names = [names[place] for place in order]\n",
                    "    names = names[seed % len(names) :] + names[: seed % len(names)]\n",
                ),
            )
            + "\n\n"
            + BY_TIME,
            "that two of ten groups can make: shuffle the",
        ),
        "at least one": (
            varied(BY_GROUP, ("len(names) // 5", "max(1, len(names) // 5)")) + "\n\n" + BY_TIME,
            "went to train, valid and test, wanted",
        ),
        "eighty percent": (
            """def split_by_group(groups, seed):
    names = sorted(set(groups))
    np.random.default_rng(seed).shuffle(names)
    a, b = int(0.6 * len(names)), int(0.8 * len(names))
    where = lambda some: [i for i, g in enumerate(groups) if g in some]
    return where(names[:a]), where(names[a:b]), where(names[b:])


"""
            + BY_TIME,
            "went to train, valid and test, wanted",
        ),
        "negative slice of zero": (
            """def split_by_group(groups, seed):
    names = sorted(set(groups))
    np.random.default_rng(seed).shuffle(names)
    n = len(names) // 5
    where = lambda some: [i for i, g in enumerate(groups) if g in some]
    return where(names[n:-n]), where(names[:n]), where(names[-n:])


"""
            + BY_TIME,
            "went to train, valid and test, wanted",
        ),
        "group names returned": (
            """def split_by_group(groups, seed):
    names = sorted(set(groups))
    np.random.default_rng(seed).shuffle(names)
    n = len(names) // 5
    return names[2 * n :], names[:n], names[n : 2 * n]


"""
            + BY_TIME,
            "numbers, whole numbers",
        ),
        "masks": (
            varied(
                BY_GROUP,
                (
                    "    return train, valid, test",
                    "    of = torch.arange(len(groups))\n    return [torch.isin(of, torch.tensor(part)) for part in (train, valid, test)]",
                ),
            )
            + "\n\n"
            + BY_TIME,
            "numbers, whole numbers",
        ),
        "hash mod": (
            """def split_by_group(groups, seed):
    train, valid, test = [], [], []
    for row, group in enumerate(groups):
        place = hash((group, seed)) % 5
        (valid if place == 0 else test if place == 1 else train).append(row)
    return train, valid, test


"""
            + BY_TIME,
            "went to train, valid and test, wanted",
        ),
        "sorts input": (
            varied(
                BY_GROUP,
                ("    names = sorted(set(groups))", "    groups.sort()\n    names = list(dict.fromkeys(groups))"),
            )
            + "\n\n"
            + BY_TIME,
            "groups was changed in place: make new objects",
        ),
        "one row per group": (
            varied(
                BY_GROUP,
                ("    for row, group in enumerate(groups):", "    for row, group in enumerate(dict.fromkeys(groups)):"),
            )
            + "\n\n"
            + BY_TIME,
            "rows are in no part",
        ),
        "index finds first": (
            varied(BY_GROUP, ("append(row)", "append(groups.index(group))")) + "\n\n" + BY_TIME,
            "stands there twice: in two parts, or twice in",
        ),
        "state kept": (
            "RNG = np.random.default_rng(0)\n\n\n"
            + varied(
                BY_GROUP,
                (
                    "    order = torch.randperm(len(names), generator=generator).tolist()",
                    "    order = RNG.permutation(len(names)).tolist()",
                ),
            )
            + "\n\n"
            + BY_TIME,
            "the same seed gave other parts: something else",
        ),
        "shuffles in fixed numpy legacy": (
            varied(BY_GROUP, ("torch.Generator().manual_seed(seed)", "torch.default_generator.manual_seed(seed)"))
            + "\n\n"
            + BY_TIME,
            "a global generator was seeded or used: make one",
        ),
        "time limit twice": (
            BY_GROUP + "\n\n" + varied(BY_TIME, ("< test_from", "<= test_from")),
            "a limit belongs to the later part",
        ),
        "time assumes order": (
            BY_GROUP
            + """

def split_by_time(times, groups, valid_from, test_from):
    from bisect import bisect_left
    a, b = bisect_left(times, valid_from), bisect_left(times, test_from)
    train, seen = list(range(a)), set(groups[:a])
    valid = [row for row in range(a, b) if groups[row] not in seen]
    seen |= {groups[row] for row in valid}
    return train, valid, [row for row in range(b, len(times)) if groups[row] not in seen]
""",
            "is in train, with limits at",
        ),
        "time reads in file order": (
            BY_GROUP
            + """

def split_by_time(times, groups, valid_from, test_from):
    train, valid, test = [], [], []
    in_train, in_valid = set(), set()
    for row, (time, group) in enumerate(zip(times, groups)):
        if time < valid_from:
            train.append(row)
            in_train.add(group)
        elif time < test_from:
            if group not in in_train:
                valid.append(row)
                in_valid.add(group)
        elif group not in in_train | in_valid:
            test.append(row)
    return train, valid, test
""",
            "a group of valid has rows in train, too",
        ),
        "time by rank of row in sorted": (
            BY_GROUP
            + """

def split_by_time(times, groups, valid_from, test_from):
    pairs = sorted(zip(times, groups))
    rows = range(len(pairs))
    train = [row for row in rows if pairs[row][0] < valid_from]
    seen = {pairs[row][1] for row in train}
    valid = [row for row in rows if valid_from <= pairs[row][0] < test_from and pairs[row][1] not in seen]
    seen |= {pairs[row][1] for row in valid}
    test = [row for row in rows if pairs[row][0] >= test_from and pairs[row][1] not in seen]
    return train, valid, test
""",
            "is in train, with limits at",
        ),
        "time leaves group out everywhere": (
            BY_GROUP
            + """

def split_by_time(times, groups, valid_from, test_from):
    part = [(t >= valid_from) + (t >= test_from) for t in times]
    of = {}
    for p, g in zip(part, groups):
        of.setdefault(g, set()).add(p)
    return [[i for i, (p, g) in enumerate(zip(part, groups)) if p == q and len(of[g]) == 1] for q in range(3)]
""",
            "Only rows whose group has an earlier part are",
        ),
        "time train loses groups": (
            BY_GROUP
            + """

def split_by_time(times, groups, valid_from, test_from):
    rows = range(len(times))
    test = [row for row in rows if times[row] >= test_from]
    seen = {groups[row] for row in test}
    valid = [row for row in rows if valid_from <= times[row] < test_from and groups[row] not in seen]
    seen |= {groups[row] for row in valid}
    train = [row for row in rows if times[row] < valid_from and groups[row] not in seen]
    return train, valid, test
""",
            "Only rows whose group has an earlier part are",
        ),
        "time month only": (
            BY_GROUP
            + "\n\n"
            + varied(
                BY_TIME,
                ("times[row]", "times[row][:7]"),
                ("    rows", "    valid_from, test_from = valid_from[:7], test_from[:7]\n    rows"),
            ),
            "Only rows whose group has an earlier part are",
        ),
        "time fixed dates": (
            BY_GROUP
            + "\n\n"
            + varied(BY_TIME, ("    rows", '    valid_from, test_from = "2025-03-01", "2025-05-01"\n    rows')),
            "Only rows whose group has an earlier part are",
        ),
        "time pops input": (
            BY_GROUP
            + "\n\n"
            + varied(BY_TIME, ("    return train, valid, test", "    times.sort()\n    return train, valid, test")),
            "times was changed in place: make new objects",
        ),
    },
    "recipe": {
        "std zero test": (
            varied(
                RECIPE,
                (
                    "            std = known.std().item() if len(known.unique()) > 1 else 1.0",
                    "            std = known.std().item() if len(known) > 1 else 1.0\n            std = std if std > 0 else 1.0",
                ),
            ),
            "its known values in the training rows are all",
        ),
        "std clamped": (
            varied(
                RECIPE,
                (
                    "known.std().item() if len(known.unique()) > 1 else 1.0",
                    "max(known.std().item(), 1e-6) if len(known) > 1 else 1.0",
                ),
            ),
            "numbers are right",
        ),
        "single value nan": (
            varied(
                RECIPE,
                (
                    "known.std().item() if len(known.unique()) > 1 else 1.0",
                    "known.std().item() if (known != known[:1]).any() or len(known) == 1 else 1.0",
                ),
            ),
            "some outputs are NaN or infinite: perhaps a gap",
        ),
        "none known nan": (
            varied(RECIPE, ("known.mean().item() if len(known) else 0.0", "known.mean().item()")),
            "some outputs are NaN or infinite: perhaps a gap",
        ),
        "gap output inverted": (
            varied(RECIPE, ("gap.float()", "(~gap).float()")),
            "numbers are right; the first that isn't, in",
        ),
        "gap output only if gaps": (
            varied(
                RECIPE,
                (
                    "            outputs.append(gap.float())",
                    "            if gap.any():\n                outputs.append(gap.float())",
                ),
            ),
            "two outputs per column of numbers, and one per",
        ),
        "first seen order": (
            varied(
                RECIPE, ("sorted({column[row] for row in rows})", "list(dict.fromkeys(column[row] for row in rows))")
            ),
            "numbers are right; the first that isn't, in",
        ),
        "unseen to last": (
            varied(
                RECIPE,
                (
                    "            for category in learned:\n                outputs.append(torch.tensor([float(cell == category) for cell in column]))",
                    "            places = torch.tensor([learned.index(cell) if cell in learned else -1 for cell in column])\n            outputs += list(torch.eye(len(learned))[places].T)",
                ),
            ),
            "numbers are right; the first that isn't, in",
        ),
        "unseen own output": (
            varied(
                RECIPE,
                (
                    "            for category in learned:",
                    "            outputs.append(torch.tensor([float(cell not in learned) for cell in column]))\n            for category in learned:",
                ),
            ),
            "two outputs per column of numbers, and one per",
        ),
        "unseen as empty": (
            varied(
                RECIPE,
                (
                    "            for category in learned:",
                    "            column = [cell if cell in learned else '' for cell in column]\n            for category in learned:",
                ),
            ),
            "numbers are right; the first that isn't, in",
        ),
        "own categories": (
            varied(RECIPE, ("for category in learned:", "for category in sorted(set(column)):")),
            "two outputs per column of numbers, and one per",
        ),
        "zip by position": (
            varied(
                RECIPE,
                (
                    '    for name in recipe["names"]:\n        column, learned = columns[name], recipe["columns"][name]',
                    '    for column, name in zip(columns.values(), recipe["names"]):\n        learned = recipe["columns"][name]',
                ),
            ),
            "object has no attribute",
        ),
        "flags at end": (
            varied(
                RECIPE,
                ("    outputs = []", "    outputs, flags = [], []"),
                ("outputs.append(gap.float())", "flags.append(gap.float())"),
                ("torch.stack(outputs, dim=1)", "torch.stack(outputs + flags, dim=1)"),
            ),
            "numbers are right; the first that isn't, in",
        ),
        "reshaped not transposed": (
            varied(RECIPE, ("torch.stack(outputs, dim=1)", "torch.stack(outputs).reshape(-1, len(outputs))")),
            "numbers are right",
        ),
        "squeezed": (
            varied(RECIPE, ("torch.stack(outputs, dim=1)", "torch.stack(outputs, dim=1).squeeze()")),
            "alone comes out otherwise than among others:",
        ),
        "functions in recipe": (
            varied(
                RECIPE,
                ("(mean, std)", "lambda x: (x - mean) / std"),
                ("isinstance(learned, tuple)", "callable(learned)"),
                ("(column - learned[0]) / learned[1]", "learned(column)"),
            ),
            "holds a function: tensors and plain Python",
        ),
        "global recipe": (
            "LEARNED = {}\n\n\n"
            + varied(
                RECIPE,
                (
                    'recipe["columns"][name] = (mean, std)',
                    'recipe["columns"][name] = ()\n            LEARNED[name] = (mean, std)',
                ),
                (
                    "scaled = (column - learned[0]) / learned[1]",
                    "scaled = (column - LEARNED[name][0]) / LEARNED[name][1]",
                ),
            ),
            "after another call of fit_recipe, the old",
        ),
        "fit fills in place": (
            varied(
                RECIPE,
                (
                    '            recipe["columns"][name] = (mean, std)',
                    '            recipe["columns"][name] = (mean, std)\n            column[column.isnan()] = mean',
                ),
            ),
            "columns was changed in place: make new objects",
        ),
        "names consumed": (
            varied(RECIPE, ("    return torch.stack", "    recipe['names'].clear()\n    return torch.stack")),
            "recipe was changed in place: make new objects",
        ),
        "batch zero column": (
            varied(
                RECIPE,
                (
                    "    return torch.stack(outputs, dim=1)",
                    "    X = torch.stack(outputs, dim=1)\n    return X[:, X.any(dim=0)]",
                ),
            ),
            "two outputs per column of numbers, and one per",
        ),
        "rounded recipe": (
            varied(RECIPE, ("(mean, std)", "(round(mean, 2), round(std, 2))")),
            "numbers are right; the first that isn't, in",
        ),
        "stale loop variable": (
            varied(
                RECIPE,
                (
                    'recipe["columns"][name] = sorted({column[row] for row in rows})',
                    'recipe["columns"][name] = sorted({columns[names[0]][row] for row in rows})',
                ),
            ),
            "two outputs per column of numbers, and one per",
        ),
    },
}
