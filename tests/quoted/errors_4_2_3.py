"""What the messages quoted in 4.2.3 come from."""

SAYS = {
    "Jacobian mismatch for output 0 with respect to input 0": """
import torch
torch.autograd.gradcheck(torch.relu, torch.zeros(1, dtype=torch.float64, requires_grad=True))
""",
}
