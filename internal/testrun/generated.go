package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// generated shows that `make generate` changes nothing: everything generated is committed and up to date.
func (r *run) generated(ctx context.Context) error {
	begun := time.Now()
	before, err := r.snapshot(ctx)
	if err != nil {
		return err
	}
	if err := r.make(ctx, "generate"); err != nil {
		return err
	}
	after, err := r.snapshot(ctx)
	if err != nil {
		return err
	}
	if changed := differences(before, after); len(changed) > 0 {
		return fmt.Errorf("make generate changed these files; commit what it made:\n  %s", strings.Join(changed, "\n  "))
	}
	r.tally.add(result{name: "make generate changes nothing", took: time.Since(begun)})
	return nil
}

// snapshot gives the hash of every file that git knows or would add.
func (r *run) snapshot(ctx context.Context) (map[string][sha256.Size]byte, error) {
	listed, err := r.output(ctx, ".", "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	if err != nil {
		return nil, err
	}
	files := map[string][sha256.Size]byte{}
	for _, name := range strings.Split(strings.Trim(listed, "\x00"), "\x00") {
		text, err := os.ReadFile(filepath.Join(r.root, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue // deleted, not yet committed
		}
		if err != nil {
			return nil, err
		}
		files[name] = sha256.Sum256(text)
	}
	return files, nil
}

// differences names the files that are in one only or not the same in both.
func differences(a, b map[string][sha256.Size]byte) []string {
	changed := map[string]bool{}
	for name, sum := range a {
		if other, found := b[name]; !found || other != sum {
			changed[name] = true
		}
	}
	for name := range b {
		if _, found := a[name]; !found {
			changed[name] = true
		}
	}
	return slices.Sorted(maps.Keys(changed))
}
