"""Tests a running Stepmill with unmodified boto3; only AWS_ENDPOINT_URL is set.

    AWS_ENDPOINT_URL=http://127.0.0.1:4566 python3 test/clients/boto3_client.py [s3 sts iam ...]

Needs boto3 (tested with 1.43.11): `pip install boto3==1.43.11`. Credentials and region can have any value;
defaults are used if the environment has none. Every function named `check_<service>` is one check; a new service
is a new function. Prints one line per check and exits 1 if any failed.
"""

from __future__ import annotations

import base64
import io
import json
import os
import sys
import tempfile
import time
import traceback
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import boto3
from boto3.dynamodb.conditions import Attr, Key
from boto3.dynamodb.types import Binary
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

MIB = 1024 * 1024


@contextmanager
def refused(code: str) -> Iterator[None]:
    """The block must fail with this AWS error."""
    try:
        yield
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response["Error"]
        return
    raise AssertionError(f"expected {code}, but the call succeeded")


def unique(prefix: str) -> str:
    return f"{prefix}-{uuid.uuid4().hex[:12]}"


@contextmanager
def temporary_bucket() -> Iterator[str]:
    s3 = boto3.client("s3")
    bucket = unique("boto3")
    s3.create_bucket(Bucket=bucket)
    try:
        yield bucket
    finally:
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
            for item in page.get("Versions", []) + page.get("DeleteMarkers", []):
                s3.delete_object(Bucket=bucket, Key=item["Key"], VersionId=item["VersionId"])
        s3.delete_bucket(Bucket=bucket)


def check_s3() -> None:
    s3 = boto3.client("s3")
    with temporary_bucket() as bucket:
        keys = [
            "plain.csv",
            "with space",
            "a+b",
            "50%",
            "semi;colon",
            "ünïcödé/日本語 😀",
            "k" * 1024,
        ]
        for key in keys:
            s3.put_object(Bucket=bucket, Key=key, Body=key.encode(), Metadata={"n": "1"})
        for key in keys:
            answer = s3.get_object(Bucket=bucket, Key=key)
            assert answer["Body"].read() == key.encode()
            assert answer["Metadata"] == {"n": "1"}
        pages = s3.get_paginator("list_objects_v2").paginate(
            Bucket=bucket, PaginationConfig={"PageSize": 2}
        )
        listed = [item["Key"] for page in pages for item in page["Contents"]]
        assert listed == sorted(keys, key=str.encode), listed
        copied = s3.copy_object(
            Bucket=bucket, Key="copy", CopySource={"Bucket": bucket, "Key": "ünïcödé/日本語 😀"}
        )
        assert copied["CopyObjectResult"]["ETag"]
        with refused("404"):
            s3.head_object(Bucket=bucket, Key="none")
        with refused("NoSuchKey"):
            s3.get_object(Bucket=bucket, Key="none")
        with refused("PreconditionFailed"):
            s3.put_object(Bucket=bucket, Key="copy", Body=b"", IfNoneMatch="*")
        deleted = s3.delete_objects(
            Bucket=bucket, Delete={"Objects": [{"Key": key} for key in keys]}
        )
        assert len(deleted["Deleted"]) == len(keys)


def check_s3_transfer() -> None:
    """Multipart upload and download, with the default checksums of boto3 and with others."""
    s3 = boto3.client("s3")
    content = os.urandom(20 * MIB + 123)
    with temporary_bucket() as bucket:
        for algorithm in [None, "CRC32C", "CRC64NVME", "SHA256"]:
            extra = {} if algorithm is None else {"ChecksumAlgorithm": algorithm}
            try:
                s3.upload_fileobj(
                    io.BytesIO(content),
                    bucket,
                    "big",
                    ExtraArgs=extra,
                    Config=TransferConfig(multipart_threshold=8 * MIB),
                )
            except (
                Exception
            ) as error:  # CRC32C and CRC64NVME need awscrt, which boto3 does not bring
                if "botocore[crt]" in str(error):
                    continue
                raise
            head = s3.head_object(Bucket=bucket, Key="big", ChecksumMode="ENABLED")
            assert head["ETag"].endswith('-3"'), head["ETag"]
            assert head["ContentLength"] == len(content)
            received = io.BytesIO()
            s3.download_fileobj(bucket, "big", received)
            assert received.getvalue() == content
        copied = unique("copy")
        s3.copy({"Bucket": bucket, "Key": "big"}, bucket, copied)
        assert s3.head_object(Bucket=bucket, Key=copied)["ContentLength"] == len(content)


def check_s3_versions() -> None:
    s3 = boto3.client("s3")
    with temporary_bucket() as bucket:
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        first = s3.put_object(Bucket=bucket, Key="k", Body=b"1")["VersionId"]
        s3.put_object(Bucket=bucket, Key="k", Body=b"2")
        s3.delete_object(Bucket=bucket, Key="k")
        with refused("NoSuchKey"):
            s3.get_object(Bucket=bucket, Key="k")
        assert s3.get_object(Bucket=bucket, Key="k", VersionId=first)["Body"].read() == b"1"
        versions = s3.list_object_versions(Bucket=bucket)
        assert len(versions["Versions"]) == 2
        assert len(versions["DeleteMarkers"]) == 1


def check_s3_presigned() -> None:
    with temporary_bucket() as bucket:
        for config in [Config(), Config(signature_version="s3v4")]:
            s3 = boto3.client("s3", config=config)
            where = {"Bucket": bucket, "Key": "presigned key+1"}
            put = s3.generate_presigned_url("put_object", where, ExpiresIn=60)
            request = urllib.request.Request(put, data=b"hello", method="PUT")
            # urllib would name a form; a SigV2 URL signs the content type.
            request.add_header("Content-Type", "")
            urllib.request.urlopen(request).close()
            get = s3.generate_presigned_url("get_object", where, ExpiresIn=60)
            with urllib.request.urlopen(get) as answer:
                assert answer.read() == b"hello"


def check_s3_form_upload() -> None:
    def upload(post: dict, content: bytes) -> int:
        boundary = "boundary"
        fields = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in post["fields"].items()
        ]
        last = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
        end = f"\r\n--{boundary}--\r\n"
        body = "".join([*fields, last]).encode() + content + end.encode()
        request = urllib.request.Request(post["url"], data=body, method="POST")
        request.add_header("Content-Type", f"multipart/form-data; boundary={boundary}")
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    with temporary_bucket() as bucket:
        for config in [Config(), Config(signature_version="s3v4")]:
            s3 = boto3.client("s3", config=config)
            limits = [["content-length-range", 1, 5]]
            post = s3.generate_presigned_post(bucket, "forms/${filename}", Conditions=limits)
            assert upload(post, b"hello") == 204
            assert upload(post, b"hello!") == 400
            assert s3.get_object(Bucket=bucket, Key="forms/f")["Body"].read() == b"hello"


def check_s3_bucket_configuration() -> None:
    s3 = boto3.client("s3")
    with temporary_bucket() as bucket:
        s3.put_bucket_notification_configuration(
            Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}}
        )
        notification = s3.get_bucket_notification_configuration(Bucket=bucket)
        assert notification["EventBridgeConfiguration"] == {}
        s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": "a", "Value": "1"}]})
        assert s3.get_bucket_tagging(Bucket=bucket)["TagSet"] == [{"Key": "a", "Value": "1"}]
        with refused("NoSuchBucketPolicy"):
            s3.get_bucket_policy(Bucket=bucket)
        assert s3.get_bucket_location(Bucket=bucket)["LocationConstraint"] is None


def check_sts() -> None:
    identity = boto3.client("sts").get_caller_identity()
    assert identity["Arn"] == f"arn:aws:iam::{identity['Account']}:root", identity


def check_iam() -> None:
    iam = boto3.client("iam")
    name = unique("boto3")
    account = boto3.client("sts").get_caller_identity()["Account"]
    trust = policy({"Principal": {"AWS": account}, "Action": "sts:AssumeRole"})
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]
    assert iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"] == json.loads(trust)
    with refused("EntityAlreadyExists"):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
    with temporary_bucket() as bucket:
        session = boto3.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="check")
        credentials = session["Credentials"]
        s3 = boto3.client(
            "s3",
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials["SessionToken"],
        )
        with refused("AccessDenied"):
            s3.put_object(Bucket=bucket, Key="k", Body=b"")
        document = policy({"Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{bucket}/*"})
        iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=document)
        s3.put_object(Bucket=bucket, Key="k", Body=b"")
    iam.delete_role_policy(RoleName=name, PolicyName="p")
    iam.delete_role(RoleName=name)
    with refused("NoSuchEntity"):
        iam.get_role(RoleName=name)


def policy(statement: dict[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


def check_cloudformation() -> None:
    cloudformation = boto3.client("cloudformation")
    for summary in cloudformation.list_stacks()["StackSummaries"]:
        stack = cloudformation.describe_stacks(StackName=summary["StackName"])["Stacks"][0]
        assert stack["StackId"] == summary["StackId"]
    with refused("ValidationError"):
        cloudformation.describe_stacks(StackName="not-there")


def check_sqs() -> None:
    sqs = boto3.client("sqs")
    name = unique("boto3")
    url = sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "30"})["QueueUrl"]
    sent = sqs.send_message(
        QueueUrl=url,
        MessageBody="hello & <bye>",
        MessageAttributes={"kind": {"DataType": "String", "StringValue": "x"}},
    )
    received = sqs.receive_message(
        QueueUrl=url, MessageAttributeNames=["All"], AttributeNames=["All"], WaitTimeSeconds=1
    )["Messages"][0]
    assert received["MessageId"] == sent["MessageId"]
    assert received["Body"] == "hello & <bye>"
    assert received["MessageAttributes"]["kind"]["StringValue"] == "x"
    sqs.delete_message(QueueUrl=url, ReceiptHandle=received["ReceiptHandle"])
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert attributes["ApproximateNumberOfMessages"] == "0", attributes
    sqs.delete_queue(QueueUrl=url)
    # Query-compatible: boto3 shows the code that older clients know.
    with refused("AWS.SimpleQueueService.NonExistentQueue"):
        sqs.get_queue_url(QueueName=name)


def check_sns() -> None:
    sns, sqs = boto3.client("sns"), boto3.client("sqs")
    topic = sns.create_topic(Name=unique("boto3"))["TopicArn"]
    url = sqs.create_queue(QueueName=unique("boto3"))["QueueUrl"]
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"][
        "QueueArn"
    ]
    allow = {
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue,
    }
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy(allow)})
    sns.subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=queue, Attributes={"RawMessageDelivery": "true"}
    )
    assert sns.publish(TopicArn=topic, Subject="s", Message="hello")["MessageId"]
    messages = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5)["Messages"]
    assert messages[0]["Body"] == "hello", messages
    sns.delete_topic(TopicArn=topic)
    sqs.delete_queue(QueueUrl=url)
    with refused("NotFound"):
        sns.get_topic_attributes(TopicArn=topic)


def check_events() -> None:
    events = boto3.client("events")
    event = {
        "id": "1",
        "account": "000000000000",
        "source": "aws.s3",
        "time": "2026-11-20T10:00:00Z",
        "region": "us-east-1",
        "resources": [],
        "detail-type": "Object Created",
        "detail": {"object": {"key": "incoming/a.csv"}},
    }
    pattern = {"detail": {"object": {"key": [{"wildcard": "incoming/*.csv"}]}}}
    answer = events.test_event_pattern(EventPattern=json.dumps(pattern), Event=json.dumps(event))
    assert answer["Result"] is True
    with refused("InvalidEventPatternException"):
        events.test_event_pattern(EventPattern='{"detail": 1}', Event=json.dumps(event))
    rule = unique("boto3")
    events.put_rule(Name=rule, EventPattern=json.dumps({"source": ["boto3"]}))
    assert events.describe_rule(Name=rule)["State"] == "ENABLED"
    put = events.put_events(
        Entries=[
            {"Source": "boto3", "DetailType": "check", "Detail": "{}"},
            {"Source": "boto3", "DetailType": "check", "Detail": "no json"},
        ]
    )
    assert put["FailedEntryCount"] == 1, put
    events.delete_rule(Name=rule)
    with refused("ResourceNotFoundException"):
        events.describe_rule(Name=rule)


def check_stepfunctions() -> None:
    """Checks the service alone, from CreateStateMachine to the end of an execution."""
    states, iam = boto3.client("stepfunctions"), boto3.client("iam")
    name = unique("boto3")
    trust = policy({"Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"})
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    definition = {
        "QueryLanguage": "JSONata",
        "StartAt": "Add",
        "States": {"Add": {"Type": "Pass", "Output": "{% $states.input.a + 1 %}", "End": True}},
    }
    machine = states.create_state_machine(
        name=name, definition=json.dumps(definition), roleArn=role
    )["stateMachineArn"]
    execution = states.start_execution(stateMachineArn=machine, input='{"a": 1}')["executionArn"]
    deadline = time.monotonic() + 10
    described = states.describe_execution(executionArn=execution)
    while described["status"] == "RUNNING" and time.monotonic() < deadline:
        time.sleep(0.05)
        described = states.describe_execution(executionArn=execution)
    assert (described["status"], described["output"]) == ("SUCCEEDED", "2"), described
    history = states.get_execution_history(executionArn=execution)["events"]
    assert [event["type"] for event in history] == [
        "ExecutionStarted",
        "PassStateEntered",
        "PassStateExited",
        "ExecutionSucceeded",
    ]
    listed = states.list_executions(stateMachineArn=machine)["executions"]
    assert [item["executionArn"] for item in listed] == [execution]
    with refused("InvalidDefinition"):
        states.create_state_machine(name=unique("boto3"), definition="{}", roleArn=role)
    states.delete_state_machine(stateMachineArn=machine)
    iam.delete_role(RoleName=name)


def check_logs() -> None:
    logs = boto3.client("logs")
    group = f"/boto3/{unique('group')}"
    logs.create_log_group(logGroupName=group)
    with refused("ResourceAlreadyExistsException"):
        logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName="s")
    now = int(time.time() * 1000)
    lines = [{"timestamp": now + number, "message": f"line {number}"} for number in range(3)]
    logs.put_log_events(logGroupName=group, logStreamName="s", logEvents=lines)
    read = logs.get_log_events(logGroupName=group, logStreamName="s", startFromHead=True)["events"]
    assert [event["message"] for event in read] == ["line 0", "line 1", "line 2"]
    found = logs.filter_log_events(logGroupName=group, filterPattern='"line 1"')["events"]
    assert [event["message"] for event in found] == ["line 1"]
    logs.delete_log_group(logGroupName=group)


def check_cloudwatch() -> None:
    cloudwatch = boto3.client("cloudwatch")
    namespace = unique("boto3")
    # Large enough that boto3 compresses the request.
    data = [{"MetricName": "m", "Value": number, "Unit": "Count"} for number in range(600)]
    cloudwatch.put_metric_data(Namespace=namespace, MetricData=data)
    now = time.time()
    answer = cloudwatch.get_metric_data(
        MetricDataQueries=[
            {
                "Id": "sum",
                "MetricStat": {
                    "Metric": {"Namespace": namespace, "MetricName": "m"},
                    "Period": 3600,
                    "Stat": "Sum",
                },
            }
        ],
        StartTime=now - 7200,
        EndTime=now + 7200,
    )
    assert sum(answer["MetricDataResults"][0]["Values"]) == sum(range(600)), answer
    alarm = unique("boto3")
    cloudwatch.put_metric_alarm(
        AlarmName=alarm,
        Namespace=namespace,
        MetricName="m",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    described = cloudwatch.describe_alarms(AlarmNames=[alarm])["MetricAlarms"]
    assert [item["AlarmName"] for item in described] == [alarm]
    cloudwatch.delete_alarms(AlarmNames=[alarm])


def check_ssm() -> None:
    ssm = boto3.client("ssm")
    name = f"/boto3/{unique('parameter')}"
    ssm.put_parameter(Name=name, Value="1", Type="String")
    with refused("ParameterAlreadyExists"):
        ssm.put_parameter(Name=name, Value="2", Type="String")
    assert ssm.get_parameter(Name=name)["Parameter"]["Value"] == "1"
    ssm.delete_parameter(Name=name)
    with refused("ParameterNotFound"):
        ssm.get_parameter(Name=name)


def check_lambda() -> None:
    functions = boto3.client("lambda")
    assert isinstance(functions.list_functions()["Functions"], list)
    with refused("ResourceNotFoundException"):
        functions.invoke(FunctionName="not-there", Payload=b"{}")


def check_sagemaker() -> None:
    sagemaker = boto3.client("sagemaker")
    assert isinstance(sagemaker.list_training_jobs()["TrainingJobSummaries"], list)
    assert isinstance(sagemaker.list_endpoints()["Endpoints"], list)
    with refused("ValidationException"):
        sagemaker.describe_endpoint(EndpointName="not-there")
    with refused("ValidationError"):
        boto3.client("sagemaker-runtime").invoke_endpoint(
            EndpointName="not-there", Body=b"1", ContentType="text/csv"
        )


@contextmanager
def temporary_table() -> Iterator[str]:
    client = boto3.client("dynamodb")
    name = unique("boto3")
    client.create_table(
        TableName=name,
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "N"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    client.get_waiter("table_exists").wait(TableName=name)
    try:
        yield name
    finally:
        client.delete_table(TableName=name)
        client.get_waiter("table_not_exists").wait(TableName=name)


def check_dynamodb_resource() -> None:
    with temporary_table() as name:
        resource: Any = boto3.resource("dynamodb")
        table = resource.Table(name)
        item = {
            "pk": "a",
            "sk": Decimal("1.50"),
            "big": Decimal("12345678901234567890.123456789"),
            "bytes": Binary(b"\x00\xff"),
            "tags": {"x", "y"},
            "doc": {"list": [Decimal(1), "two", None, True]},
        }
        table.put_item(Item=item, ConditionExpression=Attr("pk").not_exists())
        found = table.get_item(Key={"pk": "a", "sk": Decimal("1.5")})["Item"]
        assert found == item, found
        with refused("ConditionalCheckFailedException"):
            table.put_item(Item=item, ConditionExpression=Attr("pk").not_exists())
        updated = table.update_item(
            Key={"pk": "a", "sk": Decimal("1.5")},
            UpdateExpression="SET #o = :o ADD fence :one",
            ConditionExpression=Attr("owner").not_exists() | Attr("expires").lt(5),
            ExpressionAttributeNames={"#o": "owner"},
            ExpressionAttributeValues={":o": "me", ":one": 1},
            ReturnValues="UPDATED_NEW",
        )["Attributes"]
        assert updated == {"owner": "me", "fence": 1}, updated
        with table.batch_writer() as batch:
            for number in range(60):
                batch.put_item(Item={"pk": "many", "sk": number})
        page = table.query(
            KeyConditionExpression=Key("pk").eq("many") & Key("sk").between(10, 12),
            ScanIndexForward=False,
        )
        assert [entry["sk"] for entry in page["Items"]] == [12, 11, 10], page["Items"]
        assert table.item_count >= 0


def check_dynamodb_client() -> None:
    client = boto3.client("dynamodb")
    with temporary_table() as name:
        items = [{"pk": {"S": "p"}, "sk": {"N": str(number)}} for number in range(30)]
        client.transact_write_items(
            TransactItems=[{"Put": {"TableName": name, "Item": item}} for item in items]
        )
        for operation, options in [
            (
                "query",
                {
                    "KeyConditionExpression": "pk = :p",
                    "ExpressionAttributeValues": {":p": {"S": "p"}},
                },
            ),
            ("scan", {}),
        ]:
            pages = list(
                client.get_paginator(operation).paginate(
                    TableName=name, PaginationConfig={"PageSize": 7}, **options
                )
            )
            assert sum(len(page["Items"]) for page in pages) == 30
            assert len(pages) >= 5
        try:
            client.transact_write_items(
                TransactItems=[
                    {
                        "Put": {
                            "TableName": name,
                            "Item": items[0],
                            "ConditionExpression": "attribute_not_exists(pk)",
                            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                        }
                    }
                ]
            )
        except client.exceptions.TransactionCanceledException as error:
            (reason,) = error.response["CancellationReasons"]
            assert reason["Code"] == "ConditionalCheckFailed", reason
            assert reason["Item"] == items[0], reason
        else:
            raise AssertionError("the transaction was not cancelled")
        with refused("ResourceNotFoundException"):
            client.get_item(TableName=unique("none"), Key=items[0])
        arn = client.describe_table(TableName=name)["Table"]["TableArn"]
        client.tag_resource(ResourceArn=arn, Tags=[{"Key": "k", "Value": "v"}])
        tags = client.get_paginator("list_tags_of_resource").paginate(ResourceArn=arn)
        assert [tag["Key"] for page in tags for tag in page["Tags"]] == ["k"]
        tables = client.get_paginator("list_tables").paginate(PaginationConfig={"PageSize": 1})
        assert name in [table for page in tables for table in page["TableNames"]]
        client.update_time_to_live(
            TableName=name,
            TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"},
        )
        described = client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
        assert described["TimeToLiveStatus"] == "ENABLED", described


def check_application_autoscaling() -> None:
    scaling = boto3.client("application-autoscaling")
    targets = scaling.describe_scalable_targets(ServiceNamespace="sagemaker")["ScalableTargets"]
    assert isinstance(targets, list)


PASSWORD = "Correct-horse-1!"


@contextmanager
def temporary_pool() -> Iterator[tuple[str, str]]:
    """A user pool without sign-up and its client, as the console's stack makes them."""
    cognito = boto3.client("cognito-idp")
    made = cognito.create_user_pool(
        PoolName=unique("boto3"),
        AdminCreateUserConfig={"AllowAdminCreateUserOnly": True},
        Policies={"PasswordPolicy": {"MinimumLength": 12, "RequireNumbers": True}},
    )
    pool = made["UserPool"]["Id"]
    client = cognito.create_user_pool_client(
        UserPoolId=pool,
        ClientName="boto3",
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        PreventUserExistenceErrors="ENABLED",
        EnableTokenRevocation=True,
    )["UserPoolClient"]["ClientId"]
    try:
        yield pool, client
    finally:
        cognito.delete_user_pool(UserPoolId=pool)
        with refused("ResourceNotFoundException"):
            cognito.describe_user_pool(UserPoolId=pool)


def claims_of(token: str) -> dict[str, Any]:
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def check_cognito_idp() -> None:
    """The first user, as docs/api.md says an administrator makes it, and its sign-in."""
    cognito = boto3.client("cognito-idp")
    with temporary_pool() as (pool, client):
        user = {"UserPoolId": pool, "Username": "ada"}
        groups = ["approver", "viewer"]
        for group in groups:
            cognito.create_group(UserPoolId=pool, GroupName=group)
        made = cognito.admin_create_user(
            **user,
            TemporaryPassword="A-temporary-1",
            MessageAction="SUPPRESS",
            UserAttributes=[{"Name": "email", "Value": "ada@example.org"}],
        )["User"]
        assert made["UserStatus"] == "FORCE_CHANGE_PASSWORD", made
        with refused("UsernameExistsException"):
            cognito.admin_create_user(**user)
        for group in groups:
            cognito.admin_add_user_to_group(**user, GroupName=group)
        with refused("ResourceNotFoundException"):
            cognito.admin_add_user_to_group(**user, GroupName="none")
        tokens = sign_in(client)
        claims = claims_of(tokens["AccessToken"])
        assert sorted(claims["cognito:groups"]) == groups, claims
        assert (claims["client_id"], claims["token_use"]) == (client, "access"), claims
        use_session(client, tokens)
        names = [one["Username"] for one in cognito.list_users(UserPoolId=pool)["Users"]]
        assert names == ["ada"], names
        cognito.admin_disable_user(**user)
        with refused("NotAuthorizedException"):
            start_sign_in(client, PASSWORD)


def start_sign_in(client: str, password: str) -> Any:
    return boto3.client("cognito-idp").initiate_auth(
        ClientId=client,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": password},
    )


def sign_in(client: str) -> Any:
    """Chooses a password in place of the temporary one."""
    with refused("NotAuthorizedException"):
        start_sign_in(client, "wrong")
    asked = start_sign_in(client, "A-temporary-1")
    assert asked["ChallengeName"] == "NEW_PASSWORD_REQUIRED", asked
    challenge = {
        "ClientId": client,
        "ChallengeName": asked["ChallengeName"],
        "Session": asked["Session"],
    }
    respond = boto3.client("cognito-idp").respond_to_auth_challenge
    with refused("InvalidPasswordException"):
        respond(**challenge, ChallengeResponses={"USERNAME": "ada", "NEW_PASSWORD": "weak"})
    done = respond(**challenge, ChallengeResponses={"USERNAME": "ada", "NEW_PASSWORD": PASSWORD})
    return done["AuthenticationResult"]


def use_session(client: str, tokens: Any) -> None:
    cognito = boto3.client("cognito-idp")
    assert cognito.get_user(AccessToken=tokens["AccessToken"])["Username"] == "ada"
    refresh = {
        "ClientId": client,
        "AuthFlow": "REFRESH_TOKEN_AUTH",
        "AuthParameters": {"REFRESH_TOKEN": tokens["RefreshToken"]},
    }
    assert "AccessToken" in cognito.initiate_auth(**refresh)["AuthenticationResult"]
    cognito.revoke_token(Token=tokens["RefreshToken"], ClientId=client)
    with refused("NotAuthorizedException"):
        cognito.initiate_auth(**refresh)
    with refused("NotAuthorizedException"):
        cognito.get_user(AccessToken=tokens["AccessToken"])


def check_apigatewayv2() -> None:
    """An API with a route behind a user pool, as the console's stack makes it."""
    gateway = boto3.client("apigatewayv2")
    with temporary_pool() as (pool, client):
        api = gateway.create_api(Name=unique("boto3"), ProtocolType="HTTP")
        part = {"ApiId": api["ApiId"]}
        try:
            integration = gateway.create_integration(
                **part,
                IntegrationType="AWS_PROXY",
                IntegrationUri="arn:aws:lambda:us-east-1:000000000000:function:not-there",
                PayloadFormatVersion="2.0",
            )
            authorizer = gateway.create_authorizer(
                **part,
                Name="people",
                AuthorizerType="JWT",
                IdentitySource=["$request.header.Authorization"],
                JwtConfiguration={
                    "Issuer": f"https://cognito-idp.us-east-1.amazonaws.com/{pool}",
                    "Audience": [client],
                },
            )
            gateway.create_route(
                **part,
                RouteKey="GET /models",
                Target=f"integrations/{integration['IntegrationId']}",
                AuthorizationType="JWT",
                AuthorizerId=authorizer["AuthorizerId"],
                AuthorizationScopes=["stepmill/read"],
            )
            with refused("ConflictException"):
                gateway.create_route(**part, RouteKey="GET /models")
            gateway.create_stage(**part, StageName="$default", AutoDeploy=True)
            gateway.update_stage(
                **part,
                StageName="$default",
                RouteSettings={
                    "GET /models": {"ThrottlingRateLimit": 5.0, "ThrottlingBurstLimit": 10}
                },
            )
            with refused("ConflictException"):
                gateway.delete_integration(**part, IntegrationId=integration["IntegrationId"])
            address = f"{os.environ['AWS_ENDPOINT_URL']}/_aws/execute-api/{api['ApiId']}"
            assert statuses(address, "/models", "/other") == [401, 404]
        finally:
            gateway.delete_api(**part)
        with refused("NotFoundException"):
            gateway.get_api(**part)


def statuses(address: str, *paths: str) -> list[int]:
    """The statuses of refused requests."""
    found = []
    for path in paths:
        try:
            urllib.request.urlopen(f"{address}{path}", timeout=30)
            found.append(200)
        except urllib.error.HTTPError as error:
            found.append(error.code)
    return found


def checks() -> dict[str, Callable[[], None]]:
    return {
        name.removeprefix("check_"): value
        for name, value in globals().items()
        if name.startswith("check_")
    }


def main(wanted: list[str]) -> int:
    if "AWS_ENDPOINT_URL" not in os.environ:
        print("AWS_ENDPOINT_URL is not set. Start Stepmill and set it.")
        return 2
    os.environ.setdefault("AWS_ACCESS_KEY_ID", "test")
    os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "test")
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    # The user's own configuration must have no effect.
    os.environ["AWS_CONFIG_FILE"] = os.path.join(tempfile.gettempdir(), "no-such-aws-config")
    failed = 0
    for name, check in checks().items():
        if wanted and not any(name.startswith(prefix) for prefix in wanted):
            continue
        try:
            check()
            print(f"ok      boto3 {name}")
        except Exception:
            failed += 1
            print(f"FAILED  boto3 {name}")
            traceback.print_exc()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
