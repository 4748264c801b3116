-- What the rules over the whole registry count with. All of it is made of the records that count, by a review, and made
-- again by `review run --again`: a licence's work lies together and in order of days, and sums of it a half-year apart.

-- Returns. Days are numbered from 1970-01-01.
CREATE TABLE worked (
    licence     INTEGER NOT NULL,                            -- id
    last        INTEGER NOT NULL,                            -- the last day that it covers
    record      INTEGER NOT NULL,                            -- id of the return
    first       INTEGER NOT NULL,                            -- the first day that it covers
    site        INTEGER NOT NULL,                            -- id; 0 without one
    outcome     INTEGER NOT NULL CHECK (outcome IN (0, 1, 2)), -- 0: yield, 1: nil, 2: not worked
    washing     INTEGER NOT NULL CHECK (washing IN (0, 1)),  -- 1: gravel was washed
    diggers     INTEGER NOT NULL,                            -- people at work
    stones      INTEGER NOT NULL,                            -- diamonds
    diamond_mct INTEGER NOT NULL,                            -- their weight
    PRIMARY KEY (licence, last, record)
) STRICT, WITHOUT ROWID;
CREATE INDEX worked_of_record ON worked (record);

-- First sales.
CREATE TABLE sold (
    licence     INTEGER NOT NULL,                            -- id
    day         INTEGER NOT NULL,
    record      INTEGER NOT NULL,                            -- id of the sale
    stones      INTEGER NOT NULL,
    diamond_mct INTEGER NOT NULL,
    valued_mct  INTEGER NOT NULL,                            -- the same when it has a price in US dollars and no gold, else 0
    usd_cents   INTEGER NOT NULL,                            -- that price, else 0
    PRIMARY KEY (licence, day, record)
) STRICT, WITHOUT ROWID;
CREATE INDEX sold_of_record ON sold (record);

-- Stones that were recorded one by one.
CREATE TABLE sized (
    yield       INTEGER NOT NULL,                            -- id of the return that they came from
    record      INTEGER NOT NULL,                            -- id of the stone
    diamond_mct INTEGER NOT NULL,
    PRIMARY KEY (yield, record)
) STRICT, WITHOUT ROWID;
CREATE INDEX sized_of_record ON sized (record);

-- Sums of a licence's half-year, a row a site; sales stand with site 0.
CREATE TABLE tally (
    licence      INTEGER NOT NULL,                           -- id
    half         INTEGER NOT NULL,                           -- year · 2, and 1 more for its second half
    site         INTEGER NOT NULL,                           -- id; 0 without one
    district     TEXT NOT NULL,                              -- of the site, else of the licence, else ''
    returns      INTEGER NOT NULL,
    last         INTEGER NOT NULL,                           -- the last day that a return covers; 0 without any
    stones       INTEGER NOT NULL,
    found_mct    INTEGER NOT NULL,
    sold_mct     INTEGER NOT NULL,
    valued_mct   INTEGER NOT NULL,                           -- sold at a price in US dollars
    usd_cents    INTEGER NOT NULL,
    size_0       INTEGER NOT NULL,                           -- single stones in each class of app/registry/report/sizes.h
    size_1       INTEGER NOT NULL,
    size_2       INTEGER NOT NULL,
    size_3       INTEGER NOT NULL,
    size_4       INTEGER NOT NULL,
    PRIMARY KEY (licence, half, site)
) STRICT, WITHOUT ROWID;
CREATE INDEX tally_of_district ON tally (half, district);
CREATE INDEX tally_of_site ON tally (site) WHERE site <> 0;

-- How far a run that began anew must doubt what was found of records before, and the day on which the rules that time
-- alone breaks were asked.
ALTER TABLE reviewed ADD COLUMN again INTEGER NOT NULL DEFAULT 0; -- id of the last batch of that kind
ALTER TABLE reviewed ADD COLUMN day INTEGER NOT NULL DEFAULT 0;   -- 0: never

-- Findings of rules over the whole registry: what tells one question of a rule about a record from another, what finds
-- them again, when they came and when their cause went. "answered" is -3 when that is so.
ALTER TABLE finding ADD COLUMN about TEXT;                   -- a half-year, the other record …; NULL for rules of one record
ALTER TABLE finding ADD COLUMN scope INTEGER NOT NULL DEFAULT 0; -- the licence, site or district whose review finds it again
ALTER TABLE finding ADD COLUMN day INTEGER NOT NULL DEFAULT 0;   -- within that scope
ALTER TABLE finding ADD COLUMN found_at INTEGER NOT NULL DEFAULT 0; -- UTC seconds; 0: when its entry came
ALTER TABLE finding ADD COLUMN gone_at INTEGER NOT NULL DEFAULT 0;  -- UTC seconds; 0: its cause is there
CREATE INDEX finding_of_scope ON finding (scope, day) WHERE scope <> 0;
CREATE INDEX finding_open ON finding (id) WHERE answered = 0;
CREATE INDEX finding_open_of_rule ON finding (rule, id) WHERE answered = 0;

-- What a run has yet to look at when it has caught up: places whose sums moved.
CREATE TABLE due (
    kind INTEGER NOT NULL CHECK (kind IN (0, 1, 2)),         -- 0: a site, 1: a district's half-year, 2: the country's
    id   INTEGER NOT NULL,                                   -- of the site, or the half-year
    name TEXT NOT NULL,                                      -- of the district, else ''
    PRIMARY KEY (kind, id, name)
) STRICT, WITHOUT ROWID;

-- Exports, as certificates of the Kimberley Process tell of them: taken in from the ministry's own files.
CREATE TABLE certificate (
    number      TEXT PRIMARY KEY,
    day         INTEGER NOT NULL,                            -- of issue
    diamond_mct INTEGER NOT NULL,
    usd_cents   INTEGER NOT NULL,
    at          INTEGER NOT NULL                             -- UTC seconds: when it was taken in
) STRICT;
