"""Decks for teaching."""
