"""What the messages quoted in 4.1.2 come from."""

SAYS = {
    "RuntimeError: addmm: mat1 and mat2 shapes cannot be multiplied (1792x28 and 784x10)": """
import torch
torch.nn.Linear(784, 10)(torch.zeros(64, 1, 28, 28))
""",
    "RuntimeError: mat1 and mat2 must have the same dtype, but got Double and Float": """
import torch
torch.nn.Linear(3, 2)(torch.zeros(4, 3, dtype=torch.float64))
""",
    "RuntimeError: Tensor on device meta is not on the expected device cpu!": """
import torch
torch.nn.Linear(3, 2).to("meta")(torch.zeros(4, 3))
""",
}
