"""The kinds of problems that a project declares."""

REGRESSION = "regression"
BINARY = "binary"
MULTICLASS = "multiclass"
