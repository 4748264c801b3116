-- What is found by the record that it refers to: licences of a person, crews of a digger, checks of a site.
CREATE INDEX licence_by_holder ON licence (holder) WHERE holder IS NOT NULL;
CREATE INDEX licence_by_holder_coop ON licence (holder_coop) WHERE holder_coop IS NOT NULL;
CREATE INDEX site_by_licence ON site (licence) WHERE licence IS NOT NULL;
CREATE INDEX crew_by_digger ON crew (digger);
CREATE INDEX yield_by_site ON yield (site) WHERE site IS NOT NULL;
CREATE INDEX inspection_by_site ON inspection (site);
CREATE INDEX inspection_by_licence ON inspection (licence) WHERE licence IS NOT NULL;
