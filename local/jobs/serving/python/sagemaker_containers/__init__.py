"""The part of the XGBoost and the scikit-learn image's library that scripts import."""

from stepmill_serving.absent import declare
from stepmill_serving.training_environment import TrainingEnvironment


def training_env():
    return TrainingEnvironment()


declare(
    __name__,
    *("_files", "_functions", "_intermediate_output", "_modules", "_mpi", "_params", "_process"),
    *("_recordio", "_runner", "_server", "_timeout", "_trainer", "_transformer", "cli"),
    *("entry_point", "record_pb2"),
)
