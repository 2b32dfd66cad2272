package password

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"sort"
	"strings"
	"sync"
)

//go:embed wordlist/passwords.txt.gz
var packed []byte

// common is unpacked when it is first needed; from then on it takes 0.2 MB.
var common = sync.OnceValue(func() list {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		panic(err) // part of the program, so it cannot be broken
	}
	text, err := io.ReadAll(r)
	if err != nil {
		panic(err)
	}
	return list(text)
})

// isCommon reports whether a password is on the list, whatever its case and the spaces around it.
func isCommon(password string) bool {
	return common().has(strings.ToLower(strings.TrimSpace(password)))
}

// list is a sorted word list in one string, a word a line: a map of it would take five times the memory.
type list string

func (l list) has(word string) bool {
	at := sort.Search(len(l), func(i int) bool { return l.line(i) >= word })
	return at < len(l) && l.line(at) == word
}

// line is the line that the byte at an offset belongs to; a line's end belongs to it.
func (l list) line(offset int) string {
	start := strings.LastIndexByte(string(l[:offset]), '\n') + 1
	if length := strings.IndexByte(string(l[start:]), '\n'); length >= 0 {
		return string(l[start : start+length])
	}
	return string(l[start:])
}
