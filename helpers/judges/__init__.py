"""What stands behind the check cells of the exercises: one module per exercise. For whoever writes or marks exercises.

A check cell calls a function of its module, with the names that the student has written:

    from helpers.judges import ex3 as judge

    with question("linear_backward") as q1:
        judge.linear_backward(linear_backward, seed=1)

A judge gets the student's functions as arguments, draws its cases from a seed, and raises `NotYet` with the likeliest
cause. Wanted values come from PyTorch or from another way of computing, never from a solution: whoever reads this finds
the demands, and no answers. `common` holds what several judges need.
"""
