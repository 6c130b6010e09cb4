#!/usr/bin/python3
"""IMAP: a whole mailbox fetched by our client and by mbsync from the same Dovecot, in turn; and what a session in IDLE
costs. Prints a table: median of the runs, and their spread.

    bench/imap.py [MESSAGES] [SESSIONS]
"""

import json
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from support.dovecot import Dovecot  # noqa: E402

PROGRAM = pathlib.Path(os.environ.get("OUTRIDER_BENCH_BUILD", ROOT / "build/release")) / "bench_imap"
USER, SECRET = "bench@example.com", "secret"
MESSAGE_BYTES = 4096
RUNS = 5


def fill(dovecot, count):
    """Straight into the maildir: the server indexes it at the first look."""
    with dovecot.session(USER) as imap:
        imap.select("INBOX")
    folder = dovecot.folder / "mail" / USER / "Maildir/cur"
    for number in range(count):
        head = f"Subject: message {number}\nMessage-ID: <{number}@example.net>\nFrom: a@example.net\n\n"
        lines = "the quick brown fox jumps over the lazy dog, again and again\n" * (MESSAGE_BYTES // 61)
        path = folder / f"{1700000000 + number}.M{number}.bench:2,"
        path.write_text((head + lines)[:MESSAGE_BYTES - 1] + "\n")
        if os.getuid() == 0:
            shutil.chown(path, dovecot.user, dovecot.group)
    with dovecot.session(USER) as imap:
        imap.select("INBOX")
        imap.uid("FETCH", "1:*", "(RFC822.SIZE)")


def ours(dovecot, security, *rest, mode="fetch"):
    port = dovecot.imaps_port if security == "tls" else dovecot.imap_port
    done = subprocess.run([PROGRAM, mode, "localhost", str(port), security, USER, SECRET, dovecot.ca_file, *rest],
                          capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def mbsync(dovecot, security, folder):
    config = folder / "mbsyncrc"
    port = dovecot.imaps_port if security == "tls" else dovecot.imap_port
    tls = f"SSLType IMAPS\nCertificateFile {dovecot.ca_file}" if security == "tls" else "SSLType None"
    config.write_text(f"""
FSync no
IMAPStore far
Host localhost
Port {port}
User {USER}
Pass {SECRET}
{tls}
AuthMechs PLAIN LOGIN

MaildirStore near
Inbox {folder}/inbox

Channel all
Far :far:
Near :near:
Sync PullNew
Create Near
SyncState {folder}/state
""")
    started = time.monotonic()
    subprocess.run(["mbsync", "-q", "-c", config, "all"], check=True)
    seconds = time.monotonic() - started
    return {"messages": len(list((folder / "inbox").glob("*/*"))), "seconds": seconds}


def in_folder(work):
    """In memory where there is such a folder: the disk is not what is measured."""
    memory = "/dev/shm" if pathlib.Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(prefix="outrider-bench-", dir=memory) as folder:
        return work(pathlib.Path(folder))


def cpu_seconds():
    """Of every client that has ended; Dovecot has not."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main():
    messages = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    sessions = int(sys.argv[2]) if len(sys.argv) > 2 else 500
    contenders = {
        "Outrider, kept in memory": lambda security: ours(dovecot, security),
        "Outrider, a file each": lambda security: in_folder(lambda f: ours(dovecot, security, str(f))),
        "mbsync (isync), no fsync": lambda security: in_folder(lambda f: mbsync(dovecot, security, f)),
    }
    with Dovecot() as dovecot:
        dovecot.add_user(USER, SECRET)
        fill(dovecot, messages)
        print(f"{messages} messages of {MESSAGE_BYTES} bytes from Dovecot, {RUNS} runs in turn, messages a second")
        for security in ("none", "tls"):
            rates = {name: [] for name in contenders}
            costs = {name: [] for name in contenders}
            for _ in range(RUNS):
                for name, run in contenders.items():
                    before = cpu_seconds()
                    result = run(security)
                    costs[name].append(1e6 * (cpu_seconds() - before) / messages)
                    assert result["messages"] == messages, result
                    rates[name].append(result["messages"] / result["seconds"])
            for name, seen in rates.items():
                print(f"  {security:5} {name:28} {statistics.median(seen):9.0f}  ({min(seen):.0f} to {max(seen):.0f})  "
                      f"{statistics.median(costs[name]):5.0f} us of client CPU each")
        idle = ours(dovecot, "tls", str(sessions), mode="idle")
        each = idle["bytes_each"]
        print(f"{idle['sessions']} sessions in IDLE over TLS: {each / 1024:.1f} KiB each, {(1 << 30) // each} a GiB; "
              f"all logged in within {idle['login_seconds']} s")


if __name__ == "__main__":
    main()
