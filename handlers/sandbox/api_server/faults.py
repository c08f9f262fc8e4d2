"""What the server answers when it does not do what was asked, in Kubernetes' own form."""

from http import HTTPStatus
from typing import Any

from handlers.cluster.resources import Resource


class ApiFault(Exception):  # noqa: N818  It is an answer.
    """An answer that is no good."""

    def __init__(self, code: int, reason: str, message: str, details: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.details = details

    def status(self) -> dict[str, Any]:
        body = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": str(self)}
        body |= {"reason": self.reason} if self.reason else {}
        body |= {"details": self.details} if self.details is not None else {}
        return body | {"code": self.code}


def _about(resource: Resource, name: str) -> dict[str, Any]:
    named = {"name": name} if name else {}
    group = {"group": resource.group} if resource.group else {}
    return {**named, **group, "kind": resource.plural}


def not_found(resource: Resource, name: str) -> ApiFault:
    return ApiFault(HTTPStatus.NOT_FOUND, "NotFound", f'{resource} "{name}" not found', _about(resource, name))


def already_exists(resource: Resource, name: str) -> ApiFault:
    message = f'{resource} "{name}" already exists'
    return ApiFault(HTTPStatus.CONFLICT, "AlreadyExists", message, _about(resource, name))


def conflict(resource: Resource, name: str) -> ApiFault:
    message = (
        f'Operation cannot be fulfilled on {resource} "{name}": the object has been modified;'
        " please apply your changes to the latest version and try again"
    )
    return ApiFault(HTTPStatus.CONFLICT, "Conflict", message, _about(resource, name))


def other_precondition(resource: Resource, name: str, what: str) -> ApiFault:
    message = f'Operation cannot be fulfilled on {resource} "{name}": Precondition failed: {what}'
    return ApiFault(HTTPStatus.CONFLICT, "Conflict", message, _about(resource, name))


def forbidden(resource: Resource, name: str, verb: str) -> ApiFault:
    asked = f'cannot {verb} resource "{resource.plural}" in API group "{resource.group}"'
    named = f' "{name}"' if name else ""
    message = f'{resource}{named} is forbidden: User "pointsman" {asked}'
    return ApiFault(HTTPStatus.FORBIDDEN, "Forbidden", message, _about(resource, name))


def bad_request(message: str) -> ApiFault:
    return ApiFault(HTTPStatus.BAD_REQUEST, "BadRequest", message)


def invalid(resource: Resource, name: str, field: str, why: str, *, kind: str | None = None) -> ApiFault:
    """A value that cannot be; `kind`: as which the object is spoken of, else as one of its resource."""
    spoken_of = str(resource) if not kind else f"{kind}.{resource.group}" if resource.group else kind
    causes = [{"reason": "FieldValueInvalid", "message": why, "field": field}]
    details = _about(resource, name) | ({"kind": kind} if kind else {}) | {"causes": causes}
    message = f'{spoken_of} "{name}" is invalid: {field}: {why}'
    return ApiFault(HTTPStatus.UNPROCESSABLE_ENTITY, "Invalid", message, details)


def cannot_apply() -> ApiFault:
    """A JSON patch that does not fit the object: it names no kind, which tells it from a value the schema refuses."""
    message = "the server rejected our request due to an error in our request"
    return ApiFault(HTTPStatus.UNPROCESSABLE_ENTITY, "Invalid", message, {})


def no_version(text: str) -> ApiFault:
    message = f'resourceVersion: Invalid value: "{text}": strconv.ParseUint: parsing "{text}": invalid syntax'
    return ApiFault(HTTPStatus.INTERNAL_SERVER_ERROR, "", message)


def unsupported(accepted: str) -> ApiFault:
    message = f"the body of the request was in an unknown format - accepted media types include: {accepted}"
    return ApiFault(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "UnsupportedMediaType", message)


def expired(version: int, oldest: int) -> ApiFault:
    return ApiFault(HTTPStatus.GONE, "Expired", f"too old resource version: {version} ({oldest})")


def list_expired() -> ApiFault:
    message = (
        "The provided continue parameter is too old to display a consistent list result."
        " You can start a new list without the continue parameter."
    )
    return ApiFault(HTTPStatus.GONE, "Expired", message)
