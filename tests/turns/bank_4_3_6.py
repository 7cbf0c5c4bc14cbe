"""Answers to the turns of 4.3.6: right ones in other styles, and slips, each with the hint that is shown for it."""


def dropout(body: str) -> str:
    return f"def dropout(h, p):\n    {body}\n"


def step(body: str) -> str:
    return f"def decayed_step(w, gradient, lr, decay):\n    {body}\n"


def keep(body: str) -> str:
    return f"def keep_best(best, model, valid_loss):\n    {body}\n"


def shifted(body: str) -> str:
    return f"def shifted(images, dx, dy):\n    padded = F.pad(images, (4, 4, 4, 4))\n    {body}\n"


IF_LOWER = 'if valid_loss < best["loss"]:\n        '

RIGHT = {
    "dropout": {
        "mask": dropout("mask = torch.rand_like(h) >= p\n    return h * mask / (1 - p)"),
        "bernoulli": dropout("keep = torch.bernoulli(torch.full_like(h, 1 - p))\n    return keep * h / (1 - p)"),
        "where": dropout("return torch.where(torch.rand_like(h) < p, 0.0, h / (1 - p))"),
        "PyTorch's own": dropout("return F.dropout(h, p, training=True)"),
    },
    "decayed_step": {
        "as the formula": step("return w - lr * (gradient + decay * w)"),
        "shrink first": step("return (1 - lr * decay) * w - lr * gradient"),
        "on a copy": step("new = w.clone()\n    new -= lr * gradient\n    new -= lr * decay * w\n    return new"),
    },
    "keep_best": {
        "deepcopy": keep(
            f'{IF_LOWER}best["loss"] = valid_loss\n        best["weights"] = copy.deepcopy(model.state_dict())'
        ),
        "update": keep(f"{IF_LOWER}best.update(loss=valid_loss, weights=copy.deepcopy(model.state_dict()))"),
        "clones": keep(
            'if valid_loss >= best["loss"]:\n        return\n    best["loss"] = valid_loss\n'
            '    best["weights"] = {name: w.detach().clone() for name, w in model.state_dict().items()}'
        ),
    },
    "shifted": {
        "slices": shifted("return padded[:, 4 - dy : 32 - dy, 4 - dx : 32 - dx]"),
        "roll the padded": shifted(
            "moved = torch.roll(padded, (dy, dx), dims=(1, 2))\n    return moved[:, 4:-4, 4:-4]"
        ),
        "padding does it": shifted("return F.pad(images, (dx, -dx, dy, -dy))"),
        "named corner": shifted("top, left = 4 - dy, 4 - dx\n    return padded[:, top : top + 28, left : left + 28]"),
    },
}

WRONG = {
    "dropout": {
        "no division": (dropout("return h * (torch.rand_like(h) >= p)"), "2.5 / (1 - 0.2) = 3.125"),
        "p and 1 - p swapped": (dropout("return h * (torch.rand_like(h) < p) / p"), "with probability p = 0.2"),
        "divided by p": (dropout("return h * (torch.rand_like(h) >= p) / p"), "largest number"),
        "one mask for all rows": (
            dropout("mask = torch.rand_like(h[:, 0]) >= p\n    return h * mask[:, None] / (1 - p)"),
            "its own toss of the coin",
        ),
        "normal numbers": (dropout("return h * (torch.randn_like(h) >= p) / (1 - p)"), "share of zeros"),
        "in place": (dropout("h[torch.rand_like(h) < p] = 0\n    return h / (1 - p)"), "changed in place"),
        "nothing returned": (dropout("mask = torch.rand_like(h) >= p"), "return"),
        "typo": (dropout("mask = torch.rand_like(h) >= p\n    return h * maks / (1 - p)"), "maks"),
    },
    "decayed_step": {
        "no decay": (step("return w - lr * gradient"), "1 - 0.1 · (0.5 + 0.5 · 1) = 0.9"),
        "wrong sign": (step("return w - lr * (gradient - decay * w)"), "1 - 0.1 · (0.5 + 0.5 · 1) = 0.9"),
        "rate left out of the decay": (step("return w - lr * gradient - decay * w"), "w is not right yet"),
        "in place": (step("w -= lr * (gradient + decay * w)\n    return w"), "changed in place"),
        "uphill": (step("return w + lr * (gradient + decay * w)"), "w is not right yet"),
        "the change alone": (step("return lr * (gradient + decay * w)"), "w is not right yet"),
    },
    "keep_best": {
        "no copy": (
            keep(f'{IF_LOWER}best["loss"] = valid_loss\n        best["weights"] = model.state_dict()'),
            "no copy was made",
        ),
        "copy of the dictionary alone": (
            keep(f'{IF_LOWER}best["loss"] = valid_loss\n        best["weights"] = dict(model.state_dict())'),
            "no copy was made",
        ),
        "loss forgotten": (
            keep(f'{IF_LOWER}best["weights"] = copy.deepcopy(model.state_dict())'),
            'set by best["loss"] = …',
        ),
        "weights forgotten": (keep(f'{IF_LOWER}best["loss"] = valid_loss'), 'best["weights"] was never set'),
        "the larger": (
            keep(
                'if valid_loss > best["loss"]:\n        best["loss"] = valid_loss\n'
                '        best["weights"] = copy.deepcopy(model.state_dict())'
            ),
            "Is it compared with <",
        ),
        "always": (
            keep('best["loss"] = valid_loss\n    best["weights"] = copy.deepcopy(model.state_dict())'),
            "loss",
        ),
        "highest": (
            keep(
                'if valid_loss > best["loss"] or best["loss"] == math.inf:\n        best["loss"] = valid_loss\n'
                '        best["weights"] = copy.deepcopy(model.state_dict())'
            ),
            "loss",
        ),
        "a new dictionary": (
            keep(f'{IF_LOWER}best = {{"loss": valid_loss, "weights": copy.deepcopy(model.state_dict())}}'),
            "makes a new dictionary",
        ),
    },
    "shifted": {
        "roll wraps round": (shifted("return torch.roll(images, (dy, dx), dims=(1, 2))"), "row 0 stays black"),
        "the other way": (
            shifted("return padded[:, 4 + dy : 32 + dy, 4 + dx : 32 + dx]"),
            "goes to row 9, column 22",
        ),
        "rows and columns swapped": (
            shifted("return padded[:, 4 - dx : 32 - dx, 4 - dy : 32 - dy]"),
            "goes to row 9, column 22",
        ),
        "not cut to 28": (shifted("return padded[:, 4 - dy :, 4 - dx :]"), "(2, 28, 28)"),
        "nothing moved": (shifted("return padded[:, 4:32, 4:32]"), "shifted by dx = 2, dy = -1"),
    },
}
