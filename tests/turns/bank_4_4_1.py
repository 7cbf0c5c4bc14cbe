"""Answers to the turns of 4.4.1: right ones in other styles, and slips, each with the hint that is shown for it."""


def points(length: str, item: str) -> str:
    return f"""\
class PointsDataset(Dataset):
    def __init__(self, x, y):
        if len(x) != len(y):
            raise ValueError(f"wanted x and y of one length, got {{len(x)}} and {{len(y)}}")
        self.x = torch.tensor(x, dtype=torch.float32).unsqueeze(1)
        self.y = torch.tensor(y, dtype=torch.float32).unsqueeze(1)

    def __len__(self):
        {length}

    def __getitem__(self, i):
        {item}
"""


def loader(body: str) -> str:
    return f"""\
class MiniLoader:
    def __init__(self, dataset, sampler, batch_size, *, drop_last=False, collate_fn=stack_columns):
        self.dataset, self.sampler, self.batch_size = dataset, sampler, batch_size
        self.drop_last, self.collate_fn = drop_last, collate_fn

    def __iter__(self):
{body}
"""


def pad_rows(body: str) -> str:
    return f"def pad_rows(rows):\n{body}\n"


SLICED = """\
        indices = list(self.sampler)
        for start in range(0, len(indices), self.batch_size):
            chosen = indices[start : start + self.batch_size]
            if len(chosen) == self.batch_size or not self.drop_last:
                yield self.collate_fn([self.dataset[i] for i in chosen])"""
COLLECTED = """\
        examples = []
        for i in self.sampler:
            examples.append(self.dataset[i])
            if len(examples) == self.batch_size:
                yield self.collate_fn(examples)
                examples = []
        if examples and not self.drop_last:
            yield self.collate_fn(examples)"""
FILLED = """\
    lengths = torch.tensor([len(row) for row in rows])
    padded = torch.zeros(len(rows), int(lengths.max()))
    for i, row in enumerate(rows):
        padded[i, : len(row)] = row
    return padded, lengths"""

RIGHT = {
    "PointsDataset": {
        "tensors": points("return len(self.x)", "return self.x[i], self.y[i]"),
        "shapes": points("return self.y.shape[0]", "return (self.x[i, :], self.y[i, :])"),
        "a list": points("return self.x.size(0)", "return [self.x[i], self.y[i]]"),
    },
    "MiniLoader": {
        "slices of a list": loader(SLICED),
        "collected one by one": loader(COLLECTED),
        "one list, cleared": loader(
            COLLECTED.replace("                examples = []", "                examples.clear()")
        ),
        "split": loader(
            "        for chosen in torch.tensor(list(self.sampler)).split(self.batch_size):\n"
            "            if self.drop_last and len(chosen) < self.batch_size:\n                break\n"
            "            yield self.collate_fn([self.dataset[int(i)] for i in chosen])"
        ),
        "an iterator over a list": loader(
            "        indices = list(self.sampler)\n        m = self.batch_size\n"
            "        chunks = [indices[k : k + m] for k in range(0, len(indices), m)]\n"
            "        if self.drop_last:\n            chunks = [chunk for chunk in chunks if len(chunk) == m]\n"
            "        return iter([self.collate_fn([self.dataset[i] for i in chunk]) for chunk in chunks])"
        ),
    },
    "pad_rows": {
        "filled in": pad_rows(FILLED),
        "pad": pad_rows(
            "    longest = max(len(row) for row in rows)\n"
            "    padded = torch.stack([F.pad(row, (0, longest - len(row))) for row in rows])\n"
            "    return padded, torch.tensor([len(row) for row in rows])"
        ),
        "ready-made": pad_rows(
            "    from torch.nn.utils.rnn import pad_sequence\n"
            "    return pad_sequence(rows, batch_first=True), torch.tensor([len(row) for row in rows])"
        ),
    },
}

WRONG = {
    "PointsDataset": {
        "everything at once": (points("return len(self.x)", "return self.x, self.y"), "x_2 is not right yet"),
        "first example": (points("return len(self.x)", "return self.x[0], self.y[0]"), "x_2 is not right yet"),
        "next example": (points("return len(self.x)", "return self.x[i - 1], self.y[i - 1]"), "x_2 is not right yet"),
        "the other way round": (points("return len(self.x)", "return self.y[i], self.x[i]"), "x_2 is not right yet"),
        "number of dimensions": (points("return self.x.ndim", "return self.x[i], self.y[i]"), "Three points"),
        "numbers of both tensors": (
            points("return len(self.x) + len(self.y)", "return self.x[i], self.y[i]"),
            "Three points",
        ),
        "no return": (points("return len(self.x)", "self.x[i], self.y[i]"), "PointsDataset"),
        "no self": (points("return len(x)", "return self.x[i], self.y[i]"), "x"),
        "without the dimension": (
            points("return len(self.x)", "return self.x[i].squeeze(), self.y[i].squeeze()"),
            "x_2 is not right yet",
        ),
        "length still open": (
            points("raise NotImplementedError()", "return self.x[i], self.y[i]"),
            "not attempted yet",
        ),
    },
    "MiniLoader": {
        "positions for indices": (
            loader(
                SLICED.replace("self.dataset[i]", "self.dataset[start + i]").replace(
                    "in chosen", "in range(len(chosen))"
                )
            ),
            "The sampler said 3, 0, 4, 1, 2",
        ),
        "short batch lost": (
            loader(SLICED.replace(" or not self.drop_last", "")),
            "2, 2 and a short one of 1",
        ),
        "short batch always kept": (
            loader(SLICED.replace("if len(chosen) == self.batch_size or not self.drop_last:", "if chosen:")),
            "The short batch goes",
        ),
        "drop_last the wrong way round": (
            loader(SLICED.replace("not self.drop_last", "self.drop_last")),
            "2, 2 and a short one of 1",
        ),
        "never emptied": (
            loader(COLLECTED.replace("                examples = []\n", "")),
            "MiniLoader",
        ),
        "own collate": (
            loader(SLICED.replace("self.collate_fn", "stack_columns")),
            "Each batch goes through self.collate_fn",
        ),
        "examples handed over one by one": (
            loader("        for i in self.sampler:\n            yield self.collate_fn([self.dataset[i]])"),
            "2, 2 and a short one of 1",
        ),
        "an empty batch at the end": (
            loader(COLLECTED.replace("if examples and not self.drop_last", "if not self.drop_last")),
            "Two full batches, with and without drop_last",
        ),
        "last batch dropped, full or not": (
            loader(
                "        indices = list(self.sampler)\n        m = self.batch_size\n"
                "        parts = [indices[k : k + m] for k in range(0, len(indices), m)]\n"
                "        if self.drop_last:\n            parts = parts[:-1]\n"
                "        for part in parts:\n            yield self.collate_fn([self.dataset[i] for i in part])"
            ),
            "Two full batches, with and without drop_last",
        ),
        "return for yield": (
            loader(SLICED.replace("yield", "return")),
            "MiniLoader",
        ),
        "dropped with whole batches": (
            loader(
                "        indices = list(self.sampler)\n        if self.drop_last:\n"
                "            indices = indices[: -self.batch_size]\n" + SLICED.split("\n", 1)[1]
            ),
            "The short batch goes",
        ),
    },
    "pad_rows": {
        "zeros in front": (
            pad_rows(FILLED.replace("padded[i, : len(row)]", "padded[i, -len(row) :]")),
            "padded is not right yet",
        ),
        "cut to the shortest": (
            pad_rows(FILLED.replace("lengths.max()", "lengths.min()").replace("= row", "= row[: int(lengths.min())]")),
            "padded is not right yet",
        ),
        "lengths after filling": (
            pad_rows(
                FILLED.replace("return padded, lengths", "return padded, torch.tensor([len(row) for row in padded])")
            ),
            "before anything was filled up",
        ),
        "lengths guessed from the zeros": (
            pad_rows(FILLED.replace("return padded, lengths", "return padded, (padded != 0).sum(1)")),
            "one may be 0",
        ),
        "no lengths": (pad_rows(FILLED.replace("return padded, lengths", "return padded")), "pad_rows"),
        "filled with ones": (pad_rows(FILLED.replace("torch.zeros", "torch.ones")), "padded is not right yet"),
        "transposed": (pad_rows(FILLED.replace("return padded,", "return padded.T,")), "transpose"),
        "one length": (
            pad_rows(FILLED.replace("return padded, lengths", "return padded, lengths.max()")),
            "lengths",
        ),
        "lengths as a list": (
            pad_rows(
                "    lengths = [len(row) for row in rows]\n    longest = max(lengths)\n"
                "    zeros = [torch.cat([row, torch.zeros(longest - len(row))]) for row in rows]\n"
                "    return torch.stack(zeros), lengths"
            ),
            "torch.tensor(...)",
        ),
    },
}
