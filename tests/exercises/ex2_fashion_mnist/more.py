"""Answers to all questions of ex2: more right ones in other styles, and more slips, each with its hint."""

RIGHT = {
    "read_idx": {
        "numpy u4": """
def read_idx(path):
    data = np.frombuffer(gzip.decompress(Path(path).read_bytes()), np.uint8)
    if data[:3].tolist() != [0, 0, 8] or data.size < 4 or data.size < 4 + 4 * data[3]:
        raise ValueError(f"{Path(path).name}: no idx file of bytes")
    end = 4 + 4 * int(data[3])
    shape = tuple(int(s) for s in data[4:end].view(">u4"))
    if data.size != end + math.prod(shape):
        raise ValueError(f"{Path(path).name}: promises {math.prod(shape)}, holds {data.size - end}")
    return np.array(data[end:].reshape(shape))
""",
        "bytearray ndarray": """
def read_idx(path):
    with gzip.GzipFile(path) as f:
        content = bytearray(f.read())
    head, ndim = content[:3], (content[3:4] or b"\\0")[0]
    end = 4 * (ndim + 1)
    if bytes(head) != bytes([0, 0, 8]) or len(content) < end:
        raise ValueError("no idx file: " + str(path))
    shape = [sum(content[4 + 4 * d + k] << 8 * (3 - k) for k in range(4)) for d in range(ndim)]
    if math.prod(shape) + end != len(content):
        raise ValueError("wrong length: " + str(path))
    return np.ndarray(shape, np.uint8, content, end)
""",
        "torch frombuffer": """
def read_idx(path):
    content = bytearray(gzip.open(str(path), "rb").read())
    if len(content) < 4 or content[0] or content[1] or content[2] != 8 or len(content) < 4 + 4 * content[3]:
        raise ValueError(f"cannot read {path}")
    end = 4 + 4 * content[3]
    shape = [int.from_bytes(content[k:k + 4], byteorder="big") for k in range(4, end, 4)]
    if len(content) != end + math.prod(shape):
        raise ValueError(f"cannot read {path}")
    if math.prod(shape) == 0:
        return np.zeros(shape, dtype=np.uint8)
    return torch.frombuffer(content, dtype=torch.uint8, offset=end).reshape(shape).numpy()
""",
        "class reader": """
class Cursor:
    def __init__(self, path):
        self.path = path
        with gzip.open(path) as f:
            self.rest = f.read()

    def take(self, n):
        if len(self.rest) < n:
            raise ValueError(f"{self.path}: ended too early")
        got, self.rest = self.rest[:n], self.rest[n:]
        return got


def read_idx(path):
    cursor = Cursor(path)
    if cursor.take(3) != bytes((0, 0, 8)):
        raise ValueError(f"{path}: wrong start")
    ndim = cursor.take(1)[0]
    shape = [int.from_bytes(cursor.take(4), "big") for _ in range(ndim)]
    out = np.frombuffer(cursor.take(math.prod(shape)), np.uint8).reshape(shape).copy()
    if cursor.rest:
        raise ValueError(f"{path}: bytes left over")
    return out
""",
        "stream in order": """
def read_idx(path):
    with gzip.open(path, "rb") as f:
        def complain(what):
            raise ValueError(f"{what} ({path})")
        magic = f.read(4)
        if len(magic) != 4 or magic[:3] != b"\\0\\0\\x08":
            complain("magic")
        shape = ()
        for _ in range(magic[3]):
            number = f.read(4)
            if len(number) < 4:
                complain("header")
            shape += (int.from_bytes(number, "big"),)
        out = np.empty(shape, dtype="uint8")
        body = f.read()
        if len(body) != out.size:
            complain("length")
        out.flat[:] = np.frombuffer(body, dtype="uint8")
    return out
""",
        "recursive lists": """
def _nest(values, shape):
    if len(shape) == 1:
        return np.array(list(values), dtype=np.uint8)
    step = len(values) // shape[0] if shape[0] else 0
    parts = [_nest(values[i * step:(i + 1) * step], shape[1:]) for i in range(shape[0])]
    return np.stack(parts) if parts else np.zeros(shape, np.uint8)


def read_idx(path):
    name = Path(path).name
    content = gzip.open(path).read()
    if not content.startswith(b"\\x00\\x00\\x08"):
        raise ValueError(name)
    try:
        n = content[3]
    except IndexError:
        raise ValueError(name) from None
    if len(content) < 4 + 4 * n:
        raise ValueError(name)
    shape = [int(content[4 + 4 * k: 8 + 4 * k].hex(), 16) for k in range(n)]
    if len(content) != 4 + 4 * n + math.prod(shape):
        raise ValueError(name)
    return _nest(content[4 + 4 * n:], shape)
""",
    },
    "IdxImages": {
        "numpy float32": """
class IdxImages(Dataset):
    def __init__(self, images_path, labels_path, transform=None):
        self._images = read_idx(images_path)[:, np.newaxis]
        self._labels = read_idx(labels_path).astype(np.int64)
        self._f = transform
        if self._images.shape[0] != self._labels.size:
            raise ValueError("lengths differ")

    def __len__(self):
        return self._labels.size

    def __getitem__(self, i):
        X = torch.from_numpy(self._images[i].astype(np.float32) / np.float32(255))
        if self._f:
            X = self._f(X)
        return X, torch.as_tensor(self._labels[i])
""",
        "list of pairs": """
class IdxImages(Dataset):
    def __init__(self, images_path, labels_path, transform=None):
        images = read_idx(images_path)
        labels = read_idx(labels_path)
        self.transform = transform
        self.pairs = [
            (torch.tensor(image[None], dtype=torch.float32) / 255, torch.tensor(int(label), dtype=torch.long))
            for image, label in zip(images, labels, strict=True)
        ]

    def __len__(self):
        return len(self.pairs)

    def __getitem__(self, i):
        X, y = self.pairs[i]
        if self.transform is not None:
            X = self.transform(X)
        return X, y
""",
        "closure style": """
class IdxImages(Dataset):
    def __init__(self, images_path, labels_path, transform=None):
        pictures, answers = map(read_idx, (images_path, labels_path))
        if len(pictures) != len(answers):
            raise ValueError("counts")

        def serve(i):
            X = torch.from_numpy(pictures[i : i + 1] if i != -1 else pictures[-1:]).float().div(255)
            return (transform(X) if transform is not None else X, torch.tensor(answers[i]).long())

        self.serve, self.n = serve, len(pictures)

    def __len__(self):
        return self.n

    def __getitem__(self, i):
        if i >= self.n or i < -self.n:
            raise IndexError(i)
        return self.serve(i)
""",
        "tensor dataset inside": """
class IdxImages(Dataset):
    def __init__(self, images_path, labels_path, transform=None):
        X = torch.as_tensor(read_idx(images_path)).unsqueeze(1)
        y = torch.as_tensor(read_idx(labels_path)).to(torch.int64)
        if len(X) != len(y):
            raise ValueError("unequal")
        self.inner = torch.utils.data.TensorDataset(X, y)
        self.transform = transform

    def __len__(self):
        return len(self.inner)

    def __getitem__(self, i):
        X, y = self.inner[i]
        X = torch.true_divide(X, 255)
        return [X, y] if False else (X if self.transform is None else self.transform(X), y)
""",
        "table lookup": """
class IdxImages(Dataset):
    def __init__(self, images_path, labels_path, transform=None):
        self.images = read_idx(images_path)
        self.labels = read_idx(labels_path)
        if self.images.shape[:1] != self.labels.shape:
            raise ValueError("not the same number")
        self.table = torch.arange(256, dtype=torch.float32) / 255
        self.transform = transform

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        X = self.table[torch.from_numpy(self.images[i].astype(int))].unsqueeze(0)
        if callable(self.transform):
            X = self.transform(X)
        return X, torch.from_numpy(self.labels)[i].long()
""",
        "float64 then float": """
class IdxImages(Dataset):
    def __init__(self, images_path, labels_path, transform=None, scale=255.0):
        imgs = read_idx(path=images_path)
        labs = read_idx(path=labels_path)
        n, m = imgs.shape[0], labs.shape[0]
        if n < m or m < n:
            raise ValueError(f"{n} != {m}")
        self.__dict__.update(imgs=imgs / scale, labs=labs.tolist(), transform=transform, n=n)

    def __len__(self):
        return self.n

    def __getitem__(self, i):
        X = torch.tensor(np.expand_dims(self.imgs[i], 0)).float()
        y = torch.tensor(self.labs[i])
        if self.transform is None:
            return X, y
        return self.transform(X), y
""",
        "python pixels": """
class IdxImages(Dataset):
    def __init__(self, images_path, labels_path, transform=None):
        self.images = read_idx(images_path).tolist()
        self.labels = read_idx(labels_path).tolist()
        if len(self.images) != len(self.labels):
            raise ValueError("images and labels differ in number")
        self.transform = transform

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        X = torch.tensor([[[p / 255 for p in row] for row in self.images[i]]])
        y = torch.tensor(self.labels[i], dtype=torch.long)
        return tuple((self.transform(X) if self.transform is not None else X, y))
""",
    },
    "make_transform": {
        "callable class": """
class Standardise:
    def __init__(self, images):
        images = torch.from_numpy(images).double().div(255)
        self.mean = images.mean().item()
        self.std = images.std().item()

    def __call__(self, X):
        return X.sub(self.mean).div(self.std)


def make_transform(train_images):
    return Standardise(train_images)
""",
        "welford integers": """
def make_transform(train_images):
    n, total, squares = 0, 0, 0
    for value in train_images.flatten().tolist():
        n += 1
        total += value
        squares += value * value
    mean = total / n / 255
    std = math.sqrt(n * squares - total * total) / n / 255
    def f(X):
        Z = X.clone()
        Z -= mean
        Z /= std
        return Z
    return f
""",
        "statistics": """
import statistics

def make_transform(train_images):
    values = [p / 255 for p in train_images.reshape(-1).tolist()]
    mu = statistics.fmean(values)
    sigma = statistics.stdev(values, mu)
    return lambda X, mu=mu, sigma=sigma: torch.div(torch.sub(X, mu), sigma)
""",
        "numpy inside": """
def make_transform(train_images):
    mean = np.mean(train_images, dtype=np.float64) / 255
    std = np.std(train_images, dtype=np.float64) / 255
    def transform(X):
        out = (X.double().numpy() - mean) / std
        return torch.tensor(out, dtype=torch.float32)
    return transform
""",
        "two pass batches": '''
def make_transform(train_images):
    n = train_images.size
    mean = sum(image.sum(dtype=np.int64) for image in train_images) / n
    var = sum(((image - mean) ** 2).sum() for image in train_images) / n
    mean, std = float(mean / 255), float(var ** 0.5 / 255)
    def transform(X: torch.Tensor) -> torch.Tensor:
        """Standardise."""
        mu = torch.full_like(X, mean)
        return (X - mu) / std
    return transform
''',
    },
    "find_fault": {
        "whole": """
def find_fault():
    line = 6
    seen, thought = 8 + 8 + 4, 3 * 8
    return line, seen / thought

def repaired(images, batch_size):
    return float((images / 255).mean()), float((images / 255).std())
""",
        "measured": """
def find_fault():
    trial = np.full((20, 2, 2), 51, dtype=np.uint8)
    return 6, measure(trial, 8)[0] / 0.2

def repaired(images, batch_size):
    pixels = np.concatenate([images[i:i + batch_size].ravel() for i in range(0, len(images), batch_size)])
    return pixels.mean() / 255, pixels.std() / 255
""",
        "chan merge": """
def find_fault():
    return (6, 1 / 1.2)

def repaired(images, batch_size):
    n, mean, m2 = 0, 0.0, 0.0
    start = 0
    while start < len(images):
        part = images[start:start + batch_size].astype(np.float64) / 255
        k, d = part.size, part.mean() - mean
        m2 += part.var() * k + d * d * n * k / (n + k)
        mean += d * k / (n + k)
        n += k
        start += batch_size
    return mean, (m2 / n) ** 0.5
""",
        "torch tensors": """
def find_fault():
    batches = math.ceil(20 / 8)
    return 6, 20 / (8 * batches)

def repaired(images, batch_size):
    count, total, squares = 0, torch.zeros((), dtype=torch.float64), torch.zeros((), dtype=torch.float64)
    for X in torch.from_numpy(images).split(batch_size):
        X = X.double() / 255
        count += X.numel()
        total += X.sum()
        squares += X.square().sum()
    mean = total / count
    return mean.item(), (squares / count - mean ** 2).sqrt().item()
""",
        "integers": """
def find_fault():
    return 6, 0.8333333333

def repaired(images, batch_size):
    count = total = squares = 0
    for start in range(0, len(images), batch_size):
        part = images[start:start + batch_size].astype(np.int64)
        count, total, squares = count + part.size, total + int(part.sum()), squares + int((part ** 2).sum())
    return total / count / 255, math.sqrt(count * squares - total ** 2) / count / 255
""",
        "bincount": """
def find_fault():
    return 6, 20 / 24

def repaired(images, batch_size):
    starts = range(0, len(images), batch_size)
    counts = sum(np.bincount(images[s:s + batch_size].reshape(-1), minlength=256) for s in starts)
    levels = np.arange(256) / 255
    mean = np.average(levels, weights=counts)
    return mean, np.sqrt(np.average((levels - mean) ** 2, weights=counts))
""",
        "recursion": """
def find_fault():
    return 6, 20 / 24

def _sums(images, batch_size):
    if len(images) == 0:
        return np.zeros(3)
    X = images[:batch_size] / 255.0
    return np.array([X.size, X.sum(), (X * X).sum()]) + _sums(images[batch_size:], batch_size)

def repaired(images, batch_size):
    n, total, squares = _sums(images, batch_size)
    return total / n, math.sqrt(squares / n - (total / n) ** 2)
""",
        "list returned": """
def find_fault():
    return [6, 5 / 6]

def repaired(images, batch_size):
    count, total, squares = 0, 0.0, 0.0
    for start in range(0, len(images), batch_size):
        X = images[start : start + batch_size] / 255
        count += X.size
        total += X.sum()
        squares += (X**2).sum()
    mean = total / count
    std = (squares / count - mean**2) ** 0.5
    return mean, std
""",
    },
    "count_answers": {
        "loops": """
def count_answers(model, loader, num_classes):
    before = {m: m.training for m in model.modules()}
    counts = torch.zeros((num_classes, num_classes)).long()
    model.eval()
    try:
        with torch.inference_mode():
            for X, y in loader:
                for truth, logits in zip(y, model(X)):
                    counts[truth, logits.argmax()] += 1
    finally:
        for m, training in before.items():
            m.training = training
    return counts.clone()


def most_confused(counts, classes):
    best = None
    for t in range(len(classes)):
        n = int(counts[t].sum())
        if n == 0:
            continue
        for p in range(len(classes)):
            if p != t and (best is None or int(counts[t, p]) / n > best[2]):
                best = (classes[t], classes[p], int(counts[t, p]) / n)
    return best
""",
        "numpy": """
@torch.no_grad()
def count_answers(model, loader, num_classes):
    was = [m.training for m in model.modules()]
    model.train(False)
    counts = np.zeros((num_classes, num_classes), dtype=np.int64)
    for X, y in loader:
        np.add.at(counts, (y.numpy(), model(X).numpy().argmax(1)), 1)
    for m, flag in zip(model.modules(), was):
        m.training = flag
    return torch.from_numpy(counts)


def most_confused(counts, classes):
    table = counts.numpy().astype(float)
    np.fill_diagonal(table, 0)
    share = table / np.maximum(counts.numpy().sum(1, keepdims=True), 1)
    t, p = np.unravel_index(share.argmax(), share.shape)
    return classes[t], classes[p], share[t, p]
""",
        "one hot": """
def count_answers(model, loader, num_classes):
    state = [(m, m.training) for m in model.modules()]
    model.eval()
    table = torch.zeros(num_classes, num_classes, dtype=torch.long)
    with torch.no_grad():
        for batch in loader:
            X, y = batch
            hot = F.one_hot(y, num_classes)
            guess = F.one_hot(model(X).max(1).indices, num_classes)
            table = table + hot.T @ guess
    for m, t in state:
        m.training = t
    return table


def most_confused(counts, classes):
    totals = counts.sum(1)
    pairs = [
        (counts[t, p].item() / totals[t].item(), t, p)
        for t in range(len(classes)) for p in range(len(classes))
        if t != p and totals[t] > 0
    ]
    share, t, p = max(pairs)
    return (classes[t], classes[p], share)
""",
        "collect then count": """
def count_answers(model, loader, num_classes):
    modes = dict((name, m.training) for name, m in model.named_modules())
    model.eval()
    truths, answers = [], []
    with torch.no_grad():
        for X, y in loader:
            truths.append(y)
            answers.append(torch.topk(model(X), 1, dim=-1)[1][:, 0])
    for name, m in model.named_modules():
        m.training = modes[name]
    truth, answer = torch.cat(truths), torch.cat(answers)
    counts = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    counts.index_put_((truth, answer), torch.ones_like(truth), accumulate=True)
    return counts


def most_confused(counts, classes):
    n = len(classes)
    off = counts.double() * (1 - torch.eye(n, dtype=torch.float64))
    share = torch.nan_to_num(off / counts.sum(1)[:, None])
    flat = int(share.flatten().argmax())
    return classes[flat // n], classes[flat % n], float(share.flatten()[flat])
""",
        "context manager": """
from contextlib import contextmanager

@contextmanager
def evaluating(model):
    modes = [(m, m.training) for m in model.modules()]
    model.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        for m, mode in modes:
            m.training = mode


def count_answers(model, loader, num_classes):
    counts = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    with evaluating(model):
        for X, y in loader:
            pairs = torch.stack([y, model(X).argmax(-1)], 1)
            for t, p in pairs.tolist():
                counts[t][p] += 1
    return counts


def most_confused(counts, classes):
    shares = {}
    for true, row in zip(classes, counts.tolist(), strict=True):
        for predicted, n in zip(classes, row, strict=True):
            if true != predicted and sum(row):
                shares[true, predicted] = n / sum(row)
    pair = max(shares, key=shares.get)
    return *pair, shares[pair]
""",
        "deepcopy model": """
import copy

def count_answers(model, loader, num_classes):
    twin = copy.deepcopy(model).eval()
    counts = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    for X, y in loader:
        with torch.no_grad():
            logits = twin(X)
        best = torch.argmax(logits, dim=1)
        for c in range(num_classes):
            counts[c] += torch.bincount(best[y == c], minlength=num_classes)
    return counts


def most_confused(counts, classes):
    share = counts.float() / counts.sum(1, keepdim=True)
    share[share.isnan()] = 0
    share[range(len(classes)), range(len(classes))] = 0
    best, columns = share.max(1)
    row = best.argmax()
    return classes[row], classes[columns[row]], best[row].item()
""",
        "named tuple counter": """
from collections import Counter, namedtuple

Pair = namedtuple("Pair", "true predicted share")

def count_answers(model, loader, num_classes):
    modes = [(m, m.training) for m in model.modules()]
    model.eval()
    seen = Counter()
    with torch.no_grad():
        for X, y in loader:
            seen.update(zip(y.tolist(), model(X).softmax(1).argmax(1).tolist()))
    for m, on in modes:
        m.training = on
    return torch.tensor([[seen[t, p] for p in range(num_classes)] for t in range(num_classes)], dtype=torch.int64)

def most_confused(counts, classes):
    best = Pair(None, None, -1.0)
    for t, row in enumerate(counts):
        total = row.sum().item()
        for p, n in enumerate(row.tolist()):
            if p == t or total == 0:
                continue
            if n / total > best.share:
                best = Pair(classes[t], classes[p], n / total)
    return best
""",
        "iter next": """
def count_answers(model, loader, num_classes):
    modes = [(m, m.training) for m in model.modules()]
    model.eval()
    counts = torch.zeros([num_classes] * 2, dtype=torch.int64)
    stream = iter(loader)
    while True:
        try:
            X, y = next(stream)
        except StopIteration:
            break
        with torch.no_grad():
            p = model(X).argmax(1)
        unique, n = torch.unique(torch.stack((y, p)), dim=1, return_counts=True)
        counts[unique[0], unique[1]] += n
    for m, on in modes:
        m.training = on
    return counts

def most_confused(counts, classes):
    shares = counts / counts.sum(dim=1, keepdim=True).clamp(min=1)
    shares.fill_diagonal_(-1)
    row, column = divmod(shares.argmax().item(), len(classes))
    return classes[row], classes[column], shares[row, column].item()
""",
    },
    "recipe": {
        "batchnorm": """
def block(a, b):
    return [nn.Linear(a, b, bias=False), nn.BatchNorm1d(b), nn.ReLU(), nn.Dropout(0.15)]

def make_model():
    return nn.Sequential(nn.Flatten(), *block(784, 256), *block(256, 128), nn.Linear(128, 10))

def recipe():
    return {"num_epochs": 4, "batch_size": 256, "peak_lr": 0.01, "weight_decay": 0.05}
""",
        "log softmax": """
def make_model():
    layers = [nn.Flatten(), nn.Linear(28 * 28, 200), nn.SiLU(), nn.Dropout(0.1)]
    layers += [nn.Linear(200, 100), nn.SiLU(), nn.Linear(100, 10), nn.LogSoftmax(dim=1)]
    return nn.Sequential(*layers)

def recipe():
    return {"num_epochs": 4, "batch_size": 256, "peak_lr": 0.004, "weight_decay": 0.01}
""",
        "convnet": """
def make_model():
    return nn.Sequential(
        nn.Conv2d(1, 16, 5, stride=2, padding=2), nn.ReLU(),
        nn.Conv2d(16, 32, 3, stride=2, padding=1), nn.ReLU(),
        nn.Flatten(), nn.Linear(32 * 49, 64), nn.ReLU(), nn.Linear(64, 10),
    )

def recipe():
    return {"num_epochs": 4, "batch_size": 256, "peak_lr": 0.005, "weight_decay": 0.01}
""",
        "residual": """
class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(784, 256)
        self.middle = nn.Linear(256, 256)
        self.drop = nn.Dropout(0.15)
        self.last = nn.Linear(256, 10)

    def forward(self, X):
        h = torch.relu(self.first(X.view(X.shape[0], -1)))
        h = h + self.drop(torch.relu(self.middle(h)))
        return self.last(h)

make_model = Residual

def recipe():
    return {"num_epochs": 8, "batch_size": 256, "peak_lr": 0.003, "weight_decay": 0.02}
""",
        "parameters by hand": """
class ByHand(nn.Module):
    def __init__(self):
        super().__init__()
        self.W1 = nn.Parameter(torch.randn(784, 256) * (2 / 784) ** 0.5)
        self.b1 = nn.Parameter(torch.zeros(256))
        self.W2 = nn.Parameter(torch.randn(256, 128) * (2 / 256) ** 0.5)
        self.b2 = nn.Parameter(torch.zeros(128))
        self.W3 = nn.Parameter(torch.zeros(128, 10))
        self.b3 = nn.Parameter(torch.zeros(10))

    def forward(self, X):
        h = X.reshape(-1, 784)
        h = F.relu(h @ self.W1 + self.b1)
        h = F.dropout(h, 0.1, training=self.training)
        h = F.relu(h @ self.W2 + self.b2)
        return h @ self.W3 + self.b3

def make_model():
    return ByHand()

def recipe():
    return {"num_epochs": 8, "batch_size": 256, "peak_lr": 0.004, "weight_decay": 0.01}
""",
    },
}

WRONG = {
    "read_idx": {
        "magic sum": (
            """
def read_idx(path):
    with gzip.open(path, "rb") as file:
        content = file.read()
    if len(content) < 4 or sum(content[:3]) != 8:
        raise ValueError(f"{path}: no idx file of unsigned bytes")
    n = content[3]
    start = 4 + 4 * n
    if len(content) < start:
        raise ValueError(f"{path}: ends in the header")
    shape = [int.from_bytes(content[4 + 4 * d : 8 + 4 * d], "big") for d in range(n)]
    if len(content) != start + math.prod(shape):
        raise ValueError(f"{path}: wrong length")
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape).copy()
""",
            "begins with 00 08 00: read without complaint",
        ),
        "cached": (
            """
import functools

@functools.lru_cache
def read_idx(path):
    with gzip.open(path, "rb") as file:
        content = file.read()
    if content[:3] != b"\\x00\\x00\\x08" or len(content) < 4:
        raise ValueError(f"{path}: no idx file of unsigned bytes")
    n = content[3]
    start = 4 + 4 * n
    if len(content) < start:
        raise ValueError(f"{path}: ends in the header")
    shape = [int.from_bytes(content[4 + 4 * d : 8 + 4 * d], "big") for d in range(n)]
    if len(content) != start + math.prod(shape):
        raise ValueError(f"{path}: wrong length")
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape).copy()
""",
            "read it anew at each call",
        ),
        "cached by name": (
            """
_seen = {}


def read_idx(path):
    if Path(path).name in _seen:
        return _seen[Path(path).name]
    with gzip.open(path, "rb") as file:
        content = file.read()
    if content[:3] != b"\\x00\\x00\\x08" or len(content) < 4:
        raise ValueError(f"{path}: no idx file of unsigned bytes")
    n = content[3]
    start = 4 + 4 * n
    if len(content) < start:
        raise ValueError(f"{path}: ends in the header")
    shape = [int.from_bytes(content[4 + 4 * d : 8 + 4 * d], "big") for d in range(n)]
    if len(content) != start + math.prod(shape):
        raise ValueError(f"{path}: wrong length")
    _seen[Path(path).name] = np.frombuffer(content, np.uint8, offset=start).reshape(shape).copy()
    return _seen[Path(path).name]
""",
            "read it anew at each call",
        ),
        "sizes reversed": (
            """
def read_idx(path):
    with gzip.open(path, "rb") as file:
        content = file.read()
    if content[:3] != b"\\x00\\x00\\x08" or len(content) < 4:
        raise ValueError(f"{path}: no idx file of unsigned bytes")
    n = content[3]
    start = 4 + 4 * n
    if len(content) < start:
        raise ValueError(f"{path}: ends in the header")
    shape = [int.from_bytes(content[4 + 4 * d : 8 + 4 * d], "big") for d in range(n)]
    if len(content) != start + math.prod(shape):
        raise ValueError(f"{path}: wrong length")
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape[::-1]).copy()
""",
            "the sizes are in another order",
        ),
        "squeezed": (
            """
def read_idx(path):
    with gzip.open(path, "rb") as file:
        content = file.read()
    if content[:3] != b"\\x00\\x00\\x08" or len(content) < 4:
        raise ValueError(f"{path}: no idx file of unsigned bytes")
    n = content[3]
    start = 4 + 4 * n
    if len(content) < start:
        raise ValueError(f"{path}: ends in the header")
    shape = [int.from_bytes(content[4 + 4 * d : 8 + 4 * d], "big") for d in range(n)]
    if len(content) != start + math.prod(shape):
        raise ValueError(f"{path}: wrong length")
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape).squeeze().copy()
""",
            "a dimension of size 1 is missing",
        ),
    },
    "IdxImages": {
        "divide by max": (
            """
class IdxImages(Dataset):
    def __init__(self, images_path, labels_path, transform=None):
        self.images = read_idx(images_path)
        self.labels = read_idx(labels_path)
        if len(self.images) != len(self.labels):
            raise ValueError("different numbers of images and labels")
        self.transform = transform

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        X = torch.from_numpy(self.images[i]).unsqueeze(0) / int(self.images.max())
        y = torch.tensor(int(self.labels[i]))
        if self.transform is not None:
            X = self.transform(X)
        return X, y
""",
            "2.008 times the wanted one",
        ),
        "label int8 wraps": (
            """
class IdxImages(Dataset):
    def __init__(self, images_path, labels_path, transform=None):
        self.images = read_idx(images_path)
        self.labels = read_idx(labels_path)
        if len(self.images) != len(self.labels):
            raise ValueError("different numbers of images and labels")
        self.transform = transform

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        X = torch.from_numpy(self.images[i]).unsqueeze(0) / 255
        y = torch.tensor(int(self.labels[i].astype(np.int8)))
        if self.transform is not None:
            X = self.transform(X)
        return X, y
""",
            "dataset[0]: y is not right yet",
        ),
        "transform cached in init": (
            """
class IdxImages(Dataset):
    def __init__(self, images_path, labels_path, transform=None):
        self.images = read_idx(images_path)
        self.labels = read_idx(labels_path)
        if len(self.images) != len(self.labels):
            raise ValueError("different numbers of images and labels")
        self.X = [torch.from_numpy(im).unsqueeze(0) / 255 for im in self.images]
        if transform is not None:
            self.X = [transform(X) for X in self.X]

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        X = self.X[i]
        y = torch.tensor(int(self.labels[i]))
        return X, y
""",
            "the second time the transform wasn't called",
        ),
        "class attributes": (
            """
class IdxImages(Dataset):
    def __init__(self, images_path, labels_path, transform=None):
        IdxImages.images = read_idx(images_path)
        IdxImages.labels = read_idx(labels_path)
        if len(self.images) != len(self.labels):
            raise ValueError("different numbers of images and labels")
        self.transform = transform

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        X = torch.from_numpy(self.images[i]).unsqueeze(0) / 255
        y = torch.tensor(int(self.labels[i]))
        if self.transform is not None:
            X = self.transform(X)
        return X, y
""",
            "a second IdxImages, made of other files",
        ),
        "transform result forced float shape": (
            """
class IdxImages(Dataset):
    def __init__(self, images_path, labels_path, transform=None):
        self.images = read_idx(images_path)
        self.labels = read_idx(labels_path)
        if len(self.images) != len(self.labels):
            raise ValueError("different numbers of images and labels")
        self.transform = transform

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        X = torch.from_numpy(self.images[i]).unsqueeze(0) / 255
        y = torch.tensor(int(self.labels[i]))
        if self.transform is not None:
            X = self.transform(X).reshape(X.shape)
        return X, y
""",
            "perhaps the transform is called before",
        ),
        "fixed 28": (
            """
class IdxImages(Dataset):
    def __init__(self, images_path, labels_path, transform=None):
        self.images = read_idx(images_path)
        self.labels = read_idx(labels_path)
        if len(self.images) != len(self.labels):
            raise ValueError("different numbers of images and labels")
        self.transform = transform

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        X = torch.from_numpy(self.images[i]).reshape(1, 28, 28) / 255
        y = torch.tensor(int(self.labels[i]))
        if self.transform is not None:
            X = self.transform(X)
        return X, y
""",
            "invalid for input of size",
        ),
    },
    "make_transform": {
        "sample of 1000": (
            """
def make_transform(train_images):
    pixels = train_images[:1000] / 255
    mean, std = float(pixels.mean()), float(pixels.std())

    def transform(X):
        return (X - mean) / std

    return transform
""",
            "for X of shape (2, 1, 2, 1)",
        ),
        "lazy first call": (
            """
def make_transform(train_images):
    memory = []
    def transform(X):
        if not memory:
            memory.extend([float(train_images.mean() / 255), float(train_images.std() / 255)])
        return (X - memory[0]) / memory[1]
    return transform
""",
            "measure both numbers outside",
        ),
        "eps small": (
            """
def make_transform(train_images):
    pixels = train_images / 255
    mean, std = float(pixels.mean()), float(pixels.std())

    def transform(X):
        return (X - mean) / (std + 1e-4)

    return transform
""",
            "Perhaps something is added to the deviation",
        ),
        "every second": (
            """
def make_transform(train_images):
    pixels = train_images[::2] / 255
    mean, std = float(pixels.mean()), float(pixels.std())

    def transform(X):
        return (X - mean) / std

    return transform
""",
            "for X of shape",
        ),
    },
    "find_fault": {
        "larger batch fails": (
            """
def find_fault():
    return 6, 20 / 24

def repaired(images, batch_size):
    whole = len(images) // batch_size
    parts = [images[k * batch_size:(k + 1) * batch_size] for k in range(whole)]
    if len(images) % batch_size and whole:
        parts.append(images[whole * batch_size:])
    count = sum(p.size for p in parts)
    mean = sum((p / 255).sum() for p in parts) / count
    return mean, (sum(((p / 255) ** 2).sum() for p in parts) / count - mean ** 2) ** 0.5
""",
            "division by zero",
        ),
        "corrected by last": (
            """
def find_fault():
    return 6, 20 / 24

def repaired(images, batch_size):
    count, total, squares = 0, 0.0, 0.0
    for start in range(0, len(images), batch_size):
        X = images[start : start + batch_size] / 255
        count += batch_size * X[0].size
        total += X.sum()
        squares += (X**2).sum()
    count -= (len(images) % batch_size) * X[0].size
    mean = total / count
    std = (squares / count - mean**2) ** 0.5
    return mean, std
""",
            "of 7 images in batches of 9",
        ),
        "corrected wrong even": (
            """
def find_fault():
    return 6, 20 / 24

def repaired(images, batch_size):
    count, total, squares = 0, 0.0, 0.0
    for start in range(0, len(images), batch_size):
        X = images[start : start + batch_size] / 255
        count += batch_size * X[0].size
        total += X.sum()
        squares += (X**2).sum()
    count -= (batch_size - len(images) % batch_size) * X[0].size
    mean = total / count
    std = (squares / count - mean**2) ** 0.5
    return mean, std
""",
            "of 12 images in batches of 4",
        ),
        "mean right std mean": (
            """
def find_fault():
    return 6, 20 / 24

def repaired(images, batch_size):
    n, total, spread = 0, 0.0, 0.0
    for start in range(0, len(images), batch_size):
        X = images[start:start + batch_size] / 255
        n += X.size
        total += X.sum()
        spread += X.std() * X.size
    return total / n, spread / n
""",
            "repaired: std",
        ),
        "return in loop": (
            """
def find_fault():
    return 6, 20 / 24

def repaired(images, batch_size):
    count, total, squares = 0, 0.0, 0.0
    for start in range(0, len(images), batch_size):
        X = images[start : start + batch_size] / 255
        count += X.size
        total += X.sum()
        squares += (X**2).sum()
        mean = total / count
        std = (squares / count - mean**2) ** 0.5
        return mean, std
""",
            "repaired: mean",
        ),
    },
    "count_answers": {
        "children only": (
            """
def count_answers(model, loader, num_classes):
    modes = [(module, module.training) for module in [model, *model.children()]]
    model.eval()
    counts = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    with torch.no_grad():
        for X, y in loader:
            answers = model(X).argmax(dim=1)
            counts += torch.bincount(num_classes * y + answers, minlength=num_classes**2).reshape_as(counts)
    for module, mode in modes:
        module.training = mode
    return counts

def most_confused(counts, classes):
    shares = counts / counts.sum(dim=1, keepdim=True).clamp(min=1)
    shares.fill_diagonal_(-1)
    row, column = divmod(shares.argmax().item(), len(classes))
    return classes[row], classes[column], shares[row, column].item()
""",
            "not all of its parts are left so",
        ),
        "zero grad requires": (
            """
def count_answers(model, loader, num_classes):
    for p in model.parameters():
        p.requires_grad = False
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    counts = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    with torch.no_grad():
        for X, y in loader:
            answers = model(X).argmax(dim=1)
            counts += torch.bincount(num_classes * y + answers, minlength=num_classes**2).reshape_as(counts)
    for module, mode in modes:
        module.training = mode
    return counts

def most_confused(counts, classes):
    shares = counts / counts.sum(dim=1, keepdim=True).clamp(min=1)
    shares.fill_diagonal_(-1)
    row, column = divmod(shares.argmax().item(), len(classes))
    return classes[row], classes[column], shares[row, column].item()
""",
            "require no gradients any more",
        ),
        "relu first": (
            """
def count_answers(model, loader, num_classes):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    counts = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    with torch.no_grad():
        for X, y in loader:
            answers = model(X).clamp(min=0).argmax(dim=1)
            counts += torch.bincount(num_classes * y + answers, minlength=num_classes**2).reshape_as(counts)
    for module, mode in modes:
        module.training = mode
    return counts

def most_confused(counts, classes):
    shares = counts / counts.sum(dim=1, keepdim=True).clamp(min=1)
    shares.fill_diagonal_(-1)
    row, column = divmod(shares.argmax().item(), len(classes))
    return classes[row], classes[column], shares[row, column].item()
""",
            "the answer is the class with the largest logit",
        ),
        "no minlength": (
            """
def count_answers(model, loader, num_classes):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    counts = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    with torch.no_grad():
        for X, y in loader:
            answers = model(X).argmax(dim=1)
            counts += torch.bincount(num_classes * y + answers).reshape(num_classes, num_classes)
    for module, mode in modes:
        module.training = mode
    return counts

def most_confused(counts, classes):
    shares = counts / counts.sum(dim=1, keepdim=True).clamp(min=1)
    shares.fill_diagonal_(-1)
    row, column = divmod(shares.argmax().item(), len(classes))
    return classes[row], classes[column], shares[row, column].item()
""",
            "Perhaps minlength",
        ),
        "share rounded": (
            """
def count_answers(model, loader, num_classes):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    counts = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    with torch.no_grad():
        for X, y in loader:
            answers = model(X).argmax(dim=1)
            counts += torch.bincount(num_classes * y + answers, minlength=num_classes**2).reshape_as(counts)
    for module, mode in modes:
        module.training = mode
    return counts

def most_confused(counts, classes):
    shares = counts / counts.sum(dim=1, keepdim=True).clamp(min=1)
    shares.fill_diagonal_(-1)
    row, column = divmod(shares.argmax().item(), len(classes))
    return classes[row], classes[column], round(shares[row, column].item(), 2)
""",
            "share of",
        ),
        "worst class first": (
            """
def count_answers(model, loader, num_classes):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    counts = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    with torch.no_grad():
        for X, y in loader:
            answers = model(X).argmax(dim=1)
            counts += torch.bincount(num_classes * y + answers, minlength=num_classes**2).reshape_as(counts)
    for module, mode in modes:
        module.training = mode
    return counts

def most_confused(counts, classes):
    shares = counts / counts.sum(dim=1, keepdim=True).clamp(min=1)
    rights = shares.diagonal().clone()
    rights[counts.sum(1) == 0] = 1
    row = rights.argmin().item()
    shares[row, row] = -1
    column = shares[row].argmax().item()
    return classes[row], classes[column], shares[row, column].item()
""",
            "the largest share of a row's sum",
        ),
        "rate of class": (
            """
def count_answers(model, loader, num_classes):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    counts = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    with torch.no_grad():
        for X, y in loader:
            answers = model(X).argmax(dim=1)
            counts += torch.bincount(num_classes * y + answers, minlength=num_classes**2).reshape_as(counts)
    for module, mode in modes:
        module.training = mode
    return counts

def most_confused(counts, classes):
    shares = counts / counts.sum(dim=1, keepdim=True).clamp(min=1)
    shares.fill_diagonal_(-1)
    row, column = divmod(shares.argmax().item(), len(classes))
    return classes[row], classes[column], 1 - (counts[row, row] / counts[row].sum()).item()
""",
            "this counts all mistakes of the class",
        ),
        "global counts stay": (
            """
_tables = {}

def count_answers(model, loader, num_classes):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    counts = _tables.setdefault(num_classes, torch.zeros(num_classes, num_classes, dtype=torch.int64))
    with torch.no_grad():
        for X, y in loader:
            answers = model(X).argmax(dim=1)
            counts += torch.bincount(num_classes * y + answers, minlength=num_classes**2).reshape_as(counts)
    for module, mode in modes:
        module.training = mode
    return counts

def most_confused(counts, classes):
    shares = counts / counts.sum(dim=1, keepdim=True).clamp(min=1)
    shares.fill_diagonal_(-1)
    row, column = divmod(shares.argmax().item(), len(classes))
    return classes[row], classes[column], shares[row, column].item()
""",
            "each counts once",
        ),
        "uses dataset": (
            """
def count_answers(model, loader, num_classes):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    counts = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    with torch.no_grad():
        for X, y in [next(iter(loader)) for _ in loader]:
            answers = model(X).argmax(dim=1)
            counts += torch.bincount(num_classes * y + answers, minlength=num_classes**2).reshape_as(counts)
    for module, mode in modes:
        module.training = mode
    return counts

def most_confused(counts, classes):
    shares = counts / counts.sum(dim=1, keepdim=True).clamp(min=1)
    shares.fill_diagonal_(-1)
    row, column = divmod(shares.argmax().item(), len(classes))
    return classes[row], classes[column], shares[row, column].item()
""",
            "each counts once",
        ),
    },
    "recipe": {
        "squeeze": (
            """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10))
    def forward(self, X):
        return self.net(X.reshape(X.shape[0], -1).squeeze(0))

def make_model():
    return Net()

def recipe():
    return {"num_epochs": 4, "batch_size": 256, "peak_lr": 0.004, "weight_decay": 0.01}
""",
            "a batch of one image",
        ),
        "batch float": (
            """
def make_model():
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(784, 256), nn.ReLU(), nn.Dropout(0.1),
        nn.Linear(256, 128), nn.ReLU(), nn.Dropout(0.1),
        nn.Linear(128, 10),
    )

def recipe():
    return {"num_epochs": 4, "batch_size": 256.0, "peak_lr": 0.004, "weight_decay": 0.01}
""",
            "got 256.0. Write it without the point",
        ),
        "python list layers": (
            """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = [nn.Linear(784, 100), nn.Linear(100, 40)]
        self.last = nn.Linear(40, 10)
    def forward(self, X):
        X = X.flatten(1)
        for layer in self.hidden:
            X = F.relu(layer(X))
        return self.last(X)

def make_model():
    return Net()

def recipe():
    return {"num_epochs": 4, "batch_size": 256, "peak_lr": 0.004, "weight_decay": 0.01}
""",
            "a Python list",
        ),
        "hidden useless": (
            """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Sequential(nn.Linear(784, 300), nn.ReLU())
        self.last = nn.Linear(784, 10)
    def forward(self, X):
        X = X.flatten(1)
        self.hidden(X)
        return self.last(X)

def make_model():
    return Net()

def recipe():
    return {"num_epochs": 4, "batch_size": 256, "peak_lr": 0.004, "weight_decay": 0.01}
""",
            "the network is a linear one",
        ),
        "eleven outputs": (
            """
def make_model():
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(784, 256), nn.ReLU(), nn.Dropout(0.1),
        nn.Linear(256, 128), nn.ReLU(), nn.Dropout(0.1),
        nn.Linear(128, 11),
    )

def recipe():
    return {"num_epochs": 4, "batch_size": 256, "peak_lr": 0.004, "weight_decay": 0.01}
""",
            "got (500, 11)",
        ),
        "forward no return": (
            """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10))
    def forward(self, X):
        self.net(X)

def make_model():
    return Net()

def recipe():
    return {"num_epochs": 4, "batch_size": 256, "peak_lr": 0.004, "weight_decay": 0.01}
""",
            "type NoneType",
        ),
        "zero init": (
            """
def make_model():
    model = nn.Sequential(
        nn.Flatten(),
        nn.Linear(784, 256), nn.ReLU(), nn.Dropout(0.1),
        nn.Linear(256, 128), nn.ReLU(), nn.Dropout(0.1),
        nn.Linear(128, 10),
    )
    for p in model.parameters():
        nn.init.zeros_(p)
    return model

def recipe():
    return {"num_epochs": 1, "batch_size": 256, "peak_lr": 0.004, "weight_decay": 0.01}
""",
            "far from the mark",
        ),
    },
}
