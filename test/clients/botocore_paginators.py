"""Tests every paginator of botocore for the operations of a runtime with several pages.

    python botocore_paginators.py ENDPOINT < operations.json

Prints a line for each: `<service> <operation> walked` if small pages, none of them longer than requested,
have the same items as one large page; otherwise the difference.
"""

import json
import sys

import botocore.exceptions
import jmespath
from botocore_answers import (
    ACCOUNT,
    ALARM,
    ANSWER,
    ANYTHING,
    AUTHORIZER,
    BUILD_PROJECT,
    CLIENTS,
    FOR_ACCOUNT,
    FUNCTION,
    HOUR,
    IMAGE,
    INPUTS,
    INTEGRATION,
    INVALIDATION,
    JOB,
    MAPS,
    NOW,
    PASS,
    PATHS,
    POOL_CLIENT,
    PROCESSING,
    REPORT_GROUP,
    ROLE,
    SCHEDULE,
    SEEDS,
    SUBNETS,
    TABLE,
    TARGETS,
    TASK,
    TASK_DEFINITION,
    TRANSFORM,
    TRUST,
    VARIANT,
    Walk,
    arn,
    configured,
    container_image,
    distribution,
    pipeline,
    required,
)

COUNT = 3
NAMES = [f"page-{number}" for number in range(COUNT)]
MANY = 101
LARGE = 50
PAGED_TABLE = {
    **TABLE,
    "TableName": "paged",
    "AttributeDefinitions": [
        {"AttributeName": "id", "AttributeType": "S"},
        {"AttributeName": "n", "AttributeType": "N"},
    ],
    "KeySchema": [
        {"AttributeName": "id", "KeyType": "HASH"},
        {"AttributeName": "n", "KeyType": "RANGE"},
    ],
}
MAP = json.dumps(json.loads(MAPS)["States"]["A"])
BRANCHES = [
    {
        "StartAt": name,
        "States": {name: {**json.loads(MAP.replace('"B"', f'"{name} item"')), "Label": name}},
    }
    for name in ("First", "Second")
]
TWO_MAPS = json.dumps(
    {"StartAt": "Both", "States": {"Both": {"Type": "Parallel", "Branches": BRANCHES, "End": True}}}
)


def seed(walk):
    """Creates three of every listed resource; more where the page size is fixed."""
    call = walk.call
    policy = f"arn:aws:iam::{ACCOUNT}:policy/"
    for name in NAMES:
        call("s3", "CreateBucket", {"Bucket": name})
        for body in (b"1", b"2"):
            call(
                "s3",
                "PutObject",
                {"Bucket": "walk", "Key": f"{name}/{body.decode()}", "Body": body},
            )
        call("s3", "CreateMultipartUpload", {"Bucket": "walk", "Key": f"{name}/upload"})
        call(
            "s3",
            "UploadPart",
            {
                "Bucket": "walk",
                "Key": "k",
                "UploadId": walk.made["upload"],
                "PartNumber": NAMES.index(name) + 1,
                "Body": b"x",
            },
        )
        redrive = json.dumps({"deadLetterTargetArn": arn("sqs", "dead"), "maxReceiveCount": 3})
        call("sqs", "CreateQueue", {"QueueName": name, "Attributes": {"RedrivePolicy": redrive}})
        call("logs", "CreateLogGroup", {"logGroupName": f"/{name}"})
        call("logs", "CreateLogStream", {"logGroupName": "/walk", "logStreamName": name})
        call("logs", "PutResourcePolicy", {"policyName": name, "policyDocument": FOR_ACCOUNT})
        call(
            "logs",
            "PutMetricFilter",
            {
                "logGroupName": "/walk",
                "filterName": name,
                "filterPattern": "ERROR",
                "metricTransformations": [
                    {"metricName": "m", "metricNamespace": "Walk", "metricValue": "1"}
                ],
            },
        )
        call("cloudwatch", "PutMetricAlarm", {"AlarmName": name, **ALARM})
        call("events", "PutRule", {"Name": name, "EventPattern": '{"source":["walk"]}'})
        call(
            "events",
            "PutTargets",
            {"Rule": name, "Targets": [{"Id": "1", "Arn": arn("sqs", "walk")}]},
        )
        call(
            "events",
            "PutTargets",
            {"Rule": "walk", "Targets": [{"Id": name, "Arn": arn("sqs", name)}]},
        )
        call("iam", "CreateRole", {"RoleName": name, "AssumeRolePolicyDocument": TRUST})
        call("iam", "CreatePolicy", {"PolicyName": name, "PolicyDocument": ANYTHING})
        call("iam", "AttachRolePolicy", {"RoleName": "walk", "PolicyArn": policy + name})
        call("iam", "AttachRolePolicy", {"RoleName": name, "PolicyArn": policy + "walk"})
        call(
            "iam",
            "PutRolePolicy",
            {"RoleName": "walk", "PolicyName": name, "PolicyDocument": ANYTHING},
        )
        call("iam", "TagRole", {"RoleName": "walk", "Tags": [{"Key": name, "Value": "v"}]})
        call("ecr", "CreateRepository", {"repositoryName": name})
        call(
            "ecr",
            "PutImage",
            {"repositoryName": "walk", "imageManifest": container_image(name), "imageTag": name},
        )
        call("codebuild", "CreateProject", {"name": name, **BUILD_PROJECT})
        call("codebuild", "CreateReportGroup", {"name": name, **REPORT_GROUP})
        call("codebuild", "StartBuild", {"projectName": "walk"})
        call("codepipeline", "CreatePipeline", {"pipeline": pipeline(name)})
        call("codepipeline", "StartPipelineExecution", {"name": "walk"})
        call("ecs", "CreateCluster", {"clusterName": name})
        call("ecs", "RegisterTaskDefinition", {"family": name, **TASK_DEFINITION})
        call("ecs", "RunTask", {"taskDefinition": name, **TASK})
        service = {"serviceName": name, "taskDefinition": name, "desiredCount": 0, **TASK}
        call("ecs", "CreateService", service)
        call("elbv2", "CreateLoadBalancer", {"Name": name, **SUBNETS})
        call("elbv2", "CreateTargetGroup", {"Name": name, **TARGETS})
        port = 100 + NAMES.index(name)
        listener = {"Protocol": "HTTP", "Port": port, "DefaultActions": ANSWER}
        call("elbv2", "CreateListener", {"LoadBalancerArn": walk.made["balancer"], **listener})
        rule = {"Priority": port, "Conditions": PATHS, "Actions": ANSWER}
        call("elbv2", "CreateRule", {"ListenerArn": walk.made["listener"], **rule})
        call("ssm", "PutParameter", {"Name": f"/{name}", "Value": "v", "Type": "String"})
        call(
            "ssm",
            "PutParameter",
            {"Name": "walk", "Value": name, "Type": "String", "Overwrite": True},
        )
        call("apigatewayv2", "CreateApi", {"Name": name, "ProtocolType": "HTTP"})
        api = {"ApiId": walk.made["api"]}
        call("apigatewayv2", "CreateIntegration", {**api, **INTEGRATION})
        call("apigatewayv2", "CreateAuthorizer", {**api, "Name": name, **AUTHORIZER})
        call("apigatewayv2", "CreateRoute", {**api, "RouteKey": f"GET /{name}"})
        call("apigatewayv2", "CreateStage", {**api, "StageName": name})
        call("apigatewayv2", "CreateDeployment", api)
        call("cognito-idp", "CreateUserPool", {"PoolName": name})
        pool = {"UserPoolId": walk.made["pool"]}
        user = {**pool, "Username": name}
        call("cognito-idp", "CreateUserPoolClient", {**pool, **POOL_CLIENT})
        call("cognito-idp", "CreateGroup", {**pool, "GroupName": name})
        call("cognito-idp", "CreateResourceServer", {**pool, "Identifier": name, "Name": name})
        call("cognito-idp", "AdminCreateUser", user)
        call("cognito-idp", "AdminAddUserToGroup", {**user, "GroupName": "walk"})
        call(
            "cognito-idp",
            "AdminAddUserToGroup",
            {**pool, "Username": "walk", "GroupName": name},
        )
        call("cloudfront", "CreateOriginAccessControl", configured("OriginAccessControl", name))
        call("cloudfront", "CreateDistribution", {"DistributionConfig": distribution(name)})
        call(
            "cloudfront",
            "CreateInvalidation",
            {
                "DistributionId": walk.made["distribution"],
                "InvalidationBatch": {**INVALIDATION, "CallerReference": name},
            },
        )
        call("lambda", "CreateFunction", {"FunctionName": name, **FUNCTION})
        call(
            "lambda",
            "CreateAlias",
            {"FunctionName": "walk", "Name": name, "FunctionVersion": "$LATEST"},
        )
        call("lambda", "UpdateFunctionConfiguration", {"FunctionName": "walk", "Description": name})
        published = call("lambda", "PublishVersion", {"FunctionName": "walk"})
        call(
            "lambda",
            "PutProvisionedConcurrencyConfig",
            {
                "FunctionName": "walk",
                "Qualifier": published["Version"],
                "ProvisionedConcurrentExecutions": 1,
            },
        )
        for layer in ("walk", name):
            call(
                "lambda",
                "PublishLayerVersion",
                {"LayerName": layer, "Content": FUNCTION["Code"]},
            )
        call(
            "lambda",
            "CreateEventSourceMapping",
            {"FunctionName": name, "EventSourceArn": arn("sqs", name), "Enabled": False},
        )
        call("stepfunctions", "CreateActivity", {"name": name})
        call("stepfunctions", "StartExecution", {"stateMachineArn": walk.made["machine"]})
        call(
            "stepfunctions",
            "CreateStateMachine",
            {"name": name, "definition": PASS, "roleArn": ROLE},
        )
        call("sagemaker", "CreateModelPackageGroup", {"ModelPackageGroupName": name})
        call("sagemaker", "CreateModelPackage", {"ModelPackageGroupName": "walk"})
        call(
            "sagemaker",
            "CreateModel",
            {"ModelName": name, "ExecutionRoleArn": ROLE, "PrimaryContainer": {"Image": IMAGE}},
        )
        call(
            "sagemaker",
            "CreateEndpointConfig",
            {"EndpointConfigName": name, "ProductionVariants": [VARIANT]},
        )
        call("sagemaker", "CreateTrainingJob", {"TrainingJobName": name, **JOB})
        call("sagemaker", "CreateProcessingJob", {"ProcessingJobName": name, **PROCESSING})
        call("sagemaker", "CreateTransformJob", {"TransformJobName": name, **TRANSFORM})
        call("kms", "CreateKey", {"Tags": [{"TagKey": "k", "TagValue": "v"}]})
        call("kms", "CreateAlias", {"AliasName": f"alias/{name}", "TargetKeyId": walk.made["key"]})
        call(
            "kms",
            "TagResource",
            {"KeyId": walk.made["key"], "Tags": [{"TagKey": name, "TagValue": "v"}]},
        )
        call("scheduler", "CreateScheduleGroup", {"Name": name})
        call("scheduler", "CreateSchedule", {"Name": name, **SCHEDULE})
        call(
            "sagemaker",
            "AddTags",
            {"ResourceArn": arn("sagemaker", "model/walk"), "Tags": [{"Key": name, "Value": "v"}]},
        )
        call("dynamodb", "CreateTable", {**TABLE, "TableName": name})
        call("dynamodb", "PutItem", {"TableName": "walk", "Item": {"id": {"S": name}}})
        call("sagemaker", "CreateEndpoint", {"EndpointName": name, "EndpointConfigName": "walk"})
    call("dynamodb", "CreateTable", PAGED_TABLE)
    for number in range(COUNT):
        call(
            "dynamodb",
            "PutItem",
            {"TableName": "paged", "Item": {"id": {"S": "1"}, "n": {"N": str(number)}}},
        )
    maps = call(
        "stepfunctions",
        "CreateStateMachine",
        {"name": "paged", "definition": TWO_MAPS, "roleArn": ROLE},
    )
    walk.made["two_maps"] = call(
        "stepfunctions",
        "StartExecution",
        {"stateMachineArn": maps["stateMachineArn"], "input": "[1]"},
    )["executionArn"]
    start = int(NOW.timestamp() * 1000)
    call(
        "logs",
        "PutLogEvents",
        {
            "logGroupName": "/walk",
            "logStreamName": "walk",
            "logEvents": [
                {"timestamp": start + number, "message": f"m{number}"} for number in range(COUNT)
            ],
        },
    )
    for minute in range(COUNT):
        call(
            "cloudwatch",
            "PutMetricData",
            {
                "Namespace": "Walk",
                "MetricData": [
                    {"MetricName": "m", "Value": 1, "Timestamp": NOW - minute * (HOUR / 60)}
                ],
            },
        )
    call(
        "cloudwatch",
        "PutMetricData",
        {
            "Namespace": "Many",
            "MetricData": [{"MetricName": f"m{number}", "Value": 1} for number in range(501)],
        },
    )
    for number in range(MANY):
        call("sns", "CreateTopic", {"Name": f"page-{number}"})
        call(
            "sns",
            "Subscribe",
            {
                "TopicArn": arn("sns", "walk"),
                "Protocol": "email",
                "Endpoint": f"{number}@example.com",
            },
        )


# Inputs in addition to the required members.
LISTED = {
    "ListObjectVersions": {"Bucket": "walk", "Delimiter": "/"},
    "ListMultipartUploads": {"Bucket": "walk", "Delimiter": "/"},
    "ListDeadLetterSourceQueues": {"QueueUrl": "{dead}"},
    "ListModelPackages": {"ModelPackageGroupName": "walk"},
    "GetParameterHistory": {"Name": "walk"},
    "ListExecutions": {"stateMachineArn": "{machine}"},
    "ListTasks": {"desiredStatus": "STOPPED"},
    "DescribeListeners": {"LoadBalancerArn": "{balancer}"},
    "DescribeRules": {"ListenerArn": "{listener}"},
    # The runtime writes its own metrics during the walk.
    "ListMetrics": {"Namespace": "Many"},
    "GetMetricData": INPUTS["cloudwatch"]["GetMetricData"],
    "Query": {**INPUTS["dynamodb"]["Query"], "TableName": "paged"},
    "ListMapRuns": {"executionArn": "{two_maps}"},
    "DescribeLogStreams": {"logGroupName": "/walk"},
    "FilterLogEvents": {"logGroupName": "/walk"},
    "ListEntitiesForPolicy": {"PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/walk"},
}


def input_of(walk, service, operation):
    """The input of a list operation."""
    if operation in LISTED:
        return walk.filled(LISTED[operation])
    shape = walk.client(service).meta.service_model.operation_model(operation).input_shape
    return walk.filled(required(shape, {**SEEDS["*"], **SEEDS[service]}))


def items_of(page, keys):
    """The items of a page, as comparable texts."""
    found = []
    for key in keys:
        # `DistributionList.Items` is a path.
        value = jmespath.search(key, page) or []
        if key == "MetricDataResults":
            value = [(result["Id"], str(time)) for result in value for time in result["Timestamps"]]
        found += [f"{key} {item!r}" for item in value] if isinstance(value, list) else []
    return found


def outcome(walk, service, operation, method):
    """The result of the paginator for small pages."""
    paginator = walk.client(service).get_paginator(method)
    config = paginator._pagination_cfg
    keys = (
        config["result_key"] if isinstance(config["result_key"], list) else [config["result_key"]]
    )
    given = input_of(walk, service, operation)
    has_limit = "limit_key" in config
    large = {"PageSize": 10 if operation == "GetParametersByPath" else LARGE} if has_limit else {}
    try:
        small = list(
            paginator.paginate(**given, PaginationConfig={"PageSize": 1} if has_limit else {})
        )
        whole = list(paginator.paginate(**given, PaginationConfig=large))
    except botocore.exceptions.BotoCoreError as error:
        return f"broken {error}"
    except botocore.exceptions.ClientError as error:
        return f"refused {error}"
    pages = [items_of(page, keys) for page in small]
    found = [item for page in pages for item in page]
    expected = [item for page in whole for item in items_of(page, keys)]
    if sum(1 for page in pages if page) < 2:
        return f"had {len(found)} items on one page"
    if has_limit and max(map(len, pages)) > 1:
        return f"had {max(map(len, pages))} items on a page of one"
    return (
        "walked"
        if sorted(found) == sorted(expected)
        else f"gave {len(found)} items of {len(expected)}"
    )


def main():
    """Tests all paginators of the operations of standard input."""
    walk = Walk(sys.argv[1])
    walk.make()
    seed(walk)
    for service, operations in json.load(sys.stdin).items():
        client = walk.client(service)
        methods = {name: method for method, name in client.meta.method_to_api_mapping.items()}
        for operation in operations:
            if (
                operation in CLIENTS
                or operation not in methods
                or not client.can_paginate(methods[operation])
            ):
                continue
            print(
                service,
                operation,
                outcome(walk, service, operation, methods[operation]),
                flush=True,
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
