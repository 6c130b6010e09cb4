"""Windows, gaps and caps: what must wait waits, and leaves when its time has come."""

import unittest

from support.campaign import DAY, HOUR, MINUTE, FlowTest, step, today_at

STEPS = [step("Hello", "<p>Hello</p>")]
OFFICE_HOURS = {"start_hour": "09:00", "end_hour": "17:00"}


class WindowTest(FlowTest):
    test_clock = today_at(6)  # each test moves the clock on; none depends on the hour it finds

    def to_hour(self, hour):
        """To the next such hour, a minute past."""
        now = self.server.now()
        seconds = (hour - now.hour) * HOUR - now.minute * MINUTE - now.second + MINUTE
        self.server.advance(seconds if seconds > 0 else seconds + DAY)

    def addresses(self, count, domain):
        return [f"lead{number}@{domain}.example" for number in range(count)]

    def test_outside_the_window_nothing_leaves_and_inside_it_does(self):
        self.to_hour(6)
        campaign = self.campaign(STEPS, [self.mailbox()], self.addresses(3, "window"), schedule=OFFICE_HOURS)
        self.assert_quiet(0)
        self.server.advance(2 * HOUR)
        self.assert_quiet(0)
        self.assertEqual(campaign.status, "ACTIVE")
        self.server.advance(HOUR)
        self.peer.wait_for(3)

        self.to_hour(18)
        campaign.add_leads(["late@window.example"])
        self.assert_quiet(3)
        self.to_hour(9)
        self.assertEqual(self.peer.wait_for(4)[3]["to"], ["late@window.example"])

    def test_a_day_that_is_not_chosen_is_skipped(self):
        self.to_hour(8)
        tomorrow = (self.server.now().isoweekday() + 1) % 7
        self.campaign(STEPS, [self.mailbox()], ["jane@days.example"],
                      schedule=OFFICE_HOURS | {"days_of_the_week": [tomorrow]})
        self.server.advance(4 * HOUR)
        self.assert_quiet(0)
        self.server.advance(DAY)
        self.peer.wait_for(1)

    def test_a_mailbox_rests_between_two_mails(self):
        self.to_hour(10)
        self.campaign(STEPS, [self.mailbox()], self.addresses(3, "gap"), gap=True)
        self.peer.wait_for(1)
        self.server.advance(2 * MINUTE)
        self.assert_quiet(1, seconds=0.3)
        for count in (2, 3):
            self.server.advance(6 * MINUTE)
            self.peer.wait_for(count)
            self.assert_quiet(count, seconds=0.3)

    def test_new_leads_of_a_day_are_counted(self):
        self.to_hour(10)
        campaign = self.campaign(STEPS, [self.mailbox(), self.mailbox()], self.addresses(5, "new"),
                                 schedule={"max_new_leads_per_day": 2})
        for count in (2, 4):
            self.peer.wait_for(count)
            self.assert_quiet(count)
            self.assertEqual(campaign.status, "ACTIVE", "a cap defers, it never pauses")
            self.server.advance(DAY)
        self.peer.wait_for(5)

    def test_a_mailbox_sends_no_more_than_its_cap(self):
        self.to_hour(1)
        campaign = self.campaign(STEPS, [self.mailbox(max_email_per_day=8)], self.addresses(11, "cap"))
        self.peer.wait_for(8)
        self.assert_quiet(8)
        self.server.advance(6 * HOUR)
        self.assert_quiet(8)
        self.assertEqual(campaign.status, "ACTIVE")
        self.to_hour(1)
        self.peer.wait_for(11)


if __name__ == "__main__":
    unittest.main()
