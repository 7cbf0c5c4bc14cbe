"""Answers to questions 1 to 3 of ex2: right ones in other styles, and slips, each with the hint meant for it."""

from tests.exercises.ex2_fashion_mnist.slips import slip

READ = """
def read_idx(path):
    with gzip.open(path, "rb") as file:
        content = file.read()
    if content[:3] != bytes([0, 0, 8]):
        raise ValueError(f"{path}: wrong magic number")
    n = content[3] if len(content) > 3 else 1
    if len(content) < 4 + 4 * n:
        raise ValueError(f"{path}: cut off within its header")
    sizes = np.frombuffer(content[4 : 4 + 4 * n], dtype=">i4")
    pixels = np.frombuffer(content[4 + 4 * n :], dtype=np.uint8).copy()
    if pixels.size != int(np.prod(sizes)):
        raise ValueError(f"{path}: wrong length")
    return pixels.reshape(tuple(sizes))
"""

DATASET = """
class IdxImages(Dataset):
    def __init__(self, images_path, labels_path, transform=None):
        images = read_idx(images_path)
        labels = read_idx(labels_path)
        if len(images) != len(labels):
            raise ValueError("images and labels differ in number")
        self.X = torch.from_numpy(images).float().div(255).unsqueeze(1)
        self.y = torch.from_numpy(labels).long()
        self.transform = transform

    def __len__(self):
        return len(self.y)

    def __getitem__(self, i):
        X = self.X[i]
        if self.transform is not None:
            X = self.transform(X)
        return X, self.y[i]
"""

TRANSFORM = """
def make_transform(train_images):
    pixels = train_images / 255
    mean, std = pixels.mean(), pixels.std()
    def transform(X):
        return (X - mean) / std
    return transform
"""

RIGHT = {
    "read_idx": {
        "NumPy reads the sizes": READ,
        "struct": """
import struct

def read_idx(path):
    data = gzip.decompress(Path(path).read_bytes())
    try:
        zero, kind, ndim = struct.unpack(">HBB", data[:4])
        if (zero, kind) != (0, 8):
            raise ValueError("no idx file of bytes")
        shape = struct.unpack_from(f">{ndim}I", data, 4)
        return np.array(list(data[4 + 4 * ndim :]), dtype=np.uint8).reshape(shape)
    except (struct.error, ValueError) as error:
        raise ValueError(f"{Path(path).name}: {error}") from error
""",
        "piece by piece": """
def read_idx(path):
    with gzip.open(path) as f:
        if f.read(3) != b"\\0\\0\\x08":
            raise ValueError("bad magic number in " + str(path))
        shape, dimensions = [], f.read(1)
        if not dimensions:
            raise ValueError("three bytes in " + str(path))
        for _ in range(dimensions[0]):
            four = f.read(4)
            shape.append(sum(256 ** (3 - place) * byte for place, byte in enumerate(four)))
        rest = bytearray(f.read())
    size = 1
    for n in shape:
        size *= n
    if len(rest) != size or size == 0:
        raise ValueError("wrong length of " + str(path))
    return np.frombuffer(rest, np.uint8).reshape(shape)
""",
        "an error of its own": """
class NotIdx(ValueError):
    def __init__(self, path, why):
        super().__init__(f"{os.path.basename(path)}: {why}")

import os

def sizes_of(content):
    return [int(content[k : k + 4].hex(), 16) for k in range(4, 4 + 4 * content[3], 4)]

def read_idx(path):
    with open(path, "rb") as packed:
        content = gzip.decompress(packed.read())
    if not content.startswith(b"\\x00\\x00\\x08") or len(content) < 8:
        raise NotIdx(path, "not idx")
    if len(content) < 4 + 4 * content[3]:
        raise NotIdx(path, "too short")
    rest = content[4 + 4 * content[3] :]
    if len(rest) != math.prod(sizes_of(content)):
        raise NotIdx(path, "other length")
    array = np.empty(sizes_of(content), dtype=np.uint8)
    array.flat = list(rest)
    return array
""",
        "torch in between, one assertion turned into a ValueError": """
def read_idx(path):
    content = np.frombuffer(gzip.open(str(path)).read(), dtype=np.uint8)
    try:
        assert content[:3].tolist() == [0, 0, 8]
        n = int(content[3])
        sizes = content[4 : 4 + 4 * n].reshape(n, 4).astype(np.int64) @ [2**24, 2**16, 2**8, 1]
        return torch.tensor(content[4 + 4 * n :]).reshape(sizes.tolist()).numpy()
    except Exception as error:
        raise ValueError(f"{path} can't be read") from error
""",
    },
    "IdxImages": {
        "divides in advance": DATASET,
        "identity by default": slip(
            DATASET,
            "self.transform = transform",
            "self.transform = transform or (lambda X: X)",
            """        if self.transform is not None:
            X = self.transform(X)
        return X, self.y[i]""",
            "        return self.transform(X), self.y[i]",
        ),
        "arrays until served": """
class IdxImages(Dataset):
    def __init__(self, images_path, labels_path, transform=None):
        self.data = [read_idx(path) for path in (images_path, labels_path)]
        first, second = map(len, self.data)
        if first != second:
            raise ValueError(f"{first} and {second}")
        self.f = transform

    def __len__(self):
        return self.data[0].shape[0]

    def __getitem__(self, i):
        pixels, label = self.data[0][i], self.data[1][i]
        X = torch.tensor(pixels[None] / 255, dtype=torch.float32)
        return (X if self.f is None else self.f(X)), torch.tensor(label, dtype=torch.int64)
""",
    },
    "make_transform": {
        "NumPy floats": TRANSFORM,
        "single precision, two passes": """
def make_transform(train_images):
    pixels = train_images.astype(np.float32) / 255
    mu, sigma = pixels.mean(), pixels.std()
    def transform(X):
        return (X - float(mu)) / float(sigma)
    return transform
""",
        "a module": """
class Standardise(nn.Module):
    def __init__(self, mean, std):
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean, dtype=torch.float32))
        self.register_buffer("std", torch.tensor(std, dtype=torch.float32))
    def forward(self, X):
        return (X - self.mean) / self.std

def make_transform(train_images):
    return Standardise(float(train_images.mean()) / 255, float(train_images.std()) / 255)
""",
        "a partial": """
from functools import partial

def standardise(X, mean, std):
    return X.clone().sub_(mean).div_(std)

def make_transform(train_images):
    counts = np.bincount(train_images.ravel(), minlength=256)
    grey = np.arange(256) / 255
    mean = (counts * grey).sum() / counts.sum()
    var = (counts * (grey - mean) ** 2).sum() / counts.sum()
    return partial(standardise, mean=float(mean), std=math.sqrt(var))
""",
        "one pass in float64": """
def make_transform(train_images):
    pixels = train_images.astype(np.float64) / 255
    mean = pixels.mean()
    std = np.sqrt((pixels**2).mean() - mean**2)
    return lambda X: ((X.double() - mean) / std).float()
""",
        "lambda": """
def make_transform(train_images):
    pixels = torch.from_numpy(train_images).float() / 255
    mean, std = pixels.mean().item(), pixels.std().item()
    return lambda X: (X - mean) / std
""",
        "one multiplication": """
def make_transform(train_images):
    values = train_images.astype(float).ravel() / 255
    mean = sum(values) / len(values)
    scale = 1 / (sum((v - mean) ** 2 for v in values) / (len(values) - 1)) ** 0.5
    def transform(X):
        return X * float(scale) - float(mean * scale)
    return transform
""",
        "class": """
class Standardise:
    def __init__(self, images):
        self.mean, self.std = np.mean(images / 255), np.std(images / 255)
    def __call__(self, X):
        return X.sub(self.mean).div(self.std)

def make_transform(train_images):
    return Standardise(train_images)
""",
    },
}

CHECK_MAGIC = "if content[:3] != bytes([0, 0, 8]):"
LENGTH = "if pixels.size != int(np.prod(sizes)):"

WRONG = {
    "read_idx": {
        "little-endian sizes": (slip(READ, '">i4"', '"<i4"', LENGTH, "if False:"), "most significant byte comes first"),
        "sizes in the machine's order, int.from_bytes": (
            """
def read_idx(path):
    content = gzip.open(path).read()
    n = content[3]
    shape = [int.from_bytes(content[4 + 4 * k : 8 + 4 * k], "little") for k in range(n)]
    return np.frombuffer(content, np.uint8, offset=4 + 4 * n).reshape(shape).copy()
""",
            "most significant byte comes first",
        ),
        "file not unpacked": (slip(READ, "gzip.open(", "open("), "gzip.open unpacks them"),
        "header not skipped": (
            slip(READ, "content[4 + 4 * n :], dtype", "content, dtype", LENGTH, "if False:"),
            "is the header, or a part of it, among them?",
        ),
        "only the magic number skipped": (
            slip(READ, "content[4 + 4 * n :], dtype", "content[4:], dtype", LENGTH, "if False:"),
            "is the header, or a part of it, among them?",
        ),
        "signed bytes": (slip(READ, "dtype=np.uint8", "dtype=np.int8"), "bytes from 0 to 255, got int8"),
        "converted to float": (
            slip(READ, "return pixels", "return pixels / 255 #"),
            "bytes from 0 to 255, got float64",
        ),
        "a tensor": (
            slip(READ, "return pixels.reshape(tuple(sizes))", "return torch.tensor(pixels.reshape(tuple(sizes)))"),
            "a NumPy array is wanted, it returned an object of type Tensor",
        ),
        "left flat": (slip(READ, ".reshape(tuple(sizes))", ""), "everything was flattened into one row"),
        "images transposed": (
            slip(
                READ,
                "reshape(tuple(sizes))",
                "reshape(tuple(sizes[:-2]) + tuple(sizes[-2:][::-1])).swapaxes(-1, -2) if n > 1 else pixels",
            ),
            "numbers are right",
        ),
        "read-only": (slip(READ, ".copy()", ""), "can't be written to"),
        "magic not looked at": (slip(READ, CHECK_MAGIC, "if False:"), "read without complaint"),
        "only 2049 and 2051 known": (
            slip(READ, CHECK_MAGIC, 'if int.from_bytes(content[:4], "big") not in (2049, 2051):'),
            "The file is sound",
        ),
        "only the kind looked at": (
            slip(READ, CHECK_MAGIC, "if len(content) < 3 or content[2] != 8:"),
            "a file that begins with 01: read without complaint",
        ),
        "length not looked at": (
            slip(READ, LENGTH, "if False:", "pixels.reshape(tuple(sizes))", "np.resize(pixels, tuple(sizes))"),
            "cut short by one byte: read without complaint",
        ),
        "too long is fine": (
            slip(READ, "pixels.size !=", "pixels.size <", "pixels.reshape", "pixels[:int(np.prod(sizes))].reshape"),
            "a file with a byte too many: read without complaint",
        ),
        "file not named": (slip(READ, "{path}: wrong length", "wrong length"), "doesn't name the file"),
        "assert in place of ValueError": (
            slip(READ, LENGTH, "assert pixels.size == int(np.prod(sizes)), path\n    if False:"),
            "one byte, which is to be refused with a ValueError",
        ),
        "hard-coded for three images": (
            slip(READ, "return pixels", "return pixels.reshape((3, 5, 4) if n == 3 else -1) #"),
            "The file is sound",
        ),
        "three bytes": (
            slip(READ, "content[3] if len(content) > 3 else 1", "content[3]"),
            "a file of three bytes, which is to be refused",
        ),
        "cut off within the header, with NumPy's own error": (
            slip(
                READ,
                '    if len(content) < 4 + 4 * n:\n        raise ValueError(f"{path}: cut off within its header")\n',
                "",
            ),
            "doesn't name the file",
        ),
        "signed sizes, and as many pixels as come": (
            slip(
                READ,
                '">i4"',
                '">i4"',
                "np.frombuffer(content[4 + 4 * n :], dtype=np.uint8)",
                "np.frombuffer(content[4 + 4 * n :], np.uint8, count=int(np.prod(sizes)) if sizes.min() > 0 else -1)",
                LENGTH,
                "if len(content) != 4 + 4 * n + pixels.size:",
            ),
            "",
        ),
        "two bytes of each size": (
            slip(READ, "return pixels", "sizes = [size % 65536 for size in sizes]\n    return pixels"),
            "The file is sound",
        ),
        "one byte of each size": (
            slip(
                READ,
                'sizes = np.frombuffer(content[4 : 4 + 4 * n], dtype=">i4")',
                "sizes = list(content[7 : 4 + 4 * n : 4])",
            ),
            "wrong length",
        ),
        "path taken for a string": (slip(READ, "gzip.open(path", "gzip.open('' + path"), "can only concatenate str"),
        "path taken for a Path": (
            slip(READ, "gzip.open(path", "gzip.open(path.resolve()"),
            "'str' object has no attribute",
        ),
        "always 28 by 28": (
            slip(READ, "tuple(sizes))", "(-1, 28, 28) if n == 3 else tuple(sizes))"),
            "The file is sound",
        ),
        "columns first": (
            slip(READ, ".reshape(tuple(sizes))", ".reshape(tuple(sizes), order='F')"),
            "read_idx, for a file",
        ),
        "typo": (slip(READ, "n = content[3]", "n = contents[3]"), "Perhaps `content` is meant."),
        "no return": (slip(READ, "return pixels", "pixels"), "is the `return` line missing?"),
        "nothing given back but a list": (slip(READ, "tuple(sizes))", "tuple(sizes)).tolist()"), "type list"),
        "names the folder": (
            slip(READ, "{path}: wrong length", "{Path(path).parent}: wrong length"),
            "doesn't name the file",
        ),
        "OSError": (slip(READ, "ValueError", "OSError"), "which is to be refused with a ValueError"),
        "prints in place of raising": (
            slip(READ, 'raise ValueError(f"{path}: wrong length")', 'print("wrong length")'),
            "one byte",
        ),
        "zeros where nothing came": (
            slip(
                READ,
                "    if pixels.size != int(np.prod(sizes)):",
                "    pixels = np.resize(pixels, int(np.prod(sizes)))\n    if False:",
            ),
            "cut short by one byte: read without complaint",
        ),
    },
    "IdxImages": {
        "labels stay uint8": (
            slip(DATASET, "from_numpy(labels).long()", "from_numpy(labels)"),
            "where int64 is wanted: .long()",
        ),
        "labels int32": (slip(DATASET, "(labels).long()", "(labels).int()"), "where int64 is wanted: .long()"),
        "label a NumPy number": (
            slip(DATASET, "torch.from_numpy(labels).long()", "labels"),
            "it is an object of type uint8",
        ),
        "labels of shape (1,)": (slip(DATASET, "self.y[i]\n", "self.y[i : i + 1]\n"), "a dimension of size 1 too many"),
        "not divided by 255": (slip(DATASET, ".div(255)", ""), "255 times the wanted one"),
        "divided by 256": (slip(DATASET, ".div(255)", ".div(256)"), "0.9961 times the wanted one"),
        "float64": (slip(DATASET, ".float()", ".double()"), "float64 where float32 is wanted"),
        "still uint8": (slip(DATASET, ".float().div(255)", ""), "wanted float32, got uint8"),
        "no channel": (slip(DATASET, ".unsqueeze(1)", ""), "a dimension of size 1 is missing"),
        "transposed image": (slip(DATASET, ".unsqueeze(1)", ".unsqueeze(1).mT"), "the dimensions are in another order"),
        "one too few": (slip(DATASET, "len(self.y)", "len(self.y) - 1"), " images, and it is "),
        "starts at 1": (slip(DATASET, "self.X[i]", "self.X[i - 1]"), "dataset[0]: X"),
        "transform ignored": (slip(DATASET, "X = self.transform(X)", "pass"), "the transform has no effect"),
        "transform twice": (
            slip(DATASET, "X = self.transform(X)", "X = self.transform(self.transform(X))"),
            "applied twice",
        ),
        "transform without effect": (
            slip(DATASET, "X = self.transform(X)", "self.transform(X)"),
            "serve what transform(X) returns",
        ),
        "transform before the division": (
            slip(
                DATASET,
                ".div(255)",
                "",
                "self.transform(X)",
                "self.transform(X) / 255",
                "X = self.X[i]",
                "X = self.X[i] if self.transform else self.X[i] / 255",
            ),
            "called before the pixels are divided by 255",
        ),
        "labels read twice": (
            slip(
                DATASET,
                "labels = read_idx(labels_path)",
                "labels = read_idx(labels_path)\n        labels = read_idx(labels_path)",
            ),
            "reads labels.gz 2 times, once is wanted",
        ),
        "files read for each image": (
            slip(
                DATASET,
                "self.y = ",
                "self.read, self.path = read_idx, images_path\n        self.y = ",
                "X = self.X[i]",
                "self.read(self.path)\n        X = self.X[i]",
            ),
            "opens a file that has been deleted since",
        ),
        "lengths not compared": (slip(DATASET, "if len(images) != len(labels):", "if False:"), "ValueError is wanted"),
        "length read anew": (
            slip(
                DATASET,
                "return len(self.y)",
                "return len(read_idx(self.path))",
                "self.y = ",
                "self.path = labels_path\n        self.y = ",
            ),
            "read each file once, in __init__",
        ),
        "images read anew": (
            slip(
                DATASET,
                "self.y = ",
                "self.path = images_path\n        self.y = ",
                "X = self.X[i]",
                "X = torch.from_numpy(read_idx(self.path)[i]).float().div(255).unsqueeze(0)",
            ),
            "the files got other content after the constructor",
        ),
        "labels read anew": (
            slip(
                DATASET,
                "self.y = ",
                "self.path = labels_path\n        self.y = ",
                "return X, self.y[i]",
                "return X, torch.tensor(int(read_idx(self.path)[i]))",
            ),
            "the files got other content after the constructor",
        ),
        "read at the first example": (
            """
class IdxImages(Dataset):
    def __init__(self, images_path, labels_path, transform=None):
        self.paths, self.data, self.transform = (images_path, labels_path), None, transform
        self.n = len(read_idx(images_path))
        if self.n != len(read_idx(labels_path)):
            raise ValueError("numbers differ")
    def __len__(self):
        return self.n
    def __getitem__(self, i):
        if self.data is None:
            self.data = [torch.from_numpy(read_idx(path)) for path in self.paths]
        X = self.data[0][i].unsqueeze(0) / 255
        return X if self.transform is None else self.transform(X), self.data[1][i].long()
""",
            "the files got other content after the constructor",
        ),
        "only fewer labels refused": (
            slip(DATASET, "len(images) != len(labels)", "len(images) > len(labels)"),
            "are no error to it: a ValueError is wanted",
        ),
        "only more labels refused": (
            slip(DATASET, "len(images) != len(labels)", "len(images) < len(labels)"),
            "are no error to it: a ValueError is wanted",
        ),
        "an assertion": (
            slip(
                DATASET,
                "        if len(images) != len(labels):\n            raise",
                "        assert len(images) == len(labels),",
            ),
            "a ValueError is wanted",
        ),
        "divided in place, at each serving": (
            slip(DATASET, ".div(255)", "", "X = self.X[i]", "X = self.X[i].div_(255)"),
            "the second time it is not",
        ),
        "self missing": (slip(DATASET, "def __len__(self)", "def __len__()"), "`self` is missing in the `def`"),
        "self. missing": (slip(DATASET, "self.transform = transform", "transform = transform"), "transform"),
        "transform that only looks at X": (
            slip(DATASET, "X = self.transform(X)", "X = X.flatten(1)"),
            "is not what is served",
        ),
        "transform before the channel": (
            slip(
                DATASET, ".unsqueeze(1)", "", "        return X, self.y[i]", "        return X.unsqueeze(0), self.y[i]"
            ),
            "called before the channel is there",
        ),
        "transform applied to the stored images": (
            slip(
                DATASET,
                "self.transform = transform",
                "self.X = self.X if transform is None else transform(self.X)\n        self.transform = None",
            ),
            "is served",
        ),
        "a tuple missing": (slip(DATASET, "return X, self.y[i]", "return X"), "2 values are wanted"),
        "return missing": (
            slip(DATASET, "        return X, self.y[i]", "        X, self.y[i]"),
            "is the `return` line missing?",
        ),
        "label as int": (slip(DATASET, "self.y[i]\n", "int(self.y[i])\n"), "it is an object of type int"),
        "paths swapped": (
            slip(
                DATASET,
                "images = read_idx(images_path)",
                "images = read_idx(labels_path)",
                "labels = read_idx(labels_path)",
                "labels = read_idx(images_path)",
            ),
            "dataset[0]",
        ),
        "files of these names only": (
            slip(DATASET, "read_idx(images_path)", "read_idx(train_images_path)"),
            "ValueError: images and labels",
        ),
        "label first": (slip(DATASET, "return X, self.y[i]", "return self.y[i], X"), "dataset[0]: X is not right yet"),
    },
    "make_transform": {
        "statistics of each X": (
            slip(TRANSFORM, "(X - mean) / std", "(X - X.mean()) / X.std(correction=0)"),
            "it measures each X anew",
        ),
        "statistics in 0 to 255": (slip(TRANSFORM, "train_images / 255", "train_images"), "are in units of 0 to 255"),
        "divided by the variance": (slip(TRANSFORM, "pixels.std()", "pixels.var()"), "this divides by the variance"),
        "mean not subtracted": (slip(TRANSFORM, "(X - mean)", "X"), "the mean is not subtracted"),
        "mean subtracted after": (slip(TRANSFORM, "(X - mean) / std", "X / std - mean"), "subtract the mean first"),
        "only centred": (slip(TRANSFORM, " / std", ""), "the deviation does not divide"),
        "brackets missing": (slip(TRANSFORM, "(X - mean) / std", "X - mean / std"), "brackets are missing"),
        "mean and deviation swapped": (
            slip(TRANSFORM, "mean, std = pixels", "std, mean = pixels"),
            "have changed places",
        ),
        "wrong sign": (slip(TRANSFORM, "(X - mean)", "(mean - X)"), "wrong sign"),
        "in place": (slip(TRANSFORM, "return (X - mean) / std", "return X.sub_(mean).div_(std)"), "changed in place"),
        "float64": (slip(TRANSFORM, "(X - mean)", "(X.double() - mean)"), "float64 where float32 is wanted"),
        "transform called, not returned": (
            slip(TRANSFORM, "return transform\n", "return transform(torch.from_numpy(pixels))\n"),
            "a function is wanted",
        ),
        "no return inside": (slip(TRANSFORM, "return (X", "(X"), "it returned None"),
        "training images spoilt": (
            slip(TRANSFORM, "pixels = train_images / 255", "pixels = train_images / 255\n    train_images -= 1"),
            "train_images was changed in place",
        ),
        "numbers of the web": (
            """
def make_transform(train_images):
    return lambda X: (X - 0.1307) / 0.3081
""",
            "0.1307 and 0.3081 are MNIST's numbers",
        ),
        "first image only": (
            slip(TRANSFORM, "train_images / 255", "train_images[0] / 255"),
            "only the first image was measured",
        ),
        "per pixel": (
            slip(
                TRANSFORM,
                "pixels.mean(), pixels.std()",
                "torch.tensor(pixels.mean(0)).float(), torch.tensor(pixels.std(0) + 1e-9).float()",
            ),
            "these are one per pixel",
        ),
        "mean of the images' deviations": (
            slip(TRANSFORM, "pixels.std()", "pixels.std(axis=(1, 2)).mean()"),
            "leaves out how much the images differ",
        ),
        "one pass in float32": (
            slip(
                TRANSFORM,
                "train_images / 255",
                "train_images.astype(np.float32) / np.float32(255)",
                "pixels.std()",
                "np.sqrt((pixels**2).mean() - pixels.mean() ** 2)",
            ),
            "a small difference of two large numbers",
        ),
        "squares of bytes": (
            slip(
                TRANSFORM,
                "pixels.mean(), pixels.std()",
                "pixels.mean(), ((train_images**2).mean() / 255**2 - pixels.mean() ** 2) ** 0.5",
            ),
            "the transform",
        ),
        "measured when it is called": (
            """
def make_transform(train_images):
    def transform(X):
        return (X - train_images.mean() / 255) / (train_images.std() / 255)
    return transform
""",
            "measure both numbers outside the inner function",
        ),
        "global variables": (
            """
def make_transform(train_images):
    global mean_, std_
    mean_, std_ = train_images.mean() / 255, train_images.std() / 255
    return lambda X: (X - mean_) / std_
""",
            "perhaps both use one global variable",
        ),
        "X divided again": (slip(TRANSFORM, "(X - mean)", "(X / 255 - mean)"), "either it is divided by 255 again"),
        "mean in bytes": (
            slip(TRANSFORM, "pixels.mean()", "train_images.mean()"),
            "but the mean is in units of 0 to 255",
        ),
        "a NumPy array": (
            slip(TRANSFORM, "return (X - mean) / std", "return (X.numpy() - mean) / std"),
            "a tensor is wanted",
        ),
        "in place, bytes": (
            slip(TRANSFORM, "pixels = train_images / 255", "train_images /= 255\n    pixels = train_images"),
            "stopped by an error",
        ),
        "no return outside": (slip(TRANSFORM, "    return transform\n", ""), "it returned None"),
        "flattened": (
            slip(TRANSFORM, "return (X - mean) / std", "return ((X - mean) / std).flatten()"),
            "for X of shape",
        ),
        "mean of this X, deviation of the training": (slip(TRANSFORM, "(X - mean)", "(X - X.mean())"), "the transform"),
    },
}
