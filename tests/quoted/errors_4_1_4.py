"""What the messages quoted in 4.1.4 come from."""

SAYS = {
    "RuntimeError: Trying to backward through the graph a second time": """
import torch
w = torch.ones(2, requires_grad=True)
loss = (w**2).sum()
loss.backward()
loss.backward()
""",
}
