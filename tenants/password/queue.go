package password

import (
	"slices"
	"sync"
)

// job is one hash to be computed.
type job struct {
	tenant string
	work   func()
	done   chan struct{} // closed when work has returned
}

// queue holds the jobs that wait. Each tenant has a line of its own and the lines take turns, so that one tenant's
// storm makes nobody else wait longer than for one of its jobs.
type queue struct {
	limit, perTenant int

	mu     sync.Mutex
	filled *sync.Cond
	lines  map[string][]*job // never an empty one
	turns  []string          // the tenants with a line, next first
	length int
	closed bool
}

func newQueue(limit, perTenant int) *queue {
	q := &queue{limit: limit, perTenant: perTenant, lines: make(map[string][]*job)}
	q.filled = sync.NewCond(&q.mu)
	return q
}

// push adds a job to its tenant's line. It reports false when there is no room, or no worker any more.
func (q *queue) push(j *job) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	line := q.lines[j.tenant]
	if q.closed || q.length >= q.limit || len(line) >= q.perTenant {
		return false
	}
	if len(line) == 0 {
		q.turns = append(q.turns, j.tenant)
	}
	q.lines[j.tenant] = append(line, j)
	q.length++
	q.filled.Signal()
	return true
}

// pop waits for the next job. It reports false when the queue is closed and empty.
func (q *queue) pop() (*job, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.length == 0 {
		if q.closed {
			return nil, false
		}
		q.filled.Wait()
	}
	j := q.lines[q.turns[0]][0]
	q.remove(j, 0)
	if len(q.lines[j.tenant]) > 0 {
		q.turns = append(q.turns[1:], j.tenant)
	}
	return j, true
}

// withdraw takes a job back. It reports false when a worker has it already.
func (q *queue) withdraw(j *job) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	at := slices.Index(q.lines[j.tenant], j)
	if at < 0 {
		return false
	}
	q.remove(j, at)
	return true
}

// remove takes the job from its place in its line, and the line away when it was the last.
func (q *queue) remove(j *job, at int) {
	q.length--
	line := slices.Delete(q.lines[j.tenant], at, at+1)
	if len(line) > 0 {
		q.lines[j.tenant] = line
		return
	}
	delete(q.lines, j.tenant)
	turn := slices.Index(q.turns, j.tenant)
	q.turns = slices.Delete(q.turns, turn, turn+1)
}

func (q *queue) waiting() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.length
}

// close refuses new jobs; those that wait are still served.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.filled.Broadcast()
}
