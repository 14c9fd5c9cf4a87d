"""Lets botocore parse answers and create requests: python botocore_shapes.py < cases > results

A case is a JSON object: service, operation, status, xml, and the parameters of a request. A result has the
answer as botocore parses it, the members that are not in its output shape, and the fields of the request
that botocore itself would send.
"""

import json
import sys
from xml.etree import ElementTree

import botocore.session
from botocore import parsers, serialize, validate


def main():
    """Handle the cases in order."""
    session = botocore.session.get_session()
    print(json.dumps([judge(session, case) for case in json.load(sys.stdin)]))


def judge(session, case):
    """Read the answer and write the request."""
    model = session.get_service_model(case["service"])
    operation = model.operation_model(case["operation"])
    answer = {"status_code": case["status"], "headers": {}, "body": case["xml"].encode()}
    parsed = parsers.create_parser("query").parse(answer, operation.output_shape)
    report = validate.ParamValidator().validate(case["parameters"], operation.input_shape)
    request = serialize.create_serializer("query").serialize_to_request(
        case["parameters"], operation
    )
    return {
        "parsed": {key: value for key, value in parsed.items() if key != "ResponseMetadata"},
        "unknown": sorted(unknown_members(case["xml"], operation)) if case["status"] == 200 else [],
        "invalid": report.generate_report(),
        "request": {key: str(value) for key, value in request["body"].items()},
    }


def unknown_members(xml, operation):
    """Elements of the result that have no member in its shape."""
    result = next(iter(ElementTree.fromstring(xml)))
    yield from walk(result, operation.output_shape)


def walk(element, shape):
    """Compare an element's children with a structure or a list."""
    for child in element:
        name = child.tag.partition("}")[2]
        if shape.type_name == "list":
            yield from walk(child, shape.member)
        elif shape.type_name == "structure" and name in shape.members:
            yield from walk(child, shape.members[name])
        else:
            yield name


if __name__ == "__main__":
    main()
