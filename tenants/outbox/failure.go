package outbox

import "errors"

// Failure is a worker's word for an attempt that came to nothing, fit for the tenant's admins to read.
type Failure struct {
	Final  bool   // trying again is pointless
	Answer string // the reason, in the other side's words or ours; no secrets
	cause  error
}

// Error implements error with the reason.
func (f *Failure) Error() string { return f.Answer }

// Unwrap gives the technical cause, for logs only.
func (f *Failure) Unwrap() error { return f.cause }

// Pointless is a failure that no further attempt will mend. cause is for the log and may be nil.
func Pointless(answer string, cause error) *Failure {
	return &Failure{Final: true, Answer: answer, cause: cause}
}

// Passing is a failure that may be over by the next attempt. cause is for the log and may be nil.
func Passing(answer string, cause error) *Failure { return &Failure{Answer: answer, cause: cause} }

// AsFailure finds the Failure in err; any other error becomes a passing one that tells its readers nothing.
func AsFailure(err error) *Failure {
	var f *Failure
	if errors.As(err, &f) {
		return f
	}
	return Passing("an error of our own; the log has the details", err)
}
