// Package blob keeps tenants' files, such as pictures, in a folder or in a store that speaks the S3 protocol.
//
// A file has a row in the table blobs from before it is written until after it is deleted, so that nothing is ever in the
// store of which the database does not know. Files are never changed: what is new has a new name. The package knows no
// picture and no account, and who needs a file no more is its owners' business.
package blob
