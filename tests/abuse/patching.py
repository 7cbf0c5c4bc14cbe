"""Submissions that change what they find around them: Python, PyTorch, the checks, the machinery."""

from __future__ import annotations

from tests.abuse.bank import EX5, RIGHT_GATES, STOPPED_OR_WRONG, Abuse, answers, linear

BUILTINS = Abuse(
    "isinstance, len, abs, float, all, any, AssertionError and the comparison of tensors, all replaced",
    "a check that runs beside it uses what it finds",
    linear(
        """
        import builtins, math
        for name in ("isinstance", "all", "any", "callable", "bool"):
            setattr(builtins, name, lambda *args, **kwargs: True)
        builtins.abs = builtins.float = builtins.sum = lambda *args: 0
        builtins.AssertionError = builtins.Exception = type("Quiet", (BaseException,), {})
        math.isclose = torch.allclose = torch.equal = torch.isclose = lambda *args, **kwargs: True
        torch.Tensor.__eq__ = torch.Tensor.__le__ = lambda self, other: torch.ones_like(self, dtype=torch.bool)
        """
    ),
    {"linear-check": STOPPED_OR_WRONG},
)
CHECKS = Abuse(
    "helpers.checks and the judges patched: no demand is made, nothing is diagnosed, each question has passed",
    "the checks are its to change, where it runs in their process",
    answers(
        {
            "regression-scores": """
import sys
import helpers.checks, helpers.checks.checks, helpers.checks.questions, helpers.checks.student_code
import helpers.judges.common, helpers.judges.ex5
for module in list(sys.modules.values()):
    for name in ("demand", "agree", "diagnose", "_refuse", "check_close", "stopped", "check_line", "regression_scores"):
        if getattr(module, "__name__", "").startswith("helpers") and hasattr(module, name):
            setattr(module, name, lambda *args, **kwargs: None)
helpers.checks.questions.question.passed = property(lambda self: True)
helpers.checks.questions.question.__exit__ = lambda self, *args: True
helpers.checks.NotYet.__new__ = lambda cls, *args: None
judge = type("Judge", (), {"__getattr__": lambda self, name: lambda *args, **kwargs: None})()
question = type(judge)
q1 = q2 = q3 = q4 = q5 = q6 = judge
def regression_scores(y_hat, y):
    return dict.fromkeys(("mse", "rmse", "mae", "r2"), 0.0)
"""
        }
    ),
    {"regression_scores-check": "wrong"},
    EX5,
)
IMPORTS = Abuse(
    "an import hook and sys.modules that give judges, msgpack and the channel a wrong face",
    "what is imported later, for the check or for the answer, is its own",
    linear(
        """
        import sys, types
        class Hook:
            def find_spec(self, name, path=None, target=None):
                sys.modules[name] = Yes(name)
                return None
        class Yes(types.ModuleType):
            def __getattr__(self, name):
                return lambda *args, **kwargs: None
        sys.meta_path.insert(0, Hook())
        for name in list(sys.modules):
            if name.startswith(("helpers", "instructor", "msgpack", "nbformat")):
                sys.modules[name] = Yes(name)
        import helpers.judges.ex3
        """
    ),
    {"linear-check": STOPPED_OR_WRONG},
)
MACHINERY = Abuse(
    "the functions of the channel in the sandbox replaced, so that each value is told as the one that is wanted",
    "what carries the values is trusted",
    answers(
        {
            "regression-scores": """
import gc
import instructor.channel.peer, instructor.channel.values, instructor.channel.wire, instructor.inside, msgpack
class Wide(int):
    __eq__ = __lt__ = __gt__ = lambda self, other: True
instructor.channel.values.encode_simple = lambda value: True
instructor.channel.peer.Peer.encode = lambda self, value, depth=0: ["number", "<f8", bytes(8)]
msgpack.unpackb = lambda *args, **kwargs: ["return", True, [], [], None]
def regression_scores(y_hat, y):
    return dict.fromkeys(("mse", "rmse", "mae", "r2"), 0.0)
"""
        }
    ),
    {"regression_scores-check": STOPPED_OR_WRONG},
    EX5,
)
TRANSFORMER = Abuse(
    "an input transformer that blanks the cells of the checks, magics that do, and a hook of IPython's for errors",
    "in Jupyter, all cells after it run as it likes",
    answers(
        {
            "linear": """
def blank(lines):
    return ["pass"]
try:
    shell = get_ipython()
except NameError:
    from IPython import InteractiveShell
    shell = InteractiveShell.instance()
shell.input_transformers_post.append(blank)
shell.run_cell_magic = shell.showtraceback = shell.run_cell = lambda *args, **kwargs: None
shell.set_custom_exc((BaseException,), lambda *args, **kwargs: None)
def linear_forward(X, W, b):
    return 0
def linear_backward(E, X, W):
    return 0
""",
            "gates": "%%capture\n!rm -rf /\n" + RIGHT_GATES,
        }
    ),
    {"linear-check": "wrong", "gates-check": "right"},
)
TRACEBACKS = Abuse(
    "sys.excepthook, traceback, linecache, inspect and warnings that swallow all, or print what they like",
    "a check that fails is seen by its traceback",
    linear(
        """
        import inspect, linecache, sys, traceback, warnings
        sys.excepthook = sys.unraisablehook = lambda *args: None
        for module in (traceback, linecache, inspect):
            for name in dir(module):
                if callable(getattr(module, name)) and name[0] != "_":
                    setattr(module, name, lambda *args, **kwargs: 1 / 0)
        sys.stdout = sys.stderr = None
        """
    ),
    {"linear-check": STOPPED_OR_WRONG},
)
TRACING = Abuse(
    "trace, profile and audit functions that change the results of comparisons in the frames above",
    "whatever code runs later in its process runs under them",
    linear(
        """
        import sys, threading
        def trace(frame, event, argument):
            for name in ("fact", "finding", "ok", "passed"):
                if name in frame.f_locals:
                    frame.f_locals[name] = True
            return trace
        def audit(event, arguments):
            if event in ("open", "import", "exec", "compile"):
                raise SystemExit(0)
        sys.settrace(trace), sys.setprofile(trace), threading.settrace(trace)
        sys.addaudithook(audit)
        """
    ),
    {"linear-check": STOPPED_OR_WRONG},
)
SEEDS = Abuse(
    "random generators set, replaced and moved in the sandbox, autograd and determinism switched off for good",
    "the numbers of the next check are the ones that it knows; nothing is recorded any more",
    linear(
        """
        import random, numpy as np
        torch.manual_seed(1), random.seed(1), np.random.seed(1)
        torch.set_default_dtype(torch.float64), torch.set_num_threads(8)
        torch.randn = torch.rand = lambda *args, **kwargs: torch.zeros(())
        torch.set_grad_enabled(False)
        torch.inference_mode().__enter__()
        """,
        gates=RIGHT_GATES,
    ),
    {"linear-check": "wrong", "gates-check": "right"},
)
