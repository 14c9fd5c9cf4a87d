"""Errors that the transformer knows."""

from stepmill_serving.formats import UnsupportedFormatError

__all__ = ["ClientError", "UnsupportedFormatError"]


class ClientError(Exception):
    """The user's code failed."""
