"""Email accounts over HTTP: real logins at a real Dovecot and a scripted SMTP server, every dialect and refusal."""

import pathlib
import sqlite3
import tempfile
import time
import unittest

from support.dovecot import Dovecot
from support.outrider import ENGINE, Client, Server, ServerTest, free_port
from support.smtp_peer import SmtpPeer

PASSWORD = "s3cret-of-the-mailbox"
USERS = [f"user{n}@sender.example" for n in range(40)]


class World:
    """The mail servers of this file, and what to trust."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        path = pathlib.Path(self.folder.name)
        self.dovecot = Dovecot()
        self.dovecot.add_users(USERS, PASSWORD)
        self.smtp = SmtpPeer(path / "log.jsonl", tls=True, users=dict.fromkeys(USERS, PASSWORD))
        self.plain_smtp = SmtpPeer(path / "plain.jsonl", users=dict.fromkeys(USERS, PASSWORD))
        self.ca_file = str(path / "ca.pem")
        trusted = [pathlib.Path(file).read_text() for file in (self.dovecot.ca_file, self.smtp.ca_file)]
        pathlib.Path(self.ca_file).write_text("\n".join(trusted))
        self.free = iter(USERS)

    def close(self):
        self.smtp.stop()
        self.plain_smtp.stop()
        self.dovecot.stop()
        self.folder.cleanup()


def setUpModule():
    global WORLD
    WORLD = World()
    unittest.addModuleCleanup(WORLD.close)


def account(user=None, **more):
    """A body that logs in everywhere, over STARTTLS."""
    user = user or next(WORLD.free)
    return {
        "id": None,
        "from_name": "Sam Reed",
        "from_email": user,
        "user_name": user,
        "password": PASSWORD,
        "smtp_host": "localhost",
        "smtp_port": WORLD.smtp.port,
        "imap_host": "localhost",
        "imap_port": WORLD.dovecot.imap_port,
        "warmup_enabled": False,
    } | more


class MailboxTest(ServerTest):
    @classmethod
    def setUpClass(cls):
        cls.settings = {"NET_CA_FILE": WORLD.ca_file}
        super().setUpClass()

    def save(self, **more):
        answer = self.api.post("/email-accounts/save", account(**more))
        self.assertEqual(answer.status, 200, answer)
        return answer.json["emailAccountId"]

    def read(self, mailbox, **query):
        answer = self.api.get(f"/email-accounts/{mailbox}", query=query)
        self.assertEqual(answer.status, 200, answer)
        return answer.json

    def campaign(self, client=None):
        return (client or self.api).post("/campaigns/create", {"name": "C"}).json["id"]

    def assert_refused(self, answer, code, status=400):
        body = self.assert_error(answer, status)
        self.assertEqual(body["errorCode"], code, body)
        self.assertNotIn(PASSWORD, answer.body.decode())
        return body

    def write_database(self, statement):
        """What no route can do: clients have no operations here."""
        database = self.server.database
        if ENGINE == "postgres":
            database._psql(statement, database.url)
            return
        with sqlite3.connect(database.folder / "outrider.db", timeout=20) as connection:
            connection.execute(statement)


class SavingTest(MailboxTest):
    # ---- What works.

    def test_an_account_is_stored_when_both_logins_work(self):
        user = next(WORLD.free)
        body = account(user, max_email_per_day=45, signature="<p>Sam</p>", bcc="crm@sender.example",
                       custom_tracking_url="https://go.sender.example/", time_to_wait_in_mins=8,
                       different_reply_to_address="answers@sender.example")
        answer = self.api.post("/email-accounts/save", body)
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(answer.json["data"]["from_email"], user)
        self.assertIsNone(answer.json["warmupKey"])

        read = self.read(answer.json["emailAccountId"])
        expected = {
            "from_name": "Sam Reed", "from_email": user, "username": user, "password": None, "imap_password": None,
            "smtp_host": "localhost", "smtp_port": WORLD.smtp.port, "smtp_port_type": "STARTTLS",
            "imap_port_type": "STARTTLS", "message_per_day": 45, "minTimeToWaitInMins": 8, "signature": "<p>Sam</p>",
            "bcc_email": "crm@sender.example", "custom_tracking_domain": "go.sender.example",
            "different_reply_to_address": "answers@sender.example", "is_different_imap_account": False,
            "imap_username": "", "is_smtp_success": True, "is_imap_success": True, "smtp_failure_error": None,
            "imap_failure_error": None, "type": "SMTP", "daily_sent_count": 0, "is_suspended": False,
            "client_id": None, "warmup_details": None,
        }
        self.assertEqual({key: read[key] for key in expected}, expected)
        self.assertNotIn("campaign_ids", read)
        self.assertNotIn("tags", read)

    def test_the_names_of_other_clients_and_numbers_as_text_are_taken(self):
        body = account()
        body["username"] = body.pop("user_name")
        body |= {"message_per_day": "12", "smtp_port": str(body["smtp_port"]), "imap_port": str(body["imap_port"]),
                 "daily_ramp_up": "3", "reply_rate_percentage": "35", "total_warmup_per_day": "20",
                 "warmup_enabled": True, "client_id": None, "custom_tracking_url": "", "bcc": "", "signature": ""}
        answer = self.api.post("/email-accounts/save", body)
        self.assertEqual(answer.status, 200, answer)
        self.assertRegex(answer.json["warmupKey"], r"^[a-z]+-[a-z]+$")
        self.assertEqual(answer.json["data"]["warmup_details"], {"status": "ACTIVE", "total_warmup_per_day": 20})
        read = self.read(answer.json["emailAccountId"])
        self.assertEqual(read["message_per_day"], 12)
        self.assertEqual(read["bcc_email"], None)
        details = read["warmup_details"]
        self.assertEqual((details["status"], details["reply_rate"], details["warmup_reputation"]), ("ACTIVE", 35, "100%"))
        self.assertEqual(details["warmup_key_id"], answer.json["warmupKey"])

    def test_tls_from_the_first_byte_and_clear_text_on_a_private_host(self):
        mailbox = self.save(smtp_port=WORLD.smtp.tls_port, smtp_port_type="SSL",
                            imap_port=WORLD.dovecot.imaps_port, imap_port_type="TLS")
        self.assertEqual(self.read(mailbox)["smtp_port_type"], "SSL")
        self.assertEqual(self.read(mailbox)["imap_port_type"], "SSL")

        mailbox = self.save(smtp_port=WORLD.plain_smtp.port, smtp_port_type="NONE", imap_port_type="NONE")
        self.assertIsNone(self.read(mailbox)["smtp_port_type"])

    def test_imap_may_have_a_login_of_its_own(self):
        user, reader = next(WORLD.free), next(WORLD.free)
        self.assert_refused(self.api.post("/email-accounts/save", account(user, imap_user_name=reader, imap_password="x")),
                            "ACCOUNT_VERIFICATION_FAILED")
        mailbox = self.save(user=user, imap_user_name=reader, imap_password=PASSWORD)
        read = self.read(mailbox)
        self.assertEqual((read["is_different_imap_account"], read["imap_username"], read["imap_password"]),
                         (True, reader, None))

    def test_slow_servers_are_waited_for_and_both_are_asked_at_once(self):
        with SmtpPeer(pathlib.Path(WORLD.folder.name) / "slow.jsonl", users=dict.fromkeys(USERS, PASSWORD)) as slow:
            for at in ("banner", "ehlo", "auth"):
                slow.rule(at, seconds=1)
            started = time.monotonic()
            self.save(smtp_port=slow.port, smtp_port_type="NONE")
            self.assertLess(time.monotonic() - started, 6)

    # ---- Updating by id.

    def test_an_id_updates_the_account_and_what_is_not_named_stays(self):
        user = next(WORLD.free)
        mailbox = self.save(user=user, max_email_per_day=45, signature="S")
        answer = self.api.post("/email-accounts/save", account(user, id=str(mailbox), from_name="Samuel"))
        self.assertEqual(answer.json["emailAccountId"], mailbox)
        read = self.read(mailbox)
        self.assertEqual((read["from_name"], read["message_per_day"], read["signature"]), ("Samuel", 45, "S"))

        # A client that sends back what it has read has no password to send.
        self.assertEqual(self.api.post("/email-accounts/save", account(user, id=mailbox, password="")).status, 200)
        body = account(user, id=mailbox, password="", smtp_host="127.0.0.1")
        self.assert_error(self.api.post("/email-accounts/save", body), 422, "password")
        self.assert_refused(self.api.post("/email-accounts/save", account(user, id=mailbox, password="wrong")),
                            "ACCOUNT_VERIFICATION_FAILED")
        self.assertEqual(self.read(mailbox)["from_name"], "Sam Reed")
        self.assert_refused(self.api.post("/email-accounts/save", account(id=999999)), "ACCOUNT_NOT_FOUND", 404)

    def test_an_address_is_there_once_and_again_after_it_was_deleted(self):
        user = next(WORLD.free)
        mailbox = self.save(user=user)
        taken = self.assert_refused(self.api.post("/email-accounts/save", account(user, from_email=user.upper())),
                                    "ACCOUNT_ALREADY_EXIST")
        self.assertEqual(taken["emailAccountId"], mailbox)
        other = next(WORLD.free)
        second = self.save(user=other)
        answer = self.api.post("/email-accounts/save", account(other, id=second, from_email=user))
        self.assertEqual(self.assert_refused(answer, "ACCOUNT_ALREADY_EXIST")["emailAccountId"], mailbox)

        self.assertEqual(self.api.delete(f"/email-accounts/{mailbox}").json["emailAccountId"], mailbox)
        self.assert_error(self.api.get(f"/email-accounts/{mailbox}"), 404)
        self.assert_error(self.api.delete(f"/email-accounts/{mailbox}"), 404)
        self.assertNotEqual(self.save(user=user), mailbox)

    # ---- Logins that fail.

    def test_the_server_that_refused_and_its_words_are_named(self):
        wrong = self.api.post("/email-accounts/save", account(password="wrong"))
        body = self.assert_refused(wrong, "ACCOUNT_VERIFICATION_FAILED")
        self.assertIn("535 5.7.8 Username and Password not accepted", body["error"])
        self.assertIn("535", body["smtp_failure_error"])
        self.assertIn("uthentication failed", body["imap_failure_error"])

        imap_only = account()
        imap_only |= {"imap_user_name": imap_only["user_name"], "imap_password": "wrong"}
        body = self.assert_refused(self.api.post("/email-accounts/save", imap_only), "ACCOUNT_VERIFICATION_FAILED")
        self.assertNotIn("smtp_failure_error", body)
        self.assertIn("IMAP: localhost:", body["error"])
        self.assertEqual([a for a in self.api.get("/email-accounts").json if a["from_email"] == imap_only["from_email"]], [])

    def test_hosts_that_do_not_answer(self):
        closed = free_port()
        body = self.assert_refused(self.api.post("/email-accounts/save", account(smtp_port=closed)),
                                   "ACCOUNT_VERIFICATION_FAILED")
        self.assertIn(f"localhost:{closed}", body["smtp_failure_error"])
        body = self.assert_refused(self.api.post("/email-accounts/save", account(imap_host="no-such-host.invalid")),
                                   "ACCOUNT_VERIFICATION_FAILED")
        self.assertIn("no-such-host.invalid", body["imap_failure_error"])

    def test_starttls_never_goes_on_in_clear_text(self):
        before = WORLD.plain_smtp.connections
        body = self.assert_refused(self.api.post("/email-accounts/save", account(smtp_port=WORLD.plain_smtp.port)),
                                   "ACCOUNT_VERIFICATION_FAILED")
        self.assertIn("STARTTLS", body["smtp_failure_error"])
        self.assertEqual(WORLD.plain_smtp.connections, before + 1)

    def test_none_is_refused_for_a_public_host(self):
        body = self.assert_refused(
            self.api.post("/email-accounts/save", account(smtp_host="192.0.2.1", smtp_port=9, smtp_port_type="NONE",
                                                          imap_host="192.0.2.1", imap_port=9)),
            "ACCOUNT_VERIFICATION_FAILED")
        self.assertIn("192.0.2.1:9", body["smtp_failure_error"])

    # ---- Requests that cannot be.

    def test_every_field_is_checked_before_any_login(self):
        before = WORLD.smtp.connections
        cases = {
            "from_name": ["", "a" * 201, "two\nlines", 7, None],
            "from_email": ["nobody", "", "a@b", "a b@c.example", None],
            "user_name": ["", None],
            "password": ["", None, 5],
            "smtp_host": ["", "http://smtp.example", "two words", None],
            "smtp_port": [0, 65536, "x", 1.5, None],
            "imap_host": ["", "a/b"],
            "imap_port": [-1, "many"],
            "type": ["IMAP", 1],
            "token": ["text", {"refresh_token": "r"}],
            "max_email_per_day": [-1, "x"],
            "custom_tracking_url": ["not a host"],
            "bcc": ["nobody"],
            "different_reply_to_address": ["nobody"],
            "signature": ["x" * 100_001],
            "client_id": [999, 0, "x"],
            "time_to_wait_in_mins": [-1],
            "warmup_enabled": ["maybe", None],
            "total_warmup_per_day": [-1],
            "reply_rate_percentage": [101, -1],
            "is_suspended": ["perhaps"],
            "smtp_port_type": ["PLAIN"],
            "imap_port_type": [3],
        }
        for field, values in cases.items():
            for value in values:
                with self.subTest(field=field, value=value):
                    body = account("user0@sender.example") | {field: value}
                    answer = self.api.post("/email-accounts/save", body)
                    self.assert_error(answer, 422, field)
                    self.assertNotIn(PASSWORD, answer.body.decode())
        for field in ("from_name", "from_email", "user_name", "password", "smtp_host", "smtp_port", "imap_host",
                      "imap_port", "warmup_enabled"):
            body = account("user0@sender.example")
            del body[field]
            self.assert_error(self.api.post("/email-accounts/save", body), 422, field)
        self.assert_error(self.api.post("/email-accounts/save", raw=b"{nonsense"), 400)
        self.assert_error(self.api.post("/email-accounts/save", raw=b"[]"), 400)
        self.assertEqual(WORLD.smtp.connections, before)


class ListingTest(MailboxTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        save = lambda **more: cls.api.post("/email-accounts/save", account(**more)).json["emailAccountId"]
        cls.ids = [save(), save(warmup_enabled=True), save(type="GMAIL"), save(type="ZOHO", is_suspended=True)]
        cls.used_by = cls.api.post("/campaigns/create", {"name": "C"}).json["id"]
        cls.api.post(f"/campaigns/{cls.used_by}/email-accounts", {"email_account_ids": cls.ids[:2]})

    def listed(self, **query):
        answer = self.api.get("/email-accounts/", query=query)
        self.assertEqual(answer.status, 200, answer)
        return [item["id"] for item in answer.json]

    def test_pages_are_plain_arrays_in_the_order_of_ids(self):
        self.assertEqual(self.listed(), self.ids)
        self.assertEqual(self.listed(limit=2), self.ids[:2])
        self.assertEqual(self.listed(offset=3, limit=100), self.ids[3:])
        self.assertEqual(self.listed(offset="9"), [])
        for query, field in (({"limit": 0}, "limit"), ({"limit": 101}, "limit"), ({"offset": -1}, "offset"),
                             ({"esp": "AOL"}, "esp"), ({"isInUse": "yes"}, "isInUse"), ({"client_id": "x"}, "client_id")):
            self.assert_error(self.api.get("/email-accounts", query=query), 422, field)

    def test_each_filter_narrows(self):
        a, b, c, d = self.ids
        for query, expected in (
            ({"isInUse": "true"}, [a, b]), ({"isInUse": "false"}, [c, d]),
            ({"emailWarmupStatus": "ACTIVE"}, [b]), ({"emailWarmupStatus": "INACTIVE"}, [a, c, d]),
            ({"isSmtpSuccess": "true"}, self.ids), ({"isSmtpSuccess": "false"}, []),
            ({"isWarmupBlocked": "true"}, []), ({"isWarmupBlocked": "false"}, self.ids),
            ({"esp": "GMAIL"}, [c]), ({"esp": "SMTP"}, [a, b, d]), ({"esp": "OUTLOOK"}, []),
            ({"username": "SENDER.example"}, self.ids), ({"username": "%"}, []),
            ({"client_id": 3}, []),
        ):
            with self.subTest(query=query):
                self.assertEqual(self.listed(**query), expected)

    def test_an_item_says_where_it_is_used_and_never_its_secrets(self):
        items = {item["id"]: item for item in self.api.get("/email-accounts", query={"fetch_campaigns": "true"}).json}
        used, idle = items[self.ids[1]], items[self.ids[2]]
        self.assertEqual((used["campaign_count"], used["campaign_ids"], used["tags"]), (1, [self.used_by], []))
        self.assertEqual((idle["campaign_count"], idle["campaign_ids"]), (0, []))
        self.assertIsNone(idle["warmup_details"])
        self.assertEqual(used["warmup_details"]["status"], "ACTIVE")
        self.assertEqual({(item["password"], item["imap_password"]) for item in items.values()}, {(None, None)})
        self.assertNotIn("campaign_ids", self.api.get("/email-accounts").json[0])
        one = self.read(self.ids[1], fetch_campaigns="True", fetch_tags="1")
        self.assertEqual((one["campaign_ids"], one["tags"]), ([self.used_by], []))

    def test_counts_of_the_day(self):
        today = int(time.time()) // 86400
        self.write_database("INSERT INTO mailbox_day (workspace_id, mailbox_id, local_date, sent) "
                            f"SELECT workspace_id, id, {today}, 12 FROM mailbox WHERE id = {self.ids[0]}")
        self.assertEqual(self.read(self.ids[0])["daily_sent_count"], 12)

    def test_secrets_are_sealed_at_rest_and_absent_from_the_log(self):
        stored = self.server.database.query("SELECT smtp_secret FROM mailbox")
        self.assertNotIn(PASSWORD, str(stored))
        self.assertNotIn(PASSWORD.encode().hex(), str(stored))
        self.assertNotIn(PASSWORD, self.server.log.read_text())


class UpdatingTest(MailboxTest):
    def test_settings_change_without_the_password(self):
        mailbox = self.save(warmup_enabled=True)
        for verb in (self.api.post, self.api.patch):
            answer = verb(f"/email-accounts/{mailbox}", {"max_email_per_day": 0, "time_to_wait_in_mins": "9",
                                                         "signature": "<p>N</p>", "is_suspended": True,
                                                         "bcc": "b@sender.example", "from_name": "New"})
            self.assertEqual(answer.json["emailAccountId"], mailbox)
        read = self.read(mailbox)
        self.assertEqual((read["message_per_day"], read["minTimeToWaitInMins"], read["signature"], read["is_suspended"],
                          read["bcc_email"], read["from_name"]), (0, 9, "<p>N</p>", True, "b@sender.example", "New"))
        self.assertEqual(self.api.post(f"/email-accounts/{mailbox}").status, 200)
        self.api.post(f"/email-accounts/{mailbox}", {"max_email_per_day": None, "signature": None, "bcc": ""})
        read = self.read(mailbox)
        self.assertEqual((read["message_per_day"], read["signature"], read["bcc_email"]), (30, None, None))
        self.assertEqual(read["warmup_details"]["status"], "ACTIVE")

    def test_another_security_is_tried_before_it_is_stored(self):
        mailbox = self.save()
        self.assert_refused(self.api.post(f"/email-accounts/{mailbox}", {"smtp_port_type": "SSL"}),
                            "ACCOUNT_VERIFICATION_FAILED")
        self.assertEqual(self.read(mailbox)["smtp_port_type"], "STARTTLS")
        self.assertEqual(self.api.post(f"/email-accounts/{mailbox}", {"imap_port_type": "NONE"}).status, 200)
        self.assertIsNone(self.read(mailbox)["imap_port_type"])

    def test_updates_that_cannot_be(self):
        mailbox = self.save()
        for field, value in (("from_name", ""), ("max_email_per_day", -1), ("bcc", "x"), ("client_id", 999),
                             ("time_to_wait_in_mins", -1), ("is_suspended", "x")):
            self.assert_error(self.api.post(f"/email-accounts/{mailbox}", {field: value}), 422, field)
        self.assert_error(self.api.post("/email-accounts/999999", {}), 404)
        self.assert_error(self.api.post("/email-accounts/abc", {}), 422, "email_account_id")
        self.assert_error(self.api.get("/email-accounts/0"), 422, "email_account_id")


class AttachingTest(MailboxTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ids = [cls.api.post("/email-accounts/save", account()).json["emailAccountId"] for _ in range(3)]

    def attached(self, campaign):
        answer = self.api.get(f"/campaigns/{campaign}/email-accounts", query={"include_tags": "true"})
        self.assertEqual(answer.status, 200, answer)
        return [item["id"] for item in answer.json]

    def test_attaching_and_detaching_in_every_dialect(self):
        a, b, c = self.ids
        campaign = self.campaign()
        path = f"/campaigns/{campaign}/email-accounts"
        for body in ({"email_account_ids": [a]}, {"email_account_ids": [str(b), a]}, {"email_account_id": c},
                     {"email_accounts_ids": f"{a},{c}", "auto_adjust_warmup": True}):
            answer = self.api.post(path, body)
            self.assertEqual(answer.status, 200, answer)
        self.assertEqual([link["email_account_id"] for link in answer.json["result"]], [a, c])
        self.assertEqual(answer.json["result"][0]["email_campaign_id"], campaign)
        self.assertEqual(self.attached(campaign), [a, b, c])

        for detach in (lambda: self.api.delete(path, {"email_account_ids": [a]}),
                       lambda: self.api.delete(path, {"email_accounts_ids": [str(a)]}),
                       lambda: self.api.delete(path, {"email_account_id": a}),
                       lambda: self.api.delete(path, query={"email_account_id": a}),
                       lambda: self.api.delete(f"{path}/{a}")):
            self.api.post(path, {"email_account_ids": [a]})
            self.assertEqual(detach().json, {"ok": True, "success": True, "result": 1})
            self.assertEqual(self.attached(campaign), [b, c])
        self.assertEqual(self.api.delete(path, {"email_account_ids": [a]}).json["result"], 0)

    def test_accounts_that_cannot_be_attached(self):
        campaign = self.campaign()
        path = f"/campaigns/{campaign}/email-accounts"
        body = self.assert_error(self.api.post(path, {"email_account_ids": [self.ids[0], 999999]}), 422, "email_account_ids")
        self.assertIn("Email account 999999 is not allowed", body["message"])
        for body in ({}, {"email_account_ids": []}, {"email_account_ids": ["x"]}):
            self.assert_error(self.api.post(path, body), 422)
            self.assert_error(self.api.delete(path, body), 422)
        suspended = self.save(is_suspended=True)
        self.assertIn("suspended", self.assert_error(self.api.post(path, {"email_account_id": suspended}), 422)["message"])
        self.api.post(f"/email-accounts/{suspended}", {"is_suspended": False})
        # The side of sending: the state of receiving is the running server's to write.
        self.write_database(f"UPDATE mailbox SET smtp_state = 2, smtp_error = 'no' WHERE id = {suspended}")
        self.assertIn("disconnected", self.assert_error(self.api.post(path, {"email_account_id": suspended}), 422)["message"])
        self.assertEqual(self.attached(campaign), [])
        for verb, target in ((self.api.post, "/campaigns/999999/email-accounts"), (self.api.delete, "/campaigns/999999/email-accounts")):
            self.assert_error(verb(target, {"email_account_ids": self.ids}), 404)
        self.assert_error(self.api.get("/campaigns/999999/email-accounts"), 404)

    def test_an_active_campaign_keeps_one_account(self):
        a, b, _ = self.ids
        campaign = self.campaign()
        path = f"/campaigns/{campaign}/email-accounts"
        self.api.post(path, {"email_account_ids": [a, b]})
        self.write_database(f"UPDATE campaign SET state = 1 WHERE id = {campaign}")
        self.assertEqual(self.api.delete(path, {"email_account_ids": [a]}).json["result"], 1)
        self.assert_error(self.api.delete(path, {"email_account_ids": [b]}), 422, "email_account_ids")
        self.assertEqual(self.attached(campaign), [b])

    def test_a_deleted_account_leaves_its_campaigns_and_its_leads_go_on(self):
        campaign = self.campaign()
        path = f"/campaigns/{campaign}/email-accounts"
        leaving = self.save()
        self.api.post(path, {"email_account_ids": [leaving, self.ids[1]]})
        self.write_database(
            "INSERT INTO campaign_lead (workspace_id, campaign_id, lead_id, mailbox_id, lead_domain, state, sent_count, "
            f"created_at_ms, updated_at_ms) SELECT workspace_id, id, 1, {leaving}, 'x.example', 1, 1, 0, 0 "
            f"FROM campaign WHERE id = {campaign}")
        self.assertEqual(self.api.delete(f"/email-accounts/{leaving}").status, 200)
        self.assertEqual(self.attached(campaign), [self.ids[1]])
        rows = self.server.database.query("SELECT campaign_lead.mailbox_id, lead_timeline.cause FROM campaign_lead "
                                          "JOIN lead_timeline ON lead_timeline.campaign_lead_id = campaign_lead.id "
                                          f"WHERE campaign_lead.campaign_id = {campaign}")
        self.assertEqual(rows, [[str(self.ids[1]), "MAILBOX_DELETED"]])


class ScopeTest(MailboxTest):
    def test_another_workspace_sees_nothing(self):
        mailbox = self.save()
        stranger = self.server.client(email="stranger@other.example", name="Stranger")
        theirs = self.campaign(stranger)
        self.assertEqual(stranger.get("/email-accounts").json, [])
        for answer in (stranger.get(f"/email-accounts/{mailbox}"), stranger.delete(f"/email-accounts/{mailbox}"),
                       stranger.post(f"/email-accounts/{mailbox}", {"from_name": "theirs"})):
            self.assert_error(answer, 404)
        self.assert_refused(stranger.post("/email-accounts/save", account(id=mailbox)), "ACCOUNT_NOT_FOUND", 404)
        self.assert_error(stranger.post(f"/campaigns/{theirs}/email-accounts", {"email_account_ids": [mailbox]}), 422)
        self.assert_error(stranger.get(f"/campaigns/{self.campaign()}/email-accounts"), 404)
        self.assertEqual(self.read(mailbox)["from_name"], "Sam Reed")

    def test_a_clients_key_sees_the_clients_accounts(self):
        ours = self.save()
        key = self.server.create_key(email="client@team.example", name="Client", role="member")
        self.write_database("INSERT INTO client (workspace_id, id, name, email, created_at_ms) "
                            "SELECT id, 77, 'C', 'c@client.example', 0 FROM workspace ORDER BY id LIMIT 1")
        self.write_database("UPDATE api_key SET client_id = 77 WHERE user_id = "
                            "(SELECT id FROM app_user WHERE email = 'client@team.example')")
        client = Client(self.server, key)
        user = next(WORLD.free)
        saved = client.post("/email-accounts/save", account(user))
        self.assertEqual(saved.status, 200, saved)
        mailbox = saved.json["emailAccountId"]

        self.assertEqual([item["id"] for item in client.get("/email-accounts").json], [mailbox])
        self.assertEqual(self.read(mailbox)["client_id"], 77)
        self.assertEqual([item["id"] for item in self.api.get("/email-accounts", query={"client_id": 77}).json], [mailbox])
        self.assert_error(client.get(f"/email-accounts/{ours}"), 404)
        self.assert_error(client.post(f"/email-accounts/{mailbox}", {"client_id": None}), 422, "client_id")
        taken = client.post("/email-accounts/save", account(self.read(ours)["from_email"]))
        self.assertIsNone(self.assert_refused(taken, "ACCOUNT_ALREADY_EXIST")["emailAccountId"])


class PrivateHostTest(ServerTest):
    settings = {"NET_ALLOW_PRIVATE": "0"}

    def test_private_hosts_are_refused_by_name(self):
        answer = self.api.post("/email-accounts/save", account("user0@sender.example"))
        body = self.assert_error(answer, 400)
        self.assertEqual(body["errorCode"], "ACCOUNT_VERIFICATION_FAILED")
        for failure in (body["smtp_failure_error"], body["imap_failure_error"]):
            self.assertIn("localhost:", failure)
            self.assertIn("net.allow_private", failure)
        body = account("user0@sender.example", imap_port_type="NONE")
        self.assert_error(self.api.post("/email-accounts/save", body), 422, "imap_port_type")


class UntrustedCertificateTest(ServerTest):
    def test_a_certificate_nobody_vouches_for_is_refused(self):
        answer = self.api.post("/email-accounts/save", account("user0@sender.example"))
        body = self.assert_error(answer, 400)
        for failure in (body["smtp_failure_error"], body["imap_failure_error"]):
            self.assertIn("certificate", failure)


if __name__ == "__main__":
    unittest.main()
