-- Facts: the ordered feed of what happened, the counters written with it, and what webhooks are owed.

CREATE TABLE event (
  workspace_id     BIGINT   NOT NULL,
  id               /*+autoid*/,
  event_id         TEXT     NOT NULL,          -- UUIDv7, the same in every delivery
  type             SMALLINT NOT NULL,          -- analytics::EventType
  at_ms            BIGINT   NOT NULL,
  campaign_id      BIGINT,
  campaign_lead_id BIGINT,
  lead_id          BIGINT,
  client_id        BIGINT,
  mailbox_id       BIGINT,
  message_id       BIGINT,
  step_id          BIGINT,
  variant_id       BIGINT,
  first            SMALLINT NOT NULL DEFAULT 0,      -- first of its kind for this message
  data             TEXT     NOT NULL DEFAULT '{}'
  /*+key(workspace_id, id)*/
);
CREATE INDEX event_feed ON event (workspace_id, id);
CREATE INDEX event_of_thread ON event (workspace_id, campaign_lead_id, id);

-- Sums by 15-minute UTC bucket: any time zone's day is a sum of buckets. Written with the event; a rebuild from the
-- events gives the same numbers.
CREATE TABLE rollup (
  workspace_id BIGINT   NOT NULL,
  campaign_id  BIGINT   NOT NULL,
  bucket       BIGINT   NOT NULL,              -- at_ms / 900000
  step_id      BIGINT   NOT NULL,
  variant_id   BIGINT   NOT NULL,
  mailbox_id   BIGINT   NOT NULL,
  type         SMALLINT NOT NULL,
  total        BIGINT   NOT NULL DEFAULT 0,    -- events
  firsts       BIGINT   NOT NULL DEFAULT 0,    -- messages
  PRIMARY KEY (workspace_id, campaign_id, bucket, step_id, variant_id, mailbox_id, type)
);

CREATE TABLE webhook (
  workspace_id  BIGINT   NOT NULL,
  id            /*+autoid*/,
  user_id       BIGINT   NOT NULL,
  client_id     BIGINT,
  campaign_id   BIGINT,
  name          TEXT     NOT NULL,
  url           TEXT     NOT NULL,
  event_types   TEXT     NOT NULL,             -- JSON
  categories    TEXT     NOT NULL DEFAULT '[]',
  secret        /*+blob*/,
  is_enabled    SMALLINT NOT NULL DEFAULT 1,
  created_at_ms BIGINT   NOT NULL,
  updated_at_ms BIGINT   NOT NULL
  /*+key(workspace_id, id)*/
);
CREATE INDEX webhook_of_campaign ON webhook (workspace_id, campaign_id, id);

-- One row for each event a webhook is owed, written in the transaction of the event.
CREATE TABLE webhook_outbox (
  workspace_id     BIGINT   NOT NULL,
  id               /*+autoid*/,
  webhook_id       BIGINT   NOT NULL,
  event_row_id     BIGINT   NOT NULL,
  campaign_lead_id BIGINT,
  state            SMALLINT NOT NULL DEFAULT 0,
  attempt          BIGINT   NOT NULL DEFAULT 0,
  due_at_ms        BIGINT   NOT NULL,
  lease_until_ms   BIGINT   NOT NULL DEFAULT 0,
  last_status      BIGINT,
  last_error       TEXT,
  settled_at_ms    BIGINT
  /*+key(workspace_id, id)*/
);
CREATE INDEX webhook_outbox_due ON webhook_outbox (due_at_ms, id) WHERE state = 0;
