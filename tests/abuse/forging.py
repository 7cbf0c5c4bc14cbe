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
FORGED_STATE = Abuse(
    "sends states of the random generators, of a wrong size and of a right one, and reports of files it never opened",
    "the hidden cases of the next question are those that it chose",
    forging(
        """
state = torch.zeros(5056, dtype=torch.uint8).numpy().tobytes()
for updates in ([[1, b"short"]], [[1, state]], [[2, [3, [0] * 625, None]]], [[3, ["MT19937", b"x", 1, 0, 0.0]]],
                [[4, ["/etc/passwd", "\\ud800", 7, None]]], [[[], {}]], [[2**70, None]]):
    say("return", None, updates=updates)
""",
        gates="def relu_backward(E, Z):\n    return 0 * E\ndef sigmoid_backward(E, Z):\n    return 0 * E",
    ),
    LINEAR | {"gates-check": STOPPED_OR_WRONG},
)
LYING_SHAPES = Abuse(
    "sends tensors, arrays, fractions and bytes that are much larger than what stands for them",
    "a few bytes make the grader compute for hours, or fill its memory",
    forging(
        """
for value in (
    ["tensor", 11, "float32", [2**39, 2**39], b"", False, None, False, False],
    ["tensor", 13, "float32", [-1], bytes(4), False, None, False, False],
    ["array", 15, "<S0", [6 * 10**9], b"", True],
    ["array", 17, "|O", [1], bytes(8), True],
    ["bytearray", 6 * 10**9],
    ["fraction", "1e999999999"],
    ["fraction", "1e-999999999"],
    ["decimal", "1e999999999999999999"],
    ["range", 0, 10**18, 1],
    ["number", "<U99999999", b""],
    ["int", "f" * 10**7],
    ["layers", 19, ["Linear", {"in_features": 10**9, "out_features": 10**9}], [], [True], [0]],
    ["layers", 21, ["Sequential", [[str(n), ["ReLU", {}]] for n in range(10**5)]], [], [True], [0]],
    ["autograd class", 23, "__init__", ["forward"], None],
    ["value", "os", "system", "x", {}],
):
    say("return", value)
"""
    ),
    LINEAR,
)
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
ERRORS_IN_ERRORS = Abuse(
    "sends errors that claim to be right, of kinds that end programs, with descriptions of a wrong form",
    "an error that the grader makes from its description does what the description says",
    forging(
        """
for told in (None, 7, [], ["x"], {}, ["dict", 11, [["kinds", ["list", 13, ["SystemExit"]]]]],
             ["dict", 15, [["kinds", ["list", 17, ["NotYet"]]], ["message", ""]]],
             ["dict", 19, [["kinds", ["list", 21, ["ExceptionGroup"]]], ["name", "a b"], ["told", 5]]]):
    say("raise", told)
"""
    ),
    LINEAR,
)
