"""The response object that output_fn and transform_fn may return."""

from stepmill_serving.response import Response

__all__ = ["Response"]
