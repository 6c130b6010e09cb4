"""The server says "later" (4xx): the mail waits longer and longer, and stays the same mail."""

import contextlib
import time
import unittest

from support.campaign import CLAIMED, DAY, FAILED, HOUR, MINUTE, SENT, FlowTest, step

STEPS = [step("Hello", "<p>Hello</p>")]


class TemporaryRefusalTest(FlowTest):
    def attempts(self, campaign):
        return self.ledger(campaign)[0][3]

    def test_the_next_attempts_come_after_15_minutes_1_hour_and_4_hours(self):
        box = self.mailbox()
        self.peer.rule("dot", reply="451 4.3.0 Try again later", times=3)
        campaign = self.campaign(STEPS, [box], ["jane@later.example"])
        self.peer.wait_for(1, outcome="refused")

        for number, wait in enumerate((15 * MINUTE, HOUR, 4 * HOUR), 1):
            # The wait counts from when the refusal was stored, a moment after the peer has spoken it.
            self.eventually(lambda: self.ledger(campaign)[0][2:4] == (CLAIMED, number), "the refusal is stored")
            self.server.advance(wait * 8 // 10)
            self.assert_quiet(number, seconds=0.3)
            self.server.advance(wait * 4 // 10)
            time.sleep(0.5)  # the mailbox is read first: after hours nobody knows whether the lead has answered
            self.server.advance(2 * MINUTE)
            self.eventually(lambda: len(self.peer.received()) == number + 1, f"attempt {number + 1}")

        self.eventually(lambda: self.ledger(campaign)[0][2] == SENT, "settled")
        received = self.peer.received()
        self.assertEqual([entry["outcome"] for entry in received], ["refused"] * 3 + ["accepted"])
        self.assertEqual(len({entry["message_id"] for entry in received}), 1, "one mail, one Message-ID")
        self.assertEqual(campaign.lead_status("jane@later.example"), "INPROGRESS")

    def test_one_refused_recipient_does_not_hold_up_the_others(self):
        box = self.mailbox()
        self.peer.rule("rcpt", match="busy@", reply="452 4.2.2 Mailbox full, try later")
        campaign = self.campaign(STEPS, [box], ["busy@a.example", "free@b.example", "idle@c.example"])
        received = self.peer.wait_for(2)
        self.assertEqual({entry["to"][0] for entry in received}, {"free@b.example", "idle@c.example"})
        self.eventually(lambda: campaign.lead_status("idle@c.example") == "INPROGRESS", "the others go on")
        self.assertEqual(campaign.lead_status("busy@a.example"), "STARTED")

    def test_it_is_given_up_after_three_days(self):
        box = self.mailbox()
        self.peer.rule("rcpt", reply="450 4.2.0 Not now")
        campaign = self.campaign(STEPS, [box], ["jane@never.example"])
        self.eventually(lambda: self.ledger(campaign) and self.attempts(campaign) == 1, "the first attempt")
        for _ in range(6):
            self.server.advance(DAY)
            before = self.attempts(campaign)
            with contextlib.suppress(AssertionError):
                self.eventually(lambda: self.attempts(campaign) > before, "another attempt", seconds=1)
            if self.ledger(campaign)[0][2] == FAILED:
                break
        self.assertEqual(self.ledger(campaign)[0][2], FAILED)
        self.assertEqual(self.server.database.query("SELECT value FROM suppression"), [],
                         "nobody said that the address is bad")


if __name__ == "__main__":
    unittest.main()
