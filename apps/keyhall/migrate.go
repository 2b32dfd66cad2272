package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/keyhall/keyhall/migrations"
)

type migrateCmd struct {
	DatabaseURL     string `name:"database-url" env:"KEYHALL_DATABASE_URL" placeholder:"URL" help:"PostgreSQL as the role that owns the schema and may create roles."`
	RuntimeRole     string `name:"runtime-role" env:"KEYHALL_RUNTIME_ROLE" placeholder:"NAME" help:"Login role for servers; made if there is none. It can see one tenant at a time and owns nothing."`
	RuntimePassword string `name:"runtime-password" env:"KEYHALL_RUNTIME_PASSWORD" placeholder:"PASSWORD" help:"Its password."`
	JSON            bool   `help:"Print JSON."`
}

// Run migrates, and sets up the runtime role when one is named.
func (m migrateCmd) Run(ctx context.Context) error {
	if m.DatabaseURL == "" {
		return errors.New("set KEYHALL_DATABASE_URL to the owner's address of the database")
	}
	if (m.RuntimeRole == "") != (m.RuntimePassword == "") {
		return errors.New("KEYHALL_RUNTIME_ROLE and KEYHALL_RUNTIME_PASSWORD belong together")
	}
	applied, err := migrations.Up(ctx, m.DatabaseURL)
	if err != nil {
		return fmt.Errorf("the database could not be migrated: %w. Check KEYHALL_DATABASE_URL; it names the owner of the schema", err)
	}
	if m.RuntimeRole != "" {
		if err := migrations.GrantRuntime(ctx, m.DatabaseURL, m.RuntimeRole, m.RuntimePassword); err != nil {
			return err
		}
	}
	if m.JSON {
		return printJSON(map[string]any{"applied": applied, "runtime_role": m.RuntimeRole})
	}
	fmt.Printf("The database has the newest schema (%d migrations applied now).\n", applied)
	if m.RuntimeRole == "" {
		fmt.Println("Servers need a role of their own: keyhall migrate --runtime-role keyhall_runtime --runtime-password ...")
	}
	return nil
}
