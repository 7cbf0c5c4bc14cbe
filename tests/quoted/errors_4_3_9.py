"""What says the messages that 4.3.9 quotes."""

LOSS = "import torch\nfrom torch.nn.functional import binary_cross_entropy_with_logits as loss\n"

SAYS = {
    "RuntimeError: result type Float can't be cast to the desired output type Long": LOSS
    + "loss(torch.zeros(4, 10), torch.zeros(4, 10, dtype=torch.int64))",
    "ValueError: Target size (torch.Size([64])) must be the same as input size (torch.Size([64, 1]))": LOSS
    + "loss(torch.zeros(64, 1), torch.zeros(64))",
}
