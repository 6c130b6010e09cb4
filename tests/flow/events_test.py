"""The change feed beside real mail: everything is told, in order, also across a kill -9."""

import json
import unittest

from support.campaign import FlowTest, answer_to, step
from support.event_stream import EventStream

LEADS = 24


class EventsTest(FlowTest):
    def stream(self, last_id=None, query=""):
        stream = EventStream(self.server, self.api.key, query, last_id)
        self.addCleanup(stream.close)
        self.eventually(lambda: stream.blocks, "the stream begins")
        return stream

    def pages(self, cursor):
        events = []
        while True:
            page = self.api.get("/events", query={"cursor": cursor, "limit": 7}).json
            events += page["data"]
            cursor = page["next_cursor"]
            if not page["has_more"]:
                return events

    def test_a_conversation_is_told_as_it_happens(self):
        stream = self.stream()
        box = self.mailbox()
        campaign = self.campaign([step("Hello", "<p>Hi</p>")], [box], ["jane@told.example"])
        sent = self.peer.wait_for(1)[0]
        self.eventually(lambda: stream.events("EMAIL_SENT"), "the send is told")
        box.deliver(answer_to(sent, "Tell me more."))
        reply = json.loads(self.eventually(lambda: stream.events("EMAIL_REPLY"), "the answer is told")[0]["data"])
        self.assertEqual((reply["campaign_id"], reply["lead_email"], reply["from_email"]),
                         (campaign.id, "jane@told.example", box.address))
        # Whoever is told of an answer finds it in the inbox.
        thread = self.inbox(campaignId=[campaign.id])[0]
        self.assertEqual(thread["campaign_lead_map_id"], str(reply["email_lead_map_id"]))
        types = [event["event"] for event in stream.events()]
        self.assertLess(types.index("CAMPAIGN_STATUS_CHANGED"), types.index("EMAIL_SENT"))
        self.assertLess(types.index("EMAIL_SENT"), types.index("EMAIL_REPLY"))

    def test_a_follower_loses_nothing_to_a_kill(self):
        first = self.stream()
        start = first.blocks[0]["id"]
        box = self.mailbox()
        campaign = self.campaign([step("Hello", "<p>Hi</p>")], [box], [f"l{n}@kill.example" for n in range(LEADS)])
        self.eventually(lambda: len(first.events("EMAIL_SENT")) >= LEADS // 4, "some are told")
        self.server.kill()
        self.assertTrue(first.is_over.wait(5))
        told = [event["id"] for event in first.events()]
        self.server.start()
        second = self.stream(last_id=told[-1])

        def sent():
            return sum(1 for event in self.pages(start) if event["type"] == "EMAIL_SENT")

        # A mail that was on the wire at the kill may stay unconfirmed; whatever is known is told.
        self.eventually(lambda: self.is_settled(campaign), "all mail is settled", 30)
        everything = [event["cursor"] for event in self.pages(start)]
        self.eventually(lambda: len(told) + len(second.events()) >= len(everything), "the rest is told")
        told += [event["id"] for event in second.events()]
        self.assertEqual(told[: len(everything)], everything)
        self.assertGreaterEqual(sent(), LEADS - 2)

    def is_settled(self, campaign):
        rows = self.server.database.query(
            f"SELECT COUNT(*) FROM outgoing WHERE campaign_id = {campaign.id} AND state IN (2, 4, 5)")
        return rows == [[str(LEADS)]]


if __name__ == "__main__":
    unittest.main()
