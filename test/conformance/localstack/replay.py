"""Runs tests of a checkout of LocalStack against a running Stepmill, and writes down its answers.

    python -m pytest -p replay --noconftest [tests] with STEPMILL_ENDPOINT, STEPMILL_CHECKOUT and
    STEPMILL_ANSWERS in the environment, and this folder on PYTHONPATH

LocalStack's tests compare each answer with the one that AWS gave when the test was recorded
(`*.snapshot.json`). Here `snapshot.match` only writes the answer down, a line of JSON each; the
comparison is done elsewhere. Of LocalStack itself nothing is loaded but the helpers of these tests: any
other module of it is a stand-in. A test that needs more than the fixtures below is skipped and named.
"""

import importlib.abc
import importlib.util
import io
import json
import os
import sys
import time
import types
import uuid
import zipfile
from pathlib import Path

import boto3
import pytest
from botocore.config import Config

CHECKOUT = Path(os.environ["STEPMILL_CHECKOUT"])
ANSWERS = Path(os.environ["STEPMILL_ANSWERS"])
ACCOUNT = "000000000000"
REGION = "us-east-1"
# The clock of the runtime is this much faster while executions only wait.
POLLING_SECONDS = 0.02
PATIENCE_SECONDS = 20

HELPERS = "localstack.testing.pytest.stepfunctions.utils"


class Word(str):
    """A constant of an API: `StateMachineType.EXPRESS` is its own name."""

    @property
    def value(self):
        return str(self)


class StandIn:
    """Anything of a module that is not loaded: a decorator, a set of constants, a structure."""

    def __init__(self, name):
        self._name = name

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Word(name) if self._name[:1].isupper() else StandIn(name)

    def __call__(self, *arguments, **members):
        if len(arguments) == 1 and not members and callable(arguments[0]):
            return arguments[0]  # as a decorator
        return members if self._name[:1].isupper() else self

    def __mro_entries__(self, bases):
        return ()

    def __or__(self, other):
        return self

    __ror__ = __or__

    def __getitem__(self, item):
        return self


class NoSuchJsonPathError(Exception):
    pass


def extract_json(path, document):
    """Reads the few paths that these tests use: members, `[*]` and `..`."""
    found = [document]
    for step in path.removeprefix("$").replace("[", ".[").replace("..", ".~").split("."):
        if step == "":
            continue
        if step == "[*]":
            found = [item for each in found if isinstance(each, list) for item in each]
        elif step.startswith("[") and step[1:-1].isdigit():
            at = int(step[1:-1])
            found = [each[at] for each in found if isinstance(each, list) and at < len(each)]
        elif step.startswith("~"):
            found = [value for each in found for value in descendants(each, step[1:])]
        else:
            found = [each[step] for each in found if isinstance(each, dict) and step in each]
    if not found:
        raise NoSuchJsonPathError(path)
    return found[0] if len(found) == 1 else found


def descendants(document, name):
    if isinstance(document, dict):
        if name in document:
            yield document[name]
        for value in document.values():
            yield from descendants(value, name)
    elif isinstance(document, list):
        for value in document:
            yield from descendants(value, name)


def poll_condition(condition, timeout=PATIENCE_SECONDS, interval=0):
    ends = time.monotonic() + min(timeout, PATIENCE_SECONDS)
    while time.monotonic() < ends:
        if condition():
            return True
        pause(POLLING_SECONDS)
    return False


def retry(function, retries=3, sleep=1.0, sleep_before=0, **arguments):
    for attempt in range(retries + 1):
        try:
            return function(**arguments)
        except Exception:
            if attempt == retries:
                raise
            pause(POLLING_SECONDS)
    return None


def short_uid():
    return uuid.uuid4().hex[:8]


class Arns:
    """ARNs that tests make up."""

    def __getattr__(self, name):
        def arn(name="", account_id=ACCOUNT, region_name=REGION, **parts):
            return f"arn:aws:{service}:{region_name}:{account_id}:{kind}{name or parts.get('queue_name', '')}"

        service, kind = KINDS_OF_ARN[name]
        return arn


KINDS_OF_ARN = {
    "stepfunctions_state_machine_arn": ("states", "stateMachine:"),
    "lambda_function_arn": ("lambda", "function:"),
    "sqs_queue_arn": ("sqs", ""),
}


class Transformer:
    """Says which values of a recording stand for others."""

    def __init__(self, *arguments, **members):
        self.words = [each for each in [*arguments, *members.values()] if isinstance(each, str)]


class SortingTransformer(Transformer):
    pass


KNOWN = {
    "localstack.utils.strings": {
        "short_uid": short_uid,
        "long_uid": lambda: str(uuid.uuid4()),
        "to_str": lambda text: text.decode() if isinstance(text, bytes) else text,
        "to_bytes": lambda text: text.encode() if isinstance(text, str) else text,
    },
    "localstack.utils.aws": {"arns": Arns()},
    "localstack.utils.common": {"short_uid": short_uid},
    "localstack.utils.files": {"load_file": lambda path: Path(path).read_text()},
    "localstack.utils.sync": {
        "poll_condition": poll_condition,
        "wait_until": lambda condition, **_: poll_condition(condition),
        "retry": retry,
    },
    "localstack.testing.aws.util": {"is_aws_cloud": lambda: True},
    "localstack.services.stepfunctions.asl.utils.json_path": {
        "NoSuchJsonPathError": NoSuchJsonPathError,
        "extract_json": extract_json,
    },
    "localstack_snapshot.snapshots.transformer": {
        "JsonpathTransformer": Transformer,
        "RegexTransformer": Transformer,
        "KeyValueBasedTransformer": Transformer,
        "SortingTransformer": SortingTransformer,
        "TransformContext": Transformer,
    },
}
ABSENT = ("localstack", "localstack_snapshot", "jsonpath_ng", "aws_cdk", "yaml", "werkzeug", "rolo")
# Written for a later Python than Stepmill asks for; other tests import paths of functions from it.
LATER_PYTHON = "tests.aws.services.lambda_"


class Loader(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Answers an import of what is not installed with stand-ins."""

    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] not in ABSENT and not name.startswith(LATER_PYTHON):
            return None
        if name == HELPERS:
            file = CHECKOUT / "localstack-core" / (name.replace(".", "/") + ".py")
            return importlib.util.spec_from_file_location(name, file)
        return importlib.util.spec_from_loader(name, self, is_package=True)

    def create_module(self, spec):
        module = types.ModuleType(spec.name)
        module.__path__ = []
        module.__getattr__ = lambda name: stand_in(name)
        for name, value in KNOWN.get(spec.name, {}).items():
            setattr(module, name, value)
        return module

    def exec_module(self, module):
        pass


def stand_in(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return StandIn(name)


sys.meta_path.insert(0, Loader())
sys.path.insert(0, str(CHECKOUT))
pause = time.sleep
# The tests wait for AWS to settle; the runtime is settled when it answers.
time.sleep = lambda seconds: pause(min(float(seconds), POLLING_SECONDS))


class Clients:
    """`aws_client`: a client for each service."""

    ALIASES = {"stepfunctions": "stepfunctions", "awslambda": "lambda", "lambda_": "lambda"}

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        client = boto3.client(
            self.ALIASES.get(name, name),
            endpoint_url=os.environ["STEPMILL_ENDPOINT"],
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(inject_host_prefix=False, retries={"max_attempts": 0}),
        )
        setattr(self, name, client)
        return client


CLIENTS = Clients()


class Snapshot:
    """Writes down what would be compared."""

    def __init__(self, test):
        self.test = test
        self.words = []
        self.unordered = []
        self.sorted = False
        self.answers = []
        self.transform = Transforms(self)

    def match(self, key, value):
        self.answers.append((key, json.loads(json.dumps(value, default=plain))))

    def write(self):
        """At the end of a test: what is said late of names is true of all answers."""
        with ANSWERS.open("a") as file:
            for key, value in self.answers:
                answer = {
                    "test": self.test,
                    "key": key,
                    "value": value,
                    "words": self.words,
                    "unordered": self.unordered,
                    "sorted": self.sorted,
                }
                file.write(json.dumps(answer) + "\n")

    def add_transformer(self, transformer, **_):
        for each in transformer if isinstance(transformer, list) else [transformer]:
            if type(each).__name__ == "SfnNoneRecursiveParallelTransformer":
                self.sorted = True
            elif isinstance(each, SortingTransformer):
                self.unordered += each.words[:1]
            elif isinstance(each, Transformer):
                self.words += each.words[-1:]

    def add_transformers_list(self, transformers, **_):
        for each in transformers:
            self.add_transformer(each)


class Transforms:
    """`snapshot.transform.…`: made-up names, which a recording writes in angle brackets."""

    def __init__(self, snapshot):
        self.snapshot = snapshot

    def __getattr__(self, name):
        def transform(*arguments, **members):
            words = [each for each in [*arguments, *members.values()] if isinstance(each, str)]
            return Transformer(*words)

        return transform


def plain(value):
    """As the recording tool writes it."""
    if hasattr(value, "isoformat"):
        return "datetime"
    return value.read().decode() if hasattr(value, "read") else str(value)


@pytest.fixture
def snapshot(request):
    name = request.node.nodeid.split("::", 1)
    file = Path(request.node.path).relative_to(CHECKOUT)
    recorder = Snapshot("::".join([str(file), *name[1:]]))
    yield recorder
    recorder.write()


@pytest.fixture
def sfn_snapshot(snapshot):
    return snapshot


@pytest.fixture
def aws_client():
    return CLIENTS


@pytest.fixture
def aws_client_no_sync_prefix():
    return CLIENTS


@pytest.fixture
def aws_client_no_retry():
    return CLIENTS


@pytest.fixture
def region_name():
    return REGION


@pytest.fixture
def account_id():
    return ACCOUNT


ROLE_POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": ["states.amazonaws.com", "lambda.amazonaws.com"]},
            "Action": "sts:AssumeRole",
        }
    ],
}


@pytest.fixture
def create_state_machine_iam_role():
    def create(target_aws_client=None):
        name = f"test-sfn-role-{short_uid()}"
        role = CLIENTS.iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))
        CLIENTS.iam.put_role_policy(
            RoleName=name, PolicyName="all", PolicyDocument=json.dumps(ROLE_POLICY)
        )
        return role["Role"]["Arn"]

    return create


@pytest.fixture
def create_state_machine():
    created = []

    def create(target_aws_client, **arguments):
        made = target_aws_client.stepfunctions.create_state_machine(**arguments)
        created.append(made["stateMachineArn"])
        return made

    yield create
    for arn in created:
        CLIENTS.stepfunctions.delete_state_machine(stateMachineArn=arn)


@pytest.fixture
def create_state_machine_alias():
    def create(target_aws_client, **arguments):
        return target_aws_client.stepfunctions.create_state_machine_alias(**arguments)

    return create


@pytest.fixture
def create_activity():
    return CLIENTS.stepfunctions.create_activity


@pytest.fixture
def sqs_create_queue():
    def create(**arguments):
        arguments.setdefault("QueueName", f"test-queue-{short_uid()}")
        return CLIENTS.sqs.create_queue(**arguments)["QueueUrl"]

    return create


@pytest.fixture
def sqs_get_queue_arn():
    def get(url):
        answer = CLIENTS.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return answer["Attributes"]["QueueArn"]

    return get


@pytest.fixture
def s3_create_bucket():
    def create(**arguments):
        arguments.setdefault("Bucket", f"test-bucket-{short_uid()}")
        CLIENTS.s3.create_bucket(**arguments)
        return arguments["Bucket"]

    return create


@pytest.fixture
def s3_bucket(s3_create_bucket):
    return s3_create_bucket()


@pytest.fixture
def sns_create_topic():
    def create(**arguments):
        arguments.setdefault("Name", f"test-topic-{short_uid()}")
        return CLIENTS.sns.create_topic(**arguments)

    return create


@pytest.fixture
def dynamodb_create_table():
    def create(table_name=None, partition_key="id", **_):
        return CLIENTS.dynamodb.create_table(
            TableName=table_name or f"test-table-{short_uid()}",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": partition_key, "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": partition_key, "AttributeType": "S"}],
        )

    return create


@pytest.fixture
def sfn_create_log_group(snapshot):
    def create():
        snapshot.words.append("log_group_name")
        name = f"/aws/vendedlogs/states/test-{short_uid()}"
        CLIENTS.logs.create_log_group(logGroupName=name)
        return name

    return create


@pytest.fixture
def events_put_rule():
    def put(**arguments):
        arguments.setdefault("Name", f"test-rule-{short_uid()}")
        return CLIENTS.events.put_rule(**arguments)

    return put


@pytest.fixture
def create_lambda_function(create_state_machine_iam_role):
    def create(handler_file, func_name=None, runtime="python3.12", **_):
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as code:
            code.writestr("handler.py", Path(handler_file).read_text())
        function = CLIENTS.awslambda.create_function(
            FunctionName=func_name or f"test-function-{short_uid()}",
            Runtime=str(runtime).replace("_", "."),
            Handler="handler.handler",
            Role=create_state_machine_iam_role(),
            Code={"ZipFile": archive.getvalue()},
            Timeout=20,
        )
        return {"CreateFunctionResponse": function}

    return create


@pytest.fixture
def cleanups():
    later = []
    yield later
    for clean in reversed(later):
        try:
            clean()
        except Exception:
            pass  # What a test did not come to make cannot be removed.
