"""A real JupyterLab and a real Chromium."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tools.new_learner import start_lab
from tools.notebooks import ROOT

MINUTES = 60_000  # in milliseconds
SLOWLY = 5 * MINUTES  # what waits for a training on a busy machine
ERROR = '[data-mime-type="application/vnd.jupyter.error"]'
# Before that, "Run All Cells" would ask which kernel to start.
KERNEL_IS_CONNECTED = """async notebook => {
    const sessions = await (await fetch('/api/sessions')).json();
    const isReady = kernel => kernel.connections > 0 && kernel.execution_state === 'idle';
    return sessions.some(({path, kernel}) => path === notebook && isReady(kernel));
}"""
SHOWN = ".jp-NotebookPanel:not(.lm-mod-hidden)"  # of the notebooks that are open, the one in front
# The number of a cell whose source is collapsed is not shown.
PROMPTS = f"{SHOWN} .jp-CodeCell .jp-InputPrompt:not(.jp-Placeholder-prompt)"
FINISHED = """prompts => {
    const texts = [...document.querySelectorAll(prompts)].map(p => p.textContent);
    const error = document.querySelector('[data-mime-type="application/vnd.jupyter.error"]');
    return error !== null || texts.every(text => /\\d/.test(text));
}"""
THEMES = "/lab/api/settings/@jupyterlab/apputils-extension:themes"
SETTINGS = {
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},  # every cell is in the page, seen or not
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab: its address, and the folder of notebooks that it serves (a copy)."""

    address: str
    folder: Path

    def url(self, notebook: str) -> str:
        return f"{self.address}/lab/tree/{notebook}?reset"

    def open(self, browser: Browser, notebook: str) -> Page:
        """The notebook in a new page, with its kernel ready."""
        page = browser.new_page(viewport={"width": 1300, "height": 1000})
        page.goto(self.url(notebook))
        expect(page.locator(".jp-CodeCell").first).to_be_visible(timeout=2 * MINUTES)
        page.wait_for_function(KERNEL_IS_CONNECTED, arg=notebook, timeout=2 * MINUTES, polling=1000)
        expect(page.get_by_text("| Idle")).to_be_visible(timeout=2 * MINUTES)
        return page

    def shut_down(self) -> None:
        """End every kernel: each holds half a gigabyte or more for as long as JupyterLab runs."""
        for session in json.loads(self.ask("GET", "/api/sessions")):
            self.ask("DELETE", f"/api/sessions/{session['id']}")

    def ask(self, method: str, path: str) -> bytes:
        """What the server answers."""
        with urllib.request.urlopen(urllib.request.Request(self.address + path, method=method), timeout=30) as answer:
            return answer.read()


def choose_in_run_menu(page: Page, item: str) -> None:
    """Run, and one of its items."""
    for name in ("Run", item):
        page.get_by_role("menuitem", name=name, exact=True).click()


def wait_until_ready(page: Page) -> None:
    """Until the notebook in front is there, and its kernel has nothing to do."""
    expect(page.locator(f"{SHOWN} .jp-CodeCell").first).to_be_visible(timeout=2 * MINUTES)
    expect(page.get_by_text("| Idle")).to_be_visible(timeout=2 * MINUTES)


def cell(page: Page, source: str) -> Locator:
    """The code cell of the notebook in front that holds this text, scrolled into view."""
    found = page.locator(f"{SHOWN} .jp-CodeCell", has=page.locator(".jp-InputArea", has_text=source)).first
    found.scroll_into_view_if_needed()
    return found


def run(page: Page, source: str) -> Locator:
    """Run one cell as a learner does, with Shift and Enter; its output."""
    wanted = cell(page, source)
    prompt = wanted.locator(".jp-InputPrompt").first
    before = prompt.inner_text()
    wanted.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    expect(prompt).not_to_have_text(before, timeout=SLOWLY)
    expect(prompt).to_have_text(re.compile(r"\[\d+\]"), timeout=SLOWLY)
    return wanted.locator(".jp-OutputArea").first


def run_until(page: Page, source: str) -> Locator:
    """Run, *Run All Above Selected Cell*, then the cell itself."""
    cell(page, source).locator(".cm-content").click()
    choose_in_run_menu(page, "Run All Above Selected Cell")
    return run(page, source)


def write(page: Page, stub: str, code: str) -> None:
    """Replace all of a stub's cell by the learner's code."""
    cell(page, stub).locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(code)


def run_all_cells(page: Page) -> list[str]:
    """What a student does: Run, Run All Cells. Returns the texts of the errors."""
    choose_in_run_menu(page, "Run All Cells")
    page.wait_for_function(FINISHED, arg=PROMPTS, timeout=SLOWLY, polling=1000)
    return page.locator(ERROR).all_inner_texts()


def keep_screenshot(page: Page, name: str) -> None:
    """Keep what a page shows in the folder that `COURSE_SCREENSHOTS` names, if it names one."""
    if folder := os.environ.get("COURSE_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png")


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    folder, settings = tmp_path_factory.mktemp("lab") / "code-units", tmp_path_factory.mktemp("settings")
    ignored = shutil.ignore_patterns(".ipynb_checkpoints")
    shutil.copytree(ROOT / "code-units", folder, ignore=ignored)
    shutil.copytree(ROOT / "exercises", folder / "exercises", ignore=ignored)
    for name, values in SETTINGS.items():
        path = settings / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values), encoding="utf-8")
    port = _free_port()
    options = [f"--port={port}", "--no-browser", "--IdentityProvider.token=", "--ServerApp.disable_check_xsrf=True"]
    options += [f"--LabApp.user_settings_dir={settings}", f"--LabApp.workspaces_dir={settings / 'workspaces'}"]
    options += ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    log = (settings / "lab.log").open("w")
    # A learner is here, and no CI; but what is answered in a test is not what somebody on this machine has answered.
    environment = {name: value for name, value in os.environ.items() if name != "CI"}
    environment["COURSE_PROGRESS"] = str(settings / "progress.json")
    command = [sys.executable, "-m", "jupyterlab", *options]
    server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, env=environment)
    try:
        lab = Lab(f"http://127.0.0.1:{port}", folder)
        _wait_until_up(f"{lab.address}/api/status", server)
        yield lab
    finally:
        server.terminate()
        server.wait(timeout=30)
        log.close()


@dataclass(frozen=True)
class CourseLab:
    """What `make lab` runs, with no window of its own: the process, and the two lines that it has printed."""

    process: subprocess.Popen
    lines: list[str]

    @property
    def address(self) -> str:
        """The address that was printed."""
        return re.search(r"http\S+", self.lines[0]).group()

    def stop(self) -> tuple[str, int]:
        """Press Ctrl-C once; return what it printed after that, and its status."""
        self.process.send_signal(signal.SIGINT)
        rest, _ = self.process.communicate(timeout=30)
        return rest, self.process.returncode


@pytest.fixture(scope="module")
def course_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CourseLab]:
    """A course just cloned, with a new student."""
    process = start_lab(tmp_path_factory.mktemp("student"))
    try:
        yield CourseLab(process, [process.stdout.readline(), process.stdout.readline()])
    finally:
        process.kill()
        process.wait(timeout=30)


@pytest.fixture
def start_page(browser: Browser, course_lab: CourseLab) -> Iterator[Page]:
    """The start page, as `make lab` opens it, with its kernel."""
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.goto(course_lab.address)
    wait_until_ready(page)
    yield page
    page.close()


def progress_of(page: Page, number: str) -> Locator:
    """On the start page, the row of a notebook in the table of what is done, made anew."""
    return run(page, "show_progress()").locator("tr", has_text=number)


def open_from_the_start_page(page: Page, number: str) -> None:
    """Follow the link to a notebook in the table of what is done."""
    progress_of(page, number).get_by_role("link").click()
    expect(page.get_by_role("tab", name=re.compile(rf"{re.escape(number)}-\S+\.ipynb"))).to_be_visible()
    wait_until_ready(page)


@pytest.fixture
def theme(browser: Browser, lab: Lab) -> Iterator[Callable[[str], None]]:
    """Sets the theme of JupyterLab, until the test ends."""
    context = browser.new_context()

    def set_to(name: str) -> None:
        assert context.request.put(lab.address + THEMES, data={"raw": json.dumps({"theme": name})}).ok

    yield set_to
    set_to("JupyterLab Light")
    context.close()


@pytest.fixture(autouse=True)
def nothing_left_running(request: pytest.FixtureRequest) -> Iterator[None]:
    """After a test in the `lab`, which all of them share: close its pages, and end their kernels."""
    if "lab" not in request.fixturenames:
        yield
        return
    browser, lab = request.getfixturevalue("browser"), request.getfixturevalue("lab")
    yield
    for context in browser.contexts:
        context.close()
    lab.shut_down()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_up(url: str, server: subprocess.Popen, *, seconds: int = 120) -> None:
    for _ in range(seconds * 2):
        assert server.poll() is None, f"JupyterLab ended with status {server.returncode}"
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.5)
    raise TimeoutError(f"JupyterLab did not answer at {url} within {seconds} s")
