-- Mail: every message of every conversation, its body apart, and the ledger of what we send.

CREATE TABLE message (
  workspace_id     BIGINT   NOT NULL,
  id               /*+autoid*/,
  stats_id         TEXT     NOT NULL,          -- UUID; on the wire the id of the send
  campaign_lead_id BIGINT,                     -- NULL = untracked
  campaign_id      BIGINT,
  lead_id          BIGINT,
  mailbox_id       BIGINT   NOT NULL,
  direction        SMALLINT NOT NULL,          -- inbox::Direction: outbound or inbound
  kind             SMALLINT NOT NULL,          -- inbox::MessageKind: step, reply, forward, answer, auto-reply, bounce...
  step_id          BIGINT,
  seq_number       BIGINT,
  variant_id       BIGINT,
  answers_id       BIGINT,                     -- inbound: the message of ours it answers
  header_id        TEXT     NOT NULL,          -- Message-ID without angle brackets
  thread_subject   TEXT,                       -- subject of the thread's first mail, for Re:
  starts_thread    SMALLINT NOT NULL DEFAULT 0,
  from_email       TEXT     NOT NULL,
  from_name        TEXT,
  to_email         TEXT     NOT NULL,
  cc               TEXT     NOT NULL DEFAULT '[]',   -- JSON
  bcc              TEXT     NOT NULL DEFAULT '[]',
  subject          TEXT     NOT NULL,
  preview          TEXT     NOT NULL DEFAULT '',
  attachments      TEXT     NOT NULL DEFAULT '[]',
  class            SMALLINT,                   -- receiving::MessageClass of an inbound message
  class_rule       TEXT,                       -- the rule that fired
  track_opens      SMALLINT NOT NULL DEFAULT 0,      -- frozen when rendered
  track_clicks     SMALLINT NOT NULL DEFAULT 0,
  at_ms            BIGINT,                     -- sent or received; NULL = not sent (yet)
  opened_at_ms     BIGINT,                     -- first counted open
  clicked_at_ms    BIGINT,
  replied_at_ms    BIGINT,
  bounced_at_ms    BIGINT,
  open_count       BIGINT   NOT NULL DEFAULT 0,      -- people and anonymising proxies
  click_count      BIGINT   NOT NULL DEFAULT 0,
  raw_open_count   BIGINT   NOT NULL DEFAULT 0,      -- everything
  raw_click_count  BIGINT   NOT NULL DEFAULT 0,
  created_at_ms    BIGINT   NOT NULL
  /*+key(workspace_id, id)*/
);
CREATE UNIQUE INDEX message_stats_id ON message (workspace_id, stats_id);
CREATE INDEX message_thread ON message (workspace_id, campaign_lead_id, at_ms, id) WHERE at_ms IS NOT NULL;
CREATE INDEX message_campaign_sent ON message (workspace_id, campaign_id, id) WHERE kind = 0 AND at_ms IS NOT NULL;

CREATE TABLE message_body (
  workspace_id BIGINT NOT NULL,
  message_id   BIGINT NOT NULL,
  html         TEXT,
  text         TEXT,
  new_text     TEXT,                           -- inbound: without quotes and signature
  PRIMARY KEY (workspace_id, message_id)
);

-- Every Message-ID a message is known under: Microsoft and others rewrite them.
CREATE TABLE message_header_id (
  workspace_id BIGINT NOT NULL,
  header_id    TEXT   NOT NULL,
  message_id   BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, header_id, message_id)
);

-- Where a rewritten link leads; the address itself is never in the mail.
CREATE TABLE message_link (
  workspace_id     BIGINT NOT NULL,
  message_id       BIGINT NOT NULL,
  link_index       BIGINT NOT NULL,
  url              TEXT   NOT NULL,
  click_count      BIGINT NOT NULL DEFAULT 0,
  raw_click_count  BIGINT NOT NULL DEFAULT 0,
  first_click_at_ms BIGINT,
  last_click_at_ms BIGINT,
  PRIMARY KEY (workspace_id, message_id, link_index)
);

-- The send ledger: one row for each mail to be sent, committed before a socket is opened.
-- (campaign_lead_id, step_id) is unique for steps; a manual reply has step_id 0 and its own message.
CREATE TABLE outgoing (
  workspace_id     BIGINT   NOT NULL,
  id               /*+autoid*/,
  kind             SMALLINT NOT NULL,          -- sending::OutgoingKind: step, reply, forward
  campaign_lead_id BIGINT   NOT NULL,
  campaign_id      BIGINT   NOT NULL,
  step_id          BIGINT   NOT NULL,          -- 0 for what a person wrote
  reply_key        BIGINT   NOT NULL DEFAULT 0,      -- the message's id for what a person wrote, else 0
  message_id       BIGINT   NOT NULL,
  mailbox_id       BIGINT   NOT NULL,
  header_id        TEXT     NOT NULL,
  mime_sha256      TEXT,
  state            SMALLINT NOT NULL,          -- sending::OutgoingState
  attempt          BIGINT   NOT NULL DEFAULT 0,
  not_before_ms    BIGINT   NOT NULL,          -- the slot; later again after a temporary refusal
  lease_until_ms   BIGINT   NOT NULL DEFAULT 0,
  sending_at_ms    BIGINT,
  settled_at_ms    BIGINT,
  first_step_date  BIGINT,                     -- campaign-local date on which a new lead was reserved
  smtp_code        BIGINT,
  smtp_text        TEXT,
  bounce_class     SMALLINT,
  tls              TEXT,
  reason           SMALLINT NOT NULL DEFAULT 0,
  created_at_ms    BIGINT   NOT NULL
  /*+key(workspace_id, id)*/
);
CREATE UNIQUE INDEX outgoing_once ON outgoing (workspace_id, campaign_lead_id, step_id, reply_key);
CREATE INDEX outgoing_due ON outgoing (not_before_ms, id) WHERE state = 0;
CREATE INDEX outgoing_sending ON outgoing (sending_at_ms, id) WHERE state = 1;
CREATE INDEX outgoing_unconfirmed ON outgoing (workspace_id, id) WHERE state IN (4, 5);
CREATE INDEX outgoing_unknown ON outgoing (sending_at_ms, id) WHERE state = 5;
CREATE INDEX outgoing_of_mailbox ON outgoing (workspace_id, mailbox_id, settled_at_ms) WHERE settled_at_ms IS NOT NULL;

-- Every inbound message ever seen in a folder: what was read is never read twice, whatever UIDVALIDITY does.
CREATE TABLE inbound (
  workspace_id  BIGINT   NOT NULL,
  mailbox_id    BIGINT   NOT NULL,
  folder        TEXT     NOT NULL,
  uid_validity  BIGINT   NOT NULL,
  uid           BIGINT   NOT NULL,
  fingerprint   TEXT     NOT NULL,             -- of Message-ID, date and size
  class         SMALLINT NOT NULL,
  rule          TEXT     NOT NULL,
  message_id    BIGINT,                        -- the stored message, where one was stored
  at_ms         BIGINT   NOT NULL,
  PRIMARY KEY (workspace_id, mailbox_id, folder, uid_validity, uid)
);
CREATE INDEX inbound_fingerprint ON inbound (workspace_id, mailbox_id, fingerprint);

-- What a conversation can be searched by: address, names, subjects and text, folded (mail/fold.h), so case is gone.
CREATE TABLE thread_text (
  workspace_id     BIGINT NOT NULL,
  campaign_lead_id BIGINT NOT NULL,
  text             TEXT   NOT NULL,
  PRIMARY KEY (workspace_id, campaign_lead_id)
);
CREATE INDEX thread_text_thread ON thread_text (campaign_lead_id);
/*+begin sqlite*/
CREATE VIRTUAL TABLE thread_search
  USING fts5(text, content='thread_text', content_rowid='campaign_lead_id', tokenize='trigram case_sensitive 1');
CREATE TRIGGER thread_text_added AFTER INSERT ON thread_text BEGIN
  INSERT INTO thread_search (rowid, text) VALUES (new.campaign_lead_id, new.text);
END;
CREATE TRIGGER thread_text_removed AFTER DELETE ON thread_text BEGIN
  INSERT INTO thread_search (thread_search, rowid, text) VALUES ('delete', old.campaign_lead_id, old.text);
END;
CREATE TRIGGER thread_text_changed AFTER UPDATE ON thread_text BEGIN
  INSERT INTO thread_search (thread_search, rowid, text) VALUES ('delete', old.campaign_lead_id, old.text);
  INSERT INTO thread_search (rowid, text) VALUES (new.campaign_lead_id, new.text);
END;
/*+end*/
/*+begin postgres*/
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX thread_text_search ON thread_text USING gin (text gin_trgm_ops);
/*+end*/
