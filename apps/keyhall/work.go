package main

import (
	"context"
	"errors"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/keyhall/keyhall/internal/publicnet"
	"github.com/keyhall/keyhall/workers"
	"github.com/keyhall/keyhall/workers/approvals"
	"github.com/keyhall/keyhall/workers/deliver"
	"github.com/keyhall/keyhall/workers/image"
	"github.com/keyhall/keyhall/workers/mail"
	"github.com/keyhall/keyhall/workers/sms"
	"github.com/keyhall/keyhall/workers/webhook"
)

type workCmd struct {
	stores   `embed:""`
	address  `embed:""`
	outgoing `embed:""`
}

// Run works until ctx ends.
func (w workCmd) Run(ctx context.Context) error {
	err := required(map[string]string{
		"KEYHALL_DATABASE_URL": w.DatabaseURL, "KEYHALL_REDIS_URL": w.RedisURL, "KEYHALL_MASTER_KEY": w.MasterKey,
		"KEYHALL_PUBLIC_URL": w.PublicURL, "KEYHALL_SMTP_URL": w.SMTPURL,
	},
		"KEYHALL_DATABASE_URL", "KEYHALL_REDIS_URL", "KEYHALL_MASTER_KEY", "KEYHALL_PUBLIC_URL", "KEYHALL_SMTP_URL")
	if err != nil {
		return err
	}
	if err := w.check(); err != nil {
		return err
	}
	log := jsonLog()
	h, err := openHouse(ctx, w.stores, w.address, effort{}, log)
	if err != nil {
		return err
	}
	log.Info("working", "version", version)
	return errors.Join(work(ctx, h, w.outgoing, nil, false), h.close())
}

// work does jobs until ctx ends. In dev, what has no mail server goes to the message sink.
func work(ctx context.Context, h *house, o outgoing, metrics prometheus.Registerer, dev bool) error {
	server, err := o.server()
	if err != nil {
		return err
	}
	sender := mail.New(mail.Options{})
	defer sender.Close()
	mails := &deliver.Mail{Registry: h.registry, Sender: sender, Server: server, From: o.MailFrom, Sink: dev, Private: dev}
	return workers.Run(ctx, workers.Config{
		Redis: h.redis, DatabaseURL: h.databaseURL, Registry: h.registry, Box: h.box, Blobs: h.blobs, Log: h.log, Metrics: metrics, Own: mails.Own,
		Handlers: workers.All(workers.Deps{
			Mail:     mails,
			SMS:      &sms.SMS{Registry: h.registry, Client: publicnet.Client(dev, sms.Timeout), Sink: dev},
			Webhooks: &webhook.Webhook{Endpoints: h.webhooks(dev), Client: publicnet.Client(receiversHere(dev), webhook.Timeout)},
			Pictures: &image.Pictures{Core: h.core, Blobs: h.blobs},
			Runs:     &approvals.Runs{Core: h.core},
		}),
	})
}
