"""A mailbox whose login is refused: its leads wait two hours for it, then go on with another mailbox."""

import unittest

from support.campaign import DAY, MINUTE, FlowTest, step

STEPS = [step("Hello", "<p>Hello</p>"), step("", "<p>Again</p>", after_days=1)]


class ReassignmentTest(FlowTest):
    def mailbox_of(self, campaign):
        rows = self.server.database.query(f"SELECT mailbox_id FROM campaign_lead WHERE campaign_id = {campaign.id}")
        return [int(row[0]) for row in rows]

    def disconnected(self, box):
        rows = self.server.database.query(f"SELECT smtp_state FROM mailbox WHERE id = {box.id}")
        return int(rows[0][0]) == 2

    def test_reassignment_after_disconnect_2h(self):
        working = self.world.new_peer()
        lost, other = self.mailbox(), self.mailbox(peer=working)
        self.peer.rule("replied", drop="close", times=1)  # the next mail needs a login
        campaign = self.campaign(STEPS, [lost], ["jane@moved.example"])
        first = self.peer.wait_for(1)[0]
        self.eventually(lambda: campaign.lead_status("jane@moved.example") == "INPROGRESS", "settled")
        added = self.api.post(campaign.path + "/email-accounts", {"email_account_ids": [other.id]})
        self.assertEqual(added.status, 200, added)
        self.peer.rule("auth", reply="535 5.7.8 Username and Password not accepted")

        self.server.advance(DAY)
        for _ in range(6):
            if self.disconnected(lost):
                break
            self.server.advance(6 * MINUTE)
            self.assert_quiet(1, seconds=0.7)
        self.assertTrue(self.disconnected(lost), "three refusals")
        self.server.advance(100 * MINUTE)
        self.assert_quiet(1, seconds=0.7)
        self.assertEqual(self.mailbox_of(campaign), [lost.id], "it waits for its mailbox")

        self.server.advance(25 * MINUTE)
        self.eventually(lambda: self.mailbox_of(campaign) == [other.id], "it has another")
        self.server.advance(2 * MINUTE)
        again = working.wait_for(1, seconds=20)[0]
        self.assertEqual((again["to"], again["from"]), (first["to"], other.address))


if __name__ == "__main__":
    unittest.main()
