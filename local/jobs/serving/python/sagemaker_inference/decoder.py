"""From bodies to arrays."""

from stepmill_serving.formats import CSV, JSON, NPY, decode

__all__ = ["SUPPORTED_CONTENT_TYPES", "decode"]

SUPPORTED_CONTENT_TYPES = {JSON, CSV, NPY}
