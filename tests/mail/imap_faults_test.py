"""The IMAP client against a server that refuses, cuts, drops and answers oddly."""

import hashlib
import time
import unittest

from support.imap_peer import ImapPeer
from support.imap_probe import ImapProbe, ProbeError

MAIL = b"Subject: a\r\nMessage-ID: <a@example.net>\r\n\r\n" + b"text \\ \" {3}\r\n" * 50


class ImapFaultsTest(unittest.TestCase):
    def setUp(self):
        self.peer = ImapPeer(password="secret")
        self.addCleanup(self.peer.stop)
        self.peer.messages = [MAIL]

    def probe(self, secret="secret"):
        return ImapProbe(self.peer.port, "ann", secret)

    def assert_fails(self, code, words, action):
        with self.assertRaises(ProbeError) as raised:
            action()
        self.assertEqual(raised.exception.code, code)
        self.assertIn(words, raised.exception.message)

    def test_a_refused_login_is_not_a_broken_connection(self):
        self.assert_fails("Unauthorized", "Invalid credentials", lambda: self.probe("wrong"))
        self.peer.faults.refuse_login = "[UNAVAILABLE] Try again"
        self.assert_fails("Unavailable", "Try again", self.probe)
        self.peer.faults.refuse_connection = "too many connections"
        self.assert_fails("Unavailable", "too many connections", self.probe)

    def test_old_servers_are_spoken_to_in_old_words(self):
        for capabilities in ("IMAP4rev1", "IMAP4rev1 AUTH=PLAIN", "IMAP4rev1 LITERAL- ESEARCH"):
            with self.subTest(capabilities):
                self.peer.faults.capabilities = capabilities
                with self.probe() as session:
                    session.do("select", "INBOX")
                    self.assertEqual(session.do("search", "<a@example.net>"), [["found", "1"]])
                    self.assert_fails("Invalid", "IDLE", lambda: session.do("wait", 1))
                    session.do("noop")

    def test_a_body_cut_in_the_middle_is_never_given(self):
        self.peer.faults.cut_after_body_bytes = 100
        with self.probe() as session:
            session.do("select", "INBOX")
            session.start("fetch", 1, "*")
            first = session.read_line()
            self.assertEqual(first[:2], ["error", "8"], first)

    def test_odd_ways_to_say_the_same_are_understood(self):
        quoted = b'one line \\ with "quotes"'
        for fault in ("bare_line_feeds", "quoted_bodies", "chatter"):
            with self.subTest(fault):
                self.peer.messages = [MAIL, quoted]
                self.peer.faults = type(self.peer.faults)(**{fault: True})
                with self.probe() as session:
                    session.do("select", "INBOX")
                    lines = session.do("fetch", 1, "*")
                    self.assertEqual([line[4] for line in lines[:2]],
                                     [hashlib.sha256(text).hexdigest() for text in (MAIL, quoted)])

    def test_a_dropped_idle_is_told_and_the_next_session_works(self):
        self.peer.faults.drop_idle_after_s = 0.05
        with self.probe() as session:
            session.do("select", "INBOX")
            self.assert_fails("Unavailable", "closed the connection", lambda: session.do("wait", 60))
            self.assert_fails("Unavailable", "closed", lambda: session.do("noop"))
        self.peer.faults.drop_idle_after_s = None
        with self.probe() as session:
            session.do("select", "INBOX")
            session.start("wait", 60)
            self.assertEqual(session.read_line(), ["waiting"])
            started = time.monotonic()
            while "IDLE" not in self.peer.log[-1:] and time.monotonic() - started < 10:
                time.sleep(0.01)
            self.peer.deliver(MAIL)
            self.assertEqual(session.answer(), [["change", "arrived"]])

    def test_another_uid_validity_is_seen(self):
        with self.probe() as session:
            before = session.do("select", "INBOX")[0]
        self.peer.replace_mailbox([MAIL, MAIL], uid_first=7)
        with self.probe() as session:
            self.assertNotEqual(session.do("select", "INBOX")[0][1], before[1])
            self.assertEqual([line[1] for line in session.do("fetch", 1, "*")[:-1]], ["7", "8"])

    def test_a_connection_that_ends_instead_of_an_answer_is_told(self):
        self.peer.faults.drop_commands = ("SELECT",)
        with self.probe() as session:
            self.assert_fails("Unavailable", "closed the connection", lambda: session.do("select", "INBOX"))


if __name__ == "__main__":
    unittest.main()
