"""What the messages quoted in 4.3.8 come from."""

SAYS = {
    "ValueError: Tried to step 11 times. The specified number of total steps is 10": """
import torch
optimizer = torch.optim.SGD(torch.nn.Linear(1, 1).parameters(), lr=0.1)
scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.1, total_steps=10)
for _ in range(11):
    optimizer.step()
    scheduler.step()
""",
    "UnpicklingError: Weights only load failed.": """
import io
import torch
file = io.BytesIO()
torch.save(torch.nn.Linear(1, 1), file)
file.seek(0)
torch.load(file)
""",
}
