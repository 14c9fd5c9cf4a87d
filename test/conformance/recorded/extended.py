"""Run the recorded cases that need other services, too: functions, queues, topics, buckets, workers, callbacks.

    extended.py --harness run.py --endpoint http://127.0.0.1:PORT --cases FILE
                [--needs lambda,s3,sqs,sns,events,logs,activity,callback,sfn,clock,dynamodb] [harness options]

It loads the harness, teaches its runner to make what a case names (functions from their recorded source,
queues, topics, buckets), to work for activities and to answer callbacks, and leaves the comparison to it.
"""

import ast
import importlib.util
import io
import json
import re
import sys
import threading
import time
import zipfile
from typing import Any

SERVICES = {
    "dynamodb": "dynamodb",
    "s3": "s3",
    "sqs": "sqs",
    "sns": "sns",
    "events": "events",
    "logs": "logs",
    "stepfunctions": "stepfunctions",
}
# Calls that make what a case needs; the others only looked at what came out of it.
MADE = {
    "DeleteTopic",
    "CreateBucket",
    "CreateTable",
    "CreateQueue",
    "CreateTopic",
    "CreateLogGroup",
    "CreateActivity",
    "PutObject",
    "PutRule",
}
# What AWS added to DescribeExecution after some recordings, as `.sync` results spell it.
NEWER_KEYS = {"RedriveCount", "RedriveStatus", "RedriveStatusReason"}
# The name of a nested state machine has a part in the length of recorded answers.
RECORDED_CHILD_NAME = "statemachine_create_and_record_execution_00000000"
ENDED = {
    "ExecutionSucceeded": "SUCCEEDED",
    "ExecutionFailed": "FAILED",
    "ExecutionTimedOut": "TIMED_OUT",
    "ExecutionAborted": "ABORTED",
}
RUNNABLE = {
    "sfn",
    "clock",
    "lambda",
    "s3",
    "sqs",
    "sns",
    "events",
    "logs",
    "activity",
    "callback",
    "dynamodb",
}
# What the recording tool wrote for names of tables and for headers of DynamoDB's answers.
DYNAMODB_WORDS = ["table-name", "x-amz-crc32", "x-amzn-RequestId"]


def load_harness(path):
    spec = importlib.util.spec_from_file_location("conformance_run", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(f"{path} is no Python module; nothing was run.")
    harness = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(harness)
    return harness


class AnyClient:
    """Several clients as one: a call goes to the first that has it."""

    def __init__(self, clients):
        self._clients = clients

    def __getattr__(self, name):
        for client in self._clients:
            if hasattr(client, name):
                return getattr(client, name)
        raise AttributeError(f"none of the services has {name}")


def unified(case):
    """The recorded answers with the request's own random names: both runs of the test drew some."""
    asked = json.dumps([case.get("definition"), case.get("input"), case.get("setup")])
    expected = json.dumps(case["expected"])
    for name, stem in re.findall(r"(?<![\w-])(([a-z]+(?:-[a-z]+)+)-[0-9a-f]{8})(?![\w-])", asked):
        expected = re.sub(rf"(?<![\w-]){stem}-[0-9a-f]{{8}}(?![\w-])", name, expected)
    case["expected"] = json.loads(expected)
    return case


def extend(harness):
    class ExtendedRunner(harness.Runner):
        """Prepares what a case needs, then runs it as the harness does."""

        def __init__(self, endpoint, timeout):
            super().__init__(endpoint, timeout)
            self.current = threading.local()
            import boto3
            from botocore.config import Config

            config = Config(
                region_name="us-east-1",
                retries={"total_max_attempts": 1},
                s3={"addressing_style": "path"},
                parameter_validation=False,
            )
            self.clients = {
                name: boto3.client(
                    name,
                    endpoint_url=endpoint,
                    aws_access_key_id="test",
                    aws_secret_access_key="test",
                    config=config,
                )
                for name in ["lambda", "iam", *SERVICES.values()]
            }

            # Sequences of calls go to other services, too.
            self.sfn = AnyClient([self.sfn, *self.clients.values()])
            self.make_role()

        def make_role(self):
            """The role of machines and functions: trusted by both services, allowed everything."""
            trust = {
                "Effect": "Allow",
                "Principal": {"Service": ["states.amazonaws.com", "lambda.amazonaws.com"]},
                "Action": "sts:AssumeRole",
            }
            policy = {
                "Version": "2012-10-17",
                "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"},
            }
            name = harness.ROLE.rsplit("/", 1)[-1]
            try:
                self.clients["iam"].create_role(
                    RoleName=name,
                    AssumeRolePolicyDocument=json.dumps(
                        {"Version": "2012-10-17", "Statement": trust}
                    ),
                )
            except self.clients["iam"].exceptions.EntityAlreadyExistsException:
                pass
            self.clients["iam"].put_role_policy(
                RoleName=name, PolicyName="everything", PolicyDocument=json.dumps(policy)
            )

        def name(self, p="c"):
            name = super().name(p)
            return name.ljust(len(RECORDED_CHILD_NAME), "_") if p == "child" else name

        def name_like(self, recorded, p):
            """A name as long as the recorded one, where there is room."""
            return self.name(p).ljust(len(recorded), "_")

        def history(self, arn):
            """Nothing where the recording had none, so that DescribeExecution alone is compared."""
            case = getattr(self.current, "case", None)
            return super().history(arn) if case is None or "history" in case["expected"] else []

        def k_execution(self, case):
            self.current.case = case
            try:
                if case.get("type") == "EXPRESS" and "end_event" in case["expected"]:
                    return self.asynchronous_express(case)
                return super().k_execution(case)
            finally:
                self.current.case = None

        def asynchronous_express(self, case):
            """Only its log tells how an asynchronous Express execution ended."""
            expected = case["expected"]
            group = self.replaced("${logs0.group}", {}, case["answers"])
            arn = f"arn:aws:logs:us-east-1:{self.account}:log-group:{group}:*"
            machine = self.sfn.create_state_machine(
                name=self.name("express"),
                definition=self.definition(case),
                roleArn=harness.ROLE,
                type="EXPRESS",
                loggingConfiguration={
                    "level": "ALL",
                    "includeExecutionData": True,
                    "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": arn}}],
                },
            )["stateMachineArn"]
            try:
                execution = self.sfn.start_execution(
                    stateMachineArn=machine, input=self.own(json.dumps(case["input"]))
                )["executionArn"]
                event = self.end_event(group, execution)
            finally:
                self.sfn.delete_state_machine(stateMachineArn=machine)
            details = (event or {}).get("details", {})
            got = {"status": ENDED[event["type"]] if event else "RUNNING"}
            got.update({key: details[key] for key in ("error", "cause") if key in details})
            if "output" in details:
                got["output"] = json.loads(details["output"])
            outcome = {k: v for k, v in expected.items() if k in ("output", "error", "cause")}
            result, differences = {"L1": got.pop("status") == expected["status"]}, {}
            same, differences["L2"] = harness.same(case, outcome, got)
            result["L2"] = result["L1"] and same
            result["L4"], differences["L4"] = harness.same(case, expected["end_event"], event)
            return result, {level: found for level, found in differences.items() if found}

        def end_event(self, group, execution):
            until = time.time() + self.timeout
            while time.time() < until:
                found = self.clients["logs"].filter_log_events(
                    logGroupName=group, filterPattern=f'{{ $.execution_arn = "{execution}" }}'
                )
                for entry in found["events"]:
                    event = json.loads(entry["message"])
                    if event["type"] in ENDED:
                        return event
                time.sleep(0.1)
            return None

        def run(self, case):
            if case["kind"] == "api":
                return super().run(case)
            case, stop = self.prepared(case)
            try:
                return super().run(case)
            finally:
                stop.set()

        def prepared(self, case):
            """The case with its placeholders replaced by what was made for it."""
            case = unified(json.loads(json.dumps(case)))
            # The recording tool wrote the first two for HTTP headers; functions' code lies elsewhere here.
            case["placeholders"] = [
                *(case.get("placeholders") or []),
                "date",
                "RequestId",
                "/var/task",
                *(DYNAMODB_WORDS if "dynamodb" in case["needs"] else []),
            ]
            stop = threading.Event()
            words = self.make_functions(case)
            case["answers"] = answers = self.make_setup(case, words)
            names = {"definition", "definition_raw", "input", "input_raw", "request"}
            for field in names:
                if case.get(field) is not None:
                    case[field] = self.replaced(case[field], words, answers)
            for resource in case.get("resources") or []:
                if resource["kind"] == "state_machine":
                    resource["definition"] = self.replaced(resource["definition"], words, answers)
            if "activity" in case["needs"]:
                self.work(case, stop)
            if "callback" in case["needs"]:
                self.call_back(case, answers, stop)
            return case, stop

        def make_functions(self, case):
            """Creates the functions under names of this run; old names and ARNs to new ones."""
            words = {}
            for resource in case.get("resources") or []:
                if resource["kind"] != "lambda":
                    continue
                name = self.name_like(resource["name"], "fn")
                package = io.BytesIO()
                with zipfile.ZipFile(package, "w") as archive:
                    archive.writestr("handler.py", resource["source"])
                answer = self.clients["lambda"].create_function(
                    FunctionName=name,
                    Runtime=resource["runtime"],
                    Handler="handler.handler",
                    Role=harness.ROLE,
                    Timeout=65,
                    Code={"ZipFile": package.getvalue()},
                )
                words[resource["arn"]] = answer["FunctionArn"]
                words[resource["name"]] = name
            return words

        def make_setup(self, case, words):
            """Makes the recorded calls with names of this run; step to answer."""
            from botocore import xform_name

            answers = {}
            for step in case.get("setup") or []:
                for key in ("QueueName", "Name", "Bucket", "logGroupName", "name", "TableName"):
                    old = step["params"].get(key)
                    named = isinstance(old, str) and re.search(r"[0-9a-f]{8}(\.fifo)?$", old)
                    if step["op"].startswith("Create") and named and old not in words:
                        suffix = ".fifo" if old.endswith(".fifo") else ""
                        words[old] = (
                            self.name(
                                re.sub(r"[^a-z0-9-]", "-", old.lower().removesuffix(".fifo"))[:40]
                            )
                            + suffix
                        )
                params: Any = self.replaced(step["params"], words, answers)
                if step["op"] not in MADE:
                    continue
                if params.get("ScheduleExpression") == "":
                    del params["ScheduleExpression"]
                body = params.get("Body")
                if isinstance(body, str) and body.startswith("bytearray("):
                    # The capture wrote what the test sent as Python prints it.
                    params["Body"] = ast.literal_eval(body.removeprefix("bytearray(")[:-1])
                call = getattr(self.clients[SERVICES[step["service"]]], xform_name(step["op"]))
                answers[step["step"]] = call(**params)
                if step["op"] == "CreateLogGroup":
                    answers[step["step"]]["group"] = params["logGroupName"]
            if any(
                "${stepfunctions0.activityArn}" in json.dumps(case[k])
                for k in ("definition", "input")
                if case.get(k)
            ):
                answers.setdefault(
                    "stepfunctions0", self.sfn.create_activity(name=self.name("activity"))
                )
            return answers

        def replaced(self, value, words, answers):
            text = value if isinstance(value, str) else json.dumps(value)
            text = self.own(text)
            for old in sorted(words, key=len, reverse=True):
                text = text.replace(self.own(old), words[old])

            def answer(match):
                found = answers.get(match[1], {})
                for part in match[2].split("."):
                    found = found.get(part) if isinstance(found, dict) else None
                return json.dumps(found)[1:-1] if isinstance(found, str) else match[0]

            text = re.sub(r"\$\{(\w+)\.([\w.]+)\}", answer, text)
            return text if isinstance(value, str) else json.loads(text)

        def work(self, case, stop):
            """An activity's worker that answers with its input, or fails where the recording failed."""
            (arn,) = re.findall(
                r"arn:aws:states:[^\"]*:activity:[^\"]*", json.dumps(case["definition"])
            )[:1]
            history = case["expected"].get("history", [])
            if not any(event["type"] == "ActivityScheduled" for event in history):
                self.sfn.delete_activity(activityArn=arn)
                return
            started = next(
                (
                    e["activityStartedEventDetails"]
                    for e in history
                    if e["type"] == "ActivityStarted"
                ),
                {},
            )
            failed = next(
                (e["activityFailedEventDetails"] for e in history if e["type"] == "ActivityFailed"),
                None,
            )

            def poll():
                name = {"workerName": started["workerName"]} if "workerName" in started else {}
                while not stop.is_set():
                    task = self.sfn.get_activity_task(activityArn=arn, **name)
                    if not task.get("taskToken"):
                        continue
                    if failed is None:
                        self.sfn.send_task_success(
                            taskToken=task["taskToken"], output=task["input"]
                        )
                    else:
                        self.sfn.send_task_failure(
                            taskToken=task["taskToken"], error=failed["error"], cause=task["input"]
                        )
                    return

            threading.Thread(target=poll, daemon=True).start()

        def call_back(self, case, answers, stop):
            """Reads tokens from the case's queue and answers them as the recording was answered."""
            url = next((a["QueueUrl"] for a in answers.values() if "QueueUrl" in a), None)
            ends = [
                e
                for e in case["expected"].get("history", [])
                if e["type"] in ("TaskSucceeded", "TaskFailed", "TaskTimedOut")
            ]
            if url is None:
                return

            def answer_all():
                for end in ends:
                    body = None
                    while body is None and not stop.is_set():
                        messages = (
                            self.clients["sqs"]
                            .receive_message(QueueUrl=url, WaitTimeSeconds=1)
                            .get("Messages")
                            or []
                        )
                        body = json.loads(messages[0]["Body"]) if messages else None
                    if body is None or end["type"] == "TaskTimedOut":
                        return
                    token = body["TaskToken"]
                    # The recorded task was submitted before it was answered.
                    time.sleep(0.3)
                    if end["type"] == "TaskSucceeded":
                        self.sfn.send_task_heartbeat(taskToken=token)
                        output = end["taskSucceededEventDetails"]["output"]
                        given = body if isinstance(output, dict) else body["Message"]
                        self.sfn.send_task_success(taskToken=token, output=json.dumps(given))
                    else:
                        details = end["taskFailedEventDetails"]
                        given = {k: details[k] for k in ("error", "cause") if k in details}
                        self.sfn.send_task_failure(taskToken=token, **given)

            threading.Thread(target=answer_all, daemon=True).start()

    harness.Runner = ExtendedRunner
    harness.NEWER_KEYS |= NEWER_KEYS
    harness.RUNNABLE = RUNNABLE


def main():
    index = sys.argv.index("--harness")
    path = sys.argv[index + 1]
    del sys.argv[index : index + 2]
    harness = load_harness(path)
    extend(harness)
    return harness.main()


if __name__ == "__main__":
    sys.exit(main())
