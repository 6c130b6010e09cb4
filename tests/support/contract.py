"""The API contract (api/contract.yaml): holds answers and our own OpenAPI document against it.

check() raises AssertionError when an answer is not what the contract says; compare_openapi() lists what our generated
document declares otherwise. Reading 25,000 lines of YAML takes seconds, so the parsed form is kept beside the builds.
"""

import functools
import json
import os
import pathlib
import pickle
import re
import tempfile
import warnings

import jsonschema
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONTRACT = ROOT / "api/contract.yaml"
PREFIX = "/api/v1"
METHODS = ("get", "put", "post", "delete", "patch", "head", "options")
ERRORS_SHOWN_MAX = 5


class _Loader(yaml.CSafeLoader):
    """YAML 1.2 scalars: `2026-03-03` and `08:30` are texts, `on` is no boolean."""


_Loader.yaml_implicit_resolvers = {}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|)$"), ["~", "n", ""])
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^[-+]?[0-9]+$"), list("-+0123456789"))
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?[0-9]+(?:\.[0-9]*(?:[eE][-+]?[0-9]+)?|[eE][-+]?[0-9]+)$"),
    list("-+0123456789"),
)


@functools.cache
def load():
    """The contract as a dict."""
    stamp = CONTRACT.stat().st_mtime_ns
    folder = ROOT / "build"
    cache = pathlib.Path(folder if folder.is_dir() else tempfile.gettempdir()) / "contract.pickle"
    try:
        kept_stamp, document = pickle.loads(cache.read_bytes())
        if kept_stamp == stamp:
            return document
    except (OSError, EOFError, ValueError, TypeError, pickle.UnpicklingError):
        pass
    document = yaml.load(CONTRACT.read_text(encoding="utf-8"), Loader=_Loader)
    scratch = cache.with_suffix(f".{os.getpid()}")
    scratch.write_bytes(pickle.dumps((stamp, document)))
    scratch.replace(cache)  # several tests may do this at once
    return document


def _resolve(document, node):
    while isinstance(node, dict) and "$ref" in node:
        target = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


def _segments(path):
    return [part for part in path.split("?")[0].removeprefix(PREFIX).split("/") if part]


def _is_parameter(segment):
    return segment.startswith("{")


def _operations(document):
    """(path template, method, operation, whether it is an alias of the contract's own path or method)."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method not in METHODS:
                continue
            shared = item.get("parameters", [])
            operation = {**operation, "parameters": shared + operation.get("parameters", [])}
            yield path, method, operation, False
            for alias in operation.get("x-path-aliases", []):
                yield alias, method, operation, True
            for alias in operation.get("x-method-aliases", []):
                yield path, alias.lower(), operation, True


def find_operation(method, path):
    """The operation of a request path, or None. A static segment beats a parameter, from the left."""
    wanted = _segments(path)
    best, best_rank = None, None
    for template, candidate_method, operation, is_alias in _operations(load()):
        parts = _segments(template)
        if candidate_method != method.lower() or len(parts) != len(wanted):
            continue
        if not all(_is_parameter(part) or part == given for part, given in zip(parts, wanted)):
            continue
        rank = ([_is_parameter(part) for part in parts], is_alias)
        if best is None or rank < best_rank:
            best, best_rank = operation, rank
    return best


@functools.cache
def _resolver():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return jsonschema.RefResolver("", load())


def _where(error):
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error.absolute_path)
    return path.lstrip(".") or "the body"


def _complaints(schema, value):
    validator = jsonschema.Draft202012Validator(schema, resolver=_resolver())
    errors = sorted(validator.iter_errors(value), key=lambda error: [str(p) for p in error.absolute_path])
    for error in errors[:ERRORS_SHOWN_MAX]:
        deepest = jsonschema.exceptions.best_match([error])
        yield f"{_where(deepest)}: {deepest.message[:300]}"


def _header(headers, name):
    pairs = headers.items() if hasattr(headers, "items") else headers
    return next((value for key, value in pairs if key.lower() == name), "")


def _declared_response(operation, status):
    responses = operation["responses"]
    declared = responses.get(str(status), responses.get("default"))
    if declared is None and status >= 400:  # every error has the one body, listed or not
        declared = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}}
    return _resolve(load(), declared)


def check(method, path, status, headers, body):
    """Holds one answer against the contract; a path it does not know is passed over.

    `headers` is a mapping or a list of pairs, `body` the bytes.
    """
    operation = find_operation("get" if method.lower() == "head" else method, path)
    if operation is None:
        return
    name = f"{method.upper()} {path.split('?')[0]} ({operation['operationId']}) answered {status}"
    declared = _declared_response(operation, status)
    assert declared is not None, f"{name}: only {', '.join(operation['responses'])} are declared"
    if method.lower() == "head" or not declared.get("content"):
        return

    media = _header(headers, "content-type").split(";")[0].strip().lower()
    assert media in declared["content"], f"{name}: type {media!r}, declared are {list(declared['content'])}"
    if media != "application/json":
        return
    try:
        value = json.loads(body)
    except ValueError as error:
        raise AssertionError(f"{name}: the body is no JSON: {error}: {body[:200]!r}") from None
    complaints = list(_complaints(declared["content"][media].get("schema", {}), value))
    assert not complaints, f"{name}:\n  " + "\n  ".join(complaints)


def _by_id(document):
    return {
        operation["operationId"]: (path, method, operation)
        for path, method, operation, is_alias in _operations(document)
        if not is_alias and "operationId" in operation
    }


def _types(document, schema):
    """JSON types a schema accepts, without null; empty means any."""
    schema = _resolve(document, schema)
    if not isinstance(schema, dict):
        return set()
    given = schema.get("type")
    if given is not None:
        types = {given} if isinstance(given, str) else set(given)
        return types - {"null"}
    for word in ("oneOf", "anyOf"):
        if word in schema:
            return set().union(*(_types(document, branch) for branch in schema[word])) - {"null"}
    for branch in schema.get("allOf", []):
        if types := _types(document, branch):
            return types
    values = [v for v in schema.get("enum", [schema.get("const")]) if v is not None]
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return {names[type(value)] for value in values}


def _objects(document, schema):
    """(properties, required names) of a body; of a oneOf the first branch, which is the canonical one."""
    schema = _resolve(document, schema)
    for word in ("oneOf", "anyOf"):
        if word in schema:
            return _objects(document, schema[word][0])
    properties, required = dict(schema.get("properties", {})), set(schema.get("required", []))
    for branch in schema.get("allOf", []):
        more, more_required = _objects(document, branch)
        properties |= more
        required |= more_required
    return properties, required


def _compare_fields(where, contract, theirs, document, ours):
    """Both are (properties, required)."""
    for name, schema in theirs[0].items():
        if isinstance(schema, dict) and schema.get("deprecated"):
            continue
        if name not in ours[0]:
            yield f"{where} {name}: missing"
            continue
        wanted, declared = _types(contract, schema), _types(document, ours[0][name])
        if "number" in declared:
            declared.add("integer")
        if wanted and declared and not wanted <= declared:
            yield f"{where} {name}: takes {sorted(declared)}, the contract {sorted(wanted)}"
        if (name in theirs[1]) != (name in ours[1]):
            yield f"{where} {name}: {'not ' if name in theirs[1] else ''}required, otherwise in the contract"


def _parameters(document, operation, place):
    found = [_resolve(document, parameter) for parameter in operation.get("parameters", [])]
    found = [parameter for parameter in found if parameter["in"] == place and parameter["name"] != "api_key"]
    properties = {parameter["name"]: parameter.get("schema", {}) for parameter in found}
    return properties, {parameter["name"] for parameter in found if parameter.get("required")}


def _request_body(document, operation):
    body = _resolve(document, operation.get("requestBody", {}))
    schema = body.get("content", {}).get("application/json", {}).get("schema", {})
    return _objects(document, schema)


def _compare_operation(name, theirs, document, ours):
    contract = load()
    path, method, operation = theirs
    our_path, our_method, our_operation = ours
    if (method, _segments(path)) != (our_method, _segments(our_path)):
        yield f"{name}: is {our_method} {our_path}, in the contract {method} {path}"
    for place in ("path", "query"):
        yield from _compare_fields(
            f"{name}: {place} parameter",
            contract,
            _parameters(contract, operation, place),
            document,
            _parameters(document, our_operation, place),
        )
    yield from _compare_fields(
        f"{name}: body field",
        contract,
        _request_body(contract, operation),
        document,
        _request_body(document, our_operation),
    )
    for status in operation["responses"]:
        if status not in our_operation.get("responses", {}):
            yield f"{name}: status {status} is missing"


def compare_openapi(ours, operation_ids):
    """What our OpenAPI document (a dict) declares otherwise than the contract, as a list of sentences.

    More fields, more types and more statuses than the contract's are no difference; null is not looked at.
    """
    contract, document = _by_id(load()), _by_id(ours)
    differences = []
    for name in operation_ids:
        if name not in contract:
            differences.append(f"{name}: not in the contract")
        elif name not in document:
            differences.append(f"{name}: not in our document")
        else:
            differences += _compare_operation(name, contract[name], ours, document[name])
    return differences
