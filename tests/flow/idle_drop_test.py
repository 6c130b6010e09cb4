"""The server drops connections in IDLE, or ends them in silence: replies come in all the same, once each."""

import time
import unittest

from support.campaign import MINUTE, FlowTest, answer_to, step
from support.imap_peer import ImapPeer


class IdleDropTest(FlowTest):
    def setUp(self):
        super().setUp()
        self.imap = ImapPeer()
        self.addCleanup(self.imap.stop)

    def begun(self, *leads):
        box = self.mailbox(imap_port=self.imap.port)
        campaign = self.campaign([step("Hello", "<p>Hello</p>")], [box], leads)
        return campaign, {entry["to"][0]: entry for entry in self.peer.wait_for(len(leads))}

    def replied(self, campaign):
        return sorted(thread["lead"]["email"] for thread in self.inbox(campaignId=[campaign.id]))

    def test_a_connection_that_ends_in_idle_is_opened_again(self):
        campaign, entries = self.begun("jane@a.example", "joe@b.example")
        self.eventually(lambda: "IDLE" in self.imap.log, "it waits in IDLE")
        self.imap.drop_connections()
        self.imap.deliver(answer_to(entries["jane@a.example"], "Yes"))
        self.server.advance(2 * MINUTE)
        self.eventually(lambda: self.replied(campaign) == ["jane@a.example"], "the first reply")

        self.imap.faults.drop_idle_after_s = 0.2
        self.imap.drop_connections()
        self.server.advance(2 * MINUTE)
        time.sleep(0.5)
        self.imap.deliver(answer_to(entries["joe@b.example"], "Me too"))
        self.server.advance(2 * MINUTE)
        self.eventually(lambda: len(self.replied(campaign)) == 2, "the second reply")
        self.assertEqual(campaign.analytics()["reply_count"], "2")

    def test_a_server_without_idle_is_polled(self):
        self.imap.faults.capabilities = "IMAP4rev1 AUTH=PLAIN"
        campaign, entries = self.begun("jane@c.example")
        self.eventually(lambda: any(line.startswith(("SELECT", "EXAMINE")) for line in self.imap.log), "it reads")
        self.imap.deliver(answer_to(entries["jane@c.example"], "Yes"))
        self.server.advance(11 * MINUTE)
        self.eventually(lambda: self.replied(campaign) == ["jane@c.example"], "the reply")

    def test_a_connection_cut_inside_a_message_is_read_again(self):
        campaign, entries = self.begun("jane@d.example")
        self.imap.faults.cut_after_body_bytes = 40
        self.imap.deliver(answer_to(entries["jane@d.example"], "Yes, a long enough answer to be cut"))
        time.sleep(0.5)
        self.assertEqual(self.replied(campaign), [])
        self.imap.faults.cut_after_body_bytes = None
        self.server.advance(5 * MINUTE)
        self.eventually(lambda: self.replied(campaign) == ["jane@d.example"], "the reply")
        self.assertEqual(campaign.analytics()["reply_count"], "1")


if __name__ == "__main__":
    unittest.main()
