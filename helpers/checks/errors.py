"""What stopped a student's code: the error, the line of their code that it came from, and the likeliest slip.

For whoever writes an exercise and wonders where a message comes from. What is stated is certain; whatever is likely
says "perhaps", or asks. Imports nothing else of `helpers`.
"""

from __future__ import annotations

import builtins
import difflib
import inspect
import keyword
import linecache
import re
import sysconfig
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

_OTHERS = (sysconfig.get_path("stdlib"), str(Path(__file__).parents[1]), "<frozen")
_IMPORTS = {
    "np": "import numpy as np",
    "torch": "import torch",
    "nn": "from torch import nn",
    "F": "from torch.nn import functional as F",
    "plt": "import matplotlib.pyplot as plt",
    "pd": "import pandas as pd",
    "sns": "import seaborn as sns",
    "math": "import math",
}


@dataclass(frozen=True)
class Stop:
    """An error that ended a student's code.

    Args:
        error: with its traceback.
        function: the student's function that a check called, if one did.
    """

    error: BaseException
    function: Callable[..., Any] | None = None

    @cached_property
    def frames(self) -> list[tuple[FrameType, int]]:
        """All frames with their lines, from the outermost to the one in which the error was raised."""
        return list(traceback.walk_tb(self.error.__traceback__))

    @cached_property
    def students(self) -> list[tuple[FrameType, int]]:
        """Those frames that are neither PyTorch's, nor Python's, nor ours."""
        return [(frame, number) for frame, number in self.frames if _is_students(frame.f_code.co_filename)]

    @property
    def frame(self) -> FrameType | None:
        """The student's deepest frame."""
        return self.students[-1][0] if self.students else None

    @property
    def number(self) -> int | None:
        """Number of the student's deepest line, counted from 1 in its file or cell."""
        return self.students[-1][1] if self.students else None

    @property
    def line(self) -> str:
        """The student's deepest line; empty where its text is not to be had."""
        if self.frame is None:
            return ""
        return linecache.getline(self.frame.f_code.co_filename, self.number, self.frame.f_globals).strip()

    @property
    def summary(self) -> str:
        """The error in one line, `Type: message`."""
        message = str(self.error).splitlines()[0] if str(self.error) else "no message"
        return f"{type(self.error).__name__}: {message}"

    @property
    def is_stub(self) -> bool:
        """Whether an answer that is not written yet raised this: PyTorch raises NotImplementedError, too."""
        if hasattr(self.error, "is_stub"):  # it comes from another process, which has seen
            return self.error.is_stub
        silent = not str(self.error) or "raise NotImplementedError" in self.line
        return isinstance(self.error, NotImplementedError) and silent

    def was_raised_in(self, code: CodeType) -> bool:
        """Whether it was raised by this code itself, or by a lambda or comprehension that is written in it."""
        return bool(self.frames) and _holds(code, self.frames[-1][0].f_code)

    def tell(self) -> list[str]:
        """What to show: the error, the student's line, and its likeliest cause if one is known."""
        if hasattr(self.error, "told"):  # by the process that it comes from
            return self.error.told
        lines = [self.summary[:200]]
        if self.line:
            lines.append(f"at line {self.number}: {self.line}")
        return [*lines, *filter(None, [explain(self)])]


def explain(stop: Stop) -> str:
    """The likeliest cause of an error, as a sentence; empty where none is known.

    Example:
        >>> def area(radius):
        ...     return 3.14 * raduis**2
        >>> try:
        ...     area(2.0)
        ... except NameError as error:
        ...     print(explain(Stop(error)))
        Perhaps `radius` is meant.
    """
    looks = (_explain_local, _explain_name, _explain_attribute, _explain_arguments, _explain_one_row, _look_up)
    return next(filter(None, (look(stop) for look in looks)), "")


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate that is likeliest to be meant by a misspelt name.

    Two names that differ in their digits alone are two things: nobody who writes W1 means W2.

    Example:
        >>> nearest("bais", ["weight", "bias"]), nearest("x", ["X"]), nearest("hidden1", ["hidden2"])
        ('bias', 'X', None)
    """
    names = [other for other in candidates if re.sub(r"\d", "", other) != re.sub(r"\d", "", name)]
    same_letters = (other for other in names if other.casefold() == name.casefold())
    return next(same_letters, None) or next(iter(difflib.get_close_matches(name, names, n=1, cutoff=0.75)), None)


def missing_name(error: BaseException) -> str | None:
    """The name that a NameError complains of."""
    name = re.search(r"variable '(\w+)'|name '(\w+)'", str(error))
    return name and (name[1] or name[2])


# Names


def _explain_local(stop: Stop) -> str | None:
    """A local variable that is read before it is set."""
    name = missing_name(stop.error)
    if not isinstance(stop.error, UnboundLocalError) or not name or stop.frame is not stop.frames[-1][0]:
        return None
    if re.search(rf"\b{name}\s*(//|\*\*|[-+*/@%&|^])=|\b{name}\s*=[^=].*\b{name}\b", stop.line):
        text = f"`{name}` has no value yet: give it one before this line, outside of any loop (perhaps `{name} = 0`)."
    else:
        near = nearest(name, stop.frame.f_locals)
        perhaps = f"Perhaps `{near}` is meant" if near else "Perhaps the `if` or the loop that sets it did not run"
        text = f"`{name}` is read before it is set. {perhaps}."
    if name in stop.frame.f_globals:
        text += f" The `{name}` outside of the function is another one: perhaps it should be an argument."
    return text


def _explain_name(stop: Stop) -> str | None:
    """A name that is not there at all."""
    name = missing_name(stop.error)
    if not isinstance(stop.error, NameError) or not name or stop.frame is not stop.frames[-1][0]:
        return None
    return f"Perhaps {_guess_name(stop, name)}."


def _guess_name(stop: Stop, name: str) -> str:
    frame, owner = stop.frame, _first_argument(stop.frame)
    if name == "self":
        return "`self` is missing in the `def`: it is the first argument of every method"
    if owner and name in dir(frame.f_locals[owner]):
        return f"`{owner}.{name}` is meant"
    for frame_above, _ in reversed(stop.students[:-1]):
        if name in frame_above.f_locals and frame_above.f_locals is not frame_above.f_globals:
            above = frame_above.f_code.co_name
            return f"it should be an argument: `{above}`, which calls this function, has a `{name}` of its own"
    if name in _IMPORTS:
        return f"the cell with `{_IMPORTS[name]}` has not run yet"
    if near := _nearest_in_scope(stop, name):
        return f"`{near}` is meant"
    for prefix, module in {"torch": torch, "nn": nn, "F": nn.functional}.items():
        if callable(getattr(module, name, None)):
            return f"`{prefix}.{name}` is meant"
    return "it is misspelt, or the cell that makes it has not run yet"


def _nearest_in_scope(stop: Stop, name: str) -> str | None:
    """The nearest name among the locals, then those of the functions around, the globals, and Python's own."""
    around = [frame for frame, _ in reversed(stop.students) if _holds(frame.f_code, stop.frame.f_code)]
    scopes = [*(frame.f_locals for frame in around), stop.frame.f_globals, [*dir(builtins), *keyword.kwlist]]
    return next(filter(None, (nearest(name, scope) for scope in scopes)), None)


def _first_argument(frame: FrameType) -> str | None:
    """`self`, where the frame is a method's."""
    names = frame.f_code.co_varnames[: frame.f_code.co_argcount]
    return names[0] if names and names[0] == "self" and "self" in frame.f_locals else None


# Attributes


def _explain_attribute(stop: Stop) -> str | None:
    error = stop.error
    thing, name = getattr(error, "obj", None), getattr(error, "name", None)
    if not isinstance(error, AttributeError) or not name or thing is None:
        return None
    if hasattr(Tensor, name) and (text := _name_what_is_no_tensor(thing)):
        return text
    if isinstance(thing, Tensor) and hasattr(np.ndarray, name):
        return f"It is a tensor, and .{name} is NumPy's: look up what PyTorch calls it."
    near = nearest(name, dir(thing))
    if near is None:
        return None
    return f"Perhaps `{thing.__name__.split('.')[-1] if isinstance(thing, ModuleType) else ''}.{near}` is meant."


def _name_what_is_no_tensor(thing: object) -> str | None:
    """What came where a tensor is wanted; None for what may be meant."""
    if isinstance(thing, np.ndarray):
        return "It is a NumPy array; if a tensor is wanted, torch.from_numpy(...) makes one."
    if isinstance(thing, (bool, int, float)):
        return "It is a Python number and no tensor: perhaps .item() or float() came too early."
    if isinstance(thing, tuple):
        return f"It is a tuple of {len(thing)}: perhaps what a layer or function with several results returned."
    if isinstance(thing, list):
        return "It is a list: perhaps torch.tensor(...) or torch.stack(...) is missing."
    if inspect.isroutine(thing):
        return "It is a function and no result: perhaps its parentheses () are missing."
    return None


# Arguments


def _explain_arguments(stop: Stop) -> str | None:
    called = re.search(r"([\w.<>]+)\(\) (takes|missing|got an unexpected keyword|got multiple values)", str(stop.error))
    if not isinstance(stop.error, TypeError) or called is None:
        return None
    if (lacks := _lacks_self(stop, called[1])) is not None:
        return lacks
    if stop.frame is None and called[1] in _names_of(stop.function):
        return "Leave the names and the number of the arguments as the stub had them."
    return f"The call and the `def` of {called[1]} do not agree on the arguments: compare them one by one."


def _names_of(function: Callable[..., Any] | None) -> set[str]:
    """What a TypeError may call the function, or the method that stands behind a model."""
    methods = (function, getattr(type(function), "forward", None), getattr(function, "__init__", None))
    return {method.__qualname__ for method in methods if hasattr(method, "__qualname__")}


def _lacks_self(stop: Stop, called: str) -> str | None:
    """A method whose `def` has no `self`; certain, for the method is looked at."""
    _, _, path = called.rpartition("<locals>.")
    owner, _, name = path.rpartition(".")
    for thing in _things_at_hand(stop):
        cls = thing if isinstance(thing, type) else type(thing)
        method = inspect.getattr_static(cls, name, None) if cls.__name__ == owner else None
        if inspect.isfunction(method) and method.__qualname__ == called:
            names = list(inspect.signature(method).parameters)
            if not names or names[0] != "self":
                return f"`self` is missing in the `def`: write def {name}({', '.join(['self', *names])})."
    return None


def _things_at_hand(stop: Stop) -> Iterable[object]:
    """Where the object may be found whose method was called."""
    yield stop.function
    yield getattr(stop.function, "__self__", None)
    for frame, _ in reversed(stop.frames):
        yield from list(frame.f_locals.values())
    if stop.frame is not None:
        yield from list(stop.frame.f_globals.values())


# All else


def _explain_one_row(stop: Stop) -> str | None:
    """A batch in one row: it is several times as long as the layer's input."""
    found = re.search(r"mat1 and mat2 shapes cannot be multiplied \(1x(\d+) and (\d+)x", stop.summary)
    if found is None:
        return None
    came, wanted = map(int, found.groups())
    if wanted == 1 or came == wanted or came % wanted:
        return None
    return f"One row of {came} came where {wanted} are wanted: perhaps a whole batch. flatten(1) keeps a row for each."


def _look_up(stop: Stop) -> str | None:
    return next((cause for pattern, cause in _CAUSES if re.search(pattern, stop.summary)), None)


# Searched in `Type: message`, first hit speaks. PyTorch rewords its errors between releases, so the patterns are short.
_WHOLE = "(Long|Int|Short|Char|Byte|Bool)"
_CAUSES = (
    (
        r"mat1 and mat2 shapes|size mismatch, |batch2 tensor to be|inconsistent tensor size",
        "The inner sizes of a matrix product must agree: is a .T missing, or the order the other way round?",
    ),
    (
        r"size mismatch \(got input",
        "The predictions and the targets are of different sizes: print both shapes, and look at the batch first.",
    ),
    (
        r"size of tensor a",
        "Sizes are lined up from the right, and each pair must agree or hold a 1: print both shapes first.",
    ),
    (
        r"target dtype to be Long|expected scalar type Long|Long, Int; but got|tensors used as indices",
        "Labels and indices are whole numbers: .long() makes them so.",
    ),
    (
        r"same dtype|expected scalar type|Found dtype|should be the same",
        "The two tensors differ in dtype: print both, then convert one, perhaps with .float().",
    ),
    (
        r"operator, (on|with).*bool tensor",
        "Truth values do not calculate: ~ turns a mask round, .float() makes 0 and 1.",
    ),
    (
        rf"not implemented for '{_WHOLE}'|infer output dtype|floating point",
        "Whole numbers or booleans came where fractions are wanted: .float() first.",
    ),
    (
        r"bitwise_\w+ ?\" not implemented for|only implemented on integer and Boolean",
        "& | ~ work on truth values: is a comparison missing, or are the parentheses around it?",
    ),
    (
        r"multi-target",
        "The labels must be of shape (batch,): .squeeze(1) takes out a size of 1, .argmax(dim=1) undoes one-hot.",
    ),
    (
        r"Target -?\d+ is out of bounds",
        "Labels run from 0 to classes - 1: perhaps they start at 1, or there are too few outputs.",
    ),
    (
        r"does not require grad",
        "The graph is cut: by .detach(), .item(), no_grad, or a leaf without requires_grad=True?",
    ),
    (
        r"leaf Variable",
        "A leaf, perhaps a parameter, was changed while autograd was watching: put the update under torch.no_grad().",
    ),
    (
        r"backward through the graph a second",
        "backward() has used up the graph: perhaps the loss, or a part of it, must be computed anew before this one.",
    ),
    (
        r"modified by an inplace operation",
        "backward() needs a value that was changed in place, by +=, [...] = or a method that ends in _.",
    ),
    (r"created only for scalar outputs", "backward() starts from one number: perhaps a .mean() or .sum() is missing."),
    (r"numpy\(\) on Tensor that requires grad", "NumPy knows no graph: .detach() first."),
    (
        r"view size is not compatible",
        "The numbers do not lie in order in memory: .reshape(...) copies, .view(...) cannot.",
    ),
    (r"is invalid for input of size", "The sizes must multiply to as many numbers as there are: print the shape."),
    (r"before Module.__init__", "super().__init__() must come first in __init__."),
    (
        r"\[Module(List|Dict)\] is missing",
        "It only holds layers: call them one after the other, or use nn.Sequential.",
    ),
    (r'missing the required "forward"', "The class has no forward method: is it misspelt, or not indented enough?"),
    (
        r"Dimension out of range|too many indices",
        "The tensor has fewer dimensions than this line counts: print its shape.",
    ),
    (r"NoneType", "Something is None: a gradient before backward(), or a function without return?"),
    (r"values to unpack", "The names on the left must be as many as the values: is one not returned, or not saved?"),
    (
        r"must be Tensor, not tuple",
        "A tuple came: perhaps from a layer with several results, as nn.LSTM has; take it apart first.",
    ),
    (r"must be Tensor, not numpy", "A NumPy array came: torch.from_numpy(...) makes a tensor of it."),
    (r"must be Tensor, not|expected Tensor as element", "A tensor is wanted: torch.tensor(...) makes one of numbers."),
    (
        r"unsupported operand.*'list'",
        "Lists do not calculate number by number: torch.tensor(...) makes a tensor of one.",
    ),
    (
        r"is not callable",
        "It is a value and no function: perhaps a * is missing before the parenthesis, or a name was used twice.",
    ),
    (
        r"index out of range in self",
        "A number that is looked up, perhaps in an nn.Embedding, is negative or too large.",
    ),
    (
        r"IndexError.*out of (bounds|range)",
        "The index lies outside: counting starts at 0 and ends at the size minus 1.",
    ),
    (
        r"more than one (value|element) is ambiguous|converted to (Python )?[Ss]calar",
        "Here one number is wanted, and several came.",
    ),
    (r"RecursionError", "A function calls itself, perhaps by way of another, and never stops."),
)


def _is_students(filename: str) -> bool:
    return not filename.startswith(_OTHERS) and not re.search("(site|dist)-packages", filename)


def _holds(code: CodeType, inner: CodeType) -> bool:
    """Whether the inner code is this one, or a lambda, comprehension or `def` that is written in it."""
    return code is inner or any(_holds(const, inner) for const in code.co_consts if isinstance(const, CodeType))
