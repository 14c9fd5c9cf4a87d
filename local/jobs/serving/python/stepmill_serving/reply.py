"""What an application answers."""

from typing import NamedTuple

HTML = "text/html; charset=utf-8"


class Reply(NamedTuple):
    status: int
    body: bytes | str
    content_type: str
    headers: tuple[tuple[str, str], ...] = ()


#: The page that the images' web framework answers an exception with; what was raised is in the log only.
INTERNAL_ERROR = Reply(
    500,
    "<!doctype html>\n<html lang=en>\n<title>500 Internal Server Error</title>\n"
    "<h1>Internal Server Error</h1>\n"
    "<p>The server encountered an internal error and was unable to complete your request. "
    "Either the server is overloaded or there is an error in the application.</p>\n",
    HTML,
)
