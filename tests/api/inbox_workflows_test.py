"""The workflows of the seed pages, as an integrator writes them. The letters in test names are those of the acceptance list."""

import datetime
import threading
import unittest

from support.inbox import DAY, HOUR, SECOND, InboxTest
from support.outrider import Client
from support.seed import Seed, instant


class WorkflowTest(InboxTest):
    def today(self):
        return [instant(self.now - DAY), datetime.datetime.now(datetime.timezone.utc).isoformat()]

    def total(self, filters, **body):
        return self.page(filters, limit=1, **body)["total_count"]

    def test_W1_vip_digest(self):
        lines = []
        for item in self.page({"campaignTagId": 80, "emailStatus": "Replied", "replyTimeBetween": self.today()})["messages"]:
            lead = item["lead"]
            lines.append(f"{lead.get('title')} {lead['company']} {lead['email']} {item.get('category', {}).get('name')} "
                         f"{item['last_message']['subject']}")
        self.assertEqual(lines, [f"VP Harborline AB {self.nora.email} Interested Re: Empty legs"])

    def test_W2_executive_report(self):
        items = self.page({"leadCategories": {"categoryIdsIn": [1, 2]}}, limit=20)["messages"]
        split = {id: [i for i in items if i["category"]["id"] == id] for id in (1, 2)}
        self.assertEqual(sum(map(len, split.values())), len(items))
        self.assertTrue(items)

    def test_W3_daily_check(self):
        filters = {"emailStatus": "Replied", "replyTimeBetween": self.today()}
        unread = [m["id"] for m in self.page(filters)["messages"] if not m["is_read"]]
        self.assertEqual(unread, [m["id"] for m in self.page(filters, view="unread-replies")["messages"]])

    def test_W4_hot_leads(self):
        range_ = [instant(self.now - 3 * DAY), instant(self.now)]
        items = self.page({"leadCategories": {"categoryIdsIn": [1, 2]}, "replyTimeBetween": range_}, sortBy="REPLY_TIME_DESC")["messages"]
        times = [i["last_reply_time"] for i in items]
        self.assertEqual(times, sorted(times, reverse=True))
        self.assertEqual([int(i["email_lead_map_id"]) for i in items], [self.nora.id, self.gone.id])

    def test_W5_workload(self):
        per_member = [self.total({"campaignTeamMemberId": member, "emailStatus": "Replied"}) for member in (1, 2)]
        assigned = [i for i in self.page()["messages"] if i["team_member_id"] is not None]
        self.assertEqual(sum(per_member), len(assigned))

    def test_W6_campaign_monitor(self):
        ids = [self.freight, self.ports, self.follow_up, 1, 2, 3, 4][:5]
        items = self.page({"campaignId": ids})["messages"]
        counts = {id: sum(i["campaign"]["id"] == id for i in items) for id in ids}
        self.assertEqual(sum(counts.values()), len(items))

    def test_W7_list_then_open_one(self):
        first = self.page()["messages"][0]
        page = self.page({"messageId": first["id"]}, query={"fetch_message_history": "true"})
        self.assertEqual([i["campaign_lead_map_id"] for i in page["messages"]], [first["campaign_lead_map_id"]])
        self.assertTrue(page["messages"][0]["message_history"])

    def test_W8_progressive_narrowing(self):
        filters, last = {}, self.total({})
        for name, value in (("replyTimeBetween", {"replyTimeBetween": [instant(self.now - 55 * HOUR), instant(self.now)]}),
                            ("emailStatus", "Replied"), ("campaignId", [self.freight]), ("leadCategories", {"isAssigned": True}),
                            ("search", "budget")):
            filters[name] = value
            total = self.total(filters)
            self.assertLessEqual(total, last, name)
            last = total
        self.assertEqual(last, 1)

    def test_W9_error_handler(self):
        answer = self.api.post("/master-inbox/inbox-replies", {"limit": 50})
        self.assertEqual((answer.status, isinstance(answer.json, dict)), (422, True))
        slow = Client(self.server, self.server.create_key("slow@team.example", "Slow", "member", rate_limit=2))
        answers = [slow.post("/master-inbox/inbox-replies", {}) for _ in range(3)]
        self.assertEqual([a.status for a in answers], [200, 200, 429])
        self.assertLessEqual(int(answers[2].headers["retry-after"]), 60)

    def test_W10_daily_task(self):
        self.assert_found({"leadCategories": {"isAssigned": True}}, self.gone, view="assigned-me")
        self.assert_found({"campaignId": self.ports}, self.bounced, self.gone)

    def test_W11_follow_up_search_and_audit(self):
        recent = [instant(self.now - 3 * DAY), instant(self.now)]
        filters = {"emailStatus": ["Opened", "Clicked"], "replyTimeBetween": recent}
        items = self.page(filters, view="sent")["messages"]
        self.assertEqual({int(i["email_lead_map_id"]) for i in items}, {self.opened.id, self.clicked.id})
        self.assertTrue(all(i["email_status"] != "Replied" for i in items))

    def test_W12_broad_then_narrow(self):
        totals = [self.total(filters, view="sent") for filters in (
            {"campaignId": self.ports}, {"campaignId": self.ports, "emailStatus": "Replied"},
            {"campaignId": self.ports, "emailStatus": "Replied", "leadCategories": {"categoryIdsIn": [1]}})]
        self.assertEqual(totals, sorted(totals, reverse=True))
        self.assertEqual(totals[-1], 1)

    def test_W15_sync_loop(self):
        checkpoint, offset, replies = instant(self.now - 55 * HOUR), 0, []
        while True:
            page = self.page({"replyTimeBetween": [checkpoint, instant(self.now)]}, query={"fetch_message_history": "True"},
                             offset=offset, limit=1)
            for item in page["messages"]:
                if item["has_new_unread_email"]:
                    replies += [(item["email_campaign_id"], item["email_lead_id"], e["stats_id"])
                                for e in item["email_history"] if e["type"] == "REPLY"]
            offset += 1
            if offset >= page["total_count"]:
                break
        self.assertEqual(replies, [(self.freight, str(t.lead), t.sent.stats_id) for t in (self.nora, self.plain)])


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
