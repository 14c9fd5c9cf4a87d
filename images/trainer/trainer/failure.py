"""Why a job ended without a result. The name of a class is the error that Lambda reports."""

#: Exit codes of the container: as `timeout`, a killed process, and a process that ended on SIGTERM have.
TIMED_OUT = 124
KILLED = 137
STOPPED = 143


class JobFailed(Exception):
    """A script failed, an input is missing, or the job is not one."""

    code = 1


class JobTimedOut(JobFailed):
    """A script ran into its time limit."""

    code = TIMED_OUT


class JobOutOfMemory(JobFailed):
    """The system killed a script, as it does when memory is short."""

    code = KILLED


class JobStopped(JobFailed):
    """SIGTERM: a Spot interruption, or the task was stopped by request."""

    code = STOPPED
