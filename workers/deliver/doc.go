// Package deliver does the jobs of kind "mail": it opens the job's secrets, makes the link, has the message written and
// hands it to the mail server whose turn it is. It owns that choice and nothing of wording, SMTP, retries or leases.
package deliver
