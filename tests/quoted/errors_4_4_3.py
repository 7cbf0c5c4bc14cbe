"""What the messages quoted in 4.4.3 come from."""

SAYS = {
    "TypeError: default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; "
    "found <class 'PIL.Image.Image'>": """
from PIL import Image
from torch.utils.data import default_collate
default_collate([(Image.new("L", (28, 28)), 3)])
""",
    "mat1 and mat2 shapes cannot be multiplied (32x2352 and 784x128)": """
import torch
from torch import nn
nn.Sequential(nn.Flatten(), nn.Linear(784, 128))(torch.zeros(32, 3, 28, 28))
""",
    "RuntimeError: stack expects each tensor to be equal size, ...": """
import torch
from torch.utils.data import default_collate
default_collate([torch.zeros(1, 28, 28), torch.zeros(1, 28, 30)])
""",
}
