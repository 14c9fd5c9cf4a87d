"""A request that cannot be answered: the caller's mistake, answered with 400 and a sentence."""

from typing import Any


class RefusedRow(ValueError):
    """A row that cannot be scored."""

    status_code = 400


def answer_refusal(refusal: RefusedRow, context: Any) -> Any:
    """Answer 400 in the way of the toolkit that serves."""
    if context is not None:
        # Only sagemaker-inference passes one; its status is that of the answer.
        context.set_response_status(code=refusal.status_code, phrase="Bad Request")
        return str(refusal), "text/plain"
    try:
        # sagemaker-containers turns every exception of a user's function into a 500; only a
        # response of its own carries another status.
        from sagemaker_containers.beta.framework import worker
    except ImportError:
        raise refusal from None
    return worker.Response(response=str(refusal), status=refusal.status_code, mimetype="text/plain")
