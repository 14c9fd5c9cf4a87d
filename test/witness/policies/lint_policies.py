"""Lints every policy of CloudFormation templates: python lint_policies.py TEMPLATE…

Prints a JSON array of findings: template, policy, issue, detail. References of the template are replaced
by plausible names, so that the linter reads the policies as AWS would.
"""

import argparse
import json
import re
import sys
from pathlib import Path

import parliament

PSEUDO_PARAMETERS = {
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::AccountId": "123456789012",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": "stack",
}

#: The ARN that `Fn::GetAtt` and `Ref` of a resource stand for, by type.
ARNS = {
    "AWS::S3::Bucket": "arn:aws:s3:::bucket",
    "AWS::SQS::Queue": "arn:aws:sqs:us-east-1:123456789012:queue",
    "AWS::SNS::Topic": "arn:aws:sns:us-east-1:123456789012:topic",
    "AWS::Lambda::Function": "arn:aws:lambda:us-east-1:123456789012:function:function",
    "AWS::IAM::Role": "arn:aws:iam::123456789012:role/role",
    "AWS::StepFunctions::StateMachine": "arn:aws:states:us-east-1:123456789012:stateMachine:machine",
    "AWS::SageMaker::ModelPackageGroup": "arn:aws:sagemaker:us-east-1:123456789012:model-package-group/group",
    "AWS::CloudWatch::Alarm": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:alarm",
    "AWS::Logs::LogGroup": "arn:aws:logs:us-east-1:123456789012:log-group:group:*",
    "AWS::Events::Rule": "arn:aws:events:us-east-1:123456789012:rule/rule",
    "AWS::DynamoDB::Table": "arn:aws:dynamodb:us-east-1:123456789012:table/table",
    "AWS::ECS::Cluster": "arn:aws:ecs:us-east-1:123456789012:cluster/cluster",
}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("templates", nargs="+", type=Path)
    templates = parser.parse_args(arguments).templates
    findings = [finding for path in templates for finding in lint_template(path)]
    print(json.dumps(findings, indent=2))
    return 0


def lint_template(path: Path) -> list[dict]:
    template = json.loads(path.read_text())
    resources = template["Resources"]
    found = []
    for name, document in policies(resources):
        policy = resolve(document, resources)
        analyzed = parliament.analyze_policy_string(json.dumps(policy))
        found += [
            {
                "template": path.name,
                "policy": name,
                "issue": finding.issue,
                "detail": str(finding.detail),
            }
            for finding in analyzed.findings
        ]
    return found


def policies(resources: dict):
    """Identity policies, and those of queues, topics and buckets."""
    for name, resource in resources.items():
        properties = resource.get("Properties", {})
        if "PolicyDocument" in properties:
            yield name, properties["PolicyDocument"]
        for inline in properties.get("Policies", []):
            if isinstance(inline, dict) and "PolicyDocument" in inline:
                yield f"{name}/{inline['PolicyName']}", inline["PolicyDocument"]


def resolve(value, resources: dict):
    if isinstance(value, list):
        return [resolve(item, resources) for item in value]
    if isinstance(value, (int, float)):
        # IAM accepts both; the linter supports only texts.
        return json.dumps(value)
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((function, argument),) = value.items()
        if function == "Ref":
            return reference(argument, resources)
        if function == "Fn::GetAtt":
            return ARNS.get(resources[argument[0]]["Type"], "value")
        if function == "Fn::Join":
            return argument[0].join(str(resolve(item, resources)) for item in argument[1])
        if function == "Fn::Select":
            return str(resolve(argument[1], resources)[int(argument[0])])
        if function == "Fn::Split":
            return str(resolve(argument[1], resources)).split(argument[0])
        if function == "Fn::FindInMap":
            return "123456789012"
        if function == "Fn::Sub" and isinstance(argument, str):
            return re.sub(r"\$\{([\w:]+)\}", lambda match: reference(match[1], resources), argument)
        if function == "Fn::If":
            return resolve(argument[1], resources)
        if function.startswith("Fn::"):
            raise ValueError(f"this script does not resolve {function} in a policy")
    return {key: resolve(member, resources) for key, member in value.items()}


def reference(name: str, resources: dict) -> str:
    if name in PSEUDO_PARAMETERS:
        return PSEUDO_PARAMETERS[name]
    kind = resources.get(name, {}).get("Type")
    # The Ref of these is their ARN; that of others is a name.
    if kind in ("AWS::SNS::Topic", "AWS::StepFunctions::StateMachine"):
        return ARNS[kind]
    return name.lower()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
