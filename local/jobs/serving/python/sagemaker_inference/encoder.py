"""From predictions to bodies."""

from stepmill_serving.formats import CSV, JSON, NPY, encode

__all__ = ["SUPPORTED_CONTENT_TYPES", "encode"]

SUPPORTED_CONTENT_TYPES = {JSON, CSV, NPY}
