"""Answers to the turns of 4.4.4: right ones in other styles, and slips, each with the hint that is shown for it."""


def search(body: str) -> str:
    return f"def bad_files(files):\n    {body}\n"


def seeds(body: str, imports: str = "import numpy as np\nfrom torch.utils.data import get_worker_info") -> str:
    return (
        f'{imports}\n\n\ndef seed_worker(worker_id):\n    {body}\n\n\nmy_seeds = write_module(folder / "my_seeds.py")\n'
    )


def stream(body: str) -> str:
    return f"""\
from itertools import islice

from torch.utils.data import IterableDataset, get_worker_info


class Stream(IterableDataset):
    def __init__(self, items):
        self.items = items

    def __iter__(self):
        {body}


my_stream = write_module(folder / "my_stream.py")
"""


LOOP = (
    "bad = []\n    for i in range(len(files)):\n        try:\n            files[i]\n"
    "        except Exception:\n            bad.append(i)\n    return bad"
)
INFO = "info = get_worker_info()\n    "
PART = (
    "info = get_worker_info()\n        worker, num_workers = (0, 1) if info is None else (info.id, info.num_workers)\n"
)

RIGHT = {
    "bad_files": {
        "loop": search(LOOP),
        "several kinds": search(LOOP.replace("Exception", "(OSError, SyntaxError, ValueError)")),
        "a function of its own": search(
            "def fails(i):\n        try:\n            files[i]\n        except Exception:\n            return True\n"
            "        return False\n    return [i for i in range(len(files)) if fails(i)]"
        ),
    },
    "seed_worker": {
        "seed of the info": seeds(INFO + "info.dataset.rng = np.random.default_rng(info.seed)"),
        "initial seed of torch": seeds(
            "get_worker_info().dataset.rng = np.random.default_rng(torch.initial_seed())",
            "import numpy as np\nimport torch\nfrom torch.utils.data import get_worker_info",
        ),
        "base seed and number": seeds(
            INFO + "base_seed = info.seed - info.id\n    "
            "info.dataset.rng = np.random.Generator(np.random.PCG64([base_seed, worker_id]))"
        ),
    },
    "Stream": {
        "every n-th": stream(
            PART + "        for i, item in enumerate(self.items):\n"
            "            if i % num_workers == worker:\n                yield item"
        ),
        "islice": stream(PART + "        return islice(self.items, worker, None, num_workers)"),
        "blocks": stream(
            PART + "        size = -(-len(self.items) // num_workers)\n"
            "        yield from self.items[worker * size : (worker + 1) * size]"
        ),
        "none first": stream(
            "info = get_worker_info()\n        if info is None:\n            yield from self.items\n        else:\n"
            "            yield from self.items[info.id :: info.num_workers]"
        ),
    },
}

WRONG = {
    "bad_files": {
        "stops at the first": (search(LOOP.replace("bad.append(i)", "return [i]")), "go on after each"),
        "only OSError": (search(LOOP.replace("Exception", "OSError")), "SyntaxError"),
        "swallows Ctrl-C": (search(LOOP.replace("except Exception", "except BaseException")), "stopped by Ctrl-C"),
        "bare except": (search(LOOP.replace("except Exception", "except")), "stopped by Ctrl-C"),
        "generator": (
            search(LOOP.replace("bad.append(i)", "yield i").replace("    return bad", "    return")),
            "return a list",
        ),
        "set": (search(LOOP.replace("bad = []", "bad = set()").replace("append", "add")), "return a list of indices"),
        "tensor": (search(LOOP.replace("return bad", "return torch.tensor(bad)")), "return a list of indices"),
        "counts": (search(LOOP.replace("return bad", "return [len(bad)]")), "Examples 1, 3 and 4"),
        "the good ones": (
            search(
                LOOP.replace("files[i]\n", "files[i]\n            bad.append(i)\n").replace(
                    "Exception:\n            bad.append(i)", "Exception:\n            pass"
                )
            ),
            "Examples 1, 3 and 4",
        ),
    },
    "seed_worker": {
        "fixed seed": (seeds(INFO + "info.dataset.rng = np.random.default_rng(0)"), "workers differ"),
        "number alone": (
            seeds(INFO + "info.dataset.rng = np.random.default_rng(worker_id)"),
            "Each epoch has another base seed",
        ),
        "no seed at all": (seeds(INFO + "info.dataset.rng = np.random.default_rng()"), "without a seed is another"),
        "global generator": (seeds("np.random.seed(get_worker_info().seed % 2**32)"), "get a new generator"),
        "base seed without the number": (
            seeds(INFO + "info.dataset.rng = np.random.default_rng(info.seed - info.id)"),
            "workers differ",
        ),
        "a copy of one's own": (seeds(INFO + "rng = np.random.default_rng(info.seed)"), "workers differ"),
    },
    "Stream": {
        "undivided": (stream("yield from self.items"), "Each item once"),
        "no thought of None": (
            stream("info = get_worker_info()\n        yield from self.items[info.id :: info.num_workers]"),
            "Stream",
        ),
        "rounded down": (
            stream(
                PART + "        size = len(self.items) // num_workers\n"
                "        yield from self.items[worker * size : (worker + 1) * size]"
            ),
            "all workers together is not right yet",
        ),
        "first worker does it all": (
            stream(PART + "        yield from self.items if worker == 0 else []"),
            "about as many items as the others",
        ),
        "return instead of yield": (
            stream("if get_worker_info() is None:\n            return self.items\n        yield from self.items"),
            "return ends a generator",
        ),
        "counts from 1": (
            stream(
                PART + "        for i, item in enumerate(self.items, start=1):\n"
                "            if i % (num_workers + 1) == worker:\n                yield item"
            ),
            "is not right yet",
        ),
    },
}
