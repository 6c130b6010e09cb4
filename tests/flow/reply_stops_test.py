"""A person answers: every campaign stops writing to them. A machine answers: none does."""

import unittest

from support.campaign import DAY, HOUR, FlowTest, answer_to, step

STEPS = [step("Hello", "<p>Hello</p>"), step("", "<p>Again</p>", after_days=2)]


class ReplyStopsTest(FlowTest):
    def test_an_answer_stops_the_lead_in_every_campaign(self):
        boxes = [self.mailbox(), self.mailbox()]
        first = self.campaign(STEPS, boxes[:1], ["jane@cross.example"], name="First")
        self.settled(first, 1)
        self.server.advance(DAY + HOUR)
        second = self.campaign(STEPS, boxes[1:], ["jane@cross.example"], name="Second")
        received = self.peer.wait_for(2)

        boxes[1].deliver(answer_to(received[1], "Thank you, no."))

        for campaign in (first, second):
            self.eventually(lambda c=campaign: c.lead_status("jane@cross.example") == "STOPPED", campaign.path)
        self.server.advance(4 * DAY)
        self.assert_quiet(2)
        self.assertEqual([first.analytics()["reply_count"], second.analytics()["reply_count"]], ["0", "1"])

    def test_a_colleague_answers_for_the_lead(self):
        box = self.mailbox()
        campaign = self.campaign(STEPS, [box], ["jane@firm.example"])
        sent = self.peer.wait_for(1)[0]
        box.deliver(answer_to(sent, "Jane asked me to answer.", sender="Joe <joe@firm.example>"))
        self.eventually(lambda: campaign.lead_status("jane@firm.example") == "STOPPED", "the lead is stopped")
        thread = self.inbox(campaignId=[campaign.id])[0]
        self.assertEqual(thread["last_message"]["sent_from"], "joe@firm.example")

    def test_an_out_of_office_note_stops_nothing(self):
        box = self.mailbox()
        campaign = self.campaign(STEPS, [box], ["jane@away.example"])
        sent = self.peer.wait_for(1)[0]
        box.deliver(answer_to(sent, "I am out of the office.", subject="Automatic reply: Hello",
                              Auto_Submitted="auto-replied"))
        box.deliver(answer_to(sent, "x", sender="MAILER-DAEMON@mx.example", threaded=False,
                              subject="Delayed Mail (still being retried)"))
        self.eventually(lambda: len(self.seen(box)) >= 2, "both were read")
        self.assertEqual(campaign.lead_status("jane@away.example"), "INPROGRESS")
        self.assertEqual(campaign.analytics()["reply_count"], "0")

    def test_a_request_to_be_left_alone_is_obeyed(self):
        box = self.mailbox()
        campaign = self.campaign(STEPS, [box], ["jane@leave.example"])
        sent = self.peer.wait_for(1)[0]
        box.deliver(answer_to(sent, "Please unsubscribe me."))
        self.eventually(lambda: campaign.analytics()["unsubscribed_count"] == "1", "the lead is unsubscribed")
        self.assertIn(campaign.lead_status("jane@leave.example"), ("STOPPED", "BLOCKED"))
        self.server.advance(4 * DAY)
        self.assert_quiet(1)

    def test_our_own_copy_in_the_mailbox_is_no_answer(self):
        box = self.mailbox()
        campaign = self.campaign(STEPS, [box], ["jane@copy.example"])
        sent = self.peer.wait_for(1)[0]
        box.deliver(sent["data"].encode("latin-1"))
        box.deliver(sent["data"].encode("latin-1"), folder="Sent")
        self.eventually(lambda: self.seen(box), "it was read")
        self.assertEqual(campaign.lead_status("jane@copy.example"), "INPROGRESS")
        self.assertEqual(self.inbox(campaignId=[campaign.id]), [])

    def seen(self, box):
        return self.server.database.query(f"SELECT uid FROM inbound WHERE mailbox_id = {box.id} AND folder = 'INBOX'")


if __name__ == "__main__":
    unittest.main()
