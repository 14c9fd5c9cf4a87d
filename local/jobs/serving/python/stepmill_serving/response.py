"""The response that output_fn and transform_fn may return: the library's, made of Flask's, as far as it is used so."""

from stepmill_serving.formats import JSON

#: Flask names the characters of these, and of all texts.
NAMED_CHARACTERS = ("application/javascript", "application/xml")


class Response:
    """Positional arguments are in the library's order: the second, `accept`, has no effect."""

    def __init__(
        self,
        response=None,
        accept=None,
        status: int | str = 200,
        headers=None,
        mimetype=None,
        direct_passthrough=False,
    ):
        self.status_code = status_number(status)
        self.headers = dict(headers or {})
        given = next((name for name in self.headers if name.lower() == "content-type"), None)
        own = None if given is None else self.headers.pop(given)
        if mimetype is not None or own is None:
            own = with_characters(JSON if mimetype is None else mimetype)
        self.content_type = own
        self.data = response

    @property
    def mimetype(self):
        return self.content_type.partition(";")[0].strip().lower()

    @property
    def status(self):
        return str(self.status_code)

    def set_data(self, value):
        self.data = value

    def get_data(self, as_text=False):
        data = bytes_of(self.data)
        return data.decode() if as_text else data


def status_number(status):
    """A number, or a number and a phrase."""
    return int(status.split()[0]) if isinstance(status, str) else int(status)


def with_characters(mimetype):
    """Flask's quirk: it appends the characters, whether the type names them already or not."""
    is_text = mimetype.startswith("text/") or mimetype.endswith("+xml")
    if is_text or mimetype in NAMED_CHARACTERS:
        return f"{mimetype}; charset=utf-8"
    return mimetype


def bytes_of(body):
    """A text, bytes, or parts of either."""
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, (bytes, bytearray)):
        return bytes(body)
    return b"".join(part.encode() if isinstance(part, str) else bytes_part(part) for part in body)


def bytes_part(part):
    if not isinstance(part, (bytes, bytearray)):
        raise TypeError(f"a part of the answer is {type(part).__name__}, neither text nor bytes")
    return bytes(part)
