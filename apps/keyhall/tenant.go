package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"text/tabwriter"
	"time"

	"github.com/keyhall/keyhall/tenants"
)

type tenantCmd struct {
	List    tenantList    `cmd:"" help:"List tenants."`
	Create  tenantCreate  `cmd:"" help:"Create a tenant."`
	Suspend tenantSuspend `cmd:"" help:"Close a tenant for now: every call answers as if it did not exist, and its sessions end."`
	Resume  tenantResume  `cmd:"" help:"Open a suspended tenant again."`
}

// byHand is who acts at the command line.
var byHand = tenants.Who{Kind: "operator", ID: "command line"}

// tool is what the small commands share.
type tool struct {
	stores  `embed:""`
	address `embed:""`
	JSON    bool `help:"Print JSON."`
}

// with opens the house for one action.
func (t tool) with(ctx context.Context, do func(h *house) error) error {
	err := required(map[string]string{"KEYHALL_DATABASE_URL": t.DatabaseURL, "KEYHALL_MASTER_KEY": t.MasterKey}, "KEYHALL_DATABASE_URL", "KEYHALL_MASTER_KEY")
	if err != nil {
		return err
	}
	if t.RedisURL == "" {
		t.RedisURL = "redis://127.0.0.1:6379/0" // never dialled by what these commands do
	}
	h, err := openHouse(ctx, t.stores, t.address, effort{RateLimits: "off"}, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	return errors.Join(do(h), h.close())
}

type tenantList struct {
	tool  `embed:""`
	Query string `short:"q" help:"Start of the slug, or a part of the name."`
}

type tenantLine struct {
	Slug      string    `json:"slug"`
	Name      string    `json:"name"`
	Suspended bool      `json:"suspended"`
	CreatedAt time.Time `json:"created_at"`
}

func lineOf(t tenants.Tenant) tenantLine {
	return tenantLine{t.Slug, t.Name, t.Suspended(), t.CreatedAt}
}

// Run prints every tenant, page by page.
func (c tenantList) Run(ctx context.Context) error {
	return c.with(ctx, func(h *house) error {
		lines := []tenantLine{}
		for cursor := ""; ; {
			all, next, err := h.registry.List(ctx, tenants.Filter{Query: c.Query, Cursor: cursor, Limit: 200})
			if err != nil {
				return err
			}
			for _, t := range all {
				lines = append(lines, lineOf(t))
			}
			if cursor = next; cursor == "" {
				return c.print(lines)
			}
		}
	})
}

func (c tenantList) print(lines []tenantLine) error {
	if c.JSON {
		return printJSON(lines)
	}
	if len(lines) == 0 {
		fmt.Println("There are no tenants. Make one: keyhall tenant create SLUG NAME")
		return nil
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	for _, l := range lines {
		state := "active"
		if l.Suspended {
			state = "suspended"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", l.Slug, state, l.Name)
	}
	return w.Flush()
}

type tenantCreate struct {
	tool     `embed:""`
	Slug     string `arg:"" help:"Names the tenant in addresses: a-z, 0-9 and hyphens."`
	Name     string `arg:"" help:"Name for people."`
	Settings string `help:"Settings that differ from the defaults, as a JSON object."`
}

// Run creates the tenant.
func (c tenantCreate) Run(ctx context.Context) error {
	return c.with(ctx, func(h *house) error {
		return c.report(h.registry.Create(ctx, byHand, c.Slug, c.Name, []byte(c.Settings)))
	})
}

// report tells how a tenant is now.
func (t tool) report(s *tenants.Scope, err error) error {
	if err != nil {
		return err
	}
	if t.JSON {
		return printJSON(lineOf(s.Tenant()))
	}
	state := "active"
	if s.Tenant().Suspended() {
		state = "suspended"
	}
	fmt.Printf("%s (%s) is %s. Its address is %s\n", s.Slug(), s.Tenant().Name, state, s.Base())
	return nil
}

type tenantSuspend struct {
	tool `embed:""`
	Slug string `arg:"" help:"The tenant."`
}

// Run suspends the tenant.
func (c tenantSuspend) Run(ctx context.Context) error {
	return c.with(ctx, func(h *house) error {
		s, err := h.registry.BySlug(ctx, c.Slug)
		if err != nil {
			return err
		}
		return c.report(h.registry.Suspend(ctx, byHand, s.ID()))
	})
}

type tenantResume struct {
	tool `embed:""`
	Slug string `arg:"" help:"The tenant."`
}

// Run resumes the tenant.
func (c tenantResume) Run(ctx context.Context) error {
	return c.with(ctx, func(h *house) error {
		s, err := h.registry.BySlug(ctx, c.Slug)
		if err != nil {
			return err
		}
		return c.report(h.registry.Resume(ctx, byHand, s.ID()))
	})
}
