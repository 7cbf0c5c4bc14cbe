"""What says the messages that 4.3.3 quotes."""

SAYS = {
    "NotImplementedError: mean(): could not infer output dtype": "import torch\ntorch.tensor([True, False]).mean()",
}
