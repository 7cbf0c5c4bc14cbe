"""Submissions that speak on the channel themselves, in the place of the sandbox's end."""

from __future__ import annotations

from tests.abuse.bank import RIGHT_GATES, STOPPED_OR_WRONG, Abuse, linear

CHANNEL = """
import gc, msgpack, os, stat, struct, time
from pathlib import Path

def is_socket(number):
    try:
        return stat.S_ISSOCK(os.fstat(number).st_mode)
    except OSError:
        return False

wires = [number for number in range(3, 1024) if is_socket(number)]

def write(content):
    for wire in wires:
        view = memoryview(content)
        while view:
            view = view[os.write(wire, view[:2**20]):]

def say(kind, content, updates=(), dropped=()):
    frame = msgpack.packb([kind, True, list(dropped), list(updates), content], use_bin_type=True)
    write(struct.pack(">Q", len(frame)) + frame)

peer = next(o for o in gc.get_objects() if type(o).__name__ == "Peer")

def ask(service, *arguments):
    try:
        return peer.ask(service, *arguments)
    except BaseException as error:
        return None
"""


def forging(attack: str, **more: str) -> object:
    """A submission whose first answer, a wrong one, is loaded with an attack on the channel above it."""
    return linear(f"{CHANNEL}\n{attack}", **more)


LINEAR = {"linear-check": STOPPED_OR_WRONG}

FORGED_RETURN = Abuse(
    "sends messages that say an answer was returned, before anything was asked",
    "the grader takes the first message for the answer to its question",
    forging("for _ in range(200):\n    say('return', None)\n    say('return', ['tuple', []])"),
    LINEAR,
)
ANSWERS_TWICE = Abuse(
    "answers each question twice, so that the next answer is ready before the next question",
    "what it says of one question counts for another, of which it knows nothing",
    forging("say('return', None)", gates=RIGHT_GATES),
    LINEAR | {"gates-check": (*STOPPED_OR_WRONG, "right")},
)
CLOSED = Abuse(
    "closes the channel and goes on",
    "the grader waits for ever for what nobody sends",
    forging("for wire in wires:\n    os.close(wire)\nwhile True:\n    time.sleep(1)", gates=RIGHT_GATES),
    {"linear-check": "stopped", "gates-check": "right"},
)
GARBAGE = Abuse(
    "sends bytes that are no message",
    "the grader fails with an error of its own, and the submissions after it are not graded",
    forging("write(struct.pack('>Q', 5000) + bytes(range(250)) * 20)\nwrite(bytes(range(250)) * 2000)"),
    LINEAR,
)
LONG_LENGTH = Abuse(
    "announces a message of 10 GB, and one of 2**64 - 1 bytes",
    "the grader makes room for it",
    forging("write(struct.pack('>Q', 10 * 2**30))\nwrite(struct.pack('>Q', 2**64 - 1))\ntime.sleep(1)"),
    LINEAR,
)
HALF_A_MESSAGE = Abuse(
    "announces a message of 200 MB, sends half of it, and sleeps",
    "the grader waits for the other half",
    forging("write(struct.pack('>Q', 2 * 10**8) + bytes(10**8))\ntime.sleep(3e7)"),
    {"linear-check": "stopped"},
)
DEEP_MESSAGE = Abuse(
    "sends a message of lists in lists, a million deep",
    "whoever reads it overflows the stack",
    forging("frame = b'\\x91' * 10**6\nwrite(struct.pack('>Q', len(frame)) + frame)"),
    LINEAR,
)
WIDE_MESSAGE = Abuse(
    "sends a message of 8 million empty lists in 8 MB",
    "each byte of it takes 70 in the grader, which has no limit of its own",
    forging(
        "frame = b'\\xdd' + struct.pack('>I', 8 * 10**6) + b'\\x90' * 8 * 10**6\n"
        "write(struct.pack('>Q', len(frame)) + frame)"
    ),
    LINEAR,
)
WRITES_OUTSIDE = Abuse(
    "asks the grader for the methods of a path, and calls one that writes a file",
    "the channel works in both directions: the grader does for it what it may not do itself",
    forging(
        "ask('call', ask('attribute', Path('/tmp/abuse-was-here'), 'write_text'), ('x',), ())\n"
        "ask('call', ask('attribute', Path('/tmp/abuse-was-here'), 'write_text'), ['x'], {})\n"
        "ask('item', Path('/tmp'), '__truediv__', 'x')"
    ),
    LINEAR,
    leaves="/tmp/abuse-was-here",
)
READS_INSIDE = Abuse(
    "asks the grader for the globals, the closure and the class of one of its functions, and for its services",
    "through any object of the grader's, all others can be reached",
    forging(
        """
found = []
def own():
    pass
for name in ("__globals__", "__closure__", "__class__", "__code__", "__builtins__", "__dict__", "__init__"):
    found.append(ask("attribute", own, name))
for name in ("load", "name", "reset", "torch.load", "by hand", "apply", "forward", "backward", "deepcopy", "step"):
    found.append(ask(name, own, "x"))
print(found)
text = "REACHED" if any(value is not None for value in found) else "nothing"
raise ValueError(text)
"""
    ),
    LINEAR,
    never="REACHED",
)
FORGED_NUMBERS = Abuse(
    "changes, drops and names objects by numbers that were never given to it, the grader's own among them",
    "what the grader compares with is changed while it compares",
    forging(
        """
for number in range(40):
    say("return", None, updates=[[number, ["float64", [1], bytes(8), False, None, 1]]], dropped=[number])
    say("return", ["ref", number])
    say("return", ["handle", number, "function", "x", True, None, [], "x"])
    say("return", ["list", number, [["ref", number]]])
"""
    ),
    LINEAR,
)
LIES = {
    "a tensor of 2**78 numbers": [
        "tensor",
        1001,
        "float32",
        [2**39, 2**39],
        b"",
        False,
        None,
        False,
        False,
    ],
    "a tensor of minus one row": ["tensor", 1001, "float32", [-1], bytes(4), False, None, False, False],
    "six thousand million strings of no length": ["array", 1001, "<S0", [6 * 10**9], b"", True],
    "an array of objects": ["array", 1001, "|O", [1], bytes(8), True],
    "bytes by their number": ["bytearray", 6 * 10**9],
    "a fraction of a thousand million digits": ["fraction", "1e999999999"],
    "one over such a fraction": ["fraction", "1e-999999999"],
    "a decimal beyond all bounds": ["decimal", "1e999999999999999999"],
    "a range without an end": ["range", 0, 10**18, 1],
    "a string of 400 MB in no bytes": ["number", "<U99999999", b""],
    "a layer of 10**18 weights": [
        *("layers", 1001, ["Linear", {"in_features": 10**9, "out_features": 10**9}]),
        *([], [True], [0]),
    ],
    "a class by the name of __init__": ["autograd class", 1001, "__init__", ["forward"], None],
    "a class of the grader's own": ["value", "os", "system", "x", {}],
    "an object of the grader's own": ["ref", 10],
}
FALSE_CHANGES = {
    "a state of PyTorch's generator that is too short": [1, b"short"],
    "a state of zeros": [1, bytes(5056)],
    "a state of Python's generator": [2, [3, [0] * 625, None]],
    "a state of NumPy's": [3, ["MT19937", b"x", 1, 0, 0.0]],
    "files that were never opened": [4, ["/etc/passwd", "\ud800", 7, None]],
    "a change of nothing": [[], {}],
    "a change of number 2**63": [2**63, None],
}
FALSE_ERRORS = {
    "no description": None,
    "a number": 7,
    "SystemExit": ["dict", 1001, [["kinds", ["list", 1003, ["SystemExit"]]], ["message", "0"]]],
    "NotYet without a message": ["dict", 1001, [["kinds", ["list", 1003, ["NotYet"]]], ["message", ""]]],
    "ExceptionGroup": ["dict", 1001, [["kinds", ["list", 1003, ["ExceptionGroup"]]], ["name", "a b"], ["told", 5]]],
    "the print function": ["dict", 1001, [["kinds", ["list", 1003, ["print"]]], ["told", ["list", 1005, [["..."]]]]]],
}


def _each() -> dict[str, Abuse]:
    """One submission for each: after a message that is refused the process is ended, and no other is read."""
    told = {f"LIE_{name}": f"say('return', {value!r})" for name, value in LIES.items()}
    told["LIE_a network of a hundred thousand layers"] = (
        "parts = [[str(n), ['ReLU', {}]] for n in range(10**5)]\n"
        "say('return', ['layers', 1001, ['Sequential', parts], [], [True], [0]])"
    )
    told["LIE_a number of ten million digits"] = "say('return', ['int', 'f' * 10**7])"
    told |= {f"CHANGE_{name}": f"say('return', None, [{change!r}])" for name, change in FALSE_CHANGES.items()}
    told |= {f"ERROR_{name}": f"say('raise', {error!r})" for name, error in FALSE_ERRORS.items()}
    why = "a few bytes make the grader compute for hours, fill its memory, fail, or do what they say"
    return {
        name: Abuse(f"sends {name.partition('_')[2]}", why, forging(f"{source}\ntime.sleep(0.5)"), LINEAR)
        for name, source in told.items()
    }


KNOWN = _each()
HANDLES_THAT_CLAIM = Abuse(
    "gives the names of the question to handles that claim to be numbers, containers and tensors",
    "the grader asks the handle what it asks of a value",
    forging(
        """
specials = ["__len__", "__getitem__", "__iter__", "__next__", "__call__", "__float__", "__index__", "__contains__",
            "__eq__", "__class__", "__torch_function__", "__bool__", "__del__"]
class Claims:
    def __getattr__(self, name):
        return lambda *args, **kwargs: True
    __call__ = __getitem__ = __float__ = __len__ = lambda self, *args, **kwargs: True
def claim(value):
    number = peer.share(value, "handle", None)
    return ["handle", number, "Tensor", "linear_forward", False, None, specials, "right"]
peer._encode_handle = lambda value: claim(Claims())
""",
        linear="def linear_forward(X, W, b):\n    return Claims()\ndef linear_backward(E, X, W):\n    return Claims()",
    ),
    LINEAR,
)
ASKS_FOR_EVER = Abuse(
    "asks the grader something in the place of each answer, for ever",
    "the grader answers, asks on, and is asked again",
    forging("while True:\n    ask('item', [], '__len__')", gates=RIGHT_GATES),
    {"linear-check": "stopped", "gates-check": "right"},
)
