"""Similar answers: who is listed, who is not, and what the page says."""

from __future__ import annotations

import random
import time

import pytest

from instructor import similarity
from instructor.similarity import fingerprints, similar, tokens_of
from tests.instructor.examples import EXERCISE, result

LONG = '''
def smooth(values, width):
    """Average over a window."""
    total, kept, out = 0.0, [], []
    for value in values:
        kept.append(value)  # the newest one
        total += value
        if len(kept) > width:
            total -= kept.pop(0)
        out.append(total / len(kept))
    return out


def mlp_step(X, y, params, lr):
    Z1 = linear_forward(X, params["W1"], params["b1"])
    H = Z1.clamp(min=0)
    loss, E = softmax_cross_entropy(linear_forward(H, params["W2"], params["b2"]), y)
    grads = dict(zip(("dH", "W2", "b2"), linear_backward(E, H, params["W2"])))
    grads["dX"], grads["W1"], grads["b1"] = linear_backward(relu_backward(grads["dH"], Z1), X, params["W1"])
    return loss, {name: values - lr * grads[name] for name, values in params.items()}
'''
COPY = """
def mlp_step(data, labels, weights, rate):
    # First the way forward.
    before = linear_forward(data, weights['W1'], weights['b1'])
    after = before.clamp(min=0)
    cost, error = softmax_cross_entropy(
        linear_forward(after, weights['W2'], weights['b2']), labels)
    found = dict(zip(("dH", "W2", "b2"), linear_backward(error, after, weights["W2"])))
    found["dX"], found["W1"], found["b1"] = linear_backward(relu_backward(found["dH"], before), data, weights["W1"])

    return cost, {key: old - rate * found[key] for key, old in weights.items()}

def running_mean(series, n):
    '''Something else entirely.'''
    acc, window, result = 0.0, [], []
    for item in series:
        window.append(item)
        acc += item
        if len(window) > n:
            acc -= window.pop(0)
        result.append(acc / len(window))
    return result
"""
OTHER = """
def mlp_step(X, y, params, lr):
    W1, b1, W2, b2 = (params[name] for name in ("W1", "b1", "W2", "b2"))
    hidden = torch.relu(X @ W1.T + b1)
    loss, upstream = softmax_cross_entropy(hidden @ W2.T + b2, y)
    back = (upstream @ W2) * (hidden > 0)
    new = {"W2": W2 - lr * upstream.T @ hidden, "b2": b2 - lr * upstream.sum(0)}
    new |= {"W1": W1 - lr * back.T @ X, "b1": b1 - lr * back.sum(0)}
    return loss, new
"""
SHORT = """
def relu_backward(E, Z):
    return E * (Z > 0)


def sigmoid_backward(E, Z):
    S = torch.sigmoid(Z)
    return E * S * (1 - S)
"""


def answers(**sources):
    """A class in which each student answers the question of mlp_step."""
    return {student: result(answers={"mlp-step": source}) for student, source in sources.items()}


def names(pairs):
    return [(pair.first, pair.second) for pair in pairs]


def test_a_renamed_copy_with_functions_reordered_and_comments_changed_is_found(tmp_path):
    (pair,) = similar(tmp_path, EXERCISE, answers(ada=LONG, eve=COPY, li=OTHER))
    assert (pair.first, pair.second) == ("ada", "eve")
    (overlap,) = pair.overlaps
    assert overlap.title == "Question 4: a step of training"
    assert overlap.share > 0.9 and overlap.shared > 150
    assert "linear_backward(E, H" in overlap.first and "linear_backward(error, after" in overlap.second


def test_the_same_right_four_lines_are_no_news(tmp_path):
    same = {"gates": SHORT, "linear": "def linear_forward(X, W, b):\n    return X @ W.T + b\n"}
    assert similar(tmp_path, EXERCISE, {name: result(answers=same) for name in ("ada", "li")}) == []


def test_many_short_answers_in_common_do_not_add_up(tmp_path):
    same = {name: SHORT for name in ("linear", "gates", "softmax-cross-entropy", "mlp-step", "fault", "Swish")}
    assert similar(tmp_path, EXERCISE, {name: result(answers=same) for name in ("ada", "li")}) == []


def test_what_the_exercise_gave_counts_for_nobody(tmp_path):
    assert similar(tmp_path, EXERCISE, {name: result() for name in ("ada", "li", "noor")}) == []
    given = similarity.released.answer_cells(EXERCISE)["Swish"].source
    assert len(tokens_of(given)) > 20
    some = given.replace("raise NotImplementedError()", "return None")
    assert (
        similar(tmp_path, EXERCISE, {name: result(answers={"Swish": some}) for name in ("ada", "li")}, least=20) == []
    )


def test_what_many_share_counts_for_nobody(tmp_path):
    assert len(similar(tmp_path, EXERCISE, answers(**{f"s{i}": LONG for i in range(3)}))) == 3
    assert similar(tmp_path, EXERCISE, answers(**{f"s{i}": LONG for i in range(4)})) == []


def test_a_pair_is_found_beside_what_many_share(tmp_path):
    class_ = {f"s{i}": SHORT + "\n" * i for i in range(10)}
    assert names(similar(tmp_path, EXERCISE, answers(**class_, ada=SHORT + LONG, eve=COPY + SHORT))) == [("ada", "eve")]


def test_different_answers_are_not_listed(tmp_path):
    assert similar(tmp_path, EXERCISE, answers(ada=LONG, li=OTHER, noor=SHORT, mo="", jo="pass")) == []


def test_prose_is_compared_as_words(tmp_path):
    text = (
        "Softmax does not see a constant that is added to all logits of a row, so the gradient along that direction "
        "is zero, and the three numbers of each row of the gradient have to add up to nothing at all; the biases move "
        "by the sums of its columns, and together they stay where they were when training began."
    )
    other = "The rows of p - y sum to 1 - 1. Summing over the batch keeps that, so what one bias gains the others lose."
    found = {"ada": text, "eve": text.replace("\n", " ").upper(), "li": other}
    pairs = similar(tmp_path, EXERCISE, {name: result(answers={"reason": said}) for name, said in found.items()})
    assert names(pairs) == [("ada", "eve")]


def test_code_that_python_cannot_read_is_compared_as_words(tmp_path):
    broken = LONG + "\n'''never closed"
    assert names(similar(tmp_path, EXERCISE, answers(ada=broken, eve=broken, li=OTHER))) == [("ada", "eve")]


def test_numbers_are_kept_and_names_strings_comments_and_docstrings_are_not():
    def texts(source):
        return [token.text for token in tokens_of(source)]

    one = texts('def f(a):\n    """Doc."""\n    return g(a, "W1") * 0.037  # why\n')
    assert one == texts("def f(other):\n  return h(other, 'b')*0.037")
    assert one != texts("def f(a):\n    return g(a, 'W1') * 0.1")
    assert texts("f'{a!r} and {b:.2f}' + c") == ["S", "+", "N"]
    assert texts("x.sum()") != texts("x.mean()")
    assert texts("self.depth") == texts("self.height")
    assert texts("len(x)") != texts("max(x)")


def test_fingerprints_are_those_of_the_paper():
    hashes = [77, 74, 42, 17, 98, 50, 17, 98, 8, 88, 67, 39, 77, 74, 42, 17, 98]  # Figure 2 of Schleimer et al.
    assert fingerprints(hashes, 4) == {17, 8, 39}
    assert fingerprints([], 4) == set() and fingerprints([5, 3], 4) == {3}


@pytest.mark.parametrize("seed", range(5))
def test_a_run_of_k_plus_window_minus_1_tokens_always_shares_a_fingerprint(seed):
    draw = random.Random(seed)
    k, window = 5, 4
    run = [similarity.Token(str(draw.randrange(50)), 0) for _ in range(k + window - 1)]

    def hidden():
        around = [similarity.Token(str(draw.randrange(1000)), 0) for _ in range(30)]
        place = draw.randrange(30)
        return fingerprints(similarity._grams(around[:place] + run + around[place:], k), window)

    assert hidden() & hidden()


def made_up(draw, lines=25):
    """A program that nobody else writes."""
    names, calls = [f"v{i}" for i in range(6)], ["sum", "mean", "exp", "log", "clamp", "max", "amin", "abs", "tanh"]
    rows = [
        f"    {draw.choice(names)} = {draw.choice(names)}.{draw.choice(calls)}() {draw.choice('+-*/@')} "
        f"{draw.choice(names)}[{draw.randrange(30)}:{draw.randrange(30)}].{draw.choice(calls)}({draw.randrange(9)})"
        for _ in range(lines)
    ]
    return "def mlp_step(X, y, params, lr):\n" + "\n".join(rows) + "\n    return v0, v1\n"


def test_three_hundred_students_take_seconds_and_the_two_pairs_are_found(tmp_path):
    draw = random.Random(1)
    class_ = {f"s{i:03}": made_up(draw) for i in range(300)}
    class_["s017"] = class_["s230"].replace("v0", "alpha").replace("v3", "beta")
    class_["s100"], class_["s200"] = LONG, COPY
    found = answers(**class_)
    start = time.process_time()
    pairs = similar(tmp_path, EXERCISE, found)
    assert set(names(pairs)) == {("s017", "s230"), ("s100", "s200")}
    assert time.process_time() - start < 60  # seconds of CPU; three where nothing else runs


def test_lines_repeated_ten_thousand_times_do_not_stall_it(tmp_path):
    hostile = "x = 1\n" * 10_000
    start = time.process_time()
    assert similar(tmp_path, EXERCISE, answers(ada=hostile, eve=hostile)) == []
    assert time.process_time() - start < 60


def test_the_page_shows_both_texts_and_says_that_it_is_no_verdict(tmp_path):
    hostile = LONG.replace('"""Average over a window."""', '"</pre><script>alert(1)</script>"')
    similar(tmp_path, EXERCISE, answers(ada=hostile, eve=hostile, li=OTHER))
    page = (tmp_path / f"similar-{EXERCISE}.html").read_text(encoding="utf-8")
    assert "information, not a verdict" in page and "worked together" in page
    assert page.count("&lt;script&gt;alert(1)") == 2 and "<script" not in page
    assert "default-src 'none'" in page


def test_a_class_without_pairs_gets_a_page_that_says_so(tmp_path):
    for found in ({}, answers(ada=LONG)):
        assert similar(tmp_path, EXERCISE, found) == []
        page = (tmp_path / f"similar-{EXERCISE}.html").read_text(encoding="utf-8")
        assert f"0 pairs among {len(found)} submissions" in page


def test_the_order_of_the_students_does_not_matter(tmp_path):
    one = similar(tmp_path, EXERCISE, answers(ada=LONG, eve=COPY, li=OTHER))
    assert one == similar(tmp_path, EXERCISE, answers(li=OTHER, eve=COPY, ada=LONG))


def test_numbers_that_make_no_sense_are_refused(tmp_path):
    with pytest.raises(ValueError, match="at least 1"):
        similar(tmp_path, EXERCISE, {}, k=0)
