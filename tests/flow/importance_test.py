"""An answer comes, and the conversation is flagged by what is known and by what was written."""

import unittest

from support.campaign import FlowTest, answer_to, lead, step


class ImportanceTest(FlowTest):
    def important(self, campaign):
        answer = self.api.post("/master-inbox/important", {"filters": {"campaignId": campaign.id}})
        self.assertEqual(answer.status, 200, answer)
        return {item["lead"]["email"]: item["importance_score"] for item in answer.json["messages"]}

    def test_I10_I2_the_score_is_computed_when_an_answer_comes(self):
        box = self.mailbox()
        people = [lead("ceo@one.example", custom_fields={"Title": "CEO"}), lead("clerk@two.example", custom_fields={"Title": "Clerk"})]
        campaign = self.campaign([step("Hello", "<p>Hello</p>")], [box], people)
        for entry in self.peer.wait_for(2):
            box.deliver(answer_to(entry, "Our budget for this year is open."))
        self.eventually(lambda: len(self.inbox(campaignId=[campaign.id])) == 2, "both answers are in the inbox")
        # Title, an answer within four hours, and the word.
        self.eventually(lambda: self.important(campaign) == {"ceo@one.example": 30 + 15 + 10}, "the one is flagged, the other not")


if __name__ == "__main__":
    unittest.main()
