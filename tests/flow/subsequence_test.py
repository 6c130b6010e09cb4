"""A lead that answers goes on in a subsequence: same mailbox, same thread, until it answers again."""

import unittest

from support.campaign import DAY, HOUR, MINUTE, Campaign, FlowTest, answer_to, html_of, links_in, message_of, step

STEPS = [step("Pallets, {{first_name}}", "<p>One</p>"), step("", "<p>Never</p>", after_days=2)]
INNER = [step("", "<p>Prices for {{first_name}}</p>"), step("", "<p>Any questions?</p>", after_days=1)]
INTERESTED, MEETING = 1, 2


class SubsequenceTest(FlowTest):
    def subsequence(self, parent, conditions=(), steps=INNER, **body):
        made = self.api.post("/campaigns/create-subsequence", {
            "parent_campaign_id": parent.id, "subsequence_name": "Prices", "condition_events": list(conditions)} | body)
        self.assertEqual(made.status, 200, made)
        child = Campaign(self.api, made.json["id"])
        saved = self.api.post(child.path + "/sequences", {
            "sequences": [{"seq_number": number} | one for number, one in enumerate(steps, 1)]})
        self.assertEqual(saved.status, 200, saved)
        child.start()
        self.addCleanup(self._retire, child)
        return child

    def answered(self, address, **more):
        """A campaign with two mailboxes whose one lead has answered."""
        boxes = [self.mailbox(), self.mailbox()]
        campaign = self.campaign(STEPS, boxes, [address])
        sent = self.peer.wait_for(1)[0]
        return campaign, next(box for box in boxes if box.address == sent["from"]), sent

    def reply(self, campaign, box, sent, text, address):
        answers = f"SELECT id FROM message WHERE campaign_id = {campaign.id} AND kind = 3"
        before = len(self.server.database.query(answers))
        box.deliver(answer_to(sent, text))
        self.eventually(lambda: len(self.server.database.query(answers)) == before + 1, "the answer is stored")
        return campaign.entry(address)["campaign_lead_map_id"]

    def label(self, campaign, address, category):
        path = f"{campaign.path}/leads/{campaign.lead_id(address)}/category"
        answer = self.api.post(path, {"category_id": category})
        self.assertEqual(answer.status, 200, answer)

    def assert_continues(self, mail, first):
        """In the thread of `first`, from the same mailbox."""
        inner, outer = message_of(mail), message_of(first)
        self.assertEqual(mail["from"], first["from"])
        self.assertEqual(inner["From"], outer["From"])
        self.assertEqual(inner["Subject"], "Re: " + outer["Subject"])
        self.assertEqual(inner["In-Reply-To"], outer["Message-ID"])
        self.assertTrue(inner["References"].startswith(outer["Message-ID"]))

    def test_an_answer_brings_the_lead_in_and_a_second_one_ends_it(self):
        campaign, box, sent = self.answered("jane@inner.example")
        child = self.subsequence(campaign, ["REPLY_AN_EMAIL"])
        self.reply(campaign, box, sent, "What do they cost?", "jane@inner.example")
        mails = self.peer.wait_for(2)
        self.assert_continues(mails[1], sent)
        self.assertIn("Prices for Jane", mails[1]["data"])
        self.assertEqual(campaign.lead_status("jane@inner.example"), "STOPPED")

        self.reply(child, box, mails[1], "Thank you, we will call.", "jane@inner.example")
        self.eventually(lambda: child.lead_status("jane@inner.example") == "STOPPED", "the subsequence is over")
        self.server.advance(4 * DAY)
        self.assert_quiet(2)
        self.assertEqual(child.status, "ACTIVE")

    def test_a_subsequence_goes_on_with_its_own_steps(self):
        campaign, box, sent = self.answered("jo@steps.example")
        child = self.subsequence(campaign, [{"eventType": "REPLY_TEXT_CONTAINS", "text": "COST"}])
        self.reply(campaign, box, sent, "What do they cost?", "jo@steps.example")
        second = self.peer.wait_for(2)[1]
        settled = f"SELECT COUNT(*) FROM outgoing WHERE state = 2 AND campaign_id = {child.id}"
        self.eventually(lambda: self.server.database.query(settled) == [["1"]], "the mail is settled")
        self.server.advance(DAY + HOUR)
        third = message_of(self.peer.wait_for(3)[2])
        self.assertEqual(third["In-Reply-To"], message_of(second)["Message-ID"])
        self.assertEqual(third["Subject"], message_of(second)["Subject"])

    def test_a_category_brings_the_lead_in_and_a_second_answer_ends_it(self):
        campaign, box, sent = self.answered("ida@labelled.example")
        child = self.subsequence(campaign, [{"eventType": "REPLY_AN_EMAIL", "categoryId": MEETING}])
        self.reply(campaign, box, sent, "Could we talk?", "ida@labelled.example")
        self.label(campaign, "ida@labelled.example", INTERESTED)
        self.assert_quiet(1)
        self.assertEqual(child.leads(), [])
        self.label(campaign, "ida@labelled.example", MEETING)
        mail = self.peer.wait_for(2)[1]
        self.assert_continues(mail, sent)
        self.reply(child, box, mail, "Monday at nine.", "ida@labelled.example")
        self.eventually(lambda: child.lead_status("ida@labelled.example") == "STOPPED", "the subsequence is over")
        self.server.advance(4 * DAY)
        self.assert_quiet(2)

    def test_a_push_by_hand_waits_for_its_delay(self):
        campaign, box, sent = self.answered("kim@push.example")
        child = self.subsequence(campaign)
        place = self.reply(campaign, box, sent, "Tell me more.", "kim@push.example")
        pushed = self.api.post("/master-inbox/push-to-subsequence", {
            "email_lead_map_id": place, "sub_sequence_id": child.id, "sub_sequence_delay_time": 2})
        self.assertEqual(pushed.status, 200, pushed)
        self.server.advance(DAY)
        self.assert_quiet(1)
        self.server.advance(DAY + HOUR)
        self.assert_continues(self.peer.wait_for(2)[1], sent)
        item = self.inbox(campaignId=[campaign.id])[0]
        self.assertEqual((item["is_pushed_to_sub_sequence"], item["sub_sequence_id"]), (True, child.id))
        self.assertEqual([i["campaign_lead_map_id"] for i in self.inbox(subSequenceId=child.id)], [str(place)])

    def test_a8_with_stop_lead_on_parent_campaign_reply_an_answer_to_the_parent_stops_it(self):
        for stops in (True, False):
            address = f"lee@{str(stops).lower()}.example"
            before = len(self.peer.received())
            boxes = [self.mailbox()]
            campaign = self.campaign(STEPS, boxes, [address])
            sent = self.peer.wait_for(before + 1)[-1]
            child = self.subsequence(campaign)
            place = self.reply(campaign, boxes[0], sent, "Tell me more.", address)
            pushed = self.api.post("/master-inbox/push-to-subsequence", {
                "email_lead_map_id": place, "sub_sequence_id": child.id, "sub_sequence_delay_time": 3,
                "stop_lead_on_parent_campaign_reply": stops})
            self.assertEqual(pushed.status, 200, pushed)
            self.reply(campaign, boxes[0], sent, "One more thing.", address)
            self.assertEqual(child.lead_status(address), "STOPPED" if stops else "INPROGRESS")

    def test_a_click_on_the_link_brings_the_lead_in(self):
        box = self.mailbox()
        campaign = self.campaign([step("Look", '<p><a href="https://shop.example/pricing">Prices</a></p>')], [box],
                                 ["max@click.example"])
        child = self.subsequence(campaign, [{"eventType": "CLICK_ON_A_LINK", "eventSubType": "/pricing"}])
        sent = self.peer.wait_for(1)[0]
        self.server.advance(HOUR)
        link = next(link for link in links_in(html_of(sent)) if "/c/" in link)
        self.assertEqual(self.hit(link).status, 302)
        self.eventually(child.leads, "the lead has entered")
        # A hit wakes nobody: the planner looks again within half a minute.
        self.server.advance(MINUTE)
        self.assert_continues(self.peer.wait_for(2)[1], sent)

    def test_unsubscribed_leads_never_enter(self):
        campaign, box, sent = self.answered("amy@leave.example")
        child = self.subsequence(campaign, ["REPLY_AN_EMAIL", "LEAD_CATEGORY_UPDATED"])
        box.deliver(answer_to(sent, "Please unsubscribe me."))
        self.eventually(lambda: campaign.analytics()["unsubscribed_count"] == "1", "the lead is unsubscribed")
        self.assertEqual(child.leads(), [])
        self.server.advance(4 * DAY)
        self.assert_quiet(1)


if __name__ == "__main__":
    unittest.main()
