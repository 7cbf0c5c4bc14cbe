"""What the messages that 4.3.1 quotes are said by."""

SAYS = {
    "RuntimeError: expected target dtype to be Long or Byte, but got Int": (
        "import torch\n"
        "import torch.nn.functional as F\n"
        "F.cross_entropy(torch.zeros(4, 2), torch.tensor([0, 1, 1, 0], dtype=torch.int32))\n"
    ),
}
