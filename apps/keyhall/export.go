package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/keyhall/keyhall/tenants/identity"
	"github.com/keyhall/keyhall/tenants/identity/transfer"
)

type exportCmd struct {
	Users exportUsers `cmd:"" help:"Write accounts to a file that 'keyhall import users' reads."`
}

type exportUsers struct {
	accountTool   `embed:""`
	Output        string `short:"o" default:"-" placeholder:"FILE" help:"The file; - is standard output, as CSV unless --format says otherwise."`
	WithPasswords bool   `help:"Write password hashes, too. Keep such a file as you keep the database."`
	Query         string `short:"q" help:"Start of a username, e-mail, mobile or name, or a whole id."`
	Status        string `help:"Only these: active, disabled, pending, approved, rejected or unverified."`
	Group         string `help:"Only the members of this group (name or id)."`
}

type exportLine struct {
	Users int    `json:"users"`
	File  string `json:"file"`
}

// Run writes the file, or nothing: a file of its name is replaced once the new one is complete.
func (c exportUsers) Run(ctx context.Context) error {
	usual := transfer.Format("")
	if c.Output == "-" {
		usual = transfer.CSV
	}
	format, err := c.format(c.Output, usual)
	if err != nil {
		return err
	}
	return c.with(ctx, func(h *house) error {
		if c.Output == "-" {
			n, err := c.export(ctx, h, os.Stdout, format)
			if err != nil {
				return err
			}
			return c.report(os.Stderr, n)
		}
		n, err := c.replace(ctx, h, format)
		if err != nil {
			return err
		}
		return c.report(os.Stdout, n)
	})
}

func (c exportUsers) replace(ctx context.Context, h *house, format transfer.Format) (int, error) {
	file, err := os.CreateTemp(filepath.Dir(c.Output), ".keyhall-export-*") // for its owner's eyes only
	if err != nil {
		return 0, err
	}
	defer func() { _ = os.Remove(file.Name()) }() // gone already when all went well
	n, err := c.export(ctx, h, file, format)
	if err := errors.Join(err, file.Close()); err != nil {
		return 0, err
	}
	return n, os.Rename(file.Name(), c.Output)
}

func (c exportUsers) export(ctx context.Context, h *house, to io.Writer, format transfer.Format) (n int, err error) {
	in, err := h.registry.BySlug(ctx, c.Tenant)
	if err != nil {
		return 0, err
	}
	w, err := transfer.NewWriter(to, format, c.WithPasswords)
	if err != nil {
		return 0, err
	}
	bar := newProgress(os.Stderr, 0)
	if to == os.Stdout {
		bar = &progress{} // the two would mix
	}
	filter := identity.UserFilter{Query: c.Query, Status: c.Status, Group: c.Group}
	err = h.core.ExportUsers(ctx, in, handActor, filter, c.WithPasswords, func(r identity.Record) error {
		n++
		bar.step()
		return w.Write(r)
	}, handClient)
	bar.clear()
	if err != nil {
		return n, err
	}
	return n, w.Flush()
}

func (c exportUsers) report(to io.Writer, n int) error {
	if c.JSON {
		return json.NewEncoder(to).Encode(exportLine{n, c.Output})
	}
	_, err := fmt.Fprintf(to, "%d accounts written.\n", n)
	return err
}
