"""A private Dovecot for tests: real IMAP in a temporary folder, on free ports, without root and without a trace.

    with Dovecot() as mail:
        mail.add_user("ann@example.com", "secret")
        mail.deliver("ann@example.com", b"Subject: hi\r\n\r\nhello\r\n")

`mail.imap_port` takes STARTTLS, `mail.imaps_port` TLS; `mail.ca_file` is what a client must trust; the certificate
is for localhost and 127.0.0.1. `mail.sasl_port` is where an SMTP server asks whether a login is good.
"""

import contextlib
import grp
import imaplib
import os
import pathlib
import pwd
import shutil
import signal
import smtplib
import socket
import subprocess
import tempfile

from support.outrider import ROOT, free_port, wait_until

TEMPLATE = ROOT / "sandbox/dovecot.conf.in"
START_S = 20
STOP_S = 10


def account():
    """Who runs Dovecot: the caller, or nobody when the caller is root."""
    if os.getuid() == 0:
        return "nobody", "nogroup"
    return pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name


class Dovecot:
    """Started by the constructor; stop() leaves nothing."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="outrider-dovecot-"))
        self.user, self.group = account()
        self.ca_file = str(self.folder / "cert.pem")
        self.passwords = {}
        self._process = None
        try:
            self._make_certificate()
            (self.folder / "users").touch(0o600)
            (self.folder / "mail").mkdir()
            self._choose_ports()
            self._give_away(self.folder)
            self.start()
        except BaseException:
            self.stop()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    # Life

    def start(self):
        # The kernel ends the server with the test, however that ends.
        command = ["setpriv", "--pdeathsig", "TERM"]
        if os.getuid() == 0:
            command += ["--reuid", self.user, "--regid", self.group, "--clear-groups"]
        self._process = subprocess.Popen([*command, "dovecot", "-F", "-c", str(self.config)], start_new_session=True,
                                         stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                         env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
        wait_until(self._answers, "Dovecot answers: " + self.log()[-2000:], START_S)

    def halt(self):
        """Ends the server and every session; mail, ports and users stay for start()."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            pass
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None

    def restart(self):
        self.halt()
        self.start()

    def stop(self):
        self.halt()
        shutil.rmtree(self.folder, ignore_errors=True)

    # Users and mail

    def add_user(self, user, password="secret"):
        self.add_users([user], password)

    def add_users(self, users, password="secret"):
        """Also changes a password. Dovecot looks at the file once a second, so adding many at once saves time."""
        self.passwords |= dict.fromkeys(users, password)
        lines = [f"{name}:{{PLAIN}}{secret}::::::\n" for name, secret in self.passwords.items()]
        (self.folder / "users").write_text("".join(lines))
        wait_until(lambda: self._can_log_in(users[-1]), "Dovecot knows the new user", START_S)

    def deliver(self, user, message, folder="INBOX", flags=()):
        """Through LMTP, as a mail server does it; into another folder, or with flags, by append()."""
        if folder != "INBOX" or flags:
            return self.append(user, message, folder, flags)
        with smtplib.LMTP("127.0.0.1", self.lmtp_port) as lmtp:
            lmtp.sendmail("sender@example.net", [user], message)

    def append(self, user, message, folder="INBOX", flags=()):
        """Byte for byte, nothing added."""
        with self.session(user) as imap:
            self._ok(imap.append(f'"{folder}"', " ".join(flags), None, message))

    @contextlib.contextmanager
    def session(self, user):
        """A logged-in imaplib session."""
        with imaplib.IMAP4("127.0.0.1", self.imap_port) as imap:
            imap.login(user, self.passwords[user])
            yield imap

    def messages(self, user, folder="INBOX"):
        """(uid, flags, bytes) of each message, oldest first."""
        with self.session(user) as imap:
            self._ok(imap.select(f'"{folder}"', readonly=True))
            found = []
            for part in self._ok(imap.uid("FETCH", "1:*", "(UID FLAGS BODY.PEEK[])")):
                if isinstance(part, tuple):
                    facts = part[0].decode()
                    uid = int(facts.split("UID ")[1].split()[0])
                    found.append((uid, imaplib.ParseFlags(part[0]), part[1]))
            return [(uid, {flag.decode() for flag in flags} - {"\\Recent"}, text) for uid, flags, text in found]

    def uid_validity(self, user, folder="INBOX"):
        with self.session(user) as imap:
            answer = self._ok(imap.status(f'"{folder}"', "(UIDVALIDITY)"))[0]
            return int(answer.split(b"UIDVALIDITY ")[1].rstrip(b")"))

    def change_uid_validity(self, user, folder="INBOX"):
        """Every message gets another UID under another UIDVALIDITY, as after a restored backup. Ends all sessions."""
        before = self.uid_validity(user, folder)
        messages = self.messages(user, folder)
        with self.session(user) as imap:
            self._ok(imap.select(f'"{folder}"'))
            if messages:
                self._ok(imap.uid("STORE", "1:*", "+FLAGS.SILENT", "(\\Deleted)"))
                self._ok(imap.expunge())
        for _, flags, text in messages:
            self.append(user, text, folder, sorted(flags))
        self.drop_connections(user)
        self.doveadm("mailbox", "update", "-u", user, "--uid-validity", str(before + 1), folder)
        return before + 1

    def drop_connections(self, user):
        """Ends every session of the user, as a server does that is short of memory."""
        self.doveadm("kick", user, check=False)

    def doveadm(self, *arguments, check=True):
        command = ["doveadm", "-c", str(self.config), *arguments]
        if os.getuid() == 0:
            command = ["setpriv", "--reuid", self.user, "--regid", self.group, "--clear-groups", *command]
        done = subprocess.run(command, capture_output=True, text=True, env={"PATH": "/usr/bin:/usr/sbin:/bin"})
        if check and done.returncode != 0:
            raise AssertionError(f"doveadm {' '.join(arguments)}: {done.stderr}")
        return done.stdout

    def log(self):
        file = self.folder / "dovecot.log"
        return file.read_text(errors="replace") if file.exists() else ""

    # Inside

    @property
    def config(self):
        return self.folder / "dovecot.conf"

    def _choose_ports(self):
        self.imap_port, self.imaps_port, self.lmtp_port = free_port(), free_port(), free_port()
        text = TEMPLATE.read_text()
        tls = "ssl = yes\nssl_cert = <@ROOT@/cert.pem\nssl_key = <@ROOT@/key.pem"
        passdb = "driver = passwd-file\n  args = scheme=PLAIN username_format=%u @ROOT@/users"
        for name, value in {"TLS": tls, "PASSDB": passdb, "ROOT": self.folder, "USER": self.user, "GROUP": self.group, "IMAP_PORT": self.imap_port,
                            "IMAPS_PORT": self.imaps_port, "LMTP_PORT": self.lmtp_port}.items():
            text = text.replace(f"@{name}@", str(value))
        self.sasl_port = free_port()
        sasl = f"service auth {{\n  inet_listener sasl {{\n    port = {self.sasl_port}\n  }}\n}}\n"
        self.config.write_text(text + sasl)

    def _make_certificate(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-days", "30", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                        "-keyout", str(self.folder / "key.pem"), "-out", self.ca_file], check=True, capture_output=True)

    def _give_away(self, folder):
        if os.getuid() != 0:
            return
        for path in [folder, *folder.rglob("*")]:
            shutil.chown(path, self.user, self.group)

    def _answers(self):
        if self._process.poll() is not None:
            raise AssertionError("Dovecot ended: " + self.log()[-2000:])
        try:
            for port in (self.imap_port, self.imaps_port, self.lmtp_port):
                socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            return False
        return True

    def _can_log_in(self, user):
        try:
            with self.session(user):
                return True
        except imaplib.IMAP4.error:
            return False

    @staticmethod
    def _ok(answer):
        kind, data = answer
        if kind != "OK":
            raise AssertionError(f"the server refused: {data}")
        return data
