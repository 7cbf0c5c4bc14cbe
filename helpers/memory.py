"""What a learner has answered and passed: one small file on the learner's own disk.

The file is `progress.json` in the user's data folder for this course (`memory_file()` names it), or the file or folder
that the environment variable `COURSE_PROGRESS` names. To delete it is to forget everything. Nothing is sent anywhere.

    {"version": 1,
     "answers": {"quiz:what-is-a-neuron": [{"time": "2026-11-21T18:30:00+01:00", "answer": "…", "right": true}, …]},
     "turns": {"mse_gradients": "2026-11-21T18:40:00+01:00"}}

`answers` keeps for each question (`quiz:<id>` or `guess:<id>`) every answer in the order in which it was given, `right`
being null where nobody can say; `turns` keeps when the learner's own code first passed.

With `COURSE_PROGRESS=off`, under CI without `COURSE_PROGRESS`, and outside of a notebook, nothing is kept on disk:
answers last as long as the Python that runs. So they do, said in one line, where the file cannot be written. Two
notebooks may write at once. A file that cannot be understood is set aside as `progress.json.damaged`; one that a newer
version of the course wrote is left alone.

For whoever writes a notebook. Imports nothing else of `helpers`.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

NAME = "progress.json"
VERSION = 1
DAYS = (1, 7, 21)  # after the first answer: when a question comes again
LOCK_SECONDS = 5.0
WHILE_IT_RUNS = "your answers are remembered until this kernel stops"

# What lasts as long as this Python: under None where there is no file, under its path where a file cannot be used.
_in_process: dict[Path | None, dict[str, Any]] = {}


@dataclass(frozen=True)
class Answer:
    """One answer: when it was given, what it was, and whether it was right (None if nobody can say)."""

    time: datetime
    answer: str | float
    right: bool | None


def remember_answer(key: str, answer: str | float, *, right: bool | None) -> None:
    """Keep an answer, with the time; the same answer again on the same day is not kept twice.

    Args:
        key: which question: `"quiz:what-is-a-neuron"`, `"guess:4.1.3-doubled-rate"`.
        answer: the text of the chosen option, or the number or text that was written.
        right: whether it is right, None if nobody can say.
    """
    moment = now()
    entry = {"time": moment.isoformat(), "answer": answer, "right": right}

    def add(memory: dict[str, Any]) -> None:
        given = memory["answers"].setdefault(key, [])
        if not given or (given[-1]["answer"], _time(given[-1]["time"]).date()) != (answer, moment.date()):
            given.append(entry)

    _change(add)


def remember_turn(name: str) -> None:
    """Keep that the learner's own code passed; the first time counts."""
    time = now().isoformat()
    _change(lambda memory: memory["turns"].setdefault(name, time))


def answers() -> dict[str, list[Answer]]:
    """All answers by question, each question's in the order in which they were given."""
    return {key: [_read_answer(entry) for entry in given] for key, given in _change()["answers"].items()}


def turns() -> dict[str, datetime]:
    """The turns that the learner's own code has passed, each with the first time."""
    return {name: _time(time) for name, time in _change()["turns"].items()}


def due(history: Mapping[str, Sequence[Answer]], moment: datetime) -> list[str]:
    """The questions that it is time to ask again, those that have waited longest first.

    A question comes again 1, 7 and 21 days after its first answer. Days are those of the calendar: what was answered
    in the evening is due the next morning. Who comes late skips what was missed: an answer on day 10 stands for days 1
    and 7. A wrong answer to a question that was due starts the count anew. An answer before its day changes nothing.

    Args:
        history: by question, its answers in the order in which they were given.
        moment: the time that is asked about, on the learner's own clock.

    Example:
        >>> first = Answer(datetime(2026, 11, 21), "A", False)
        >>> due({"quiz:shape": [first]}, datetime(2026, 11, 21)), due({"quiz:shape": [first]}, datetime(2026, 11, 22))
        ([], ['quiz:shape'])
    """
    days = {key: next_day(given) for key, given in history.items()}
    waiting = [(day, key) for key, day in days.items() if day is not None and day <= moment.date()]
    return [key for _, key in sorted(waiting)]


def next_day(given: Sequence[Answer]) -> date | None:
    """The day on which a question comes again, None if never: not answered yet, or answered on all its days."""
    if not given:
        return None
    start, next_one = given[0].time.date(), given[0].time.date() + timedelta(DAYS[0])
    for answer in given[1:]:
        if next_one is None or answer.time.date() < next_one:
            continue
        if answer.right is False:
            start = answer.time.date()
        later = (start + timedelta(days) for days in DAYS)
        next_one = next((day for day in later if day > answer.time.date()), None)
    return next_one


def memory_file() -> Path | None:
    """The file that remembers, None if nothing is kept on disk."""
    wanted = os.environ.get("COURSE_PROGRESS", "")
    if wanted.lower() == "off":
        return None
    if wanted:
        path = Path(wanted).expanduser().absolute()
        return path / NAME if path.is_dir() else path
    if os.environ.get("CI") or not in_notebook():
        return None
    import platformdirs

    return platformdirs.user_data_path("hidden-layers", appauthor=False) / NAME


def in_notebook() -> bool:
    """Whether a notebook's kernel runs this; to ask loads nothing."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and hasattr(ipython.get_ipython(), "kernel")


def now() -> datetime:
    """The time on the learner's clock, with the time zone."""
    return datetime.now().astimezone().replace(microsecond=0)


def _change(change: Callable[[dict[str, Any]], object] | None = None) -> dict[str, Any]:
    """Read what is remembered, change it if asked to, keep it; return it."""
    path = memory_file()
    if path is not None and path not in _in_process:
        try:
            return _change_file(path, change)
        except NewerVersion:
            _in_process[path] = _new()
            _say(f"{path} is from a newer version of the course and is left alone: {WHILE_IT_RUNS}.")
        except (OSError, NotImplementedError) as error:  # NotImplementedError: a file system without locks
            _in_process[path] = _readable_part(path)
            _say(f"{path} cannot be written ({_reason(error)}): {WHILE_IT_RUNS}.")
    memory = _in_process.setdefault(path, _new())
    if change:
        change(memory)
    return memory


def _change_file(path: Path, change: Callable[[dict[str, Any]], object] | None) -> dict[str, Any]:
    from filelock import FileLock

    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{path}.lock", timeout=LOCK_SECONDS):
        memory = _read_or_set_aside(path)
        if change:
            before = json.dumps(memory)
            change(memory)
            if json.dumps(memory) != before:
                _write(path, memory)
    return memory


class NewerVersion(Exception):
    """The file was written by a newer version of the course."""


class Damaged(Exception):
    """The file does not hold what it should."""


def _new() -> dict[str, Any]:
    return {"version": VERSION, "answers": {}, "turns": {}}


def _read_or_set_aside(path: Path) -> dict[str, Any]:
    try:
        return _read(path)
    except Damaged:
        aside = _free_name(Path(f"{path}.damaged"))
        path.replace(aside)
        _say(f"{path} is damaged: it was set aside as {aside.name}, and a new one begins.")
        return _new()


def _read(path: Path) -> dict[str, Any]:
    """What the file remembers; fields that this version does not know stay as they are."""
    try:
        memory = json.loads(path.read_text(encoding="utf-8-sig"))
        if memory["version"] > VERSION:
            raise NewerVersion
        for given in memory["answers"].values():
            for entry in given:
                _read_answer(entry)
        for time in memory["turns"].values():
            _time(time)
    except FileNotFoundError:
        return _new()
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Damaged from error
    return memory


def _read_answer(entry: dict[str, Any]) -> Answer:
    answer, right = entry["answer"], entry["right"]
    if not isinstance(answer, (str, int, float)) or not (right is None or isinstance(right, bool)):
        raise ValueError(f"wanted an answer that is text or a number, and right as true, false or null, got {entry}")
    return Answer(_time(entry["time"]), answer, right)


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _write(path: Path, memory: dict[str, Any]) -> None:
    """Write beside the file, then rename: a reader, or a crash, finds the old file or the new one, never half of it."""
    temporary = Path(f"{path}.new")
    with temporary.open("w", encoding="utf-8") as file:
        json.dump(memory, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _free_name(path: Path) -> Path:
    """The path itself, or with the first number that is free."""
    names = (path, *(path.with_name(f"{path.name}-{number}") for number in range(2, 100)))
    return next((name for name in names if not name.exists()), path)


def _readable_part(path: Path) -> dict[str, Any]:
    """What can be read of a file that cannot be written."""
    with suppress(OSError, Damaged, NewerVersion):
        return _read(path)
    return _new()


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or type(error).__name__


def _say(line: str) -> None:
    print(line)
