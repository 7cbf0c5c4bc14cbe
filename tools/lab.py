"""Open the course in JupyterLab with the settings of tools/jupyter: `make lab`, or `python tools/lab.py [OPTIONS]`.

Prints the address and how to stop it; JupyterLab itself prints errors only. The options are JupyterLab's own, such as
--no-browser and --port. Needs nothing but what requirements.txt installs.
"""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from jupyter_server.serverapp import ServerApp
from jupyterlab.labapp import LabApp, get_workspaces_dir
from jupyterlab_server.workspaces_handler import WorkspacesManager, slugify

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = ROOT / "tools" / "jupyter"
WORKSPACE = SETTINGS / "hidden-layers.jupyterlab-workspace"


def use_settings_of_course() -> None:
    """Put the folder with the course's settings and kernel before all others that Jupyter looks into."""
    for variable in ("JUPYTER_CONFIG_PATH", "JUPYTER_PATH"):
        others = os.environ.get(variable)
        os.environ[variable] = os.pathsep.join([str(SETTINGS), *([others] if others else [])])


def lay_out(workspaces: Path) -> None:
    """Store the layout with the table of contents for the first visit; a layout that is there stays as it is."""
    name = json.loads(WORKSPACE.read_text(encoding="utf-8"))["metadata"]["id"]
    if not (workspaces / (slugify(name) + WORKSPACE.suffix)).exists():
        WorkspacesManager(str(workspaces)).save(name, WORKSPACE.read_text(encoding="utf-8"))


def announcement(server: ServerApp) -> str:
    """Return the two lines for the learner, and keep JupyterLab from printing the same address in its own eight."""
    address = server.public_url
    server.identity_provider.token_generated = False
    return f"Hidden Layers is open at {address}\nStop it with Ctrl-C in this window."


def main(arguments: Sequence[str]) -> None:
    """Run JupyterLab until it is stopped; the lines appear once the server answers."""
    os.chdir(ROOT)
    use_settings_of_course()
    lay_out(Path(get_workspaces_dir()))
    server = LabApp.initialize_server(argv=list(arguments))
    lines = announcement(server)
    server.io_loop.add_callback(lambda: print(lines, flush=True))
    server.start()


if __name__ == "__main__":
    main(sys.argv[1:])
