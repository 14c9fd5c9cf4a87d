"""The part of the scikit-learn image's library that scripts import."""

from stepmill_serving.absent import declare

declare(__name__, "handler_service", "mms_patch", "serving", "serving_mms", "training")
