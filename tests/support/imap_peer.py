"""A scripted IMAP server for what a real one does not do on demand: refuse, stall, cut, drop, lie.

It is a plain small IMAP server (INBOX and Sent in memory) with faults that a test turns on:

    with ImapPeer() as peer:
        peer.messages = [b"Subject: a\\r\\n\\r\\nx\\r\\n"]
        peer.faults.cut_after_body_bytes = 10

Faults hold for every connection from then on; `peer.log` has every line that clients sent, without passwords.
"""

import asyncio
import base64
import dataclasses
import re
import threading


@dataclasses.dataclass
class Faults:
    capabilities: str = "IMAP4rev1 LITERAL+ SASL-IR AUTH=PLAIN IDLE UIDPLUS MOVE ESEARCH SPECIAL-USE"
    refuse_login: str | None = None  # the words after NO
    refuse_connection: str | None = None  # the words after BYE
    delay_s: float = 0.0  # before each answer
    silent_commands: tuple = ()  # never answered, such as ("SELECT",)
    drop_commands: tuple = ()  # the connection ends instead of an answer
    drop_idle_after_s: float | None = None
    cut_after_body_bytes: int | None = None  # the connection ends inside a literal
    bare_line_feeds: bool = False
    quoted_bodies: bool = False  # short bodies as quoted strings
    chatter: bool = False  # untagged lines nobody asked for, before each answer


class ImapPeer:
    def __init__(self, password=None):
        self.faults = Faults()
        self.messages = []  # bytes of each message in INBOX; UIDs count from uid_first
        self.sent = []
        self.uid_validity = 1
        self.uid_first = 1
        self.password = password  # None: any
        self.log = []
        self.connections = 0
        self._sessions = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._call(asyncio.start_server(self._serve, "127.0.0.1", 0, limit=64 << 20))
        self.port = self._server.sockets[0].getsockname()[1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        if self._loop.is_closed():
            return
        self._server.close()
        self.drop_connections()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def deliver(self, message):
        """A new message in INBOX; idling clients are told at once."""
        async def tell():
            self.messages.append(message)
            for session in list(self._sessions):
                await session.tell_exists()
        self._call(tell())

    def replace_mailbox(self, messages, uid_first=1):
        """Another UIDVALIDITY, as after a restored backup; sessions end."""
        self.messages, self.uid_first = list(messages), uid_first
        self.uid_validity += 1
        self.drop_connections()

    def drop_connections(self):
        async def drop():
            sessions = list(self._sessions)
            for session in sessions:
                session.task.cancel()
            await asyncio.gather(*(session.task for session in sessions), return_exceptions=True)
        self._call(drop())

    def _call(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(10)

    async def _serve(self, reader, writer):
        self.connections += 1
        session = _Session(self, reader, writer)
        self._sessions.add(session)
        try:
            await session.run()
        except (_Ended, ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._sessions.discard(session)
            writer.close()


class _Ended(Exception):
    """The connection ends here."""


class _Session:
    def __init__(self, peer, reader, writer):
        self.peer, self.reader, self.writer = peer, reader, writer
        self.task = asyncio.current_task()
        self.idling = False
        self.selected = None

    async def run(self):
        faults = self.peer.faults
        if faults.refuse_connection is not None:
            await self.send(f"* BYE {faults.refuse_connection}")
            return
        await self.send(f"* OK [CAPABILITY {faults.capabilities}] peer ready")
        while True:
            await self.command(await self.line())

    async def command(self, line):
        tag, _, rest = line.partition(" ")
        words = rest.split(" ", 2)
        verb = words[0].upper()
        if verb == "UID":
            verb = "UID " + words[1].upper()
        self.peer.log.append(verb if verb in ("LOGIN", "AUTHENTICATE") else rest)
        faults = self.peer.faults
        if verb in faults.drop_commands:
            raise _Ended
        if verb in faults.silent_commands:
            await asyncio.sleep(3600)
        await asyncio.sleep(faults.delay_s)
        if faults.chatter:
            await self.send("* OK [X-NOTE \"a ] b\"] still here {3}")
            await self.send("* 1 FETCH (FLAGS (\\Seen))")
        handler = getattr(self, "do_" + verb.lower().replace(" ", "_"), None)
        if handler is None:
            await self.send(f"{tag} BAD unknown command")
        else:
            await handler(tag, rest)

    # Commands

    async def do_capability(self, tag, _):
        await self.send(f"* CAPABILITY {self.peer.faults.capabilities}", f"{tag} OK done")

    async def do_noop(self, tag, _):
        await self.send(f"{tag} OK done")

    async def do_logout(self, tag, _):
        await self.send("* BYE see you", f"{tag} OK done")
        raise _Ended

    async def do_login(self, tag, rest):
        await self.log_in(tag, rest.split(" ")[-1].strip('"'))

    async def do_authenticate(self, tag, rest):
        words = rest.split(" ")
        if len(words) < 3:
            await self.send("+ ")
            words.append(await self.line())
        await self.log_in(tag, base64.b64decode(words[2]).split(b"\0")[-1].decode())

    async def log_in(self, tag, password):
        refusal = self.peer.faults.refuse_login
        if refusal is None and self.peer.password not in (None, password):
            refusal = "[AUTHENTICATIONFAILED] Invalid credentials"
        if refusal is not None:
            return await self.send(f"{tag} NO {refusal}")
        await self.send(f"{tag} OK [CAPABILITY {self.peer.faults.capabilities}] logged in")

    async def do_list(self, tag, _):
        await self.send('* LIST () "/" INBOX', '* LIST (\\Sent) "/" Sent', f"{tag} OK done")

    async def do_select(self, tag, rest):
        name = rest.split(" ")[1].strip('"')
        if name not in ("INBOX", "Sent"):
            return await self.send(f"{tag} NO [NONEXISTENT] no such mailbox")
        self.selected = name
        held = self.held()
        await self.send(f"* {len(held)} EXISTS", f"* OK [UIDVALIDITY {self.peer.uid_validity}] x",
                        f"* OK [UIDNEXT {self.peer.uid_first + len(held)}] x", f"{tag} OK [READ-WRITE] done")

    do_examine = do_select

    async def do_uid_search(self, tag, rest):
        first = int(re.search(r"UID (\d+):\*", rest)[1])
        wanted = re.search(r'HEADER Message-ID "([^"]*)"', rest)
        uids = [uid for uid, text in self.numbered()
                if uid >= first and (wanted is None or f"Message-ID: {wanted[1]}\r\n".encode() in text)]
        if "RETURN" in rest:
            found = " ALL " + ",".join(map(str, uids)) if uids else ""
            await self.send(f'* ESEARCH (TAG "{tag}") UID{found}', f"{tag} OK done")
        else:
            await self.send("* SEARCH" + "".join(f" {uid}" for uid in uids), f"{tag} OK done")

    async def do_uid_fetch(self, tag, rest):
        asked = rest.split(" ", 3)
        part = re.search(r"BODY\.PEEK\[(\w*)\](?:<0\.(\d+)>)?", asked[3])
        for number, (uid, text) in enumerate(self.numbered(), 1):
            if not self.is_asked(asked[2], uid):
                continue
            items = f'UID {uid} FLAGS () INTERNALDATE "01-Feb-2026 10:00:00 +0000" RFC822.SIZE {len(text)}'
            if part is None:
                await self.send(f"* {number} FETCH ({items})")
                continue
            body = text.split(b"\r\n\r\n")[0] + b"\r\n\r\n" if part[1] == "HEADER" else text
            body = body[:int(part[2])] if part[2] else body
            origin = "<0>" if part[2] else ""
            await self.send_body(f"* {number} FETCH ({items} BODY[{part[1]}]{origin} ", body)
        await self.send(f"{tag} OK done")

    async def do_uid_store(self, tag, _):
        await self.send(f"{tag} OK done")

    async def do_append(self, tag, rest):
        size = re.search(r"\{(\d+)(\+?)\}$", rest)
        if not size[2]:
            await self.send("+ go")
        text = await self.reader.readexactly(int(size[1]))
        await self.line()
        if rest.split(" ")[1].strip('"') == "INBOX":
            self.peer.messages.append(text)
        else:
            self.peer.sent.append(text)
        await self.send(f"{tag} OK [APPENDUID {self.peer.uid_validity} {self.peer.uid_first + len(self.held()) - 1}] done")

    async def do_idle(self, tag, _):
        await self.send("+ idling")
        self.idling = True
        try:
            line = await asyncio.wait_for(self.line(), self.peer.faults.drop_idle_after_s)
        except asyncio.TimeoutError:
            raise _Ended from None
        finally:
            self.idling = False
        await self.send(f"{tag} OK done" if line.upper() == "DONE" else f"{tag} BAD expected DONE")

    # Inside

    async def tell_exists(self):
        if self.idling:
            await self.send(f"* {len(self.peer.messages)} EXISTS")

    def held(self):
        return self.peer.sent if self.selected == "Sent" else self.peer.messages

    def numbered(self):
        return [(self.peer.uid_first + at, text) for at, text in enumerate(self.held())]

    def is_asked(self, uids, uid):
        for part in uids.split(","):
            first, _, last = part.partition(":")
            top = self.peer.uid_first + len(self.held()) - 1
            low, high = sorted((int(first), top if last == "*" else int(last or first)))
            if low <= uid <= high:
                return True
        return False

    async def line(self):
        return (await self.reader.readuntil(b"\n")).decode("utf-8", "replace").rstrip("\r\n")

    async def send(self, *lines):
        end = "\n" if self.peer.faults.bare_line_feeds else "\r\n"
        self.writer.write("".join(line + end for line in lines).encode())
        await self.writer.drain()

    async def send_body(self, start, body):
        faults = self.peer.faults
        if faults.quoted_bodies and b"\r" not in body and b"\n" not in body:
            escaped = body.decode().replace("\\", "\\\\").replace('"', '\\"')
            return await self.send(start + '"' + escaped + '")')
        self.writer.write(start.encode() + b"{%d}\r\n" % len(body))
        cut = faults.cut_after_body_bytes
        if cut is not None and cut < len(body):
            self.writer.write(body[:cut])
            await self.writer.drain()
            raise _Ended
        self.writer.write(body)
        await self.send(")")
