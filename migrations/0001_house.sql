-- +goose Up

-- Two group roles. Runtime logins are members of both and own nothing:
--   keyhall_app       sees one tenant at a time (row-level security),
--   keyhall_platform  sees the platform's tables and the outbox' routing columns, nothing a tenant owns.
-- Roles belong to the cluster, so another database (or a parallel migration) may have made them already.
-- +goose StatementBegin
do $$
declare r text;
begin
  foreach r in array array['keyhall_app', 'keyhall_platform'] loop
    begin
      execute format('create role %I nologin', r);
    exception when duplicate_object or unique_violation then null;
    end;
  end loop;
end $$;
-- +goose StatementEnd

-- ---------------------------------------------------------------- the platform's tables

create table tenants (
  id           uuid primary key,
  slug         text collate "C" not null,
  name         text not null,
  settings     jsonb not null default '{}',          -- only what differs from the defaults
  suspended_at timestamptz,
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),
  constraint tenants_slug_key unique (slug)
);

create table domains (
  host       text collate "C" primary key,
  tenant_id  uuid not null references tenants on delete cascade,
  created_at timestamptz not null default now()
);

create table api_keys (
  id           uuid primary key,
  tenant_id    uuid not null references tenants on delete cascade,
  kind         text not null check (kind in ('publishable', 'secret')),
  name         text not null,
  hint         text not null,                        -- what may be shown again: "sk_…a1b2"
  key_hash     bytea not null,
  created_at   timestamptz not null default now(),
  last_used_at timestamptz,
  constraint api_keys_key_hash_key unique (key_hash)
);
create index api_keys_tenant on api_keys (tenant_id);

create table admins (
  id            uuid primary key,
  email         text not null,
  email_key     text collate "C" not null,
  name          text not null default '',
  password_hash text,
  operator      boolean not null default false,
  created_at    timestamptz not null default now(),
  last_login_at timestamptz,
  constraint admins_email_key unique (email_key)
);

create table admin_roles (
  tenant_id  uuid not null references tenants on delete cascade,
  admin_id   uuid not null references admins on delete cascade,
  role       text not null check (role in ('owner', 'admin', 'approver', 'viewer')),
  created_at timestamptz not null default now(),
  constraint admin_roles_pkey primary key (tenant_id, admin_id)
);
create index admin_roles_admin on admin_roles (admin_id);

create table admin_invitations (
  id         uuid primary key,
  tenant_id  uuid not null references tenants on delete cascade,
  admin_id   uuid not null references admins on delete cascade,
  token_hash bytea not null unique,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at    timestamptz
);

create table admin_sessions (
  id                 uuid primary key,
  admin_id           uuid not null references admins on delete cascade,
  kind               text not null check (kind in ('pair', 'cookie')),
  token_hash         bytea unique,
  csrf_hash          bytea,
  refresh_generation integer not null default 0,
  rotated_at         timestamptz,
  created_at         timestamptz not null default now(),
  last_seen_at       timestamptz not null default now(),
  expires_at         timestamptz not null,
  revoked_at         timestamptz,
  ip                 text not null default '',
  user_agent         text not null default ''
);
create index admin_sessions_admin on admin_sessions (admin_id);

create table platform_audit (
  id         uuid primary key,
  at         timestamptz not null default now(),
  actor_kind text not null,
  actor_id   text not null,
  action     text not null,
  object     text not null,
  details    jsonb not null default '{}',
  ip         text not null default '',
  request_id text not null default ''
);

-- ---------------------------------------------------------------- what a tenant owns

create table tenant_counters (
  tenant_id uuid primary key references tenants on delete cascade,
  users     bigint not null default 0,
  groups    bigint not null default 0
);

create table groups (
  tenant_id   uuid not null references tenants on delete cascade,
  id          bigint not null,
  name        text not null,
  name_key    text collate "C" not null,
  permissions text[] not null default '{}',
  fixed       boolean not null default false,        -- user and coach: cannot be removed
  created_at  timestamptz not null default now(),
  primary key (tenant_id, id),
  constraint groups_name_key unique (tenant_id, name_key)
);

create table users (
  tenant_id           uuid not null references tenants on delete cascade,
  id                  bigint not null,
  username            text not null default '',
  username_key        text collate "C",
  email               text not null default '',
  email_key           text collate "C",
  mobile              text not null default '',
  mobile_key          text collate "C",
  first_name          text not null default '',
  last_name           text not null default '',
  first_name_key      text collate "C" not null default '',
  last_name_key       text collate "C" not null default '',
  password_hash       text,
  password_changed_at timestamptz,
  user_type           text not null default 'user' check (user_type in ('user', 'coach')),
  group_id            bigint not null,
  approval            text not null default 'not_required' check (approval in ('not_required', 'pending', 'approved', 'rejected')),
  approval_reason     text not null default '',
  approval_at         timestamptz,
  active              boolean not null default true,
  email_verified_at   timestamptz,
  mobile_verified_at  timestamptz,
  pending_email       text not null default '',
  pending_email_key   text collate "C",
  avatar              text not null default '',
  locale              text not null default '',
  last_login_at       timestamptz,
  created_at          timestamptz not null default now(),
  updated_at          timestamptz not null default now(),
  primary key (tenant_id, id),
  foreign key (tenant_id, group_id) references groups (tenant_id, id)
);
create index users_by_approval on users (tenant_id, approval, id);
create index users_by_group on users (tenant_id, group_id, id);
create index users_by_first_name on users (tenant_id, first_name_key);
create index users_by_last_name on users (tenant_id, last_name_key);

-- Every name an account can be found by, in canonical form, across usernames, e-mails and mobiles: the primary key
-- is what stops one account's username from being another's e-mail.
create table identifiers (
  tenant_id uuid not null references tenants on delete cascade,
  value     text collate "C" not null,
  user_id   bigint not null,
  constraint identifiers_pkey primary key (tenant_id, value),
  foreign key (tenant_id, user_id) references users (tenant_id, id) on delete cascade
);
create index identifiers_by_user on identifiers (tenant_id, user_id);

create table sessions (
  tenant_id          uuid not null references tenants on delete cascade,
  id                 uuid not null,
  user_id            bigint not null,
  kind               text not null check (kind in ('opaque', 'pair', 'cookie')),
  contract           text not null,
  token_hash         bytea,
  csrf_hash          bytea,
  refresh_generation integer not null default 0,
  rotated_at         timestamptz,
  auth_time          timestamptz not null default now(),
  created_at         timestamptz not null default now(),
  last_seen_at       timestamptz not null default now(),
  idle_seconds       integer not null,
  expires_at         timestamptz not null,
  revoked_at         timestamptz,
  revoked_why        text not null default '',
  ip                 text not null default '',
  user_agent         text not null default '',
  primary key (tenant_id, id),
  constraint sessions_token_hash_key unique (tenant_id, token_hash),
  foreign key (tenant_id, user_id) references users (tenant_id, id) on delete cascade
);
create index sessions_by_user on sessions (tenant_id, user_id) where revoked_at is null;

-- Single-use tokens that travel by mail. Only hashes; spending one is a conditional UPDATE.
create table proofs (
  tenant_id   uuid not null references tenants on delete cascade,
  id          uuid not null,
  user_id     bigint not null,
  purpose     text not null check (purpose in ('verify_email', 'reset_password', 'change_email')),
  token_hash  bytea not null,
  destination text not null,
  created_at  timestamptz not null default now(),
  expires_at  timestamptz not null,
  used_at     timestamptz,
  voided_at   timestamptz,
  primary key (tenant_id, id),
  constraint proofs_token_hash_key unique (tenant_id, token_hash),
  foreign key (tenant_id, user_id) references users (tenant_id, id) on delete cascade
);
create index proofs_by_user on proofs (tenant_id, user_id, purpose);

create table signing_keys (
  tenant_id  uuid not null references tenants on delete cascade,
  id         text not null,                          -- the kid
  algorithm  text not null check (algorithm in ('EdDSA', 'RS256', 'HS256')),
  public_key bytea not null,
  sealed     bytea not null,
  created_at timestamptz not null default now(),
  retired_at timestamptz,                            -- signs no more; still verifies
  primary key (tenant_id, id)
);
create unique index signing_keys_current on signing_keys (tenant_id, algorithm) where retired_at is null;

create table audit (
  tenant_id  uuid not null references tenants on delete cascade,
  id         uuid not null,
  at         timestamptz not null default now(),
  actor_kind text not null,                          -- user, admin, operator, key, system
  actor_id   text not null,
  action     text not null,
  user_id    bigint,                                 -- the account it happened to; no foreign key, the trail outlives it
  details    jsonb not null default '{}',
  ip         text not null default '',
  request_id text not null default '',
  primary key (tenant_id, id)
);
create index audit_by_time on audit (tenant_id, at desc, id desc);
create index audit_by_user on audit (tenant_id, user_id, at desc) where user_id is not null;

create table outbox (
  tenant_id   uuid not null references tenants on delete cascade,
  id          uuid not null,
  kind        text not null,                         -- the job: mail, ...
  user_id     bigint,
  recipient   text not null default '',
  payload     jsonb not null default '{}',           -- never a secret
  sealed      bytea,                                 -- codes and links
  state       text not null default 'pending' check (state in ('pending', 'sent', 'failed', 'expired', 'cancelled')),
  attempts    integer not null default 0,
  created_at  timestamptz not null default now(),
  not_before  timestamptz not null default now(),
  expires_at  timestamptz,
  queued_at   timestamptz,
  lease       bigint not null default 0,             -- fencing number, grows with each claim
  lease_until timestamptz,
  done_at     timestamptz,
  last_error  text not null default '',
  primary key (tenant_id, id)
);
create index outbox_pending on outbox (queued_at nulls first, not_before) where state = 'pending';
create index outbox_by_time on outbox (tenant_id, created_at desc, id desc);
create index outbox_by_user on outbox (tenant_id, user_id, created_at desc) where user_id is not null;

create table delivery_attempts (
  tenant_id uuid not null references tenants on delete cascade,
  outbox_id uuid not null,
  attempt   integer not null,
  at        timestamptz not null default now(),
  outcome   text not null check (outcome in ('sent', 'retry', 'failed', 'expired')),
  answer    text not null default '',
  primary key (tenant_id, outbox_id, attempt),
  foreign key (tenant_id, outbox_id) references outbox (tenant_id, id) on delete cascade
);

-- The message sink of `keyhall dev`. Empty in production, where nothing may write to it.
create table dev_messages (
  tenant_id uuid not null references tenants on delete cascade,
  id        uuid not null,
  channel   text not null,
  recipient text not null,
  kind      text not null,
  subject   text not null default '',
  body_text text not null default '',
  body_html text not null default '',
  data      jsonb not null default '{}',
  sent_at   timestamptz not null default now(),
  primary key (tenant_id, id)
);
create index dev_messages_by_time on dev_messages (tenant_id, sent_at desc);

-- ---------------------------------------------------------------- the fences

-- +goose StatementBegin
do $$
declare t text;
begin
  foreach t in array array['tenant_counters', 'groups', 'users', 'identifiers', 'sessions', 'proofs', 'signing_keys', 'audit',
                           'outbox', 'delivery_attempts', 'dev_messages'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy one_tenant on %I using (tenant_id = nullif(current_setting(''keyhall.tenant_id'', true), '''')::uuid)'
                   ' with check (tenant_id = nullif(current_setting(''keyhall.tenant_id'', true), '''')::uuid)', t);
    execute format('grant select, insert, update, delete on %I to keyhall_app', t);
  end loop;
end $$;
-- +goose StatementEnd

-- The audit trail is append-only, whoever asks. Only the addresses in it can be blanked: they go with an erased account.
revoke update, delete on audit from keyhall_app;
grant update (ip) on audit to keyhall_app;

-- The relay reads which rows wait, in all tenants, and marks them queued: routing columns only.
create policy relay on outbox to keyhall_platform using (true);
grant select (tenant_id, id, kind, state, not_before, queued_at, lease_until, created_at), update (queued_at) on outbox to keyhall_platform;
create policy sink on dev_messages for select to keyhall_platform using (true);
grant select on dev_messages to keyhall_platform;

-- What the platform does to a tenant (settings, keys, suspension) is told in the tenant's own trail, in the same transaction.
create policy platform_notes on audit for insert to keyhall_platform with check (true);
grant insert on audit to keyhall_platform;

grant select, insert, update, delete on tenants, domains, api_keys, admins, admin_roles, admin_invitations, admin_sessions to keyhall_platform;
grant select, insert on platform_audit to keyhall_platform;
grant select on goose_db_version to keyhall_platform;  -- servers look whether the schema is theirs

-- A tenant is born complete: its counter and the two groups that every contract knows, in the same transaction.
-- +goose StatementBegin
create function keyhall_tenant_born() returns trigger language plpgsql security definer set search_path from current as $$
begin
  perform set_config('keyhall.tenant_id', new.id::text, true);
  insert into tenant_counters (tenant_id, groups) values (new.id, 2);
  insert into groups (tenant_id, id, name, name_key, fixed, permissions)
    values (new.id, 1, 'user', 'user', true, '{}'), (new.id, 2, 'coach', 'coach', true, '{members.read}');
  return null;
end $$;
-- +goose StatementEnd
create trigger tenant_born after insert on tenants for each row execute function keyhall_tenant_born();

-- Whoever caches a tenant hears of its changes.
-- +goose StatementBegin
create function keyhall_tenant_changed() returns trigger language plpgsql as $$
declare changed jsonb := to_jsonb(coalesce(new, old));
begin
  perform pg_notify('keyhall_tenants', coalesce(changed ->> 'tenant_id', changed ->> 'id'));
  return null;
end $$;
-- +goose StatementEnd
create trigger tenant_changed after insert or update or delete on tenants for each row execute function keyhall_tenant_changed();
create trigger domain_changed after insert or update or delete on domains for each row execute function keyhall_tenant_changed();
create trigger key_changed after insert or delete on api_keys for each row execute function keyhall_tenant_changed();

-- The relay wakes when a row is committed.
-- +goose StatementBegin
create function keyhall_outbox_added() returns trigger language plpgsql as $$
begin
  notify keyhall_outbox;
  return null;
end $$;
-- +goose StatementEnd
create trigger outbox_added after insert on outbox for each statement execute function keyhall_outbox_added();

-- +goose Down
drop table dev_messages, delivery_attempts, outbox, audit, signing_keys, proofs, sessions, identifiers, users, groups, tenant_counters,
           platform_audit, admin_sessions, admin_invitations, admin_roles, admins, api_keys, domains, tenants;
drop function keyhall_tenant_born(), keyhall_tenant_changed(), keyhall_outbox_added();
