"""Names of the image."""
