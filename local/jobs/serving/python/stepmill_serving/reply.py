"""What an application answers."""

from typing import NamedTuple


class Reply(NamedTuple):
    status: int
    body: bytes | str
    content_type: str
