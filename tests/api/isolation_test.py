"""Nobody reaches a stranger's things: each operation with another workspace's ids, and with another client's.

A stranger's id must be told from an id that nothing has neither by the answer nor by what changes.
"""

import http.client
import json
import re
import unittest

from support.operations import operations
from support.outrider import ServerTest
from support.snapshot import Snapshot, difference
from support.tenants import SHARED, Request, make_client, make_workspace, nobodys, places, unplaced

def speaking(operation):
    """A stream never ends and a list of everything names nobody."""
    return not operation.streams


def comparable(answer, named):
    """What an answer says, without what differs from request to request and without the id that was asked for."""
    text = answer.body.decode()
    try:
        body = json.loads(text)
    except ValueError:
        return answer.status, text
    if isinstance(body, dict):
        body.pop("request_id", None)
    text = json.dumps(body, sort_keys=True)
    for value in named:
        text = re.sub(rf"(?<![0-9]){re.escape(str(value))}(?![0-9])", "#", text)
    return answer.status, text


class IsolationTest(ServerTest):
    settings = {"ROLES": "api"}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ours = make_workspace(cls.server, "ourmark")
        cls.theirs = make_workspace(cls.server, "theirmark")
        owner = "owner@theirmark.example"
        cls.client = make_client(cls.server, owner, "clientmark")
        cls.other_client = make_client(cls.server, owner, "othermark")
        cls.snapshot = Snapshot(cls.server.database)
        cls.addClassCleanup(cls.snapshot.close)

    def test_every_id_of_a_request_has_a_kind(self):
        unknown = [f"{operation}: {name}" for operation in operations() for name in unplaced(operation)]
        self.assertEqual(unknown, [], "say in support/tenants.py what they name")

    # ---- Another workspace.

    def test_another_workspaces_things_are_not_found(self):
        self.ask_for_all(self.ours, self.theirs, set())

    def test_another_workspaces_thing_beside_ones_own(self):
        self.ask_for_each(self.ours, self.theirs, set())

    def test_no_list_shows_another_workspace(self):
        self.read_all(self.ours, [self.theirs, self.client, self.other_client])

    # ---- Another client of the same workspace.

    def test_another_clients_things_are_not_found(self):
        self.ask_for_all(self.client, self.other_client, SHARED)

    def test_another_clients_thing_beside_ones_own(self):
        self.ask_for_each(self.client, self.other_client, SHARED)

    def test_no_list_shows_another_client(self):
        self.read_all(self.client, [self.other_client, self.theirs, self.ours])

    def test_a_clients_key_sees_what_is_its_own(self):
        for path in ("/campaigns", "/email-accounts", f"/campaigns/{self.client.ids['campaign']}/leads"):
            answer = self.client.api.get(path)
            self.assertEqual(answer.status, 200, answer)
            self.assertIn("clientmark", answer.body.decode(), path)
        inbox = self.client.api.post("/master-inbox/inbox-replies", {}).json
        self.assertEqual([item["lead"]["email"] for item in inbox["data"]], ["lead@clientmark.example"])
        self.assertEqual(inbox["total_count"], 1)

    def test_a_clients_campaign_stays_the_clients(self):
        path = f"/campaigns/{self.client.ids['campaign']}/settings"
        for wanted in (None, self.other_client.ids["client"], self.ours.ids["client"]):
            self.assert_error(self.client.api.post(path, {"client_id": wanted}), 422, "client_id")
        created = self.client.api.post("/campaigns/create", {"name": "clientmark new"}).json["id"]
        self.assertEqual(self.client.api.get(f"/campaigns/{created}").json["client_id"], self.client.ids["client"])

    def test_a_kept_answer_is_its_askers_alone(self):
        headers = {"Idempotency-Key": "the same for all"}
        for tenant in (self.theirs, self.client, self.other_client):
            answer = tenant.api.post("/master-inbox/inbox-replies", {}, headers=headers)
            self.assertEqual(answer.status, 200, answer)
            shown = [item["lead"]["email"] for item in answer.json["data"]]
            self.assertIn(f"lead@{tenant.mark}.example", shown)
            if tenant is not self.theirs:
                self.assertEqual(len(shown), 1, shown)

    def test_events_are_their_owners_alone(self):
        for tenant in (self.ours, self.theirs, self.client, self.other_client):
            strangers = {self.ours, self.theirs, self.client, self.other_client} - {tenant}
            if tenant is self.theirs:
                strangers -= {self.client, self.other_client}  # its own clients
            page = tenant.api.get("/events").json
            self.assertTrue(page["data"], tenant.mark)
            streamed = self.read_stream(tenant, page["data"][-1]["cursor"])
            self.assertIn(page["data"][-1]["id"], streamed)
            for stranger in strangers:
                self.assertNotIn(stranger.mark, json.dumps(page) + streamed, f"{tenant.mark} sees {stranger.mark}")

    def read_stream(self, tenant, until):
        """The stream from the first event on, up to the one with that cursor."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=10)
        self.addCleanup(connection.close)
        connection.request("GET", "/api/v1/events/stream?cursor=0-0", headers={"X-API-Key": tenant.api.key})
        answer = connection.getresponse()
        self.assertEqual(answer.status, 200)
        text = ""
        while f'"cursor":"{until}"' not in text:
            line = answer.readline().decode()
            self.assertTrue(line, f"the stream ended: {text}")
            text += line
        return text

    def test_conversations_named_by_campaign_and_lead(self):
        """As one published client does it."""
        named = [o for o in operations() if ("email_lead_map_id",) in o.body_fields() and o.path.startswith("/master-inbox/")]
        wrong = []
        for operation in named:
            for ids, expected in ((self.theirs.ids, {404}), (self.client.ids, {404}), (self.ours.ids, {200, 400, 422})):
                body = Request(operation, lambda where, names, kind: self.ours.ids[kind]).body
                body.pop("email_lead_map_id")
                for mixed in ({"campaign_id": ids["campaign"], "lead_id": ids["lead"]},
                              {"campaign_id": self.ours.ids["campaign"], "lead_id": ids["lead"]},
                              {"campaign_id": ids["campaign"], "lead_id": self.ours.ids["lead"]}):
                    answer = self.ours.api.request(operation.verb, operation.path, body | mixed)
                    names_it = answer.status == 422 and answer.json["field"] in ("email_lead_map_id", "campaign_id", "lead_id")
                    if answer.status not in expected or names_it:
                        wrong.append(f"{operation} {mixed}: {answer}")
        self.assertEqual(wrong, [])

    def test_what_a_client_blocks_is_blocked_for_that_client(self):
        known = {operation.id for operation in operations()}
        domain = {"domain_block_list": [f"{self.other_client.mark}.example"]}
        before = self.snapshot.read(self.other_client.owns)
        self.assertEqual(self.client.api.post("/leads/add-domain-block-list", domain).status, 200)
        if "blockDomains" in known:
            answer = self.client.api.post("/master-inbox/block-domains", {"domains": [f"{self.other_client.mark}.example"]})
            self.assertEqual(answer.status, 200, answer)
        self.assertEqual(difference(before, self.snapshot.read(self.other_client.owns)), [])

    # ---- And the ids are real: their owner reaches everything by them.

    def test_z_their_owner_is_answered(self):
        def rank(operation):
            """What removes things comes last, those that others hang on at the very end."""
            if operation.verb != "DELETE":
                return 0, 0
            return (2 if operation.path.startswith(("/campaigns", "/email-accounts", "/leads")) else 1), -operation.path.count("/")

        known = sorted((o for o in operations() if places(o) and speaking(o)), key=rank)
        tenant = self.theirs
        lost = []
        for operation in known:
            request = Request(operation, lambda where, names, kind: tenant.ids[kind] if where == "path" or self.is_needed(
                operation, where, names) else None)
            answer = request.send(tenant.api)
            if answer.status in (404, 500):
                lost.append(f"{request}: {answer}")
        self.assertEqual(lost, [])

    # ---- How it is asked.

    @staticmethod
    def is_needed(operation, where, names):
        return where == "path" or names[0] in operation.required(where) or names[-1] in (
            "email_lead_map_id", "email_stats_id", "lead_id", "campaign_id", "parent_campaign_id", "sub_sequence_id")

    def ask_for_all(self, asker, owner, shared):
        """Every id of the request is the stranger's: 404, or an empty page of a list that takes ids as filters."""
        before = self.snapshot.read(owner.owns)
        wrong = []
        for operation in operations():
            kinds = {kind for _, _, kind in places(operation)} - shared
            if not kinds or not speaking(operation):
                continue
            request = Request(operation, lambda where, names, kind: owner.ids[kind] if kind in kinds else asker.ids[kind])
            answer = request.send(asker.api)
            if owner.mark in answer.body.decode().replace(f"@{owner.mark}", ""):
                wrong.append(f"{request} shows it: {answer}")
            must_be_unknown = {"thread", "stats", "outgoing"} & {k for w, _, k in places(operation) if w == "body"} or \
                operation.names("path")
            if must_be_unknown and answer.status != 404:
                if not self.is_filter(operation):
                    wrong.append(f"{request} is not 404: {answer}")
            wrong += [f"{request} changed {line}" for line in difference(before, self.snapshot.read(owner.owns))]
        self.assertEqual(wrong, [], "\n" + "\n".join(wrong))

    @staticmethod
    def is_filter(operation):
        """Lists of the inbox answer an empty page for a message they do not know (F18)."""
        return not operation.names("path") and "offset" in {names[-1] for names in operation.body_fields()}

    def ask_for_each(self, asker, owner, shared):
        """One id is the stranger's, the others one's own: answered as if nothing had that id."""
        before = self.snapshot.read(owner.owns)
        unknown = nobodys(owner.ids)
        wrong = []
        for operation in operations():
            if not speaking(operation):
                continue
            for place in places(operation):
                if place[2] in shared:
                    continue
                answers = []
                for ids in (owner.ids, unknown):
                    request = Request(operation, self.one_named(operation, place, ids, asker))
                    answers.append(comparable(request.send(asker.api), [ids[place[2]]]))
                if answers[0] != answers[1] and not self.is_told_by_own(operation, answers):
                    wrong.append(f"{request} differs:\n  {answers[0]}\n  {answers[1]}")
                if owner.mark in answers[0][1]:
                    wrong.append(f"{request} shows it: {answers[0]}")
                changed = difference(before, self.snapshot.read(owner.owns))
                wrong += [f"{request} changed {line}" for line in changed]
        self.assertEqual(wrong, [], "\n" + "\n".join(wrong))

    def one_named(self, operation, place, ids, asker):
        def ids_at(where, names, kind):
            if (where, names) == place[:2]:
                return ids[kind]
            return asker.ids[kind] if self.is_needed(operation, where, names) else None

        return ids_at

    @staticmethod
    def is_told_by_own(operation, answers):
        """An accepted request makes something new each time, so its answers differ by that."""
        return answers[0][0] == answers[1][0] == 200 and operation.verb != "GET" and "total_count" not in answers[0][1]

    @staticmethod
    def shows(text, stranger, asker):
        """Whether a text holds anything of the stranger. A client sees its host's people, categories and tags."""
        if stranger.client_id is None and stranger.workspace_id == asker.workspace_id:
            things = ("campaign", "sender", "text", "subject", "first", "company", "note", "task", "reminder", "reply")
            return any(f"{stranger.mark} {thing}" in text for thing in things) or f"lead@{stranger.mark}" in text
        return stranger.mark in text

    def read_all(self, asker, strangers):
        """Everything that can be read without naming anything."""
        shown = []
        for operation in operations():
            if operation.names("path") or not speaking(operation):
                continue
            if operation.verb != "GET" and "master-inbox" not in operation.path:
                continue
            request = Request(operation, lambda where, names, kind: None)
            text = request.send(asker.api).body.decode()
            shown += [f"{request} shows {stranger.mark}" for stranger in strangers
                      if self.shows(text, stranger, asker)]
        self.assertEqual(shown, [])


if __name__ == "__main__":
    unittest.main()
