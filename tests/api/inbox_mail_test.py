"""Replies and forwards as they are queued: INBOX-ACCEPTANCE A11 to A14. How they leave is in tests/flow/inbox_mail_test.py."""

import http.server
import threading
import unittest

from support.outrider import ServerTest
from support.seed import DAY_MS, Seed, instant, now_ms

SECOND, HOUR, DAY = 1_000, 3_600_000, DAY_MS


class Files(http.server.BaseHTTPRequestHandler):
    """A web server with one good file."""

    def do_GET(self):
        if self.path.startswith("/files/offer%20one.pdf"):
            self.send_response(200)
            self.send_header("Content-Type", "application/pdf; charset=binary")
            body = bytes(range(256))
        elif self.path == "/huge":
            self.send_response(200)
            body = b"x" * (21 * 1024 * 1024)
        else:
            self.send_response(404)
            body = b""
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            pass  # the client has had enough

    def log_message(self, *_):
        pass


class ReplyTest(ServerTest):
    """Each test has a conversation of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.foreign = cls.server.client(email="other@elsewhere.example", name="Other")

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
        self.assertTrue(mail["html"].startswith("<div>Tuesday?</div><br>"), mail)
        self.assertIn("<blockquote", mail["html"])
        self.assertIn("Send me two slots.", mail["text"])
        self.assertTrue(result["data"]["message_id"].endswith("@relaypost.example>"))

    def test_A11_the_answered_message_can_be_named(self):
        for named in (self.thread.sent.header_id, f"<{self.thread.sent.header_id}>"):
            mail = self.queued(self.reply(email_stats_id=self.thread.sent.stats_id, email_body="x", reply_message_id=named))
            self.assertEqual(int(mail["answers_id"]), self.thread.sent.id)

    def test_A11_by_lead(self):
        mail = self.queued(self.reply(lead_id=str(self.thread.lead), email_body="Plain & simple"))
        self.assertTrue(mail["text"].startswith("Plain & simple~"), mail)
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

    def test_A11_the_signature_stands_once(self):
        mail = self.queued(self.reply(email_stats_id=self.thread.sent.stats_id, email_body="Yes.<p>Ivo, Relaypost</p>",
                                      add_signature=True, reply_email_body=""))
        self.assertEqual(mail["html"].count("Ivo, Relaypost"), 1)

    def test_A11_an_empty_quote_quotes_nothing(self):
        mail = self.queued(self.reply(email_stats_id=self.thread.sent.stats_id, email_body="Yes.", reply_email_body=""))
        self.assertEqual((mail["html"], mail["text"]), ("", "Yes."))

    def test_A11_foreign_things(self):
        body = {"email_stats_id": self.thread.sent.stats_id, "email_body": "x"}
        self.assert_error(self.foreign.post(f"/campaigns/{self.campaign}/reply-email-thread", body), 404)
        self.assert_error(self.foreign.post("/email-campaigns/send-email-thread", body | {"campaignId": self.campaign}), 404)

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
        mail = self.queued(self.reply(path="/email-campaigns/send-email-thread", replyEmailBody="", **body))
        self.assertEqual((mail["text"], mail["to_email"]), ("Tuesday 10:00?", "other@x.example"))

    # -- attachments

    def web(self):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Files)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return f"http://127.0.0.1:{server.server_address[1]}"

    def files_of(self, result):
        stats_id = result["data"]["email_stats_id"]
        return self.server.database.query(
            "SELECT f.name, f.content_type, LENGTH(f.bytes) FROM message_file f JOIN message m ON m.id = f.message_id "
            f"WHERE m.stats_id = '{stats_id}' ORDER BY f.position")

    def test_A11_attachments_are_fetched_and_kept(self):
        web = self.web()
        result = self.reply(email_stats_id=self.thread.sent.stats_id, email_body="x", attachments=[
            {"file_url": web + "/files/offer%20one.pdf?x=1"},
            {"file_url": web + "/files/offer%20one.pdf", "file_name": "two.bin", "file_type": "application/x-two", "file_size": 3}])
        self.assertEqual(self.files_of(result), [["offer one.pdf", "application/pdf", "256"], ["two.bin", "application/x-two", "256"]])

    def test_A11_attachments_that_cannot_be_had(self):
        web = self.web()
        good = {"file_url": web + "/files/offer%20one.pdf"}
        for files, field in (([{"file_url": web + "/nothing"}], "attachments.0.file_url"),
                             ([good, {"file_url": web + "/huge"}], "attachments.1.file_url"),
                             ([{"file_url": "http://127.0.0.1:1/x"}], "attachments.0.file_url"),
                             ([{"file_url": "ftp://x.example/x"}], "attachments.0.file_url"),
                             ([{"file_url": "file:///etc/passwd"}], "attachments.0.file_url"),
                             ([{}], "attachments.0.file_url"), ([7], "attachments.0"), ("x", "attachments"),
                             ([good] * 26, "attachments")):
            body = {"email_stats_id": self.thread.sent.stats_id, "email_body": "x", "attachments": files}
            self.assert_error(self.api.post(f"/campaigns/{self.campaign}/reply-email-thread", body), 422, field)
        self.assertEqual(self.server.database.query(f"SELECT COUNT(*) FROM outgoing WHERE campaign_id = {self.campaign}"), [["0"]])

    # -- planned replies

    def planned(self, id, status=200, verb="POST"):
        path = f"/master-inbox/scheduled/{id}" + ("/send" if verb == "POST" else "")
        answer = self.api.request(verb, path)
        self.assertEqual(answer.status, status, answer)
        return answer.json

    def test_A12_a_planned_reply_can_be_sent_now_or_dropped(self):
        plan = {"email_stats_id": self.thread.sent.stats_id, "email_body": "x", "scheduled_time": instant(self.now + DAY)}
        first = self.reply(**plan)["data"]
        sent = self.planned(first["email_stats_id"])["data"]
        self.assertEqual((sent["message_id"], sent["status"]), (first["message_id"], "PENDING"))
        second = self.reply(**plan)
        dropped = self.planned(second["data"]["email_stats_id"], verb="DELETE")["data"]
        self.assertEqual(dropped["status"], "CANCELLED")
        self.assertEqual(self.queued(second)["state"], "6")
        self.planned(second["data"]["email_stats_id"], 409, "DELETE")
        self.planned(second["data"]["email_stats_id"], 409)
        self.planned("unknown", 404)
        third = self.reply(**plan)["data"]["email_stats_id"]
        self.assert_error(self.foreign.post(f"/master-inbox/scheduled/{third}/send"), 404)
        self.assert_error(self.foreign.delete(f"/master-inbox/scheduled/{third}"), 404)

    # -- forwards

    def forward(self, status=200, path=None, **body):
        answer = self.api.post(path or f"/campaigns/{self.campaign}/forward-email", body)
        self.assertEqual(answer.status, status, answer)
        return answer.json

    def forwarded(self, result):
        return self.queued({"data": {"message_id": result["messageId"]}})

    def named(self, **more):
        return {"message_id": f"<{self.thread.reply.header_id}>", "stats_id": self.thread.sent.stats_id,
                "to_emails": "a@x.example, b@x.example"} | more

    def test_A14_a_forward_reaches_everybody_named(self):
        mail = self.forwarded(self.forward(**self.named()))
        self.assertEqual((mail["to_email"], mail["subject"]), ("a@x.example, b@x.example", "Fwd: Empty legs"))
        self.assertEqual(int(mail["answers_id"]), self.thread.reply.id)
        self.assertIn("Send me two slots.", mail["text"])
        self.assertIn("From: " + self.thread.email, mail["text"])
        kind = self.server.database.query(f"SELECT kind, step_id FROM outgoing WHERE campaign_id = {self.campaign}")
        self.assertEqual(kind, [["2", "0"]])

    def test_A14_subject_and_text(self):
        mail = self.forwarded(self.forward(**self.named(to_emails=["a@x.example"], forward_email_subject="For your eyes",
                                                        forward_email_body="See <b>below</b>")))
        self.assertEqual((mail["subject"], mail["to_email"]), ("For your eyes", "a@x.example"))
        self.assertTrue(mail["html"].startswith("See <b>below</b>"), mail)

    def test_A14_ways_to_name_the_message(self):
        for id, expected in ((self.thread.sent.header_id, self.thread.sent.id), (f"msg_{self.thread.sent.id}", self.thread.sent.id),
                             (str(self.thread.reply.id), self.thread.reply.id)):
            self.assertEqual(int(self.forwarded(self.forward(**self.named(message_id=id)))["answers_id"]), expected)
        body = {"email_stats_id": self.thread.sent.stats_id, "forward_to_email": "a@x.example", "forward_message": "Look"}
        mail = self.forwarded(self.forward(**body))
        self.assertEqual((int(mail["answers_id"]), mail["text"][:4]), (self.thread.reply.id, "Look"))

    def test_A14_the_older_path_means_the_same(self):
        body = {"campaignId": str(self.campaign), "emailStatsId": self.thread.sent.stats_id, "emailThreadId": 5,
                "forwardEmailSubject": "S", "forwardEmailBody": "B", "forwardToEmailIds": "a@x.example,b@x.example"}
        mail = self.forwarded(self.forward(path="/email-campaigns/forward-reply-email", **body))
        self.assertEqual((mail["to_email"], mail["subject"], mail["text"][:1]), ("a@x.example, b@x.example", "S", "B"))

    def test_A14_refusals(self):
        path = f"/campaigns/{self.campaign}/forward-email"
        for change, field in (({"forward_email_body": 5}, "forward_email_body"), ({"to_emails": ""}, "to_emails"),
                              ({"to_emails": []}, "to_emails"), ({"to_emails": "nobody"}, "to_emails"),
                              ({"to_emails": ["a@x.example", 7]}, "to_emails"), ({"stats_id": ""}, "stats_id"),
                              ({"stats_id": None}, "stats_id"), ({"to_emails": None}, "to_emails")):
            self.assert_error(self.api.post(path, self.named(**change)), 422, field)
        self.forward(404, **self.named(message_id="<nothing@x.example>"))
        self.forward(404, **self.named(stats_id="unknown"))
        self.forward(404, path="/campaigns/5/forward-email", **self.named())
        self.assert_error(self.foreign.post(path, self.named()), 404)
        self.assertEqual(self.server.database.query(f"SELECT COUNT(*) FROM outgoing WHERE campaign_id = {self.campaign}"), [["0"]])

    def test_the_same_idempotency_key_queues_one_mail(self):
        for path, body in ((f"/campaigns/{self.campaign}/forward-email", self.named()),
                           (f"/campaigns/{self.campaign}/reply-email-thread",
                            {"email_stats_id": self.thread.sent.stats_id, "email_body": "x"})):
            headers = {"Idempotency-Key": f"{path}-{self.thread.id}"}
            first, again = (self.api.post(path, body, headers=headers) for _ in range(2))
            self.assertEqual(first.json, again.json)
        self.assertEqual(self.server.database.query(f"SELECT COUNT(*) FROM outgoing WHERE campaign_id = {self.campaign}"), [["2"]])


if __name__ == "__main__":
    unittest.main()
