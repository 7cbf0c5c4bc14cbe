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
    # Four times as long as the rest of the step takes: out of its band on a slow machine, too, and still milliseconds.
    "a loader that dawdles": """
import time
from helpers.loaders import BatchLoader
pass_over = BatchLoader.__iter__
def dawdle(self):
    handed_over = time.perf_counter()
    for batch in pass_over(self):
        time.sleep(min(4 * (time.perf_counter() - handed_over), 0.05))
        handed_over = time.perf_counter()
        yield batch
BatchLoader.__iter__ = dawdle
""",
    "a scrambled target": """
import dataclasses
from helpers.data import tables
def load_table(name, **options):
    data = tables.load_table(name, **options)
    target = data.target.sample(frac=1, random_state=0).set_axis(data.target.index)
    return dataclasses.replace(data, target=target)
""",
    "no step by hand": """
import torch
torch.Tensor.__sub__ = lambda self, other: self
""",
}
