"""The connection is made before the slot: a slow way to the server does not make a due mail late."""

import datetime
import time
import unittest

from support.campaign import FlowTest, step, today_at

STEPS = [step("Hello", "<p>Hello</p>")]
GREETING_S = 2


class AheadTest(FlowTest):
    test_clock = today_at(6)

    @classmethod
    def prepare_world(cls):
        cls.tls_peer = cls.world.new_peer(tls=True)
        cls.world.trust(cls.tls_peer)

    def test_a_due_mail_leaves_on_time_over_tls_and_not_before(self):
        self.tls_peer.rule("banner", seconds=GREETING_S)
        box = self.mailbox(peer=self.tls_peer, smtp_port_type="STARTTLS")
        now = self.server.now()
        opens = (now + datetime.timedelta(minutes=2)).replace(second=0, microsecond=0)
        connections = self.tls_peer.connections
        self.campaign(STEPS, [box], ["jane@punctual.example"],
                      schedule={"start_hour": opens.strftime("%H:%M"), "end_hour": "23:59"})
        self.server.advance(int((opens - self.server.now()).total_seconds()) - 6)

        self.eventually(lambda: self.tls_peer.connections > connections, "the connection is made")
        left = (opens - self.server.now()).total_seconds()
        self.assertGreater(left, 0, "ahead of the slot")
        due = time.time() + left
        entry = self.tls_peer.wait_for(1)[0]

        self.assertTrue(entry["secure"])
        self.assertGreater(entry["at"] - due, -1.1, "the server's clock is told in whole seconds")
        self.assertLess(entry["at"] - due, GREETING_S, "the greeting was over before")


if __name__ == "__main__":
    unittest.main()
