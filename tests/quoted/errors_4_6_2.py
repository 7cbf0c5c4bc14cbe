"""What the messages quoted in 4.6.2 come from."""

GRAPH = """
from io import BytesIO
import numpy as np
import onnxruntime
import torch
from torch import nn

class Flat(nn.Module):
    def forward(self, images):
        return (images / 255).flatten(1)

example = torch.zeros(2, 28, 28, dtype=torch.uint8)
"""
SESSION = (
    GRAPH
    + """
file = BytesIO()
torch.onnx.export(Flat(), (example,), file, input_names=["images"], dynamo=True, verbose=False)
session = onnxruntime.InferenceSession(file.getvalue())
"""
)

SAYS = {
    "AssertionError: Guard failed: images.size()[0] == 2": GRAPH
    + """
torch.export.export(Flat(), (example,)).module()(torch.zeros(5, 28, 28, dtype=torch.uint8))
""",
    "Unexpected input data type. Actual: (tensor(float)) , expected: (tensor(uint8))": SESSION
    + """
session.run(None, {"images": np.zeros((2, 28, 28), dtype=np.float32)})
""",
    "RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn": """
import torch
from torch import nn
network = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))
network[-1] = nn.Linear(3, 5)
network.requires_grad_(False)
nn.functional.cross_entropy(network(torch.zeros(2, 4)), torch.tensor([0, 1])).backward()
""",
}
