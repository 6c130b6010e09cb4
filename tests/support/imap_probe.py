"""One session of the C++ IMAP client, driven line by line through build/.../imap_probe."""

import subprocess

from support.outrider import BINARY

PROBE = BINARY.parent / "imap_probe"
CODES = ["Malformed", "Invalid", "Unauthorized", "Forbidden", "NotFound", "Conflict", "TooLarge", "RateLimited",
         "Unavailable", "Timeout", "Internal"]


class ProbeError(Exception):
    """What the client answered: `code` is a word of core/result.h."""

    def __init__(self, code, message):
        super().__init__(f"{code}: {message}")
        self.code, self.message = code, message


class ImapProbe:
    """Opens in the constructor: raises ProbeError when the client could not log in."""

    def __init__(self, port, user, secret, security="none", ca_file="", host="127.0.0.1"):
        self._process = subprocess.Popen([PROBE, host, str(port), security, user, secret, ca_file], text=True,
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            self.answer()
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        with self._process:
            self._process.stdin.close()

    def do(self, *words):
        """The lines of the answer, each as a list of words."""
        self.start(*words)
        return self.answer()

    def start(self, *words):
        self._process.stdin.write(" ".join(map(str, words)) + "\n")
        self._process.stdin.flush()

    def read_line(self):
        line = self._process.stdout.readline()
        if not line:
            raise AssertionError(f"imap_probe ended with {self._process.wait()}")
        return line.rstrip("\n").split(" ")

    def answer(self):
        lines = []
        while (line := self.read_line()) != ["ok"]:
            if line[0] == "error":
                raise ProbeError(CODES[int(line[1])], " ".join(line[2:]))
            lines.append(line)
        return lines
