"""python3 -m stepmill_serving

Serves the model below SAGEMAKER_BASE_DIR on the Unix socket STEPMILL_SOCKET until SIGTERM.
STEPMILL_FRAMEWORK (sklearn or xgboost) says whose defaults apply.
"""

import sys

from stepmill_serving.container import main

if __name__ == "__main__":
    sys.exit(main())
