"""Postfix's smtp-sink for tests: takes mail as fast as it comes and keeps each transaction as a file, without root.

    with SmtpSink() as sink:
        ... sink.port, any login is good ...
        sink.received()

It is Postfix's own code at the other end of the wire. What it cannot do is refuse one mail and not another: that is
SmtpPeer's.
"""

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile

from support.outrider import free_port, wait_until

PROGRAM = "/usr/sbin/smtp-sink"
BACKLOG = 512
START_S = 20


class SmtpSink:
    """Started by the constructor; stop() leaves nothing. Without `keep` it forgets what it takes: for measuring."""

    def __init__(self, arguments=(), keep=True):
        self.port = free_port()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="outrider-sink-"))
        command = ["setpriv", "--pdeathsig", "KILL", PROGRAM, *arguments]
        if keep:
            command += ["-d", f"{self.folder}/mail."]
        if os.getuid() == 0:
            shutil.chown(self.folder, "nobody")
            command = ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups", *command]
        self.process = subprocess.Popen([*command, f"127.0.0.1:{self.port}", str(BACKLOG)], stdin=subprocess.DEVNULL)
        try:
            wait_until(self._answers, "smtp-sink answers", START_S)
        except BaseException:
            self.stop()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def received(self):
        """{"from", "to", "data"} of each transaction: envelope addresses, and the message with its line ends as LF.
        Also of one that is still going on: count only what the sender has seen accepted."""
        return [read_dump(file.read_bytes().decode("latin-1")) for file in sorted(self.folder.iterdir())]

    def _answers(self):
        if self.process.poll() is not None:
            raise AssertionError("smtp-sink ended")
        try:
            socket.create_connection(("127.0.0.1", self.port)).close()
        except ConnectionRefusedError:
            return False
        return True


def read_dump(text):
    """A file of -d: X- lines of the envelope, a Received header of three lines, then the message and an empty line."""
    lines = text.split("\n")
    entry = {"from": None, "to": []}
    at = 0
    while at < len(lines) and lines[at].startswith("X-"):
        name, _, value = lines[at].partition(": ")
        address = value.partition("<")[2].partition(">")[0]
        if name == "X-Mail-Args":
            entry["from"] = address
        elif name == "X-Rcpt-Args":
            entry["to"].append(address)
        at += 1
    at += 1
    while at < len(lines) and lines[at].startswith("\t"):
        at += 1
    return entry | {"data": "\n".join(lines[at:]).removesuffix("\n")}
