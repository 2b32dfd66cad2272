// Package picture reads pictures that strangers sent: it tells what a file is from its first bytes, how much memory it
// would take, and makes small square pictures of it that carry nothing of the file but its pixels.
//
// It refuses before it decodes, and decodes one frame. It knows no store and no user.
package picture
