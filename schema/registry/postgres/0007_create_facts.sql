-- schema/registry/0007_create_facts.sql for PostgreSQL.

-- Returns. Days are numbered from 1970-01-01.
CREATE TABLE worked (
    licence     BIGINT NOT NULL,                            -- id
    last        BIGINT NOT NULL,                            -- the last day that it covers
    record      BIGINT NOT NULL,                            -- id of the return
    first       BIGINT NOT NULL,                            -- the first day that it covers
    site        BIGINT NOT NULL,                            -- id; 0 without one
    outcome     BIGINT NOT NULL CHECK (outcome IN (0, 1, 2)), -- 0: yield, 1: nil, 2: not worked
    washing     BIGINT NOT NULL CHECK (washing IN (0, 1)),  -- 1: gravel was washed
    diggers     BIGINT NOT NULL,                            -- people at work
    stones      BIGINT NOT NULL,                            -- diamonds
    diamond_mct BIGINT NOT NULL,                            -- their weight
    PRIMARY KEY (licence, last, record)
);
CREATE INDEX worked_of_record ON worked (record);

-- First sales.
CREATE TABLE sold (
    licence     BIGINT NOT NULL,                            -- id
    day         BIGINT NOT NULL,
    record      BIGINT NOT NULL,                            -- id of the sale
    stones      BIGINT NOT NULL,
    diamond_mct BIGINT NOT NULL,
    valued_mct  BIGINT NOT NULL,                            -- the same when it has a price in US dollars and no gold, else 0
    usd_cents   BIGINT NOT NULL,                            -- that price, else 0
    PRIMARY KEY (licence, day, record)
);
CREATE INDEX sold_of_record ON sold (record);

-- Stones that were recorded one by one.
CREATE TABLE sized (
    yield       BIGINT NOT NULL,                            -- id of the return that they came from
    record      BIGINT NOT NULL,                            -- id of the stone
    diamond_mct BIGINT NOT NULL,
    PRIMARY KEY (yield, record)
);
CREATE INDEX sized_of_record ON sized (record);

-- Sums of a licence's half-year, a row a site; sales stand with site 0.
CREATE TABLE tally (
    licence      BIGINT NOT NULL,                           -- id
    half         BIGINT NOT NULL,                           -- year · 2, and 1 more for its second half
    site         BIGINT NOT NULL,                           -- id; 0 without one
    district     TEXT COLLATE "C" NOT NULL,                              -- of the site, else of the licence, else ''
    returns      BIGINT NOT NULL,
    last         BIGINT NOT NULL,                           -- the last day that a return covers; 0 without any
    stones       BIGINT NOT NULL,
    found_mct    BIGINT NOT NULL,
    sold_mct     BIGINT NOT NULL,
    valued_mct   BIGINT NOT NULL,                           -- sold at a price in US dollars
    usd_cents    BIGINT NOT NULL,
    size_0       BIGINT NOT NULL,                           -- single stones in each class of app/registry/report/sizes.h
    size_1       BIGINT NOT NULL,
    size_2       BIGINT NOT NULL,
    size_3       BIGINT NOT NULL,
    size_4       BIGINT NOT NULL,
    PRIMARY KEY (licence, half, site)
);
CREATE INDEX tally_of_district ON tally (half, district);
CREATE INDEX tally_of_site ON tally (site) WHERE site <> 0;

-- How far a run that began anew must doubt what was found of records before, and the day on which the rules that time
-- alone breaks were asked.
ALTER TABLE reviewed ADD COLUMN again BIGINT NOT NULL DEFAULT 0; -- id of the last batch of that kind
ALTER TABLE reviewed ADD COLUMN day BIGINT NOT NULL DEFAULT 0;   -- 0: never

-- Findings of rules over the whole registry: what tells one question of a rule about a record from another, what finds
-- them again, when they came and when their cause went. "answered" is -3 when that is so.
ALTER TABLE finding ADD COLUMN about TEXT COLLATE "C";                   -- a half-year, the other record …; NULL for rules of one record
ALTER TABLE finding ADD COLUMN scope BIGINT NOT NULL DEFAULT 0; -- the licence, site or district whose review finds it again
ALTER TABLE finding ADD COLUMN day BIGINT NOT NULL DEFAULT 0;   -- within that scope
ALTER TABLE finding ADD COLUMN found_at BIGINT NOT NULL DEFAULT 0; -- UTC seconds; 0: when its entry came
ALTER TABLE finding ADD COLUMN gone_at BIGINT NOT NULL DEFAULT 0;  -- UTC seconds; 0: its cause is there
CREATE INDEX finding_of_scope ON finding (scope, day) WHERE scope <> 0;
CREATE INDEX finding_open ON finding (id) WHERE answered = 0;
CREATE INDEX finding_open_of_rule ON finding (rule, id) WHERE answered = 0;

-- What a run has yet to look at when it has caught up: places whose sums moved.
CREATE TABLE due (
    kind BIGINT NOT NULL CHECK (kind IN (0, 1, 2)),         -- 0: a site, 1: a district's half-year, 2: the country's
    id   BIGINT NOT NULL,                                   -- of the site, or the half-year
    name TEXT COLLATE "C" NOT NULL,                         -- of the district, else ''
    PRIMARY KEY (kind, id, name)
);

-- Exports, as certificates of the Kimberley Process tell of them: taken in from the ministry's own files.
CREATE TABLE certificate (
    number      TEXT COLLATE "C" PRIMARY KEY,
    day         BIGINT NOT NULL,                            -- of issue
    diamond_mct BIGINT NOT NULL,
    usd_cents   BIGINT NOT NULL,
    at          BIGINT NOT NULL                             -- UTC seconds: when it was taken in
);
