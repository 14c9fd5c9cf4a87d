"""Starts one serving container: code, model, then the socket, so that /ping answers only when all is loaded."""

import os
import sys
import traceback

from stepmill_serving import server
from stepmill_serving.settings import Settings


def main():
    pipeline = os.environ.get("STEPMILL_PIPELINE")
    if pipeline is not None:
        from stepmill_serving import joined

        return joined.main(pipeline)
    settings = Settings.from_environment(os.environ)
    try:
        application = load_application(settings)
    except Exception as error:
        print_own_frames(error)
        print(
            "The model could not be loaded; the server does not start.", file=sys.stderr, flush=True
        )
        return 1
    server.serve(settings.socket_path, application, settings.threads)
    return 0


def print_own_frames(error):
    """The traceback without this server's frames and the import machinery's: what is left is the user's."""
    trace = traceback.TracebackException.from_exception(error)
    here = os.path.dirname(__file__)
    own = [
        f
        for f in trace.stack
        if not f.filename.startswith((here, "<frozen")) and "importlib" not in f.filename
    ]
    trace.stack = traceback.StackSummary.from_list(own)
    print("".join(trace.format()), file=sys.stderr, end="", flush=True)


def load_application(settings):
    """Script mode where a program is named or `code/inference.py` exists, else XGBoost's algorithm mode."""
    from stepmill_serving import script_mode

    program = script_mode.find_program(settings)
    if program is not None:
        return script_mode.ScriptApplication(settings, program)
    if settings.framework == "xgboost":
        from stepmill_serving.xgboost_algorithm import AlgorithmApplication

        return AlgorithmApplication(settings)
    raise FileNotFoundError(
        "no inference script: set SAGEMAKER_PROGRAM, or put code/inference.py into model.tar.gz"
    )
