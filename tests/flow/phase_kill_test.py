"""kill -9 in every phase of the SMTP dialogue: nothing is lost, nothing is sent twice, what nobody knows is listed."""

import time
import unittest

from support.campaign import HOUR, SENT, FlowTest, step

STEPS = [step("Hello", "<p>Hello, a line that is long enough to be cut in its middle.</p>" * 20)]
NOTHING_LEFT_YET = ["connect", "banner", "ehlo", "auth", "mail", "rcpt"]
NOBODY_KNOWS = {"data": {}, "body": {"bytes": 200}, "dot": {}}


class PhaseKillTest(FlowTest):
    def killed_in(self, phase, **rule):
        peer = self.world.new_peer()
        box = self.mailbox(peer=peer)
        peer.rule(phase, stall=True, times=1, **rule)
        campaign = self.campaign(STEPS, [box], [f"jane@{phase}.example"], name=phase)
        self.eventually(lambda: not peer.rules.has(phase), f"the server waits in {phase}")
        time.sleep(0.3)  # what was answered before is stored
        self.server.kill()
        self.server.start()
        return peer, campaign

    def states(self, campaign):
        return [row[2] for row in self.ledger(campaign)]

    def test_kill_minus_9_between_each_smtp_phase(self):
        for phase in NOTHING_LEFT_YET:
            with self.subTest(phase):
                peer, campaign = self.killed_in(phase)
                peer.wait_for(1, seconds=30)
                self.eventually(lambda: self.states(campaign) == [SENT], "settled")
                self.assertEqual(len(peer.received()), 1)
        for phase, rule in NOBODY_KNOWS.items():
            with self.subTest(phase):
                peer, campaign = self.killed_in(phase, **rule)
                before = len(peer.received())
                self.server.advance(HOUR)
                self.eventually(
                    lambda: [row for row in self.unconfirmed() if row["campaign_id"] == campaign.id], "it is listed")
                self.assert_quiet(before, peer=peer)
        with self.subTest("after the answer"):
            peer, campaign = self.killed_in("replied")
            self.assertEqual(self.states(campaign), [SENT])
            self.assert_quiet(1, peer=peer)


if __name__ == "__main__":
    unittest.main()
