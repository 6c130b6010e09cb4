"""The IMAP client against Dovecot: login in three ways, folders, a thousand messages, flags, IDLE, another UIDVALIDITY."""

import hashlib
import time
import unittest

from support.dovecot import Dovecot
from support.imap_probe import ImapProbe, ProbeError

ANN = "ann@example.com"
BOB = "bob@example.com"
SECRET = 'se"cr\\et'
LOOKS_LIKE_AN_ANSWER = b"Subject: trap\r\nMessage-ID: <trap@example.net>\r\n\r\nA3 OK done\r\n)\r\n* BYE\r\n{5}\r\n"


def mail(number, size=300):
    head = b"Subject: mail %d\r\nMessage-ID: <%d@example.net>\r\n\r\n" % (number, number)
    return head + (b"%d line of text\r\n" % number) * (size // 20)


class ImapClientTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dovecot = Dovecot()
        cls.addClassCleanup(cls.dovecot.stop)
        cls.dovecot.add_users([ANN, BOB], SECRET)

    def probe(self, user=ANN, security="tls", secret=SECRET, ca_file=None, host="localhost"):
        port = self.dovecot.imaps_port if security == "tls" else self.dovecot.imap_port
        return ImapProbe(port, user, secret, security, self.dovecot.ca_file if ca_file is None else ca_file, host)

    def error_of(self, **settings):
        with self.assertRaises(ProbeError) as raised:
            self.probe(**settings)
        return raised.exception

    def test_logs_in_over_tls_starttls_and_plain(self):
        for security in ("tls", "starttls", "none"):
            with self.subTest(security), self.probe(security=security) as session:
                session.do("noop")
                session.do("logout")

    def test_tells_what_is_wrong_with_the_settings(self):
        refused = self.error_of(secret="wrong")
        self.assertEqual(refused.code, "Unauthorized")
        self.assertIn("Authentication failed", refused.message)
        for security in ("tls", "starttls"):
            with self.subTest(security):
                untrusted = self.error_of(ca_file="", security=security)
                self.assertEqual(untrusted.code, "Unavailable")
                self.assertRegex(untrusted.message, "self.signed certificate")

    def test_finds_folders_by_their_use(self):
        with self.probe() as session:
            folders = {line[2]: line[1] for line in session.do("list")}
        self.assertEqual((folders["INBOX"], folders["Sent"], folders["Junk"]), ("1", "2", "3"))

    def test_fetches_a_thousand_messages_whole_and_unread(self):
        self.dovecot.add_user("many@example.com", SECRET)
        sent = [mail(number) for number in range(999)] + [LOOKS_LIKE_AN_ANSWER]
        with self.dovecot.session("many@example.com") as imap:
            for message in sent:
                imap.append("INBOX", "", None, message)
        with self.probe("many@example.com") as session:
            session.do("select", "INBOX")
            lines = session.do("fetch", 1, "*")
            self.assertEqual(lines.pop(), ["count", "1000"])
            self.assertEqual([line[4] for line in lines], [hashlib.sha256(m).hexdigest() for m in sent])
            self.assertTrue(all(line[5] == "\\Recent" or line[5] == "" for line in lines))
            self.assertEqual(session.do("fetch", 2000, "*"), [["count", "0"]])
            capped = session.do("fetch", 1, 1, 20)[0]
            self.assertEqual((capped[2], capped[3]), (str(len(sent[0])), "20"))
            self.assertEqual(session.do("search", "<trap@example.net>"), [["found", "1000"]])
            self.assertEqual(session.do("search", "<none@example.net>"), [["found", ""]])

    def test_files_flags_and_moves_messages(self):
        message = mail(1, 200_000)
        file = self.dovecot.folder / "message"
        file.write_bytes(message)
        with self.probe(BOB) as session:
            self.assertEqual(session.do("append", "INBOX", file), [["appended", "1"]])
            session.do("select", "INBOX")
            session.do("flag", 1, "\\Answered")
            self.assertEqual(self.dovecot.messages(BOB), [(1, {"\\Seen", "\\Answered"}, message)])
            self.assertEqual(session.do("move", 1, "Junk"), [["moved", "1"]])
            with self.assertRaises(ProbeError) as raised:
                session.do("append", "Nowhere", file)
            self.assertEqual(raised.exception.code, "NotFound")
        self.assertEqual(self.dovecot.messages(BOB), [])
        self.assertEqual(len(self.dovecot.messages(BOB, "Junk")), 1)

    def test_wakes_up_when_mail_arrives_and_when_the_time_is_up(self):
        with self.probe() as session:
            session.do("select", "INBOX")
            session.start("wait", 60)
            self.assertEqual(session.read_line(), ["waiting"])
            time.sleep(0.2)  # into IDLE; a delivery before it would be told at once all the same
            delivered = time.monotonic()
            self.dovecot.deliver(ANN, mail(7))
            self.assertEqual(session.answer(), [["change", "arrived"]])
            self.assertLess(time.monotonic() - delivered, 1.0)
            self.assertEqual(session.do("wait", 1), [["waiting"], ["change", "none"]])
            session.do("noop")

    def test_sees_another_uid_validity(self):
        user = "moved@example.com"
        self.dovecot.add_user(user, SECRET)
        self.dovecot.append(user, mail(1))
        with self.probe(user) as session:
            before = session.do("select", "INBOX")[0]
        self.dovecot.change_uid_validity(user)
        with self.probe(user) as session:
            after = session.do("select", "INBOX")[0]
            self.assertNotEqual(after[1], before[1])
            self.assertEqual(session.do("fetch", 1, "*")[-1], ["count", "1"])

    def test_tells_that_the_server_ended_the_session(self):
        with self.probe() as session:
            session.do("select", "INBOX")
            session.start("wait", 60)
            self.assertEqual(session.read_line(), ["waiting"])
            self.dovecot.restart()
            with self.assertRaises(ProbeError) as raised:
                session.answer()
            self.assertEqual(raised.exception.code, "Unavailable")
        with self.probe() as session:
            session.do("noop")


if __name__ == "__main__":
    unittest.main()
