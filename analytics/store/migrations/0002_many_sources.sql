-- What several sources of one person need: the same act told twice counts once, and a name that one source
-- uses for an account leads to the id that another one knows. Planned time out of calendars.

-- Of equal acts (a like or repost of one post by one account) the one that tells most counts.
ALTER TABLE interactions ADD COLUMN is_current BOOLEAN DEFAULT true;

-- Sources without ids name accounts by handle, and so may the user. One row is one such name, as it is used,
-- whose account is known from another source; made anew by every import.
CREATE TABLE aliases (
    platform VARCHAR NOT NULL,
    alias    VARCHAR NOT NULL,          -- the name as used
    account  VARCHAR NOT NULL           -- the platform's own id
);

DROP VIEW accounts;
DROP VIEW me;
DROP VIEW acts;
DROP VIEW current_posts;

-- What was seen of accounts, by their id where it is known.
CREATE VIEW seen_accounts AS
SELECT o.* REPLACE (coalesce(a.account, o.account) AS account)
FROM account_observations o LEFT JOIN aliases a ON a.platform = o.platform AND a.alias = o.account;

-- One account, each column as last seen.
CREATE VIEW accounts AS
SELECT platform, account,
       max(observed_utc) AS observed_utc,
       arg_max(handle, (coalesce(observed_utc, TIMESTAMP '1970-01-01'), fact)) AS handle,
       arg_max(display_name, (coalesce(observed_utc, TIMESTAMP '1970-01-01'), fact)) AS display_name,
       arg_max(bio, (coalesce(observed_utc, TIMESTAMP '1970-01-01'), fact)) AS bio,
       arg_max(website, (coalesce(observed_utc, TIMESTAMP '1970-01-01'), fact)) AS website,
       arg_max(created_utc, (coalesce(observed_utc, TIMESTAMP '1970-01-01'), fact)) AS created_utc,
       arg_max(followers, (coalesce(observed_utc, TIMESTAMP '1970-01-01'), fact)) AS followers,
       arg_max(following, (coalesce(observed_utc, TIMESTAMP '1970-01-01'), fact)) AS following,
       arg_max(posts, (coalesce(observed_utc, TIMESTAMP '1970-01-01'), fact)) AS posts,
       arg_max(likes_given, (coalesce(observed_utc, TIMESTAMP '1970-01-01'), fact)) AS likes_given,
       arg_max(default_image, (coalesce(observed_utc, TIMESTAMP '1970-01-01'), fact)) AS default_image,
       arg_max(verified, (coalesce(observed_utc, TIMESTAMP '1970-01-01'), fact)) AS verified
FROM seen_accounts
GROUP BY platform, account;

CREATE VIEW me AS
SELECT i.platform, coalesce(a.account, i.account) AS account, max(i.handle) AS handle
FROM identities i LEFT JOIN aliases a ON a.platform = i.platform AND a.alias = i.account
GROUP BY ALL
HAVING NOT bool_or(i.source = 'removed');

-- Follow lists, and numbers a day, by the id of their owner where it is known. A list that was taken in under
-- a handle and again under the id is one.
CREATE VIEW owned_lists AS
SELECT l.* REPLACE (coalesce(a.account, l.owner) AS owner)
FROM follow_lists l LEFT JOIN aliases a ON a.platform = l.platform AND a.alias = l.owner
QUALIFY NOT l.complete OR row_number() OVER (
    PARTITION BY l.platform, coalesce(a.account, l.owner), l.direction, l.as_of_utc, l.complete
    ORDER BY l.members DESC, l.fact) = 1;

CREATE VIEW owned_counts AS
SELECT d.* REPLACE (coalesce(a.account, d.account) AS account)
FROM daily_counts d LEFT JOIN aliases a ON a.platform = d.platform AND a.alias = d.account;

-- The posts that count: current and not deleted, their people by id where it is known.
CREATE VIEW current_posts AS
SELECT p.* REPLACE (
           coalesce(author.account, p.author) AS author,
           coalesce(reply_to.account, p.reply_to_account) AS reply_to_account,
           coalesce(repost_of.account, p.repost_of_account) AS repost_of_account,
           coalesce(quote_of.account, p.quote_of_account) AS quote_of_account)
FROM posts p
LEFT JOIN aliases author ON author.platform = p.platform AND author.alias = p.author
LEFT JOIN aliases reply_to ON reply_to.platform = p.platform AND reply_to.alias = p.reply_to_account
LEFT JOIN aliases repost_of ON repost_of.platform = p.platform AND repost_of.alias = p.repost_of_account
LEFT JOIN aliases quote_of ON quote_of.platform = p.platform AND quote_of.alias = p.quote_of_account
WHERE p.is_current AND p.deleted_utc IS NULL;

-- The stored acts that count, likewise.
CREATE VIEW current_interactions AS
SELECT i.* REPLACE (coalesce(actor.account, i.actor) AS actor, coalesce(target.account, i.target) AS target)
FROM interactions i
LEFT JOIN aliases actor ON actor.platform = i.platform AND actor.alias = i.actor
LEFT JOIN aliases target ON target.platform = i.platform AND target.alias = i.target
WHERE i.is_current;

-- Every act between two accounts: the stored ones and those that posts imply. A reply may quote as well.
-- A reply's own addressee is a reply, not a mention as well; a thread to oneself is no act.
CREATE VIEW acts AS
SELECT platform, actor, target, kind, at_utc, post_id FROM current_interactions
UNION ALL
SELECT platform, author, reply_to_account, 'reply', created_utc, post_id FROM current_posts
WHERE kind = 'reply' AND reply_to_account IS NOT NULL AND reply_to_account <> author
UNION ALL
SELECT platform, author, repost_of_account, 'repost', created_utc, post_id FROM current_posts
WHERE kind = 'repost' AND repost_of_account IS NOT NULL AND repost_of_account <> author
UNION ALL
SELECT platform, author, quote_of_account, 'quote', created_utc, post_id FROM current_posts
WHERE kind <> 'repost' AND quote_of_account IS NOT NULL AND quote_of_account <> author
UNION ALL
SELECT p.platform, p.author, coalesce(m.account, named.account), 'mention', p.created_utc, p.post_id
FROM current_posts p JOIN post_mentions m USING (fact)
LEFT JOIN aliases named ON named.platform = p.platform AND named.alias = m.handle
WHERE coalesce(m.account, named.account) <> p.author
  AND coalesce(m.account, named.account) IS DISTINCT FROM p.reply_to_account;

-- Planned time out of a calendar: one row is one slot, recurrences spelled out.
CREATE TABLE planned_slots (
    fact      UBIGINT NOT NULL,
    calendar  VARCHAR NOT NULL,         -- the calendar's own name
    site      VARCHAR,                  -- null: meant for social sites, none of them named
    start_utc TIMESTAMP NOT NULL,
    end_utc   TIMESTAMP NOT NULL
);

-- The slots that count: those of each calendar's newest export.
CREATE VIEW current_slots AS
WITH vouched AS (
    SELECT s.calendar, s.site, s.start_utc, s.end_utc, i.exported_at_utc, i.import_id
    FROM planned_slots s JOIN evidence e USING (fact) JOIN imports i USING (import_id)
), newest AS (
    SELECT calendar, max((exported_at_utc, import_id)) AS export FROM vouched GROUP BY calendar
)
SELECT v.calendar, v.site, v.start_utc, v.end_utc
FROM vouched v JOIN newest n ON n.calendar = v.calendar AND n.export = (v.exported_at_utc, v.import_id);
