"""What the messages quoted in 4.6.1 come from."""

SAYS = {
    "UnpicklingError: Weights only load failed.": """
import io
import numpy as np
import torch
file = io.BytesIO()
torch.save({"numpy": np.random.get_state()}, file)
file.seek(0)
torch.load(file, weights_only=True)
""",
    "RuntimeError: PytorchStreamReader failed reading zip archive: failed finding central directory": """
import io
import torch
file = io.BytesIO()
torch.save({"W": torch.zeros(300, 300)}, file)
torch.load(io.BytesIO(file.getvalue()[: file.tell() // 2]), weights_only=True)
""",
    "ValueError: Key `epoch` is invalid, expected torch.Tensor but received <class 'int'>": """
from safetensors.torch import save
save({"epoch": 3})
""",
}
