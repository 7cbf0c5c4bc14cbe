"""What the messages quoted in 4.2.4 come from."""

SAYS = {
    "ValueError: can't optimize a non-leaf Tensor": """
import torch
W = torch.randn(3, requires_grad=True) * 0.1
torch.optim.SGD([W], lr=0.1)
""",
}
