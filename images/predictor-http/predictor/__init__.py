"""A model of this repository as an HTTP service."""
