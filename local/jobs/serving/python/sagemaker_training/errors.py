"""Errors of the toolkit."""

from sagemaker_containers._errors import ClientError, ImportModuleError, UnsupportedFormatError

__all__ = ["ChannelDoesNotExistError", "ClientError", "ImportModuleError", "UnsupportedFormatError"]


class ChannelDoesNotExistError(Exception):
    """A job has no such channel."""

    def __init__(self, channel_name):
        super().__init__(f"Channel {channel_name} is not a valid channel")
