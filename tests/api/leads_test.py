"""Leads, categories and the block list over HTTP: every operation, limit, dialect and refusal."""

import unittest

from support.outrider import ServerTest

CATEGORIES = ["Interested", "Meeting Request", "Not Interested", "Do Not Contact", "Information Request",
              "Out Of Office", "Wrong Person"]


class LeadsTest(ServerTest):
    counter = 0

    def address(self, domain=None):
        LeadsTest.counter += 1
        return f"p{LeadsTest.counter}@{domain or f'firm{LeadsTest.counter}.example'}"

    def campaign(self, **body):
        return self.api.post("/campaigns/create", {"name": "C"} | body).json["id"]

    def add(self, campaign, leads, **settings):
        answer = self.api.post(f"/campaigns/{campaign}/leads", {"lead_list": leads, "settings": settings})
        self.assertEqual(answer.status, 200, answer)
        return answer.json

    def add_one(self, campaign, address=None, **more):
        """Adds one lead; its address and id."""
        address = address or self.address()
        added = self.add(campaign, [{"email": address} | more], return_lead_ids=True)
        return address, int(added["emailToLeadIdMap"]["newlyAddedLeads"][address])

    def lead(self, address):
        return self.api.get("/leads", query={"email": address}).json

    def listed(self, campaign, **query):
        answer = self.api.get(f"/campaigns/{campaign}/leads", query=query)
        self.assertEqual(answer.status, 200, answer)
        return answer.json

    def status(self, campaign, lead):
        return next(e["status"] for e in self.listed(campaign)["data"] if e["lead"]["id"] == lead)

    # ---- Adding.

    def test_leads_are_added_with_their_data_and_listed(self):
        campaign = self.campaign()
        address = self.address()
        added = self.add(campaign, [{
            "email": address, "first_name": "Mira", "last_name": "Lopez", "phone_number": 14155550123,
            "company_name": "Northwind", "website": "n.example", "location": "Lisbon",
            "linkedin_profile": "https://l.example/m", "company_url": "n.example",
            "custom_fields": {"job_title": "Head", "size": 12, "vip": True, "none": None},
        }])
        self.assertEqual((added["ok"], added["upload_count"], added["total_leads"], added["added_count"]), (True, 1, 1, 1))
        self.assertNotIn("emailToLeadIdMap", added)
        listed = self.listed(campaign)
        self.assertEqual((listed["total_leads"], listed["offset"], listed["limit"]), ("1", 0, 100))
        entry = listed["data"][0]
        self.assertEqual((entry["status"], entry["lead_category_id"]), ("STARTED", None))
        lead = entry["lead"]
        self.assertIsInstance(lead["id"], int)
        self.assertEqual(lead["phone_number"], "14155550123")
        self.assertEqual(lead["custom_fields"], {"job_title": "Head", "size": "12", "vip": "true"})
        self.assertEqual((lead["is_unsubscribed"], lead["unsubscribed_client_id_map"]), (False, None))
        by_email = self.lead(address.upper())
        self.assertEqual(by_email["id"], str(lead["id"]))
        self.assertEqual(by_email["lead_campaign_data"][0]["campaign_id"], campaign)
        self.assertEqual(by_email["lead_campaign_data"][0]["campaign_lead_map_id"], entry["campaign_lead_map_id"])

    def test_each_row_is_counted_by_what_became_of_it(self):
        campaign = self.campaign()
        known, _ = self.add_one(campaign)
        gone, gone_id = self.add_one(self.campaign())
        self.assertTrue(self.api.post(f"/leads/{gone_id}/unsubscribe").json["ok"])
        blocked = self.address("blocked-host.example")
        self.api.post("/leads/add-domain-block-list", {"domain_block_list": ["blocked-host.example"]})
        new = self.address()
        added = self.add(campaign, [{"email": e} for e in (new, new.upper(), known, gone, blocked, "nobody", "")],
                         return_lead_ids=True)
        self.assertEqual({k: added[k] for k in (
            "upload_count", "total_leads", "added_count", "skipped_count", "duplicate_count", "block_count",
            "invalid_email_count", "invalid_emails", "already_added_to_campaign", "unsubscribed_leads", "bounce_count",
            "is_lead_limit_exhausted", "lead_import_stopped_count")}, {
            "upload_count": 7, "total_leads": 1, "added_count": 1, "skipped_count": 6, "duplicate_count": 1,
            "block_count": 1, "invalid_email_count": 2, "invalid_emails": ["nobody", ""],
            "already_added_to_campaign": 1, "unsubscribed_leads": [gone], "bounce_count": 0,
            "is_lead_limit_exhausted": False, "lead_import_stopped_count": 0})
        self.assertEqual([s["reason"] for s in added["skipped_leads"]],
                         ["duplicate in this request", "already in this campaign", "unsubscribed", "on the block list",
                          "invalid address", "invalid address"])
        ids = added["emailToLeadIdMap"]
        self.assertEqual(list(ids["newlyAddedLeads"]), [new])
        self.assertEqual(list(ids["existingLeads"]), [known])
        self.assertEqual(ids["existingLeadsInOtherCampaigns"], {})
        let_in = self.add(campaign, [{"email": gone}, {"email": blocked}],
                          ignore_global_block_list=True, ignore_unsubscribe_list=True)
        self.assertEqual(let_in["total_leads"], 2)

    def test_adding_the_same_leads_again_changes_nothing_but_their_data(self):
        campaign, other = self.campaign(), self.campaign()
        address, lead = self.add_one(campaign, first_name="Old", last_name="Name", custom_fields={"a": "1", "b": "2"})
        for _ in range(2):
            again = self.add(campaign, [{"email": address, "first_name": "New", "last_name": "",
                                         "custom_fields": {"b": "3", "c": "4"}}])
            self.assertEqual((again["total_leads"], again["already_added_to_campaign"]), (0, 1))
        self.add(other, [{"email": address, "location": "Oslo"}])
        found = self.lead(address)
        self.assertEqual((found["first_name"], found["last_name"], found["location"]), ("New", "Name", "Oslo"))
        self.assertEqual(found["custom_fields"], {"a": "1", "b": "3", "c": "4"})
        self.assertEqual(len(found["lead_campaign_data"]), 2)
        self.assertEqual(self.listed(campaign)["total_leads"], "1")

    def test_leads_of_other_campaigns_are_left_out_when_asked(self):
        address, lead = self.add_one(self.campaign())
        for settings in ({"ignore_duplicate_leads_in_other_campaign": True}, {"allow_duplicate": False}):
            campaign = self.campaign()
            added = self.add(campaign, [{"email": address}], return_lead_ids=True, **settings)
            self.assertEqual(added["total_leads"], 0)
            self.assertEqual(added["emailToLeadIdMap"]["existingLeadsInOtherCampaigns"], {address: str(lead)})
            self.assertEqual(added["skipped_leads"], [{"email": address, "reason": "in another campaign"}])
            allowed = self.add(campaign, [{"email": address}], allow_duplicate=True)
            self.assertEqual(allowed["total_leads"], 1)

    def test_every_dialect_of_adding_is_understood(self):
        bodies = [
            lambda e: {"leads": [{"email": e, "company": "Co", "phone": "1"}]},
            lambda e: {"email": e, "company": "Co", "phone": 1},
            lambda e: [{"email": e, "company_name": "Co", "phone_number": "1"}],
            lambda e: {"lead_list": {"email": e, "company_name": "Co", "phone_number": "1"}},
            lambda e: {"lead_list": [{"email": e, "company_name": "Co", "phone_number": "1"}],
                       "ignore_global_block_list": True, "skip_community_bounce_list": True,
                       "settings": {"update": True}},
        ]
        for body in bodies:
            campaign, address = self.campaign(), self.address()
            answer = self.api.post(f"/campaigns/{campaign}/leads/", body(address))
            self.assertEqual((answer.status, answer.json["total_leads"]), (200, 1), answer)
            found = self.lead(address)
            self.assertEqual((found["company_name"], found["phone_number"]), ("Co", "1"))
        campaign, address = self.campaign(), self.address()
        flat = self.api.post(f"/campaigns/{campaign}/leads", {"lead_list": [{"email": address}], "return_lead_ids": True})
        self.assertIn(address, flat.json["emailToLeadIdMap"]["newlyAddedLeads"])

    def test_limits_of_adding(self):
        campaign = self.campaign()
        path = f"/campaigns/{campaign}/leads"
        rows = [{"email": self.address("many.example")} for _ in range(400)]
        self.assertEqual(self.add(campaign, rows)["total_leads"], 400)
        self.assertEqual(self.listed(campaign)["total_leads"], "400")
        refused = self.api.post(path, {"lead_list": rows + [{"email": "x@y.example"}]})
        self.assert_error(refused, 422, "lead_list", provided_count=401, max_allowed=400)
        self.assert_error(self.api.post(path, {"lead_list": []}), 422, "lead_list")
        self.assert_error(self.api.post(path, {}), 422, "lead_list")
        self.assert_error(self.api.post(path, {"lead_list": [{"first_name": "A"}]}), 422, "lead_list.0.email")
        self.assert_error(self.api.post(path, {"lead_list": [{"email": "a@b.example"}], "lead_list_ids": [1]}), 422,
                          "lead_list_ids")
        self.assert_error(self.api.post(path, raw=b"{nonsense"), 400)
        self.assert_error(self.api.post("/campaigns/999999/leads", {"lead_list": [{"email": "a@b.example"}]}), 404)
        self.assert_error(self.api.post("/campaigns/0/leads", {"lead_list": [{"email": "a@b.example"}]}), 422, "campaign_id")

    def test_limits_of_custom_fields(self):
        campaign = self.campaign()
        path = f"/campaigns/{campaign}/leads"

        def post(fields, address=None):
            return self.api.post(path, {"lead_list": [{"email": address or self.address(), "custom_fields": fields}]})

        many = {f"k{i}": "v" for i in range(200)}
        address = self.address()
        self.assertEqual(post(many, address).json["total_leads"], 1)
        self.assert_error(post(many | {"k200": "v"}), 422, "lead_list.0.custom_fields")
        self.assertEqual(post({"k" * 100: "v" * 10_000}).status, 200)
        self.assert_error(post({"k" * 101: "v"}), 422, "lead_list.0.custom_fields")
        self.assert_error(post({"": "v"}), 422, "lead_list.0.custom_fields")
        self.assert_error(post({"k": "v" * 10_001}), 422, "lead_list.0.custom_fields.k")
        self.assert_error(post({"k": {"deep": 1}}), 422, "lead_list.0.custom_fields.k")
        full = post({"one more": "v"}, address).json
        self.assertEqual(full["skipped_leads"], [{"email": address, "reason": "more than 200 custom fields"}])
        self.assertEqual(len(self.lead(address)["custom_fields"]), 200)

    def test_a_stopped_campaign_takes_no_leads(self):
        campaign = self.campaign()
        self.assertEqual(self.api.post(f"/campaigns/{campaign}/status", {"status": "STOPPED"}).status, 200)
        refused = self.api.post(f"/campaigns/{campaign}/leads", {"lead_list": [{"email": self.address()}]})
        self.assert_error(refused, 422)
        self.assertEqual(self.listed(campaign)["total_leads"], "0")

    # ---- Reading.

    def test_pages_and_filters_of_the_list(self):
        campaign = self.campaign()
        leads = [self.add_one(campaign) for _ in range(5)]
        page = self.listed(campaign, offset=1, limit=2)
        self.assertEqual([e["lead"]["email"] for e in page["data"]], [leads[1][0], leads[2][0]])
        self.assertEqual((page["total_leads"], page["offset"], page["limit"]), ("5", 1, 2))
        self.assertEqual(self.listed(campaign, offset=9)["data"], [])
        self.api.post(f"/campaigns/{campaign}/leads/{leads[0][1]}/pause")
        self.api.post(f"/campaigns/{campaign}/leads/{leads[1][1]}/unsubscribe")
        for query, expected in [
            ({"status": "PAUSED"}, [leads[0]]),
            ({"status": "STOPPED"}, [leads[1]]),
            ({"status": "STARTED"}, leads[2:]),
            ({"status": "BLOCKED"}, []),
            ({"status": "INPROGRESS"}, []),
            ({"status": "COMPLETED"}, []),
            ({"emailStatus": "is_unsubscribed"}, [leads[1]]),
            ({"created_at_gt": "2020-01-01T00:00:00Z"}, leads),
            ({"created_at_gt": "2099-01-01T00:00:00+02:00"}, []),
            ({"last_sent_time_gt": "2020-01-01"}, []),
            ({"event_time_gt": "2020-01-01"}, []),
            ({"lead_category_id": 1}, []),
            *(({"emailStatus": word}, []) for word in (
                "is_opened", "is_clicked", "is_replied", "is_bounced", "is_spam", "is_accepted", "not_replied",
                "is_sender_bounced")),
        ]:
            page = self.listed(campaign, **query)
            self.assertEqual([e["lead"]["email"] for e in page["data"]], [address for address, _ in expected], query)
            self.assertEqual(page["total_leads"], str(len(expected)), query)

    def test_queries_of_the_list_that_cannot_be_are_refused(self):
        campaign = self.campaign()
        for query, field in [({"limit": 101}, "limit"), ({"limit": 0}, "limit"), ({"offset": -1}, "offset"),
                             ({"status": "DONE"}, "status"), ({"emailStatus": "opened"}, "emailStatus"),
                             ({"created_at_gt": "yesterday"}, "created_at_gt"), ({"lead_category_id": 0}, "lead_category_id")]:
            self.assert_error(self.api.get(f"/campaigns/{campaign}/leads", query=query), 422, field)
        self.assert_error(self.api.get("/campaigns/999999/leads"), 404)

    def test_an_unknown_address_is_an_empty_object(self):
        self.assertEqual(self.api.get("/leads/", query={"email": "nobody@nowhere.example"}).json, {})
        self.assert_error(self.api.get("/leads"), 422, "email")
        self.assert_error(self.api.get("/leads", query={"email": "nobody"}), 422, "email")

    # ---- Changing.

    def test_a_lead_is_updated_everywhere(self):
        campaign = self.campaign()
        address, lead = self.add_one(campaign, first_name="A", location="Bonn", custom_fields={"a": "1"})
        path = f"/campaigns/{campaign}/leads/{lead}"
        self.assertEqual(self.api.post(path + "/", {
            "email": address, "company_name": "Group", "phone_number": 5, "location": None,
            "custom_fields": {"b": "2"}}).json, {"ok": True})
        found = self.lead(address)
        self.assertEqual((found["first_name"], found["company_name"], found["phone_number"], found["location"]),
                         ("A", "Group", "5", None))
        self.assertEqual(found["custom_fields"], {"a": "1", "b": "2"})
        moved = self.address()
        self.assertEqual(self.api.post(path, {"email": moved.upper()}).status, 200)
        self.assertEqual(self.lead(address), {})
        self.assertEqual(self.lead(moved)["id"], str(lead))
        self.assertEqual(self.api.post(path, {"first_name": "B"}).status, 200)
        self.assertEqual(self.lead(moved)["first_name"], "B")

    def test_updates_that_cannot_be_are_refused(self):
        campaign = self.campaign()
        address, lead = self.add_one(campaign)
        taken, _ = self.add_one(campaign)
        path = f"/campaigns/{campaign}/leads/{lead}"
        self.assert_error(self.api.post(path, {"email": taken}), 422, "email")
        self.assert_error(self.api.post(path, {"email": "nobody"}), 422, "email")
        self.assert_error(self.api.post(path, {"email": address, "first_name": 7}), 422, "first_name")
        self.assert_error(self.api.post(path, {"custom_fields": {f"k{i}": "v" for i in range(201)}}), 422, "custom_fields")
        self.assert_error(self.api.post(path, raw=b"nonsense"), 400)
        self.assert_error(self.api.post(f"/campaigns/999999/leads/{lead}", {"email": address}), 404)
        self.assert_error(self.api.post(f"/campaigns/{campaign}/leads/999999", {"email": address}), 404)

    def test_a_lead_is_paused_and_resumed(self):
        campaign = self.campaign()
        _, lead = self.add_one(campaign)
        path = f"/campaigns/{campaign}/leads/{lead}"
        for _ in range(2):
            self.assertEqual(self.api.post(path + "/pause").json, {"ok": True, "data": "success"})
            self.assertEqual(self.status(campaign, lead), "PAUSED")
        for body in ({"resume_lead_with_delay_days": 4}, {"resume_lead_with_delay_days": None}, None):
            self.assertEqual(self.api.post(path + "/resume", body).json, {"ok": True, "data": "success"})
            self.assertEqual(self.status(campaign, lead), "STARTED")
        self.assert_error(self.api.post(path + "/resume", {"resume_lead_with_delay_days": -1}), 422,
                          "resume_lead_with_delay_days")
        self.assert_error(self.api.post(path + "/resume", {"resume_lead_with_delay_days": "soon"}), 422,
                          "resume_lead_with_delay_days")
        self.api.post(path + "/unsubscribe")
        self.assert_error(self.api.post(path + "/pause"), 422, "lead_id")
        self.assert_error(self.api.post(path + "/resume"), 422, "lead_id")

    def test_actions_on_what_is_not_there_are_not_found(self):
        campaign, other = self.campaign(), self.campaign()
        _, lead = self.add_one(campaign)
        for base in (f"/campaigns/{other}/leads/{lead}", f"/campaigns/999999/leads/{lead}",
                     f"/campaigns/{campaign}/leads/999999"):
            for action in ("pause", "resume", "unsubscribe"):
                self.assert_error(self.api.post(f"{base}/{action}"), 404)
            self.assert_error(self.api.delete(base), 404)
        self.assert_error(self.api.post("/leads/999999/unsubscribe"), 404)
        self.assert_error(self.api.post("/leads/x/unsubscribe"), 422, "lead_id")

    def test_a_lead_goes_with_its_last_campaign(self):
        first, second = self.campaign(), self.campaign()
        address, lead = self.add_one(first)
        self.add(second, [{"email": address}])
        self.assertEqual(self.api.delete(f"/campaigns/{first}/leads/{lead}").json, {"ok": True, "message": "success"})
        self.assertEqual(self.listed(first)["total_leads"], "0")
        self.assertEqual(self.lead(address)["id"], str(lead))
        self.assertEqual(self.api.delete(f"/campaigns/{second}/leads/{lead}").status, 200)
        self.assertEqual(self.lead(address), {})
        self.assert_error(self.api.delete(f"/campaigns/{second}/leads/{lead}"), 404)

    def test_unsubscribing_from_one_campaign_leaves_the_others(self):
        first, second = self.campaign(), self.campaign()
        address, lead = self.add_one(first)
        self.add(second, [{"email": address}])
        for _ in range(2):
            self.assertEqual(self.api.post(f"/campaigns/{first}/leads/{lead}/unsubscribe").json, {"ok": True})
        self.assertEqual(self.status(first, lead), "STOPPED")
        self.assertEqual(self.status(second, lead), "STARTED")
        self.assertFalse(self.lead(address)["is_unsubscribed"])

    def test_unsubscribing_everywhere_holds_for_the_future(self):
        first, second = self.campaign(), self.campaign()
        address, lead = self.add_one(first)
        self.add(second, [{"email": address}])
        self.assertEqual(self.api.post(f"/leads/{lead}/unsubscribe").json, {"ok": True})
        self.assertEqual(self.api.post(f"/leads/{lead}/unsubscribe").json, {"ok": False})
        self.assertEqual((self.status(first, lead), self.status(second, lead)), ("BLOCKED", "BLOCKED"))
        self.assertTrue(self.lead(address)["is_unsubscribed"])
        self.assertEqual(self.add(self.campaign(), [{"email": address}])["unsubscribed_leads"], [address])
        for campaign in (first, second):
            self.api.delete(f"/campaigns/{campaign}/leads/{lead}")
        self.assertEqual(self.lead(address), {})
        self.assertEqual(self.add(first, [{"email": address}])["unsubscribed_leads"], [address])

    # ---- Categories and the block list.

    def test_categories_are_the_nine_by_id(self):
        listed = self.api.get("/leads/fetch-categories").json
        self.assertEqual([c["id"] for c in listed], list(range(1, 10)))
        self.assertEqual([c["name"] for c in listed][:7], CATEGORIES)
        self.assertEqual(listed[0]["sentiment_type"], "positive")
        self.assertEqual(listed[2]["sentiment_type"], "negative")

    def test_the_category_of_a_lead_is_set_changed_and_cleared(self):
        campaign = self.campaign()
        address, lead = self.add_one(campaign)
        path = f"/campaigns/{campaign}/leads/{lead}/category"
        shown = lambda: self.listed(campaign)["data"][0]["lead_category_id"]
        for body, expected in (({"category_id": 6}, 6), ({"category_id": "8", "pause_lead": False}, 8), ({"category_id": None}, None),
                               ({"category": "out of office"}, 6)):
            self.assertEqual(self.api.post(path, body).json, {"ok": True}, body)
            self.assertEqual(shown(), expected, body)
        self.assertEqual(self.status(campaign, lead), "STARTED")
        self.assertEqual(self.api.post(path, {"category_id": 6, "pause_lead": True}).status, 200)
        self.assertEqual(self.status(campaign, lead), "PAUSED")
        for body, field in (({}, "category_id"), ({"category_id": "x"}, "category_id"), ({"category_id": 0}, "category_id"),
                            ({"category_id": 999}, "category_id"), ({"category": "Nonsense"}, "category"),
                            ({"category_id": 1, "pause_lead": "maybe"}, "pause_lead")):
            self.assert_error(self.api.post(path, body), 422, field)
        self.assertEqual(shown(), 6)

    def test_the_block_list_takes_addresses_and_domains(self):
        added = self.api.post("/leads/add-domain-block-list", {
            "domain_block_list": ["Rival.example", "@rival.example", "NoReply@Harbor.example"], "client_id": None}).json
        self.assertEqual((added["uploadCount"], added["totalDomainAdded"], added["success"]), (3, 2, True))
        again = self.api.post("/leads/add-domain-block-list", {"domain_block_list": ["rival.example"]}).json
        self.assertEqual((again["uploadCount"], again["totalDomainAdded"]), (1, 0))
        listed = self.api.get("/leads/get-domain-block-list").json
        self.assertEqual([e["email_or_domain"] for e in listed][:2], ["noreply@harbor.example", "rival.example"])
        self.assertEqual((listed[0]["source"], listed[0]["client_id"]), ("manual", None))

        def find(**query):
            return [e["email_or_domain"] for e in self.api.get("/leads/get-domain-block-list", query=query).json]

        self.assertEqual(find(filter_email_or_domain="ARBOR"), ["noreply@harbor.example"])
        self.assertEqual(find(filter_email_with_domain="rival.example"), ["rival.example"])
        self.assertEqual(find(filter_email_with_domain="rival"), [])
        self.assertEqual(find(filter_client_id=5), [])
        self.assertEqual(find(limit=1), ["noreply@harbor.example"])
        self.assertEqual(find(limit=1, offset=1), ["rival.example"])

    def test_the_block_list_takes_the_other_spelling(self):
        for body in ({"domain": "solo.example"}, {"domain": "duo.example,trio.example"}, {"domain": ["quad.example"]}):
            answer = self.api.post("/leads/add-domain-block-list", body)
            self.assertEqual((answer.status, answer.json["totalDomainAdded"]), (200, answer.json["uploadCount"]), answer)

    def test_block_list_requests_that_cannot_be_are_refused(self):
        path = "/leads/add-domain-block-list"
        self.assert_error(self.api.post(path, {"domain_block_list": []}), 422, "domain_block_list")
        self.assert_error(self.api.post(path, {}), 422, "domain_block_list")
        self.assert_error(self.api.post(path, {"domain_block_list": ["ok.example", "no domain"]}), 422, "domain_block_list.1")
        self.assert_error(self.api.post(path, {"domain_block_list": ["a.example"], "client_id": 77}), 422, "client_id")
        self.assert_error(self.api.post(path, raw=b"nonsense"), 400)
        for query in ({"limit": 1001}, {"limit": 0}, {"offset": -1}, {"filter_client_id": "x"}):
            self.assert_error(self.api.get("/leads/get-domain-block-list", query=query), 422, next(iter(query)))
        self.assertEqual(self.api.get("/leads/get-domain-block-list", query={"limit": 1000}).status, 200)

    def test_leads_of_a_blocked_domain_are_blocked(self):
        campaign = self.campaign()
        _, there = self.add_one(campaign, self.address("mail.enemy.example"))
        _, sister = self.add_one(campaign, self.address("www.enemy.example"))
        _, alike = self.add_one(campaign, self.address("notenemy.example"))
        self.api.post("/leads/add-domain-block-list", {"domain_block_list": ["mail.enemy.example"]})
        self.assertEqual((self.status(campaign, there), self.status(campaign, sister)), ("BLOCKED", "STARTED"))
        self.api.post("/leads/add-domain-block-list", {"domain_block_list": ["enemy.example"]})
        self.assertEqual(self.status(campaign, sister), "BLOCKED")
        self.assertEqual(self.status(campaign, alike), "STARTED")

    def test_another_workspace_sees_nothing(self):
        campaign = self.campaign()
        address, lead = self.add_one(campaign)
        stranger = self.server.client(email=f"s{lead}@stranger.example")
        self.assertEqual(stranger.get("/leads", query={"email": address}).json, {})
        self.assertEqual(stranger.get("/leads/get-domain-block-list").json, [])
        base = f"/campaigns/{campaign}/leads"
        for answer in (stranger.get(base), stranger.post(base, {"lead_list": [{"email": "a@b.example"}]}),
                       stranger.post(f"{base}/{lead}", {"email": address}), stranger.post(f"{base}/{lead}/pause"),
                       stranger.post(f"{base}/{lead}/resume"), stranger.post(f"{base}/{lead}/unsubscribe"),
                       stranger.delete(f"{base}/{lead}"), stranger.post(f"/leads/{lead}/unsubscribe")):
            self.assert_error(answer, 404)


if __name__ == "__main__":
    unittest.main()
