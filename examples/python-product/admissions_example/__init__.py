"""A small product behind the Python door of Generale."""
