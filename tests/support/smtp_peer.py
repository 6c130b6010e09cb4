#!/usr/bin/python3
"""A scripted SMTP server: refuses, delays, drops and cuts at every phase, and writes down exactly what it received.

In a test:    with SmtpPeer(log="received.jsonl") as peer: peer.rule("rcpt", reply="550 5.1.1 no such user")
On its own:   smtp_peer.py --log received.jsonl [--port N] [--rules rules.json] [--tls] [--user NAME:PASSWORD]
              prints one line of JSON with its ports; a changed rules file counts from the next command on.

A rule is an object; the first that fits and is not used up is followed:
  at       connect banner ehlo starttls auth mail rcpt data body dot replied rset quit
  match    only when the command line (mail, rcpt: the address; dot: the message) contains this text
  times    how often it applies (default: always)
  seconds  wait first
  reply    say this instead ("450 4.2.0 later"); several lines are separated by newlines
  drop     "close" (orderly) or "reset" (RST) afterwards; instead of an answer when there is no reply
  stall    say nothing until the client leaves
  bytes    (body) cut after so many bytes of the message
  greylist (rcpt) refuse the first N attempts for each recipient with 450 4.2.0

Each message that was received up to its final dot becomes one line of the log, on the disk before any answer:
  {"number", "from", "to", "message_id", "bytes", "sha256", "outcome", "reply", "secure", "user", "at", "data"}
  outcome: accepted (answered 2xx), refused (answered 4xx or 5xx), unanswered (the connection was cut instead)
"""
import argparse
import asyncio
import base64
import hashlib
import json
import os
import pathlib
import random
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time

LINE_BYTES_MAX = 8192
MESSAGE_BYTES_MAX = 64 * 1024 * 1024


class Gone(Exception):
    """The connection is over, by the client's doing or by a rule's."""


class Rules:
    def __init__(self, path=None):
        self._path = pathlib.Path(path) if path else None
        self._stamp = None
        self._rules = []
        self._attempts = {}
        self._lock = threading.Lock()

    def replace(self, rules):
        with self._lock:
            self._rules = [dict(rule) for rule in rules]

    def add(self, rule):
        with self._lock:
            self._rules.append(dict(rule))

    def has(self, at):
        """Whether a rule for this phase is not used up."""
        with self._lock:
            return any(rule["at"] == at and rule.get("times") != 0 for rule in self._rules)

    def take(self, at, text):
        """The rule that applies now, or None."""
        self._reload()
        with self._lock:
            for rule in self._rules:
                if rule["at"] != at or rule.get("match", "") not in text or rule.get("times") == 0:
                    continue
                if "greylist" in rule and not self._greylisted(text, rule["greylist"]):
                    continue
                if "times" in rule:
                    rule["times"] -= 1
                if "greylist" in rule:
                    return {"reply": "450 4.2.0 Greylisted, come back later", **rule}
                return dict(rule)
        return None

    def _greylisted(self, recipient, attempts_max):
        attempts = self._attempts.get(recipient, 0) + 1
        self._attempts[recipient] = attempts
        return attempts <= attempts_max

    def _reload(self):
        if not self._path or not self._path.exists():
            return
        stamp = self._path.stat().st_mtime_ns
        if stamp != self._stamp:
            self._stamp = stamp
            self.replace(json.loads(self._path.read_text()))


class Log:
    """One line of JSON for each message; on the disk before record() returns."""

    def __init__(self, path, keep_data):
        self._file = open(path, "ab")
        self._keep_data = keep_data
        self._number = 0

    def record(self, message, **facts):
        self._number += 1
        entry = {
            "number": self._number,
            **facts,
            "message_id": header(message, b"message-id"),
            "bytes": len(message),
            "sha256": hashlib.sha256(message).hexdigest(),
            "at": time.time(),
        }
        if self._keep_data:
            entry["data"] = message.decode("latin-1")
        self._file.write(json.dumps(entry).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        return self._number

    def close(self):
        self._file.close()


def header(message, name):
    """The value of a header field, unfolded; empty when absent."""
    head = message.partition(b"\r\n\r\n")[0].replace(b"\r\n ", b" ").replace(b"\r\n\t", b" ")
    for line in head.split(b"\r\n"):
        field, colon, value = line.partition(b":")
        if colon and field.strip().lower() == name:
            return value.strip().decode("latin-1")
    return ""


class Session:
    def __init__(self, peer, reader, writer, secure):
        self._peer = peer
        self._reader = reader
        self._writer = writer
        self._secure = secure
        self._user = ""
        self._forget_message()

    def _forget_message(self):
        self._sender = None
        self._recipients = []

    async def run(self):
        try:
            await self._apply("connect", "", None)
            await self._apply("banner", "", "220 peer.example ESMTP ready")
            while await self._command():
                pass
        except (Gone, ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass
        finally:
            self._writer.close()

    async def _command(self):
        line = (await self._line()).decode("utf-8", "replace")
        verb, _, argument = line.partition(" ")
        handler = getattr(self, "_on_" + verb.lower(), None) if verb.isalnum() else None
        if not handler:
            await self._say("500 5.5.2 Command not recognised")
            return True
        return await handler(argument) is not False

    # -- what the rules change

    async def _apply(self, at, text, usual):
        """Follows the rule for this phase, or gives the usual reply. Returns the code that was said, 0 for none."""
        rule = self._peer.rules.take(at, text)
        reply = usual
        await self._peer.pause()
        if rule:
            await self._wait(rule)
            reply = rule.get("reply", None if "drop" in rule else usual)
        if reply:
            await self._say(reply)
        if rule and "drop" in rule:
            self._drop(rule["drop"])
        return int(reply[:3]) if reply else 0

    async def _wait(self, rule):
        await asyncio.sleep(rule.get("seconds", 0))
        if rule.get("stall"):
            while await self._reader.read(65536):
                pass
            raise Gone

    def _drop(self, how):
        if how == "reset":
            raw = self._writer.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._writer.transport.abort()
        raise Gone

    async def _say(self, text):
        lines = text.split("\n")
        code = lines[0][:3]
        wire = [line if i == len(lines) - 1 else f"{code}-{line[4:]}" for i, line in enumerate(lines)]
        self._writer.write("".join(line + "\r\n" for line in wire).encode())
        await self._writer.drain()

    async def _line(self):
        line = await self._reader.readuntil(b"\n")
        if len(line) > LINE_BYTES_MAX:
            raise Gone
        return line.rstrip(b"\r\n")

    # -- commands

    async def _on_ehlo(self, argument):
        self._forget_message()
        lines = ["250 peer.example", *(f"250 {word}" for word in self._peer.extensions(self._secure))]
        await self._apply("ehlo", argument, "\n".join(lines))

    async def _on_helo(self, argument):
        self._forget_message()
        await self._apply("ehlo", argument, "250 peer.example")

    async def _on_starttls(self, argument):
        if self._secure or not self._peer.tls_context:
            await self._say("502 5.5.1 Not offered")
        elif await self._apply("starttls", argument, "220 2.0.0 Go ahead") == 220:
            await self._writer.start_tls(self._peer.tls_context)
            self._secure = True
            self._forget_message()

    async def _on_auth(self, argument):
        mechanism, _, initial = argument.partition(" ")
        user, secret = await self._credentials(mechanism.upper(), initial)
        good = user in self._peer.users and self._peer.users[user] == secret
        if not good and mechanism.upper() == "XOAUTH2":
            await self._ask(b'{"status":"400","schemes":"Bearer"}')
        usual = "235 2.7.0 Accepted" if good else "535 5.7.8 Username and Password not accepted"
        if await self._apply("auth", user, usual) == 235:
            self._user = user

    async def _credentials(self, mechanism, initial):
        if mechanism == "LOGIN":
            user = base64.b64decode(initial) if initial else await self._ask(b"Username:")
            return user.decode(), (await self._ask(b"Password:")).decode()
        answer = base64.b64decode(initial) if initial else await self._ask(b"")
        if mechanism == "XOAUTH2":
            words = dict(word.split("=", 1) for word in answer.decode().split("\x01") if "=" in word)
            return words.get("user", ""), words.get("auth", "").removeprefix("Bearer ")
        _, user, secret = (answer.decode().split("\0") + ["", "", ""])[:3]
        return user, secret

    async def _ask(self, challenge):
        await self._say("334 " + base64.b64encode(challenge).decode())
        return base64.b64decode(await self._line())

    async def _on_mail(self, argument):
        address = path_of(argument, "FROM:")
        if self._peer.users and not self._user:
            await self._say("530 5.7.0 Authentication required")
        elif address is None:
            await self._say("501 5.5.4 Syntax: MAIL FROM:<address>")
        elif self._sender is not None:
            await self._say("503 5.5.1 Nested MAIL")
        elif await self._apply("mail", address, "250 2.1.0 Ok") == 250:
            self._sender = address

    async def _on_rcpt(self, argument):
        address = path_of(argument, "TO:")
        if self._sender is None:
            await self._say("503 5.5.1 MAIL first")
        elif address is None:
            await self._say("501 5.5.4 Syntax: RCPT TO:<address>")
        elif await self._apply("rcpt", address, "250 2.1.5 Ok") // 100 == 2:
            self._recipients.append(address)

    async def _on_data(self, _argument):
        if not self._recipients:
            await self._say("554 5.5.1 No valid recipients")
        elif await self._apply("data", self._recipients[0], "354 End with a dot") == 354:
            await self._finish(await self._body())

    async def _body(self):
        cut = self._peer.rules.take("body", self._recipients[0])
        if cut:
            await self._reader.readexactly(cut.get("bytes", 1))
            await self._wait(cut)
            if "reply" in cut:
                await self._say(cut["reply"])
            self._drop(cut.get("drop", "close"))
        lines = []
        total = 0
        while (line := await self._reader.readuntil(b"\n")) != b".\r\n":
            total += len(line)
            if total > MESSAGE_BYTES_MAX:
                raise Gone
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)

    async def _finish(self, message):
        """The message is whole: its fate is decided, written down, and only then told."""
        rule = self._peer.rules.take("dot", message.decode("latin-1")) or {}
        cut = rule.get("stall") or ("drop" in rule and "reply" not in rule)
        reply = None if cut else rule.get("reply", "250 2.0.0 Ok: queued")
        outcome = "unanswered" if cut else "accepted" if reply.startswith("2") else "refused"
        await self._peer.pause()
        number = self._record(message, outcome, reply)
        await self._peer.pause()
        await self._wait(rule)
        if reply:
            await self._say(reply if "reply" in rule else f"{reply} as {number}")
        if "drop" in rule:
            self._drop(rule["drop"])
        self._forget_message()
        await self._apply("replied", "", None)

    def _record(self, message, outcome, reply):
        return self._peer.log.record(
            message,
            **{"from": self._sender, "to": self._recipients},
            outcome=outcome,
            reply=reply,
            secure=self._secure,
            user=self._user,
        )

    async def _on_rset(self, argument):
        self._forget_message()
        await self._apply("rset", argument, "250 2.0.0 Ok")

    async def _on_noop(self, _argument):
        await self._say("250 2.0.0 Ok")

    async def _on_quit(self, argument):
        await self._apply("quit", argument, "221 2.0.0 Bye")
        return False


def path_of(argument, keyword):
    """The address of "FROM:<a@b> SIZE=1", or None."""
    if not argument.upper().startswith(keyword + "<") or ">" not in argument:
        return None
    return argument[len(keyword) + 1 : argument.index(">")]


def make_certificate(folder):
    """A throw-away certificate for localhost; it is its own authority."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
         "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context, str(certificate)


class SmtpPeer:
    """port speaks SMTP (with STARTTLS when tls is set), tls_port TLS from the start; ca_file is what to trust."""

    def __init__(self, log, port=0, tls=False, users=None, rules=None, rules_file=None, keep_data=True, extensions=None,
                 jitter=None):
        """`jitter` (seed, seconds): a random pause, at most so long, before every answer."""
        self.jitter_s = jitter[1] if jitter else 0
        self.random = random.Random(jitter[0] if jitter else 0)
        self.rules = Rules(rules_file)
        self.rules.replace(rules or [])
        self.users = users or {}
        self.log_path = pathlib.Path(log)
        self.log = Log(log, keep_data)
        self.tls_context, self.ca_file, self.tls_port = None, None, None
        self.connections = 0
        self._extensions = ["PIPELINING", "SIZE 36700160", "8BITMIME", "ENHANCEDSTATUSCODES", "SMTPUTF8"]
        if extensions is not None:
            self._extensions = list(extensions)
        self._folder = tempfile.TemporaryDirectory(prefix="outrider_smtp_")
        if tls:
            self.tls_context, self.ca_file = make_certificate(pathlib.Path(self._folder.name))
        self._loop = asyncio.new_event_loop()
        self._servers = self._loop.run_until_complete(self._listen(port))
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def extensions(self, secure):
        words = list(self._extensions)
        if self.tls_context and not secure:
            words.append("STARTTLS")
        if self.users:
            words.append("AUTH PLAIN LOGIN XOAUTH2")
        return words

    async def pause(self):
        if self.jitter_s:
            await asyncio.sleep(self.random.uniform(0, self.jitter_s))

    def rule(self, at, **facts):
        self.rules.add({"at": at, **facts})

    def received(self, outcome=None):
        """The log so far; `outcome` filters."""
        *whole, _ = self.log_path.read_bytes().split(b"\n")  # the last line may still be being written
        entries = [json.loads(line) for line in whole]
        return [entry for entry in entries if outcome in (None, entry["outcome"])]

    def wait_for(self, count, seconds=10, outcome="accepted"):
        """Waits until so many messages have come, then returns them all."""
        deadline = time.monotonic() + seconds
        while len(found := self.received(outcome)) < count:
            if time.monotonic() > deadline:
                raise AssertionError(f"{len(found)} of {count} messages came within {seconds} s")
            time.sleep(0.02)
        return found

    def stop(self):
        if self._loop.is_closed():
            return
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self.log.close()
        self._folder.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    async def _listen(self, port):
        limit = MESSAGE_BYTES_MAX
        servers = [await asyncio.start_server(lambda r, w: self._serve(r, w, False), "127.0.0.1", port, limit=limit)]
        self.port = servers[0].sockets[0].getsockname()[1]
        if self.tls_context:
            servers.append(
                await asyncio.start_server(
                    lambda r, w: self._serve(r, w, True), "127.0.0.1", 0, limit=limit, ssl=self.tls_context
                )
            )
            self.tls_port = servers[1].sockets[0].getsockname()[1]
        return servers

    async def _serve(self, reader, writer, secure):
        self.connections += 1
        await Session(self, reader, writer, secure).run()

    async def _close(self):
        for server in self._servers:
            server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--log", required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--rules")
    parser.add_argument("--tls", action="store_true")
    parser.add_argument("--no-data", action="store_true", help="leave the messages' text out of the log")
    parser.add_argument("--user", action="append", default=[], metavar="NAME:PASSWORD")
    options = parser.parse_args()
    users = dict(user.split(":", 1) for user in options.user)
    with SmtpPeer(
        options.log, options.port, options.tls, users, rules_file=options.rules, keep_data=not options.no_data
    ) as peer:
        print(json.dumps({"port": peer.port, "tls_port": peer.tls_port, "ca_file": peer.ca_file}), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
