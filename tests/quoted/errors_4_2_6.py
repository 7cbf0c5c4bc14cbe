"""What PyTorch says, as notebook 4.2.6 quotes it."""

HEAD = "import torch\nfrom torch.autograd import Function\nX = torch.ones(3, requires_grad=True)\n"

SAYS = {
    "returned an incorrect number of gradients": f"""{HEAD}
class Scale(Function):
    @staticmethod
    def forward(X, factor):
        return factor * X

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.factor = inputs[1]

    @staticmethod
    def backward(ctx, E):
        return ctx.factor * E

Scale.apply(X, 3.0).sum().backward()
""",
    "Legacy autograd function with non-static forward method is deprecated": f"""{HEAD}
class OldStyle(Function):
    def forward(self, X):
        return 2 * X

    def backward(self, E):
        return 2 * E

OldStyle()(X)
""",
    "trying to differentiate twice a function that was marked with @once_differentiable": f"""{HEAD}
from torch.autograd.function import once_differentiable

class Once(Function):
    @staticmethod
    def forward(ctx, X):
        ctx.save_for_backward(X)
        return X**2

    @staticmethod
    @once_differentiable
    def backward(ctx, E):
        return 2 * E * ctx.saved_tensors[0]

(slope,) = torch.autograd.grad((Once.apply(X) ** 2).sum(), X, create_graph=True)
slope.sum().backward()
""",
}
