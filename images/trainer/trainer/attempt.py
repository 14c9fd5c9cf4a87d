"""An attempt of a job runs once: its claim is an item of the project's claims table.

A start whose answer was lost is repeated by Step Functions, and then two containers have the same attempt. The
first that claims it does the work and shows every few seconds that it lives. The other one waits for the result; it
takes over where the first has failed, or has shown nothing for a minute.
"""

import json
import threading
import time
from collections.abc import Callable
from typing import Any

from trainer.failure import JobFailed

HEARTBEAT_SECONDS = 15
STALE_SECONDS = 60
POLL_SECONDS = 5
#: After its end an attempt is not read any more; DynamoDB deletes it then.
KEPT_SECONDS = 7 * 24 * 3600

NAMES = {"#owner": "owner", "#status": "status", "#heartbeat": "heartbeat"}


class Attempt:
    """The claim of one container on an attempt."""

    def __init__(
        self,
        client: Any,
        table: str,
        name: str,
        owner: str,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._table = table
        self._key = {"claim": {"S": f"job#{name}"}}
        self._owner = owner
        self._now = now
        self._sleep = sleep
        self._ended = threading.Event()
        self._lost = False

    def take(self, wait_seconds: float) -> dict[str, Any] | None:
        """Claim the attempt; returns the result of another container where that ran it."""
        until = self._now() + wait_seconds
        while not self._claim():
            result = self._result_of_other()
            if result is not None:
                return result
            if self._now() > until:
                raise JobFailed("Another container runs this attempt and did not end in time.")
            self._sleep(POLL_SECONDS)
        threading.Thread(target=self._beat, daemon=True).start()
        return None

    def check(self) -> None:
        """Raise where another container has taken over."""
        if self._lost:
            raise JobFailed("Another container took this attempt over; nothing was stored here.")

    def complete(self, result: dict[str, Any]) -> None:
        """Keep the result for a container that was started twice."""
        self._end("COMPLETED", json.dumps(result))
        self.check()

    def fail(self) -> None:
        """Let another container take over at once."""
        self._end("FAILED", "")

    def confirm(self) -> None:
        """Show that this container lives, and notice where it was taken for dead."""
        self._update("SET #heartbeat = :now", {})
        self.check()

    def _claim(self) -> bool:
        now = self._now()
        item = {
            **self._key,
            "owner": {"S": self._owner},
            "status": {"S": "RUNNING"},
            "heartbeat": {"N": f"{now:.0f}"},
            "expires": {"N": f"{now + KEPT_SECONDS:.0f}"},
        }
        try:
            self._client.put_item(
                TableName=self._table,
                Item=item,
                ConditionExpression=(
                    "attribute_not_exists(#owner) OR #owner = :me OR #status = :failed "
                    "OR (#status = :running AND #heartbeat < :stale)"
                ),
                ExpressionAttributeNames=NAMES,
                ExpressionAttributeValues={
                    ":me": {"S": self._owner},
                    ":failed": {"S": "FAILED"},
                    ":running": {"S": "RUNNING"},
                    ":stale": {"N": f"{now - STALE_SECONDS:.0f}"},
                },
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def _result_of_other(self) -> dict[str, Any] | None:
        answer = self._client.get_item(TableName=self._table, Key=self._key, ConsistentRead=True)
        item = answer.get("Item", {})
        if item.get("status", {}).get("S") != "COMPLETED":
            return None
        return json.loads(item["result"]["S"])

    def _beat(self) -> None:
        while not self._ended.wait(HEARTBEAT_SECONDS) and not self._lost:
            try:
                self._update("SET #heartbeat = :now", {})
            except Exception as error:  # noqa: BLE001 - the next one may reach DynamoDB again
                print(f"The claim was not renewed: {error}", flush=True)

    def _end(self, status: str, result: str) -> None:
        self._ended.set()
        self._update(
            "SET #heartbeat = :now, #status = :status, #result = :result",
            {":status": {"S": status}, ":result": {"S": result}},
        )

    def _update(self, expression: str, values: dict[str, Any]) -> None:
        used = {"#owner": "owner", "#heartbeat": "heartbeat"}
        if values:
            used |= {"#status": "status", "#result": "result"}
        try:
            self._client.update_item(
                TableName=self._table,
                Key=self._key,
                UpdateExpression=expression,
                ConditionExpression="#owner = :me",
                ExpressionAttributeNames=used,
                ExpressionAttributeValues={
                    ":me": {"S": self._owner},
                    ":now": {"N": f"{self._now():.0f}"},
                    **values,
                },
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            self._lost = True
