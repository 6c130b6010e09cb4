"""Requests that nobody should send, at every operation there is: never a 5xx, always the one error body, and nothing changed.

OUTRIDER_TEST_SEED repeats a run, OUTRIDER_TEST_SECONDS says how long it lasts.
"""

import json
import os
import random
import sys
import time
import unittest
import urllib.parse

from support import contract
from support.operations import operations, put
from support.outrider import ServerTest
from support.snapshot import Snapshot, difference
from support.tenants import Request, make_workspace

SEED = int(os.environ.get("OUTRIDER_TEST_SEED", time.time_ns() % 1_000_000))
SECONDS = float(os.environ.get("OUTRIDER_TEST_SECONDS", 15))
ROUNDS_MIN = 3  # of every operation, however slow the machine is
PLACE = "\u241aplace\u241a"  # stands in a body where the text of a value goes

# JSON texts, good and bad, that take a field's place.
VALUES = [
    "null", "true", "false", "0", "-1", "1", "2147483648", "9007199254740993", "9223372036854775807", "9223372036854775808",
    "-9223372036854775809", "1" + "0" * 400, "-0", "1.5", "1e308", "1e999", "-1e999", "1E2", "0.1e-400",
    '""', '" "', '"abc"', '"0"', '"-1"', '"1e3"', '"007"', '"1,2,3"', '"' + "x" * 10_000 + '"', '"' + "\u00e9" * 70_000 + '"',
    '"\\u0000"', '"a\\u0000b"', '"\\ud800"', '"\\udc00\\ud800"', '"\\u202e\\ufeff"', '"\\r\\nBcc: x@y.example"',
    '"\'; DROP TABLE lead; --"', '"%s%n%x"', '"../../../etc/passwd"', '"{{x}}{% if %}{a|{b"', '"<script>alert(1)</script>"',
    '"2026-02-30T00:00:00Z"', '"0000-00-00"', '"9999-12-31T23:59:60+99:99"', '"-271821-04-20T00:00:00Z"', '"NaN"',
    '"\U0001f600' + "\u0301" * 2_000 + '"', '"a@b"', '"a@' + "b." * 200 + 'example"', '"http://[::1"', '"javascript:alert(1)"',
    "[]", "[null]", "[[]]", "[{}]", "[1,\"a\",null,[],{}]", "[" + ",".join(str(n) for n in range(1, 2_000)) + "]",
    "[" + ",".join(['"x"'] * 500) + "]", "{}", '{"a":{"b":{"c":[]}}}', '{"":""}', '{"$ref":"#/"}', '{"__proto__":{"x":1}}',
    "[" * 60 + "]" * 60, "[" * 20_000 + "]" * 20_000, '{"a":' * 3_000 + "1" + "}" * 3_000,
    "NaN", "Infinity", "undefined", "01", "+1", "1.", ".5", "'a'", '"\n"', '"unended', "[1,]", "{1:2}", "/* */ 1", "\x00",
]
BODIES = [
    b"", b"null", b"[]", b'"text"', b"7", b"true", b"{", b"}", b"{}{}", b"\xff\xfe{}", b"\x00", b"\xef\xbb\xbf{}", b'{"a":"\xc3\x28"}',
    b'{"\xff":1}', b" " * 100_000, b"[" * 100_000, b'{"a":1,"a":2}', b'{"":null}', b"a=1&b=2", b"<xml/>", b"{}" + b"\n" * 1_000 + b"x",
    b'{"api_key":"x"}', b"--boundary", b"\x1f\x8b\x08\x00",
]
TEXTS = ["", " ", "0", "-1", "9" * 30, "1.5", "1e3", "abc", "null", "true", "[]", "{}", "%00", "a%00b", "%ff", "%c3%28", "%ed%a0%80",
         "%2e%2e%2f", "%0d%0aX: y", "%25", "%", "%zz", "\u0661\u0662", "+", "1,2", "x" * 5_000, "0x10", "\u221e", "1 OR 1=1"]
PATH_TEXTS = [text for text in TEXTS if text not in ("", "%2e%2e%2f")]
HEADERS = [{"Content-Type": "text/plain"}, {"Content-Type": "application/json; charset=utf-16"}, {"Content-Encoding": "gzip"},
           {"Idempotency-Key": "k" * 256}, {"Idempotency-Key": "\u00e9"}, {"Accept": "image/png"}, {"X-HTTP-Method-Override": "DELETE"},
           {"Accept-Encoding": "br;q=nan"}, {"Range": "bytes=0-1"}, {"If-Match": "*"}, {"Content-Type": "application/x-www-form-urlencoded"}]

# Ways to change more than the field that is tried: the path stays as it is for these.
KEPT = {"DELETE"}


# Where the contract has room for one word only at a status that has two reasons; RULINGS 8 decides.
ANOTHER_WORD = {("resumeInboxLead", 400)}


class Mutation:
    """One request as it goes over the wire."""

    def __init__(self, operation, path, query="", payload=None, headers=None, what=""):
        self.operation, self.path, self.query, self.payload = operation, path, query, payload
        self.headers, self.what = headers or {}, what

    def __repr__(self):
        return f"{self.operation.verb} {self.path[:200]}?{self.query[:200]} {self.what[:300]} {(self.payload or b'')[:300]!r}"


class HostileTest(ServerTest):
    settings = {"ROLES": "api"}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tenant = make_workspace(cls.server, "tenant")
        cls.snapshot = Snapshot(cls.server.database)
        cls.addClassCleanup(cls.snapshot.close)

    def setUp(self):
        print(f"hostile seed {SEED}", file=sys.stderr)
        self.random = random.Random(SEED)

    # ---- Making them.

    def request_of(self, operation):
        """A good request; what would remove things names others, so that the rest of the run still finds them."""
        ids = self.tenant.ids
        gone = 999_999
        return Request(operation, lambda where, names, kind: (gone if operation.verb in KEPT and where == "path" else ids[kind])
                       if where != "query" else None)

    def mutation(self, operation):
        good = self.request_of(operation)
        ways = ["query", "header"]
        if operation.names("path"):
            ways.append("path")
        if operation.body_schema:
            ways += ["field"] * 6 + ["missing", "body", "extra"]
        return getattr(self, "change_" + self.random.choice(ways))(operation, good)

    def change_path(self, operation, good):
        name = self.random.choice(operation.names("path"))
        path = operation.path.replace("{" + name + "}", urllib.parse.quote(self.random.choice(PATH_TEXTS), safe="%+"))
        ids = iter(good.path.split("/"))
        path = "/".join(own if part.startswith("{") else part for part, own in zip(path.split("/"), ids))
        return self.as_it_is(operation, good, path=path)

    def change_query(self, operation, good):
        names = operation.names("query") or ["unknown"]
        pairs = [self.random.choice(names) + "=" + urllib.parse.quote(self.random.choice(TEXTS), safe="%+,")
                 for _ in range(self.random.choice((1, 1, 2)))]
        return self.as_it_is(operation, good, query="&".join(pairs))

    def change_header(self, operation, good):
        return self.as_it_is(operation, good, headers=self.random.choice(HEADERS))

    def change_field(self, operation, good):
        fields = operation.body_fields()
        if not fields:
            return self.change_body(operation, good)
        field = self.random.choice(fields)
        text = json.dumps(put(good.body, field, PLACE), ensure_ascii=False)
        value = self.random.choice(VALUES)
        return self.as_it_is(operation, good, payload=text.replace(f'"{PLACE}"', value).encode("utf-8", "surrogatepass"),
                             what=f"{field} = {value[:80]}")

    def change_missing(self, operation, good):
        if not isinstance(good.body, dict) or not good.body:
            return self.change_body(operation, good)
        left_out = self.random.choice(list(good.body))
        return self.as_it_is(operation, good, payload=json.dumps({k: v for k, v in good.body.items() if k != left_out}).encode())

    def change_extra(self, operation, good):
        body = dict(good.body) if isinstance(good.body, dict) else {}
        return self.as_it_is(operation, good, payload=json.dumps(body | {"unheard of": [{"of": None}], "workspace_id": 2, "id": 1}).encode())

    def change_body(self, operation, good):
        return self.as_it_is(operation, good, payload=self.random.choice(BODIES))

    def as_it_is(self, operation, good, path=None, query=None, payload=None, headers=None, what=""):
        if payload is None and good.body is not None:
            payload = json.dumps(good.body).encode()
        query = urllib.parse.urlencode(good.query, doseq=True) + ("&" + query if query else "")
        return Mutation(operation, path or good.path, query, payload, headers, what)

    # ---- Sending them.

    def send(self, mutation):
        target = f"/api/v1{mutation.path}?{mutation.query}&api_key={self.tenant.api.key}"
        headers = {"Content-Type": "application/json"} if mutation.payload is not None else {}
        headers |= {name: value.encode("utf-8").decode("latin-1") for name, value in mutation.headers.items()}
        target = urllib.parse.quote(target, safe="/?&=%+,:@")
        return self.server.exchange(mutation.operation.verb, target, mutation.payload, headers), target

    def complaint(self, mutation, answer, target):
        """What is wrong with an answer, or None."""
        if answer.status >= 500:
            return "is a 5xx"
        try:
            if (mutation.operation.id, answer.status) not in ANOTHER_WORD:
                contract.check(mutation.operation.verb, urllib.parse.urlsplit(target).path, answer.status, answer.headers, answer.body)
        except AssertionError as error:
            if answer.status == 400 and answer.json.get("code") == "MALFORMED_REQUEST":
                return None  # one operation declares a 400 of its own beside the common one
            return f"breaks the contract: {str(error)[:600]}"
        if answer.status < 400:
            return None
        body = answer.json
        if body.get("ok") is not False and body.get("success") is not False:
            return "does not say that it failed"
        if not body.get("request_id") and "x-request-id" not in answer.headers:
            return "has no request id"
        if answer.status == 422 and body.get("statusCode") == 422 and not (isinstance(body["error"], str) and body["error"] == body["message"]):
            return "has no message"
        return None

    def test_nothing_breaks_and_a_refusal_changes_nothing(self):
        known = [operation for operation in operations() if not operation.streams]
        wrong, statuses, count = [], {}, 0
        before = self.snapshot.read_everything()
        began, rounds = time.monotonic(), 0
        while rounds < ROUNDS_MIN or time.monotonic() - began < SECONDS:
            rounds += 1
            self.random.shuffle(known)
            for operation in known:
                mutation = self.mutation(operation)
                answer, target = self.send(mutation)
                count += 1
                statuses[answer.status] = statuses.get(answer.status, 0) + 1
                if complaint := self.complaint(mutation, answer, target):
                    wrong.append(f"{operation.id} {complaint}\n    {mutation}\n    {answer}"[:3_000])
                after = self.snapshot.read_everything()
                if answer.status >= 400 and (changed := difference(before, after)):
                    wrong.append(f"{operation.id} answered {answer.status} and changed {changed[:5]}\n    {mutation}")
                before = after
            if len(wrong) > 50:
                break
        print(f"hostile seed {SEED}: {count} requests, {rounds} rounds, {dict(sorted(statuses.items()))}", file=sys.stderr)
        self.assertEqual(wrong, [], f"seed {SEED}, {len(wrong)} findings\n" + "\n".join(wrong[:40]))
        self.assertIsNone(self.server.process.poll(), "the server lives")

    def test_E13_reading_changes_nothing(self):
        before = self.snapshot.read_everything()
        for operation in operations():
            is_view = operation.path.startswith("/master-inbox/") and operation.has_any_field(["fetch_message_history"])
            if operation.streams or not (operation.verb == "GET" or is_view):
                continue
            request = Request(operation, lambda where, names, kind: self.tenant.ids[kind] if where == "path" else None)
            for query in (request.query, request.query | {"fetch_message_history": "true"}):
                answer = self.tenant.api.request(operation.verb, request.path, request.body, query=query)
                self.assertLess(answer.status, 500, (operation, answer))
            self.assertEqual(difference(before, self.snapshot.read_everything()), [], operation)

    def test_H2_a_body_that_is_no_object_is_malformed(self):
        for operation in operations():
            if not operation.body_schema or operation.verb == "GET":
                continue
            good = self.request_of(operation)
            for payload in (b"[]", b'"text"', b"{", b"7"):
                answer, _ = self.send(self.as_it_is(operation, good, payload=payload))
                if payload == b"[]" and operation.id in ("saveCampaignSequences", "addLeadsToCampaign"):
                    continue  # a bare list is one of their dialects
                self.assertEqual(answer.status, 400, (operation, payload, answer))
                body = answer.json
                self.assertEqual((body["ok"], body["statusCode"], body["error"]), (False, 400, body["message"]))

    def test_H1_a_key_is_asked_for_before_the_body_is_read(self):
        for operation in operations():
            path = self.request_of(operation).path
            for key, headers in ((None, {}), ("wrong", {"X-API-Key": "wrong"}), ("bearer", {"Authorization": "Bearer wrong"})):
                answer = self.server.exchange(operation.verb, "/api/v1" + path, b"{ no json", headers)
                self.assertEqual(answer.status, 401, (operation, key, answer))
                self.assertEqual(answer.json["message"], "Invalid API Key" if key else answer.json["message"])

    def test_H5_unknown_paths_and_verbs(self):
        known = {(operation.verb, operation.path) for operation in operations()}
        for operation in operations():
            path = self.request_of(operation).path
            allowed = {verb for verb, template in known if template == operation.path}
            answer = self.api.request("PROPFIND", path, check=False)
            self.assertIn(answer.status, (405, 501), (operation, answer))
            self.assertTrue(allowed)
        for path in ("/nothing", "/master-inbox", "/master-inbox/nothing/at/all", "/campaigns/1/nothing"):
            self.assert_error(self.api.post(path, {}, check=False), 404)


if __name__ == "__main__":
    unittest.main()
