-- How many conversations the inbox shows, by everything its filters tell apart except time and text: a total is
-- the sum of few rows, not a walk along all conversations. Triggers keep it, so no code that changes a conversation
-- can forget to. Counted are answered conversations, neither archived nor snoozed; those whose snooze has run out
-- are few and counted by their index. In the key 0 stands for none.
CREATE TABLE inbox_count (
  workspace_id     BIGINT   NOT NULL,
  campaign_id      BIGINT   NOT NULL,
  mailbox_id       BIGINT   NOT NULL,
  category_id      BIGINT   NOT NULL,
  assigned_user_id BIGINT   NOT NULL,
  sub_sequence_id  BIGINT   NOT NULL,
  is_bounced       SMALLINT NOT NULL,
  is_unsubscribed  SMALLINT NOT NULL,
  total            BIGINT   NOT NULL,
  PRIMARY KEY (workspace_id, campaign_id, mailbox_id, category_id, assigned_user_id, sub_sequence_id, is_bounced,
               is_unsubscribed)
);
CREATE INDEX campaign_lead_snoozed ON campaign_lead (workspace_id, snoozed_until_ms)
  WHERE snoozed_until_ms IS NOT NULL AND reply_count > 0;

/*+begin sqlite*/
CREATE TRIGGER inbox_count_added AFTER INSERT ON campaign_lead WHEN new.reply_count > 0 BEGIN
  INSERT INTO inbox_count (workspace_id, campaign_id, mailbox_id, category_id, assigned_user_id, sub_sequence_id,
                           is_bounced, is_unsubscribed, total)
  SELECT new.workspace_id, new.campaign_id, COALESCE(new.mailbox_id, 0),
         COALESCE(new.category_id, 0), COALESCE(new.assigned_user_id, 0), COALESCE(new.sub_sequence_id, 0),
         new.is_bounced, new.is_unsubscribed, 1
   WHERE new.reply_count > 0 AND new.is_archived = 0 AND new.snoozed_until_ms IS NULL
      ON CONFLICT (workspace_id, campaign_id, mailbox_id, category_id, assigned_user_id, sub_sequence_id, is_bounced,
                   is_unsubscribed)
      DO UPDATE SET total = inbox_count.total + 1;
END;
CREATE TRIGGER inbox_count_removed AFTER DELETE ON campaign_lead WHEN old.reply_count > 0 BEGIN
  UPDATE inbox_count
     SET total = total - 1
   WHERE workspace_id = old.workspace_id
     AND campaign_id = old.campaign_id
     AND mailbox_id = COALESCE(old.mailbox_id, 0)
     AND category_id = COALESCE(old.category_id, 0)
     AND assigned_user_id = COALESCE(old.assigned_user_id, 0)
     AND sub_sequence_id = COALESCE(old.sub_sequence_id, 0)
     AND is_bounced = old.is_bounced
     AND is_unsubscribed = old.is_unsubscribed
     AND old.reply_count > 0 AND old.is_archived = 0 AND old.snoozed_until_ms IS NULL;
END;
CREATE TRIGGER inbox_count_changed AFTER UPDATE OF
  campaign_id, mailbox_id, category_id, assigned_user_id, sub_sequence_id, is_bounced,
  is_unsubscribed, reply_count, is_archived, snoozed_until_ms
  ON campaign_lead WHEN old.reply_count > 0 OR new.reply_count > 0 BEGIN
  UPDATE inbox_count
     SET total = total - 1
   WHERE workspace_id = old.workspace_id
     AND campaign_id = old.campaign_id
     AND mailbox_id = COALESCE(old.mailbox_id, 0)
     AND category_id = COALESCE(old.category_id, 0)
     AND assigned_user_id = COALESCE(old.assigned_user_id, 0)
     AND sub_sequence_id = COALESCE(old.sub_sequence_id, 0)
     AND is_bounced = old.is_bounced
     AND is_unsubscribed = old.is_unsubscribed
     AND old.reply_count > 0 AND old.is_archived = 0 AND old.snoozed_until_ms IS NULL;
  INSERT INTO inbox_count (workspace_id, campaign_id, mailbox_id, category_id, assigned_user_id, sub_sequence_id,
                           is_bounced, is_unsubscribed, total)
  SELECT new.workspace_id, new.campaign_id, COALESCE(new.mailbox_id, 0),
         COALESCE(new.category_id, 0), COALESCE(new.assigned_user_id, 0), COALESCE(new.sub_sequence_id, 0),
         new.is_bounced, new.is_unsubscribed, 1
   WHERE new.reply_count > 0 AND new.is_archived = 0 AND new.snoozed_until_ms IS NULL
      ON CONFLICT (workspace_id, campaign_id, mailbox_id, category_id, assigned_user_id, sub_sequence_id, is_bounced,
                   is_unsubscribed)
      DO UPDATE SET total = inbox_count.total + 1;
END;
/*+end*/
/*+begin postgres*/
CREATE FUNCTION inbox_count_leave() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  UPDATE inbox_count
     SET total = total - 1
   WHERE workspace_id = old.workspace_id
     AND campaign_id = old.campaign_id
     AND mailbox_id = COALESCE(old.mailbox_id, 0)
     AND category_id = COALESCE(old.category_id, 0)
     AND assigned_user_id = COALESCE(old.assigned_user_id, 0)
     AND sub_sequence_id = COALESCE(old.sub_sequence_id, 0)
     AND is_bounced = old.is_bounced
     AND is_unsubscribed = old.is_unsubscribed
     AND old.reply_count > 0 AND old.is_archived = 0 AND old.snoozed_until_ms IS NULL;
  RETURN NULL;
END $$;
CREATE FUNCTION inbox_count_enter() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO inbox_count (workspace_id, campaign_id, mailbox_id, category_id, assigned_user_id, sub_sequence_id,
                           is_bounced, is_unsubscribed, total)
  SELECT new.workspace_id, new.campaign_id, COALESCE(new.mailbox_id, 0),
         COALESCE(new.category_id, 0), COALESCE(new.assigned_user_id, 0), COALESCE(new.sub_sequence_id, 0),
         new.is_bounced, new.is_unsubscribed, 1
   WHERE new.reply_count > 0 AND new.is_archived = 0 AND new.snoozed_until_ms IS NULL
      ON CONFLICT (workspace_id, campaign_id, mailbox_id, category_id, assigned_user_id, sub_sequence_id, is_bounced,
                   is_unsubscribed)
      DO UPDATE SET total = inbox_count.total + 1;
  RETURN NULL;
END $$;
CREATE TRIGGER inbox_count_added AFTER INSERT ON campaign_lead
  FOR EACH ROW WHEN (new.reply_count > 0) EXECUTE FUNCTION inbox_count_enter();
CREATE TRIGGER inbox_count_removed AFTER DELETE ON campaign_lead
  FOR EACH ROW WHEN (old.reply_count > 0) EXECUTE FUNCTION inbox_count_leave();
CREATE TRIGGER inbox_count_changed_from AFTER UPDATE OF
  campaign_id, mailbox_id, category_id, assigned_user_id, sub_sequence_id, is_bounced,
  is_unsubscribed, reply_count, is_archived, snoozed_until_ms
  ON campaign_lead FOR EACH ROW WHEN (old.reply_count > 0) EXECUTE FUNCTION inbox_count_leave();
CREATE TRIGGER inbox_count_changed_to AFTER UPDATE OF
  campaign_id, mailbox_id, category_id, assigned_user_id, sub_sequence_id, is_bounced,
  is_unsubscribed, reply_count, is_archived, snoozed_until_ms
  ON campaign_lead FOR EACH ROW WHEN (new.reply_count > 0) EXECUTE FUNCTION inbox_count_enter();
/*+end*/
