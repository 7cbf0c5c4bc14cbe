"""Playgrounds in a page: by keyboard, in every light, on a phone, one beside the other, and where scripts don't run."""

from __future__ import annotations

import os
import re
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from helpers.playground import CSS_CLASS, FOLDER, PLAYGROUNDS, as_html
from tests.browser.conftest import MINUTES
from tests.playgrounds.conftest import Open, move, numbers, press, slider

CONTROLS = {
    "neuron": ["weight of clouds", "weight of rain", "bias", "morning: clouds", "morning: rain", "Train"],
    "descent": ["learning rate", "inputs x", "start at w", "start at b", "Descend"],
    "mlp": ["points", "hidden layers", "units per layer", "activation", "learning rate", "starting weights", "Train"],
    "overfitting": ["training points", "weight decay", "dropout", "stop early", "points and start", "Train"],
}
GO = {name: controls[-1] for name, controls in CONTROLS.items()}
FOCUSED = "document.activeElement.labels?.[0]?.textContent ?? document.activeElement.textContent"
OUTLINE = "getComputedStyle(document.activeElement).outlineWidth"
GROUND = f"getComputedStyle(document.querySelector('.{CSS_CLASS}')).backgroundColor"
# The corner of the first canvas: what the script has painted, not what the style sheet says.
PAINTED = "[...document.querySelector('canvas').getContext('2d').getImageData(1, 1, 1, 1).data.slice(0, 3)].join()"
IS_PAINTED = "() => document.querySelector('canvas')?.width > 0 && document.querySelector('dd').textContent !== ''"
STEPS = ("step", "steps")


def steps(page: Page) -> int:
    """How many steps were taken, as the page says."""
    shown = numbers(page)
    return int(next(shown[name] for name in STEPS if name in shown).replace(",", ""))


def wait_for_steps(page: Page, least: int) -> None:
    """Until that many steps are taken."""
    page.wait_for_function(
        """least => [...document.querySelectorAll("dl > div")].some(({children: [name, value]}) =>
            name.textContent.startsWith("step") && +value.textContent.replace(",", "") >= least)""",
        arg=least,
        timeout=MINUTES,
    )


def ready(page: Page) -> Page:
    """The page, when its first playground is drawn."""
    page.wait_for_function(IS_PAINTED, timeout=MINUTES)
    return page


def status(page: Page) -> Locator:
    """The line that screen readers are told."""
    return page.get_by_role("status")


@pytest.mark.parametrize("name", PLAYGROUNDS)
def test_every_control_is_reached_by_tab_and_shows_its_focus(open_page: Open, name: str) -> None:
    page = ready(open_page(name))
    for wanted in [*CONTROLS[name], "Step", "Reset"]:
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUSED) == wanted
        assert page.evaluate(OUTLINE) == "3px"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement === document.body")


@pytest.mark.parametrize("name", PLAYGROUNDS)
@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_training_starts_and_stops_by_keys(open_page: Open, name: str, key: str) -> None:
    page = ready(open_page(name))
    go = page.get_by_role("button", name=GO[name], exact=True)
    go.focus()
    page.keyboard.press(key)
    wait_for_steps(page, 3)
    page.keyboard.press(key)
    expect(go).to_be_visible()  # it is called Stop while it runs
    before = steps(page)
    page.wait_for_timeout(300)
    assert steps(page) == before
    expect(status(page)).not_to_have_text(re.compile("^(Training.)?$"), timeout=MINUTES)


def test_arrow_moves_a_slider_and_its_value_is_told(open_page: Open) -> None:
    page = ready(open_page("neuron"))
    move(page, "bias", "ArrowLeft", times=25)
    assert slider(page, "bias").get_attribute("aria-valuetext") == "−3.5"
    assert numbers(page)["sum"] == "2.0 × 0.50 + 4.0 × 0.75 − 3.5 = 0.50"
    assert numbers(page)["right"] == "14 of 14 mornings"
    expect(status(page)).to_contain_text("14 of 14 mornings right", timeout=MINUTES)


def test_training_moves_the_sliders_of_the_neuron(open_page: Open) -> None:
    page = ready(open_page("neuron"))
    assert numbers(page)["right"] == "8 of 14 mornings"
    press(page, "Train")
    wait_for_steps(page, 40)
    press(page, "Stop")
    assert numbers(page)["right"] == "14 of 14 mornings"
    assert slider(page, "bias").get_attribute("aria-valuetext") != "−1.0"


def test_descent_arrives_below_the_limit_and_fails_above_it(open_page: Open) -> None:
    for times, told in ((-1, "Arrived"), (1, "The loss grows")):
        page = ready(open_page(as_html("descent", rate=1)))
        move(page, "learning rate", "ArrowRight" if times > 0 else "ArrowLeft")
        press(page, "Descend")
        expect(page.get_by_role("button", name="Descend")).to_be_visible(timeout=MINUTES)
        expect(status(page)).to_contain_text(told, timeout=MINUTES)


def test_descent_on_raw_inputs_has_a_lower_limit(open_page: Open) -> None:
    for rate, told in ((0.007, "Arrived"), (0.008, "The loss grows")):
        page = ready(open_page(as_html("descent", rate=rate, inputs="as measured")))
        press(page, "Descend")
        expect(page.get_by_role("button", name="Descend")).to_be_visible(timeout=MINUTES)
        expect(status(page)).to_contain_text(told, timeout=MINUTES)


@pytest.mark.parametrize(("inputs", "rate", "count"), [("as measured", 0.007, 1109), ("standardised", 0.93, 27)])
def test_descent_takes_as_many_steps_as_in_the_notebook(open_page: Open, inputs: str, rate: float, count: int) -> None:
    """The data of 4.1.3, from the line y = 10: what it prints for both inputs."""
    x = torch.linspace(0, 20, 300)
    y = x + 2 * torch.sin(x) + torch.randn(300, generator=torch.Generator().manual_seed(1))
    page = ready(open_page(as_html("descent", x=x, y=y, b=10, rate=rate, inputs=inputs)))
    press(page, "Descend")
    expect(status(page)).to_contain_text("Arrived", timeout=MINUTES)
    assert steps(page) == pytest.approx(count, abs=1)


def test_descent_begins_where_the_map_is_clicked(open_page: Open) -> None:
    page = ready(open_page("descent"))
    press(page, "Step", times=3)
    page.locator("canvas").first.click(position={"x": 200, "y": 60})
    assert steps(page) == 0
    assert numbers(page)["b"] == slider(page, "start at b").get_attribute("aria-valuetext") != "0.00"


def test_descent_takes_the_data_that_it_is_given(open_page: Open) -> None:
    page = ready(open_page(as_html("descent", x=[1.0, 2.0, 3.0], y=[2.0, 4.0, 6.0], inputs="as measured")))
    assert numbers(page)["loss"] == "18.667"
    assert numbers(page)["slope along w"] == "−18.67"
    assert numbers(page)["slope along b"] == "−8.00"


def test_network_shows_a_map_for_each_hidden_unit(open_page: Open) -> None:
    page = ready(open_page("mlp"))
    move(page, "hidden layers", "ArrowRight")
    move(page, "units per layer", "ArrowRight", times=2)
    expect(page.locator(".layer canvas")).to_have_count(3 * 6)
    assert "3 layers of 6 units" in page.get_by_role("img", name="What each hidden unit draws").get_attribute(
        "aria-label"
    )


@pytest.mark.parametrize(("data", "count"), [("moons", 200), ("XOR", 100), ("spirals", 400)])
def test_network_learns_each_of_the_shapes(open_page: Open, data: str, count: int) -> None:
    page = ready(open_page(as_html("mlp", data=data, units=8)))
    press(page, "Train")
    wait_for_steps(page, count)
    press(page, "Stop")
    assert float(numbers(page)["right of 500 new points"].removesuffix(" %")) > 97


def test_early_stop_goes_back_to_the_best_weights(open_page: Open) -> None:
    page = ready(open_page(as_html("overfitting", early=True)))
    press(page, "Train")
    expect(status(page)).to_contain_text("Stopped early", timeout=2 * MINUTES)
    shown = numbers(page)
    assert shown["lowest validation loss"].startswith(shown["validation loss"])
    before = shown["step"]
    press(page, "Step")
    assert numbers(page)["step"] == before


def test_loss_turns_and_more_points_help(open_page: Open) -> None:
    """What 4.3.6 says of it: few points overfit, and many lower both the loss and the error."""
    found = {}
    for points in (40, 640):
        page = ready(open_page(as_html("overfitting", points=points)))
        press(page, "Train")
        wait_for_steps(page, 1500)
        found[points] = numbers(page)
    few, many = (
        {name: float(text.split()[0]) for name, text in shown.items() if "step" not in name} for shown in found.values()
    )
    assert few["validation loss"] > 1.5 * few["lowest validation loss"]
    assert few["training loss"] < 0.1 < many["training loss"]
    assert many["validation loss"] < few["validation loss"]
    assert many["validation error"] < few["validation error"]


@pytest.mark.parametrize("name", PLAYGROUNDS)
def test_reset_gives_the_same_start_and_the_same_run(open_page: Open, name: str) -> None:
    page = ready(open_page(name))
    start = numbers(page)
    press(page, "Step", times=5)
    after = numbers(page)
    assert after != start
    press(page, "Reset")
    assert numbers(page) == start
    press(page, "Step", times=5)
    assert numbers(page) == after


def test_another_start_is_another_network(open_page: Open) -> None:
    page = ready(open_page("mlp"))
    before = numbers(page)["loss"]
    move(page, "starting weights", "ArrowRight")
    assert numbers(page)["loss"] != before


@pytest.mark.parametrize("name", PLAYGROUNDS)
def test_nothing_starts_by_itself(open_page: Open, name: str) -> None:
    page = ready(open_page(name))
    page.wait_for_timeout(300)
    assert steps(page) == 0


def test_training_stops_when_it_is_out_of_view(open_page: Open) -> None:
    page = ready(open_page("mlp", '<div style="height: 3000px"></div>'))
    press(page, "Train")
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    page.evaluate("window.scrollTo(0, 3000)")
    expect(page.get_by_role("button", name="Train")).to_have_count(1, timeout=MINUTES)


def test_slow_steps_leave_the_page_time(browser: Browser) -> None:
    """A frame takes as many steps as fit into eight milliseconds: here of five each, so two, were a thousand asked."""
    page = browser.new_page()
    parts = "".join((FOLDER / f"{name}.js").read_text(encoding="utf-8") for name in ("core", "parts"))
    most = page.evaluate(
        """source => new Promise(resolve => {
            const Clock = (0, eval)(source), steps = [];
            const step = () => {
                const end = performance.now() + 5;
                while (performance.now() < end);
                steps[steps.length - 1] += 1;
                return true;
            };
            const drawn = () => { if (steps.push(0) > 10) resolve(Math.max(...steps)); };
            steps.push(0);
            new Clock(document.body, {step, drawn, stopped() {}, perFrame: () => 1000}).start();
        })""",
        f"{{{parts}; Clock}}",
    )
    page.close()
    assert 1 <= most <= 2


def test_training_stops_when_its_output_is_gone(open_page: Open) -> None:
    page = ready(open_page("mlp"))
    page.evaluate("window.root = document.querySelector('section')")
    press(page, "Train")
    page.evaluate("root.remove()")
    page.wait_for_function("root.querySelector('button').textContent === 'Train'", timeout=MINUTES)


def test_screen_readers_are_told_at_most_once_in_a_second(open_page: Open) -> None:
    page = ready(open_page("neuron"))
    page.evaluate(
        """() => {
            window.told = [];
            const changes = {childList: true, characterData: true, subtree: true};
            new MutationObserver(() => told.push(performance.now()))
                .observe(document.querySelector("[role=status]"), changes);
        }"""
    )
    move(page, "bias", "ArrowLeft", times=30)
    press(page, "Train")
    wait_for_steps(page, 60)
    press(page, "Stop")
    page.wait_for_function("told.length >= 3", timeout=MINUTES)
    moments = page.evaluate("told")
    assert min(later - earlier for earlier, later in pairwise(moments)) > 950


def test_less_motion_is_respected(open_page: Open) -> None:
    page = ready(open_page("mlp", reduced_motion="reduce"))
    page.evaluate(
        """() => {
            window.drawn = [];
            new MutationObserver(() => drawn.push(performance.now()))
                .observe(document.querySelector("dl"), {childList: true, characterData: true, subtree: true});
        }"""
    )
    press(page, "Train")
    page.wait_for_function("drawn.length >= 3", timeout=MINUTES)
    moments = page.evaluate("drawn")
    assert min(later - earlier for earlier, later in pairwise(moments)) > 950


def test_several_stand_on_one_page(open_page: Open) -> None:
    page = ready(open_page(*PLAYGROUNDS, "mlp"))
    expect(page.locator(f".{CSS_CLASS} .status")).to_have_count(5)
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(made => made.id)")
    assert len(ids) == len(set(ids)) > 20
    last = page.locator(f".{CSS_CLASS}").last
    last.get_by_role("button", name="Step").click()
    losses = page.locator("dl").evaluate_all("lists => lists.map(list => list.textContent)")
    assert losses[-1] != losses[2]


THEMES = {
    "the system's, light": ("", "light", False),
    "the system's, dark": ("", "dark", True),
    "the book's, light on a dark system": ('data-theme="light"', "dark", False),
    "the book's, dark on a light system": ('data-theme="dark"', "light", True),
    "JupyterLab's, light on a dark system": ('data-jp-theme-light="true"', "dark", False),
    "JupyterLab's, dark on a light system": ('data-jp-theme-light="false"', "light", True),
}


def brightness(colour: str) -> int:
    return sum(map(int, re.findall(r"\d+", colour)[:3]))


@pytest.mark.parametrize("theme", THEMES)
def test_colours_are_those_of_the_page(open_page: Open, theme: str) -> None:
    attributes, scheme, is_dark = THEMES[theme]
    page = ready(open_page("descent", attributes=attributes, color_scheme=scheme))
    for colour in (page.evaluate(GROUND), page.evaluate(PAINTED)):
        assert (brightness(colour) < 3 * 64) == is_dark


def test_colours_follow_when_the_page_is_switched(open_page: Open) -> None:
    page = ready(open_page("mlp", attributes='data-theme="light"'))
    before = page.evaluate(PAINTED)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_function(f"before => {PAINTED} !== before", arg=before, timeout=MINUTES)
    assert brightness(page.evaluate(PAINTED)) < 3 * 64


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1000])
def test_page_fits_and_axe_finds_nothing(open_page: Open, scheme: str, width: int) -> None:
    page = ready(open_page(*PLAYGROUNDS, width=width, color_scheme=scheme, attributes=f'data-theme="{scheme}"'))
    page.add_style_tag(
        content=f"body {{ background: {'#111' if scheme == 'dark' else '#fff'}; }} h1 {{ color: #888; }}"
    )
    for name in ("Train", "Descend"):
        page.get_by_role("button", name=name).first.scroll_into_view_if_needed()
        press_and_stop(page, name)
    found = Axe().run(page, options={})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if folder := os.environ.get("COURSE_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"playgrounds-{scheme}-{width}.png", full_page=True)
    told = [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found.response["violations"]]
    assert told == []
    assert len(found.response["passes"]) > 20


def press_and_stop(page: Page, name: str) -> None:
    """Train a little, so that there is something to see."""
    press_first = page.get_by_role("button", name=name, exact=True).first
    press_first.click()
    page.get_by_role("button", name="Stop").click()


def test_axe_would_find_a_control_without_a_label(open_page: Open) -> None:
    page = ready(open_page("mlp"))
    page.evaluate("document.querySelector('label').remove()")
    assert "select-name" in [rule["id"] for rule in Axe().run(page).response["violations"]]


@pytest.mark.parametrize("name", PLAYGROUNDS)
def test_picture_stands_where_scripts_do_not_run(open_page: Open, name: str) -> None:
    page = open_page(name, java_script_enabled=False)
    picture = page.get_by_role("img", name=PLAYGROUNDS[name].alt)
    expect(picture).to_be_visible()
    expect(page.get_by_text("To use the playground")).to_be_visible()
    expect(page.get_by_role("button")).to_have_count(0)


@pytest.mark.parametrize("name", PLAYGROUNDS)
def test_picture_gives_way_to_the_playground(open_page: Open, name: str) -> None:
    page = ready(open_page(name))
    expect(page.locator("svg")).to_have_count(0)
    expect(page.get_by_text("To use the playground")).to_have_count(0)
    for picture in page.get_by_role("img").all():
        assert len(picture.get_attribute("aria-label").split()) > 5
