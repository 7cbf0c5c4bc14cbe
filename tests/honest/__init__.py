"""Honest submissions: none may lose a mark to the machinery that grades them."""
