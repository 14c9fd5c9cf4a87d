"""Errors by whose they are."""


class BaseToolkitError(Exception):
    """An error with a message, or with that of its cause."""

    def __init__(self, message=None, caused_by=None):
        text = message or (str(caused_by) if caused_by else "unknown error occurred")
        if caused_by:
            text = f"{text} (caused by {type(caused_by).__name__})"
        super().__init__(text)
        self.message = text
        self.caused_by = caused_by


class AlgorithmError(BaseToolkitError):
    """The algorithm failed."""


class UserError(BaseToolkitError):
    """The user's settings or data are wrong."""


class PlatformError(BaseToolkitError):
    """The platform failed."""
