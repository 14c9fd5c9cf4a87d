"""The part of the XGBoost image's library that scripts import."""

from stepmill_serving.absent import declare

declare(__name__, "channel_validation", "hyperparameter_validation", "metadata", "metrics")
