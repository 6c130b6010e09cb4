"""Campaigns and sequences over HTTP: every operation, limit, dialect and refusal."""

import unittest

from support.outrider import ServerTest

SCHEDULE = {
    "timezone": "Europe/Helsinki",
    "days_of_the_week": [1, 2, 3, 4],
    "start_hour": "08:30",
    "end_hour": "16:30",
    "min_time_btw_emails": 14,
    "max_new_leads_per_day": 60,
    "schedule_start_time": "2026-02-09T06:30:00.000Z",
}


def step(number, **more):
    return {
        "seq_number": number,
        "seq_delay_details": {"delay_in_days": number - 1},
        "subject": "S",
        "email_body": "<p>B</p>",
    } | more


class CampaignsTest(ServerTest):
    def create(self, **body):
        answer = self.api.post("/campaigns/create", body)
        self.assertEqual(answer.status, 200, answer)
        return answer.json["id"]

    def get(self, campaign):
        return self.api.get(f"/campaigns/{campaign}").json

    # ---- Create, list, read, delete.

    def test_a_campaign_without_a_name_is_untitled_and_drafted(self):
        for body in ({}, {"name": None}, None):
            answer = self.api.post("/campaigns/create", body)
            self.assertEqual(answer.json["name"], "Untitled Campaign")
            read = self.get(answer.json["id"])
            self.assertEqual(read["status"], "DRAFTED")
            self.assertIsNone(read["scheduler_cron_value"])
            self.assertEqual(read["track_settings"], [])

    def test_campaigns_are_listed_newest_first_as_a_bare_array(self):
        first, second = self.create(name="one"), self.create(name="two")
        listed = [c["id"] for c in self.api.get("/campaigns/").json]
        self.assertLess(listed.index(second), listed.index(first))
        self.assertNotIn("tags", self.api.get("/campaigns").json[0])
        for spelling in ("true", "True", "1"):
            self.assertEqual(self.api.get("/campaigns", query={"include_tags": spelling}).json[0]["tags"], [])

    def test_names_and_clients_that_cannot_be_are_refused(self):
        self.assert_error(self.api.post("/campaigns/create", {"name": ""}), 422, "name")
        self.assert_error(self.api.post("/campaigns/create", {"name": 7}), 422, "name")
        self.assert_error(self.api.post("/campaigns/create", {"client_id": 999}), 422, "client_id")
        self.assert_error(self.api.post("/campaigns/create", raw=b"[1]"), 400)
        self.assert_error(self.api.post("/campaigns/create", raw=b"{nonsense"), 400)

    def test_unknown_and_malformed_ids(self):
        self.assert_error(self.api.get("/campaigns/999999"), 404)
        self.assert_error(self.api.get("/campaigns/abc"), 422, "campaign_id")
        self.assert_error(self.api.delete("/campaigns/999999"), 404)

    def test_another_workspace_sees_nothing(self):
        campaign = self.create(name="ours")
        stranger = self.server.client(email="stranger@other.example", name="Stranger")
        self.assertEqual(stranger.get("/campaigns").json, [])
        for answer in (
            stranger.get(f"/campaigns/{campaign}"),
            stranger.delete(f"/campaigns/{campaign}"),
            stranger.post(f"/campaigns/{campaign}/schedule", SCHEDULE),
            stranger.post(f"/campaigns/{campaign}/settings", {"name": "theirs"}),
            stranger.post(f"/campaigns/{campaign}/status", {"status": "PAUSED"}),
            stranger.get(f"/campaigns/{campaign}/sequences"),
            stranger.post(f"/campaigns/{campaign}/sequences", {"sequences": [step(1)]}),
        ):
            self.assert_error(answer, 404)
        self.assertEqual(self.get(campaign)["name"], "ours")

    def test_a_deleted_campaign_is_gone(self):
        campaign = self.create(name="short-lived")
        self.assertEqual(self.api.delete(f"/campaigns/{campaign}").json["ok"], True)
        self.assert_error(self.api.get(f"/campaigns/{campaign}"), 404)

    # ---- Schedule.

    def test_a_schedule_reads_back(self):
        campaign = self.create()
        self.assertEqual(self.api.post(f"/campaigns/{campaign}/schedule", SCHEDULE).json["ok"], True)
        read = self.get(campaign)
        self.assertEqual(
            read["scheduler_cron_value"],
            {"tz": "Europe/Helsinki", "days": [1, 2, 3, 4], "startHour": "08:30", "endHour": "16:30"},
        )
        self.assertEqual(read["min_time_btwn_emails"], 14)
        self.assertEqual(read["max_leads_per_day"], 60)
        self.assertEqual(read["schedule_start_time"], "2026-02-09T06:30:00.000Z")

    def test_schedule_dialects(self):
        campaign = self.create()
        nested = {
            "schedule": {
                "timezone": "UTC",
                "days": ["0", 7],
                "start_hour": "09:00",
                "end_hour": "17:00",
                "min_time_btwn_emails": "5",
                "max_leads_per_day": 1,
            }
        }
        for method, path in (("POST", "/schedule"), ("PATCH", "/schedule"), ("POST", "")):
            answer = self.api.request(method, f"/campaigns/{campaign}{path}", nested)
            self.assertEqual(answer.status, 200, answer)
        self.assertEqual(self.get(campaign)["scheduler_cron_value"]["days"], [0])

    def test_a_start_without_offset_is_in_the_campaigns_zone(self):
        campaign = self.create()
        self.api.post(f"/campaigns/{campaign}/schedule", SCHEDULE | {"schedule_start_time": "2026-07-01T09:00:00"})
        self.assertEqual(self.get(campaign)["schedule_start_time"], "2026-07-01T06:00:00.000Z")

    def test_schedules_that_cannot_be(self):
        campaign = self.create()
        for field, value in (
            ("timezone", "Mars/Base"),
            ("days_of_the_week", []),
            ("days_of_the_week", [8]),
            ("start_hour", "24:00"),
            ("end_hour", "9:00"),
            ("min_time_btw_emails", 2),
            ("max_new_leads_per_day", 0),
            ("schedule_start_time", "tomorrow"),
        ):
            with self.subTest(field=field, value=value):
                answer = self.api.post(f"/campaigns/{campaign}/schedule", SCHEDULE | {field: value})
                self.assertTrue(self.assert_error(answer, 422)["field"].startswith(field))
        for field in SCHEDULE.keys() - {"schedule_start_time"}:
            with self.subTest(missing=field):
                body = {k: v for k, v in SCHEDULE.items() if k != field}
                self.assert_error(self.api.post(f"/campaigns/{campaign}/schedule", body), 422, field)
        self.assertIsNone(self.get(campaign)["scheduler_cron_value"])

    # ---- Settings.

    def test_settings_left_out_keep_their_value(self):
        campaign = self.create(name="before")
        settings = {
            "track_settings": ["DONT_TRACK_EMAIL_OPEN"],
            "stop_lead_settings": "CLICK_ON_A_LINK",
            "unsubscribe_text": "no more",
            "send_as_plain_text": True,
            "follow_up_percentage": 55,
            "enable_ai_esp_matching": True,
            "bounce_autopause_threshold": "6",
            "out_of_office_detection_settings": {"ignoreOOOasReply": True, "reactivateOOOwithDelay": None},
            "ai_categorisation_options": [1, "2"],
        }
        self.assertEqual(self.api.post(f"/campaigns/{campaign}/settings", settings).status, 200)
        self.assertEqual(self.api.patch(f"/campaigns/{campaign}/settings", {"name": "after"}).status, 200)
        self.assertEqual(self.api.post(f"/campaigns/{campaign}/settings").status, 200)
        read = self.get(campaign)
        self.assertEqual(read["name"], "after")
        self.assertEqual(read["track_settings"], ["DONT_EMAIL_OPEN"])
        self.assertEqual(read["stop_lead_settings"], "CLICK_ON_A_LINK")
        self.assertEqual(read["unsubscribe_text"], "no more")
        self.assertEqual((read["send_as_plain_text"], read["follow_up_percentage"]), (True, 55))

    def test_tracking_in_every_vocabulary(self):
        campaign = self.create()
        for given, expected in (
            ([], []),
            (["DONT_LINK_CLICK", "DONT_TRACK_REPLY_TO_AN_EMAIL"], ["DONT_LINK_CLICK", "DONT_REPLY_TO_AN_EMAIL"]),
            ({"track_open": False, "track_click": True}, ["DONT_EMAIL_OPEN", "DONT_REPLY_TO_AN_EMAIL"]),
            (["TRACK_EMAIL_OPEN"], ["DONT_LINK_CLICK"]),
        ):
            with self.subTest(given=given):
                answer = self.api.post(f"/campaigns/{campaign}/settings", {"track_settings": given})
                self.assertEqual(answer.status, 200, answer)
                self.assertEqual(self.get(campaign)["track_settings"], expected)

    def test_settings_that_cannot_be(self):
        campaign = self.create()
        for field, value in (
            ("track_settings", ["NOTHING"]),
            ("track_settings", ["TRACK_EMAIL_OPEN", "DONT_LINK_CLICK"]),
            ("stop_lead_settings", "NEVER"),
            ("follow_up_percentage", 101),
            ("follow_up_percentage", -1),
            ("bounce_autopause_threshold", "many"),
            ("bounce_autopause_threshold", 101),
            ("client_id", 999),
        ):
            with self.subTest(field=field, value=value):
                self.assert_error(self.api.post(f"/campaigns/{campaign}/settings", {field: value}), 422, field)

    # ---- Status.

    def test_a_start_needs_schedule_sequence_and_account(self):
        campaign = self.create()
        status = f"/campaigns/{campaign}/status"
        self.assertIn("schedule", self.assert_error(self.api.post(status, {"status": "START"}), 422)["message"])
        self.api.post(f"/campaigns/{campaign}/schedule", SCHEDULE)
        self.assertIn("sequence", self.assert_error(self.api.post(status, {"status": "START"}), 422)["message"])
        self.api.post(f"/campaigns/{campaign}/sequences", {"sequences": [step(1)]})
        self.assertIn("account", self.assert_error(self.api.patch(status, {"status": "ACTIVE"}), 422)["message"])

    def test_status_words(self):
        status = f"/campaigns/{self.create()}/status"
        for body in ({"status": "GO"}, {}, {"status": "PAUSED"}):
            self.assert_error(self.api.post(status, body), 422, "status")
        self.assertEqual(self.api.post(status, {"status": "STOP"}).status, 200)
        self.assertEqual(self.api.get(status.removesuffix("/status")).json["status"], "STOPPED")
        self.assert_error(self.api.post(status, {"status": "START"}), 422, "status")

    # ---- Sequences.

    def test_a_sequence_is_written_and_read(self):
        path = f"/campaigns/{self.create()}/sequences"
        variants = [
            {"subject": "a", "email_body": "A {{first_name}}", "variant_label": "A"},
            {"email_body": "B"},
        ]
        first = step(1, seq_variants=variants, variant_distribution_type="MANUAL_EQUAL")
        saved = self.api.post(path, {"sequences": [first, step(2)]})
        ids = [s["id"] for s in saved.json["data"]["sequences"]]
        read = self.api.get(path).json
        self.assertEqual([s["id"] for s in read], ids)
        self.assertEqual([v["variant_label"] for v in read[0]["sequence_variants"]], ["A", "B"])
        self.assertIsNone(read[1]["sequence_variants"])
        self.assertEqual(read[1]["seq_delay_details"]["delayInDays"], 1)

    def test_a_saved_sequence_is_the_whole_sequence(self):
        path = f"/campaigns/{self.create()}/sequences"
        saved = self.api.post(path, {"sequences": [step(1), step(2)]}).json["data"]["sequences"]
        kept = saved[0]["id"]
        self.api.post(path, {"sequences": [step(1, id=kept, subject="changed"), step(3)]})
        read = self.api.get(path).json
        self.assertEqual([(s["seq_number"], s["subject"]) for s in read], [(1, "changed"), (3, "S")])
        self.assertEqual(read[0]["id"], kept)
        self.assertEqual(self.api.post(path, {"sequences": []}).status, 200)
        self.assertEqual(self.api.get(path).json, [])

    def test_sequence_dialects(self):
        campaign = self.create()
        camel = {
            "seq_number": "1",
            "seq_delay_details": {"delayInDays": 0},
            "email_body": "x",
            "variants": [{"email_body": "v", "distribution": "100", "variant_id": 1}],
            "variant_distribution_type": "MANUAL_PERCENTAGE",
        }
        for path, body in (
            ("/sequences", {"sequence": [camel]}),
            ("/sequences", [camel]),
            ("/sequences", camel),
            ("/sequence", {"sequences": [camel]}),
        ):
            with self.subTest(path=path, body=body):
                answer = self.api.post(f"/campaigns/{campaign}{path}", body)
                self.assertEqual(answer.status, 200, answer)
                self.assertEqual(len(self.api.get(f"/campaigns/{campaign}/sequences").json), 1)

    def test_sequences_that_cannot_be(self):
        path = f"/campaigns/{self.create()}/sequences"
        share = [{"email_body": "x", "variant_distribution_percentage": 50}]
        for expected, steps in (
            ("sequences.0.seq_delay_details", [{"seq_number": 1, "email_body": "x"}]),
            ("sequences.0.seq_delay_details", [step(1, seq_delay_details=3)]),
            ("sequences.0.seq_delay_details.delay_in_days", [step(1, seq_delay_details={"delay_in_days": 366})]),
            ("sequences.1.seq_number", [step(1), step(1)]),
            ("sequences.0.email_body", [step(1, email_body="")]),
            ("sequences.0.email_body", [step(1, email_body="{% if x %}open")]),
            ("sequences.0.variant_distribution_type", [step(1, variant_distribution_type="RANDOM")]),
            ("sequences.0.seq_variants", [step(1, variant_distribution_type="MANUAL_PERCENTAGE", seq_variants=share)]),
            ("sequences.0.winning_metric_property", [step(1, variant_distribution_type="AI_EQUAL")]),
        ):
            with self.subTest(expected=expected):
                self.assert_error(self.api.post(path, {"sequences": steps}), 422, expected)
        self.assert_error(self.api.post(path, {"sequences": [step(1, id=999999)]}), 404)
        self.assertEqual(self.api.get(path).json, [])


if __name__ == "__main__":
    unittest.main()
