"""Answers to the turns of 4.4.3: right ones in other styles, and slips, each with the hint that is shown for it."""

FILES = """\
class LabelledFiles(Dataset):
    def __init__(self, table, folder, classes, transform=None):
        self.paths = [folder / name for name in table["filepath"]]
        self.labels = table["label"].tolist()
        self.classes, self.transform = classes, transform

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, index):
{body}
"""


def files(body: str) -> str:
    return FILES.format(body="\n".join(f"        {line}" for line in body.splitlines()))


def split(body: str) -> str:
    return f"def split_files(table, num_valid, seed):\n    {body}\n"


def moments(body: str) -> str:
    return f"def pixel_moments(files):\n    {body}\n"


READ = """\
with Image.open(self.paths[index]) as file:
    image = file.convert("L")
if self.transform is not None:
    image = self.transform(image)
return image, self.classes.index(self.labels[index])"""

SUMS = (
    "n = total = squares = 0\n    for i in range(len(files)):\n        image = files[i][0]\n"
    "        n += image.numel()\n        total += image.sum()\n        squares += (image**2).sum()\n"
    "    mean = total / n\n    return mean, (squares / n - mean**2)**0.5"
)

RIGHT = {
    "LabelledFiles": {
        "as taught": files(READ),
        "numbers from a dictionary, in one breath": files(
            "numbers = {name: i for i, name in enumerate(self.classes)}\n"
            "image = Image.open(self.paths[index]).convert('L')\n"
            "return (self.transform(image) if self.transform else image), numbers[self.labels[index]]"
        ),
        "label as a tensor": files(READ.replace("self.classes.index(", "torch.tensor(self.classes.index(") + ")"),
    },
    "split_files": {
        "sample": split(
            "shuffled = table.sample(frac=1, random_state=seed)\n    return shuffled[num_valid:], shuffled[:num_valid]"
        ),
        "drawn rows dropped": split(
            "valid = table.sample(n=num_valid, random_state=seed)\n    return table.drop(valid.index), valid"
        ),
        "permutation of torch": split(
            "order = torch.randperm(len(table), generator=torch.Generator().manual_seed(seed)).tolist()\n"
            "    return table.iloc[order[num_valid:]], table.iloc[order[:num_valid]]"
        ),
    },
    "pixel_moments": {
        "three sums": moments(SUMS),
        "two passes": moments(
            "n = sum(image.numel() for image, _ in files)\n    mean = sum(image.sum() for image, _ in files) / n\n"
            "    return mean, (sum(((image - mean) ** 2).sum() for image, _ in files) / n).sqrt()"
        ),
        "all at once": moments(
            "pixels = torch.cat([image.flatten() for image, _ in files])\n"
            "    return pixels.mean(), pixels.std(correction=0)"
        ),
        "plain numbers": moments(
            "n = total = squares = 0\n    for image, _ in files:\n        n += image.numel()\n"
            "        total += image.sum().item()\n        squares += image.square().sum().item()\n"
            "    return total / n, (squares / n - (total / n) ** 2) ** 0.5"
        ),
    },
}

WRONG = {
    "LabelledFiles": {
        "label left a word": (
            files(READ.replace("self.classes.index(self.labels[index])", "self.labels[index]")),
            "label",
        ),
        "colour kept": (files(READ.replace('file.convert("L")', "file.copy()")), 'First convert("L")'),
        "transform forgotten": (
            files(READ.replace("if self.transform is not None", "if False")),
            "then the transform, if there is one",
        ),
        "converted after the block": (
            files(
                READ.replace('    image = file.convert("L")', "    pass").replace(
                    "if self", 'image = file.convert("L")\nif self'
                )
            ),
            "LabelledFiles: stopped by an error",
        ),
        "no image, only a path": (files("return self.paths[index], self.labels[index]"), "LabelledFiles"),
        "number of the row as the label": (
            files(READ.replace("self.classes.index(self.labels[index])", "index")),
            "a pear has the number 1",
        ),
        "no return": (files(READ.rpartition("\n")[0]), "return"),
        "transform called on None": (
            files(READ.replace("if self.transform is not None:\n    image", "image")),
            "LabelledFiles",
        ),
    },
    "split_files": {
        "not shuffled": (split("return table[num_valid:], table[:num_valid]"), "only one or two classes in valid"),
        "drawn twice": (
            split(
                "return table.sample(len(table) - num_valid, random_state=seed), "
                "table.sample(num_valid, random_state=seed + 1)"
            ),
            "files in both",
        ),
        "train keeps everything": (
            split("return table, table.sample(num_valid, random_state=seed)"),
            "files in both",
        ),
        "the other way round": (
            split("s = table.sample(frac=1, random_state=seed)\n    return s[:num_valid], s[num_valid:]"),
            "rows in valid",
        ),
        "seed ignored": (
            split("s = table.sample(frac=1)\n    return s[num_valid:], s[:num_valid]"),
            "same seed, same split",
        ),
        "seed fixed": (
            split("s = table.sample(frac=1, random_state=0)\n    return s[num_valid:], s[:num_valid]"),
            "another seed, another split",
        ),
        "a row lost": (
            split("s = table.sample(frac=1, random_state=seed)\n    return s[num_valid + 1 :], s[:num_valid]"),
            "files in neither",
        ),
    },
    "pixel_moments": {
        "mean of means": (
            moments(
                "means = torch.stack([image.mean() for image, _ in files])\n"
                "    pixels = torch.cat([image.flatten() for image, _ in files])\n    return means.mean(), pixels.std()"
            ),
            "a large image counts for more",
        ),
        "mean of deviations": (
            moments(
                "pixels = torch.cat([image.flatten() for image, _ in files])\n"
                "    return pixels.mean(), sum(image.std(correction=0) for image, _ in files) / len(files)"
            ),
            "squares of single pixels",
        ),
        "variance": (moments(SUMS.replace("**0.5", "")), "and then the root"),
        "divided by n - 1": (
            moments(
                "pixels = torch.cat([image.flatten() for image, _ in files])\n    return pixels.mean(), pixels.std()"
            ),
            "divided by n, minus",
        ),
        "divided by files": (moments(SUMS.replace("image.numel()", "1")), "mean is not right yet"),
        "only the mean": (moments(SUMS.replace(", (squares / n - mean**2)**0.5", "")), "pixel_moments"),
        "square of the sum": (moments(SUMS.replace("(image**2).sum()", "image.sum()**2")), "std is not right yet"),
    },
}
