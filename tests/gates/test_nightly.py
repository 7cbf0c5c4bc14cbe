"""The nightly workflow parses, runs what a push leaves out, and reports what fails."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator

import pytest
import yaml

from tools.notebooks import ROOT, STORED_IN

Workflow = dict


@pytest.fixture(scope="module")
def workflow() -> Workflow:
    return yaml.safe_load((ROOT / ".github" / "workflows" / "nightly.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def runs(workflow: Workflow) -> dict[str, dict[str, str]]:
    return {run["name"]: run for run in workflow["jobs"]["tests"]["strategy"]["matrix"]["include"]}


def steps(workflow: Workflow) -> Iterator[dict]:
    for job in workflow["jobs"].values():
        yield from job["steps"]


def command(workflow: Workflow, job: str, name: str) -> str:
    return next(step["run"] for step in workflow["jobs"][job]["steps"] if step.get("name") == name)


def test_it_runs_every_night_and_on_request(workflow: Workflow) -> None:
    # YAML 1.1 reads the key `on` as true.
    assert workflow[True].keys() == {"schedule", "workflow_dispatch"}
    (when,) = workflow[True]["schedule"]
    assert re.fullmatch(r"\d+ \d+ \* \* \*", when["cron"])


def test_full_runs_of_all_notebooks_are_compared_on_real_data(runs: dict) -> None:
    (full,) = [run for run in runs.values() if run.get("full") == "1"]
    assert full["tests"].split() == list(STORED_IN)
    assert full["offline"] == "0"


def test_every_band_is_proven_in_both_worlds(runs: dict) -> None:
    proving = [run for run in runs.values() if run.get("prove") == "1" and "newest" not in run]
    assert {run["offline"] for run in proving} == {"0", "1"}
    assert all(run["tests"] in ("", "tests/notebooks/test_bands.py") for run in proving)


def test_every_test_runs_with_what_the_lock_pins_and_nothing_is_left_out(runs: dict) -> None:
    (everything,) = [run for run in runs.values() if run["tests"] == "" and "newest" not in run]
    assert (everything["prove"], everything["offline"], everything["browser"]) == ("1", "0", "1")


def test_newest_dependencies_run_all_tests(workflow: Workflow, runs: dict) -> None:
    (newest,) = [run for run in runs.values() if "newest" in run]
    assert (newest["tests"], newest["prove"], newest["browser"]) == ("", "1", "1")
    install = command(workflow, "tests", "Take the newest versions that pyproject.toml allows")
    assert "--upgrade" in install and "pyproject.toml" in install and "requirements" not in install


def test_what_is_named_exists(runs: dict) -> None:
    for run in runs.values():
        assert all((ROOT / path).exists() for path in run["tests"].split()), run["name"]


def test_variables_are_those_that_the_tests_read(workflow: Workflow) -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py"))
    for variable in ("COURSE_FULL", "COURSE_PROVE", "COURSE_OFFLINE"):
        assert workflow["jobs"]["tests"]["env"][variable] == f"${{{{ matrix.{variable.split('_')[1].lower()} }}}}"
        assert f'os.environ.get("{variable}")' in code


def test_report_is_written_whatever_failed_and_becomes_an_issue(workflow: Workflow) -> None:
    (report,) = [step for step in workflow["jobs"]["tests"]["steps"] if step.get("name") == "Report"]
    assert report["if"] == "always()"
    assert "-m tests.report report.xml" in report["run"]
    assert "--junit-xml=report.xml" in command(workflow, "tests", "Test")
    issue = workflow["jobs"]["issue"]
    assert issue["if"] == "failure()" and set(issue["needs"]) == workflow["jobs"].keys() - {"issue"}


def test_status_page_is_written_from_every_run_whatever_failed(workflow: Workflow) -> None:
    noted = next(step for step in workflow["jobs"]["tests"]["steps"] if "tests.status note" in step.get("run", ""))
    assert noted["if"] == "always()" and "report.xml" in noted["run"] and "${{ matrix.name }}" in noted["run"]
    job = workflow["jobs"]["status"]
    assert job["if"] == "always()" and job["needs"] == "tests"
    page = command(workflow, "status", "Write the page")
    assert "-m tests.status page notes/*/status.json" in page and "GITHUB_STEP_SUMMARY" in page
    kept = [step["with"] for step in steps(workflow) if "upload-artifact" in step.get("uses", "")]
    assert {"name": "status", "path": "status.md"} in kept
    fetched = [step["with"] for step in steps(workflow) if "download-artifact" in step.get("uses", "")]
    uploaded = [with_["name"] for with_ in kept]
    for with_ in fetched:
        prefix = with_["pattern"].removesuffix("*")
        assert any(name.startswith(prefix) for name in uploaded), with_


def test_only_the_issue_may_write(workflow: Workflow) -> None:
    assert workflow["permissions"] == {"contents": "read"}
    assert {name: job["permissions"] for name, job in workflow["jobs"].items() if "permissions" in job} == {
        "issue": {"issues": "write"}
    }


def test_links_of_notebooks_docs_and_readme_are_followed(workflow: Workflow) -> None:
    write = command(workflow, "links", "Write the notebooks as Markdown")
    assert all(folder in write for folder in STORED_IN)
    (follow,) = [step for step in workflow["jobs"]["links"]["steps"] if "lychee" in step.get("uses", "")]
    assert {"README.md", "docs", "build/links"} <= set(follow["with"]["args"].split())


def test_actions_are_pinned_to_a_major_version(workflow: Workflow) -> None:
    used = [step["uses"] for step in steps(workflow) if "uses" in step]
    assert used and all(re.fullmatch(r"(actions|lycheeverse)/[\w-]+@v\d+", action) for action in used)


@pytest.mark.skipif(os.name == "nt" or not shutil.which("bash"), reason="no bash of this system's own")
def test_every_script_parses(workflow: Workflow) -> None:
    for step in steps(workflow):
        subprocess.run(["bash", "-n"], input=step.get("run", ""), text=True, check=True)
