"""Between bodies and arrays."""

from stepmill_serving.formats import decode, encode

__all__ = ["decode", "encode"]
