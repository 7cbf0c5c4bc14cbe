"""Ways to break a model, each as a cell of code that is slipped in before the notebook trains."""

SABOTAGES = {
    "no learning": """
import torch
for optimizer in (torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW):
    optimizer.step = lambda self, closure=None: None
""",
    "no learning by hand": """
import torch
torch.Tensor.__isub__ = lambda self, change: self
""",
    "no activation": """
import torch
for activation in (torch.nn.ReLU, torch.nn.Tanh):
    activation.forward = lambda self, Z: Z
""",
    "a linear layer that is not linear": """
import torch
def forward(self, X):
    return torch.stack([X.prod(dim=1), -X.prod(dim=1)], dim=1) + 0 * self.weight.sum()
torch.nn.Linear.forward = forward
""",
    "an identity that bends": """
import torch
torch.nn.Identity.forward = lambda self, Z: torch.tanh(Z)
""",
}
