"""How a slip is made in an answer."""


def slip(answer: str, *changes: str) -> str:
    """The answer with some of its text replaced: old, new, old, new, ..."""
    for old, new in zip(changes[::2], changes[1::2], strict=True):
        assert old in answer, old
        answer = answer.replace(old, new)
    return answer
