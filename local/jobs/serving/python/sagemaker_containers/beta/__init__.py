"""Where the library keeps its public face."""
