package api

import (
	"bytes"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/common/expfmt"
)

// Metrics are the program's numbers in Prometheus' text format. Labels hold route patterns and never a tenant's or a
// person's data.
type Metrics struct {
	*prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

// NewMetrics makes the registry with the numbers of requests, the Go runtime and the process.
func NewMetrics() *Metrics {
	m := &Metrics{
		Registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "keyhall_requests_total", Help: "Requests answered."},
			[]string{"contract", "route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "keyhall_request_seconds", Help: "Time to answer.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"contract", "route"}),
	}
	m.MustRegister(m.requests, m.seconds, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Gauge adds a number that is read when somebody asks.
func (m *Metrics) Gauge(name, help string, read func() float64) {
	m.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, read))
}

func (m *Metrics) observe(contract, route string, status int, took time.Duration) {
	m.requests.WithLabelValues(contract, route, strconv.Itoa(status)).Inc()
	m.seconds.WithLabelValues(contract, route).Observe(took.Seconds())
}

func (m *Metrics) serve(f *fiber.Ctx) error {
	families, err := m.Gather()
	if err != nil {
		return err
	}
	var b bytes.Buffer
	for _, family := range families {
		if _, err := expfmt.MetricFamilyToText(&b, family); err != nil {
			return err
		}
	}
	f.Set(fiber.HeaderContentType, string(expfmt.NewFormat(expfmt.TypeTextPlain)))
	return f.Send(b.Bytes())
}
