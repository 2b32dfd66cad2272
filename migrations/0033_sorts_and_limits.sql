-- +goose Up

-- Each order that a list of users can have is read from an index, also far from its beginning. The id keeps equals apart.
drop index users_by_creation;
create index users_by_creation on users (tenant_id, created_at, id);
create index users_by_email on users (tenant_id, email_key, id);
create index users_by_username on users (tenant_id, username_key, id);
create index users_by_last_login on users (tenant_id, last_login_at, id);
create index users_by_invitation on users (tenant_id, invited_until, id);

-- How many users a tenant may have, which is for operators to say; null: as many as come.
alter table tenants add column max_users bigint check (max_users > 0);

-- +goose Down
alter table tenants drop column max_users;
drop index users_by_invitation, users_by_last_login, users_by_username, users_by_email, users_by_creation;
create index users_by_creation on users (tenant_id, created_at);
