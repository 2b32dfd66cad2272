-- +goose Up

-- What an account was called by the system it came from. A second import of the same file knows by it what is here.
alter table users add column external_id text collate "C";
create unique index users_external_id_key on users (tenant_id, external_id);

-- +goose Down
drop index users_external_id_key;
alter table users drop column external_id;
