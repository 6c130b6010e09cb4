"""Through a real Postfix into real mailboxes: what arrives, what it refuses, and what it bounces afterwards."""

import unittest

from support import postfix
from support.campaign import FAILED, SENT, FlowTest, step

ARRIVES = [f"jane{number}@prospect.example" for number in range(10)]
REFUSED = "refused@prospect.example"  # at RCPT
GONE = "gone@prospect.example"  # accepted, then returned


@unittest.skipUnless(postfix.can_run(), "Postfix's master needs root, and a process namespace to end with")
class PostfixTest(FlowTest):
    @classmethod
    def prepare_world(cls):
        cls.world.dovecot.add_users(ARRIVES)
        cls.postfix = postfix.Postfix(cls.world.dovecot, refused=[REFUSED])
        cls.addClassCleanup(cls.postfix.stop)

    def test_mail_arrives_is_refused_and_bounces(self):
        dovecot = self.world.dovecot
        boxes = [self.mailbox(peer=self.postfix, smtp_port_type="STARTTLS", imap_port=dovecot.imaps_port,
                              imap_port_type="SSL") for _ in range(2)]
        campaign = self.campaign([step("Pallets", "<p>.Hi {{first_name}}</p>")], boxes, [*ARRIVES, REFUSED, GONE])

        states = lambda: {row[0]: row[2] for row in self.ledger(campaign)}
        settled = dict.fromkeys([*ARRIVES, GONE], SENT) | {REFUSED: FAILED}
        self.eventually(lambda: states() == settled, "settled", 30)
        ids = {row[0]: row[4] for row in self.ledger(campaign)}
        for address in ARRIVES:
            found = self.eventually(lambda to=address: dovecot.messages(to), f"mail for {address}")
            self.assertEqual(len(found), 1)
            self.assertIn(f"Message-ID: <{ids[address]}>".encode(), found[0][2])
            self.assertIn(b"with ESMTPSA id", found[0][2], "by login and in TLS")

        self.eventually(lambda: campaign.lead_status(GONE) == "BLOCKED", "Postfix's own bounce is understood", 30)
        self.assertEqual(campaign.lead_status(REFUSED), "BLOCKED")
        self.assertEqual(campaign.analytics()["bounce_count"], "2")


if __name__ == "__main__":
    unittest.main()
