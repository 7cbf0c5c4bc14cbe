"""Answers to the turns of 4.6.1: right ones in other styles, and slips, each with the hint that is shown for it."""


def header(body: str) -> str:
    """The cell of `read_header`."""
    lines = "\n".join(f"    {line}" for line in body.strip().splitlines())
    return f"def read_header(path):\n{lines}\n"


def whole(body: str) -> str:
    """The cell of `save_whole`."""
    lines = "\n".join(f"    {line}" for line in body.strip().splitlines())
    return f"def save_whole(saved, path, save=torch.save):\n{lines}\n"


def states(body: str) -> str:
    """The cell of `random_states`."""
    lines = "\n".join(f"    {line}" for line in body.strip().splitlines())
    return f"def random_states():\n{lines}\n"


READ = """
with open(path, "rb") as file:
    length = int.from_bytes(file.read(8), "little")
    return json.loads(file.read(length))
"""
WRITE = """
part = path.with_name(path.name + ".part")
with open(part, "wb") as file:
    save(saved, file)
part.replace(path)
"""
ASK = """
kind, keys, *rest = np.random.get_state()
numpy_state = (kind, keys.tolist(), *rest)
return {"torch": torch.get_rng_state(), "numpy": numpy_state, "python": random.getstate()}
"""

RIGHT = {
    "read_header": {
        "file": header(READ),
        "all bytes at once": header(
            """
content = Path(path).read_bytes()
n = int.from_bytes(content[:8], "little")
return json.loads(content[8 : 8 + n].decode("utf-8"))
"""
        ),
        "struct": header(
            """
import struct

file = open(path, "rb")
(n,) = struct.unpack("<Q", file.read(8))
header = json.loads(file.read(n))
file.close()
return header
"""
        ),
    },
    "save_whole": {
        "pathlib": whole(WRITE),
        "os": whole(
            """
import os

part = str(path) + ".part"
file = open(part, "wb")
try:
    save(saved, file)
    file.flush()
    os.fsync(file.fileno())
finally:
    file.close()
os.replace(part, path)
"""
        ),
        "within a try block": whole(
            """
part = path.with_suffix(".pt.part")
try:
    with open(part, "wb") as file:
        save(saved, file)
    os.replace(part, path)
finally:
    part.unlink(missing_ok=True)
"""
        ),
        "the part deleted after a failure": whole(
            """
part = path.parent / f"{path.name}.part"
try:
    with part.open("wb") as file:
        save(saved, file)
except BaseException:
    part.unlink()
    raise
part.replace(path)
"""
        ),
    },
    "random_states": {
        "unpacked": states(ASK),
        "a dictionary from NumPy": states(
            """
state = np.random.get_state(legacy=False)
state["state"]["key"] = state["state"]["key"].tolist()
return dict(torch=torch.get_rng_state(), numpy=state, python=random.getstate())
"""
        ),
        "item by item": states(
            """
state = list(np.random.get_state())
state[1] = [int(key) for key in state[1]]
states = {}
states["torch"] = torch.random.get_rng_state()
states["numpy"] = tuple(state)
states["python"] = random.getstate()
return states
"""
        ),
    },
}

WRONG = {
    "read_header": {
        "largest byte first": (header(READ.replace('"little"', '"big"')), 'with "little"'),
        "one byte for the length": (header(READ.replace("file.read(8)", "file.read(8)[:1]")), "stopped by an error"),
        "from the start": (
            header(READ.replace("    return", "    file.seek(0)\n    return")),
            "stopped by an error",
        ),
        "the text, not the dictionary": (
            header(READ.replace("json.loads(file.read(length))", "file.read(length).decode()")),
            "stopped by an error",
        ),
        "opened as text": (header(READ.replace('"rb"', '"r"')), "stopped by an error"),
        "names alone": (
            header(READ.replace("json.loads(file.read(length))", "list(json.loads(file.read(length)))")),
            "stopped by an error",
        ),
        "length returned": (
            header(READ.replace("return json.loads(file.read(length))", "return length")),
            "stopped by",
        ),
    },
    "save_whole": {
        "directly": (whole('with open(path, "wb") as file:\n    save(saved, file)'), "Call save(saved, file) once"),
        "a path, as torch.save takes": (
            whole('part = path.with_name(path.name + ".part")\nsave(saved, part)\npart.replace(path)'),
            "for the open file run.pt.part",
        ),
        "within the with block": (
            whole(WRITE.replace("part.replace(path)", "    part.replace(path)")),
            "Replace below the with block",
        ),
        "never closed": (
            whole(
                'part = path.with_name(path.name + ".part")\nfile = open(part, "wb")\nsave(saved, file)\n'
                "file.flush()\nos.replace(part, path)"
            ),
            "Replace below the with block",
        ),
        "os.rename within the with block": (
            whole(WRITE.replace("part.replace(path)", "    import os\n    os.rename(part, path)")),
            "Replace below the with block",
        ),
        "never renamed": (whole(WRITE.replace("part.replace(path)", "")), "Keep the old one until"),
        "renamed the wrong way round": (
            whole(WRITE.replace("part.replace(path)", "path.replace(part)")),
            "FileNotFoundError",
        ),
        "renamed before it is written": (
            whole(
                'part = path.with_name(path.name + ".part")\npart.touch()\npart.replace(path)\n'
                'with open(path, "wb") as file:\n    save(saved, file)'
            ),
            "Call save(saved, file) once",
        ),
        "old file as a second copy": (
            whole(
                'if path.exists():\n    path.replace(path.with_name("old.pt"))\n'
                'with open(path, "wb") as file:\n    save(saved, file)'
            ),
            "Call save(saved, file) once",
        ),
        "torch.save whatever is passed": (
            whole(WRITE.replace("save(saved, file)", "torch.save(saved, file)")),
            "Call save(saved, file) once",
        ),
        "made in memory first": (
            whole("buffer = io.BytesIO()\nsave(saved, buffer)\npath.write_bytes(buffer.getvalue())"),
            "Call save(saved, file) once",
        ),
        "renamed even after a failure": (
            whole(
                'part = path.with_name(path.name + ".part")\ntry:\n    with open(part, "wb") as file:\n'
                "        save(saved, file)\nfinally:\n    part.replace(path)"
            ),
            "Keep the old one until",
        ),
        "failure hushed up": (
            whole(
                'part = path.with_name(path.name + ".part")\ntry:\n    with open(part, "wb") as file:\n'
                "        save(saved, file)\nexcept Exception:\n    pass\npart.replace(path)"
            ),
            "Keep the old one until",
        ),
    },
    "random_states": {
        "an array": (
            states(
                'return {"torch": torch.get_rng_state(), "numpy": np.random.get_state(), "python": random.getstate()}'
            ),
            "Is something from NumPy left?",
        ),
        "keys as a list of NumPy's numbers": (
            states(ASK.replace("keys.tolist()", "list(keys)")),
            "Is something from NumPy left?",
        ),
        "half a state": (
            states(ASK.replace("(kind, keys.tolist(), *rest)", "(kind, keys.tolist(), rest[0])")),
            "random_states: NumPy is not right yet",
        ),
        "keys alone": (states(ASK.replace("(kind, keys.tolist(), *rest)", "keys.tolist()")), "stopped by an error"),
        "position lost": (
            states(ASK.replace("(kind, keys.tolist(), *rest)", "(kind, keys.tolist(), 0, 0, 0.0)")),
            "random_states: NumPy is not right yet",
        ),
        "not called": (
            states(ASK.replace("torch.get_rng_state()", "torch.get_rng_state")),
            "Is every function called?",
        ),
        "Python forgotten": (states(ASK.replace(', "python": random.getstate()', "")), "KeyError: 'python'"),
        "the seed of torch": (
            states(ASK.replace("torch.get_rng_state()", "torch.initial_seed()")),
            "stopped by an error",
        ),
        "a generator of its own": (
            states(ASK.replace("random.getstate()", "random.Random().getstate()")),
            "random_states: Python is not right yet",
        ),
        "torch's state of a new generator": (
            states(ASK.replace("torch.get_rng_state()", "torch.Generator().get_state()")),
            "random_states: torch is not right yet",
        ),
        "new seeds": (
            states("torch.manual_seed(1)\nnp.random.seed(1)\nrandom.seed(1)" + ASK),
            "random_states: ",
        ),
    },
}
