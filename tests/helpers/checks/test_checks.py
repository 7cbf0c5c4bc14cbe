"""Each mistake gets the diagnosis that is meant for it, and a right answer never gets one."""

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from IPython.core.interactiveshell import InteractiveShell
from torch import Tensor, nn
from traitlets.config import Config

from helpers.checks import DIAGNOSES, Finding, NotYet, check_close, check_function, check_shape, compare_gradients
from helpers.checks import diagnose as find

quick = settings(deadline=None, max_examples=60)
seeds = st.integers(0, 2**32 - 1)
sizes = st.integers(2, 8)
any_array = arrays.arrays(
    dtype=st.sampled_from(["float32", "float64", "int64", "bool"]),
    shape=arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4),
)


def draw(seed: int, *shape: int) -> Tensor:
    """Random numbers of both signs, none near 0."""
    generator = torch.Generator().manual_seed(seed)
    sign = torch.randint(0, 2, shape, generator=generator) * 2 - 1
    return sign * (0.5 + torch.rand(shape, generator=generator))


def kind(got: object, wanted: object, **options: object) -> str | None:
    finding = find(got, wanted, **options)
    return finding and finding.kind


def refusal(check, *args, **options) -> NotYet:
    with pytest.raises(NotYet) as caught:
        check(*args, **options)
    return caught.value


matrices = st.builds(draw, seeds, sizes, sizes)


# A right answer


@quick
@given(any_array)
def test_diagnose_accepts_whatever_equals_the_wanted_value(array):
    assert find(torch.as_tensor(array.copy()), torch.as_tensor(array.copy())) is None
    assert find(array, torch.as_tensor(array.copy())) is None


@quick
@given(matrices)
def test_diagnose_accepts_the_rounding_of_float32(wanted):
    assert find((wanted.double() * (1 + 3e-7)).float(), wanted) is None


@quick
@given(matrices)
def test_diagnose_accepts_a_tensor_that_is_not_contiguous_or_that_requires_grad(wanted):
    got = wanted.T.contiguous().T.requires_grad_()
    assert find(got, wanted) is None


@pytest.mark.parametrize(
    ("got", "wanted"),
    [
        (0.25, torch.tensor(0.25)),
        (torch.tensor(0.25), 0.25),
        (3, torch.tensor(3.0)),
        (True, torch.tensor(True)),
        (torch.tensor([1, 2]), [1, 2]),
        (torch.tensor([0.0, float("-inf")]), torch.tensor([0.0, float("-inf")])),
        (torch.zeros(0, 3), torch.zeros(0, 3)),
        (torch.zeros(4), torch.zeros(4)),
    ],
)
def test_diagnose_accepts_numbers_lists_masks_and_empty_tensors(got, wanted):
    assert find(got, wanted) is None


def test_diagnose_wants_whole_numbers_exactly_however_large():
    assert find(torch.tensor([10_000_000]), torch.tensor([10_000_000])) is None
    assert kind(torch.tensor([10_000_001]), torch.tensor([10_000_000])) == "numbers"


# One mutation per diagnosis


@quick
@given(matrices)
def test_transpose_is_named_square_or_not(wanted):
    assert kind(wanted.T, wanted) == "transposed"


@quick
@given(st.builds(draw, seeds, sizes, sizes, sizes), st.sampled_from([(0, 2, 1), (1, 0, 2), (2, 1, 0)]))
def test_dimensions_in_another_order_come_with_the_permutation_that_restores_them(wanted, order):
    finding = find(wanted.permute(order), wanted)
    assert finding.kind == "transposed"
    assert f".permute{order}" in str(finding)  # each of these undoes itself


@quick
@given(matrices)
def test_swapped_sizes_with_other_numbers_are_not_called_the_transpose(wanted):
    assume(wanted.shape[0] != wanted.shape[1])
    finding = find(wanted.T + 5 * draw(1, *wanted.T.shape), wanted)
    assert finding.kind == "transposed"
    assert "is the transpose" not in str(finding)


@quick
@given(matrices)
def test_negation_is_named_as_the_sign(wanted):
    assert kind(-wanted, wanted) == "sign"


@quick
@given(matrices, st.integers(2, 512))
def test_factor_of_the_batch_size_is_named_as_such(wanted, batch_size):
    times = find(wanted * batch_size, wanted, batch_size=batch_size)
    divided = find(wanted / batch_size, wanted, batch_size=batch_size)
    assert (times.kind, divided.kind) == ("times batch", "divided by batch")
    assert f"{batch_size} times" in str(times)
    assert f"1/{batch_size} of" in str(divided)


@quick
@given(matrices, st.integers(2, 512))
def test_factor_is_a_plain_factor_where_the_batch_has_another_size(wanted, factor):
    assert kind(wanted * factor, wanted, batch_size=513) == "factor"
    assert kind(wanted / factor, wanted) == "factor"


@pytest.mark.parametrize(
    ("factor", "text"),
    [
        (8, "is 8 times the wanted one"),
        (-0.125, "is -1/8 of the wanted one"),
        (0.75, "is 3/4 of the wanted one"),
        (1 / 50_000, "is 1/50000 of the wanted one"),
        (0.7391, "is 0.7391 times the wanted one"),
    ],
)
def test_factor_is_told_as_a_short_fraction_where_it_is_one(factor, text):
    wanted = draw(0, 4, 3)
    assert text in str(find(wanted * factor, wanted))


@quick
@given(matrices, st.floats(0.5, 50), st.sampled_from([-1, 1]))
def test_shift_of_all_numbers_is_named_as_an_offset(wanted, shift, sign):
    finding = find(wanted + sign * shift, wanted)
    assert finding.kind == "offset"
    assert ("large" if sign > 0 else "small") in str(finding)


@quick
@given(matrices, seeds)
def test_same_shift_of_every_row_asks_for_the_bias(wanted, seed):
    finding = find(wanted + draw(seed, wanted.shape[1]), wanted)
    assert finding.kind == "offset"
    assert "bias" in str(finding)


@quick
@given(matrices, st.data())
def test_right_rows_in_another_order_are_named_and_one_is_located(wanted, data):
    order = torch.tensor(data.draw(st.permutations(range(len(wanted)))))
    moved = (order != torch.arange(len(order))).nonzero()
    assume(len(moved))
    finding = find(wanted[order], wanted)
    assert finding.kind == "order"
    first = int(moved[0])
    assert f"your row {first} is the wanted row {order[first]}" in str(finding)


@quick
@given(matrices, st.data())
def test_some_wrong_places_are_counted_and_the_first_is_located(wanted, data):
    wrong = sorted(data.draw(st.sets(st.integers(0, wanted.numel() - 1), min_size=1, max_size=wanted.numel() - 1)))
    got = wanted.clone().flatten()
    got[wrong] += 10 * draw(7, len(wrong))
    finding = find(got.reshape(wanted.shape), wanted)
    assert finding.kind == "some places"
    first = list(divmod(wrong[0], wanted.shape[1]))
    assert str(finding).startswith(f"{wanted.numel() - len(wrong)} of {wanted.numel()} numbers are right")
    assert f"is at {first}:" in str(finding)


@quick
@given(matrices, st.sampled_from([torch.float64, torch.float16, torch.int64, torch.bool]))
def test_cast_is_named_as_the_dtype(wanted, dtype):
    assert kind(wanted.to(dtype), wanted) == "dtype"


@quick
@given(matrices, st.sampled_from([float("nan"), float("inf"), float("-inf")]), st.data())
def test_one_number_that_is_not_finite_is_found_and_located(wanted, odd, data):
    place = data.draw(st.integers(0, wanted.numel() - 1))
    got = wanted.clone()
    got.view(-1)[place] = odd
    finding = find(got, wanted)
    assert finding.kind == "not finite"
    assert f"the first at {list(divmod(place, wanted.shape[1]))}" in str(finding)


@quick
@given(matrices, seeds)
def test_other_numbers_altogether_are_shown_side_by_side_four_of_each(wanted, seed):
    got = 3 * draw(seed, *wanted.shape) ** 2 + torch.arange(wanted.numel()).reshape(wanted.shape) ** 2 + 20
    finding = find(got, wanted)
    assert finding.kind == "numbers"
    rows = [line.split() for line in finding.table.splitlines()]
    assert [row[0] for row in rows] == ["wanted", "got"]
    assert [len(row) for row in rows] == [5, 5]


# What is not a mutation of the numbers


@pytest.mark.parametrize(
    ("got", "expected", "text"),
    [
        (None, "none", "`return`"),
        ([1.0, 2.0], "not a tensor", "got a list: torch.tensor(...)"),
        ([torch.ones(2)], "not a tensor", "torch.stack(...)"),
        ("0.5", "not a tensor", "got a str."),
        (nn.Linear(1, 1), "not a tensor", "got a Linear: was it called?"),
    ],
)
def test_what_is_no_tensor_is_told_what_it_is(got, expected, text):
    finding = find(got, torch.ones(2))
    assert finding.kind == expected
    assert text in str(finding)


@pytest.mark.parametrize(
    ("got", "wanted", "expected", "text"),
    [
        ((8, 1), (8,), "broadcast", ".squeeze(1) takes it out. Left so, (8, 1) against (8,) broadcasts to (8, 8)"),
        ((8,), (8, 1), "broadcast", ".unsqueeze(1) puts it in. Left so, (8, 1) against (8,) broadcasts to (8, 8)"),
        ((8, 8), (8,), "broadcast", "a column (8, 1) met a row (8,)"),
        ((1,), (), "broadcast", ".squeeze(0)"),
        ((1, 8), (8, 1), "transposed", "is the transpose"),
        ((8, 5), (5,), "shape", "the batch is still there. Is a sum or a mean over dim=0 missing?"),
        ((8,), (5,), "shape", "over dim=1 in place of dim=0"),
        ((5,), (8, 5), "shape", "dimension 0, of size 8, is gone"),
        ((8, 5), (), "shape", "Is a .sum() or a .mean() missing?"),
        ((6, 4), (8, 3), "shape", ".reshape(8, 3)"),
        ((8, 5), (8, 7), "shape", "dimension 1 should be 7."),
        ((8, 5), (8, 7, 3, 2), "shape", "4 dimensions are wanted, there are 2."),
    ],
)
def test_wrong_shape_is_told_with_its_likeliest_cause(got, wanted, expected, text):
    finding = find(torch.ones(got), torch.ones(wanted), batch_size=8)
    assert finding.kind == expected
    assert text in str(finding)


@pytest.mark.parametrize(
    ("dtype", "method"), [(torch.float32, ".float()"), (torch.int64, ".long()"), (torch.int8, ".to(torch.int8)")]
)
def test_equal_numbers_of_another_dtype_are_called_right_and_told_how_to_convert(dtype, method):
    text = str(find(torch.tensor([1, 2], dtype=torch.float64), torch.tensor([1, 2], dtype=dtype)))
    assert "the numbers are right, but float64 where" in text
    assert method in text


def test_wrong_numbers_of_another_dtype_are_not_called_right():
    assert "right" not in str(find(torch.tensor([1.5, 2.5]), torch.tensor([1, 2])))


def test_flipped_mask_is_told_as_true_and_false_swapped():
    wanted = torch.tensor([True, False, False])
    assert str(find(~wanted, wanted)).startswith("True and False are swapped")


def test_labels_that_start_at_one_are_an_offset_and_asked_where_counting_starts():
    wanted = torch.tensor([0, 3, 1, 1])
    assert str(find(wanted + 1, wanted)) == "every number is 1 too large: does counting start at 0?"


def test_wrong_labels_with_the_right_counts_are_not_called_shuffled():
    assert kind(torch.tensor([1, 0, 1, 0, 2, 2]), torch.tensor([0, 1, 1, 0, 2, 2])) == "some places"


def test_all_zeros_wanted_make_no_factor_and_no_sign():
    assert kind(torch.tensor([1.0, 2.0, 3.0]), torch.zeros(3)) == "numbers"
    assert kind(torch.full((3,), 2.0), torch.zeros(3)) == "offset"


def test_numbers_as_small_as_the_tolerance_are_not_explained_by_chance():
    wanted = torch.tensor([1e-6, 2e-6, 3e-6])
    assert kind(torch.tensor([8e-6, 1e-6, 9e-6]), wanted) not in {"factor", "sign", "offset"}


@pytest.mark.parametrize(
    ("got", "wanted", "expected"),
    [
        (1.7, 2.3, "numbers"),
        (-2.3, 2.3, "sign"),
        (147.2, 2.3, "times batch"),
        (95.0, 0.95, "factor"),
        (2, 1, "numbers"),
    ],
)
def test_single_number_is_a_factor_only_where_the_factor_means_something(got, wanted, expected):
    assert kind(got, wanted, batch_size=64) == expected


def test_numbers_that_agree_in_four_digits_are_shown_with_more():
    assert str(find(2.30241, 2.30211)) == "wanted 2.30211, got 2.30241."


def test_attached_result_is_refused_only_where_asked():
    got = torch.ones(3, requires_grad=True)
    assert find(got, torch.ones(3)) is None
    assert kind(got, torch.ones(3), detached=True) == "attached"


def test_wanted_that_can_be_no_tensor_is_the_fault_of_the_author():
    with pytest.raises(TypeError, match="wanted must be"):
        find(torch.ones(2), None)


# Order: the first diagnosis that holds speaks


def test_diagnoses_stand_in_the_order_that_is_documented():
    assert [look.__name__ for look in DIAGNOSES] == [
        "_none_returned",
        "_not_a_tensor",
        "_not_finite",
        "_transposed",
        "_wrong_shape",
        "_wrong_dtype",
        "_cut_to_whole_numbers",
        "_sign_flipped",
        "_constant_factor",
        "_constant_offset",
        "_rows_in_another_order",
        "_right_in_some_places",
        "_still_attached",
        "_changed_in_place",
        "_otherwise",
    ]


def test_earlier_diagnosis_speaks_when_two_hold():
    wanted = draw(0, 3, 5)
    broken = wanted.T.double().clone()
    broken[0, 0] = torch.nan
    assert kind(broken, wanted) == "not finite"
    assert kind(wanted.T.double(), wanted) == "transposed"
    assert kind(-wanted.double(), wanted) == "dtype"
    assert kind(-wanted.clone().requires_grad_(), wanted, detached=True, changed=("X",)) == "sign"
    assert kind((wanted**2 + 30).requires_grad_(), wanted, detached=True, changed=("X",)) == "attached"
    assert kind(wanted, wanted, changed=("X",)) == "changed in place"


# check_close


def test_check_close_prints_one_line_with_the_praise(capsys):
    check_close("loss", 0.5, torch.tensor(0.5), praise="Chance level.")
    check_close("loss", 0.5, torch.tensor(0.5))
    assert capsys.readouterr().out == "loss: right. Chance level.\nloss: right\n"


def stub_with_message():
    raise NotImplementedError("Question 2")


def bare_stub():
    raise NotImplementedError


@pytest.mark.parametrize("got", [bare_stub, stub_with_message, lambda: bare_stub(), lambda: ..., ...])
def test_stub_is_told_to_be_not_attempted(got):
    error = refusal(check_close, "question 2", got, 1.0)
    assert str(error) == "question 2: not attempted yet. Write it above, then run this cell again."
    assert error.kind == "not attempted"


def test_not_implemented_error_of_pytorch_itself_is_an_error_and_not_a_stub():
    error = refusal(check_close, "mean", lambda: torch.tensor([1, 2]).mean(), 1.5)
    assert error.kind == "error"
    assert ".float() first" in str(error)


def test_hint_for_one_kind_takes_the_place_of_the_general_guess():
    hint = {"divided by batch": "the mean was already taken when E was made; here it is a sum."}
    wanted = draw(0, 5, 3)
    error = refusal(check_close, "linear_backward: dW", wanted / 8, wanted, batch_size=8, hint=hint)
    assert str(error) == (
        "linear_backward: dW is not right yet\n"
        "  every number is 1/8 of the wanted one, and the batch holds 8: "
        "the mean was already taken when E was made; here it is a sum."
    )
    assert "mean was already" not in str(refusal(check_close, "dW", -wanted, wanted, hint=hint))


def test_hint_for_a_kind_without_a_guess_and_hint_for_all_kinds_follow_as_a_sentence():
    wanted, sentence = draw(0, 5, 3), "Like W, dW is (out, in)."
    expected = f"dW is not right yet\n  wanted (5, 3), got (3, 5): yours is the transpose. {sentence}"
    assert str(refusal(check_close, "dW", wanted.T, wanted, hint=sentence)) == expected
    assert str(refusal(check_close, "dW", wanted.T, wanted, hint={"transposed": sentence})) == expected


def test_hint_stands_above_the_table_of_numbers():
    finding = Finding("numbers", "none is right", table="    wanted  1\n    got     2")
    assert finding.told("Look again.") == "none is right. Look again.\n    wanted  1\n    got     2"


def test_hint_for_a_kind_that_does_not_exist_is_refused_even_if_the_answer_is_right():
    with pytest.raises(ValueError, match="no diagnosis is called"):
        check_close("loss", 1.0, 1.0, hint={"transpose": "..."})


# check_shape


@pytest.mark.parametrize("wanted", [(64, 784), (None, 784), [None, None]])
def test_check_shape_is_silent_when_the_shape_fits(wanted, capsys):
    check_shape("X", torch.zeros(64, 784), wanted)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("got", "wanted", "text"),
    [
        ((784, 64), (None, 784), "wanted (any, 784), got (784, 64): the sizes are swapped"),
        ((64, 28, 28, 1), (None, 1, 28, 28), ".permute(0, 3, 1, 2) would put them right"),
        ((64, 1, 28, 28), (None, 784), ".flatten(start_dim=1)"),
        ((50176,), (None, 784), "everything was flattened into one row. .reshape(-1, 784) undoes that"),
        ((1, 28, 28), (None, 1, 28, 28), "the batch dimension is missing. .unsqueeze(0)"),
        ((784,), (None, 784), "the batch dimension is missing"),
        ((64, 28, 28), (None, 1, 28, 28), ".unsqueeze(1) puts it in"),
        ((64, 1), (None,), ".squeeze(1) takes it out"),
        ((64, 100), (None, 784), "dimension 1 should be 784"),
    ],
)
def test_check_shape_names_the_likeliest_mistake(got, wanted, text):
    error = refusal(check_shape, "X", torch.zeros(got), wanted)
    assert str(error).startswith("X has the wrong shape\n  wanted ")
    assert text in str(error)


def test_check_shape_refuses_what_has_no_shape():
    assert refusal(check_shape, "X", [1.0, 2.0], (2,)).kind == "not a tensor"


# check_function

E, X, W = draw(1, 8, 5), draw(2, 8, 3), draw(3, 5, 3)
WANTED = (E.T @ X, E.sum(dim=0), E @ W)


def check_linear_backward(function, **options):
    options = {"names": ["dW", "db", "dX"], "batch_size": 8, "label": "linear_backward"} | options
    check_function(function, (E, X, W), WANTED, **options)


def test_check_function_prints_one_line_when_all_results_are_right(capsys):
    check_linear_backward(lambda E, X, W: (E.T @ X, E.sum(0), E @ W), praise="Autograd agrees.", detached=True)
    assert capsys.readouterr().out == "linear_backward: right. Autograd agrees.\n"


def test_check_function_names_the_function_and_the_result():
    def linear_backward(E, X, W):
        return X.T @ E, E.sum(0), E @ W

    error = refusal(check_linear_backward, linear_backward, label=None, hints={"dW": "Like W, dW is (out, in)."})
    assert str(error) == (
        "linear_backward: dW is not right yet\n"
        "  wanted (5, 3), got (3, 5): yours is the transpose. Like W, dW is (out, in)."
    )


def test_check_function_says_not_attempted_for_a_stub():
    def linear_backward(E, X, W):
        raise NotImplementedError

    error = refusal(check_linear_backward, linear_backward)
    assert str(error) == "linear_backward: not attempted yet. Write it above, then run this cell again."


@pytest.mark.parametrize(
    ("function", "expected", "text"),
    [
        (lambda E, X, W: None, "none", "it returned None: is the `return` line missing?"),
        (lambda E, X, W: E.T @ X, "count", "3 values are wanted, it returned one Tensor: end with `return dW, db, dX`"),
        (lambda E, X, W: (E.T @ X, E.sum(0)), "count", "it returned a tuple of 2"),
        (lambda E, X, W: (E.T @ X, None, E @ W), "none", "db is not right yet\n  it is None"),
        (lambda E, X, W: (E.T @ X, ..., E @ W), "not attempted", "linear_backward: not attempted yet"),
        (lambda E, X, W: (E.T @ X / 8, E.sum(0), E @ W), "divided by batch", "dW is not right yet"),
        (lambda E, X, W: (E.T @ X, E, E @ W), "shape", "db is not right yet\n  wanted (5,), got (8, 5): the batch is"),
        (lambda E, X, W: (E.T @ X, E.sum(0, keepdim=True), E @ W), "broadcast", ".squeeze(0)"),
    ],
)
def test_check_function_diagnoses_what_is_returned(function, expected, text):
    error = refusal(check_linear_backward, function)
    assert error.kind == expected
    assert text in str(error)


def test_check_function_refuses_a_tuple_where_one_value_is_wanted():
    error = refusal(check_function, lambda x: (x,), (torch.ones(2),), torch.ones(2), names="y", label="f")
    assert "one value is wanted, it returned a tuple of 1: end with `return y`." in str(error)


def test_check_function_names_the_input_that_was_changed_and_leaves_the_callers_alone():
    def relu(X):
        X[X < 0] = 0
        return X

    X_before = X.clone()
    error = refusal(check_function, relu, (X,), X.clamp(min=0), names="A")
    assert error.kind == "changed in place"
    assert str(error).startswith("relu is not right yet\n  X came in as input and was changed in place")
    assert torch.equal(X, X_before)


def test_sentence_on_one_result_is_left_out_where_an_input_was_changed():
    def relu(X):
        return X.clamp_(min=0)

    error = refusal(check_function, relu, (X,), X.clamp(min=0), names="A", hints={"A": "Below 0 it is flat."})
    assert error.kind == "changed in place"
    assert "flat" not in str(error)


def test_values_that_do_not_fit_the_names_on_the_left_are_explained():
    def step(pair):
        first, second = pair
        return first + second

    assert "is one not returned, or not saved?" in str(refusal(check_function, step, ((1,),), 3, names="sum"))


def test_check_function_sees_changes_inside_lists_and_keyword_arguments():
    def step(params, *, velocity):
        params[0].add_(1)
        velocity["w"].mul_(2)
        return params[0].clone()

    weights, velocity = [torch.ones(2)], {"w": torch.ones(2)}
    error = refusal(check_function, step, (weights,), torch.full((2,), 2.0), names="w", kwargs={"velocity": velocity})
    assert "params and velocity came in as input" in str(error)
    assert weights[0].tolist() == velocity["w"].tolist() == [1.0, 1.0]


def test_check_function_does_not_mistake_nan_in_an_input_for_a_change():
    check_function(torch.nan_to_num, (torch.tensor([torch.nan, 1.0]),), torch.tensor([0.0, 1.0]), names="y")


def test_check_function_refuses_attached_results_where_asked():
    w = torch.ones(3, requires_grad=True)
    check_function(lambda w: w * 2, (w,), torch.full((3,), 2.0), names="y", label="double")
    error = refusal(check_function, lambda w: w * 2, (w,), torch.full((3,), 2.0), names="y", detached=True)
    assert error.kind == "attached"


def test_check_function_tells_the_line_and_the_likeliest_cause_of_an_error_and_keeps_the_error():
    def linear_backward(E, X, W):
        return E @ X, E.sum(0), E @ W

    error = refusal(check_linear_backward, linear_backward)
    assert error.kind == "error"
    assert isinstance(error.__cause__, RuntimeError)
    assert "\n  at line " in str(error)
    assert ": return E @ X, E.sum(0), E @ W\n" in str(error)
    assert "inner sizes of a matrix product must agree" in str(error)


@pytest.mark.parametrize(
    ("function", "cause"),
    [
        (lambda x: x + torch.ones(5), "lined up from the right"),
        (lambda x: x @ x.long(), "differ in dtype"),
        (lambda x: nn.functional.cross_entropy(torch.ones(3, 3), torch.ones(3, 1).long()), "shape (batch,)"),
        (lambda x: nn.functional.cross_entropy(torch.ones(3, 3), torch.tensor([1, 2, 3])), "from 0 to classes - 1"),
        (lambda x: x.sum().backward(), "The graph is cut"),
        (lambda x: nn.Linear(3, 1).weight.add_(1), "under torch.no_grad()"),
        (lambda x: nn.Linear(3, 1).weight.numpy(), ".detach() first"),
        (lambda x: nn.Linear(3, 1).weight.grad.sum(), "a gradient before backward()"),
        (lambda x: x.view(2, 2), "multiply to as many numbers"),
        (lambda x: x.sum(dim=1), "fewer dimensions"),
        (lambda x: x[7], "counting starts at 0"),
        (lambda x: nn.Module()(x), "has no forward method"),
        (lambda x: no_such_name, "misspelt"),  # noqa: F821
        (lambda x, y: x, "number of the arguments"),
        (lambda x: 1 if x > 0 else 0, "one number is wanted"),
    ],
)
def test_common_errors_in_student_code_come_with_their_likeliest_cause(function, cause):
    assert cause in str(refusal(check_function, function, (torch.ones(3),), torch.ones(3), names="y", label="f"))


def test_error_inside_pytorch_is_told_at_the_line_of_the_student():
    def forward(x):
        return nn.functional.cross_entropy(x, x.long().repeat(2))

    error = refusal(check_function, forward, (torch.ones(2, 3),), torch.ones(1), names="y")
    assert ": return nn.functional.cross_entropy(x, x.long().repeat(2))" in str(error)


def test_check_inside_student_code_speaks_for_itself():
    def forward(x):
        check_shape("x", x, (None, 3))

    assert str(refusal(check_function, forward, (torch.ones(3),), 0.0, names="y")).startswith("x has the wrong shape")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"hints": {"dZ": "..."}}, ValueError),
        ({"hints": {"dW": {"transpose": "..."}}}, ValueError),
        ({"names": ["dW", "db"]}, ValueError),
    ],
)
def test_check_function_refuses_names_and_hints_that_do_not_fit(changes, error):
    with pytest.raises(error):
        check_linear_backward(lambda E, X, W: WANTED, **changes)


def test_check_function_refuses_one_tensor_in_place_of_the_arguments():
    with pytest.raises(TypeError, match="tuple of arguments"):
        check_function(torch.relu, X, X.relu(), names="A")


# compare_gradients


def test_compare_gradients_prints_an_aligned_bound_for_each_pair(capsys):
    shapes = {"dW": (128, 784), "db": (128,), "dX": (64, 784)}
    compare_gradients({name: (torch.ones(shape), torch.ones(shape)) for name, shape in shapes.items()})
    assert capsys.readouterr().out == (
        "dW  (128, 784)  agrees to 1e-05\ndb  (128,)      agrees to 1e-05\ndX  (64, 784)   agrees to 1e-05\n"
    )


def test_compare_gradients_forgives_the_rounding_of_long_float32_sums(capsys):
    E, X = draw(0, 20_000, 10), draw(1, 20_000, 20)
    in_pieces = sum(e.T @ x for e, x in zip(E.split(64), X.split(64), strict=True))
    compare_gradients({"dW": (in_pieces, E.T @ X), "wide": ((E.double().T @ X.double()).float(), E.T @ X)})


@quick
@given(matrices, st.data())
def test_compare_gradients_notices_a_difference_of_ten_times_the_tolerance_anywhere(wanted, data):
    got = wanted.clone().flatten()
    got[data.draw(st.integers(0, wanted.numel() - 1))] += 1e-4 * wanted.abs().max()
    assert refusal(compare_gradients, {"dW": (got.reshape(wanted.shape), wanted)}).kind == "some places"


def test_compare_gradients_shows_what_agrees_and_then_diagnoses_the_first_that_does_not(capsys):
    wanted = draw(0, 5, 3)
    error = refusal(
        compare_gradients,
        {"db": (wanted[0], wanted[0]), "dW": (wanted * 8, wanted), "dX": (None, wanted)},
        batch_size=8,
    )
    assert capsys.readouterr().out == "db  (3,)  agrees to 1e-05\n"
    assert str(error).startswith("dW is not right yet\n  every number is 8 times the wanted one, and the batch holds 8")


def test_compare_gradients_holds_zeros_to_zeros():
    compare_gradients({"dW": (torch.zeros(2, 2), torch.zeros(2, 2))})
    assert refusal(compare_gradients, {"dW": (torch.full((2, 2), 1e-4), torch.zeros(2, 2))}).kind == "offset"


@pytest.mark.parametrize(
    ("got", "wanted", "text"),
    [
        (torch.ones(2), None, "no gradient to compare with: was backward() called"),
        (torch.full((2,), torch.nan), torch.full((2,), torch.nan), "the gradient to compare with holds NaN"),
        (None, torch.ones(2), "it is None"),
    ],
)
def test_compare_gradients_never_agrees_on_nothing(got, wanted, text):
    assert text in str(refusal(compare_gradients, {"dw": (got, wanted)}))


# What a notebook shows


@pytest.fixture
def shell():
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    return InteractiveShell(config=config)


def test_student_in_a_notebook_reads_the_message_without_a_traceback(shell, capsys):
    shell.run_cell("import torch\nfrom helpers.checks import check_close")
    capsys.readouterr()
    result = shell.run_cell("check_close('dW', torch.ones(3, 5), torch.ones(5, 3))")
    shown = capsys.readouterr().out
    assert isinstance(result.error_in_exec, AssertionError)
    assert shown.strip() == "dW is not right yet\n  wanted (5, 3), got (3, 5): yours is the transpose."


def test_student_in_a_notebook_reads_the_line_of_the_cell_that_failed(shell, capsys):
    shell.run_cell("import torch\nfrom helpers.checks import check_function")
    shell.run_cell("def layer(X, W):\n    Z = X @ W\n    return Z")
    capsys.readouterr()
    shell.run_cell("check_function(layer, (torch.ones(8, 3), torch.ones(5, 3)), torch.ones(8, 5), names='Z')")
    lines = capsys.readouterr().out.strip().splitlines()
    assert lines[0] == "layer: stopped by an error"
    assert lines[2] == "  at line 2: Z = X @ W"
    assert lines[3].startswith("  The inner sizes")
    assert len(lines) == 4


def test_grader_sees_an_assertion_error():
    with pytest.raises(AssertionError, match="loss is not right yet"):
        check_close("loss", 1.0, 2.5)


def test_checks_leave_the_random_numbers_of_the_notebook_alone():
    wanted, state = draw(0, 6, 3), torch.get_rng_state()
    kind(wanted.flip(0), wanted)
    kind(wanted**2 + 30, wanted)
    assert torch.equal(torch.get_rng_state(), state)


def test_array_changed_in_place_is_told_and_the_callers_array_is_not_changed():
    def double(a):
        a *= 2
        return a

    array = np.ones(3)
    with pytest.raises(NotYet, match="a came in as input and was changed in place"):
        check_function(double, (array,), 2 * np.ones(3), names="doubled")
    assert array.tolist() == [1, 1, 1]


def test_list_entry_replaced_by_another_type_is_told():
    def scale(tensors):
        tensors[0] = 3.0
        return torch.ones(2)

    with pytest.raises(NotYet, match="tensors came in as input and was changed in place"):
        check_function(scale, ([torch.ones(2)],), torch.ones(2), names="scaled")


def test_two_changed_inputs_are_told_in_the_plural():
    def step(a, b):
        a.zero_(), b.zero_()
        return torch.zeros(2)

    with pytest.raises(NotYet, match="came in as input and were changed in place"):
        check_function(step, (torch.ones(2), torch.ones(2)), torch.zeros(2), names="sum")


def test_stub_in_one_line_is_not_attempted():
    def stub(x): raise NotImplementedError("Question 2")  # fmt: skip

    with pytest.raises(NotYet, match="not attempted yet"):
        check_function(stub, (torch.ones(2),), torch.ones(2), names="y")


def test_a_nan_that_stays_a_nan_is_no_change_of_the_input() -> None:
    check_function(lambda recipe: torch.tensor(1.0), ({"fill": float("nan")},), 1.0, names="one")


def test_predictions_and_targets_of_other_sizes_are_no_matrix_product() -> None:
    def loss(scores: torch.Tensor) -> torch.Tensor:
        raise RuntimeError("size mismatch (got input: [3], target: [4])")

    error = refusal(check_function, loss, (torch.zeros(3),), 1.0, names="loss")
    assert "predictions and the targets are of different sizes" in str(error)
