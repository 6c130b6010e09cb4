#!/usr/bin/python3
"""The scripted SMTP server itself, driven by Python's own client."""
import json
import pathlib
import smtplib
import ssl
import subprocess
import sys
import tempfile
import unittest

from support.smtp_peer import SmtpPeer

MESSAGE = "Message-ID: <one@example.com>\r\nSubject: x\r\n\r\n.dot\r\n"


class SmtpPeerTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.log = pathlib.Path(folder.name) / "received.jsonl"
        self.rules_file = pathlib.Path(folder.name) / "rules.json"

    def start(self, **options):
        peer = SmtpPeer(self.log, **options)
        self.addCleanup(peer.stop)
        return peer

    def client(self, peer):
        client = smtplib.SMTP("127.0.0.1", peer.port, timeout=5)
        self.addCleanup(client.close)
        return client

    def send(self, client, to="jane@example.com"):
        return client.sendmail("joe@example.org", [to], MESSAGE)

    def test_a_message_is_written_down_exactly(self):
        peer = self.start()
        self.send(self.client(peer))

        (entry,) = peer.received()
        self.assertEqual(entry["from"], "joe@example.org")
        self.assertEqual(entry["to"], ["jane@example.com"])
        self.assertEqual(entry["message_id"], "<one@example.com>")
        self.assertEqual(entry["data"], MESSAGE)
        self.assertEqual(entry["outcome"], "accepted")

    def test_a_refusal_is_said_as_often_as_the_rule_wants(self):
        peer = self.start()
        peer.rule("rcpt", match="jane@", reply="550 5.1.1 No such user", times=1)
        client = self.client(peer)
        with self.assertRaises(smtplib.SMTPRecipientsRefused):
            self.send(client)
        self.send(client)
        self.assertEqual(len(peer.received("accepted")), 1)

    def test_greylisting_counts_attempts_for_each_recipient(self):
        peer = self.start()
        peer.rule("rcpt", greylist=1)
        client = self.client(peer)
        for to in ("a@example.com", "b@example.com"):
            with self.assertRaises(smtplib.SMTPRecipientsRefused):
                self.send(client, to)
            self.send(client, to)

    def test_a_cut_at_each_phase_ends_the_connection(self):
        for at in ("connect", "banner", "ehlo", "mail", "rcpt", "data", "body", "dot"):
            for how in ("close", "reset"):
                with self.subTest(at=at, how=how):
                    peer = self.start()
                    peer.rule(at, drop=how, bytes=5)
                    with self.assertRaises((smtplib.SMTPException, OSError)):
                        self.send(self.client(peer))
                    self.assertEqual(peer.received("accepted"), [])
                    peer.stop()
        self.assertEqual([entry["outcome"] for entry in peer.received()], ["unanswered", "unanswered"])

    def test_a_refused_message_is_written_down_as_refused(self):
        peer = self.start()
        peer.rule("dot", reply="554 5.7.1 Spam")
        with self.assertRaises(smtplib.SMTPDataError):
            self.send(self.client(peer))
        self.assertEqual(peer.received()[0]["outcome"], "refused")

    def test_a_cut_after_the_reply_leaves_the_message_accepted(self):
        peer = self.start()
        peer.rule("replied", drop="close")
        client = self.client(peer)
        self.send(client)
        with self.assertRaises(smtplib.SMTPServerDisconnected):
            client.docmd("NOOP")
        self.assertEqual(len(peer.received("accepted")), 1)

    def test_logins_are_verified(self):
        peer = self.start(users={"joe": "sesame"})
        client = self.client(peer)
        with self.assertRaises(smtplib.SMTPAuthenticationError):
            client.login("joe", "wrong")
        client.login("joe", "sesame")
        self.send(client)
        self.assertEqual(peer.received()[0]["user"], "joe")

    def test_a_message_needs_a_login_where_there_are_users(self):
        with self.assertRaises(smtplib.SMTPSenderRefused):
            self.send(self.client(self.start(users={"joe": "sesame"})))

    def test_tls_by_starttls_and_from_the_start(self):
        peer = self.start(tls=True)
        trust = ssl.create_default_context(cafile=peer.ca_file)
        upgraded = self.client(peer)
        upgraded.starttls(context=trust)
        self.send(upgraded)
        with smtplib.SMTP_SSL("127.0.0.1", peer.tls_port, timeout=5, context=trust) as direct:
            self.send(direct)
        self.assertEqual([entry["secure"] for entry in peer.received()], [True, True])

    def test_a_changed_rules_file_counts_at_once(self):
        peer = self.start(rules_file=self.rules_file)
        client = self.client(peer)
        self.send(client)
        self.rules_file.write_text(json.dumps([{"at": "mail", "reply": "451 4.3.0 later"}]))
        with self.assertRaises(smtplib.SMTPSenderRefused):
            self.send(client)

    def test_it_runs_on_its_own(self):
        program = pathlib.Path(__file__).with_name("smtp_peer.py")
        with subprocess.Popen(
            [sys.executable, program, "--log", self.log], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process:
            port = json.loads(process.stdout.readline())["port"]
            with smtplib.SMTP("127.0.0.1", port, timeout=5) as client:
                self.send(client)
            process.stdin.close()
        self.assertEqual(len(self.log.read_text().splitlines()), 1)


if __name__ == "__main__":
    unittest.main()
