-- Campaigns, their sequences and the mailboxes they send from.

CREATE TABLE campaign (
  workspace_id            BIGINT   NOT NULL,
  id                      /*+autoid*/,
  user_id                 BIGINT   NOT NULL,
  client_id               BIGINT,
  parent_campaign_id      BIGINT,              -- set on a subsequence
  name                    TEXT     NOT NULL,
  state                   SMALLINT NOT NULL,   -- campaigns::CampaignState
  pause_reason            TEXT,
  -- Schedule; timezone is NULL until one is saved.
  timezone                TEXT,
  days                    SMALLINT NOT NULL DEFAULT 0,   -- bit 0 = Sunday
  start_minute            BIGINT   NOT NULL DEFAULT 0,
  end_minute              BIGINT   NOT NULL DEFAULT 0,
  min_gap_minutes         BIGINT   NOT NULL DEFAULT 0,
  max_new_leads_per_day   BIGINT   NOT NULL DEFAULT 0,
  start_at_ms             BIGINT,
  -- Settings.
  track_opens             SMALLINT NOT NULL DEFAULT 1,
  track_clicks            SMALLINT NOT NULL DEFAULT 1,
  track_replies           SMALLINT NOT NULL DEFAULT 1,
  stop_on                 SMALLINT NOT NULL DEFAULT 0,   -- campaigns::StopOn
  unsubscribe_text        TEXT,
  add_unsubscribe_header  SMALLINT NOT NULL DEFAULT 1,
  send_as_plain_text      SMALLINT NOT NULL DEFAULT 0,
  force_plain_text        SMALLINT NOT NULL DEFAULT 0,
  follow_up_percentage    BIGINT   NOT NULL DEFAULT 100,
  esp_matching            SMALLINT NOT NULL DEFAULT 0,
  pause_domain_on_reply   SMALLINT NOT NULL DEFAULT 0,
  ignore_mailbox_limit    SMALLINT NOT NULL DEFAULT 0,
  domain_rate_limit       SMALLINT NOT NULL DEFAULT 0,
  bounce_threshold        TEXT,                          -- percent, as given
  ooo_ignore_as_reply     SMALLINT NOT NULL DEFAULT 1,
  ooo_reactivate          SMALLINT NOT NULL DEFAULT 0,
  ooo_reactivate_days     BIGINT,
  ooo_categorise          SMALLINT NOT NULL DEFAULT 1,
  category_options        TEXT,                          -- JSON list of category ids
  -- Planning.
  next_plan_at_ms         BIGINT   NOT NULL DEFAULT 0,
  plan_lease_until_ms     BIGINT   NOT NULL DEFAULT 0,
  last_served_at_ms       BIGINT   NOT NULL DEFAULT 0,
  -- Counters kept with the facts, so that lists and analytics need no count.
  lead_count              BIGINT   NOT NULL DEFAULT 0,
  created_at_ms           BIGINT   NOT NULL,
  updated_at_ms           BIGINT   NOT NULL
  /*+key(workspace_id, id)*/
);
CREATE INDEX campaign_list ON campaign (workspace_id, client_id, id);
CREATE INDEX campaign_active ON campaign (state, next_plan_at_ms, id);

CREATE TABLE campaign_mailbox (
  workspace_id  BIGINT NOT NULL,
  id            /*+autoid*/,
  campaign_id   BIGINT NOT NULL,
  mailbox_id    BIGINT NOT NULL,
  created_at_ms BIGINT NOT NULL,
  updated_at_ms BIGINT NOT NULL
  /*+key(workspace_id, id)*/
);
CREATE UNIQUE INDEX campaign_mailbox_pair ON campaign_mailbox (workspace_id, campaign_id, mailbox_id);
CREATE INDEX campaign_mailbox_of_mailbox ON campaign_mailbox (workspace_id, mailbox_id, campaign_id);

-- Accepted sends on one local date of the campaign's zone.
CREATE TABLE campaign_day (
  workspace_id BIGINT NOT NULL,
  campaign_id  BIGINT NOT NULL,
  local_date   BIGINT NOT NULL,
  new_leads    BIGINT NOT NULL DEFAULT 0,      -- first steps: reserved at claim, released when nothing was sent
  sent         BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (workspace_id, campaign_id, local_date)
);

CREATE TABLE sequence_step (
  workspace_id   BIGINT   NOT NULL,
  id             /*+autoid*/,
  campaign_id    BIGINT   NOT NULL,
  seq_number     BIGINT   NOT NULL,
  kind           SMALLINT NOT NULL DEFAULT 0,  -- campaigns::StepKind: email or manual
  delay_days     BIGINT   NOT NULL DEFAULT 0,
  subject        TEXT,
  body           TEXT,
  version        BIGINT   NOT NULL DEFAULT 1,  -- grows with each change of the text
  distribution   SMALLINT NOT NULL DEFAULT 0,  -- campaigns::Distribution
  winning_metric SMALLINT,
  test_percentage BIGINT,
  is_deleted     SMALLINT NOT NULL DEFAULT 0,  -- kept while mail of it exists, for the statistics
  created_at_ms  BIGINT   NOT NULL,
  updated_at_ms  BIGINT   NOT NULL
  /*+key(workspace_id, id)*/
);
CREATE INDEX sequence_step_order ON sequence_step (workspace_id, campaign_id, seq_number, id);

CREATE TABLE step_variant (
  workspace_id  BIGINT   NOT NULL,
  id            /*+autoid*/,
  step_id       BIGINT   NOT NULL,
  label         TEXT     NOT NULL,
  subject       TEXT     NOT NULL,
  body          TEXT     NOT NULL,
  percentage    DOUBLE PRECISION,
  version       BIGINT   NOT NULL DEFAULT 1,
  claimed       BIGINT   NOT NULL DEFAULT 0,   -- how often chosen: what the exact split counts by
  is_deleted    SMALLINT NOT NULL DEFAULT 0,
  created_at_ms BIGINT   NOT NULL,
  updated_at_ms BIGINT   NOT NULL
  /*+key(workspace_id, id)*/
);
CREATE INDEX step_variant_of_step ON step_variant (workspace_id, step_id, id);

-- The text of a step or variant as it was in each version (variant_id 0 = the step itself).
CREATE TABLE step_version (
  workspace_id  BIGINT NOT NULL,
  step_id       BIGINT NOT NULL,
  variant_id    BIGINT NOT NULL,
  version       BIGINT NOT NULL,
  subject       TEXT,
  body          TEXT,
  created_at_ms BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, step_id, variant_id, version)
);

CREATE TABLE tag (
  workspace_id  BIGINT NOT NULL,
  id            /*+autoid*/,
  name          TEXT   NOT NULL,
  color         TEXT   NOT NULL,
  created_at_ms BIGINT NOT NULL
  /*+key(workspace_id, id)*/
);
CREATE UNIQUE INDEX tag_name ON tag (workspace_id, name);

CREATE TABLE campaign_tag (
  workspace_id BIGINT NOT NULL,
  tag_id       BIGINT NOT NULL,
  campaign_id  BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, tag_id, campaign_id)
);
CREATE INDEX campaign_tag_of_campaign ON campaign_tag (workspace_id, campaign_id);
