"""The real binary under test: starts it on a throw-away database, speaks to it over HTTP, checks every answer.

Engine and build come from OUTRIDER_TEST_ENGINE (sqlite or postgres) and OUTRIDER_TEST_BUILD; PostgreSQL is the
cluster that tools/with_postgres started. Every JSON answer of an operation of the contract is held against it.
"""

import contextlib
import datetime
import http.client
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.parse
import uuid

from support import contract

ROOT = pathlib.Path(__file__).resolve().parents[2]
ENGINE = os.environ.get("OUTRIDER_TEST_ENGINE", "sqlite")
BINARY = pathlib.Path(os.environ.get("OUTRIDER_TEST_BUILD", ROOT / "build/release")) / "outrider"
START_S = 30
_given_ports = set()


def free_port():
    """Below those that outgoing connections get: one of them would else take it before the server listens there."""
    while True:
        port = random.randrange(10000, 20000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            if port not in _given_ports:
                _given_ports.add(port)
                return port


def wait_until(condition, what, seconds=20.0, every=0.05):
    """Waits for something another process does; returns its truthy value."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"did not happen within {seconds} s: {what}")
        time.sleep(every)


class Database:
    """A fresh database of the engine under test."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="outrider-test-"))
        self.url = None
        if ENGINE == "postgres":
            cluster = os.environ.get("OUTRIDER_TEST_POSTGRES")
            if not cluster:
                raise AssertionError("no PostgreSQL: run through tools/with_postgres")
            self.name = "t" + uuid.uuid4().hex
            self._cluster = cluster
            self._psql(f"CREATE DATABASE {self.name}")
            parts = urllib.parse.urlsplit(cluster)
            self.url = urllib.parse.urlunsplit(parts._replace(path="/" + self.name))

    def _psql(self, statement, url=None):
        done = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statement, url or self._cluster],
                              capture_output=True, text=True)
        if done.returncode != 0:
            raise AssertionError(done.stderr)
        return done.stdout

    def arguments(self):
        given = ["--data", str(self.folder)]
        return given + ["--database-url", self.url] if self.url else given

    def query(self, statement):
        """Rows as lists of text, for what no route shows."""
        if self.url:
            text = self._psql(statement, self.url)
            return [line.split("|") for line in text.splitlines()]
        import sqlite3

        with contextlib.closing(sqlite3.connect(f"file:{self.folder}/outrider.db?mode=ro", uri=True)) as connection:
            return [[("" if v is None else str(v)) for v in row] for row in connection.execute(statement)]

    def execute(self, statement):
        """Changes what no route changes."""
        if self.url:
            self._psql(statement, self.url)
            return
        import sqlite3

        with contextlib.closing(sqlite3.connect(f"{self.folder}/outrider.db", timeout=30)) as connection, connection:
            connection.execute(statement)

    def remove(self):
        if self.url:
            self._psql(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")
        shutil.rmtree(self.folder, ignore_errors=True)


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = {k.lower(): v for k, v in headers}
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:2000]!r}"


class Client:
    """One API key. `get`, `post`, ... answer an Answer; a body that breaks the contract is an AssertionError."""

    def __init__(self, server, key):
        self.server = server
        self.key = key

    def request(self, method, path, body=None, query=None, headers=None, raw=None, auth="query", check=True):
        query = dict(query or {})
        headers = dict(headers or {})
        if self.key and auth == "query":
            query["api_key"] = self.key
        if self.key and auth == "header":
            headers["X-API-Key"] = self.key
        if self.key and auth == "bearer":
            headers["Authorization"] = "Bearer " + self.key
        target = path if path.startswith(("/api/", "/_test/", "/o/", "/c/", "/u/")) else "/api/v1" + path
        if query:
            target += ("&" if "?" in target else "?") + urllib.parse.urlencode(query, doseq=True)
        payload = raw
        if body is not None:
            payload = json.dumps(body).encode()
            headers.setdefault("Content-Type", "application/json")
        answer = self.server.exchange(method, target, payload, headers)
        if check and target.startswith("/api/v1"):
            path_only = urllib.parse.urlsplit(target).path
            contract.check(method, path_only, answer.status, answer.headers, answer.body)
        return answer

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def post(self, path, body=None, **options):
        return self.request("POST", path, body, **options)

    def patch(self, path, body=None, **options):
        return self.request("PATCH", path, body, **options)

    def put(self, path, body=None, **options):
        return self.request("PUT", path, body, **options)

    def delete(self, path, body=None, **options):
        return self.request("DELETE", path, body, **options)


class Server:
    """`outrider serve` on a free port. `settings` are OUTRIDER_* variables without the prefix."""

    def __init__(self, database=None, arguments=(), test_clock=None, settings=None):
        self.database = database or Database()
        self.owns_database = database is None
        self.port = free_port()
        self.arguments = list(arguments)
        self._clock = datetime.datetime.fromisoformat(test_clock.replace("Z", "+00:00")) if test_clock else None
        self._clock_read_at = None  # not running yet
        self.settings = {"NET_ALLOW_PRIVATE": "1", "LOG_LEVEL": "info"} | (settings or {})
        self.process = None
        self.log = self.database.folder / "server.log"

    def environment(self):
        return {k: v for k, v in os.environ.items() if not k.startswith("OUTRIDER_")} | {
            "OUTRIDER_" + k: v for k, v in self.settings.items()
        }

    def start(self):
        ready = self.spawn()
        deadline = time.monotonic() + START_S
        while not ready.wait(0.02):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError("the server did not start:\n" + self.log.read_text()[-4000:])
        return self

    def spawn(self):
        """Starts the program without waiting; the event is set when it is ready. A test clock goes on where it was."""
        command = [BINARY, "serve", "--listen", f"127.0.0.1:{self.port}", *self.database.arguments(), *self.arguments]
        if self._clock:
            self._clock, self._clock_read_at = self.now(), time.monotonic()
            command += ["--test-clock", self._clock.isoformat(timespec="milliseconds").replace("+00:00", "Z")]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, env=self.environment())
        ready = threading.Event()
        threading.Thread(target=self._await_ready, args=(self.process, ready), daemon=True).start()
        return ready

    @staticmethod
    def _await_ready(process, ready):
        with process.stdout as lines:
            for line in lines:
                if line.startswith(b"listening on http://"):
                    ready.set()

    def stop(self, seconds=20):
        """SIGTERM; returns the exit status."""
        if self.process is None or self.process.poll() is not None:
            return self.process.returncode if self.process else None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def close(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.owns_database:
            self.database.remove()

    def cli(self, *arguments):
        done = subprocess.run([BINARY, *arguments], capture_output=True, text=True, env=self.environment(), timeout=60)
        if done.returncode != 0:
            raise AssertionError(f"outrider {' '.join(arguments)}: {done.stderr}")
        return done.stdout.strip()

    def create_key(self, email="owner@team.example", name="Owner", role="owner", rate_limit=0):
        self.cli("user", "create", *self.database.arguments(), "--email", email, "--name", name, "--role", role)
        return self.cli("key", "create", *self.database.arguments(), "--user", email, "--name", "test",
                        "--rate-limit", str(rate_limit))

    def client(self, **options):
        return Client(self, self.create_key(**options))

    def exchange(self, method, target, payload=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, target, payload, headers or {})
            answer = connection.getresponse()
            return Answer(answer.status, answer.getheaders(), answer.read())
        finally:
            connection.close()

    def advance(self, seconds):
        """Moves the test clock."""
        answer = self.exchange("POST", "/_test/clock", json.dumps({"advance_s": seconds}).encode(),
                               {"Content-Type": "application/json"})
        assert answer.status == 200, answer
        self._clock = datetime.datetime.fromisoformat(answer.json["now"].replace("Z", "+00:00"))
        self._clock_read_at = time.monotonic()

    def now(self):
        """What the test clock shows."""
        if self._clock_read_at is None:
            return self._clock
        return self._clock + datetime.timedelta(seconds=time.monotonic() - self._clock_read_at)


class ServerTest(unittest.TestCase):
    """A server and an owner's client for each test class."""

    test_clock = None
    settings = {}

    @classmethod
    def setUpClass(cls):
        cls.server = Server(test_clock=cls.test_clock, settings=cls.settings)
        cls.addClassCleanup(cls.server.close)
        cls.server.start()
        cls.api = cls.server.client()

    def assert_error(self, answer, status, field=None, **facts):
        """The error body of RULINGS 8."""
        self.assertEqual(answer.status, status, answer)
        body = answer.json
        self.assertIs(body["ok"], False)
        self.assertEqual(body["statusCode"], status)
        self.assertEqual(body["error"], body["message"])
        self.assertTrue(body["request_id"])
        if field is not None:
            self.assertEqual(body.get("field"), field, body)
        for name, value in facts.items():
            self.assertEqual(body.get(name), value, body)
        return body
