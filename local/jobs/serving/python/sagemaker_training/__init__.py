"""The part of the images' training toolkit that scripts import."""

from stepmill_serving.absent import declare

declare(
    __name__,
    *("cli", "entry_point", "files", "functions", "intermediate_output", "modules", "mpi"),
    *("params", "process", "pytorch_xla", "record_pb2", "recordio", "runner", "smdataparallel"),
    *("timeout", "torch_distributed", "trainer"),
)
