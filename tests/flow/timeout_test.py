"""The server takes the whole message and says nothing: nobody knows, so it is listed and never sent again."""

import unittest

from support.campaign import HOUR, SENT, UNCONFIRMED, UNKNOWN, FlowTest, step

STEPS = [step("Hello", "<p>Hello</p>")]


class TimeoutTest(FlowTest):
    flow_settings = {"SEND_ANSWER_SECONDS": "1"}

    def test_a_timeout_after_the_message_is_unconfirmed(self):
        box = self.mailbox()
        self.peer.rule("dot", stall=True, times=1)
        leads = ["jane@first.example", "joe@second.example"]
        campaign = self.campaign(STEPS, [box], leads)
        mute = self.peer.wait_for(1, outcome="unanswered")[0]["to"][0]
        other = self.peer.wait_for(1)[0]["to"][0]
        self.assertEqual({mute, other}, set(leads), "the next mail goes on over a new connection")
        states = lambda: {row[0]: row[2] for row in self.ledger(campaign)}
        self.eventually(lambda: states()[mute] in (UNKNOWN, UNCONFIRMED) and states()[other] == SENT, "settled")

        self.server.advance(HOUR)

        self.eventually(lambda: states()[mute] == UNCONFIRMED, "unconfirmed")
        self.assertEqual([row["email"] for row in self.unconfirmed()], [mute])
        self.assertEqual(campaign.analytics()["sent_count"], "2", "it counts as sent")
        self.assert_quiet(2)

    def test_only_a_person_sends_it_again(self):
        box = self.mailbox()
        self.peer.rule("dot", stall=True, times=1)
        campaign = self.campaign(STEPS, [box], ["jane@again.example"])
        first = self.peer.wait_for(1, outcome="unanswered")[0]
        self.eventually(lambda: self.ledger(campaign)[0][2] == UNKNOWN, "unknown")
        self.server.advance(HOUR)
        self.eventually(lambda: self.ledger(campaign)[0][2] == UNCONFIRMED, "unconfirmed")
        row = next(row for row in self.unconfirmed() if row["campaign_id"] == campaign.id)

        self.assertEqual(self.api.post(f"/outgoing/{row['id']}/resend").status, 200)

        again = self.peer.wait_for(1)[0]
        self.assertEqual(again["message_id"], first["message_id"])
        self.eventually(lambda: self.ledger(campaign)[0][2] == SENT, "settled")
        self.assertEqual(campaign.analytics()["sent_count"], "1")


if __name__ == "__main__":
    unittest.main()
