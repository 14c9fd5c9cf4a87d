"""The toolkit's logger."""

import logging


def get_logger():
    return logging.getLogger("sagemaker-inference")


def configure_logger():
    logging.basicConfig(format="%(asctime)s %(levelname)s - %(name)s - %(message)s")
