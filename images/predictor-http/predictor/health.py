"""Ask the service of this container whether it is well: exit code 0, else 1."""

import sys
import urllib.request

from predictor.__main__ import read_port

TIMEOUT_SECONDS = 2


def main() -> int:
    """Ask once."""
    try:
        address = f"http://127.0.0.1:{read_port()}/ping"
        with urllib.request.urlopen(address, timeout=TIMEOUT_SECONDS) as answer:
            return 0 if answer.status == 200 else 1
    except OSError as error:
        print(f"/ping does not answer: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
