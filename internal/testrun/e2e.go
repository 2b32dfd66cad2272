package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// onlyPictures are the tests that take the documentation's pictures. One worker: two would make a club each, which then
// stand in each other's pictures.
var onlyPictures = []string{"--workers=1", "e2e/rooms.spec.ts"}

// e2e drives the pages in a real browser against the real program.
func (r *run) e2e(ctx context.Context) error {
	if err := r.make(ctx, "ui-deps"); err != nil {
		return err
	}
	browser, err := r.browser(ctx)
	if err != nil {
		return err
	}
	server, err := r.startKeyhall(ctx)
	if err != nil {
		return err
	}
	begun := time.Now()
	report := filepath.Join(r.temp, "playwright.json")
	args := []string{"run", "--silent", "e2e", "--", "--reporter=list,json"}
	if os.Getenv("SCREENSHOTS") == "1" {
		args = append(args, onlyPictures...)
	}
	cmd := r.command(ctx, adminUI, "npm", args...)
	cmd.Env = slices.Concat(r.env, browser, server.variables(), []string{"PLAYWRIGHT_JSON_OUTPUT_FILE=" + report})
	_, failed := collect(cmd)
	res, err := readPlaywright(report)
	if err != nil {
		return blame(failed, err)
	}
	res.took = time.Since(begun)
	res = res.blaming(failed)
	res.details += "\n\nkeyhall dev said at last:\n" + server.lastWords()
	r.tally.add(res)
	return server.stop(ctx)
}
