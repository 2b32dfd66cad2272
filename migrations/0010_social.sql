-- +goose Up

-- Accounts that people have elsewhere and sign in with. Who somebody is there is told by provider, issuer and subject;
-- an e-mail address is never part of it. The id is what old clients disconnect by.
alter table tenant_counters add column social_identities bigint not null default 0;
create table social_identities (
  tenant_id     uuid not null references tenants on delete cascade,
  id            bigint not null,
  user_id       bigint not null,
  provider      text collate "C" not null,
  issuer        text collate "C" not null,
  subject       text collate "C" not null check (subject <> ''),
  email         text not null default '',                 -- as the provider last told it; shown, never looked for
  created_at    timestamptz not null,
  last_login_at timestamptz not null,
  primary key (tenant_id, id),
  constraint social_identities_who unique (tenant_id, provider, issuer, subject),
  foreign key (tenant_id, user_id) references users (tenant_id, id) on delete cascade
);
create index social_identities_by_user on social_identities (tenant_id, user_id, id);

-- Sign-ins that were begun at a provider: one row for each state, used once.
create table social_states (
  tenant_id    uuid not null references tenants on delete cascade,
  state_hash   bytea not null,
  provider     text collate "C" not null,
  browser_hash bytea not null,                            -- of the secret that the browser which began has to show
  sealed       bytea not null,                            -- PKCE verifier and nonce
  return_to    text not null default '',
  user_id      bigint,                                    -- who connects an account; null: a sign-in
  created_at   timestamptz not null,
  expires_at   timestamptz not null,
  used_at      timestamptz,
  primary key (tenant_id, state_hash),
  foreign key (tenant_id, user_id) references users (tenant_id, id) on delete cascade
);
create index social_states_by_age on social_states (tenant_id, expires_at);
create index social_states_by_user on social_states (tenant_id, user_id) where user_id is not null;

alter table social_identities enable row level security;
alter table social_identities force row level security;
create policy one_tenant on social_identities using (tenant_id = nullif(current_setting('keyhall.tenant_id', true), '')::uuid)
  with check (tenant_id = nullif(current_setting('keyhall.tenant_id', true), '')::uuid);
grant select, insert, update, delete on social_identities to keyhall_app;

alter table social_states enable row level security;
alter table social_states force row level security;
create policy one_tenant on social_states using (tenant_id = nullif(current_setting('keyhall.tenant_id', true), '')::uuid)
  with check (tenant_id = nullif(current_setting('keyhall.tenant_id', true), '')::uuid);
grant select, insert, update, delete on social_states to keyhall_app;

-- +goose Down
drop table social_states;
drop table social_identities;
alter table tenant_counters drop column social_identities;
