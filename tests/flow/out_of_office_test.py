"""An automatic answer: what it sets, and whether it counts, as the campaign says."""

import unittest

from support.campaign import FlowTest, answer_to, step

STEPS = [step("Hello", "<p>Hello</p>"), step("", "<p>Again</p>", after_days=2)]
OUT_OF_OFFICE = 6


class OutOfOfficeTest(FlowTest):
    def away(self, address, settings):
        """A campaign whose only lead has answered automatically, and its row in the list of leads."""
        box = self.mailbox()
        campaign = self.campaign(STEPS, [box], [address], settings=settings)
        sent = self.peer.wait_for(1)[0]
        box.deliver(answer_to(sent, "I am out of the office and back on Monday.", subject="Automatic reply: Hello",
                              Auto_Submitted="auto-replied"))
        self.eventually(lambda: campaign.entry(address)["lead_category_id"] == OUT_OF_OFFICE, "the category is set")
        return campaign

    def test_ST3_an_automatic_answer_sets_the_category_and_is_no_reply(self):
        campaign = self.away("jane@away.example", None)
        self.assertEqual(campaign.analytics()["reply_count"], "0")
        self.assertEqual(campaign.lead_status("jane@away.example"), "INPROGRESS")

    def test_ST3_it_counts_where_the_campaign_says_so(self):
        settings = {"out_of_office_detection_settings": {"ignoreOOOasReply": False}}
        campaign = self.away("jane@counted.example", settings)
        self.eventually(lambda: campaign.analytics()["reply_count"] == "1", "it counts")


if __name__ == "__main__":
    unittest.main()
