"""Whether an answer is one that the API's description announces."""

import json
import re
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from handlers.api.openapi import document


def check(method: str, path: str, status: int, content_type: str, body: Any) -> None:
    """Fail if the answer was not announced."""
    described = document()
    if status == 405 or (operation := _operation(described, method, path)) is None:
        responses: dict[str, Any] = {str(status): _problem()}
    else:
        responses = operation["responses"]
    assert str(status) in responses, f"{method} {path} answered {status}, which is not described"
    content = responses[str(status)]["content"]
    assert content_type in content, f"{method} {path} answered {status} as {content_type}"
    errors = list(_validator(json.dumps(content[content_type]["schema"])).iter_errors(body))
    assert not errors, f"{method} {path} answered {status}, not as described: {errors[0].message}"


def _operation(described: dict[str, Any], method: str, path: str) -> Any:
    for template, item in described["paths"].items():
        if re.fullmatch(re.sub(r"\{[^}]*\}", "[^/]+", template), path):
            return item.get(method.lower())
    return None


def _problem() -> dict[str, Any]:
    return {"content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}


@cache
def _validator(schema: str) -> Draft202012Validator:
    """A validator of a schema of the document, which the references in it point into."""
    whole = json.loads(schema) | {"components": document()["components"]}
    return Draft202012Validator(whole, format_checker=FormatChecker())
