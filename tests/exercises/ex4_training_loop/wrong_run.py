"""Mistakes that students make in questions 4 to 8 of ex4, each with the hint meant for it."""

from tests.exercises.ex4_training_loop.answers import COLOURS, FAULT, GIVEN, RATE, RUN, SET, swapped

WRONG = {
    "schedule": {
        "divided from epoch 10 on": (
            swapped(RATE, ("epoch // 10 - 1", "epoch // 10")) + SET,
            "rate_at(10, 0.05) is not right yet\n  it is divided once too often",
        ),
        "divided from epoch 30 on": (
            swapped(RATE, ("epoch // 10 - 1", "epoch // 10 - 2")) + SET,
            "rate_at(20, 0.05) is not right yet\n  it is divided once too seldom",
        ),
        "an epoch late": (
            swapped(RATE, ("epoch // 10 - 1", "(epoch - 1) // 10 - 1")) + SET,
            "rate_at(20, 0.05) is not right yet\n  it is divided once too seldom",
        ),
        "an epoch early": (
            swapped(RATE, ("epoch // 10 - 1", "(epoch + 1) // 10 - 1")) + SET,
            "rate_at(19, 0.05) is not right yet\n  it is divided once too often",
        ),
        "larger at first": (
            swapped(RATE, ("max(epoch // 10 - 1, 0)", "(epoch // 10 - 1)")) + SET,
            "rate_at(0, 0.05) is not right yet\n  it is divided once too seldom",
        ),
        "multiplied": (swapped(RATE, ("first_rate / ", "first_rate * ")) + SET, "it grows: divide by 1.5"),
        "divided only once": (
            swapped(RATE, ("max(epoch // 10 - 1, 0)", "(1 if epoch >= 20 else 0)")) + SET,
            "rate_at(30, 0.05) is not right yet\n  it is divided once too seldom",
        ),
        "divided in every epoch": (
            swapped(RATE, ("epoch // 10 - 1", "epoch - 19")) + SET,
            "rate_at(29, 0.05) is not right yet",
        ),
        "only at multiples of 10": (
            swapped(RATE, ("    return", "    if epoch % 10:\n        return first_rate\n    return")) + SET,
            "rate_at(29, 0.05) is not right yet\n  it is divided once too seldom",
        ),
        "a rate that remembers": (
            """
def rate_at(epoch, first_rate, memory=[1.0]):
    if epoch in (20, 30) or epoch > 30 and epoch % 10 == 0:
        memory[0] /= 1.5
    return first_rate * memory[0]
"""
            + SET,
            "rate_at(199, 0.05) is not right yet",
        ),
        "the lab's first rate, always": (
            swapped(RATE, ("return first_rate", "return 0.05")) + SET,
            "rate_at(0, 0.216) is not right yet",
        ),
        "the first group only": (
            RATE + 'def set_rate(optimizer, rate):\n    optimizer.param_groups[0]["lr"] = rate\n',
            "for each of the 2 groups of parameters",
        ),
        "an attribute of the optimizer": (
            RATE + "def set_rate(optimizer, rate):\n    optimizer.lr = rate\n",
            "they stand in optimizer.param_groups",
        ),
        "the defaults": (
            RATE + 'def set_rate(optimizer, rate):\n    optimizer.defaults["lr"] = rate\n',
            "they stand in optimizer.param_groups",
        ),
        "a new optimizer, lost on return": (
            RATE
            + """
def set_rate(optimizer, rate):
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    optimizer = torch.optim.SGD(parameters, lr=rate, momentum=0.9)
""",
            "they stand in optimizer.param_groups",
        ),
        "set up anew": (
            RATE
            + """
def set_rate(optimizer, rate):
    groups = [{"params": group["params"]} for group in optimizer.param_groups]
    optimizer.__init__(groups, lr=rate, momentum=0.9)
""",
            "the momentum that it had is lost",
        ),
        "momentum zeroed": (
            RATE + SET + '    for state in optimizer.state.values():\n        state["momentum_buffer"].zero_()\n',
            "leave its state alone",
        ),
        "multiplied by the rate": (
            RATE + swapped(SET, ('["lr"] = rate', '["lr"] *= rate')),
            "for each of the 2 groups of parameters",
        ),
        "takes a step": (RATE + SET + "    optimizer.step()\n", "the weights moved"),
        "momentum set too": (
            RATE + SET + '        group["momentum"] = 1 - rate\n',
            "momentum changed too",
        ),
        "step and rate swapped": (
            RATE + swapped(SET, ('group["lr"] = rate', 'group = {"lr": rate}')),
            "they stand in optimizer.param_groups",
        ),
        "a key misspelt": (
            RATE + swapped(SET, ('"lr"', '"learning_rate"')),
            "they stand in optimizer.param_groups",
        ),
        "divided by 1.5 times the count": (
            swapped(RATE, ("1.5 ** max(epoch // 10 - 1, 0)", "max(1.5 * (epoch // 10 - 1), 1)")) + SET,
            "rate_at(30, 0.05) is not right yet",
        ),
        "true division": (
            swapped(RATE, ("epoch // 10", "epoch / 10")) + SET,
            "rate_at(19, 0.05) is not right yet",
        ),
        "no return": (swapped(RATE, ("return first", "rate = first")) + SET, "it is None"),
        "the rate of the groups counted on": (
            RATE + SET + "        rate = rate / 1.5\n",
            "for each of the 2 groups of parameters",
        ),
        "set_rate gives back a new optimizer": (
            RATE + "def set_rate(optimizer, rate):\n    return torch.optim.SGD(optimizer.param_groups, lr=rate)\n",
            "they stand in optimizer.param_groups",
        ),
    },
    "run": {
        "a new optimizer each epoch": (
            swapped(
                RUN,
                (
                    "        set_rate",
                    "        optimizer = torch.optim.SGD(model.parameters(), rate, momentum)\n        set_rate",
                ),
            ),
            "the momentum is lost after every epoch",
        ),
        "a new generator each epoch": (
            swapped(RUN, ("        rate =", "        generator = torch.Generator().manual_seed(seed)\n        rate =")),
            "every epoch has the order of the first",
        ),
        "the same batches in all epochs": (
            swapped(
                RUN,
                ("        batches = epoch_batches(len(train[0]), batch_size, generator)\n", ""),
                (
                    "    for epoch in",
                    "    batches = epoch_batches(len(train[0]), batch_size, generator)\n    for epoch in",
                ),
            ),
            "every epoch has the order of the first",
        ),
        "not seeded": (swapped(RUN, (".manual_seed(seed)", "")), "perhaps the generator is not seeded with `seed`"),
        "seed hard-coded": (
            swapped(RUN, ("manual_seed(seed)", "manual_seed(1)")),
            "perhaps the generator is not seeded with `seed`",
        ),
        "momentum forgotten": (swapped(RUN, (", momentum=momentum", "")), "the momentum is not in the optimizer"),
        "Adam": (
            swapped(
                RUN,
                (
                    "optim.SGD(model.parameters(), lr=first_rate, momentum=momentum)",
                    "optim.Adam(model.parameters(), lr=first_rate)",
                ),
            ),
            "Adam was used, where SGD is wanted",
        ),
        "epochs from 1": (swapped(RUN, ("range(num_epochs)", "range(1, num_epochs + 1)")), "epochs are counted from 0"),
        "one epoch too few": (
            swapped(RUN, ("range(num_epochs)", "range(num_epochs - 1)")),
            "epochs asked for: 4; numbers in the list",
        ),
        "schedule forgotten": (
            swapped(RUN, ("        set_rate(optimizer, rate)\n", "")),
            "the history says that the rate falls, the optimizer does not know",
        ),
        "rate set after training": (
            swapped(
                RUN,
                ("        set_rate(optimizer, rate)\n", ""),
                ("        held_out", "        set_rate(optimizer, rate)\n        held_out"),
            ),
            "the rate is set an epoch late",
        ),
        "the rate compounded": (
            swapped(RUN, ("rate = rate_at(epoch, first_rate)", "rate = first_rate = rate_at(epoch, first_rate)")),
            "hand rate_at the first rate every time",
        ),
        "evaluated before training": (
            swapped(
                RUN,
                ("        held_out = evaluate_error(model, valid[0], valid[1], 500)\n", ""),
                (
                    "        start =",
                    "        held_out = evaluate_error(model, valid[0], valid[1], 500)\n        start =",
                ),
            ),
            "that is the error before each epoch, not after it",
        ),
        "evaluated on the training examples": (
            swapped(
                RUN,
                ("evaluate_error(model, valid[0], valid[1], 500)", "evaluate_error(model, train[0], train[1], 500)"),
            ),
            "that is the error on the training examples",
        ),
        "trained on the held-out examples": (
            swapped(RUN, ("optimizer, train[0], train[1]", "optimizer, valid[0], valid[1]")),
            "the training examples alone",
        ),
        "trained on both sets": (
            swapped(
                RUN,
                ("    generator =", "    train = [torch.cat([a, b]) for a, b in zip(train, valid)]\n    generator ="),
            ),
            "the training examples alone",
        ),
        "stopped early by the held-out examples": (
            swapped(
                RUN,
                (
                    '        history["rate"]',
                    '        if history["rate"] and held_out > 0.2:\n            break\n        history["rate"]',
                ),
            ),
            "epochs asked for: 4; numbers in the list",
        ),
        "the best epoch instead of all": (
            swapped(
                RUN,
                ("    return", '    history["valid_error"] = [min(history["valid_error"])] * num_epochs\n    return'),
            ),
            'run: "valid_error" is not right yet',
        ),
        "the whole epoch timed": (
            swapped(
                RUN,
                ("        seconds = time.perf_counter() - start\n", ""),
                ('        history["rate"]', '        seconds = time.perf_counter() - start\n        history["rate"]'),
            ),
            "perhaps the evaluation is in them",
        ),
        "time since the beginning": (
            swapped(
                RUN,
                ("        start = time.perf_counter()\n", ""),
                ("    for epoch", "    start = time.perf_counter()\n    for epoch"),
            ),
            'run: "seconds" is not right yet',
        ),
        "seconds added up": (
            swapped(RUN, ('["seconds"].append(seconds)', '["seconds"].append(seconds + sum(history["seconds"][-1:]))')),
            "perhaps each holds the epochs before it",
        ),
        "start minus end": (
            swapped(RUN, ("time.perf_counter() - start", "start - time.perf_counter()")),
            "end minus start",
        ),
        "loss and error swapped": (
            swapped(RUN, ("loss, error =", "error, loss =")),
            'run: "loss" is not right yet',
        ),
        "only the last epoch kept": (
            swapped(
                RUN,
                (
                    "    for epoch in range(num_epochs):\n",
                    "    for epoch in range(num_epochs):\n        history = {name: [] for name in history}\n",
                ),
            ),
            "epochs asked for: 4; numbers in the list",
        ),
        "returned after the first epoch": (
            swapped(RUN, ("    return", "        return")),
            "epochs asked for: 4; numbers in the list",
        ),
        "a name misspelt": (swapped(RUN, ('"valid_error"', '"test_error"')), "wanted a dictionary with rate, loss"),
        "no return": (swapped(RUN, ("    return history", "    pass")), "is the `return` line missing?"),
        "the best weights put back": (
            swapped(
                RUN,
                ("    for epoch in", "    best, kept = 2.0, None\n    for epoch in"),
                (
                    '        history["rate"]',
                    "        if held_out < best:\n            best, kept = held_out, {k: v.clone() for k, v in "
                    'model.state_dict().items()}\n        history["rate"]',
                ),
                ("    return", "    model.load_state_dict(kept)\n    return"),
            ),
            "run all of them, and keep the last",
        ),
        "minutes": (
            swapped(RUN, ("append(seconds)", "append(seconds / 60)")),
            "the three epochs of training took at least",
        ),
        "milliseconds": (
            swapped(RUN, ("append(seconds)", "append(1000 * seconds)")),
            "more than the training can have taken",
        ),
        "processor time": (swapped(RUN, ("perf_counter", "process_time")), "wall-clock seconds"),
        "the time of day": (
            swapped(RUN, ("append(seconds)", "append(time.perf_counter())")),
            "more than the training can have taken",
        ),
        "tensors in the history": (
            swapped(RUN, ('["rate"].append(rate)', '["rate"].append(torch.tensor(rate))')),
            "it is a tensor",
        ),
        "a list per epoch": (
            swapped(RUN, ("    return history", "    return [history[name] for name in history]")),
            "wanted a dictionary, got an object of type list",
        ),
        "an argument misspelt": (
            swapped(RUN, ("range(num_epochs)", "range(num_epoch)")),
            "Perhaps `num_epochs` is meant",
        ),
        "an argument forgotten": (
            swapped(
                RUN, ("epoch_batches(len(train[0]), batch_size, generator)", "epoch_batches(len(train[0]), generator)")
            ),
            "missing 1 required positional argument",
        ),
        "Nesterov": (swapped(RUN, ("momentum=momentum)", "momentum=momentum, nesterov=momentum > 0)")), "Nesterov"),
        "weight decay": (
            swapped(RUN, ("momentum=momentum)", "momentum=momentum, weight_decay=0.01)")),
            "not those of SGD on the batches of epoch_batches",
        ),
        "the validation error of the epoch before": (
            swapped(
                RUN,
                ('["valid_error"].append(held_out)', '["valid_error"].append((history["now"][-2:] or [1.0])[0])'),
                (
                    '        history["rate"]',
                    '        history.setdefault("now", []).append(held_out)\n        history["rate"]',
                ),
            ),
            "valid_error",
        ),
        "a rate that waits for the held-out error": (
            swapped(
                RUN,
                (
                    "        rate = rate_at(epoch, first_rate)",
                    "        rate = rate_at(epoch, first_rate)\n"
                    '        if (history["valid_error"] or [0])[-1] > 0.5:\n'
                    "            set_rate(optimizer, rate / 2)",
                ),
                (
                    "        set_rate(optimizer, rate)\n",
                    "        if epoch < 2:\n            set_rate(optimizer, rate)\n",
                ),
            ),
            "run is not right yet",
        ),
    },
    "fault": {
        "the line of the loop": (swapped(FAULT, ("return 4,", "return 5,")), "line 5 does what it should"),
        "the line of the call": (swapped(FAULT, ("return 4,", "return 6,")), "line 6 does what it should"),
        "counted from 0": (swapped(FAULT, ("return 4,", "return 3,")), "line 3 does what it should"),
        "a line of the notebook": (swapped(FAULT, ("return 4,", "return 104,")), "the program has the lines 1 to 8"),
        "the line as text": (
            swapped(FAULT, ("return 4,", "return 'model = make_model()',")),
            "wanted the number of a line",
        ),
        "the line alone": (swapped(FAULT, ("return 4, 20", "return 4")), "two numbers are wanted"),
        "what is promised": (swapped(FAULT, ("4, 20", "4, 4")), "that is what the docstring promises"),
        "the rates before it": (swapped(FAULT, ("4, 20", "4, 16")), "its own epochs count too"),
        "added": (swapped(FAULT, ("4, 20", "4, 9")), "5 and 4 are added"),
        "the number of rates": (swapped(FAULT, ("4, 20", "4, 5")), "that is the number of rates"),
        "another number": (swapped(FAULT, ("4, 20", "4, 24")), "fault: epochs is not right yet"),
        "not repaired": (
            swapped(
                FAULT,
                (
                    "    for rate in rates:\n        model = make_model()\n",
                    "    model = make_model()\n    for rate in rates:\n",
                ),
            ),
            "the errors are still those of the given program",
        ),
        "the given program called": (
            GIVEN
            + swapped(
                FAULT,
                (
                    FAULT[FAULT.index("    errors = {}") :],
                    "    return compare_rates_given(run, make_model, train, valid, rates, num_epochs)\n",
                ),
            ),
            "the errors are still those of the given program",
        ),
        "the best error": (
            swapped(FAULT, ('["valid_error"][-1]', '["train_error"][-1]')),
            "compare_rates is not right yet",
        ),
        "the first epoch": (
            swapped(FAULT, ('["valid_error"][-1]', '["valid_error"][0]')),
            "compare_rates is not right yet",
        ),
        "another seed for each rate": (
            swapped(FAULT, ("0.9, 1)", "0.9, len(errors))")),
            "hands run another seed",
        ),
        "return in the loop": (
            swapped(FAULT, ("    return errors", "        return errors")),
            "wanted one error for each of the rates",
        ),
        "no return": (swapped(FAULT, ("    return errors", "    pass")), "is the `return` line missing?"),
        "the best rate": (
            swapped(FAULT, ("return errors", "return min(errors, key=errors.get)")),
            "wanted a dictionary, as the given program returns",
        ),
        "fewer epochs to make up for it": (
            """
def fault():
    return 4, 20


def compare_rates(run, make_model, train, valid, rates, num_epochs):
    errors = {}
    model = make_model()
    for rate in rates:
        history = run(model, train, valid, max(num_epochs // len(rates), 1), 200, rate, 0.9, 1)
        errors[rate] = history["valid_error"][-1]
    return errors
""",
            "hands run another num_epochs",
        ),
        "the class in place of a model": (
            swapped(FAULT, ("model = make_model()", "model = make_model")),
            "compare_rates: stopped by an error",
        ),
    },
    "cifar10_lab": {
        "not divided": (swapped(COLOURS, (" / 255", "")), "divide by 255"),
        "the test images not divided": (
            swapped(COLOURS, ("test[0].flatten(1).float() / 255", "1 - test[0].flatten(1).float() / 255")),
            "cifar10_lab",
        ),
        "colours last": (
            swapped(COLOURS, ("[0].flatten(1)", "[0].permute(0, 2, 3, 1).flatten(1)")),
            "flatten each image as it is",
        ),
        "not flattened": (swapped(COLOURS, (".flatten(1)", "")), "stopped by an error"),
        "flattened with the batch": (swapped(COLOURS, (".flatten(1)", ".flatten()")), "stopped by an error"),
        "one colour": (swapped(COLOURS, ("[0].flatten(1)", "[0][:, 0].flatten(1)")), "stopped by an error"),
        "momentum": (swapped(COLOURS, ("lr=0.01", "lr=0.01, momentum=0.9")), "SGD at 0.01 with no other option"),
        "another rate": (swapped(COLOURS, ("lr=0.01", "lr=0.05")), "SGD at 0.01 with no other option"),
        "other batches": (swapped(COLOURS, ("20, gen", "200, gen")), "batches of 20"),
        "the same order each epoch": (
            swapped(
                COLOURS,
                ("    generator = torch.Generator().manual_seed(seed)\n", ""),
                ("        batches", "        generator = torch.Generator().manual_seed(seed)\n        batches"),
            ),
            "every epoch has the order of the first",
        ),
        "a seed of its own": (
            swapped(COLOURS, ("manual_seed(seed)", "manual_seed(0)")),
            "one generator with this seed",
        ),
        "the loss in place of the error": (
            swapped(COLOURS, ("append(error)", "append(loss)")),
            "train_errors is not right yet",
        ),
        "the last error alone": (swapped(COLOURS, ("return errors", "return errors[-1]")), "wanted a list"),
        "the test error of the training images": (
            swapped(COLOURS, ("model, X_test, test[1]", "model, X, train[1]")),
            "that is the error on the training images",
        ),
        "an epoch too many": (
            swapped(COLOURS, ("range(num_epochs)", "range(num_epochs + 1)")),
            "numbers in the list",
        ),
        "a model of its own": (
            swapped(COLOURS, ("    errors = []", "    model = nn.Linear(3072, 10)\n    errors = []")),
            "was this model trained?",
        ),
        "no return": (swapped(COLOURS, ("    return errors, ", "    held_out = ")), "is the `return` line missing?"),
        "a name misspelt": (swapped(COLOURS, ("test[1], 500", "tests[1], 500")), "Perhaps `test` is meant"),
        "trained on the test images": (
            swapped(COLOURS, ("    X = train", "    train = test\n    X = train")),
            "cifar10_lab",
        ),
    },
}
