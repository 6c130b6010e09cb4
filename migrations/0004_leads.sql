-- People, their place in campaigns, and who must not be mailed.

CREATE TABLE lead (
  workspace_id     BIGINT   NOT NULL,
  id               /*+autoid*/,
  email            TEXT     NOT NULL,          -- lower case
  domain           TEXT     NOT NULL,          -- organisational domain of the address
  first_name       TEXT,
  last_name        TEXT,
  phone_number     TEXT,
  company_name     TEXT,
  website          TEXT,
  location         TEXT,
  linkedin_profile TEXT,
  company_url      TEXT,
  custom_fields    TEXT     NOT NULL DEFAULT '{}',   -- JSON object, keys and values text
  is_unsubscribed  SMALLINT NOT NULL DEFAULT 0,      -- from everything in the workspace
  created_at_ms    BIGINT   NOT NULL,
  updated_at_ms    BIGINT   NOT NULL
  /*+key(workspace_id, id)*/
);
CREATE UNIQUE INDEX lead_email ON lead (workspace_id, email);
CREATE INDEX lead_domain ON lead (workspace_id, domain);

-- 1 to 9 stand in every workspace, own ones from 1000 (RULINGS 22).
CREATE TABLE lead_category (
  workspace_id  BIGINT   NOT NULL,
  id            BIGINT   NOT NULL,
  name          TEXT     NOT NULL,
  sentiment     TEXT,
  created_at_ms BIGINT   NOT NULL,
  PRIMARY KEY (workspace_id, id)
);

-- A lead in a campaign (on the wire: lead map) and, at the same time, the thread row of the inbox: what the lists
-- show, filter and sort by stands here, so that no list joins or scans messages.
CREATE TABLE campaign_lead (
  workspace_id      BIGINT   NOT NULL,
  id                /*+autoid*/,
  campaign_id       BIGINT   NOT NULL,
  lead_id           BIGINT   NOT NULL,
  client_id         BIGINT,
  mailbox_id        BIGINT,                    -- one mailbox for every step; NULL until the first is claimed
  lead_domain       TEXT     NOT NULL,
  -- Sequence.
  state             SMALLINT NOT NULL,         -- campaigns::LeadState
  state_cause       TEXT,
  resume_state      SMALLINT,                  -- what a paused lead returns to
  resume_at_ms      BIGINT,                    -- a pause that ends by itself
  next_seq          BIGINT   NOT NULL DEFAULT 1,      -- number of the next step; beyond the last when all are sent
  due_at_ms         BIGINT,                    -- when the next step is due; NULL = nothing to plan
  is_claimed        SMALLINT NOT NULL DEFAULT 0,      -- an outgoing row for next_seq stands
  reason            SMALLINT NOT NULL DEFAULT 0,      -- sending::Reason of the last "not yet"
  next_attempt_ms   BIGINT,
  soft_bounces      BIGINT   NOT NULL DEFAULT 0,
  -- Facts.
  sent_count        BIGINT   NOT NULL DEFAULT 0,
  open_count        BIGINT   NOT NULL DEFAULT 0,
  click_count       BIGINT   NOT NULL DEFAULT 0,
  reply_count       BIGINT   NOT NULL DEFAULT 0,
  first_sent_at_ms  BIGINT,
  last_sent_at_ms   BIGINT,
  last_open_at_ms   BIGINT,
  last_click_at_ms  BIGINT,
  last_reply_at_ms  BIGINT,
  engaged_at_ms     BIGINT   NOT NULL DEFAULT 0,      -- last reply, else the newest of click, open and send
  is_bounced        SMALLINT NOT NULL DEFAULT 0,
  is_unsubscribed   SMALLINT NOT NULL DEFAULT 0,
  email_status      SMALLINT NOT NULL DEFAULT 0,      -- inbox::EmailStatus, derived from the facts
  -- Inbox.
  is_read           SMALLINT NOT NULL DEFAULT 1,
  is_archived       SMALLINT NOT NULL DEFAULT 0,
  is_important      SMALLINT NOT NULL DEFAULT 0,
  important_by_hand SMALLINT NOT NULL DEFAULT 0,      -- 0 = by score, 1 = a person decided
  importance_score  BIGINT   NOT NULL DEFAULT 0,
  snoozed_until_ms  BIGINT,
  assigned_user_id  BIGINT,
  category_id       BIGINT,
  category_by       SMALLINT,                  -- leads::LabelledBy: rule, model or person
  revenue_cents     BIGINT   NOT NULL DEFAULT 0,
  sub_sequence_id   BIGINT,
  last_message_id   BIGINT,                    -- newest message of the thread
  last_reply_id     BIGINT,
  created_at_ms     BIGINT   NOT NULL,
  updated_at_ms     BIGINT   NOT NULL
  /*+key(workspace_id, id)*/
);
CREATE UNIQUE INDEX campaign_lead_pair ON campaign_lead (workspace_id, campaign_id, lead_id);
CREATE INDEX campaign_lead_of_lead ON campaign_lead (workspace_id, lead_id, id);
CREATE INDEX campaign_lead_order ON campaign_lead (workspace_id, campaign_id, id);
-- The planner's queues: new leads of a campaign, follow-ups of a mailbox, oldest due first.
CREATE INDEX campaign_lead_new ON campaign_lead (workspace_id, campaign_id, due_at_ms, id)
  WHERE state = 0 AND is_claimed = 0 AND due_at_ms IS NOT NULL;
CREATE INDEX campaign_lead_follow_up ON campaign_lead (workspace_id, campaign_id, mailbox_id, due_at_ms, id)
  WHERE state = 1 AND is_claimed = 0 AND due_at_ms IS NOT NULL;
CREATE INDEX campaign_lead_resume ON campaign_lead (resume_at_ms) WHERE resume_at_ms IS NOT NULL;
CREATE INDEX campaign_lead_state ON campaign_lead (workspace_id, campaign_id, state);
CREATE INDEX campaign_lead_domain ON campaign_lead (workspace_id, lead_domain, id);
-- The inbox: answered conversations, newest answer or newest send first, and those of a campaign. Each holds every
-- column that the lists filter by, so that finding and counting reads nothing else.
CREATE INDEX campaign_lead_replied ON campaign_lead
  (workspace_id, last_reply_at_ms DESC, id DESC, is_archived, snoozed_until_ms, category_id, campaign_id, mailbox_id,
   assigned_user_id, sub_sequence_id, is_bounced, is_unsubscribed, reply_count)
  WHERE reply_count > 0;
CREATE INDEX campaign_lead_answered_by_sent ON campaign_lead
  (workspace_id, last_sent_at_ms DESC, id DESC, last_reply_at_ms, is_archived, snoozed_until_ms, category_id, campaign_id,
   mailbox_id, assigned_user_id, sub_sequence_id, is_bounced, is_unsubscribed, reply_count)
  WHERE reply_count > 0;
CREATE INDEX campaign_lead_answered_of_campaign ON campaign_lead
  (workspace_id, campaign_id, last_reply_at_ms DESC, id DESC, is_archived, snoozed_until_ms, category_id, mailbox_id,
   assigned_user_id, sub_sequence_id, is_bounced, is_unsubscribed, reply_count, last_sent_at_ms)
  WHERE reply_count > 0;

-- Who must not be mailed: addresses and domains, for the workspace or one client (client_id 0 = all).
CREATE TABLE suppression (
  workspace_id  BIGINT   NOT NULL,
  id            /*+autoid*/,
  value         TEXT     NOT NULL,             -- lower case; a domain has no @
  client_id     BIGINT   NOT NULL DEFAULT 0,
  source        TEXT     NOT NULL,             -- manual, unsubscribe, bounce, complaint
  created_at_ms BIGINT   NOT NULL
  /*+key(workspace_id, id)*/
);
CREATE UNIQUE INDEX suppression_value ON suppression (workspace_id, value, client_id);
CREATE INDEX suppression_order ON suppression (workspace_id, id);

-- What happened to a lead in a campaign and why.
CREATE TABLE lead_timeline (
  workspace_id     BIGINT   NOT NULL,
  id               /*+autoid*/,
  campaign_lead_id BIGINT   NOT NULL,
  at_ms            BIGINT   NOT NULL,
  from_state       SMALLINT,
  to_state         SMALLINT,
  cause            TEXT     NOT NULL,
  user_id          BIGINT,
  message_id       BIGINT
  /*+key(workspace_id, id)*/
);
CREATE INDEX lead_timeline_order ON lead_timeline (workspace_id, campaign_lead_id, id);
