"""The data set that the tests of the inbox's lists share, and what they ask of every page."""

from support.outrider import Client, ServerTest
from support.seed import Seed, now_ms

SECOND = 1000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
VIEWS = ("inbox-replies", "unread-replies", "important", "snoozed", "archived", "scheduled", "reminders", "assigned-me", "sent",
         "views")


class InboxTest(ServerTest):
    """Three campaigns of one workspace and one of another; a handful of threads that no test changes.

    In the inbox, newest reply first: nora, plain, bounced, gone. Not answered: opened, clicked, waiting.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.now = now_ms() // SECOND * SECOND
        cls.member_key = cls.server.create_key("petra@team.example", "Petra Havel", "member")
        cls.member = Client(cls.server, cls.member_key)
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
        talk = seed.conversation
        cls.nora = talk(cls.freight, cls.ivo, replied_at_ms=at(2), email="nora.lindqvist@harborline.example",
                        text="Our budget round is open.", category_id=1, assigned_user_id=2, importance_score=40,
                        revenue_cents=1250050, open_count=2, click_count=1, last_open_at_ms=at(1),
                        lead={"first_name": "Nora", "last_name": "Lindqvist", "company_name": "Harborline AB",
                              "phone_number": "+46 8 555 0142", "custom_fields": '{"Title":"VP"}'})
        cls.plain = talk(cls.freight, cls.eva, replied_at_ms=at(30), sent_at_ms=at(31), text="Été 100% sûr, ÅÄÖ")
        cls.bounced = talk(cls.ports, cls.ivo, replied_at_ms=at(50), category_id=4, is_bounced=1, is_read=1)
        cls.gone = talk(cls.ports, cls.eva, replied_at_ms=at(60), sent_at_ms=at(1), category_id=1, is_unsubscribed=1,
                        sub_sequence_id=cls.follow_up, assigned_user_id=1)
        cls.all = [cls.nora, cls.plain, cls.bounced, cls.gone]
        cls.archived = talk(cls.ports, cls.ivo, replied_at_ms=at(5), is_archived=1, is_important=1)
        cls.snoozed = talk(cls.ports, cls.ivo, replied_at_ms=at(6), snoozed_until_ms=cls.now + DAY)
        cls.opened = talk(cls.ports, cls.ivo, sent_at_ms=at(20), open_count=2, email_status=2, engaged_at_ms=at(10))
        cls.clicked = talk(cls.ports, cls.eva, sent_at_ms=at(21), click_count=1, email_status=3, engaged_at_ms=at(11), category_id=2)
        cls.waiting = talk(cls.freight, cls.eva, sent_at_ms=at(22))
        cls.starred = talk(cls.follow_up, cls.ivo, sent_at_ms=at(100), replied_at_ms=at(90), is_important=1, important_by_hand=1,
                           importance_score=55, is_archived=0, snoozed_until_ms=cls.now + 2 * DAY)
        cls.unanswered = [cls.opened, cls.clicked, cls.waiting]
        cls.hidden = [cls.archived, cls.snoozed, cls.starred]
        cls.every = cls.all + cls.unanswered + cls.hidden
        cls.queue_and_remind(seed)
        seed.flush()
        foreign_key = cls.server.create_key("else@other.example", "Else")
        cls.foreign = Client(cls.server, foreign_key)
        other = Seed(cls.server.database, workspace_id=2)
        cls.foreign_campaign = other.campaign("Foreign")
        cls.foreign_thread = other.conversation(cls.foreign_campaign, other.mailbox("x@other.example"), replied_at_ms=at(1))
        other.flush()

    @classmethod
    def queue_and_remind(cls, seed):
        """Two mails wait for nora and one for plain; nora has two reminders, one overdue."""
        cls.queued = []
        for thread, hours in ((cls.nora, 5), (cls.plain, 3), (cls.nora, 9)):
            message = seed.message(thread, None, kind=1, subject=f"In {hours} hours", text="Later", created_at_ms=cls.now)
            at_ms = cls.now + hours * HOUR
            seed.insert("outgoing", kind=1, campaign_lead_id=thread.id, campaign_id=thread.campaign, step_id=0, reply_key=message.id,
                        message_id=message.id, mailbox_id=thread.mailbox, header_id=message.header_id, state=0, not_before_ms=at_ms,
                        created_at_ms=cls.now)
            message.at_ms = at_ms
            message.thread = thread
            cls.queued.append(message)
        for thread, hours, text in ((cls.nora, -1, "Call her"), (cls.nora, 48, "Ask again"), (cls.bounced, 2, "Another address?")):
            seed.insert("reminder", campaign_lead_id=thread.id, message_id=thread.sent.id, user_id=1, text=text,
                        remind_at_ms=cls.now + hours * HOUR, created_at_ms=cls.now)

    def page(self, filters=None, query=None, api=None, view="inbox-replies", **body):
        if filters is not None:
            body["filters"] = filters
        answer = (api or self.api).post("/master-inbox/" + view, body, query=query)
        self.assertEqual(answer.status, 200, answer)
        return answer.json

    def found(self, filters=None, **body):
        return [int(item["email_lead_map_id"]) for item in self.page(filters, **body)["messages"]]

    def assert_found(self, filters, *threads, view="inbox-replies", **more):
        page = self.page(filters, view=view, **more)
        self.assertEqual([int(item["email_lead_map_id"]) for item in page["messages"]], [t.id for t in threads], filters)
        self.assertEqual(page["total_count"], len(threads), filters)

    def refuse(self, body, field, view="inbox-replies", **facts):
        answer = self.api.post("/master-inbox/" + view, body)
        self.assert_error(answer, 422, field, **facts)
