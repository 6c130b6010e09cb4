"""Campaigns in an integrator's words, and the world their mail lives in.

    class Case(FlowTest):
        def test_a_mail_leaves(self):
            ann = self.mailbox("ann")
            campaign = self.campaign([step("Hello", "<p>Hi</p>")], [ann], ["jane@prospect.example"])
            self.peer.wait_for(1)

A class shares one Dovecot and one server; each test has an SMTP peer of its own, so that its rules stop nobody else.
"""

import datetime
import email.message
import email.policy
import email.utils
import os
import pathlib
import re
import sys
import tempfile
import time

from support.dovecot import Dovecot
from support.outrider import ROOT, ServerTest, wait_until
from support.smtp_peer import SmtpPeer

MINUTE, HOUR, DAY = 60, 3600, 86400
PASSWORD = "correct horse"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
MAILBOXES_MAX = 24

# Ledger states, as stored.
CLAIMED, SENDING, SENT, FAILED, UNCONFIRMED, UNKNOWN, CANCELLED, HELD = range(8)

ALWAYS = {
    "timezone": "UTC",
    "days_of_the_week": [0, 1, 2, 3, 4, 5, 6],
    "start_hour": "00:00",
    "end_hour": "23:59",
    "min_time_btw_emails": 3,
    "max_new_leads_per_day": 100000,
}


def today_at(hour, minute=0):
    """An instant of today in UTC, as --test-clock takes it. The mail servers' own dates stay near it."""
    now = datetime.datetime.now(datetime.timezone.utc)
    return now.replace(hour=hour, minute=minute, second=0, microsecond=0).strftime("%Y-%m-%dT%H:%M:%SZ")


class MailWorld:
    """A Dovecot with mailboxes, and SMTP peers that take what they send. Nothing leaves loopback."""

    def __init__(self, mailboxes=MAILBOXES_MAX, imap=True):
        self.folder = tempfile.TemporaryDirectory(prefix="outrider-world-")
        self._free = [f"m{number}@sender.example" for number in range(1, mailboxes + 1)]
        self.passwords = dict.fromkeys(self._free, PASSWORD)
        self._peers = []
        self.dovecot = None
        if imap:
            self.dovecot = Dovecot()
            self.dovecot.add_users(self._free, PASSWORD)
            self.ca_file = str(pathlib.Path(self.folder.name) / "authorities.pem")
            pathlib.Path(self.ca_file).write_text(pathlib.Path(self.dovecot.ca_file).read_text())

    def take_address(self):
        """A mailbox nobody has used."""
        return self._free.pop(0)

    def new_peer(self, **options):
        log = pathlib.Path(self.folder.name) / f"received{len(self._peers)}.jsonl"
        peer = SmtpPeer(log, users=dict(self.passwords), **options)
        self._peers.append(peer)
        return peer

    def trust(self, peer):
        """Adds a TLS peer's certificate to what the server trusts; before the server starts."""
        with open(self.ca_file, "a") as authorities:
            authorities.write(pathlib.Path(peer.ca_file).read_text())

    def stop(self):
        for peer in self._peers:
            peer.stop()
        if self.dovecot:
            self.dovecot.stop()
        self.folder.cleanup()


class Mailbox:
    def __init__(self, id, address, world):
        self.id, self.address, self.world = id, address, world

    def deliver(self, message, folder="INBOX"):
        self.world.dovecot.deliver(self.address, message, folder)


def add_mailbox(api, world, address=None, name="Ann Sender", peer=None, **fields):
    """Through POST /email-accounts/save; a large daily cap unless `fields` says otherwise."""
    address = address or world.take_address()
    body = {
        "from_name": name,
        "from_email": address,
        "user_name": address,
        "password": PASSWORD,
        "smtp_host": "127.0.0.1",
        "smtp_port": peer.port if peer else 0,
        "smtp_port_type": "NONE",
        "imap_host": "127.0.0.1",
        "imap_port": world.dovecot.imap_port if world.dovecot else 0,
        "imap_port_type": "NONE",
        "max_email_per_day": 100000,
        "warmup_enabled": False,
    } | fields
    answer = api.post("/email-accounts/save", body)
    assert answer.status == 200, answer
    return Mailbox(answer.json["emailAccountId"], address, world)


def step(subject, body, after_days=0, **more):
    """A step without its number: make_campaign counts them."""
    return {"subject": subject, "email_body": body, "seq_delay_details": {"delay_in_days": after_days}} | more


def lead(address, **fields):
    return {"email": address, "first_name": address.split("@")[0].capitalize()} | fields


class Campaign:
    """One campaign through the API."""

    def __init__(self, api, id):
        self.api, self.id = api, id
        self.path = f"/campaigns/{id}"

    def _ok(self, answer):
        assert answer.status == 200, answer
        return answer.json

    def set_status(self, word):
        return self._ok(self.api.post(self.path + "/status", {"status": word}))

    def start(self):
        return self.set_status("START")

    def pause(self):
        return self.set_status("PAUSED")

    def stop(self):
        return self.set_status("STOPPED")

    @property
    def status(self):
        return self._ok(self.api.get(self.path))["status"]

    def add_leads(self, leads):
        rows = [row if isinstance(row, dict) else lead(row) for row in leads]
        for first in range(0, len(rows), 400):
            body = {
                "lead_list": rows[first : first + 400],
                "settings": {"ignore_duplicate_leads_in_other_campaign": False, "return_lead_ids": True},
            }
            answer = self._ok(self.api.post(self.path + "/leads", body))
            assert answer["total_leads"] == len(body["lead_list"]), answer

    def leads(self, **query):
        return self._ok(self.api.get(self.path + "/leads", query=query))["data"]

    def entry(self, address):
        """The lead's row in the list of the campaign's leads."""
        return next(entry for entry in self.leads() if entry["lead"]["email"] == address)

    def lead_status(self, address):
        return self.entry(address)["status"]

    def lead_id(self, address):
        return self.entry(address)["lead"]["id"]

    def statistics(self, **query):
        return self._ok(self.api.get(self.path + "/statistics", query=query))["data"]

    def analytics(self):
        return self._ok(self.api.get(self.path + "/analytics"))

    def history(self, address):
        return self._ok(self.api.get(f"{self.path}/leads/{self.lead_id(address)}/message-history"))["history"]


def make_campaign(api, steps, mailboxes, leads, schedule=None, settings=None, name="A campaign", start=True):
    """A campaign as an integrator makes it: create, settings, schedule, sequence, mailboxes, leads, START."""
    created = api.post("/campaigns/create", {"name": name})
    assert created.status == 200, created
    campaign = Campaign(api, created.json["id"])
    bodies = [
        ("/schedule", ALWAYS | (schedule or {})),
        ("/sequences", {"sequences": [{"seq_number": number} | body for number, body in enumerate(steps, 1)]}),
        ("/email-accounts", {"email_account_ids": [mailbox.id for mailbox in mailboxes]}),
    ]
    if settings:
        bodies.append(("/settings", settings))
    for path, body in bodies:
        answer = api.post(campaign.path + path, body)
        assert answer.status == 200, answer
    campaign.add_leads(leads)
    if start:
        campaign.start()
    return campaign


def without_gap(server, campaign):
    """No pause between two mails of a mailbox: less than the API allows. Before START."""
    server.database.execute(f"UPDATE campaign SET min_gap_minutes = 0 WHERE id = {campaign.id}")


# -- mail as the recipients see it


def message_of(entry):
    """A line of the peer's log as a parsed message."""
    return email.message_from_string(entry["data"], policy=email.policy.default)


def html_of(entry):
    return message_of(entry).get_body(("html",)).get_content()


def links_in(html):
    return [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]+)"', html)]


def target_of(url):
    """The path of a tracking link, for Server.exchange()."""
    return "/" + url.split("://", 1)[1].split("/", 1)[1]


def answer_to(entry, text, sender=None, subject=None, threaded=True, date=None, **headers):
    """What the recipient's mail program sends back, as bytes. `sender` when somebody else answers."""
    sent = message_of(entry)
    message = email.message.EmailMessage()
    message["From"] = sender or entry["to"][0]
    message["To"] = entry["from"]
    message["Subject"] = subject or "Re: " + str(sent["Subject"])
    message["Date"] = email.utils.format_datetime(date or datetime.datetime.now(datetime.timezone.utc))
    message["Message-ID"] = email.utils.make_msgid(domain="prospect.example")
    if threaded:
        message["In-Reply-To"] = sent["Message-ID"]
        message["References"] = sent["Message-ID"]
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes(policy=email.policy.SMTP)


def bounce_of(entry, status="5.1.1", words="550 5.1.1 <{to}>: user unknown"):
    """A delivery status notification (RFC 3464) for a mail that was accepted first."""
    to = entry["to"][0]
    head = entry["data"].partition("\r\n\r\n")[0]
    return "\r\n".join([
        "From: Mail Delivery System <MAILER-DAEMON@mx.prospect.example>",
        f"To: {entry['from']}",
        "Subject: Undelivered Mail Returned to Sender",
        f"Message-ID: {email.utils.make_msgid(domain='mx.prospect.example')}",
        f"Date: {email.utils.format_datetime(datetime.datetime.now(datetime.timezone.utc))}",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        "",
        "--b",
        "Content-Type: text/plain",
        "",
        "Your message could not be delivered.",
        "",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.prospect.example",
        "",
        f"Final-Recipient: rfc822; {to}",
        "Action: failed",
        f"Status: {status}",
        f"Diagnostic-Code: smtp; {words.format(to=to)}",
        "",
        "--b",
        "Content-Type: text/rfc822-headers",
        "",
        head,
        "",
        "--b--",
        "",
    ]).encode("latin-1")


# -- the base of every flow test


class FlowTest(ServerTest):
    """`test_clock` is today at ten unless a class says otherwise; `flow_settings` are OUTRIDER_* variables."""

    test_clock = None
    flow_settings = {}

    @classmethod
    def setUpClass(cls):
        cls.world = MailWorld()
        cls.addClassCleanup(cls.world.stop)
        cls.prepare_world()
        cls.test_clock = cls.test_clock or today_at(10)
        cls.settings = {"SEND_GAP_SECONDS": "0", "NET_CA_FILE": cls.world.ca_file} | cls.flow_settings
        super().setUpClass()

    @classmethod
    def prepare_world(cls):
        """What must be there before the server starts."""

    def setUp(self):
        self.peer = self.world.new_peer()
        self.addCleanup(self.peer.stop)

    def run(self, result=None):
        before = len(result.failures) + len(result.errors) if result else 0
        super().run(result)
        if result and len(result.failures) + len(result.errors) > before:
            self._say_how_to_repeat()

    def _say_how_to_repeat(self):
        names = ("OUTRIDER_TEST_ENGINE", "OUTRIDER_TEST_BUILD", "OUTRIDER_TEST_SEED")
        given = [f"{name}={os.environ[name]}" for name in names if name in os.environ]
        program = pathlib.Path(sys.argv[0]).resolve()
        case = f"{type(self).__name__}.{self._testMethodName}"
        print("repeat:", *given, f"PYTHONPATH={ROOT}/tests tools/with_postgres /usr/bin/python3 {program} {case}",
              file=sys.stderr)

    # What tests say

    def mailbox(self, name="Ann Sender", peer=None, **fields):
        return add_mailbox(self.api, self.world, name=name, peer=peer or self.peer, **fields)

    def campaign(self, steps, mailboxes, leads, gap=False, start=True, **options):
        """Paused at the end of the test, so that the next one has the server for itself."""
        campaign = make_campaign(self.api, steps, mailboxes, leads, start=False, **options)
        self.addCleanup(self._retire, campaign)
        if not gap:
            without_gap(self.server, campaign)
        if start:
            campaign.start()
        return campaign

    def _retire(self, campaign):
        if self.server.process.poll() is None:
            self.api.post(campaign.path + "/status", {"status": "STOPPED"})

    def hit(self, url, method="GET", body=None, agent=BROWSER, **headers):
        """A recipient's browser or mail program at a tracking or unsubscribe address."""
        return self.server.exchange(method, target_of(url), body, {"User-Agent": agent} | headers)

    def inbox(self, **filters):
        answer = self.api.post("/master-inbox/inbox-replies", {"filters": filters} if filters else {})
        self.assertEqual(answer.status, 200, answer)
        return answer.json["data"]

    def unconfirmed(self):
        answer = self.api.get("/outgoing", query={"state": "UNCONFIRMED"})
        self.assertEqual(answer.status, 200, answer)
        return answer.json["data"]

    def ledger(self, campaign):
        """(address, step's number, state, attempts, Message-ID) of each row."""
        rows = self.server.database.query(
            "SELECT lead.email, sequence_step.seq_number, outgoing.state, outgoing.attempt, outgoing.header_id"
            " FROM outgoing JOIN campaign_lead ON campaign_lead.id = outgoing.campaign_lead_id"
            " JOIN lead ON lead.id = campaign_lead.lead_id"
            " LEFT JOIN sequence_step ON sequence_step.id = outgoing.step_id"
            f" WHERE outgoing.campaign_id = {campaign.id} ORDER BY outgoing.id")
        return [(address, int(number or 0), int(state), int(attempt), header)
                for address, number, state, attempt, header in rows]

    def settled(self, campaign, sent):
        """Waits until so many mails of the campaign are in the ledger as sent. The peer has a mail a moment earlier: a
        clock moved in between leaves the next step to be counted from after the move."""
        self.eventually(lambda: [row[2] for row in self.ledger(campaign)].count(SENT) == sent, f"{sent} mails are settled")

    def eventually(self, condition, what, seconds=30):
        return wait_until(condition, what, seconds)

    def assert_quiet(self, count, seconds=0.5, peer=None):
        """No further mail than `count` within some time."""
        time.sleep(seconds)
        received = (peer or self.peer).received()
        self.assertEqual(len(received), count, [(entry["to"], entry["outcome"]) for entry in received])
