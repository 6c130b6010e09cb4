"""A private Postfix for tests: submission with STARTTLS and logins, and delivery into a Dovecot. Needs root.

    with Dovecot() as mail, Postfix(mail) as postfix:
        ... postfix.port, with the logins of `mail` ...

Whatever is accepted goes to that Dovecot by LMTP; what it refuses comes back to the sender as a bounce of Postfix's own
making. Queue, logs and settings lie in one temporary folder. Postfix's master runs as root and nothing else: no test
may rely on this class alone.
"""

import os
import pathlib
import shutil
import socket
import subprocess
import tempfile

from support.outrider import free_port, wait_until

PROGRAMS = pathlib.Path("/usr/lib/postfix/sbin")
ALONE = ("unshare", "--pid", "--fork", "--kill-child")
START_S = 20
STOP_S = 10

SETTINGS = """
compatibility_level = 3.6
queue_directory = @ROOT@/queue
data_directory = @ROOT@/data
maillog_file = @ROOT@/log
maillog_file_prefixes = @ROOT@
inet_protocols = ipv4
myhostname = mx.postfix.example
mydestination =
alias_maps =
local_recipient_maps =
default_transport = lmtp:inet:127.0.0.1:@LMTP_PORT@
smtpd_tls_security_level = may
smtpd_tls_cert_file = @ROOT@/cert.pem
smtpd_tls_key_file = @ROOT@/key.pem
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:@SASL_PORT@
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = check_recipient_access inline:{@ACCESS@}
smtpd_client_connection_rate_limit = 0
smtpd_client_connection_count_limit = 0
"""

# name type private unprivileged chroot wakeup limit program
SERVICES = """
127.0.0.1:@PORT@ inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
proxymap unix - - n - - proxymap
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""

FOLDERS = ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "saved", "trace")


class Postfix:
    """Started by the constructor; stop() leaves nothing. `refused` are addresses unknown already at RCPT."""

    def __init__(self, dovecot, refused=()):
        self.port = free_port()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="outrider-postfix-"))
        self._process = None
        try:
            self._make_folders()
            for name in ("cert.pem", "key.pem"):
                shutil.copy(dovecot.folder / name, self.folder)
            access = ", ".join(f"{{{address} = 550 5.1.1 No such user here}}" for address in refused)
            words = {"ROOT": self.folder, "PORT": self.port, "LMTP_PORT": dovecot.lmtp_port,
                     "SASL_PORT": dovecot.sasl_port, "ACCESS": access or "{nobody@nowhere.invalid = REJECT}"}
            self._write("main.cf", SETTINGS, words)
            self._write("master.cf", SERVICES, words)
            self._start()
        except BaseException:
            self.stop()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        if self._process:
            self._process.kill()
            self._process.wait()
            wait_until(self._is_gone, "Postfix is gone", STOP_S)
        shutil.rmtree(self.folder, ignore_errors=True)

    def log(self):
        file = self.folder / "log"
        return file.read_text(errors="replace") if file.exists() else ""

    def _make_folders(self):
        self.folder.chmod(0o755)
        queue = self.folder / "queue"
        for path in (self.folder / "etc", queue, queue / "pid"):
            path.mkdir()
        for path in [self.folder / "data", *(queue / name for name in FOLDERS)]:
            path.mkdir(0o700)
            shutil.chown(path, "postfix")
        for name, mode in (("maildrop", 0o1730), ("public", 0o2710)):
            (queue / name).mkdir()
            shutil.chown(queue / name, "postfix", "postdrop")
            (queue / name).chmod(mode)

    def _write(self, name, text, words):
        for word, value in words.items():
            text = text.replace(f"@{word}@", str(value))
        (self.folder / "etc" / name).write_text(text)

    def _start(self):
        # The master forgets whose death ends it when it changes its user. So it lives among processes of its own,
        # which the kernel ends with the shell that is the first of them, and that with the test.
        command = ["setpriv", "--pdeathsig", "KILL", *ALONE, "sh", "-c", '"$0" -c "$1" -d & wait',
                   PROGRAMS / "master", self.folder / "etc"]
        self._process = subprocess.Popen(command, start_new_session=True, stdin=subprocess.DEVNULL,
                                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                         env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
        wait_until(self._answers, "Postfix answers", START_S)

    def _answers(self):
        if self._process.poll() is not None:
            raise AssertionError("Postfix ended: " + self.log()[-2000:])
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=START_S) as connection:
                return connection.recv(3) == b"220"
        except ConnectionRefusedError:
            return False

    def _is_gone(self):
        try:
            socket.create_connection(("127.0.0.1", self.port)).close()
            return False
        except (ConnectionRefusedError, ConnectionResetError):
            return True


def can_run():
    return os.getuid() == 0 and subprocess.run([*ALONE, "true"], capture_output=True).returncode == 0
