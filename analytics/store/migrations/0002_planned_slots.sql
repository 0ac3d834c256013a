-- Planned time out of a calendar: one row is one slot, recurrences spelled out. A slot counts while the
-- newest export of its calendar still holds it.
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
    SELECT s.fact, s.calendar, s.site, s.start_utc, s.end_utc, i.exported_at_utc, i.import_id
    FROM planned_slots s JOIN evidence e USING (fact) JOIN imports i USING (import_id)
), newest AS (
    SELECT calendar, max((exported_at_utc, import_id)) AS export FROM vouched GROUP BY calendar
)
SELECT v.calendar, v.site, v.start_utc, v.end_utc
FROM vouched v JOIN newest n ON n.calendar = v.calendar AND n.export = (v.exported_at_utc, v.import_id);
