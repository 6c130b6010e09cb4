"""Greylisting: each recipient is refused at first, and accepted when the same mail comes again."""

import unittest

from support.campaign import MINUTE, SENT, FlowTest, step


class GreylistingTest(FlowTest):
    def test_every_mail_arrives_once_on_its_second_attempt(self):
        box = self.mailbox()
        self.peer.rule("rcpt", greylist=1)
        leads = [f"lead{number}@grey.example" for number in range(5)]
        campaign = self.campaign([step("Hello", "<p>Hello</p>")], [box], leads)
        self.eventually(lambda: [row[3] for row in self.ledger(campaign)] == [1] * 5, "all were refused once")
        before = {row[0]: row[4] for row in self.ledger(campaign)}
        self.assertEqual(self.peer.received(), [])

        self.server.advance(20 * MINUTE)

        received = self.peer.wait_for(5)
        self.assertEqual(sorted(entry["to"][0] for entry in received), leads)
        self.assertEqual({entry["to"][0]: entry["message_id"].strip("<>") for entry in received}, before)
        self.eventually(lambda: {row[2] for row in self.ledger(campaign)} == {SENT}, "settled")
        self.assertEqual(campaign.analytics()["bounce_count"], "0")


if __name__ == "__main__":
    unittest.main()
