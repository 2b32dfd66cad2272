package workers

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

type metrics struct {
	attempts *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	delay    *prometheus.HistogramVec
}

func newMetrics(to prometheus.Registerer) (*metrics, error) {
	m := &metrics{
		attempts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "keyhall_job_attempts_total",
			Help: "Attempts at jobs of the outbox, by kind and outcome (done, retry, failed, released, lost).",
		}, []string{"kind", "outcome"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "keyhall_job_attempt_seconds",
			Help: "Time from the claim of a job to the end of the attempt.", Buckets: buckets,
		}, []string{"kind"}),
		delay: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "keyhall_job_done_seconds",
			Help: "Time from the transaction that owed a job to its being done.", Buckets: buckets,
		}, []string{"kind"}),
	}
	if to == nil {
		return m, nil
	}
	for _, c := range []prometheus.Collector{m.attempts, m.seconds, m.delay} {
		if err := to.Register(c); err != nil {
			return nil, err
		}
	}
	return m, nil
}

var buckets = []float64{.005, .01, .025, .05, .1, .15, .25, .5, 1, 2.5, 5, 10, 30, 60, 600, 3600}

func (m *metrics) observe(l lease, outcome string) {
	m.attempts.WithLabelValues(l.job.Kind, outcome).Inc()
	m.seconds.WithLabelValues(l.job.Kind).Observe(time.Since(l.since).Seconds())
	if outcome == "done" {
		m.delay.WithLabelValues(l.job.Kind).Observe(time.Since(l.job.CreatedAt).Seconds())
	}
}
