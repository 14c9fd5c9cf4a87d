"""Training on several hosts; a local job has one."""

import sys


def wait_hostname_resolution(sm_hosts):
    """The one host is this one."""


def rabit_run(
    exec_fun,
    args,
    include_in_training,
    hosts,
    current_host,
    first_port=None,
    second_port=None,
    max_connect_attempts=None,
    connect_retry_timeout=10,
    update_rabit_args=False,
):
    """Call the function, as the image does where one host has data."""
    if len(hosts) > 1:
        raise ImportError(
            "sagemaker_xgboost_container.distributed trains on several hosts in SageMaker's image, "
            "but not in Stepmill's local jobs, which have one."
        )
    if not include_in_training:
        sys.exit(0)
    exec_fun(**{**args, "is_master": True} if update_rabit_args else args)
