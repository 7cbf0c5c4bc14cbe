"""What the messages quoted in 4.5.3 come from."""

SAYS = {
    "predictions are (256, 1), but targets are (256,)": """
import torch
from torch import nn
from helpers.loaders import BatchLoader
from helpers.training import fit
model = nn.Linear(8, 1)
loader = BatchLoader(torch.randn(256, 8), torch.randn(256), batch_size=256)
fit(model, loader, loss_fn=nn.functional.mse_loss, optimizer=torch.optim.SGD(model.parameters(), lr=0.1), epochs=1)
""",
}
