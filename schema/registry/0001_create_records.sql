-- The records of every device as they stand: made from the devices' journals and made again by a rebuild. Columns
-- follow the field tables of schema/record in their order, and a test holds the two together. References are no foreign
-- keys and nothing but the address is required: a record may come before the one it names, and what is missing in it is
-- a finding, never lost.

-- People who work at the pits or hold licences.
CREATE TABLE digger (
    id           INTEGER PRIMARY KEY,                     -- address of the entry that added it
    version      INTEGER NOT NULL,                        -- address of the last entry that touched it
    at           INTEGER NOT NULL,                        -- UTC seconds of that entry
    by           TEXT NOT NULL,                           -- its author
    void         INTEGER NOT NULL CHECK (void IN (0, 1)), -- 1: voided
    card_no      TEXT,                                    -- number on the ministry's card, when there is one
    full_name    TEXT,                                    -- as on paper or as spoken
    other_names  TEXT,                                    -- nicknames, earlier names, other spellings
    parent_name  TEXT,                                    -- of the father or mother
    sex          TEXT,                                    -- code of sex
    birth        TEXT,                                    -- EDTF: year, month or day, ~ for about
    nationality  TEXT,                                    -- code of country
    residence    TEXT,                                    -- code of residence
    district     TEXT,                                    -- code of district
    village      TEXT,                                    -- where the person lives
    address      TEXT,                                    -- further words that find the house
    phone        TEXT,                                    -- number with its country code when known
    id_type      TEXT,                                    -- code of id_type
    id_no        TEXT,                                    -- number on the identity paper
    role         TEXT,                                    -- code of person_role
    cooperative  INTEGER,                                 -- id of cooperative
    legal_basis  TEXT,                                    -- code of legal_basis
    status       TEXT,                                    -- code of person_status
    duplicate_of INTEGER,                                 -- id of digger
    note         TEXT                                     -- anything else worth keeping
) STRICT;

-- Cooperatives and other groups.
CREATE TABLE cooperative (
    id          INTEGER PRIMARY KEY,                     -- address of the entry that added it
    version     INTEGER NOT NULL,                        -- address of the last entry that touched it
    at          INTEGER NOT NULL,                        -- UTC seconds of that entry
    by          TEXT NOT NULL,                           -- its author
    void        INTEGER NOT NULL CHECK (void IN (0, 1)), -- 1: voided
    name        TEXT,                                    -- as in the approval
    acronym     TEXT,                                    -- short name
    kind        TEXT,                                    -- code of coop_kind
    approval_no TEXT,                                    -- number of the approval or registration
    approved_on TEXT,                                    -- ISO date of the approval
    valid_to    TEXT,                                    -- ISO date: last day of the approval
    district    TEXT,                                    -- code of district
    village     TEXT,                                    -- seat of the cooperative
    chair       TEXT,                                    -- name of the person who leads it
    phone       TEXT,                                    -- number with its country code when known
    levy_bp     INTEGER,                                 -- levy, hundredths of a percent
    status      TEXT,                                    -- code of coop_status
    note        TEXT                                     -- anything else worth keeping
) STRICT;

-- Licences to dig and to trade.
CREATE TABLE licence (
    id             INTEGER PRIMARY KEY,                     -- address of the entry that added it
    version        INTEGER NOT NULL,                        -- address of the last entry that touched it
    at             INTEGER NOT NULL,                        -- UTC seconds of that entry
    by             TEXT NOT NULL,                           -- its author
    void           INTEGER NOT NULL CHECK (void IN (0, 1)), -- 1: voided
    licence_no     TEXT,                                    -- as printed on the licence
    kind           TEXT,                                    -- code of licence_kind
    holder         INTEGER,                                 -- id of digger
    holder_coop    INTEGER,                                 -- id of cooperative
    minerals       TEXT,                                    -- codes of mineral joined by commas
    district       TEXT,                                    -- code of district
    area_text      TEXT,                                    -- where the area lies and what bounds it
    area_m2        INTEGER,                                 -- area, square metres
    issued_by      TEXT,                                    -- office that issued it
    issued_on      TEXT,                                    -- ISO date of issue
    valid_from     TEXT,                                    -- ISO date: first day of validity
    valid_to       TEXT,                                    -- ISO date: last day of validity
    status         TEXT,                                    -- code of licence_status
    status_on      TEXT,                                    -- ISO date of the latest change of status
    status_reason  TEXT,                                    -- why the status changed
    max_workers    INTEGER,                                 -- most workers that the licence allows
    currency       TEXT,                                    -- code of currency
    fee_due_minor  INTEGER,                                 -- fee due, minor units of currency
    fee_paid_minor INTEGER,                                 -- fee paid, minor units of currency
    receipt_no     TEXT,                                    -- receipt of the fee
    supporter      INTEGER,                                 -- id of digger
    renews         INTEGER,                                 -- id of licence
    note           TEXT                                     -- anything else worth keeping
) STRICT;

-- Sites and pits, licensed or not.
CREATE TABLE site (
    id          INTEGER PRIMARY KEY,                     -- address of the entry that added it
    version     INTEGER NOT NULL,                        -- address of the last entry that touched it
    at          INTEGER NOT NULL,                        -- UTC seconds of that entry
    by          TEXT NOT NULL,                           -- its author
    void        INTEGER NOT NULL CHECK (void IN (0, 1)), -- 1: voided
    name        TEXT,                                    -- name of the site in documents
    local_name  TEXT,                                    -- what people there call it
    licence     INTEGER,                                 -- id of licence
    district    TEXT,                                    -- code of district
    village     TEXT,                                    -- nearest village
    river       TEXT,                                    -- river or stream whose gravel is worked
    lat_udeg    INTEGER,                                 -- latitude, millionths of a degree
    lon_udeg    INTEGER,                                 -- longitude, millionths of a degree
    accuracy_m  INTEGER,                                 -- how far off the position may be
    located_by  TEXT,                                    -- code of located_by
    state       TEXT,                                    -- code of site_state
    zone_status TEXT,                                    -- code of zone_status
    deposit     TEXT,                                    -- code of deposit
    opened_on   TEXT,                                    -- ISO date: when work began
    closed_on   TEXT,                                    -- ISO date: when work ended
    length_dm   INTEGER,                                 -- length, decimetres
    width_dm    INTEGER,                                 -- width, decimetres
    depth_dm    INTEGER,                                 -- depth, decimetres
    note        TEXT                                     -- anything else worth keeping
) STRICT;

-- Who works on a licence.
CREATE TABLE crew (
    id       INTEGER PRIMARY KEY,                     -- address of the entry that added it
    version  INTEGER NOT NULL,                        -- address of the last entry that touched it
    at       INTEGER NOT NULL,                        -- UTC seconds of that entry
    by       TEXT NOT NULL,                           -- its author
    void     INTEGER NOT NULL CHECK (void IN (0, 1)), -- 1: voided
    licence  INTEGER,                                 -- id of licence
    digger   INTEGER,                                 -- id of digger
    role     TEXT,                                    -- code of person_role
    share_bp INTEGER,                                 -- share, hundredths of a percent
    from_on  TEXT,                                    -- ISO date: first day in the team
    to_on    TEXT,                                    -- ISO date: last day in the team
    note     TEXT                                     -- anything else worth keeping
) STRICT;

-- Returns: what a team found in a day or a wash period, nil and not worked included.
CREATE TABLE yield (
    id             INTEGER PRIMARY KEY,                     -- address of the entry that added it
    version        INTEGER NOT NULL,                        -- address of the last entry that touched it
    at             INTEGER NOT NULL,                        -- UTC seconds of that entry
    by             TEXT NOT NULL,                           -- its author
    void           INTEGER NOT NULL CHECK (void IN (0, 1)), -- 1: voided
    licence        INTEGER,                                 -- id of licence
    site           INTEGER,                                 -- id of site
    date_from      TEXT,                                    -- ISO date: first day of the return
    date_to        TEXT,                                    -- ISO date: its last day
    outcome        TEXT,                                    -- code of outcome
    reason         TEXT,                                    -- code of no_work_reason
    activity       TEXT,                                    -- code of activity
    diggers        INTEGER,                                 -- people at work, women included
    women          INTEGER,                                 -- women among them
    hours_dh       INTEGER,                                 -- hours, tenths of an hour
    gravel_l       INTEGER,                                 -- gravel, litres
    stones         INTEGER,                                 -- number of diamonds
    diamond_mct    INTEGER,                                 -- diamonds, thousandths of a carat
    gem_mct        INTEGER,                                 -- gem, thousandths of a carat
    near_gem_mct   INTEGER,                                 -- near gem, thousandths of a carat
    industrial_mct INTEGER,                                 -- industrial, thousandths of a carat
    gold_mg        INTEGER,                                 -- gold, milligrams
    fineness       INTEGER,                                 -- gold in a thousand parts
    weighed_by     TEXT,                                    -- code of weighed_by
    declared_by    TEXT,                                    -- who stated this return
    witness        TEXT,                                    -- who saw it
    book_no        TEXT,                                    -- number of the paper book
    sheet_no       TEXT,                                    -- number of the sheet in it
    note           TEXT                                     -- anything else worth keeping
) STRICT;

-- Stones and parcels out of a return.
CREATE TABLE stone (
    id          INTEGER PRIMARY KEY,                     -- address of the entry that added it
    version     INTEGER NOT NULL,                        -- address of the last entry that touched it
    at          INTEGER NOT NULL,                        -- UTC seconds of that entry
    by          TEXT NOT NULL,                           -- its author
    void        INTEGER NOT NULL CHECK (void IN (0, 1)), -- 1: voided
    yield       INTEGER,                                 -- id of yield
    parcel_no   TEXT,                                    -- number on the parcel
    seal_no     TEXT,                                    -- number of the bag or seal
    kind        TEXT,                                    -- code of stone_kind
    stones      INTEGER,                                 -- number of diamonds, 1 for a single stone
    diamond_mct INTEGER,                                 -- weight, thousandths of a carat
    class       TEXT,                                    -- code of stone_class
    sieve       TEXT,                                    -- code of sieve
    colour      TEXT,                                    -- code of colour
    clarity     TEXT,                                    -- code of clarity
    shape       TEXT,                                    -- code of shape
    surface     TEXT,                                    -- code of surface
    note        TEXT                                     -- anything else worth keeping
) STRICT;

-- First sales.
CREATE TABLE sale (
    id               INTEGER PRIMARY KEY,                     -- address of the entry that added it
    version          INTEGER NOT NULL,                        -- address of the last entry that touched it
    at               INTEGER NOT NULL,                        -- UTC seconds of that entry
    by               TEXT NOT NULL,                           -- its author
    void             INTEGER NOT NULL CHECK (void IN (0, 1)), -- 1: voided
    slip_no          TEXT,                                    -- number of the purchase slip
    book_no          TEXT,                                    -- number of the buyer's book
    date             TEXT,                                    -- ISO date: day of the sale
    licence          INTEGER,                                 -- id of licence
    seller           TEXT,                                    -- who sold
    buyer            TEXT,                                    -- who bought
    buyer_licence_no TEXT,                                    -- number of the buyer's licence as printed
    stones           INTEGER,                                 -- number of diamonds
    diamond_mct      INTEGER,                                 -- diamonds, thousandths of a carat
    gold_mg          INTEGER,                                 -- gold, milligrams
    currency         TEXT,                                    -- code of currency
    price_minor      INTEGER,                                 -- price, minor units of currency
    price_usd_cents  INTEGER,                                 -- price in us dollars, cents
    payment          TEXT,                                    -- code of payment
    payment_ref      TEXT,                                    -- number of the transfer or receipt
    origin           TEXT,                                    -- where the goods come from, in the seller's words
    levy_minor       INTEGER,                                 -- levy, minor units of currency
    note             TEXT                                     -- anything else worth keeping
) STRICT;
CREATE INDEX sale_by_licence ON sale (licence);

-- Spot checks.
CREATE TABLE inspection (
    id            INTEGER PRIMARY KEY,                     -- address of the entry that added it
    version       INTEGER NOT NULL,                        -- address of the last entry that touched it
    at            INTEGER NOT NULL,                        -- UTC seconds of that entry
    by            TEXT NOT NULL,                           -- its author
    void          INTEGER NOT NULL CHECK (void IN (0, 1)), -- 1: voided
    date          TEXT,                                    -- ISO date: day of the visit
    site          INTEGER,                                 -- id of site
    licence       INTEGER,                                 -- id of licence
    inspectors    TEXT,                                    -- names of those who inspected, better two than one
    announced     INTEGER CHECK (announced IN (0, 1)),     -- whether the visit was known before
    licence_shown INTEGER CHECK (licence_shown IN (0, 1)), -- whether the licence was shown
    cards_checked INTEGER,                                 -- digger cards looked at
    cards_missing INTEGER,                                 -- diggers without a card
    men           INTEGER,                                 -- men present
    women         INTEGER,                                 -- women present
    under_15      INTEGER,                                 -- children under 15 present
    aged_15_17    INTEGER,                                 -- young people of 15 to 17 present
    notebook      TEXT,                                    -- code of notebook
    stones_agree  INTEGER CHECK (stones_agree IN (0, 1)),  -- whether stones on site agree with the notebook
    incidents     TEXT,                                    -- codes of incident joined by commas
    finding       TEXT,                                    -- code of inspection_finding
    action        TEXT,                                    -- what has to be done
    deadline      TEXT,                                    -- ISO date: until when
    note          TEXT                                     -- anything else worth keeping
) STRICT;

-- Who uses this laptop.
CREATE TABLE officer (
    id          INTEGER PRIMARY KEY,                     -- address of the entry that added it
    version     INTEGER NOT NULL,                        -- address of the last entry that touched it
    at          INTEGER NOT NULL,                        -- UTC seconds of that entry
    by          TEXT NOT NULL,                           -- its author
    void        INTEGER NOT NULL CHECK (void IN (0, 1)), -- 1: voided
    login       TEXT,                                    -- short name that stands in every entry the person makes
    full_name   TEXT,                                    -- as on paper or as spoken
    role        TEXT,                                    -- code of officer_role
    cooperative INTEGER,                                 -- id of cooperative
    phone       TEXT,                                    -- number with its country code when known
    active      INTEGER CHECK (active IN (0, 1))         -- whether the person may sign in
) STRICT;
