"""From predictions to bodies."""

from stepmill_serving.formats import encode

__all__ = ["encode"]
