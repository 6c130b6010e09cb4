"""The inbox list over HTTP. The letters in test names are those of the acceptance list."""

import unittest

from support.outrider import Client, ServerTest
from support.seed import Seed, instant, now_ms

SECOND = 1000
HOUR = 3600 * SECOND
DAY = 24 * HOUR


class InboxListTest(ServerTest):
    """One data set that no test changes: two campaigns, two mailboxes, a handful of threads."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.now = now_ms() // SECOND * SECOND
        cls.member_key = cls.server.create_key("petra@team.example", "Petra Havel", "member")
        seed = cls.seed = Seed(cls.server.database)
        seed.insert("client", id=70, name="Client", email="c@client.example", created_at_ms=0)
        seed.insert("tag", id=80, name="freight", color="#000", created_at_ms=0)
        cls.freight = seed.campaign("Nordic freight", client_id=70)
        cls.ports = seed.campaign("Ports")
        cls.follow_up = seed.campaign("Follow-up", parent_campaign_id=cls.freight)
        seed.insert("campaign_tag", tag_id=80, campaign_id=cls.freight)
        cls.ivo = seed.mailbox("ivo@relaypost.example")
        cls.eva = seed.mailbox("eva@relaypost.example")
        at = lambda hours: cls.now - hours * HOUR
        cls.nora = seed.conversation(cls.freight, cls.ivo, replied_at_ms=at(2), email="nora.lindqvist@harborline.example",
                                     text="Our budget round is open.", category_id=1, assigned_user_id=2, importance_score=40,
                                     revenue_cents=1250050, open_count=2, click_count=1, last_open_at_ms=at(1),
                                     lead={"first_name": "Nora", "last_name": "Lindqvist", "company_name": "Harborline AB",
                                           "phone_number": "+46 8 555 0142", "custom_fields": '{"Title":"VP"}'})
        cls.plain = seed.conversation(cls.freight, cls.eva, replied_at_ms=at(30), sent_at_ms=at(31), text="Été 100% sûr, ÅÄÖ")
        cls.bounced = seed.conversation(cls.ports, cls.ivo, replied_at_ms=at(50), category_id=4, is_bounced=1, is_read=1)
        cls.gone = seed.conversation(cls.ports, cls.eva, replied_at_ms=at(60), sent_at_ms=at(1), category_id=1, is_unsubscribed=1,
                                     sub_sequence_id=cls.follow_up, assigned_user_id=1)
        cls.all = [cls.nora, cls.plain, cls.bounced, cls.gone]
        seed.conversation(cls.ports, cls.ivo)
        seed.conversation(cls.ports, cls.ivo, replied_at_ms=at(5), is_archived=1)
        seed.conversation(cls.ports, cls.ivo, replied_at_ms=at(6), snoozed_until_ms=cls.now + DAY)
        seed.flush()
        foreign_key = cls.server.create_key("else@other.example", "Else")
        cls.foreign = Client(cls.server, foreign_key)
        other = Seed(cls.server.database, workspace_id=2)
        cls.foreign_campaign = other.campaign("Foreign")
        other.conversation(cls.foreign_campaign, other.mailbox("x@other.example"), replied_at_ms=at(1))
        other.flush()

    def page(self, filters=None, query=None, api=None, **body):
        if filters is not None:
            body["filters"] = filters
        answer = (api or self.api).post("/master-inbox/inbox-replies", body, query=query)
        self.assertEqual(answer.status, 200, answer)
        return answer.json

    def found(self, filters=None, **body):
        return [int(item["email_lead_map_id"]) for item in self.page(filters, **body)["messages"]]

    def assert_found(self, filters, *threads):
        page = self.page(filters)
        self.assertEqual([int(item["email_lead_map_id"]) for item in page["messages"]], [t.id for t in threads], filters)
        self.assertEqual(page["total_count"], len(threads), filters)

    def refuse(self, body, field, **facts):
        answer = self.api.post("/master-inbox/inbox-replies", body)
        self.assert_error(answer, 422, field, **facts)

    # ---- Envelope and item.

    def test_E1_E2_V1_envelope(self):
        page = self.page()
        self.assertEqual((page["offset"], page["limit"], page["total_count"]), (0, 20, 4))
        self.assertIs(page["ok"], True)
        self.assertEqual(page["data"], page["messages"])
        self.assertEqual([int(i["email_lead_map_id"]) for i in page["messages"]], [t.id for t in self.all])

    def test_E3_E4_keys_without_a_value(self):
        item = self.page()["messages"][1]
        for key in ("email", "first_name", "last_name", "company"):
            self.assertIn(key, item["lead"])
        self.assertIsNone(item["lead"]["company"])
        for key in ("category", "assigned_to", "subsequence", "snoozed_until"):
            self.assertNotIn(key, item)
        for key in ("lead_category_id", "team_member_id", "sub_sequence_id"):
            self.assertIsNone(item[key])

    def test_E5_E6_E8_the_whole_item(self):
        item = self.page()["messages"][0]
        self.assertEqual(item["id"], f"inb_{self.nora.id}")
        self.assertEqual(item["campaign_lead_map_id"], str(self.nora.id))
        self.assertEqual(item["email_lead_map_id"], item["campaign_lead_map_id"])
        self.assertEqual(item["lead"], {"id": str(self.nora.lead), "email": self.nora.email, "first_name": "Nora",
                                        "last_name": "Lindqvist", "title": "VP", "company": "Harborline AB", "phone": "+46 8 555 0142"})
        self.assertEqual(item["email_lead_id"], str(self.nora.lead))
        self.assertEqual(item["campaign"], {"id": self.freight, "name": "Nordic freight"})
        self.assertEqual((item["email_campaign_id"], item["email_campaign_name"]), (self.freight, "Nordic freight"))
        self.assertEqual(item["email_account"], {"id": self.ivo, "email": "ivo@relaypost.example", "name": "Ivo Marek"})
        self.assertEqual(item["email_account_id"], self.ivo)
        self.assertEqual(item["category"], {"id": 1, "name": "Interested"})
        self.assertEqual(item["lead_category_id"], 1)
        self.assertEqual(item["assigned_to"], {"id": 2, "name": "Petra Havel", "email": "petra@team.example"})
        self.assertEqual(item["team_member_id"], 2)
        self.assertEqual(item["last_message"]["id"], f"msg_{self.nora.reply.id}")
        self.assertEqual(item["last_message"]["subject"], "Re: Empty legs")
        self.assertEqual(item["last_message"]["body"], "Our budget round is open.")
        self.assertEqual(item["last_message"]["received_at"], instant(self.nora.reply.at_ms))
        self.assertEqual(item["last_reply_time"], instant(self.nora.reply.at_ms))
        self.assertEqual(item["last_sent_time"], instant(self.nora.sent.at_ms))
        self.assertEqual(item["revenue"], "12500.50")
        self.assertEqual((item["is_read"], item["has_new_unread_email"]), (False, True))
        self.assertEqual(item["tags"], ["freight"])
        self.assertEqual(item["reply_age_hours"], 2.0)
        self.assertEqual((item["current_sequence_number"], item["sequence_count"], item["client_id"]), (1, 1, 70))
        self.assertEqual(item["campaign_sending_schedule"],
                         {"tz": "Europe/Stockholm", "days": [1, 2, 3, 4, 5], "startHour": "08:30", "endHour": "16:30"})
        gone = self.page()["messages"][3]
        self.assertEqual(gone["subsequence"], {"id": self.follow_up, "name": "Follow-up"})
        self.assertIs(gone["is_pushed_to_sub_sequence"], True)

    def test_E7_stats_have_both_names(self):
        stats = self.page()["messages"][0]["stats"]
        self.assertEqual((stats["total_sent"], stats["total_opened"], stats["total_clicked"], stats["total_replied"]), (1, 2, 1, 1))
        self.assertEqual((stats["opens"], stats["clicks"], stats["replies"]), (2, 1, 1))
        self.assertEqual(stats["last_activity"], instant(self.now - HOUR))

    def test_E9_E14_history_only_when_asked_for(self):
        for spelling, given in (("true", True), ("True", True), ("1", True), ("false", False), ("False", False), ("0", False)):
            item = self.page(query={"fetch_message_history": spelling})["messages"][0]
            self.assertEqual("message_history" in item, given, spelling)
            self.assertEqual("email_history" in item, given, spelling)
        answer = self.api.post("/master-inbox/inbox-replies", {}, query={"fetch_message_history": "maybe"})
        self.assert_error(answer, 422, "fetch_message_history")

    def test_E10_E11_E12_E13_history(self):
        for item in self.page(query={"fetch_message_history": "true"})["messages"]:
            history = item["message_history"]
            self.assertEqual(history, item["email_history"])
            self.assertEqual([e["time"] for e in history], sorted(e["time"] for e in history))
            reply, sent = sorted(history, key=lambda entry: entry["type"])
            self.assertEqual((sent["type"], reply["type"]), ("SENT", "REPLY"))
            for key in ("direction", "subject", "body", "opened_at", "stats_id", "message_id", "from", "to", "time", "email_body",
                        "email_seq_number"):
                self.assertIn(key, sent)
                self.assertIn(key, reply)
            self.assertIn("sent_at", sent)
            self.assertIn("received_at", reply)
            self.assertEqual(reply["stats_id"], sent["stats_id"])
            self.assertEqual(reply["time"], item["last_reply_time"])
            self.assertEqual(sent["email_seq_number"], "1")
            self.assertTrue(sent["message_id"].startswith("<"))
        self.assertIs(self.page()["messages"][0]["is_read"], False)

    # ---- Page and sort.

    def test_L1_nothing_given(self):
        whole = self.page()
        for raw in (None, b"", b"{}", b'{"filters": {}}', b'{"filters": null, "sortBy": null, "offset": null, "limit": null}'):
            answer = self.api.post("/master-inbox/inbox-replies", raw=raw, headers={"Content-Type": "application/json"})
            self.assertEqual(answer.json, whole)

    def test_L2_a_counter(self):
        page = self.page(limit=1)
        self.assertEqual((len(page["messages"]), page["total_count"], page["limit"]), (1, 4, 1))

    def test_L3_limit_bounds(self):
        self.assertEqual(self.page(limit=20)["limit"], 20)
        self.refuse({"limit": 21}, "limit", provided_value=21)
        for limit in (0, -1, 2.5, "abc", [5]):
            self.refuse({"limit": limit}, "limit")

    def test_L4_offset_bounds(self):
        self.refuse({"offset": -1}, "offset")
        past = self.page(offset=999)
        self.assertEqual((past["messages"], past["total_count"], past["offset"]), ([], 4, 999))

    def test_L5_paging(self):
        seen = []
        for offset in range(0, 4, 3):
            seen += self.found(offset=offset, limit=3)
        self.assertEqual(seen, [t.id for t in self.all])

    def test_L6_sorts(self):
        self.assertEqual(self.found(sortBy="REPLY_TIME_DESC"), [t.id for t in self.all])
        self.assertEqual(self.found(sortBy="SENT_TIME_DESC"), [t.id for t in (self.gone, self.nora, self.plain, self.bounced)])

    def test_L8_unknown_sorts(self):
        for sort in ("REPLY_TIME_ASC", "reply_time_desc", "", 7):
            self.refuse({"sortBy": sort}, "sortBy")

    def test_L9_numbers_as_text(self):
        page = self.page(offset="1", limit="2")
        self.assertEqual((page["offset"], page["limit"], len(page["messages"])), (1, 2, 2))

    # ---- Filters.

    def test_F1_all_filters_hold_and_any_value_of_one(self):
        self.assert_found({"campaignId": [self.freight, self.ports], "emailAccountId": self.ivo}, self.nora, self.bounced)
        self.assert_found({"campaignId": self.freight, "emailAccountId": self.ivo}, self.nora)

    def test_F2_F4_F5_most_ids(self):
        for name, most in (("campaignId", 5), ("emailAccountId", 20), ("campaignTeamMemberId", 10), ("campaignTagId", 10),
                           ("campaignClientId", 10)):
            self.page({name: list(range(1, most + 1))})
            self.refuse({"filters": {name: list(range(1, most + 2))}}, "filters." + name, provided_count=most + 1, max_allowed=most)
            self.refuse({"filters": {name: "abc"}}, f"filters.{name}.0")
        self.refuse({"filters": {"campaignId": list(range(1, 8))}}, "filters.campaignId", provided_count=7, max_allowed=5)
        for name in ("categoryIdsIn", "categoryIdsNotIn"):
            self.page({"leadCategories": {name: list(range(1, 11))}})
            self.refuse({"filters": {"leadCategories": {name: list(range(1, 12))}}}, "filters.leadCategories." + name,
                        provided_count=11, max_allowed=10)

    def test_F6_spellings_of_ids(self):
        for name, id, threads in (("campaignId", self.freight, (self.nora, self.plain)),
                                  ("emailAccountId", self.eva, (self.plain, self.gone)),
                                  ("campaignTagId", 80, (self.nora, self.plain)),
                                  ("campaignClientId", 70, (self.nora, self.plain)),
                                  ("clientId", 70, (self.nora, self.plain)),
                                  ("campaignTeamMemberId", 2, (self.nora,)),
                                  ("subSequenceId", self.follow_up, (self.gone,))):
            spellings = [id, str(id)] + ([] if name == "subSequenceId" else [[id], [str(id)]])
            for value in spellings:
                self.assert_found({name: value}, *threads)

    def test_campaign_and_client_beside_the_filters(self):
        self.assertEqual(self.found(campaign_id=self.ports), [self.bounced.id, self.gone.id])
        self.assertEqual(self.found(client_id="70"), [self.nora.id, self.plain.id])
        self.assertEqual(self.found({"campaignId": self.freight}, campaign_id=self.ports), [self.nora.id, self.plain.id])

    def test_unassigned_threads_belong_to_the_owner_of_their_campaign(self):
        self.assert_found({"campaignTeamMemberId": 1}, self.plain, self.bounced, self.gone)

    def test_F7_ST1_statuses(self):
        self.assert_found({"emailStatus": "Replied"}, *self.all)
        self.assert_found({"emailStatus": ["Bounced"]}, self.bounced)
        self.assert_found({"emailStatus": ["Unsubscribed", "Bounced"]}, self.bounced, self.gone)
        for word in ("Opened", "Clicked", "Accepted", "Not Replied"):
            self.assert_found({"emailStatus": word})
        words = ["Opened", "Clicked", "Replied", "Unsubscribed", "Bounced", "Accepted", "Not Replied"]
        self.assert_found({"emailStatus": words}, *self.all)
        for item in self.page({"emailStatus": ["Accepted", "Opened", "Clicked", "Replied"]})["messages"]:
            self.assertEqual(item["email_status"], "Replied")
        for value in ("Seen", "replied", 7, ["Replied", "Seen"], []):
            self.refuse({"filters": {"emailStatus": value}}, "filters.emailStatus")

    def test_F8_search(self):
        self.assert_found({"search": "NORA.lind"}, self.nora)
        self.assert_found({"search": "nora lindqvist"}, self.nora)
        self.assert_found({"search": "Budget round"}, self.nora)
        self.assert_found({"search": "ÅÄ"}, self.plain)
        self.assert_found({"search": "ÉTÉ 100%"}, self.plain)
        self.assert_found({"search": "nothing has this"})
        self.assert_found({"search": "  "}, *self.all)
        self.page({"search": "ä" * 30})
        self.refuse({"filters": {"search": "ä" * 31}}, "filters.search")

    def test_F9_F10_time_ranges(self):
        at = instant(self.bounced.reply.at_ms)
        self.assert_found({"replyTimeBetween": [at, at]}, self.bounced)
        self.assert_found({"replyTimeBetween": {"replyTimeBetween": [at, at]}}, self.bounced)
        recent = [instant(self.now - 31 * HOUR), instant(self.now)]
        self.assert_found({"replyTimeBetween": recent}, self.nora, self.plain)
        self.assert_found({"replyTimeBetween": [t.replace("Z", ".123456Z") for t in recent]}, self.nora, self.plain)
        self.assert_found({"replyTimeBetween": [t.replace("Z", "+00:00") for t in recent]}, self.nora, self.plain)
        for value in ([at], [at, at, at], "yesterday", [at, "yesterday"], [instant(self.now), at], {}, [1, 2]):
            self.refuse({"filters": {"replyTimeBetween": value}}, "filters.replyTimeBetween")

    def test_F12_to_F15_categories(self):
        for value, threads in (({"unassigned": True}, [self.plain]),
                               ({"isAssigned": True}, [self.nora, self.bounced, self.gone]),
                               ({"unassigned": True, "isAssigned": True}, self.all),
                               ({"unassigned": False, "isAssigned": False}, self.all),
                               ({"isAssigned": True, "categoryIdsNotIn": [3, 4]}, [self.nora, self.gone]),
                               ({"categoryIdsNotIn": [4]}, [self.nora, self.plain, self.gone]),
                               ({"categoryIdsIn": [1, 2]}, [self.nora, self.gone]),
                               ({"unassigned": True, "categoryIdsIn": [1]}, [self.nora, self.plain, self.gone]),
                               ({"isAssigned": True, "categoryIdsIn": [4]}, [self.bounced]),
                               ({"categoryIdsIn": [1, 4], "categoryIdsNotIn": [1]}, [self.bounced]),
                               ({"categoryIdsIn": [], "unassigned": None}, self.all)):
            self.assert_found({"leadCategories": value}, *threads)

    def test_F16_W7_message_ids(self):
        for value in (f"inb_{self.nora.id}", f"msg_{self.nora.reply.id}", self.nora.sent.stats_id, self.nora.reply.header_id,
                      f"<{self.nora.sent.header_id}>", [self.nora.sent.stats_id]):
            page = self.page({"messageId": value}, query={"fetch_message_history": "true"})
            self.assertEqual(page["total_count"], 1, value)
            self.assertEqual(page["messages"][0]["campaign_lead_map_id"], str(self.nora.id))
            self.assertEqual(len(page["messages"][0]["message_history"]), 2)
        self.assert_found({"messageId": "unknown"})
        self.assert_found({"messageId": self.nora.sent.stats_id, "search": "nora"}, self.nora)
        self.assert_found({"messageId": self.nora.sent.stats_id, "search": "absent"})

    def test_F17_subsequences(self):
        self.assert_found({"subSequenceId": self.follow_up}, self.gone)
        self.assert_found({"subSequenceId": 5})
        self.refuse({"filters": {"subSequenceId": "x"}}, "filters.subSequenceId")

    def test_F18_foreign_and_unknown_ids(self):
        for filters in ({"campaignId": self.foreign_campaign}, {"campaignId": 5}, {"emailAccountId": 5}, {"campaignTagId": 5},
                        {"campaignClientId": 5}, {"campaignTeamMemberId": 77}, {"leadCategories": {"categoryIdsIn": [999]}}):
            self.assert_found(filters)
        self.assertEqual(self.page(api=self.foreign)["total_count"], 1)
        self.assertEqual(self.page({"messageId": self.nora.sent.stats_id}, api=self.foreign)["total_count"], 0)

    def test_F19_F20_unknown_keys_and_nulls(self):
        self.assertEqual(self.found({"colour": "red"}, folder="x"), [t.id for t in self.all])
        nulls = dict.fromkeys(("search", "emailStatus", "campaignId", "emailAccountId", "campaignTeamMemberId", "campaignTagId",
                               "campaignClientId", "clientId", "leadCategories", "replyTimeBetween", "subSequenceId", "messageId"))
        self.assert_found(nulls, *self.all)

    def test_a_clients_key_sees_its_own_campaigns(self):
        key = self.server.create_key("client@team.example", "Client user", "member")
        change = Seed(self.server.database)
        change.execute("UPDATE api_key SET client_id = 70 WHERE user_id = (SELECT id FROM app_user WHERE email = 'client@team.example')")
        change.flush()
        client = Client(self.server, key)
        self.assertEqual(self.page(api=client)["total_count"], 2)
        self.assertEqual(self.page({"campaignId": self.ports}, api=client)["total_count"], 0)
        path = f"/campaigns/{self.ports}/leads/{self.gone.lead}/message-history"
        self.assert_error(client.get(path), 404)

    # ---- Status codes.

    def test_H1_keys_are_checked_first(self):
        answer = Client(self.server, None).post("/master-inbox/inbox-replies", raw=b"{")
        self.assertEqual(answer.status, 401)

    def test_H2_bodies(self):
        for raw in (b"{", b"[]", b'"text"', b"7"):
            self.assert_error(self.api.post("/master-inbox/inbox-replies", raw=raw), 400)
        self.refuse({"filters": []}, "filters")

    def test_H4_the_first_broken_rule_is_reported(self):
        self.refuse({"offset": -1, "limit": 99, "filters": {"search": "x" * 31}}, "offset")

    def test_H5_methods(self):
        self.assertEqual(self.api.get("/master-inbox/inbox-replies").status, 405)

    # ---- History of one conversation.

    def history(self, **query):
        answer = self.api.get(f"/campaigns/{self.freight}/leads/{self.nora.lead}/message-history", query=query)
        self.assertEqual(answer.status, 200, answer)
        return answer.json

    def test_A15_message_history(self):
        answer = self.history()
        self.assertEqual(answer["history"], answer["messages"])
        self.assertEqual([e["type"] for e in answer["history"]], ["SENT", "REPLY"])
        self.assertEqual((answer["from"], answer["to"]), ("ivo@relaypost.example", self.nora.email))
        self.assertEqual(answer["history"][0]["email_body"], "<div>Hi, a <b>question</b></div>")
        self.assertEqual(answer["history"][1]["body"], "Our budget round is open.")
        alias = self.api.get(f"/campaigns/{self.freight}/leads/{self.nora.lead}/messages")
        self.assertEqual(alias.json, answer)

    def test_A15_plain_text(self):
        for entry in self.history(show_plain_text_response="True")["history"]:
            self.assertNotIn("<", entry["email_body"])

    def test_A15_event_time_is_exclusive(self):
        first = self.history()["history"][0]["time"]
        self.assertEqual([e["type"] for e in self.history(event_time_gt=first)["history"]], ["REPLY"])
        self.assertEqual(self.history(event_time_gt=instant(self.now))["history"], [])
        answer = self.api.get(f"/campaigns/{self.freight}/leads/{self.nora.lead}/message-history", query={"event_time_gt": "soon"})
        self.assert_error(answer, 422, "event_time_gt")

    def test_A15_unknown_and_foreign_leads(self):
        for campaign, lead in ((self.ports, self.nora.lead), (self.freight, 5), (5, self.nora.lead)):
            self.assert_error(self.api.get(f"/campaigns/{campaign}/leads/{lead}/message-history"), 404)
        self.assert_error(self.foreign.get(f"/campaigns/{self.freight}/leads/{self.nora.lead}/message-history"), 404)


class ReplyTest(ServerTest):
    """Each test has a conversation of its own."""

    def setUp(self):
        self.now = now_ms() // SECOND * SECOND
        self.seed = Seed(self.server.database)
        self.seed.next_id += 1000 * (1 + [t for t in sorted(dir(self)) if t.startswith("test_")].index(self._testMethodName))
        self.campaign = self.seed.campaign()
        self.box = f"box{self.campaign}@relaypost.example"
        mailbox = self.seed.mailbox(self.box, signature="<p>Ivo, Relaypost</p>")
        self.thread = self.seed.conversation(self.campaign, mailbox, self.box, replied_at_ms=self.now - HOUR)
        self.seed.flush()

    def reply(self, status=200, path=None, **body):
        answer = self.api.post(path or f"/campaigns/{self.campaign}/reply-email-thread", body)
        self.assertEqual(answer.status, status, answer)
        return answer.json

    def queued(self, result):
        """The stored mail of an answer, with its ledger row."""
        header = result["data"]["message_id"].strip("<>")
        columns = ["subject", "to_email", "from_email", "cc", "bcc", "answers_id", "html", "text", "not_before_ms", "state"]
        rows = self.server.database.query(
            "SELECT m.subject, m.to_email, m.from_email, m.cc, m.bcc, m.answers_id, replace(COALESCE(b.html, ''), '\n', '~'), "
            "replace(b.text, '\n', '~'), o.not_before_ms, o.state FROM message m JOIN message_body b ON b.message_id = m.id "
            f"JOIN outgoing o ON o.message_id = m.id WHERE m.header_id = '{header}'")
        self.assertEqual(len(rows), 1)
        return dict(zip(columns, rows[0]))

    def test_A11_a_reply_goes_into_the_thread(self):
        result = self.reply(email_stats_id=self.thread.sent.stats_id, email_body="<div>Tuesday?</div>")
        self.assertEqual((result["ok"], result["success"], result["data"]["status"]), (True, True, "PENDING"))
        self.assertIsNone(result["data"]["scheduled_time"])
        mail = self.queued(result)
        self.assertEqual(mail["subject"], "Re: Empty legs")
        self.assertEqual((mail["from_email"], mail["to_email"]), (self.box, self.thread.email))
        self.assertEqual(int(mail["answers_id"]), self.thread.reply.id)
        self.assertEqual((mail["html"], mail["text"]), ("<div>Tuesday?</div>", "Tuesday?"))
        self.assertTrue(result["data"]["message_id"].endswith("@relaypost.example>"))

    def test_A11_the_answered_message_can_be_named(self):
        for named in (self.thread.sent.header_id, f"<{self.thread.sent.header_id}>"):
            mail = self.queued(self.reply(email_stats_id=self.thread.sent.stats_id, email_body="x", reply_message_id=named))
            self.assertEqual(int(mail["answers_id"]), self.thread.sent.id)

    def test_A11_by_lead(self):
        mail = self.queued(self.reply(lead_id=str(self.thread.lead), email_body="Plain & simple"))
        self.assertEqual((mail["html"], mail["text"]), ("", "Plain & simple"))
        self.assertEqual(int(mail["answers_id"]), self.thread.reply.id)

    def test_A11_copies_as_text_or_list(self):
        for cc in ("a@x.example, b@x.example", ["a@x.example", "b@x.example"]):
            mail = self.queued(self.reply(email_stats_id=self.thread.sent.stats_id, email_body="x", cc=cc, bcc="c@x.example",
                                          to_email="other@x.example"))
            self.assertEqual(mail["cc"].replace(" ", ""), '["a@x.example","b@x.example"]')
            self.assertEqual((mail["bcc"], mail["to_email"]), ('["c@x.example"]', "other@x.example"))

    def test_A11_signature_and_quote(self):
        mail = self.queued(self.reply(email_stats_id=self.thread.sent.stats_id, email_body="Yes.", add_signature=True,
                                      reply_email_body="Shall we?", reply_email_time="2026-03-03T13:45:20Z"))
        self.assertIn("<p>Ivo, Relaypost</p>", mail["html"])
        self.assertIn("On 2026-03-03T13:45:20Z, " + self.thread.email + " wrote:~> Shall we?", mail["text"])

    def test_A11_refusals(self):
        stats = self.thread.sent.stats_id
        path = f"/campaigns/{self.campaign}/reply-email-thread"
        for body, field in (({"email_body": "x"}, "email_stats_id"), ({"email_stats_id": stats}, "email_body"),
                            ({"email_stats_id": stats, "email_body": ""}, "email_body"),
                            ({"email_stats_id": stats, "email_body": " \n"}, "email_body"),
                            ({"email_stats_id": stats, "email_body": "x", "to_email": "nobody"}, "to_email"),
                            ({"email_stats_id": stats, "email_body": "x", "cc": "nobody"}, "cc"),
                            ({"email_stats_id": stats, "email_body": "x", "bcc": 7}, "bcc"),
                            ({"email_stats_id": stats, "email_body": "x", "scheduled_time": "soon"}, "scheduled_time")):
            self.assert_error(self.api.post(path, body), 422, field)
        self.reply(404, email_stats_id="unknown", email_body="x")
        self.reply(404, lead_id=5, email_body="x")
        self.reply(404, path="/campaigns/5/reply-email-thread", email_stats_id=stats, email_body="x")
        self.assertEqual(self.server.database.query(f"SELECT COUNT(*) FROM outgoing WHERE campaign_id = {self.campaign}"), [["0"]])

    def test_A12_scheduled_and_past_times(self):
        later = self.now + DAY
        result = self.reply(email_stats_id=self.thread.sent.stats_id, email_body="x", scheduled_time=instant(later))
        self.assertEqual((result["data"]["status"], result["data"]["scheduled_time"]), ("SCHEDULED", instant(later)))
        self.assertEqual(int(self.queued(result)["not_before_ms"]), later)
        result = self.reply(email_stats_id=self.thread.sent.stats_id, email_body="x", scheduled_time=instant(self.now - DAY))
        self.assertEqual(result["data"]["status"], "PENDING")
        self.assertGreaterEqual(int(self.queued(result)["not_before_ms"]), self.now)

    def test_A13_a_reply_stops_nobody(self):
        self.reply(email_stats_id=self.thread.sent.stats_id, email_body="x")
        state = self.server.database.query(f"SELECT state FROM campaign_lead WHERE id = {self.thread.id}")
        self.assertEqual(state, [["1"]])

    def test_the_older_path_means_the_same(self):
        body = {"campaignId": str(self.campaign), "emailStatsId": self.thread.sent.stats_id, "emailBody": "Tuesday 10:00?",
                "toEmail": "other@x.example", "addSignature": False, "id": 7}
        mail = self.queued(self.reply(path="/email-campaigns/send-email-thread", **body))
        self.assertEqual((mail["text"], mail["to_email"]), ("Tuesday 10:00?", "other@x.example"))


if __name__ == "__main__":
    unittest.main()
