"""Receiving with the real binary and a real Dovecot: an answer that lies in the mailbox is in the inbox within a second,
whatever happened to the connection before."""

import email.utils
import pathlib
import tempfile
import time
import unittest

from support.dovecot import Dovecot
from support.outrider import ServerTest, wait_until
from support.smtp_peer import SmtpPeer

PASSWORD = "s3cret-of-the-mailbox"
USERS = [f"user{n}@sender.example" for n in range(20)]
CONNECT_S = 20
AT_ONCE_S = 1.0
AFTER_A_BREAK_S = 15


class World:
    """The mail servers of this file, and what to trust."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        path = pathlib.Path(self.folder.name)
        self.dovecot = Dovecot()
        self.dovecot.add_users(USERS, PASSWORD)
        self.smtp = SmtpPeer(path / "log.jsonl", tls=True, users=dict.fromkeys(USERS, PASSWORD))
        self.ca_file = str(path / "ca.pem")
        trusted = [pathlib.Path(file).read_text() for file in (self.dovecot.ca_file, self.smtp.ca_file)]
        pathlib.Path(self.ca_file).write_text("\n".join(trusted))
        self.free = iter(USERS)

    def close(self):
        self.smtp.stop()
        self.dovecot.stop()
        self.folder.cleanup()


def setUpModule():
    global WORLD
    WORLD = World()
    unittest.addModuleCleanup(WORLD.close)


class Thread:
    """A lead that got one mail from a mailbox of its own."""

    number = 0

    def __init__(self, test):
        Thread.number += 1
        self.test = test
        self.user = next(WORLD.free)
        self.lead = f"lee{Thread.number}@acme{Thread.number}.example"
        self.header_id = f"first{Thread.number}@sender.example"
        self.mailbox = self.save(None)
        self.campaign = test.api.post("/campaigns/create", {"name": "C"}).json["id"]
        test.assertEqual(test.api.post(f"/campaigns/{self.campaign}/leads",
                                       {"lead_list": [{"email": self.lead}]}).status, 200)
        self.map = self._row(f"SELECT id, lead_id FROM campaign_lead WHERE campaign_id = {self.campaign}")
        self._send()
        self.wait_until_read()

    def save(self, mailbox):
        answer = self.test.api.post("/email-accounts/save", {
            "id": mailbox, "from_name": "Sam Reed", "from_email": self.user, "user_name": self.user, "password": PASSWORD,
            "smtp_host": "localhost", "smtp_port": WORLD.smtp.port, "imap_host": "localhost",
            "imap_port": WORLD.dovecot.imap_port, "warmup_enabled": False})
        self.test.assertEqual(answer.status, 200, answer)
        return answer.json["emailAccountId"]

    def _row(self, statement):
        return [int(value) for value in self.test.server.database.query(statement)[0]]

    def _send(self):
        """What the sending engine writes for an accepted mail."""
        now = int(time.time() * 1000) - 60_000
        place, lead = self.map
        database = self.test.server.database
        database.execute(
            "INSERT INTO message (workspace_id, stats_id, campaign_lead_id, campaign_id, lead_id, mailbox_id, direction, kind,"
            " header_id, from_email, to_email, subject, at_ms, created_at_ms)"
            f" VALUES (1, '{self.header_id}', {place}, {self.campaign}, {lead}, {self.mailbox}, 0, 0, '{self.header_id}',"
            f" '{self.user}', '{self.lead}', 'Quick question', {now}, {now})")
        message = self._row(f"SELECT id FROM message WHERE header_id = '{self.header_id}'")[0]
        database.execute("INSERT INTO message_header_id (workspace_id, header_id, message_id)"
                         f" VALUES (1, '{self.header_id}', {message})")
        database.execute(f"UPDATE campaign_lead SET state = 1, mailbox_id = {self.mailbox}, sent_count = 1,"
                         f" first_sent_at_ms = {now}, last_sent_at_ms = {now}, last_message_id = {message} WHERE id = {place}")

    def watermark(self):
        return self._row(f"SELECT inbound_watermark_ms FROM mailbox WHERE id = {self.mailbox}")[0]

    def wait_until_read(self):
        wait_until(lambda: self.watermark() > 0, "the mailbox is read", CONNECT_S)

    def answer(self, text="Sounds good, tell me more.", headers="", sender=None, serial="1"):
        sender = sender or self.lead
        message = (f"From: Lee <{sender}>\r\nTo: {self.user}\r\nSubject: Re: Quick question\r\n"
                   f"Date: {email.utils.formatdate()}\r\nMessage-ID: <answer-{serial}@{self.lead}>\r\n"
                   f"In-Reply-To: <{self.header_id}>\r\n{headers}\r\n{text}\r\n")
        WORLD.dovecot.deliver(self.user, message.encode())

    def replies(self):
        return self._row(f"SELECT reply_count FROM campaign_lead WHERE id = {self.map[0]}")[0]

    def wait_for_replies(self, count, seconds):
        """How long it took."""
        started = time.monotonic()
        wait_until(lambda: self.replies() == count, f"{count} replies of {self.lead}", seconds, every=0.01)
        return time.monotonic() - started

    def state(self):
        return self._row(f"SELECT state FROM campaign_lead WHERE id = {self.map[0]}")[0]


STOPPED, BLOCKED = 4, 5  # campaigns::LeadState
DISCONNECTED = 2  # mailboxes::ConnectionState


class ReceivingTest(ServerTest):
    @classmethod
    def setUpClass(cls):
        cls.settings = {"NET_CA_FILE": WORLD.ca_file}
        super().setUpClass()

    def test_an_answer_is_in_the_inbox_within_a_second(self):
        thread = Thread(self)
        time.sleep(0.5)  # into IDLE
        thread.answer()
        thread.wait_for_replies(1, AT_ONCE_S)
        self.assertEqual(thread.state(), STOPPED)
        page = self.api.post("/master-inbox/inbox-replies", {"filters": {"campaignId": [thread.campaign]}}).json
        self.assertEqual([item["lead"]["email"] for item in page["messages"]], [thread.lead])
        self.assertFalse(page["messages"][0]["is_read"])
        self.assertEqual(page["messages"][0]["last_message"]["body"].strip(), "Sounds good, tell me more.")
        history = WORLD.dovecot.messages(thread.user)
        self.assertEqual([flags for _, flags, _ in history], [set()], "reading must not mark it as seen")

    def test_mail_that_came_while_the_server_was_down_is_caught_up(self):
        thread = Thread(self)
        self.server.stop()
        thread.answer()
        self.server.start()
        thread.wait_for_replies(1, CONNECT_S + AFTER_A_BREAK_S)

    def test_a_mail_server_that_restarts_is_found_again(self):
        thread = Thread(self)
        WORLD.dovecot.restart()
        thread.answer()
        thread.wait_for_replies(1, AFTER_A_BREAK_S)

    def test_a_dropped_idle_is_taken_up_again(self):
        thread = Thread(self)
        WORLD.dovecot.drop_connections(thread.user)
        thread.answer()
        thread.wait_for_replies(1, AFTER_A_BREAK_S)

    def test_another_uidvalidity_brings_no_reply_twice(self):
        thread = Thread(self)
        thread.answer()
        thread.wait_for_replies(1, AFTER_A_BREAK_S)
        WORLD.dovecot.change_uid_validity(thread.user)
        thread.answer("And one more thing.", serial="2")
        thread.wait_for_replies(2, AFTER_A_BREAK_S)
        time.sleep(0.5)
        self.assertEqual(thread.replies(), 2)

    def test_a_report_of_an_unknown_address_blocks_the_lead(self):
        thread = Thread(self)
        report = (f"From: MAILER-DAEMON@mx.example\r\nTo: {thread.user}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
                  "Message-ID: <dsn@mx.example>\r\nMIME-Version: 1.0\r\n"
                  "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
                  "--b\r\nContent-Type: text/plain\r\n\r\nFailed.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
                  f"Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; {thread.lead}\r\nAction: failed\r\n"
                  "Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 user unknown\r\n\r\n"
                  f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{thread.header_id}>\r\n\r\n--b--\r\n")
        WORLD.dovecot.deliver(thread.user, report.encode())
        wait_until(lambda: thread.state() == BLOCKED, "the lead is blocked", AFTER_A_BREAK_S)

    def test_an_answer_gets_its_category_and_its_importance_with_reasons(self):
        thread = Thread(self)
        self.server.database.execute("UPDATE lead SET custom_fields = '{\"title\":\"VP Sales\",\"company_size\":\"Enterprise\"}'"
                                     f" WHERE id = {thread.map[1]}")
        thread.answer("How much does it cost? We have a budget for this.")
        thread.wait_for_replies(1, AFTER_A_BREAK_S)
        page = self.api.post("/master-inbox/inbox-replies", {"filters": {"campaignId": [thread.campaign]}}).json
        item = page["messages"][0]
        self.assertEqual(item["category"], {"id": 5, "name": "Information Request"})
        self.assertEqual(item["importance_score"], 80)
        self.assertEqual(item["importance_reasons"], ["title +30", "company_size +25", "fast_reply +15", "budget +10"])
        self.assertTrue(item["is_important"])

    def test_an_out_of_office_note_stops_nothing(self):
        thread = Thread(self)
        thread.answer("I am out of office until Friday.", "Auto-Submitted: auto-replied\r\n")
        query = f"SELECT COUNT(*) FROM message WHERE campaign_lead_id = {thread.map[0]} AND direction = 1"
        wait_until(lambda: self.server.database.query(query)[0][0] == "1", "the note is stored", AFTER_A_BREAK_S)
        self.assertEqual(thread.replies(), 0)
        self.assertNotIn(thread.state(), (STOPPED, BLOCKED))


class JumpingClockTest(ServerTest):
    test_clock = "2026-03-02T09:00:00Z"

    @classmethod
    def setUpClass(cls):
        cls.settings = {"NET_CA_FILE": WORLD.ca_file}
        super().setUpClass()

    def test_a_jump_of_the_clock_refreshes_the_scan_at_once(self):
        thread = Thread(self)
        before = thread.watermark()
        self.server.advance(6 * 3600)
        wait_until(lambda: thread.watermark() >= before + 6 * 3600 * 1000, "the scan is fresh", 5)

    def test_mail_that_was_passed_over_is_found_after_six_hours(self):
        thread = Thread(self)
        self.server.stop()
        thread.answer()
        self.server.database.execute(f"UPDATE mailbox_folder SET uid_next = uid_next + 10 WHERE mailbox_id = {thread.mailbox}")
        self.server.start()
        before = thread.watermark()
        self.server.advance(3600)
        wait_until(lambda: thread.watermark() >= before + 3_000_000, "the folders are looked at", CONNECT_S)
        self.assertEqual(thread.replies(), 0)
        self.server.advance(6 * 3600)
        thread.wait_for_replies(1, AFTER_A_BREAK_S)

    def test_a_changed_password_disconnects_after_three_logins_until_it_is_given(self):
        thread = Thread(self)
        WORLD.dovecot.add_user(thread.user, "another")
        WORLD.dovecot.drop_connections(thread.user)
        facts = f"SELECT imap_auth_failures, imap_state FROM mailbox WHERE id = {thread.mailbox}"
        for failures in (1, 2, 3):
            wait_until(lambda: thread._row(facts)[0] == failures, f"login {failures} is refused", AFTER_A_BREAK_S)
            self.server.advance(600)
        self.assertEqual(thread._row(facts), [3, DISCONNECTED])
        account = self.api.get(f"/email-accounts/{thread.mailbox}").json
        self.assertFalse(account["is_imap_success"])

        thread.answer()
        WORLD.dovecot.add_user(thread.user, PASSWORD)
        thread.save(thread.mailbox)
        thread.wait_for_replies(1, AFTER_A_BREAK_S)
        self.assertEqual(thread._row(facts), [0, 0])


if __name__ == "__main__":
    unittest.main()
