"""Start the service: `python -m predictor serve`, as SageMaker starts a container."""

import os
import sys

import uvicorn
from predictor.app import create_app
from predictor.capture import find_capture
from predictor.fetch import find_model
from predictor.model import load_model

#: Longer than the 60 seconds after which a load balancer closes an idle connection, so that it never
#: sends a request into one that is being closed.
KEEP_ALIVE_SECONDS = 75
DEFAULT_PORT = 8080


def read_port() -> int:
    """The port that SageMaker or another platform chose."""
    text = os.environ.get("SAGEMAKER_BIND_TO_PORT") or os.environ.get("PORT") or str(DEFAULT_PORT)
    if not text.isdigit() or not 0 < int(text) < 65_536:
        raise SystemExit(f"The port {text!r} is not a number from 1 to 65535; nothing is served.")
    return int(text)


def main(arguments: list[str]) -> int:
    """Serve until SIGTERM."""
    if arguments not in ([], ["serve"]):
        print(f"{' '.join(arguments)}: this image only serves; use it with serve.", file=sys.stderr)
        return 2
    app = create_app(load_model(find_model()), find_capture())
    uvicorn.run(
        app,
        host="0.0.0.0",
        port=read_port(),
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        log_level="warning",
        # The level hides its lines; without it, they are not even made.
        access_log=False,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
