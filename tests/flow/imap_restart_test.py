"""The IMAP server goes away and comes back: what arrived meanwhile is read, before anything else is sent."""

import os
import pathlib
import shutil
import time
import unittest

from support.campaign import DAY, HOUR, MINUTE, FlowTest, answer_to, step

STEPS = [step("Hello", "<p>Hello</p>"), step("", "<p>Again</p>", after_days=1)]


class ImapRestartTest(FlowTest):
    def setUp(self):
        super().setUp()
        self.addCleanup(self.back)

    def back(self):
        if not self.world.dovecot.log() or self.world.dovecot._process is None:
            self.world.dovecot.start()

    def begun(self, *leads):
        box = self.mailbox()
        campaign = self.campaign(STEPS, [box], leads)
        entries = {entry["to"][0]: entry for entry in self.peer.wait_for(len(leads))}
        self.eventually(lambda: {e["status"] for e in campaign.leads()} == {"INPROGRESS"}, "all have begun")
        return box, campaign, entries

    def put_into_maildir(self, box, message):
        """A mail that arrives while the IMAP server is down."""
        folder = self.world.dovecot.folder / "mail" / box.address / "Maildir/new"
        path = folder / "1700000000.M1P1.peer"
        path.write_bytes(message.replace(b"\r\n", b"\n"))
        if os.getuid() == 0:
            shutil.chown(path, self.world.dovecot.user, self.world.dovecot.group)

    def replied(self, campaign):
        return [thread["lead"]["email"] for thread in self.inbox(campaignId=[campaign.id])]

    def test_a_restart_costs_no_reply(self):
        box, campaign, entries = self.begun("jane@a.example")
        self.world.dovecot.restart()
        box.deliver(answer_to(entries["jane@a.example"], "Yes"))
        self.server.advance(2 * MINUTE)
        self.eventually(lambda: self.replied(campaign) == ["jane@a.example"], "the reply was read")
        self.eventually(lambda: campaign.lead_status("jane@a.example") == "STOPPED", "the lead is stopped")

    def test_a_mail_to_be_tried_again_asks_nothing_of_the_smtp_server_while_the_mailbox_cannot_be_read(self):
        box = self.mailbox()
        self.peer.rule("rcpt", reply="451 4.7.1 greylisted", times=1)
        campaign = self.campaign(STEPS, [box], ["jane@grey.example"])
        self.eventually(lambda: [row[3] for row in self.ledger(campaign)] == [1], "the first attempt")
        self.world.dovecot.halt()
        connections = self.peer.connections
        for _ in range(4):
            self.server.advance(HOUR)
            time.sleep(0.7)
        self.assertEqual(self.peer.connections, connections)
        self.assertEqual(campaign.lead_status("jane@grey.example"), "STARTED")

        self.world.dovecot.start()
        self.server.advance(90 * MINUTE)
        for _ in range(20):
            if self.peer.received():
                break
            time.sleep(0.5)  # the mailbox is read first
            self.server.advance(2 * MINUTE)
        self.peer.wait_for(1)

    def test_a_follow_up_never_leaves_while_the_mailbox_cannot_be_read(self):
        box, campaign, entries = self.begun("jane@b.example", "joe@b.example")
        self.world.dovecot.halt()
        self.put_into_maildir(box, answer_to(entries["jane@b.example"], "Yes"))
        self.server.advance(DAY)
        self.assert_quiet(2, seconds=1.0)

        self.world.dovecot.start()
        self.server.advance(90 * MINUTE)  # a server that is gone is tried less and less often

        received = self.peer.wait_for(3)
        self.assertEqual(received[2]["to"], ["joe@b.example"])
        self.eventually(lambda: self.replied(campaign) == ["jane@b.example"], "the reply was read")
        self.assertEqual(campaign.lead_status("jane@b.example"), "STOPPED")
        self.assert_quiet(3)


if __name__ == "__main__":
    unittest.main()
