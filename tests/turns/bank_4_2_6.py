"""Answers to the turns of 4.2.6: right in different styles, and the mistakes that people make, each with its hint."""

RIGHT = {
    "exp1_gradient": {
        "as derived": "def exp1_gradient(E, u):\n    return -E * torch.exp(-u) / u",
        "slope first": "def exp1_gradient(E, u):\n    slope = -(-u).exp() / u\n    return slope * E",
        "one fraction": "def exp1_gradient(E, u):\n    return -E / (u * torch.exp(u))",
    },
    "straight_through_gradient": {
        "a mask": "def straight_through_gradient(E, W):\n    return E * (W.abs() <= 1)",
        "where": "def straight_through_gradient(E, W):\n    return torch.where(W.abs() <= 1, E, 0.0)",
        "filled": "def straight_through_gradient(E, W):\n    return E.masked_fill(W.abs() > 1, 0)",
        "two comparisons": "def straight_through_gradient(E, W):\n    return E * ((W >= -1) & (W <= 1)).to(E.dtype)",
        "a changed copy": """
def straight_through_gradient(E, W):
    dW = E.clone()
    dW[W.abs() > 1] = 0
    return dW
""",
    },
    "values_gradient": {
        "indexed": "def values_gradient(E, D, rows, columns):\n    return (E[rows] * D[columns]).sum(dim=1)",
        "einsum": (
            'def values_gradient(E, D, rows, columns):\n    return torch.einsum("kj,kj->k", E[rows], D[columns])'
        ),
        "whole, then picked": "def values_gradient(E, D, rows, columns):\n    return (E @ D.T)[rows, columns]",
        "a loop": """
def values_gradient(E, D, rows, columns):
    return torch.stack([E[r] @ D[c] for r, c in zip(rows, columns)])
""",
    },
}

WRONG = {
    "exp1_gradient": {
        "without E": (
            "def exp1_gradient(E, u):\n    return -torch.exp(-u) / u",
            "exp1_gradient: the gradient is not right yet",
        ),
        "the minus forgotten": ("def exp1_gradient(E, u):\n    return E * torch.exp(-u) / u", "wrong sign"),
        "the denominator forgotten": (
            "def exp1_gradient(E, u):\n    return -E * torch.exp(-u)",
            "exp1_gradient: the gradient is not right yet",
        ),
        "exp(u)": (
            "def exp1_gradient(E, u):\n    return -E * torch.exp(u) / u",
            "exp1_gradient: the gradient is not right yet",
        ),
        "summed up": ("def exp1_gradient(E, u):\n    return (-E * torch.exp(-u) / u).sum()", "wanted (3,), got ()"),
        "the value": (
            "def exp1_gradient(E, u):\n    return E * torch.from_numpy(exp1(u.numpy()))",
            "exp1_gradient: the gradient is not right yet",
        ),
        "nothing returned": ("def exp1_gradient(E, u):\n    du = -E * torch.exp(-u) / u", "None"),
    },
    "straight_through_gradient": {
        "never cut": ("def straight_through_gradient(E, W):\n    return E", "4 of 6 numbers are right"),
        "the slope alone": (
            "def straight_through_gradient(E, W):\n    return (W.abs() <= 1).float()",
            "straight_through_gradient: the gradient is not right yet",
        ),
        "the true slope": (
            "def straight_through_gradient(E, W):\n    return 0 * E",
            "straight_through_gradient: the gradient is not right yet",
        ),
        "the other way round": (
            "def straight_through_gradient(E, W):\n    return E * (W.abs() > 1)",
            "straight_through_gradient: the gradient is not right yet",
        ),
        "one side forgotten": (
            "def straight_through_gradient(E, W):\n    return E * (W <= 1)",
            "5 of 6 numbers are right",
        ),
        "the border left out": (
            "def straight_through_gradient(E, W):\n    return E * (W.abs() < 1)",
            "wanted 5, got 0",
        ),
        "E cut in place of W": (
            "def straight_through_gradient(E, W):\n    return E.clamp(-1, 1)",
            "straight_through_gradient: the gradient is not right yet",
        ),
        "E changed in place": (
            "def straight_through_gradient(E, W):\n    E[W.abs() > 1] = 0\n    return E",
            "in place",
        ),
    },
    "values_gradient": {
        "the whole matrix": (
            "def values_gradient(E, D, rows, columns):\n    return E @ D.T",
            "wanted (3,), got (2, 4)",
        ),
        "not summed": (
            "def values_gradient(E, D, rows, columns):\n    return E[rows] * D[columns]",
            "wanted (3,), got (3, 2)",
        ),
        "the mean": (
            "def values_gradient(E, D, rows, columns):\n    return (E[rows] * D[columns]).mean(dim=1)",
            "1/2 of the wanted one",
        ),
        "summed over the entries": (
            "def values_gradient(E, D, rows, columns):\n    return (E[rows] * D[columns]).sum(dim=0)",
            "wanted (3,), got (2,)",
        ),
        "rows and columns exchanged": (
            "def values_gradient(E, D, rows, columns):\n    return (E[columns] * D[rows]).sum(dim=1)",
            "IndexError",
        ),
        "E forgotten": (
            "def values_gradient(E, D, rows, columns):\n    return D[columns].sum(dim=1)",
            "values_gradient: the gradient is not right yet",
        ),
    },
}
