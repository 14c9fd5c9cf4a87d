"""The part of the XGBoost image's library that scripts import."""

from stepmill_serving.absent import declare

declare(
    __name__,
    *("algorithm_mode", "callback", "distributed_gpu", "dmlc_patch", "handler_service", "metrics"),
    *("mms_patch", "prediction_utils", "recordio_protobuf", "serving", "serving_mms", "training"),
)
