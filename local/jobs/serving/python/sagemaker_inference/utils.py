"""Small helpers."""

import re


def read_file(path, mode="r"):
    with open(path, mode) as file:
        return file.read()


def write_file(path, data, mode="w"):
    with open(path, mode) as file:
        file.write(data)


def retrieve_content_type_header(request_property):
    """The content type among the headers of a request, however it is spelled."""
    return next(
        (
            value
            for name, value in request_property.items()
            if re.match("[Cc]ontent-?[Tt]ype", name)
        ),
        None,
    )


def parse_accept(accept):
    return accept.replace(" ", "").split(",")


def remove_crlf(illegal_string):
    return illegal_string.replace("\r", " ").replace("\n", " ")
