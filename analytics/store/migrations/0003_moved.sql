-- Accounts that their owners left for another one: Mastodon keeps a redirect on the old profile.

ALTER TABLE account_observations ADD COLUMN moved_to VARCHAR;

DROP VIEW accounts;
DROP VIEW seen_accounts;

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
       arg_max(verified, (coalesce(observed_utc, TIMESTAMP '1970-01-01'), fact)) AS verified,
       arg_max(moved_to, (coalesce(observed_utc, TIMESTAMP '1970-01-01'), fact)) AS moved_to
FROM seen_accounts
GROUP BY platform, account;
