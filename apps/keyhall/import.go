package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/keyhall/keyhall/apps/api/wire"
	"github.com/keyhall/keyhall/tenants/identity"
	"github.com/keyhall/keyhall/tenants/identity/transfer"
)

type importCmd struct {
	Users importUsers `cmd:"" help:"Make accounts of a file from another system or from 'keyhall export users'. docs/migrating.md tells what goes into it."`
}

// accountTool is what import and export share.
type accountTool struct {
	tool   `embed:""`
	Tenant string `required:"" placeholder:"SLUG" help:"The tenant whose accounts they are."`
	Format string `enum:",csv,jsonl" default:"" placeholder:"csv|jsonl" help:"How the file is written; without it the end of its name says so."`
}

// handClient is where what is done at the command line comes from.
var (
	handClient = identity.Client{Contract: "command line"}
	handActor  = identity.By{Kind: byHand.Kind, ID: byHand.ID}
)

// format is the format asked for, else that of the file's name, else usual.
func (t accountTool) format(file string, usual transfer.Format) (transfer.Format, error) {
	switch f := transfer.Format(t.Format); {
	case f != "":
		return f, nil
	case strings.EqualFold(filepath.Ext(file), ".csv"):
		return transfer.CSV, nil
	case strings.EqualFold(filepath.Ext(file), ".jsonl"), strings.EqualFold(filepath.Ext(file), ".ndjson"):
		return transfer.JSONL, nil
	case usual != "":
		return usual, nil
	}
	return "", fmt.Errorf("the name %q does not tell what is in the file; say --format csv or --format jsonl", file)
}

type importUsers struct {
	accountTool `embed:""`
	File        string            `arg:"" help:"The file; - is standard input."`
	DryRun      bool              `help:"Judge every row and change nothing."`
	Invite      bool              `help:"Mail a link to choose a password to each new account that has an address and no password."`
	Map         map[string]string `placeholder:"COLUMN=NAME" help:"Call a column of the file by another name. COLUMN= leaves it out. May be given more than once."`
}

// errIncomplete says that some rows were refused; the others are in.
var errIncomplete = errors.New("some rows were refused")

// Run imports the file. With --json it prints one object a row and then the sums, each on a line of its own.
func (c importUsers) Run(ctx context.Context) error {
	format, err := c.format(c.File, "")
	if err != nil {
		return err
	}
	file, size, err := openInput(c.File)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	return c.with(ctx, func(h *house) error {
		in, err := h.registry.BySlug(ctx, c.Tenant)
		if err != nil {
			return err
		}
		bar := newProgress(os.Stderr, size)
		counts, err := h.core.Import(ctx, in, handActor, transfer.Read(bar.watch(file), format, c.Map),
			identity.ImportOptions{DryRun: c.DryRun, Invite: c.Invite}, func(r identity.ImportResult) error { return c.tell(r, bar) }, handClient)
		bar.clear()
		if sumErr := c.sum(counts); err != nil || sumErr != nil {
			return errors.Join(err, sumErr)
		}
		if counts.Refused > 0 {
			return errIncomplete
		}
		return nil
	})
}

// openInput gives a file and its size; 0 when that is not known.
func openInput(name string) (io.ReadCloser, int64, error) {
	if name == "-" {
		return io.NopCloser(os.Stdin), 0, nil
	}
	file, err := os.Open(name) //nolint:gosec // the operator says which
	if err != nil {
		return nil, 0, err
	}
	about, err := file.Stat()
	if err != nil {
		return nil, 0, errors.Join(err, file.Close())
	}
	return file, about.Size(), nil
}

type rowLine struct {
	Line    int        `json:"line"`
	ID      string     `json:"id"`
	Outcome string     `json:"outcome"`
	UserID  int64      `json:"user_id,omitempty"`
	Errors  []rowError `json:"errors,omitempty"`
}

type rowError struct {
	Field   string `json:"field"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// tell reports a row: all of them to a script, the refused ones to a person.
func (c importUsers) tell(r identity.ImportResult, bar *progress) error {
	bar.step()
	line := rowLine{Line: r.Line, ID: r.ID, Outcome: r.Outcome, UserID: r.UserID}
	for _, p := range r.Problems {
		line.Errors = append(line.Errors, rowError{p.Name, p.Code.Name, wire.Text(p.Code, p.Args)})
	}
	if c.JSON {
		return json.NewEncoder(os.Stdout).Encode(line)
	}
	if r.Outcome != identity.ImportRefused {
		return nil
	}
	bar.clear()
	fmt.Println(line)
	return nil
}

// String is "line 7, id 12: email: Enter a valid e-mail address."
func (l rowLine) String() string {
	text := fmt.Sprintf("line %d", l.Line)
	if l.ID != "" {
		text += ", id " + l.ID
	}
	for i, e := range l.Errors {
		text += []string{":", ";"}[min(i, 1)] + " " + e.Field + ": " + e.Message
	}
	return text
}

type importSums struct {
	DryRun  bool `json:"dry_run"`
	Created int  `json:"created"`
	Exists  int  `json:"exists"`
	Refused int  `json:"refused"`
}

func (c importUsers) sum(n identity.ImportCounts) error {
	if c.JSON {
		return json.NewEncoder(os.Stdout).Encode(importSums{c.DryRun, n.Created, n.Exists, n.Refused})
	}
	made := "created"
	if c.DryRun {
		made = "would be created"
	}
	fmt.Printf("%d %s, %d here already, %d refused.\n", n.Created, made, n.Exists, n.Refused)
	return nil
}
