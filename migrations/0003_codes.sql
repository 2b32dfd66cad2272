-- +goose Up

-- One-time codes: the newest for each destination, which kills the one before it. A row stands for a destination, so that
-- its pause, its tries and its use are each one conditional UPDATE. What is stored of the code is a keyed hash.
create table codes (
  tenant_id      uuid not null references tenants on delete cascade,
  destination    text collate "C" not null,              -- canonical e-mail address or mobile number
  id             uuid not null,                          -- of this sending
  purpose        text not null check (purpose in ('sign_in', 'prove')),
  code_hash      bytea not null,
  user_id        bigint,                                 -- the account that could be reached there; null: none
  attempts_left  smallint not null check (attempts_left >= 0),
  created_at     timestamptz not null,
  expires_at     timestamptz not null,
  used_at        timestamptz,
  proven_at      timestamptz,                            -- somebody showed that he reads what is sent there; null once that was made use of
  proven_network text not null default '',               -- where he was; the proof is of use there only
  primary key (tenant_id, destination),
  foreign key (tenant_id, user_id) references users (tenant_id, id) on delete cascade
);
create index codes_by_user on codes (tenant_id, user_id) where user_id is not null;
create index codes_by_age on codes (tenant_id, expires_at);

-- A mobile number that was asked for and not proven: shown, never used, nobody else is kept from it.
alter table users
  add column pending_mobile text not null default '',
  add column pending_mobile_key text collate "C";
create index users_by_pending_mobile on users (tenant_id, pending_mobile_key) where pending_mobile_key is not null;

-- A mailed link that signs in.
alter table proofs drop constraint proofs_purpose_check;
alter table proofs add constraint proofs_purpose_check check (purpose in ('verify_email', 'reset_password', 'change_email', 'sign_in'));

alter table codes enable row level security;
alter table codes force row level security;
create policy one_tenant on codes using (tenant_id = nullif(current_setting('keyhall.tenant_id', true), '')::uuid)
  with check (tenant_id = nullif(current_setting('keyhall.tenant_id', true), '')::uuid);
grant select, insert, update, delete on codes to keyhall_app;

-- +goose Down
delete from proofs where purpose = 'sign_in';
alter table proofs drop constraint proofs_purpose_check;
alter table proofs add constraint proofs_purpose_check check (purpose in ('verify_email', 'reset_password', 'change_email'));
drop index users_by_pending_mobile;
alter table users drop column pending_mobile, drop column pending_mobile_key;
drop table codes;
