-- The inbox's lists are answered from memory (docs/design/0010-inbox-lists.md), so the counters and the covering
-- indexes that answered them from the table go. Only the outgoing queue and reminders are still listed from tables.
/*+begin sqlite*/
DROP TRIGGER inbox_count_added;
DROP TRIGGER inbox_count_removed;
DROP TRIGGER inbox_count_changed;
/*+end*/
/*+begin postgres*/
DROP TRIGGER inbox_count_added ON campaign_lead;
DROP TRIGGER inbox_count_removed ON campaign_lead;
DROP TRIGGER inbox_count_changed_from ON campaign_lead;
DROP TRIGGER inbox_count_changed_to ON campaign_lead;
DROP FUNCTION inbox_count_leave();
DROP FUNCTION inbox_count_enter();
/*+end*/
DROP TABLE inbox_count;
DROP INDEX campaign_lead_snoozed;
DROP INDEX campaign_lead_replied;
DROP INDEX campaign_lead_answered_by_sent;
DROP INDEX campaign_lead_answered_of_campaign;

-- Which thread rows changed in what the lists show, filter or sort by: written by triggers, so nothing that changes a
-- row can forget to; read from where the last reader stopped (SQLite: by id, PostgreSQL: by transaction).
CREATE TABLE thread_change (
  workspace_id     BIGINT NOT NULL,
  id               /*+autoid*/,
  tx               BIGINT NOT NULL DEFAULT /*+tx_id*/,
  campaign_lead_id BIGINT NOT NULL
);
-- Up to where old changes were deleted, an id on SQLite and a transaction on PostgreSQL; whoever had not read as far
-- reads everything anew.
CREATE TABLE thread_change_floor (
  id         BIGINT NOT NULL PRIMARY KEY,
  deleted_to BIGINT NOT NULL
);

/*+begin sqlite*/
CREATE TRIGGER thread_added AFTER INSERT ON campaign_lead
  WHEN new.sent_count > 0 OR new.reply_count > 0 OR new.last_message_id IS NOT NULL
BEGIN
  INSERT INTO thread_change (workspace_id, campaign_lead_id) VALUES (new.workspace_id, new.id);
END;
CREATE TRIGGER thread_removed AFTER DELETE ON campaign_lead
  WHEN old.sent_count > 0 OR old.reply_count > 0 OR old.last_message_id IS NOT NULL
BEGIN
  INSERT INTO thread_change (workspace_id, campaign_lead_id) VALUES (old.workspace_id, old.id);
END;
CREATE TRIGGER thread_changed AFTER UPDATE OF
  campaign_id, mailbox_id, category_id, assigned_user_id, sub_sequence_id, sent_count, open_count, click_count,
  reply_count, last_sent_at_ms, last_reply_at_ms, engaged_at_ms, is_bounced, is_unsubscribed, email_status, is_read,
  is_archived, is_important, snoozed_until_ms, last_message_id
  ON campaign_lead
  WHEN new.sent_count > 0 OR new.reply_count > 0 OR new.last_message_id IS NOT NULL
BEGIN
  INSERT INTO thread_change (workspace_id, campaign_lead_id) VALUES (new.workspace_id, new.id);
END;
/*+end*/
/*+begin postgres*/
CREATE INDEX thread_change_tx ON thread_change (tx);
CREATE FUNCTION note_thread_change() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  IF tg_op = 'DELETE' THEN
    INSERT INTO thread_change (workspace_id, campaign_lead_id) VALUES (old.workspace_id, old.id);
  ELSE
    INSERT INTO thread_change (workspace_id, campaign_lead_id) VALUES (new.workspace_id, new.id);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER thread_added AFTER INSERT ON campaign_lead FOR EACH ROW
  WHEN (new.sent_count > 0 OR new.reply_count > 0 OR new.last_message_id IS NOT NULL)
  EXECUTE FUNCTION note_thread_change();
CREATE TRIGGER thread_removed AFTER DELETE ON campaign_lead FOR EACH ROW
  WHEN (old.sent_count > 0 OR old.reply_count > 0 OR old.last_message_id IS NOT NULL)
  EXECUTE FUNCTION note_thread_change();
CREATE TRIGGER thread_changed AFTER UPDATE OF
  campaign_id, mailbox_id, category_id, assigned_user_id, sub_sequence_id, sent_count, open_count, click_count,
  reply_count, last_sent_at_ms, last_reply_at_ms, engaged_at_ms, is_bounced, is_unsubscribed, email_status, is_read,
  is_archived, is_important, snoozed_until_ms, last_message_id
  ON campaign_lead FOR EACH ROW
  WHEN (new.sent_count > 0 OR new.reply_count > 0 OR new.last_message_id IS NOT NULL)
  EXECUTE FUNCTION note_thread_change();
/*+end*/

-- Search by words, made alike for both engines (inbox/search_words.h). Sequence mail is indexed soon after it was
-- sent, from this queue; answers at once.
CREATE TABLE search_due (
  workspace_id     BIGINT NOT NULL,
  id               /*+autoid*/,
  campaign_lead_id BIGINT NOT NULL
  /*+key(workspace_id, id)*/
);
/*+begin sqlite*/
DROP TRIGGER thread_text_added;
DROP TRIGGER thread_text_removed;
DROP TRIGGER thread_text_changed;
DROP TABLE thread_search;
DELETE FROM thread_text;
CREATE VIRTUAL TABLE thread_search
  USING fts5(text, content='thread_text', content_rowid='campaign_lead_id', tokenize='ascii', detail=none, columnsize=0);
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
DROP INDEX thread_text_search;
DELETE FROM thread_text;
CREATE INDEX thread_text_search ON thread_text USING gin (array_to_tsvector(string_to_array(text, ' ')));
/*+end*/
-- What was searched before is indexed anew.
INSERT INTO search_due (workspace_id, campaign_lead_id)
SELECT workspace_id, id FROM campaign_lead WHERE sent_count > 0 OR reply_count > 0;
