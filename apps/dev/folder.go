package dev

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/keyhall/keyhall/internal/seal"
	"github.com/keyhall/keyhall/migrations"
)

// Folder is where `keyhall dev` keeps its data.
type Folder struct{ dir string }

// Open makes the folder if need be. The error is one line that says what to do.
func Open(dir string) (*Folder, error) {
	full, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	f := &Folder{full}
	// Others may pass through, not look: PostgreSQL runs as another user when this program runs as root.
	if err := os.MkdirAll(full, 0o711); err != nil {
		return nil, f.unwritable(err)
	}
	probe, err := os.CreateTemp(full, ".probe-*")
	if err != nil {
		return nil, f.unwritable(err)
	}
	return f, errors.Join(probe.Close(), os.Remove(probe.Name()))
}

func (f *Folder) unwritable(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return fmt.Errorf("the data folder %s cannot be written (%w); KEYHALL_DATA_DIR names another", f.dir, err)
}

// Path is the place of something in the folder.
func (f *Folder) Path(name string) string { return filepath.Join(f.dir, name) }

// Log opens the log of all parts, one JSON object a line. A log from before is kept as keyhall.log.1.
func (f *Folder) Log() (*slog.Logger, func() error, error) {
	name := f.Path("keyhall.log")
	if err := os.Rename(name, name+".1"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, f.unwritable(err)
	}
	file, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, nil, f.unwritable(err)
	}
	return slog.New(slog.NewJSONHandler(file, nil)), file.Close, nil
}

// MasterKey gives the key of this folder, made at the first call. Losing it loses every sealed secret.
func (f *Folder) MasterKey() (string, error) { return f.once("master.key", seal.NewKey) }

// once gives the content of a secret file, which is written whole or not at all.
func (f *Folder) once(name string, produce func() string) (string, error) {
	text, err := f.read(name)
	if err != nil || text != "" {
		return text, err
	}
	text = produce()
	return text, f.write(name, []byte(text+"\n"), 0o600)
}

// read gives the content of a secret file, or "" when there is none.
func (f *Folder) read(name string) (string, error) {
	content, err := os.ReadFile(f.Path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return strings.TrimSpace(string(content)), err
}

func (f *Folder) remove(name string) error {
	if err := os.Remove(f.Path(name)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// write replaces a file in one step, so that a kill leaves the old one or the new one.
func (f *Folder) write(name string, content []byte, mode fs.FileMode) error {
	draft, err := os.CreateTemp(f.dir, "."+name+"-*")
	if err != nil {
		return f.unwritable(err)
	}
	_, err = draft.Write(content)
	err = errors.Join(err, draft.Chmod(mode), draft.Sync(), draft.Close())
	if err == nil {
		err = os.Rename(draft.Name(), f.Path(name))
	}
	if err != nil {
		return errors.Join(err, os.Remove(draft.Name()))
	}
	return nil
}

// Ready writes ready.json for scripts that wait.
func (f *Folder) Ready(v any) error {
	content, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return f.write("ready.json", append(content, '\n'), 0o644)
}

// NotReady takes ready.json away.
func (f *Folder) NotReady() error { return f.remove("ready.json") }

// databaseName is the database in a PostgreSQL of our own.
const databaseName = "keyhall"

// Database brings the database at the owner's address to the newest schema, sets up a runtime role that owns nothing,
// and gives that role's address. In a PostgreSQL of our own it makes the database first.
func (f *Folder) Database(ctx context.Context, owner string, own bool) (string, error) {
	if own {
		if err := migrations.CreateDatabase(ctx, owner, databaseName); err != nil {
			return "", err
		}
		owner = inDatabase(owner, databaseName)
	}
	if _, err := migrations.Up(ctx, owner); err != nil {
		return "", fmt.Errorf("the database could not be migrated: %w. Check KEYHALL_DATABASE_URL; in dev it names the owner of the schema", err)
	}
	password, err := f.once("runtime.password", func() string { return base64.RawURLEncoding.EncodeToString(seal.Random(24)) })
	if err != nil {
		return "", err
	}
	role, err := f.once("runtime.role", func() string { return fmt.Sprintf("keyhall_dev_%x", seal.Random(4)) })
	if err != nil {
		return "", err
	}
	if err := migrations.GrantRuntime(ctx, owner, role, password); err != nil {
		return "", err
	}
	return asRole(owner, role, password)
}

func inDatabase(address, name string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address // refused by whoever connects
	}
	u.Path = "/" + name
	return u.String()
}

func asRole(address, role, password string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", errors.New("KEYHALL_DATABASE_URL must look like postgres://user:password@host:5432/name")
	}
	u.User = url.UserPassword(role, password)
	return u.String(), nil
}
