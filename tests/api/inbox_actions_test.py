"""What people do with a conversation: INBOX-ACCEPTANCE sections 8 (A1 to A10) and 9."""

import json
import time
import unittest

from support.outrider import Client, ServerTest
from support.seed import DAY_MS, Seed, instant, now_ms

SECOND, HOUR = 1_000, 3_600_000

# Every action on a conversation: path, verb, and a body that works beside the name of the conversation.
ACTIONS = [
    ("PATCH", "/master-inbox/change-read-status", {"read_status": True}),
    ("PATCH", "/master-inbox/read-status", {"is_read": True}),
    ("PATCH", "/master-inbox/mark-unread", {}),
    ("PATCH", "/master-inbox/update-category", {"category_id": 1}),
    ("PATCH", "/master-inbox/update-revenue", {"revenue": 5}),
    ("POST", "/master-inbox/update-team-member", {"team_member_id": 1}),
    ("PATCH", "/master-inbox/update-archived", {"is_archived": False}),
    ("PATCH", "/master-inbox/update-important", {"is_important": True}),
    ("PATCH", "/master-inbox/update-snooze", {"snoozed_until": None}),
    ("POST", "/master-inbox/create-note", {"note_message": "A note"}),
    ("POST", "/master-inbox/create-lead-note", {"note": "A note"}),
    ("POST", "/master-inbox/create-task", {"name": "A task"}),
    ("POST", "/master-inbox/create-lead-task", {"title": "A task"}),
]


class ActionTest(ServerTest):
    """Each test has a conversation of its own, in campaign and mailbox of the class."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seed = Seed(cls.server.database)
        cls.campaign = cls.seed.campaign("Freight")
        cls.elsewhere = cls.seed.campaign("Ports")
        cls.mailbox = cls.seed.mailbox()
        cls.seed.flush()
        cls.server.cli("user", "create", *cls.server.database.arguments(), "--email", "ann@team.example", "--name", "Ann",
                       "--role", "member")
        cls.ann = int(cls.server.database.query("SELECT id FROM app_user WHERE email = 'ann@team.example'")[0][0])
        cls.foreign = cls.server.client(email="other@elsewhere.example", name="Other")

    def setUp(self):
        self.now = now_ms() // SECOND * SECOND
        self.thread = self.conversation()

    def conversation(self, campaign=None, email=None, **columns):
        """`columns` of the thread row, over what the seed gives it."""
        thread = self.seed.conversation(campaign or self.campaign, self.mailbox, email=email, replied_at_ms=now_ms() - HOUR)
        for name, value in columns.items():
            self.seed.execute(f"UPDATE campaign_lead SET {name} = '{value}' WHERE id = {thread.id}")
        self.seed.flush()
        return thread

    def act(self, verb, path, status=200, thread=None, **body):
        body = {"email_lead_map_id": str((thread or self.thread).id)} | body
        answer = self.api.request(verb, path, body)
        self.assertEqual(answer.status, status, answer)
        return answer.json

    def item(self, thread=None, **filters):
        """The conversation as the list of replies shows it, or nothing."""
        thread = thread or self.thread
        found = self.api.post("/master-inbox/inbox-replies", {"filters": {"messageId": f"inb_{thread.id}"} | filters}).json
        return found["messages"][0] if found["messages"] else None

    def column(self, name, thread=None):
        return self.server.database.query(f"SELECT {name} FROM campaign_lead WHERE id = {(thread or self.thread).id}")[0][0]

    def events(self, type):
        rows = self.server.database.query(
            f"SELECT data FROM event WHERE type = {type} AND campaign_lead_id = {self.thread.id} ORDER BY id")
        return [json.loads(row[0]) for row in rows]

    def total(self, **filters):
        return self.api.post("/master-inbox/inbox-replies", {"limit": 1, "filters": filters}).json["total_count"]

    # -- A1

    def test_A1_number_text_and_pair_name_the_same_conversation(self):
        pair = {"campaign_id": self.campaign, "lead_id": str(self.thread.lead)}
        for verb, path, body in ACTIONS:
            for name in ({"email_lead_map_id": self.thread.id}, {"email_lead_map_id": str(self.thread.id)}, pair):
                with self.subTest(path=path, name=name):
                    answer = self.api.request(verb, path, name | body)
                    self.assertEqual(answer.status, 200, answer)
                    self.assertEqual(answer.json["data"]["email_lead_map_id"], str(self.thread.id))
                    self.assertIs(answer.json["data"]["success"], True)

    def test_A1_missing_and_broken_names(self):
        for verb, path, body in ACTIONS:
            for name in ({}, {"email_lead_map_id": "abc"}, {"email_lead_map_id": None}, {"email_lead_map_id": 0},
                         {"campaign_id": self.campaign}, {"lead_id": self.thread.lead}):
                with self.subTest(path=path, name=name):
                    self.assert_error(self.api.request(verb, path, name | body), 422, "email_lead_map_id")

    def test_A1_unknown_and_foreign_conversations(self):
        before = self.column("updated_at_ms"), self.events_of_all()
        for verb, path, body in ACTIONS:
            with self.subTest(path=path):
                self.assert_error(self.api.request(verb, path, {"email_lead_map_id": 5} | body), 404)
                self.assert_error(self.foreign.request(verb, path, {"email_lead_map_id": self.thread.id} | body), 404)
                wrong = {"campaign_id": self.elsewhere, "lead_id": self.thread.lead}
                self.assert_error(self.api.request(verb, path, wrong | body), 404)
        self.assertEqual((self.column("updated_at_ms"), self.events_of_all()), before)

    def events_of_all(self):
        return self.server.database.query(f"SELECT COUNT(*) FROM event WHERE campaign_lead_id = {self.thread.id}")

    # -- A2

    def test_A2_read_state(self):
        for is_read in (True, True, False, False):
            result = self.act("PATCH", "/master-inbox/change-read-status", read_status=is_read)
            self.assertIs(result["data"]["is_read"], is_read)
            self.assertIs(self.item()["is_read"], is_read)
        self.assertEqual([e["is_read"] for e in self.events(18)], [True, False])

    def test_A2_a_word_that_is_no_boolean(self):
        for value in ("yes", 7, None, []):
            self.assert_error(self.api.patch("/master-inbox/change-read-status",
                                             {"email_lead_map_id": self.thread.id, "read_status": value}), 422, "read_status")
        self.assert_error(self.api.patch("/master-inbox/change-read-status", {"email_lead_map_id": self.thread.id}), 422,
                          "read_status")

    def test_A2_mark_unread(self):
        self.act("PATCH", "/master-inbox/read-status", is_read=True)
        self.assertIs(self.act("PATCH", "/master-inbox/mark-unread")["data"]["is_read"], False)
        self.assertIs(self.item()["is_read"], False)

    # -- A3

    def test_A3_category_sets_changes_and_clears(self):
        for category, shown in ((1, 1), ("2", 2), (None, None), (3, 3), (0, None)):
            result = self.act("PATCH", "/master-inbox/update-category", category_id=category)
            self.assertEqual(result["data"]["category_id"], shown)
            item = self.item()
            self.assertEqual(item["lead_category_id"], shown)
            self.assertEqual(item.get("category", {}).get("id"), shown)
        self.assertEqual([e.get("category_id") for e in self.events(8)], [1, 2, None, 3, None])
        self.assertEqual({e["by"] for e in self.events(8)}, {"HUMAN"})

    def test_A3_a_repeated_category_is_told_once(self):
        for _ in range(3):
            self.act("PATCH", "/master-inbox/update-category", category_id=2)
        self.assertEqual(len(self.events(8)), 1)

    def test_A3_totals_follow(self):
        before = self.total(leadCategories={"categoryIdsIn": [5]})
        self.act("PATCH", "/master-inbox/update-category", category_id=5)
        self.assertEqual(self.total(leadCategories={"categoryIdsIn": [5]}), before + 1)
        self.act("PATCH", "/master-inbox/update-category", category_id=None)
        self.assertEqual(self.total(leadCategories={"categoryIdsIn": [5]}), before)

    def test_A3_unknown_categories(self):
        for value in (77, 1000, -1, "abc", 1.5):
            answer = self.api.patch("/master-inbox/update-category",
                                    {"email_lead_map_id": self.thread.id, "category_id": value})
            self.assert_error(answer, 422, "category_id")
        self.assert_error(self.api.patch("/master-inbox/update-category", {"email_lead_map_id": self.thread.id}), 422,
                          "category_id")
        self.assertEqual((self.column("COALESCE(category_id, 0)"), self.events(8)), ("0", []))

    def test_A3_what_follows_from_a_category(self):
        self.act("PATCH", "/master-inbox/update-category", category_id=1)
        self.assertEqual(self.column("state"), "4")
        self.act("PATCH", "/master-inbox/update-category", category_id=4)
        self.assertEqual(self.column("state"), "5")
        blocked = self.api.get("/leads/get-domain-block-list", query={"limit": 100}).json
        self.assertIn(self.thread.email, json.dumps(blocked))

    # -- A4

    def test_A4_revenue(self):
        for given, answered, shown in ((0, 0, "0.00"), (12500.5, 12500.5, "12500.50"), ("7", 7, "7.00"), (0.1, 0.1, "0.10"),
                                       ("12.345", 12.35, "12.35")):
            result = self.act("PATCH", "/master-inbox/update-revenue", revenue=given)
            self.assertAlmostEqual(result["data"]["revenue"], answered, delta=0.011)
            if given != "12.345":
                self.assertEqual(self.item()["revenue"], shown)
        self.assertEqual(len(self.events(23)), 4)

    def test_A4_what_is_no_revenue(self):
        path = "/master-inbox/update-revenue"
        self.assert_error(self.api.patch(path, {"email_lead_map_id": self.thread.id, "revenue": -1}), 422, "revenue",
                          provided_value=-1)
        for value in ("much", None, True, [], 1e300):
            self.assert_error(self.api.patch(path, {"email_lead_map_id": self.thread.id, "revenue": value}), 422, "revenue")
        self.assertEqual(self.column("revenue_cents"), "0")

    # -- A5

    def test_A5_assignment(self):
        for member in (self.ann, "1", None):
            result = self.act("POST", "/master-inbox/update-team-member", team_member_id=member)
            number = None if member is None else int(member)
            self.assertEqual(result["data"]["team_member_id"], number)
            item = self.item()
            self.assertEqual(item["team_member_id"], number)
            self.assertEqual(item.get("assigned_to", {}).get("id"), number)
        self.assertEqual([e["team_member_id"] for e in self.events(19)], [self.ann, 1, None])

    def test_A5_unknown_members(self):
        self.act("POST", "/master-inbox/update-team-member", team_member_id=self.ann)
        stranger = self.server.database.query("SELECT id FROM app_user WHERE email = 'other@elsewhere.example'")[0][0]
        for member in (99999, int(stranger)):
            self.act("POST", "/master-inbox/update-team-member", status=404, team_member_id=member)
        for member in ("ann", 0, -1):
            answer = self.api.post("/master-inbox/update-team-member",
                                   {"email_lead_map_id": self.thread.id, "team_member_id": member})
            self.assert_error(answer, 422, "team_member_id")
        self.assertEqual(self.column("assigned_user_id"), str(self.ann))

    # -- A6

    def test_A6_notes(self):
        first = self.act("POST", "/master-inbox/create-note", note_message="Wants two slots")["data"]
        second = self.act("POST", "/master-inbox/create-lead-note", note="Ünïcode & <b>markup</b>")["data"]
        self.assertEqual(first["id"], first["note_id"])
        notes = self.api.get(f"/crm/leads/notes/{self.thread.lead}").json["data"]
        self.assertEqual([n["id"] for n in notes], [second["id"], first["id"]])
        self.assertEqual(notes[1]["note_message"], "Wants two slots")
        self.assertEqual(notes[0]["note_message"], "Ünïcode & <b>markup</b>")
        self.assertEqual((notes[0]["lead_id"], notes[0]["email_lead_map_id"]), (self.thread.lead, str(self.thread.id)))
        self.assertEqual(notes[0]["created_by"], "Owner")
        for text in ("", "  \n", None, 7 * [1]):
            answer = self.api.post("/master-inbox/create-note", {"email_lead_map_id": self.thread.id, "note_message": text})
            self.assert_error(answer, 422, "note_message")
        self.assertEqual(len(self.api.get(f"/crm/leads/notes/{self.thread.lead}").json["data"]), 2)

    def test_A6_tasks(self):
        due = instant(self.now + DAY_MS)
        plain = self.act("POST", "/master-inbox/create-task", name="Later", due_date=None)["data"]
        self.assertEqual((plain["priority"], plain["due_date"], plain["status"]), ("MEDIUM", None, "pending"))
        urgent = self.act("POST", "/master-inbox/create-lead-task", title="Soon", description="Both slots", priority="HIGH",
                          due_date=due)["data"]
        self.assertEqual((urgent["task_id"], urgent["due_date"], urgent["description"]), (urgent["id"], due, "Both slots"))
        tasks = self.api.get(f"/crm/leads/tasks/{self.thread.lead}").json["data"]
        self.assertEqual([t["name"] for t in tasks], ["Soon", "Later"])
        self.assertEqual((tasks[0]["priority"], tasks[0]["due_date"]), ("HIGH", due))
        for body, field in (({"name": "x", "priority": "URGENT"}, "priority"), ({"name": "x", "due_date": "soon"}, "due_date"),
                            ({"name": ""}, "name"), ({}, "name")):
            answer = self.api.post("/master-inbox/create-task", {"email_lead_map_id": self.thread.id} | body)
            self.assert_error(answer, 422, field)
        self.assertEqual(len(self.api.get(f"/crm/leads/tasks/{self.thread.lead}").json["data"]), 2)

    def test_A6_lists_of_unknown_and_foreign_leads(self):
        for kind in ("notes", "tasks"):
            self.assert_error(self.api.get(f"/crm/leads/{kind}/5"), 404)
            self.assert_error(self.foreign.get(f"/crm/leads/{kind}/{self.thread.lead}"), 404)
            self.assert_error(self.api.get(f"/crm/leads/{kind}/abc"), 422)
            self.assertEqual(self.api.get(f"/crm/leads/{kind}/{self.thread.lead}").json["data"], [])

    # -- A7

    def reminder(self, **more):
        return {"email_lead_map_id": self.thread.id, "email_stats_id": self.thread.sent.stats_id, "message": "Ask again",
                "reminder_time": instant(self.now + DAY_MS)} | more

    def stored_reminders(self):
        return self.server.database.query(
            f"SELECT message_id, text, remind_at_ms FROM reminder WHERE campaign_lead_id = {self.thread.id} ORDER BY id")

    def test_A7_a_lead_can_hold_several_reminders(self):
        answer = self.api.post("/master-inbox/set-reminder", self.reminder())
        self.assertEqual(answer.status, 200, answer)
        data = answer.json["data"]
        self.assertEqual((data["message"], data["reminder"]["id"]), ("Ask again", str(data["reminder_id"])))
        body = self.reminder(message="And again", email_stats_id=self.thread.reply.stats_id)
        body["reminder_date"] = body.pop("reminder_time")
        self.assertEqual(self.api.post("/master-inbox/set-reminder", body).status, 200)
        at = str(self.now + DAY_MS)
        self.assertEqual(self.stored_reminders(),
                         [[str(self.thread.sent.id), "Ask again", at], [str(self.thread.reply.id), "And again", at]])

    def test_A7_each_field_is_needed(self):
        for field in ("email_lead_map_id", "email_stats_id", "message", "reminder_time"):
            body = self.reminder()
            del body[field]
            self.assert_error(self.api.post("/master-inbox/set-reminder", body), 422, field)
        self.assert_error(self.api.post("/master-inbox/set-reminder", self.reminder(reminder_time="soon")), 422, "reminder_time")
        self.assert_error(self.api.post("/master-inbox/set-reminder", self.reminder(message="")), 422, "message")
        self.assertEqual(self.stored_reminders(), [])

    def test_A7_a_message_of_another_lead(self):
        other = self.conversation()
        for stats_id in (other.sent.stats_id, "unknown"):
            self.assert_error(self.api.post("/master-inbox/set-reminder", self.reminder(email_stats_id=stats_id)), 404)
        self.assertEqual(self.stored_reminders(), [])

    # -- A9

    def resume(self, **more):
        return self.api.patch("/master-inbox/resume-lead",
                              {"campaign_id": self.campaign, "email_lead_map_id": self.thread.id} | more)

    def second_step(self, campaign):
        self.seed.insert("sequence_step", id=self.seed._id(), campaign_id=campaign, seq_number=2, subject="", body="B",
                         delay_days=1, created_at_ms=0, updated_at_ms=0)
        self.seed.flush()
        return self.seed.next_id

    def test_A9_a_stopped_or_paused_lead_goes_on(self):
        campaign = self.seed.campaign("Longer")
        step = self.second_step(campaign)
        for state, days in ((4, 7), (3, 0), (3, None)):
            self.thread = self.conversation(campaign, state=state)
            answer = self.resume(campaign_id=campaign, resume_delay_days=days)
            self.assertEqual(answer.status, 200, answer)
            data = answer.json["data"]
            self.assertEqual((data["nextSeqId"], data["resume_delay_days"], data["status"]), (step, days or 0, "success"))
            due = int(self.column("due_at_ms"))
            self.assertEqual(data["will_resume_at"], instant(due))
            self.assertAlmostEqual(due, now_ms() + (days or 0) * DAY_MS, delta=20 * SECOND)
            self.assertEqual(self.column("state"), "1")
        by_lead = self.api.patch("/master-inbox/resume-lead", {"campaign_id": str(campaign), "lead_id": self.thread.lead})
        self.assertEqual(by_lead.status, 200, by_lead)

    def test_A9_at_the_last_step(self):
        self.thread = self.conversation(state=4)
        answer = self.resume()
        self.assert_error(answer, 400, code="BAD_REQUEST")
        self.assertEqual(self.column("state"), "4")

    def test_A9_campaign_and_lead_that_do_not_belong_together(self):
        self.assert_error(self.resume(campaign_id=self.elsewhere), 404)
        self.assert_error(self.resume(campaign_id=5), 404)
        self.assert_error(self.foreign.patch("/master-inbox/resume-lead",
                                             {"campaign_id": self.campaign, "email_lead_map_id": self.thread.id}), 404)
        for field, value in (("campaign_id", None), ("campaign_id", "abc"), ("email_lead_map_id", None),
                             ("resume_delay_days", -1), ("resume_delay_days", "soon")):
            self.assert_error(self.resume(**{field: value}), 422, field)

    def test_A9_a_blocked_lead_stays_blocked(self):
        campaign = self.seed.campaign("Blocked")
        self.second_step(campaign)
        self.thread = self.conversation(campaign, state=5)
        self.assert_error(self.resume(campaign_id=campaign), 422, "email_lead_map_id")
        self.assertEqual(self.column("state"), "5")

    # -- A10

    def test_A10_domains_are_blocked_once(self):
        host = f"d{self.thread.id}.example"
        thread = self.conversation(email=f"nora@{host}", lead_domain=host, state=4)
        answer = self.api.post("/master-inbox/block-domains",
                               {"domains": [host.upper(), "@" + host, "www." + host, "quaymail.example"], "source": "complaint"})
        self.assertEqual(answer.status, 200, answer)
        data = answer.json["data"]
        self.assertEqual((data["blocked_domains"], data["blocked_count"], data["source"]),
                         ([host, "quaymail.example"], 2, "complaint"))
        self.assertEqual(self.column("state", thread), "5")
        entries = self.api.get("/leads/get-domain-block-list", query={"limit": 100}).json
        self.assertIn(host, json.dumps(entries))

    def test_A10_what_cannot_be_blocked(self):
        for body, field in (({"domains": []}, "domains"), ({}, "domains"), ({"domains": ["a@b.example"]}, "domains.0"),
                            ({"domains": ["good.example", "localhost"]}, "domains.1"), ({"domains": [7]}, "domains.0"),
                            ({"domains": ["good.example"], "source": "whim"}, "source")):
            self.assert_error(self.api.post("/master-inbox/block-domains", body), 422, field)
        self.assertNotIn("good.example", json.dumps(self.api.get("/leads/get-domain-block-list", query={"limit": 100}).json))

    # -- star, snooze, archive

    def test_a_star_by_hand(self):
        for flag in (True, True, False):
            result = self.act("PATCH", "/master-inbox/update-important", is_important=flag)
            self.assertIs(result["data"]["is_important"], flag)
            self.assertIsInstance(result["data"]["importance_score"], int)
            self.assertEqual((self.column("is_important"), self.column("important_by_hand")), (str(int(flag)), "1"))
        self.assertEqual([e["is_important"] for e in self.events(22)], [True, False])

    def test_a_snooze_hides_and_waking_shows(self):
        until = instant(self.now + DAY_MS)
        result = self.act("PATCH", "/master-inbox/update-snooze", snoozed_until=until)
        self.assertEqual((result["data"]["is_snoozed"], result["data"]["snoozed_until"]), (True, until))
        self.assertIsNone(self.item())
        result = self.act("PATCH", "/master-inbox/update-snooze", snoozed_until=None)
        self.assertEqual((result["data"]["is_snoozed"], result["data"]["snoozed_until"]), (False, None))
        self.assertIsNotNone(self.item())
        self.assertEqual([e["snoozed_until"] for e in self.events(21)], [until, None])

    def test_a_snooze_ends_by_itself(self):
        self.act("PATCH", "/master-inbox/update-snooze", snoozed_until=instant(now_ms() + 2 * SECOND))
        self.assertIsNone(self.item())
        time.sleep(2.5)
        self.assertIsNotNone(self.item())

    def test_a_snooze_ends_in_the_future(self):
        for value in (instant(self.now - HOUR), "soon", 7):
            answer = self.api.patch("/master-inbox/update-snooze",
                                    {"email_lead_map_id": self.thread.id, "snoozed_until": value})
            self.assert_error(answer, 422, "snoozed_until")
        self.assert_error(self.api.patch("/master-inbox/update-snooze", {"email_lead_map_id": self.thread.id}), 422,
                          "snoozed_until")

    def test_the_archive(self):
        self.act("PATCH", "/master-inbox/update-archived", is_archived=True)
        self.assertIsNone(self.item())
        self.act("PATCH", "/master-inbox/update-archived", is_archived=False)
        self.assertIsNotNone(self.item())
        self.assertEqual([e["is_archived"] for e in self.events(20)], [True, False])

    # -- tags

    def tag(self, name):
        id = self.seed._id()
        self.seed.insert("tag", id=id, name=f"{name}{id}", color="#1E88E5", created_at_ms=0)
        self.seed.flush()
        return id

    def test_tags_of_a_lead(self):
        first, second = self.tag("freight"), self.tag("vip")
        answer = self.api.post("/crm/leads/tags", {"leadId": self.thread.lead, "tagIds": [first, str(second), first]})
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(self.api.post("/crm/leads/tags", {"leadId": str(self.thread.lead), "tagIds": [first]}).status, 200)
        tags = self.api.get("/crm/leads/tags", query={"leadId": self.thread.lead}).json["data"]
        self.assertEqual([t["id"] for t in tags], [first, second])
        self.assertEqual(tags[0]["color"], "#1E88E5")
        everything = self.api.get("/crm/leads/tags").json["data"]
        self.assertIn(first, [t["id"] for t in everything])
        self.assertIsNone(everything[0]["tag_mapping_id"])
        mapping = tags[0]["tag_mapping_id"]
        self.assert_error(self.foreign.delete(f"/crm/leads/tags/{mapping}"), 404)
        self.assertEqual(self.api.delete(f"/crm/leads/tags/{mapping}").json["data"]["tagMappingId"], mapping)
        self.assert_error(self.api.delete(f"/crm/leads/tags/{mapping}"), 404)
        self.assertEqual([t["id"] for t in self.api.get("/crm/leads/tags", query={"leadId": self.thread.lead}).json["data"]],
                         [second])

    def test_tags_that_do_not_fit(self):
        tag = self.tag("rail")
        for body, field in (({"tagIds": [tag]}, "leadId"), ({"leadId": self.thread.lead}, "tagIds"),
                            ({"leadId": self.thread.lead, "tagIds": []}, "tagIds")):
            self.assert_error(self.api.post("/crm/leads/tags", body), 422, field)
        self.assert_error(self.api.post("/crm/leads/tags", {"leadId": 5, "tagIds": [tag]}), 404)
        self.assert_error(self.api.post("/crm/leads/tags", {"leadId": self.thread.lead, "tagIds": [tag, 5]}), 404)
        self.assert_error(self.foreign.post("/crm/leads/tags", {"leadId": self.thread.lead, "tagIds": [tag]}), 404)
        self.assert_error(self.foreign.get("/crm/leads/tags", query={"leadId": self.thread.lead}), 404)
        self.assertEqual(self.api.get("/crm/leads/tags", query={"leadId": self.thread.lead}).json["data"], [])

    # -- section 9

    def test_H1_without_a_key_nothing_is_read(self):
        for verb, path, _ in ACTIONS:
            self.assert_error(Client(self.server, None).request(verb, path, raw=b"not json"), 401)
            answer = Client(self.server, "unknown").request(verb, path, {})
            self.assertEqual(self.assert_error(answer, 401)["message"], "Invalid API Key")

    def test_H2_bodies_that_are_no_object(self):
        for verb, path, _ in ACTIONS:
            for raw in (b"{", b"[]", b'"text"'):
                self.assert_error(self.api.request(verb, path, raw=raw, headers={"Content-Type": "application/json"}), 400)

    def test_H4_the_first_broken_rule_is_named_and_nothing_changes(self):
        body = {"email_lead_map_id": "abc", "name": "", "priority": "URGENT"}
        error = self.assert_error(self.api.post("/master-inbox/create-task", body), 422, "email_lead_map_id")
        self.assertEqual(error["validation"]["keys"], ["email_lead_map_id", "name", "priority"])
        self.assertEqual(self.api.get(f"/crm/leads/tasks/{self.thread.lead}").json["data"], [])

    def test_H5_wrong_verbs_and_paths(self):
        self.assert_error(self.api.get("/master-inbox/update-category"), 405)
        self.assert_error(self.api.request("DELETE", "/master-inbox/create-note"), 405)
        self.assert_error(self.api.patch("/master-inbox/no/such/action", {}, check=False), 404)

    def test_the_same_idempotency_key_acts_once(self):
        headers = {"Idempotency-Key": f"note-{self.thread.id}"}
        body = {"email_lead_map_id": self.thread.id, "note_message": "Once"}
        first = self.api.post("/master-inbox/create-note", body, headers=headers)
        again = self.api.post("/master-inbox/create-note", body, headers=headers)
        self.assertEqual(first.json, again.json)
        self.assert_error(self.api.post("/master-inbox/create-note", body | {"note_message": "Twice"}, headers=headers), 409)
        self.assertEqual(len(self.api.get(f"/crm/leads/notes/{self.thread.lead}").json["data"]), 1)


if __name__ == "__main__":
    unittest.main()
