"""Rate limit and idempotency keys over the wire, with a campaign's own calls, and across a restart."""

import unittest
import uuid

from support.campaign import FlowTest, step
from support.outrider import Client


class LimitsTest(FlowTest):
    def test_a_key_is_told_how_much_it_has_left_and_then_to_wait(self):
        key = self.server.create_key(email="slow@team.example", name="Slow", rate_limit=5)
        slow = Client(self.server, key)
        left = []
        for _ in range(5):
            answer = slow.get("/campaigns")
            self.assertEqual(answer.status, 200)
            self.assertEqual(answer.headers["x-ratelimit-limit"], "5")
            left.append(int(answer.headers["x-ratelimit-remaining"]))
        self.assertEqual(left, [4, 3, 2, 1, 0])
        refused = slow.post("/campaigns/create", {"name": "too many"})
        self.assert_error(refused, 429)
        self.assertTrue(1 <= int(refused.headers["retry-after"]) <= 60, refused.headers)
        self.assertEqual(self.api.get("/campaigns").status, 200, "other keys have their own")

        self.server.advance(61)
        again = slow.get("/campaigns")
        self.assertEqual(again.status, 200)
        self.assertNotIn("too many", [campaign["name"] for campaign in again.json])

    def test_a_repeated_request_is_done_once_also_after_a_restart(self):
        key = {"Idempotency-Key": str(uuid.uuid4())}
        first = self.api.post("/campaigns/create", {"name": "once"}, headers=key)
        second = self.api.post("/campaigns/create", {"name": "once"}, headers=key)
        self.server.kill()
        self.server.start()
        third = self.api.post("/campaigns/create", {"name": "once"}, headers=key)
        for repeated in (second, third):
            self.assertEqual((repeated.status, repeated.json), (first.status, first.json))
            self.assertEqual(repeated.headers.get("idempotent-replay"), "true")
        names = [campaign["name"] for campaign in self.api.get("/campaigns").json]
        self.assertEqual(names.count("once"), 1)
        self.assert_error(self.api.post("/campaigns/create", {"name": "other"}, headers=key), 409)

    def test_leads_added_twice_with_one_key_are_mailed_once(self):
        campaign = self.campaign([step("Hello", "<p>Hello</p>")], [self.mailbox()], ["jane@a.example"])
        self.peer.wait_for(1)
        body = {"lead_list": [{"email": "joe@b.example"}]}
        key = {"Idempotency-Key": "the same import"}
        answers = [self.api.post(campaign.path + "/leads", body, headers=key) for _ in range(3)]
        self.assertEqual([answer.json["total_leads"] for answer in answers], [1, 1, 1])
        without = self.api.post(campaign.path + "/leads", body)
        self.assertEqual((without.json["total_leads"], without.json["already_added_to_campaign"]), (0, 1))
        self.peer.wait_for(2)
        self.assert_quiet(2)


if __name__ == "__main__":
    unittest.main()
