package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"
)

// client makes one request after the other and remembers nothing; shot fills in the next request of a worker, and may
// look at its answer.
type shot struct {
	fill func(worker int, r *fasthttp.Request)
	read func(worker int, r *fasthttp.Response) error // nil: any 200 will do

	status int // of the answer; 0: 200
}

// result is what a slice of load saw.
type result struct {
	count    int
	took     time.Duration
	latency  []time.Duration // sorted
	unserved int             // open loop: due, and never sent or not answered
	first    error           // the first of failed
	failed   int
}

func (r result) rate() float64 { return float64(r.count) / r.took.Seconds() }

// quantile gives the latency that the share q of requests stays within.
func (r result) quantile(q float64) time.Duration {
	if len(r.latency) == 0 {
		return 0
	}
	return r.latency[min(len(r.latency)-1, int(q*float64(len(r.latency))))]
}

var web = &fasthttp.Client{MaxConnsPerHost: 512, MaxIdemponentCallAttempts: 1, NoDefaultUserAgentHeader: true, MaxIdleConnDuration: time.Minute}

// send makes one request.
func (s shot) send(worker int) error {
	in, out := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(in)
	defer fasthttp.ReleaseResponse(out)
	s.fill(worker, in)
	if err := web.DoTimeout(in, out, 10*time.Second); err != nil {
		return err
	}
	if out.StatusCode() != cmp.Or(s.status, fasthttp.StatusOK) {
		return fmt.Errorf("%s %s: %d %.200s", in.Header.Method(), in.URI().Path(), out.StatusCode(), out.Body())
	}
	if s.read == nil {
		return nil
	}
	return s.read(worker, out)
}

// closed has each worker send one request after the other.
func closed(workers int, length time.Duration, s shot) result {
	return upTo(math.MaxInt64, workers, length, s)
}

// upTo is closed with so many requests at most.
func upTo(count int64, workers int, length time.Duration, s shot) result {
	var sent atomic.Int64
	var all sync.WaitGroup
	parts := make([]result, workers)
	began := time.Now()
	for w := range workers {
		all.Go(func() {
			for at := time.Now(); at.Sub(began) < length && sent.Add(1) <= count; at = time.Now() {
				parts[w].add(at, s.send(w))
			}
		})
	}
	all.Wait()
	return sum(parts, time.Since(began))
}

// open sends at a rate whether the answers come or not, and counts from when a request was due.
func open(rate int, length time.Duration, s shot) result {
	const workers = 64
	var all sync.WaitGroup
	var next atomic.Int64
	parts := make([]result, workers)
	due := int64(length.Seconds() * float64(rate))
	began := time.Now()
	for w := range workers {
		all.Go(func() {
			for i := next.Add(1) - 1; i < due; i = next.Add(1) - 1 {
				at := began.Add(time.Duration(i) * time.Second / time.Duration(rate))
				if time.Since(began) > length+2*time.Second {
					parts[w].unserved++
					continue
				}
				time.Sleep(time.Until(at))
				parts[w].add(at, s.send(w))
			}
		})
	}
	all.Wait()
	return sum(parts, length)
}

func (r *result) add(due time.Time, err error) {
	if err != nil {
		r.failed++
		r.unserved++
		r.first = err
		return
	}
	r.count++
	r.latency = append(r.latency, time.Since(due))
}

func sum(parts []result, took time.Duration) result {
	all := result{took: took}
	for _, p := range parts {
		all.count += p.count
		all.failed += p.failed
		all.unserved += p.unserved
		all.latency = append(all.latency, p.latency...)
		if all.first == nil {
			all.first = p.first
		}
	}
	slices.Sort(all.latency)
	return all
}

// err complains when more than one request in a thousand failed: then the numbers are about something else.
func (r result) err() error {
	if r.failed*1000 > r.count {
		return fmt.Errorf("%d of %d requests failed, as %w", r.failed, r.failed+r.count, r.first)
	}
	return nil
}
