"""What the messages quoted in 4.5.6 come from."""

SAYS = {
    "KeyError: 0": """
import pandas as pd
table = pd.DataFrame({"photo": ["a.png", "b.png"]}, index=[7, 3])
table.loc[0]
""",
    "ModuleNotFoundError: No module named 'my_data'": """
import subprocess
import sys
command = [sys.executable, "-I", "-c", "import my_data"]
print(subprocess.run(command, capture_output=True, text=True).stderr)
""",
    "NameError: name 'Image' is not defined": """
module = {}
exec("def open_photo(path): return Image.open(path)", module)
module["open_photo"]("a.png")
""",
    "UnpicklingError: Weights only load failed.": """
import io
import numpy as np
import torch
file = io.BytesIO()
torch.save({"mean": np.float64(3.0)}, file)
file.seek(0)
torch.load(file)
""",
}
