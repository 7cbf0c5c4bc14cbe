"""Answers to ex3, Question 7: right ones in other styles, and mistakes, each with the hint meant for it."""

from __future__ import annotations

from tests.exercises.ex3_manual_backprop.answers_rules import BAN

# Question 5: the operation.


def swish(forward: str, backward: str) -> str:
    def indented(body: str) -> str:
        return "".join(f"        {line}\n" for line in body.strip().splitlines())

    return f"""
class Swish(torch.autograd.Function):
    @staticmethod
    def forward(ctx, Z, beta):
{indented(forward)}
    @staticmethod
    def backward(ctx, E):
{indented(backward)}"""


SAVE = "ctx.save_for_backward(Z, beta)\nreturn Z * torch.sigmoid(beta * Z)"
READ = "Z, beta = ctx.saved_tensors\nS = torch.sigmoid(beta * Z)\n"


def swish_returning(values: str) -> str:
    return swish(SAVE, f"{READ}return {values}")


D_Z, D_BETA = "E * (S + beta * Z * S * (1 - S))", "(E * Z**2 * S * (1 - S)).sum()"
MODERN = """
from torch.autograd.function import once_differentiable


class Swish(torch.autograd.Function):
    @staticmethod
    def forward(Z, beta):
        return Z * torch.sigmoid(beta * Z)

    @staticmethod
    def setup_context(ctx, inputs, output):
        Z, beta = inputs
        ctx.save_for_backward(Z, beta, output)

    @staticmethod
    DECORATED
    def backward(ctx, *grads):
        (E,) = grads
        Z, beta, Y = ctx.saved_tensors
        S = torch.sigmoid(beta * Z)
        dU = E * Y * (1 - S)
        dZ = dbeta = None
        if ctx.needs_input_grad[0]:
            dZ = E * S + beta * dU
        if ctx.needs_input_grad[1]:
            dbeta = torch.sum(dU * Z)
        return dZ, dbeta
"""
SWISH_RIGHT = {
    "with setup_context, what is needed alone": MODERN.replace("    DECORATED\n", ""),
    "differentiable once": MODERN.replace("DECORATED", "@once_differentiable"),
    "a copy kept": swish(
        "ctx.Z, ctx.beta = Z.clone(), beta.clone()\nreturn Z * torch.sigmoid(beta * Z)",
        "Z, beta = ctx.Z, ctx.beta\nS = (beta * Z).sigmoid()\n"
        "return E * (S + beta * Z * S * (1 - S)), (E * Z * Z * S * (1 - S)).sum()",
    ),
    "in one go": swish_returning(f"{D_Z}, {D_BETA}"),
    "the answer kept": swish(
        "S = torch.sigmoid(beta * Z)\nY = Z * S\nctx.save_for_backward(Z, beta, S, Y)\nreturn Y",
        "Z, beta, S, Y = ctx.saved_tensors\nreturn E * (S + beta * Y * (1 - S)), torch.sum(E * Z * Y * (1 - S))",
    ),
    "step by step": swish(
        "U = beta * Z\nS = U.sigmoid()\nctx.save_for_backward(Z, beta, U, S)\nreturn Z * S",
        """
Z, beta, U, S = ctx.saved_tensors
dZ = E * S
dS = E * Z
dU = sigmoid_backward(dS, U)
dZ = dZ + dU * beta
return dZ, (dU * Z).sum()
""",
    ),
    "loops": swish(
        SAVE,
        """
Z, beta = ctx.saved_tensors
dZ, dbeta = torch.zeros_like(Z), torch.zeros_like(beta)
for place in range(Z.numel()):
    e, z = E.flatten()[place], Z.flatten()[place]
    s = torch.sigmoid(beta * z)
    dZ.view(-1)[place] = e * (s + beta * z * s * (1 - s))
    dbeta += e * z * z * s * (1 - s)
return dZ, dbeta
""",
    ),
    "the sigmoid written out": swish(
        "ctx.save_for_backward(Z, beta)\nreturn Z / (1 + torch.exp(-beta * Z))",
        "Z, beta = ctx.saved_tensors\nS = 1 / (1 + torch.exp(-beta * Z))\nslope = S * (1 - S)\n"
        "return E * S + E * Z * beta * slope, torch.einsum('i,i->', (E * Z).flatten(), (Z * slope).flatten())",
    ),
}

TWO_PATHS = "Z reaches Y along two paths"
SWISH_WRONG = {
    "only the factor's path": (swish_returning(f"E * S, {D_BETA}"), TWO_PATHS),
    "only the sigmoid's path": (swish_returning(f"E * beta * Z * S * (1 - S), {D_BETA}"), TWO_PATHS),
    "the two paths multiplied": (swish_returning(f"E * S * Z * S * (1 - S), {D_BETA}"), "dZ is not right yet"),
    "inner derivative forgotten": (
        swish_returning(f"E * (S + Z * S * (1 - S)), {D_BETA}"),
        "beta is left out, the inner derivative",
    ),
    "beta in both terms": (swish_returning(f"beta * {D_Z}, {D_BETA}"), "beta stands in both terms"),
    "beta's inner derivative, too": (swish_returning(f"{D_Z}, beta * {D_BETA}"), "beta is a factor too many"),
    "E left out for Z": (swish_returning(f"S + beta * Z * S * (1 - S), {D_BETA}"), "E is left out"),
    "E left out for beta": (
        swish_returning(f"{D_Z}, (Z**2 * S * (1 - S)).sum()"),
        "that is the slope alone: E is left out",
    ),
    "dbeta not summed": (swish_returning(f"{D_Z}, E * Z**2 * S * (1 - S)"), "multiply, then add up all places"),
    "dbeta summed over the rows only": (
        swish_returning(f"{D_Z}, (E * Z**2 * S * (1 - S)).sum(dim=0)"),
        "multiply, then add up all places",
    ),
    "dbeta a mean": (swish_returning(f"{D_Z}, (E * Z**2 * S * (1 - S)).mean()"), "that is a mean over all places"),
    "dbeta summed before E comes in": (
        swish_returning(f"{D_Z}, E.sum() * (Z**2 * S * (1 - S)).sum()"),
        "dbeta is not right yet",
    ),
    "dbeta with one Z": (
        swish_returning(f"{D_Z}, (E * Z * S * (1 - S)).sum()"),
        "a factor Z is missing",
    ),
    "nothing for beta": (swish_returning(D_Z), "2 values are wanted, it returned one Tensor"),
    "None for beta": (swish_returning(f"{D_Z}, None"), "dbeta is not right yet\n  it is None"),
    "in another order": (swish_returning(f"{D_BETA}, {D_Z}"), "dZ is not right yet"),
    "beta outside only": (
        swish("ctx.save_for_backward(Z, beta)\nreturn beta * Z * torch.sigmoid(Z)", f"{READ}return {D_Z}, {D_BETA}"),
        "yours stands outside",
    ),
    "beta left out": (
        swish("ctx.save_for_backward(Z, beta)\nreturn F.silu(Z)", f"{READ}return {D_Z}, {D_BETA}"),
        "beta is left out",
    ),
    "the sigmoid alone": (
        swish("ctx.save_for_backward(Z, beta)\nreturn torch.sigmoid(beta * Z)", f"{READ}return {D_Z}, {D_BETA}"),
        "that is the sigmoid alone",
    ),
    "nothing saved": (
        swish("return Z * torch.sigmoid(beta * Z)", f"{READ}return {D_Z}, {D_BETA}"),
        "is one not returned, or not saved?",
    ),
    "kept on ctx, out of sight": (
        swish(
            "ctx.Z, ctx.beta = Z, beta\nreturn Z * torch.sigmoid(beta * Z)",
            f"Z, beta = ctx.Z, ctx.beta\nS = torch.sigmoid(beta * Z)\nreturn {D_Z}, {D_BETA}",
        ),
        "ctx.save_for_backward notices",
    ),
    "the exponential overflows": (
        swish(
            SAVE,
            "Z, beta = ctx.saved_tensors\nU = torch.exp(-beta * Z)\nslope = U / (1 + U) ** 2\n"
            "return E * (1 / (1 + U) + beta * Z * slope), (E * Z**2 * slope).sum()",
        ),
        "is NaN",
    ),
    "Z changed on the way": (
        swish(
            "Z *= torch.sigmoid(beta * Z)\nctx.save_for_backward(Z, beta)\nreturn Z", f"{READ}return {D_Z}, {D_BETA}"
        ),
        "changed in place",
    ),
    "asks autograd": (
        swish(
            SAVE,
            """
Z, beta = (tensor.detach().requires_grad_() for tensor in ctx.saved_tensors)
with torch.enable_grad():
    Y = Z * torch.sigmoid(beta * Z)
return torch.autograd.grad(Y, (Z, beta), E)
""",
        ),
        BAN,
    ),
    "backward not written": (swish(SAVE, "raise NotImplementedError()"), "Swish.backward, beta = 1: not attempted yet"),
    "twelve places, whatever come": (
        swish_returning(f"{D_Z}, 12 * (E * Z**2 * S * (1 - S)).mean()"),
        "dbeta is not right yet",
    ),
    "no Function": ("class Swish:\n    pass\n", "leave its first line"),
    "a function": ("def Swish(Z, beta):\n    return Z * torch.sigmoid(beta * Z)\n", "leave its first line"),
    "setup_context not written": (
        MODERN.replace("    DECORATED\n", "").replace(
            "        Z, beta = inputs\n        ctx.save_for_backward(Z, beta, output)\n",
            "        raise NotImplementedError()\n",
        ),
        "not attempted yet",
    ),
    "nothing kept in setup_context": (
        MODERN.replace("    DECORATED\n", "").replace("        ctx.save_for_backward(Z, beta, output)\n", ""),
        "is one not returned, or not saved?",
    ),
    "ctx for a forward without it": (
        MODERN.replace("    DECORATED\n", "").replace("def forward(Z, beta)", "def forward(ctx, Z, beta)"),
        "stopped by an error",
    ),
    "dbeta of shape (1,)": (swish_returning(f"{D_Z}, ({D_BETA}).reshape(1)"), ".squeeze(0) takes it out"),
    "a number for dbeta": (swish_returning(f"{D_Z}, ({D_BETA}).item()"), "autograd wants tensors"),
    "the factor's sign": (swish_returning(f"E * (S - beta * Z * S * (1 - S)), {D_BETA}"), "dZ is not right yet"),
    "beta's sign": (swish_returning(f"{D_Z}, -{D_BETA}"), "wrong sign"),
    "a name misspelt": (swish_returning(f"{D_Z}, dbta"), "NameError"),
    "float32 whatever comes": (swish_returning(f"({D_Z}).float(), {D_BETA}"), "float32 where float64 is wanted"),
    "right in backward alone, gradients of PyTorch's": (
        swish(
            SAVE,
            """
Z, beta = ctx.saved_tensors
slope = torch.ops.aten.sigmoid_backward(torch.ones_like(Z), torch.sigmoid(beta * Z))
return E * (torch.sigmoid(beta * Z) + beta * Z * slope), (E * Z * Z * slope).sum()
""",
        ),
        BAN,
    ),
}
