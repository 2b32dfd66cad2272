package blob

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// folder is a depot in a directory of this machine. Files appear whole or not at all.
type folder string

// unfinished is where files are while they are written, on the same file system as all others.
const unfinished = "unfinished"

func (f folder) at(key string) string { return filepath.Join(string(f), filepath.FromSlash(key)) }

func (f folder) put(_ context.Context, key string, content []byte, _ string) error {
	target := f.at(key)
	for _, dir := range []string{f.at(unfinished), filepath.Dir(target)} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
	}
	written, err := f.write(content)
	if err == nil {
		err = os.Rename(written, target)
	}
	if err != nil && written != "" {
		err = errors.Join(err, os.Remove(written))
	}
	return err
}

// write puts the content safely on the disk and tells where.
func (f folder) write(content []byte) (path string, err error) {
	out, err := os.CreateTemp(f.at(unfinished), "*")
	if err != nil {
		return "", err
	}
	_, err = out.Write(content)
	if err == nil {
		err = out.Sync()
	}
	return out.Name(), errors.Join(err, out.Close())
}

func (f folder) get(_ context.Context, key string) ([]byte, error) {
	content, err := os.ReadFile(f.at(key))
	if errors.Is(err, fs.ErrNotExist) && f.there() {
		return nil, ErrNotFound
	}
	return content, err
}

// there tells a missing file from a disk that is not mounted.
func (f folder) there() bool {
	_, err := os.Stat(string(f))
	return err == nil
}

func (f folder) remove(_ context.Context, key string) error {
	err := os.Remove(f.at(key))
	if errors.Is(err, fs.ErrNotExist) && f.there() {
		return nil
	}
	return err
}

func (f folder) tidy(before time.Time) error {
	left, err := os.ReadDir(f.at(unfinished))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, one := range left {
		about, gone := one.Info()
		if gone != nil || !about.ModTime().Before(before) {
			continue
		}
		err = errors.Join(err, os.Remove(filepath.Join(f.at(unfinished), one.Name())))
	}
	return err
}
