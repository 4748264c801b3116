-- The records of every device as they stand: made from the devices' journals and made again by a rebuild. Columns
-- follow the field tables of schema/record in their order, and a test holds the two together. References are no foreign
-- keys and nothing but the address is required: a record may come before the one it names, and what is missing in it is
-- a finding, never lost. Every integer is a BIGINT and every text is compared byte by byte, so that both engines hold
-- and sort the same. An address leads with the device, so ranges of id are ranges of devices (see SCALING.md).

-- People who work at the pits or hold licences.
CREATE TABLE digger (
    id           BIGINT PRIMARY KEY,                     -- address of the entry that added it
    version      BIGINT NOT NULL,                        -- address of the last entry that touched it
    at           BIGINT NOT NULL,                        -- UTC seconds of that entry
    by           TEXT COLLATE "C" NOT NULL,              -- its author
    void         BIGINT NOT NULL CHECK (void IN (0, 1)), -- 1: voided
    card_no      TEXT COLLATE "C",                       -- number on the ministry's card, when there is one
    full_name    TEXT COLLATE "C",                       -- as on paper or as spoken
    other_names  TEXT COLLATE "C",                       -- nicknames, earlier names, other spellings
    parent_name  TEXT COLLATE "C",                       -- of the father or mother
    sex          TEXT COLLATE "C",                       -- code of sex
    birth        TEXT COLLATE "C",                       -- EDTF: year, month or day, ~ for about
    nationality  TEXT COLLATE "C",                       -- code of country
    residence    TEXT COLLATE "C",                       -- code of residence
    district     TEXT COLLATE "C",                       -- code of district
    village      TEXT COLLATE "C",                       -- where the person lives
    address      TEXT COLLATE "C",                       -- further words that find the house
    phone        TEXT COLLATE "C",                       -- number with its country code when known
    id_type      TEXT COLLATE "C",                       -- code of id_type
    id_no        TEXT COLLATE "C",                       -- number on the identity paper
    role         TEXT COLLATE "C",                       -- code of person_role
    cooperative  BIGINT,                                 -- id of cooperative
    legal_basis  TEXT COLLATE "C",                       -- code of legal_basis
    status       TEXT COLLATE "C",                       -- code of person_status
    duplicate_of BIGINT,                                 -- id of digger
    note         TEXT COLLATE "C"                        -- anything else worth keeping
);

-- Cooperatives and other groups.
CREATE TABLE cooperative (
    id          BIGINT PRIMARY KEY,                     -- address of the entry that added it
    version     BIGINT NOT NULL,                        -- address of the last entry that touched it
    at          BIGINT NOT NULL,                        -- UTC seconds of that entry
    by          TEXT COLLATE "C" NOT NULL,              -- its author
    void        BIGINT NOT NULL CHECK (void IN (0, 1)), -- 1: voided
    name        TEXT COLLATE "C",                       -- as in the approval
    acronym     TEXT COLLATE "C",                       -- short name
    kind        TEXT COLLATE "C",                       -- code of coop_kind
    approval_no TEXT COLLATE "C",                       -- number of the approval or registration
    approved_on TEXT COLLATE "C",                       -- ISO date of the approval
    valid_to    TEXT COLLATE "C",                       -- ISO date: last day of the approval
    district    TEXT COLLATE "C",                       -- code of district
    village     TEXT COLLATE "C",                       -- seat of the cooperative
    chair       TEXT COLLATE "C",                       -- name of the person who leads it
    phone       TEXT COLLATE "C",                       -- number with its country code when known
    levy_bp     BIGINT,                                 -- levy, hundredths of a percent
    status      TEXT COLLATE "C",                       -- code of coop_status
    note        TEXT COLLATE "C"                        -- anything else worth keeping
);

-- Licences to dig and to trade.
CREATE TABLE licence (
    id             BIGINT PRIMARY KEY,                     -- address of the entry that added it
    version        BIGINT NOT NULL,                        -- address of the last entry that touched it
    at             BIGINT NOT NULL,                        -- UTC seconds of that entry
    by             TEXT COLLATE "C" NOT NULL,              -- its author
    void           BIGINT NOT NULL CHECK (void IN (0, 1)), -- 1: voided
    licence_no     TEXT COLLATE "C",                       -- as printed on the licence
    kind           TEXT COLLATE "C",                       -- code of licence_kind
    holder         BIGINT,                                 -- id of digger
    holder_coop    BIGINT,                                 -- id of cooperative
    minerals       TEXT COLLATE "C",                       -- codes of mineral joined by commas
    district       TEXT COLLATE "C",                       -- code of district
    area_text      TEXT COLLATE "C",                       -- where the area lies and what bounds it
    area_m2        BIGINT,                                 -- area, square metres
    issued_by      TEXT COLLATE "C",                       -- office that issued it
    issued_on      TEXT COLLATE "C",                       -- ISO date of issue
    valid_from     TEXT COLLATE "C",                       -- ISO date: first day of validity
    valid_to       TEXT COLLATE "C",                       -- ISO date: last day of validity
    status         TEXT COLLATE "C",                       -- code of licence_status
    status_on      TEXT COLLATE "C",                       -- ISO date of the latest change of status
    status_reason  TEXT COLLATE "C",                       -- why the status changed
    max_workers    BIGINT,                                 -- most workers that the licence allows
    currency       TEXT COLLATE "C",                       -- code of currency
    fee_due_minor  BIGINT,                                 -- fee due, minor units of currency
    fee_paid_minor BIGINT,                                 -- fee paid, minor units of currency
    receipt_no     TEXT COLLATE "C",                       -- receipt of the fee
    supporter      BIGINT,                                 -- id of digger
    renews         BIGINT,                                 -- id of licence
    note           TEXT COLLATE "C"                        -- anything else worth keeping
);

-- Sites and pits, licensed or not.
CREATE TABLE site (
    id          BIGINT PRIMARY KEY,                     -- address of the entry that added it
    version     BIGINT NOT NULL,                        -- address of the last entry that touched it
    at          BIGINT NOT NULL,                        -- UTC seconds of that entry
    by          TEXT COLLATE "C" NOT NULL,              -- its author
    void        BIGINT NOT NULL CHECK (void IN (0, 1)), -- 1: voided
    name        TEXT COLLATE "C",                       -- name of the site in documents
    local_name  TEXT COLLATE "C",                       -- what people there call it
    licence     BIGINT,                                 -- id of licence
    district    TEXT COLLATE "C",                       -- code of district
    village     TEXT COLLATE "C",                       -- nearest village
    river       TEXT COLLATE "C",                       -- river or stream whose gravel is worked
    lat_udeg    BIGINT,                                 -- latitude, millionths of a degree
    lon_udeg    BIGINT,                                 -- longitude, millionths of a degree
    accuracy_m  BIGINT,                                 -- how far off the position may be
    located_by  TEXT COLLATE "C",                       -- code of located_by
    state       TEXT COLLATE "C",                       -- code of site_state
    zone_status TEXT COLLATE "C",                       -- code of zone_status
    deposit     TEXT COLLATE "C",                       -- code of deposit
    opened_on   TEXT COLLATE "C",                       -- ISO date: when work began
    closed_on   TEXT COLLATE "C",                       -- ISO date: when work ended
    length_dm   BIGINT,                                 -- length, decimetres
    width_dm    BIGINT,                                 -- width, decimetres
    depth_dm    BIGINT,                                 -- depth, decimetres
    note        TEXT COLLATE "C"                        -- anything else worth keeping
);

-- Who works on a licence.
CREATE TABLE crew (
    id       BIGINT PRIMARY KEY,                     -- address of the entry that added it
    version  BIGINT NOT NULL,                        -- address of the last entry that touched it
    at       BIGINT NOT NULL,                        -- UTC seconds of that entry
    by       TEXT COLLATE "C" NOT NULL,              -- its author
    void     BIGINT NOT NULL CHECK (void IN (0, 1)), -- 1: voided
    licence  BIGINT,                                 -- id of licence
    digger   BIGINT,                                 -- id of digger
    role     TEXT COLLATE "C",                       -- code of person_role
    share_bp BIGINT,                                 -- share, hundredths of a percent
    from_on  TEXT COLLATE "C",                       -- ISO date: first day in the team
    to_on    TEXT COLLATE "C",                       -- ISO date: last day in the team
    note     TEXT COLLATE "C"                        -- anything else worth keeping
);

-- Returns: what a team found in a day or a wash period, nil and not worked included.
CREATE TABLE yield (
    id             BIGINT PRIMARY KEY,                     -- address of the entry that added it
    version        BIGINT NOT NULL,                        -- address of the last entry that touched it
    at             BIGINT NOT NULL,                        -- UTC seconds of that entry
    by             TEXT COLLATE "C" NOT NULL,              -- its author
    void           BIGINT NOT NULL CHECK (void IN (0, 1)), -- 1: voided
    licence        BIGINT,                                 -- id of licence
    site           BIGINT,                                 -- id of site
    date_from      TEXT COLLATE "C",                       -- ISO date: first day of the return
    date_to        TEXT COLLATE "C",                       -- ISO date: its last day
    outcome        TEXT COLLATE "C",                       -- code of outcome
    reason         TEXT COLLATE "C",                       -- code of no_work_reason
    activity       TEXT COLLATE "C",                       -- code of activity
    diggers        BIGINT,                                 -- people at work, women included
    women          BIGINT,                                 -- women among them
    hours_dh       BIGINT,                                 -- hours, tenths of an hour
    gravel_l       BIGINT,                                 -- gravel, litres
    stones         BIGINT,                                 -- number of diamonds
    diamond_mct    BIGINT,                                 -- diamonds, thousandths of a carat
    gem_mct        BIGINT,                                 -- gem, thousandths of a carat
    near_gem_mct   BIGINT,                                 -- near gem, thousandths of a carat
    industrial_mct BIGINT,                                 -- industrial, thousandths of a carat
    gold_mg        BIGINT,                                 -- gold, milligrams
    fineness       BIGINT,                                 -- gold in a thousand parts
    weighed_by     TEXT COLLATE "C",                       -- code of weighed_by
    declared_by    TEXT COLLATE "C",                       -- who stated this return
    witness        TEXT COLLATE "C",                       -- who saw it
    book_no        TEXT COLLATE "C",                       -- number of the paper book
    sheet_no       TEXT COLLATE "C",                       -- number of the sheet in it
    note           TEXT COLLATE "C"                        -- anything else worth keeping
);

-- Stones and parcels out of a return.
CREATE TABLE stone (
    id          BIGINT PRIMARY KEY,                     -- address of the entry that added it
    version     BIGINT NOT NULL,                        -- address of the last entry that touched it
    at          BIGINT NOT NULL,                        -- UTC seconds of that entry
    by          TEXT COLLATE "C" NOT NULL,              -- its author
    void        BIGINT NOT NULL CHECK (void IN (0, 1)), -- 1: voided
    yield       BIGINT,                                 -- id of yield
    parcel_no   TEXT COLLATE "C",                       -- number on the parcel
    seal_no     TEXT COLLATE "C",                       -- number of the bag or seal
    kind        TEXT COLLATE "C",                       -- code of stone_kind
    stones      BIGINT,                                 -- number of diamonds, 1 for a single stone
    diamond_mct BIGINT,                                 -- weight, thousandths of a carat
    class       TEXT COLLATE "C",                       -- code of stone_class
    sieve       TEXT COLLATE "C",                       -- code of sieve
    colour      TEXT COLLATE "C",                       -- code of colour
    clarity     TEXT COLLATE "C",                       -- code of clarity
    shape       TEXT COLLATE "C",                       -- code of shape
    surface     TEXT COLLATE "C",                       -- code of surface
    note        TEXT COLLATE "C"                        -- anything else worth keeping
);

-- First sales.
CREATE TABLE sale (
    id               BIGINT PRIMARY KEY,                     -- address of the entry that added it
    version          BIGINT NOT NULL,                        -- address of the last entry that touched it
    at               BIGINT NOT NULL,                        -- UTC seconds of that entry
    by               TEXT COLLATE "C" NOT NULL,              -- its author
    void             BIGINT NOT NULL CHECK (void IN (0, 1)), -- 1: voided
    slip_no          TEXT COLLATE "C",                       -- number of the purchase slip
    book_no          TEXT COLLATE "C",                       -- number of the buyer's book
    date             TEXT COLLATE "C",                       -- ISO date: day of the sale
    licence          BIGINT,                                 -- id of licence
    seller           TEXT COLLATE "C",                       -- who sold
    buyer            TEXT COLLATE "C",                       -- who bought
    buyer_licence_no TEXT COLLATE "C",                       -- number of the buyer's licence as printed
    stones           BIGINT,                                 -- number of diamonds
    diamond_mct      BIGINT,                                 -- diamonds, thousandths of a carat
    gold_mg          BIGINT,                                 -- gold, milligrams
    currency         TEXT COLLATE "C",                       -- code of currency
    price_minor      BIGINT,                                 -- price, minor units of currency
    price_usd_cents  BIGINT,                                 -- price in us dollars, cents
    payment          TEXT COLLATE "C",                       -- code of payment
    payment_ref      TEXT COLLATE "C",                       -- number of the transfer or receipt
    origin           TEXT COLLATE "C",                       -- where the goods come from, in the seller's words
    levy_minor       BIGINT,                                 -- levy, minor units of currency
    note             TEXT COLLATE "C"                        -- anything else worth keeping
);
CREATE INDEX sale_by_licence ON sale (licence);

-- Spot checks.
CREATE TABLE inspection (
    id            BIGINT PRIMARY KEY,                     -- address of the entry that added it
    version       BIGINT NOT NULL,                        -- address of the last entry that touched it
    at            BIGINT NOT NULL,                        -- UTC seconds of that entry
    by            TEXT COLLATE "C" NOT NULL,              -- its author
    void          BIGINT NOT NULL CHECK (void IN (0, 1)), -- 1: voided
    date          TEXT COLLATE "C",                       -- ISO date: day of the visit
    site          BIGINT,                                 -- id of site
    licence       BIGINT,                                 -- id of licence
    inspectors    TEXT COLLATE "C",                       -- names of those who inspected, better two than one
    announced     BIGINT CHECK (announced IN (0, 1)),     -- whether the visit was known before
    licence_shown BIGINT CHECK (licence_shown IN (0, 1)), -- whether the licence was shown
    cards_checked BIGINT,                                 -- digger cards looked at
    cards_missing BIGINT,                                 -- diggers without a card
    men           BIGINT,                                 -- men present
    women         BIGINT,                                 -- women present
    under_15      BIGINT,                                 -- children under 15 present
    aged_15_17    BIGINT,                                 -- young people of 15 to 17 present
    notebook      TEXT COLLATE "C",                       -- code of notebook
    stones_agree  BIGINT CHECK (stones_agree IN (0, 1)),  -- whether stones on site agree with the notebook
    incidents     TEXT COLLATE "C",                       -- codes of incident joined by commas
    finding       TEXT COLLATE "C",                       -- code of inspection_finding
    action        TEXT COLLATE "C",                       -- what has to be done
    deadline      TEXT COLLATE "C",                       -- ISO date: until when
    note          TEXT COLLATE "C"                        -- anything else worth keeping
);

-- Who uses this laptop.
CREATE TABLE officer (
    id          BIGINT PRIMARY KEY,                     -- address of the entry that added it
    version     BIGINT NOT NULL,                        -- address of the last entry that touched it
    at          BIGINT NOT NULL,                        -- UTC seconds of that entry
    by          TEXT COLLATE "C" NOT NULL,              -- its author
    void        BIGINT NOT NULL CHECK (void IN (0, 1)), -- 1: voided
    login       TEXT COLLATE "C",                       -- short name that stands in every entry the person makes
    full_name   TEXT COLLATE "C",                       -- as on paper or as spoken
    role        TEXT COLLATE "C",                       -- code of officer_role
    cooperative BIGINT,                                 -- id of cooperative
    phone       TEXT COLLATE "C",                       -- number with its country code when known
    active      BIGINT CHECK (active IN (0, 1))         -- whether the person may sign in
);
