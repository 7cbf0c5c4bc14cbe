"""Answers to the turns of 4.6.5: right ones in other styles, and slips, each with the hint that is shown for it."""


def error(body: str) -> str:
    """The cell of `standard_error_of_count`."""
    return f"def standard_error_of_count(k, n):\n    {body}\n"


def look_up(body: str) -> str:
    """The cell of `look_up_moved`."""
    return f"def look_up_moved(images, moves):\n    {body}\n"


def average(body: str) -> str:
    """The cell of `average_weights`."""
    return f"@torch.no_grad()\ndef average_weights(mean_model, model, d):\n    {body}\n"


PAIRS = "for mean_w, w in zip(mean_model.parameters(), model.parameters()):\n        "

RIGHT = {
    "standard_error_of_count": {
        "with a share": error("p = k / n\n    return math.sqrt(n * p * (1 - p))"),
        "a power": error("return (k - k**2 / n) ** 0.5"),
        "torch": error("return torch.tensor(k * (n - k) / n).sqrt()"),
    },
    "look_up_moved": {
        "permute": look_up("return sample(images, (places + moves * 2 / 27).permute(0, 2, 3, 1))"),
        "movedim": look_up("return sample(images, torch.movedim(places + moves / 13.5, 1, -1))"),
        "stacked": look_up(
            "x, y = moves.unbind(1)\n"
            "    grid = torch.stack([places[0] + 2 * x / 27, places[1] + 2 * y / 27], dim=-1)\n"
            "    return sample(images, grid)"
        ),
    },
    "average_weights": {
        "lerp_": average(f"{PAIRS}mean_w.lerp_(w, 1 - d)"),
        "by the formula": average(f"{PAIRS}mean_w.mul_(d).add_((1 - d) * w)"),
        "copy_": average(f"{PAIRS}mean_w.copy_(d * mean_w + (1 - d) * w)"),
        "+=": average(f"{PAIRS}mean_w += (1 - d) * (w - mean_w)"),
    },
}

WRONG = {
    "standard_error_of_count": {
        "of the share": (error("return math.sqrt(k / n * (1 - k / n) / n)"), "s is not right yet"),
        "no root": (error("return k * (1 - k / n)"), "Under the root stand k"),
        "k alone": (error("return math.sqrt(k)"), "wanted 12.16, got 12.25. Under the root stand k"),
        "of n": (error("return math.sqrt(n * (1 - k / n))"), "s is not right yet"),
        "printed": (error("print(math.sqrt(k * (1 - k / n)))"), "return"),
    },
    "look_up_moved": {
        "pixels, not the grid's unit": (
            look_up("return sample(images, (places + moves).permute(0, 2, 3, 1))"),
            "2 / 27 makes pixels the grid's unit",
        ),
        "coordinates in front": (look_up("return sample(images, places + moves * 2 / 27)"), "stopped by an error"),
        "places forgotten": (
            look_up("return sample(images, (moves * 2 / 27).permute(0, 2, 3, 1))"),
            "new images is not right yet",
        ),
        "minus": (
            look_up("return sample(images, (places - moves * 2 / 27).permute(0, 2, 3, 1))"),
            "taken *from*",
        ),
        "x and y mixed up": (
            look_up("return sample(images, (places + moves * 2 / 27).permute(0, 3, 2, 1))"),
            "`permute` brings the 2 to the end",
        ),
        "y forgotten": (
            look_up(
                "x = places[0] + moves[:, 0] * 2 / 27\n    y = places[1].expand_as(x)\n"
                "    return sample(images, torch.stack([x, y], dim=-1))"
            ),
            "look_up_moved, moves: many: new images is not right yet",
        ),
        "one move for each image": (
            look_up(
                "moves = moves.mean(dim=(2, 3), keepdim=True)\n"
                "    return sample(images, (places + moves * 2 / 27).permute(0, 2, 3, 1))"
            ),
            "Each pixel of each image has a move of its own",
        ),
        "not looked up": (
            look_up("return (places + moves * 2 / 27).permute(0, 2, 3, 1)"),
            "`sample(images, grid)` looks up",
        ),
        "28 for 27": (
            look_up("return sample(images, (places + moves * 2 / 28).permute(0, 2, 3, 1))"),
            "look_up_moved, moves: many: new images is not right yet",
        ),
    },
    "average_weights": {
        "d and 1 - d swapped": (average(f"{PAIRS}mean_w.lerp_(w, d)"), "0.95 means d where 1 - d belongs"),
        "a tenth whatever d is": (average(f"{PAIRS}mean_w.lerp_(w, 0.1)"), "the mean weight is not right yet"),
        "the trained one moved": (average(f"{PAIRS}w.lerp_(mean_w, 1 - d)"), "the mean weight is not right yet"),
        "not in place": (average(f"{PAIRS}mean_w = d * mean_w + (1 - d) * w"), "0 means that nothing was changed"),
        "only the weight": (
            average("mean_model.weight.lerp_(model.weight, 1 - d)"),
            "the mean bias is not right yet",
        ),
        "no lerp_": (average(f"{PAIRS}mean_w.lerp(w, 1 - d)"), "with the underscore works in place"),
        "a copy": (average(f"{PAIRS}mean_w.copy_(w)"), "the mean weight is not right yet"),
    },
}
