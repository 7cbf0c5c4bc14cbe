"""What the messages quoted in 4.2.1 come from."""

SAYS = {
    "AttributeError: 'float' object has no attribute 'data'": """
class Value:
    def __init__(self, data):
        self.data = data


def double(u):
    return 2 * u.data


def add(u, v):
    return Value(u.data + v.data)


add(double(Value(3.0)), Value(1.0))
""",
}
