"""Names of the algorithm."""

MODEL_NAME = "xgboost-model"
