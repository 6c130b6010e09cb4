"""Rows put straight into the database of a running server, for tests that need threads without mail flow."""

import re
import sqlite3
import subprocess
import time
import unicodedata
import uuid

DAY_MS = 86_400_000


def now_ms():
    return int(time.time() * 1000)


def _words(text):
    """What the search finds a text by; plain enough for Latin letters."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(dict.fromkeys(re.findall(r"[^\W_]+", plain)))


def _literal(value):
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, int):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"


class Seed:
    """Collects rows; flush() stores them in one transaction. Ids are given here, above those the server gives."""

    def __init__(self, database, workspace_id=1):
        self.database = database
        self.workspace_id = workspace_id
        self.statements = []
        self.next_id = 1_000 * workspace_id + 1_000_000

    def execute(self, statement):
        self.statements.append(statement)

    def insert(self, table, **columns):
        values = ", ".join(_literal(value) for value in columns.values())
        self.execute(f"INSERT INTO {table} (workspace_id, {', '.join(columns)}) VALUES ({self.workspace_id}, {values})")

    def flush(self):
        script = "BEGIN;\n" + ";\n".join(self.statements) + ";\nCOMMIT;\n"
        self.statements = []
        if self.database.url:
            done = subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", self.database.url],
                                  input=script, capture_output=True, text=True)
            if done.returncode != 0:
                raise AssertionError(done.stderr)
            return
        connection = sqlite3.connect(f"{self.database.folder}/outrider.db", timeout=30)
        try:
            connection.executescript(script)
        finally:
            connection.close()

    def _id(self):
        self.next_id += 1
        return self.next_id

    def campaign(self, name="Campaign", user_id=1, **more):
        id = self._id()
        columns = {"timezone": "Europe/Stockholm", "days": 0b0111110, "start_minute": 510, "end_minute": 990, "state": 1}
        self.insert("campaign", id=id, name=name, user_id=user_id, created_at_ms=0, updated_at_ms=0, **columns | more)
        self.insert("sequence_step", id=self._id(), campaign_id=id, seq_number=1, subject="S", body="B",
                    created_at_ms=0, updated_at_ms=0)
        return id

    def mailbox(self, email=None, **more):
        id = self._id()
        columns = {"user_id": 1, "from_name": "Ivo Marek", "from_email": email or f"box{id}@relaypost.example", "kind": 0,
                   "smtp_host": "h", "smtp_port": 465, "smtp_security": 0, "smtp_user": "u", "imap_host": "h",
                   "imap_port": 993, "imap_security": 0, "imap_user": "u"}
        self.insert("mailbox", id=id, created_at_ms=0, updated_at_ms=0, **columns | more)
        return id

    def lead(self, email=None, **more):
        id = self._id()
        email = email or f"lead{id}@harborline.example"
        self.insert("lead", id=id, email=email, domain=email.split("@")[1], created_at_ms=0, updated_at_ms=0, **more)
        return id, email

    def message(self, thread, at_ms, direction="outbound", **more):
        """The id, the stats_id and the Message-ID of a stored message."""
        id, stats_id = self._id(), str(uuid.uuid4())
        header_id = f"{id}@relaypost.example"
        inbound = direction == "inbound"
        ends = [thread.mailbox_email, thread.email]
        if inbound:
            ends.reverse()
        body = {"html": more.pop("html", None), "text": more.pop("text", "Some text"), "new_text": more.pop("new_text", None)}
        columns = {"stats_id": stats_id, "campaign_lead_id": thread.id, "campaign_id": thread.campaign, "lead_id": thread.lead,
                   "mailbox_id": thread.mailbox, "direction": int(inbound), "kind": 3 if inbound else 0, "header_id": header_id,
                   "preview": (body["new_text"] or body["text"])[:200], "from_email": ends[0], "to_email": ends[1], "subject": "Subject", "at_ms": at_ms, "created_at_ms": at_ms}
        columns |= more
        self.insert("message", id=id, **columns)
        self.insert("message_body", message_id=id, **body)
        self.insert("message_header_id", header_id=columns["header_id"], message_id=id)
        return Message(id, columns["stats_id"], columns["header_id"], at_ms)

    def conversation(self, campaign, mailbox, mailbox_email="ivo@relaypost.example", email=None, replied_at_ms=None, sent_at_ms=None,
                     text="Send me two slots.", subject="Empty legs", lead=None, **facts):
        """A thread with one mail of ours and, when replied_at_ms is given, one reply."""
        thread = Thread()
        thread.id, thread.campaign, thread.mailbox, thread.mailbox_email = self._id(), campaign, mailbox, mailbox_email
        thread.lead, thread.email = self.lead(email, **(lead or {}))
        sent_at_ms = sent_at_ms or (replied_at_ms or now_ms()) - DAY_MS
        thread.sent = self.message(thread, sent_at_ms, seq_number=1, subject=subject, html="<div>Hi, a <b>question</b></div>",
                                   text="Hi, a question")
        columns = {"sent_count": 1, "last_sent_at_ms": sent_at_ms, "email_status": 1, "last_message_id": thread.sent.id, "next_seq": 2,
                   "engaged_at_ms": sent_at_ms}
        thread.reply = None
        if replied_at_ms:
            thread.reply = self.message(thread, replied_at_ms, "inbound", subject="Re: " + subject, text=text + "\n> quoted",
                                        html=f"<div>{text}</div>", new_text=text, answers_id=thread.sent.id)
            columns |= {"reply_count": 1, "last_reply_at_ms": replied_at_ms, "email_status": 6, "last_message_id": thread.reply.id,
                        "last_reply_id": thread.reply.id, "is_read": 0, "engaged_at_ms": replied_at_ms}
        self.insert("campaign_lead", id=thread.id, campaign_id=campaign, lead_id=thread.lead, mailbox_id=mailbox, state=1,
                    lead_domain="harborline.example", created_at_ms=0, updated_at_ms=0, **columns | facts)
        people = f"{thread.email}\n{(lead or {}).get('first_name', '')} {(lead or {}).get('last_name', '')}"
        self.insert("thread_text", campaign_lead_id=thread.id, text=_words(f"{people} {subject} {text}"))
        return thread


class Thread:
    """A seeded conversation: id, campaign, lead, email, mailbox, sent, reply."""


class Message:
    def __init__(self, id, stats_id, header_id, at_ms):
        self.id, self.stats_id, self.header_id, self.at_ms = id, stats_id, header_id, at_ms


def instant(at_ms):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at_ms // 1000))


