"""What PyTorch says, as notebook 4.2.5 quotes it."""

W = "import torch\nw = torch.tensor(2.0, requires_grad=True)\n"

SAYS = {
    "does not require grad and does not have a grad_fn": f"{W}torch.tensor((w**2).item()).backward()",
    "Can't call numpy() on Tensor that requires grad": f"{W}(w**2).numpy()",
    "grad can be implicitly created only for scalar outputs": f"{W}(w * torch.ones(3)).backward()",
    "Trying to backward through the graph a second time": f"{W}loss = w**2\nloss.backward()\nloss.backward()",
    "a leaf Variable that requires grad is being used in an in-place operation": f"{W}w -= 0.1",
    "modified by an inplace operation": f"{W}h = torch.sigmoid(w)\nh += 1\nh.backward()",
    "returned nan values in its 0th output": f"""{W}
x = torch.zeros(1, requires_grad=True)
with torch.autograd.set_detect_anomaly(True):
    torch.where(x > 0, x.sqrt(), 0.0).sum().backward()
""",
}
