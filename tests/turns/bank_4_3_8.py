"""Answers to the turns of 4.3.8: right ones in other styles, and slips, each with the hint that is shown for it."""


def leg(body: str) -> str:
    return f"def cosine_leg(p, first, last):\n    {body}\n"


def log(body: str) -> str:
    return f"def log_uniform(u, low, high):\n    {body}\n"


def pack(entries: str) -> str:
    return f"def pack(epoch, model, optimizer, scheduler, orders):\n    return {{{entries}}}\n"


EPOCH = "'epoch': epoch, "
MODEL = "'model': model.state_dict(), "
OPTIMIZER = "'optimizer': optimizer.state_dict(), "
SCHEDULER = "'scheduler': scheduler.state_dict(), "
ORDERS = "'orders': orders.get_state(), "
TORCH = "'torch': torch.get_rng_state()"

RIGHT = {
    "cosine_leg": {
        "stretched": leg("return last + (first - last) * (1 + math.cos(math.pi * p)) / 2"),
        "from the first": leg("return first + (last - first) * (1 - math.cos(math.pi * p)) / 2"),
        "mean and amplitude": leg("return (first + last) / 2 + (first - last) / 2 * math.cos(math.pi * p)"),
        "torch": leg("return last + (first - last) * 0.5 * (1 + torch.cos(torch.tensor(math.pi * p)).item())"),
    },
    "log_uniform": {
        "a power of the ratio": log("return low * (high / low) ** u"),
        "through logarithms": log("return math.exp(math.log(low) + u * (math.log(high) - math.log(low)))"),
        "a weighted geometric mean": log("return low ** (1 - u) * high**u"),
        "powers of ten": log("a, b = math.log10(low), math.log10(high)\n    return 10 ** (a + (b - a) * u)"),
    },
    "pack": {
        "one dictionary": pack(EPOCH + MODEL + OPTIMIZER + SCHEDULER + ORDERS + TORCH),
        "entry by entry": (
            "def pack(epoch, model, optimizer, scheduler, orders):\n    saved = {'epoch': epoch}\n"
            "    saved['torch'] = torch.get_rng_state()\n    saved['orders'] = orders.get_state()\n"
            "    for name, part in (('model', model), ('optimizer', optimizer), ('scheduler', scheduler)):\n"
            "        saved[name] = copy.deepcopy(part.state_dict())\n    return saved\n"
        ),
    },
}

WRONG = {
    "cosine_leg": {
        "upside down": (
            leg("return first + (last - first) * (1 + math.cos(math.pi * p)) / 2"),
            "First make (1 + cos πp) / 2",
        ),
        "not halved": (
            leg("return last + (first - last) * (1 + math.cos(math.pi * p))"),
            "cosine_leg at p = 0: the rate is not right yet",
        ),
        "a whole period": (
            leg("return last + (first - last) * (1 + math.cos(2 * math.pi * p)) / 2"),
            "cosine_leg at p = 1: the rate is not right yet",
        ),
        "a straight line": (
            leg("return first + (last - first) * p"),
            "cosine_leg at p = 1/3: the rate is not right yet",
        ),
        "only the amplitude": (
            leg("return (first - last) * (1 + math.cos(math.pi * p)) / 2"),
            "scale it by first - last and add last",
        ),
        "typo": (leg("return last + (frist - last) * (1 + math.cos(math.pi * p)) / 2"), "first"),
    },
    "log_uniform": {
        "evenly": (log("return low + u * (high - low)"), "the whole factor high / low: to which power?"),
        "no start": (log("return (high / low) ** u"), "At u = 0 nothing is multiplied"),
        "not back from the logarithm": (
            log("return math.log(low) + u * (math.log(high) - math.log(low))"),
            "log_uniform at u = 0: the value is not right yet",
        ),
        "bases mixed": (
            log("return 10 ** (math.log(low) + u * math.log(high / low))"),
            "log_uniform at u = 0: the value is not right yet",
        ),
        "from the top": (log("return high * (low / high) ** u"), "log_uniform at u = 0: the value is not right yet"),
        "typo": (log("return low * (high / lo) ** u"), "low"),
    },
    "pack": {
        "no optimizer": (pack(EPOCH + MODEL + SCHEDULER + ORDERS + TORCH), "optimizer"),
        "no generators": (pack(EPOCH + MODEL + OPTIMIZER + SCHEDULER), "orders"),
        "a fresh optimizer": (
            pack(EPOCH + MODEL + "'optimizer': adamw(model, 0.01).state_dict(), " + SCHEDULER + ORDERS + TORCH),
            "stopped by an error\n  KeyError: 'max_lr'",
        ),
        "state of the wrong generator": (
            pack(EPOCH + MODEL + OPTIMIZER + SCHEDULER + "'orders': torch.get_rng_state(), " + TORCH),
            "One of the parts was not restored",
        ),
        "the seed instead of the state": (
            pack(
                EPOCH + MODEL + OPTIMIZER + SCHEDULER + ORDERS + "'torch': torch.Generator().manual_seed(1).get_state()"
            ),
            "One of the parts was not restored",
        ),
        "epochs from 0": (
            pack("'epoch': epoch - 1, " + MODEL + OPTIMIZER + SCHEDULER + ORDERS + TORCH),
            "pack",
        ),
    },
}
