"""The importance of a conversation over HTTP: it follows the facts, and a star that a person set or took away stays."""

import json
import unittest

from support.outrider import ServerTest
from support.seed import Seed, now_ms

HOUR_MS = 3_600_000
VIP_TAG = 5
VIP_POINTS = 5


class ImportanceTest(ServerTest):
    settings = {"ROLES": "api"}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seed = Seed(cls.server.database)
        cls.seed.insert("tag", id=VIP_TAG, name="VIP", color="#000", created_at_ms=0)

    def setUp(self):
        seed = self.seed
        self.campaign = seed.campaign("C")
        mailbox = seed.mailbox()
        self.thread = seed.conversation(
            self.campaign, mailbox, replied_at_ms=now_ms() - HOUR_MS, sent_at_ms=now_ms() - 30 * HOUR_MS, text="Tell me more.",
            lead={"first_name": "Vera", "custom_fields": json.dumps({"Title": "Clerk", "company_size": "Enterprise"})})
        seed.flush()

    def act(self, path, verb="PATCH", **fields):
        answer = self.api.request(verb, "/master-inbox/" + path, {"email_lead_map_id": self.thread.id} | fields)
        self.assertEqual(answer.status, 200, answer)

    def set_title(self, title):
        answer = self.api.post(f"/campaigns/{self.campaign}/leads/{self.thread.lead}", {
            "email": self.thread.email, "first_name": "Vera", "custom_fields": {"Title": title, "company_size": "Enterprise"}})
        self.assertEqual(answer.status, 200, answer)

    def shown(self):
        """Score in the important view, None when it is not there."""
        page = self.api.post("/master-inbox/important", {"filters": {"campaignId": self.campaign}}).json
        return page["messages"][0]["importance_score"] if page["total_count"] else None

    def test_I10_I3_a_change_of_revenue_or_title_is_counted(self):
        self.assertIsNone(self.shown())
        self.act("update-revenue", revenue=60_000)  # 25 + 20
        self.assertIsNone(self.shown())
        self.set_title("VP Sales")
        self.assertEqual(self.shown(), 75)
        self.act("update-revenue", revenue=50_000)
        self.assertEqual(self.shown(), 55)
        self.set_title("Clerk")
        self.assertIsNone(self.shown())

    def test_I10_I8_a_tag_is_counted(self):
        self.set_title("CEO")
        self.assertEqual(self.shown(), 55)
        added = self.api.post("/crm/leads/tags", {"leadId": self.thread.lead, "tagIds": [VIP_TAG]})
        self.assertEqual(added.status, 200, added)
        self.assertEqual(self.shown(), 55 + VIP_POINTS)
        mapping = self.server.database.query(f"SELECT id FROM lead_tag WHERE lead_id = {self.thread.lead}")[0][0]
        self.assertEqual(self.api.delete(f"/crm/leads/tags/{mapping}").status, 200)
        self.assertEqual(self.shown(), 55)

    def test_I8_I9_a_star_is_a_persons(self):
        self.act("update-important", is_important=True)
        self.assertIsNotNone(self.shown(), "flagged at once, whatever the score")
        self.set_title("Intern")
        self.assertIsNotNone(self.shown(), "a low score takes no star away")
        self.act("update-important", is_important=False)
        self.set_title("CEO")
        self.act("update-revenue", revenue=90_000)
        self.assertIsNone(self.shown(), "a star that was taken away stays away")


if __name__ == "__main__":
    unittest.main()
