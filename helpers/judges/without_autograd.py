"""Whether a student's function works out its gradients itself. For whoever writes or marks exercises.

Two things together. The function's code is read, with that of the functions and classes of the student's that it uses:
it may touch no name of autograd's, nothing that hides what is touched, and no module but those of `MODULES`. And it is
run in inference mode, in which PyTorch records nothing, so that there is nothing to go back through.

Reading never says that an answer is right; it says what an answer may not do. Imports `helpers.checks` alone.
"""

from __future__ import annotations

import builtins
import dataclasses
import dis
import functools
import operator
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from helpers.checks import NotYet
from helpers.judges.common import demand

# What an answer may import or name; whatever only prints is among them, so that a student can look.
MODULES = (
    *("torch", "torch.nn", "torch.nn.functional", "torch.linalg", "torch.special", "torch.optim", "torch.nn.utils"),
    *("numpy", "math", "cmath", "operator", "itertools", "functools", "collections", "collections.abc", "random"),
    *("copy", "dataclasses", "typing", "builtins", "sys", "time", "warnings", "logging", "tqdm", "tqdm.auto"),
)
AUTOGRAD = {
    *("autograd", "func", "functorch", "backward", "grad", "grad_fn", "Function", "forward_ad", "register_hook"),
    *("requires_grad", "requires_grad_", "enable_grad", "set_grad_enabled"),
    *("jacobian", "jacrev", "jacfwd", "hessian", "hessians", "vjp", "jvp", "vhp", "hvp", "linearize"),
}
ELSEWHERE = {
    "ops",
    "library",
    "jit",
    "fx",
    "export",
    "compile",
    "multiprocessing",
    "distributed",
    "checkpoint",
    "modules",
}
HIDING = {"attrgetter", "methodcaller", "settrace", "setprofile", "import_module"}
HIDING_BUILTINS = [
    getattr(builtins, name)
    for name in ("getattr", "vars", "dir", "globals", "locals", "eval", "exec", "compile", "__import__", "open")
]
HARMLESS = {"__init__", "__call__", "__len__", "__name__", "__version__", "save_for_backward"}
OWN = {"backward", "grad", "func"}  # names that a student's own class may have, too
GLOBALS = ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS")
LIBRARY = (sysconfig.get_path("stdlib"), str(Path(__file__).parents[1]), "<frozen")
TOLD = "Here you are autograd: tensor arithmetic is enough."
PLAIN = (int, float, complex, str, bytes, type(None), type(...), torch.Tensor, torch.dtype, torch.device)


def by_hand(label: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, to be called; it is read now, and whenever it runs, autograd is of no use.

    Args:
        label: what messages call it.
        function: what the student wrote.

    Raises:
        NotYet: it is no function, or its code touches what it may not.
    """
    demand(callable(function), label, f"wanted a function, got {type(function).__name__}.")
    if hasattr(function, "by_hand"):  # it runs in another process, which watches it there
        return function.by_hand(label)
    refuse_autograd(label, function)

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        with autograd_off(label):
            return function(*args, **kwargs)

    return run


def refuse_autograd(label: str, thing: object) -> None:
    """`NotYet` where the code of a function or class, or of what it uses, touches what it may not."""
    if hasattr(thing, "refuse_autograd"):  # it is written elsewhere, and read there
        return thing.refuse_autograd(label)
    found = touched(thing)
    demand(found is None, label, f"{found}. {TOLD}")


class autograd_off(TorchFunctionMode):
    """While it lasts, PyTorch records nothing, and whoever asks it to go backwards is told to do it by hand."""

    def __init__(self, label: str) -> None:
        super().__init__()
        self.label = label

    def __enter__(self) -> autograd_off:
        self._inference = torch.inference_mode()
        self._inference.__enter__()
        return super().__enter__()

    def __exit__(self, *error: object) -> None:
        super().__exit__(*error)
        self._inference.__exit__(*error)

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """What PyTorch calls in the place of each of its functions."""
        name = getattr(function, "__name__", "")
        if "backward" in name or (name == "grad" and isinstance(function, FunctionType)):
            self.refuse(f"it calls `{name}` of PyTorch's")
        if _is_differentiating():
            self.refuse("it lets PyTorch differentiate")
        return function(*args, **(kwargs or {}))

    def refuse(self, what: str) -> None:
        raise NotYet(f"{self.label} is not right yet\n  {what}. {TOLD}")


def _is_differentiating() -> bool:
    """Whether a transform of torch.func or a level of dual numbers is at work: inference mode stops neither."""
    functorch = torch._C._functorch
    at_work = functorch.get_interpreter_stack() or []
    slopes = (functorch.TransformType.Grad, functorch.TransformType.Jvp)  # vmap differentiates nothing
    return any(level.key() in slopes for level in at_work) or torch.autograd.forward_ad._current_level >= 0


def touched(thing: object) -> str | None:
    """What the code touches and may not, as the first half of a sentence; None if there is nothing."""
    reading = _Reading()
    queue, seen = [thing], {}
    while queue:
        value = queue.pop(0)
        if id(value) not in seen:
            seen[id(value)] = value  # kept, so that no other value gets its id
            queue += reading.look_at(value)
    return reading.verdict()


class _Reading:
    """What has been found so far, and which names are the student's own."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str]] = []  # a name, where it is one that students may own, and what to say
        self.own: set[str] = set()

    def verdict(self) -> str | None:
        return next((text for name, text in self.found if name not in self.own), None)

    def refuse(self, text: str, name: str = "") -> None:
        self.found.append((name, text))

    def look_at(self, value: object) -> Iterator[object]:
        """Judge a value that the code refers to; yield what is to be looked at next."""
        if isinstance(value, PLAIN):
            return
        if any(value is hiding for hiding in HIDING_BUILTINS):
            self.refuse(f"it uses `{value.__name__}`, which hides what is touched")
        elif isinstance(value, ModuleType):
            self.judge_module(value.__name__)
        elif isinstance(value, list | tuple | set | frozenset):
            yield from list(value)[:1000]
        elif isinstance(value, dict):
            yield from list(value.values())[:1000]
        elif isinstance(value, FunctionType | MethodType | BuiltinFunctionType):
            yield from self.look_at_function(value)
        elif isinstance(value, type):
            yield from self.look_at_class(value)
        elif isinstance(value, staticmethod | classmethod):
            yield value.__func__
        elif isinstance(value, property):
            yield from (value.fget, value.fset)
        elif isinstance(value, functools.partial):
            yield from (value.func, value.args, value.keywords)
        elif isinstance(value, operator.attrgetter | operator.methodcaller):
            self.refuse(f"it uses `{type(value).__name__}`, which hides what is touched")
        elif _is_students(type(value)):
            yield from (type(value), dict(getattr(value, "__dict__", {})))
        elif hasattr(value, "__wrapped__"):
            yield value.__wrapped__
        else:
            self.judge_module(type(value).__module__.removesuffix("._C"))
            self.judge_name(getattr(value, "__name__", ""))

    def look_at_function(self, function: Any) -> Iterator[object]:
        if isinstance(function, MethodType):
            yield from (function.__func__, function.__self__)
        elif _is_students(function):
            yield from self.read(function.__code__, function)
            yield from (function.__defaults__, function.__kwdefaults__, function.__dict__)
        elif hasattr(function, "__wrapped__"):  # a decorator of a library's around a function of the student's
            yield function.__wrapped__
        else:
            compiled = isinstance(function, BuiltinFunctionType) and (function.__module__ or "torch").startswith(
                "torch"
            )
            self.judge_module("torch" if compiled else function.__module__ or "builtins")
            self.judge_name(function.__name__)

    def look_at_class(self, cls: type) -> Iterator[object]:
        if _is_students(cls):
            self.own |= {name for name in vars(cls) if name in OWN or _is_private(name)}
            of_python = {"__dict__", "__weakref__", "_backward_cls"}  # the last is what PyTorch adds to a Function
            yield from [
                value for name, value in vars(cls).items() if name not in of_python and not _is_given(cls, name, value)
            ]
            yield from [base for base in cls.__bases__ if _is_students(base)]
        elif cls is not torch.no_grad:
            self.judge_module(cls.__module__)
            self.judge_name(cls.__name__)

    def read(self, code: CodeType, function: FunctionType) -> Iterator[object]:
        """What stands in a function's code, and in what is written within it."""
        for instruction in dis.get_instructions(code):
            name = instruction.argval
            if instruction.opname in GLOBALS:
                yield function.__globals__.get(name, vars(builtins).get(name))
            elif instruction.opname == "IMPORT_NAME":
                self.judge_module(name)
            elif instruction.opname == "STORE_ATTR":
                self.own |= {name} if name in OWN or _is_private(name) else set()
            elif instruction.opcode in dis.hasname and not instruction.opname.startswith(("STORE_", "DELETE_")):
                self.judge_name(name)
        for cell in function.__closure__ or ():
            yield _content(cell)
        for constant in code.co_consts:
            if isinstance(constant, CodeType):
                yield from self.read(constant, function)

    def judge_name(self, name: str) -> None:
        if name in HARMLESS:
            return
        if name in HIDING or name.startswith("__"):
            self.refuse(f"it uses `{name}`, which hides what is touched")
        elif name in AUTOGRAD or "backward" in name:
            self.refuse(f"it, or a function that it calls, uses the name `{name}`, which is autograd's", name)
        elif name in ELSEWHERE:
            self.refuse(f"it, or a function that it calls, uses the name `{name}`, which no answer here may", name)
        elif _is_private(name):
            text = f"it, or a function that it calls, uses the name `{name}`, private by its underscore"
            self.refuse(text, name if name != "_C" else "")

    def judge_module(self, module: str) -> None:
        root = module.split(".")[0]
        inner = module.startswith("torch.") and any(
            part in AUTOGRAD | ELSEWHERE or part in ("_C", "_ops") for part in module.split(".")
        )
        known = module in MODULES or (root != "torch" and root in MODULES) or (root == "torch" and not inner)
        if inner or module.startswith("torch._functorch"):
            self.refuse(f"it, or a function that it calls, uses `{module}`, which no answer here may")
        elif not known and root not in ("_operator", "_functools", "_collections", "_random", "_io", "__main__"):
            self.refuse(f"it, or a function that it calls, uses `{module}`, which is not among the modules for answers")


def _is_given(cls: type, name: str, value: object) -> bool:
    """Whether a special method such as `__repr__` comes from Python's own namedtuple or dataclass."""
    function = value.__func__ if isinstance(value, staticmethod | classmethod) else value
    if not isinstance(function, FunctionType) or not (name.startswith("__") and name.endswith("__")):
        return False
    file = function.__code__.co_filename
    made_by_python = file.startswith(("<string>", sysconfig.get_path("stdlib"))) and "-packages" not in file
    return made_by_python and (dataclasses.is_dataclass(cls) or issubclass(cls, tuple))


def _is_private(name: str) -> bool:
    return name.startswith("_") and name != "_" and not name.startswith("__")


def _content(cell: Any) -> object:
    try:
        return cell.cell_contents
    except ValueError:  # not filled yet
        return None


def _is_students(thing: Any) -> bool:
    """Whether a function or class was written by the student: in a notebook's cell, or in a file of their own."""
    if isinstance(thing, type):
        return thing.__module__ == "__main__"
    code = getattr(thing, "__code__", None)
    if code is None:
        return False
    return not code.co_filename.startswith(LIBRARY) and not any(
        part in code.co_filename for part in ("site-packages", "dist-packages")
    )
