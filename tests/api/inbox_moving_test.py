"""The inbox's lists while others write."""

import threading
import unittest

from support.inbox import SECOND, InboxTest
from support.seed import Seed


class MovingInboxTest(InboxTest):
    def test_a_list_is_right_while_others_write(self):
        """What a request stored before the list was asked for is in it, with eight writers at once."""
        campaign = self.seed.campaign("Busy")
        threads = [self.seed.conversation(campaign, self.ivo, replied_at_ms=self.now - n * SECOND) for n in range(16)]
        self.seed.flush()
        wrong = []

        def write(mine):
            seed = Seed(self.server.database)
            for round in range(6):
                for thread in mine:
                    seed.execute(f"UPDATE campaign_lead SET is_read = {round % 2} WHERE id = {thread.id}")
                seed.flush()
                unread = {int(i["email_lead_map_id"])
                          for i in self.page({"campaignId": campaign}, view="unread-replies")["messages"]}
                if any((t.id in unread) != (round % 2 == 0) for t in mine):
                    wrong.append((round, [t.id for t in mine]))

        workers = [threading.Thread(target=write, args=(threads[n::8],)) for n in range(8)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        self.assertEqual(wrong, [])


if __name__ == "__main__":
    unittest.main()
