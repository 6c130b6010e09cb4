"""Every operation that the program itself declares (`outrider openapi`), and requests made from those declarations.

Tests that must hold for each route there is, today's and tomorrow's, walk `operations()`: a new route is tested without
anybody naming it.
"""

import copy
import functools
import json
import subprocess

from support.outrider import BINARY

VERBS = ("get", "post", "put", "patch", "delete")
DEPTH_MAX = 4
LISTED_MAX = 3


@functools.cache
def document():
    printed = subprocess.run([BINARY, "openapi"], capture_output=True, text=True, check=True).stdout
    return json.loads(printed)


def resolve(schema):
    while "$ref" in schema:
        node = document()
        for part in schema["$ref"].removeprefix("#/").split("/"):
            node = node[part]
        schema = node
    return schema


def branches(schema):
    """The alternatives of a schema, itself when it has none."""
    schema = resolve(schema)
    for word in ("oneOf", "anyOf"):
        if word in schema:
            return [branch for inner in schema[word] for branch in branches(inner)]
    return [schema]


def types_of(schema):
    given = resolve(schema).get("type", [])
    return {given} if isinstance(given, str) else set(given)


def object_branch(schema):
    """The first alternative that is an object with fields."""
    for branch in branches(schema):
        if branch.get("properties"):
            return branch
    return None


def list_branch(schema):
    return next((branch for branch in branches(schema) if "array" in types_of(branch)), None)


class Operation:
    def __init__(self, verb, path, entry):
        self.verb, self.path, self.id = verb.upper(), path, entry.get("operationId", path)
        self.parameters = [resolve(parameter) for parameter in entry.get("parameters", [])]
        body = entry.get("requestBody", {})
        self.body_required = body.get("required", False)
        self.body_schema = body.get("content", {}).get("application/json", {}).get("schema")
        replies = entry.get("responses", {}).get("200", {}).get("content", {})
        self.streams = "text/event-stream" in replies

    def __repr__(self):
        return f"{self.id} ({self.verb} {self.path})"

    def names(self, place):
        return [parameter["name"] for parameter in self.parameters if parameter["in"] == place]

    def required(self, place):
        """Names of parameters, or of the body's fields, without which a request is refused."""
        if place == "body":
            found = object_branch(self.body_schema) if self.body_schema else None
            return found.get("required", []) if found else []
        return [parameter["name"] for parameter in self.parameters
                if parameter["in"] == place and parameter.get("required")]

    def schema(self, place, name):
        return next(p.get("schema", {}) for p in self.parameters if p["in"] == place and p["name"] == name)

    def body_fields(self):
        """Each field of the body as a path of names, outermost first: ("filters", "campaignId")."""
        return list(_fields(self.body_schema, (), DEPTH_MAX)) if self.body_schema else []

    def has_any_field(self, names):
        fields = {path[-1] for path in self.body_fields()} | set(self.names("path")) | set(self.names("query"))
        return bool(fields & set(names))


def operations():
    """All of them, also under the other paths and verbs by which clients know them."""
    found = []
    for path, item in document()["paths"].items():
        for verb, entry in item.items():
            if verb not in VERBS:
                continue
            found.append(Operation(verb, path, entry))
            for alias in entry.get("x-client-aliases", []):
                found.append(Operation(*alias.split(" ", 1), entry))
    return found


def _fields(schema, path, depth):
    found = object_branch(schema)
    if found is None or depth == 0:
        listed = list_branch(schema)
        if listed and "items" in listed and depth > 0:
            yield from _fields(listed["items"], path + (0,), depth - 1)
        return
    for name, field in found["properties"].items():
        yield path + (name,)
        yield from _fields(field, path + (name,), depth - 1)


def field_schema(schema, path):
    for part in path:
        schema = list_branch(schema)["items"] if part == 0 else object_branch(schema)["properties"][part]
    return schema


# ---- A value that a schema accepts.


def example(schema, depth=DEPTH_MAX):
    """A small acceptable value: required fields only."""
    schema = branches(schema)[0]
    for word in ("const", "default", "example"):
        if word in schema:
            return copy.deepcopy(schema[word])
    if schema.get("enum"):
        return schema["enum"][0]
    types = types_of(schema)
    if "object" in types or "properties" in schema:
        required = schema.get("required", []) if depth else []
        return {name: example(schema["properties"][name], depth - 1) for name in required}
    if "array" in types:
        wanted = min(schema.get("minItems", 1), LISTED_MAX)
        return [example(schema.get("items", {}), depth - 1) for _ in range(wanted)] if depth else []
    if types & {"integer", "number"}:
        return max(schema.get("minimum", 1), 1)
    if "boolean" in types:
        return True
    return _example_text(schema)


def _example_text(schema):
    known = {"email": "someone@else.example", "date-time": "2031-05-06T07:08:09Z", "date": "2031-05-06",
             "uri": "https://somewhere.example/", "time": "09:00"}
    text = known.get(schema.get("format"), "text")
    return text.ljust(schema.get("minLength", 0), "x")[:schema.get("maxLength", 200)]


def put(body, path, value):
    """The body with one field set; what leads there is made on the way."""
    body = copy.deepcopy(body)
    node = body
    for part, after in zip(path, path[1:]):
        if part == 0:
            if not node:
                node.append({})
            node = node[0]
            continue
        wanted = list if after == 0 else dict
        if not isinstance(node.get(part), wanted):
            node[part] = wanted()
        node = node[part]
    if path[-1] == 0:
        node[:] = [value]
    else:
        node[path[-1]] = value
    return body
