package keyhall

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"time"
)

// Retry says how calls are repeated whose answer got lost or was "not now" (429, 502, 503, 504). Only those are repeated that
// are safe to send twice, which a POST that creates or sends something is by its idempotency key. The pause before attempt n+1 is a random time up to Base·2ⁿ⁻¹, at most Max; when the
// server names a time by Retry-After, it is at least that, and a time beyond Max is returned as the error it is.
type Retry struct {
	Attempts int           // in all, the first one too; 0 and 1 repeat nothing
	Base     time.Duration // the longest first pause
	Max      time.Duration // the longest pause
}

// DefaultRetry is what a client does unless told otherwise.
var DefaultRetry = Retry{Attempts: 3, Base: 200 * time.Millisecond, Max: 5 * time.Second}

// next tells whether to send r again after the attempt that ended with err, and after which pause.
func (p Retry) next(r request, attempt int, err error) (time.Duration, bool) {
	if err == nil || attempt >= p.Attempts || !r.idempotent() || !passing(err) {
		return 0, false
	}
	pause := p.jitter(attempt)
	var e *Error
	if errors.As(err, &e) && e.RetryAfter > 0 {
		pause = max(pause, e.RetryAfter)
		return pause, e.RetryAfter <= p.Max
	}
	return pause, true
}

// passing reports whether the trouble may be over a moment later.
func passing(err error) bool {
	var e *Error
	if !errors.As(err, &e) {
		var t *transportError
		return errors.As(err, &t)
	}
	if e.Code == "idempotency_busy" { // an attempt before this one is still being answered
		return true
	}
	switch e.Status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	default:
		return false
	}
}

// jitter is "full jitter": any time up to the bound is as likely as any other, so that clients that failed together do
// not come back together.
func (p Retry) jitter(attempt int) time.Duration {
	bound := p.Max
	if shift := attempt - 1; shift < 30 && p.Base<<shift < p.Max {
		bound = p.Base << shift
	}
	if bound <= 0 {
		return 0
	}
	return rand.N(bound + 1)
}

// wait sleeps unless the context ends first.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
