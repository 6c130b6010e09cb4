"""A mailbox is restored from a backup (new UIDVALIDITY): nothing counts twice, and what is new is found."""

import unittest

from support.campaign import MINUTE, FlowTest, answer_to, step


class UidValidityTest(FlowTest):
    def replies(self, campaign, address):
        return [message for message in campaign.history(address) if message["type"] == "REPLY"]

    def test_a_reply_that_was_read_is_not_read_again(self):
        box = self.mailbox()
        leads = ["jane@a.example", "joe@b.example"]
        campaign = self.campaign([step("Hello", "<p>Hello</p>")], [box], leads)
        entries = {entry["to"][0]: entry for entry in self.peer.wait_for(2)}
        box.deliver(answer_to(entries["jane@a.example"], "The first answer"))
        self.eventually(lambda: self.replies(campaign, "jane@a.example"), "the reply was read")

        self.world.dovecot.change_uid_validity(box.address)
        box.deliver(answer_to(entries["joe@b.example"], "After the restore"))
        self.server.advance(2 * MINUTE)

        self.eventually(lambda: self.replies(campaign, "joe@b.example"), "what is new was found")
        self.assertEqual(len(self.replies(campaign, "jane@a.example")), 1)
        threads = {thread["lead"]["email"]: thread for thread in self.inbox(campaignId=[campaign.id])}
        self.assertEqual(threads["jane@a.example"]["stats"]["replies"], 1)
        self.assertEqual(campaign.analytics()["reply_count"], "2")


if __name__ == "__main__":
    unittest.main()
