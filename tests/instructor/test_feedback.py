"""The page that a student gets back."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise

import nbformat
import pytest
from pygments.styles import get_style_by_name

from instructor import feedback, pages
from instructor.gradebook import ByHand
from tests.instructor.examples import EXERCISE, hand_in, result
from tools.release import SOLUTIONS

HOSTILE = """</code></pre></main><script>alert(1)</script><img src=x onerror=alert(1)>
x = "{{ 7 * 7 }}"  # <!-- ]]> &lt; \u202e \x00
"""


@pytest.fixture
def entered(monkeypatch):
    entries = {}
    monkeypatch.setattr(feedback, "by_hand", lambda class_folder, exercise: entries)
    return entries


def page(class_folder, one, names=None):
    hand_in(class_folder, {"ada": one}, names=names)
    (path,) = feedback.feedback(class_folder, EXERCISE, {"ada": one})
    assert path == class_folder / "feedback" / "ada" / EXERCISE / f"{EXERCISE}.html"
    return path.read_text(encoding="utf-8")


def words(html):
    """The text of a page, spaces collapsed."""
    found = []
    parser = HTMLParser()
    parser.handle_data = found.append
    parser.feed(html)
    return " ".join("".join(found).split())


def tags(html):
    found = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: found.append((tag, dict(attrs)))
    parser.feed(html)
    return found


def test_a_page_tells_points_status_message_and_answer(tmp_path):
    one = result({"gates-check": "wrong"}, {"gates": "def relu_backward(E, Z):\n    return -E * (Z > 0)"})
    text = words(page(tmp_path, one, {"ada": "Ada Lovelace"}))
    assert "Feedback for Ada Lovelace" in text
    assert "16 of 20 points so far" in text and "1 answer is still to be marked by a person" in text
    assert "Question 2: two activations Not right yet: 0 of 2 points" in text
    assert "is a minus missing?" in text
    assert "return -E * (Z > 0)" in text
    assert "4.2.2-a-networks-gradients.ipynb" in text


def test_a_persons_points_and_comment_are_shown(tmp_path, entered):
    entered["ada"] = {
        "reason": ByHand(1.5, 0.0, "Now say <b>why</b>."),
        "linear-check": ByHand(1.0, 0.5, "Half of it is right."),
    }
    html = page(tmp_path, result({"linear-check": "wrong"}, {"reason": "The rows add up to 0."}))
    text = words(html)
    assert "Now say <b>why</b>." in text and "<b>why" not in html
    assert "Marked by a person: 1.5 of 2 points" in text
    assert "Marked by a person: 1 of 2 points, given by a person in place of 0" in text
    assert "19 of 20 points" in text and "so far" not in text and "0.5 of them are extra points" in text


def test_a_hidden_case_is_told_by_the_rule_and_by_nothing_else(tmp_path):
    one = result({"linear-check": "wrong"}, hidden=("linear-check",), messages={"linear-check": "seed 31: got 7"})
    text = words(page(tmp_path, one))
    assert "a further case failed" in text and "works for other inputs, too" in text
    assert "seed 31" not in text


def test_no_page_shows_a_hidden_test_or_a_solution(tmp_path):
    for status in ("right", "wrong", "not attempted", "stopped"):
        html = page(tmp_path, result({"gates-check": status, "Swish-check": status}))
        master = nbformat.read(SOLUTIONS / EXERCISE / f"{EXERCISE}.ipynb", 4)
        secret = [line.strip() for cell in master.cells for line in _secret_lines(cell.source)]
        assert len(secret) > 30
        assert not [line for line in secret if line in words(html)]


def _secret_lines(source):
    inside = False
    for line in source.splitlines():
        if "### BEGIN" in line or "### END" in line:
            inside = "BEGIN" in line
        elif inside and len(line.strip()) > 12:
            yield line


def test_a_stub_is_not_shown_as_an_answer(tmp_path):
    text = words(page(tmp_path, result({"linear-check": "not attempted"})))
    assert "You left this as it was." in text and "raise NotImplementedError" not in text


def test_hostile_text_stays_text(tmp_path):
    one = result({"linear-check": "wrong"}, {"linear": HOSTILE, "reason": HOSTILE}, messages={"linear-check": HOSTILE})
    one = type(one)(**{**one.__dict__, "problems": (HOSTILE,)})
    html = page(tmp_path, one, {"ada": HOSTILE})
    assert "{{ 7 * 7 }}" in words(html)
    names = {tag for tag, _ in tags(html)}
    assert not names & {"script", "img", "iframe", "object", "form", "input", "base"}
    assert not [attrs for _, attrs in tags(html) if any(name.startswith("on") for name in attrs)]
    assert [tag for tag, _ in tags(html)].count("main") == 1 == html.count("</main>")


def test_a_page_runs_no_script_and_loads_nothing(tmp_path):
    html = page(tmp_path, result())
    policy = next(attrs["content"] for tag, attrs in tags(html) if attrs.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'sha256-") and "script" not in policy
    assert not [attrs for tag, attrs in tags(html) if "src" in attrs or (tag == "link")]
    assert all(attrs["href"].startswith("#") for _, attrs in tags(html) if "href" in attrs)


def test_a_page_has_a_language_headings_in_order_and_fits_a_phone(tmp_path):
    html = page(tmp_path, result(problems=("The cell `gates` is missing.",)))
    found = tags(html)
    assert ("html", {"lang": "en"}) in found
    assert any(attrs.get("name") == "viewport" for _, attrs in found)
    levels = [int(tag[1]) for tag, _ in found if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = [attrs["id"] for _, attrs in found if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert {attrs["href"][1:] for _, attrs in found if "href" in attrs} <= set(ids)


def test_problems_with_the_notebook_are_told(tmp_path):
    assert "The cell gates is missing." in words(page(tmp_path, result(problems=("The cell gates is missing.",))))


def test_half_a_surrogate_pair_and_a_very_long_answer_are_survived(tmp_path):
    long = "x = '\ud800'\n" + "y = 1\n" * 50_000
    text = words(page(tmp_path, result(answers={"linear": long, "reason": "\udfff"})))
    assert f"it has {len(long)} characters in all" in text
    assert len(text) < 60_000


def test_colours_of_a_terminal_are_left_out_of_a_message(tmp_path):
    one = result({"gates-check": "wrong"}, messages={"gates-check": "\x1b[31mred\x1b[0m"})
    assert "\x1b" not in page(tmp_path, one)


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    """As WCAG 2 defines it."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("index", "style"), [(0, pages.LIGHT), (1, pages.DARK)], ids=["light", "dark"])
def test_every_colour_can_be_read(index, style):
    css = (pages.TEMPLATES / "page.css").read_text(encoding="utf-8")
    block = re.findall(r":root \{(.*?)\}", css, re.DOTALL)[index]
    colours = dict(re.findall(r"--(\w+): #(\w{6})", block))
    for name in ("text", "quiet", "link", "right", "wrong", "open"):
        assert min(contrast(colours[name], colours[box]) for box in ("page", "box")) >= 4.5, name
    assert contrast(colours["text"], colours["shared"]) >= 4.5
    for token, look in get_style_by_name(style):
        if look["color"] and not str(token).startswith(("Token.Generic", "Token.Text.Whitespace")):
            assert contrast(look["color"], colours["box"]) >= 4.5, token
