"""A folder of Markdown posts in, perfect Atom, RSS and JSON feeds out."""

__version__ = "0.1.0"
