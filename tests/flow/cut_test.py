"""The connection to the SMTP server is cut, in every phase.

Before the first byte of the body nothing can have been delivered, so the mail is sent later. From then until the
answer nobody knows: it is never sent again, and a person finds it listed.
"""

import time
import unittest

from support.campaign import HOUR, MINUTE, SENT, UNCONFIRMED, UNKNOWN, FlowTest, step

STEPS = [step("Hello", "<p>Hello, a line that is long enough to be cut in its middle.</p>" * 20)]
BEFORE_THE_BODY = ["connect", "banner", "ehlo", "starttls", "auth", "mail", "rcpt", "data"]


class CutTest(FlowTest):
    @classmethod
    def prepare_world(cls):
        cls.tls_peer = cls.world.new_peer(tls=True)
        cls.world.trust(cls.tls_peer)

    def send_one(self, phase, peer, **rule):
        box = self.mailbox(peer=peer, smtp_port_type="STARTTLS" if peer.tls_context else "NONE")
        peer.rule(phase, times=1, **rule)
        return self.campaign(STEPS, [box], [f"jane@{phase}.example"], name=phase)

    def states(self, campaign):
        return [state for _, _, state, _, _ in self.ledger(campaign)]

    def test_a_cut_before_the_body_loses_and_doubles_nothing(self):
        peers, campaigns = {}, {}
        for phase in BEFORE_THE_BODY:
            peers[phase] = self.tls_peer if phase == "starttls" else self.world.new_peer()
            campaigns[phase] = self.send_one(phase, peers[phase], drop="reset" if phase == "mail" else "close")
        for phase in BEFORE_THE_BODY:
            rules = peers[phase].rules
            self.eventually(lambda: not rules.has(phase), f"the cut at {phase}")

        self.server.advance(5 * MINUTE)

        for phase in BEFORE_THE_BODY:
            with self.subTest(phase):
                peers[phase].wait_for(1)
                self.eventually(lambda: self.states(campaigns[phase]) == [SENT], "settled")
        self.server.advance(2 * HOUR)
        time.sleep(0.5)
        for phase in BEFORE_THE_BODY:
            self.assertEqual(len(peers[phase].received()), 1, phase)

    def test_same_message_id_on_retry(self):
        for phase in ("mail", "rcpt", "data"):
            with self.subTest(phase):
                peer = self.world.new_peer()
                campaign = self.send_one(phase, peer, seconds=1, drop="close")
                first = self.eventually(lambda: self.ledger(campaign), "the claim")[0][4]
                self.eventually(lambda: not self.ledger(campaign), "the claim is given up")
                self.server.advance(5 * MINUTE)
                self.assertEqual(peer.wait_for(1)[0]["message_id"], f"<{first}>")

    def test_a_cut_between_body_and_answer_is_never_sent_again(self):
        for phase, rule, received in (("body", {"bytes": 200}, 0), ("dot", {}, 1)):
            with self.subTest(phase):
                peer = self.world.new_peer()
                campaign = self.send_one(phase, peer, drop="close", **rule)
                self.eventually(lambda: set(self.states(campaign)) <= {UNKNOWN, UNCONFIRMED} and self.ledger(campaign),
                                "the outcome is unknown")
                self.server.advance(HOUR)
                listed = self.eventually(
                    lambda: [row for row in self.unconfirmed() if row["campaign_id"] == campaign.id], "it is listed")
                self.assertEqual([row["email"] for row in listed], [f"jane@{phase}.example"])
                self.assertEqual(listed[0]["message_id"].strip("<>"), self.ledger(campaign)[0][4])
                self.eventually(lambda: campaign.lead_status(f"jane@{phase}.example") == "INPROGRESS", "it counts as sent")
                self.server.advance(24 * HOUR)
                self.assert_quiet(received, peer=peer)

    def test_a_cut_after_the_answer_is_no_failure(self):
        peer = self.world.new_peer()
        box = self.mailbox(peer=peer)
        peer.rule("replied", drop="reset")
        leads = [f"jane{number}@replied.example" for number in range(3)]
        campaign = self.campaign(STEPS, [box], leads)
        received = peer.wait_for(3)
        self.eventually(lambda: self.states(campaign) == [SENT] * 3, "all are settled")
        self.assertEqual(sorted(entry["to"][0] for entry in received), leads)
        self.assertEqual(peer.connections, 4, "one for the check of the mailbox, one for each mail")

    def test_a_copy_in_the_sent_folder_settles_what_was_unknown(self):
        peer = self.world.new_peer()
        box = self.mailbox(peer=peer)
        peer.rule("dot", times=1, drop="close")
        campaign = self.campaign(STEPS, [box], ["jane@filed.example"])
        entry = peer.wait_for(1, outcome="unanswered")[0]
        box.deliver(entry["data"].encode("latin-1"), folder="Sent")
        self.eventually(lambda: self.states(campaign) in ([UNKNOWN], [SENT]), "the cut is known")
        self.server.advance(HOUR)
        self.eventually(lambda: self.states(campaign) == [SENT], "the copy was found")
        self.assertEqual([row for row in self.unconfirmed() if row["campaign_id"] == campaign.id], [])


if __name__ == "__main__":
    unittest.main()
