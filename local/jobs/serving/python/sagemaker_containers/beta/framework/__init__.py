"""Encoders, content types, errors and the worker's response."""

from sagemaker_containers.beta.framework import content_types, encoders, errors, worker

__all__ = ["content_types", "encoders", "errors", "worker"]
