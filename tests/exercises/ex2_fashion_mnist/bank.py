"""Answers to ex2: right ones in other styles, and the mistakes that students make, each with the hint meant for it."""

READ = """
def read_idx(path):
    with gzip.open(path, "rb") as file:
        content = file.read()
    if content[:3] != bytes([0, 0, 8]):
        raise ValueError(f"{path}: wrong magic number")
    n = content[3]
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

TRAIN = """
def train_classifier(model, loader, optimizer, num_epochs, scheduler=None):
    model.train()
    losses = []
    for epoch in range(num_epochs):
        total, n = 0.0, 0
        for X, y in loader:
            optimizer.zero_grad()
            logits = model(X)
            loss = F.cross_entropy(logits, y)
            loss.backward()
            optimizer.step()
            if scheduler:
                scheduler.step()
            total += loss.item() * len(y)
            n += len(y)
        losses.append(total / n)
    return losses
"""

COUNT = """
def count_answers(model, loader, num_classes):
    counts = torch.zeros(num_classes, num_classes, dtype=torch.long)
    training = model.training
    model.eval()
    with torch.no_grad():
        for X, y in loader:
            y_hat = model(X).argmax(dim=1)
            for t, p in zip(y, y_hat):
                counts[t, p] += 1
    model.train(training)
    return counts
"""

PAIR = """
def most_confused(counts, classes):
    best = (classes[0], classes[1], -1.0)
    for t, row in enumerate(counts.tolist()):
        for p, n in enumerate(row):
            if t != p and n / max(sum(row), 1) > best[2]:
                best = (classes[t], classes[p], n / max(sum(row), 1))
    return best
"""

RECIPE = """
def make_model():
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(784, 256), nn.ReLU(), nn.Dropout(0.1),
        nn.Linear(256, 128), nn.ReLU(), nn.Dropout(0.1),
        nn.Linear(128, 10),
    )

def recipe():
    return {"num_epochs": 10, "batch_size": 256, "peak_lr": 0.004, "weight_decay": 0.01}
"""


def slip(answer: str, *changes: str) -> str:
    """The answer with some of its text replaced: old, new, old, new, ..."""
    for old, new in zip(changes[::2], changes[1::2], strict=True):
        assert old in answer, old
        answer = answer.replace(old, new)
    return answer


RIGHT = {
    "read_idx": {
        "NumPy reads the sizes": READ,
        "struct": """
import struct

def read_idx(path):
    data = gzip.decompress(Path(path).read_bytes())
    zero, kind, ndim = struct.unpack(">HBB", data[:4])
    if (zero, kind) != (0, 8):
        raise ValueError(f"{Path(path).name} is no idx file of bytes")
    try:
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
        shape = []
        for _ in range(f.read(1)[0]):
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
    "train_classifier": {
        "zero_grad first": TRAIN,
        "sums of losses": slip(
            TRAIN,
            "total += loss.item() * len(y)",
            "total += float(F.cross_entropy(logits.detach(), y, reduction='sum'))",
        ),
        "model.zero_grad, log-softmax by hand": slip(
            TRAIN,
            "optimizer.zero_grad()",
            "model.zero_grad()",
            "F.cross_entropy(logits, y)",
            "-F.log_softmax(logits, dim=1)[torch.arange(len(y)), y].mean()",
        ),
        "gradients emptied after the step": slip(
            TRAIN,
            "            optimizer.zero_grad()\n",
            "",
            "            optimizer.step()\n",
            "            optimizer.step()\n            optimizer.zero_grad()\n",
        ),
    },
    "count_answers": {
        "loops": COUNT + PAIR,
        "index_put_": """
@torch.no_grad()
def count_answers(model, loader, num_classes):
    before, _ = model.training, model.eval()
    truths, answers = zip(*((y, model(X).max(1).indices) for X, y in loader))
    if before:
        model.train()
    table = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    ones = torch.ones(sum(map(len, truths)), dtype=torch.int64)
    return table.index_put_((torch.cat(truths), torch.cat(answers)), ones, accumulate=True)

def most_confused(counts, classes):
    C = len(classes)
    rates = counts.float() / counts.sum(1, keepdim=True)
    rates = rates.nan_to_num().masked_fill(torch.eye(C, dtype=torch.bool), -1)
    place = int(rates.argmax())
    return classes[place // C], classes[place % C], float(rates.max())
""",
        "NumPy": """
def count_answers(model, loader, num_classes):
    mode = model.training
    model.eval()
    table = np.zeros((num_classes, num_classes), dtype=np.int64)
    with torch.inference_mode():
        for X, y in loader:
            np.add.at(table, (y.numpy(), model(X).numpy().argmax(axis=1)), 1)
    model.train(mode)
    return torch.from_numpy(table)

def most_confused(counts, classes):
    table = counts.numpy().astype(float)
    table = table / np.maximum(table.sum(axis=1), 1)[:, None]
    np.fill_diagonal(table, 0)
    t, p = np.unravel_index(table.argmax(), table.shape)
    return classes[t], classes[p], float(table[t, p])
""",
    },
    "recipe": {
        "wide": slip(RECIPE, "784, 256", "784, 400", "256, 128", "400, 100", "128, 10)", "100, 10)", "0.004", "0.003"),
        "one hidden layer": """
def make_model():
    return nn.Sequential(nn.Flatten(1), nn.Linear(784, 512), nn.GELU(), nn.Dropout(0.2), nn.Linear(512, 10))

def recipe():
    return dict(num_epochs=12, batch_size=128, peak_lr=0.003, weight_decay=0.05)
""",
        "class": """
class Clothes(nn.Module):
    def __init__(self, a=300, b=100):
        super().__init__()
        self.hidden, self.deeper, self.out = nn.Linear(784, a), nn.Linear(a, b), nn.Linear(b, 10)
        self.drop = nn.Dropout(0.1)

    def forward(self, X):
        h = self.drop(F.relu(self.hidden(X.flatten(1))))
        return self.out(self.drop(F.relu(self.deeper(h))))

def make_model():
    return Clothes()

def recipe():
    return {"peak_lr": 3e-3, "num_epochs": 10, "weight_decay": 0.0, "batch_size": 128}
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
            "is the header among them?",
        ),
        "only the magic number skipped": (
            slip(READ, "content[4 + 4 * n :], dtype", "content[4:], dtype", LENGTH, "if False:"),
            "is the header among them?",
        ),
        "signed bytes": (slip(READ, "dtype=np.uint8", "dtype=np.int8"), "wanted uint8, got int8"),
        "converted to float": (slip(READ, "return pixels", "return pixels / 255 #"), "wanted uint8, got float64"),
        "a tensor": (
            slip(READ, "return pixels.reshape(tuple(sizes))", "return torch.tensor(pixels.reshape(tuple(sizes)))"),
            "a NumPy array is wanted, it returned Tensor",
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
        "only the kind looked at": (slip(READ, CHECK_MAGIC, "if content[2] != 8:"), "a file that begins with 01"),
        "length not looked at": (
            slip(READ, LENGTH, "if False:", "pixels.reshape(tuple(sizes))", "np.resize(pixels, tuple(sizes))"),
            "cut short by one byte: read without complaint",
        ),
        "too long is fine": (
            slip(READ, "pixels.size !=", "pixels.size <", "pixels.reshape", "pixels[:int(np.prod(sizes))].reshape"),
            "a file with a byte too many: read without complaint",
        ),
        "file not named": (slip(READ, "{path}: wrong length", "wrong length"), "the message doesn't name the file"),
        "assert in place of ValueError": (
            slip(READ, LENGTH, "assert pixels.size == int(np.prod(sizes)), path\n    if False:"),
            "a ValueError is wanted, it raised AssertionError",
        ),
        "hard-coded for three images": (
            slip(READ, "return pixels", "return pixels.reshape((3, 5, 4) if n == 3 else -1) #"),
            "a file of shape (300, 2): wanted (300, 2), got (600,)",
        ),
    },
    "IdxImages": {
        "labels stay uint8": (slip(DATASET, "from_numpy(labels).long()", "from_numpy(labels)"), "labels are .long()"),
        "labels int32": (slip(DATASET, "(labels).long()", "(labels).int()"), "labels are .long()"),
        "label a NumPy number": (slip(DATASET, "torch.from_numpy(labels).long()", "labels"), "it is a uint8"),
        "labels of shape (1,)": (slip(DATASET, "self.y[i]\n", "self.y[i : i + 1]\n"), "a dimension of size 1 too many"),
        "not divided by 255": (slip(DATASET, ".div(255)", ""), "255 times the wanted one"),
        "divided by 256": (slip(DATASET, ".div(255)", ".div(256)"), "0.9961 times the wanted one"),
        "float64": (slip(DATASET, ".float()", ".double()"), "X is float32"),
        "still uint8": (slip(DATASET, ".float().div(255)", ""), "X is float32"),
        "no channel": (slip(DATASET, ".unsqueeze(1)", ""), "a dimension of size 1 is missing"),
        "transposed image": (slip(DATASET, ".unsqueeze(1)", ".unsqueeze(1).mT"), "the dimensions are in another order"),
        "one too few": (slip(DATASET, "len(self.y)", "len(self.y) - 1"), "3 images, and its length is 2"),
        "starts at 1": (slip(DATASET, "self.X[i]", "self.X[i - 1]"), "dataset[0]: X"),
        "transform ignored": (slip(DATASET, "X = self.transform(X)", "pass"), "calls the transform 0 times"),
        "transform twice": (
            slip(DATASET, "X = self.transform(X)", "X = self.transform(self.transform(X))"),
            "calls the transform 2 times",
        ),
        "transform without effect": (
            slip(DATASET, "X = self.transform(X)", "self.transform(X)"),
            "what is served with a transform",
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
            "what the transform gets is not right yet",
        ),
        "labels read twice": (
            slip(
                DATASET,
                "labels = read_idx(labels_path)",
                "labels = read_idx(labels_path)\n        labels = read_idx(labels_path)",
            ),
            "each file is read once",
        ),
        "files read for each image": (
            slip(
                DATASET,
                "self.y = ",
                "self.read, self.path = read_idx, images_path\n        self.y = ",
                "X = self.X[i]",
                "self.read(self.path)\n        X = self.X[i]",
            ),
            "serving an example reads a file again",
        ),
        "lengths not compared": (slip(DATASET, "if len(images) != len(labels):", "if False:"), "ValueError is wanted"),
        "label first": (slip(DATASET, "return X, self.y[i]", "return self.y[i], X"), "dataset[0]: X is not right yet"),
    },
    "make_transform": {
        "statistics of each X": (
            slip(TRANSFORM, "(X - mean) / std", "(X - X.mean()) / X.std(correction=0)"),
            "it measures each X anew",
        ),
        "statistics in 0 to 255": (slip(TRANSFORM, "train_images / 255", "train_images"), "still in units of 0 to 255"),
        "divided by the variance": (slip(TRANSFORM, "pixels.std()", "pixels.var()"), "the root of the variance, once"),
        "mean not subtracted": (slip(TRANSFORM, "(X - mean)", "X"), "subtract the mean of the training pixels"),
        "mean subtracted after": (slip(TRANSFORM, "(X - mean) / std", "X / std - mean"), "subtract the mean"),
        "only centred": (slip(TRANSFORM, " / std", ""), "divide by the standard deviation"),
        "brackets missing": (slip(TRANSFORM, "(X - mean) / std", "X - mean / std"), "(X - mean) / std"),
        "mean and deviation swapped": (
            slip(TRANSFORM, "mean, std = pixels", "std, mean = pixels"),
            "(X - mean) / std",
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
            "One mean and one deviation for all pixels",
        ),
        "first image only": (slip(TRANSFORM, "train_images / 255", "train_images[0] / 255"), "One mean and one"),
    },
    "train_classifier": {
        "zero_grad missing": (slip(TRAIN, "optimizer.zero_grad()", "pass"), "empty them with zero_grad"),
        "zero_grad once an epoch": (
            slip(
                TRAIN,
                "            optimizer.zero_grad()\n",
                "",
                "total, n = 0.0, 0",
                "total, n = 0.0, 0\n        optimizer.zero_grad()",
            ),
            "empty them with zero_grad",
        ),
        "zero_grad between backward and step": (
            slip(
                TRAIN,
                "            optimizer.zero_grad()\n",
                "",
                "loss.backward()",
                "loss.backward()\n            optimizer.zero_grad()",
            ),
            "zero_grad, backward, step",
        ),
        "step before backward": (
            slip(
                TRAIN,
                "            optimizer.step()\n",
                "",
                "            loss.backward()",
                "            optimizer.step()\n            loss.backward()",
            ),
            "zero_grad, backward, step",
        ),
        "step forgotten": (slip(TRAIN, "optimizer.step()", "pass"), "never took a step"),
        "another optimizer": (
            slip(TRAIN, "losses = []", "losses = []\n    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)"),
            "the weights move, and the learning rate of the optimizer given is 0",
        ),
        "softmax before cross-entropy": (
            slip(TRAIN, "(logits, y)", "(logits.softmax(dim=1), y)"),
            "a softmax came before",
        ),
        "mean of batch means": (
            slip(TRAIN, "loss.item() * len(y)", "loss.item()", "n += len(y)", "n += 1"),
            "a mean of batch means",
        ),
        "sum of batch means": (slip(TRAIN, "total / n", "total"), "divided by their number"),
        "sum over epochs": (
            slip(
                TRAIN,
                "        total, n = 0.0, 0\n",
                "",
                "losses = []",
                "losses = []\n    total, n = 0.0, 0",
                "losses.append(total / n)",
                "losses.append(total / len(loader.tensors[0]))",
            ),
            "from 0 in each epoch",
        ),
        "one epoch too few": (slip(TRAIN, "range(num_epochs)", "range(1, num_epochs)"), "a list of 2 losses is wanted"),
        "one epoch too many": (
            slip(TRAIN, "range(num_epochs)", "range(num_epochs + 1)"),
            "a list of 2 losses is wanted",
        ),
        "always two epochs": (
            slip(TRAIN, "range(num_epochs)", "range(2)"),
            "3 epochs hold 12 batches; it took 8 steps",
        ),
        "tensors with their graphs": (
            slip(TRAIN, "loss.item() * len(y)", "loss * len(y)"),
            "a float is wanted: .item()",
        ),
        "a loss per batch": (
            slip(
                TRAIN,
                "n += len(y)",
                "n += len(y)\n            losses.append(loss.item())",
                "        losses.append(total / n)\n",
                "",
            ),
            "one an epoch",
        ),
        "eval mode": (slip(TRAIN, "model.train()", "model.eval()"), "it predicts in eval mode"),
        "model.train() forgotten": (slip(TRAIN, "    model.train()\n", ""), "it predicts in eval mode"),
        "scheduler ignored": (slip(TRAIN, "scheduler.step()", "pass"), "0 steps of the scheduler"),
        "scheduler once an epoch": (
            slip(
                TRAIN,
                "            if scheduler:\n                scheduler.step()\n",
                "",
                "        losses.append",
                "        if scheduler:\n            scheduler.step()\n        losses.append",
            ),
            "2 steps of the scheduler: one a batch is wanted",
        ),
        "sum in place of mean": (
            slip(TRAIN, "(logits, y)", "(logits, y, reduction='sum')", "loss.item() * len(y)", "loss.item()"),
            "`fit` arrives at other weights",
        ),
        "fit does the work": (
            """
def train_classifier(model, loader, optimizer, num_epochs, scheduler=None):
    kwargs = dict(loss_fn=F.cross_entropy, optimizer=optimizer, epochs=num_epochs, progress=False)
    return fit(model, loader, **kwargs).train_loss
""",
            "fit did the work",
        ),
    },
    "count_answers": {
        "training mode": (slip(COUNT, "    model.eval()\n", "") + PAIR, "model.eval() comes first"),
        "gradients recorded": (slip(COUNT, "torch.no_grad()", "torch.enable_grad()") + PAIR, "torch.no_grad()"),
        "mode not restored": (slip(COUNT, "    model.train(training)\n", "") + PAIR, "is to be left so"),
        "always back to training": (slip(COUNT, "model.train(training)", "model.train()") + PAIR, "is to be left so"),
        "rows and columns swapped": (slip(COUNT, "counts[t, p]", "counts[p, t]") + PAIR, "rows are the truth"),
        "argmax over the batch": (slip(COUNT, "dim=1", "dim=0") + PAIR, "Is argmax taken over the classes, dim=1?"),
        "last batch only": (
            slip(COUNT, "y_hat = ", "counts.zero_()\n            y_hat = ") + PAIR,
            "all batches count",
        ),
        "first batch only": (
            slip(COUNT, "    model.train(training)", "            break\n    model.train(training)") + PAIR,
            "all batches count",
        ),
        "shares in place of counts": (
            slip(COUNT, "return counts", "return counts / counts.sum()") + PAIR,
            "all batches count",
        ),
        "float counts": (
            slip(COUNT, "dtype=torch.long", "dtype=torch.float32") + PAIR,
            "float32 where int64 is wanted",
        ),
        "only right answers": (
            slip(COUNT, "counts[t, p] += 1", "counts[t, t] += int(t == p)") + PAIR,
            "all batches count",
        ),
        "diagonal counted": (COUNT + slip(PAIR, "t != p and ", ""), "on the diagonal, are no confusion"),
        "count in place of share": (
            COUNT
            + slip(PAIR, "n / max(sum(row), 1) > best[2]", "n > best[2]", ", n / max(sum(row), 1))", ", float(n))"),
            "the largest share of a row's sum",
        ),
        "share of all examples": (
            COUNT + slip(PAIR, "max(sum(row), 1)", "int(counts.sum())"),
            "the largest share of a row's sum",
        ),
        "right pair, share of all examples": (
            COUNT + slip(PAIR, "return best", "return *best[:2], best[2] / len(counts)"),
            "Of the examples whose true class this is",
        ),
        "accuracy in place of the share": (
            COUNT + slip(PAIR, "return best", "return *best[:2], (counts.trace() / counts.sum()).item()"),
            "Of the examples whose true class this is",
        ),
        "share in per cent": (
            COUNT + slip(PAIR, "return best", "return *best[:2], 100 * best[2]"),
            "is it a percentage",
        ),
        "share of the column": (
            COUNT + slip(PAIR, "max(sum(row), 1)", "max(sum(r[p] for r in counts.tolist()), 1)"),
            "the largest share of a row's sum",
        ),
        "names swapped": (
            COUNT + slip(PAIR, "(classes[t], classes[p], n", "(classes[p], classes[t], n"),
            "the names are swapped",
        ),
        "numbers in place of names": (COUNT + slip(PAIR, "(classes[t], classes[p], n", "(t, p, n"), "it picks (2, 1)"),
        "no share": (COUNT + slip(PAIR, "return best", "return best[:2]"), "true, predicted, share are wanted"),
        "share a tensor": (
            COUNT + slip(PAIR, "return best", "return *best[:2], torch.tensor(best[2])"),
            "a float is wanted: .item()",
        ),
        "counts spoilt": (
            COUNT + slip(PAIR, "return best", "counts.fill_diagonal_(0)\n    return best"),
            "counts was changed in place",
        ),
        "0/0": (
            COUNT
            + """
def most_confused(counts, classes):
    shares = counts / counts.sum(dim=1, keepdim=True)
    shares.fill_diagonal_(0)
    t, p = divmod(shares.argmax().item(), len(classes))
    return classes[t], classes[p], shares[t, p].item()
""",
            "the largest share of a row's sum",
        ),
    },
    "recipe": {
        "softmax at the end": (
            slip(RECIPE, "nn.Linear(128, 10),", "nn.Linear(128, 10), nn.Softmax(dim=1),"),
            "outputs add up to 1",
        ),
        "no activation": (slip(RECIPE, "nn.ReLU()", "nn.Identity()"), "the network is linear"),
        "one output": (slip(RECIPE, "nn.Linear(128, 10)", "nn.Linear(128, 1)"), "logits of shape"),
        "too large": (slip(RECIPE, "784, 256", "784, 1024", "256, 128", "1024, 128"), "at most 600,000"),
        "rate too large": (slip(RECIPE, "0.004", "4.0"), "is the peak rate far from"),
        "rate too small": (slip(RECIPE, "0.004", "4e-7"), "is the peak rate far from"),
        "too many epochs": (slip(RECIPE, ": 10,", ": 100,"), "1 to 20 epochs are wanted, got 100"),
        "two epochs, two units": (
            slip(RECIPE, "784, 256", "784, 4", "256, 128", "4, 128", ": 10,", ": 2,"),
            "doesn't know its own training images",
        ),
        "half of it dropped": (slip(RECIPE, "0.1", "0.9"), "less dropout"),
        "an entry misspelt": (slip(RECIPE, "peak_lr", "lr"), "a dictionary with"),
        "trained on the test images": (
            RECIPE.replace("def make_model", "def fresh_model")
            + """
def make_model():
    model = fresh_model()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    for X, y in BatchLoader(data.test_images, data.test_labels, batch_size=500, transform=as_input):
        loss = F.cross_entropy(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model
""",
            "it knows the clothes before it is trained",
        ),
        "one model for all": (
            RECIPE.replace("def make_model", "def fresh_model")
            + """
only = fresh_model()

def make_model():
    return only
""",
            "it returns the same model twice",
        ),
    },
}

SECONDS = {"recipe": 20.0}
SETTINGS = "return {'num_epochs': 10, 'batch_size': 256, 'peak_lr': 0.004, 'weight_decay': 0.01}"
LEFT_OPEN = "any recipe that meets the marks is right, and this one does"
SURVIVORS = {
    "count_answers": {
        "shares.fill_diagonal_(0): 0 -> -1": "no share is below 0, so the diagonal is never chosen, as with 0",
    },
    "recipe": {
        f"{SETTINGS}: {change}": LEFT_OPEN
        for change in ("10 -> 11", "10 -> 9", "256 -> 257", "256 -> 255", "0.01 -> 1.01")
    },
}
