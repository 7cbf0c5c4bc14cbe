"""What the messages quoted in 4.4.4 come from."""

SAYS = {
    "OSError: image file is truncated": """
import io
from PIL import Image
whole = io.BytesIO()
Image.effect_noise((28, 28), 50).save(whole, "PNG")
Image.open(io.BytesIO(whole.getvalue()[: len(whole.getvalue()) // 2])).convert("L")
""",
    "TypeError: default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; "
    "found <class 'NoneType'>": """
from torch.utils.data import default_collate
default_collate([None, None])
""",
    "Can't get attribute 'DigitFiles' on <module '__main__'": """
import pickle, sys, types
from unittest.mock import patch
with patch.dict(sys.modules, __main__=types.ModuleType("__main__")):  # however the tests were started
    pickle.loads(b"\\x80\\x04\\x8c\\x08__main__\\x94\\x8c\\nDigitFiles\\x94\\x93\\x94.")
""",
    "DataLoader worker ... exited unexpectedly": """
import os
from torch.utils.data import DataLoader, Dataset

class Dies(Dataset):
    def __len__(self):
        return 1
    def __getitem__(self, index):
        os._exit(1)

list(DataLoader(Dies(), num_workers=1, multiprocessing_context="fork", timeout=30))
""",
    "An attempt has been made to start a new process before ...": """
import subprocess
import sys
import tempfile
from pathlib import Path
script = Path(tempfile.mkdtemp()) / "script.py"
script.write_text("import multiprocessing\\nmultiprocessing.get_context('spawn').Process(target=print).start()\\n")
print(subprocess.run([sys.executable, script], capture_output=True, text=True).stderr)
""",
}
