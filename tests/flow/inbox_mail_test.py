"""What people write in the inbox, up to the recipients' servers: replies with files, planned replies, forwards."""

import datetime
import email.message
import email.policy
import email.utils
import http.server
import threading
import unittest

from support.campaign import CANCELLED, DAY, HELD, HOUR, SENT, FlowTest, answer_to, message_of, step

STEPS = [step("Empty legs", "<p>Hello</p>"), step("", "<p>Again</p>", after_days=2)]
FILE = bytes(range(256)) * 500  # 128,000 bytes


class OneFile(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "application/pdf")
        self.send_header("Content-Length", str(len(FILE)))
        self.end_headers()
        self.wfile.write(FILE)

    def log_message(self, *_):
        pass


def with_file(sent, name="offer é.bin"):
    """The answer to a mail, with a file in it."""
    plain = email.message_from_bytes(answer_to(sent, "Here is our price list."), policy=email.policy.SMTP)
    plain.make_mixed()
    plain.add_attachment(FILE, maintype="application", subtype="x-offer", filename=name)
    return plain.as_bytes()


def files_in(entry):
    return [(part.get_filename(), part.get_content_type(), part.get_content()) for part in message_of(entry).iter_attachments()]


class InboxMailTest(FlowTest):
    def conversation(self, answer=None):
        """A campaign whose lead has answered: campaign, mailbox, the mail that was sent, the inbox item."""
        box = self.mailbox()
        campaign = self.campaign(STEPS, [box], [f"jane@c{box.id}.example"])
        sent = self.peer.wait_for(1)[0]
        box.deliver(answer(sent) if answer else answer_to(sent, "Send me two slots."))
        item = self.eventually(lambda: self.inbox(campaignId=campaign.id), "the answer is in the inbox")[0]
        return campaign, box, sent, item

    def reply(self, campaign, item, **body):
        stats_id = self.history(campaign, item)[0]["stats_id"]
        answer = self.api.post(f"/campaigns/{campaign.id}/reply-email-thread", {"email_stats_id": stats_id} | body)
        self.assertEqual(answer.status, 200, answer)
        return answer.json["data"]

    def history(self, campaign, item):
        return self.api.get(f"/campaigns/{campaign.id}/leads/{item['email_lead_id']}/message-history").json["history"]

    def state(self, data):
        rows = self.server.database.query("SELECT outgoing.state FROM outgoing JOIN message ON message.id = outgoing.message_id "
                                          f"WHERE message.stats_id = '{data['email_stats_id']}'")
        return int(rows[0][0])

    def later(self, seconds):
        return (self.server.now() + datetime.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")

    def test_A11_a_reply_arrives_in_the_thread_with_its_file(self):
        campaign, box, sent, item = self.conversation()
        web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), OneFile)
        threading.Thread(target=web.serve_forever, daemon=True).start()
        self.addCleanup(web.server_close)
        self.addCleanup(web.shutdown)
        data = self.reply(campaign, item, email_body="<p>Tuesday?</p>", cc="petra@x.example", bcc=["boss@x.example"],
                          attachments=[{"file_url": f"http://127.0.0.1:{web.server_address[1]}/offer.pdf"}])

        entry = self.peer.wait_for(2)[1]
        mail = message_of(entry)
        inbound = self.history(campaign, item)[1]
        self.assertEqual(mail["Message-ID"], data["message_id"])
        self.assertEqual(mail["In-Reply-To"], inbound["message_id"])
        self.assertIn(message_of(sent)["Message-ID"], mail["References"])
        self.assertIn(inbound["message_id"], mail["References"])
        self.assertEqual((entry["from"], mail["Subject"]), (box.address, "Re: Empty legs"))
        self.assertEqual(sorted(entry["to"]), sorted([sent["to"][0], "petra@x.example", "boss@x.example"]))
        self.assertNotIn("boss@x.example", entry["data"])
        self.assertEqual(files_in(entry), [("offer.pdf", "application/pdf", FILE)])
        body = mail.get_body(("html",)).get_content()
        self.assertIn("<p>Tuesday?</p>", body)
        self.assertIn("Send me two slots.", body)
        shown = self.eventually(lambda: self.history(campaign, item)[2:], "it is in the history")[0]
        self.assertEqual((shown["type"], shown["message_id"], len(shown["attachments"])), ("SENT", data["message_id"], 1))

    def test_A12_a_planned_reply_leaves_on_time(self):
        campaign, _, _, item = self.conversation()
        data = self.reply(campaign, item, email_body="Later", scheduled_time=self.later(HOUR))
        self.assertEqual(data["status"], "SCHEDULED")
        self.server.advance(HOUR - 60)
        self.assert_quiet(1)
        self.server.advance(60)
        self.assertEqual(message_of(self.peer.wait_for(2)[1])["Message-ID"], data["message_id"])
        self.eventually(lambda: self.state(data) == SENT, "it is settled")

    def test_A12_an_answer_that_comes_first_holds_the_planned_reply(self):
        campaign, box, sent, item = self.conversation()
        first = self.reply(campaign, item, email_body="Shall I call?", scheduled_time=self.later(HOUR))
        second = self.reply(campaign, item, email_body="Or you?", scheduled_time=self.later(2 * HOUR))
        box.deliver(answer_to(sent, "No need to call me."))
        self.eventually(lambda: self.state(first) == HELD and self.state(second) == HELD, "both wait for a person")
        self.server.advance(DAY)
        self.assert_quiet(1)
        events = self.server.database.query(f"SELECT COUNT(*) FROM event WHERE type = 28 AND campaign_id = {campaign.id}")
        self.assertEqual(events, [["2"]])

        self.assertEqual(self.api.post(f"/master-inbox/scheduled/{first['email_stats_id']}/send").status, 200)
        self.assertEqual(self.api.delete(f"/master-inbox/scheduled/{second['email_stats_id']}").status, 200)
        self.assertEqual(message_of(self.peer.wait_for(2)[1])["Message-ID"], first["message_id"])
        self.eventually(lambda: self.state(first) == SENT, "it is settled")
        self.assertEqual(self.state(second), CANCELLED)
        self.assert_quiet(2)

    def test_an_out_of_office_note_holds_nothing(self):
        campaign, box, sent, item = self.conversation()
        data = self.reply(campaign, item, email_body="Later", scheduled_time=self.later(HOUR))
        box.deliver(answer_to(sent, "I am out of the office.", subject="Automatic reply: Empty legs", Auto_Submitted="auto-replied"))
        self.eventually(lambda: len(self.history(campaign, item)) == 3, "the note was read")
        self.server.advance(HOUR)
        self.assertEqual(message_of(self.peer.wait_for(2)[1])["Message-ID"], data["message_id"])

    def test_A14_a_forward_arrives_whole(self):
        campaign, box, _, item = self.conversation(with_file)
        inbound = self.history(campaign, item)[1]
        answer = self.api.post(f"/campaigns/{campaign.id}/forward-email",
                               {"message_id": inbound["message_id"], "stats_id": inbound["stats_id"],
                                "to_emails": "a@firm.example,b@firm.example", "forward_email_body": "Look at this"})
        self.assertEqual(answer.status, 200, answer)
        entry = self.peer.wait_for(2)[1]
        mail = message_of(entry)
        self.assertEqual(mail["Message-ID"], answer.json["messageId"])
        self.assertEqual((entry["from"], sorted(entry["to"])), (box.address, ["a@firm.example", "b@firm.example"]))
        self.assertEqual((mail["Subject"], mail["To"]), ("Fwd: Empty legs", "a@firm.example, b@firm.example"))
        self.assertIsNone(mail["In-Reply-To"])
        self.assertEqual(files_in(entry), [("offer é.bin", "application/x-offer", FILE)])
        text = mail.get_body(("plain",)).get_content()
        self.assertIn("Look at this", text)
        self.assertIn("Here is our price list.", text)
        shown = self.eventually(lambda: self.history(campaign, item)[2:], "it is in the history")[0]
        self.assertEqual(shown["type"], "FORWARD")

    def test_A14_a_moved_message_is_found(self):
        campaign, box, _, item = self.conversation(with_file)
        inbound = self.history(campaign, item)[1]
        self.world.dovecot.doveadm("mailbox", "create", "-u", box.address, "Archive")
        self.world.dovecot.doveadm("move", "-u", box.address, "Archive", "mailbox", "INBOX", "all")
        answer = self.api.post(f"/campaigns/{campaign.id}/forward-email",
                               {"stats_id": inbound["stats_id"], "to_emails": "a@firm.example"})
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual([name for name, _, _ in files_in(self.peer.wait_for(2)[1])], ["offer é.bin"])

    def test_A14_a_message_that_is_gone_is_said(self):
        campaign, box, _, item = self.conversation(with_file)
        inbound = self.history(campaign, item)[1]
        self.world.dovecot.doveadm("expunge", "-u", box.address, "mailbox", "INBOX", "all")
        answer = self.api.post(f"/campaigns/{campaign.id}/forward-email",
                               {"stats_id": inbound["stats_id"], "to_emails": "a@firm.example"})
        self.assert_error(answer, 409)
        self.assert_quiet(1)

    def test_A14_a_refused_forward_harms_nobody(self):
        campaign, _, _, item = self.conversation()
        inbound = self.history(campaign, item)[1]
        state = campaign.lead_status(item["lead"]["email"])
        self.peer.rule("rcpt", match="gone@firm.example", reply="550 5.1.1 no such user")
        answer = self.api.post(f"/campaigns/{campaign.id}/forward-email",
                               {"stats_id": inbound["stats_id"], "to_emails": "gone@firm.example"})
        self.assertEqual(answer.status, 200, answer)
        header = answer.json["messageId"].strip("<>")
        self.eventually(lambda: self.server.database.query(f"SELECT state FROM outgoing WHERE header_id = '{header}'") == [["3"]],
                        "it failed")
        self.assertEqual(campaign.lead_status(item["lead"]["email"]), state)

    def test_V4_V5_a_new_answer_ends_snooze_and_archive(self):
        campaign, box, sent, item = self.conversation()
        map_id = item["email_lead_map_id"]
        for path, body in (("update-snooze", {"snoozed_until": self.later(DAY)}), ("update-archived", {"is_archived": True})):
            done = self.api.patch(f"/master-inbox/{path}", {"email_lead_map_id": map_id} | body)
            self.assertEqual(done.status, 200, done)
            self.assertEqual(self.inbox(campaignId=campaign.id), [])
            box.deliver(answer_to(sent, f"One more thing before {path}."))
            self.eventually(lambda: self.inbox(campaignId=campaign.id), "it is back")

    def test_A9_a_resumed_lead_gets_its_next_step(self):
        campaign, _, sent, item = self.conversation()
        self.assertEqual(campaign.lead_status(item["lead"]["email"]), "STOPPED")
        answer = self.api.patch("/master-inbox/resume-lead",
                                {"campaign_id": campaign.id, "email_lead_map_id": item["email_lead_map_id"], "resume_delay_days": 1})
        self.assertEqual(answer.status, 200, answer)
        self.assert_quiet(1)
        self.server.advance(DAY + 60)
        mail = message_of(self.peer.wait_for(2)[1])
        self.assertIn(message_of(sent)["Message-ID"], mail["References"])


if __name__ == "__main__":
    unittest.main()
