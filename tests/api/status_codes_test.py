"""Rate limits, which of several faults is named, and how fast a large inbox answers. H1, H2 and H5 are in hostile_test.py."""

import time
import unittest

from support.outrider import Client, ServerTest
from support.seed import Seed, now_ms

MAPPINGS = 100_000
MINUTE_MS = 60_000


class RateLimitTest(ServerTest):
    test_clock = "2026-03-03T10:00:00Z"

    def test_H3_the_61st_request_of_a_minute(self):
        key = self.server.cli("key", "create", *self.server.database.arguments(), "--user", "owner@team.example", "--name", "default")
        api = Client(self.server, key)
        for left in range(59, -1, -1):
            answer = api.post("/master-inbox/inbox-replies", {"limit": 1})
            self.assertEqual((answer.status, answer.headers["x-ratelimit-limit"], answer.headers["x-ratelimit-remaining"]),
                             (200, "60", str(left)))
        refused = api.post("/master-inbox/inbox-replies", {"limit": 1})
        self.assert_error(refused, 429)
        wait_s = int(refused.headers["retry-after"])
        self.assertTrue(1 <= wait_s <= 60, wait_s)
        self.assertEqual((refused.headers["x-ratelimit-limit"], refused.headers["x-ratelimit-remaining"]), ("60", "0"))
        self.assertTrue(refused.headers["x-ratelimit-reset"])
        self.assertEqual(self.api.post("/master-inbox/inbox-replies", {}).status, 200, "another key is not concerned")
        self.server.advance(wait_s)
        self.assertEqual(api.post("/master-inbox/inbox-replies", {}).status, 200)


class FaultsTest(ServerTest):
    settings = {"ROLES": "api"}

    def test_H4_the_first_broken_rule_is_named_and_nothing_changes(self):
        body = {"offset": -1, "limit": 99, "sortBy": "nonsense", "filters": {"campaignId": [1, 2, 3, 4, 5, 6]}}
        refused = self.api.post("/master-inbox/inbox-replies", body)
        named = self.assert_error(refused, 422)
        self.assertLessEqual({"offset", "limit", "sortBy", "filters.campaignId"}, set(named["validation"]["keys"]))
        self.assertEqual(named["field"], named["validation"]["keys"][0])
        before = self.server.database.query("SELECT id, name, updated_at_ms FROM campaign")
        self.assert_error(self.api.post("/campaigns/create", {"name": "x" * 10_000, "client_id": "y"}), 422)
        self.assertEqual(self.server.database.query("SELECT id, name, updated_at_ms FROM campaign"), before)


class LargeInboxTest(ServerTest):
    settings = {"ROLES": "api"}

    def test_H6_a_page_of_a_hundred_thousand(self):
        self.fill()
        for history, seconds_max in (("false", 0.3), ("true", 3.0)):
            self.page(history)  # the first request of a workspace may load what the lists need
            took = min(self.page(history) for _ in range(5))
            self.assertLess(took, seconds_max, f"history {history}")

    def page(self, history):
        began = time.monotonic()
        answer = self.server.exchange("POST", f"/api/v1/master-inbox/inbox-replies?fetch_message_history={history}", b"{}",
                                      {"X-API-Key": self.api.key})
        took = time.monotonic() - began
        self.assertEqual((answer.status, len(answer.json["messages"]), answer.json["total_count"]), (200, 20, MAPPINGS))
        return took

    def fill(self):
        """A hundred thousand answered conversations, in a few statements."""
        seed = Seed(self.server.database)
        campaign, mailbox = seed.campaign("Large"), seed.mailbox("large@relaypost.example")
        now = now_ms()
        numbers = f"WITH RECURSIVE numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < {MAPPINGS})"
        base = 10_000_000

        def rows(table, **columns):
            seed.execute(f"INSERT INTO {table} (workspace_id, {', '.join(columns)}) {numbers}"
                         f" SELECT 1, {', '.join(map(str, columns.values()))} FROM numbers")

        rows("lead", id=f"{base} + i", email="'l' || i || '@large.example'", domain="'large.example'", created_at_ms=0, updated_at_ms=0)
        for inbound in (0, 1):
            at_ms = f"{now} - i * 1000 - {(1 - inbound) * MINUTE_MS}"
            id = f"{base} + i * 2 + {inbound}"
            rows("message", id=id, stats_id=f"'s{inbound}-' || i", campaign_lead_id=f"{base} + i", campaign_id=campaign,
                 lead_id=f"{base} + i", mailbox_id=mailbox, direction=inbound, kind=3 * inbound, header_id=f"'h{inbound}-' || i || '@x.example'",
                 from_email="'a@b.example'", to_email="'c@d.example'", subject="'Subject'", at_ms=at_ms, created_at_ms=at_ms)
            rows("message_body", message_id=id, text="'Some text that a person wrote, of no great length.'")
        rows("campaign_lead", id=f"{base} + i", campaign_id=campaign, lead_id=f"{base} + i", mailbox_id=mailbox, state=1,
             lead_domain="'large.example'", sent_count=1, reply_count=1, email_status=6, is_read=0, next_seq=2,
             last_sent_at_ms=f"{now} - i * 1000 - {MINUTE_MS}", last_reply_at_ms=f"{now} - i * 1000", engaged_at_ms=f"{now} - i * 1000",
             last_message_id=f"{base} + i * 2 + 1", last_reply_id=f"{base} + i * 2 + 1", created_at_ms=0, updated_at_ms=0)
        seed.flush()


if __name__ == "__main__":
    unittest.main()
