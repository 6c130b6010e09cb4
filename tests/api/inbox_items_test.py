"""Envelope and item of the inbox lists. The letters in test names are those of the acceptance list."""

import unittest

from support.inbox import HOUR, SECOND, VIEWS, InboxTest
from support.seed import instant


class ItemTest(InboxTest):
    def test_E1_envelope_of_every_view(self):
        for view in VIEWS:
            page = self.page(view=view)
            self.assertEqual((page["offset"], page["limit"]), (0, 20), view)
            self.assertGreaterEqual(page["total_count"], 1, view)
            page = self.page(view=view, offset=1, limit=2)
            self.assertEqual((page["offset"], page["limit"]), (1, 2), view)

    def test_E2_data_repeats_messages(self):
        for view in VIEWS:
            page = self.page(view=view)
            self.assertIs(page["ok"], True)
            self.assertEqual(page["data"], page["messages"])

    def test_E3_the_leads_keys_always_stand(self):
        for view in VIEWS:
            for item in self.page(view=view)["messages"]:
                for key in ("email", "first_name", "last_name", "company"):
                    self.assertIn(key, item["lead"], view)
        self.assertIsNone(self.page()["messages"][1]["lead"]["company"])

    def test_E4_keys_without_a_value(self):
        item = self.page()["messages"][1]
        for key in ("category", "assigned_to", "subsequence", "snoozed_until"):
            self.assertNotIn(key, item)
        for key in ("lead_category_id", "team_member_id", "sub_sequence_id"):
            self.assertIsNone(item[key])

    def test_E5_keys_that_workflows_index(self):
        for view in VIEWS:
            for item in self.page(view=view)["messages"]:
                self.assertIn("is_read", item)
                self.assertIn("email_status", item)
                self.assertIn("campaign_lead_map_id", item)
                self.assertIn("id", item["campaign"])
                self.assertIn("subject", item["last_message"])

    def test_E6_nested_and_flat_keys_agree(self):
        for item in self.page(view="views")["messages"]:
            self.assertEqual(item["is_read"], not item["has_new_unread_email"])
            self.assertEqual(item.get("category", {}).get("id"), item["lead_category_id"])
            self.assertEqual(item["campaign"]["id"], item["email_campaign_id"])
            self.assertEqual(item["email_account"]["id"], item["email_account_id"])
            self.assertEqual(item.get("assigned_to", {}).get("id"), item["team_member_id"])
            self.assertEqual(item["campaign_lead_map_id"], item["email_lead_map_id"])

    def test_E8_the_whole_item(self):
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

    def test_E13_reading_changes_no_read_state(self):
        for view in VIEWS:
            before = self.page(view=view)
            self.page(view=view, query={"fetch_message_history": "true"})
            self.assertEqual([i["is_read"] for i in self.page(view=view)["messages"]], [i["is_read"] for i in before["messages"]], view)

    def test_E10_E11_E12_history(self):
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


class SizeTest(InboxTest):
    def test_E15_a_page_without_history_is_small(self):
        mailbox = self.seed.mailbox("long@relaypost.example")
        campaign = self.seed.campaign("Long talks")
        sentence = "We move about forty empty trailers a month between Gothenburg and Lyon. "
        for hours in range(20):
            thread = self.seed.conversation(campaign, mailbox, replied_at_ms=self.now - hours * HOUR, text=sentence * 15)
            for step in range(3):
                self.seed.message(thread, self.now - hours * HOUR + step * SECOND, text=sentence * 10, html=f"<p>{sentence * 10}</p>")
        self.seed.flush()
        sizes = [len(self.api.post("/master-inbox/inbox-replies", {"filters": {"campaignId": campaign}},
                                   query={"fetch_message_history": history}).body) for history in ("false", "true")]
        self.assertGreater(sizes[1], 5 * sizes[0], sizes)


if __name__ == "__main__":
    unittest.main()
