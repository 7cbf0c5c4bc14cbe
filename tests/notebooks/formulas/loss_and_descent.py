"""4.1.3: the loss of a grid of lines, against a loop over lines and points."""

from types import ModuleType

import torch

NOTEBOOK = "4.1.3"


def check_loss_of_lines(notebook: ModuleType) -> None:
    generator = torch.Generator().manual_seed(0)
    notebook.x, notebook.y = torch.randn(2, 7, generator=generator, dtype=torch.float64)
    w, b = torch.randn(2, 3, 4, generator=generator, dtype=torch.float64)
    pairs = zip(notebook.x, notebook.y, strict=True)
    squares = torch.stack([(w * x + b - y) ** 2 for x, y in pairs])  # (N, rows, columns)
    torch.testing.assert_close(notebook.loss_of_lines(w, b), squares.sum(dim=0) / 7)


SLIPS = [
    ("check_loss_of_lines", "((y_hat - y) ** 2).mean(dim=-1)", "((y_hat - y) ** 2).sum(dim=-1)"),
    ("check_loss_of_lines", "((y_hat - y) ** 2).mean(dim=-1)", "((y_hat + y) ** 2).mean(dim=-1)"),
    ("check_loss_of_lines", "w[..., None] * x + b[..., None]", "w[..., None] * x - b[..., None]"),
]
