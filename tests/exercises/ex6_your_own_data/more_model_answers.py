# ruff: noqa: E501
"""More answers to the last three questions of ex6: right ones in other styles, and mistakes with their hints."""

from tests.exercises.ex6_your_own_data.more_table_answers import varied

SLIP = """def slip():
    return 5, 0.5


"""
REPAIRED = """def repaired(km, kind, train):
    gap = km.isnan()
    known = km[train][~gap[train]]
    mean = known.mean()
    std = known.std()
    scaled = (km - mean) / std
    scaled[gap] = 0.0
    kinds = sorted({kind[row] for row in train})
    one_hot = [[float(k == name) for name in kinds] for k in kind]
    return torch.cat([scaled[:, None], gap[:, None].float(), torch.tensor(one_hot)], dim=1)
"""
LEAKS = """def find_leaks(columns, target, parts):
    y = columns[target]
    after, identifier = [], []
    for name, column in columns.items():
        if name == target:
            continue
        if isinstance(column, torch.Tensor):
            known = ~column.isnan()
            if known.sum() >= 10 and rank_correlation(column[known], y[known]) >= 0.95:
                after.append(name)
        else:
            share = share_within(column, y)
            if share is not None and share <= 0.05:
                identifier.append(name)
    part_of = {int(row): number for number, part in enumerate(parts) for row in part}
    seen = {}
    for row in part_of:
        key = tuple(str(c[row].item()) if isinstance(c, torch.Tensor) else c[row] for c in columns.values())
        seen.setdefault(key, []).append(row)
    twins = []
    for rows in seen.values():
        if len({part_of[row] for row in rows}) > 1:
            twins.extend(rows)
    return {"after": after, "identifier": identifier, "twins": twins}


def share_within(values, y):
    rows_of = {}
    for row, value in enumerate(values):
        if value:
            rows_of.setdefault(value, []).append(row)
    rows_of = {value: rows for value, rows in rows_of.items() if len(rows) > 1}
    rows = [row for some in rows_of.values() for row in some]
    if len(rows) < 10:
        return None
    within = sum((y[some] - y[some].mean()).square().sum().item() for some in rows_of.values())
    total = (y[rows] - y[rows].mean()).square().sum().item()
    return within / total
"""
CHECKPOINT = """def save_checkpoint(path, model, recipe, y_train):
    torch.save(
        {
            "weights": model.state_dict(),
            "sizes": [model[0].in_features, model[0].out_features],
            "recipe": recipe,
            "baseline": y_train.mean().item(),
            "std": y_train.std().item(),
        },
        path,
    )


def predict_from(path, columns):
    saved = torch.load(path, weights_only=True)
    inputs, hidden = saved["sizes"]
    model = nn.Sequential(nn.Linear(inputs, hidden), nn.ReLU(), nn.Linear(hidden, 1))
    model.load_state_dict(saved["weights"])
    with torch.no_grad():
        z = model(prepare(columns, saved["recipe"]))[:, 0]
    return z * saved["std"] + saved["baseline"]
"""
PREDICT = CHECKPOINT[CHECKPOINT.index("def predict_from") :]
SAVE = CHECKPOINT[: CHECKPOINT.index("def predict_from")]
RIGHT = {
    "fault": {
        "tuple": SLIP + REPAIRED,
        "list worked out": """def slip():
    wrong_mean = 200 / 250 * 1500
    return [5, (1500 - wrong_mean) / 600]


"""
        + varied(REPAIRED, ("known.mean()", "known.sum() / len(known)")),
        "line by inspect": """def slip():
    lines = inspect.getsource(prepare_jobs).splitlines()
    (number,) = [i for i, line in enumerate(lines, start=1) if "len(train)" in line]
    return number, 300 / 600


"""
        + varied(REPAIRED, ("known.mean()", "km[train].nanmean()")),
        "tensor": "def slip():\n    return torch.tensor([5.0, 0.5])\n\n\n" + REPAIRED,
        "named tuple": """from collections import namedtuple
from fractions import Fraction

Slip = namedtuple("Slip", "line average")


def slip():
    return Slip(line=5, average=Fraction(1, 2))


"""
        + REPAIRED,
        "twice prepare jobs": SLIP
        + """def repaired(km, kind, train):
    known = [row for row in train if not km[row].isnan()]
    numbers = prepare_jobs(km, kind, known)[:, :2]
    kinds = prepare_jobs(km, kind, train)[:, 2:]
    return torch.cat([numbers, kinds], dim=1)
""",
        "shift afterwards": SLIP
        + """def repaired(km, kind, train):
    X = prepare_jobs(km, kind, train)
    known = torch.tensor([row for row in train if not km[row].isnan()])
    has = ~km.isnan()
    X[has, 0] = X[has, 0] - X[known, 0].mean()
    return X
""",
        "with recipe functions": SLIP
        + """def repaired(km, kind, train):
    columns = {"km": km, "kind": kind}
    return prepare(columns, fit_recipe(columns, ["km", "kind"], train))
""",
        "numpy": "def slip():\n    return np.array([5, 0.5])\n\n\n"
        + """def repaired(km, kind, train):
    x = km.numpy().astype(np.float64)
    mean, std = np.nanmean(x[train]), np.nanstd(x[train], ddof=1)
    kinds = sorted(set(np.array(kind)[train].tolist()))
    hot = np.array(kind)[:, None] == np.array(kinds)
    first = np.nan_to_num((x - mean) / std)
    return torch.from_numpy(np.column_stack([first, np.isnan(x), hot])).float()
""",
        "loops": """def slip():
    line = 5
    average = 0.5
    return line, average


def repaired(km, kind, train):
    known = [km[i].item() for i in train if not torch.isnan(km[i])]
    mean = sum(known) / len(known)
    std = (sum((x - mean) ** 2 for x in known) / (len(known) - 1)) ** 0.5
    kinds = []
    for i in train:
        if kind[i] not in kinds:
            kinds.append(kind[i])
    kinds.sort()
    rows = []
    for x, k in zip(km.tolist(), kind):
        row = [0.0, 1.0] if x != x else [(x - mean) / std, 0.0]
        rows.append(row + [1.0 if k == name else 0.0 for name in kinds])
    return torch.tensor(rows)
""",
        "numpy numbers": "def slip():\n    return np.int64(5), torch.tensor(0.5)\n\n\n" + REPAIRED,
        "patched source": SLIP
        + """_source = inspect.getsource(prepare_jobs).replace("len(train)", "len(known)")
exec(_source.replace("def prepare_jobs", "def repaired"))
""",
    },
    "leaks": {
        "base": LEAKS,
        "pandas": """def find_leaks(columns, target, parts):
    table = pd.DataFrame({n: c.tolist() if torch.is_tensor(c) else c for n, c in columns.items()})
    leaks = {"after": [], "identifier": [], "twins": []}
    for name in table.columns.drop(target):
        if torch.is_tensor(columns[name]):
            both = table[[name, target]].dropna()
            if len(both) >= 10 and both[name].nunique() > 1:
                if rank_correlation(torch.tensor(both[name].values), torch.tensor(both[target].values)) >= 0.95:
                    leaks["after"].append(name)
        else:
            some = table[table[name] != ""]
            some = some[some.groupby(name)[target].transform("size") >= 2]
            if len(some) >= 10:
                own = some.groupby(name)[target].transform("mean")
                within = ((some[target] - own) ** 2).mean()
                if within <= 0.05 * ((some[target] - some[target].mean()) ** 2).mean():
                    leaks["identifier"].append(name)
    table["part"] = -1
    for number, part in enumerate(parts):
        table.loc[list(part), "part"] = number
    inside = table[table.part >= 0]
    others = [n for n in table.columns if n != "part"]
    count = inside.groupby(others, dropna=False).part.transform("nunique")
    leaks["twins"] = inside.index[count > 1].tolist()
    return leaks
""",
        "all pairs": """def find_leaks(columns, target, parts):
    y = columns[target]

    def cell(column, row):
        value = column[row]
        return value if isinstance(value, str) else (None if value != value else value.item())

    table = [[cell(c, r) for c in columns.values()] for r in range(len(y))]
    twins = []
    for i, part in enumerate(parts):
        for row in part:
            for j, other in enumerate(parts):
                if i != j and any(table[row] == table[r] for r in other):
                    twins.append(row)
                    break
    after = []
    for name in columns:
        x = columns[name]
        if name != target and isinstance(x, torch.Tensor):
            known = torch.nonzero(~torch.isnan(x)).flatten()
            if len(known) < 10 or (x[known] == x[known][0]).all():
                continue
            if rank_correlation(x[known], y[known]) >= 0.95:
                after.append(name)
    identifier = [n for n, c in columns.items() if isinstance(c, list) and tells(c, y)]
    return dict(after=after, identifier=identifier, twins=twins)


def tells(values, y):
    rows = [i for i, v in enumerate(values) if v != "" and values.count(v) >= 2]
    if len(rows) < 10:
        return False
    overall = y[rows].mean()
    inner = outer = 0.0
    for i in rows:
        own = y[[j for j in rows if values[j] == values[i]]].mean()
        inner += float((y[i] - own) ** 2)
        outer += float((y[i] - overall) ** 2)
    return inner / len(rows) <= 0.05 * (outer / len(rows))
""",
        "spearman pandas": varied(
            LEAKS,
            (
                "rank_correlation(column[known], y[known]) >= 0.95",
                "abs(pd.Series(column[known].numpy()).corr(pd.Series(y[known].numpy()), method='spearman')) >= 0.95",
            ),
        ),
        "numpy codes": """def find_leaks(columns, target, parts):
    y = columns[target].double().numpy()
    leaks = {"after": [], "identifier": []}
    for name, column in columns.items():
        if isinstance(column, list):
            values, code, count = np.unique(column, return_inverse=True, return_counts=True)
            use = (count[code] >= 2) & (np.array(column) != "")
            if use.sum() >= 10:
                sums = np.bincount(code[use], weights=y[use], minlength=len(values))
                own = sums / np.maximum(np.bincount(code[use], minlength=len(values)), 1)
                inner = np.mean((y[use] - own[code[use]]) ** 2)
                if inner <= 0.05 * y[use].var():
                    leaks["identifier"].append(name)
        elif name != target:
            known = ~column.isnan()
            if int(known.sum()) >= 10 and rank_correlation(column[known], columns[target][known]) >= 0.95:
                leaks["after"].append(name)
    keys = list(zip(*[map(repr, c.tolist()) if torch.is_tensor(c) else c for c in columns.values()]))
    sets = [{keys[row] for row in part} for part in parts]
    leaks["twins"] = [
        row
        for place, part in enumerate(parts)
        for row in part
        if any(keys[row] in other for number, other in enumerate(sets) if number != place)
    ]
    return leaks
""",
        "class": """class Detective:
    def __init__(self, columns, target, parts):
        self.columns, self.y, self.target, self.parts = columns, columns[target], target, parts

    def after(self):
        for name, x in self.columns.items():
            if name == self.target or not torch.is_tensor(x):
                continue
            known = x == x
            if known.sum().item() > 9 and not rank_correlation(x[known], self.y[known]) < 0.95:
                yield name

    def identifier(self):
        for name, x in self.columns.items():
            if torch.is_tensor(x):
                continue
            groups = {}
            for value, y in zip(x, self.y.tolist()):
                groups.setdefault(value, []).append(y)
            groups.pop("", None)
            groups = [ys for ys in groups.values() if len(ys) > 1]
            flat = sum(groups, [])
            if len(flat) < 10:
                continue
            inner = sum(np.var(ys) * len(ys) for ys in groups)
            if inner <= 0.05 * np.var(flat) * len(flat):
                yield name

    def twins(self):
        table = list(zip(*(c.nan_to_num(nan=-1e30).tolist() if torch.is_tensor(c) else c for c in self.columns.values())))
        where = {}
        for number, part in enumerate(self.parts):
            for row in part:
                where.setdefault(table[row], set()).add(number)
        return sorted(row for part in self.parts for row in part if len(where[table[row]]) > 1)


def find_leaks(columns, target, parts):
    d = Detective(columns, target, parts)
    return {"twins": d.twins(), "identifier": list(d.identifier()), "after": list(d.after())}
""",
        "recursive closures": """def find_leaks(columns, target, parts):
    y = columns[target]

    def collect(names):
        if not names:
            return [], []
        after, identifier = collect(names[1:])
        name = names[0]
        if name != target and torch.is_tensor(columns[name]) and is_after(columns[name]):
            after = [name] + after
        if isinstance(columns[name], list) and is_identifier(columns[name]):
            identifier = [name] + identifier
        return after, identifier

    def is_after(x):
        has = torch.isfinite(x)
        return has.sum() >= 10 and rank_correlation(x[has], y[has]) >= 0.95

    def is_identifier(values):
        import collections
        counts = collections.Counter(v for v in values if v)
        rows = torch.tensor([i for i, v in enumerate(values) if counts[v] > 1], dtype=torch.long)
        if len(rows) < 10:
            return False
        own = torch.stack([y[[j for j in rows.tolist() if values[j] == values[i]]].mean() for i in rows.tolist()])
        return F.mse_loss(own, y[rows]) <= 0.05 * F.mse_loss(y[rows].mean().expand(len(rows)), y[rows])

    after, identifier = collect(list(columns))
    text = {n: [repr(v) for v in (c.tolist() if torch.is_tensor(c) else c)] for n, c in columns.items()}
    rows = ["\\x00".join(col[i] for col in text.values()) for i in range(len(y))]
    twins = []
    for a in range(3):
        elsewhere = {rows[i] for b in range(3) if b != a for i in parts[b]}
        twins += [i for i in parts[a] if rows[i] in elsewhere]
    return {"after": after, "identifier": identifier, "twins": twins}
""",
        "matrix of codes": varied(
            LEAKS,
            (
                """    part_of = {int(row): number for number, part in enumerate(parts) for row in part}
    seen = {}
    for row in part_of:
        key = tuple(str(c[row].item()) if isinstance(c, torch.Tensor) else c[row] for c in columns.values())
        seen.setdefault(key, []).append(row)
    twins = []
    for rows in seen.values():
        if len({part_of[row] for row in rows}) > 1:
            twins.extend(rows)
""",
                """    coded = [pd.factorize(pd.Series(c.tolist() if torch.is_tensor(c) else c), use_na_sentinel=False)[0] for c in columns.values()]
    _, code = np.unique(np.stack(coded, 1), axis=0, return_inverse=True)
    code = code.reshape(-1)
    part = np.full(len(y), -1)
    for number, rows in enumerate(parts):
        part[list(rows)] = number
    twins = [int(r) for r in range(len(y)) if part[r] >= 0 and ((code == code[r]) & (part >= 0) & (part != part[r])).any()]
""",
            ),
        ),
        "share with scatter": varied(
            LEAKS,
            (
                LEAKS[LEAKS.index("def share_within") :],
                """def share_within(values, y):
    names = sorted(set(values) - {""})
    code = torch.tensor([names.index(v) if v else len(names) for v in values])
    count = torch.bincount(code, minlength=len(names) + 1)
    use = (count[code] > 1) & (code < len(names))
    if use.sum() < 10:
        return None
    code, y = code[use], y[use].double()
    sums = torch.zeros(len(names) + 1, dtype=torch.float64).index_add(0, code, y)
    within = (y - sums[code] / count[code]).square().mean()
    return within / (y - y.mean()).square().mean()
""",
            ),
        ),
        "masked ranks own": varied(
            LEAKS,
            (
                "rank_correlation(column[known], y[known]) >= 0.95",
                "abs(np.corrcoef(pd.Series(column[known].tolist()).rank(), pd.Series(y[known].tolist()).rank())[0, 1]) >= 0.95",
            ),
            ("known.sum() >= 10 and ", "known.sum() >= 10 and column[known].min() < column[known].max() and "),
        ),
    },
    "checkpoint": {
        "base": CHECKPOINT,
        "shapes from weights": varied(
            CHECKPOINT,
            ('            "sizes": [model[0].in_features, model[0].out_features],\n', ""),
            ('    inputs, hidden = saved["sizes"]', '    hidden, inputs = saved["weights"]["0.weight"].shape'),
        ),
        "by hand": """def save_checkpoint(path, model, recipe, y_train):
    W1, b1, W2, b2 = [p.detach().clone() for p in model.parameters()]
    torch.save(dict(W1=W1, b1=b1, W2=W2, b2=b2, recipe=recipe, baseline=float(y_train.mean()), scale=float(y_train.std())), path)


def predict_from(path, columns):
    c = torch.load(path, weights_only=True)
    X = prepare(columns, c["recipe"])
    hidden = (X @ c["W1"].T + c["b1"]).clamp(min=0)
    return (hidden @ c["W2"].T + c["b2"]).flatten() * c["scale"] + c["baseline"]
""",
        "scale folded in": """import copy


def save_checkpoint(path, model, recipe, y_train):
    scaled = copy.deepcopy(model)
    with torch.no_grad():
        scaled[2].weight *= y_train.std()
        scaled[2].bias.mul_(y_train.std()).add_(y_train.mean())
    torch.save({"state": scaled.state_dict(), "recipe": recipe, "baseline": y_train.mean().item()}, path)


def predict_from(path, columns):
    file = torch.load(path, weights_only=True)
    state = file["state"]
    with torch.inference_mode():
        h = F.relu(F.linear(prepare(columns, file["recipe"]), state["0.weight"], state["0.bias"]))
        return F.linear(h, state["2.weight"], state["2.bias"]).squeeze(1)
""",
        "plain lists": """def save_checkpoint(path, model, recipe, y_train):
    lists = {name: values.tolist() for name, values in model.state_dict().items()}
    mean = sum(y_train.tolist()) / len(y_train)
    std = (sum((y - mean) ** 2 for y in y_train.tolist()) / (len(y_train) - 1)) ** 0.5
    torch.save({"lists": lists, "recipe": recipe, "baseline": mean, "std": std}, path)


def predict_from(path, columns):
    saved = torch.load(path, weights_only=True)
    state = {name: torch.tensor(values) for name, values in saved["lists"].items()}
    hidden, inputs = state["0.weight"].shape
    model = nn.Sequential(nn.Linear(inputs, hidden), nn.ReLU(), nn.Linear(hidden, 1))
    model.load_state_dict(state)
    y = model(prepare(columns, saved["recipe"])).detach().reshape(-1)
    return y.mul(saved["std"]).add(saved["baseline"])
""",
        "json recipe nested": """def save_checkpoint(path, model, recipe, y_train):
    checkpoint = {"baseline": y_train.double().mean().item()}
    checkpoint["network"] = {"D": model[0].weight.shape[1], "H": model[2].weight.shape[1]}
    checkpoint["network"]["state"] = {k: v.clone() for k, v in model.state_dict().items()}
    checkpoint["target"] = (y_train.mean(), y_train.std())
    checkpoint["recipe"] = recipe
    with open(path, "wb") as f:
        torch.save(checkpoint, f)


def predict_from(path, columns):
    with open(path, "rb") as f:
        checkpoint = torch.load(f, weights_only=True, map_location="cpu")
    net = checkpoint["network"]
    model = nn.Sequential(nn.Linear(net["D"], net["H"]), nn.ReLU(), nn.Linear(net["H"], 1))
    model.load_state_dict(net["state"])
    model.requires_grad_(False)
    model.eval()
    mean, std = checkpoint["target"]
    return mean + std * model(prepare(columns, checkpoint["recipe"])).squeeze(-1)
""",
        "class wrapper": """class Predictor(nn.Module):
    def __init__(self, state):
        super().__init__()
        self.first = nn.Linear(*reversed(state["0.weight"].shape))
        self.second = nn.Linear(*reversed(state["2.weight"].shape))
        for layer, number in ((self.first, 0), (self.second, 2)):
            layer.load_state_dict({"weight": state[f"{number}.weight"], "bias": state[f"{number}.bias"]})

    def forward(self, X):
        return self.second(torch.relu(self.first(X)))


def save_checkpoint(path, model, recipe, y_train):
    torch.save({"state": dict(model.state_dict()), "recipe": recipe, "baseline": y_train.mean().item(), "sd": y_train.std().item()}, str(path))


@torch.no_grad()
def predict_from(path, columns):
    file = torch.load(str(path), weights_only=True)
    return Predictor(file["state"])(prepare(columns, file["recipe"]))[..., 0] * file["sd"] + file["baseline"]
""",
        "row by row": SAVE
        + """

def predict_from(path, columns):
    saved = torch.load(path, weights_only=True)
    w = saved["weights"]
    out = []
    for x in prepare(columns, saved["recipe"]):
        h = torch.relu(w["0.weight"] @ x + w["0.bias"])
        out.append((w["2.weight"][0] @ h + w["2.bias"][0]).item() * saved["std"] + saved["baseline"])
    return torch.tensor(out, dtype=torch.float32)
""",
        "functional call on meta": SAVE
        + """

def predict_from(path, columns):
    saved = torch.load(path, weights_only=True)
    D, H = saved["sizes"]
    with torch.device("meta"):
        skeleton = nn.Sequential(nn.Linear(D, H), nn.ReLU(), nn.Linear(H, 1))
    z = torch.func.functional_call(skeleton, saved["weights"], (prepare(columns, saved["recipe"]),))
    return (z.detach()[:, 0] * saved["std"] + saved["baseline"]).float()
""",
        "numpy inside": SAVE
        + """

def predict_from(path, columns):
    saved = torch.load(path, weights_only=True)
    w = {name: value.numpy().astype(np.float64) for name, value in saved["weights"].items()}
    X = prepare(columns, saved["recipe"]).numpy()
    h = np.maximum(X @ w["0.weight"].T + w["0.bias"], 0)
    z = (h @ w["2.weight"].T + w["2.bias"])[:, 0]
    return torch.tensor(z * saved["std"] + saved["baseline"], dtype=torch.float32)
""",
        "bytes and extra": """import io


def save_checkpoint(path, model, recipe, y_train):
    checkpoint = {**{f"model.{k}": v for k, v in model.state_dict().items()}, "recipe": recipe}
    checkpoint |= {"baseline": torch.mean(y_train).item(), "std": torch.std(y_train).item(), "version": torch.__version__.split("+")[0]}
    buffer = io.BytesIO()
    torch.save(checkpoint, buffer)
    Path(path).write_bytes(buffer.getvalue())


def predict_from(path, columns):
    checkpoint = torch.load(io.BytesIO(Path(path).read_bytes()), weights_only=True)
    state = {k.removeprefix("model."): v for k, v in checkpoint.items() if k.startswith("model.")}
    X = prepare(columns, checkpoint["recipe"])
    model = nn.Sequential(nn.LazyLinear(len(state["0.bias"])), nn.ReLU(), nn.LazyLinear(1))
    with torch.no_grad():
        model(X)
        model.load_state_dict(state)
        return model(X).view(len(X)) * checkpoint["std"] + checkpoint["baseline"]
""",
    },
}
WRONG = {
    "fault": {
        "swapped": ("def slip():\n    return 0.5, 5\n\n\n" + REPAIRED, "wanted the number of a line, an int, got"),
        "mean too small": (
            "def slip():\n    return 5, 1200\n\n\n" + REPAIRED,
            "that is `mean`: how far are the rows from it,",
        ),
        "wrong way share": (
            "def slip():\n    return 5, (1500 - 1500 * 250 / 200) / 600\n\n\n" + REPAIRED,
            "and running the program gives another number.",
        ),
        "three things": (
            "def slip():\n    return 5, 0.5, 'mean'\n\n\n" + REPAIRED,
            "wanted two things: a line, and a number",
        ),
        "dictionary": (
            'def slip():\n    return {"line": 5, "average": 0.5}\n\n\n' + REPAIRED,
            "wanted two things: a line, and a number",
        ),
        "as sentence": (
            'def slip():\n    return "line 5, 0.5"\n\n\n' + REPAIRED,
            "wanted two things: a line, and a number",
        ),
        "over all rows": (
            SLIP + varied(REPAIRED, ("known.mean()", "known.sum() / len(km)")),
            "numbers are right; the first that isn't is at",
        ),
        "over less one": (
            SLIP + varied(REPAIRED, ("known.mean()", "known.sum() / (len(known) - 1)")),
            "numbers are right; the first that isn't is at",
        ),
        "std n": (
            SLIP + varied(REPAIRED, ("known.std()", "known.std(correction=0)")),
            "numbers are right; the first that isn't is at",
        ),
        "std over train too": (
            SLIP + varied(REPAIRED, ("known.std()", "((known - mean).square().sum() / (len(train) - 1)).sqrt()")),
            "numbers are right; the first that isn't is at",
        ),
        "gap with mean": (
            SLIP + varied(REPAIRED, ("scaled[gap] = 0.0", "scaled[gap] = mean")),
            "numbers are right; the first that isn't is at",
        ),
        "gap not filled": (
            SLIP + varied(REPAIRED, ("    scaled[gap] = 0.0\n", "")),
            "some outputs are NaN: perhaps a gap is not",
        ),
        "fills km": (
            SLIP
            + varied(
                REPAIRED,
                (
                    "    scaled = (km - mean) / std\n    scaled[gap] = 0.0\n",
                    "    km[gap] = mean\n    scaled = (km - mean) / std\n",
                ),
            ),
            "km was changed in place: make new objects",
        ),
        "kinds of all": (SLIP + varied(REPAIRED, ("{kind[row] for row in train}", "set(kind)")), "dimension"),
        "kinds of known": (
            SLIP
            + """def repaired(km, kind, train):
    return prepare_jobs(km, kind, [row for row in train if not km[row].isnan()])
""",
            "dimension",
        ),
        "recentred train only": (
            SLIP
            + """def repaired(km, kind, train):
    X = prepare_jobs(km, kind, train)
    known = [row for row in train if not km[row].isnan()]
    X[known, 0] -= X[known, 0].mean()
    return X
""",
            "numbers are right; the first that isn't is at",
        ),
        "shifts gaps too": (
            SLIP
            + """def repaired(km, kind, train):
    X = prepare_jobs(km, kind, train)
    known = [row for row in train if not km[row].isnan()]
    X[:, 0] -= X[known, 0].mean()
    return X
""",
            "numbers are right; the first that isn't is at",
        ),
        "minus half": (
            SLIP
            + """def repaired(km, kind, train):
    X = prepare_jobs(km, kind, train)
    X[~km.isnan(), 0] -= 0.5
    return X
""",
            "numbers are right; the first that isn't is at",
        ),
        "median": (
            SLIP + varied(REPAIRED, ("known.mean()", "known.median()")),
            "numbers are right; the first that isn't is at",
        ),
        "flag first": (
            SLIP
            + varied(
                REPAIRED, ("[scaled[:, None], gap[:, None].float(), ", "[gap[:, None].float(), scaled[:, None], ")
            ),
            "numbers are right; the first that isn't is at",
        ),
        "train rows only": (SLIP + varied(REPAIRED, ("dim=1)", "dim=1)[train]")), "dimension"),
        "constants of the text": (
            SLIP + varied(REPAIRED, ("known.mean()", "1500.0"), ("known.std()", "600.0")),
            "numbers are right; the first that isn't is at",
        ),
        "kinds unsorted": (
            SLIP
            + varied(
                REPAIRED, ("sorted({kind[row] for row in train})", "list(dict.fromkeys(kind[row] for row in train))")
            ),
            "numbers are right; the first that isn't is at",
        ),
        "distinct values": (
            SLIP + varied(REPAIRED, ("known.mean()", "known.unique().mean()")),
            "numbers are right; the first that isn't is at",
        ),
    },
    "leaks": {
        "only complete columns": (
            varied(LEAKS, ("known.sum() >= 10 and ", "known.all() and ")),
            "where it is known, it goes with the target all",
        ),
        "limit 0 9": (
            varied(LEAKS, ("y[known]) >= 0.95", "y[known]) >= 0.9")),
            "wrongly: it goes with the target: a rank",
        ),
        "limit 0 99": (
            varied(LEAKS, ("y[known]) >= 0.95", "y[known]) >= 0.99")),
            "its rank correlation with the target is about",
        ),
        "rows of parts only": (
            varied(
                LEAKS,
                (
                    "known = ~column.isnan()",
                    "known = torch.zeros(len(y), dtype=torch.bool)\n            known[[int(r) for part in parts for r in part]] = True\n            known &= ~column.isnan()",
                ),
            ),
            "in the ten rows where it is known, it falls",
        ),
        "ten values": (
            varied(LEAKS, ("if len(rows) < 10:", "if len(rows_of) < 10:")),
            "the ten rows that share their value with",
        ),
        "deviations not squares": (
            varied(LEAKS, ("return within / total", "return (within / total) ** 0.5")),
            "rows that share a value have like targets",
        ),
        "mean of group variances": (
            varied(
                LEAKS,
                (
                    "within = sum((y[some] - y[some].mean()).square().sum().item() for some in rows_of.values())",
                    "within = np.mean([(y[some] - y[some].mean()).square().mean().item() for some in rows_of.values()]) * len(rows)",
                ),
            ),
            "wrongly: a third of its rows share one value,",
        ),
        "limit 5 not percent": (
            varied(LEAKS, ("share <= 0.05", "share <= 0.5")),
            "wrongly: its values tell the target roughly, to",
        ),
        "few values only": (
            varied(
                LEAKS,
                (
                    "if share is not None and share <= 0.05:",
                    "if share is not None and share <= 0.05 and len(set(column)) < 30:",
                ),
            ),
            "the ten rows that share their value with",
        ),
        "identifier of numbers too": (
            varied(
                LEAKS,
                (
                    "            share = share_within(column, y)\n            if share is not None",
                    "            pass\n        if True:\n            share = share_within([str(v) for v in column] if torch.is_tensor(column) else column, y)\n            if share is not None",
                ),
            ),
            "wrongly: it is a column of numbers",
        ),
        "twins rows outside": (
            varied(
                LEAKS,
                ("for row in part_of:\n        key", "for row in range(len(y)):\n        key"),
                ("{part_of[row] for row in rows}", "{part_of.get(row) for row in rows}"),
            ),
            "wrongly: it is in no part",
        ),
        "twins with train only": (
            varied(
                LEAKS,
                (
                    "if len({part_of[row] for row in rows}) > 1:",
                    "if len({part_of[row] for row in rows}) > 1 and 0 in {part_of[row] for row in rows}:",
                ),
            ),
            "in another part, is its twin",
        ),
        "twins one pair": (varied(LEAKS, ("twins.extend(rows)", "twins.append((rows[0], rows[1]))")), "numbers, got"),
        "twins without target": (
            varied(
                LEAKS,
                (
                    "for c in columns.values())\n        seen",
                    "for n, c in columns.items() if n != target)\n        seen",
                ),
            ),
            "wrongly: it differs from",
        ),
        "twins printed tensor": (
            varied(LEAKS, ("str(c[row].item()) if", "str(c[row]) if")),
            "in the last digits of one number",
        ),
        "twins joined": (
            varied(LEAKS, ("        seen.setdefault(key", "        key = ''.join(key)\n        seen.setdefault(key")),
            "wrongly: it differs from",
        ),
        "twins sorted cells": (
            varied(
                LEAKS, ("        seen.setdefault(key", "        key = tuple(sorted(key))\n        seen.setdefault(key")
            ),
            "wrongly: it differs from",
        ),
        "twins adjacent": (
            varied(
                LEAKS,
                (
                    "    for rows in seen.values():\n",
                    "    for rows in seen.values():\n        rows = [r for r in rows if r + 1 in rows or r - 1 in rows]\n",
                ),
            ),
            "in another part, is its twin",
        ),
        "twins doubled": (
            varied(
                LEAKS,
                (
                    "        if len({part_of[row] for row in rows}) > 1:\n            twins.extend(rows)",
                    "        for a in rows:\n            for b in rows:\n                if part_of[a] != part_of[b]:\n                    twins += [a, b]",
                ),
            ),
            "something is named twice",
        ),
        "kept between calls": (
            varied(
                LEAKS,
                ("(columns, target, parts):", "(columns, target, parts, after=[], identifier=[]):"),
                ("    after, identifier = [], []\n", ""),
            ),
            "wrongly: the table has no such column",
        ),
        "columns changed": (
            varied(
                LEAKS,
                ("    y = columns[target]\n", "    y = columns.pop(target)\n"),
                ("for c in columns.values())\n        seen", "for c in [*columns.values(), y])\n        seen"),
            ),
            "columns was changed in place: make new objects",
        ),
        "nan filled in place": (
            varied(
                LEAKS,
                (
                    "            known = ~column.isnan()\n",
                    "            known = ~column.isnan()\n            column[~known] = -1.0\n",
                ),
            ),
            "columns was changed in place: make new objects",
        ),
    },
    "checkpoint": {
        "baseline zero": (
            varied(
                CHECKPOINT,
                ('"baseline": y_train.mean().item()', '"baseline": 0.0, "mean": y_train.mean().item()'),
                ('+ saved["baseline"]', '+ saved["mean"]'),
            ),
            "is the mean of y_train: wanted",
        ),
        "baseline string": (
            varied(
                CHECKPOINT,
                ("y_train.mean().item()", "str(y_train.mean().item())"),
                ('+ saved["baseline"]', '+ float(saved["baseline"])'),
            ),
            "is a str, wanted a number",
        ),
        "baseline int": (
            varied(CHECKPOINT, ("y_train.mean().item()", "int(y_train.mean())")),
            "is the mean of y_train: the number is the",
        ),
        "no std": (
            varied(CHECKPOINT, ('z * saved["std"] + saved["baseline"]', 'z + saved["baseline"]')),
            "not what the model predicted before it was",
        ),
        "wrong order": (
            varied(CHECKPOINT, ('z * saved["std"] + saved["baseline"]', '(z + saved["baseline"]) * saved["std"]')),
            "not what the model predicted before it was",
        ),
        "squeeze all": (varied(CHECKPOINT, ("[:, 0]", ".squeeze()")), "got the shape (), wanted"),
        "float64": (varied(CHECKPOINT, ("[:, 0]", "[:, 0].double()")), "not what the model predicted before it was"),
        "an array": (
            varied(
                CHECKPOINT,
                (
                    'return z * saved["std"] + saved["baseline"]',
                    'return (z * saved["std"] + saved["baseline"]).numpy()',
                ),
            ),
            "wanted a tensor, got a ndarray",
        ),
        "inputs of columns": (
            varied(CHECKPOINT, ("nn.Linear(inputs, hidden)", "nn.Linear(len(columns), hidden)")),
            "RuntimeError: Error(s) in loading state_dict",
        ),
        "tanh": (varied(CHECKPOINT, ("nn.ReLU()", "nn.Tanh()")), "not what the model predicted before it was"),
        "recipe anew": (
            varied(
                CHECKPOINT,
                (
                    'prepare(columns, saved["recipe"])',
                    "prepare(columns, fit_recipe(columns, list(columns), range(len(next(iter(columns.values()))))))",
                ),
            ),
            "shapes cannot be multiplied",
        ),
        "recipe changed": (
            """def save_checkpoint(path, model, recipe, y_train):
    recipe["weights"] = model.state_dict()
    recipe["baseline"] = y_train.mean().item()
    recipe["std"] = y_train.std().item()
    torch.save(recipe, path)


def predict_from(path, columns):
    saved = torch.load(path, weights_only=True)
    w = saved["weights"]
    h = torch.relu(prepare(columns, saved) @ w["0.weight"].T + w["0.bias"])
    return (h @ w["2.weight"].T + w["2.bias"])[:, 0] * saved["std"] + saved["baseline"]
""",
            "the recipe was changed: make a dictionary of",
        ),
        "model changed": (
            """def save_checkpoint(path, model, recipe, y_train):
    with torch.no_grad():
        model[2].weight *= y_train.std()
        model[2].bias *= y_train.std()
        model[2].bias += y_train.mean()
    torch.save({"weights": model.state_dict(), "recipe": recipe, "baseline": y_train.mean().item()}, path)


def predict_from(path, columns):
    saved = torch.load(path, weights_only=True)
    w = saved["weights"]
    h = torch.relu(prepare(columns, saved["recipe"]) @ w["0.weight"].T + w["0.bias"])
    return (h @ w["2.weight"].T + w["2.bias"])[:, 0]
""",
            "the model was changed",
        ),
        "frozen model": (
            varied(
                CHECKPOINT,
                (
                    "    torch.save(\n",
                    "    for p in model.parameters():\n        p.requires_grad = False\n    torch.save(\n",
                ),
            ),
            "the model was changed",
        ),
        "model to double": (
            varied(CHECKPOINT, ("    torch.save(\n", "    model.double()\n    torch.save(\n")),
            "the model was changed",
        ),
        "y standardised in place": (
            varied(
                CHECKPOINT,
                (
                    "    torch.save(\n",
                    "    mean, std = y_train.mean().item(), y_train.std().item()\n    y_train -= mean\n    torch.save(\n",
                ),
                ('y_train.mean().item(),\n            "std": y_train.std().item()', 'mean,\n            "std": std'),
            ),
            "y_train was changed in place: make new objects",
        ),
        "second file": (
            """def save_checkpoint(path, model, recipe, y_train):
    torch.save({"weights": model.state_dict(), "baseline": y_train.mean().item(), "std": y_train.std().item()}, path)
    torch.save(recipe, str(path) + ".recipe")


def predict_from(path, columns):
    saved = torch.load(path, weights_only=True)
    recipe = torch.load(str(path) + ".recipe", weights_only=True)
    w = saved["weights"]
    h = torch.relu(prepare(columns, recipe) @ w["0.weight"].T + w["0.bias"])
    return (h @ w["2.weight"].T + w["2.bias"])[:, 0] * saved["std"] + saved["baseline"]
""",
            "No such file or directory",
        ),
        "suffix added": (
            varied(
                CHECKPOINT,
                ("        path,\n", '        f"{path}.pt",\n'),
                ("torch.load(path", 'torch.load(f"{path}.pt"'),
            ),
            "there is no file under the path that it was",
        ),
        "a tuple": (
            """def save_checkpoint(path, model, recipe, y_train):
    torch.save((model.state_dict(), recipe, y_train.mean().item(), y_train.std().item()), path)


def predict_from(path, columns):
    w, recipe, mean, std = torch.load(path, weights_only=True)
    h = torch.relu(prepare(columns, recipe) @ w["0.weight"].T + w["0.bias"])
    return (h @ w["2.weight"].T + w["2.bias"])[:, 0] * std + mean
""",
            "the file holds a tuple, wanted a dictionary",
        ),
        "own scale": (
            varied(
                CHECKPOINT,
                ('z * saved["std"] + saved["baseline"]', 'z * columns["minutes"].std() + columns["minutes"].mean()'),
            ),
            "KeyError",
        ),
        "std of standardised": (
            varied(
                CHECKPOINT,
                ('"std": y_train.std().item()', '"std": ((y_train - y_train.mean()) / y_train.std()).std().item()'),
            ),
            "not what the model predicted before it was",
        ),
        "predictions renormalised": (
            varied(
                CHECKPOINT,
                (
                    'return z * saved["std"] + saved["baseline"]',
                    'z = (z - z.mean()) / z.std()\n    return z * saved["std"] + saved["baseline"]',
                ),
            ),
            "not what the model predicted before it was",
        ),
        "clipped": (
            varied(
                CHECKPOINT,
                (
                    'return z * saved["std"] + saved["baseline"]',
                    'return (z * saved["std"] + saved["baseline"]).clamp(min=0)',
                ),
            ),
            "not what the model predicted before it was saved",
        ),
        "first row only": (varied(CHECKPOINT, ("[:, 0]", "[0]")), "one number per row"),
    },
}
