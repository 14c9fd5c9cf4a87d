"""Between bodies and arrays."""

from sagemaker_containers._encoders import decode, encode

__all__ = ["decode", "encode"]
