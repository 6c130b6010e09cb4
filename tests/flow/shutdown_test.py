"""SIGTERM: nothing new is claimed, what is on the wire is finished, the program ends with 0 within 15 seconds."""

import time
import unittest

from support.campaign import CLAIMED, HOUR, SENT, UNCONFIRMED, UNKNOWN, FlowTest, step

STEPS = [step("Hello", "<p>Hello</p>")]
STOP_S = 15


class ShutdownTest(FlowTest):
    def stop_in_time(self):
        began = time.monotonic()
        self.assertEqual(self.server.stop(), 0)
        self.assertLess(time.monotonic() - began, STOP_S)

    def test_a_mail_on_the_wire_is_finished_and_settled(self):
        box = self.mailbox()
        self.peer.rule("dot", seconds=2)
        leads = [f"lead{number}@term.example" for number in range(4)]
        campaign = self.campaign(STEPS, [box], leads)
        self.peer.wait_for(1)

        self.stop_in_time()

        self.assertEqual(len(self.peer.received()), 1, "nothing new was begun")
        self.assertEqual([row[2] for row in self.ledger(campaign)].count(SENT), 1, "the answer was waited for")
        self.peer.rules.replace([])
        self.server.start()
        self.peer.wait_for(4)
        self.assert_quiet(4)

    def test_a_server_that_never_answers_does_not_hold_it_up(self):
        box = self.mailbox()
        self.peer.rule("dot", stall=True, times=1)
        campaign = self.campaign(STEPS, [box], ["jane@mute.example"])
        self.peer.wait_for(1, outcome="unanswered")

        self.stop_in_time()

        self.server.start()
        self.server.advance(2 * HOUR)
        self.eventually(lambda: [row for row in self.unconfirmed() if row["campaign_id"] == campaign.id], "listed")
        self.assertIn(self.ledger(campaign)[0][2], (UNKNOWN, UNCONFIRMED))
        self.assert_quiet(1)

    def test_a_server_that_hangs_before_it_takes_mail_does_not_hold_it_up(self):
        for phase in ("connect", "ehlo", "auth"):
            with self.subTest(phase):
                peer = self.world.new_peer()
                box = self.mailbox(peer=peer)
                peer.rule(phase, stall=True, times=1)
                campaign = self.campaign(STEPS, [box], [f"jane@{phase}.example"])
                self.eventually(lambda: not peer.rules.has(phase), "it hangs")

                began = time.monotonic()
                self.assertEqual(self.server.stop(), 0)
                self.assertLess(time.monotonic() - began, 5, "nothing was on the wire")

                self.assertEqual([row[2] for row in self.ledger(campaign)], [CLAIMED], "no failure of the mailbox")
                self.server.start()
                peer.wait_for(1)

    def test_an_idle_server_stops_at_once(self):
        began = time.monotonic()
        self.assertEqual(self.server.stop(), 0)
        self.assertLess(time.monotonic() - began, 5)
        self.server.start()


if __name__ == "__main__":
    unittest.main()
