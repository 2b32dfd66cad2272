package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"time"
)

// table is what comes out.
type table struct {
	rows  []row
	turns int
	loud  int // turns that others disturbed
}

type row struct {
	what, floor, ours, ratio, bar string
	holds                         bool
	note                          string
}

func (t *table) add(what, floor, ours, ratio, bar string, holds bool, note string) {
	t.rows = append(t.rows, row{what, floor, ours, ratio, bar, holds, note})
	fmt.Fprintf(os.Stderr, "%s: %s (%s) %s\n", what, ours, ratio, note)
}

// noise counts the turns that others disturbed.
func (t *table) noise(one turn) {
	t.turns++
	if one.noisy() {
		t.loud++
	}
}

// compare adds a row of rates; bar is the least that the middle ratio may be.
func (t *table) compare(what string, floor, ours []turn, bar float64) {
	var ratios, below, above []float64
	var server, store, bareServer, bareStore []time.Duration
	for i := range ours {
		ratios = append(ratios, ours[i].rate()/floor[i].rate())
		below, above = append(below, floor[i].rate()), append(above, ours[i].rate())
		a, b := ours[i].perRequest()
		server, store = append(server, a), append(store, b)
		a, b = floor[i].perRequest()
		bareServer, bareStore = append(bareServer, a), append(bareStore, b)
	}
	note := fmt.Sprintf("CPU per request, server + PostgreSQL: %s + %s, floor %s + %s; p99 %s", short(median(server)), short(median(store)),
		short(median(bareServer)), short(median(bareStore)), short(ours[len(ours)-1].quantile(.99)))
	t.add(what, per(median(below)), per(median(above)), ratio(median(ratios)), fmt.Sprintf("≥ %g", bar), median(ratios) >= bar, note)
}

func per(rate float64) string {
	if rate < 100 {
		return fmt.Sprintf("%.1f/s", rate)
	}
	return fmt.Sprintf("%.0f/s", rate)
}

func ratio(r float64) string { return fmt.Sprintf("%.2f", r) }

func short(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return fmt.Sprintf("%d µs", d.Microseconds())
	case d < 10*time.Millisecond:
		return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000)
	default:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
}

// print writes Markdown.
func (t *table) print(w io.Writer) {
	layout := "server or floor on core 0; PostgreSQL (durable), embedded Redis, mail sink and load on core 1"
	if !pinned() {
		layout = "all on one core"
	}
	fmt.Fprintf(w, "%s, %s; %s. %d of %d slices were disturbed by others.\n\n", time.Now().UTC().Format("2 Jan 2006"), machine(), layout, t.loud, t.turns)
	fmt.Fprintln(w, "| | floor | Keyhall | ratio | bar | | |\n|---|---|---|---|---|---|---|")
	for _, r := range t.rows {
		mark := "falls short"
		if r.holds {
			mark = "holds"
		}
		fmt.Fprintf(w, "| %s | %s | %s | %s | %s | %s | %s |\n", r.what, r.floor, r.ours, r.ratio, r.bar, mark, r.note)
	}
}

const opening, closing = "<!-- bench: written by make bench -->\n", "<!-- /bench -->"

// between replaces what stands between the marks of a file.
func between(path string, write func(io.Writer)) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, rest, opened := bytes.Cut(content, []byte(opening))
	_, after, closed := bytes.Cut(rest, []byte(closing))
	if !opened || !closed {
		return fmt.Errorf("%s has no %s … %s", path, opening, closing)
	}
	var b bytes.Buffer
	b.Write(before)
	b.WriteString(opening)
	write(&b)
	b.WriteString(closing)
	b.Write(after)
	return os.WriteFile(path, b.Bytes(), 0o644)
}
