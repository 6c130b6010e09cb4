"""Replies from the inbox over HTTP. The letters in test names are those of the acceptance list."""

import unittest

from support.outrider import ServerTest
from support.seed import Seed, instant, now_ms

SECOND = 1000
HOUR = 3600 * SECOND
DAY = 24 * HOUR


class ReplyTest(ServerTest):
    """Each test has a conversation of its own."""

    def setUp(self):
        self.now = now_ms() // SECOND * SECOND
        self.seed = Seed(self.server.database)
        self.seed.next_id += 1000 * (1 + [t for t in sorted(dir(self)) if t.startswith("test_")].index(self._testMethodName))
        self.campaign = self.seed.campaign()
        self.box = f"box{self.campaign}@relaypost.example"
        mailbox = self.seed.mailbox(self.box, signature="<p>Ivo, Relaypost</p>")
        self.thread = self.seed.conversation(self.campaign, mailbox, self.box, replied_at_ms=self.now - HOUR)
        self.seed.flush()

    def reply(self, status=200, path=None, **body):
        answer = self.api.post(path or f"/campaigns/{self.campaign}/reply-email-thread", body)
        self.assertEqual(answer.status, status, answer)
        return answer.json

    def queued(self, result):
        """The stored mail of an answer, with its ledger row."""
        header = result["data"]["message_id"].strip("<>")
        columns = ["subject", "to_email", "from_email", "cc", "bcc", "answers_id", "html", "text", "not_before_ms", "state"]
        rows = self.server.database.query(
            "SELECT m.subject, m.to_email, m.from_email, m.cc, m.bcc, m.answers_id, replace(COALESCE(b.html, ''), '\n', '~'), "
            "replace(b.text, '\n', '~'), o.not_before_ms, o.state FROM message m JOIN message_body b ON b.message_id = m.id "
            f"JOIN outgoing o ON o.message_id = m.id WHERE m.header_id = '{header}'")
        self.assertEqual(len(rows), 1)
        return dict(zip(columns, rows[0]))

    def test_A11_a_reply_goes_into_the_thread(self):
        result = self.reply(email_stats_id=self.thread.sent.stats_id, email_body="<div>Tuesday?</div>")
        self.assertEqual((result["ok"], result["success"], result["data"]["status"]), (True, True, "PENDING"))
        self.assertIsNone(result["data"]["scheduled_time"])
        mail = self.queued(result)
        self.assertEqual(mail["subject"], "Re: Empty legs")
        self.assertEqual((mail["from_email"], mail["to_email"]), (self.box, self.thread.email))
        self.assertEqual(int(mail["answers_id"]), self.thread.reply.id)
        self.assertEqual((mail["html"], mail["text"]), ("<div>Tuesday?</div>", "Tuesday?"))
        self.assertTrue(result["data"]["message_id"].endswith("@relaypost.example>"))

    def test_A11_the_answered_message_can_be_named(self):
        for named in (self.thread.sent.header_id, f"<{self.thread.sent.header_id}>"):
            mail = self.queued(self.reply(email_stats_id=self.thread.sent.stats_id, email_body="x", reply_message_id=named))
            self.assertEqual(int(mail["answers_id"]), self.thread.sent.id)

    def test_A11_by_lead(self):
        mail = self.queued(self.reply(lead_id=str(self.thread.lead), email_body="Plain & simple"))
        self.assertEqual((mail["html"], mail["text"]), ("", "Plain & simple"))
        self.assertEqual(int(mail["answers_id"]), self.thread.reply.id)

    def test_A11_copies_as_text_or_list(self):
        for cc in ("a@x.example, b@x.example", ["a@x.example", "b@x.example"]):
            mail = self.queued(self.reply(email_stats_id=self.thread.sent.stats_id, email_body="x", cc=cc, bcc="c@x.example",
                                          to_email="other@x.example"))
            self.assertEqual(mail["cc"].replace(" ", ""), '["a@x.example","b@x.example"]')
            self.assertEqual((mail["bcc"], mail["to_email"]), ('["c@x.example"]', "other@x.example"))

    def test_A11_signature_and_quote(self):
        mail = self.queued(self.reply(email_stats_id=self.thread.sent.stats_id, email_body="Yes.", add_signature=True,
                                      reply_email_body="Shall we?", reply_email_time="2026-03-03T13:45:20Z"))
        self.assertIn("<p>Ivo, Relaypost</p>", mail["html"])
        self.assertIn("On 2026-03-03T13:45:20Z, " + self.thread.email + " wrote:~> Shall we?", mail["text"])

    def test_A11_refusals(self):
        stats = self.thread.sent.stats_id
        path = f"/campaigns/{self.campaign}/reply-email-thread"
        for body, field in (({"email_body": "x"}, "email_stats_id"), ({"email_stats_id": stats}, "email_body"),
                            ({"email_stats_id": stats, "email_body": ""}, "email_body"),
                            ({"email_stats_id": stats, "email_body": " \n"}, "email_body"),
                            ({"email_stats_id": stats, "email_body": "x", "to_email": "nobody"}, "to_email"),
                            ({"email_stats_id": stats, "email_body": "x", "cc": "nobody"}, "cc"),
                            ({"email_stats_id": stats, "email_body": "x", "bcc": 7}, "bcc"),
                            ({"email_stats_id": stats, "email_body": "x", "scheduled_time": "soon"}, "scheduled_time")):
            self.assert_error(self.api.post(path, body), 422, field)
        self.reply(404, email_stats_id="unknown", email_body="x")
        self.reply(404, lead_id=5, email_body="x")
        self.reply(404, path="/campaigns/5/reply-email-thread", email_stats_id=stats, email_body="x")
        self.assertEqual(self.server.database.query(f"SELECT COUNT(*) FROM outgoing WHERE campaign_id = {self.campaign}"), [["0"]])

    def test_A12_scheduled_and_past_times(self):
        later = self.now + DAY
        result = self.reply(email_stats_id=self.thread.sent.stats_id, email_body="x", scheduled_time=instant(later))
        self.assertEqual((result["data"]["status"], result["data"]["scheduled_time"]), ("SCHEDULED", instant(later)))
        self.assertEqual(int(self.queued(result)["not_before_ms"]), later)
        result = self.reply(email_stats_id=self.thread.sent.stats_id, email_body="x", scheduled_time=instant(self.now - DAY))
        self.assertEqual(result["data"]["status"], "PENDING")
        self.assertGreaterEqual(int(self.queued(result)["not_before_ms"]), self.now)

    def test_A13_a_reply_stops_nobody(self):
        self.reply(email_stats_id=self.thread.sent.stats_id, email_body="x")
        state = self.server.database.query(f"SELECT state FROM campaign_lead WHERE id = {self.thread.id}")
        self.assertEqual(state, [["1"]])

    def test_the_older_path_means_the_same(self):
        body = {"campaignId": str(self.campaign), "emailStatsId": self.thread.sent.stats_id, "emailBody": "Tuesday 10:00?",
                "toEmail": "other@x.example", "addSignature": False, "id": 7}
        mail = self.queued(self.reply(path="/email-campaigns/send-email-thread", **body))
        self.assertEqual((mail["text"], mail["to_email"]), ("Tuesday 10:00?", "other@x.example"))


if __name__ == "__main__":
    unittest.main()
