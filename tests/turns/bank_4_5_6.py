"""Answers to the turns of 4.5.6: right ones in other styles, and slips, each with the hint that is shown for it."""

IMPORTS = """\
import my_rows
import numpy as np
import torch
from PIL import Image
from torch.utils.data import Dataset
"""


def data(body: str, imports: str = IMPORTS) -> str:
    """The cell of `PodData`, with this body of `__getitem__`."""
    lines = "\n".join(f"        {line}" for line in body.strip().splitlines())
    return f"""{imports}

class PodData(Dataset):
    def __init__(self, table, folder, recipe):
        self.table, self.folder, self.recipe = table, folder, recipe

    def __len__(self):
        return len(self.table)

    def __getitem__(self, i):
{lines}


my_data = write_module(folder / "my_data.py")
"""


def split(body: str) -> str:
    """The cell of `split_by_plant`."""
    lines = "\n".join(f"    {line}" for line in body.strip().splitlines())
    return f"def split_by_plant(plants, seed):\n{lines}\n"


def checkpoint(body: str) -> str:
    """The cell of `to_checkpoint`."""
    return f"def to_checkpoint(model, recipe):\n    {body}\n"


GET = """
row = self.table.iloc[i]
photo = Image.open(self.folder / row["photo"]).convert("L").resize((16, 16))
pixels = torch.from_numpy(np.array(photo)).flatten() / 255
return torch.cat([pixels, my_rows.numbers_of(row, self.recipe)]), my_rows.class_of(row, self.recipe)
"""
DEAL = """
generator = torch.Generator().manual_seed(seed)
names = sorted(set(plants))
order = [names[k] for k in torch.randperm(len(names), generator=generator).tolist()]
first, second = int(0.6 * len(names)), int(0.8 * len(names))
parts = order[:first], order[first:second], order[second:]
return [[row for row, plant in enumerate(plants) if plant in part] for part in parts]
"""
SIZES = "'sizes': [model[0].in_features, model[0].out_features, model[2].out_features]"

RIGHT = {
    "PodData": {
        "NumPy": data(GET),
        "torchvision": data(
            """
row = self.table.iloc[i]
with Image.open(self.folder / row["photo"]) as file:
    pixels = to_tensor(file.convert("L").resize((16, 16))).reshape(-1)
return torch.hstack([pixels, my_rows.numbers_of(row, self.recipe)]), my_rows.class_of(row, self.recipe)
""",
            IMPORTS.replace("import numpy as np\n", "") + "from torchvision.transforms.functional import to_tensor\n",
        ),
        "in two steps, class as a tensor": data(
            """
row = self.table.iloc[i]
photo = Image.open(self.folder / row["photo"])
photo = photo.convert("L")
photo = photo.resize((16, 16))
pixels = torch.tensor(np.array(photo, dtype=np.float32) / 255).flatten()
x = torch.cat((pixels, my_rows.numbers_of(row, self.recipe)), dim=0)
return x, torch.tensor(my_rows.class_of(row, self.recipe))
"""
        ),
    },
    "split_by_plant": {
        "torch": split(DEAL),
        "NumPy": split(
            """
names = np.random.default_rng(seed).permutation(sorted(set(plants)))
n = len(names)
train, valid, test = names[: n * 6 // 10], names[n * 6 // 10 : n * 8 // 10], names[n * 8 // 10 :]
return [np.flatnonzero(np.isin(plants, part)) for part in (train, valid, test)]
"""
        ),
        "scikit-learn": split(
            """
from sklearn.model_selection import GroupShuffleSplit

rows = np.arange(len(plants))
train, rest = next(GroupShuffleSplit(1, train_size=0.6, random_state=seed).split(rows, groups=plants))
groups = np.array(plants)[rest]
valid, test = next(GroupShuffleSplit(1, train_size=0.5, random_state=seed).split(rest, groups=groups))
return train, rest[valid], rest[test]
"""
        ),
    },
    "to_checkpoint": {
        "one dictionary": checkpoint(f"return {{'weights': model.state_dict(), {SIZES}, 'recipe': recipe}}"),
        "sizes from the shapes of the weights": checkpoint(
            "first, last = model[0].weight, model[2].weight\n"
            "    sizes = [first.shape[1], first.shape[0], last.shape[0]]\n"
            "    return dict(weights=model.state_dict(), sizes=sizes, recipe=recipe)"
        ),
    },
}

WRONG = {
    "PodData": {
        "by label, not by place": (data(GET.replace("iloc", "loc")), "KeyError: 0"),
        "not divided": (data(GET.replace(" / 255", ".float()")), "every number is 255 times the wanted one"),
        "still in colour": (data(GET.replace('.convert("L")', "")), "is the photo grey, and 16 × 16?"),
        "size as it comes": (data(GET.replace(".resize((16, 16))", "")), "is the photo grey, and 16 × 16?"),
        "pixels alone": (
            data(GET.replace("torch.cat([pixels, my_rows.numbers_of(row, self.recipe)])", "pixels")),
            "256 pixels and 6 numbers",
        ),
        "numbers first": (
            data(
                GET.replace(
                    "[pixels, my_rows.numbers_of(row, self.recipe)]", "[my_rows.numbers_of(row, self.recipe), pixels]"
                )
            ),
            "First the pixels",
        ),
        "an import left in the notebook": (
            data(GET, IMPORTS.replace("import numpy as np\n", "")),
            "PodData in my_data.py: stopped by an error\n  NameError: name 'np' is not defined",
        ),
        "no label": (
            data(GET.replace(", my_rows.class_of(row, self.recipe)", "")),
            "stopped by an error",
        ),
    },
    "split_by_plant": {
        "rows dealt out": (
            split(
                """
order = torch.randperm(len(plants), generator=torch.Generator().manual_seed(seed)).tolist()
first, second = int(0.6 * len(order)), int(0.8 * len(order))
return order[:first], order[first:second], order[second:]
"""
            ),
            "Deal out the plants",
        ),
        "the plants, not their rows": (
            split(
                DEAL.replace("[[row for row, plant in enumerate(plants) if plant in part] for part in parts]", "parts")
            ),
            "stopped by an error",
        ),
        "halves": (split(DEAL.replace("0.6", "0.5").replace("0.8", "0.75")), "six go into train"),
        "no seed": (split(DEAL.replace(".manual_seed(seed)", ".manual_seed(1)")), "another seed others"),
        "test forgotten": (split(DEAL.replace("order[second:]", "[]")), "Every row stands in one part"),
        "drawn with replacement": (
            split(DEAL.replace("torch.randperm(len(names),", "torch.randint(len(names), (len(names),),")),
            "split_by_plant: ",
        ),
    },
    "to_checkpoint": {
        "weights alone": (checkpoint("return model.state_dict()"), "KeyError: 'sizes'"),
        "the model itself": (
            checkpoint(f"return {{'weights': model, {SIZES}, 'recipe': recipe}}"),
            "Weights only load failed",
        ),
        "no recipe": (checkpoint(f"return {{'weights': model.state_dict(), {SIZES}}}"), "KeyError: 'recipe'"),
        "sizes of the pods": (
            checkpoint("return {'weights': model.state_dict(), 'sizes': [262, 64, 3], 'recipe': recipe}"),
            "Inputs, hidden, outputs",
        ),
        "sizes of one network": (
            checkpoint("return {'weights': model.state_dict(), 'sizes': [5, 4, 2], 'recipe': recipe}"),
            "Inputs, hidden, outputs",
        ),
        "sizes swapped": (
            checkpoint(
                "sizes = [*model[0].weight.shape, model[2].out_features]\n"
                "    return {'weights': model.state_dict(), 'sizes': sizes, 'recipe': recipe}"
            ),
            "the weight of a Linear has shape (out, in)",
        ),
        "NumPy numbers": (
            checkpoint(
                f"return {{'weights': model.state_dict(), {SIZES}, 'recipe': {{**recipe, 'fill': np.float64(1.0)}}}}"
            ),
            "Weights only load failed",
        ),
        "classes left out": (
            checkpoint(f"return {{'weights': model.state_dict(), {SIZES}, 'recipe': {{'mean': recipe['mean']}}}}"),
            "recipe (1: the same)",
        ),
    },
}
