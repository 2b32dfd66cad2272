// Package transfer owns the files in which accounts travel between systems: CSV with a header line (RFC 4180) and JSON
// Lines, both with the same columns. What Writer writes, Read reads.
//
// The package knows the form of files and of the values in them. Whether a value is allowed is for identity to say.
package transfer
