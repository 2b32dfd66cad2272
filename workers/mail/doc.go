// Package mail hands one finished message to one SMTP server, and says precisely how that went.
//
// It owns addresses, headers, the conversation and its deadlines, and the classification of failures. It must not
// know tenants, templates, queues or the database: the worker brings a Server and an Envelope, and decides about
// retries from the Failure.
package mail
