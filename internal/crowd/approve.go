package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// approvals is a decision about many, as far as it is.
type approvals struct {
	ID       string     `json:"id"`
	Finished *time.Time `json:"finished_at"`
	Total    int        `json:"total"`
	Done     int        `json:"done"`
	Changed  int        `json:"changed"`
}

// pace is how often the dashboard asks how far a run is.
const pace = time.Second

// approve approves everybody who waits, as one does with the dashboard's button, and looks at the progress as the dashboard does.
func approve(ctx context.Context, p *program) error {
	began := time.Now()
	var r approvals
	if err := p.call(ctx, http.MethodPost, big+"/approvals/runs?status=pending", map[string]string{"decision": "approve"}, &r); err != nil {
		return err
	}
	answered := time.Since(began)
	told := map[int]bool{}
	var slowest time.Duration
	for r.Finished == nil {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pace):
		}
		before, asked := r.Done, time.Now()
		if err := p.call(ctx, http.MethodGet, big+"/approvals/runs/"+r.ID, nil, &r); err != nil {
			return err
		}
		slowest = max(slowest, time.Since(asked))
		if r.Done < before {
			return fmt.Errorf("the run went back from %d to %d", before, r.Done)
		}
		if r.Done > 0 && r.Done < r.Total {
			told[r.Done] = true
		}
	}
	took := time.Since(began)
	fmt.Printf("\napproving %d: answered in %.0f ms, all decided in %.1f s (%.0f a second); %d steps of progress told, each within %.1f ms\n",
		r.Total, ms(answered), took.Seconds(), float64(r.Total)/took.Seconds(), len(told), ms(slowest))
	if r.Changed != r.Total {
		return fmt.Errorf("of %d who waited, %d were approved", r.Total, r.Changed)
	}
	if took > 5*pace && len(told) < 2 {
		return errors.New("nobody could see how far it was")
	}
	return nil
}
