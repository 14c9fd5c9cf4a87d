"""Errors of the toolkit."""

from stepmill_serving.formats import UnsupportedFormatError

__all__ = [
    "ChannelDoesNotExistException",
    "ClientError",
    "ImportModuleError",
    "UnsupportedFormatError",
]


class ClientError(Exception):
    """The user's code failed."""


class ImportModuleError(ClientError):
    """A script could not be imported."""


class ChannelDoesNotExistException(Exception):
    """A job has no such channel."""

    def __init__(self, channel_name):
        super().__init__(f"Channel {channel_name} is not a valid channel")
