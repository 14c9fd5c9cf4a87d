"""From bodies to arrays."""

from stepmill_serving.formats import decode

__all__ = ["decode"]
