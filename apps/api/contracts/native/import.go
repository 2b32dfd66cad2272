package native

import (
	"bytes"
	"path/filepath"
	"strings"

	"github.com/keyhall/keyhall/apps/api/wire"
	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants/identity"
	"github.com/keyhall/keyhall/tenants/identity/transfer"
)

const (
	// maxImport is the largest file taken, in bytes: some ten thousand rows. The command line takes any.
	maxImport = 2 << 20
	// maxRefused is how many refused rows the answer lists; its numbers count them all.
	maxRefused = 500
)

type importIn struct {
	File wire.File `json:"file" validate:"required"`
}

type importOut struct {
	DryRun  bool        `json:"dry_run"`
	Created int         `json:"created"`
	Exists  int         `json:"exists"`
	Refused int         `json:"refused"`
	Rows    []importRow `json:"refused_rows"`
}

type importRow struct {
	Line   int           `json:"line"`
	ID     *string       `json:"id"`
	Errors []importFault `json:"errors"`
}

type importFault struct {
	Field   string `json:"field"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// importUsers makes accounts of a file. Row by row: refused ones do not keep the others out, and to send the same
// file again does no harm.
func (n contract) importUsers(c *wire.Call, in importIn) (wire.Response, error) {
	format, err := formatOf(in.File.Name)
	if err != nil {
		return wire.Response{}, err
	}
	var o identity.ImportOptions
	if o.DryRun, err = flagParam(c, "dry_run"); err != nil {
		return wire.Response{}, err
	}
	if o.Invite, err = flagParam(c, "invite"); err != nil {
		return wire.Response{}, err
	}
	out := importOut{DryRun: o.DryRun, Rows: []importRow{}}
	note := func(r identity.ImportResult) error {
		if r.Outcome == identity.ImportRefused && len(out.Rows) < maxRefused {
			out.Rows = append(out.Rows, showRefused(r))
		}
		return nil
	}
	counts, err := n.Core.Import(c.Ctx, c.Scope, actorOf(c).By(), transfer.Read(bytes.NewReader(in.File.Bytes), format, nil), o, note, c.Client())
	out.Created, out.Exists, out.Refused = counts.Created, counts.Exists, counts.Refused
	return wire.OK(out), err
}

// flagParam reads a switch of the query; absent is off.
func flagParam(c *wire.Call, name string) (bool, error) {
	switch text := query(c, name); text {
	case "true":
		return true, nil
	case "", "false":
		return false, nil
	default:
		return false, fault.NotBoolean.On(name)
	}
}

func formatOf(name string) (transfer.Format, error) {
	switch end := strings.ToLower(filepath.Ext(name)); end {
	case ".csv":
		return transfer.CSV, nil
	case ".jsonl", ".ndjson":
		return transfer.JSONL, nil
	default:
		return "", fault.FileType.On("file", "extension", end, "allowed", "csv, jsonl")
	}
}

func showRefused(r identity.ImportResult) importRow {
	return importRow{r.Line, orNull(r.ID), each(r.Problems, func(p fault.Field) importFault {
		return importFault{p.Name, p.Code.Name, wire.Text(p.Code, p.Args)}
	})}
}

// fileOf is how many bytes the file may have that a duty's form takes, by its path; absent: no file.
var fileOf = map[string]int{importPath: maxImport}
