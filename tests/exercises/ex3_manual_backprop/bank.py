"""Answers to ex3: right ones in other styles, and the mistakes that students make, each with the hint meant for it."""

from tests.exercises.ex3_manual_backprop import answers_more as more
from tests.exercises.ex3_manual_backprop import answers_rules as rules
from tests.exercises.ex3_manual_backprop import answers_steps as steps
from tests.exercises.ex3_manual_backprop import answers_swish as swish

RIGHT = {
    "linear": rules.LINEAR_RIGHT | more.LINEAR_RIGHT,
    "gates": rules.GATES_RIGHT | more.GATES_RIGHT,
    "softmax_cross_entropy": rules.SOFTMAX_RIGHT | more.SOFTMAX_RIGHT,
    "mlp_step": steps.MLP_RIGHT | more.MLP_RIGHT,
    "fault": steps.FAULT_RIGHT | more.FAULT_RIGHT,
    "Swish": swish.SWISH_RIGHT | more.SWISH_RIGHT,
}
WRONG = {
    "linear": rules.LINEAR_WRONG | more.LINEAR_WRONG,
    "gates": rules.GATES_WRONG | more.GATES_WRONG,
    "softmax_cross_entropy": rules.SOFTMAX_WRONG | more.SOFTMAX_WRONG,
    "mlp_step": steps.MLP_WRONG | more.MLP_WRONG,
    "fault": steps.FAULT_WRONG | more.FAULT_WRONG,
    "Swish": swish.SWISH_WRONG | more.SWISH_WRONG,
}
