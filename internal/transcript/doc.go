// Package transcript replays recorded conversations against a running Keyhall and says where the answers part.
//
// A transcript is a file of JSON lines. Most lines are exchanges: a request, the answer of the original server, and what
// Keyhall owes instead where it differs on purpose. The lines between are set-up: requests that must succeed, changed
// settings, time that passes, secrets to be taken from a message. Every group of lines that names the same tenant is
// played in order against a fresh tenant of its own; groups know nothing of each other.
//
// What is compared: status, Content-Type and body; on a 405 the Allow header, on a 401 WWW-Authenticate. What is free:
// the values of secrets (their shape is not), numbers that name users and groups (but one user keeps one number), dates
// of creation and sign-in, and the text after two prefixes that quote a parser or a clock. Recorded secrets in requests
// are replaced by the live ones learned from answers, cookies and messages.
//
// The package owns the file format and its rules. It speaks to a server over HTTP alone and must not import anything
// else of the project, so that the same files run in a contract's tests and against a deployed server.
package transcript
