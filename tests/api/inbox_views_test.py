"""The views of the inbox, one conversation, untracked mail and the state of a reply. The letters in test names are those of the acceptance list."""

import time
import unittest

from support.inbox import DAY, HOUR, VIEWS, InboxTest
from support.outrider import Client
from support.seed import Seed, instant, now_ms


class ViewTest(InboxTest):
    def test_V1_inbox_replies(self):
        self.assert_found(None, *self.all)

    def test_V2_unread_replies(self):
        self.assert_found(None, self.nora, self.plain, self.gone, view="unread-replies")
        for item in self.page(view="unread-replies")["messages"]:
            self.assertGreater(item["reply_age_hours"], 0)
        self.change("is_read = 1", self.gone)
        self.assert_found(None, self.nora, self.plain, view="unread-replies")
        self.change("is_read = 0", self.gone)
        self.assert_found(None, self.nora, self.plain, self.gone, view="unread-replies")

    def test_V3_important(self):
        self.assert_found(None, self.starred, view="important")
        for path in ("important", "important-messages"):
            item = self.page(view=path)["messages"][0]
            self.assertEqual((item["is_important"], item["importance_score"]), (True, 55))

    def test_V4_snoozed(self):
        self.assert_found(None, self.snoozed, self.starred, view="snoozed")
        item = self.page(view="snoozed-messages")["messages"][0]
        self.assertEqual((item["snoozed_until"], item["is_snoozed"]), (instant(self.now + DAY), True))
        self.change(f"snoozed_until_ms = {now_ms() - 1}", self.snoozed)
        self.assert_found(None, self.starred, view="snoozed")
        self.assertIn(self.snoozed.id, self.found())
        self.change(f"snoozed_until_ms = {now_ms() + 700}", self.snoozed)
        self.assertNotIn(self.snoozed.id, self.found())
        time.sleep(1)
        self.assertIn(self.snoozed.id, self.found())
        self.change(f"snoozed_until_ms = {self.now + DAY}", self.snoozed)
        self.assertNotIn(self.snoozed.id, self.found())

    def test_V5_archived(self):
        for path in ("archived", "archived-messages"):
            self.assert_found(None, self.archived, view=path)
        for view in ("inbox-replies", "unread-replies", "important"):
            self.assertNotIn(self.archived.id, self.found(view=view))
        for view in ("sent", "views"):
            self.assertIn(self.archived.id, self.found(view=view))

    def test_V6_scheduled(self):
        for path in ("scheduled", "scheduled-messages"):
            items = self.page(view=path)["messages"]
            self.assertEqual([i["scheduled_time"] for i in items], sorted(instant(m.at_ms) for m in self.queued))
        for item, message in zip(items, sorted(self.queued, key=lambda m: m.at_ms)):
            self.assertEqual(item["email_status"], "Scheduled")
            self.assertEqual(item["last_message"]["id"], f"msg_{message.id}")
            self.assertEqual(item["email_lead_map_id"], str(message.thread.id))
        first = min(self.queued, key=lambda m: m.at_ms)
        self.change_table("outgoing", "state = 2", f"message_id = {first.id}")
        self.assertEqual(self.page(view="scheduled")["total_count"], 2)
        self.change_table("outgoing", "state = 0", f"message_id = {first.id}")

    def test_V7_reminders(self):
        for path in ("reminders", "reminder-messages"):
            items = self.page(view=path)["messages"]
            self.assertEqual([(int(i["email_lead_map_id"]), i["reminder_message"], i["is_overdue"]) for i in items],
                             [(self.nora.id, "Call her", True), (self.bounced.id, "Another address?", False),
                              (self.nora.id, "Ask again", False)])
            self.assertEqual(items[0]["reminder_time"], instant(self.now - HOUR))

    def test_V8_assigned_to_me(self):
        self.assert_found(None, self.gone, view="assigned-me")
        self.assert_found(None, self.nora, view="assigned-me", api=self.member)
        for item in self.page(view="assigned-me", api=self.member)["messages"]:
            self.assertEqual(item["assigned_to"]["id"], 2)
        self.assert_found({"campaignTeamMemberId": 2}, self.nora, view="assigned-me")
        self.assert_found({"campaignTeamMemberId": 1}, view="assigned-me", api=self.member)
        self.assert_found({"campaignTeamMemberId": [1, 2]}, self.nora, view="assigned-me", api=self.member)
        self.change("assigned_user_id = 1", self.nora)
        self.assert_found(None, view="assigned-me", api=self.member)
        self.assert_found(None, self.nora, self.gone, view="assigned-me")
        self.change("assigned_user_id = 2", self.nora)

    def test_V9_sent(self):
        self.assertEqual(set(self.found(view="sent")), {t.id for t in self.every})
        self.change_table("message", f"opened_at_ms = {self.now - HOUR}, replied_at_ms = {self.nora.reply.at_ms}", f"id = {self.nora.sent.id}")
        item = self.page({"campaignId": self.freight}, view="sent")["messages"][0]["last_message"]
        self.assertEqual(item["id"], f"msg_{self.nora.sent.id}")
        self.assertEqual((item["sent_at"], item["opened_at"], item["replied_at"]),
                         (instant(self.nora.sent.at_ms), instant(self.now - HOUR), instant(self.nora.reply.at_ms)))
        self.assertNotIn("clicked_at", item)
        self.assertNotIn("received_at", item)

    def test_V10_views(self):
        self.assertEqual(set(self.found(view="views")), {t.id for t in self.every})
        self.assert_found({"emailStatus": "Not Replied"}, self.opened, self.clicked, view="views")
        self.assertEqual(self.page({"subSequenceId": self.follow_up}, view="views")["messages"][0]["subsequence"],
                         {"id": self.follow_up, "name": "Follow-up"})

    def test_V11_untracked_replies(self):
        seed = Seed(self.server.database)
        seed.next_id += 9_000
        outside = type("Outside", (), {"id": None, "campaign": None, "lead": None, "mailbox": self.ivo, "email": "Stranger@else.example",
                                       "mailbox_email": "ivo@relaypost.example"})
        first = seed.message(outside, self.now - HOUR, "inbound", kind=6, subject="About 50% off", text="Hello there")
        second = seed.message(outside, self.now, "inbound", kind=6, subject="Second", text="x", attachments='[{"file_name":"a.pdf"}]')
        seed.flush()
        page = self.untracked()
        self.assertEqual([r["id"] for r in page["untracked_replies"]], [str(second.id), str(first.id)])
        self.assertEqual((page["total_count"], page["data"]["data"]["totalCount"]), (2, 2))
        self.assertEqual(page["data"]["data"]["replies"], page["untracked_replies"])
        self.assertEqual((page["limit"], page["offset"], page["data"]["data"]["pagination"]["hasMore"]), (20, 0, False))
        for reply in page["untracked_replies"]:
            self.assertNotIn("body", reply)
            self.assertNotIn("attachments", reply)
        self.assertEqual([r["has_attachments"] for r in page["untracked_replies"]], [True, False])
        self.assertEqual(self.untracked(fetchBody="true")["untracked_replies"][1]["body"]["text"], "Hello there")
        self.assertEqual(self.untracked(fetchAttachments="True")["untracked_replies"][0]["attachments"], [{"file_name": "a.pdf"}])
        for query, count in (({"from_email": "STRANGER@else.example"}, 2), ({"from_email": "stranger"}, 0), ({"subject_line": "50% OFF"}, 1),
                             ({"to_email": "Ivo@relaypost.example"}, 2), ({"limit": 1}, 2), ({"offset": 1, "subject_line": "second"}, 1)):
            self.assertEqual(self.untracked(**query)["total_count"], count, query)
        self.assertEqual(len(self.untracked(limit=1, offset=1)["untracked_replies"]), 1)
        self.assertEqual(self.untracked(api=self.foreign)["total_count"], 0)
        for query, field in (({"limit": 101}, "limit"), ({"limit": 0}, "limit"), ({"offset": -1}, "offset"), ({"fetchBody": "x"}, "fetchBody")):
            self.assert_error(self.api.get("/master-inbox/untracked-replies", query=query), 422, field)

    def untracked(self, api=None, **query):
        answer = (api or self.api).get("/master-inbox/untracked-replies", query=query)
        self.assertEqual(answer.status, 200, answer)
        return answer.json

    def test_V12_one_conversation(self):
        answer = self.api.get(f"/master-inbox/{self.nora.id}")
        self.assertEqual(answer.status, 200, answer)
        listed = self.page(query={"fetch_message_history": "true"})["messages"][0]
        item = {k: v for k, v in answer.json.items() if k not in ("ok", "data")}
        self.assertEqual({k: item[k] for k in listed}, listed)
        self.assertIs(answer.json["ok"], True)
        self.assertEqual(answer.json["data"], [item])
        self.assertEqual([e["type"] for e in item["message_history"]], ["SENT", "REPLY"])
        for id, status in (("5", 404), (str(self.foreign_thread.id), 404), ("0", 404), ("abc", 422), ("-1", 422)):
            self.assertEqual(self.api.get("/master-inbox/" + id).status, status, id)
        self.assert_error(self.foreign.get(f"/master-inbox/{self.nora.id}"), 404)

    def test_reply_status(self):
        first = self.queued[0]
        for spelling in (first.header_id, f"<{first.header_id}>"):
            answer = self.api.get("/master-inbox/reply-status", query={"message_id": spelling})
            self.assertEqual(answer.status, 200, answer)
            data = answer.json["data"]
            self.assertEqual((data["status"], data["scheduled_time"], data["email_stats_id"]), ("SCHEDULED", instant(first.at_ms), first.stats_id))
        second = self.queued[1]
        for state, status in ((1, "PENDING"), (2, "COMPLETED"), (3, "FAILED"), (5, "PENDING"), (6, "FAILED"), (0, "SCHEDULED")):
            self.change_table("outgoing", f"state = {state}", f"message_id = {second.id}")
            answer = self.api.get("/master-inbox/reply-status", query={"message_id": second.header_id})
            self.assertEqual(answer.json["data"]["status"], status)
        answer = self.api.get("/master-inbox/reply-status", query={"message_id": "nobody@x.example"})
        self.assert_error(answer, 404)
        self.assertIs(answer.json["ok"], False)
        self.assert_error(self.foreign.get("/master-inbox/reply-status", query={"message_id": first.header_id}), 404)
        self.assert_error(self.api.get("/master-inbox/reply-status"), 422, "message_id")
        sent = self.api.get("/master-inbox/reply-status", query={"message_id": self.nora.sent.header_id})
        self.assert_error(sent, 404)

    def change(self, assignment, thread):
        self.change_table("campaign_lead", assignment, f"id = {thread.id}")

    def change_table(self, table, assignment, where):
        seed = Seed(self.server.database)
        seed.execute(f"UPDATE {table} SET {assignment} WHERE {where}")
        seed.flush()

    def test_a_clients_key_sees_its_own_campaigns(self):
        key = self.server.create_key("client@team.example", "Client user", "member")
        change = Seed(self.server.database)
        change.execute("UPDATE api_key SET client_id = 70 WHERE user_id = (SELECT id FROM app_user WHERE email = 'client@team.example')")
        change.flush()
        client = Client(self.server, key)
        self.assertEqual(self.page(api=client)["total_count"], 2)
        self.assertEqual(self.page({"campaignId": self.ports}, api=client)["total_count"], 0)
        for view in VIEWS:
            campaigns = {i["campaign"]["id"] for i in self.page(api=client, view=view)["messages"]}
            self.assertLessEqual(campaigns, {self.freight}, view)
        self.assertEqual(client.get(f"/master-inbox/{self.nora.id}").status, 200)
        self.assert_error(client.get(f"/master-inbox/{self.gone.id}"), 404)
        path = f"/campaigns/{self.ports}/leads/{self.gone.lead}/message-history"
        self.assert_error(client.get(path), 404)


class TwoCampaignsTest(InboxTest):
    def test_V1_a_lead_in_two_campaigns_gives_two_items(self):
        seed = Seed(self.server.database)
        seed.next_id += 5_000
        campaign, other = seed.campaign("One"), seed.campaign("Two")
        first = seed.conversation(campaign, self.ivo, replied_at_ms=self.now - 300 * DAY)
        second = seed.conversation(other, self.ivo, replied_at_ms=self.now - 301 * DAY)
        seed.execute(f"UPDATE campaign_lead SET lead_id = {first.lead} WHERE id = {second.id}")
        seed.flush()
        items = self.page({"campaignId": [campaign, other]})["messages"]
        self.assertEqual([i["email_lead_id"] for i in items], [str(first.lead)] * 2)


if __name__ == "__main__":
    unittest.main()
