"""The private Dovecot does what tests rely on, and leaves nothing."""

import contextlib
import imaplib
import socket
import time
import unittest

from support.dovecot import Dovecot


class DovecotTest(unittest.TestCase):
    ANN = "ann@example.com"
    MAIL = b"Subject: hi\r\nMessage-ID: <1@example.net>\r\n\r\nhello\r\n"

    @classmethod
    def setUpClass(cls):
        cls.mail = Dovecot()
        cls.addClassCleanup(cls.mail.stop)
        cls.mail.add_user(cls.ANN)

    def test_delivers_into_any_folder(self):
        self.mail.deliver(self.ANN, self.MAIL)
        self.assertTrue(self.mail.messages(self.ANN)[-1][2].endswith(self.MAIL))
        self.mail.deliver(self.ANN, self.MAIL, "Junk", ["\\Seen"])
        self.assertEqual(self.mail.messages(self.ANN, "Junk")[-1][1:], ({"\\Seen"}, self.MAIL))

    def test_marks_folders_by_their_use(self):
        with self.mail.session(self.ANN) as imap:
            kinds = b"\n".join(imap.list()[1])
        for use in (b"\\Sent", b"\\Junk", b"\\Drafts"):
            self.assertIn(use, kinds)

    def test_refuses_a_wrong_password_at_once(self):
        started = time.monotonic()
        with imaplib.IMAP4("127.0.0.1", self.mail.imap_port) as imap, self.assertRaises(imaplib.IMAP4.error):
            imap.login(self.ANN, "wrong")
        self.assertLess(time.monotonic() - started, 1)

    def test_gives_messages_new_uids_under_another_uid_validity(self):
        self.mail.add_user("bob@example.com")
        self.mail.append("bob@example.com", self.MAIL)
        before = self.mail.messages("bob@example.com")
        changed = self.mail.change_uid_validity("bob@example.com")
        self.assertEqual(self.mail.uid_validity("bob@example.com"), changed)
        after = self.mail.messages("bob@example.com")
        self.assertEqual(after[0][1:], before[0][1:])
        self.assertNotEqual(after[0][0], before[0][0])

    def test_drops_connections_and_restarts_with_its_mail(self):
        self.mail.add_user("eve@example.com")
        self.mail.append("eve@example.com", self.MAIL)
        with contextlib.suppress(imaplib.IMAP4.abort, OSError), self.mail.session("eve@example.com") as imap:
            self.mail.drop_connections("eve@example.com")
            with self.assertRaises((imaplib.IMAP4.abort, OSError)):
                for _ in range(100):
                    imap.noop()
                    time.sleep(0.02)
        self.mail.restart()
        self.assertEqual(len(self.mail.messages("eve@example.com")), 1)

    def test_leaves_nothing(self):
        other = Dovecot()
        other.stop()
        self.assertFalse(other.folder.exists())
        with self.assertRaises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", other.imap_port))


if __name__ == "__main__":
    unittest.main()
