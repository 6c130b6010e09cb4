"""Workspaces and clients that must not see each other, and the fields by which a request could name a stranger's things.

Whatever text a tenant stores holds its `mark`, so an answer that shows anything of it shows the mark.
"""

from support.campaign import UNCONFIRMED
from support.operations import example, field_schema, list_branch, operations, put, types_of
from support.outrider import Client
from support.seed import Seed, now_ms

HOUR_MS = 3_600_000
NOBODY = 987_654_321
NOBODYS_TEXT = "00000000-0000-7000-8000-000000000000"

# What kind of thing a field names, by its name without case and underscores.
KINDS = {
    "campaign": "campaignid campaignids emailcampaignid parentcampaignid",
    "lead": "leadid leadids emailleadid",
    "mailbox": "emailaccountid emailaccountids emailaccountsids selectedemailaccountid",
    "thread": "emailleadmapid leadmapid campaignleadmapid campaignleadid",
    "stats": "emailstatsid statsid",
    "message": "messageid replymessageid",
    "client": "clientid filterclientid campaignclientid",
    "user": "teammemberid userid campaignteammemberid",
    "category": "categoryid leadcategoryid categoryidsin categoryidsnotin aicategorisationoptions",
    "tag": "tagid tagids campaigntagid",
    "subsequence": "subsequenceid",
    "outgoing": "outgoingid",
    "tagmapping": "tagmappingid",
}
KIND_OF = {name: kind for kind, names in KINDS.items() for name in names.split()}
# Kinds that belong to a workspace, not to one of its clients.
SHARED = {"user", "category", "tag"}
# A plain "id" is told by the path.
ID_AT = {"/email-accounts/save": "mailbox", "/crm/leads/notes/{id}": "lead", "/crm/leads/tasks/{id}": "lead",
         "/master-inbox/{id}": "thread"}
# What a schema alone does not say about a good body.
BODIES = {
    "updateCampaignSchedule": {"timezone": "UTC", "days_of_the_week": [1], "start_hour": "09:00", "end_hour": "17:00",
                               "min_time_btw_emails": 3, "max_new_leads_per_day": 1},
    "saveCampaignSequences": {"sequences": [{"id": None, "seq_number": 1, "subject": "S", "email_body": "B",
                                             "seq_delay_details": {"delay_in_days": 1}}]},
    "forwardEmail": {"to_emails": "someone@else.example"},
    "forwardEmailLegacy": {"to_emails": "someone@else.example"},
    # A port that nothing listens at: the login is refused at once.
    "saveEmailAccount": {"from_name": "N", "from_email": "n@new.example", "user_name": "n", "password": "p", "smtp_host": "127.0.0.1",
                         "smtp_port": 1, "imap_host": "127.0.0.1", "imap_port": 1, "smtp_port_type": "NONE",
                         "imap_port_type": "NONE", "max_email_per_day": 1},
}
# Names that end like an id and name nothing stored.
NO_IDS = {"leadlistids", "listid", "leadlistid", "returnleadids", "seqid", "sequenceid"}


def kind_of(operation, name):
    plain = str(name).replace("_", "").lower()
    if plain == "id":
        if operation.path in ID_AT:
            return ID_AT[operation.path]
        if "/master-inbox/scheduled/" in operation.path:
            return "planned" if operation.verb == "DELETE" else "outgoing"
    if operation.path == "/outgoing/{outgoing_id}/resend":
        return "unconfirmed"
    if operation.path == "/master-inbox/reply-status" and plain == "messageid":
        return "reply"
    return KIND_OF.get(plain)


def places(operation):
    """(where, path of names, kind) of each field that names a stored thing."""
    found = [("path", (name,), kind_of(operation, name)) for name in operation.names("path")]
    found += [("query", (name,), kind_of(operation, name)) for name in operation.names("query")]
    found += [("body", path, kind_of(operation, path[-1])) for path in operation.body_fields() if path[-1] != 0]
    return [place for place in found if place[2]]


def unplaced(operation):
    """Path parameters and fields that look like ids of a kind nobody declared above."""
    names = list(operation.names("path")) + operation.names("query")
    names += [path[-1] for path in operation.body_fields() if path[-1] != 0]
    looks_like_id = lambda plain: plain == "id" or plain.endswith(("id", "ids"))
    for name in names:
        plain = str(name).replace("_", "").lower()
        if looks_like_id(plain) and plain not in NO_IDS and not kind_of(operation, name) and (
                name in operation.names("path") or plain != "id"):
            yield name


class Tenant:
    """`ids` by kind; `api` is its key."""

    def __init__(self, api, mark, workspace_id, client_id=None):
        self.api, self.mark, self.workspace_id, self.client_id = api, mark, workspace_id, client_id
        self.ids = {}

    def owns(self, table, columns):
        """For Snapshot.read: the rows that are this tenant's."""
        mine = f"workspace_id = {self.workspace_id}"
        if self.client_id is None:
            return mine
        named = {"client_id": self.client_id, "campaign_id": self.ids["campaign"], "lead_id": self.ids["lead"],
                 "mailbox_id": self.ids["mailbox"], "campaign_lead_id": self.ids["thread"]}
        if own := {"client": "client", "campaign": "campaign", "lead": "lead", "mailbox": "mailbox",
                   "campaign_lead": "thread"}.get(table):
            named["id"] = self.ids[own]
        conditions = [f"{column} = {value}" for column, value in named.items() if column in columns]
        return f"{mine} AND ({' OR '.join(conditions)})" if conditions else None


def _fill(tenant, server, user_id):
    seed = Seed(server.database, tenant.workspace_id)
    seed.next_id += 10_000 * ((tenant.client_id or 0) + 1)
    ids, mark = tenant.ids, tenant.mark
    client = {"client_id": tenant.client_id} if tenant.client_id else {}
    ids["campaign"] = seed.campaign(f"{mark} campaign", user_id=user_id, **client)
    ids["subsequence"] = seed.campaign(f"{mark} subsequence", user_id=user_id, parent_campaign_id=ids["campaign"], **client)
    ids["mailbox"] = seed.mailbox(f"{mark}@{mark}.example", from_name=f"{mark} sender", **client)
    ids["tag"] = seed._id()
    # Tags and categories are the workspace's, whichever client uses them.
    shared = str(seed._id()) if tenant.client_id else mark
    seed.insert("tag", id=ids["tag"], name=f"{shared} tag", color="#000000", created_at_ms=0)
    seed.insert("campaign_tag", tag_id=ids["tag"], campaign_id=ids["campaign"])
    seed.insert("campaign_mailbox", id=seed._id(), campaign_id=ids["campaign"], mailbox_id=ids["mailbox"], created_at_ms=0,
                updated_at_ms=0)
    thread = seed.conversation(ids["campaign"], ids["mailbox"], f"{mark}@{mark}.example", email=f"lead@{mark}.example",
                               replied_at_ms=now_ms() - HOUR_MS, text=f"{mark} text", subject=f"{mark} subject",
                               category_id=1, lead={"first_name": f"{mark} first", "company_name": f"{mark} company"}, **client)
    ids["lead"], ids["thread"] = thread.lead, thread.id
    ids["stats"], ids["message"] = thread.sent.stats_id, f"<{thread.sent.header_id}>"
    ids["category"] = 1000 + seed._id() % 1_000_000
    seed.insert("lead_category", id=ids["category"], name=f"{shared} category", created_at_ms=0)
    seed.flush()


def _write_as_users_do(tenant, server):
    """Notes, tasks, reminders, tags and a scheduled reply, where the program has these operations."""
    api, ids, mark = tenant.api, tenant.ids, tenant.mark
    known = {operation.id for operation in operations()}
    thread = {"email_lead_map_id": ids["thread"]}
    wanted = [
        ("pauseLead", f"/campaigns/{ids['campaign']}/leads/{ids['lead']}/pause", None),
        ("createLeadNote", "/master-inbox/create-note", thread | {"note_message": f"{mark} note"}),
        ("createLeadTask", "/master-inbox/create-task", thread | {"name": f"{mark} task", "priority": "LOW"}),
        ("setReminder", "/master-inbox/set-reminder", thread | {"email_stats_id": ids["stats"], "message": f"{mark} reminder",
                                                               "reminder_time": "2040-01-01T00:00:00Z"}),
        ("addTagsToLead", "/crm/leads/tags", thread | {"tags": [ids["tag"]], "lead_id": ids["lead"], "tag_ids": [ids["tag"]]}),
    ]
    for name, path, body in wanted:
        if name in known:
            answer = api.post(path, body)
            assert answer.status == 200, (name, answer)
    later = {"email_stats_id": ids["stats"], "email_body": f"{mark} reply", "scheduled_time": "2040-01-01T00:00:00Z"}
    for kind in ("planned", "outgoing"):  # one to withdraw, one to send
        assert api.post(f"/campaigns/{ids['campaign']}/reply-email-thread", later).status == 200
        ids[kind] = newest_id(server, "outgoing", tenant)
    doubtful = api.post(f"/campaigns/{ids['campaign']}/reply-email-thread", later)
    assert doubtful.status == 200, doubtful
    ids["reply"] = doubtful.json["data"]["message_id"]
    ids["unconfirmed"] = newest_id(server, "outgoing", tenant)
    server.database.execute(f"UPDATE outgoing SET state = {UNCONFIRMED} WHERE id = {ids['unconfirmed']}")
    ids["tagmapping"] = newest_id(server, "lead_tag", tenant) if "addTagsToLead" in known else NOBODY


def newest_id(server, table, tenant):
    rows = server.database.query(f"SELECT MAX(id) FROM {table} WHERE workspace_id = {tenant.workspace_id}")
    return int(rows[0][0] or NOBODY)


def make_workspace(server, mark):
    email = f"owner@{mark}.example"
    api = Client(server, server.create_key(email, f"{mark} owner"))
    workspace_id = int(server.database.query(f"SELECT workspace_id FROM app_user WHERE email = '{email}'")[0][0])
    tenant = Tenant(api, mark, workspace_id)
    server.cli("user", "create", *server.database.arguments(), "--email", f"member@{mark}.example", "--name",
               f"{mark} member", "--role", "member", "--workspace", str(workspace_id))
    users = server.database.query(f"SELECT id FROM app_user WHERE workspace_id = {workspace_id} ORDER BY id")
    tenant.ids["user"] = int(users[1][0])
    tenant.ids["client"] = int(server.cli("client", "create", *server.database.arguments(), "--user", email, "--name",
                                          f"{mark} client", "--email", f"client@{mark}.example"))
    _fill(tenant, server, int(users[0][0]))
    _write_as_users_do(tenant, server)
    return tenant


def make_client(server, owner_email, mark):
    """A client of the owner's workspace with a key of its own."""
    base = server.database.arguments()
    client_id = int(server.cli("client", "create", *base, "--user", owner_email, "--name", f"{mark} client", "--email",
                               f"client@{mark}.example"))
    key = server.cli("key", "create", *base, "--user", owner_email, "--client", str(client_id), "--name", "client",
                     "--rate-limit", "0")
    row = server.database.query(f"SELECT workspace_id, id FROM app_user WHERE email = '{owner_email}'")[0]
    tenant = Tenant(Client(server, key), mark, int(row[0]), client_id)
    tenant.ids |= {"client": client_id, "user": int(row[1])}
    _fill(tenant, server, int(row[1]))
    _write_as_users_do(tenant, server)
    return tenant


def nobodys(ids):
    """Ids of the same kinds that nothing has."""
    header_id = f"<{NOBODYS_TEXT}@nowhere.example>"
    texts = {"stats": NOBODYS_TEXT, "message": header_id, "reply": header_id}
    return {kind: texts.get(kind, NOBODY) for kind in ids}


class Request:
    """An acceptable request of an operation that names the given things."""

    def __init__(self, operation, ids_at):
        """`ids_at(where, path, kind)` is the id to name there; None leaves an optional field out."""
        self.operation = operation
        body = BODIES.get(operation.id) or (example(operation.body_schema) if operation.body_schema else None)
        query = {name: example(operation.schema("query", name)) for name in operation.required("query")}
        path = operation.path
        for where, names, kind in places(operation):
            value = ids_at(where, names, kind)
            if value is None:
                continue
            if where == "path":
                path = path.replace("{" + names[0] + "}", str(value).strip("<>"))
            elif where == "query":
                query[names[0]] = value
            else:
                schema = field_schema(operation.body_schema, names)
                only_listed = list_branch(schema) is not None and not types_of(schema) & {"integer", "string"}
                body = put(body, names, [value] if only_listed else value)
        for name in operation.names("path"):
            path = path.replace("{" + name + "}", "token")
        self.path, self.query, self.body = path, query, body

    def send(self, api):
        return api.request(self.operation.verb, self.path, self.body, query=self.query)

    def __repr__(self):
        return f"{self.operation.id}: {self.operation.verb} {self.path} {self.query} {self.body}"
