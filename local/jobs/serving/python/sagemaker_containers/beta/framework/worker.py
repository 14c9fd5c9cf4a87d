"""The response object that output_fn and transform_fn may return; Flask's, as far as it is used so."""


class Response:
    def __init__(self, response=None, status=200, mimetype=None, **_ignored):
        self._body = response
        self.status_code = int(status) if status is not None else 200
        self.mimetype = mimetype

    def get_data(self):
        if self._body is None:
            return b""
        return self._body.encode() if isinstance(self._body, str) else bytes(self._body)
