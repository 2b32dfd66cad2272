-- +goose Up

-- Until when somebody who was invited can take up the account; null: nobody invited them, or they have joined.
alter table users add column invited_until timestamptz;

-- +goose Down
alter table users drop column invited_until;
