-- The first shape of the store. Times are naive UTC in columns named *_utc; ids are text; null is
-- "not known". Only what a DuckDB file and DuckLake both have: no keys, checks, sequences or indexes.
--
-- A fact is one row per distinct content: `fact` is the first 64 bits of the MD5 of its columns, so the
-- same content from two exports is one row. `evidence` says which imports vouch for it.

-- One export taken in. import_id: the first 8 hex digits of key.
CREATE TABLE imports (
    import_id       VARCHAR NOT NULL,
    key             VARCHAR NOT NULL,   -- hash of the members read, the parser and the options that mattered
    content         VARCHAR NOT NULL,   -- hash of the members read: the same for a zip and its folder
    format          VARCHAR NOT NULL,   -- importer, such as x-archive
    parser_version  VARCHAR NOT NULL,
    path            VARCHAR NOT NULL,   -- where it was read from
    owner           VARCHAR,            -- platform:account, where the export names its owner
    exported_at_utc TIMESTAMP NOT NULL, -- when the export was made
    imported_at_utc TIMESTAMP NOT NULL,
    status          VARCHAR NOT NULL    -- complete; with problems
);

-- What an import read, by kind of row: read = new + known (+ repeated within the export).
CREATE TABLE import_counts (
    import_id  VARCHAR NOT NULL,
    kind       VARCHAR NOT NULL,
    read_rows  BIGINT NOT NULL,         -- rows read
    new_rows   BIGINT NOT NULL,         -- rows the store did not have
    known_rows BIGINT NOT NULL          -- rows it had already
);

-- What the user should know of an import, in the order it was said.
CREATE TABLE import_notes (
    import_id VARCHAR NOT NULL,
    note      VARCHAR NOT NULL
);

-- One thing that could not be read.
CREATE TABLE problems (
    import_id VARCHAR NOT NULL,
    place     VARCHAR NOT NULL,         -- file and row
    what      VARCHAR NOT NULL
);

-- This import vouches for that fact.
CREATE TABLE evidence (
    import_id VARCHAR NOT NULL,
    fact      UBIGINT NOT NULL
);

-- What was seen of an account, and when.
CREATE TABLE account_observations (
    fact          UBIGINT NOT NULL,
    platform      VARCHAR NOT NULL,
    account       VARCHAR NOT NULL,
    observed_utc  TIMESTAMP,
    handle        VARCHAR,
    display_name  VARCHAR,
    bio           VARCHAR,
    website       VARCHAR,
    created_utc   TIMESTAMP,
    followers     BIGINT,
    following     BIGINT,
    posts         BIGINT,
    likes_given   BIGINT,
    default_image BOOLEAN,
    verified      BOOLEAN
);

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
FROM account_observations
GROUP BY platform, account;

-- An account that is me. Rows with source 'export' are facts that an import vouches for; rows with
-- source 'user' are the user's own word, kept through every re-import; 'removed' takes one back.
CREATE TABLE identities (
    fact     UBIGINT NOT NULL,
    platform VARCHAR NOT NULL,
    account  VARCHAR NOT NULL,
    handle   VARCHAR,
    source   VARCHAR NOT NULL           -- export, user or removed
);

CREATE VIEW me AS
SELECT platform, account, max(handle) AS handle
FROM identities
GROUP BY platform, account
HAVING NOT bool_or(source = 'removed');

-- One post in one version. is_current marks the version to count: newest export first, then the
-- latest edit, then content, so the order of imports cannot matter.
CREATE TABLE posts (
    fact              UBIGINT NOT NULL,
    is_current        BOOLEAN NOT NULL,
    platform          VARCHAR NOT NULL,
    post_id           VARCHAR NOT NULL,
    original_id       VARCHAR NOT NULL, -- first version of an edited post, else post_id
    author            VARCHAR NOT NULL,
    created_utc       TIMESTAMP,
    kind              VARCHAR NOT NULL, -- post, reply, repost, quote
    text              VARCHAR NOT NULL,
    lang              VARCHAR,
    client            VARCHAR,
    reply_to_account  VARCHAR,
    reply_to_post     VARCHAR,
    repost_of_account VARCHAR,
    repost_of_post    VARCHAR,
    quote_of_account  VARCHAR,
    quote_of_post     VARCHAR,
    deleted_utc       TIMESTAMP,
    bands             UBIGINT[]         -- minhash bands of the text: near-duplicates share one; null under 3 words
);

-- How a post was received, as of an export.
CREATE TABLE post_counts (
    fact         UBIGINT NOT NULL,
    platform     VARCHAR NOT NULL,
    post_id      VARCHAR NOT NULL,
    observed_utc TIMESTAMP NOT NULL,
    likes        BIGINT,
    reposts      BIGINT,
    replies      BIGINT,
    quotes       BIGINT,
    impressions  BIGINT
);

-- What a post holds; fact is that of the post.
CREATE TABLE post_links (
    fact   UBIGINT NOT NULL,
    url    VARCHAR NOT NULL,
    domain VARCHAR                      -- null behind t.co and other shorteners
);

CREATE TABLE post_mentions (
    fact    UBIGINT NOT NULL,
    account VARCHAR,
    handle  VARCHAR
);

CREATE TABLE post_tags (
    fact UBIGINT NOT NULL,
    tag  VARCHAR NOT NULL
);

-- The posts that count: current and not deleted.
CREATE VIEW current_posts AS
SELECT * FROM posts WHERE is_current AND deleted_utc IS NULL;

-- One list at one time; its members have the same fact.
CREATE TABLE follow_lists (
    fact      UBIGINT NOT NULL,
    platform  VARCHAR NOT NULL,
    owner     VARCHAR NOT NULL,
    direction VARCHAR NOT NULL,         -- follower, following, blocked, muted, pending, unfollowed
    as_of_utc TIMESTAMP NOT NULL,
    complete  BOOLEAN NOT NULL,
    members   BIGINT NOT NULL
);

CREATE TABLE follow_list_members (
    fact      UBIGINT NOT NULL,
    account   VARCHAR NOT NULL,
    since_utc TIMESTAMP                 -- when the relation began, where the source knows it
);

-- One act of one account towards another that no stored post implies.
CREATE TABLE interactions (
    fact     UBIGINT NOT NULL,
    platform VARCHAR NOT NULL,
    actor    VARCHAR NOT NULL,
    target   VARCHAR,
    kind     VARCHAR NOT NULL,          -- like, repost, reply, mention, quote, follow, message
    at_utc   TIMESTAMP,
    post_id  VARCHAR
);

-- Every act between two accounts: the stored ones and those that posts imply.
-- A reply's own addressee is a reply, not a mention as well; a thread to oneself is no act.
CREATE VIEW acts AS
SELECT platform, actor, target, kind, at_utc, post_id FROM interactions
UNION ALL
SELECT platform, author, reply_to_account, 'reply', created_utc, post_id FROM current_posts
WHERE kind = 'reply' AND reply_to_account IS NOT NULL AND reply_to_account <> author
UNION ALL
SELECT platform, author, repost_of_account, 'repost', created_utc, post_id FROM current_posts
WHERE kind = 'repost' AND repost_of_account IS NOT NULL AND repost_of_account <> author
UNION ALL
SELECT platform, author, quote_of_account, 'quote', created_utc, post_id FROM current_posts
WHERE kind = 'quote' AND quote_of_account IS NOT NULL AND quote_of_account <> author
UNION ALL
SELECT p.platform, p.author, m.account, 'mention', p.created_utc, p.post_id
FROM current_posts p JOIN post_mentions m USING (fact)
WHERE m.account IS NOT NULL AND m.account <> p.author
  AND m.account IS DISTINCT FROM p.reply_to_account;

-- One stretch of time on one site, as a tracker or a browser recorded it.
CREATE TABLE time_spans (
    fact      UBIGINT NOT NULL,
    site      VARCHAR NOT NULL,
    start_utc TIMESTAMP NOT NULL,
    end_utc   TIMESTAMP NOT NULL,
    basis     VARCHAR NOT NULL,         -- measured or visit
    device    VARCHAR
);

-- One number a day.
CREATE TABLE daily_counts (
    fact     UBIGINT NOT NULL,
    platform VARCHAR NOT NULL,
    account  VARCHAR,
    day      DATE NOT NULL,
    metric   VARCHAR NOT NULL,
    value    DOUBLE NOT NULL
);

-- The user's own word. Each row holds from a date until a later one replaces it.
CREATE TABLE budgets (
    valid_from DATE NOT NULL,
    site       VARCHAR,                 -- null: all sites together
    minutes    DOUBLE,                  -- minutes a week; null takes a site's share away
    set_at_utc TIMESTAMP NOT NULL
);

CREATE TABLE plan (
    valid_from  DATE NOT NULL,
    weekday     INTEGER NOT NULL,       -- 0 Monday .. 6 Sunday
    start_time  TIME NOT NULL,          -- local
    end_time    TIME NOT NULL,
    site        VARCHAR,                -- null: the slot was taken out of the plan
    set_at_utc  TIMESTAMP NOT NULL
);

CREATE TABLE decisions (
    platform    VARCHAR NOT NULL,
    account     VARCHAR NOT NULL,
    verdict     VARCHAR NOT NULL,       -- keep, unfollow, source, later; open takes it back
    reason      VARCHAR,
    valid_until DATE,
    set_at_utc  TIMESTAMP NOT NULL
);

CREATE TABLE settings (
    name       VARCHAR NOT NULL,        -- such as time_zone
    value      VARCHAR NOT NULL,
    set_at_utc TIMESTAMP NOT NULL
);
