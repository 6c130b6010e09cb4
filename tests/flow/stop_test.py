"""Pause and stop: once they are acknowledged nothing more leaves but what is already on the wire."""

import time
import unittest

from support.campaign import DAY, SENT, FlowTest, step

STEPS = [step("Hello", "<p>Hello</p>"), step("", "<p>Again</p>", after_days=1)]


class StopTest(FlowTest):
    def states(self, campaign):
        return [row[2] for row in self.ledger(campaign)]

    def test_a_stop_during_data_lets_that_mail_finish_and_no_other_leave(self):
        box = self.mailbox()
        self.peer.rule("dot", seconds=1)
        leads = [f"lead{number}@stop.example" for number in range(5)]
        campaign = self.campaign(STEPS, [box], leads)
        on_the_wire = self.peer.wait_for(1)[0]["to"][0]  # written down; the answer takes a second

        campaign.stop()

        self.eventually(lambda: SENT in self.states(campaign), "the mail on the wire is settled")
        self.assertEqual(campaign.statistics()[0]["lead_email"], on_the_wire)
        self.server.advance(3 * DAY)
        self.assert_quiet(1, seconds=1.2)
        self.assertEqual(self.states(campaign).count(SENT), 1)
        refused = self.api.post(campaign.path + "/status", {"status": "START"})
        self.assertNotEqual(refused.status, 200, "a stop is final")

    def test_a_pause_holds_at_once_and_a_start_goes_on_without_doubles(self):
        boxes = [self.mailbox(), self.mailbox()]
        self.peer.rule("data", seconds=0.1)
        leads = [f"lead{number}@pause.example" for number in range(20)]
        campaign = self.campaign(STEPS[:1], boxes, leads)
        self.peer.wait_for(4)

        campaign.pause()
        acknowledged = len(self.peer.received())
        time.sleep(0.5)
        held = len(self.peer.received())
        self.assertLessEqual(held, acknowledged + len(boxes), "what was on the wire may finish")
        self.assert_quiet(held, seconds=0.7)

        self.peer.rules.replace([])
        campaign.start()
        received = self.peer.wait_for(20)
        self.assert_quiet(20)
        self.assertEqual(sorted(entry["to"][0] for entry in received), sorted(leads))

    def test_a_paused_lead_waits_while_the_others_go_on(self):
        box = self.mailbox()
        leads = ["held@a.example", "free@b.example"]
        campaign = self.campaign(STEPS, [box], leads)
        self.peer.wait_for(2)
        self.settled(campaign, 2)
        path = f"{campaign.path}/leads/{campaign.lead_id('held@a.example')}"
        self.assertEqual(self.api.post(path + "/pause").status, 200)
        self.server.advance(DAY)
        self.assertEqual(self.peer.wait_for(3)[2]["to"], ["free@b.example"])
        self.assert_quiet(3)
        self.assertEqual(self.api.post(path + "/resume", {}).status, 200)
        self.server.advance(DAY)
        self.assertEqual(self.peer.wait_for(4)[3]["to"], ["held@a.example"])


if __name__ == "__main__":
    unittest.main()
